"""Growth: a county by its schools (`county`), and a school by its rows: opening, check, edit, export.

0 for one more of anything: an edit of one row may not take longer for the rows that are not touched.
"""

from __future__ import annotations

import datetime
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from eduapp.services import checking, entry, packing, workbooks
from tests.bench import county
from tests.bench.county import Clock, exponent
from tests.bench.goals import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.services.books import SchoolBook

ROWS = (1_000, 10_000, 100_000)
TURNS, EDITS = 3, 20
GOAL, GOAL_EDIT = 1.1, 0.1
OPENED, CHECKED, PACKED, EDITED = "opening", "first check", "canonical tables", "an edit and its check"


def school_of(folder: Path, rows: int) -> Path:
    """Make a school with so many rows of homework, each its own."""
    path = folder / f"{rows}.edubook"
    with workbooks.create_school(
        path, workbooks.NewSchool("2143000123", "民和小学", "211", 2026, "220", 1998)
    ) as book:
        entry.add_rows(
            book,
            "school_class",
            [{"name": f"{i}年级(1)班", "grade": str(i), "pupils": str(30 + i)} for i in range(1, 7)],
        )
        keys = list(book.draft.rows["school_class"])
        first = datetime.date(2026, 9, 1)
        entry.add_rows(
            book,
            "homework",
            [
                {
                    "date": str(first + datetime.timedelta(days=i // 6 % 280)),
                    "school_class": keys[i % 6],
                    "subject": ("语文", "数学", "英语")[i // 1_680 % 3],
                    "written": "是",
                    "planned": str(5 + i * 7 % 50),
                }
                for i in range(rows)
            ],
        )
    return path


def measured(path: Path) -> dict[str, float]:
    """Open, check, edit and pack a school; the median CPU of each."""
    clock = Clock()
    for _ in range(TURNS):
        book = clock.take(OPENED, workbooks.open_school, path)
        clock.take(CHECKED, checking.check, book)
        rows = book.draft.rows["homework"]
        for turn in range(EDITS):
            key = rows.key_at(turn * 37 % len(rows))
            shown = entry.show(book, "homework", "planned", rows[key]["planned"])
            clock.take(EDITED, _edit, book, key, "25" if shown != "25" else "35")
        clock.take(PACKED, packing.pack, book.draft)
        book.close()
    return clock.medians


def _edit(book: SchoolBook, key: str, value: str) -> None:
    assert entry.set_cell(book, "homework", key, "planned", value)
    checking.check(book)


def run(sizes: Sequence[int] = county.SIZES, rows: Sequence[int] = ROWS) -> list[Found]:
    """Print a county's growth and a list's."""
    found = county.run(sizes)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["EDUAPP_DATA"] = str(folder / "data")
        by_name: dict[str, list[float]] = {}
        for count in rows:
            for each, seconds in measured(school_of(folder, count)).items():
                by_name.setdefault(each, []).append(seconds)
        print(f"a school's homework: CPU seconds, median of {TURNS}")
        print(f"  {'':26}" + "".join(f"{count:>12,}" for count in rows) + "   exponent")
        for each, seconds in by_name.items():
            cells = "".join(f"{one:12.4f}" for one in seconds)
            print(f"  {each:26}{cells}{exponent(rows, seconds):11.2f}")
            goal = GOAL_EDIT if each == EDITED else GOAL
            found.append(Found(f"growth of a list: {each}", exponent(rows, seconds), goal, "exp"))
    return found
