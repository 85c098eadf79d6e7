"""The desk: owns the county's book and runs everything that reads or changes it, one job at a time."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from ui.county.sketch import Sketch, sketch_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.county.books import CountyBook
    from eduapp.services.jobs import Progress
    from ui.common.job_runner import Job
    from ui.county.snapshot import Snapshot

    Run = Callable[[str, Job, Callable[[Any], None] | None], bool]
    Action = Callable[[CountyBook], Any]
    """A service over the book; one that returns a generator of Progress is run step by step."""


class Desk(QObject):
    """Pages ask the desk; the book is touched by its jobs alone, never by the window's thread.

    Only the county's own records are typed in the window's thread, while no job runs (OwnRecords).
    """

    changed = Signal(object)
    """Snapshot: after every action, also after one that failed or was cancelled half way."""
    sketched = Signal(object)
    """Sketch: before any figure is computed; once more with what was computed last."""
    said = Signal(str)
    """A line for the page: what was done."""
    began = Signal()
    """A person's action begins: what the last one said is over."""
    warned = Signal(str)
    """A line for the page: what should be looked at."""

    def __init__(
        self, book: CountyBook, run: Run, busy: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        """Take over the book; `run(text, job, done)` starts a job, `busy()` says whether one runs."""
        super().__init__(parent)
        self.book = book
        self.snapshot: Snapshot | None = None
        self.sketch: Sketch | None = None
        self._run, self._busy = run, busy
        self._stale = False
        self._waiting: Callable[[], object] | None = None
        self._closed = False
        self._noticed: set[str] = set()

    def sketch_aside(self) -> None:
        """Read what needs no figure, for `show_sketch`: in any thread, before anything else has the book."""
        self.sketch = sketch_of(self.book)

    def show_sketch(self) -> None:
        """Show it."""
        self.sketched.emit(self.sketch)

    def draw_sketch(self) -> None:
        """Show at once what needs no figure: before the first job, so nothing else touches the book."""
        self.sketch_aside()
        self.show_sketch()

    def draw_last(self) -> None:
        """Put on it what was computed last; no job touches the book yet."""
        from eduapp.services.hand_off.last_figures import last_figures  # noqa: PLC0415 - after the board

        if self.sketch is not None and self.snapshot is None and not self._busy():
            self.sketch = replace(self.sketch, last=last_figures(self.book))
            self.sketched.emit(self.sketch)

    def refresh(self) -> None:
        """Compute everything again; the first time the board stands before that."""
        if self.sketch is None and not self._busy():
            self.draw_sketch()
        self._stale = False
        self._run(self.tr("计算"), _gather(self.book, self.snapshot), self._show)

    def refresh_when_idle(self) -> None:
        """Compute everything: now, or behind the job that runs."""
        if self._busy():
            self.outdate()
        else:
            self.refresh()

    def act(self, text: str, action: Action, done: Callable[[Any], None] | None = None) -> bool:
        """Run an action and what follows from it; `done(result)` is called after `changed`."""

        def follow(both: tuple[Any, Snapshot]) -> None:
            self._stale = False
            self._show(both[1])
            if done is not None:
                done(both[0])

        started = self._run(text, self._job(action), follow)
        if started:
            self.began.emit()
        self._stale = self._stale or started
        return started

    def ask(self, text: str, action: Action, done: Callable[[Any], None]) -> bool:
        """Run an action that changes nothing (a rehearsal, a comparison, a paper)."""
        return self._run(text, _steps(action, self.book), done)

    def ask_later(self, text: str, action: Action, done: Callable[[Any], None]) -> None:
        """Ask as soon as the window is idle: for what a page wants as it fills itself. The last ask holds."""
        self._waiting = lambda: self.ask(text, action, done)
        QTimer.singleShot(0, self._next)

    def outdate(self) -> None:
        """Compute everything again as soon as the window is idle: the county's own records changed."""
        self._stale = True
        QTimer.singleShot(0, self._next)

    def job_ended(self) -> None:
        """Look again after an action that did not come to its end: what it wrote, it wrote."""
        QTimer.singleShot(0, self._next)

    @property
    def is_current(self) -> bool:
        """Whether what was shown last is what the workbook holds: nothing is under way, nothing waits."""
        return not (self._stale or self._busy())

    def end(self) -> None:
        """Start nothing any more; the book is still open."""
        self._closed = True

    def close(self) -> None:
        """Close the book; nothing is started any more."""
        self.end()
        self.book.close()

    def _next(self) -> None:
        """Start what waits, once nothing runs."""
        if self._closed or self._busy():
            return
        if self._stale:
            self.refresh()
        elif self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting()

    def _show(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.changed.emit(snapshot)
        for each in snapshot.notices:
            if each.text not in self._noticed:
                self._noticed.add(each.text)
                self.warned.emit(each.text)

    def _job(self, action: Action) -> Generator[Progress, None, tuple[Any, Snapshot]]:
        result = yield from _steps(action, self.book)
        snapshot = yield from _gather(self.book, self.snapshot)
        return result, snapshot


def _gather(book: CountyBook, before: Snapshot | None) -> Generator[Progress, None, Snapshot]:
    from ui.county.snapshot import gather  # noqa: PLC0415 - in the job: what figures need, no board does

    return (yield from gather(book, before))


def _steps(action: Action, book: CountyBook) -> Generator[Progress, None, Any]:
    result = action(book)
    if isinstance(result, Generator):
        result = yield from result
    return result
