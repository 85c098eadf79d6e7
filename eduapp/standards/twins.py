"""Rows of a list that are there twice, by what each list declares: counted row by row.

Two rows are the same thing where they agree in the fields of the list's identity and, of lists that declare
it, in those that tell two of one name apart; of a list of amounts only where they are equal in everything.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.values import Reference, Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from db.records.rows import Row

Key = tuple[object, ...]


@cache
def _names(record: str) -> tuple[str, ...]:
    spec = RECORDS[record]
    return (*spec.identity, *spec.apart)


def key_of(record: str, row: Row) -> Key | None:
    """Return what makes a row of a list the same as another; None where that is not said whole."""
    said = tuple([row[name] for name in _names(record)])
    if None in said or Unread in [*map(type, said)]:
        return None
    return tuple(row.values()) if RECORDS[record].amounts else said


def keys_of(record: str, rows: Sequence[Row]) -> list[Key]:
    """Return `key_of` of those rows that have one; by columns where all have: every row has, mostly."""
    columns = [[row[name] for row in rows] for name in _names(record)]
    if any(None in column or Unread in {*map(type, column)} for column in columns):
        return [key for row in rows if (key := key_of(record, row)) is not None]
    if RECORDS[record].amounts:
        return [tuple(row.values()) for row in rows]
    return [*zip(*columns, strict=True)]


class Twins:
    """How many rows of each list are there once more than once."""

    def __init__(self) -> None:
        """Start with none."""
        self._keys: dict[str, Counter[Key]] = {}
        self._rows: Counter[str] = Counter()

    def count(self, record: str, rows: Sequence[Row], sign: int) -> None:
        """Take rows of a record in (+1) or out (-1); of what is no list nothing is counted."""
        if not RECORDS[record].is_list:
            return
        keys = self._keys.setdefault(record, Counter())
        said = keys_of(record, rows)
        self._rows[record] += sign * len(said)
        if sign > 0:
            keys.update(said)
            return
        for key in said:
            keys[key] -= 1
            if not keys[key]:
                del keys[key]

    def more(self, record: str) -> int:
        """Return how many rows of a list repeat another."""
        return self._rows[record] - len(self._keys.get(record, ()))

    def second(self, record: str, rows: Iterable[tuple[str, Row]]) -> str:
        """Return the key of the second row of the first group there is of a list of amounts; "" for none."""
        keys, ahead = self._keys.get(record, Counter()), iter(rows)
        twice = (row for _, row in ahead if keys.get(tuple(row.values()), 0) > 1)
        wanted = next(twice, None)
        if wanted is None:
            return ""
        name, values = _names(record)[0], tuple(wanted.values())
        return next(
            (key for key, row in ahead if row[name] == wanted[name] and tuple(row.values()) == values), ""
        )


def groups(record: str, rows: Iterable[tuple[str, Row]]) -> Iterator[list[str]]:
    """Yield the keys of rows that are the same thing, where there are several, in the order of the list."""
    found: dict[Key, list[str]] = {}
    for key, row in rows:
        same = key_of(record, row)
        if same is not None:
            found.setdefault(same, []).append(key)
    yield from (keys for keys in found.values() if len(keys) > 1)


def words_of(record: str, row: Row, many: int) -> str:
    """Say what is there several times."""
    spec = RECORDS[record]
    said = [
        kind.show(cell)
        for name in spec.identity
        if (cell := row[name]) is not None
        and not isinstance(cell, Unread)
        and not isinstance(kind := spec.fields[name].item.kind, Reference)
    ]
    what = f"「{' '.join(said)}」" if said else "同一项"
    return f"{spec.label}里{what}有 {many} 行,请核对是否重复"
