"""The one door to BIFF files (xlrd): .xls as Excel 97 wrote them, and .et of WPS, which is the same.

xlrd is Python: a damaged file ends in an exception, and its memory follows the cells that are there
(`ragged_rows`), not the farthest one.
"""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING, Any, Final

import xlrd
from xlrd.xldate import xldate_as_datetime

from db.problems import Problem
from db.records.values import NO, YES
from eduapp.exchange.number_looks import as_shown, built_in, format_parts
from eduapp.exchange.sheet_cells import LOCKED, Row, Sheet, filled, require_few, spread, text_of
from eduapp.exchange.sheet_package import (
    DAMAGED,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Looks,
    check_extent,
    in_ten_thousands,
    shown_unit,
    too_large,
)

if TYPE_CHECKING:
    from pathlib import Path

    from xlrd.book import Book
    from xlrd.sheet import Sheet as OldSheet

_VISIBLE: Final = 0
_PASSWORD: Final = ("encrypted", "password")


def read_old(data: bytes, path: Path) -> list[Sheet]:
    """Read the visible sheets of a BIFF file; raises the Problems of `read_sheets`."""
    require_whole(data, path)
    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True, formatting_info=True
        )
        with book:
            shown = [at for at in range(book.nsheets) if book._sheet_visibility[at] == _VISIBLE]  # noqa: SLF001 - it has no public name before the sheet is read
            require_few(len(shown), path)
            return [_sheet(book, book.sheet_by_index(at), path) for at in shown]
    except Problem:
        raise
    except xlrd.XLRDError as error:
        locked = any(word in str(error).lower() for word in _PASSWORD)
        reason = LOCKED if locked else DAMAGED
        raise Problem("not-a-spreadsheet", path=str(path), reason=reason) from error
    except Exception as error:
        raise Problem("not-a-spreadsheet", path=str(path), reason=DAMAGED) from error


_SECTOR_SHIFT: Final = 30
_SMALLEST: Final = 1536
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF


def require_whole(data: bytes, path: Path) -> None:
    """Refuse a compound file whose header speaks of more sectors than it has; raises Problem."""
    size = len(data)
    shift = int.from_bytes(data[_SECTOR_SHIFT : _SECTOR_SHIFT + 2], "little")
    fat_sectors = int.from_bytes(data[44:48], "little")
    more_fat = int.from_bytes(data[72:76], "little")
    wrong = size < _SMALLEST or shift not in {9, 12} or (fat_sectors + more_fat) << shift > size
    if wrong:
        raise Problem("not-a-spreadsheet", path=str(path), reason=DAMAGED)


def _sheet(book: Book, sheet: OldSheet, path: Path) -> Sheet:
    lengths = [sheet.row_len(row) for row in range(sheet.nrows)]
    check_extent(sheet.nrows, 1, path)
    check_extent(1, max(lengths, default=0), path)
    if sum(lengths) > MAX_CELLS:
        raise too_large(path, f"每个工作表不超过 {MAX_CELLS} 格")
    looks, units, formats = _looks(sheet, path), _units(book), _formats(book)
    first_day = _DAYS_TO_1904 if book.datemode else 0
    rows: list[Row] = []
    for at in range(sheet.nrows):
        cells = sheet.row(at)
        rows.append([_text(book, cell) for cell in cells])
        for column, cell in enumerate(cells):
            unit = units.get(cell.xf_index) if cell.ctype == xlrd.XL_CELL_NUMBER else None
            if unit:
                looks.shown[at, column] = in_ten_thousands(repr(cell.value), unit)
            code = formats.get(cell.xf_index) if cell.ctype in _NUMBERS else None
            shown = as_shown(repr(cell.value), code, first_day) if code else ""
            if shown:
                looks.note((at, column), shown)
    rows = filled(rows, looks.merged)
    seen = spread(looks.seen, looks.merged, rows)
    return Sheet(sheet.name, rows, frozenset(looks.hidden), looks.shown, seen)


_NUMBERS: Final = frozenset({xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE})
_DAYS_TO_1904: Final = 1462


def _looks(sheet: OldSheet, path: Path) -> Looks:
    looks, covered = Looks(), 0
    for top, bottom, left, right in sheet.merged_cells:  # the ends are not included
        covered += min(bottom - top, MAX_ROWS) * min(right - left, MAX_COLUMNS)
        if covered > MAX_CELLS:
            raise too_large(path, f"合并单元格不超过 {MAX_CELLS} 格")
        looks.merged.append((top, left, bottom - 1, right - 1))
    looks.hidden.update(row for row, info in sheet.rowinfo_map.items() if info.hidden)
    return looks


def _units(book: Book) -> dict[int, str]:
    """Return the styles that show a number in 万元, by their index."""
    formats = {key: shown_unit(each.format_str or "") for key, each in book.format_map.items()}
    found = {at: formats.get(style.format_key, "") for at, style in enumerate(book.xf_list)}
    return {at: unit for at, unit in found.items() if unit}


def _formats(book: Book) -> dict[int, str]:
    """Return the styles that show a number in other digits, by their index, with the code of their format."""
    codes = {key: built_in(key) or each.format_str or "" for key, each in book.format_map.items()}
    found = {at: codes.get(style.format_key, "") for at, style in enumerate(book.xf_list)}
    return {at: code for at, code in found.items() if code and format_parts(code)}


def _text(book: Book, cell: Any) -> str | None:  # noqa: ANN401 - xlrd has no types
    value: object = cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return YES if value else NO
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, book.datemode)
    return text_of(value) if cell.ctype in {xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER} else None


def _date(value: float, mode: int) -> str | None:
    """Write a date, or a time where the day is 0; a number that is no date stays one."""
    if 0 <= value < 1:
        return text_of(datetime.timedelta(days=value))
    try:
        return text_of(xldate_as_datetime(value, mode))
    except (OverflowError, ValueError):
        return text_of(value)
