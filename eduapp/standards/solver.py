"""还差多少: the smallest changes that pass an indicator, and the cheapest that pass a school.

Everything is in whole units and exact. Source of the pass rule: 教督〔2017〕6号 第四条 as read in
docs/standards.md, "Resources" (at least 6 of 7 met, the rest at the floor), as are the shared totals.
A new teacher of PE or the arts with the degree that is due counts for both indicators and is paid once.
Assumption, said wherever a plan is shown: pupils stay as they are; a backbone teacher is one who is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from math import ceil, floor
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.choices import SENIOR_HIGH
from eduapp.standards.evaluate import judge
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import HIRED_FOR_DEGREE, HIRED_FOR_SUBJECT, Measure, Supply
from eduapp.standards.results import Outcome, Verdict

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from db.records.choices import Stage
    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Input
    from eduapp.standards.standard import Indicator, Standard

PUPILS = ("pupils", "senior_high_pupils")


@dataclass(frozen=True)
class Way:
    """A change of one input by whole units, all else left alone.

    Of an indicator that is not met: the smallest that passes it; None when this input alone cannot.
    Of a met one: the largest that still passes it. `after` is the figure then (None with `change`).
    """

    figure: str
    stage: Stage | None
    label: str
    unit: str
    change: int | None
    after: Fraction | None

    @property
    def is_pupils(self) -> bool:
        """Whether pupils change, not what the school has."""
        return self.figure in PUPILS


@dataclass(frozen=True)
class IndicatorGap:
    """An indicator of a section with its ways. `short` and `floor_short` are whole units of the total.

    None while data are insufficient or the section is not assessed; the verdict's note says which.
    """

    verdict: Verdict
    short: int | None
    floor_short: int | None
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class SectionGaps:
    """The indicators of 资源配置 of one section."""

    stage: Stage
    gaps: tuple[IndicatorGap, ...]

    @property
    def unsolved(self) -> tuple[Verdict, ...]:
        """The verdicts that keep the section out of a plan: data missing, or not assessed."""
        return tuple(gap.verdict for gap in self.gaps if gap.short is None)


@dataclass(frozen=True)
class Addition:
    """What has to be added. `stage` None: to the school's total, which all sections share."""

    indicator: str
    code: str
    figure: str
    stage: Stage | None
    amount: int
    unit: str
    price: Decimal
    shared: int = 0
    """How many of it are the same new teachers as those of another change of the section."""
    shared_price: Decimal = Decimal(0)
    """What each of those costs beyond what the other change pays already, 元."""

    @property
    def cost(self) -> Fraction:
        """What it costs, in 元, by the chosen prices."""
        own = Fraction(self.price) * (self.amount - self.shared)
        return own + Fraction(self.shared_price) * self.shared


