"""The pieces a paper is stacked from.

A block is laid out for a width into strips, and a page may end between two strips. Headings,
paragraphs and gaps are here; tables in `tables`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.printing import fonts
from eduapp.printing.pen import Align, Pen, line_height
from eduapp.printing.wrapping import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_SIZE = 10.0
HEADING_SIZE = 11.5
NOTE_SIZE = 8.5


class Laid(ABC):
    """A block laid out for one width, in points.

    `strips` are the heights a page may end between; `head` is repeated above the first strip on
    each page. `before` is left free above, except at the top of a page. `keep_with_next` forbids a
    page end right after it, `together` one inside it (as long as it fits on a page at all).
    """

    strips: Sequence[float]
    head: float = 0.0
    before: float = 0.0
    keep_with_next: bool = False
    together: bool = False

    @abstractmethod
    def draw(self, pen: Pen, x: float, top: float, first: int, last: int) -> None:
        """Draw the strips `first` to before `last` with the upper left corner at (x, top)."""


class Block(ABC):
    """Something a paper says, before it is known how wide the page is."""

    @abstractmethod
    def layout(self, room: float, most: float) -> Laid:
        """Lay out for `room` points of width; no strip (with head) may be higher than `most`."""


@dataclass(frozen=True)
class _Text(Block):
    text: str
    size: float
    bold: bool
    align: Align
    indent: int
    before: float
    keep_with_next: bool

    def layout(self, room: float, most: float) -> Laid:
        text = "　" * self.indent + fonts.printable(self.text)
        if line_height(self.size) > most:
            msg = f"a line of {self.size} pt does not fit on a page of {most} pt"
            raise ValueError(msg)
        return _LaidText(self, wrap(text, room, self.size, bold=self.bold), room)


class _LaidText(Laid):
    def __init__(self, block: _Text, lines: tuple[str, ...], room: float) -> None:
        self._block = block
        self._lines = lines
        self._room = room
        self.strips = [line_height(block.size)] * len(lines)
        self.before = block.before
        self.keep_with_next = block.keep_with_next
        self.together = block.keep_with_next

    def draw(self, pen: Pen, x: float, top: float, first: int, last: int) -> None:
        for line in self._lines[first:last]:
            pen.line_of_text(
                x,
                top,
                line,
                size=self._block.size,
                room=self._room,
                align=self._block.align,
                bold=self._block.bold,
            )
            top -= line_height(self._block.size)


@dataclass(frozen=True)
class _Gap(Block):
    points: float

    def layout(self, room: float, most: float) -> Laid:  # noqa: ARG002 - the same for every page
        return _LaidGap(self.points)


class _LaidGap(Laid):
    def __init__(self, points: float) -> None:
        self.before = points
        self.strips = (0.0,)

    def draw(self, pen: Pen, x: float, top: float, first: int, last: int) -> None:
        """Draw nothing: a gap is white, and vanishes at the top of a page."""


@dataclass(frozen=True)
class _KeptTogether(Block):
    block: Block

    def layout(self, room: float, most: float) -> Laid:
        laid = self.block.layout(room, most)
        laid.keep_with_next = True
        return laid


def with_next(block: Block) -> Block:
    """Return a block whose end stays on the page where the next begins: no signature without a row."""
    return _KeptTogether(block)


def heading(text: str) -> Block:
    """Return a bold heading that stays with what follows, for example 「一、资源配置」."""
    return _Text(text, HEADING_SIZE, bold=True, align="l", indent=0, before=10, keep_with_next=True)


def paragraph(
    text: str,
    *,
    size: float = TEXT_SIZE,
    bold: bool = False,
    align: Align = "l",
    indent: bool = False,
) -> Block:
    """Return running text; `indent` sets the first line in by two characters, as in letters."""
    return _Text(
        text,
        size,
        bold=bold,
        align=align,
        indent=2 * indent,
        before=4,
        keep_with_next=False,
    )


def note(text: str) -> Block:
    """Return a small remark, such as the 注 under a table."""
    return _Text(
        text,
        NOTE_SIZE,
        bold=False,
        align="l",
        indent=0,
        before=3,
        keep_with_next=False,
    )


def gap(points: float) -> Block:
    """Return white space of that height."""
    return _Gap(points)


def box(state: bool | None) -> str:  # noqa: FBT001 - the state is all there is to say
    """Return a box to tick, ticked where `state` is true; None and False leave it empty."""
    return fonts.TICKED if state else fonts.BOX


def tick(state: bool | None, yes: str = "是", no: str = "否") -> str:  # noqa: FBT001
    """Return two boxes with their words: ☑是 □否, □是 ☑否, or both empty for None (not filled)."""
    return f"{box(state is True)}{yes} {box(state is False)}{no}"
