"""Rows put between others and rows moved: a row keeps its key and what refers to it, its place is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.draft import empty_row
from db.records.edits import DeleteRow, InsertRow
from db.records.rows import new_keys
from eduapp.services import entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.records.edits import Edit
    from db.records.rows import Row
    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes


def insert_rows(book: RecordBook, record: str, at: int, texts: Sequence[Mapping[str, str]]) -> Changes:
    """Put rows of typed texts before the row shown at `at`, counted from 0; the rows below make room."""
    rows = book.draft.rows[record]
    before = rows.position_of(rows.key_at(at - 1)) if at else 0
    columns = {
        name: entry.read_column(book, record, name, [each.get(name, "") for each in texts])
        for name in dict.fromkeys(name for each in texts for name in each)
    }
    new: list[Edit] = [
        InsertRow(
            record,
            key,
            before + 1 + number,
            empty_row(record) | {name: column[number] for name, column in columns.items()},
        )
        for number, key in enumerate(new_keys(len(texts)))
    ]
    free = before + 1 + len(texts)
    places: dict[str, int] = {}
    for index in range(at, len(rows)):
        key = rows.key_at(index)
        if rows.position_of(key) >= free:
            break
        places[key] = free
        free += 1
    edits = [*_moved(book, record, places), *new]
    return book.commit(edits, f"插入 {len(texts)} 行{RECORDS[record].label}")


def move_rows(book: RecordBook, record: str, first: int, last: int, step: int) -> Changes:
    """Move the rows from `first` to `last` up (-1) or down (1) past their neighbour; none at the edge."""
    rows = book.draft.rows[record]
    top, bottom = (first - 1, last) if step < 0 else (first, last + 1)
    words = f"移动 {last - first + 1} 行{RECORDS[record].label}"
    if top < 0 or bottom >= len(rows):
        return book.commit([], words)
    keys = [rows.key_at(index) for index in range(top, bottom + 1)]
    positions = [rows.position_of(key) for key in keys]
    order = [*keys[1:], keys[0]] if step < 0 else [keys[-1], *keys[:-1]]
    return book.commit(_moved(book, record, dict(zip(order, positions, strict=True))), words)


def _moved(book: RecordBook, record: str, places: Mapping[str, int]) -> list[Edit]:
    """Return the edits that give rows other positions: all go out, then all come in again."""
    rows = book.draft.rows[record]
    cells: dict[str, Row] = {key: dict(rows[key]) for key in places}
    out: list[Edit] = [DeleteRow(record, key, rows.position_of(key), cells[key]) for key in places]
    return [*out, *(InsertRow(record, key, position, cells[key]) for key, position in places.items())]
