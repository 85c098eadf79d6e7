"""Copies of a workbook in 备份/ beside it: made whole, thinned by a pure rule, put back whole.

A copy carries the time of the state it shows as its file time, so that a later start can tell whether
anything was changed since. The clock names copies and thins them; nothing else is decided by it.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from db import digests, files
from db.files import PART
from db.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

FOLDER = "备份"
SUFFIX = ".edubook"
UPGRADING, RESTORING = SPECIAL = ("升级前", "恢复前")
"""Occasions whose newest copies outlive the thinning."""
HOURS, DAYS, WEEKS, NEWEST, SPECIALS = 24, 14, 12, 5, 3
FREELY, TIMES, SURE = 256 * 1024 * 1024, 12, 2
"""Bytes that copies may always take; as many times the newest; as many copies stay whatever they take."""
DUE_AFTER = datetime.timedelta(hours=1)

_STAMP = "%Y%m%d-%H%M%S-%f"
_PAGES = 128
"""Pages of one step: half a megabyte, for which alone an edit in another thread may have to wait."""
_SYNC_STEPS = 16
_BREATH = 0.001


class Stopped(Exception):  # noqa: N818 - no error: whoever waited no longer wants the copy
    """A copy was given up half way; nothing of it is left."""


@dataclass(frozen=True)
class Copy:
    """A copy: where it lies, when it was made (this computer's clock), and before what."""

    path: Path
    at: datetime.datetime
    occasion: str
    size: int = 0
    """Bytes."""


def copies_of(workbook: Path) -> tuple[Copy, ...]:
    """Return the copies of a workbook, newest first; "甲校" does not own those of "甲校_2026"."""
    folder = workbook.parent / FOLDER
    if not folder.is_dir():
        return ()
    own = re.compile(rf"{re.escape(workbook.stem)}_(\d{{8}}-\d{{6}}-\d{{6}})_([^_]*){re.escape(SUFFIX)}")
    found = []
    for each in folder.iterdir():
        match = own.fullmatch(each.name)
        at = _time_of(match[1]) if match else None
        if match and at is not None and each.is_file():
            with contextlib.suppress(FileNotFoundError):  # thinned in another thread while they are listed
                found.append(Copy(each, at, match[2], each.stat().st_size))
    return tuple(sorted(found, key=_rank, reverse=True))


def kept(copies: Iterable[Copy], now: datetime.datetime) -> frozenset[Copy]:
    """Return the copies that stay: a pure function of their names and the clock.

    The newest few; the newest of each of the last 24 hours, 14 days and 12 weeks in which there are
    any; the newest three of each special occasion. Hours, days and weeks are counted where there are
    copies, so a clock set forward clears nothing away; copies from after `now` (a clock set back) are
    thinned among themselves, so they neither push out new ones nor are pushed out.
    """
    ranked = sorted(copies, key=_rank, reverse=True)
    stay: set[Copy] = set()
    for group in ([copy for copy in ranked if copy.at <= now], [copy for copy in ranked if copy.at > now]):
        stay.update(group[:NEWEST])
        for most, period in ((HOURS, _hour), (DAYS, _day), (WEEKS, _week)):
            newest: dict[object, Copy] = {}
            for each in group:
                newest.setdefault(period(each.at), each)
            stay.update(list(newest.values())[:most])
        for occasion in SPECIAL:
            stay.update([copy for copy in group if copy.occasion == occasion][:SPECIALS])
    return frozenset(stay)


def affordable(copies: Iterable[Copy], now: datetime.datetime, free: int) -> frozenset[Copy]:
    """Return the copies that stay of those that `kept` leaves, by the bytes they take.

    free: bytes that are free on their disk. Together they take at most TIMES the newest of them, or FREELY
    where that is more, and at most half of what were free without them. The newest few go first, then those
    made before something special, one a day, one a week, one an hour, the newer before the older; the SURE
    newest and the newest of each special occasion stay in any case. Copies from after `now` have bounds of
    their own, as in `kept`.
    """
    ranked = sorted(copies, key=_rank, reverse=True)
    half = (free + sum(each.size for each in ranked)) // 2
    stay: set[Copy] = set()
    for group in ([copy for copy in ranked if copy.at <= now], [copy for copy in ranked if copy.at > now]):
        special = [[copy for copy in group if copy.occasion == occasion] for occasion in SPECIAL]
        sure = {*group[:SURE], *(each[0] for each in special if each)}
        left = min(max(FREELY, TIMES * group[0].size), half) if group else 0
        left -= sum(each.size for each in sure)
        stay |= sure
        for each in _by_worth(group):
            if each not in sure:
                left -= each.size
                if left < 0:
                    break
                stay.add(each)
    return frozenset(stay)


def _by_worth(group: Sequence[Copy]) -> Iterator[Copy]:
    """Yield copies, given newest first, each once, in the order in which they are worth their bytes."""
    seen: dict[Copy, None] = dict.fromkeys(group[:NEWEST])
    seen |= dict.fromkeys(copy for copy in group if copy.occasion in SPECIAL)
    for period in (_day, _week, _hour):
        newest: dict[object, Copy] = {}
        for each in group:
            newest.setdefault(period(each.at), each)
        seen |= dict.fromkeys(newest.values())
    return iter(seen | dict.fromkeys(group))


def longest_name(workbook: Path) -> Path:
    """Return the longest path that a copy of a workbook has while it is made."""
    stamp = "20260101-000000-000000"
    return workbook.parent / FOLDER / f"{workbook.stem}_{stamp}_{UPGRADING}{SUFFIX}{PART}"


def latest(workbook: Path, now: datetime.datetime) -> Copy | None:
    """Return the newest copy that was not made after `now`."""
    return next((copy for copy in copies_of(workbook) if copy.at <= now), None)


def make(
    raw: sqlite3.Connection, workbook: Path, occasion: str, wanted: Callable[[], bool] | None = None
) -> Path:
    """Copy an open workbook, and thin its older copies; raises Problem `backup-failed`.

    Works in steps: edits by other threads through the same connection go on meanwhile and are in the
    copy. `wanted` is asked between steps; where it says no, Stopped is raised.
    """
    now = clock()
    with faults(workbook):
        state = workbook.stat().st_mtime_ns
        target = _target(workbook, occasion, now)
        with _part_of(target) as part:
            _copy_pages(raw, part, wanted)
            os.utime(part, ns=(state, state))
            _finish(part, target)
        _thin(workbook, now)
    return target


def put_aside(workbook: Path, occasion: str) -> Path | None:
    """Copy a file byte by byte that cannot be opened, with what SQLite left beside it.

    None where there is no file. Raises Problem `backup-failed`; then everything lies where it lay.
    """
    with faults(workbook):
        there = workbook.exists()  # asked in here: of a disk that was pulled out this fails, too
        target = _target(workbook, occasion, clock())
        if there:
            with _part_of(target) as part:
                files.copy(workbook, part)
                files.put(part, target)
        # A journal that still has to be rolled back belongs to these bytes, never to those to come.
        left = _journal_of(workbook)
        if left.exists():
            files.put(left, _journal_of(target))
        files.flush_folder(target.parent)
        files.flush_folder(workbook.parent)
    return target if there else None


def replace(workbook: Path, copy: Path, meta: Mapping[str, str], line: tuple[str, str, str]) -> None:
    """Put a copy in the workbook's place, whole and durably, with some facts of its own changed.

    line: (at, who, text) for its journal. The copy stays. Raises Problem `restore-failed`; the
    workbook is then what it was.
    """
    part = workbook.with_name(f".{workbook.name}{PART}")
    try:
        with _removed(part):
            with closing(read_only(copy)) as source:
                _copy_pages(source, part, None)
            with closing(sqlite3.connect(part, isolation_level=None)) as own:
                own.execute("PRAGMA journal_mode=OFF")
                if digests.are_kept(own):
                    digests.teach(own)
                    digests.follow(own)
                own.executemany("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", meta.items())
                own.execute(
                    "INSERT INTO journal (at, who, record, key, field, new)"
                    " VALUES (?, ?, '', '', 'restored', ?)",
                    line,
                )
            _finish(part, workbook)
    except (OSError, sqlite3.Error) as error:
        raise Problem("restore-failed", path=str(workbook), why=_why(error, workbook.parent)) from error


@contextlib.contextmanager
def faults(workbook: Path) -> Iterator[None]:
    """Turn what the disk says into Problem `backup-failed`."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        folder = workbook.parent / FOLDER
        raise Problem("backup-failed", path=str(folder), why=_why(error, workbook.parent)) from error


def read_only(path: Path) -> sqlite3.Connection:
    """Open a file that nobody writes, without a lock and without touching it; raises sqlite3.Error."""
    return sqlite3.connect(f"{_uri(path.absolute())}?mode=ro&immutable=1", uri=True)


def is_whole(path: Path) -> bool:
    """Whether a file is a whole database: every page is there and SQLite finds nothing wrong."""
    try:
        with closing(read_only(path)) as raw:
            (pages,) = raw.execute("PRAGMA page_count").fetchone()
            (size,) = raw.execute("PRAGMA page_size").fetchone()
            sound: bool = raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
            return sound and path.stat().st_size >= pages * size
    except sqlite3.Error:
        return False


def clock() -> datetime.datetime:
    """Return this computer's local time as copies are named by it."""
    return datetime.datetime.now().astimezone().replace(tzinfo=None)


# --- inside ---


class _DiffersError(OSError):
    """What was written reads back as something else."""


_SQLITES = {
    sqlite3.SQLITE_FULL: "磁盘已满",
    sqlite3.SQLITE_CANTOPEN: "文件打不开",
    sqlite3.SQLITE_IOERR: "磁盘读写出错",
    sqlite3.SQLITE_READONLY: "没有写入权限",
    sqlite3.SQLITE_BUSY: "文件正被别的程序使用",
    sqlite3.SQLITE_LOCKED: "文件正被别的程序使用",
    sqlite3.SQLITE_CORRUPT: "文件已损坏",
    sqlite3.SQLITE_NOTADB: "文件已损坏",
}


def _why(error: OSError | sqlite3.Error, folder: Path) -> str:
    """Say in a few words why something could not be read or written."""
    if isinstance(error, _DiffersError):
        return "写入后核对不符"
    if isinstance(error, OSError):
        return files.why(error)
    gone = files.refusal(folder)  # SQLite hides what the system said
    if gone is not None:
        return files.why(gone)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return _SQLITES.get(code, f"数据库错误号 {code}")


def _uri(path: PurePath) -> str:
    """Return the address by which SQLite opens a file; its own kind of "//" before a share of another PC.

    `Path.as_uri` would make that PC an authority, which SQLite refuses. Source: sqlite.org/uri.html.
    """
    name = path.as_posix()
    return f"file://{quote(name if name.startswith('/') else f'/{name}')}"


def _time_of(stamp: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(stamp, _STAMP)  # noqa: DTZ007 - local time, as it is named
    except ValueError:
        return None


def _rank(copy: Copy) -> tuple[datetime.datetime, str]:
    return copy.at, copy.path.name


def _hour(at: datetime.datetime) -> object:
    return (at.date(), at.hour)


def _day(at: datetime.datetime) -> object:
    return at.date()


def _week(at: datetime.datetime) -> object:
    return at.isocalendar()[:2]


def _target(workbook: Path, occasion: str, now: datetime.datetime) -> Path:
    folder = workbook.parent / FOLDER
    files.make_folder(folder)
    return folder / f"{workbook.stem}_{now.strftime(_STAMP)}_{occasion}{SUFFIX}"


def _thin(workbook: Path, now: datetime.datetime) -> None:
    copies = copies_of(workbook)
    stay = kept(copies, now)
    if stay:
        stay = affordable(stay, now, shutil.disk_usage(workbook.parent / FOLDER).free)
    for each in set(copies) - stay:
        files.remove_if_free(each.path)  # open in another program: it goes the next time


def _copy_pages(source: sqlite3.Connection, part: Path, wanted: Callable[[], bool] | None) -> None:
    """Copy a database into a new file, page by page, flushed in small pieces as it grows."""
    with closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        steps = 0

        def between(_status: int, _left: int, _total: int) -> None:
            nonlocal steps
            steps += 1
            if wanted is not None:
                if not wanted():
                    raise Stopped
                time.sleep(_BREATH)  # lets another thread's edit go first
            if steps % _SYNC_STEPS == 0:
                files.flush(part)

        source.backup(copy, pages=_PAGES, progress=between, sleep=0.01)


def _finish(part: Path, target: Path) -> None:
    """Give a finished file its name, once it is on the disk and whole."""
    files.flush(part)
    if not is_whole(part):
        raise _DiffersError(target.name)
    files.put(part, target)
    files.flush_folder(target.parent)


@contextlib.contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """Give the name to write under; nothing is left of it, nor of what an earlier run left half done."""
    part = target.with_name(target.name + PART)
    own = target.name.rsplit("_", 2)[0]
    for old in target.parent.glob(f"*{SUFFIX}{PART}"):
        if old.name.rsplit("_", 2)[0] == own:
            files.remove(old)
    with _removed(part):
        yield part


@contextlib.contextmanager
def _removed(part: Path) -> Iterator[None]:
    with files.removed_on_failure(part):
        files.remove(part)
        yield


def _journal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")
