"""A recording executed again over a disk in memory, with every acknowledged transaction marked in its log."""

from __future__ import annotations

from dataclasses import dataclass, field

import apsw

from db import digests
from tests.faults.disk import Disk, DiskVFS, Saved
from tests.faults.material import digest
from tests.faults.recording import Recording

NAME = "/replay/workbook"
_DISK_ERRORS = (apsw.IOError, apsw.FullError, apsw.CantOpenError)


@dataclass
class Replay:
    """The disk after it, and `states`: the digest after each acknowledged transaction, 0 being before all."""

    disk: Disk
    states: list[str] = field(default_factory=list)
    failed: bool = False
    statements: int = 0


def replay(recording: Recording, disk: Disk | None = None, instead: dict[str, str] | None = None) -> Replay:
    """Execute a recording; `instead` replaces pragmas, for the controls.

    Where the disk fails, the transaction is rolled back and the session ends, as the program does.
    """
    run = Replay(disk or Disk())
    if recording.image:
        run.disk.put(NAME, recording.image)
    vfs = DiskVFS(run.disk)
    try:
        for session in recording.sessions:
            _session(run, vfs.name, session, instead or {})
            if run.failed:
                break
    finally:
        vfs.unregister()
    return run


def _session(run: Replay, vfs: str, statements: list[str], instead: dict[str, str]) -> None:
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    connection = apsw.Connection(NAME, vfs=vfs, flags=flags)
    # The program's own functions, which its statements call.
    connection.create_scalar_function("row_digest", lambda *row: digests.row_digest(row), -1)
    connection.create_scalar_function("blob_digest", digests.blob_digest, 1)
    try:
        if not run.states:
            run.states.append(state_of(connection))
        _statements(run, connection, statements, instead)
    except _DISK_ERRORS:
        run.failed = True
    finally:
        _close(run, connection)


def _statements(
    run: Replay, connection: apsw.Connection, statements: list[str], instead: dict[str, str]
) -> None:
    written = len(run.disk.log)
    for statement in statements:
        for _ in connection.execute(instead.get(statement, statement)):
            pass
        run.statements += 1
        if connection.in_transaction or len(run.disk.log) == written:
            continue
        run.states.append(state_of(connection))
        run.disk.log.append(Saved(len(run.states) - 1))
        written = len(run.disk.log)


def _close(run: Replay, connection: apsw.Connection) -> None:
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except _DISK_ERRORS:
        run.failed = True
    try:
        connection.close(force=True)
    except _DISK_ERRORS:
        run.failed = True


def state_of(connection: object) -> str:
    """Return what a workbook says, its mark of ownership included."""
    mark = next(iter(connection.execute("PRAGMA application_id")))[0]  # type: ignore[attr-defined]
    return f"{mark} {digest(connection)}"
