"""Days of a file that say no year (9月12日): a person says which, and until then they stay as they are."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from db.records.catalog import RECORDS
from db.records.values import Day, comparison_key
from eduapp.exchange.sheet_cells import column_letters
from eduapp.exchange.sheet_text import Cleaned
from eduapp.services.answers import FileQuestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.exchange.list_reading import ListReading

YEAR: Final = "year:"
_SHORT: Final = re.compile(r"(\d{1,2})月(\d{1,2})[日号]", re.ASCII)
_SCHOOL_YEAR: Final = "学年"
_SEPTEMBER: Final = 9


def years_asked(record: str, rows: ListReading, year: int) -> dict[str, FileQuestion]:
    """Return, by field, what is asked of the days without a year; `year` is the school year's first."""
    asked = {}
    for name, at in rows.reading.places.items() if rows.reading else ():
        if not isinstance(RECORDS[record].fields[name].item.kind, Day):
            continue
        short = [
            row[name] for row in rows.rows if name in row and _SHORT.fullmatch(comparison_key(row[name]))
        ]
        if short:
            label = RECORDS[record].fields[name].item.label
            text = f"「{label}」有 {len(short)} 处没有年份,如「{short[0]}」。是哪一年"
            years = (str(year), str(year - 1), f"{year}{_SCHOOL_YEAR}", f"{year - 1}{_SCHOOL_YEAR}")
            asked[name] = FileQuestion(f"{YEAR}{column_letters(at)}", column_letters(at), text, years)
    return asked


def with_years(rows: ListReading, said: Mapping[str, str]) -> ListReading:
    """Return a list whose days have the year that was said of their field, each told as tidied."""
    if not said:
        return rows
    made, cleaned = [], [*rows.cleaned]
    for row, place in zip(rows.rows, rows.places, strict=True):
        found = {name: day for name in said if (day := _day(row.get(name, ""), said[name]))}
        cleaned += [Cleaned(place.where, row[name], day) for name, day in found.items()]
        made.append({**row, **found} if found else row)
    return replace(rows, rows=tuple(made), cleaned=tuple(cleaned))


def _day(text: str, said: str) -> str:
    """Return a day with its year, of a school year from September on the first one; "" where it is none."""
    found, year = _SHORT.fullmatch(comparison_key(text)), said.removesuffix(_SCHOOL_YEAR)
    if found is None or not year.isdecimal():
        return ""
    month = int(found[1])
    later = said.endswith(_SCHOOL_YEAR) and month < _SEPTEMBER
    try:
        return datetime.date(int(year) + later, month, int(found[2])).isoformat()
    except ValueError:
        return ""
