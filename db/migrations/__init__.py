"""The history of the workbook's tables, run by alembic, which is loaded only when an old file is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import resources

if TYPE_CHECKING:
    import sqlite3

HEAD = "0007"
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
    raw.execute("COMMIT")


_REVISION_TABLE = """CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)"""


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
