"""Identity and mobile numbers in what is pasted or imported, and what a person wants done with them.

Nothing is guessed: the texts come as they were, and go on as a person chose, 「只保留出生年月」 or 「留空」.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from db.records.catalog import RECORDS
from db.records.months import Month
from db.records.personal_numbers import (
    LONG_PIECE,
    SHORTEST,
    is_piece,
    numbers_at_home,
    numbers_in,
    spread_over,
    without_numbers,
    words_of,
)
from db.records.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.records.personal_numbers import Number
    from eduapp.exchange.list_sheets import ListReading
    from eduapp.exchange.official_form import FormReading

LISTED: Final = 5
"""Places that a sentence names."""
LEFT_OUT: Final = "号码未导入"


class Keep(StrEnum):
    """What goes on of a cell with such a number."""

    MONTH = "month"
    """The month of birth, where the record has a field for it; the number goes."""
    EMPTY = "empty"
    """The text without the number."""


@dataclass(frozen=True)
class NumberedText:
    """A text with numbers: the row counted from 0, and its field."""

    row: int
    record: str
    field: str
    numbers: tuple[Number, ...]

    @property
    def said(self) -> str:
        """Name the field and what was found, never the number: 「入职日期」有身份证号."""
        return f"「{RECORDS[self.record].fields[self.field].item.label}」有{words_of(self.numbers)}"

    @property
    def words(self) -> str:
        """Name the row, too."""
        return f"第 {self.row + 1} 行{self.said}"


def numbered(record: str, rows: Sequence[Mapping[str, str]]) -> tuple[NumberedText, ...]:
    """Return the texts, by field, of rows that hold a number which must not stand there."""
    return tuple(
        NumberedText(at, record, name, found)
        for at in _doubtful(record, rows)
        for name, found in _numbers_of(record, rows[at]).items()
    )


def _doubtful(record: str, rows: Sequence[Mapping[str, str]]) -> list[int]:
    """Return the rows with a text that is, or holds, a number or a part of one: each text is asked once."""
    doubtful: set[int] = set()
    for name in {name for row in rows for name in row}:
        texts = {text for row in rows if len(text := row.get(name, "")) >= LONG_PIECE}
        bad = {
            text
            for text in texts
            if is_piece(kept := clean(text))
            or (len(text) >= SHORTEST and numbers_at_home(RECORDS[record].fields[name].item, kept))
        }
        if bad:
            doubtful.update(at for at, row in enumerate(rows) if row.get(name) in bad)
    return sorted(doubtful)


def _numbers_of(record: str, row: Mapping[str, str]) -> dict[str, tuple[Number, ...]]:
    """Return the numbers of a row's texts by field; one spread over neighbouring cells is each one's."""
    fields = RECORDS[record].fields
    found = {
        name: numbers
        for name, text in row.items()
        if len(text) >= SHORTEST and (numbers := numbers_at_home(fields[name].item, clean(text)))
    }
    if not found and all(len(text) < LONG_PIECE for text in row.values()):
        return {}
    spread = spread_over((name, clean(text)) for name, text in row.items() if text)
    whole = numbers_in("".join(clean(row[name]) for name in spread))[:1]
    return {name: found.get(name) or whole for name in row if name in found or (name in spread and whole)}


def listed(found: Sequence[NumberedText]) -> str:
    """Name the first places of many."""
    more = f" 等 {len(found)} 处" if len(found) > LISTED else ""
    return ";".join(each.words for each in found[:LISTED]) + more


def kept(record: str, row: Mapping[str, str], keep: Keep) -> dict[str, str]:
    """Return a row's texts without the numbers; a month of birth goes to its field where that is empty."""
    fields = RECORDS[record].fields
    left = dict(row)
    for name, found in _numbers_of(record, row).items():
        alone = numbers_at_home(fields[name].item, clean(row[name]))
        left[name] = without_numbers(clean(row[name]), alone) if alone else ""
        month = next((each.birth_month for each in found if each.birth_month), "")
        place = next((each for each, field in fields.items() if isinstance(field.item.kind, Month)), "")
        if keep is Keep.MONTH and month and place and not left.get(place):
            left[place] = month
    return left


def form_without(reading: FormReading) -> tuple[FormReading, int]:
    """Return a form without such numbers, each told among what was left out, and how many cells had one."""
    from eduapp.exchange.sheet_text import Ignored  # noqa: PLC0415 - the spreadsheet libraries are heavy

    cells, told = [], []
    for cell in reading.cells:
        found = numbered(cell.record, [{cell.field: cell.text}]) if cell.record in RECORDS else ()
        text = kept(cell.record, {cell.field: cell.text}, Keep.EMPTY)[cell.field] if found else cell.text
        cells += [replace(cell, text=text)] if text else []
        told += [Ignored(cell.where, f"{each.said},{LEFT_OUT}") for each in found]
    return replace(reading, cells=tuple(cells), ignored=(*reading.ignored, *told)), len(told)


def list_without(record: str, reading: ListReading, keep: Keep) -> tuple[ListReading, int]:
    """Return a list without such numbers, each told among what was left out, and how many cells had one."""
    from eduapp.exchange.sheet_text import Ignored  # noqa: PLC0415 - as above

    found = numbered(record, reading.rows)
    told = [Ignored(reading.places[each.row].where, f"{each.said},{_left_out(each, keep)}") for each in found]
    rows = tuple(kept(record, row, keep) for row in reading.rows) if found else reading.rows
    return replace(reading, rows=rows, ignored=(*reading.ignored, *told)), len(told)


def _left_out(found: NumberedText, keep: Keep) -> str:
    born = keep is Keep.MONTH and any(each.birth_month for each in found.numbers)
    return f"{LEFT_OUT},只保留出生年月" if born else LEFT_OUT


def block_of(fields: Sequence[str], block: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Return a pasted block as texts by field."""
    return [dict(zip(fields, line, strict=False)) for line in block]


def block_kept(
    record: str, fields: Sequence[str], block: Sequence[Sequence[str]], keep: Keep
) -> tuple[list[str], list[list[str]]]:
    """Return the fields and lines of a block without the numbers; the month of birth may be one more."""
    rows = [kept(record, row, keep) for row in block_of(fields, block)]
    more = next((name for row in rows for name in row if name not in fields), None)
    lines = [[row[name] for name in fields if name in row] for row in rows]
    if more is None:
        return list(fields), lines
    for row, line in zip(rows, lines, strict=True):
        if more in row and len(line) == len(fields):
            line.append(row[more])
    return [*fields, more], lines
