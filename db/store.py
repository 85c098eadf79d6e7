"""The thin door to a school's records: a Draft read whole, edits written, by sqlite3 alone.

The statements are those that the tables of `db.tables` prescribe, made from the same declarations; a test
reads through each door what the other wrote. Mapped objects are 10 to 90 times too slow for a paste.
"""

from __future__ import annotations

from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

from db import digests
from db.door import raw_of
from db.garbage import no_collection
from db.records import stored
from db.records.catalog import RECORDS, SCHOOL_RECORDS
from db.records.draft import Draft
from db.records.edits import DeleteRow, Edit, InsertRow, SetCell, SetComplete, SetReason, runs
from db.records.rows import Rows
from db.records.values import Unread

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from db.door import Door
    from db.records.values import Kind

_NOT_UNREAD = "DELETE FROM unread WHERE record = ? AND key = ?"


def load(
    door: Door, records: Iterable[str] = SCHOOL_RECORDS, sums: Mapping[str, int | None] | None = None
) -> Draft:
    """Read the whole draft of a school, or that of other records; raises Misstored, sqlite3.Error.

    sums: of records whose rows were not counted yet, what they must add up to (`db.digests`).
    """
    raw = raw_of(door)
    with no_collection():
        draft = Draft(rows={name: _rows(raw, name, sums or {}) for name in records})
    for record, key, name, text in raw.execute("SELECT record, key, field, text FROM unread"):
        if record in draft.rows:
            _keep_unread(draft.rows[record], key, name, text)
    draft.complete = {record for (record,) in raw.execute("SELECT record FROM complete")}
    draft.reasons = dict(raw.execute("SELECT finding, text FROM reason"))
    draft.tombstones = set(raw.execute("SELECT record, key FROM tombstone"))
    previous = raw.execute("SELECT name, stage, value FROM previous_figure")
    draft.previous = {(name, stage): value for name, stage, value in previous}
    return draft


def write(door: Door, edits: Sequence[Edit]) -> None:
    """Write edits in order; runs of inserted or deleted rows of one record go as one statement."""
    raw = raw_of(door)
    for kind, record, run in runs(edits):
        if kind is InsertRow:
            _insert(raw, record, run)
        elif kind is DeleteRow:
            _delete(raw, record, run)
        elif kind is SetCell:
            _set_cells(raw, record, run)
        else:
            for edit in run:
                _write_one(raw, edit)


@cache
def _columns(record: str) -> list[str]:
    """Return the columns in the order in which a row is digested."""
    return sorted(("id", "position", *RECORDS[record].fields))


@cache
def _select(record: str) -> str:
    names = ", ".join(f'"{name}"' for name in _columns(record))
    return f"SELECT {names} FROM {record}"  # noqa: S608 - names are the declaration's


def _names(record: str) -> str:
    return "".join(f', "{name}"' for name in RECORDS[record].fields)


def _rows(raw: sqlite3.Connection, record: str, sums: Mapping[str, int | None]) -> Rows:
    """Read a record, column by column: a call per column, not per cell, where nothing is translated."""
    rows, fields = Rows(), RECORDS[record].fields
    found = raw.execute(_select(record)).fetchall()
    if record in sums and digests.total(found) != sums[record]:
        raise stored.Misstored(f"{record}: the rows are not those that were written")
    if found:
        columns = dict(zip(_columns(record), zip(*found, strict=True), strict=True))
        cells = [stored.from_column(field.item.kind, columns[name]) for name, field in fields.items()]
        drafts = map(dict, map(zip, repeat(tuple(fields)), zip(*cells, strict=True)))
        rows.fill_columns(columns["id"], columns["position"], drafts)
    return rows


def _keep_unread(rows: Rows, key: str, name: str, text: str) -> None:
    if key not in rows or name not in rows[key]:
        raise stored.Misstored(f"unread text of a cell that is not there: {name}")
    rows[key][name] = Unread(text)


def _write_one(raw: sqlite3.Connection, edit: Edit) -> None:
    match edit:
        case SetComplete(record=record, new=True):
            raw.execute("INSERT INTO complete (record) VALUES (?) ON CONFLICT DO NOTHING", (record,))
        case SetComplete(record=record):
            raw.execute("DELETE FROM complete WHERE record = ?", (record,))
        case SetReason():
            raw.execute("DELETE FROM reason WHERE finding = ?", (edit.finding,))
            if edit.new:
                raw.execute("INSERT INTO reason (finding, text) VALUES (?, ?)", (edit.finding, edit.new))


def _set_cells(raw: sqlite3.Connection, record: str, run: list[SetCell]) -> None:
    """Write a run of cells of one record, one statement a field: edits of different cells commute."""
    by_field: dict[str, dict[str, SetCell]] = {}
    for edit in run:
        by_field.setdefault(edit.field, {})[edit.key] = edit
    for name, last in by_field.items():
        column = stored.to_column(_kind(record, name), [edit.new for edit in last.values()])
        statement = f'UPDATE {record} SET "{name}" = ? WHERE id = ?'  # noqa: S608 - names are the declaration's
        raw.executemany(statement, zip(column, last, strict=True))
    gone: dict[tuple[str, str], None] = {}
    texts: dict[tuple[str, str], str] = {}
    for edit in run:
        place = edit.key, edit.field
        if isinstance(edit.old, Unread) and texts.pop(place, None) is None:
            gone[place] = None
        if isinstance(edit.new, Unread):
            texts[place] = edit.new.text
    raw.executemany(f"{_NOT_UNREAD} AND field = ?", [(record, *place) for place in gone])
    _insert_unread(raw, record, [(*place, text) for place, text in texts.items()])


def _insert(raw: sqlite3.Connection, record: str, run: list[InsertRow]) -> None:
    keys, texts = [edit.key for edit in run], []
    columns: dict[str, Sequence[object]] = {"id": keys, "position": [edit.position for edit in run]}
    for name, field in RECORDS[record].fields.items():
        column = [edit.cells[name] for edit in run]
        columns[name] = stored.to_column(field.item.kind, column)
        if any(isinstance(cell, Unread) for cell in set(column)):
            texts += [
                (key, name, cell.text)
                for key, cell in zip(keys, column, strict=True)
                if isinstance(cell, Unread)
            ]
    digests.insert_rows(raw, record, columns)
    _insert_unread(raw, record, texts)
    if raw.execute("SELECT 1 FROM tombstone WHERE record = ? LIMIT 1", (record,)).fetchone():
        raw.executemany("DELETE FROM tombstone WHERE record = ? AND key = ?", [(record, key) for key in keys])


def _insert_unread(raw: sqlite3.Connection, record: str, texts: Sequence[tuple[str, str, str]]) -> None:
    if texts:
        keys, fields, words = zip(*texts, strict=True)
        columns = {"record": [record] * len(texts), "key": keys, "field": fields, "text": words}
        digests.insert_rows(raw, "unread", columns)


def _delete(raw: sqlite3.Connection, record: str, run: list[DeleteRow]) -> None:
    keys = [edit.key for edit in run]
    raw.executemany(f"DELETE FROM {record} WHERE id = ?", [(key,) for key in keys])  # noqa: S608 - as above
    raw.executemany(_NOT_UNREAD, [(record, key) for key in keys])
    digests.insert_rows(raw, "tombstone", {"record": [record] * len(keys), "key": keys})


def _kind(record: str, name: str) -> Kind:
    return RECORDS[record].fields[name].item.kind
