"""The one connection below both doors to a workbook: sqlite3 itself, and SQLAlchemy over it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    Door = sqlite3.Connection | Connection


def raw_of(door: Door) -> sqlite3.Connection:
    """Return sqlite3's connection of either door: what is written there is in the same transaction."""
    if isinstance(door, sqlite3.Connection):
        return door
    raw = door.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        raise TypeError(f"{type(raw).__name__} is no connection of SQLite")
    return raw
