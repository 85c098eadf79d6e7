"""What a submission says about itself: the member ``eduapp`` of its ``datapackage.json``.

Read strictly and before any table: every known member has its type and its range. Members that a
newer program added are kept in ``extra`` and written again; a change that an older reader must not
overlook raises ``min_reader`` instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, TypeAlias, cast

from db.problems import Problem
from db.records.codes import CODE
from eduapp.exchange.canonical import Json
from eduapp.exchange.members import (
    ANY_TEXT,
    NAME,
    NAMED,
    RECORD,
    SHA256,
    WRITER,
    Members,
    invalid,
    mapping_of,
    number_of,
    text_of,
)
from eduapp.exchange.voucher import Voucher, take_voucher

__all__ = [
    "FORMAT",
    "READER",
    "Manifest",
    "SectionState",
    "StandardUsed",
    "State",
    "read_manifest",
]

FORMAT: Final = 1
READER: Final = 1

_PLACE: Final = re.compile(r"[a-z_]{1,60}/[^/]{1,64}", re.ASCII)

State: TypeAlias = Literal["draft", "final"]
SectionState: TypeAlias = Literal["complete", "draft"]


@dataclass(frozen=True)
class StandardUsed:
    """A standard pack by its id and the SHA-256 (hex) of its bytes."""

    id: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The typed members. ``data_id`` is filled by ``submission.build``; leave it empty before.

    ``county`` and ``school`` are codes of ``[0-9A-Za-z_-]``, ``year`` is the school year's first,
    ``writer`` the writer's id, ``seq`` counts this writer's submissions from 1, ``prev`` is the id of
    its previous one, ``seen`` maps other writers to the last seq seen. ``sections`` tells per record
    whether its page is ticked as complete; ``reasons`` maps findings to their explanation;
    ``verdicts`` are the school's own, flat objects of text. ``round_file`` is the version of the
    county's round file, None where there was none. ``recipients`` is empty in a plain file.
    ``receipt_secret`` (hex) proves what the county says by telephone; only a sealed file has one.
    ``replaces`` is the voucher of the writer's key before: a restored backup.
    ``kept_home`` counts, by ``record.field``, the cells whose text stays at the school; ``reason``
    counts explanations. ``deleted_earlier`` are (record, key) of deleted rows that an earlier life of the
    workbook (before a restore, a copy) may have handed over: the tables do not name them.
    """

    app: str
    county: str
    school: str
    name: str
    kind: str
    year: int
    practice: bool
    round: str
    writer: str
    seq: int
    prev: str | None
    state: State
    data_id: str = ""
    seen: Mapping[str, int] = field(default_factory=dict)
    sections: Mapping[str, SectionState] = field(default_factory=dict)
    recipients: tuple[str, ...] = ()
    round_file: int | None = None
    standards: tuple[StandardUsed, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Mapping[str, str], ...] = ()
    format: int = FORMAT
    min_reader: int = READER
    receipt_secret: str | None = None
    replaces: Voucher | None = None
    kept_home: Mapping[str, int] = field(default_factory=dict)
    deleted_earlier: frozenset[tuple[str, str]] = frozenset()
    extra: Mapping[str, Json] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """Return the member ``eduapp``."""
        plain: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self)}
        del plain["extra"]
        del plain["replaces"]
        if self.replaces is not None:
            plain |= self.replaces.to_json()
        plain["deleted_earlier"] = sorted(f"{record}/{key}" for record, key in self.deleted_earlier)
        for name in ("receipt_secret", "kept_home", "deleted_earlier"):
            if not plain[name]:
                del plain[name]
        plain["standards"] = [{"id": used.id, "sha256": used.sha256} for used in self.standards]
        return {**self.extra, **plain}


def _any_text(value: Json, where: str) -> str:
    return text_of(value, ANY_TEXT, where)


def _count(value: Json, where: str) -> int:
    return number_of(value, where, 1)


def _section_state(value: Json, where: str) -> SectionState:
    if value not in {"complete", "draft"} if isinstance(value, str) else True:
        raise invalid(where)
    return cast("SectionState", value)


def _state(value: Json, where: str) -> State:
    if not isinstance(value, str) or value not in {"draft", "final"}:
        raise invalid(where)
    return cast("State", value)


def _standard(value: Json, where: str) -> StandardUsed:
    members = Members(value, where)
    return StandardUsed(id=members.text("id", NAMED), sha256=members.text("sha256", SHA256))


def _places(value: Json, where: str) -> frozenset[tuple[str, str]]:
    """Return (record, key) of ``record/key``, of as many as there are: an undone paste is long."""
    if not isinstance(value, list):
        raise invalid(where)
    parted = (text_of(each, _PLACE, where).partition("/") for each in value)
    return frozenset((record, key) for record, _, key in parted)


def _verdict(value: Json, where: str) -> dict[str, str]:
    return mapping_of(value, where, NAME, _any_text)


def read_manifest(value: Json) -> Manifest:
    """Return the typed manifest of the parsed member ``eduapp``.

    Raises Problem ``reader-too-old`` when a newer program is needed, before anything else is looked
    at, else ``manifest-invalid`` naming the first member that is missing or not as it must be.
    """
    members = Members(value, "eduapp")
    needed = members.number("min_reader", 1)
    if needed > READER:
        raise Problem("reader-too-old", needed=needed, own=READER)
    prev = members.take("prev")
    round_file = members.take("round_file")
    secret = members.rest.pop("receipt_secret", None)
    kept_home = members.rest.pop("kept_home", {})
    deleted = members.rest.pop("deleted_earlier", [])
    return Manifest(
        min_reader=needed,
        format=members.number("format", FORMAT, FORMAT),
        app=members.text("app", NAMED),
        data_id=members.text("data_id", SHA256),
        county=members.text("county", CODE),
        school=members.text("school", CODE),
        name=members.text("name", NAME),
        kind=members.text("kind", CODE),
        year=members.number("year", 1900, 2999),
        practice=members.boolean("practice"),
        round=members.text("round", NAMED),
        writer=members.text("writer", WRITER),
        seq=members.number("seq", 1),
        prev=None if prev is None else text_of(prev, SHA256, "eduapp.prev"),
        seen=members.mapping("seen", WRITER, number_of),
        state=_state(members.take("state"), "eduapp.state"),
        sections=members.mapping("sections", RECORD, _section_state),
        recipients=members.recipients("recipients"),
        round_file=None if round_file is None else number_of(round_file, "eduapp.round_file", 1),
        standards=members.items("standards", _standard),
        reasons=members.mapping("reasons", NAME, _any_text),
        verdicts=members.items("verdicts", _verdict),
        receipt_secret=None if secret is None else text_of(secret, SHA256, "eduapp.receipt_secret"),
        replaces=take_voucher(members),
        kept_home=mapping_of(kept_home, "eduapp.kept_home", NAMED, _count),
        deleted_earlier=_places(deleted, "eduapp.deleted_earlier"),
        extra=members.rest,
    )
