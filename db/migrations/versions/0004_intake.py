"""Submissions by id and signer, without a verdict of their own; what is not kept; who passed a key on."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of intake anew."""
    op.add_column("admitted_key", sa.Column("before", sa.String(), nullable=True))
    op.create_table(
        "unkept",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("prev", sa.String(), nullable=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", "public_key"),
    )
    _refused()
    _submissions()


def _refused() -> None:
    op.rename_table("refused", "refused_before")
    op.create_table(
        "refused",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), server_default="", nullable=False),
        sa.Column("flawed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("prev", sa.String(), nullable=True),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", "public_key"),
    )
    op.execute(
        "INSERT INTO refused (id, school, name, code, text, file_name, at) "
        "SELECT id, school, name, code, text, file_name, at FROM refused_before"
    )
    op.drop_table("refused_before")


def _submissions() -> None:
    places = _second_places()
    op.drop_index("submission_school", "submission")
    op.rename_table("submission", "submission_before")
    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.String(), nullable=True),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("data_id", sa.String(), nullable=False),
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("received", sa.String(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "public_key"),
    )
    op.execute(
        "INSERT INTO submission SELECT id, public_key, NULL, school, name, year, writer, seq, prev, seen, "
        "state, data_id, practice, file_name, received, admitted, length(content), content "
        "FROM submission_before"
    )
    op.drop_table("submission_before")
    op.create_index("submission_school", "submission", ["school"])
    move = sa.text("UPDATE submission SET id = :id WHERE id = :place")
    for place, submission in places.items():
        op.get_bind().execute(move, {"id": submission, "place": place})


def _second_places() -> dict[str, str]:
    """Return where second copies of an id lay -> that id: a held one of another signer had a made-up id."""
    rows = list(op.get_bind().execute(sa.text("SELECT id, school, public_key, admitted FROM submission")))
    by_school: dict[str, list[str]] = {}
    for submission, school, _, _ in rows:
        by_school.setdefault(school, []).append(submission)
    return {
        place: submission
        for place, school, key, admitted in rows
        if not admitted
        for submission in by_school[school]
        if hashlib.sha256(f"{submission} {key}".encode()).hexdigest() == place
    }
