"""Judging a school's data by a standard on a day: verdicts, sections, the school as a whole."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.formulas import FORMULAS, Measure, NotApplicable, small_teaching_point
from eduapp.standards.gap import gap_of
from eduapp.standards.results import Outcome, SectionResult, Verdict

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from decimal import Decimal

    from db.records.choices import Stage
    from eduapp.standards.data import SchoolData
    from eduapp.standards.standard import Indicator, Relaxation, Standard


def evaluate_sections(
    data: SchoolData, standard: Standard, on: datetime.date | None = None
) -> tuple[SectionResult, ...]:
    """Judge 资源配置 for each section of the school on a day (needed where there are relaxations)."""
    return tuple(_section(data, standard, stage, on) for stage in data.sections)


def evaluate_school(
    data: SchoolData, standard: Standard, on: datetime.date | None = None
) -> tuple[Verdict, ...]:
    """Judge what is asked of the school as a whole on a day (needed where there are relaxations)."""
    return tuple(
        judge(data, standard, indicator, None, on)
        for indicator in standard.indicators
        if not FORMULAS[indicator.name].by_section
    )


def judge(
    data: SchoolData,
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    on: datetime.date | None = None,
) -> Verdict:
    """Judge one indicator for a section (or for the school, without a stage), unrounded.

    Relaxations in force on the day apply where their condition holds; one whose condition is unknown
    does not, and the remark names the missing fact. Raises ValueError when the standard has
    relaxations and no day is given: whether they hold cannot be guessed.
    """
    plain = _judge(data, standard, indicator, stage)
    own = [each for each in standard.relaxations if each.indicator.code == indicator.code]
    if own and on is None:
        message = f"{standard.id} has relaxations with dates: it judges {indicator.code} on a day only"
        raise ValueError(message)
    in_force = [each for each in own if on and each.in_force(on) and each.concerns(data.facts.kind)]
    if not in_force or plain.outcome is Outcome.NOT_APPLICABLE:
        return plain
    relaxed, hints = [], []
    for each in in_force:
        answer = CONDITIONS[each.condition].ask(data, each.terms)
        if answer.holds:
            found = _judge(data, standard, each.indicator, stage)
            relaxed.append(replace(found, remark=_relaxed_by(each)))
        elif answer.holds is None and answer.missing:
            hints.append(f"未填「{'」「'.join(answer.missing)}」,{_NOT_RELAXED}")
        elif answer.why:
            hints.append(f"{answer.why},{_NOT_RELAXED}")
    best = _most_lenient(plain, relaxed)
    # What is met needs no further fact: a hint there would only be noise.
    remarks = [best.remark, *(hints if best.outcome is not Outcome.MET else [])]
    return replace(best, remark=";".join(dict.fromkeys(part for part in remarks if part)))


_NOT_RELAXED = "未按放宽条款判定"
_LENIENCE = (Outcome.UNMET, Outcome.FLOOR, Outcome.INSUFFICIENT, Outcome.MET)


def _most_lenient(plain: Verdict, relaxed: list[Verdict]) -> Verdict:
    """Choose the verdict that stands: a relaxation can only help.

    One that still lacks data may yet be met, so it stands before one that is not; but what is met
    without it stays met. Among equals the smallest gap.
    """
    if not relaxed:
        return plain

    def rank(verdict: Verdict) -> tuple[int, int]:
        return _LENIENCE.index(verdict.outcome), -(verdict.gap.short if verdict.gap else 0)

    best = max(relaxed, key=rank)
    return plain if best.outcome is Outcome.INSUFFICIENT and plain.outcome is Outcome.MET else best


def _relaxed_by(relaxation: Relaxation) -> str:
    title = CONDITIONS[relaxation.condition].title
    number = relaxation.indicator.citation.number
    return f"按{number}放宽({title}),至 {relaxation.valid_to.isoformat()}"


def _judge(data: SchoolData, standard: Standard, indicator: Indicator, stage: Stage | None) -> Verdict:
    """Judge by an indicator as it stands."""
    exempt = small_teaching_point(data, standard.parameters) if stage else None
    measure = exempt or FORMULAS[indicator.name].compute(data, stage, indicator.parameters)
    threshold = indicator.threshold(stage, data.facts.kind)
    if isinstance(measure, NotApplicable):
        return _verdict(standard, indicator, stage, Outcome.NOT_APPLICABLE, threshold, note=measure.reason)
    has_floor = FORMULAS[indicator.name].by_section and threshold is not None
    floor = threshold * standard.floor_share if has_floor and threshold is not None else None
    outcome = _outcome(measure, indicator, threshold, floor)
    gap = (
        gap_of(measure, indicator.scale, threshold, at_most=indicator.is_upper_limit)
        if threshold is not None
        else None
    )
    known = outcome is not Outcome.INSUFFICIENT
    return _verdict(
        standard,
        indicator,
        stage,
        outcome,
        threshold,
        floor=floor,
        numerator=measure.numerator,
        denominator=measure.denominator,
        gap=gap if known else None,
        inputs=measure.inputs,
        note=measure.note if known else _missing(measure),
    )


def section_outcome(verdicts: Sequence[Verdict], at_least: int) -> Outcome:
    """Join the verdicts of a section, three-valued (standards.md §1.9).

    All but `len - at_least` must be met and those at the floor; what is missing may still be met.
    """
    outcomes = [verdict.outcome for verdict in verdicts]
    if Outcome.NOT_APPLICABLE in outcomes:
        return Outcome.NOT_APPLICABLE
    missing = outcomes.count(Outcome.INSUFFICIENT)
    allowed = len(outcomes) - at_least
    if Outcome.UNMET in outcomes or outcomes.count(Outcome.FLOOR) > allowed:
        return Outcome.UNMET
    return Outcome.INSUFFICIENT if missing else Outcome.MET


def _section(data: SchoolData, standard: Standard, stage: Stage, on: datetime.date | None) -> SectionResult:
    verdicts = tuple(
        judge(data, standard, indicator, stage, on)
        for indicator in standard.indicators
        if FORMULAS[indicator.name].by_section
    )
    outcome = section_outcome(verdicts, standard.pass_at_least)
    pupils = data.figure("pupils", stage).value
    met = sum(verdict.outcome is Outcome.MET for verdict in verdicts)
    note = verdicts[0].note if outcome is Outcome.NOT_APPLICABLE and verdicts else ""
    return SectionResult(stage, None if pupils is None else int(pupils), outcome, met, verdicts, note)


def _outcome(
    measure: Measure, indicator: Indicator, threshold: Decimal | None, floor: Decimal | None
) -> Outcome:
    numerator, denominator = measure.numerator, measure.denominator
    if numerator is None or not denominator or denominator < 0 or threshold is None:
        return Outcome.INSUFFICIENT
    scaled = numerator * indicator.scale
    if indicator.is_upper_limit:
        return Outcome.MET if scaled <= Fraction(threshold) * denominator else Outcome.UNMET
    if scaled >= Fraction(threshold) * denominator:
        return Outcome.MET
    if floor is not None and scaled >= Fraction(floor) * denominator:
        return Outcome.FLOOR
    return Outcome.UNMET


def _missing(measure: Measure) -> str:
    """Name what keeps the formula from having a value."""
    if measure.note:
        return measure.note
    labels = dict.fromkeys(part.label for part in measure.inputs if part.value is None)
    if labels:
        return "缺:" + "、".join(labels)
    return "无法计算:分母为 0"


def _verdict(
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    outcome: Outcome,
    threshold: Decimal | None,
    **found: object,
) -> Verdict:
    return Verdict(
        code=indicator.code,
        name=indicator.name,
        title=indicator.title,
        standard=standard.id,
        stage=stage,
        outcome=outcome,
        citation=indicator.citation,
        scale=indicator.scale,
        decimals=indicator.decimals,
        unit=indicator.unit,
        at_most=indicator.is_upper_limit,
        threshold=threshold,
        **found,  # type: ignore[arg-type]
    )
