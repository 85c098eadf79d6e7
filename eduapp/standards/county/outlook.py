"""What a county's figures can still become: intervals, 已定 / 未定, and who moves a coefficient most.

A school of the list that has handed in nothing is absent. What its sections could report is supposed to be
what they had in the round before, more or less by a stated share: an interval to work with. It settles
nothing; settled is what every school has said its last word on (eduapp.standards.county.settling).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind, Stage
from eduapp.standards.county.data import BY_EXPORT
from eduapp.standards.county.intervals import Box, Settled, contributions, enclosure, passing, settled
from eduapp.standards.county.section_bars import SectionBar, SectionBars, in_order
from eduapp.standards.results import Outcome
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence

    from eduapp.standards.county.intervals import Contribution, Enclosure
    from eduapp.standards.county.report import StageIndicator, StageReport
    from eduapp.standards.county.roll import Absent
    from eduapp.standards.results import Settlement
    from eduapp.standards.standard import Indicator, Standard


@dataclass(frozen=True)
class LastSection:
    """A section in the round before: pupils, exact values by indicator code, standards that left it out."""

    pupils: int
    values: Mapping[str, Fraction]
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ground:
    """What the outlook stands on.

    `share`: by which part pupils and values may differ from the round before. `listed`: whether there is
    a school list; without one nobody knows who is absent, and nothing is settled.
    """

    absent: tuple[Absent, ...]
    last: Mapping[tuple[str, Stage], LastSection]
    share: Fraction
    listed: bool
    names: Mapping[str, str]
    """School code -> name, of reported and absent schools."""


@dataclass(frozen=True)
class IndicatorOutlook:
    """A coefficient and its interval.

    `now` is over the sections that have the value. `absent` sections have not reported, `lacking` ones
    reported without the value; of both together `unknown` have no round before. `met` is how many
    sections meet the threshold at least and at most (None without one), `sections` how many there are at
    most.
    """

    stage: Stage
    code: str
    title: str
    short: str
    limit: Decimal | None
    """None where only the composite is judged; `settled` is None then."""
    now: Decimal | None
    interval: Enclosure | None
    settled: Settled | None
    supposed: Settled | None
    """While it is open: what the interval would say of it; None where there is none to say anything."""
    absent: int
    lacking: int
    unknown: int
    met: tuple[int, int] | None
    sections: int
    contributions: tuple[Contribution, ...]
    bars: SectionBars


@dataclass(frozen=True)
class StageOutlook:
    """A stage by one standard: its indicators, and the bounds of the composite where all of them have one.

    `title` names the standard; it is empty for the county's first one. `composite_settled` is None where
    the standard does not limit the composite.
    """

    stage: Stage
    standard: str
    title: str
    indicators: tuple[IndicatorOutlook, ...]
    composite: tuple[Decimal, Decimal] | None
    composite_limit: Decimal | None
    composite_settled: Settled | None
    composite_supposed: Settled | None = None

    @property
    def label(self) -> str:
        """The stage, and the standard where it is a further one: 「小学·义务教育基本均衡」."""
        name = STAGE_NAMES[self.stage]
        return f"{name}·{self.title}" if self.title else name

    @property
    def open(self) -> int:
        """How many verdicts are not settled."""
        states = [each.settled for each in self.indicators] + [self.composite_settled]
        return states.count(Settled.OPEN)


@dataclass(frozen=True)
class Outlook:
    """The county's outlook: stages by its first standard, then by further ones.

    `last_year` is the school year of the round before; None where none was taken.
    """

    stages: tuple[StageOutlook, ...]
    ground: Ground
    last_year: int | None


@dataclass(frozen=True)
class _Open:
    """A section without a value: whose it is, and its box (None when nothing is known)."""

    school: str
    box: Box | None
    kind: SchoolKind | None


def stage_outlook(
    report: StageReport, standard: Standard, indicators: Sequence[IndicatorOutlook], title: str = ""
) -> StageOutlook:
    """Join a stage's indicators and judge the bounds of the composite (the plain mean of all)."""
    intervals = [each.interval for each in indicators if each.interval is not None]
    composite = None
    if intervals and len(intervals) == len(indicators):
        composite = (
            _mean([each.low for each in intervals], ROUND_FLOOR),
            _mean([each.high for each in intervals], ROUND_CEILING),
        )
    limit = report.composite_limit
    state = supposed = None
    if limit is not None:
        state = _settled(report.settlement, report.composite_outcome)
        supposed = _of_ends(composite, limit) if state is Settled.OPEN and composite else None
    return StageOutlook(
        report.stage, standard.id, title, tuple(indicators), composite, limit, state, supposed
    )


def _settled(settlement: Settlement, outcome: Outcome) -> Settled:
    standing = settlement.standing(outcome)
    return {Outcome.MET: Settled.MET, Outcome.UNMET: Settled.UNMET}.get(standing, Settled.OPEN)


def _of_ends(ends: tuple[Decimal, Decimal], limit: Decimal) -> Settled:
    if ends[1] <= limit:
        return Settled.MET
    return Settled.UNMET if ends[0] > limit else Settled.OPEN


