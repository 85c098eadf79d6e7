"""Comparing a stamped sheet with the file: the file's own page to look at, and a person's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from ui.common.paper_view import PaperView
from ui.common.plain import Label, set_title
from ui.county.page_widgets import button_of, row_of

if TYPE_CHECKING:
    from eduapp.services.papers.paper_check import PaperAnswer
    from ui.common.theme import Theme

SHARE = 0.92


class CompareDialog(QDialog):
    """Shows a page; 一致 is never the answer of Enter, which a scanner sends by itself."""

    confirmed = Signal(str)
    """The name of who compared, as typed; it may be empty."""

    def __init__(self, theme: Theme, found: PaperAnswer, pdf: bytes, parent: QWidget) -> None:
        """Show the page that was scanned, or the first one of the stamped sheet."""
        super().__init__(parent)
        set_title(self, self.tr("对照盖章的纸:{0}").format(found.whose))
        self.paper = PaperView(theme)
        self.paper.show_pdf(pdf)
        self.paper.go_to(found.page or 1)
        words = Label(
            self.tr("下面是收到的文件里的这一页。请与盖章的纸逐项对照:数字、学校、签字盖章。"), wordWrap=True
        )
        self.name = QLineEdit(placeholderText=self.tr("对照人姓名,记入日志"))
        self.name.setMaxLength(40)
        self.yes = button_of(self.tr("纸上与此一致"), self._confirm)
        self.no = button_of(self.tr("关闭"), self.reject)
        for button in (self.yes, self.no):
            button.setAutoDefault(False)
        box = QVBoxLayout(self)
        box.addWidget(words)
        box.addWidget(self.paper, 1)
        box.addLayout(row_of(self.name, None, self.yes, self.no))
        self.resize(min(int(parent.width() * SHARE), 1000), int(parent.height() * SHARE))
        self.finished.connect(self._end)

    def _confirm(self) -> None:
        self.confirmed.emit(self.name.text().strip())
        self.accept()

    def _end(self) -> None:
        self.paper.close_preview()
        self.deleteLater()
