"""Row digests: of every table the sum over its rows, kept in the workbook, so that damage is always said.

SQLite finds a broken page, not a changed value: one bit turned in a cell reads as another number. An edit
subtracts the digest of the row that was and adds that of the row that is, by triggers of this connection
(`temp`: nothing of them is in the file), whoever writes through it; so the sums are in the transaction of
what they sum. They prove nothing against somebody who can write the file: signatures do that.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

TABLE = "row_digest"
_MASK = (1 << 61) - 1
"""61 bits: sums and differences of two stay whole numbers of SQLite."""


def row_digest(row: tuple[object, ...]) -> int:
    """Return the digest of a row: its values in the order of the columns' names."""
    return int.from_bytes(blake2b(ascii(row).encode(), digest_size=8).digest()) & _MASK


def blob_digest(content: bytes | None) -> bytes | None:
    """Return what stands for a stored file in the digest of its row."""
    return None if content is None else blake2b(content, digest_size=16).digest()


def follow(raw: sqlite3.Connection) -> None:
    """Keep the sums from now on for everything that is written through this connection."""
    _teach(raw)
    raw.execute("PRAGMA recursive_triggers=ON")  # without it a row that is replaced goes unseen
    raw.executescript("".join(_triggers(name, columns) for name, columns in _tables(raw).items()))


def recount(raw: sqlite3.Connection) -> None:
    """Write the sums of all tables anew, in the caller's transaction: for a new or an upgraded file."""
    _teach(raw)
    sums = [(name, _sum(raw, name, columns)) for name, columns in _tables(raw).items()]
    raw.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - our own name
    raw.executemany(f"INSERT INTO {TABLE} (name, total) VALUES (?, ?)", sums)  # noqa: S608 - as above


def differing(raw: sqlite3.Connection) -> list[str]:
    """Return the tables that do not read as they were written; raises sqlite3.Error."""
    _teach(raw)
    kept = dict(raw.execute(f"SELECT name, total FROM {TABLE}"))  # noqa: S608 - our own name
    found = {name: _sum(raw, name, columns) for name, columns in _tables(raw).items()}
    return sorted(name for name in kept | found if kept.get(name) != found.get(name))


def are_kept(raw: sqlite3.Connection) -> bool:
    """Whether a file has digests: those of earlier releases get them when they are upgraded."""
    return raw.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).fetchone() is not None


def _teach(raw: sqlite3.Connection) -> None:
    raw.create_function("row_digest", -1, lambda *row: row_digest(row), deterministic=True)
    raw.create_function("blob_digest", 1, blob_digest, deterministic=True)


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


def _sum(raw: sqlite3.Connection, table: str, columns: dict[str, str]) -> int:
    rows = raw.execute(f'SELECT {_values(columns)} FROM "{table}"')  # noqa: S608 - names are the schema's
    return sum(map(row_digest, rows)) & _MASK


def _triggers(table: str, columns: dict[str, str]) -> str:
    new, old = (f"row_digest({_values(columns, row)})" for row in ("NEW.", "OLD."))
    changes = {"INSERT": f"+ {new}", "UPDATE": f"+ {new} - {old}", "DELETE": f"- {old}"}
    return "".join(
        f'CREATE TEMP TRIGGER "digest_{event}_{table}" AFTER {event} ON main."{table}" BEGIN {change}; END;\n'
        for event, change in (
            (event, f"UPDATE {TABLE} SET total = (total {by}) & {_MASK} WHERE name = '{table}'")  # noqa: S608 - as above
            for event, by in changes.items()
        )
    )
