"""Writing a file whole or not at all, and what the system says when it cannot, in words for people."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from db.problems import Problem

SPREADSHEETS: Final = ("xlsx", "xls", "et", "ods", "csv")
"""The endings of people's spreadsheets that are read (`sheet_reading`): a dialog offers just these."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LOCKED: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_GONE: Final = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR})
_IN_USE: Final = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.EISDIR})

_KINDS: Final = (
    (stat.S_ISDIR, "文件夹"),
    (stat.S_ISFIFO, "命名管道"),
    (stat.S_ISSOCK, "套接字"),
    (stat.S_ISCHR, "设备"),
    (stat.S_ISBLK, "设备"),
)


def require_file(path: Path) -> None:
    """Raise Problem `not-a-file` for anything but a regular file, or a link to one; OSError for nothing.

    Asked before whatever a person or a stick names is opened: to open a pipe waits for ever, a device may
    do anything, and a folder called `x.edusub` is no submission.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Problem("not-a-file", path=str(path), found="指向自己的链接") from error
        raise
    if not stat.S_ISREG(mode):
        found = next((word for is_one, word in _KINDS if is_one(mode)), "特殊文件")
        raise Problem("not-a-file", path=str(path), found=found)


def full(folder: Path, needed: int) -> Problem:
    """Return the Problem of a folder without `needed` bytes of room."""
    return Problem("folder-full", folder=str(folder), needed_kb=-(-needed // 1024))


@contextlib.contextmanager
def problems(folder: Path, needed: int = 0, *, replacing: Path | None = None) -> Iterator[None]:
    """Turn an OSError into a Problem; `replacing` is the file that another program may hold open.

    Raises `folder-full`, `folder-missing`, `folder-read-only`, `file-in-use` or `folder-io`.
    """
    try:
        yield
    except OSError as error:
        number = error.errno or errno.EIO
        if number in _FULL:
            raise full(folder, needed) from error
        if number in _GONE:
            raise Problem("folder-missing", folder=str(folder)) from error
        if replacing is not None and number in _IN_USE:
            raise Problem("file-in-use", path=str(replacing)) from error
        if number in _LOCKED:
            raise Problem("folder-read-only", folder=str(folder)) from error
        raise Problem("folder-io", folder=str(folder), detail=f"错误号 {number}") from error


@contextlib.contextmanager
def removed_on_failure(path: Path) -> Iterator[None]:
    """Remove a half-written file when something fails, and let the failure through."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):  # the first failure is what the clerk must hear about
            path.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def own_problems(folder: Path) -> Iterator[None]:
    """Turn an OSError in the program's own folder (key files) into Problem `own-folder-failed`."""
    try:
        yield
    except OSError as error:
        number = error.errno or errno.EIO
        raise Problem("own-folder-failed", folder=str(folder), detail=f"错误号 {number}") from error


def replace_own(path: Path, data: bytes) -> None:
    """Write a file of the program's own in one step, durably, readable by its owner only.

    Raises Problem `own-folder-failed`; the file then holds what it held before.
    """
    part = path.with_name(path.name + ".part")
    with own_problems(path.parent), removed_on_failure(part):
        part.unlink(missing_ok=True)  # another's mode or a link must not outlive it
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can be asked to."""
    if os.name == "nt":
        return  # a directory cannot be flushed there; closing the file wrote its entry
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}:
            raise
        os.sync()  # this file system cannot flush one directory: flush all
    finally:
        os.close(handle)


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file in one step: it holds all of the new bytes or what it held before.

    Raises the Problems of `problems`.
    """
    part = path.parent / f".eduapp-{os.urandom(16).hex()}.part"
    with removed_on_failure(part):
        with problems(path.parent, len(data)), part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with problems(path.parent, len(data), replacing=path):
            part.replace(path)
