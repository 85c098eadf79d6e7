"""The pen: the few strokes our papers need, drawn on a reportlab canvas.

All measures are points (1/72 inch), y grows upwards from the lower edge of the page, greys run from
0 (black) to 1 (white). Nothing else in a paper touches reportlab.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from eduapp.printing import fonts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

    from eduapp.printing.qr import Symbol

Align = Literal["l", "c", "r"]
HAIRLINE = 0.5
FRAME = 0.9
LEADING = 1.4
"""Height of a line in units of its size; the em box of a Chinese glyph reaches 0.88 upwards."""
_ASCENT = 0.88
_DRAWN_BOX = re.compile(f"([{''.join(fonts.DRAWN)}])")


def line_height(size: float) -> float:
    """Return the height in points of one line of text."""
    return size * LEADING


class Pen:
    """Draws on one canvas."""

    def __init__(self, canvas: Canvas) -> None:
        """Take the canvas that is drawn on, and make sure the fonts are there."""
        fonts.faces()
        self._canvas = canvas
        self._shown: dict[tuple[str, float, str], str] = {}

    def line_of_text(  # noqa: PLR0913 - where, what and how; all of it is needed at each call
        self,
        x: float,
        top: float,
        text: str,
        *,
        size: float,
        room: float = 0.0,
        align: Align = "l",
        bold: bool = False,
        grey: float = 0.0,
    ) -> None:
        """Draw one line whose line box begins at `top`, aligned within `room` from `x`."""
        if not text:
            return
        if align != "l":
            free = room - fonts.width(text, size, bold=bold)
            x += free if align == "r" else free / 2
        baseline = top - (line_height(size) - size) / 2 - size * _ASCENT
        if grey:
            self._canvas.setFillGray(grey)
        for piece in _DRAWN_BOX.split(text):
            if piece in fonts.DRAWN:
                self._drawn_box(x, baseline, piece, size, bold=bold)
                x += fonts.width(piece, size, bold=bold)
            elif piece:
                x = self._runs(x, baseline, piece, size, bold=bold)
        if grey:
            self._canvas.setFillGray(0)

    def _runs(self, x: float, baseline: float, text: str, size: float, *, bold: bool) -> float:
        for font, run in fonts.runs(text, bold=bold):
            shown = self._shown.get((font, size, run))
            if shown is None:
                shown = self._shown[font, size, run] = fonts.shown(self._canvas, font, size, run)
            # A list of 40,000 rows has 300,000 such lines: written here they cost a fifth of `drawString`.
            self._canvas.addLiteral(f"BT 1 0 0 1 {x:.3f} {baseline:.3f} Tm {shown} ET")
            x += fonts.width(run, size, bold=font == fonts.BOLD)
        return x

    def _drawn_box(
        self,
        x: float,
        baseline: float,
        box: str,
        size: float,
        *,
        bold: bool,
    ) -> None:
        mark = fonts.DRAWN[box]
        self._runs(x, baseline, fonts.BOX, size, bold=bold)
        free = fonts.width(fonts.BOX, size, bold=bold) - fonts.width(mark, size, bold=True)
        self._runs(x + free / 2, baseline, mark, size, bold=True)

    def lines(
        self,
        lines: Sequence[tuple[float, float, float, float]],
        weight: float = HAIRLINE,
    ) -> None:
        """Draw straight lines (x1, y1, x2, y2)."""
        if lines:
            self._canvas.setLineWidth(weight)
            path = " ".join(f"{x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l" for x1, y1, x2, y2 in lines)
            self._canvas.addLiteral(f"n {path} S")

    def dashed(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a dashed hairline."""
        self._canvas.saveState()
        self._canvas.setDash(1.2, 1.2)
        self._canvas.setLineWidth(HAIRLINE)
        self._canvas.line(x1, y1, x2, y2)
        self._canvas.restoreState()

    def frame(
        self,
        x: float,
        bottom: float,
        wide: float,
        high: float,
        *,
        weight: float = FRAME,
    ) -> None:
        """Draw the outline of a rectangle."""
        self._canvas.setLineWidth(weight)
        self._canvas.rect(x, bottom, wide, high, stroke=1, fill=0)

    def shade(self, x: float, bottom: float, wide: float, high: float, grey: float) -> None:
        """Fill a rectangle with grey, without an outline."""
        self._canvas.setFillGray(grey)
        self._canvas.rect(x, bottom, wide, high, stroke=0, fill=1)
        self._canvas.setFillGray(0)

    def tint(
        self, x: float, bottom: float, wide: float, high: float, colour: tuple[float, float, float]
    ) -> None:
        """Fill a rectangle with a colour (red, green, blue from 0 to 1), without an outline."""
        self._canvas.setFillColorRGB(*colour)
        self._canvas.rect(x, bottom, wide, high, stroke=0, fill=1)
        self._canvas.setFillGray(0)

    def patterned(
        self, x1: float, y1: float, x2: float, y2: float, *, weight: float, dashes: Sequence[float] = ()
    ) -> None:
        """Draw a straight line of a weight, in dashes where they are given (lengths of line and gap)."""
        self._canvas.saveState()
        self._canvas.setDash(*([list(dashes)] if dashes else []))
        self._canvas.setLineWidth(weight)
        self._canvas.line(x1, y1, x2, y2)
        self._canvas.restoreState()

    def symbol(self, x: float, top: float, side: float, symbol: Symbol) -> None:
        """Draw a QR code `side` points wide with its upper left corner at (x, top); no quiet zone.

        One path, so that no renderer leaves a hair of white between its rows.
        """
        module = side / symbol.modules
        path = " ".join(f"{column} {row} {width} 1 re" for column, row, width in symbol.runs)
        self._canvas.addLiteral(f"q {module:.6f} 0 0 {-module:.6f} {x:.3f} {top:.3f} cm n {path} f Q")

    def slanted(self, x: float, y: float, text: str, *, size: float, grey: float) -> None:
        """Draw one bold line through the point (x, y), rising by 45 degrees, centred on it."""
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.rotate(45)
        wide = fonts.width(text, size, bold=True)
        self.line_of_text(-wide / 2, line_height(size) / 2, text, size=size, bold=True, grey=grey)
        self._canvas.restoreState()
