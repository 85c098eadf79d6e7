"""身份证号和手机号 that a workbook holds when it is opened: said once, listed, taken out in one act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from types import ModuleType

    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Report
    from ui.common.numbers_question import FoundDialog
    from ui.common.theme import Theme
    from ui.common.window import FrameWindow
    from ui.common.workspace import Workspace

CODES = frozenset({"personal.number", "personal.reason"})


def _numbers() -> ModuleType:
    from eduapp.services import numbers_found  # noqa: PLC0415 - few workbooks hold any

    return numbers_found


class NumbersFlow(QObject):
    """Looks at the first report of a window: later ones find what is being typed, where it is typed."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme, window: FrameWindow) -> None:
        """Dialogs are shown over `window`."""
        super().__init__(window)
        self._workspace, self._theme, self._window = workspace, theme, window
        self._told = False
        self.dialog: FoundDialog | None = None

    def follow(self, report: Report) -> None:
        """Say what was found, with a button to the list."""
        count = 0 if self._told else sum(each.code in CODES for each in report.findings)
        self._told = True
        if count:
            words = self.tr("工作簿里有 {0} 处身份证号或手机号,不会随文件交出,请取出。").format(count)
            self._window.message.caution(words, (self.tr("查看并取出…"), self.show))

    def show(self) -> None:
        """List them; one of two buttons takes all of them out."""
        from ui.common.numbers_question import FoundDialog  # noqa: PLC0415 - as above

        there = _numbers().found(self._workspace.book)
        dialog = self.dialog = FoundDialog(there, self._theme, self._window)
        dialog.accepted.connect(self._take)
        dialog.open()

    def _take(self) -> None:
        keep = self.dialog.chosen if self.dialog else None
        if keep is not None and self._workspace.edit(lambda book: _numbers().take_out(book, keep)):
            self._window.message.good(self.tr("已取出。需要时按 Ctrl+Z 撤销。"))
