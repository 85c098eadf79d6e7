"""Writing a file whole or not at all, and what the system says when it cannot, in words for people."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from db import files
from db.files import problem_of, removed_on_failure
from db.problems import Problem

SPREADSHEETS: Final = ("xlsx", "xls", "et", "ods", "csv")
"""The endings of people's spreadsheets that are read (`sheet_reading`): a dialog offers just these."""

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
        mode = files.patiently(files.reached(path).stat).st_mode
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
def problems(
    folder: Path, needed: int = 0, *, replacing: Path | None = None, named: Path | None = None
) -> Iterator[None]:
    """Turn an OSError into a Problem; `replacing` is the file that another program may hold open.

    `named`: the file it is about, where the system would name another. Raises the Problems of
    `db.files.problem_of`.
    """
    try:
        yield
    except OSError as error:
        raise problem_of(
            error, folder, needed, replacing or named, replacing=replacing is not None
        ) from error


@contextlib.contextmanager
def own_problems(folder: Path) -> Iterator[None]:
    """Turn an OSError in the program's own folder (key files) into Problem `own-folder-failed`."""
    try:
        yield
    except OSError as error:
        raise Problem("own-folder-failed", folder=str(folder), detail=files.why(error)) from error


def replace_own(path: Path, data: bytes) -> None:
    """Write a file of the program's own in one step, durably, readable by its owner only.

    Raises Problem `own-folder-failed`; the file then holds what it held before.
    """
    part = path.with_name(path.name + files.PART)
    with own_problems(path.parent), removed_on_failure(part):
        files.remove(part)  # another's mode or a link must not outlive it
        files.write_new(part, data, own=True)
        files.put(part, path)
        files.flush_folder(path.parent)


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file in one step, through to its disk: it holds all of the new bytes or what it held before.

    Raises the Problems of `problems`, and `name-refused`.
    """
    files.require_name(path)
    part = path.parent / f".eduapp-{os.urandom(16).hex()}{files.PART}"
    with removed_on_failure(part):
        with problems(path.parent, len(data), named=path):
            files.write_new(part, data)
        with problems(path.parent, len(data), replacing=path):
            files.put(part, path)
    with problems(path.parent, len(data)):
        files.flush_folder(path.parent)


def settle(path: Path) -> None:
    """Make a file's new name durable: when this returns, the stick may be pulled. Raises OSError."""
    if os.name == "nt":
        files.flush(path)
    files.flush_folder(path.parent)
