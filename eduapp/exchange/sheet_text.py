"""Reading people's spreadsheets: labels compared, headers found, values tidied and every change told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from db.records.spec import Field
from db.records.values import Code, Kind, Scaled, Unreadable, clean, comparison_key
from eduapp.exchange.sheet_cells import Sheet

HEADER_ROWS: Final = 20
"""A header is looked for in so many rows: titles and notes stand above it."""

_ALIKE: Final = str.maketrans("≦⩽≧⩾【】〔〕[]–—−‐‑~〜", "≤≤≥≥()()()-------")
_UNITS: Final = {
    "人": ("人", "名", "位"),
    "个": ("个", "班", "个班"),
    "间": ("间",),
    "㎡": ("㎡", "平方", "平米"),
    "元": ("元",),
    "万元": ("万元", "万"),
    "年": ("年",),
    "分钟": ("分钟", "分"),
}
"""How clerks write a unit behind its number."""


@dataclass(frozen=True)
class Ignored:
    """Something in the file that was not taken, where it stands, and why."""

    where: str
    reason: str


@dataclass(frozen=True)
class Cleaned:
    """A value whose text was tidied, before and after."""

    where: str
    before: str
    after: str


@dataclass(frozen=True)
class Header:
    """A header row: its index and the index of each column that was asked for."""

    row: int
    columns: dict[str, int]


def fold(text: str) -> str:
    """Fold a label for comparing: brackets, dashes, comparison signs, square metres, marks alike."""
    key = comparison_key(clean(text)).translate(_ALIKE).replace("<=", "≤").replace(">=", "≥")
    return re.sub(r"(?<=\d)[至到](?=\d)", "-", key).strip("*:").replace("(必填)", "")


def find_header(sheet: Sheet, wanted: Mapping[str, str], least: int) -> Header | None:
    """Find the first row with at least `least` of the wanted columns; `wanted` is folded text -> name."""
    for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns: dict[str, int] = {}
        for column, text in enumerate(row):
            name = wanted.get(fold(text)) if text else None
            if name is not None:
                columns.setdefault(name, column)
        if len(columns) >= least:
            return Header(index, columns)
    return None


def text_at(row: list[str | None], column: int | None) -> str:
    """Return the raw text of a cell; a column that is not there is empty."""
    return (row[column] or "") if column is not None and column < len(row) else ""


def tidy(field: Field, raw: str) -> str:
    """Return a value's text as it is handed on: trimmed, numbers without unit, separators and width.

    A number with more places than are kept is rounded half up. What cannot be read stays as it is:
    the store keeps it as unread.
    """
    kept = clean(raw)
    kind = field.item.kind
    if not kind.numeric and not isinstance(kind, Code):
        return kept
    for text in (kept, _without_unit(kept, field.item.unit)):
        try:
            return _read(kind, text)
        except Unreadable:
            continue
    return kept


def _read(kind: Kind, text: str) -> str:
    try:
        return kind.show(kind.parse(text))
    except Unreadable:
        if not isinstance(kind, Scaled) or text.startswith(("-", "－")):
            raise
        return kind.show(kind.rounded(text))


def _without_unit(text: str, unit: str) -> str:
    found = re.fullmatch(r"([\d.,]+)(\D.*)", comparison_key(text), re.ASCII)
    if found and found[2] in {comparison_key(word) for word in _UNITS.get(unit, ())}:
        return found[1]
    return text
