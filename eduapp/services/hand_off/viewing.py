"""Looking at a submission without taking it in: who made it, and every table in the words of the forms.

The file is opened in memory by the strict reader and nothing is written anywhere. Where nobody knows
the signer, the tables are not even parsed until a person asks for them all the same.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.problems import Problem
from db.records.catalog import LISTS, SCHOOL_RECORDS
from db.records.choices import Stage
from db.records.rows import ONLY
from db.records.values import Reference, Unreadable
from db.tables import SENT
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.data_code import data_code, grouped
from eduapp.exchange.sealing import is_sealed
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import inspect
from eduapp.services.county.books import PAPER
from eduapp.services.folders import data_folder
from eduapp.services.hand_off import trust
from eduapp.services.keys import county_keys, keyring, writer
from eduapp.services.packing import DELETED, UNKNOWN_COUNTY, UNREAD
from eduapp.standards.numbers import rounded
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Outcome
from eduapp.standards.wording import OUTCOME_WORDS, STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from db.records.spec import Field, RecordSpec
    from eduapp.exchange.manifest import Manifest, StandardUsed
    from eduapp.exchange.sealing import Identity
    from eduapp.exchange.signing import PublicKey
    from eduapp.exchange.submission import Unverified
    from eduapp.exchange.text_tables import Table
    from eduapp.services.books import SchoolBook
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.standard import Indicator

SHORT = 12
"""Digits of an id that people compare."""
_DECIMALS = 4
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,40})?", re.ASCII)
"""A value as this program writes it; anything else is shown as it came and never computed with."""
_WITHOUT_HEADING = frozenset({"id", "position"})


class SubmissionSigner(StrEnum):
    """What is known of the one who signed a submission."""

    OWN = "本校"
    CHECKED = "已登记(凭登记表核验)"
    ROTATED = "已登记(换发,由原来已核验的密钥担保)"
    UNCHECKED = "已登记,未凭登记表核验"
    REVOKED = "密钥已作废"
    UNKNOWN = "未核验"

    @property
    def is_known(self) -> bool:
        """Whether the tables are shown without asking."""
        return self not in {SubmissionSigner.UNKNOWN, SubmissionSigner.REVOKED}

    @property
    def is_checked(self) -> bool:
        """Whether it is certain who signed."""
        return self in {SubmissionSigner.OWN, SubmissionSigner.CHECKED, SubmissionSigner.ROTATED}


Register = dict[tuple[str, str], SubmissionSigner]
"""What is known of signers, by the code of a school and the line of a public key."""


@dataclass(frozen=True)
class ViewedCell:
    """A cell as it is read; `unread` marks text that could not be read as its kind."""

    text: str
    unread: bool = False


@dataclass(frozen=True)
class ViewedTable:
    """A table: `headings` in the words of the forms, whether a column holds numbers, and its rows.

    Lists have a row a row; a record of one row or one a stage has a row an item. `complete` tells
    whether the page was ticked 「本表已填全」, None where there is no such tick.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[ViewedCell, ...], ...]
    complete: bool | None = None


@dataclass(frozen=True)
class Viewed:
    """A submission as it is shown. `tables` is None while the signer is not known and nobody insisted."""

    id: str
    data_id: str
    school: str
    name: str
    signer: SubmissionSigner
    facts: tuple[tuple[str, str], ...]
    verdicts: ViewedTable
    tables: tuple[ViewedTable, ...] | None


def view(
    data: bytes,
    identities: Sequence[Identity] = (),
    register: Register | None = None,
    *,
    anyway: bool = False,
) -> Viewed:
    """Return what a submission says. `anyway` shows the tables of a signer whom nobody knows.

    `identities` open a sealed file. Raises the Problems of the strict reader: then nothing of it is shown.
    """
    about = inspect(data, identities)
    signer = (register or {}).get((about.manifest.school, about.key.line), SubmissionSigner.UNKNOWN)
    return _viewed(about, signer, anyway=anyway)


