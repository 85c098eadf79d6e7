"""The one door to writing spreadsheets (openpyxl): every text written as text. Reading: `sheet_reading`."""

from __future__ import annotations

import datetime
import io
import math
import re
import zipfile
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from db.problems import Problem
from db.records.values import NO, YES
from eduapp.exchange.files import replace_whole

Entry = str | int | Decimal | bool | datetime.date | None
"""What is put into a cell: numbers become numbers, truth 是 or 否, everything else text.

None leaves a cell empty; "" leaves it empty and keeps what is typed there as text.
"""

_AS_TEXT: Final = "@"
_FONT: Final = "宋体"  # there on every Windows with WPS, and what official tables are set in
_LINE: Final = Side(style="thin", color="9AA5B1")
_BORDER: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FILLS: Final = {
    "head": PatternFill("solid", fgColor="E3EAF2"),
    "marked": PatternFill("solid", fgColor="BFBFBF"),
}
_EPOCH: Final = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl wants it bare and writes Z
_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_HALF_WIDTH_END: Final = 0x2000
_ROUGH: Final = 1.1  # lines break before they are quite full
_LINE_HEIGHT: Final = 15.0
_MAX_CELL: Final = 32_767
_MAX_OPTIONS: Final = 255  # characters of a list written into a validation
_MOST_DIGITS: Final = 15  # what spreadsheet programs keep of a number


@dataclass(frozen=True)
class SheetColumn:
    """A column: width in half-width characters; `text` keeps codes that are typed there as texts."""

    width: float
    text: bool = False


@dataclass(frozen=True)
class Choices:
    """A list to choose from, or only a hint, for rows `first` to `last` (of the sheet, from 1)."""

    column: int
    first: int
    last: int
    options: tuple[str, ...] = ()
    hint: str = ""
    source: str = ""
    """Cells that hold the options instead, `'可选项'!$A$2:$A$47`: a validation itself holds few."""


@dataclass(frozen=True)
class SheetTable:
    """One sheet to write. `merged` holds (row, column, row, column) within `rows`, all from 1.

    `rounded`: decimals are shown with all the places they have (4.20), as a form prescribes.
    `marked`: (row, column), from 1, of the cells that are shaded because they fail a standard.
    """

    name: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[Entry]]
    title: str = ""
    header_rows: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    choices: tuple[Choices, ...] = ()
    landscape: bool = False
    rounded: bool = False
    marked: frozenset[tuple[int, int]] = frozenset()


def write_workbook(path: Path, tables: Sequence[SheetTable]) -> None:
    """Write an .xlsx in one step: `path` holds the whole new file or what it held before.

    Raises Problem `folder-missing`, `folder-read-only`, `folder-full`, `file-in-use`,
    `folder-io` or `cell-too-long`.
    """
    replace_whole(path, workbook_bytes(tables))


