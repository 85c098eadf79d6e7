"""Whether the paper that was printed still shows the data: in doubt from the first edit until looked at."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from eduapp.services.papers import printing_log
from eduapp.services.papers.printing_log import PrintStanding
from ui.common.theme import CAUTION, DONE

if TYPE_CHECKING:
    from eduapp.services.books import SchoolBook
    from eduapp.services.papers.printing_log import Printed, Stamp
    from ui.common.theme import Theme
    from ui.common.workspace import Workspace

SETTLE_AFTER_MS = 400
DOUBTFUL = "？"


@dataclass(frozen=True)
class Mark:
    """What is said of a paper: its sign in the list, its colour, the sentence."""

    sign: str
    colour: str
    text: str


class PrintedMarks(QObject):
    """Follows the workspace. The present state is computed by a job, after the last edit of a run."""

    job = Signal(str, object, object)
    """(text, function, done)."""
    changed = Signal()
    """The marks are others."""

    def __init__(self, workspace: Workspace[SchoolBook], theme: Theme, parent: QObject) -> None:
        """Read what was printed."""
        super().__init__(parent)
        self._workspace, self._theme = workspace, theme
        self._printed: dict[str, Printed] = printing_log.printed(workspace.book)
        self._present: Stamp | None = None
        self.wanted = False
        """Whether somebody looks at the marks: then doubt is settled by itself."""
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_AFTER_MS)
        self._settle.timeout.connect(self.settle)
        workspace.changed.connect(lambda _: self._doubt())

    def of(self, paper: str) -> Mark:
        """Say how the last print of a paper stands."""
        theme, last = self._theme, self._printed.get(paper)
        if last is None:
            return Mark("", theme.dim, self.tr("未打印"))
        at = f"{datetime.datetime.fromisoformat(last.at):%m-%d %H:%M}"
        if self._present is None:
            words = self.tr("{0} 打印过,正在核对与现在的数据是否一致…").format(at)
            return Mark(DOUBTFUL, theme.warn, words)
        standing = last.standing(self._present)
        if standing is PrintStanding.SAME:
            return Mark(DONE, theme.good, self.tr("已打印 {0},与现在的数据一致").format(at))
        if standing is PrintStanding.WAS_DRAFT:
            return Mark(CAUTION, theme.warn, self.tr("{0} 打印的是审核前的草稿,请重新打印").format(at))
        words = self.tr("打印后数据已改,请重新打印(上次打印 {0})")
        return Mark(CAUTION, theme.warn, words.format(at))

    def note(self, paper: str, stamp: Stamp) -> None:
        """Write down that a paper was printed or saved; raises Problem."""
        printing_log.note_printed(self._workspace.book, paper, stamp)
        self._printed = printing_log.printed(self._workspace.book)
        if self._present is None:
            self._settle.start()
        self.changed.emit()

    def take(self, present: Stamp) -> None:
        """Take over what a job found to be the present state."""
        self._settle.stop()
        self._present = present
        self.changed.emit()

    def settle(self) -> None:
        """Find out the present state, where anything was printed; wait while another job runs."""
        if not self._printed:
            return
        if self._workspace.held:
            self._settle.start()
            return
        book = self._workspace.book
        self.job.emit(self.tr("核对打印过的纸质表"), lambda: printing_log.stamp_of(book), self.take)

    def _doubt(self) -> None:
        self._present = None
        if self.wanted and self._printed:
            self._settle.start()
        self.changed.emit()
