"""The formulas, by subject: from figures to a measure. Thresholds, dates and citations are data, not here."""

from __future__ import annotations

from eduapp.standards.formulas import (
    allocation,
    classes,
    courses,
    documents,
    grounds,
    homework,
    money,
    posts,
    pupils,
    reported,
    rooms,
    teachers,
)
from eduapp.standards.formulas.measure import Formula

FORMULAS: dict[str, Formula] = {
    **allocation.FORMULAS,
    **classes.FORMULAS,
    **teachers.FORMULAS,
    **posts.FORMULAS,
    **rooms.FORMULAS,
    **grounds.FORMULAS,
    **money.FORMULAS,
    **pupils.FORMULAS,
    **courses.FORMULAS,
    **homework.FORMULAS,
    **documents.FORMULAS,
    **reported.FORMULAS,
}
"""Formula of a school by the name packs use (docs/standards-coverage.md)."""
