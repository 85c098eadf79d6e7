"""People of the county: who rotates, who is admitted, who is backbone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.county.measure import CountyFormula, ratio
from eduapp.standards.county.settling import Adds
from eduapp.standards.figures import BACKBONE_LEVELS
from eduapp.standards.formulas.measure import Measure, NotApplicable, fraction, named
from eduapp.standards.terms import DecimalNumber, Terms, term
from eduapp.standards.years import DAY, SCHOOL_YEAR

if TYPE_CHECKING:
    from decimal import Decimal

    from eduapp.standards.county.county_data import CountyData


@dataclass(frozen=True, kw_only=True)
class RotationTerms(Terms):
    """How many of a hundred who rotate must be backbone."""

    backbone_at_least: Decimal = term("其中骨干教师(%)≥", DecimalNumber())


def teacher_rotation(county: CountyData, terms: RotationTerms) -> Measure:
    """政府保障 11: rotated over eligible teachers; `backbone_at_least` % of the rotated are backbone."""
    eligible, rotated, backbone = (
        county.value(f"county_people.{name}") for name in ("eligible", "rotated", "rotated_backbone")
    )
    inputs, also, note = (rotated, eligible, backbone), None, ""
    if rotated.value is not None and backbone.value is not None:
        limit = terms.backbone_at_least
        also = Fraction(backbone.value) >= Fraction(limit) / 100 * Fraction(rotated.value)
        if eligible.value is not None or not also:
            note = f"交流轮岗 {rotated.value} 人,其中骨干 {backbone.value} 人,应不低于 {limit}%"
    return Measure(fraction(rotated), fraction(eligible), inputs, "人", also=also, note=note, within=True)


def backbone_by_level(county: CountyData, terms: Terms) -> Measure | NotApplicable:
    """Backbone teachers of all schools, with how many there are of each level as far as lists tell."""
    del terms
    if not county.entries:
        return Measure(None, None, (), "人", note="还没有学校上报")
    lacking, total = [], Fraction(0)
    for entry in county.entries:
        parts = [entry.figures.get(("backbone", section.stage)) for section in entry.sections]
        known = [Fraction(part) for part in parts if part is not None]
        if len(known) < len(parts) or not parts:
            lacking.append(entry.facts.name)
        total += sum(known, Fraction(0))
    if lacking:
        return Measure(None, None, (), "人", note=f"{len(lacking)} 所数据不足:{named(lacking)}")
    levels = {
        words: [entry.figures.get((f"backbone_{code}", None)) for entry in county.entries]
        for code, words in reversed(BACKBONE_LEVELS.items())
    }
    said = "、".join(f"{words} {sum(each or 0 for each in counts)} 人" for words, counts in levels.items())
    silent = sum(None in each for each in zip(*levels.values(), strict=True))
    note = f"按教师名单:{said}" + (f";{silent} 所只有合计" if silent else "")
    return Measure(total, Fraction(1), (), "人", note=note)


FORMULAS: dict[str, CountyFormula] = {
    "teacher_rotation": CountyFormula(teacher_rotation, RotationTerms, "%", year=SCHOOL_YEAR),
    "backbone_by_level": CountyFormula(
        backbone_by_level, Terms, "人", schools=lambda *_: True, adds=Adds.SUM
    ),
    **{
        name: CountyFormula(ratio(*(f"county_people.{each}" for each in fields)), Terms, "%", year=year)
        for name, year, *fields in (
            ("senior_high_quota", DAY, "senior_high_quota", "senior_high_plan"),
            ("migrant_children", DAY, "migrants_public", "migrants", "migrants_bought"),
            ("disabled_enrolment", DAY, "disabled_enrolled", "disabled"),
            ("private_share", DAY, "private_pupils", "compulsory_pupils"),
            ("rotated_share", SCHOOL_YEAR, "rotated", "eligible"),
            ("rotated_backbone", SCHOOL_YEAR, "rotated_backbone", "rotated"),
        )
    },
}
