"""An .xlsx before it is read: unpacked within limits, measured, looked at, and packed anew.

calamine allocates a dense grid up to the farthest filled cell and ends the process when that is too
much. So what it sees is only what was measured here. What a person sees and calamine does not say
(hidden rows, merged cells, numbers shown in 万元) is noted on the way.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from xml.parsers import expat

from db.problems import Problem
from eduapp.exchange.number_looks import as_shown, built_in, format_parts, is_money

MAX_UNPACKED_BYTES: Final = 64 * 1024 * 1024
MAX_ENTRIES: Final = 2_000
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 1024
MAX_CELLS: Final = 2_000_000

NO_FORMAT: Final = "不是 .xlsx、.xls、.et、.ods 或 .csv 格式的表格"
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


@dataclass
class Looks:
    """What a person sees of a sheet beside its cells: rows and columns from 0."""

    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    """Numbers that a format shows in another unit: 45000 as 「4.5万元」."""
    seen: dict[tuple[int, int], str] = field(default_factory=dict)
    """Numbers that a format shows in other digits: 1.1 as 「1.10」."""

    def note(self, at: tuple[int, int], shown: str) -> None:
        """Note what a format makes of a number: an amount with its unit, or other digits."""
        (self.shown if is_money(shown) else self.seen)[at] = shown


def measured(entries: Mapping[str, bytes], path: Path) -> tuple[bytes, dict[str, Looks]]:
    """Measure every sheet of an unpacked .xlsx, and pack what is left anew, uncompressed.

    Returns the package and how each sheet looks, by its name. Errors and formulas that were never
    computed become texts on the way: calamine would hand them over as empty cells. Raises Problem
    `not-a-spreadsheet` or `spreadsheet-too-large`.
    """
    if not any(_plain(name) == _WORKBOOK for name in entries):
        raise Problem("not-a-spreadsheet", path=str(path), reason=NO_FORMAT)
    scales, formats, first_day = _scales(entries), _formats(entries), _first_day(entries)
    looks: dict[str, Looks] = {}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            if b"sheetData" in content:
                extent = _extent_of(content, scales, path)
                looks[_plain(name)] = extent.looks
                for at, shown in _seen_in(content, formats, first_day):
                    extent.looks.note(at, shown)
                content = _judged(content, plain=extent.plain)  # noqa: PLW2901 - what goes on
            archive.writestr(name, content)
    parts = _sheet_parts(entries)
    return packed.getvalue(), {name: looks[part] for name, part in parts.items() if part in looks}


_WORKBOOK: Final = "xl/workbook.xml"


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower()


def unpacked(data: bytes, path: Path) -> dict[str, bytes]:
    """Return the XML parts of a package within limits; raises the Problems of `measured`."""
    try:
        return _entries(data, path)
    except _ZIP_ERRORS as error:
        reason = DAMAGED if data.startswith(b"PK") else NO_FORMAT
        raise Problem("not-a-spreadsheet", path=str(path), reason=reason) from error


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return all elements of a small part with their attributes, names without their prefix."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, own: found.append((name.rpartition(":")[2], own))
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - the library's own argument: this is the last piece
    except expat.ExpatError:
        return []
    return found


def _sheet_parts(entries: Mapping[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet by the sheet's name."""
    by_name = {_plain(name): content for name, content in entries.items()}
    relations = {
        own.get("Id", ""): _plain(posixpath.normpath(posixpath.join("xl", own.get("Target", "").lstrip("/"))))
        for name, own in _elements(by_name.get("xl/_rels/workbook.xml.rels", b""))
        if name == "Relationship"
    }
    parts = {}
    for name, own in _elements(by_name[_WORKBOOK]):
        if name == "sheet":
            target = relations.get(next((value for key, value in own.items() if key.endswith(":id")), ""), "")
            parts[own.get("name", "")] = target.replace("xl/xl/", "xl/")
    return parts


_TEN_THOUSAND: Final = "万"


def _scales(entries: Mapping[str, bytes]) -> dict[int, str]:
    """Return the styles that show a number in 万 (元), with the unit they show behind it."""
    units = {style: shown_unit(code) for style, code in enumerate(_codes(entries))}
    return {style: unit for style, unit in units.items() if unit}


def _formats(entries: Mapping[str, bytes]) -> dict[bytes, str]:
    """Return the styles that show a number in other digits, with the code of their format."""
    codes = enumerate(_codes(entries))
    return {b"%d" % style: code for style, code in codes if code and format_parts(code)}


def _codes(entries: Mapping[str, bytes]) -> list[str]:
    """Return the code of the number format of each style of a cell; "" for a built-in one."""
    codes: dict[str, str] = {}
    found: list[str] = []
    in_cells = False
    styles = next((content for name, content in entries.items() if _plain(name) == "xl/styles.xml"), b"")
    for name, own in _elements(styles):
        if name == "numFmt":
            codes[own.get("numFmtId", "")] = own.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            in_cells = name == "cellXfs"
        elif name == "xf" and in_cells:
            number = own.get("numFmtId", "")
            found.append(codes.get(number) or (built_in(int(number)) if number.isdecimal() else ""))
    return found


