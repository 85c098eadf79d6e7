"""Backups of the workbook that is open: one an hour in the background, one at the end, and 恢复备份."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from db.problems import Problem
from ui.common import problems
from ui.common.job_runner import JobRunner
from ui.common.plain import set_title
from ui.common.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.books import OpenBook
    from ui.common.theme import Theme

LOOK_EVERY_MS = 5 * 60 * 1000
"""How often it is looked whether a backup is due; one is made an hour after the last at the earliest."""


class BackupFlow(QObject):
    """Makes backups beside the clerk's work, on a thread of its own that edits need not wait for."""

    failed = Signal(object)
    """A Problem that kept a backup from being made; said once until one is made again."""
    restore_wanted = Signal(object)
    """The backup (a path) that is to take the workbook's place."""

    def __init__(self, book: OpenBook, busy: Callable[[], bool], theme: Theme, window: QWidget) -> None:
        """Take over the backups of a book; `busy()` says whether a job has it."""
        super().__init__(window)
        self._book, self._busy, self._theme, self._window = book, busy, theme, window
        self._runner = JobRunner(self)
        self._runner.failed.connect(self._failed)
        self._wanted, self._closing_copy, self._said = True, True, False
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @property
    def path(self) -> Path:
        """The workbook."""
        return self._book.path

    def look(self) -> None:
        """Make a backup if one is due and no job has the book: a job makes its own where it needs one."""
        if self._wanted and not self._busy():
            self._runner.run("", lambda: _keep(self._book, wanted=self._still_wanted), self._kept)

    def ask(self) -> None:
        """Let a person choose the backup that is to be restored."""
        if self._busy():
            return
        from ui.common.backups_dialog import BackupsDialog  # noqa: PLC0415 - few are ever restored

        dialog = BackupsDialog(self._theme, self.path, self._window)
        if dialog.exec() and dialog.chosen is not None:
            self.restore_wanted.emit(dialog.chosen)
        dialog.deleteLater()

    def leave(self) -> None:
        """Make no backup at the end: restoring makes its own."""
        self._closing_copy = False

    def stay(self) -> None:
        """Take `leave` back: the window did not close."""
        self._closing_copy = True

    def finish(self) -> None:
        """Stop, and make the last backup if one is due; the book is still open.

        The copy is made on the worker, and waited for: without it nothing goes on.
        """
        self._timer.stop()
        self._wanted = False
        self._runner.stop()
        if not self._closing_copy:
            return
        self._closing_copy = False
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            wait_for(
                self,
                self.tr("正在关闭:写关闭前的备份…"),
                lambda: _keep(self._book, closing=True),
                deaf=True,
            )
        except Problem as problem:
            self._say_after_the_end(problem)
        finally:
            QApplication.restoreOverrideCursor()

    def _still_wanted(self) -> bool:
        return self._wanted

    def _kept(self, made: Path | None) -> None:
        self._said = self._said and made is None

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, Problem):
            raise error
        if not self._said:
            self._said = True
            self.failed.emit(error)

    def _say_after_the_end(self, problem: Problem) -> None:
        """Say it in a window that stays when this one is gone, and that nothing waits for."""
        from ui.common.plain_boxes import MessageBox  # noqa: PLC0415 - few ever see it

        box = MessageBox()
        box.setIcon(MessageBox.Icon.Warning)
        set_title(box, self.tr("请注意"))
        box.setText(problems.words_of(problem))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.show()


def _keep(book: OpenBook, *, closing: bool = False, wanted: Callable[[], bool] | None = None) -> Path | None:
    """Make the backup that is due, on the worker; None where none is."""
    from eduapp.services import backups  # noqa: PLC0415 - the first is due minutes after the first page

    return backups.keep(book, backups.CLOSING if closing else backups.HOURLY, wanted)
