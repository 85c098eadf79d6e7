"""Judging a school's data by a standard on a day: verdicts, sections, the school as a whole."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.clashes import clashes_of
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.contradictions import contradicted, obeying
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.allocation import left_out
from eduapp.standards.formulas.documents import answered
from eduapp.standards.formulas.measure import (
    SECTION,
    SITE,
    STAGE,
    Measure,
    NotApplicable,
    named,
)
from eduapp.standards.gap import gap_of
from eduapp.standards.norms import norm_remark
from eduapp.standards.results import Outcome, SectionResult, Verdict
from eduapp.standards.strictness import beside_national
from eduapp.standards.wording import number_text

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from db.records.choices import Stage
    from db.records.rows import Row
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
        judge(data, standard, indicator, stage, on)
        for indicator in standard.on(on)
        if indicator.formula and not FORMULAS[indicator.formula].by_section
        for stage in _stages(data, indicator)
    )


def _stages(data: SchoolData, indicator: Indicator) -> tuple[Stage | None, ...]:
    """Return what an item of the school is judged for: the school as a whole, or each of its stages."""
    by_stage = FORMULAS[indicator.formula].scope == STAGE
    return data.sections or data.facts.stages or (None,) if by_stage else (None,)


def judge(
    data: SchoolData,
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    on: datetime.date | None = None,
) -> Verdict:
    """Judge one indicator for a section (or for the school, without a stage), unrounded.

    What contradicts itself among its numbers makes it insufficient data (`contradictions`).
    Raises ValueError when the standard has relaxations and no day is given.
    """
    return data.judged(
        (id(standard), id(indicator), stage, on), lambda: _judged(data, standard, indicator, stage, on)
    )


def _judged(
    data: SchoolData,
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    on: datetime.date | None,
) -> Verdict:
    if indicator.judged.what == SITE and len(data.parts) > 1:
        return by_sites(data, [judge(each, standard, indicator, stage, on) for each in data.parts])

    def one(numbers: SchoolData) -> Verdict:
        return _with_relaxations(numbers, standard, indicator, stage, on)

    return obeying(data, clashes_of(data), one)


_DECISIVE = (Outcome.UNMET, Outcome.INSUFFICIENT, Outcome.FLOOR, Outcome.MET, Outcome.NOT_APPLICABLE)


def by_sites(data: SchoolData, found: list[Verdict]) -> Verdict:
    """Join the verdicts of a school's sites, judged apart: the worst of them decides, and is named.

    Counts of what is over a limit are added up; of a share or an amount the worst site's stands.
    """

    def rank(verdict: Verdict) -> tuple[int, Fraction]:
        value = verdict.value or Fraction(0)
        return _DECISIVE.index(verdict.outcome), -value if verdict.at_most else value

    worst = min(found, key=rank)
    names = {
        words: named(
            [part.facts.name for part, each in zip(data.parts, found, strict=True) if each.outcome is outcome]
        )
        for outcome, words in ((Outcome.UNMET, "未达标"), (Outcome.INSUFFICIENT, "数据不足"))
    }
    said = ";".join(f"分校区{words}:{own}" for words, own in names.items() if own)
    known = [measure for measure in found if measure.numerator is not None]
    counts = worst.at_most and worst.value is not None and all(each.denominator == 1 for each in known)
    total = sum((each.numerator or Fraction(0) for each in known), Fraction(0))
    return replace(
        worst,
        numerator=total if counts else worst.numerator,
        gap=replace(worst.gap, short=sum(each.gap.short for each in known if each.gap))
        if counts and worst.gap
        else worst.gap,
        note=";".join(dict.fromkeys(part for part in (said, worst.note) if part)),
        contradictions=tuple(dict.fromkeys(text for each in found for text in each.contradictions)),
    )


def _with_relaxations(
    data: SchoolData,
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    on: datetime.date | None,
) -> Verdict:
    """Judge by the item and its relaxations.

    Relaxations in force on the day apply where their condition holds; one whose condition is unknown
    does not, and the remark names the missing fact. Whether they hold on no day cannot be guessed.
    """
    plain = _judge(data, standard, indicator, stage)
    plain = replace(plain, remark=norm_remark(standard, indicator, stage, data.facts.kind, on))
    if standard.below:
        beside = beside_national(indicator, standard.below, stage, data.facts.kind, on)
        return replace(plain, remark=joined(beside, plain.remark))
    own = [relaxation for relaxation in standard.relaxations if relaxation.indicator.code == indicator.code]
    if own and on is None:
        message = f"{standard.id} has relaxations with dates: it judges {indicator.code} on a day only"
        raise ValueError(message)
    in_force = [
        relaxation
        for relaxation in own
        if on and relaxation.in_force(on) and relaxation.concerns(data.facts.kind)
    ]
    if not in_force or plain.outcome is Outcome.NOT_APPLICABLE:
        return plain
    relaxed, hints = [], []
    for each in in_force:
        answer = CONDITIONS[each.condition].ask(data, each.terms)
        if answer.holds:
            found = _on_its_plan(data, each, _judge(data, standard, each.indicator, stage))
            relaxed.append(found)
        elif answer.holds is None and answer.missing:
            hints.append(f"未填「{'」「'.join(answer.missing)}」,{_NOT_RELAXED}")
        elif answer.why:
            hints.append(f"{answer.why},{_NOT_RELAXED}")
    best = _most_lenient(plain, relaxed)
    # What is met needs no further fact: a hint there would only be noise.
    remarks = [best.remark, *(hints if best.outcome is not Outcome.MET else [])]
    return replace(best, remark=joined(*remarks))


def _on_its_plan(data: SchoolData, relaxation: Relaxation, found: Verdict) -> Verdict:
    """Return what a relaxation finds; without the document it asks for nothing is met by it."""
    remark = _relaxed_by(relaxation)
    if relaxation.plan is None or found.outcome is not Outcome.MET:
        return replace(found, remark=remark)
    asked = relaxation.plan.words
    answer = answered(data.rows("evidence"), relaxation.indicator.code)
    if answer.met:
        return replace(found, remark=f"{remark};凭{_named_documents(data, relaxation)}")
    if answer.met is False:
        note = f"{asked}{answer.note},{_NOT_RELAXED}"
        return replace(found, outcome=Outcome.UNMET, note=joined(found.note, note), remark="")
    lacking = answer.note.removeprefix("缺:佐证材料").strip("的()")
    note = f"按放宽条款可以达标,缺:{asked}的佐证材料({lacking})"
    return replace(
        found, outcome=Outcome.INSUFFICIENT, gap=None, note=joined(found.note, note), remark=remark
    )


def _named_documents(data: SchoolData, relaxation: Relaxation) -> str:
    """Name the documents by which a relaxation is granted: 「《建设规划》(某教〔2026〕1号)」."""
    own = [row for row in data.rows("evidence") if row["item"] == relaxation.indicator.code]
    return "、".join(f"《{row['files']}》({row['number']})" for row in own)


def joined(*parts: str) -> str:
    """Join what is said of a verdict; what is said twice is said once."""
    return ";".join(dict.fromkeys(part for part in parts if part))


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
    formula = FORMULAS[indicator.formula]
    exempt = left_out(data, standard.common) if formula.scope == SECTION else None
    measure = exempt or formula.compute(data, stage, indicator.terms)
    if isinstance(measure, Measure) and indicator.with_document:
        measure = with_document(measure, data.rows("evidence"), indicator.code)
    threshold = indicator.threshold(stage, data.facts.kind)
    if threshold is None and indicator.has_limit and isinstance(measure, Measure):
        # Nothing is asked of a kind or stage without a limit; of an unknown kind it cannot be known.
        known = data.facts.kind is not None
        measure = NotApplicable(_NO_LIMIT) if known else replace(measure, numerator=None, note=_NO_KIND)
    found = verdict_of(measure, standard, indicator, stage, threshold)
    return replace(found, citation=indicator.cited(data.facts.kind))


_NO_LIMIT, _NO_KIND = "这项没有规定本类学校或本学段的标准", "请先填写学校类型"


def with_document(measure: Measure, rows: Iterable[Row], code: str) -> Measure:
    """Ask for the document that the clause wants beside its number."""
    answer = answered(rows, code)
    also = False if measure.also is False or answer.met is False else measure.also and answer.met
    note = ";".join(part for part in (measure.note, answer.note if answer.met is not True else "") if part)
    return replace(measure, also=also, note=note)


def verdict_of(
    measure: Measure | NotApplicable,
    standard: Standard,
    indicator: Indicator,
    stage: Stage | None,
    threshold: Decimal | None,
) -> Verdict:
    """Judge a measure by a threshold, unrounded; the floor is a section's alone."""
    if isinstance(measure, NotApplicable):
        return _verdict(standard, indicator, stage, Outcome.NOT_APPLICABLE, threshold, note=measure.reason)
    if not indicator.has_limit and not indicator.by_section:
        measure = _reported(measure)
    floor = threshold * standard.floor_share if indicator.by_section and threshold is not None else None
    outcome = _outcome(measure, indicator, threshold, floor)
    gap = (
        gap_of(measure, indicator.scale, threshold, at_most=indicator.is_upper_limit)
        if threshold is not None
        else None
    )
    known = outcome is not Outcome.INSUFFICIENT
    found = _verdict(
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
        words=measure.words,
    )
    impossible = "" if outcome is Outcome.UNMET else _impossible(measure)
    return contradicted(found, (impossible,)) if impossible else found


