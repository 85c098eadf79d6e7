"""Key files in the user's own folder: secrets in the clear for their owner, or under a passphrase.

A passphrase file is an age file (``age -d`` opens it). It is opened once a process; the command line
takes the passphrase from the file named by EDUAPP_PASSPHRASE_FILE. Beside each key file lie marks that
are no secret: the last number used, the newest round file seen.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import files
from db.characters import MARK, decoded
from db.problems import Problem
from db.records.stored import read_stored
from eduapp.exchange import sealing
from eduapp.exchange.files import own_problems, replace_own
from eduapp.exchange.stick import read_limited
from eduapp.services.folders import data_folder
from eduapp.services.keys.passphrases import as_read_before, is_weak, normal

if TYPE_CHECKING:
    from collections.abc import Iterable

PASSPHRASE_FILE = "EDUAPP_PASSPHRASE_FILE"  # noqa: S105 - a name, no secret
"""The environment variable that names the file with the passphrase."""

_PASSPHRASE_BYTES = 64 * 1024

Secrets = dict[str, Any]


@dataclass(frozen=True)
class _Opened:
    """A key file that was opened in this process: its bytes then, what it held, by which passphrase."""

    stored: bytes
    secrets: Secrets
    passphrase: str


_opened: dict[Path, _Opened] = {}


def key_path(name: str) -> Path:
    """Return where the key file of a name lies."""
    folder = data_folder() / "keys"
    with own_problems(folder):
        files.make_folder(folder)
    return folder / f"{name}.key"


def exists(path: Path) -> bool:
    """Whether an own file is there; Problem ``own-folder-failed`` when that cannot be told."""
    with own_problems(path.parent):
        return path.exists()


def is_protected(path: Path) -> bool:
    """Whether a key file lies under a passphrase."""
    return exists(path) and sealing.is_sealed(_bytes(path))


def is_locked(path: Path) -> bool:
    """Whether a person must still give the passphrase in this process."""
    return is_protected(path) and not _is_open(path) and _from_file() is None


def load(path: Path) -> Secrets:
    """Return the secrets of a key file.

    Raises Problem ``passphrase-needed`` while it is not known, ``passphrase-wrong``,
    ``key-file-damaged``.
    """
    stored = _bytes(path)
    if not sealing.is_sealed(stored):
        return _parsed(stored)
    if not _is_open(path):
        passphrase = _from_file()
        if passphrase is None:
            raise Problem("passphrase-needed")
        open_with(path, passphrase, _as_read_before())
    return dict(_opened[path].secrets)


def open_with(path: Path, passphrase: str, before: str | None = None) -> None:
    """Open a protected key file for the rest of this process; Problem ``passphrase-wrong``.

    Tried as it is, then with the mark of Notepad in front, then as it was read `before` that mark was known:
    a key that was closed that way is closed anew, so that typing opens it, too. About a second each.
    """
    stored, passphrase = _bytes(path), normal(passphrase)
    readings = dict.fromkeys((passphrase, MARK + passphrase, *([before] if before is not None else ())))
    for reading in readings:
        try:
            content = sealing.unlock(stored, reading)
        except Problem as problem:
            if problem.code != "passphrase-wrong":
                raise
            continue
        if reading != passphrase:
            stored = _closed_anew(path, content, passphrase) or stored
        _opened[path] = _Opened(stored, _parsed(content), passphrase)
        return
    raise Problem("passphrase-wrong")


def _closed_anew(path: Path, content: bytes, passphrase: str) -> bytes | None:
    """Write a key file under another reading of its passphrase; None where it must stay as it is."""
    closed = sealing.lock(content, passphrase)
    try:
        write_own(path, closed)
    except Problem:
        return None
    return closed


def passphrase_of(path: Path) -> str | None:
    """Return the passphrase of a protected key file that was opened in this process; None for a plain one."""
    return _opened[path].passphrase if is_protected(path) and _is_open(path) else None


def is_weakly_protected(path: Path, about: Iterable[str] = ()) -> bool:
    """Whether a key file that is open here lies under a passphrase that would not be accepted today."""
    passphrase = passphrase_of(path)
    return passphrase is not None and is_weak(passphrase, about)


def forget(path: Path) -> None:
    """Close a protected key file again."""
    _opened.pop(path, None)


def store(path: Path, secrets: Secrets, passphrase: str | None = None) -> None:
    """Write a key file whole; under a passphrase where one is given or was used before.

    Whether a new one is good enough is asked by whoever sets it (``passphrases.require_strong``).
    """
    if passphrase is None and is_protected(path):
        load(path)
        passphrase = _opened[path].passphrase
    content = json.dumps(secrets, sort_keys=True).encode("ascii") + b"\n"
    if passphrase is not None:
        passphrase = normal(passphrase)
        content = sealing.lock(content, passphrase)
    write_own(path, content)
    if passphrase is not None:
        _opened[path] = _Opened(content, dict(secrets), passphrase)


def given_passphrase() -> str | None:
    """Return the passphrase the command line was given; None where there is none."""
    return _from_file()


def marks(path: Path) -> dict[str, Any]:
    """Return the marks beside a key file; empty when there are none. Problem ``key-file-damaged``."""
    beside = path.with_suffix(".json")
    found = _parsed(_bytes(beside)) if exists(beside) else {}
    if not all(_SHAPES.get(name, _is_text)(value) for name, value in found.items()):
        raise Problem("key-file-damaged")
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int)


def _is_order(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))  # noqa: PLR2004 - epoch, version


def _is_position(value: object) -> bool:
    return isinstance(value, list) and [type(each) for each in value] == [int, str]


def _is_dict(value: object, of: Callable[[object], bool] = lambda _: True) -> bool:
    return isinstance(value, dict) and all(map(of, value.values()))


_SHAPES: Mapping[str, Callable[[object], bool]] = {
    "last": _is_number,
    "round": _is_order,
    "rounds": lambda value: _is_dict(value, _is_order),
    "log": lambda value: _is_dict(value, _is_position),
    "receipts": lambda value: _is_dict(value, _is_number),
    "certificate": _is_dict,
}
"""How marks are written; every other one is text. A key file that reads otherwise is damaged."""


def set_marks(path: Path, changed: Mapping[str, Any]) -> None:
    """Write marks beside a key file; None takes a mark away."""
    kept = {name: value for name, value in (marks(path) | dict(changed)).items() if value is not None}
    content = json.dumps(kept, sort_keys=True).encode("ascii")
    write_own(path.with_suffix(".json"), content)


def stored(path: Path) -> bytes:
    """Return the bytes of a key file as they lie there."""
    return _bytes(path)


def write_own(path: Path, content: bytes) -> None:
    """Replace a file whole, readable by its owner only."""
    replace_own(path, content)


def _is_open(path: Path) -> bool:
    return path in _opened and _opened[path].stored == _bytes(path)


def _from_file() -> str | None:
    named = os.environ.get(PASSPHRASE_FILE)
    text = decoded(_file_bytes(named)) if named else ""
    if text is None:
        raise Problem("passphrase-file-unreadable", path=named)
    return text.strip("\r\n") if named else None


def _as_read_before() -> str | None:
    """Return what the same file was taken for before: its mark, and a line end behind it, were content."""
    try:
        text = _file_bytes(os.environ[PASSPHRASE_FILE]).decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        return None
    return as_read_before(text)


def _file_bytes(named: str) -> bytes:
    try:
        return read_limited(Path(named), _PASSPHRASE_BYTES)
    except Problem as error:
        raise Problem("passphrase-file-unreadable", path=named) from error


def _bytes(path: Path) -> bytes:
    with own_problems(path.parent):  # a disk that cannot be read is no damaged key: nobody shall replace it
        return files.read(path)


def _parsed(content: bytes) -> Secrets:
    try:
        found = read_stored(content)
    except ValueError as error:
        raise Problem("key-file-damaged") from error
    if not isinstance(found, dict):
        raise Problem("key-file-damaged")
    return found
