"""The 教基 sheets of one school, cell by cell: as the statistics' own tool writes them.

A sheet is known by its number, in its name or its title; under the headings stands the row 甲 乙 1 2 …, below
it the lines. A line that names a stage begins that stage's part.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from db.records.choices import STAGE
from eduapp.exchange.sheet_text import fold, text_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from eduapp.exchange.sheet_cells import Row, Sheet

Place = tuple[str, str, str, str]
"""Form (its digits), stage or "", line and column, both as `plain_words` has them."""
_NUMBER: Final = re.compile(r"教基\s*(\d{4})")
WHOLE: Final = re.compile(r"\d{1,9}(?:\.0+)?", re.ASCII)
"""A whole number, also as some programs write it: 12.0."""
_LEAD: Final = re.compile(r"^(?:#|\*|\s|:|：|其中)+")
_STAGES: Final[Mapping[str, str]] = {words: code for code, words in STAGE.options}
_CODES: Final = frozenset({"代码", "编号"})
_TITLE_ROWS: Final = 3
ROWS_BELOW: Final = 3
"""In so many rows under a label its number may stand."""


def plain_words(text: str) -> str:
    """Return the words of a line or a column as they are compared."""
    return fold(_LEAD.sub("", text.strip()))


def number_of(sheet: Sheet) -> str:
    """Return the digits of the form that a sheet is; "" for another sheet."""
    return next((number for text in titles_of(sheet) if (number := number_in(text))), "")


def number_in(text: str) -> str:
    """Return the digits of the form that a text names: 教基3112 is 3112; "" where it names none."""
    found = _NUMBER.search(text)
    return found[1] if found else ""


def titles_of(sheet: Sheet) -> list[str]:
    """Return what says which table a sheet is: its name, and the texts of its first rows."""
    return [sheet.name, *(text for row in sheet.rows[:_TITLE_ROWS] for text in row if text)]


def read_cells(sheets: Iterable[Sheet]) -> dict[Place, int]:
    """Return every whole number of the forms of a file; of a place that comes twice the first one."""
    found: dict[Place, int] = {}
    for sheet in sheets:
        number = number_of(sheet)
        for (stage, line, column), value in _cells(sheet) if number else ():
            found.setdefault((number, stage, line, column), value)
    return found


def _cells(sheet: Sheet) -> Iterator[tuple[tuple[str, str, str], int]]:
    stems = stems_of(sheet)
    if stems is None:
        yield from _pairs(sheet)
        return
    first = first_of(sheet.rows[stems])
    columns = _columns(sheet, stems, first)
    stage = ""
    for row in sheet.rows[stems + 1 :]:
        words = plain_words(text_at(row, first))
        stage = _STAGES.get(words, stage)
        for at, column in columns.items():
            text = text_at(row, at).strip()
            if words and WHOLE.fullmatch(text):
                yield (stage, words, column), int(float(text))
    yield from _pairs(sheet)


def _columns(sheet: Sheet, stems: int, first: int) -> dict[int, str]:
    """Return the heading of each column: the lowest that stands over it, but for the title."""
    columns: dict[int, str] = {}
    for row in reversed(sheet.rows[:stems]):
        if len({text for text in row if text}) <= 1:
            continue
        for at, text in enumerate(row):
            if text and at > first:
                columns.setdefault(at, plain_words(text))
    return {at: words for at, words in columns.items() if words not in _CODES}


def _pairs(sheet: Sheet) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Yield numbers below their label or beside it: 县级以上骨干教师(小学) has no line of its own."""
    for index, row in enumerate(sheet.rows):
        for at, text in enumerate(row):
            if not text or "骨干教师" not in text:
                continue
            below = [
                text_at(each, at)
                for each in sheet.rows[index + 1 : index + 1 + ROWS_BELOW]
                if not is_stems(each)
            ]
            number = next(
                (each.strip() for each in (*below, *row[at + 1 :]) if each and WHOLE.fullmatch(each.strip())),
                "",
            )
            if number:
                yield ("", plain_words(text), plain_words("人数")), int(float(number))


def stems_of(sheet: Sheet) -> int | None:
    """Return the row 甲 乙 1 2 …: the headings stand above it, the lines below; None where there is none."""
    return next((at for at, row in enumerate(sheet.rows) if is_stems(row)), None)


def is_stems(row: Row) -> bool:
    """Whether a row numbers the columns."""
    return text_at(row, first_of(row)).strip() == "甲"


def first_of(row: Row) -> int:
    """Return the first column of a row in which anything stands."""
    return next((at for at, text in enumerate(row) if text), 0)
