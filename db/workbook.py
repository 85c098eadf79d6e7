"""The workbook: one SQLite file of a school or a county, opened by one program at a time.

journal_mode DELETE and synchronous FULL (SQLite before 3.51.3 can corrupt a WAL file); the lock is
SQLite's own exclusive one, held while the workbook is open and gone with the process.
"""

from __future__ import annotations

import datetime
import getpass
import os
import re
import sqlite3
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import StaticPool, create_engine, event, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import journal, migrations, store
from db.problems import Problem
from db.tables import META

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from db.records.edits import Edit

APPLICATION_ID = 0x45445542
"""Stands in the file's header: "EDUB"."""
SUFFIX = ".edubook"
KEPT_BACKUPS = 20


class Workbook:
    """An open workbook. `meta` are its own facts: role, year, county, standards."""

    def __init__(self, path: Path, raw: sqlite3.Connection) -> None:
        """Take over an open, exclusive connection; use `create` or `open_workbook`."""
        self.path = path
        self._raw = raw
        self._engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        event.listen(self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        self.connection: Connection = self._engine.connect()
        with self.transaction():
            rows = self.connection.execute(select(META.c.name, META.c.value))
            self.meta: dict[str, str] = dict(rows.all())

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One durable transaction; what SQLite cannot write becomes a Problem, nothing is half done."""
        try:
            with self.connection.begin():
                yield self.connection
        except Problem:
            raise
        except Exception as error:
            raise _as_problem(error, self.path) from error

    def apply(self, edits: Sequence[Edit]) -> None:
        """Write edits and their journal lines in one transaction."""
        with self.transaction() as connection:
            store.write(connection, edits)
            journal.append(connection, edits, who(), now())

    def set_meta(self, **facts: str) -> None:
        """Write facts of the workbook."""
        rows = [{"name": name, "value": value} for name, value in facts.items()]
        statement = upsert(META)
        with self.transaction() as connection:
            connection.execute(
                statement.on_conflict_do_update(set_={"value": statement.excluded.value}), rows
            )
        self.meta |= facts

    def backup(self, occasion: str) -> Path:
        """Copy the workbook beside itself into 备份/, before an import, a merge or a migration."""
        return _copy(self._raw, self.path, occasion)

    def close(self) -> None:
        """Close the file and let the lock go."""
        self.connection.close()
        self._engine.dispose()
        self._raw.close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def create(path: Path, meta: Mapping[str, str]) -> Workbook:
    """Make a new workbook; raises Problem when the file exists or cannot be written."""
    if path.exists():
        raise Problem("workbook-exists", path=str(path))
    if not path.parent.is_dir():
        raise Problem("folder-missing", folder=str(path.parent))
    _refuse_removable(path)
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
        path.unlink(missing_ok=True)
        raise _as_problem(error, path) from error
    return workbook


def open_workbook(path: Path) -> Workbook:
    """Open a workbook, upgrading an older one after a backup.

    Raises Problem: missing, not a workbook, damaged, made by a newer program, in use elsewhere.
    """
    if not path.is_file():
        raise Problem("workbook-missing", path=str(path))
    _refuse_removable(path)
    raw = None
    try:
        raw = _connect(path, application_id=APPLICATION_ID)
        _check_file(raw, path)
        if migrations.is_older(raw):
            _copy(raw, path, "升级前")
            migrations.upgrade(raw)
        return Workbook(path, raw)
    except Exception as error:
        if raw is not None:
            raw.close()
        raise _as_problem(error, path) from error


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
        for pragma in (
            "locking_mode=EXCLUSIVE",
            "journal_mode=DELETE",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
        ):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
    except (sqlite3.Error, Problem):
        raw.close()
        raise
    return raw


def _refuse_foreign(raw: sqlite3.Connection, path: Path, application_id: int) -> None:
    if raw.execute("PRAGMA application_id").fetchone() != (application_id,):
        raise Problem("not-a-workbook", path=str(path))


def _copy(raw: sqlite3.Connection, path: Path, occasion: str) -> Path:
    folder = path.parent / "备份"
    stamp = datetime.datetime.now().astimezone().strftime("%Y%m%d-%H%M%S-%f")
    target = folder / f"{path.stem}_{stamp}_{occasion}{SUFFIX}"
    try:
        folder.mkdir(exist_ok=True)
        copy = sqlite3.connect(target)
        try:
            raw.backup(copy)
        finally:
            copy.close()
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)
        raise Problem("backup-failed", path=str(folder), why=str(error)) from error
    # The whole name: "甲校" must not clear away the copies of "甲校_2026".
    own = re.compile(rf"{re.escape(path.stem)}_\d{{8}}-\d{{6}}-\d{{6}}_[^_]*{re.escape(SUFFIX)}")
    for old in sorted(each for each in folder.iterdir() if own.fullmatch(each.name))[:-KEPT_BACKUPS]:
        old.unlink(missing_ok=True)
    return target


def _check_file(raw: sqlite3.Connection, path: Path) -> None:
    if migrations.is_newer(raw):
        raise Problem("workbook-newer", path=str(path))
    # SQLite reads what is cut off the last page as zeros, and quick_check may find nothing wrong in it.
    pages, size = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if path.stat().st_size < pages * size or raw.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise Problem("workbook-damaged", path=str(path))


def _as_problem(error: Exception, path: Path) -> Exception:
    """Turn what SQLite says into a Problem; anything else is a bug and stays what it is."""
    original: Any = getattr(error, "orig", None) or error
    code = getattr(original, "sqlite_errorcode", None)
    if code is None:
        is_not_database = isinstance(original, sqlite3.DatabaseError) and "not a database" in str(original)
        return Problem("not-a-workbook", path=str(path)) if is_not_database else error
    primary = code & 0xFF
    found = {
        sqlite3.SQLITE_BUSY: "workbook-in-use",
        sqlite3.SQLITE_LOCKED: "workbook-in-use",
        sqlite3.SQLITE_FULL: "disk-full",
        sqlite3.SQLITE_NOTADB: "not-a-workbook",
        sqlite3.SQLITE_CORRUPT: "workbook-damaged",
        sqlite3.SQLITE_READONLY: "workbook-read-only",
        sqlite3.SQLITE_CANTOPEN: "workbook-read-only",
        sqlite3.SQLITE_IOERR: "disk-error",
    }.get(primary)
    return Problem(found, path=str(path)) if found else error


def _refuse_removable(path: Path) -> None:
    """Refuse a removable drive: a stick is pulled, and many ignore the order to write."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        removable = ctypes.windll.kernel32.GetDriveTypeW(path.resolve().anchor) == 2  # noqa: PLR2004
    else:
        device = path.parent.stat().st_dev
        block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
        flags = (block / "removable", block.resolve().parent / "removable")
        removable = any(flag.is_file() and flag.read_text().strip() == "1" for flag in flags)
    if removable:
        raise Problem("workbook-on-stick", path=str(path))
