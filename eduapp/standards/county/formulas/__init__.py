"""The formulas of the county as a whole, by subject: from its own records and its schools to a measure.

Source: 教督〔2017〕6号, as read in docs/standards.md, "Government"; the items' forms are tables Ⅳ, Ⅴ and Ⅵ.
"""

from __future__ import annotations

from eduapp.standards.county.formulas import documents, meetings, money, people, projects, results, schools
from eduapp.standards.county.measure import EVIDENCE, CountyFormula

__all__ = ["COUNTY_FORMULAS", "EVIDENCE", "CountyFormula"]

COUNTY_FORMULAS: dict[str, CountyFormula] = {
    **documents.FORMULAS,
    **money.FORMULAS,
    **people.FORMULAS,
    **schools.FORMULAS,
    **projects.FORMULAS,
    **meetings.FORMULAS,
    **results.FORMULAS,
}
"""Formula of the county by the name packs use."""