def _impossible(measure: Measure) -> str:
    """Say that a part is more than its whole; empty where it is not."""
    over, under = measure.numerator, measure.denominator
    if not measure.within or over is None or not under or 0 <= over <= under:
        return ""
    return f"{number_text(over)} 不是 {number_text(under)} 的一部分,这个比例应在 0 到 100% 之间"


REPORTED_ONLY = "只报告,不设标准"


def _reported(measure: Measure) -> Measure:
    """Say of a number that is only reported that nothing judges it, whatever its document says."""
    if measure.numerator is None or not measure.denominator:
        return measure
    note = ";".join(part for part in (measure.note, REPORTED_ONLY) if part)
    return replace(measure, also=True, note=note)


def section_outcome(verdicts: Sequence[Verdict], at_least: int) -> Outcome:
    """Join the verdicts of a section, three-valued (docs/standards.md, "Rules of computing").

    All but `len - at_least` must be met and those at the floor; what is missing may still be met.
    """
    outcomes = [verdict.outcome for verdict in verdicts]
    if Outcome.NOT_APPLICABLE in outcomes or not at_least:
        return Outcome.NOT_APPLICABLE
    missing = outcomes.count(Outcome.INSUFFICIENT)
    allowed = len(outcomes) - at_least
    if Outcome.UNMET in outcomes or outcomes.count(Outcome.FLOOR) > allowed:
        return Outcome.UNMET
    return Outcome.INSUFFICIENT if missing else Outcome.MET


