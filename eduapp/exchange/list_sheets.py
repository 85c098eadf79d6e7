"""The lists of a school (班级, 教师, 校舍 ...) as spreadsheets: template, filled list, reading back.

Columns, hints and choices are derived from the records; nothing repeats a label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Final

from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from db.records.spec import Field, RecordSpec
from db.records.values import Cell, Choice, Reference, Text, Unread, YesNo
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.sheet_rows import HEADING, ROW, SUM, row_kind, short_text
from eduapp.exchange.sheet_text import (
    MONEY,
    Cleaned,
    Header,
    Ignored,
    find_header,
    fold,
    found_in,
    said_unit,
    said_unit_of,
    text_at,
    tidy,
)
from eduapp.exchange.spreadsheets import (
    Choices,
    Column,
    Entry,
    Table,
    fits_a_cell_list,
    write_workbook,
)

_LAST_ROW: Final = 5_000  # how far the lists to choose from reach in a template
_HELP_SHEET: Final = "填写说明"
_OPTION_SHEET: Final = "可选项"
SUMS, HIDDEN, OTHER_SHEET = "sums", "hidden", "other_sheet"
"""Why rows were not taken: as the answer of an import counts them."""
_NUMBERING: Final = frozenset({"序号", "编号", "no", "no."})
_LEAST: Final = 2  # so many columns must be known before a row is taken for the header


@dataclass(frozen=True)
class ListReading:
    """The rows of a list as texts by field name, without blanks; and everything that was not taken.

    `missing` names the required columns that the spreadsheet does not have. `left` counts the rows that
    were not taken, by why: sums and notes, hidden, on another sheet.
    """

    rows: tuple[dict[str, str], ...]
    ignored: tuple[Ignored, ...]
    cleaned: tuple[Cleaned, ...]
    missing: tuple[str, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Every row under the heading that says something."""
        return len(self.rows) + sum(self.left.values())


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
    long = [each for each in fields if not fits_a_cell_list(_options(each))]
    sources = {each.name: _cells_of(each, at) for at, each in enumerate(long, 1)}
    table = Table(
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


def read_list(path: Path, record: str) -> ListReading:
    """Read the rows of a list; columns are found by heading or label, in any order, on the first sheet.

    Rows that a person does not see and sheets beyond the first are told, never taken. A referred row
    stays what was typed: the entry service knows the rows. Raises Problem `no-known-columns` when no
    visible sheet has two of the columns, and what `read_sheets` raises.
    """
    spec = _list_of(record)
    wanted = {fold(text): each.name for each in spec.fields.values() for text in _names(each)}
    reader, sheets = _Reader(spec), read_sheets(path)
    for sheet in sheets:
        header = find_header(sheet, wanted, least=_LEAST)
        if header is not None and reader.header is None:
            reader.read(sheet, header)
        elif header is not None:
            reader.tell_sheet(sheet, header)
    if reader.header is None:
        expected = "、".join(each.heading for each in spec.fields.values())
        raise Problem("no-known-columns", path=str(path), expected=expected, found=found_in(sheets))
    return ListReading(
        tuple(reader.rows),
        tuple(reader.ignored),
        tuple(reader.cleaned),
        tuple(reader.missing),
        dict(reader.left),
    )


@dataclass
class _Reader:
    spec: RecordSpec
    rows: list[dict[str, str]] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    header: Header | None = None
    units: dict[str, str] = field(default_factory=dict)
    _tidied: dict[tuple[str, str], str] = field(default_factory=dict)
    """Texts already tidied, by field: a list repeats a few words."""

    def read(self, sheet: Sheet, header: Header) -> None:
        """Take the rows under a header."""
        self.header = header
        self._tell_columns(sheet, header)
        self.units = self._units(sheet, header)
        headings = {at: text_at(sheet.rows[header.row], at) for at in header.columns.values()}
        for index in range(header.row + 1, len(sheet.rows)):
            row = sheet.rows[index]
            if not any(row):
                continue
            kind = row_kind(row, headings)
            if index in sheet.hidden and kind == ROW:
                self.left[HIDDEN] += 1
                self.ignored.append(Ignored(sheet.where(index, 0), "隐藏或筛选掉的行,没有导入"))
            elif kind == ROW:
                self._row(sheet, header, index)
            else:
                self.left[SUMS] += 1
                if kind != HEADING:
                    said = "合计行" if kind == SUM else f"说明行:{short_text(row)}"
                    self.ignored.append(Ignored(sheet.where(index, 0), said))

    def tell_sheet(self, sheet: Sheet, header: Header) -> None:
        """Say that a further sheet looks like the same list."""
        headings = {at: text_at(sheet.rows[header.row], at) for at in header.columns.values()}
        rows = sum(any(row) and row_kind(row, headings) == ROW for row in sheet.rows[header.row + 1 :])
        if rows:
            self.left[OTHER_SHEET] += rows
            said = f"工作表「{sheet.name}」也有 {rows} 行,没有导入;要导入的,请移到第一张表或另存后再导入"
            self.ignored.append(Ignored(sheet.where(header.row, 0), said))

    def _units(self, sheet: Sheet, header: Header) -> dict[str, str]:
        """Return the unit in which each column of money is kept, where the sheet or the heading says one."""
        above = said_unit(sheet.rows[: header.first])
        found = {}
        for name, column in header.columns.items():
            if self.spec.fields[name].item.unit in MONEY:
                own = said_unit_of(text_at(sheet.rows[header.row], column))
                found[name] = own or above
        return found

    def _row(self, sheet: Sheet, header: Header, index: int) -> None:
        found, row = {}, sheet.rows[index]
        for name, column in header.columns.items():
            raw = text_at(row, column)
            if not raw:
                continue
            shown = sheet.units.get((index, column), "")
            key = (name, shown or raw)
            text = self._tidied.get(key)
            if text is None:
                text = tidy(self.spec.fields[name], shown or raw, self.units.get(name, ""))
                self._tidied[key] = text
            if text:
                found[name] = text
            if text and text != raw:
                before = f"{raw}(显示为 {shown})" if shown else raw
                self.cleaned.append(Cleaned(sheet.where(index, column), before, text))
        if found:
            self.rows.append(found)

    def _tell_columns(self, sheet: Sheet, header: Header) -> None:
        taken = set(header.columns.values())
        for column, text in enumerate(sheet.rows[header.row]):
            key = fold(text or "")
            filled = any(text_at(row, column).strip() for row in sheet.rows[header.row + 1 :])
            if column in taken or not filled or key in _NUMBERING:
                continue
            known = any(key in {fold(name) for name in _names(each)} for each in self.spec.fields.values())
            reason = f"「{text or '(无标题)'}」列" + ("重复,采用前面的一列" if known else "不是本表的项目")
            self.ignored.append(Ignored(sheet.where(header.row, column), reason))
        for each in self.spec.fields.values():
            absent = each.item.required and each.name not in header.columns
            if absent and each.item.label not in self.missing:
                self.missing.append(each.item.label)


def _list_of(record: str) -> RecordSpec:
    if record not in LISTS:
        raise KeyError(record)
    return RECORDS[record]


def _names(each: Field) -> tuple[str, ...]:
    """Return the headings of a field: its label with and without unit, and money with any of its units."""
    units = MONEY if each.item.unit in MONEY else ()
    return each.heading, each.item.label, *(f"{each.item.label}({unit})" for unit in units)


def _options(each: Field) -> tuple[str, ...]:
    kind = each.item.kind
    if isinstance(kind, Choice):
        return tuple(words for _, words in kind.options)
    return (YesNo().show(value=True), YesNo().show(value=False)) if isinstance(kind, YesNo) else ()


def _cells_of(each: Field, column: int) -> str:
    letter = chr(ord("A") + column - 1)
    return f"'{_OPTION_SHEET}'!${letter}$2:${letter}${len(_options(each)) + 1}"


def _option_sheet(fields: Sequence[Field]) -> Table:
    """Return the sheet that holds the options too many for a validation, a column a field."""
    columns = [_options(each) for each in fields]
    rows: list[list[Entry]] = [[each.item.label for each in fields]]
    rows += [list(line) for line in zip_longest(*columns)]
    return Table(_OPTION_SHEET, tuple(Column(30) for _ in fields), rows)


def _column(each: Field) -> Column:
    widest = max(len(each.heading), each.item.width, *(len(words) for words in _options(each)), 4)
    return Column(2 * widest + 2, text=not each.item.kind.numeric)


def _entry(each: Field, value: Cell, titles: Mapping[str, str]) -> Entry:
    if value is None:
        return None
    if isinstance(value, Unread):
        return value.text
    if isinstance(each.item.kind, Reference):
        return titles.get(str(value), str(value))
    return value if each.item.kind.numeric else each.item.kind.show(value)


def _help(spec: RecordSpec) -> Table:
    """Return the sheet that says how each column is filled."""
    rows: list[list[Entry]] = [["列", "必填", "怎样填写"]]
    rows += [[each.heading, YesNo().show(each.item.required), _advice(each)] for each in spec.fields.values()]
    return Table(_HELP_SHEET, (Column(24), Column(8), Column(80)), rows)


def _advice(each: Field) -> str:
    kind = each.item.kind
    parts = [each.item.help] if each.item.help else []
    if _options(each):
        parts.append("填下列之一:" + "、".join(_options(each)))
    elif isinstance(kind, Reference):
        parts.append(f"填{RECORDS[kind.record].label}表中的名称")
    elif kind.numeric:
        parts.append(f"数字,单位:{each.item.unit}" if each.item.unit else "数字")
    elif not isinstance(kind, Text):
        parts.append("日期,如 2026-09-01")
    return ";".join(parts)
