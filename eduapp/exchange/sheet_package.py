"""An .xlsx before it is read: unpacked within limits, measured, and packed anew.

calamine allocates a dense grid up to the farthest filled cell and ends the process when that is too
much. So what it sees is only what was measured here.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Final
from xml.parsers import expat

from db.problems import Problem

MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
MAX_ENTRIES: Final = 2_000
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 256
MAX_CELLS: Final = 2_000_000

NO_FORMAT: Final = "不是 .xlsx 或 .xls 格式的表格"
DAMAGED: Final = "文件不完整或已损坏"

_ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,  # an entry under a password, or a method that zipfile does not know
    ValueError,
    KeyError,
    EOFError,
    OSError,
)


def too_large(path: Path, limit: str) -> Problem:
    """Return the Problem of a spreadsheet beyond a limit; `limit` says which, in Chinese."""
    return Problem("spreadsheet-too-large", path=str(path), limit=limit)


def check_extent(rows: int, columns: int, path: Path) -> None:
    """Raise Problem `spreadsheet-too-large` for a sheet that reaches too far."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise too_large(path, f"每个工作表不超过 {MAX_ROWS} 行、{MAX_COLUMNS} 列、{MAX_CELLS} 格")


def measured(data: bytes, path: Path) -> bytes:
    """Unpack within limits, measure every sheet, and pack what is left anew, uncompressed.

    Errors and formulas that were never computed become texts on the way: calamine would hand them over
    as empty cells. Raises Problem `not-a-spreadsheet` or `spreadsheet-too-large`.
    """
    try:
        entries = _entries(data, path)
    except _ZIP_ERRORS as error:
        reason = DAMAGED if data.startswith(b"PK") else NO_FORMAT
        raise Problem("not-a-spreadsheet", path=str(path), reason=reason) from error
    if not any(name.replace("\\", "/").lower() == "xl/workbook.xml" for name in entries):
        raise Problem("not-a-spreadsheet", path=str(path), reason=NO_FORMAT)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            archive.writestr(name, _judged(content, path) if b"sheetData" in content else content)
    return packed.getvalue()


def _entries(data: bytes, path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MAX_ENTRIES:
            raise too_large(path, f"内部文件不超过 {MAX_ENTRIES} 个")
        for info in archive.infolist():
            if not info.filename.lower().endswith((".xml", ".rels")):
                continue  # pictures, macros, printer settings: nothing that is read
            if info.filename in found:
                raise zipfile.BadZipFile(info.filename)
            with archive.open(info) as entry:
                content = entry.read(left + 1)
            left -= len(content)
            if left < 0:
                raise too_large(path, f"展开后不超过 {MAX_UNPACKED_BYTES // 1024 // 1024} MB")
            found[info.filename] = content
    return found


def _judged(xml: bytes, path: Path) -> bytes:
    extent = _Extent()
    try:
        extent.measure(xml)
    except (expat.ExpatError, ValueError) as error:
        raise Problem("not-a-spreadsheet", path=str(path), reason=DAMAGED) from error
    check_extent(extent.rows, extent.columns, path)
    return _FILLED_CELL.sub(_kept_cell, xml)


class _Extent:
    """How far the filled cells of a sheet reach; cells with a format and no content do not count."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self._row = 0
        self._column = 0
        self._open = False

    def measure(self, xml: bytes) -> None:
        """Raises ExpatError or ValueError when the XML is not well-formed or brings a document type."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.Parse(xml, True)  # noqa: FBT003 - the library's own argument: this is the last piece

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif local == "c":
            self._row, self._column = self._place(attributes.get("r"))
            self._open = True
        elif self._open:
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)
            self._open = False

    def _place(self, reference: str | None) -> tuple[int, int]:
        if reference is None:
            return self._row, self._column + 1
        found = re.fullmatch(r"([A-Z]{1,7})([0-9]{1,10})", reference.upper(), re.ASCII)
        if not found:
            raise ValueError(reference)
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return int(found[2]), column

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c":
            self._open = False

    def _refuse(self, *_: object) -> None:
        message = "a sheet has no document type"
        raise ValueError(message)


_FILLED_CELL: Final = re.compile(rb"<((?:\w+:)?)c(\s[^>]*[^/>])>(.*?)</\1c>", re.DOTALL)
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>([^<]*)<)")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>[^<]")


def _kept_cell(found: re.Match[bytes]) -> bytes:
    """Make a text of what calamine would hand over as an empty cell: errors, uncomputed formulas."""
    prefix, attributes, body = found.groups()
    if re.search(rb"""\st=["']e["']""", attributes):
        return found[0].replace(attributes, re.sub(rb"""\st=["']e["']""", b' t="str"', attributes), 1)
    formula = _FORMULA.search(body)
    if formula is None or _VALUE.search(body) or re.search(rb"""\st=["']str["']""", attributes):
        return found[0]
    bare = re.sub(rb"""\st=["']\w*["']""", b"", attributes)
    value = b"<%bv>=%b</%bv>" % (prefix, formula[1] or b"", prefix)
    return b'<%bc%b t="str">%b</%bc>' % (prefix, bare, value, prefix)
