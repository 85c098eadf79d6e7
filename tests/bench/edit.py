"""One cell edited until every verdict is up to date and the value is stored durably.

A large school (300 teachers with 1,500 rows of training, 60 classes, 250 rooms, 40,000 homework rows)
beside a small one (10 with 50, 6, 20, 900) and beside a bare durable UPDATE, all in one run on one disk,
taken in turn so that a change of the machine's speed meets all three alike. Every edit changes its
value: an UPDATE to the same value writes nothing.
"""

from __future__ import annotations

import datetime
import os
import random
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from eduapp.services import checking, entry, workbooks
from eduapp.services.books import SchoolBook
from tests.bench.goals import Found

ROUNDS, WARM_UP = 300, 20
GOAL_MS, GOAL_RATIO = 16.0, 1.5


@dataclass(frozen=True)
class Size:
    teachers: int
    classes: int
    rooms: int
    homework: int
    training: int


SMALL, LARGE = Size(10, 6, 20, 900, 50), Size(300, 60, 250, 40_000, 1_500)
DEGREES, BACKBONES = ("本科毕业", "硕士毕业", "专科毕业"), ("无", "县级")


def make(folder: Path, name: str, size: Size) -> SchoolBook:
    """Make a primary school of a size, by the doors a clerk uses."""
    new = workbooks.NewSchool("2143000123", name, "211", 2026, "220", 1998)
    book = workbooks.create_school(folder / f"{name}.edubook", new)
    dice = random.Random(7)
    entry.add_rows(
        book,
        "school_class",
        [
            {"name": f"{i % 6 + 1}年级({i // 6 + 1})班", "grade": str(i % 6 + 1), "pupils": "40"}
            for i in range(size.classes)
        ],
    )
    entry.add_rows(
        book,
        "teacher",
        [
            {
                "name": f"教师{i}",
                "stage": "小学",
                "subject": dice.choice(("语文", "数学", "音乐", "体育与健康")),
                "degree": dice.choice(DEGREES),
                "certificate": "是",
                "backbone": dice.choice(BACKBONES),
                "post": "在编在岗",
            }
            for i in range(size.teachers)
        ],
    )
    entry.add_rows(
        book,
        "training",
        [
            {
                "teacher": f"教师{i % size.teachers}",
                "year": str(2022 + i // size.teachers % 5),
                "hours": "72",
            }
            for i in range(size.training)
        ],
    )
    entry.add_rows(
        book,
        "room",
        [
            {"name": f"室{i}", "kind": "普通教室", "area": str(50 + i % 40), "multimedia": "是"}
            for i in range(size.rooms)
        ],
    )
    keys = list(book.draft.rows["school_class"])
    first = datetime.date(2026, 9, 1)
    entry.add_rows(
        book,
        "homework",
        [
            {
                "date": str(first + datetime.timedelta(days=i // size.classes % 180)),
                "school_class": keys[i % size.classes],
                "subject": "语文",
                "written": "是",
                "planned": str(10 + i % 50),
            }
            for i in range(size.homework)
        ],
    )
    return book


def one_edit(book: SchoolBook, turn: int) -> float:
    """Make edit number `turn` and judge everything; return the seconds it took."""
    record, field, values = (
        ("teacher", "degree", DEGREES),
        ("room", "area", ("61.5", "72.25", "55")),
        ("homework", "planned", ("25", "35", "70")),
        ("school_class", "pupils", ("44", "46", "39")),
        ("training", "hours", ("72", "60", "80.5")),
    )[turn % 5]
    rows = book.draft.rows[record]
    key = rows.key_at(turn * 37 % len(rows))
    shown = entry.show(book, record, field, rows[key][field])
    value = next(each for each in values if each != shown)
    begin = time.perf_counter()
    changes = entry.set_cell(book, record, key, field, value)
    checking.check(book)
    taken = time.perf_counter() - begin
    assert changes, "an edit that changes nothing measures nothing"
    return taken


class BareUpdate:
    """The limit: one durable UPDATE of one row, with the same pragmas and the journal line."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=DELETE", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE room (id INTEGER PRIMARY KEY, area INTEGER)")
        self._connection.execute("INSERT INTO room VALUES (1, 0)")

    def one_edit(self, turn: int) -> float:
        begin = time.perf_counter()
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("UPDATE room SET area = ? WHERE id = 1", (turn,))
        self._connection.execute("COMMIT")
        return time.perf_counter() - begin


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def equal_to_recomputation(book: SchoolBook) -> bool:
    """Whether the running sums say what counting everything anew says."""
    live = checking.check(book)
    anew = checking.check_draft(book.draft, book.reference_date, book.standards)
    return (live.sections, live.school_level, set(live.findings)) == (
        anew.sections,
        anew.school_level,
        set(anew.findings),
    )


def run() -> list[Found]:
    print(f"edit: one cell, all verdicts, stored durably; {ROUNDS} edits each, in turn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["EDUAPP_DATA"] = str(folder / "data")
        print(f"  making a small school {SMALL} and a large one {LARGE}")
        small, large, bare = make(folder, "小", SMALL), make(folder, "大", LARGE), BareUpdate(folder)
        times: dict[str, list[float]] = {"bare UPDATE": [], "small school": [], "large school": []}
        for turn in range(WARM_UP + ROUNDS):
            taken = (bare.one_edit(turn), one_edit(small, turn), one_edit(large, turn))
            if turn >= WARM_UP:
                for row, seconds in zip(times.values(), taken, strict=True):
                    row.append(seconds)
        equal = equal_to_recomputation(small) and equal_to_recomputation(large)
        small.close()
        large.close()
    base, small_times, large_times = times.values()
    print(f"  {'':14}{'median ms':>10}{'p95 ms':>9}{'median / bare':>15}{'median / small':>16}")
    for row_name, row in times.items():
        ratios = f"{median(row) / median(base):15.2f}{median(row) / median(small_times):16.2f}"
        print(f"  {row_name:14}{median(row) * 1e3:10.2f}{p95(row) * 1e3:9.2f}{ratios}")
    ratio = median(large_times) / median(small_times)
    print(f"  goal p95 < {GOAL_MS:.0f} ms: {'met' if p95(large_times) * 1e3 < GOAL_MS else 'NOT met'}")
    print(f"  goal large <= {GOAL_RATIO} x small: {ratio:.2f}, {'met' if ratio <= GOAL_RATIO else 'NOT met'}")
    print(f"  equal to a full recomputation: {'yes' if equal else 'NO'}")
    return [
        Found(
            "edit: one cell, large school, of a bare durable UPDATE", median(large_times) / median(base), 3.0
        ),
        Found("edit: large school, of a small one", ratio, GOAL_RATIO),
        Found("edit: not equal to a full recomputation", float(not equal), 0.0, ""),
    ]
