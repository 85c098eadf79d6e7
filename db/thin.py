"""The thin door to the program's own tables: the statements that `db.tables` prescribes, by sqlite3 alone.

What `db.store` is to the records, this is to files, decisions, keys and the log. Values go in and come out
as SQLite keeps them: text, whole numbers (of a yes or no too), bytes, None. A test holds every table equal
through both doors. Names are the caller's own words, never anybody's data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db import digests
from db.door import raw_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from db.door import Door

    Where = Mapping[str, object]
    """Column -> what stands there; None is nothing there."""


def select(
    door: Door, table: str, columns: Sequence[str], where: Where | None = None, *, order: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Return rows as tuples of some columns; `order` is what follows ORDER BY."""
    # With its table before it, a column that is not there is an error and not a text between quotes.
    names = ", ".join(f'{table}."{name}"' for name in columns)
    ordered = f" ORDER BY {order}" if order else ""
    statement = f"SELECT {names} FROM {table}{_where(table, where)}{ordered}"  # noqa: S608 - names are the program's
    return raw_of(door).execute(statement, tuple((where or {}).values()))


def select_named(
    door: Door, table: str, columns: Sequence[str], where: Where | None = None, *, order: str = ""
) -> Iterator[dict[str, Any]]:
    """Return rows as `select` does, each by the names of its columns."""
    for row in select(door, table, columns, where, order=order):
        yield dict(zip(columns, row, strict=True))


def has(door: Door, table: str, where: Where) -> bool:
    """Return whether there is such a row."""
    return next(select(door, table, tuple(where), where), None) is not None


def insert(door: Door, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows that all name the same columns."""
    if rows:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        digests.insert_rows(raw_of(door), table, columns)


def put(door: Door, table: str, rows: Iterable[Mapping[str, object]], key: Sequence[str]) -> None:
    """Insert rows, or bring those up to date that are there already by their primary key."""
    for row in rows:
        changed = ", ".join(f'"{name}" = excluded."{name}"' for name in row if name not in key)
        keys = ", ".join(f'"{name}"' for name in key)
        end = f"DO UPDATE SET {changed}" if changed else "DO NOTHING"
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({keys}) {end}"  # noqa: S608 - as above
        raw_of(door).execute(statement, tuple(row.values()))


def update(door: Door, table: str, where: Where, values: Mapping[str, object]) -> int:
    """Change rows; return how many there were."""
    changed = ", ".join(f'"{name}" = ?' for name in values)
    statement = f"UPDATE {table} SET {changed}{_where(table, where)}"  # noqa: S608 - as above
    return raw_of(door).execute(statement, (*values.values(), *where.values())).rowcount


def delete(door: Door, table: str, where: Where | None = None) -> int:
    """Take rows out; return how many there were. Without `where` all of them."""
    statement = f"DELETE FROM {table}{_where(table, where)}"  # noqa: S608 - as above
    return raw_of(door).execute(statement, tuple((where or {}).values())).rowcount


def _where(table: str, where: Where | None) -> str:
    # IS is equality that holds for nothing too, and uses an index all the same.
    return " WHERE " + " AND ".join(f'{table}."{name}" IS ?' for name in where) if where else ""
