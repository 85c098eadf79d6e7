"""A draft as the tables that travel, and back: the schema is derived from the records' specs.

Personal fields, and free text that nothing judges, travel only in a submission that is sealed. What must
not leave the school at all (`personal.Home`) is a mark in the place of its text.
"""

from __future__ import annotations

from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from db.problems import Problem
from db.records.catalog import LISTS, SCHOOL_RECORDS
from db.records.choices import Stage
from db.records.draft import Draft
from db.records.personal_numbers import KEPT_HOME
from db.records.rows import ONLY
from db.records.values import Reference, Scaled, Text, Unread, Unreadable
from eduapp.exchange.text_tables import FieldSchema, ForeignKey, Table, field_schema
from eduapp.services.personal import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from db.records.spec import Field, RecordSpec
    from db.records.values import Cell
    from eduapp.exchange.submission import Opened

S = TypeVar("S")
T = TypeVar("T")

UNREAD, DELETED = "unread", "deleted"
"""The two tables beside the records: cells that could not be read, and tombstones."""

_RECORD_HEADER = ("id", "position")
_UNREAD_HEADER = ("id", "record", "key", "field", "text")
_DELETED_HEADER = ("id", "record", "key")


UNKNOWN_COUNTY = "-"
"""Stands in a submission for a school that was not told its county's code."""


def pack(
    draft: Draft, *, personal: bool = False, deleted: Collection[tuple[str, str]] | None = None
) -> tuple[Table, ...]:
    """Return the whole state of a draft as tables, with personal fields only where it will be sealed.

    deleted: (record, key) of the deleted rows to name; all of them by default.
    """
    home = Home(draft, sealed=personal)
    return (
        *(_record_table(draft, spec, home) for spec in SCHOOL_RECORDS.values()),
        _unread_table(home),
        _deleted_table(draft.tombstones if deleted is None else deleted),
    )


def unpack(tables: Sequence[Table]) -> Draft:
    """Return the draft that tables state; an absent table is no statement.

    Columns this program does not know are let be (the bytes keep them). Raises Problem
    `column-type` for a value that is none of its kind.
    """
    draft = Draft()
    by_name = {table.name: table for table in tables}
    for name, spec in SCHOOL_RECORDS.items():
        if name in by_name:
            _read_record(draft, spec, by_name[name])
    if UNREAD in by_name:
        _read_unread(draft, by_name[UNREAD])
    if DELETED in by_name:
        table = by_name[DELETED]
        record, key = table.header.index("record"), table.header.index("key")
        draft.tombstones = {(str(row[record]), str(row[key])) for row in table.rows}
    return draft


def draft_of(opened: Opened) -> Draft:
    """Return what an opened submission states, pages ticked 「本表已填全」 included.

    Raises Problem `manifest-invalid` for tables that are not ours, or of another school than the one
    that signed; `column-type` as `unpack`.
    """
    for table in opened.tables:
        needed = {UNREAD: _UNREAD_HEADER, DELETED: _DELETED_HEADER}.get(table.name, _RECORD_HEADER)
        known = table.name in {*SCHOOL_RECORDS, UNREAD, DELETED}
        if known and (table.primary_key != "id" or not set(needed) <= set(table.header)):
            raise Problem("manifest-invalid", member=table.path)
    draft = unpack(opened.tables)
    draft.tombstones |= opened.manifest.deleted_earlier
    stated = draft.only("school")["code"]
    if stated != opened.manifest.school:
        raise Problem("manifest-invalid", member="eduapp.school")
    said = opened.manifest.sections
    draft.complete = {name for name in LISTS if said.get(name) == "complete"}
    return draft


def carried(spec: RecordSpec, *, personal: bool = False) -> list[Field]:
    """Return the fields of a record that travel: in a plain file, or (personal) in a sealed one."""
    return [field for field in spec.fields.values() if field.item.travels(sealed=personal)]


def _record_table(draft: Draft, spec: RecordSpec, home: Home) -> Table:
    fields = carried(spec, personal=home.sealed)
    rows = draft.rows[spec.name]
    columns = [
        [*rows],
        [*map(str, map(rows.position_of, rows))],
        *(
            _of_distinct(map(itemgetter(field.name), rows.values()), _carrier(field, home))
            for field in fields
        ),
    ]
    return Table(
        spec.name,
        (
            field_schema("id", "string"),
            field_schema("position", "integer"),
            *(_schema(field) for field in fields),
        ),
        tuple(zip(*columns, strict=True)),
        foreign_keys=tuple(
            ForeignKey(field.name, field.item.kind.record)
            for field in fields
            if isinstance(field.item.kind, Reference)
        ),
        title=spec.label,
    )


