"""Backups of a workbook: the list a person chooses from, putting one back, and the hourly copy.

A restored workbook is a new writer: it may lack what the last one already handed over.
"""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import backups, workbook
from db.records.catalog import LISTS
from eduapp.exchange.files import own_problems
from eduapp.services.books import COUNTY, SCHOOL
from eduapp.services.folders import data_folder

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from eduapp.services.books import OpenBook

HOURLY, CLOSING = "定时", "关闭前"
WORKBOOK, BEFORE = "workbook", "workbook_before"
"""Facts of a workbook: the id its writer's key is kept under, and the id it had before it was restored."""


@dataclass(frozen=True)
class BackupCopy:
    """A backup as the list shows it; `size` in bytes. `readable` is False where its summary says so."""

    path: Path
    at: datetime.datetime
    occasion: str
    size: int
    summary: str
    readable: bool


@dataclass(frozen=True)
class Restored:
    """What restoring did: the workbook, and the copy of what it was before (None: there was nothing)."""

    path: Path
    saved: Path | None


def has_backups(path: Path) -> bool:
    """Whether there is any backup of a workbook."""
    return bool(backups.copies_of(path))


def time_text(at: datetime.datetime) -> str:
    """Write when a backup was made, as the list shows it."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


def describe(path: Path, copy: Path) -> str:
    """Say which backup of a workbook a file is: when it was made, and before what."""
    found = next((one for one in backups.copies_of(path) if one.path == copy), None)
    return copy.name if found is None else f"{time_text(found.at)}({found.occasion})"


def backups_of(path: Path) -> tuple[BackupCopy, ...]:
    """Return the backups beside a workbook, newest first, each with what it holds."""
    found = []
    for each in backups.copies_of(path):
        summary = _summary(each.path)
        with suppress(FileNotFoundError):  # thinned by the hourly copy while the list was read
            size = each.path.stat().st_size
            found.append(
                BackupCopy(
                    each.path, each.at, each.occasion, size, summary or "打不开", readable=bool(summary)
                )
            )
    return tuple(found)


def restore(path: Path, copy: Path) -> Restored:
    """Put a backup in the place of its workbook, which must be closed.

    What the workbook is now is copied first (恢复前) and can be restored again. Raises Problem; the
    workbook is then what it was.
    """
    facts: dict[str, str] = {}

    def noted(of_copy: Mapping[str, str], present: Mapping[str, str]) -> Mapping[str, str]:
        facts.update(of_copy)
        return _facts(of_copy, present)

    saved = workbook.restore(path, copy, noted)
    if facts.get("role") == COUNTY:  # this computer saw more of its log; a person wants the copy
        from eduapp.services.keys import county_keys  # noqa: PLC0415 - a county's only: signs

        county_keys.accept_log(path)
    return Restored(path, saved)


def keep(book: OpenBook, occasion: str = HOURLY, wanted: Callable[[], bool] | None = None) -> Path | None:
    """Make a backup if something was changed and the last is over an hour old; for any thread.

    `wanted` is asked between small steps and gives up where it says no. Raises Problem.
    """
    return book.workbook.backup_if_due(occasion, wanted)


def _facts(copy: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str]:
    """Return the facts of a restored workbook: a writer of its own, which knows whose place it takes.

    Of the ids before it, the first whose key this computer has: a workbook that was restored and
    never handed anything over has none.
    """
    before = [meta[name] for meta in (present, copy) for name in (WORKBOOK, BEFORE) if name in meta]
    folder = data_folder() / "keys"
    with own_problems(folder):
        known = [each for each in before if any(folder.glob(f"{each}.*"))]
    return {WORKBOOK: uuid.uuid4().hex, BEFORE: (known or before or [""])[0]}


def _summary(path: Path) -> str:
    """Say whose workbook a copy is and how much it holds; "" where it cannot be read."""
    try:
        with closing(backups.read_only(path)) as raw:
            meta = dict(raw.execute("SELECT name, value FROM meta"))
            told = _school if meta.get("role") == SCHOOL else _county
            return f"{told(raw, meta)}{' · 练习数据' if meta.get('practice') == '1' else ''}"
    except sqlite3.Error:
        return ""


def _school(raw: sqlite3.Connection, meta: Mapping[str, str]) -> str:
    (name,) = raw.execute("SELECT name FROM school").fetchone() or ("",)
    there = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    rows = sum(_count(raw, each) for each in LISTS if each in there)
    parts = [
        f"{name or '未填校名'} {meta.get('year', '')} 学年",
        f"{rows} 行",
        f"上报 {_count(raw, 'sent')} 次",
    ]
    return " · ".join(parts + ["已审核"] * (meta.get("approved") == "1"))


def _county(raw: sqlite3.Connection, meta: Mapping[str, str]) -> str:
    came = _count(raw, "submission")
    return f"{meta.get('name', '')} {meta.get('year', '')} 学年 · 收到 {came} 个上报文件"


def _count(raw: sqlite3.Connection, table: str) -> int:
    (count,) = raw.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - our own names
    return int(count)
