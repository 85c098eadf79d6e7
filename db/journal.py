"""The journal: who changed what, when, from what to what. Append-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.door import raw_of
from db.records.catalog import RECORDS
from db.records.edits import DeleteRow, Edit, InsertRow, SetCell, SetComplete, SetReason
from db.records.values import Cell, Unread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from db.door import Door

TABLE = "journal"
ROW_IN, ROW_OUT, COMPLETE, REASON = "+", "×", "complete", "reason"
"""What stands in the journal's field column when no single field changed."""
_LINE = "INSERT INTO journal (at, who, record, key, field, old, new) VALUES (?, ?, ?, ?, ?, ?, ?)"


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
    lines = [(at, who, *line) for edit in edits for line in _lines(edit)]
    raw_of(door).executemany(_LINE, lines)


def note(door: Door, what: str, text: str, who: str, at: str) -> None:
    """Add a line about the workbook as a whole: an import, an export, a migration."""
    raw_of(door).execute(_LINE, (at, who, "", "", what, None, text))


def entries(door: Door, record: str, key: str) -> list[Entry]:
    """Return the lines of one row, oldest first."""
    query = (
        "SELECT at, who, record, key, field, old, new FROM journal WHERE record = ? AND key = ? ORDER BY seq"
    )
    return [Entry(*line) for line in raw_of(door).execute(query, (record, key))]


def deleted_titles(door: Door, record: str, keys: Collection[str]) -> dict[str, str]:
    """Return the names that deleted rows of a list were known by, by key; a row that had none is left out."""
    spec = RECORDS[record]
    if not spec.title_field:
        return {}
    at = list(spec.fields).index(spec.title_field)
    query = "SELECT key, old FROM journal WHERE record = ? AND field = ? ORDER BY seq"
    lines = raw_of(door).execute(query, (record, ROW_OUT))
    found = {key: (old or "").split("|")[at] for key, old in lines if key in keys}
    return {key: name for key, name in found.items() if name}


def _lines(edit: Edit) -> Iterator[tuple[str, str, str, str | None, str | None]]:
    match edit:
        case SetCell():
            old, new = (_text(edit.record, edit.field, cell) for cell in (edit.old, edit.new))
            yield (edit.record, edit.key, edit.field, old, new)
        case InsertRow():
            yield (edit.record, edit.key, ROW_IN, None, _row_text(edit))
        case DeleteRow():
            yield (edit.record, edit.key, ROW_OUT, _row_text(edit), None)
        case SetComplete():
            yield (edit.record, "", COMPLETE, str(int(edit.old)), str(int(edit.new)))
        case SetReason():
            yield ("", edit.finding, REASON, edit.old or None, edit.new or None)


def _row_text(edit: InsertRow | DeleteRow) -> str:
    texts = (_text(edit.record, name, cell) for name, cell in edit.cells.items())
    return "|".join(text or "" for text in texts)


def _text(record: str, field: str, cell: Cell) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, Unread):
        return cell.text
    return RECORDS[record].fields[field].item.kind.carry(cell)
