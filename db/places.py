"""Where a workbook may lie, and what is said of a place where it may not, or that does not answer."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from db import drives, files
from db.files import Cause
from db.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CODES = {
    Cause.HELD: "workbook-in-use",
    Cause.MISSING: "workbook-missing",
    Cause.FULL: "disk-full",
    Cause.DENIED: "workbook-read-only",
    Cause.PROTECTED: "workbook-read-only",
    Cause.NOT_READY: "drive-not-ready",
    Cause.TOO_LONG: "path-too-long",
    Cause.BAD_NAME: "name-refused",
    Cause.NETWORK: "network-gone",
    Cause.CLOUD: "cloud-away",
}


@contextmanager
def disk_problems(path: Path) -> Iterator[None]:
    """Turn what the disk says when it is asked for a workbook into a Problem with words for people."""
    try:
        yield
    except OSError as error:
        raise refused(error, path) from error


def refused(error: OSError, path: Path) -> Problem:
    """Return the Problem of a workbook that the system refuses."""
    code = _CODES.get(files.cause_of(error), "disk-error")
    return Problem(code, **files.facts_of(error, path.parent, path))


def require_new(path: Path, longest: Path) -> None:
    """Raise Problem, or OSError, where no workbook can be made.

    longest: the longest path that will be made beside it.
    """
    if path.exists():
        raise Problem("workbook-exists", path=str(path))
    files.require_name(path)
    files.require_folder(path.parent)
    files.require_short(longest)
    _refuse_removable(path)


def require_there(path: Path) -> None:
    """Raise Problem, or OSError where the system refuses to say, for what is no workbook to open."""
    require_file(path)
    _refuse_removable(path)


def require_file(path: Path) -> None:
    """Raise Problem `workbook-missing` for what is no file; OSError, as `Path.is_file` does not."""
    if not stat.S_ISREG(files.patiently(path.stat).st_mode):
        raise Problem("workbook-missing", path=str(path))


def _refuse_removable(path: Path) -> None:
    """Refuse a removable drive: a stick is pulled, and many ignore the order to write."""
    if drives.kind_of(path) is drives.DriveKind.REMOVABLE:
        raise Problem("workbook-on-stick", path=str(path))
