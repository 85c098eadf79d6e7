"""The round file ``X.eduround`` (批次文件): what a county tells its schools, signed.

School list, key register, revocations, the last number seen of each writer, recipients, standards and
dates. It carries the county's certificate; a school believes it when it knows the root by its digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.codes import CODE
from eduapp.exchange.authority import Certificate, read_certificate
from eduapp.exchange.chains import Chains, chains_of
from eduapp.exchange.manifest import StandardUsed
from eduapp.exchange.members import (
    ANY_TEXT,
    NAMED,
    SHA256,
    LogPosition,
    Members,
    invalid,
    log_position_of,
    recipient_of,
    text_of,
)
from eduapp.exchange.package import ROUND, Package, build_package, open_package, tables_of
from eduapp.exchange.signing import PublicKey, WriterKey
from eduapp.exchange.text_tables import Table, field_schema

if TYPE_CHECKING:
    from eduapp.exchange.canonical import Json, Row

SUFFIX: Final = ".eduround"
_PLACE: Final = re.compile(r"[0-9A-Za-z_-]{1,40}/[0-9]{30}", re.ASCII)


@dataclass(frozen=True)
class ListedSchool:
    """A school of the county's list."""

    code: str
    name: str
    kind: str | None


@dataclass(frozen=True)
class RegisteredKey:
    """A key of the register. ``how``: paper, unchecked, or rotated (signed by the key before).

    ``archive`` is the age recipient of its computer; ``revoked`` is None, or the id of the last good
    submission ("" for none).
    """

    key: PublicKey
    school: str
    how: str
    archive: str | None = None
    revoked: str | None = None

    @property
    def place(self) -> str:
        """What names a line of the register: the school and the key."""
        return f"{self.school}/{self.key.fingerprint}"


@dataclass(frozen=True)
class SeenWriter:
    """The last number and id the county has of a writer."""

    writer: str
    school: str
    seq: int
    id: str


@dataclass(frozen=True)
class Round:
    """What a round file says. ``round`` is the id of the round, ``year`` the school year's first.

    ``version`` counts within an epoch; ``due`` is the day by which schools hand in ("" for none), for
    reading only: nothing is refused by a date. ``passphrase`` asks schools to protect their keys.
    """

    certificate: Certificate
    version: int
    round: str
    year: int
    practice: bool
    due: str
    passphrase: bool
    standards: tuple[StandardUsed, ...]
    schools: tuple[ListedSchool, ...]
    keys: tuple[RegisteredKey, ...]
    writers: tuple[SeenWriter, ...]
    log: LogPosition | None = None
    """How far the county's log of intake was; it binds nothing at the school."""
    chains: Chains | None = None
    """How far its decisions and its list were: for the county, where it lost its workbook."""
    renew: tuple[str, ...] = ()
    """Lines of the register, by `RegisteredKey.place`, that stand by an old form: asked for a new one."""

    @property
    def order(self) -> tuple[int, int]:
        """What outranks what: the epoch, then the version."""
        return self.certificate.epoch, self.version


@dataclass(frozen=True)
class RoundFile:
    """A round file consistent with itself, signed by the key that its own certificate names."""

    id: str
    said: Round


def build_round(said: Round, key: WriterKey) -> bytes:
    """Return the signed round file; equal input, in any order of rows, gives equal bytes."""
    said = replace(
        said,
        schools=tuple(sorted(said.schools, key=lambda each: each.code)),
        keys=tuple(sorted(said.keys, key=lambda each: (each.school, each.key.fingerprint))),
        writers=tuple(sorted(said.writers, key=lambda each: each.writer)),
    )
    data = build_package(ROUND, _to_json(said), _tables(said), key)
    if read_round(data).said != said:
        raise Problem("damaged", reason="批次文件写出后再读,内容不同")
    return data


def read_round(data: bytes) -> RoundFile:
    """Return a round file; whether its county is ours is the caller's question.

    Raises the Problems of the package, ``certificate-invalid``, ``manifest-invalid``.
    """
    package = open_package(data, ROUND, _about)
    about = package.about
    if package.key != about.certificate.signing:
        raise Problem("certificate-invalid")
    return RoundFile(package.id, _with_tables(about, package))


