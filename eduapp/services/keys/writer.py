"""Who writes: one key per workbook on one computer, kept in the user's own folder.

Beside the key stands the last sequence number. A workbook that is behind it is a restored backup or
a copy: it gets a new writer, so one writer never says two things under one number. Where the key
before is still on this computer it signs for the new one, and what it could open stays readable.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from db.problems import Problem
from db.tables import SENT
from eduapp.exchange.key_request import vouch
from eduapp.exchange.members import armor_text
from eduapp.exchange.sealing import Identity, identity_of, new_identity
from eduapp.exchange.signing import PublicKey, WriterKey
from eduapp.services.keys import keyring
from eduapp.services.keys.passphrases import require_strong

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from db.workbook import Workbook
    from eduapp.services.keys.keyring import Secrets

_UNKNOWN = 2**31
"""Stands for the last number where the marks are gone: such a key is not used again, a new one follows it."""


@dataclass(frozen=True)
class Writer:
    """A writer: its id, its key, the last number it used, and what opens its school's files here.

    `archives` begins with this computer's own; `replaces` is the key before with its signature.
    """

    id: str
    key: WriterKey
    last: int
    archives: tuple[Identity, ...]
    replaces: tuple[PublicKey, bytes] | None = None

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
        return known
    fresh = _fresh(known or _before(workbook))
    former = former_key_path(workbook)
    _write(path, fresh, keyring.passphrase_of(former) if former and known is None else None)
    if seen := _rounds_seen(workbook):
        keyring.set_marks(path, {"rounds": seen})
    return fresh


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


def _fresh(before: Writer | None) -> Writer:
    key = WriterKey.generate()
    replaces = vouch(before.key, key.public) if before else None
    archives = before.archives if before else (new_identity(),)
    return Writer(uuid.uuid4().hex, key, 0, archives, replaces)


def _before(workbook: Workbook) -> Writer | None:
    """Return the writer of the workbook that this one was restored from, if its key is here."""
    path = former_key_path(workbook)
    return _read(path) if path is not None else None


def _last_sent(workbook: Workbook, writer: str) -> int:
    query = select(func.max(SENT.c.seq)).where(SENT.c.writer == writer)
    with workbook.transaction() as connection:
        return int(connection.execute(query).scalar() or 0)


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
        replaces = secrets.get("replaces")
        return Writer(
            id=secrets["writer"],
            key=WriterKey.from_stored(base64.b64decode(secrets["key"])),
            last=int(marks["last"]),
            archives=tuple(identity_of(each) for each in secrets["archives"]),
            replaces=replaces and (PublicKey.from_line(replaces[0]), base64.b64decode(replaces[1])),
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Problem("writer-key-damaged", path=str(path)) from error
    except Problem as problem:
        if problem.code in {"key-file-damaged", "key-damaged", "key-invalid", "identity-unreadable"}:
            raise Problem("writer-key-damaged", path=str(path)) from problem
        raise


def _upgraded(old: Secrets) -> Secrets:
    return {"writer": old["writer"], "key": old["key"], "archives": [new_identity().secret]}


def _write(path: Path, writer: Writer, passphrase: str | None = None) -> None:
    secrets: Secrets = {
        "writer": writer.id,
        "key": base64.b64encode(writer.key.to_stored()).decode(),
        "archives": [each.secret for each in writer.archives],
    }
    if writer.replaces:
        secrets["replaces"] = [writer.replaces[0].line, armor_text(writer.replaces[1])]
    keyring.store(path, secrets, passphrase)  # a key that follows one under a passphrase is under it too
    keyring.set_marks(path, {"writer": writer.id, "last": writer.last})
