"""Whether a file that was just opened is what the program wrote: pages, structure, types, row digests.

Everything here raises Problem `workbook-damaged` (a newer file: `workbook-newer`) or sqlite3.Error, before
anything of what it looks at is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import digests, journal_cover, migrations
from db.problems import Problem
from db.records.catalog import RECORDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection
    from pathlib import Path

_OTHER = {
    "VARCHAR": "\"{0}\" < '' OR \"{0}\" >= x''",  # numbers before texts, bytes after: quicker than typeof
    "INTEGER": "typeof(\"{0}\") NOT IN ('null', 'integer')",
    "BLOB": "typeof(\"{0}\") NOT IN ('null', 'blob')",
}
"""What is true of a column that holds what its type never does."""


def check_file(raw: sqlite3.Connection, path: Path) -> None:
    """Hold a file to what SQLite says of its pages, and to what no release ever put into one."""
    if migrations.is_newer(raw):
        raise Problem("workbook-newer", path=str(path))
    # SQLite reads what is cut off the last page as zeros, and its own check may find nothing wrong in it.
    pages, size = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    whole = path.stat().st_size >= pages * size
    # The whole check, not the quick one: a row that its index does not know is lost to every search.
    sound = whole and raw.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
    if not sound or migrations.is_foreign(raw):
        raise _damaged(path)


def check_rows(raw: sqlite3.Connection, path: Path, later: frozenset[str] = frozenset()) -> None:
    """Hold a file at HEAD to its structure and, but for the tables in `later`, its types and row digests."""
    if migrations.is_altered(raw) or _holds_other_types(raw, lambda name: name not in later):
        raise _damaged(path)
    check_sums(raw, path, later)


def check_before_upgrade(raw: sqlite3.Connection, path: Path) -> None:
    """Hold an older file to the digests it has: the upgrade counts anew, and damage would be right."""
    if digests.are_kept(raw):
        check_sums(raw, path)


def check_sums(raw: sqlite3.Connection, path: Path, later: Collection[str] = frozenset()) -> None:
    """Hold the rows of all tables but those in `later` (counted at another time) to their digests."""
    lines = journal_cover.LINES
    if digests.differing_but(raw, {*later, lines}) or (lines not in later and journal_cover.differs(raw)):
        raise _damaged(path)


def _damaged(path: Path) -> Problem:
    return Problem("workbook-damaged", path=str(path))


def _holds_other_types(raw: sqlite3.Connection, asked: Callable[[str], bool]) -> bool:
    """Whether a column of the program's own tables holds what its type never does; SQLite takes anything.

    Those of records are read strictly, cell by cell.
    """
    columns = raw.execute(
        "SELECT m.name, x.name, x.type FROM sqlite_master m, pragma_table_info(m.name) x"
        " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
    )
    checks: dict[str, list[str]] = {}
    for table, column, kind in columns:
        if table not in RECORDS and asked(table) and kind in _OTHER:
            checks.setdefault(table, []).append(_OTHER[kind].format(column))
    queries = (f'SELECT 1 FROM "{table}" WHERE {" OR ".join(each)} LIMIT 1' for table, each in checks.items())  # noqa: S608 - names are the schema's
    return any(raw.execute(query).fetchone() for query in queries)
