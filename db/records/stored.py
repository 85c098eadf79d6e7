"""How a cell lies in SQLite: decimals as scaled integers, 是/否 as 1 and 0, dates as ISO text.

The same for everything that reads or writes a record's table: the statements of `db.store` and the
columns of `db.tables`. SQLite's floats lose digits, so 12.5 with two places is kept as 1250.
"""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.records.values import Choice, Scaled, Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from db.records.values import Cell, Kind, Value

Stored = str | int | None
"""What SQLite holds in a record's column."""

_NOTHING = type(None)
_FLAGS = {0: False, 1: True}


class Misstored(ValueError):  # noqa: N818 - said of what lies in the file
    """A column holds what its kind never writes: the file was changed from outside or is damaged."""


def read_stored(text: str | bytes) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what a stored JSON text says; ValueError is all that it raises, however deep it is nested."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Misstored("nested too deep") from error


def scaled(value: Decimal, places: int) -> int:
    """Return value × 10^places; a value with more places is a bug of the caller."""
    whole = value.scaleb(places)
    if whole != whole.to_integral_value():
        raise ValueError(f"{value} has more than {places} places")
    return int(whole)


def to_column(kind: Kind, cells: Sequence[Cell]) -> list[Stored]:
    """Return cells as they are stored; of an unread one only its text is kept, elsewhere."""
    write = _writer(kind)
    # What stands in a column stands there many times: it is written once.
    known = {cell: None if cell is None or isinstance(cell, Unread) else write(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def from_column(kind: Kind, column: Sequence[object]) -> Sequence[Value | None]:
    """Return the values of a column; raises Misstored where one is not what the kind writes."""
    kept = int if kind.python in {bool, Decimal, int} else str
    if not set(map(type, column)) <= {kept, _NOTHING}:
        raise Misstored(f"{kind.name}: {set(map(type, column))}")
    if isinstance(kind, Choice) and not set(column) <= {code for code, _ in kind.options} | {None}:
        raise Misstored(f"{kind.name}: {kind.table}")
    read = _reader(kind)
    if read is None:
        return column  # type: ignore[return-value] # text and whole numbers are stored as they are
    try:  # a column holds few values many times: each is read once
        known = {each: None if each is None else read(each) for each in set(column)}
        return [*map(known.__getitem__, column)]
    except (KeyError, ValueError) as error:
        raise Misstored(f"{kind.name}: {error}") from error


def _writer(kind: Kind) -> Callable[..., Stored]:
    if isinstance(kind, Scaled):
        return lambda value: scaled(value, kind.places)
    if kind.python is datetime.date:
        return str
    return int if kind.python is bool else lambda value: value


def _reader(kind: Kind) -> Callable[..., Value] | None:
    if isinstance(kind, Scaled):
        return lambda value: Decimal(value).scaleb(-kind.places)
    if kind.python is datetime.date:
        return datetime.date.fromisoformat
    return _FLAGS.__getitem__ if kind.python is bool else None
