"""The list's word on campuses: what schools said of theirs until now stays in force until it is decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Write down the submissions whose word on campuses counted."""
    op.create_table(
        "list_before",
        sa.Column("submission", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("submission"),
    )
    op.execute("INSERT INTO list_before SELECT DISTINCT id FROM submission WHERE read = 1")
