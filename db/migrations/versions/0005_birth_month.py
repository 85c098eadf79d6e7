"""出生年月 is a month: what was typed is kept as 1985-03 or, where it is none, as unread text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.records.months import Month
from db.records.values import Unreadable

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Read the texts that stand in the column; nothing typed is lost."""
    connection = op.get_bind()
    teacher = sa.table("teacher", sa.column("id", sa.String()), sa.column("birth_month", sa.String()))
    unread = sa.table(
        "unread", *(sa.column(name, sa.String()) for name in ("record", "key", "field", "text"))
    )
    rows = connection.execute(sa.select(teacher.c.id, teacher.c.birth_month)).all()
    for key, text in rows:
        month = None if text is None else _month(text)
        if month == text:
            continue
        at = sa.update(teacher).where(teacher.c.id == key)
        connection.execute(at.values(birth_month=month))
        if month is None:
            values = {"record": "teacher", "key": key, "field": "birth_month", "text": text}
            connection.execute(sa.insert(unread).values(values))


def _month(text: str) -> str | None:
    try:
        return Month().parse(text)
    except Unreadable:
        return None
