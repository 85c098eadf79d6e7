"""The SQL that the program really executes on a workbook, as SQLite itself reports it, values filled in.

Product: every statement and every pragma below comes from the program at work. Replay: the same texts are
executed again over a disk in memory (see `replay`), since the SQLite inside Python takes no such disk.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eduapp.services import workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, sending
from eduapp.services.practice import hand_off as practice_hand_off
from tests.faults.editing import any_edit
from tests.faults.material import HISTORY, YEAR, Material, digest, finish
from tests.faults.stored import plain


@dataclass
class Recording:
    """Sessions of statements over one workbook; `image` is the file before the first ("" for none)."""

    name: str
    image: bytes = b""
    sessions: list[list[str]] = field(default_factory=list)
    result: str = ""
    """The digest of the workbook that the program left."""


class _Tape:
    """Notes each statement once: one that SQLite prepares anew, for the schema changed, is traced again."""

    def __init__(self, raw: sqlite3.Connection, statements: list[str]) -> None:
        self._raw, self._statements, self._changes = raw, statements, -1

    def note(self, statement: str) -> None:
        changes = self._raw.total_changes
        again = self._statements[-1:] == [statement] and changes == self._changes
        self._changes = changes
        if not again:
            self._statements.append(statement)


@contextmanager
def _recorded(path: Path, sessions: list[list[str]]) -> Iterator[None]:
    real = sqlite3.connect

    def connect(file: Any, *arguments: Any, **options: Any) -> sqlite3.Connection:
        raw = real(file, *arguments, **options)
        if str(file) == str(path):
            sessions.append([])
            raw.set_trace_callback(_Tape(raw, sessions[-1]).note)
        return raw

    sqlite3.connect = connect  # only watched: the real one does the work
    try:
        yield
    finally:
        sqlite3.connect = real


def _record(name: str, path: Path, work: Callable[[], None]) -> Recording:
    recording = Recording(name, path.read_bytes() if path.exists() else b"")
    with _recorded(path, recording.sessions):
        work()
    with plain(path) as raw:
        recording.result = digest(raw)
    return recording


def school(material: Material, folder: Path, edits: int) -> Recording:
    """A new school's workbook: made, filled, exported, closed, opened again, changed."""
    path = material.fresh_school(folder)
    path.unlink()
    dice = random.Random(7)

    def work() -> None:
        new = workbooks.NewSchool("2143990003", "民和小学", "211", YEAR, "220", 1998, practice=True)
        with workbooks.create_school(path, new) as book:
            for _ in range(edits):
                any_edit(book, dice)
            finish(sending.export(book, folder / "stick", "draft"))
        with workbooks.open_school(path) as book:
            for _ in range(edits // 2):
                any_edit(book, dice)
            finish(sending.export(book, folder / "stick", "draft"))

    return _record("school: new, entry, export", path, work)


def county(material: Material, folder: Path) -> Recording:
    """A county takes in a folder of submissions and withdraws one."""
    path = material.fresh_county(folder)

    def work() -> None:
        with county_books.open_county(path) as book:
            finish(intake.merge(book, [material.submissions]))
            intake.undo(book, [book.members[0].id])

    return _record("county: merge, withdrawal", path, work)


def office(material: Material, folder: Path) -> Recording:
    """A county admits keys by their forms, takes in sealed files, answers, withdraws one and puts it back."""
    sealed = material.sealed
    path = sealed.fresh_county(folder)
    stick = Path(shutil.copytree(sealed.stick, folder / "stick"))

    def work() -> None:
        with county_books.open_county(path) as book:
            finish(practice_hand_off.receive(book, stick, sealed.forms))
            submission = book.members[0].id
            intake.undo(book, [submission])
            intake.restore(book, submission)

    return _record("county: admission, sealed merge, decisions", path, work)


def upgrade(folder: Path) -> Recording:
    """The oldest released workbook is opened by this version."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    old = min(HISTORY.glob("*/school.edubook"))
    path = Path(shutil.copy(old, folder / "school.edubook"))
    return _record("upgrade of an old workbook", path, lambda: workbooks.open_school(path).close())
