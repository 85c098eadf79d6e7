"""Schools that the benchmarks open: made by the doors a clerk uses."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from eduapp.services import entry, workbooks


def small(folder: Path, homework: int = 900) -> Path:
    """Make a village school with some rows on every page; a finding is open."""
    os.environ["EDUAPP_DATA"] = str(folder / "data")
    path = folder / f"小学{homework}.edubook"
    new = workbooks.NewSchool("2143000123", "民和小学", "211", 2026, "220", 1998)
    with workbooks.create_school(path, new) as book:
        entry.add_rows(
            book,
            "school_class",
            [{"name": f"{i}年级(1)班", "grade": str(i), "pupils": "40"} for i in range(1, 7)],
        )
        teacher = {
            "stage": "小学",
            "subject": "语文",
            "degree": "本科毕业",
            "certificate": "是",
            "post": "在编在岗",
        }
        entry.add_rows(book, "teacher", [{"name": f"教师{i}"} | teacher for i in range(10)])
        entry.add_rows(
            book, "room", [{"name": f"室{i}", "kind": "普通教室", "area": "60"} for i in range(19)]
        )
        entry.add_row(book, "room", {"name": "室20", "area": "很大"})
        keys = list(book.draft.rows["school_class"])
        first = datetime.date(2026, 9, 1)
        entry.add_rows(
            book,
            "homework",
            [
                {
                    "date": str(first + datetime.timedelta(days=i // 6 % 180)),
                    "school_class": keys[i % 6],
                    "subject": "语文",
                    "written": "是",
                    "planned": str(10 + i % 50),
                }
                for i in range(homework)
            ],
        )
    return path
