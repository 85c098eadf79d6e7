"""Who writes: one key per workbook on one computer, kept in the user's own folder.

Beside the key stands the last sequence number. A workbook that is behind it is a restored backup or
a copy: it gets a new writer, so one writer never says two things under one number. The key file of the
one before is let be, for that may still be in use: the newcomer gets an id, and with it a key file, of its
own. Where the key before is still on this computer it vouches for the new one in its school, and what it
could open stays readable.

Beside the key stands the school it was made for, too: the code it first spoke for. It speaks for no other
until the county has admitted it for that one (`eduapp.services.hand_off.rounds.speaker`).
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db import handed
from db.problems import Problem
from eduapp.exchange.members import Members
from eduapp.exchange.sealing import Identity, identity_of, new_identity
from eduapp.exchange.signing import WriterKey
from eduapp.exchange.voucher import Voucher, take_voucher, vouch
from eduapp.services.keys import keyring
from eduapp.services.keys.passphrases import require_strong
from eduapp.services.packing import UNKNOWN_COUNTY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from db.workbook import Workbook
    from eduapp.exchange.signing import PublicKey
    from eduapp.services.keys.keyring import Secrets

SCHOOL = "school"
"""The mark that says which school a key was made for."""
_UNKNOWN = 2**31
"""Stands for the last number where the marks are gone: such a key is not used again, a new one follows it."""
_DAMAGED = {"key-file-damaged", "key-damaged", "key-invalid", "identity-unreadable", "manifest-invalid"}


@dataclass(frozen=True)
class Writer:
    """A writer: its id, its key, the last number it used, and what opens its school's files here.

    `archives` begins with this computer's own; `replaces` is the voucher of the key before.
    """

    id: str
    key: WriterKey
    last: int
    archives: tuple[Identity, ...]
    replaces: Voucher | None = None

    @property
    def archive(self) -> Identity:
        """The identity that opens what is sealed here."""
        return self.archives[0]


def writer_of(workbook: Workbook) -> Writer:
    """Return the writer of a workbook on this computer, made anew where the design says so.

    Raises Problem `passphrase-needed`, `writer-key-damaged`.
    """
    path = key_path(workbook)
    known = _read(path) if _exists(path) else None
    if known is not None and known.last <= _last_sent(workbook, known.id):
        return _vouched(workbook, known)
    if known is not None:
        leave_key(workbook)
    fresh = _fresh(workbook)
    path, former = key_path(workbook), former_key_path(workbook)
    _write(path, fresh, keyring.passphrase_of(former) if former else None)
    if seen := _rounds_seen(workbook):
        keyring.set_marks(path, {"rounds": seen})
    return fresh


def leave_key(workbook: Workbook) -> None:
    """Give a workbook an id of its own: its next key is a new one, the key before stays where it is."""
    workbook.set_meta(workbook=uuid.uuid4().hex, workbook_before=workbook.meta["workbook"])


def school_of(workbook: Workbook, writer: Writer) -> str:
    """Return the code of the school that a writer's key was made for; "" while it has spoken for none."""
    marked = keyring.marks(key_path(workbook)).get(SCHOOL)
    return str(marked) if marked else _school_sent(workbook, writer.id)


def bind(workbook: Workbook, school: str) -> None:
    """Write down which school the key of a workbook speaks for."""
    keyring.set_marks(key_path(workbook), {SCHOOL: school})


def round_seen(workbook: Workbook, root: str) -> tuple[int, int]:
    """Return the highest (epoch, version) of a round file of a root seen here, also before a restore."""
    epoch, version = _rounds_seen(workbook).get(root, (0, 0))
    return int(epoch), int(version)


def mark_round(workbook: Workbook, root: str, epoch: int, version: int) -> None:
    """Write down the newest round file that was taken, under the county's root (a public key line)."""
    seen = _rounds_seen(workbook) | {root: [epoch, version]}
    keyring.set_marks(key_path(workbook), {"rounds": seen})


def mark(workbook: Workbook, writer: Writer, seq: int) -> None:
    """Write down the last number this writer used."""
    keyring.set_marks(key_path(workbook), {"writer": writer.id, "last": seq})


def key_path(workbook: Workbook) -> Path:
    """Return where the key file of a workbook lies on this computer."""
    return keyring.key_path(workbook.meta["workbook"])


def former_key_path(workbook: Workbook) -> Path | None:
    """Return the key file of the workbook that this one was restored from; None when it is not here."""
    former = workbook.meta.get("workbook_before")
    path = keyring.key_path(former) if former else None
    return path if path is not None and _exists(path) else None


def archives_of(workbook: Workbook) -> tuple[Identity, ...]:
    """Return what opens the sealed files of a workbook here; none when its key was never on this computer.

    Raises Problem `passphrase-needed`.
    """
    path = key_path(workbook)
    known = _read(path) if _exists(path) else _before(workbook)
    return known.archives if known else ()