def _schema(field: Field) -> FieldSchema:
    kind = field.item.kind
    scale = kind.places if isinstance(kind, Scaled) else None
    return field_schema(field.name, str(kind.schema["type"]), field.heading, scale=scale)


def _carrier(field: Field, home: Home) -> Callable[[Cell], str | None]:
    """Return what writes the cells of a field; only where words can stand is each looked at."""
    carry, wordy = field.item.kind.carry, field.item.wordy

    def write(cell: Cell) -> str | None:
        if cell is None or isinstance(cell, Unread) or (wordy and home.keeps(field, cell)):
            return None
        return carry(cell)

    return write


def _unread_table(home: Home) -> Table:
    """Return the texts that could not be read, and a mark for each cell that stays at home."""
    rows = tuple(
        (f"{each.record}/{each.key}/{each.field.name}", each.record, each.key, each.field.name, text)
        for each in home.places
        if each.field.item.travels(sealed=home.sealed)
        and (text := _said(each.field, each.cell, home)) is not None
    )
    fields = tuple(field_schema(name, "string") for name in _UNREAD_HEADER)
    return Table(UNREAD, fields, rows, title="无法识别的内容")


def _said(field: Field, cell: Cell, home: Home) -> str | None:
    if home.keeps(field, cell):
        return KEPT_HOME
    return cell.text if isinstance(cell, Unread) else None


def _deleted_table(deleted: Iterable[tuple[str, str]]) -> Table:
    rows = tuple((f"{record}/{key}", record, key) for record, key in sorted(deleted))
    fields = tuple(field_schema(name, "string") for name in _DELETED_HEADER)
    return Table(DELETED, fields, rows, title="已删除的行")


def _read_record(draft: Draft, spec: RecordSpec, table: Table) -> None:
    columns = dict(zip(table.header, zip(*table.rows, strict=True), strict=False))  # none where no rows are
    keys = [str(key) for key in columns.get("id", ())]
    if not spec.is_list and (strange := set(keys) - _SINGLE_KEYS[spec.rows]):
        raise Problem("column-type", where=f"{spec.label}表「id」", text=min(strange)[:40])
    positions = _of_distinct(columns.get("position", ()), lambda text: _position(spec, text))
    types = {str(each["name"]): str(each["type"]) for each in table.fields}
    cells = [
        _of_distinct(columns[field.name], partial(_uncarry, field, types[field.name]))
        if field.name in columns
        else repeat(None, len(keys))
        for field in spec.fields.values()
    ]
    rows = map(dict, map(zip, repeat(tuple(spec.fields)), zip(*cells, strict=True)))
    draft.rows[spec.name].fill(zip(keys, positions, rows, strict=True))


def _of_distinct(column: Iterable[S], read: Callable[[S], T]) -> list[T]:
    """Return what each cell of a column is read as, or written; one that repeats is looked at once."""
    cells = list(column)
    found = {cell: read(cell) for cell in dict.fromkeys(cells)}
    return [*map(found.__getitem__, cells)]


_WORDS = str(Text().schema["type"])
_SINGLE_KEYS: dict[str, set[str]] = {"one": {ONLY}, "stages": {str(stage) for stage in Stage}}


def _position(spec: RecordSpec, text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError as error:
        where = f"{spec.label}表「position」"
        raise Problem("column-type", where=where, text=str(text)[:40]) from error


def _uncarry(field: Field, type_: str, text: str | None) -> Cell:
    try:
        return None if text is None else field.item.kind.uncarry(text)
    except Unreadable as error:
        if text is not None and type_ == _WORDS and field.item.kind.schema["type"] != _WORDS:
            return Unread(text)  # an older program took any text in this field
        where = f"{SCHOOL_RECORDS[field.record].label}表「{field.item.label}」"
        raise Problem("column-type", where=where, text=text) from error


def _read_unread(draft: Draft, table: Table) -> None:
    at = {name: table.header.index(name) for name in ("record", "key", "field", "text")}
    for row in table.rows:
        record, key, field, text = (str(row[at[name]]) for name in ("record", "key", "field", "text"))
        if record in SCHOOL_RECORDS and field in SCHOOL_RECORDS[record].fields and key in draft.rows[record]:
            draft.rows[record][key][field] = Unread(text)
