"""A disk in memory for SQLite (an APSW VFS) that keeps a log of what was asked of it, and can fail.

It answers as SQLite's own Unix layer does: a file made anew is in its folder for good only once the folder
is synced, which that layer does at the first sync of a new journal and not for the database; a deleted
name is gone for good only when the folder is synced afterwards.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import apsw

_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
_SECTOR_SIZE = 4096
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Write:
    file: int
    offset: int
    data: bytes


@dataclass(frozen=True)
class Truncate:
    file: int
    size: int


@dataclass(frozen=True)
class Sync:
    file: int


@dataclass(frozen=True)
class Link:
    name: str
    file: int


@dataclass(frozen=True)
class Unlink:
    name: str


@dataclass(frozen=True)
class SyncFolder:
    pass


@dataclass(frozen=True)
class Saved:
    """A transaction was acknowledged; `number` counts them from 1."""

    number: int


Event = Write | Truncate | Sync | Link | Unlink | SyncFolder | Saved


@dataclass
class Disk:
    """Names, contents as the running system sees them, and the log of changes.

    From the `fail_at`-th change on (counted from 1) writing raises `error`, once or, `for_good`, always.
    """

    names: dict[str, int] = field(default_factory=dict)
    contents: dict[int, bytearray] = field(default_factory=dict)
    log: list[Event] = field(default_factory=list)
    fail_at: int = 0
    for_good: bool = False
    error: type[Exception] = apsw.IOError
    changes: int = 0

    def put(self, name: str, data: bytes) -> None:
        """Place a file that was there, and safe, before anything happens."""
        number = len(self.contents) + 1
        self.names[name], self.contents[number] = number, bytearray(data)

    def made(self, name: str) -> int:
        number = len(self.contents) + 1
        self.names[name], self.contents[number] = number, bytearray()
        self.log.append(Link(name, number))
        return number

    def change(self, event: Event) -> None:
        self.changes += 1
        failing = self.changes >= self.fail_at if self.for_good else self.changes == self.fail_at
        if self.fail_at and failing:
            raise self.error("the disk was told to fail here")
        self.log.append(event)
        if isinstance(event, Write):
            write(self.contents[event.file], event)
        elif isinstance(event, Truncate):
            truncate(self.contents[event.file], event.size)
        elif isinstance(event, Unlink):
            del self.names[event.name]


def write(content: bytearray, event: Write) -> None:
    if len(content) < event.offset:
        content.extend(bytes(event.offset - len(content)))
    content[event.offset : event.offset + len(event.data)] = event.data


def truncate(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


class DiskVFS(apsw.VFS):
    """The door by which SQLite reaches a `Disk`."""

    def __init__(self, disk: Disk) -> None:
        self.name, self.disk = f"disk-{next(_NUMBERS)}", disk
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> DiskFile:  # noqa: N802 - SQLite's names and types
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        is_new = path is None or path not in self.disk.names
        if is_new and not flags[0] & apsw.SQLITE_OPEN_CREATE:
            raise apsw.CantOpenError(str(path))
        number = self.disk.made(path or f"temporary-{len(self.disk.contents)}") if is_new else None
        flags[1] = flags[0]
        file = self.disk.names[path] if number is None else number
        return DiskFile(self.disk, file, syncs_folder=is_new and bool(flags[0] & _JOURNALS))

    def xDelete(self, path: str, sync_folder: bool) -> None:  # noqa: N802 - SQLite's
        if path not in self.disk.names:
            raise apsw.IOError(path)
        self.disk.change(Unlink(path))
        if sync_folder:
            self.disk.change(SyncFolder())

    def xAccess(self, path: str, _flags: int) -> bool:  # noqa: N802 - SQLite's
        return path in self.disk.names

    def xFullPathname(self, path: str) -> str:  # noqa: N802 - SQLite's
        return path


class DiskFile:
    """An open file of a `Disk`."""

    def __init__(self, disk: Disk, number: int, *, syncs_folder: bool) -> None:
        self.disk, self.number, self.syncs_folder = disk, number, syncs_folder

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - SQLite's names, here and below
        return bytes(self.disk.contents[self.number][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.change(Write(self.number, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.disk.change(Truncate(self.number, size))

    def xSync(self, _flags: int) -> None:  # noqa: N802
        self.disk.change(Sync(self.number))
        if self.syncs_folder:
            self.disk.change(SyncFolder())
            self.syncs_folder = False

    def xFileSize(self) -> int:  # noqa: N802
        return len(self.disk.contents[self.number])

    def xLock(self, _level: int) -> None:  # noqa: N802
        """One connection at a time: nothing to lock."""

    def xUnlock(self, _level: int) -> None:  # noqa: N802
        """One connection at a time: nothing to unlock."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, _operation: int, _pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return _SECTOR_SIZE

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return int(apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE)  # as SQLite's Unix layer says by default

    def xClose(self) -> None:  # noqa: N802
        """Nothing to give back."""