def protect(workbook: Workbook, passphrase: str, about: Iterable[str] = ()) -> None:
    """Put the key of a workbook under a passphrase, or under another one.

    Raises Problem `passphrase-short`, `passphrase-weak`.
    """
    require_strong(passphrase, about)
    writer_of(workbook)
    path = key_path(workbook)
    keyring.store(path, keyring.load(path), passphrase)


def _fresh(workbook: Workbook) -> Writer:
    """Make a new writer; the one before vouches for it only within the school it was made for itself."""
    before, name, key = _before(workbook), uuid.uuid4().hex, WriterKey.generate()
    if before is None:
        return Writer(name, key, 0, (new_identity(),))
    replaces = _vouch(workbook, before, name, key.public)
    return Writer(name, key, 0, before.archives, replaces)


def _vouch(workbook: Workbook, before: Writer, name: str, key: PublicKey) -> Voucher | None:
    county, school = _stated(workbook)
    if not school or _former_school(workbook, before) not in {"", school}:
        return None
    return vouch(before.key, county, school, name, key)


def _vouched(workbook: Workbook, own: Writer) -> Writer:
    """Return a writer whose voucher fits what the workbook says now, asked again of the key before.

    Where that key is not here any more, an old voucher stays: the county says what to do about it.
    """
    if own.replaces is None or own.replaces.fits(*_stated(workbook), own.id, own.key.public):
        return own
    before = _before(workbook)
    if before is None or before.key.public != own.replaces.key:
        return own if own.replaces.is_old else replace(own, replaces=None)
    again = replace(own, replaces=_vouch(workbook, before, own.id, own.key.public))
    keyring.store(key_path(workbook), _secrets(again))
    return again


def _stated(workbook: Workbook) -> tuple[str, str]:
    """Return the county and the school that a workbook speaks of."""
    return workbook.meta.get("county") or UNKNOWN_COUNTY, _school_code(workbook)


def _former_school(workbook: Workbook, before: Writer) -> str:
    path = former_key_path(workbook)
    marked = keyring.marks(path).get(SCHOOL) if path else None
    return str(marked) if marked else _school_sent(workbook, before.id)


def _school_code(workbook: Workbook) -> str:
    with workbook.reading() as door:
        return handed.school_code(door)


def _school_sent(workbook: Workbook, writer: str) -> str:
    """Return the school of a writer's last submission, by its file's name: keys from before had no mark."""
    with workbook.reading() as door:
        name, code = handed.last_file(door, writer), handed.school_code(door)
    if name is None:
        return ""
    return code if name.startswith(f"{code}_") else name.partition("_")[0]


def _before(workbook: Workbook) -> Writer | None:
    """Return the writer of the workbook that this one was restored from, if its key is here."""
    path = former_key_path(workbook)
    return _read(path) if path is not None else None


def _last_sent(workbook: Workbook, writer: str) -> int:
    with workbook.reading() as door:
        return max((seq for seq, _ in handed.numbers(door, writer)), default=0)


def _rounds_seen(workbook: Workbook) -> dict[str, list[int]]:
    """Return root -> the highest (epoch, version) seen."""
    found: dict[str, list[int]] = {}
    for path in (key_path(workbook), former_key_path(workbook)):
        for root, order in (keyring.marks(path).get("rounds", {}) if path else {}).items():
            found[root] = max(order, found.get(root, [0, 0]))
    return found


def _exists(path: Path) -> bool:
    return keyring.exists(path) or "key" in keyring.marks(path)  # release 0.1.0 kept the key among the marks


def _read(path: Path) -> Writer:
    try:
        if not keyring.exists(path):  # a key file of release 0.1.0: all in one, no archive yet
            keyring.store(path, _upgraded(keyring.marks(path)))
            keyring.set_marks(path, {"key": None})
        marks = {"last": _UNKNOWN} | keyring.marks(path)
        secrets = keyring.load(path)
        before = secrets.get("replaces")
        if isinstance(before, list):  # key files of before hold a pair
            secrets["replaces"] = {"key": before[0], "signature": before[1]}
        return Writer(
            id=secrets["writer"],
            key=WriterKey.from_stored(base64.b64decode(secrets["key"])),
            last=int(marks["last"]),
            archives=tuple(identity_of(each) for each in secrets["archives"]),
            replaces=take_voucher(Members(secrets, "writer")),
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Problem("writer-key-damaged", path=str(path)) from error
    except Problem as problem:
        if problem.code in _DAMAGED:
            raise Problem("writer-key-damaged", path=str(path)) from problem
        raise


def _upgraded(old: Secrets) -> Secrets:
    return {"writer": old["writer"], "key": old["key"], "archives": [new_identity().secret]}


def _secrets(writer: Writer) -> Secrets:
    secrets: Secrets = {
        "writer": writer.id,
        "key": base64.b64encode(writer.key.to_stored()).decode(),
        "archives": [each.secret for each in writer.archives],
    }
    if writer.replaces:
        secrets |= writer.replaces.to_json()
    return secrets


def _write(path: Path, writer: Writer, passphrase: str | None = None) -> None:
    # A key that follows one under a passphrase is under it too.
    keyring.store(path, _secrets(writer), passphrase)
    keyring.set_marks(path, {"writer": writer.id, "last": writer.last})