@dataclass(frozen=True)
class SectionPlan:
    """A section in a plan: the indicators (codes) that stay at the floor."""

    stage: Stage
    at_floor: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The cheapest changes after which each planned section passes; `left_out` could not be planned."""

    sections: tuple[SectionPlan, ...]
    changes: tuple[Addition, ...]
    left_out: tuple[SectionGaps, ...]

    @property
    def cost(self) -> Fraction:
        """What all changes cost, in 元."""
        return sum((each.cost for each in self.changes), Fraction(0))


def gaps(data: SchoolData, standard: Standard, on: datetime.date | None = None) -> tuple[SectionGaps, ...]:
    """Return for each section what is missing, or the room left, of each indicator of 资源配置.

    Judged on a day, with the relaxations that hold then. Pupils of a way are counted as if the same
    relaxations went on to hold.
    """
    wanted = [item for item in standard.on(on) if item.by_section]
    return tuple(
        SectionGaps(stage, tuple(_gap(data, standard, each, stage, on) for each in wanted))
        for stage in data.sections
    )


def cheapest(found: tuple[SectionGaps, ...], standard: Standard, prices: Mapping[str, Decimal]) -> Plan:
    """Return the cheapest plan, by exhaustion over which indicators stay at the floor.

    `prices`: 元 a unit by indicator name, each above 0 (raises Problem("price-not-positive")).
    Given who stays at the floor, each total's need is fixed (the largest over the sections that share
    it); of the needs only those of new teachers touch each other, and as many as can be are the same
    people, since one costs no more than two. So the least over all choices is the least there is.
    Ties: fewer indicators at the floor, then the standard's order of indicators.
    """
    if any(price <= 0 for price in prices.values()):
        raise Problem("price-not-positive")
    sections = [section for section in found if not section.unsolved]
    best: tuple[Fraction, int, tuple[tuple[int, ...], ...]] | None = None
    for choice in product(*(tuple(_choices(each, standard)) for each in sections)):
        cost = sum((each.cost for each in _changes(sections, choice, standard, prices)), Fraction(0))
        rank = (cost, sum(map(len, choice)), choice)
        if best is None or rank < best:
            best = rank
    chosen = best[2] if best else ()
    return Plan(
        sections=tuple(
            SectionPlan(section.stage, tuple(section.gaps[place].verdict.code for place in places))
            for section, places in zip(sections, chosen, strict=True)
        ),
        changes=_changes(sections, chosen, standard, prices),
        left_out=tuple(section for section in found if section.unsolved),
    )


def supply_of(name: str) -> Supply:
    """Return what a plan adds to for an indicator, by the name of its formula."""
    return FORMULAS[name].supply or Supply()


def supply_figure(indicator: Indicator, stage: Stage | None) -> str:
    """Return the figure into which one more unit of what an indicator counts is written."""
    figure = supply_of(indicator.formula).figure
    if figure:
        return figure
    levels: tuple[str, ...] = indicator.terms.levels[stage]
    return "bachelor" if "bachelor" in levels else levels[0]


# --- one indicator ---


def _gap(
    data: SchoolData, standard: Standard, indicator: Indicator, stage: Stage, on: datetime.date | None
) -> IndicatorGap:
    verdict = judge(data, standard, indicator, stage, on)
    measure = FORMULAS[indicator.formula].compute(data, stage, indicator.terms)
    undecided = verdict.outcome in {Outcome.INSUFFICIENT, Outcome.NOT_APPLICABLE}
    if undecided or not isinstance(measure, Measure) or verdict.threshold is None:
        return IndicatorGap(verdict, None, None)
    # A relaxation may count more than the plain formula; how the inputs move is the same.
    measure = replace(
        measure, numerator=verdict.numerator, denominator=verdict.denominator, inputs=verdict.inputs
    )
    least = _missing(measure, indicator, verdict.threshold)
    floor_least = _missing(measure, indicator, verdict.floor or verdict.threshold)
    ways = (*_supply_ways(measure, indicator, stage, least), *_pupil_ways(measure, indicator, stage, verdict))
    return IndicatorGap(verdict, max(0, least), max(0, floor_least), ways)


def _missing(measure: Measure, indicator: Indicator, limit: Decimal) -> int:
    """Return the least whole change of the total that reaches a limit; at or below 0 when it is reached."""
    if measure.numerator is None or measure.denominator is None:
        message = "a decided verdict has a value"
        raise ValueError(message)
    needed = Fraction(limit) * measure.denominator / indicator.scale
    return ceil((needed - measure.numerator) / measure.factor)


def _supply_ways(measure: Measure, indicator: Indicator, stage: Stage, least: int) -> Iterator[Way]:
    """More of what the school has (or, where it is met, how much less still does)."""
    supply = [part for part in measure.inputs if part.figure not in PUPILS]
    indoor = next((part for part in supply if part.figure == "indoor_sports_area"), None)
    total = _supply_total([part for part in supply if part is not indoor], indicator)
    name = supply_figure(indicator, stage)
    part = next(one for one in supply if one.figure == name)
    yield Way(name, part.stage, indicator.short, measure.unit, least, total + least)
    if indoor is not None and least > 0:
        # Rooms of 教学及辅助用房 used for sport count again once they are used for lessons.
        have = Fraction(indoor.value or 0)
        able = least <= have
        yield Way(
            indoor.figure,
            None,
            indoor.label,
            indoor.unit,
            -least if able else None,
            have - least if able else None,
        )


def _supply_total(supply: list[Input], indicator: Indicator) -> Fraction:
    """Return what the school has now, in the measure's unit (元 where the form says 万元)."""
    total = sum((Fraction(part.value or 0) for part in supply), Fraction(0))
    return total * supply_of(indicator.formula).scale


