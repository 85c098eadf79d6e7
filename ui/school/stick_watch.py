"""What the county left on a stick, without being asked: looked for at the start and when a stick comes.

Only names are looked at here, on a thread of its own; whoever follows `found` reads the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.problems import Problem
from ui.common.job_runner import JobRunner
from ui.school.sticks import default_folder

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.rounds import OnStick

FIRST_LOOK_MS, LOOK_AGAIN_MS = 800, 4000
_Mark = tuple[str, int, int]
"""A file as it was told of: path, bytes, time of its last change."""


@dataclass(frozen=True)
class _Seen:
    files: OnStick
    marks: dict[Path, _Mark]


class StickWatch(QObject):
    """Tells of each file once, as long as it is the same file."""

    found = Signal(object)
    """OnStick: round files and receipts for this school that were not told of before."""
    looked = Signal()
    """After every look, whether it found anything or not."""

    def __init__(self, book: SchoolBook, parent: QObject | None = None) -> None:
        """Look from `start` on."""
        super().__init__(parent)
        self._book = book
        self._known: set[_Mark] = set()
        self._asked: list[Path] = []
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
            self._jobs.run("", lambda: self._seen(asked or default_folder()), self._tell)

    def _looked(self) -> None:
        self.looked.emit()
        if self._asked:
            self._look()

    def _seen(self, folder: Path | None) -> _Seen | None:
        from eduapp.services.hand_off import (  # noqa: PLC0415 - loads the signing library: here, beside the window
            rounds,
        )

        if folder is None:
            return None
        marks: dict[Path, _Mark] = {}
        try:
            files = rounds.on_stick(self._book, folder)
            for path in (*files.rounds, *files.receipts):
                told = path.stat()
                marks[path] = (str(path), told.st_size, told.st_mtime_ns)
        except (OSError, Problem):
            return None  # pulled while it was being read: there is nothing to tell
        return _Seen(files, marks)

    def _tell(self, seen: _Seen | None) -> None:
        if seen is None:
            return
        new = {path for path, mark in seen.marks.items() if mark not in self._known}
        self._known |= set(seen.marks.values())
        if new:
            kept = [
                tuple(each for each in those if each in new)
                for those in (seen.files.rounds, seen.files.receipts)
            ]
            self.found.emit(type(seen.files)(*kept))