def view_file(path: Path, *, anyway: bool = False) -> Viewed:
    """View a file while no workbook is open, with the keys of this computer that are not locked."""
    data = read_limited(path, MAX_BYTES)
    return view(data, identities_here() if is_sealed(data) else (), anyway=anyway)


def view_sent(book: SchoolBook, submission: str) -> Viewed:
    """View what this school handed over: its bytes lie in its workbook. Raises Problem."""
    return _viewed(inspect_sent(book, submission), SubmissionSigner.OWN)


def inspect_sent(book: SchoolBook, submission: str) -> Unverified:
    """Open what this school handed over, in memory.

    Raises Problem `submission-unknown`, `passphrase-needed`, those of the strict reader.
    """
    query = select(SENT.c.content).where(SENT.c.id == submission)
    with book.workbook.transaction() as connection:
        stored = connection.execute(query).scalar()
    if stored is None:
        raise Problem("submission-unknown", id=submission)
    data = bytes(stored)
    return inspect(data, writer.archives_of(book.workbook) if is_sealed(data) else ())


def view_received(book: CountyBook, submission: str, *, anyway: bool = False) -> Viewed:
    """View what lies in a county's workbook, taken in or held. Raises Problem `county-key-locked`."""
    if submission not in book.received:
        raise Problem("submission-unknown", id=submission)
    data = book.content(submission)
    identities = county_keys.identities(book.workbook) if is_sealed(data) else ()
    # What was taken in before its key was revoked still counts, and is shown.
    return view(data, identities, register_of(book), anyway=anyway or book.received[submission].admitted)


def register_of(book: CountyBook) -> Register:
    """Return what a county's key register says of signers."""
    hows = {PAPER: SubmissionSigner.CHECKED, trust.ROTATED: SubmissionSigner.ROTATED}
    stopped = trust.revocations(book)
    return {
        (code, each.public_key): SubmissionSigner.REVOKED
        if each.place in stopped
        else hows.get(each.how, SubmissionSigner.UNCHECKED)
        for each in book.keys
        for code in book.listing.codes_of(each.school)
    }


def identities_here() -> tuple[Identity, ...]:
    """Return what opens sealed files with the key files of this computer that need no passphrase now."""
    from eduapp.exchange.sealing import identity_of  # noqa: PLC0415 - only for sealed files

    found: dict[str, Identity] = {}
    for path in sorted((data_folder() / "keys").glob("*.key")):
        if keyring.is_locked(path):
            continue
        with suppress(Problem):  # a damaged key file of another workbook is said when that one is opened
            secrets = keyring.load(path)
            for each in (*secrets.get("archives", ()), *secrets.get("identities", ())):
                found[each] = identity_of(each)
    return tuple(found.values())


def _viewed(about: Unverified, signer: SubmissionSigner, *, anyway: bool = False) -> Viewed:
    manifest = about.manifest
    tables = None
    if signer.is_known or anyway:
        tables = tuple(_tables(tables_of(about), manifest))
    return Viewed(
        id=about.id,
        data_id=about.data_id,
        school=manifest.school,
        name=manifest.name,
        signer=signer,
        facts=tuple(_facts(about, signer)),
        verdicts=_verdicts(manifest),
        tables=tables,
    )


def tables_of(about: Unverified) -> tuple[Table, ...]:
    """Return the tables of a file that may be looked at."""
    return about.opened(_let_pass).tables


def county_text(manifest: Manifest) -> str:
    """Return the code of the county that a file names."""
    return "未填" if manifest.county == UNKNOWN_COUNTY else manifest.county


def standard_title(used: StandardUsed) -> str:
    """Return the name of a standard that was judged by, and whether ours is another version of it."""
    try:
        known = load(used.id)
    except Problem:
        return used.id
    return known.title if known.sha256 == used.sha256 else f"{known.title}(与本程序所附的版本不同)"


# --- inside ---


