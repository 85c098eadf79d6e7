"""The table of a page on the clipboard, as WPS and Excel put it there: read when one is pasted."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Block = list[list[str]]
MAX_SPAN = 1000
MAX_PASTED = 500_000
"""Cells that spans may make of a page; beyond it a span is one cell."""


def from_html(html: str) -> Block:
    """Read the table of a page that has the most cells; a table within a cell is a table of its own."""
    reader = TableReader()
    reader.feed(html)
    reader.close()
    return max(reader.tables, key=lambda block: sum(map(len, block)), default=[])


class TableReader(HTMLParser):
    """Reads the tables of a page; rowspan and colspan repeat the cell's text."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Block] = []
        self._open: list[_ClipboardTable] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append(_ClipboardTable())
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].start_row()
        elif tag in {"td", "th"}:
            self._open[-1].start_cell(dict(attrs))
        elif tag == "br":
            self._open[-1].say("\n")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        if tag in {"td", "th"}:
            self._open[-1].end_cell()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag == "table":
            self._take(self._open.pop())

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].say(data)

    def close(self) -> None:
        """Take the tables that were cut off, too."""
        super().close()
        while self._open:
            self._take(self._open.pop())

    def _take(self, table: _ClipboardTable) -> None:
        table.end_row()
        if table.block:
            self.tables.append(table.block)


class _ClipboardTable:
    """One table being read."""

    def __init__(self) -> None:
        self.block: Block = []
        self._pending: dict[int, tuple[str, int]] = {}
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._spans = (1, 1)
        self._overflows = False
        self._cells = 0

    def say(self, text: str) -> None:
        """Take text of the cell that is open."""
        if self._cell is not None:
            self._cell.append(text)

    def start_row(self) -> None:
        """Begin a row; one that was not closed ends."""
        self.end_row()
        self._row = []
        self._fill_pending()

    def start_cell(self, given: Mapping[str, str | None]) -> None:
        """Begin a cell; one that was not closed ends."""
        if self._row is None:
            return
        self.end_cell()
        self._spans = (_span(given.get("rowspan")), _span(given.get("colspan")))
        # Excel's own word for a text that runs over its empty neighbours: they are cells of their own.
        self._overflows = "mso-ignore:colspan" in (given.get("style") or "").replace(" ", "").lower()
        self._cell = []

    def end_cell(self) -> None:
        """End the open cell: its text stands in each place that it spans."""
        if self._cell is None or self._row is None:
            return
        text = "\n".join(" ".join(part.split()) for part in "".join(self._cell).split("\n")).strip()
        self._cell = None
        down, across = self._spans
        if self._cells + down * across > MAX_PASTED:
            down, across = 1, 1
        self._cells += down * across
        for place in range(across):
            own = "" if place and self._overflows else text
            if down > 1:
                self._pending[len(self._row)] = (own, down - 1)
            self._row.append(own)
        self._fill_pending()

    def end_row(self) -> None:
        """End the open row."""
        self.end_cell()
        if self._row is not None:
            self.block.append(self._row)
        self._row = None

    def _fill_pending(self) -> None:
        while self._row is not None and len(self._row) in self._pending:
            text, left = self._pending.pop(len(self._row))
            if left > 1:
                self._pending[len(self._row)] = (text, left - 1)
            self._row.append(text)


def _span(text: str | None) -> int:
    return min(int(text), MAX_SPAN) if text and text.isdecimal() and int(text) > 0 else 1
