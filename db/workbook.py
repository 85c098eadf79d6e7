"""The workbook: one SQLite file of a school or a county, opened by one program at a time.

journal_mode DELETE and synchronous FULL (SQLite before 3.51.3 can corrupt a WAL file); the lock is
SQLite's own exclusive one, held while the workbook is open and gone with the process.
"""

from __future__ import annotations

import datetime
import getpass
import os
import sqlite3
import threading
import traceback
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from db import backups, digests, files, journal, migrations, places, soundness, store
from db.places import disk_problems, refused
from db.problems import Problem
from db.records.catalog import SCHOOL_RECORDS
from db.records.stored import Misstored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from db.door import Door
    from db.records.draft import Draft
    from db.records.edits import Edit

APPLICATION_ID = 0x45445542
"""Stands in the file's header: "EDUB"."""
SUFFIX = backups.SUFFIX
_BROKEN = "workbook-damaged"
_PRAGMAS = (
    *("locking_mode=EXCLUSIVE", "journal_mode=DELETE", "synchronous=FULL"),
    *("foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON"),
)
_WIDE, _NARROW = ("PRAGMA cache_size=-32768",), ("PRAGMA cache_size=-2000", "PRAGMA shrink_memory")
"""Pages held while a file is counted, which goes through all of it three times, and afterwards (KiB)."""
_OF_THE_DISK = frozenset({"disk-error", "workbook-read-only", "workbook-moved"})
_LATER = frozenset(SCHOOL_RECORDS)
_DAMAGED = frozenset({_BROKEN, "not-a-workbook", "workbook-missing"})