def _let_pass(_manifest: Manifest, _key: PublicKey) -> None:
    """Looking is not taking in: what is known of the signer is said beside the tables."""


def _facts(about: Unverified, signer: SubmissionSigner) -> Iterator[tuple[str, str]]:
    manifest = about.manifest
    yield "学校", f"{manifest.name}({manifest.school})"
    yield "区县代码", county_text(manifest)
    yield "学年", f"{manifest.year}–{manifest.year + 1}" + ("  练习数据" if manifest.practice else "")
    yield "类别", f"{'正式上报' if manifest.state == 'final' else '草稿'},这台电脑第 {manifest.seq} 次"
    yield "文件编号", grouped(about.id[:SHORT])
    yield "编号全文", about.id
    yield "数据码", data_code(about.data_id)
    yield "签名指纹", about.form_digits
    yield "签名人", signer
    yield "加密", "已加密(只有县里和本校能打开)" if about.sealed else "未加密,不含个人信息"
    yield "程序版本", manifest.app
    yield "执行标准", "、".join(standard_title(each) for each in manifest.standards) or "没有写明"
    yield "说明", f"{len(manifest.reasons)} 条"


def _verdicts(manifest: Manifest) -> ViewedTable:
    rows = tuple(tuple(ViewedCell(text) for text in _verdict(each)) for each in manifest.verdicts)
    headings = ("指标", "学段", "学校的数值", "学校的结果")
    return ViewedTable("verdicts", "学校自评结果", headings, (False, False, True, False), rows)


def _verdict(said: Mapping[str, str]) -> tuple[str, str, str, str]:
    code, outcome, stage = (said.get(name, "") for name in ("code", "verdict", "stage"))
    item = _indicator(said.get("standard", ""), code)
    place = STAGE_NAMES[Stage(stage)] if stage in set(Stage) else "全校"
    words = OUTCOME_WORDS[Outcome(outcome)] if outcome in set(Outcome) else outcome
    return (f"{code} {item.title}" if item else code, place, _value(said.get("value", ""), item), words)


def _indicator(standard: str, code: str) -> Indicator | None:
    try:
        found = load(standard)
    except Problem:
        return None
    return next((indicator for indicator in found.indicators if indicator.code == code), None)


def _value(text: str, item: Indicator | None) -> str:
    if _NUMBER.fullmatch(text) is None:
        return text
    unit = f" {item.unit}" if item and item.unit else ""
    return f"{rounded(Decimal(text), item.decimals if item else _DECIMALS):f}{unit}"


def _tables(tables: Sequence[Table], manifest: Manifest) -> Iterator[ViewedTable]:
    """Yield the records in the order of the forms, then what a newer program may have added."""
    by_name = {table.name: table for table in tables}
    reading = _Reading(by_name)
    for name, spec in SCHOOL_RECORDS.items():
        if name in by_name:
            ticked = manifest.sections.get(name) == "complete" if name in LISTS else None
            yield reading.list_of(spec, ticked) if spec.is_list else reading.form_of(spec)
    for name, table in by_name.items():
        if name not in {*SCHOOL_RECORDS, UNREAD, DELETED}:
            rows = tuple(tuple(ViewedCell(cell or "") for cell in row) for row in table.rows)
            headings = tuple(str(each.get("title") or each["name"]) for each in table.fields)
            yield ViewedTable(name, table.title or name, headings, (False,) * len(headings), rows)


