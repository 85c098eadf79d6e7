"""Many rows at once: pasting them.

A paste stands beside executemany of the same rows and journal lines. Both sides are durable, with the same
pragmas, in turn; what is pasted is read, judged and undoable.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

from eduapp.services import checking, entry, workbooks
from eduapp.services.books import SchoolBook
from tests.bench import schools
from tests.bench.goals import Found, ratio

ROWS, TURNS = 5_000, 5
GOAL_PASTE = 6.0
PRAGMAS = ("locking_mode=EXCLUSIVE", "journal_mode=DELETE", "synchronous=FULL")
_COLUMNS = "id, position, date, school_class, subject, written, planned"


def paste() -> list[Found]:
    print(f"paste: {ROWS} rows read, judged, stored with their journal lines, {TURNS} turns")
    pasted: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        school = schools.small(folder, 0)
        for turn in range(TURNS + 1):
            with workbooks.open_school(school) as book:
                while book.count_some():  # what was there before is counted by then, as in a window
                    pass
                taken = _clock(lambda book=book: _paste(book))
                rows, lines = _stored(book)
            limit = _bare(folder / f"bare{turn}.db", rows[-ROWS:], lines[-ROWS:])
            if turn:
                pasted.append(taken)
                bare.append(limit)
    print(f"  paste {median(pasted) * 1e3:.0f} ms, bare {median(bare) * 1e3:.0f} ms")
    return [Found("paste: 5,000 rows, of executemany with journal lines", ratio(pasted, bare), GOAL_PASTE)]


def _clock(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _paste(book: SchoolBook) -> None:
    classes = list(book.draft.rows["school_class"])
    rows = [
        {
            "date": f"2026-09-{i % 30 + 1:02}",
            "school_class": classes[i % len(classes)],
            "subject": "语文",
            "written": "是",
            "planned": str(10 + i % 50),
        }
        for i in range(ROWS)
    ]
    entry.add_rows(book, "homework", rows)
    checking.check(book)


def _stored(book: SchoolBook) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with book.workbook.reading() as raw:
        rows = raw.execute(f"SELECT {_COLUMNS} FROM homework ORDER BY position").fetchall()  # noqa: S608 - our own
        lines = raw.execute(
            "SELECT at, who, record, key, field, old, new FROM journal ORDER BY seq"
        ).fetchall()
    return rows, lines


def _bare(path: Path, rows: list[tuple[object, ...]], lines: list[tuple[object, ...]]) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        raw.execute(f"CREATE TABLE homework ({_COLUMNS}, PRIMARY KEY (id))")
        raw.execute("CREATE INDEX homework_position ON homework (position)")
        raw.execute("CREATE TABLE journal (seq INTEGER PRIMARY KEY, at, who, record, key, field, old, new)")

        def work() -> None:
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(f"INSERT INTO homework ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 - our own
            journal = (
                "INSERT INTO journal (at, who, record, key, field, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)"
            )
            raw.executemany(journal, lines)
            raw.execute("COMMIT")

        return _clock(work)