_DAYS_TO_1904: Final = 1462


def _first_day(entries: Mapping[str, bytes]) -> int:
    """Return the day from which the workbook counts its days."""
    workbook = next((content for name, content in entries.items() if _plain(name) == _WORKBOOK), b"")
    return _DAYS_TO_1904 if re.search(rb'date1904="(?:1|true)"', workbook) else 0


def _seen_in(
    xml: bytes, formats: Mapping[bytes, str], first_day: int
) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the numbers of a sheet that their formats show in other digits, by row and column."""
    if not formats:
        return
    cells = re.compile(_NUMBER_CELL % b"|".join(formats))
    for letters, digits, style, value in cells.findall(xml):
        shown = as_shown(value.decode("ascii", "replace"), formats[style], first_day)
        if shown:
            yield (int(digits) - 1, _number(letters) - 1), shown


_NUMBER_CELL: Final = (
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?:\s(?!t="(?!n"))[^<>]*?)?\ss="(%b)"(?:\st="n")?\s?>'
    rb"(?:<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>))?<v>([^<]{1,24})</v>"
)


def shown_unit(code: str) -> str:
    """Return the unit in which a number format shows a number that it divides by ten thousand."""
    found = re.search(r"万元?", code.replace("\\", "").replace('"', ""))
    divides = re.search(r"[0#]!?\.?[0#]*,|!\.|\\\.|,,", code)
    return found[0] if found and divides else ""


def in_ten_thousands(value: str, unit: str) -> str:
    """Write a number as such a format shows it: 45000 is 「4.5万元」; "" where it is none."""
    try:
        number = Decimal(value) / 10_000
    except InvalidOperation:
        return ""
    return f"{number.normalize():f}{unit}"


def _entries(data: bytes, path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MAX_ENTRIES:
            raise too_large(path, f"内部文件不超过 {MAX_ENTRIES} 个")
        for info in archive.infolist():
            if not info.filename.lower().endswith((".xml", ".rels")) and info.filename != "mimetype":
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


def _extent_of(xml: bytes, scales: Mapping[int, str], path: Path) -> _Extent:
    extent = _Extent(scales)
    try:
        extent.plain = not scales and extent.measure_plain(xml)
        if not extent.plain:
            extent.measure(xml)
    except (expat.ExpatError, ValueError) as error:
        raise Problem("not-a-spreadsheet", path=str(path), reason=DAMAGED) from error
    check_extent(extent.rows, extent.columns, path)
    return extent


def _judged(xml: bytes, *, plain: bool) -> bytes:
    """Make texts of errors and of formulas that were never computed, where there can be any."""
    if not plain:
        return _FILLED_CELL.sub(_kept_cell, xml)
    if not _FORMULA_AT.search(xml) and b't="e"' not in xml:
        return xml
    parts, done = [], 0
    for found in _JUDGED.finditer(xml):
        begin = xml.rfind(b"<c ", done, found.start())
        cell = _FILLED_CELL.match(xml, begin) if begin >= 0 else None
        if cell:
            parts += [xml[done:begin], _kept_cell(cell)]
            done = cell.end()
    return b"".join([*parts, xml[done:]])


class _Extent:
    """How far the filled cells of a sheet reach, and how it looks; cells without content do not count."""

    def __init__(self, scales: Mapping[int, str]) -> None:
        self.rows = 0
        self.columns = 0
        self.looks = Looks()
        self._scales = scales
        self._unit = ""
        self._value: list[str] | None = None
        self._covered = 0
        self.plain = False
        """Whether patterns alone could measure it."""
        self._row = 0
        self._column = 0
        self._open = False

    def measure(self, xml: bytes) -> None:
        """Raises ExpatError or ValueError when the XML is not well-formed or brings a document type."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if self._scales:
            parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.Parse(xml, True)  # noqa: FBT003 - the library's own argument: this is the last piece

    def measure_plain(self, xml: bytes) -> bool:
        """Measure a sheet as all programs write it by its patterns alone; False where it is not so plain.

        Whatever a pattern could read otherwise than a reader of XML does (prefixes, comments, entities, other
        quotes or encodings, a `>` within an attribute, places that are not said) is not plain. That it is
        well-formed, the reader of the sheet says. Of a sheet of few columns or few rows `rows` and `columns`
        are what it can reach at most, cells without content counted: it need only be small.
        """
        end = xml.find(b"</sheetData>")  # behind it stand hints and choices, whose formulas have quotes
        if _is_odd(xml, end) or not (self._is_small(xml) or self._measure_cells(xml)):
            return False
        if b"hidden=" in xml and not self._measure_rows(xml):
            return False
        return b"<mergeCell" not in xml or self._measure_merged(xml)

    def _is_small(self, xml: bytes) -> bool:
        """Bound a sheet by the places of all its cells; False where that does not show it to be small."""
        for other, columns, rows in _SMALL:
            if not other.search(xml):
                self.columns, self.rows = columns, rows
                return True
        return False

    def _measure_cells(self, xml: bytes) -> bool:
        cells = _CELL.findall(xml)
        if len(cells) != len(_ANY_CELL.findall(xml)):
            return False
        filled = [(letters, digits) for letters, digits, empty in cells if not empty]
        self.columns = max((_number(letters) for letters in {letters for letters, _ in filled}), default=0)
        self.rows = max(map(int, {digits for _, digits in filled}), default=0)
        return True

    def _measure_rows(self, xml: bytes) -> bool:
        rows = _ROW.findall(xml)
        if sum(b'r="' in given for given in rows) != len(_ANY_ROW.findall(xml)):
            return False
        for given in rows:
            if b"hidden=" in given:
                self._hide(given)
        return True

    def _measure_merged(self, xml: bytes) -> bool:
        merged = _MERGED.findall(xml)
        if len(merged) != xml.count(b"<mergeCell") - xml.count(b"<mergeCells"):
            return False
        for area in merged:
            self._merge(area.decode())
        return True

    def _hide(self, given: bytes) -> None:
        number = _ROW_NUMBER.search(given)
        if number and _HIDDEN.search(given):
            self.looks.hidden.add(int(number[1]) - 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in {"1", "true"}:
                self.looks.hidden.add(self._row - 1)
        elif local == "c":
            self._row, self._column = self._place(attributes.get("r"))
            self._open = True
            style = attributes.get("s", "") if self._scales else ""
            self._unit = self._scales.get(int(style), "") if style.isdecimal() else ""
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))
        else:
            self._value = [] if local == "v" and self._unit else None
            if self._open:
                self.rows = max(self.rows, self._row)
                self.columns = max(self.columns, self._column)
                self._open = False

    def _place(self, reference: str | None) -> tuple[int, int]:
        if reference is None:
            return self._row, self._column + 1
        found = re.fullmatch(r"([A-Z]{1,7})([0-9]{1,10})", reference.upper(), re.ASCII)
        if not found:
            raise ValueError(reference)
        return int(found[2]), _number(found[1].encode())

    def _merge(self, area: str) -> None:
        first, _, last = area.partition(":")
        (top, left), (bottom, right) = self._place(first), self._place(last or first)
        self._covered += min(bottom - top + 1, MAX_ROWS) * min(right - left + 1, MAX_COLUMNS)
        if top > bottom or left > right or self._covered > MAX_CELLS:
            raise ValueError(area)
        self.looks.merged.append((top - 1, left - 1, bottom - 1, right - 1))

    def _text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "v" and self._value is not None:
            shown = in_ten_thousands("".join(self._value), self._unit)
            if shown:
                self.looks.shown[self._row - 1, self._column - 1] = shown
            self._value = None
        elif local == "c":
            self._open = False

    def _refuse(self, *_: object) -> None:
        message = "a sheet has no document type"
        raise ValueError(message)


