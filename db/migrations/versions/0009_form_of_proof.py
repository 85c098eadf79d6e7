"""The form of the proof by which a key was admitted: those there were covered the key alone (1)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Mark the keys there are as admitted by the first form."""
    op.add_column("admitted_key", sa.Column("form", sa.Integer(), server_default="1", nullable=False))
