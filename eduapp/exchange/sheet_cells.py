"""A sheet as every reader hands it on: rows of texts, and what the eye sees beside them."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, cast

from db.records.values import NO, YES
from eduapp.exchange.sheet_package import too_large

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

MAX_SHEETS: Final = 60
LOCKED: Final = "文件设有打开密码"

Row = list[str | None]
Area = tuple[int, int, int, int]
"""(top, left, bottom, right) of a merged cell, all included, from 0."""


@dataclass(frozen=True)
class Sheet:
    """A visible sheet: its rows from the first one on, each cell the text a person reads there.

    A merged cell says in each of its places what the eye reads there. `hidden` are the rows that a
    person does not see, hidden or filtered out; `units` the cells that are shown in 万元 while they hold
    元 (or the like), as they are shown: (row, column) -> text.
    """

    name: str
    rows: list[Row]
    hidden: frozenset[int] = frozenset()
    units: Mapping[tuple[int, int], str] = field(default_factory=dict)
    looks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """What a format makes of a number, where that is not its value: 1.1 as 「1.10」 (see `number_looks`)."""

    @cached_property
    def width(self) -> int:
        """How many columns its longest row has."""
        return max(map(len, self.rows), default=0)

    @cached_property
    def columns(self) -> list[tuple[str | None, ...]]:
        """Its cells by column, from the first row to the last one of the sheet; shorter rows end empty."""
        even = len({*map(len, self.rows)}) <= 1  # as nearly all are: many times faster
        return [*zip(*self.rows, strict=True)] if even else [*zip_longest(*self.rows)]

    def where(self, row: int, column: int) -> str:
        """Name a cell as the spreadsheet program shows it; `row` and `column` count from 0."""
        return cell_name(self.name, row, column)


def cell_name(sheet: str, row: int, column: int) -> str:
    """Name a cell of a sheet, see `Sheet.where`."""
    return f"{sheet} {column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def require_few(sheets: int, path: Path) -> None:
    """Raise Problem `spreadsheet-too-large` for more sheets than are read."""
    if sheets > MAX_SHEETS:
        raise too_large(path, f"工作表不超过 {MAX_SHEETS} 个")


def filled(rows: list[Row], merged: list[Area]) -> list[Row]:
    """Return rows in which a merged cell says in each of its places what the eye reads there."""
    width = max(map(len, rows), default=0) if merged else 0
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        text, end = rows[top][left], min(right + 1, width)
        for row in rows[top : bottom + 1] if text else ():
            row.extend([None] * (end - len(row)))
            for column in range(left, end):
                row[column] = row[column] or text
    return rows


def texts_of(rows: Sequence[Sequence[object]]) -> list[Row]:
    """Write rows of equal width as a person reads them: what `text_of` says of each cell, by columns."""
    columns = [*map(_column_texts, zip(*rows, strict=True))]
    return [*map(list, zip(*columns, strict=True))] if columns else [[] for _ in rows]


def _column_texts(cells: Sequence[object]) -> Sequence[str | None]:
    kinds = {*map(type, cells)}
    if kinds == {str}:
        texts = cast("Sequence[str]", cells)
        return [text or None for text in texts] if "" in texts else texts
    if len(kinds & _EQUAL_ACROSS) > 1:
        return [*map(text_of, cells)]
    known = {value: text_of(value) for value in {*cells}}
    return [known[value] for value in cells]


_EQUAL_ACROSS: Final = frozenset({bool, int, float})
"""Kinds of which a value of one may equal a value of another, and yet be another text: 1.0 and true."""


def as_seen(sheet: Sheet, columns: Collection[int]) -> Sheet:
    """Return a sheet that says in some columns what a person sees there, not the numbers it keeps."""
    seen = {place: text for place, text in sheet.looks.items() if place[1] in columns}
    if not seen:
        return sheet
    rows = [*sheet.rows]
    for (row, column), text in seen.items():
        if rows[row] is sheet.rows[row]:
            rows[row] = [*rows[row]]
        rows[row][column] = text
    return replace(sheet, rows=rows, looks={})


def spread(
    looks: Mapping[tuple[int, int], str], merged: list[Area], rows: list[Row]
) -> dict[tuple[int, int], str]:
    """Return looks within the rows, of a merged cell in each of its places."""
    found = {at: text for at, text in looks.items() if at[0] < len(rows) and at[1] < len(rows[at[0]])}
    for top, left, bottom, right in merged if found else ():
        text = found.get((top, left))
        if text:
            last = min(bottom + 1, len(rows))
            places = (
                (row, at) for row in range(top, last) for at in range(left, min(right + 1, len(rows[row])))
            )
            found |= dict.fromkeys(places, text)
    return found


def text_of(value: object) -> str | None:
    """Write a cell's value as a person reads it."""
    match value:
        case bool():
            return YES if value else NO
        case float() if value == 0:
            return "0"
        case float() if value.is_integer() and abs(value) < _WHOLE:
            return str(int(value))
        case float() if math.isfinite(value):
            return _number(value)
        case datetime.datetime():
            bare = value.time() == datetime.time()
            return value.date().isoformat() if bare else value.isoformat(" ", "seconds")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value) or None


_EXACT: Final = 15
"""The digits of a number that a spreadsheet keeps and shows; the rest is noise of binary fractions."""
_WHOLE: Final = 10**_EXACT
"""Below it a whole number is written as it is."""


def _number(value: float) -> str:
    """Write a number with the digits that a spreadsheet shows at most: 38.00000000000001 is 38."""
    exact = Decimal(f"{value:.{_EXACT}g}") if value != int(value) else Decimal(repr(value))
    plain = f"{exact:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
