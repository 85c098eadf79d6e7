"""What the program did last, in a file of this user's own: for the report of a self-check, nothing else.

A line says when, what kind of thing, and how it ended: names of jobs and codes of Problems, never a name, a
number or a path of anybody's.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from db import files
from db.problems import Problem
from eduapp.services.folders import data_folder, own_folder, own_text

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "错误报告"
TRACE, CRASH, REPORTS = "运行记录.txt", "崩溃.txt", "错误_*.txt"
SHOWN = 40
"""Lines that go into a report."""
MOST_BYTES = 64 * 1024


def folder() -> Path:
    """Return where reports of errors, and these lines, lie."""
    return own_folder(data_folder() / FOLDER)


def note(what: str) -> None:
    """Add a line; where the disk takes none, the work it tells of goes on."""
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    with contextlib.suppress(Problem):
        files.append_if_free(folder() / TRACE, f"{now} {what}\n".encode(), MOST_BYTES)


def last_lines() -> list[str]:
    """Return the last lines, oldest first."""
    return own_text(folder() / TRACE).splitlines()[-SHOWN:]


def last_crash() -> str:
    """Return the newest report of an error, or what a crash left; "" where there is none."""
    left = own_text(folder() / CRASH).strip()
    newest = max(folder().glob(REPORTS), default=None)
    return left or (own_text(newest).strip() if newest is not None else "")
