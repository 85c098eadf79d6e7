"""What was judged of a school's submission, kept in the county's workbook so that it is not judged again.

A kept entry is never believed for being there. It is asked for by a key over all that it follows from (the
bytes of the files, the list's word, the overlays, the standards, the day, the program), after the stored
bytes were held against the log. In a county with keys it carries a MAC over that key, the digests of the
bytes and itself, under a secret of the county's key file, and lies sealed to the county's working key. What
does not fit is judged anew from the files, and that is said. While the key is locked none is used. A county
without keys has its row digests only. docs/decisions/0028-kept-entries.md says what that proves.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from db import journal
from db.problems import Problem
from db.records.choices import SchoolKind, Stage
from db.workbook import now, who
from eduapp import __version__
from eduapp.exchange import sealing
from eduapp.services.county.plain_data import Codec
from eduapp.services.keys import county_keys
from eduapp.services.merge.overlays import Placed
from eduapp.services.merge.stating import SchoolIdentity
from eduapp.standards import results
from eduapp.standards.county.data import SchoolEntry
from eduapp.standards.school_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.workbook import Workbook

_READ: Final = "SELECT key, content, mac FROM kept_entry WHERE place = ?"
_WRITE: Final = (
    "INSERT INTO kept_entry (place, key, content, mac) VALUES (?, ?, ?, ?) ON CONFLICT (place) DO UPDATE"
    " SET key = excluded.key, content = excluded.content, mac = excluded.mac"
)
_LEVEL: Final = 1
"""Of the compression: texts that repeat, and time that counts."""
_MOST_BYTES: Final = 16 * 1024 * 1024
_JUDGING: Final = ("db/records", "eduapp/services/merge", "eduapp/standards")
"""Where what is kept is computed."""
BOARD, QUESTION = "board", "question"
"""Places that are no school's: the figures on the board; of a question, with its id."""
NAMES: Final = {BOARD: "总表的上次数字", QUESTION: "提问"}
MOST_WAITING: Final = 100
"""So many new ones are written in one transaction: what a crash or a cancel costs at most."""


@dataclass(frozen=True)
class KeptEntry:
    """What the county needs of a school: of each file (its own first), and judged, of all together."""

    said: tuple[SchoolIdentity, ...]
    counts: tuple[dict[str, int | None], ...]
    placed: tuple[tuple[Placed, ...], ...]
    """Where the county's overlays of each file stand."""
    entries: tuple[SchoolEntry, ...]
    """By each standard, in the order of the key."""

    def is_of(self, files: int, standards: int) -> bool:
        """Whether it is of so many files and standards: where nothing binds it, it may be of any number."""
        of_files = {len(self.said), len(self.counts), len(self.placed)}
        return of_files == {files} and len(self.entries) == standards


@dataclass(frozen=True)
class _Door:
    """How entries are bound while the county's key is open; all empty in a county without keys."""

    secret: bytes = b""
    recipients: tuple[str, ...] = ()
    identities: tuple[sealing.Identity, ...] = ()
    epoch: str = ""


@dataclass(frozen=True)
class EntryAsked:
    """Which entry is meant: whose place it has, all that it follows from, the digests of its files."""

    place: str
    parts: tuple[object, ...]
    digests: tuple[str, ...]