class _Reading:
    """The tables of one submission, with the texts that could not be read put where they belong."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._unread = _unread(tables.get(UNREAD))
        self._titles: dict[str, dict[str, str]] = {}

    def list_of(self, spec: RecordSpec, ticked: bool | None) -> ViewedTable:  # noqa: FBT001 - a tick
        """Return a list with a row a row, in the order in which it was filled in."""
        columns = self._columns(spec)
        rows = [
            tuple(self._cell(spec, key, name, field, text) for name, (_, field, text) in cells.items())
            for key, cells in self._rows(spec, columns)
        ]
        headings, numeric = zip(*((title, _numeric(field)) for _, title, field in columns), strict=True)
        return ViewedTable(spec.name, spec.label, headings, numeric, tuple(rows), ticked)

    def form_of(self, spec: RecordSpec) -> ViewedTable:
        """Return a record of single rows with a row an item: one column of values, or one a stage."""
        columns = self._columns(spec)
        found = dict(self._rows(spec, columns))
        keys = [ONLY] if spec.rows == "one" else [str(stage) for stage in Stage]
        heads = ["填报值"] if spec.rows == "one" else [STAGE_NAMES[stage] for stage in Stage]
        rows = []
        for name, title, field in columns:
            texts = [found[key][name][2] if key in found else None for key in keys]
            cells = [self._cell(spec, key, name, field, text) for key, text in zip(keys, texts, strict=True)]
            rows.append((ViewedCell(title), *cells))
        numeric = (False, *(spec.rows != "one" for _ in keys))
        return ViewedTable(spec.name, spec.label, ("项目", *heads), numeric, tuple(rows))

    def _columns(self, spec: RecordSpec) -> list[tuple[str, str, Field | None]]:
        """Return (name, heading, field): a column of a newer program keeps the heading it came with."""
        found = []
        for each in self._tables[spec.name].fields:
            name = str(each["name"])
            field = spec.fields.get(name)
            if name not in _WITHOUT_HEADING:
                found.append((name, field.heading if field else str(each.get("title") or name), field))
        return found

    def _rows(
        self, spec: RecordSpec, columns: Sequence[tuple[str, str, Field | None]]
    ) -> Iterator[tuple[str, dict[str, tuple[str, Field | None, str | None]]]]:
        table = self._tables[spec.name]
        at = {name: place for place, name in enumerate(table.header)}
        key_at, order_at = at[table.primary_key], at.get("position")

        def place(row: Sequence[str | None]) -> tuple[int, str]:
            text = row[order_at] if order_at is not None else None
            return (int(text) if text and text.lstrip("-").isdecimal() else 0, str(row[key_at]))

        for row in sorted(table.rows, key=place):
            yield str(row[key_at]), {name: (title, field, row[at[name]]) for name, title, field in columns}

    def _cell(
        self, spec: RecordSpec, key: str, name: str, field: Field | None, text: str | None
    ) -> ViewedCell:
        typed = self._unread.get((spec.name, key, name))
        if typed is not None:
            return ViewedCell(typed, unread=True)
        if text is None or field is None:
            return ViewedCell(text or "")
        kind = field.item.kind
        if isinstance(kind, Reference):
            return ViewedCell(self._title(kind.record, text))
        try:
            return ViewedCell(kind.show(kind.uncarry(text)))
        except Unreadable:
            return ViewedCell(text, unread=True)

    def _title(self, record: str, key: str) -> str:
        """Return the words by which people know a row that another one names."""
        if record not in self._titles:
            self._titles[record] = dict(self._named(SCHOOL_RECORDS[record]))
        return self._titles[record].get(key, "(已删除)")

    def _named(self, spec: RecordSpec) -> Iterator[tuple[str, str]]:
        table = self._tables.get(spec.name)
        if table is None or spec.title_field not in table.header:
            return
        key, title = table.header.index(table.primary_key), table.header.index(spec.title_field)
        for number, row in enumerate(table.rows, start=1):
            name = str(row[key])
            yield name, row[title] or self._unread.get((spec.name, name, spec.title_field), f"第{number}行")


def _numeric(field: Field | None) -> bool:
    return field is not None and field.item.kind.numeric


def _unread(table: Table | None) -> dict[tuple[str, str, str], str]:
    names = ("record", "key", "field", "text")
    if table is None or not set(names) <= set(table.header):
        return {}
    at = [table.header.index(name) for name in names]
    return {(str(row[at[0]]), str(row[at[1]]), str(row[at[2]])): str(row[at[3]] or "") for row in table.rows}
