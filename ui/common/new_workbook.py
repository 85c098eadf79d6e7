"""Parts of the dialogs that make a workbook, at a school and at a county."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from db.records.values import Whole

if TYPE_CHECKING:
    from collections.abc import Iterable

SUFFIX = ".edubook"
YEARS = Whole(2000, 2100)
FORBIDDEN = '\\/:*?"<>|'


class PlaceField(QWidget):
    """A folder and a button to choose another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Suggest the folder of documents."""
        super().__init__(parent)
        self.text = QLineEdit(str(_documents()))
        browse = QPushButton(self.tr("选择…"))
        browse.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(browse)

    @property
    def folder(self) -> Path:
        """The folder chosen."""
        return Path(self.text.text().strip())

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("保存在"), self.text.text())
        if folder:
            self.text.setText(folder)


def form_of(*lines: tuple[str, QWidget]) -> QWidget:
    """Return a form of labelled fields."""
    return _form(lines)


def file_name(name: str) -> str:
    """Return a name that Windows and a stick can bear."""
    return "".join("_" if each in FORBIDDEN else each for each in name)


def _form(lines: Iterable[tuple[str, QWidget]]) -> QWidget:
    body = QWidget()
    form = QFormLayout(body)
    form.setContentsMargins(0, 0, 0, 0)
    for label, field in lines:
        form.addRow(label, field)
    return body


def _documents() -> Path:
    home = Path.home()
    return next((home / each for each in ("Documents", "文档") if (home / each).is_dir()), home)