@dataclass
class EntryStore:
    """The kept entries of an open workbook. `open` looks whether the key is open; until then none is used."""

    workbook: Workbook
    changed: list[str] = field(default_factory=list)
    """Places whose entry was not what this county had kept, since the workbook was opened."""
    failed: Problem | None = None
    """Why new ones could not be kept; the figures do not need them."""
    _door: _Door | None = None
    _waiting: dict[str, tuple[str, bytes, bytes | None]] = field(default_factory=dict)

    def open(self) -> None:
        """Look whether the county's key is open: while it is locked or not here, none is used."""
        self._door = _door_of(self.workbook)

    def read(self, asked: EntryAsked, form: Codec) -> Any:  # noqa: ANN401 - what the form reads
        """Return an entry that fits; None where there is none for this key, or where it is not whole."""
        if self._door is None:
            return None
        with self.workbook.reading() as raw:
            row = raw.execute(_READ, (asked.place,)).fetchone()
        key = _key_of(asked, self._door, form)
        if row is None or row[0] != key:
            return None
        try:
            return form.loads(_unbound(self._door, key, asked.digests, row[1], row[2]))
        except ValueError:
            self.refuse(asked.place)
            return None

    def refuse(self, place: str) -> None:
        """Write down that an entry was not what had been kept: it was judged anew."""
        if place in self.changed:
            return
        self.changed.append(place)
        with self.workbook.writing() as raw:
            raw.execute("DELETE FROM kept_entry WHERE place = ?", (place,))
            journal.note(raw, "kept-entry-changed", place, who(), now())

    def add(self, asked: EntryAsked, entry: object, form: Codec) -> None:
        """Keep an entry; it is written with others, at the latest by `write`."""
        if self._door is None:
            return
        key = _key_of(asked, self._door, form)
        self._waiting[asked.place] = (key, *_bound(self._door, key, asked.digests, form.dumps(entry)))
        if len(self._waiting) >= MOST_WAITING:
            self.write()

    def write(self) -> None:
        """Write what waits, in one transaction. Where that fails the figures stand, and `failed` says why."""
        rows = [(place, *row) for place, row in self._waiting.items()]
        self._waiting.clear()
        if not rows or self.failed is not None:
            return
        try:
            with self.workbook.writing() as raw:
                raw.executemany(_WRITE, rows)
        except Problem as problem:
            self.failed = problem


def _door_of(workbook: Workbook) -> _Door | None:
    certificate = county_keys.certificate_of(workbook)
    if certificate is None:
        return _Door()
    if not county_keys.can_sign(workbook):
        return None
    return _Door(
        county_keys.entries_secret(workbook),
        certificate.recipients[:1],
        county_keys.identities(workbook),
        certificate.signing.line,
    )


def _key_of(asked: EntryAsked, door: _Door, form: Codec) -> str:
    said = [__version__, _program(), form.shape, door.epoch, asked.digests, asked.parts]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _bound(door: _Door, key: str, digests: Sequence[str], entry: bytes) -> tuple[bytes, bytes | None]:
    content = zlib.compress(entry, _LEVEL)
    if door.recipients:
        content = sealing.seal(content, door.recipients)
    return content, _mac(door, key, digests, content) if door.secret else None


def _unbound(
    door: _Door,
    key: str,
    digests: Sequence[str],
    content: Any,  # noqa: ANN401 - what lies in the file may be anything
    mac: Any,  # noqa: ANN401 - as above
) -> bytes:
    """Return what was bound; raises ValueError for anything else."""
    try:
        if door.secret and not hmac.compare_digest(bytes(mac), _mac(door, key, digests, content)):
            raise ValueError(key)
        plain = sealing.unseal(content, door.identities) if door.recipients else content
        return zlib.decompressobj().decompress(plain, _MOST_BYTES)
    except (Problem, TypeError, zlib.error) as error:
        raise ValueError(key) from error


def _mac(door: _Door, key: str, digests: Sequence[str], content: bytes) -> bytes:
    message = json.dumps([key, digests]).encode() + b"\n" + content
    return hmac.new(door.secret, message, hashlib.sha256).digest()


@cache
def codec() -> Codec:
    """Return how an entry is written and read; `names` and `shared` serve parts of it, too."""
    own = (Decimal, Fraction, SchoolKind, Stage, Facts)
    names = {**vars(results), **{each.__name__: each for each in own}, "datetime": datetime}
    return Codec(KeptEntry, names, shared=frozenset({results.Citation}))


@cache
def _program() -> str:
    """Return what tells this program's way of judging from another of the same version: its own sources.

    A packed program has none; there the version says it.
    """
    root, found = Path(__file__).parents[3], hashlib.sha256()
    for folder in _JUDGING:
        for each in sorted(root.joinpath(folder).rglob("*.py")):
            found.update(each.read_bytes())
    return found.hexdigest()
