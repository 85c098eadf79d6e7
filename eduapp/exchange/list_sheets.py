"""The lists of a school (班级, 教师, 校舍 ...) as spreadsheets: template and filled list.

Columns, hints and choices are derived from the records; nothing repeats a label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

from db.records.catalog import LISTS, RECORDS
from db.records.spec import Field, RecordSpec
from db.records.values import Cell, Choice, Reference, Text, Unread, YesNo
from eduapp.exchange.list_reading import ListReading, read_list
from eduapp.exchange.sheet_layout import OWN_SHEETS
from eduapp.exchange.spreadsheets import (
    Choices,
    Entry,
    SheetColumn,
    SheetTable,
    fits_a_cell_list,
    write_workbook,
)

__all__ = ["ListReading", "read_list", "write_list"]

_LAST_ROW: Final = 5_000  # how far the lists to choose from reach in a template
_HELP_SHEET, _OPTION_SHEET = OWN_SHEETS


def write_list(
    path: Path,
    record: str,
    rows: Sequence[Mapping[str, Cell]] = (),
    titles: Mapping[str, str] | None = None,
) -> None:
    """Write a list record as a spreadsheet: an empty template, or filled with rows by field name.

    `titles` maps the id of a referred row to what people call it. Raises the Problems of
    `write_workbook`; KeyError for a record that is no list.
    """
    spec = _list_of(record)
    fields = list(spec.fields.values())
    body = [[_entry(each, row.get(each.name), titles or {}) for each in fields] for row in rows]
    last = max(_LAST_ROW, len(body) + 1)
    long = [field for field in fields if not fits_a_cell_list(_options(field))]
    sources = {each.name: _cells_of(each, at) for at, each in enumerate(long, 1)}
    table = SheetTable(
        name=spec.label,
        columns=tuple(_column(each) for each in fields),
        rows=[[each.heading for each in fields], *body],
        choices=tuple(
            Choices(at, 2, last, _options(each), each.item.help, sources.get(each.name, ""))
            for at, each in enumerate(fields, 1)
            if _options(each) or each.item.help
        ),
        landscape=len(fields) > 5,  # noqa: PLR2004 - more do not fit across an upright page
    )
    write_workbook(path, [table, _help(spec), *([_option_sheet(long)] if long else [])])


def _list_of(record: str) -> RecordSpec:
    if record not in LISTS:
        raise KeyError(record)
    return RECORDS[record]


def _options(each: Field) -> tuple[str, ...]:
    kind = each.item.kind
    if isinstance(kind, Choice):
        return tuple(words for _, words in kind.options)
    return (YesNo().show(value=True), YesNo().show(value=False)) if isinstance(kind, YesNo) else ()


def _cells_of(each: Field, column: int) -> str:
    letter = chr(ord("A") + column - 1)
    return f"'{_OPTION_SHEET}'!${letter}$2:${letter}${len(_options(each)) + 1}"


def _option_sheet(fields: Sequence[Field]) -> SheetTable:
    """Return the sheet that holds the options too many for a validation, a column a field."""
    columns = [_options(each) for each in fields]
    rows: list[list[Entry]] = [[each.item.label for each in fields]]
    rows += [list(line) for line in zip_longest(*columns)]
    return SheetTable(_OPTION_SHEET, tuple(SheetColumn(30) for _ in fields), rows)


def _column(each: Field) -> SheetColumn:
    widest = max(len(each.heading), each.item.width, *(len(words) for words in _options(each)), 4)
    return SheetColumn(2 * widest + 2, text=not each.item.kind.numeric)


def _entry(each: Field, value: Cell, titles: Mapping[str, str]) -> Entry:
    if value is None:
        return None
    if isinstance(value, Unread):
        return value.text
    if isinstance(each.item.kind, Reference):
        return titles.get(str(value), str(value))
    return value if each.item.kind.numeric else each.item.kind.show(value)


def _help(spec: RecordSpec) -> SheetTable:
    """Return the sheet that says how each column is filled."""
    rows: list[list[Entry]] = [["列", "必填", "怎样填写"]]
    rows += [[each.heading, YesNo().show(each.item.required), _advice(each)] for each in spec.fields.values()]
    return SheetTable(_HELP_SHEET, (SheetColumn(24), SheetColumn(8), SheetColumn(80)), rows)


def _advice(each: Field) -> str:
    kind = each.item.kind
    parts = [each.item.help] if each.item.help else []
    if each.item.headings:
        parts.append("也认这些列名:" + "、".join(each.item.headings.split()))
    if _options(each):
        parts.append("填下列之一:" + "、".join(_options(each)))
    elif isinstance(kind, Reference):
        parts.append(f"填{RECORDS[kind.record].label}表中的名称")
    elif kind.numeric:
        parts.append(f"数字,单位:{each.item.unit}" if each.item.unit else "数字")
    elif not isinstance(kind, Text):
        parts.append("日期,如 2026-09-01")
    return ";".join(parts)
