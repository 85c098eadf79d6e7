"""The workspace: a book with its undo stack and the one signal that says what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from db.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.changes import Changes

Book_co = TypeVar("Book_co", covariant=True)
CHECK_AFTER_MS = 50
LONG = 1500
"""Edits from which on undo and redo are written by a job."""
LOCKED = "county-key-locked"
"""The Problem of a change that waits for a passphrase."""


class ChangesCommand(QUndoCommand):
    """The only undo command: it holds Changes; the workspace writes them or their inverse."""

    def __init__(self, changes: Changes) -> None:
        """Take the words of the undo menu from the changes."""
        super().__init__(changes.text)
        self.changes = changes


class Workspace(QObject, Generic[Book_co]):
    """Owns an open book. Everything that changes it goes through `edit`, `adopt`, `undo` or `redo`.

    `apply(book, changes)` writes changes again (undo, redo); `check(book)` judges the book and its
    result is sent out by `checked`, 50 ms after the last change.
    """

    changed = Signal(object)
    """Changes: what was written, also by undo and redo. Views follow this and nothing else."""
    checked = Signal(object)
    """What `check` returned."""
    failed = Signal(object)
    """A Problem that kept a change from being written; nothing was changed."""

    def __init__(
        self,
        book: Book_co,
        apply: Callable[[Book_co, Changes], Changes],
        check: Callable[[Book_co], object],
        parent: QObject | None = None,
    ) -> None:
        """Own `book` until `close`."""
        super().__init__(parent)
        self.book = book
        self.undo_stack = QUndoStack(self)
        self.report: Any = None
        self.run_long: Callable[[str, Callable[[], Changes], Callable[[Changes], None]], object] | None = None
        """A window's `run_job`: undo and redo of very many edits must not run in its thread."""
        self.unlock: Callable[[Callable[[], object] | None], bool] | None = None
        """Asks for the passphrase that writing needs; else calls what waits, later."""
        self.prepare: Callable[[Book_co], bool] | None = None
        """Does a part of what a check stands on, for which a window may wait; False: nothing is left."""
        self._apply = apply
        self._check = check
        self._timer = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._breath = QTimer(self, singleShot=True, interval=0)
        for timer in (self._timer, self._breath):
            timer.timeout.connect(self._check_unless_held)
        self._held = self._deferred = False

    def edit(self, action: Callable[[Book_co], Changes], *, kept: bool = False) -> bool:
        """Run a service that changes the book; False when a Problem kept it from it (see `failed`).

        While a job works on the book nothing else does: two threads would write one draft. What waits for a
        passphrase is written once that is given, but for what is `kept`: an editor holds it, and offers it
        again itself.
        """
        if self._held:
            self.failed.emit(Problem("book-busy"))
            return False
        try:
            changes = action(self.book)
        except Problem as problem:
            self._refuse(problem, None if kept else lambda: self.edit(action))
            return False
        self.adopt(changes)
        return True

    def ready(self, again: Callable[[], object] | None = None) -> bool:
        """Whether nothing that a person must give is missing for writing; `again` is called once it is given.

        To be asked before a job that writes: it could only fail.
        """
        return self.unlock is None or self.unlock(again)

    def adopt(self, changes: Changes) -> None:
        """Follow changes that a job has written already: one undo step, one `changed`."""
        if changes:
            self.undo_stack.push(ChangesCommand(changes))
            self._tell(changes)

    def undo(self) -> None:
        """Take the last change back; the stack moves only when it was written."""
        self._step(self.undo_stack.index() - 1, self.undo_stack.undo, self.undo, inverse=True)

    def redo(self) -> None:
        """Write again what was taken back."""
        self._step(self.undo_stack.index(), self.undo_stack.redo, self.redo, inverse=False)

    def check_later(self) -> None:
        """Ask for a check after a pause: a block of edits is judged once."""
        self._breath.stop()
        self._timer.start()

    def check_now(self) -> None:
        """Judge the book and tell."""
        self._timer.stop()
        self._breath.stop()
        self._deferred = False
        self.report = self._check(self.book)
        self.checked.emit(self.report)

    def defer_checks(self) -> None:
        """Judge nothing of its own accord before the first `check_now`: what judges is still being loaded."""
        self._deferred = True

    def judge_later(self) -> None:
        """Judge for the first time as soon as no job works on the book."""
        self._deferred = False
        self._timer.start()

    def settle(self) -> None:
        """Run the pending check, if there is one."""
        if (self._timer.isActive() or self._breath.isActive()) and not self._held:
            self.check_now()

    @property
    def held(self) -> bool:
        """Whether a job works on the book."""
        return self._held

    def hold(self) -> None:
        """Keep hands off the book while a job works on it: no edit, no check, no undo."""
        self._held = True

    def release(self) -> None:
        """The job is over."""
        self._held = False

    def _check_unless_held(self) -> None:
        if self._held or self._deferred:
            self._timer.start()
        elif self.prepare is not None and self.prepare(self.book):
            self._breath.start()
        else:
            self.check_now()

    def _refuse(self, problem: Problem, again: Callable[[], object] | None) -> None:
        if problem.code != LOCKED or self.ready(again):
            self.failed.emit(problem)

    def _step(
        self, index: int, move: Callable[[], None], again: Callable[[], None], *, inverse: bool
    ) -> None:
        command = self.undo_stack.command(index) if 0 <= index < self.undo_stack.count() else None
        if self._held or not isinstance(command, ChangesCommand):
            return
        wanted = command.changes

        def write() -> Changes:
            return self._apply(self.book, wanted.inverse() if inverse else wanted)

        def follow(changes: Changes) -> None:
            move()
            self._tell(changes)

        if self.run_long is not None and len(wanted.edits) > LONG:
            if self.ready(again):
                self.run_long(wanted.text, write, follow)
            return
        try:
            changes = write()
        except Problem as problem:
            self._refuse(problem, again)
            return
        follow(changes)

    def _tell(self, changes: Changes) -> None:
        self.changed.emit(changes)
        self.check_later()
