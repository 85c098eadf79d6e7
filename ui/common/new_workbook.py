"""Parts of the dialogs that make a workbook, at a school and at a county."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from db.records.values import Whole
from ui.common.places import documents
from ui.common.plain import PushButton
from ui.common.plain_boxes import FormLayout

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
        self.text = QLineEdit(str(documents()))
        browse = PushButton(self.tr("选择…"))
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


class EarlierField(QWidget):
    """A workbook of the year before, if there is one; `chosen` is emitted when it is another."""

    chosen = Signal(object)
    """Path."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without one."""
        super().__init__(parent)
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("没有就不填"))
        self.text.editingFinished.connect(self._edited)
        self._told = ""
        browse = PushButton(self.tr("选择…"))
        browse.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(browse)

    @property
    def path(self) -> Path | None:
        """The workbook chosen."""
        text = self.text.text().strip()
        return Path(text) if text else None

    def choose(self, path: Path) -> None:
        """Choose a workbook."""
        self.text.setText(str(path))
        self._edited()

    def _edited(self) -> None:
        if self.text.text() != self._told and self.path is not None:
            self._told = self.text.text()
            self.chosen.emit(self.path)

    def _choose(self) -> None:
        folder = str(self.path.parent if self.path else documents())
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("从上一年工作簿带入"), folder, self.tr("工作簿 (*{0})").format(SUFFIX)
        )
        if path:
            self.choose(Path(path))


def form_of(*lines: tuple[str, QWidget]) -> QWidget:
    """Return a form of labelled fields."""
    return _form(lines)


def file_name(name: str) -> str:
    """Return a name that Windows and a stick can bear."""
    return "".join("_" if each in FORBIDDEN else each for each in name)


def _form(lines: Iterable[tuple[str, QWidget]]) -> QWidget:
    body = QWidget()
    form = FormLayout(body)
    form.setContentsMargins(0, 0, 0, 0)
    for label, field in lines:
        form.addRow(label, field)
    return body
