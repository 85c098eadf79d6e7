"""The QR code of a page: its dark modules as rectangles, for the pen.

Error correction M: a sixth of the symbol may be blotted. Nothing else in the program touches segno.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno

QUIET = 4
"""The quiet zone around a symbol that ISO/IEC 18004 asks for, in modules."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code. `runs` are (column, row, width) of its dark modules, row 0 at the top; no quiet zone."""

    modules: int
    runs: tuple[tuple[int, int, int], ...]


def symbol(text: str, like: str = "") -> Symbol:
    """Return the QR code of a text, level M; the same texts always give the same symbol.

    `like`: the text whose mask it takes; the best mask of each of a thousand pages that differ in a
    number costs a third of drawing them, and any mask is a valid one (ISO/IEC 18004, 7.8). Capital
    letters, digits and `` $%*+-./:`` alone give the smallest. Raises ValueError for a text that no QR
    code can hold.
    """
    return _symbol(text, _mask(like or text))


@lru_cache(maxsize=8)
def _mask(text: str) -> int:
    """Return the mask that ISO/IEC 18004 finds best for a text."""
    return int(segno.make(text, error="m", micro=False, boost_error=False).mask)


@lru_cache(maxsize=8)
def _symbol(text: str, mask: int) -> Symbol:
    made = segno.make(text, error="m", mask=mask, micro=False, boost_error=False)
    rows = tuple(tuple(row) for row in made.matrix)
    runs = []
    for at, row in enumerate(rows):
        column = 0
        while column < len(row):
            start = column
            while column < len(row) and row[column]:
                column += 1
            if column > start:
                runs.append((start, at, column - start))
            column += 1
    return Symbol(len(rows), tuple(runs))
