"""What the board shows before any figure is computed, and nothing that only figures need is loaded for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.services.hand_off.board import board_rows

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.board import BoardRow
    from eduapp.services.hand_off.last_figures import LastFigures


@dataclass(frozen=True)
class Sketch:
    """What the board shows before any figure is computed: the list and the heads of what came."""

    board: tuple[BoardRow, ...]
    expected: int
    last: LastFigures | None = None
    """What was computed when the same stood here last; told once it is read."""


def sketch_of(book: CountyBook) -> Sketch:
    """Return what is known without opening a file."""
    return Sketch(board_rows(book, digits={}), len(book.expected))
