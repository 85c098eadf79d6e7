"""The receipt ``X.edureceipt`` (回执): what a county says of each submission of one school, signed.

Statuses by id, questions on single cells, and the cells the county corrected on its own side. No
personal field is asked back in the clear: a question names the cell, it does not repeat it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import MISSING, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from db.problems import Problem
from db.records.codes import CODE
from eduapp.exchange.authority import Certificate, read_certificate
from eduapp.exchange.chains import Chains, chains_of
from eduapp.exchange.members import (
    NAME,
    NAMED,
    SHA256,
    LogPosition,
    Members,
    invalid,
    log_position_of,
    number_of,
)
from eduapp.exchange.package import RECEIPT, build_package, open_package, tables_of
from eduapp.exchange.text_tables import Table, field_schema

if TYPE_CHECKING:
    from eduapp.exchange.canonical import Json, Row
    from eduapp.exchange.signing import WriterKey

SUFFIX: Final = ".edureceipt"
ACCEPTED, SUPERSEDED, TO_CORRECT, CONFLICT, HELD, REFUSED, WITHDRAWN = STATUSES = (
    "accepted",
    "superseded",
    "to_correct",
    "conflict",
    "held",
    "refused",
    "withdrawn",
)
PHONE_DIGITS: Final = 12
T = TypeVar("T", "ReceiptLine", "AskedQuestion", "Overlaid", "Decided", "OnList")


@dataclass(frozen=True)
class ReceiptLine:
    """What became of one submission; ``code`` and ``text`` say why when it was refused or held."""

    id: str
    status: str
    seq: str | None = None
    code: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class AskedQuestion:
    """A question on a cell. ``base`` is the cell's carried text then (None: empty, or personal)."""

    id: str
    submission: str
    record: str
    key: str
    field: str
    text: str
    base: str | None = None


@dataclass(frozen=True)
class Overlaid:
    """A cell that the county corrected on its own side, with its reason."""

    id: str
    record: str
    key: str
    field: str
    reason: str
    base: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Decided:
    """A decision about this school as it stands in the county's chain, at `place` from 1.

    ``message`` is what was signed, in base64, None where it is too long for a cell; ``signature`` the
    SSHSIG over it, without its first and last line and its line breaks.
    """

    id: str
    place: str
    at: str
    message: str | None = None
    signature: str | None = None


@dataclass(frozen=True)
class OnList:
    """The school's row of the county's list; ``parent`` is the id of the school it is a campus of."""

    id: str
    code: str
    name: str
    kind: str | None = None
    parent: str | None = None
    decision: str | None = None
    """The last decision that said this row; None for one from before the list was decided."""


@dataclass(frozen=True)
class Receipt:
    """What a receipt says. ``number`` counts a school's receipts in this county.

    ``lines`` are the files that the school's own admitted keys signed; ``strangers`` counts the others
    that name it.
    """

    certificate: Certificate
    number: int
    round: str
    year: int
    practice: bool
    school: str
    name: str
    lines: tuple[ReceiptLine, ...]
    questions: tuple[AskedQuestion, ...]
    overlays: tuple[Overlaid, ...]
    strangers: int = 0
    log: LogPosition | None = None
    """How far the county's log of intake was; it binds nothing at the school."""
    chains: Chains | None = None
    """How far its decisions and its list were; with the next two, for a county that lost its workbook."""
    decisions: tuple[Decided, ...] = ()
    listed: tuple[OnList, ...] = ()


@dataclass(frozen=True)
class ReceiptFile:
    """A receipt consistent with itself, signed by the key that its own certificate names."""

    id: str
    said: Receipt


def build_receipt(said: Receipt, key: WriterKey) -> bytes:
    """Return the signed receipt; equal input gives equal bytes."""
    data = build_package(RECEIPT, _to_json(said), _tables(said), key)
    if read_receipt(data).said != said:
        raise Problem("damaged", reason="回执写出后再读,内容不同")
    return data