def _section(data: SchoolData, standard: Standard, stage: Stage, on: datetime.date | None) -> SectionResult:
    verdicts = tuple(
        judge(data, standard, indicator, stage, on) for indicator in standard.on(on) if indicator.by_section
    )
    exempt = left_out(data, standard.common)
    outcome = section_outcome(verdicts, standard.pass_at_least)
    pupils = data.figure("pupils", stage).value
    met = sum(verdict.outcome is Outcome.MET for verdict in verdicts)
    note = exempt.reason if exempt else _NOT_JUDGED if outcome is Outcome.NOT_APPLICABLE else ""
    size = None if pupils is None else int(pupils)
    return SectionResult(stage, size, outcome, met, verdicts, note, counts=exempt is None)


_NOT_JUDGED = "这项标准只看县域综合差异系数,不判单校"


def _outcome(
    measure: Measure, indicator: Indicator, threshold: Decimal | None, floor: Decimal | None
) -> Outcome:
    numerator, denominator = measure.numerator, measure.denominator
    if measure.also is False:
        return Outcome.UNMET
    if numerator is None or not denominator or denominator < 0:
        return Outcome.INSUFFICIENT
    if threshold is None:
        return Outcome.INSUFFICIENT if indicator.has_limit else Outcome.NOT_APPLICABLE
    scaled = numerator * indicator.scale
    if indicator.is_upper_limit:
        return _met(measure) if scaled <= Fraction(threshold) * denominator else Outcome.UNMET
    if scaled >= Fraction(threshold) * denominator:
        return _met(measure)
    if floor is not None and scaled >= Fraction(floor) * denominator:
        return Outcome.FLOOR
    return Outcome.UNMET


def _met(measure: Measure) -> Outcome:
    """What the number meets is met when the clause's other demand is known to hold too."""
    return Outcome.MET if measure.also else Outcome.INSUFFICIENT


def _missing(measure: Measure) -> str:
    """Name what keeps the formula from having a value, or from being decided."""
    labels = dict.fromkeys(part.label for part in measure.inputs if part.value is None)
    lacking = "缺:" + "、".join(labels) if labels else ""
    if measure.note:
        # A demand beside the number (a document) is not all that may be missing.
        both = measure.also is not True and lacking and measure.numerator is None
        return f"{lacking};{measure.note}" if both else measure.note
    return lacking or "无法计算:分母为 0"


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
        inputs_of=indicator.inputs_of,
        **found,  # type: ignore[arg-type]
    )
