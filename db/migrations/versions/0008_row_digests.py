"""Row digests: of every table the sum over its rows; counted when the upgrade is done (`db.digests`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table of the sums; they are counted over the tables as they stand at the end."""
    op.create_table(
        "row_digest",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
