"""SQLAlchemy over a workbook's open connection: for the queries that are made of `db.tables`.

Loaded where the first such query is asked; opening, editing and the journal speak to sqlite3 itself.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

if TYPE_CHECKING:
    import sqlite3


@cache
def _compiled() -> tuple[Engine, dict[Any, Any]]:
    """Return the dialect's engine and the statements compiled so far, for all workbooks of this process.

    An engine of its own compiles every statement anew, which took longer than opening a workbook does.
    """
    model = create_engine("sqlite://")
    model.connect().close()  # the dialect asks its version of the library once
    return model, {}


def connect(raw: sqlite3.Connection) -> Connection:
    """Return SQLAlchemy's connection over an open one; each of its transactions begins at once."""
    model, statements = _compiled()
    opened: Any = raw  # SQLAlchemy's protocol of a connection says more than the standard library's types
    pool = StaticPool(lambda: opened, dialect=model.dialect)
    engine = Engine(pool, model.dialect, model.url, execution_options={"compiled_cache": statements})
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine.connect()
