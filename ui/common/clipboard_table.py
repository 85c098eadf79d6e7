"""The first table of a page on the clipboard, as WPS and Excel put their cells there."""

from __future__ import annotations

from html.parser import HTMLParser

MAX_SPAN = 1000


class TableReader(HTMLParser):
    """Reads the first table of a page; rowspan and colspan repeat the cell's text."""

    def __init__(self) -> None:
        super().__init__()
        self.block: list[list[str]] = []
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
