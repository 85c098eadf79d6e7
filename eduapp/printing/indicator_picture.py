"""The picture of an indicator over all sections on paper: drawn from shapes, told apart without colour.

Met is a pale fill with an outline, 85 % is hatched, unmet is dark, a section that has not reported is an
open dashed frame; the threshold is a thick line, the floor dashed, the county mean dotted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.printing import fonts
from eduapp.printing.blocks import Block, Laid
from eduapp.printing.pen import HAIRLINE
from eduapp.standards.county.section_bars import PLAIN, BarLabel, Rect, SectionBars, Stroke, draw
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from eduapp.printing.pen import Pen

HEIGHT = 268.0
TEXT_SIZE = 8.0
_FILLS = {
    Outcome.MET.value: (0.72, 0.87, 0.77),
    Outcome.FLOOR.value: (0.97, 0.89, 0.66),
    Outcome.UNMET.value: (0.62, 0.16, 0.13),
    PLAIN: (0.8, 0.84, 0.88),
}
_OUTLINED = 2.6
"""Bars thinner than this have no outline: it would be all there is."""
_HATCH = 3.2
_GREY = 0.35


@dataclass(frozen=True)
class _Picture(Block):
    picture: SectionBars
    height: float

    def layout(self, room: float, most: float) -> Laid:
        return _LaidPicture(self.picture, room, min(self.height, most))


class _LaidPicture(Laid):
    def __init__(self, picture: SectionBars, room: float, height: float) -> None:
        self._shapes = draw(picture, room, height, TEXT_SIZE)
        self.strips = (height,)
        self.before = 4.0

    def draw(self, pen: Pen, x: float, top: float, first: int, last: int) -> None:  # noqa: ARG002 - one strip
        for shape in self._shapes:
            match shape:
                case Rect():
                    _rect(pen, shape, x, top)
                case Stroke():
                    _stroke(pen, shape, x, top)
                case BarLabel():
                    _label(pen, shape, x, top)


def picture_block(picture: SectionBars, height: float = HEIGHT) -> Block:
    """Return the picture as a block of that height (in points; less where the page has less)."""
    return _Picture(picture, height)


def _rect(pen: Pen, shape: Rect, x: float, top: float) -> None:
    left, bottom = x + shape.x, top - shape.y - shape.height
    if shape.fill not in _FILLS:
        _frame(pen, left, bottom, shape)
        return
    pen.tint(left, bottom, shape.width, shape.height, _FILLS[shape.fill])
    if shape.fill == Outcome.FLOOR:
        pen.lines(_hatch(left, bottom, shape.width, shape.height), 0.4)
    if shape.width >= _OUTLINED:
        pen.frame(left, bottom, shape.width, shape.height, weight=0.4)
    if shape.cut:
        pen.shade(left - 0.3, bottom + shape.height - 5, shape.width + 0.6, 2.2, 1.0)


def _frame(pen: Pen, left: float, bottom: float, shape: Rect) -> None:
    """Draw the range of a section that has not reported; a thin one as a single line."""
    upper = bottom + shape.height
    if shape.width < _OUTLINED:
        middle = left + shape.width / 2
        pen.dashed(middle, bottom, middle, upper)
        return
    right = left + shape.width
    for ends in (
        (left, bottom, left, upper),
        (right, bottom, right, upper),
        (left, bottom, right, bottom),
        (left, upper, right, upper),
    ):
        pen.dashed(*ends)


def _hatch(left: float, bottom: float, wide: float, high: float) -> list[tuple[float, float, float, float]]:
    """Return rising lines across a box, cut at its edges."""
    found = []
    start = -high + _HATCH / 2
    while start < wide:
        x1, x2 = max(start, 0.0), min(start + high, wide)
        found.append((left + x1, bottom + x1 - start, left + x2, bottom + x2 - start))
        start += _HATCH
    return found


def _stroke(pen: Pen, shape: Stroke, x: float, top: float) -> None:
    x1, y1, x2, y2 = x + shape.x1, top - shape.y1, x + shape.x2, top - shape.y2
    if shape.role == "grid":
        pen.shade(x1, y1, x2 - x1, 0.4, 0.85)
    elif shape.role == "axis":
        pen.lines([(x1, y1, x2, y2)], HAIRLINE)
    else:
        weight, dashes = {"threshold": (1.3, ()), "floor": (1.0, (5.0, 2.0)), "mean": (0.9, (0.9, 1.8))}[
            shape.role
        ]
        pen.patterned(x1, y1, x2, y2, weight=weight, dashes=dashes)


def _label(pen: Pen, shape: BarLabel, x: float, top: float) -> None:
    text = fonts.printable(shape.text)
    left = x + shape.x
    if shape.align != "l":
        wide = fonts.width(text, shape.size)
        left -= wide if shape.align == "r" else wide / 2
    pen.line_of_text(left, top - shape.y, text, size=shape.size, grey=_GREY if shape.dim else 0.0)
