"""An .ods (OpenDocument) read as it is measured: its repeats are counted before they are made.

An empty file of a few hundred bytes can say "this row a million times": only what is filled counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from db.problems import Problem
from db.records.values import NO, YES
from eduapp.exchange.sheet_cells import LOCKED, Row, Sheet, filled, require_few, spread, text_of
from eduapp.exchange.sheet_package import (
    DAMAGED,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Looks,
    check_extent,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_UNSEEN: Final = frozenset({"collapse", "filter"})


def read_ods(entries: Mapping[str, bytes], path: Path) -> list[Sheet]:
    """Read the visible sheets of an unpacked .ods; raises the Problems of `read_sheets`."""
    if b"encryption-data" in entries.get(_MANIFEST, b""):
        raise Problem("not-a-spreadsheet", path=str(path), reason=LOCKED)
    reader = _OdsReader(path)
    try:
        reader.parse(entries[CONTENT])
    except (KeyError, ValueError, expat.ExpatError) as error:
        raise Problem("not-a-spreadsheet", path=str(path), reason=DAMAGED) from error
    require_few(len(reader.sheets), path)
    return [
        Sheet(
            each.name,
            filled(each.rows, each.looks.merged),
            frozenset(each.looks.hidden),
            each.looks.shown,
            spread(each.looks.seen, each.looks.merged, each.rows),
        )
        for each in reader.sheets
    ]


@dataclass
class _OdsTable:
    name: str
    rows: list[Row] = field(default_factory=list)
    looks: Looks = field(default_factory=Looks)
    at: int = 0
    """The row that comes next; empty rows before it are not there yet."""


class _OdsReader:
    def __init__(self, path: Path) -> None:
        self.sheets: list[_OdsTable] = []
        self._path = path
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._table: _OdsTable | None = None
        self._row: Row = []
        self._gap = 0
        self._row_given: dict[str, str] = {}
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._skipped = 0
        self._cells = 0

    def parse(self, xml: bytes) -> None:
        """Raises ExpatError or ValueError where the part is not in order."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.Parse(xml, True)  # noqa: FBT003 - the library's own argument: this is the last piece

    def _refuse(self, *_: object) -> None:
        message = "a sheet has no document type"
        raise ValueError(message)

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == "style:style":
            self._style = given.get("style:name", "")
        elif name == "style:table-properties" and given.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table:table":
            shown = given.get("table:style-name", "") not in self._hidden_styles
            self._table = _OdsTable(given.get("table:name", "")) if shown else None
            self.sheets += [self._table] if self._table else []
        elif name == "table:table-row":
            self._row, self._gap, self._row_given = [], 0, given
        elif name in _CELLS:
            self._cell, self._text = given, []
        elif name == "office:annotation":
            self._skipped += 1
        elif name == "text:p" and self._cell is not None and self._text:
            self._text.append("\n")

    def _characters(self, text: str) -> None:
        if self._cell is not None and not self._skipped:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if name == "office:annotation":
            self._skipped -= 1
        elif name in _CELLS and self._cell is not None:
            self._take_cell(self._cell)
            self._cell = None
        elif name == "table:table-row":
            self._take_row()

    def _take_cell(self, given: dict[str, str]) -> None:
        count = _whole(given.get("table:number-columns-repeated"))
        text = _value(given, "".join(self._text).strip())
        if text is None:
            self._gap += count
            return
        if self._table is not None:
            self._look(self._table, given, text, count)
            self._merge(self._table, given, len(self._row) + self._gap)
        check_extent(1, len(self._row) + self._gap + count, self._path)
        self._row += [None] * self._gap + [text] * count
        self._gap = 0

    def _look(self, table: _OdsTable, given: dict[str, str], text: str, count: int) -> None:
        """Note what a number looks like, where that is not its value; cells that repeat are one text."""
        shown = "".join(self._text).strip()
        if shown == text or _kind(given) not in _NUMBERS or count > MAX_COLUMNS:
            return
        left = len(self._row) + self._gap
        amount = _amount(shown, text)
        if amount or _is_look(shown, text):
            looks = table.looks.shown if amount else table.looks.seen
            looks.update(dict.fromkeys(((table.at, left + each) for each in range(count)), amount or shown))

    def _merge(self, table: _OdsTable, given: dict[str, str], left: int) -> None:
        down, across = (
            min(_whole(given.get(f"table:number-{each}-spanned")), most)
            for each, most in (("rows", MAX_ROWS), ("columns", MAX_COLUMNS))
        )
        if down * across > 1:
            table.looks.merged.append((table.at, left, table.at + down - 1, left + across - 1))

    def _take_row(self) -> None:
        table, count = self._table, _whole(self._row_given.get("table:number-rows-repeated"))
        if table is None:
            return
        if self._row:
            check_extent(table.at + count, len(self._row), self._path)
            self._cells += count * len(self._row)
            if self._cells > MAX_CELLS:
                raise too_large(self._path, f"每个文件不超过 {MAX_CELLS} 格")
            table.rows += [[] for _ in range(table.at - len(table.rows))]
            table.rows += [list(self._row) for _ in range(count)]
            if self._row_given.get("table:visibility") in _UNSEEN:
                table.looks.hidden.update(range(table.at, table.at + count))
        table.at += count


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 1


_NUMBERS: Final = frozenset({"float", "date"})
_AMOUNT: Final = re.compile(r"([¥￥]?) ?([\d,]+(?:\.\d+)?)(万元?|千元|元)?", re.ASCII)
_DAY: Final = re.compile(r"\d{1,2}(?:[-/.]\d{1,2}|月\d{1,2}日)", re.ASCII)
_DIGITS: Final = re.compile(r"[^\d.,%E]*(\d+(?:\.\d+)?)[^\d.,%E]*", re.ASCII)


def _amount(shown: str, value: str) -> str:
    """Return an amount with the unit that is shown, and all the digits that are kept; "" for no amount."""
    found = _AMOUNT.fullmatch(shown)
    if found is None or not (found[1] or found[3]) or not value.replace(".", "", 1).isdecimal():
        return ""
    kept, seen = Decimal(value), Decimal(found[2].replace(",", ""))
    if (found[3] or "").startswith("万") and abs(kept / 10_000 - seen) < abs(kept - seen):
        kept /= 10_000
    return f"{kept.normalize():f}{found[3]}" if found[3] else f"¥{kept:f}"


def _is_look(shown: str, value: str) -> bool:
    """Whether a text shows a plain number in other digits or words, or a day without its year."""
    if _DAY.fullmatch(shown):
        return True
    found = _DIGITS.fullmatch(shown)
    return found is not None and value.replace(".", "", 1).isdecimal()


def _kind(given: dict[str, str]) -> str:
    return given.get("calcext:value-type") or given.get("office:value-type", "")


def _value(given: dict[str, str], shown: str) -> str | None:
    """Return a cell's text: of numbers, dates and truth the value, of the rest what is shown."""
    kind = _kind(given)
    if kind in {"float", "percentage", "currency"}:
        return text_of(float(given.get("office:value", "")))
    if kind == "date":
        day, _, time = given.get("office:date-value", "").partition("T")
        return f"{day} {time[:8]}" if time.strip("0:.") else day or None
    if kind == "boolean":
        return YES if given.get("office:boolean-value") == "true" else NO
    return given.get("office:string-value") or shown or None
