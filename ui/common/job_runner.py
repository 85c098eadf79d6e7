"""Long work on one worker thread: progress, cancel, and the result back in the window's thread."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from eduapp.services import traces
from eduapp.services.jobs import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    Job = Callable[[], Any] | Generator[Progress, None, Any]
    """A generator of Progress that returns its result, or a function of no arguments.

    A function may return such a generator, which is then run: only that can be tried again.
    """


class _Worker(QThread):
    progressed = Signal(object)

    def __init__(self, job: Job, parent: QObject) -> None:
        super().__init__(parent)
        self._job = job
        self.result: Any = None
        self.error: BaseException | None = None
        self.cancelled = False

    def run(self) -> None:
        try:
            made = self._job if isinstance(self._job, Generator) else self._job()
            if isinstance(made, Generator):
                self._steps(made)
            else:
                self.result = made
        except BaseException as error:  # noqa: BLE001 - carried over to the window's thread, which raises it
            self.error = error

    def _steps(self, job: Generator[Progress, None, Any]) -> None:
        while True:
            if self.isInterruptionRequested():
                job.close()
                self.cancelled = True
                return
            try:
                progress = next(job)
            except StopIteration as stop:
                self.result = stop.value
                return
            self.progressed.emit(progress)


class JobRunner(QObject):
    """Runs one job at a time. While it runs, the window keeps its hands off the book."""

    started = Signal(str)
    progressed = Signal(object)
    """Progress."""
    ended = Signal()
    """After the result, the failure or the cancel was told, unless that started the next job."""
    failed = Signal(object)
    """The exception that ended a job; a Problem or a bug."""
    cancelled = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start idle."""
        super().__init__(parent)
        self._worker: _Worker | None = None
        self._text = ""
        self._job: Job | None = None
        self._done: Callable[[Any], None] | None = None
        self._error: BaseException | None = None
        self._ended = False

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._worker is not None

    def run(self, text: str, job: Job, done: Callable[[Any], None] | None = None) -> bool:
        """Start a job; `done(result)` is called in this thread. False when one is running already."""
        if self._worker is not None or self._ended:
            return False
        self._text, self._job, self._done, self._error = text, job, done, None
        worker = self._worker = _Worker(job, self)
        worker.progressed.connect(self.progressed)
        worker.finished.connect(self._finish)
        self.started.emit(text)
        worker.start()
        return True

    def try_again(self, error: BaseException) -> bool:
        """Start the job that ended with an error again; False when it cannot or another was started."""
        job = self._job
        if self._error is not error or job is None or isinstance(job, Generator):
            return False
        return self.run(self._text, job, self._done)

    def cancel(self) -> None:
        """Ask the job to stop at its next step; it rolls back itself."""
        if self._worker is not None:
            self._worker.requestInterruption()

    def stop(self) -> None:
        """Cancel and wait: before the window closes."""
        worker = self._worker
        if worker is not None:
            worker.requestInterruption()
            worker.wait()

    def end(self) -> None:
        """Cancel and wait, for good: no result is told any more, and no job is started."""
        self.stop()
        self._ended, self._worker = True, None

    def _finish(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.deleteLater()
        try:
            if worker.error is not None:
                self._error = worker.error
                traces.note(getattr(worker.error, "code", type(worker.error).__name__))
                self.failed.emit(worker.error)
            elif worker.cancelled:
                self.cancelled.emit(self._text)
            elif self._done is not None:
                self._done(worker.result)
        finally:
            if self._worker is None:  # the next job may have been started by `done`; its end is the end
                self.ended.emit()
