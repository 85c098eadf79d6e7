"""What a submission says about itself: the member ``eduapp`` of its ``datapackage.json``.

Read strictly and before any table: every known member has its type and its range. Members that a
newer program added are kept in ``extra`` and written again; a change that an older reader must not
overlook raises ``min_reader`` instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast

from db.problems import Problem
from eduapp.exchange.canonical import Json

FORMAT: Final = 1
READER: Final = 1

State: TypeAlias = Literal["draft", "final"]
SectionState: TypeAlias = Literal["complete", "draft"]
T = TypeVar("T")

_CODE = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)
_RECORD = re.compile(r"[a-z_]{1,60}", re.ASCII)
_WRITER = re.compile(r"[0-9a-f-]{8,64}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_STANDARD = re.compile(r"[0-9A-Za-z._-]{1,80}", re.ASCII)
MAX_TEXT: Final = 4000
"""The longest text of a manifest: an explanation may not be longer."""

_ANY_TEXT = re.compile(rf".{{0,{MAX_TEXT}}}", re.DOTALL)
_NAME = re.compile(r".{1,200}", re.DOTALL)
_MAX_NUMBER: Final = 10**9
_MAX_ITEMS: Final = 10_000


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
    extra: Mapping[str, Json] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """Return the member ``eduapp``."""
        plain: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self)}
        del plain["extra"]
        plain["standards"] = [{"id": used.id, "sha256": used.sha256} for used in self.standards]
        return {**self.extra, **plain}


def _invalid(member: str) -> Problem:
    return Problem("manifest-invalid", member=member)


class _Members:
    """The members of one JSON object, taken by name and type; what is wrong is named."""

    def __init__(self, value: Json, where: str) -> None:
        if not isinstance(value, Mapping):
            raise _invalid(where)
        self.rest: dict[str, Json] = dict(value)
        self.where = where

    def take(self, name: str) -> Json:
        if name not in self.rest:
            raise _invalid(f"{self.where}.{name}")
        return self.rest.pop(name)

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        return _text(self.take(name), pattern, f"{self.where}.{name}")

    def number(self, name: str, low: int, high: int = _MAX_NUMBER) -> int:
        return _number(self.take(name), f"{self.where}.{name}", low, high)

    def items(self, name: str, read: Callable[[Json, str], T]) -> tuple[T, ...]:
        value, where = self.take(name), f"{self.where}.{name}"
        if not isinstance(value, list) or len(value) > _MAX_ITEMS:
            raise _invalid(where)
        return tuple(read(item, f"{where}[{at}]") for at, item in enumerate(value))

    def mapping(self, name: str, keys: re.Pattern[str], read: Callable[[Json, str], T]) -> dict[str, T]:
        return _mapping(self.take(name), f"{self.where}.{name}", keys, read)


def _text(value: Json, pattern: re.Pattern[str], where: str) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise _invalid(where)
    return value


def _number(value: Json, where: str, low: int = 0, high: int = _MAX_NUMBER) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _invalid(where)
    return value


def _mapping(value: Json, where: str, keys: re.Pattern[str], read: Callable[[Json, str], T]) -> dict[str, T]:
    if not isinstance(value, Mapping) or len(value) > _MAX_ITEMS:
        raise _invalid(where)
    return {_text(key, keys, where): read(item, f"{where}.{key}") for key, item in value.items()}


def _any_text(value: Json, where: str) -> str:
    return _text(value, _ANY_TEXT, where)


def _section_state(value: Json, where: str) -> SectionState:
    if value not in {"complete", "draft"} if isinstance(value, str) else True:
        raise _invalid(where)
    return cast("SectionState", value)


def _state(value: Json, where: str) -> State:
    if not isinstance(value, str) or value not in {"draft", "final"}:
        raise _invalid(where)
    return cast("State", value)


def _standard(value: Json, where: str) -> StandardUsed:
    members = _Members(value, where)
    return StandardUsed(id=members.text("id", _STANDARD), sha256=members.text("sha256", _SHA256))


def _verdict(value: Json, where: str) -> dict[str, str]:
    return _mapping(value, where, _NAME, _any_text)


def _boolean(value: Json, where: str) -> bool:
    if not isinstance(value, bool):
        raise _invalid(where)
    return value


def read_manifest(value: Json) -> Manifest:
    """Return the typed manifest of the parsed member ``eduapp``.

    Raises Problem ``reader-too-old`` when a newer program is needed, before anything else is looked
    at, else ``manifest-invalid`` naming the first member that is missing or not as it must be.
    """
    members = _Members(value, "eduapp")
    needed = members.number("min_reader", 1)
    if needed > READER:
        raise Problem("reader-too-old", needed=needed, own=READER)
    prev = members.take("prev")
    round_file = members.take("round_file")
    return Manifest(
        min_reader=needed,
        format=members.number("format", FORMAT, FORMAT),
        app=members.text("app", _STANDARD),
        data_id=members.text("data_id", _SHA256),
        county=members.text("county", _CODE),
        school=members.text("school", _CODE),
        name=members.text("name", _NAME),
        kind=members.text("kind", _CODE),
        year=members.number("year", 1900, 2999),
        practice=_boolean(members.take("practice"), "eduapp.practice"),
        round=members.text("round", _STANDARD),
        writer=members.text("writer", _WRITER),
        seq=members.number("seq", 1),
        prev=None if prev is None else _text(prev, _SHA256, "eduapp.prev"),
        seen=members.mapping("seen", _WRITER, _number),
        state=_state(members.take("state"), "eduapp.state"),
        sections=members.mapping("sections", _RECORD, _section_state),
        recipients=members.items("recipients", _any_text),
        round_file=None if round_file is None else _number(round_file, "eduapp.round_file", 1),
        standards=members.items("standards", _standard),
        reasons=members.mapping("reasons", _NAME, _any_text),
        verdicts=members.items("verdicts", _verdict),
        extra=members.rest,
    )
