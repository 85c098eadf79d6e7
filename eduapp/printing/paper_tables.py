"""Tables on paper: a form of a few rows with spans, and lists of thousands of rows, by one engine.

Cells wrap, the header stands on each page again, and a cell that does not meet its standard is
shaded *and* carries a mark, so that it can be told on a photocopy too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, SupportsFloat

from eduapp.printing import fonts
from eduapp.printing.blocks import Block, Laid
from eduapp.printing.pen import FRAME, Align, Pen, line_height
from eduapp.printing.wrapping import wrap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

TABLE_SIZE = 9.5
SHADE = 0.78
"""Grey of a cell that does not meet its standard: black text stays legible, a copier keeps it."""
UNMET_LEGEND = f"注：加底纹并标“{fonts.UNMET}”的，为未达到标准。"
_SIDE = 3.0
_ROOMY, _DENSE = 3.2, 1.4
_PIECE = 8
_BAR_HEIGHT = 7.0
_BAR_REACH = 1.15


@dataclass(frozen=True, slots=True)
class ValueBar:
    """A value against its threshold (full tick) and its 85 % floor (dashed tick), from zero."""

    value: SupportsFloat
    floor: SupportsFloat
    threshold: SupportsFloat


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that says more than its text; None for `align` takes the column's."""

    text: str = ""
    align: Align | None = None
    bold: bool = False
    bar: ValueBar | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Cells joined into one, named by the upper left one; the others must be empty texts."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1


def form_table(  # noqa: PLR0913 - the things a table has
    rows: Sequence[Sequence[str | Cell]],
    widths: Sequence[float] | None = None,
    *,
    header_rows: int = 1,
    spans: Collection[Span] = (),
    align: str = "c",
    shade_cells: Collection[tuple[int, int]] = (),
    size: float = TABLE_SIZE,
    row_height: float = 0.0,
    dense: bool = False,
    together: bool = False,
) -> Block:
    """Return a table over the whole width.

    rows: all rows, each with the same number of cells, the header's first; line ends are kept.
    widths: the columns' shares of the width, in any unit; None shares it equally.
    header_rows: how many rows are set bold and stand on each page again.
    align: "l", "c", "r" for all columns, or one letter a column; the header is always centred.
    shade_cells: (row, column) of the cells that do not meet their standard; grey with a mark ×.
    size: of the text in points; row_height: the least height of a row in points.
    dense: narrow rows, for long lists. together: keep on one page where one page can hold it.
    Raises ValueError for no rows, rows of unequal length and spans that leave the table or cross the header.
    """
    columns = len(widths) if widths is not None else len(rows[0]) if rows else 0
    if not rows or any(len(row) != columns for row in rows):
        msg = f"a table needs rows, and every row {columns} cells"
        raise ValueError(msg)
    if len(align) not in {1, columns} or set(align) - set("lcr"):
        msg = f"align {align!r} fits no table of {columns} columns"
        raise ValueError(msg)
    for span in spans:
        _check_span(span, len(rows), columns, header_rows)
    return _TableBlock(
        rows=rows,
        widths=tuple(widths or [1.0] * columns),
        header_rows=header_rows,
        spans=tuple(spans),
        align=align * columns if len(align) == 1 else align,
        shaded=frozenset(shade_cells),
        size=size,
        row_height=row_height,
        pad=_DENSE if dense else _ROOMY,
        together=together,
    )


def key_values(pairs: Sequence[tuple[str, str]], columns: int = 2) -> Block:
    """Return facts as a ruled grid, label beside value, `columns` pairs (at least one) to a row."""
    wide = max(fonts.width(fonts.printable(label), TABLE_SIZE) for label, _ in pairs)
    cells = [cell for label, value in pairs for cell in (Cell(label), Cell(value, align="l"))]
    cells += [Cell()] * (-len(cells) % (2 * columns))
    rows = [cells[start : start + 2 * columns] for start in range(0, len(cells), 2 * columns)]
    label_share = min(0.45, (wide + 4 * _SIDE) / (480 / columns))
    return form_table(
        rows,
        [label_share, 1 - label_share] * columns,
        header_rows=0,
        together=True,
    )