def _pupil_ways(measure: Measure, indicator: Indicator, stage: Stage, verdict: Verdict) -> Iterator[Way]:
    """Fewer pupils, down to the largest number that passes (or, where it is met, how many more)."""
    if not verdict.threshold or measure.numerator is None or measure.denominator is None:
        return
    bearable = measure.numerator * indicator.scale / Fraction(verdict.threshold)
    for part in measure.inputs:
        if part.figure not in PUPILS:
            continue
        weight = measure.pupil_weight
        if part.stage != stage:
            weight = Fraction(indicator.terms.weights[part.stage or SENIOR_HIGH])
        now = int(part.value or 0)
        change = floor((bearable - measure.denominator) / weight)
        # A section without pupils is no section: its own pupils cannot go below one.
        able = now + change >= (1 if part.stage == stage else 0)
        after = Fraction(now + change) if able else None
        yield Way(part.figure, part.stage, part.label, part.unit, change if able else None, after)


# --- the whole school ---


def _choices(section: SectionGaps, standard: Standard) -> Iterator[tuple[int, ...]]:
    """Which indicators of a section may stay at the floor: none, or as many as the pass rule allows.

    Only one that is not met now can stay there: to name another would only hide a cheaper choice.
    """
    short = [place for place, gap in enumerate(section.gaps) if gap.short]
    allowed = max(0, len(section.gaps) - standard.pass_at_least)
    for count in range(min(allowed, len(short)) + 1):
        yield from combinations(short, count)


def _amounts(
    sections: list[SectionGaps], choice: tuple[tuple[int, ...], ...]
) -> dict[tuple[str, Stage | None], int]:
    """Return the need of each total, by indicator and by section (None for one the sections share)."""
    needs: dict[tuple[str, Stage | None], int] = {}
    for section, at_floor in zip(sections, choice, strict=True):
        for place, gap in enumerate(section.gaps):
            name = gap.verdict.name
            need = (gap.floor_short if place in at_floor else gap.short) or 0
            total = (name, None if supply_of(name).of_school else section.stage)
            needs[total] = max(needs.get(total, 0), need)
    return needs


def _changes(
    sections: list[SectionGaps],
    choice: tuple[tuple[int, ...], ...],
    standard: Standard,
    prices: Mapping[str, Decimal],
) -> tuple[Addition, ...]:
    order = {each.name: each for each in standard.indicators}
    amounts = _amounts(sections, choice)
    hired = {
        stage: (name, amount)
        for (name, stage), amount in amounts.items()
        if supply_of(name).hired == HIRED_FOR_DEGREE
    }
    return tuple(
        Addition(
            name,
            order[name].code,
            supply_figure(order[name], stage),
            stage,
            amount,
            order[name].unit,
            prices[name],
            *_shared(name, amount, hired.get(stage), prices),
        )
        for (name, stage), amount in amounts.items()
        if amount
    )


def _shared(
    name: str, amount: int, hired: tuple[str, int] | None, prices: Mapping[str, Decimal]
) -> tuple[int, Decimal]:
    """Return how many of a need the teachers hired for their degree can be, and what each costs on top."""
    if supply_of(name).hired != HIRED_FOR_SUBJECT or hired is None or not hired[1]:
        return 0, Decimal(0)
    return min(amount, hired[1]), max(Decimal(0), prices[name] - prices[hired[0]])
