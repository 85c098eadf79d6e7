"""What a closed list said and what the county says now: indicator by indicator, school by school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.services.county import closing
from eduapp.services.county.reports import county_report
from eduapp.standards import wording
from eduapp.standards.numbers import shown

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from decimal import Decimal
    from fractions import Fraction

    from db.records.choices import Stage
    from eduapp.services.county.books import CountyBook
    from eduapp.services.jobs import Progress
    from eduapp.services.merge.moment import Moment
    from eduapp.standards.county.report import CountyReport, StageIndicator, StageReport
    from eduapp.standards.results import Outcome, Verdict

COEFFICIENT_DECIMALS = 3
ADDED, REPLACED, TAKEN_OUT, OVERLAID = "新增", "更正", "不再计入", "县级更正有变"
"""What became of a school since."""


@dataclass(frozen=True)
class IndicatorThen:
    """An indicator at one moment, as shown: county mean, coefficient, sections that meet it, verdict."""

    value: str
    coefficient: str
    met: str
    outcome: Outcome | None


@dataclass(frozen=True)
class IndicatorDifference:
    """An indicator of a stage (or, without a stage, an item of the county) then and now."""

    standard: str
    stage: Stage | None
    code: str
    title: str
    then: IndicatorThen
    now: IndicatorThen

    @property
    def changed(self) -> bool:
        """Whether anything of it is another."""
        return self.then != self.now


@dataclass(frozen=True)
class SchoolDifference:
    """A school that is another one now: what became of it, the submissions that counted and count."""

    school: str
    name: str
    what: str
    then: str
    now: str


@dataclass(frozen=True)
class Differences:
    """All differences of a closed list from the present."""

    revision: closing.Revision
    fingerprint: str
    """The fingerprint now."""
    fingerprint_words: str
    """The same as it is shown behind its name."""
    indicators: tuple[IndicatorDifference, ...]
    schools: tuple[SchoolDifference, ...]

    @property
    def changed(self) -> tuple[IndicatorDifference, ...]:
        """The indicators that are other now."""
        return tuple(indicator for indicator in self.indicators if indicator.changed)


def differences(book: CountyBook, revision: int) -> Generator[Progress, None, Differences]:
    """Compare a closed list with the present; raises Problem as `closing.moment_of`."""
    then = yield from county_report(book, revision=revision)
    now = yield from county_report(book)
    return Differences(
        revision=closing.revisions(book)[revision - 1],
        fingerprint=now.fingerprint,
        fingerprint_words=now.fingerprint_words,
        indicators=tuple(_indicators(then, now)),
        schools=tuple(_schools(book, closing.moment_of(book, revision), book.moment)),
    )


NOWHERE = IndicatorThen("", "", "", None)


def _indicators(then: CountyReport, now: CountyReport) -> Iterator[IndicatorDifference]:
    for standard in dict.fromkeys((*then.standards, *now.standards)):
        before, after = _standings(then, standard), _standings(now, standard)
        for place in dict.fromkeys((*after, *before)):
            stage, code = place
            title = (after.get(place) or before[place])[0]
            said = (each.get(place, ("", NOWHERE))[1] for each in (before, after))
            yield IndicatorDifference(standard, stage, code, title, *said)


def _standings(
    report: CountyReport, standard: str
) -> dict[tuple[Stage | None, str], tuple[str, IndicatorThen]]:
    alone = report.by(standard)
    found: dict[tuple[Stage | None, str], tuple[str, IndicatorThen]] = {}
    for stage in alone.stages:
        for one in stage.indicators:
            found[stage.stage, one.code] = (one.title, _of_indicator(one))
        if stage.indicators:
            found[stage.stage, ""] = ("综合差异系数", _of_stage(stage))
    for verdict in alone.county_level:
        found[None, verdict.code] = (verdict.title, _of_verdict(verdict))
    return found


def _of_indicator(one: StageIndicator) -> IndicatorThen:
    return IndicatorThen(
        value=_number(one.partial.mean, one.decimals),
        coefficient=_number(one.partial.coefficient, COEFFICIENT_DECIMALS),
        met=f"{one.sections_met} / {one.sections}" if one.sections else "",
        outcome=one.outcome if one.limit is None else one.settlement.standing(one.outcome),
    )


def _of_stage(stage: StageReport) -> IndicatorThen:
    met = f"{stage.passed} / {len(stage.rows)}" if stage.rows else ""
    outcome = stage.composite_outcome
    if stage.composite_limit is not None:
        outcome = stage.settlement.standing(outcome)
    return IndicatorThen("", _number(stage.composite, COEFFICIENT_DECIMALS), met, outcome)


def _of_verdict(verdict: Verdict) -> IndicatorThen:
    value = "" if verdict.value is None else wording.value_text(verdict)
    return IndicatorThen(value, "", "", verdict.standing)


def _number(value: Decimal | Fraction | None, places: int) -> str:
    return "" if value is None else shown(value, places)


def _schools(book: CountyBook, then: Moment, now: Moment) -> Iterator[SchoolDifference]:
    codes = {now.listing.code_of(now.listing.bearing(then.listing.holder(code))): code for code in then.view}
    for school in sorted({*codes, *now.view}):  # a school is the same through 换码
        before, after = then.view.get(codes.get(school, "")), now.view.get(school)
        ids = ("" if before is None else before.counts.id, "" if after is None else after.counts.id)
        if ids[0] == ids[1]:
            if _decided(then, codes[school]) == _decided(now, school):
                continue
            what = OVERLAID
        elif before is None:
            what = ADDED
        else:
            what = TAKEN_OUT if after is None else REPLACED
        yield SchoolDifference(school, book.received[ids[1] or ids[0]].name, what, *ids)


def _decided(at: Moment, school: str) -> list[str]:
    """Return the overlays of a school at a moment, by their decisions."""
    return [each.decision for each in at.overlays.get(school, ())]
