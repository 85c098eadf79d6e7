"""A submission of the county looked at: read-only, as its school handed it over."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.common.viewer_window import ViewerWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.viewing import Viewed
    from ui.common.theme import Theme
    from ui.county.desk import Desk


def _view(book: CountyBook, submission: str, *, anyway: bool) -> Viewed:
    """View it in the job: the libraries of signing and encryption are loaded there too."""
    viewing = import_module("eduapp.services.hand_off.viewing")
    seen: Viewed = viewing.view_received(book, submission, anyway=anyway)
    return seen


class ViewingFlow(QObject):
    """Opens submissions in windows of their own."""

    def __init__(self, desk: Desk, theme: Theme, parent: QWidget) -> None:
        """Show windows over `parent`."""
        super().__init__(parent)
        self._desk, self._theme, self._over = desk, theme, parent
        self.viewer: ViewerWindow | None = None

    def view(self, submission: str) -> None:
        """Show a submission; of a signer nobody knows only what it says of itself, until one insists."""

        def show(seen: Viewed) -> None:
            self.viewer = viewer = ViewerWindow(self._theme, seen, self._over.window())
            viewer.insisted.connect(lambda: self._insist(submission, viewer))
            viewer.show()

        self._desk.ask(self._words(), lambda book: _view(book, submission, anyway=False), show)

    def _insist(self, submission: str, viewer: ViewerWindow) -> None:
        self._desk.ask(self._words(), lambda book: _view(book, submission, anyway=True), viewer.fill)

    def _words(self) -> str:
        return self.tr("打开上报文件")