def _check_span(span: Span, rows: int, columns: int, header_rows: int) -> None:
    last = span.row + span.rows
    crosses = span.row < header_rows < last
    if crosses or last > rows or span.column + span.columns > columns:
        msg = f"{span} leaves the table or crosses the end of its header"
        raise ValueError(msg)


@dataclass(frozen=True)
class _TableBlock(Block):
    rows: Sequence[Sequence[str | Cell]]
    widths: tuple[float, ...]
    header_rows: int
    spans: tuple[Span, ...]
    align: str
    shaded: frozenset[tuple[int, int]]
    size: float
    row_height: float
    pad: float
    together: bool

    def layout(self, room: float, most: float) -> Laid:
        return _LaidTable(self, room, most)

    def edges(self, room: float) -> list[float]:
        """Return the x of every column's border, from 0 to `room`."""
        unit = room / sum(self.widths)
        return [0.0, *accumulate(share * unit for share in self.widths)]

    def joined(self) -> dict[tuple[int, int], Span]:
        """Return for every cell of a span the span."""
        return {
            (row, column): span
            for span in self.spans
            for row in range(span.row, span.row + span.rows)
            for column in range(span.column, span.column + span.columns)
        }

    def cell(self, row: int, column: int) -> Cell:
        """Return the cell with everything it inherits filled in."""
        raw = self.rows[row][column]
        cell = raw if isinstance(raw, Cell) else Cell(raw)
        header = row < self.header_rows
        align: Align = "c" if header else cell.align or _align(self.align[column])
        text = fonts.printable(cell.text)
        if (row, column) in self.shaded and align != "r":
            text = f"{fonts.UNMET} {text}"
        return Cell(text, align, cell.bold or header, cell.bar)


def _align(letter: str) -> Align:
    return "l" if letter == "l" else "r" if letter == "r" else "c"


@dataclass(frozen=True, slots=True)
class _Set:
    """A cell set into its lines."""

    lines: tuple[str, ...]
    cell: Cell
    shaded: bool


@dataclass(frozen=True, slots=True)
class _Strip:
    """A row, or a part of one that is too high: its lines from `first` to before `last`."""

    row: int
    height: float
    first: int = 0
    last: int | None = None


