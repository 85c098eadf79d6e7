"""What this computer knows of counties' workbooks, found without trusting what lies in them.

Who can write a county's file can also take its keys out of it and pass it off as one that never had any. So
this computer keeps, in the person's own folder, by where a workbook lies and by its own id: whose root it
had, and how far its log was. Nothing here is a secret.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from db import backups
from db.problems import Problem
from db.records.stored import read_stored
from eduapp.exchange.authority import read_certificate
from eduapp.exchange.sealing import SEALED_MARK, is_sealed
from eduapp.services.keys import keyring

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from db.workbook import Workbook
    from eduapp.exchange.authority import Certificate

CERTIFICATE: Final = "certificate"
"""The fact of a workbook that holds it."""
_FILE: Final = "workbooks"
_SIGNS_OF_KEYS: Final = (
    "SELECT 1 FROM round_file",
    "SELECT 1 FROM issued_receipt",
    "SELECT 1 FROM intake_log WHERE signature IS NOT NULL",
    "SELECT 1 FROM decision WHERE signature IS NOT NULL",
    "SELECT 1 FROM journal WHERE field = 'county-keys'",
    """SELECT 1 FROM intake_log WHERE line LIKE '["hold",%' OR line = '["sign"]'""",
    """SELECT 1 FROM intake_log WHERE line LIKE '["decide",%,"signed"%'""",
    "SELECT 1 FROM kept_entry WHERE mac IS NOT NULL",
    "SELECT 1 FROM refused WHERE code IN ('plain-refused', 'other-recipients', 'recipients-missing')",
)
"""What only a county with keys writes: issued files, signatures, lines of its log, what it asks of files,
what it kept under a secret of its own."""
_FACTS_OF_KEYS: Final = ("signing_keys", "keys", "certificates")
DRILL: Final = "drill"
"""The fact of a workbook that says how the last drill of the escrow key went; written with the first keys."""
_CONTENT: Final = ("SELECT 1 FROM submission", "SELECT 1 FROM admitted_key", "SELECT 1 FROM decision")


@dataclass(frozen=True)
class Seen:
    """What this computer saw of a workbook: its root's mark, "" for none; how far its log was."""

    root: str
    number: int = 0
    link: str = ""


def seen(workbook: Workbook) -> list[Seen]:
    """Return what is known of a workbook by its place and by its id, which may differ."""
    known = keyring.marks(keyring.key_path(_FILE))
    return [_seen_in(known[name]) for name in _names(workbook.path, workbook.meta) if name in known]


def note(workbook: Workbook, now: Seen) -> None:
    """Write down what a workbook is by now."""
    _write(workbook.path, workbook.meta, now)


def begin(workbook: Workbook) -> None:
    """Know a workbook that was just made: it may lie where another one lay."""
    note(workbook, Seen(""))


def require_own(workbook: Workbook, certificate: Certificate | None) -> None:
    """Hold a county's workbook against what this computer and its own tables know of its keys.

    Raises Problem `county-keys-changed`, `county-keys-removed`.
    """
    mark = mark_of(certificate) if certificate else ""
    known = seen(workbook)
    if certificate is None:
        strange = not known and _holds(workbook, _CONTENT) and _has_keys(workbook.meta["county"])
        if any(each.root for each in known) or strange:
            raise Problem("county-keys-changed", path=str(workbook.path))
        require_no_traces(workbook)
        return
    strange = (
        not known and not _has_keys(workbook.meta["county"], mark) and _has_keys(workbook.meta["county"])
    )
    differs = any(each.root not in {"", mark} for each in known)
    if differs or strange or certificate.county != workbook.meta["county"]:
        raise Problem("county-keys-changed", path=str(workbook.path))


def require_no_traces(workbook: Workbook) -> None:
    """Raise Problem `county-keys-removed` where a workbook without keys holds what only keys make."""
    facts = any(workbook.meta.get(name) for name in _FACTS_OF_KEYS) or DRILL in workbook.meta
    if facts or _holds(workbook, _SIGNS_OF_KEYS) or _holds_sealed(workbook):
        raise Problem("county-keys-removed", path=str(workbook.path))


def accept(path: Path) -> tuple[Mapping[str, str], Seen]:
    """Begin this computer's marks anew with what lies at a path now: a person's explicit act.

    Returns the workbook's own facts and what is known of it from here on.
    """
    with closing(backups.read_only(path)) as raw:
        meta = dict(raw.execute("SELECT name, value FROM meta"))
        now = Seen(mark_of(found) if (found := certificate_in(meta)) else "", *log_end(raw))
    _write(path, meta, now)
    return meta, now


def certificate_in(meta: Mapping[str, str]) -> Certificate | None:
    """Return the certificate in force of a workbook; Problem `certificate-invalid` for a wrong one."""
    text = meta.get(CERTIFICATE)
    return _certificate(text) if text else None


@lru_cache(maxsize=8)
def _certificate(text: str) -> Certificate:
    try:
        return read_certificate(read_stored(text))
    except ValueError as error:
        raise Problem("certificate-invalid") from error


def log_end(raw: sqlite3.Connection) -> tuple[int, str]:
    """Return the number and the link of the last line of a workbook's log; (0, "") where there is none."""
    if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'intake_log'").fetchone():
        return 0, ""
    found = raw.execute("SELECT number, link FROM intake_log ORDER BY number DESC LIMIT 1").fetchone()
    return (int(found[0]), str(found[1])) if found else (0, "")


def mark_of(certificate: Certificate) -> str:
    """Return what names a county's root in the names of files."""
    return certificate.root.fingerprint[:10]


def _write(path: Path, meta: Mapping[str, str], now: Seen) -> None:
    file = keyring.key_path(_FILE)
    said = f"{now.root} {now.number} {now.link}"
    changed = dict.fromkeys(_names(path, meta), said)
    if not changed.items() <= keyring.marks(file).items():
        keyring.set_marks(file, changed)


def _seen_in(text: str) -> Seen:
    parts = text.split(" ")
    if len(parts) != len(Seen.__match_args__) or not parts[1].isdecimal():
        raise Problem("key-file-damaged")
    return Seen(parts[0], int(parts[1]), parts[2])


def _names(path: Path, meta: Mapping[str, str]) -> tuple[str, ...]:
    own = meta.get("workbook")
    return (f"path {path.resolve()}", *([f"id {own}"] if own else []))


def _has_keys(county: str, mark: str = "*") -> bool:
    """Whether this computer holds keys of a county, or what it saw of a county with keys."""
    folder = keyring.key_path(_FILE).parent
    return any(folder.glob(f"county-{county}-{mark}.key"))


def _holds(workbook: Workbook, queries: tuple[str, ...]) -> bool:
    with workbook.reading() as door:
        return any(door.execute(f"{query} LIMIT 1").fetchone() for query in queries)


def _holds_sealed(workbook: Workbook) -> bool:
    """Whether a stored file is sealed: a county without keys opens none, so it keeps none.

    Only the first bytes of each are read, whatever its size.
    """
    with workbook.reading() as door:
        rows = [number for (number,) in door.execute("SELECT rowid FROM submission")]
        return any(is_sealed(_beginning(door, number)) for number in rows)


def _beginning(door: sqlite3.Connection, row: int) -> bytes:
    with door.blobopen("submission", "content", row, readonly=True) as content:
        return content.read(SEALED_MARK)
