"""The county's own verdicts: what all schools must meet, what their numbers say together, its own records."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.county.formulas import COUNTY_FORMULAS, EVIDENCE
from eduapp.standards.evaluate import verdict_of, with_document
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import STAGE, Measure, NotApplicable, named
from eduapp.standards.results import Outcome
from eduapp.standards.standard import ALL_SCHOOLS, POOLED
from eduapp.standards.strictness import beside_national

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from db.records.choices import Stage
    from eduapp.standards.county.data import CountyData, SchoolEntry
    from eduapp.standards.results import Verdict
    from eduapp.standards.standard import Indicator, Standard

ALL = Decimal(100)
"""%: the share of schools that must meet an item which every school must meet."""


def county_verdicts(county: CountyData, standard: Standard, on: datetime.date | None) -> tuple[Verdict, ...]:
    """Judge the county's items of a standard on a day, in the order of the pack."""
    return tuple(
        verdict
        for indicator in standard.on(on)
        if indicator.county
        for verdict in _verdicts(county, standard, indicator, on)
    )


def _verdicts(
    county: CountyData, standard: Standard, indicator: Indicator, on: datetime.date | None
) -> Iterable[Verdict]:
    if indicator.county in COUNTY_FORMULAS:
        measure = COUNTY_FORMULAS[indicator.county].compute(county, indicator.parameters)
        if isinstance(measure, Measure) and indicator.parameters.get("with_document"):
            measure = with_document(measure, county.rows(EVIDENCE), indicator.code)
        found = verdict_of(measure, standard, indicator, None, indicator.threshold(None, None))
        yield _beside(found, standard, indicator, None, on)
        return
    own = [
        (entry, verdict)
        for entry in county.entries
        for verdict in entry.school_level
        if verdict.code == indicator.code and verdict.standard == standard.id
    ]
    staged = FORMULAS[indicator.formula].scope == STAGE
    found_stages = sorted({verdict.stage for _, verdict in own if verdict.stage}) if staged else []
    stages: list[Stage | None] = [*found_stages] or [None]
    for stage in stages:
        chosen = [(entry, verdict) for entry, verdict in own if verdict.stage == stage]
        rolled = _all_schools(chosen) if indicator.county == ALL_SCHOOLS else _pooled(chosen)
        measure = _with_missing(rolled, county.missing)
        asked = _of_schools(indicator) if indicator.county == ALL_SCHOOLS else indicator
        threshold = asked.threshold(stage, None)
        found = verdict_of(measure, standard, asked, stage, threshold)
        yield _beside(found, standard, indicator, stage, on) if indicator.county == POOLED else found


def _beside(
    verdict: Verdict,
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    on: datetime.date | None,
) -> Verdict:
    if standard.below is None:
        return verdict
    return replace(verdict, remark=beside_national(indicator, standard.below, stage, None, on))


def _of_schools(indicator: Indicator) -> Indicator:
    """Return the item as the county asks it: the share of schools that meet it, all of them."""
    return replace(
        indicator,
        unit="%",
        scale=100,
        decimals=1,
        by_stage={},
        at_least=ALL,
        at_most=None,
        at_most_by_kind={},
    )


def _all_schools(own: list[tuple[SchoolEntry, Verdict]]) -> Measure | NotApplicable:
    """Count the schools that meet an item among those it concerns; one unmet decides."""
    concerned = [pair for pair in own if pair[1].outcome is not Outcome.NOT_APPLICABLE]
    if not concerned:
        return NotApplicable("没有适用的学校")
    unmet = _names(concerned, Outcome.UNMET)
    unknown = _names(concerned, Outcome.INSUFFICIENT)
    parts = [f"{len(unmet)} 所未达标:{named(unmet)}"] if unmet else []
    parts += [f"{len(unknown)} 所数据不足:{named(unknown)}"] if unknown else []
    met = Fraction(len(concerned) - len(unmet) - len(unknown))
    note = ";".join(parts) or f"{len(concerned)} 所学校全部达标"
    also = None if unknown and not unmet else True
    total = Fraction(len(concerned))
    return Measure(met + len(unknown) if also is None else met, total, (), "所", note=note, also=also)


def _names(own: list[tuple[SchoolEntry, Verdict]], outcome: Outcome) -> list[str]:
    return [entry.facts.name for entry, verdict in own if verdict.outcome is outcome]


def _pooled(own: list[tuple[SchoolEntry, Verdict]]) -> Measure | NotApplicable:
    """Add up the schools' numerators and denominators; missing while one of them has none."""
    # A number that is only reported applies, though nothing judges it.
    concerned = [
        (entry, verdict)
        for entry, verdict in own
        if verdict.outcome is not Outcome.NOT_APPLICABLE or verdict.value is not None
    ]
    if not concerned:
        return NotApplicable("没有适用的学校")
    known = [(v.numerator, v.denominator) for _, v in concerned]
    lacking = [entry.facts.name for entry, v in concerned if v.numerator is None or v.denominator is None]
    unit = concerned[0][1].gap.unit if concerned[0][1].gap else "人"
    if lacking:
        return Measure(None, None, (), unit, note=f"{len(lacking)} 所数据不足:{named(lacking)}")
    numerator = sum((over for over, _ in known if over is not None), Fraction(0))
    denominator = sum((under for _, under in known if under is not None), Fraction(0))
    return Measure(numerator, denominator, (), unit, note=f"{len(concerned)} 所学校合计")


def _with_missing(measure: Measure | NotApplicable, missing: int) -> Measure | NotApplicable:
    """Say that schools have not reported: the verdict is over those that have.

    While none of those is concerned, one that has not reported may be.
    """
    if not missing:
        return measure
    said = f"还有 {missing} 所未上报"
    if isinstance(measure, NotApplicable):
        return Measure(None, None, (), "所", note=f"{measure.reason};{said}")
    return replace(measure, note=";".join(part for part in (measure.note, said) if part))
