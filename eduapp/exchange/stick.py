"""Files on a USB stick: written so that the clerk may pull it out, read without trust.

A file gets its name only after its bytes were flushed, the file closed, opened again and compared.
Nothing on the stick is ever overwritten; what fails leaves nothing behind but what was there before.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from db import files
from db.files import PART, removed_on_failure
from db.problems import Problem
from eduapp.exchange.files import full, problems, require_file, settle

_SPARE_BYTES: Final = 64 * 1024  # for the directory entry and the blocks of the file system
_MAX_COPIES: Final = 1000
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK})


def write_safely(folder: Path, name: str, data: bytes) -> Path:
    """Write ``data`` to ``folder / name`` and return the path it got, durable and compared.

    Where the same bytes lie there already, that file is the result; where other bytes have the name,
    the new file gets ``name-2``, ``name-3``... Raises Problem ``folder-full``, ``folder-missing``,
    ``folder-read-only`` or ``folder-io``; the folder is then as it was before.
    """
    if not name or Path(name).name != name or name.endswith(PART):
        message = f"no plain file name: {name!r}"
        raise ValueError(message)
    needed = len(data) + _SPARE_BYTES
    files.require_folder(folder)
    with problems(folder, needed, named=folder / name):
        target = _free_or_equal(folder, name, data)
        if target.exists():
            settle(target)
            return target
        if shutil.disk_usage(folder).free < needed:
            raise full(folder, needed)
        part = folder / (name + PART)
        with removed_on_failure(part):
            _write_part(part, data)
            _rename_new(part, target)
        with removed_on_failure(target):
            settle(target)
    return target


def read_limited(path: Path, limit: int) -> bytes:
    """Return the bytes of a file of at most ``limit`` bytes.

    Raises Problem ``not-a-file``, ``too-large``, ``folder-missing``, ``folder-read-only`` or ``folder-io``.
    """
    with problems(path):
        require_file(path)
        data = files.read(path, limit + 1)
        if len(data) > limit:
            raise Problem("too-large", size=f"{path.stat().st_size} 字节", limit=f"{limit} 字节")
    return data


def files_under(folder: Path, named: Collection[str] = ()) -> list[Path]:
    """Return every file under a folder, in the order of their paths, and every pipe, socket or broken link.

    What is no regular file is among them, and folders with an ending of ``named``, so that nothing that
    lies there goes unnamed; whoever opens one asks ``require_file`` first. A folder that cannot be read
    stops it: a list that lacks something never passes for the whole.
    Raises Problem ``folder-missing``, ``folder-read-only`` or ``folder-io``.
    """

    def stop(error: OSError) -> None:
        raise error

    def walked() -> list[Path]:
        found: list[Path] = []
        for root, folders, names in os.walk(folder, onerror=stop):
            inside = (Path(root, name) for name in (*names, *folders))
            found += [path for path in inside if not path.is_dir() or path.suffix.lower() in named]
        return sorted(found)

    with problems(folder):
        return files.patiently(walked)


def _free_or_equal(folder: Path, name: str, data: bytes) -> Path:
    """Return the first name that is free or already holds exactly these bytes."""
    plain = folder / name
    there = {each.name.casefold() for each in files.listed(folder)}  # a case twin is the same name on a stick
    for copy in range(1, _MAX_COPIES):
        target = plain if copy == 1 else plain.with_stem(f"{plain.stem}-{copy}")
        if target.name.casefold() not in there:
            return target
        if target.is_file() and target.stat().st_size == len(data) and files.read(target) == data:
            return target
    raise Problem("folder-io", folder=str(folder), detail=f"{name} × {_MAX_COPIES}")


def _write_part(part: Path, data: bytes) -> None:
    files.remove(part)  # left by a stick that was pulled; never written through
    files.write_new(part, data)
    if files.read_back(part) != data:
        raise Problem("folder-io", folder=str(part.parent), detail="读回的内容与写入的不同")


def _rename_new(part: Path, target: Path) -> None:
    """Give the finished file its name; an existing file of that name is an error, never replaced."""
    if os.name == "nt":
        files.move_new(part, target)  # refuses an existing name there
        return
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        with removed_on_failure(target):
            files.remove(part)
        return
    if target.exists():  # FAT has no links and POSIX rename replaces: look once more just before
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    files.move_new(part, target)