def round_name(said: Round) -> str:
    """Return the name for people."""
    return f"{said.certificate.county}_{said.round}_批次_{said.certificate.epoch}-{said.version:04d}{SUFFIX}"


def _to_json(said: Round) -> Json:
    return {
        "format": 1,
        "certificate": said.certificate.to_json(),
        "version": said.version,
        "round": said.round,
        "year": said.year,
        "practice": said.practice,
        "due": said.due,
        "passphrase": said.passphrase,
        "standards": [{"id": each.id, "sha256": each.sha256} for each in said.standards],
        **({"log": list(said.log)} if said.log else {}),
        **({"chains": said.chains.to_json()} if said.chains else {}),
        **({"renew": list(said.renew)} if said.renew else {}),
    }


def _about(value: Json) -> Round:
    members = Members(value, "eduapp")
    if members.number("format", 1) > 1:
        raise Problem("reader-too-old", needed=2, own=1)
    return Round(
        certificate=read_certificate(members.take("certificate"), "eduapp.certificate"),
        version=members.number("version", 1),
        round=members.text("round", NAMED),
        year=members.number("year", 1900, 2999),
        practice=members.boolean("practice"),
        due=members.text("due", ANY_TEXT),
        passphrase=members.boolean("passphrase"),
        standards=members.items("standards", _standard),
        schools=(),
        keys=(),
        writers=(),
        log=log_position_of(members.rest.pop("log", None), "eduapp.log"),
        chains=chains_of(members.rest.pop("chains", None), "eduapp.chains"),
        renew=members.items("renew", _place) if "renew" in members.rest else (),
    )


def _place(value: Json, where: str) -> str:
    return text_of(value, _PLACE, where)


def _standard(value: Json, where: str) -> StandardUsed:
    members = Members(value, where)
    return StandardUsed(members.text("id", NAMED), members.text("sha256", SHA256))


_SCHOOLS, _KEYS, _WRITERS = "schools", "keys", "writers"
_COLUMNS: Final = {
    _SCHOOLS: ("id", "name", "kind"),
    _KEYS: ("id", "key", "school", "how", "archive", "last_good", "revoked"),
    _WRITERS: ("id", "school", "seq", "submission"),
}


def _tables(said: Round) -> list[Table]:
    return [
        _table(_SCHOOLS, [(each.code, each.name, each.kind) for each in said.schools]),
        _table(_KEYS, [_key_row(each) for each in said.keys]),
        _table(_WRITERS, [(each.writer, each.school, str(each.seq), each.id) for each in said.writers]),
    ]


def _table(name: str, rows: list[Row]) -> Table:
    kinds = {"seq": "integer", "revoked": "boolean"}
    fields = tuple(field_schema(column, kinds.get(column, "string")) for column in _COLUMNS[name])
    return Table(name, fields, tuple(rows))


def _key_row(each: RegisteredKey) -> Row:
    revoked = "0" if each.revoked is None else "1"
    return (each.place, each.key.line, each.school, each.how, each.archive, each.revoked or None, revoked)


def _with_tables(about: Round, package: Package[Round]) -> Round:
    rows: dict[str, tuple[Row, ...]] = {}
    for table in tables_of(package):
        if table.name in _COLUMNS and table.header != _COLUMNS[table.name]:
            raise invalid(table.path)
        rows[table.name] = table.rows
    if not set(_COLUMNS) <= set(rows):
        raise invalid("resources")
    return replace(
        about,
        schools=tuple(ListedSchool(_text(code), _text(name), kind) for code, name, kind in rows[_SCHOOLS]),
        keys=tuple(_read_key(row) for row in rows[_KEYS]),
        writers=tuple(
            SeenWriter(_text(writer), _text(school), int(_text(seq)), _text(head))
            for writer, school, seq, head in rows[_WRITERS]
        ),
    )


def _read_key(row: Row) -> RegisteredKey:
    _, key, school, how, archive, last_good, revoked = row
    if archive is not None:
        recipient_of(archive, "data/keys.csv")
    if CODE.fullmatch(_text(school)) is None:
        raise invalid("data/keys.csv")
    return RegisteredKey(
        PublicKey.from_line(_text(key)),
        _text(school),
        _text(how),
        archive,
        (last_good or "") if revoked == "1" else None,
    )


def _text(cell: str | None) -> str:
    if cell is None:
        raise invalid("data")
    return cell
