"""The journal: who changed what, when, from what to what. Append-only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from db import digests, journal_cover
from db.door import raw_of
from db.records.catalog import RECORDS
from db.records.edits import DeleteRow, Edit, InsertRow, SetComplete, SetReason, runs
from db.records.values import Cell, Unread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from db.door import Door

TABLE = journal_cover.LINES
ROW_IN, ROW_OUT, COMPLETE, REASON = "+", "×", "complete", "reason"
"""What stands in the journal's field column when no single field changed."""
_LINE = "INSERT INTO journal (at, who, record, key, field, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)"
_LAST = (
    "SELECT max(ifnull((SELECT max(seq) FROM journal), 0),"
    " ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0))"
)
"""The highest number ever given, as SQLite itself finds it."""


@dataclass(frozen=True)
class Entry:
    """One line: the texts are as a person saw them; None where there was nothing."""

    at: str
    who: str
    record: str
    key: str
    field: str
    old: str | None
    new: str | None


def append(door: Door, edits: Sequence[Edit], who: str, at: str) -> None:
    """Add the lines of edits, in order, inside the caller's transaction."""
    raw = raw_of(door)
    (last,) = raw.execute(_LAST).fetchone()
    columns = lines(edits)
    count = len(columns["key"])
    given = {"seq": range(last + 1, last + 1 + count), "at": [at] * count, "who": [who] * count}
    digests.insert_rows(raw, TABLE, given | columns)
    journal_cover.extend(raw, last + count)


def lines(edits: Sequence[Edit]) -> dict[str, list[str | None]]:
    """Return what is written of edits, in order, column by column: a line a cell, a line a row."""
    columns: dict[str, list[str | None]] = {name: [] for name in ("record", "key", "field", "old", "new")}
    for kind, record, run in runs(edits):
        for name, more in zip(columns, _columns(kind, record, run), strict=True):
            columns[name] += more
    return columns


def note(door: Door, what: str, text: str, who: str, at: str) -> None:
    """Add a line about the workbook as a whole: an import, an export, a migration."""
    raw_of(door).execute(_LINE, (at, who, "", "", what, None, text))


def entries(door: Door, record: str, key: str) -> list[Entry]:
    """Return the lines of one row, oldest first."""
    query = (
        "SELECT at, who, record, key, field, old, new FROM journal WHERE record = ? AND key = ? ORDER BY seq"
    )
    return [Entry(*line) for line in raw_of(door).execute(query, (record, key))]


def comings_and_goings(door: Door, notes: Collection[str]) -> Iterable[tuple[str, str, str, str]]:
    """Return (record, key, what, text) of rows that came or went (ROW_IN, ROW_OUT) and of notes, in order."""
    wanted = f"field IN (?, ?) OR (record = '' AND field IN ({', '.join('?' * len(notes))}))"
    query = f"SELECT record, key, field, ifnull(new, '') FROM journal WHERE {wanted} ORDER BY seq"  # noqa: S608 - marks
    return raw_of(door).execute(query, (ROW_IN, ROW_OUT, *notes))


def deleted_titles(door: Door, record: str, keys: Collection[str]) -> dict[str, str]:
    """Return the names that deleted rows of a list were known by, by key; a row that had none is left out."""
    spec = RECORDS[record]
    if not spec.title_field:
        return {}
    at = list(spec.fields).index(spec.title_field)
    query = "SELECT key, old FROM journal WHERE record = ? AND field = ? ORDER BY seq"
    out = raw_of(door).execute(query, (record, ROW_OUT))
    found = {key: (old or "").split("|")[at] for key, old in out if key in keys}
    return {key: name for key, name in found.items() if name}


def _columns(kind: type[Edit], record: str, run: Sequence[Any]) -> tuple[Iterable[str | None], ...]:
    """Return record, key, field, old and new of the lines of a run of edits of one kind and one record."""
    count = len(run)
    if kind is SetReason:
        olds, news = [edit.old or None for edit in run], [edit.new or None for edit in run]
        return repeat("", count), [edit.finding for edit in run], repeat(REASON, count), olds, news
    records = repeat(record, count)
    if kind is SetComplete:
        olds, news = [str(int(edit.old)) for edit in run], [str(int(edit.new)) for edit in run]
        return records, repeat("", count), repeat(COMPLETE, count), olds, news
    keys = [edit.key for edit in run]
    if kind is InsertRow:
        return records, keys, repeat(ROW_IN, count), repeat(None, count), _row_texts(record, run)
    if kind is DeleteRow:
        return records, keys, repeat(ROW_OUT, count), _row_texts(record, run), repeat(None, count)
    olds = [_text(record, edit.field, edit.old) for edit in run]
    news = [_text(record, edit.field, edit.new) for edit in run]
    return records, keys, [edit.field for edit in run], olds, news


def _row_texts(record: str, run: Sequence[InsertRow | DeleteRow]) -> list[str]:
    """Return the texts of whole rows, made column by column: a column says the same many times."""
    columns = []
    for name in RECORDS[record].fields:
        column = [edit.cells[name] for edit in run]
        texts = {cell: _text(record, name, cell) or "" for cell in set(column)}
        columns.append([texts[cell] for cell in column])
    return ["|".join(texts) for texts in zip(*columns, strict=True)]


def _text(record: str, field: str, cell: Cell) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, Unread):
        return cell.text
    return RECORDS[record].fields[field].item.kind.carry(cell)
