"""Row digests: of every table the sum over its rows, kept in the workbook, so that damage is always said.

SQLite finds a broken page, not a changed value: one bit turned in a cell reads as another number. An edit
subtracts the digest of the row that was and adds that of the row that is, by triggers of this connection
(`temp`: nothing of them is in the file), whoever writes through it; so the sums are in the transaction of
what they sum. They prove nothing against somebody who can write the file: signatures do that.
"""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from operator import methodcaller
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping, Sequence

    Column = Sequence[object]

TABLE = "row_digest"
MASK = (1 << 61) - 1
"""61 bits: sums and differences of two stay whole numbers of SQLite."""
_MANY = 64
"""Rows from which on it pays to take their digests in at once."""
_TYPES = {"INTEGER": int, "BOOLEAN": int, "VARCHAR": str, "DATE": str}
"""What SQLite keeps as it is given in a column of a type: a date with hyphens is no number to it."""


def row_digest(row: tuple[object, ...]) -> int:
    """Return the digest of a row: its values in the order of the columns' names."""
    return total((row,))


def total(rows: Iterable[tuple[object, ...]]) -> int:
    """Return the sum of the digests of rows: no line of Python runs for any one of them."""
    hashes = map(_HASH, map(str.encode, map(ascii, rows)))
    return sum(map(int.from_bytes, map(_DIGEST, hashes))) & MASK


def blob_digest(content: bytes | None) -> bytes | None:
    """Return what stands for a stored file in the digest of its row."""
    return None if content is None else blake2b(content, digest_size=16).digest()


_HASH = partial(blake2b, digest_size=8)
_DIGEST = methodcaller("digest")


def follow(raw: sqlite3.Connection) -> None:
    """Keep the sums from now on for everything that is written through a connection that was taught."""
    raw.executescript("".join(_triggers(name, columns) for name, columns in _tables(raw).items()))


def insert_rows(raw: sqlite3.Connection, table: str, columns: Mapping[str, Column]) -> None:
    """Insert rows, given as columns by name, in the caller's transaction; of many take the digests at once.

    A trigger is called back and writes the sum for every single row, which takes longer than inserting it.
    While many rows go in it is away: should they fail, it comes back with the transaction. Rows that SQLite
    would keep otherwise than they are given are left to it.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - names are the declaration's
    rows = zip(*columns.values(), strict=True)
    trigger = f"digest_INSERT_{table}"
    made = raw.execute("SELECT sql FROM temp.sqlite_master WHERE name = ?", (trigger,)).fetchone()
    few = len(next(iter(columns.values()))) < _MANY
    if few or made is None or not _kept_as_given(raw, table, columns):
        raw.executemany(statement, rows)
        return
    by_name = zip(*(columns[name] for name in sorted(columns)), strict=True)
    sum_ = total(by_name)
    raw.execute(f'DROP TRIGGER temp."{trigger}"')
    raw.executemany(statement, rows)
    raw.execute(made[0].replace("CREATE TRIGGER", "CREATE TEMP TRIGGER", 1))
    raw.execute(f"UPDATE {TABLE} SET total = (total + ?) & {MASK} WHERE name = ?", (sum_, table))  # noqa: S608 - as above


def _kept_as_given(raw: sqlite3.Connection, table: str, columns: Mapping[str, Column]) -> bool:
    """Whether these are all columns of a table, with values of the types they are declared with."""
    declared = dict(raw.execute("SELECT name, type FROM pragma_table_xinfo(?)", (table,)))
    return declared.keys() == columns.keys() and all(
        set(map(type, column)) <= {_TYPES.get(declared[name]), type(None)} for name, column in columns.items()
    )


def recount(raw: sqlite3.Connection) -> None:
    """Write the sums of all tables anew, in the caller's transaction: for a new or an upgraded file."""
    teach(raw)
    sums = [(name, _sum(raw, name, columns)) for name, columns in _tables(raw).items()]
    raw.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - our own name
    raw.executemany(f"INSERT INTO {TABLE} (name, total) VALUES (?, ?)", sums)  # noqa: S608 - as above


def differing(raw: sqlite3.Connection) -> list[str]:
    """Return the tables that do not read as they were written; raises sqlite3.Error."""
    return differing_but(raw, ())


def differing_but(raw: sqlite3.Connection, later: Collection[str]) -> list[str]:
    """As `differing`, without those that are counted elsewhere (`later`)."""
    teach(raw)
    kept, columns = totals(raw), _tables(raw)
    found = {name: kept.get(name) if name in later else _sum(raw, name, columns[name]) for name in columns}
    return sorted(name for name in kept | found if name not in kept or kept[name] != found.get(name))


def sum_of(raw: sqlite3.Connection, table: str, where: str) -> int:
    """Return the sum over the rows of a table that a condition of SQL picks."""
    return _sum(raw, table, columns_of(raw, table), where)


def totals(raw: sqlite3.Connection) -> dict[str, int]:
    """Return the kept sums by table."""
    return dict(raw.execute(f"SELECT name, total FROM {TABLE}"))  # noqa: S608 - our own name


def are_kept(raw: sqlite3.Connection) -> bool:
    """Whether a file has digests: those of earlier releases get them when they are upgraded."""
    return raw.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).fetchone() is not None


def teach(raw: sqlite3.Connection) -> None:
    """Give a connection what counting and following take; not while a statement of it runs."""
    raw.create_function("row_digest", -1, lambda *row: row_digest(row), deterministic=True)
    raw.create_function("blob_digest", 1, blob_digest, deterministic=True)
    raw.execute("PRAGMA recursive_triggers=ON")  # without it a row that is replaced goes unseen


def columns_of(raw: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return the columns of a table, by name, with their declared types."""
    columns = "SELECT name, type FROM pragma_table_xinfo(?) ORDER BY name"
    return dict(raw.execute(columns, (table,)))


def _tables(raw: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Return of every table but the digests' own the columns, by name, with their declared types."""
    found: dict[str, dict[str, str]] = {}
    columns = raw.execute(
        "SELECT m.name, x.name, x.type FROM sqlite_master m, pragma_table_xinfo(m.name) x"
        " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> ? ORDER BY m.name, x.name",
        (TABLE,),
    )
    for table, column, kind in columns:
        found.setdefault(table, {})[column] = kind
    return found


def _values(columns: dict[str, str], row: str = "") -> str:
    names = ((f'{row}"{name}"', kind) for name, kind in columns.items())
    return ", ".join(f"blob_digest({name})" if kind == "BLOB" else name for name, kind in names)


def _sum(raw: sqlite3.Connection, table: str, columns: dict[str, str], where: str = "") -> int:
    rows = raw.execute(f'SELECT {_values(columns)} FROM "{table}"{where}')  # noqa: S608 - names are the schema's
    return total(rows)


def _triggers(table: str, columns: dict[str, str]) -> str:
    new, old = (f"row_digest({_values(columns, row)})" for row in ("NEW.", "OLD."))
    changes = {"INSERT": f"+ {new}", "UPDATE": f"+ {new} - {old}", "DELETE": f"- {old}"}
    return "".join(
        f'CREATE TEMP TRIGGER "digest_{event}_{table}" AFTER {event} ON main."{table}" BEGIN {change}; END;\n'
        for event, change in (
            (event, f"UPDATE {TABLE} SET total = (total {by}) & {MASK} WHERE name = '{table}'")  # noqa: S608 - as above
            for event, by in changes.items()
        )
    )
