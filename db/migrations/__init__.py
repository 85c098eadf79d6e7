"""The history of the workbook's tables, run by alembic, which is loaded only when an old file is opened."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import resources
from db import digests, journal_cover

HEAD = "0011"
"""The revision this program writes; a test holds it to the newest file in versions/."""


def revision(raw: sqlite3.Connection) -> str | None:
    """Return the revision of an open file; None when it has no tables yet."""
    known = raw.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    if known is None:
        return None
    found = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None


def is_newer(raw: sqlite3.Connection) -> bool:
    """Whether a newer program made the file: revisions are numbered, so text order is their order."""
    return (revision(raw) or "") > HEAD


def is_older(raw: sqlite3.Connection) -> bool:
    """Whether the file must be upgraded before use."""
    return (revision(raw) or "") < HEAD


def make_tables(raw: sqlite3.Connection) -> None:
    """Make the tables of a new file as they stand at HEAD; a test holds them to the migrations."""
    raw.executescript(f"BEGIN;\n{resources.read_text('schema.sql')}\n{_REVISION_TABLE};")
    raw.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    digests.recount(raw)
    raw.execute("COMMIT")


def is_foreign(raw: sqlite3.Connection) -> bool:
    """Whether a file of any release holds what none of ours made: a trigger, a view, a virtual table."""
    odd = "type NOT IN ('table', 'index') OR rootpage = 0 OR sql LIKE 'CREATE VIRTUAL%'"
    if raw.execute(f"SELECT 1 FROM sqlite_master WHERE {odd}").fetchone():  # noqa: S608 - written here
        return True
    found = revision(raw)
    return found is not None and re.fullmatch(r"\d{4}", found, re.ASCII) is None


def is_altered(raw: sqlite3.Connection) -> bool:
    """Whether a file at HEAD has other tables, columns, types, keys or indices than it is made with.

    A file that was made at HEAD says it word for word. Else it is compared by structure: an upgraded one
    says the same in other words.
    """
    if _is_word_for_word(raw):
        return False
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.executescript(f"{resources.read_text('schema.sql')}\n{_REVISION_TABLE}")
        return _structure(made) != _structure(raw)


def _is_word_for_word(raw: sqlite3.Connection) -> bool:
    """Whether a file's schema is that of a new one, with no index but those that its words call for."""
    if sorted(raw.execute(_SAID)) != _made_words():
        return False
    unsaid = raw.execute("SELECT tbl_name, name, type FROM sqlite_master WHERE sql IS NULL").fetchall()
    return sorted(unsaid) == sorted(raw.execute(_CALLED_FOR))


@cache
def _made_words() -> list[tuple[str, str, str, str]]:
    """Return type, name, table and words of all that a new file is made with, as SQLite keeps them."""
    words = f"{resources.read_text('schema.sql')}{_REVISION_TABLE};\n".split(";\n")[:-1]
    found = []
    for each in words:
        made = _MADE.match(each)
        if made is None:
            raise ValueError(f"neither a table nor an index is made by: {each}")
        kind, name = ("table", made["table"]) if made["index"] is None else ("index", made["index"])
        found.append((kind, name, made["table"] or made["of"], each))
    return sorted(found)


_MADE = re.compile(r"CREATE (?:TABLE (?P<table>\w+)|(?:UNIQUE )?INDEX (?P<index>\w+) ON (?P<of>\w+)) \(")
_SAID = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence'"
)
_CALLED_FOR = (
    "SELECT m.name, i.name, 'index' FROM sqlite_master m, pragma_index_list(m.name) i"
    " WHERE m.type = 'table' AND i.origin <> 'c'"
)
_OBJECTS = "SELECT name, type, tbl_name, sql FROM sqlite_master WHERE name <> 'sqlite_sequence'"
_COLUMNS = (
    'SELECT m.name, x.name, upper(x.type), x."notnull", x.dflt_value, x.pk, x.hidden'
    " FROM sqlite_master m, pragma_table_xinfo(m.name) x WHERE m.type = 'table'"
)
_INDICES = (
    'SELECT m.name, i."unique", i.origin, i.partial, x.seqno, x.name, x."desc", x.coll, x."key"'
    " FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_xinfo(i.name) x WHERE m.type = 'table'"
)
_REVISION_TABLE = """CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)"""
_FOREIGN = "SELECT m.name, f.* FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
_CLAUSES = re.compile(
    r"\b(CHECK\s*\(|COLLATE|GENERATED|AUTOINCREMENT|STRICT|WITHOUT)", re.IGNORECASE | re.ASCII
)


def _structure(raw: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    objects = [
        (*words, sorted({each.upper() for each in _CLAUSES.findall(sql or "")}))
        for *words, sql in raw.execute(_OBJECTS)
    ]
    rest = (raw.execute(query) for query in (_COLUMNS, _INDICES, _FOREIGN))
    return [sorted(each, key=repr) for each in (objects, *rest)]


def upgrade(raw: sqlite3.Connection) -> None:
    """Bring an open file of an earlier release to HEAD."""
    from alembic import command  # noqa: PLC0415 - half a second that only an old file pays
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import StaticPool, create_engine, event  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    # Nothing else begins one: without it each statement stands for itself, and a kill leaves a half of each.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        journal_cover.forget(raw)
        digests.recount(raw)
