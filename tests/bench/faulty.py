"""A school in which every one of many rows has a finding: one edit and a check beside a clean school."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from db.records.values import Unread
from eduapp.services import checking, entry
from tests.bench import edit
from tests.bench.goals import Found, ratio

if TYPE_CHECKING:
    from eduapp.services.books import SchoolBook

ROWS, EDITS = 40_000, 60
GOAL = 2.0


def run() -> list[Found]:
    print(f"faulty: one edit and a check with {ROWS} rows of homework all wrong, beside clean ones")
    size = edit.Size(teachers=10, classes=6, rooms=20, homework=ROWS, training=50)
    times: list[list[float]] = [[], []]
    with tempfile.TemporaryDirectory() as name:
        os.environ["EDUAPP_DATA"] = str(Path(name) / "data")
        clean, wrong = (edit.make(Path(name), each, size) for each in ("净", "错"))
        keys = list(wrong.draft.rows["homework"])
        entry.set_cells(wrong, [("homework", key, "measured", Unread("约三十")) for key in keys], "改错")
        for turn in range(EDITS):
            for each, book in zip(times, (clean, wrong), strict=True):
                each.append(_edit(book, turn))
        equal = edit.equal_to_recomputation(wrong)
        clean.close()
        wrong.close()
    print(f"  clean {median(times[0]) * 1e3:.1f} ms, faulty {median(times[1]) * 1e3:.1f} ms")
    return [
        Found("faulty: one edit and a check, of a clean school", ratio(times[1], times[0]), GOAL),
        Found("faulty: not equal to a full recomputation", float(not equal), 0.0, ""),
    ]


def _edit(book: SchoolBook, turn: int) -> float:
    key = book.draft.rows["homework"].key_at(turn * 37 % ROWS)
    begin = time.perf_counter()
    entry.set_cell(book, "homework", key, "planned", str(61 + turn % 9))
    checking.check(book)
    return time.perf_counter() - begin
