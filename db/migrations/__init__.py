"""The history of the workbook's tables, run by alembic; imported only when there is work to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

HEAD = "0002"
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


def upgrade(raw: sqlite3.Connection) -> None:
    """Bring an open file to HEAD."""
    from alembic import command  # noqa: PLC0415 - half a second that only a new or old file pays
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import StaticPool, create_engine  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
