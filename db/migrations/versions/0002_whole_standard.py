"""The rest of the records: staffing, ledgers, documents, rectification; the county's own; its last round."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


ADDED: dict[str, dict[type[sa.types.TypeEngine[Any]], tuple[str, ...]]] = {
    "funding": {
        sa.Integer: (
            "training_spent",
            "pupils_before",
            "granted",
            "quota_primary",
            "quota_lower_secondary",
            "special_pupils_before",
            "special_granted",
        ),
    },
    "room": {
        sa.Integer: ("built_year",),
        sa.Boolean: (
            "shared",
            "network",
        ),
        sa.String: (
            "also_for",
            "stage",
        ),
    },
    "school": {
        sa.Boolean: (
            "broadband",
            "counted",
            "separate_campuses",
        ),
        sa.String: ("parent_code",),
    },
    "school_class": {
        sa.Integer: (
            "catchment",
            "came_in",
            "went_out",
        ),
    },
    "school_total": {
        sa.Integer: (
            "staff",
            "middle_titles",
            "computers",
            "books",
            "attached_kindergarten",
            "attached_primary",
            "nine_year_cohort",
            "nine_year_in",
            "nine_year_out",
            "nine_year_died",
        ),
    },
    "section_total": {
        sa.Integer: (
            "staff",
            "middle_titles",
            "intake",
            "catchment_intake",
            "own_teaching_area",
            "own_indoor_sports_area",
            "own_gym_area",
            "own_field_area",
            "own_equipment_value",
            "own_multimedia_rooms",
            "own_computers",
            "own_books",
        ),
    },
    "sports_ground": {
        sa.String: (
            "contract",
            "stage",
        ),
        sa.Date: ("contract_until",),
        sa.Boolean: ("exclusive",),
        sa.Integer: ("walk_minutes",),
    },
    "teacher": {
        sa.Date: (
            "hired",
            "certificate_date",
        ),
        sa.String: (
            "title",
            "backbone_document",
        ),
        sa.Boolean: ("rotation_eligible",),
    },
}
"""The columns that records have gained, by table and type."""
LISTS = (
    "at_risk",
    "care",
    "county_evidence",
    "county_meeting",
    "county_monitoring",
    "county_project",
    "course",
    "evidence",
    "rectification",
    "rotation",
    "special_needs",
    "training",
    "training_expense",
)
"""The new lists, which are read in the order of their positions."""


def upgrade() -> None:
    """Add them; nothing that is there changes."""
    op.create_table(
        "at_risk",
        sa.Column("school_class", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("found", sa.Date(), nullable=True),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("returned", sa.Date(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "care",
        sa.Column("school_class", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_evidence",
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("files", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_funding",
        sa.Column("quota_primary", sa.Integer(), nullable=True),
        sa.Column("quota_lower_secondary", sa.Integer(), nullable=True),
        sa.Column("special_funds", sa.Integer(), nullable=True),
        sa.Column("special_pupils", sa.Integer(), nullable=True),
        sa.Column("teacher_pay", sa.Integer(), nullable=True),
        sa.Column("official_pay", sa.Integer(), nullable=True),
        sa.Column("payroll", sa.Integer(), nullable=True),
        sa.Column("training_funds", sa.Integer(), nullable=True),
        sa.Column("pooled_funds", sa.Integer(), nullable=True),
        sa.Column("running_funds", sa.Integer(), nullable=True),
        sa.Column("education_funds", sa.Integer(), nullable=True),
        sa.Column("gdp", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_meeting",
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_monitoring",
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("difference", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_people",
        sa.Column("eligible", sa.Integer(), nullable=True),
        sa.Column("rotated", sa.Integer(), nullable=True),
        sa.Column("rotated_backbone", sa.Integer(), nullable=True),
        sa.Column("senior_high_plan", sa.Integer(), nullable=True),
        sa.Column("senior_high_quota", sa.Integer(), nullable=True),
        sa.Column("senior_high_rural", sa.Integer(), nullable=True),
        sa.Column("migrants", sa.Integer(), nullable=True),
        sa.Column("migrants_public", sa.Integer(), nullable=True),
        sa.Column("migrants_bought", sa.Integer(), nullable=True),
        sa.Column("disabled", sa.Integer(), nullable=True),
        sa.Column("disabled_enrolled", sa.Integer(), nullable=True),
        sa.Column("disabled_special", sa.Integer(), nullable=True),
        sa.Column("compulsory_pupils", sa.Integer(), nullable=True),
        sa.Column("private_pupils", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_profile",
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("rural_population", sa.Integer(), nullable=True),
        sa.Column("townships", sa.Integer(), nullable=True),
        sa.Column("villages", sa.Integer(), nullable=True),
        sa.Column("gdp_per_head", sa.Integer(), nullable=True),
        sa.Column("revenue_per_head", sa.Integer(), nullable=True),
        sa.Column("rural_income", sa.Integer(), nullable=True),
        sa.Column("urban_income", sa.Integer(), nullable=True),
        sa.Column("special_schools", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_project",
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("school", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("area", sa.Integer(), nullable=True),
        sa.Column("money", sa.Integer(), nullable=True),
        sa.Column("planned", sa.Date(), nullable=True),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "county_rectification",
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("school", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_county_rectification_position"), "county_rectification", ["position"], unique=False
    )
    op.create_table(
        "county_satisfaction",
        sa.Column("questionnaires", sa.Integer(), nullable=True),
        sa.Column("valid", sa.Integer(), nullable=True),
        sa.Column("satisfied", sa.Integer(), nullable=True),
        sa.Column("visited", sa.Integer(), nullable=True),
        sa.Column("visited_satisfied", sa.Integer(), nullable=True),
        sa.Column("parent_questionnaires", sa.Integer(), nullable=True),
        sa.Column("parent_valid", sa.Integer(), nullable=True),
        sa.Column("parent_satisfied", sa.Integer(), nullable=True),
        sa.Column("parent_visited", sa.Integer(), nullable=True),
        sa.Column("parent_visited_satisfied", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "course",
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("weekly", sa.Integer(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "evidence",
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("files", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "last_round",
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("numerator", sa.String(), nullable=False),
        sa.Column("denominator", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("school", "stage", "code"),
    )
    op.create_table(
        "rectification",
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("done", sa.Date(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "rotation",
        sa.Column("teacher", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("begins", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "special_needs",
        sa.Column("school_class", sa.String(), nullable=True),
        sa.Column("mode", sa.String(), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("plan", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "staffing",
        sa.Column("establishment", sa.Integer(), nullable=True),
        sa.Column("positions", sa.Integer(), nullable=True),
        sa.Column("in_post", sa.Integer(), nullable=True),
        sa.Column("off_post", sa.Integer(), nullable=True),
        sa.Column("contract", sa.Integer(), nullable=True),
        sa.Column("substitutes", sa.Integer(), nullable=True),
        sa.Column("off_post_reason", sa.String(), nullable=True),
        sa.Column("eligible", sa.Integer(), nullable=True),
        sa.Column("rotated", sa.Integer(), nullable=True),
        sa.Column("rotated_backbone", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "training",
        sa.Column("teacher", sa.String(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("proof", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "training_expense",
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("use", sa.String(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("voucher", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for name in LISTS:
        op.create_index(op.f(f"ix_{name}_position"), name, ["position"], unique=False)
    for table, columns in ADDED.items():
        for kind, names in columns.items():
            for name in names:
                op.add_column(table, sa.Column(name, kind(), nullable=True))