def workbook_bytes(tables: Sequence[SheetTable]) -> bytes:
    """Return the .xlsx of some tables: the same bytes for the same tables on any day.

    Raises Problem `cell-too-long` when a text does not fit into a cell.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.creator = "eduapp"
    workbook.properties.created = _EPOCH
    for table in tables:
        _fill(workbook.create_sheet(table.name), table)
    raw = io.BytesIO()
    workbook.save(raw)
    return _undated(raw.getvalue())


def _undated(data: bytes) -> bytes:
    """Take the clock out: openpyxl stamps the entries and the time of saving."""
    fixed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = _EPOCH.isoformat().encode("ascii") + b"Z"
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return fixed.getvalue()


def _fill(sheet: Worksheet, table: SheetTable) -> None:
    painter = _Painter(rounded=table.rounded)
    above = 1 if table.title else 0
    if table.title:
        painter.put(sheet.cell(1, 1), table.title, "title")
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(table.columns))
        sheet.row_dimensions[1].height = 28
    for index, column in enumerate(table.columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        dimension.width = column.width
        if column.text:
            dimension.number_format = _AS_TEXT
    for row, entries in enumerate(table.rows, 1 + above):
        look = "head" if row <= above + table.header_rows else "body"
        for index, entry in enumerate(entries, 1):
            kept = "" if entry is None and table.columns[index - 1].text else entry
            marked = (row - above, index) in table.marked
            painter.put(sheet.cell(row, index), kept, "marked" if marked else look)
    for top, left, bottom, right in table.merged:
        sheet.merge_cells(start_row=top + above, start_column=left, end_row=bottom + above, end_column=right)
        if top == bottom and top > table.header_rows:
            _fit_height(sheet, table, top, (left, right), above)
    for choices in table.choices:
        sheet.add_data_validation(_validation(choices))
    _set_page(sheet, table, above)


def _fit_height(sheet: Worksheet, table: SheetTable, row: int, columns: tuple[int, int], above: int) -> None:
    """Give a row with cells joined across the height of its text: programs do not fit such rows."""
    entry = table.rows[row - 1][columns[0] - 1]
    room = sum(column.width for column in table.columns[columns[0] - 1 : columns[1]]) - 1
    wide = sum(2 if ord(letter) > _HALF_WIDTH_END else 1 for letter in str(entry or ""))
    if wide > room:
        lines = math.ceil(wide * _ROUGH / room)
        sheet.row_dimensions[row + above].height = lines * _LINE_HEIGHT


class _Painter:
    """Puts values into cells; each look is made once, because openpyxl is slow at comparing looks."""

    def __init__(self, *, rounded: bool = False) -> None:
        self._rounded = rounded
        self._looks: dict[tuple[str, str], StyleArray] = {}

    def put(self, cell: Cell | MergedCell, entry: Entry, look: str) -> None:
        """Set a value; a text stays a text even where it begins like a formula or looks like an error."""
        if isinstance(entry, int | Decimal) and not isinstance(entry, bool) and _survives(Decimal(entry)):
            number = Decimal(entry) if self._rounded else Decimal(entry).normalize()
            places = max(0, -int(number.as_tuple().exponent))
            self._paint(cell, "number" if look == "body" else look, "0." + "0" * places if places else "0")
            cell.value = entry
            return
        self._paint(cell, look, "General" if entry is None else _AS_TEXT)
        if entry is not None and entry != "":
            cell.value = _cell_text(YES if entry is True else NO if entry is False else str(entry))
            cell.data_type = "s"

    def _paint(self, cell: Any, look: str, number_format: str) -> None:  # noqa: ANN401 - the stubs lack _style
        made = self._looks.get((look, number_format))
        if made is not None:
            cell._style = copy(made)  # noqa: SLF001 - openpyxl's own way to reuse a look, see its copy_worksheet
            return
        size, bold = (14, True) if look == "title" else (11, look == "head")
        cell.font = Font(name=_FONT, size=size, bold=bold)
        across = {"title": "center", "head": "center", "number": "right"}.get(look)
        cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=look != "number")
        if look != "title":
            cell.border = _BORDER
        if look in _FILLS:
            cell.fill = _FILLS[look]
        cell.number_format = number_format
        self._looks[look, number_format] = copy(cell._style)  # noqa: SLF001 - as above


def _cell_text(text: str) -> str:
    """Leave out what XML cannot carry, and keep the format from reading `_x0041_` as a character.

    Raises Problem `cell-too-long`.
    """
    plain = ILLEGAL_CHARACTERS_RE.sub("", text.encode("utf-8", "ignore").decode("utf-8"))
    plain = re.sub("[\ufffe\uffff]", "", plain)
    escaped = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", plain)
    if len(escaped) > _MAX_CELL:
        raise Problem("cell-too-long", text=plain[:20], limit=_MAX_CELL)
    return escaped


def _survives(number: Decimal) -> bool:
    """Whether a spreadsheet program keeps every digit of a number."""
    digits = number.normalize().as_tuple().digits
    return len(digits) <= _MOST_DIGITS and abs(number.adjusted()) <= _MOST_DIGITS


def fits_a_cell_list(options: Sequence[str]) -> bool:
    """Whether options can stand in the validation itself; else they need cells of their own."""
    return len(",".join(options)) <= _MAX_OPTIONS and not any(
        "," in option or '"' in option for option in options
    )


def _validation(choices: Choices) -> DataValidation:
    if choices.options or choices.source:
        if not choices.source and not fits_a_cell_list(choices.options):
            message = f"no list for a validation: {','.join(choices.options)}"
            raise ValueError(message)
        listed = choices.source or f'"{",".join(choices.options)}"'
        # Only a hint: what is typed is never refused, the checks flag it.
        validation = DataValidation(type="list", formula1=listed, errorStyle="warning", allow_blank=True)
    else:
        validation = DataValidation()
    if choices.hint:
        validation.showInputMessage = True
        validation.prompt = choices.hint[:255]
    letter = get_column_letter(choices.column)
    validation.add(f"{letter}{choices.first}:{letter}{choices.last}")
    return validation


def _set_page(sheet: Worksheet, table: SheetTable, above: int) -> None:
    head = above + table.header_rows
    if head:
        sheet.freeze_panes = f"A{head + 1}"
        sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.paperSize = 9  # A4 in the list of ECMA-376 part 1, 18.3.1.63
    sheet.page_setup.orientation = "landscape" if table.landscape else "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    footer = HeaderFooterItem()
    footer.center.text = "第 &P 页 共 &N 页"
    sheet.HeaderFooter.oddFooter = footer
