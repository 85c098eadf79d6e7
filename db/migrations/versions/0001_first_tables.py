"""The first tables: records, ticks, journal, sent submissions; a county's list, keys and submissions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "admitted_key",
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("public_key", "school"),
    )
    op.create_table(
        "complete", sa.Column("record", sa.String(), nullable=False), sa.PrimaryKeyConstraint("record")
    )
    op.create_table(
        "equipment",
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_equipment_position"), "equipment", ["position"], unique=False)
    op.create_table(
        "expected_school",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "funding",
        sa.Column("equipment_value", sa.Integer(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("final_account", sa.Integer(), nullable=True),
        sa.Column("training_budget", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "homework",
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("school_class", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("written", sa.Boolean(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("measured", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_homework_position"), "homework", ["position"], unique=False)
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=True),
        sa.Column("new", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "previous_figure",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", "stage"),
    )
    op.create_table(
        "reason",
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("finding"),
    )
    op.create_table(
        "room",
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("area", sa.Integer(), nullable=True),
        sa.Column("multimedia", sa.Boolean(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_room_position"), "room", ["position"], unique=False)
    op.create_table(
        "school",
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("system", sa.String(), nullable=True),
        sa.Column("area_class", sa.String(), nullable=True),
        sa.Column("organiser", sa.String(), nullable=True),
        sa.Column("ownership", sa.String(), nullable=True),
        sa.Column("boarding", sa.Boolean(), nullable=True),
        sa.Column("built_year", sa.Integer(), nullable=True),
        sa.Column("planned_by_2010", sa.Boolean(), nullable=True),
        sa.Column("planned_by_2016", sa.Boolean(), nullable=True),
        sa.Column("dense_centre", sa.Boolean(), nullable=True),
        sa.Column("small_rural", sa.Boolean(), nullable=True),
        sa.Column("small_classes", sa.Boolean(), nullable=True),
        sa.Column("filled_by", sa.String(), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("principal", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "school_class",
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("boarders", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_school_class_position"), "school_class", ["position"], unique=False)
    op.create_table(
        "school_total",
        sa.Column("classes", sa.Integer(), nullable=True),
        sa.Column("classes_to_25", sa.Integer(), nullable=True),
        sa.Column("classes_26_30", sa.Integer(), nullable=True),
        sa.Column("classes_31_35", sa.Integer(), nullable=True),
        sa.Column("classes_36_40", sa.Integer(), nullable=True),
        sa.Column("classes_41_45", sa.Integer(), nullable=True),
        sa.Column("classes_46_50", sa.Integer(), nullable=True),
        sa.Column("classes_51_55", sa.Integer(), nullable=True),
        sa.Column("classes_56_60", sa.Integer(), nullable=True),
        sa.Column("classes_61_65", sa.Integer(), nullable=True),
        sa.Column("classes_from_66", sa.Integer(), nullable=True),
        sa.Column("teachers", sa.Integer(), nullable=True),
        sa.Column("backbone", sa.Integer(), nullable=True),
        sa.Column("certified", sa.Integer(), nullable=True),
        sa.Column("trained", sa.Integer(), nullable=True),
        sa.Column("pe", sa.Integer(), nullable=True),
        sa.Column("music", sa.Integer(), nullable=True),
        sa.Column("fine_art", sa.Integer(), nullable=True),
        sa.Column("art", sa.Integer(), nullable=True),
        sa.Column("visiting_pe", sa.Integer(), nullable=True),
        sa.Column("visiting_music", sa.Integer(), nullable=True),
        sa.Column("visiting_fine_art", sa.Integer(), nullable=True),
        sa.Column("visiting_art", sa.Integer(), nullable=True),
        sa.Column("migrants", sa.Integer(), nullable=True),
        sa.Column("senior_high_pupils", sa.Integer(), nullable=True),
        sa.Column("teaching_area", sa.Integer(), nullable=True),
        sa.Column("indoor_sports_area", sa.Integer(), nullable=True),
        sa.Column("gym_area", sa.Integer(), nullable=True),
        sa.Column("field_area", sa.Integer(), nullable=True),
        sa.Column("rented_area", sa.Integer(), nullable=True),
        sa.Column("other_sports_area", sa.Integer(), nullable=True),
        sa.Column("multimedia_rooms", sa.Integer(), nullable=True),
        sa.Column("music_rooms", sa.Integer(), nullable=True),
        sa.Column("music_rooms_96", sa.Integer(), nullable=True),
        sa.Column("music_rooms_73", sa.Integer(), nullable=True),
        sa.Column("music_rooms_61", sa.Integer(), nullable=True),
        sa.Column("art_rooms", sa.Integer(), nullable=True),
        sa.Column("art_rooms_90", sa.Integer(), nullable=True),
        sa.Column("art_rooms_67", sa.Integer(), nullable=True),
        sa.Column("art_rooms_61", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "section_total",
        sa.Column("classes", sa.Integer(), nullable=True),
        sa.Column("classes_to_25", sa.Integer(), nullable=True),
        sa.Column("classes_26_30", sa.Integer(), nullable=True),
        sa.Column("classes_31_35", sa.Integer(), nullable=True),
        sa.Column("classes_36_40", sa.Integer(), nullable=True),
        sa.Column("classes_41_45", sa.Integer(), nullable=True),
        sa.Column("classes_46_50", sa.Integer(), nullable=True),
        sa.Column("classes_51_55", sa.Integer(), nullable=True),
        sa.Column("classes_56_60", sa.Integer(), nullable=True),
        sa.Column("classes_61_65", sa.Integer(), nullable=True),
        sa.Column("classes_from_66", sa.Integer(), nullable=True),
        sa.Column("teachers", sa.Integer(), nullable=True),
        sa.Column("backbone", sa.Integer(), nullable=True),
        sa.Column("certified", sa.Integer(), nullable=True),
        sa.Column("trained", sa.Integer(), nullable=True),
        sa.Column("pe", sa.Integer(), nullable=True),
        sa.Column("music", sa.Integer(), nullable=True),
        sa.Column("fine_art", sa.Integer(), nullable=True),
        sa.Column("art", sa.Integer(), nullable=True),
        sa.Column("visiting_pe", sa.Integer(), nullable=True),
        sa.Column("visiting_music", sa.Integer(), nullable=True),
        sa.Column("visiting_fine_art", sa.Integer(), nullable=True),
        sa.Column("visiting_art", sa.Integer(), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("catchment_pupils", sa.Integer(), nullable=True),
        sa.Column("associate", sa.Integer(), nullable=True),
        sa.Column("bachelor", sa.Integer(), nullable=True),
        sa.Column("master", sa.Integer(), nullable=True),
        sa.Column("doctor", sa.Integer(), nullable=True),
        sa.Column("graduates", sa.Integer(), nullable=True),
        sa.Column("cohort", sa.Integer(), nullable=True),
        sa.Column("transferred_in", sa.Integer(), nullable=True),
        sa.Column("transferred_out", sa.Integer(), nullable=True),
        sa.Column("died", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("data_id", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sports_ground",
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("area", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_sports_ground_position"), "sports_ground", ["position"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.String(), nullable=True),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("data_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("received", sa.String(), nullable=False),
        sa.Column("admitted", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("submission_school", "submission", ["school"], unique=False)
    op.create_table(
        "teacher",
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("birth_month", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("degree", sa.String(), nullable=True),
        sa.Column("certificate", sa.Boolean(), nullable=True),
        sa.Column("backbone", sa.String(), nullable=True),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_teacher_position"), "teacher", ["position"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("record", "key"),
    )
    op.create_table(
        "unread",
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("record", "key", "field"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=False),
        sa.Column("over", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission"],
            ["submission.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