def read_receipt(data: bytes) -> ReceiptFile:
    """Return a receipt; whether its county and school are ours is the caller's question.

    Raises the Problems of the package, ``certificate-invalid``, ``manifest-invalid``.
    """
    package = open_package(data, RECEIPT, _about)
    if package.key != package.about.certificate.signing:
        raise Problem("certificate-invalid")
    rows: dict[str, tuple[Row, ...]] = {}
    for table in tables_of(package):
        if table.name in _KINDS and table.header != _columns(table.name):
            raise invalid(table.path)
        rows[table.name] = table.rows
    if not set(rows) >= _NEEDED:
        raise invalid("resources")
    said = replace(
        package.about,
        lines=tuple(_read(ReceiptLine, row) for row in rows["submissions"]),
        questions=tuple(_read(AskedQuestion, row) for row in rows["questions"]),
        overlays=tuple(_read(Overlaid, row) for row in rows["overlays"]),
        decisions=tuple(_read(Decided, row) for row in rows.get("decisions", ())),
        listed=tuple(_read(OnList, row) for row in rows.get("list", ())),
    )
    if any(line.status not in STATUSES or SHA256.fullmatch(line.id) is None for line in said.lines):
        raise invalid("data/submissions.csv")
    return ReceiptFile(package.id, said)


def receipt_name(said: Receipt) -> str:
    """Return the name for people; the school's code leads it to its school."""
    return f"{said.school}_{said.round}_回执_{said.number:04d}{SUFFIX}"


def phone_code(secret: str, submission: str, status: str) -> str:
    """Return the 12 digits that prove by telephone that the county opened this very submission.

    ``secret`` (hex) lies inside the sealed submission only (40 bits are left to a guesser).
    """
    message = f"{submission}|{status}".encode()
    number = int.from_bytes(hmac.new(bytes.fromhex(secret), message, hashlib.sha256).digest(), "big")
    return f"{number % 10**PHONE_DIGITS:0{PHONE_DIGITS}d}"


_KINDS: Final[dict[str, type[ReceiptLine | AskedQuestion | Overlaid | Decided | OnList]]] = {
    "submissions": ReceiptLine,
    "questions": AskedQuestion,
    "overlays": Overlaid,
    "decisions": Decided,
    "list": OnList,
}
_NEEDED: Final = frozenset({"submissions", "questions", "overlays"})
"""The tables of every receipt; the others came later, and are there where they have rows."""


def _columns(name: str) -> tuple[str, ...]:
    return tuple(item.name for item in fields(_KINDS[name]))


def _to_json(said: Receipt) -> Json:
    return {
        "format": 1,
        "certificate": said.certificate.to_json(),
        "number": said.number,
        "round": said.round,
        "year": said.year,
        "practice": said.practice,
        "school": said.school,
        "name": said.name,
        **({"strangers": said.strangers} if said.strangers else {}),
        **({"log": list(said.log)} if said.log else {}),
        **({"chains": said.chains.to_json()} if said.chains else {}),
    }


def _about(value: Json) -> Receipt:
    members = Members(value, "eduapp")
    if members.number("format", 1) > 1:
        raise Problem("reader-too-old", needed=2, own=1)
    return Receipt(
        certificate=read_certificate(members.take("certificate"), "eduapp.certificate"),
        number=members.number("number", 1),
        round=members.text("round", NAMED),
        year=members.number("year", 1900, 2999),
        practice=members.boolean("practice"),
        school=members.text("school", CODE),
        name=members.text("name", NAME),
        log=log_position_of(members.rest.pop("log", None), "eduapp.log"),
        chains=chains_of(members.rest.pop("chains", None), "eduapp.chains"),
        strangers=number_of(members.rest.pop("strangers", 0), "eduapp.strangers", 0),
        lines=(),
        questions=(),
        overlays=(),
    )


def _tables(said: Receipt) -> list[Table]:
    found: dict[str, tuple[ReceiptLine | AskedQuestion | Overlaid | Decided | OnList, ...]] = {
        "submissions": said.lines,
        "questions": said.questions,
        "overlays": said.overlays,
        "decisions": said.decisions,
        "list": said.listed,
    }
    return [
        Table(
            name,
            tuple(field_schema(column, "string") for column in _columns(name)),
            tuple(tuple(getattr(row, column) for column in _columns(name)) for row in rows),
        )
        for name, rows in found.items()
        if rows or name in _NEEDED
    ]


def _read(kind: type[T], row: Row) -> T:
    """Return a row as its class; what has no default there must be filled in."""
    cells: dict[str, Any] = dict(zip((item.name for item in fields(kind)), row, strict=True))
    needed = [item.name for item in fields(kind) if item.default is MISSING]
    if any(cells[name] is None for name in needed):
        raise invalid(f"data ({kind.__name__})")
    return kind(**cells)
