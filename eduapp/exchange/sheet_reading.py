"""The one door to people's spreadsheets, .xlsx, .xls, .et, .ods and .csv: cells as the text a person reads.

What a file is, its first bytes say, not its name. Each kind is measured before it is read, so that a
damaged or hostile file ends in a Problem: .xlsx and .ods by `sheet_package`, .xls by `old_sheets`.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from db import files
from db.garbage import no_collection
from db.problems import Problem
from eduapp.exchange.files import require_file
from eduapp.exchange.sheet_cells import LOCKED, Sheet, filled, require_few, spread, texts_of
from eduapp.exchange.sheet_package import DAMAGED, Looks, check_extent, measured, too_large, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_FILE_BYTES: Final = 20 * 1024 * 1024

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEALED: Final = "EncryptedPackage".encode("utf-16-le")
_ZIP: Final = b"PK"
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"


@no_collection()
def read_sheets(path: Path, data: bytes | None = None) -> list[Sheet]:
    """Read the visible sheets of a file; `data`: its bytes, where they were read before.

    Numbers lose a needless `.0` and never have an exponent, dates are ISO, truth is 是 or 否, errors
    such as `#DIV/0!` and formulas that were never computed stay as their text; an empty cell is None.
    Raises Problem `spreadsheet-missing`, `spreadsheet-unreadable`, `spreadsheet-too-large` or
    `not-a-spreadsheet`.
    """
    data = file_bytes(path) if data is None else data
    if data.startswith(OLE):
        if _SEALED in data:
            raise Problem("not-a-spreadsheet", path=str(path), reason=LOCKED)
        from eduapp.exchange.old_sheets import read_old  # noqa: PLC0415 - few files are of this kind

        return read_old(data, path)
    if not data.startswith(_ZIP):
        from eduapp.exchange.text_sheets import read_text  # noqa: PLC0415 - as above

        return [read_text(data, path)]
    entries = unpacked(data, path)
    if entries.get("mimetype", b"").startswith(_ODS):
        from eduapp.exchange.ods_sheets import read_ods  # noqa: PLC0415 - as above

        return read_ods(entries, path)
    packed, looks = measured(entries, path)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(packed)) as workbook:
            return _sheets(workbook, looks, path)
    except PasswordError as error:
        raise Problem("not-a-spreadsheet", path=str(path), reason=LOCKED) from error
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise Problem("not-a-spreadsheet", path=str(path), reason=DAMAGED) from error


def file_bytes(path: Path) -> bytes:
    """Read a file within its limit; raises the Problems of `read_sheets`."""
    try:
        require_file(path)
        data = files.read(path, MAX_FILE_BYTES + 1)
    except OSError as error:
        if files.cause_of(error) is files.Cause.MISSING:
            raise Problem("spreadsheet-missing", path=str(path)) from error
        raise Problem("spreadsheet-unreadable", path=str(path), why=files.why(error)) from error
    if len(data) > MAX_FILE_BYTES:
        raise too_large(path, f"文件不超过 {MAX_FILE_BYTES // 1024 // 1024} MB")
    return data


def _sheets(workbook: CalamineWorkbook, looks: Mapping[str, Looks], path: Path) -> list[Sheet]:
    shown = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    require_few(len(shown), path)
    found = []
    for name in shown:
        sheet = workbook.get_sheet_by_name(name)
        check_extent(sheet.total_height, sheet.total_width, path)
        rows = texts_of(sheet.to_python(skip_empty_area=False))
        look = looks.get(name, Looks())
        units = {
            (row, column): look.shown[row, column]
            for row, column in look.shown
            if row < len(rows) and column < len(rows[row])
        }
        rows = filled(rows, look.merged)
        seen = spread(look.seen, look.merged, rows)
        found.append(Sheet(name, rows, frozenset(look.hidden), units, seen))
    return found
