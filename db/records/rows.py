"""The rows of a record in the order shown: what a grid, a figure and a check read."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.records.values import Cell

Row = dict[str, "Cell"]
"""Field name -> cell; every field of the record is present."""

ONLY = "-"
"""The key of the row of a record that has one row."""


class Rows:
    """Rows by key, ordered by position; positions are whole numbers, unique, with holes allowed."""

    def __init__(self) -> None:
        """Start empty."""
        self._order: list[tuple[int, str]] = []
        self._cells: dict[str, Row] = {}
        self._positions: dict[str, int] = {}

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in order."""
        return (key for _, key in self._order)

    def __contains__(self, key: object) -> bool:
        """Whether there is a row with this key."""
        return key in self._cells

    def __getitem__(self, key: str) -> Row:
        """Return the cells of a row; raises KeyError."""
        return self._cells[key]

    def items(self) -> Iterator[tuple[str, Row]]:
        """Yield (key, cells) in order."""
        return ((key, self._cells[key]) for _, key in self._order)

    def values(self) -> Iterator[Row]:
        """Yield the cells of each row in order."""
        return (self._cells[key] for _, key in self._order)

    def key_at(self, index: int) -> str:
        """Return the key of the row shown at `index`, counted from 0; raises IndexError."""
        return self._order[index][1]

    def index_of(self, key: str) -> int:
        """Return where a row is shown, counted from 0."""
        return bisect_left(self._order, (self._positions[key], key))

    def position_of(self, key: str) -> int:
        """Return a row's position."""
        return self._positions[key]

    def next_position(self) -> int:
        """Return a position after all rows."""
        return self._order[-1][0] + 1 if self._order else 1

    def insert(self, key: str, position: int, cells: Row) -> None:
        """Put a row in its place."""
        entry = (position, key)
        self._order.insert(bisect_left(self._order, entry), entry)
        self._cells[key] = cells
        self._positions[key] = position

    def fill(self, rows: Iterable[tuple[str, int, Row]]) -> None:
        """Put many rows, (key, position, cells), in their places at once."""
        for key, position, cells in rows:
            self._order.append((position, key))
            self._cells[key] = cells
            self._positions[key] = position
        self._order.sort()

    def delete(self, key: str) -> None:
        """Take a row out."""
        del self._order[self.index_of(key)]
        del self._cells[key]
        del self._positions[key]
