"""The county's money of two years: what 只增不减 and 三个增长 are computed from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_COLUMNS = (
    *("spending", "spending_before", "per_pupil", "per_pupil_before"),
    *("appropriation", "appropriation_before", "revenue", "revenue_before"),
    *("teacher_pay_before", "running_per_pupil", "running_per_pupil_before"),
)


def upgrade() -> None:
    """Add the fields to the county's money: for a few hours programs made them under the number before."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("county_funding")}
    for name in _COLUMNS:
        if name not in there:
            op.add_column("county_funding", sa.Column(name, sa.Integer(), nullable=True))
