"""Blocks of cells to and from the clipboard, as WPS and Excel put them there."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from db.records.values import comparison_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.records.spec import Field

Block = list[list[str]]
MAX_SPAN = 1000


def to_text(block: Sequence[Sequence[str]]) -> str:
    """Write a block as quoted TSV, which WPS and Excel paste as cells.

    Text and not QMimeData: a QMimeData made in Python that is still on the clipboard when the program
    ends crashes it (PySide6 6.8.3, seen on the offscreen platform).
    """
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(block)
    return out.getvalue()


def from_mime(mime: QMimeData) -> Block:
    """Read a block: an HTML table where there is one (merged cells fill their area), else TSV."""
    if mime.hasHtml() and "<table" in mime.html().lower():
        reader = _TableReader()
        reader.feed(mime.html())
        reader.close()
        if reader.block:
            return reader.block
    return from_tsv(mime.text()) if mime.hasText() else []


def from_tsv(text: str) -> Block:
    """Read tab-separated text; a quoted cell may hold line breaks and tabs."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = list(csv.reader(io.StringIO(plain), delimiter="\t"))
    while lines and not any(lines[-1]):
        lines.pop()
    return lines


def header_fields(line: Sequence[str], fields: Mapping[str, Field]) -> list[str | None] | None:
    """Return the field named by each cell of a pasted heading row; None when it is not one.

    Every filled cell but one must name a field, and at least two must (one in a single column).
    """
    names = {}
    for name, field in fields.items():
        names[comparison_key(field.item.label)] = name
        names[comparison_key(field.heading)] = name
    found = [names.get(comparison_key(text)) for text in line]
    filled = sum(bool(text.strip()) for text in line)
    known = sum(name is not None for name in found)
    is_heading = known >= min(2, filled) and known >= filled - 1 and known > 0
    return found if is_heading else None


class _TableReader(HTMLParser):
    """Reads the first table of a page; rowspan and colspan repeat the cell's text."""

    def __init__(self) -> None:
        super().__init__()
        self.block: Block = []
        self._pending: dict[int, tuple[str, int]] = {}
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._end_row()
            self._row = []
            self._fill_pending()
        elif tag in {"td", "th"} and self._row is not None:
            self._end_cell()
            given = dict(attrs)
            self._spans = (_span(given.get("rowspan")), _span(given.get("colspan")))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._depth == 1 and tag in {"td", "th"}:
            self._end_cell()
        elif self._depth == 1 and tag in {"tr", "table"}:
            self._end_row()
        if tag == "table":
            self._depth = 2 if self._depth == 1 else self._depth - 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        text = "\n".join(" ".join(part.split()) for part in "".join(self._cell).split("\n")).strip()
        self._cell = None
        down, across = self._spans
        for _ in range(across):
            if down > 1:
                self._pending[len(self._row)] = (text, down - 1)
            self._row.append(text)
        self._fill_pending()

    def _fill_pending(self) -> None:
        while self._row is not None and len(self._row) in self._pending:
            text, left = self._pending.pop(len(self._row))
            if left > 1:
                self._pending[len(self._row)] = (text, left - 1)
            self._row.append(text)
            if left > 1 and len(self._row) in self._pending:
                continue

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            self.block.append(self._row)
        self._row = None


def _span(text: str | None) -> int:
    return min(int(text), MAX_SPAN) if text and text.isdecimal() and int(text) > 0 else 1