def indicator_outlook(
    report: StageReport,
    indicator: StageIndicator,
    standard: Standard,
    ground: Ground,
    on: datetime.date | None = None,
) -> IndicatorOutlook:
    """Compute the outlook of one indicator of a stage, as its standard stands on a day."""
    code, stage = indicator.code, report.stage
    known, bars, open_sections, stated = _reported(report, code, standard.id, ground)
    lacking = len(open_sections)
    absent = [
        each for school in ground.absent for each in _sections_of(school, stage, code, standard, ground)
    ]
    open_sections += [*stated, *absent]
    boxes = [each.box for each in open_sections if each.box is not None]
    unknown = len(open_sections) - len(boxes)
    interval = None
    if ground.listed and not unknown:
        interval = enclosure([(pupils, value) for _, pupils, value in known], boxes)
    rule = standard.indicator(code, on)
    needed = [(each.box, rule.threshold(stage, each.kind)) for each in open_sections]
    bars += [_range(each, each.box, ground) for each in open_sections if each.box is not None]
    boxless = sum(each.box is None for each in open_sections[:lacking])
    picture = _picture(report, indicator, standard, rule, bars)
    limit = indicator.limit
    state = None if limit is None else _settled(indicator.settlement, indicator.outcome)
    supposed = limit is not None and bool(boxes) and interval is not None
    return IndicatorOutlook(
        stage=stage,
        code=code,
        title=indicator.title,
        short=indicator.short,
        limit=limit,
        now=indicator.partial.coefficient,
        interval=interval,
        settled=state,
        supposed=settled(interval, limit) if supposed and limit is not None else None,
        absent=len(absent) + len(stated),
        lacking=lacking,
        unknown=unknown,
        met=passing(indicator.sections_met, needed, at_most=rule.is_upper_limit) if rule.has_limit else None,
        sections=indicator.sections + len(absent),
        contributions=contributions(known),
        bars=replace(picture, lacking=boxless, unknown=unknown - boxless),
    )


def _picture(
    report: StageReport,
    indicator: StageIndicator,
    standard: Standard,
    rule: Indicator,
    bars: list[SectionBar],
) -> SectionBars:
    threshold = rule.threshold(report.stage, None)
    return SectionBars(
        stage=report.stage,
        code=indicator.code,
        title=indicator.title,
        unit=indicator.unit,
        decimals=indicator.decimals,
        at_most=rule.is_upper_limit,
        threshold=threshold,
        floor=None if threshold is None else threshold * standard.floor_share,
        mean=indicator.partial.mean,
        bars=in_order(bars),
        lacking=0,
        unknown=0,
    )


def _reported(
    report: StageReport, code: str, standard: str, ground: Ground
) -> tuple[list[tuple[str, int, Fraction]], list[SectionBar], list[_Open], list[_Open]]:
    """Part the sections: reported with pupils and value, their bars, reported without, and not reported.

    Those stand by the statistics: what they have there is to them what others had in the round before.
    """
    known, bars, lacking, stated = [], [], [], []
    for entry, section in report.rows:
        school = entry.facts.code
        for verdict in section.verdicts:
            if (verdict.code, verdict.standard) != (code, standard):
                continue
            value = verdict.value
            if entry.state == BY_EXPORT:
                own = None
                if value is not None and section.pupils is not None:
                    own = _box(LastSection(section.pupils, {code: value}), code, ground.share)
                stated.append(_Open(school, own, entry.facts.kind))
                continue
            if value is not None and section.pupils is not None:
                known.append((school, section.pupils, value))
                bars.append(SectionBar(school, entry.facts.name, value, verdict.outcome, value, value))
                continue
            last = ground.last.get((school, report.stage))
            box = None if last is None else _box(last, code, ground.share, section.pupils)
            lacking.append(_Open(school, box, entry.facts.kind))
    return known, bars, lacking, stated


def _sections_of(school: Absent, stage: Stage, code: str, standard: Standard, ground: Ground) -> list[_Open]:
    """Return the section an absent school has, or may have, in a stage."""
    kind, last = school.kind, ground.last.get((school.code, stage))
    if kind is not None and (stage not in kind.stages or kind in standard.common.without_kinds):
        return []
    if last is None:
        elsewhere = any((school.code, other) in ground.last for other in Stage)
        return [] if kind is None and elsewhere else [_Open(school.code, None, kind)]
    box = _box(last, code, ground.share)
    line = standard.common.teaching_point_from if kind is SchoolKind.TEACHING_POINT else 0
    low, high = _pupils(last.pupils, ground.share)
    # What was left out for another reason than its size (private, not the county's) stays left out.
    if high < line or (not line and standard.id in last.left_out):
        return []
    if box is not None and low < line:
        # A teaching point that falls under the line is left out: it then weighs nothing.
        box = Box(0, box.pupils_high, box.low, box.high)
    return [_Open(school.code, box, kind)]


def _box(last: LastSection, code: str, share: Fraction, pupils: int | None = None) -> Box | None:
    value = last.values.get(code)
    if value is None:
        return None
    low, high = (pupils, pupils) if pupils is not None else _pupils(last.pupils, share)
    return Box(low, high, value * (1 - share), value * (1 + share))


def _pupils(pupils: int, share: Fraction) -> tuple[int, int]:
    """Return the fewest and the most whole pupils within the share."""
    return math.ceil(pupils * (1 - share)), math.floor(pupils * (1 + share))


def _range(section: _Open, box: Box, ground: Ground) -> SectionBar:
    return SectionBar(section.school, ground.names.get(section.school, ""), None, None, box.low, box.high)


def _mean(numbers: Sequence[Decimal], rounding: str) -> Decimal:
    context = Context(prec=40, rounding=rounding)
    total = Decimal(0)
    for number in numbers:
        total = context.add(total, number)
    return context.divide(total, Decimal(len(numbers)))
