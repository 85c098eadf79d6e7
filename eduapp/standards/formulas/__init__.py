"""The formulas: from figures to a measure. Thresholds, dates and citations are data, not here."""

from __future__ import annotations

from eduapp.standards.formulas import (
    allocation,
    basic,
    district,
    district_ledgers,
    documents,
    government,
    local,
    quality,
)
from eduapp.standards.formulas.measure import Formula

FORMULAS: dict[str, Formula] = {
    **allocation.FORMULAS,
    **basic.FORMULAS,
    **government.FORMULAS,
    **quality.FORMULAS,
    **documents.FORMULAS,
    **local.FORMULAS,
    **district.FORMULAS,
    **district_ledgers.FORMULAS,
}
"""Formula of a school by the name packs use (docs/standards-coverage.md)."""
