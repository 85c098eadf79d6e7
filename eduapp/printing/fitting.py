"""How a table of many columns fits on A4: upright, across, and at last in smaller type. Nothing is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eduapp.printing import fonts
from eduapp.printing.paper_tables import TABLE_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

Orientation = Literal["portrait", "landscape"]
ROOM: dict[Orientation, float] = {"portrait": 499.0, "landscape": 745.0}
"""Points between the margins of a page."""
_SIZES = (TABLE_SIZE, 9.0, 8.5, 8.0)
_EDGES = 7.5
"""Points a cell needs beside its text."""
_LEAST = 2.2
_HEADING_LINES = 2


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: its heading and how many full-width characters a usual value has."""

    heading: str
    chars: float
    align: Literal["l", "c", "r"] = "l"


@dataclass(frozen=True, slots=True)
class Fitted:
    """The page and type a table takes, and its columns' widths in points."""

    orientation: Orientation
    size: float
    widths: tuple[float, ...]


def fit(columns: Sequence[ListColumn]) -> Fitted:
    """Choose the page and the type: upright if it fits, else across, else smaller down to 8 pt.

    What is wider still keeps 8 pt across; its cells then wrap.
    """
    fonts.faces()
    tries: tuple[tuple[Orientation, tuple[float, ...]], ...] = (
        ("portrait", _SIZES[:2]),
        ("landscape", _SIZES),
    )
    for orientation, sizes in tries:
        for size in sizes:
            widths = _widths(columns, size)
            if sum(widths) <= ROOM[orientation]:
                return Fitted(orientation, size, widths)
    return Fitted("landscape", _SIZES[-1], _widths(columns, _SIZES[-1]))


def _widths(columns: Sequence[ListColumn], size: float) -> tuple[float, ...]:
    return tuple(
        max(
            max(each.chars, _LEAST) * size,
            fonts.width(each.heading, size, bold=True) / _HEADING_LINES + size / 2,
        )
        + _EDGES
        for each in columns
    )
