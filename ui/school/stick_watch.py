"""What the county left on sticks, without being asked: looked for at the start and when a stick comes.

Only names are looked at here, on a thread of its own; whoever follows `found` reads the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.problems import Problem
from eduapp.services import sticks
from ui.common.job_runner import JobRunner
from ui.common.places import default_folder

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.rounds import OnStick

FIRST_LOOK_MS, LOOK_AGAIN_MS = 800, 4000
_Mark = tuple[str, int, int]
"""A file as it was told of: path, bytes, time of its last change."""


@dataclass(frozen=True)
class _Seen:
    stick: Path | None
    """Where to write to: the first stick that is plugged in."""
    rounds: tuple[Path, ...]
    receipts: tuple[Path, ...]
    marks: dict[Path, _Mark]


class StickWatch(QObject):
    """Tells of each file once, as long as it is the same file."""

    found = Signal(object)
    """OnStick: round files and receipts for this school that were not told of before."""
    plugged = Signal(object)
    """The topmost folder of a stick that came, also the one that was there before the first look."""
    looked = Signal()
    """After every look, whether it found anything or not."""

    def __init__(self, book: SchoolBook, parent: QObject | None = None) -> None:
        """Look from `start` on."""
        super().__init__(parent)
        self._book = book
        self._known: set[_Mark] = set()
        self._asked: list[Path] = []
        self.stick: Path | None = None
        """Where to write to, as it was at the last look: the first stick that is plugged in."""
        self._jobs = JobRunner(self)
        self._jobs.ended.connect(self._looked)
        self._timer = QTimer(self, interval=LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Look soon, and again every few seconds."""
        QTimer.singleShot(FIRST_LOOK_MS, self, self._look)
        self._timer.start()

    def stop(self) -> None:
        """Look no more: before the window closes."""
        self._timer.stop()
        self.blockSignals(True)
        self._jobs.stop()

    def look_into(self, folder: Path) -> None:
        """Look into a folder that a person chose."""
        self._asked.append(folder)
        self._look()

    def forget(self) -> None:
        """Tell of the files again at the next look: the county is believed only now."""
        self._known.clear()

    def _look(self) -> None:
        if not self._jobs.busy:
            asked = self._asked.pop(0) if self._asked else None
            self._jobs.run("", lambda: self._seen(asked), self._tell)

    def _looked(self) -> None:
        self.looked.emit()
        if self._asked:
            self._look()

    def _seen(self, asked: Path | None) -> _Seen:
        from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: here, beside the window
            rounds,
        )

        stick = default_folder()
        marks: dict[Path, _Mark] = {}
        found: list[OnStick] = []
        for folder in (asked,) if asked else dict.fromkeys((stick, *sticks.plugged_in())):
            if folder is None:
                continue
            try:
                files = rounds.on_stick(self._book, folder)
                marks |= {path: _mark_of(path) for path in (*files.rounds, *files.receipts)}
            except (OSError, Problem):
                continue  # pulled while it was being read: there is nothing to tell
            found.append(files)
        return _Seen(
            stick,
            tuple(path for each in found for path in each.rounds),
            tuple(path for each in found for path in each.receipts),
            marks,
        )

    def _tell(self, seen: _Seen) -> None:
        came, self.stick = seen.stick != self.stick, seen.stick
        if came and seen.stick is not None:
            self.plugged.emit(seen.stick)
        new = {path for path, mark in seen.marks.items() if mark not in self._known}
        self._known |= set(seen.marks.values())
        if new:
            from eduapp.services.hand_off.rounds import OnStick  # noqa: PLC0415 - as above: loaded by now

            kept = (tuple(file for file in those if file in new) for those in (seen.rounds, seen.receipts))
            self.found.emit(OnStick(*kept))


def _mark_of(path: Path) -> _Mark:
    told = path.stat()
    return str(path), told.st_size, told.st_mtime_ns