class _LaidTable(Laid):
    def __init__(self, table: _TableBlock, room: float, most: float) -> None:
        self._table = table
        self._edges = table.edges(room)
        self._joined = table.joined()
        self._alike: dict[tuple[int, str], _Set] = {}
        self._set = [list(self._set_row(row)) for row in range(len(table.rows))]
        self._all = list(self._cut(self._heights(), most))
        self._headers = sum(strip.row < table.header_rows for strip in self._all)
        self.head = sum(strip.height for strip in self._all[: self._headers])
        self.strips = [strip.height for strip in self._all[self._headers :]]
        self.before = 4.0
        self.together = table.together
        if self.head + max(self.strips, default=0.0) > most:
            msg = "the header of the table leaves no room for a row"
            raise ValueError(msg)

    def _set_row(self, row: int) -> Iterator[_Set | None]:
        """Yield the cells of a row, None where a span's other cell covers the place."""
        table = self._table
        for column, raw in enumerate(table.rows[row]):
            span = self._joined.get((row, column))
            if span is not None and (span.row, span.column) != (row, column):
                yield None
                continue
            shaded = (row, column) in table.shaded
            if shaded or span or isinstance(raw, Cell) or row < table.header_rows:
                yield self._set_cell(row, column, span, shaded=shaded)
                continue
            # A long list says the same few things again and again: a cell set once serves them all.
            alike = self._alike.get((column, raw))
            if alike is None:
                alike = self._alike[column, raw] = self._set_cell(row, column, None, shaded=False)
            yield alike

    def _set_cell(self, row: int, column: int, span: Span | None, *, shaded: bool) -> _Set:
        table = self._table
        cell = table.cell(row, column)
        last = column + (span.columns if span else 1)
        room = self._edges[last] - self._edges[column] - 2 * _SIDE
        if shaded and cell.align == "r":
            room -= fonts.width(fonts.UNMET, table.size, bold=True) + 1
        return _Set(wrap(cell.text, room, table.size, bold=cell.bold), cell, shaded)

    def _heights(self) -> list[float]:
        """Return the height of every row; a tall span stretches its last row."""
        line, pad = line_height(self._table.size), 2 * self._table.pad
        tall = {(span.row, span.column) for span in self._table.spans if span.rows > 1}
        heights = [
            max(
                self._table.row_height,
                pad
                + line
                * max(
                    (
                        len(cell.lines)
                        for column, cell in enumerate(cells)
                        if cell is not None and (row, column) not in tall
                    ),
                    default=1,
                ),
            )
            for row, cells in enumerate(self._set)
        ]
        for span in self._table.spans:
            cell = self._set[span.row][span.column]
            if cell is not None:
                last = span.row + span.rows
                missing = pad + line * len(cell.lines) - sum(heights[span.row : last])
                heights[last - 1] += max(0.0, missing)
        return heights

    def _cut(self, heights: Sequence[float], most: float) -> Iterator[_Strip]:
        """Yield the rows, one higher than half a page in pieces of a few lines each."""
        line, pad = line_height(self._table.size), self._table.pad
        for row, height in enumerate(heights):
            if height <= most / 2 or row < self._table.header_rows:
                yield _Strip(row, height)
                continue
            count = max(1, int((height - 2 * pad) / line + 0.01))
            for first in range(0, count, _PIECE):
                last = min(first + _PIECE, count)
                ends = pad * ((first == 0) + (last == count))
                yield _Strip(row, (last - first) * line + ends, first, last)

    def draw(self, pen: Pen, x: float, top: float, first: int, last: int) -> None:
        self._draw(pen, x, top, 0, self._headers)
        self._draw(pen, x, top - self.head, self._headers + first, self._headers + last)
        high = self.head + sum(self.strips[first:last])
        pen.frame(x, top - high, self._edges[-1], high)
        if self._headers:
            line = top - self.head
            pen.lines([(x, line, x + self._edges[-1], line)], FRAME)

    def _draw(self, pen: Pen, x: float, top: float, first: int, last: int) -> None:
        """Draw the strips `first` to before `last`, counted with the header's."""
        if first == last:
            return
        strips = self._all[first:last]
        tops = [top, *(top - down for down in accumulate(strip.height for strip in strips))]
        for place, strip in enumerate(strips):
            for column, cell in enumerate(self._set[strip.row]):
                if cell is not None and (strip.row, column) not in self._joined:
                    self._draw_cell(
                        pen,
                        cell,
                        (x + self._edges[column], x + self._edges[column + 1]),
                        (tops[place], tops[place + 1]),
                        (strip.first, strip.last),
                    )
        for span in self._table.spans:
            self._draw_span(pen, span, x, tops, first)
        pen.lines(list(self._rules(x, tops, strips)))

    def _draw_span(
        self,
        pen: Pen,
        span: Span,
        x: float,
        tops: Sequence[float],
        first: int,
    ) -> None:
        """Draw the visible part of a span: its whole text if that fits, else its share of it."""
        strips = self._all[first : first + len(tops) - 1]
        inside = [place for place, strip in enumerate(strips) if span.row <= strip.row < span.row + span.rows]
        cell = self._set[span.row][span.column]
        if not inside or cell is None:
            return
        upper, lower = tops[inside[0]], tops[inside[-1] + 1]
        line = line_height(self._table.size)
        part: tuple[int, int | None] = (0, None)
        if len(cell.lines) * line > upper - lower + 0.01:
            gone = sum(s.height for s in self._all[: first + inside[0]] if s.row >= span.row)
            part = (int(gone / line), int((gone + upper - lower) / line + 0.01))
        sides = (x + self._edges[span.column], x + self._edges[span.column + span.columns])
        self._draw_cell(pen, cell, sides, (upper, lower), part)

    def _draw_cell(
        self,
        pen: Pen,
        cell: _Set,
        sides: tuple[float, float],
        ends: tuple[float, float],
        part: tuple[int, int | None],
    ) -> None:
        (left, right), (upper, lower) = sides, ends
        size, bold, align = self._table.size, cell.cell.bold, cell.cell.align or "c"
        if cell.shaded:
            pen.shade(left, lower, right - left, upper - lower, SHADE)
        lines = cell.lines[part[0] : part[1]]
        line = line_height(size)
        top = upper - (upper - lower - line * len(lines)) / 2
        if part[1] is not None:
            top = upper - (self._table.pad if part[0] == 0 else 0.0)
        if cell.shaded and align == "r":
            pen.line_of_text(left + _SIDE, top, fonts.UNMET, size=size, bold=True)
        for text in lines:
            pen.line_of_text(
                left + _SIDE,
                top,
                text,
                size=size,
                room=right - left - 2 * _SIDE,
                align=align,
                bold=bold,
            )
            top -= line
        if cell.cell.bar is not None:
            middle = (upper + lower) / 2
            _draw_bar(pen, cell.cell.bar, left + 2 * _SIDE, right - 2 * _SIDE, middle)

    def _rules(
        self,
        x: float,
        tops: Sequence[float],
        strips: Sequence[_Strip],
    ) -> Iterator[tuple[float, float, float, float]]:
        """Yield the hairlines between the cells of one piece of the table."""
        columns = len(self._edges) - 1
        for (upper, lower), y in zip(pairwise(strips), tops[1:-1], strict=True):
            if upper.row == lower.row:
                continue
            for start, end in self._open(upper.row, lower.row):
                yield (x + self._edges[start], y, x + self._edges[end], y)
        for column in range(1, columns):
            spans = [self._joined.get((strip.row, column)) for strip in strips]
            at = x + self._edges[column]
            for start, end in _runs([span is None or span.column == column for span in spans]):
                yield (at, tops[start], at, tops[end])

    def _open(self, upper: int, lower: int) -> Iterator[tuple[int, int]]:
        """Yield the runs of columns between which no span joins the two rows."""
        columns = len(self._edges) - 1
        if not self._joined:
            yield (0, columns)
            return
        spans = [self._joined.get((lower, column)) for column in range(columns)]
        yield from _runs([span is None or span.row > upper for span in spans])


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield first and past-the-last place of every run of True."""
    for flag, run in groupby(enumerate(flags), key=itemgetter(1)):
        places = [place for place, _ in run]
        if flag:
            yield (places[0], places[-1] + 1)


def _draw_bar(pen: Pen, bar: ValueBar, left: float, right: float, middle: float) -> None:
    """Draw the value from zero in dark grey, the floor dashed, the threshold as a full tick."""
    value, floor, threshold = float(bar.value), float(bar.floor), float(bar.threshold)
    reach = max(threshold * _BAR_REACH, min(value, threshold * 2)) or 1.0
    unit = (right - left) / reach
    bottom = middle - _BAR_HEIGHT / 2
    pen.shade(left, bottom, min(value, reach) * unit, _BAR_HEIGHT, 0.45)
    pen.frame(left, bottom, right - left, _BAR_HEIGHT, weight=0.4)
    over = 2.5
    at = left + floor * unit
    pen.dashed(at, bottom - over, at, bottom + _BAR_HEIGHT + over)
    at = left + threshold * unit
    pen.lines([(at, bottom - over, at, bottom + _BAR_HEIGHT + over)], 1.2)
