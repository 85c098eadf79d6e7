"""The rows of a record in the order shown: what a grid, a figure and a check read."""

from __future__ import annotations

import os
from bisect import bisect_left, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from db.records.values import Cell

Row = dict[str, "Cell"]
"""Field name -> cell; every field of the record is present."""

ONLY = "-"
"""The key of the row of a record that has one row."""
_MANY = 64
"""Rows from which on making the order anew costs less than taking them out of it one by one."""
_VARIANT = {f"{digit:x}": "89ab"[digit % 4] for digit in range(16)}


def new_keys(count: int) -> list[str]:
    """Return keys for new rows: random UUIDs (RFC 9562, version 4), 32 hexadecimal digits each."""
    digits = os.urandom(16 * count).hex()
    parts = (digits[at : at + 32] for at in range(0, 32 * count, 32))
    return [f"{each[:12]}4{each[13:16]}{_VARIANT[each[16]]}{each[17:]}" for each in parts]


class Rows:
    """Rows by key, ordered by position; positions are whole numbers, unique, with holes allowed."""

    def __init__(self) -> None:
        """Start empty."""
        self._order: list[tuple[int, str]] = []
        self._cells: dict[str, Row] = {}
        self._positions: dict[str, int] = {}

    def copied(self) -> Rows:
        """Return rows of their own with the same cells."""
        found = Rows()
        found._order = list(self._order)
        found._cells = {key: dict(row) for key, row in self._cells.items()}
        found._positions = dict(self._positions)
        return found

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

    def column(self, field: str) -> list[tuple[str, Cell]]:
        """Return what stands in a field, (key, cell), in order."""
        return [(key, self._cells[key][field]) for _, key in self._order]

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
        insort(self._order, (position, key))
        self._cells[key] = cells
        self._positions[key] = position

    def fill(self, rows: Iterable[tuple[str, int, Row]]) -> None:
        """Put many rows, (key, position, cells), in their places at once."""
        found = [*rows]
        if found:
            self.fill_columns(*zip(*found, strict=True))

    def fill_columns(self, keys: Sequence[str], positions: Sequence[int], cells: Iterable[Row]) -> None:
        """Put many rows in their places at once, given as columns."""
        self._cells.update(zip(keys, cells, strict=True))
        self._order.extend(zip(positions, keys, strict=True))
        self._order.sort()
        self._positions.update(zip(keys, positions, strict=True))

    def delete(self, key: str) -> None:
        """Take a row out."""
        del self._order[self.index_of(key)]
        del self._cells[key]
        del self._positions[key]

    def delete_all(self, keys: Collection[str]) -> None:
        """Take rows out at once."""
        if len(keys) < _MANY:
            for key in keys:
                self.delete(key)
            return
        for key in keys:
            del self._cells[key], self._positions[key]
        self._order = [cell for cell in self._order if cell[1] in self._cells]