def _is_odd(xml: bytes, end: int) -> bool:
    """Whether a sheet, whose rows end at `end`, is written as no program writes it: see `measure_plain`.

    Single bytes are looked for first: they are rare, and found many times faster than two together.
    """
    return bool(
        (b"'" in xml and b"='" in xml[:end])
        or (b"!" in xml and b"<!" in xml)
        or (b"#" in xml and b"&#" in xml)
        or (xml.count(b"?") > _DECLARED and xml.count(b"<?") > 1)
        or _PREFIXED.search(xml)
        or _OTHER_ENCODING.match(xml)
    )


def _number(letters: bytes) -> int:
    """Return the number of a column, from 1."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - ord("A") + 1
    return column


_DECLARED: Final = 2
"""Question marks of a declaration of XML."""
_PREFIXED: Final = re.compile(rb":(?:row|c|v|f|is|mergeCells?|sheetData)[\s/>]")
"""What is looked at, under a prefix."""
_SMALL: Final = (
    (re.compile(rb'<c(?=[\s/>])(?! r="[A-Z](?:[0-9]{1,4}|[1-4][0-9]{4})")'), 26, 49_999),
    (re.compile(rb'<c(?=[\s/>])(?! r="[A-F]?[A-Z][0-9]{1,4}")'), 7 * 26, 9_999),
)
"""Cells that are not of a small sheet, and the columns and rows of one without such cells."""
_OTHER_ENCODING: Final = re.compile(rb"""(?!\xef\xbb\xbf<|<)|.{0,80}?encoding=.(?!utf-8)""", re.IGNORECASE)
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,7})([0-9]{1,10})"[^<>/]*(/|>\s*</c)?')
_ANY_CELL: Final = re.compile(rb"<c[\s/>]")
_ROW: Final = re.compile(rb"<row(\s[^<>]*)>")
_ROW_NUMBER: Final = re.compile(rb'\sr="([0-9]{1,10})"')
_ANY_ROW: Final = re.compile(rb"<row[\s/>]")
_HIDDEN: Final = re.compile(rb'\shidden="(?:1|true)"')
_MERGED: Final = re.compile(rb'<mergeCell\s[^<>]*?ref="([^"<>]*)"')
_FORMULA_AT: Final = re.compile(rb"<f[\s/>]")
_JUDGED: Final = re.compile(rb'<f[\s/>]|t="e"')
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
