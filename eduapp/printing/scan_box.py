"""A frame with what is typed by hand at the left, and the same for a scanner as a QR code at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.printing.blocks import Block, Laid
from eduapp.printing.pen import FRAME, Pen, line_height
from eduapp.printing.qr import QUIET, symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

_GROUPS_IN_LINE = 3
_DIGITS, _LABEL = 24.0, 9.5
_SYMBOL = 104.0
_PAD = 10.0
_HIGH = 2 * _PAD + _SYMBOL


def in_lines(groups: str, in_line: int = _GROUPS_IN_LINE) -> tuple[str, ...]:
    """Return groups that stand apart by spaces in lines of so many, further apart."""
    words = groups.split()
    return tuple("   ".join(words[at : at + in_line]) for at in range(0, len(words), in_line))


def scan_box(lines: Sequence[str], scan: str, label: str, *, size: float = _DIGITS) -> Block:
    """Return the frame. `scan` is the text of the QR code, `size` that of the lines in points."""
    return _ScanBox(tuple(lines), scan, label, size)


@dataclass(frozen=True)
class _ScanBox(Block):
    lines: tuple[str, ...]
    scan: str
    label: str
    size: float

    def layout(self, room: float, most: float) -> Laid:  # noqa: ARG002 - one strip that fits on any page
        return _LaidScanBox(self, room)


class _LaidScanBox(Laid):
    def __init__(self, block: _ScanBox, room: float) -> None:
        self._block, self._room = block, room
        self.strips = [_HIGH]
        self.before = 4
        self.together = True

    def draw(self, pen: Pen, x: float, top: float, first: int, last: int) -> None:
        if first == last:
            return
        block = self._block
        pen.frame(x, top - _HIGH, self._room, _HIGH, weight=FRAME)
        made = symbol(block.scan)
        quiet = _SYMBOL * QUIET / made.modules
        side = self._room - _SYMBOL - quiet - _PAD
        pen.symbol(x + side + quiet, top - _PAD, _SYMBOL, made)
        y = top - _PAD
        pen.line_of_text(x, y, block.label, size=_LABEL, room=side, align="c")
        y -= line_height(_LABEL) + 6
        for line in block.lines:
            pen.line_of_text(x, y, line, size=block.size, room=side, align="c", bold=True)
            y -= line_height(block.size)