class Workbook:
    """An open workbook. `meta` are its own facts: role, year, county, standards."""

    def __init__(
        self,
        path: Path,
        raw: sqlite3.Connection,
        upgraded_from: str | None = None,
        later: frozenset[str] = frozenset(),
    ) -> None:
        """Take over an open, exclusive connection; `later`: tables not held to their sums yet."""
        self.path = path
        self.upgraded_from = upgraded_from
        self._file = _identity_of(path)
        self._raw = raw
        digests.teach(raw)
        raw.execute("PRAGMA query_only=ON")  # until the sums are followed
        self._followed, self._following, self._writes = False, threading.Lock(), threading.RLock()
        self._uncounted = later
        with self._problems(loading=True):
            self.meta: dict[str, str] = dict(raw.execute("SELECT name, value FROM meta"))
        self._copying = threading.Lock()
        self._closing = False
        self._copied: int | None = None
        self._opened = (raw.total_changes, path.stat().st_mtime_ns)

    @cached_property
    def connection(self) -> Connection:
        """SQLAlchemy's door to the same file, for queries made of `db.tables`; loaded when first asked."""
        from db import engine  # noqa: PLC0415 - a third of a second that what opens, edits and judges does without

        self._follow()
        return engine.connect(self._raw)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction by the thin door; see `transaction`."""
        with self._problems(), self._writes:
            self._follow()
            self._raw.execute("BEGIN IMMEDIATE")
            try:
                yield self._raw
                self._raw.execute("COMMIT")
            except BaseException:
                if self._raw.in_transaction:  # a full disk has ended it by itself
                    self._raw.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read by the thin door; whatever SQLite says against it, the workbook is damaged."""
        with self._problems(loading=True), self._writes:
            self._count_rows()
            yield self._raw

    def load(self, records: Iterable[str] = SCHOOL_RECORDS) -> Draft:
        """Read a draft by the thin door: each row once, held to the sums where it was not yet.

        Raises Problem `workbook-damaged`.
        """
        with self._problems(loading=True):
            kept = digests.totals(self._raw) if self._uncounted else {}
            draft = store.load(self._raw, records, {name: kept.get(name) for name in self._uncounted})
            self._uncounted -= draft.rows.keys()
            self._count_rows()
            _hold(self._raw, _NARROW)
        return draft

    def _count_rows(self) -> None:
        """Hold the records to their sums that nobody loaded."""
        if self._uncounted:
            soundness.check_sums(self._raw, self.path, digests.totals(self._raw).keys() - self._uncounted)
            self._uncounted = frozenset()
            _hold(self._raw, _NARROW)

    def _follow(self) -> None:
        """Keep the sums from the first write on: a run that only reads does without the triggers."""
        with self._following:
            if not self._followed:
                self._count_rows()
                self._raw.execute("PRAGMA query_only=OFF")
                digests.follow(self._raw)
                self._followed = True

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One durable transaction; what SQLite cannot write becomes a Problem, nothing is half done.

        Raises Problem `workbook-moved` where the file no longer lies under its name: SQLite, whose journal
        stays open, would go on writing into what was moved or deleted, and call it saved.
        """
        with self._problems(), self._writes, self.connection.begin():
            yield self.connection

    def apply(self, edits: Sequence[Edit], beside: Callable[[Connection], None] | None = None) -> None:
        """Write edits and their journal lines, and what belongs beside them, in one transaction."""
        if beside is None:
            with self.writing() as raw:
                self._write(raw, edits)
            return
        with self.transaction() as connection:
            self._write(connection, edits)
            beside(connection)

    def _require_in_place(self) -> None:
        if _identity_of(self.path) != self._file:
            raise Problem("workbook-moved", path=str(self.path))

    def set_meta(self, **facts: str) -> None:
        """Write facts of the workbook."""
        statement = (
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
        )
        with self.writing() as raw:
            raw.executemany(statement, facts.items())
        self.meta |= facts

    def backup(self, occasion: str) -> Path:
        """Copy the workbook beside itself into 备份/, before what may have to be taken back.

        Raises Problem `backup-failed`, `workbook-moved`, `workbook-damaged`.
        """
        with self._copying:
            return self._copy(occasion, None)

    def backup_if_due(self, occasion: str, wanted: Callable[[], bool] | None = None) -> Path | None:
        """Copy the workbook if something was changed since the last copy and that is over an hour old.

        May run in any thread while others write: their edits wait for a step at most. `wanted` is asked
        between steps, and gives the copy up when it says no. Returns None where there was no need.
        Raises Problem `backup-failed`, `workbook-moved`, `workbook-damaged`.
        """
        with self._copying:
            if not self._is_due():
                return None
            try:
                return self._copy(occasion, lambda: not self._closing and (wanted is None or wanted()))
            except backups.Stopped:
                return None

    def close(self) -> None:
        """Close the file and let the lock go; a copy that is being made is given up."""
        self._closing = True
        with self._copying:
            self._close()

    def _copy(self, occasion: str, wanted: Callable[[], bool] | None) -> Path:
        self._require_in_place()
        before = self._raw.total_changes
        made = backups.make(self._raw, self.path, occasion, wanted)
        self._copied = before
        return made

    def _is_due(self) -> bool:
        self._require_in_place()
        now = backups.clock()
        with backups.faults(self.path):
            last = backups.latest(self.path, now)
            return last is None or (now - last.at >= backups.DUE_AFTER and self._changed_since(last))

    def _changed_since(self, last: backups.Copy) -> bool:
        """Whether anything was written since a copy: by this run, or by the one that made it."""
        if self._copied is not None:
            return self._raw.total_changes != self._copied
        return (self._raw.total_changes, last.path.stat().st_mtime_ns) != self._opened

    def _close(self) -> None:
        if "connection" in self.__dict__:
            self.connection.close()
            self.connection.engine.dispose()
        self._raw.close()

    @staticmethod
    def _write(door: Door, edits: Sequence[Edit]) -> None:
        store.write(door, edits)
        journal.append(door, edits, who(), now())

    @contextmanager
    def _problems(self, *, loading: bool = False) -> Iterator[None]:
        self._require_in_place()
        try:
            yield
        except Problem:
            raise
        except Exception as error:
            raise _as_problem(error, self.path, loading=loading) from error

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def _identity_of(path: Path) -> tuple[int, int] | None:
    """Return what tells one file from another of its name; None where there is none, Problem `disk-error`."""
    try:
        told = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Problem("disk-error", path=str(path)) from error
    return told.st_dev, told.st_ino


def create(path: Path, meta: Mapping[str, str]) -> Workbook:
    """Make a new workbook; raises Problem when the file exists or cannot be written."""
    with disk_problems(path):
        places.require_new(path, backups.longest_name(path))
    raw = None
    try:
        raw = _connect(path, application_id=0)
        raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
        migrations.make_tables(raw)
        workbook = Workbook(path, raw)
        workbook.set_meta(**meta)
    except Exception as error:
        if raw is not None:
            raw.close()
        files.remove(path)
        raise _as_problem(error, path) from error
    return workbook


def open_workbook(path: Path) -> Workbook:
    """Open a workbook, upgrading an older one after a backup.

    Raises Problem: missing, not a workbook, damaged, made by a newer program, in use elsewhere.
    """
    return _open(path, frozenset())


def open_to_load(path: Path) -> Workbook:
    """Open a workbook as `open_workbook` does, to be read with `Workbook.load` next.

    Its records are held to their sums as they are read; until then no other door of the workbook gives
    anything of them. Raises Problem.
    """
    return _open(path, _LATER)


def _open(path: Path, later: frozenset[str]) -> Workbook:
    with disk_problems(path):
        places.require_there(path)
    raw = None
    try:
        with disk_problems(path):
            raw = _connect(path, application_id=APPLICATION_ID)
            _hold(raw, _WIDE)
            soundness.check_file(raw, path)
            older = migrations.is_older(raw)
            before = migrations.revision(raw) if older else None
            if older:
                soundness.check_before_upgrade(raw, path)
                backups.make(raw, path, backups.UPGRADING)
                migrations.upgrade(raw)
            soundness.check_rows(raw, path, later)
            if not later:
                _hold(raw, _NARROW)
            return Workbook(path, raw, before, later)
    except Exception as error:
        if raw is not None:
            raw.close()
        raise _as_problem(error, path, loading=True) from error


def restore(
    path: Path, copy: Path, facts: Callable[[Mapping[str, str], Mapping[str, str]], Mapping[str, str]]
) -> Path | None:
    """Put a copy in the place of a workbook; what lies there is copied first (恢复前).

    facts(the copy's own facts, the present ones, empty where they cannot be read) are written into it.
    Returns the copy of what was there, None where there was nothing. Raises Problem: the copy is
    missing, none of ours, damaged or of a newer program; the workbook is open elsewhere; no room.
    Whatever fails, the workbook is then what it was.
    """
    meta = _facts_of_copy(copy)
    try:
        present = open_workbook(path)
    except Problem as problem:
        if problem.code not in _DAMAGED:
            raise
        saved = backups.put_aside(path, backups.RESTORING)
        _replace(path, copy, facts(meta, {}))
        return saved
    try:
        saved = present.backup(backups.RESTORING)
        wanted = facts(meta, present.meta)
        if os.name == "nt":  # there an open file cannot be replaced; elsewhere its lock is held until it is
            present.close()
        _replace(path, copy, wanted)
    finally:
        present.close()
    return saved


def _replace(path: Path, copy: Path, meta: Mapping[str, str]) -> None:
    backups.replace(path, copy, meta, (now(), who(), copy.name))


def _facts_of_copy(copy: Path) -> dict[str, str]:
    try:
        with disk_problems(copy):
            places.require_file(copy)
            with closing(backups.read_only(copy)) as raw:
                _refuse_foreign(raw, copy, APPLICATION_ID)
                soundness.check_file(raw, copy)
                older = migrations.is_older(raw)
                (soundness.check_before_upgrade if older else soundness.check_rows)(raw, copy)
                return dict(raw.execute("SELECT name, value FROM meta"))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _as_problem(error, copy, loading=True) from error


def now() -> str:
    """Return the local time as it is written down; nothing is ever decided by it."""
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def who() -> str:
    """Return the name under which this computer's user is signed in; "?" where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "?"


def _connect(path: Path, application_id: int) -> sqlite3.Connection:
    """Take the file for this program alone; a file that is none of ours is not written to."""
    raw = sqlite3.connect(path, isolation_level=None, timeout=0.2, check_same_thread=False)
    try:
        _refuse_foreign(raw, path, application_id)
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
    except Exception:
        raw.close()
        raise
    return raw


def _hold(raw: sqlite3.Connection, pages: Sequence[str]) -> None:
    """Say how much of the file a connection holds in memory."""
    for pragma in pages:
        raw.execute(pragma)


def _refuse_foreign(raw: sqlite3.Connection, path: Path, application_id: int) -> None:
    if raw.execute("PRAGMA application_id").fetchone() != (application_id,):
        raise Problem("not-a-workbook", path=str(path))


def _as_problem(error: Exception, path: Path, *, loading: bool = False) -> Exception:
    """Turn what SQLite says into a Problem; anything else is a bug and stays what it is.

    While a file is loaded nothing that SQLite says is a bug of ours: the file is damaged.

    A full disk ends the transaction by itself, and taking back a savepoint of it then fails: where an
    error is none of the known ones, the one that led to it decides.
    """
    each: BaseException | None = error
    while each is not None:
        # A half-read cursor in a frame of the error would keep the file locked for as long as it is shown.
        traceback.clear_frames(each.__traceback__)
        found = _problem_code(each) or (_BROKEN if loading and _is_sqlites(each) else None)
        if found:
            gone = files.refusal(path.parent) if found in _OF_THE_DISK else None  # SQLite hides what was said
            return Problem(found, path=str(path)) if gone is None else refused(gone, path)
        each = each.__context__
    return error


def _is_sqlites(error: BaseException) -> bool:
    # Python fails to read a message of SQLite's that quotes bytes which are no text.
    return isinstance(getattr(error, "orig", None) or error, sqlite3.Error | UnicodeDecodeError)


def _problem_code(error: BaseException) -> str | None:
    if isinstance(error, Misstored):
        return _BROKEN
    original: Any = getattr(error, "orig", None) or error
    code = getattr(original, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return "workbook-moved"
    if code is None:
        is_not_database = isinstance(original, sqlite3.DatabaseError) and "not a database" in str(original)
        return "not-a-workbook" if is_not_database else None
    return {
        sqlite3.SQLITE_BUSY: "workbook-in-use",
        sqlite3.SQLITE_LOCKED: "workbook-in-use",
        sqlite3.SQLITE_FULL: "disk-full",
        sqlite3.SQLITE_NOTADB: "not-a-workbook",
        sqlite3.SQLITE_CORRUPT: "workbook-damaged",
        sqlite3.SQLITE_READONLY: "workbook-read-only",
        sqlite3.SQLITE_CANTOPEN: "workbook-read-only",
        sqlite3.SQLITE_IOERR: "disk-error",
    }.get(code & 0xFF)
