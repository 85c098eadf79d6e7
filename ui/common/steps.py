"""Building a window in steps: what is looked at first stands first; between two steps the window breathes.

A step that only loads (modules, data packs) is taken beside the window's thread: it holds up nobody's typing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Work = Callable[[], object]
    """What may run beside the window's thread: it touches no widget and no open book."""


class _Background(QThread):
    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - carried over to the window's thread, which raises it
            self.error = error


class Steps(QObject):
    """Takes the steps of an iterator: one after the other as the window is idle, or all at once.

    The iterator yields None where the window may breathe, and Work where something is to be loaded in the
    background before it goes on.
    """

    ended = Signal()
    """All steps are taken."""

    def __init__(self, steps: Iterator[Work | None], parent: QObject) -> None:
        """Start with none taken."""
        super().__init__(parent)
        self._steps = steps
        self._background: _Background | None = None
        self._taking = self.over = False

    def go(self) -> None:
        """Take the next step, and the others as the window is idle."""
        work = None if self.over else self._next()
        if work is None:
            self._go_on()
            return
        background = self._background = _Background(work, self)
        background.finished.connect(self._loaded)
        background.start()

    def finish(self) -> None:
        """Take every step that is left, now: somebody asks for what they make."""
        if self._taking:
            return  # the step being taken is the one that asks
        self._await()
        while not self.over:
            work = self._next()
            if work is not None:
                work()

    def stop(self) -> None:
        """Take no more steps: the window closes."""
        self.over = True
        background, self._background = self._background, None
        if background is not None:
            background.wait()

    def _go_on(self) -> None:
        if not self.over:
            QTimer.singleShot(0, self, self.go)

    def _next(self) -> Work | None:
        self._taking = True
        try:
            return next(self._steps)
        except StopIteration:
            self.over = True
            self.ended.emit()
            return None
        finally:
            self._taking = False

    def _loaded(self) -> None:
        if self._background is not None:  # else somebody waited for it
            self._await()
            self.go()

    def _await(self) -> None:
        background, self._background = self._background, None
        if background is None:
            return
        background.wait()
        background.deleteLater()
        if background.error is not None:
            raise background.error


class Stepwise:
    """A window whose first page and whose rest are made in steps."""

    first: Steps
    """Makes the page that is looked at first: after it the window can be shown and typed into."""
    rest: Steps
    """Makes what nobody waits for."""

    def complete(self) -> None:
        """Take every step that is left in building this window."""
        self.first.finish()
        self.rest.finish()
