"""Reading people's spreadsheets: labels compared, headers found, values tidied and every change told."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from db.records.months import Month
from db.records.spec import Field
from db.records.values import Code, Day, Kind, Scaled, Unreadable, clean, clean_each, comparison_key
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
    "": ("学时", "课时", "台", "套", "件", "个", "台件", "台套"),
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
class FoundHeader:
    """A header: the index of its last row, and of each column that was asked for."""

    row: int
    columns: dict[str, int]
    first: int = 0
    """The index of its first row: headings may stand in two, the lower one under groups."""


def fold(text: str) -> str:
    """Fold a label for comparing: brackets, dashes, comparison signs, square metres, marks alike."""
    key = comparison_key(clean(text)).translate(_ALIKE).replace("<=", "≤").replace(">=", "≥")
    return re.sub(r"(?<=\d)[至到](?=\d)", "-", key).strip("*:").replace("(必填)", "")


_HINT: Final = re.compile(r"^(.+?)\((?:必填|选填|[ymd/-]{4,}|如.*|例.*|.*填写.*)\)$", re.DOTALL)


def heading_keys(text: str) -> tuple[str, ...]:
    """Return a heading folded for comparing, and where a hint stands behind it in brackets also without."""
    key = _with_unit(fold(text).replace("其中:", "其中").replace("#", ""))
    found = _HINT.match(key)
    return (key, found[1].strip("*:")) if found else (key,)


_UNIT_BEHIND: Final = re.compile(
    r"(?:\((?:金额|计量)?单位[::]?([^()]{1,4})\)|[/:](元|千元|万元|㎡|人|台|间))$"
)


def _with_unit(key: str) -> str:
    """Write the unit of a heading in brackets, however it stands behind: 「(单位:元)」, 「/元」."""
    found = _UNIT_BEHIND.search(key)
    return f"{key[: found.start()]}({found[1] or found[2]})" if found else key.replace("(人民币", "(")


def find_header(sheet: Sheet, wanted: Mapping[str, str], least: int) -> FoundHeader | None:
    """Find the first row with at least `least` of the wanted columns; `wanted` is folded text -> name."""
    for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns = _named(row, wanted)
        if len(columns) >= least:
            return _with_second_row(sheet, index, columns, wanted)
    return None


def _named(row: list[str | None], wanted: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, text in enumerate(row):
        name = wanted.get(fold(text)) if text else None
        if name is not None:
            columns.setdefault(name, column)
    return columns


def _with_second_row(
    sheet: Sheet, index: int, columns: dict[str, int], wanted: Mapping[str, str]
) -> FoundHeader:
    """Return a header with the headings of the row below it, where that row holds nothing but headings."""
    above, below = sheet.rows[index], sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
    filled = [(at, text) for at, text in enumerate(below) if text and text.strip()]
    more = _named(below, wanted)
    only_headings = all(fold(text) in wanted or text == text_at(above, at) for at, text in filled)
    if not more or not only_headings:
        return FoundHeader(index, columns, index)
    return FoundHeader(
        index + 1, columns | {name: at for name, at in more.items() if name not in columns}, index
    )


_MOST_SAID: Final = 8


def found_in(sheets: Sequence[Sheet]) -> str:
    """Say which sheets there are and what stands in their first filled rows."""
    said = []
    for sheet in sheets[:_MOST_SAID]:
        row = next((row for row in sheet.rows if len({*filter(None, row)}) > 1), [])
        texts = [" ".join(text.split()) for text in row if text][:_MOST_SAID]
        said.append(f"「{sheet.name}」:{'、'.join(texts) or '没有内容'}")
    return ";".join(said) or "没有可见的工作表"


def text_at(row: list[str | None], column: int | None) -> str:
    """Return the raw text of a cell; a column that is not there is empty."""
    return (row[column] or "") if column is not None and column < len(row) else ""


def tidy(field: Field, raw: str, unit: str = "") -> str:
    """Return a value's text as it is handed on: trimmed, numbers without unit, separators and width.

    A number with more places than are kept is rounded half up; money in another `unit` (of the sheet,
    the column or the cell itself) becomes the field's. A month is its first day where a day is asked.
    What cannot be read stays as it is: the store keeps it as unread.
    """
    kept = clean(raw)
    kind = field.item.kind
    if isinstance(kind, Day):
        return _day(kept)
    if isinstance(kind, Month) and _SERIAL.fullmatch(comparison_key(kept)):
        return f"{_of_serial(comparison_key(kept)):%Y-%m}"
    if not kind.numeric and not isinstance(kind, Code):
        return kept
    if field.item.unit == _YEAR_UNIT and (year := _YEAR_OF_DAY.fullmatch(comparison_key(kept))):
        return year[1]
    if field.item.unit in MONEY:
        kept = _in_unit(kept, unit, field.item.unit)
    for text in (kept, _without_unit(kept, field.item.unit)):
        try:
            return _read(kind, text)
        except Unreadable:
            continue
    return kept


_YEAR_UNIT: Final = "年"
_YEAR_OF_DAY: Final = re.compile(r"(\d{4})(?:[-/.年]\d{1,2}){1,2}[月日]?", re.ASCII)
"""A month or a day where a year is asked: 建成时间 1998.5 is 1998."""


def tidied(field: Field, texts: Collection[str], unit: str = "") -> dict[str, str]:
    """Return `tidy` of each text of a column, by the text."""
    kind = field.item.kind
    if isinstance(kind, Day | Month | Code) or kind.numeric:
        return {text: tidy(field, text, unit) for text in texts}
    return clean_each(texts)


def _read(kind: Kind, text: str) -> str:
    try:
        return kind.show(kind.parse(text))
    except Unreadable:
        if not isinstance(kind, Scaled) or text.startswith(("-", "－")):
            raise
        return kind.show(kind.rounded(text))


MONEY: Final = {"元": Decimal(1), "千元": Decimal(1_000), "万元": Decimal(10_000), "万": Decimal(10_000)}
"""The units in which clerks keep money."""
_SAID_UNIT: Final = re.compile(
    r"(?:(?<![报校制管送主])单位(?:为|[::])?\(?[人个台件套册间㎡、,/和]{0,8}?|^[^()]{2,}\()(?:人民币)?(元|千元|万元)"
    r"(?![\u4e00-\u9fff])",
    re.DOTALL,
)
_AMOUNT: Final = re.compile(r"(¥)?(\d[\d,]*(?:\.\d+)?)(元|千元|万元|万)?", re.ASCII)


def said_unit(rows: Iterable[list[str | None]]) -> str:
    """Return the unit of money that a sheet says above its table: 「单位:元」; "" where it says none."""
    for row in rows:
        for text in row:
            found = _SAID_UNIT.search(fold(text)) if text else None
            if found:
                return found[1]
    return ""


def said_unit_of(heading: str) -> str:
    """Return the unit that a heading names in brackets behind it: 「账面原值(元)」."""
    found = re.search(r"\((元|千元|万元)\)$", _with_unit(fold(heading)))
    return found[1] if found else ""


def _in_unit(text: str, given: str, wanted: str) -> str:
    """Write an amount in the unit of the field; what is no amount stays.

    What the amount says itself (9800元) stands before the unit of its column or sheet, and a ¥ behind both.
    """
    found = _AMOUNT.fullmatch(comparison_key(text))
    if found is None:
        return text
    unit = found[3] or given or ("元" if found[1] else wanted)
    if unit not in MONEY or (MONEY[unit] == MONEY[wanted] and not (found[1] or found[3])):
        return text
    amount = Decimal(found[2].replace(",", "")) * MONEY[unit] / MONEY[wanted]
    return f"{amount.normalize():f}"


_MONTH: Final = re.compile(r"(\d{4})[-./年](\d{1,2})月?|(\d{4})(\d{2})", re.ASCII)
_SERIAL: Final = re.compile(r"[2-6]\d{4}", re.ASCII)
_SERIAL_DAY_0: Final = datetime.date(1899, 12, 30)


def _of_serial(text: str) -> datetime.date:
    return _SERIAL_DAY_0 + datetime.timedelta(days=int(text))


def _day(text: str) -> str:
    """Write a month as its first day, and the number that a spreadsheet keeps for a day as that day."""
    plain = comparison_key(text)
    if _SERIAL.fullmatch(plain):
        return _of_serial(plain).isoformat()
    found = _MONTH.fullmatch(plain)
    if found is None:
        return text
    year, month = int(found[1] or found[3]), int(found[2] or found[4])
    return f"{year}-{month:02}-01" if 1 <= month <= 12 and year >= _FIRST_YEAR else text  # noqa: PLR2004 - months


_FIRST_YEAR: Final = 1900


def _without_unit(text: str, unit: str) -> str:
    found = re.fullmatch(r"([\d.,]+)(\D.*)", comparison_key(text), re.ASCII)
    if found and found[2] in {comparison_key(word) for word in _UNITS.get(unit, (unit,))}:
        return found[1]
    return text
