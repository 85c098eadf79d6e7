"""What was handed over, looked at again: the file as the county will read it, and its slip."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.common.new_workbook import file_name
from ui.common.paper_dialog import PaperDialog
from ui.common.viewer_window import ViewerWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.viewing import Viewed
    from ui.common.theme import Theme


def _slip(book: SchoolBook, submission: str) -> bytes:
    """Make the paper, in the worker: the libraries of paper and preview are loaded there too."""
    import_module("eduapp.services.papers.previewing")
    pdf: bytes = import_module("eduapp.services.hand_off.handover").print_slip(book, submission)
    return pdf


def _view(book: SchoolBook, submission: str) -> Viewed:
    seen: Viewed = import_module("eduapp.services.hand_off.viewing").view_sent(book, submission)
    return seen


class HandedOver(QObject):
    """Opens a submission of the history: read-only, or as the slip that goes with the stick."""

    job = Signal(str, object, object)
    """(text, function, done)."""
    said = Signal(str)
    failed = Signal(object)

    def __init__(self, book: SchoolBook, theme: Theme, parent: QWidget) -> None:
        """Show windows over `parent`."""
        super().__init__(parent)
        self._book, self._theme, self._over = book, theme, parent
        self.viewer: ViewerWindow | None = None
        self.paper: PaperDialog | None = None

    def view(self, submission: str) -> None:
        """Show a submission as it was handed over."""
        book = self._book
        self.job.emit(self.tr("打开上报文件"), lambda: _view(book, submission), self._show)

    def print_slip(self, submission: str) -> None:
        """Show 交接单 as it will be printed."""
        book = self._book
        title = file_name(f"{book.facts.name or ''}交接单{submission[:8]}")
        self.job.emit(
            self.tr("排版 {0}").format(self.tr("交接单")),
            lambda: _slip(book, submission),
            lambda pdf: self._preview(title, pdf),
        )

    def _show(self, seen: Viewed) -> None:
        self.viewer = ViewerWindow(self._theme, seen, self._over.window())
        self.viewer.show()

    def _preview(self, title: str, pdf: bytes) -> None:
        window = self._over.window()
        self.paper = PaperDialog(self._theme, title, pdf, self._book.path.parent, window)
        self.paper.said.connect(self.said)
        self.paper.failed.connect(self.failed)
        self.paper.open()
