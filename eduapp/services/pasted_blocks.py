"""A pasted block under a heading: read by the same rule for headings as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.values import Day
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_layout import field_called, guessed, headings_of
from eduapp.exchange.sheet_rows import ROW, row_kind
from eduapp.exchange.sheet_text import text_at, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.exchange.sheet_layout import Reading


@dataclass(frozen=True)
class PlacedBlock:
    """The fields of a block's columns, its rows as texts, and what of it has no place here."""

    fields: list[str]
    lines: list[list[str]]
    unknown: list[str]
    """The headings of columns that are not in this list."""
    left: int
    """How many rows are sums, notes or headings again."""


def placed(record: str, block: Sequence[Sequence[str]]) -> PlacedBlock | None:
    """Return a block placed by its heading; None where it has none, and stands as it was pasted."""
    width = max(map(len, block), default=0)
    rows: list[list[str | None]] = [
        [*(text or None for text in line), *[None] * (width - len(line))] for line in block
    ]
    sheet = Sheet("", rows)
    reading = guessed(sheet, record, alone=True)
    if reading is None or not _is_heading(sheet, reading, record):
        return None
    headings = headings_of(sheet, reading)
    columns = [(at, name) for at, name in sorted(reading.columns.items()) if name]
    own = {at: headings[at] for at, _ in columns}
    body = sheet.rows[reading.heading + 1 :]
    taken = [row for row in body if row_kind(row, own) == ROW]
    texts = [_texts(record, taken, at, name, reading) for at, name in columns]
    unknown = [text for at, text in enumerate(headings) if text and at not in reading.columns]
    return PlacedBlock(
        [name for _, name in columns],
        [list(line) for line in zip(*texts, strict=True)],
        unknown,
        sum(any(row) for row in body) - sum(any(row) for row in taken),
    )


def _is_heading(sheet: Sheet, reading: Reading, record: str) -> bool:
    """Whether the row is a heading beyond doubt: above it stands at most a title, and no number is in it.

    A single column is placed only by a field's own name: 「教室」 may be the name of a room.
    """
    above = [{text for text in row if text} for row in sheet.rows[: reading.first]]
    row = [text for text in sheet.rows[reading.first] if text]
    if any(len(texts) > 1 for texts in above) or any(text.strip().isdecimal() for text in row):
        return False
    found = field_called(record, row[0])
    return len(row) > 1 or (found is not None and found[0] == 0)


def _texts(
    record: str, rows: Sequence[Sequence[str | None]], column: int, name: str, reading: Reading
) -> list[str]:
    """Return a column's texts: days and money as a file's, all else as it was copied."""
    field, unit = RECORDS[record].fields[name], reading.units.get(column, "")
    texts = [text_at(list(row), column) for row in rows]
    if not unit and not isinstance(field.item.kind, Day):
        return texts
    known = {text: tidy(field, text, unit) for text in dict.fromkeys(texts) if text}
    return [known.get(text, text) for text in texts]
