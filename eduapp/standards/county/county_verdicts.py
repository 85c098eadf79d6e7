"""The county's own verdicts: what all schools must meet, what their numbers say together, its own records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind, Stage
from eduapp.standards.contradictions import obeying
from eduapp.standards.county.asking import Asking
from eduapp.standards.county.formulas import COUNTY_FORMULAS, EVIDENCE
from eduapp.standards.county.own_items import OfAll, Own, OwnStages, Pooled
from eduapp.standards.county.rules import clashes_of
from eduapp.standards.county.settling import Adds, bounded, outcome_of, settle, stays_unmet, words
from eduapp.standards.evaluate import joined, verdict_of, with_document
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import STAGE, Measure
from eduapp.standards.norms import norm_remark
from eduapp.standards.results import Outcome
from eduapp.standards.standard import ALL_SCHOOLS, POOLED
from eduapp.standards.strictness import beside_national

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Iterator

    from eduapp.standards.county.county_data import CountyData
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.own_items import Together
    from eduapp.standards.county.settling import ItemsStanding
    from eduapp.standards.results import Verdict
    from eduapp.standards.standard import Indicator, Standard

ALL = Decimal(100)
"""%: the share of schools that must meet an item which every school must meet."""


def county_verdicts(
    county: CountyData, standard: Standard, on: datetime.date | None, standing: ItemsStanding
) -> tuple[Verdict, ...]:
    """Judge the county's items of a standard on a day, in the order of the pack; who has `standing`."""
    asking = Asking(standard, on)
    part_of = cache(county.without)
    return tuple(
        _settled(county, item, part_of, standing)
        for indicator in standard.on(on)
        if indicator.county
        for item in _items(county, indicator, asking, on)
    )


@dataclass(frozen=True)
class _AskedItem:
    """An item as the county is asked it, at a stage where schools are judged stage by stage."""

    indicator: Indicator
    stage: Stage | None
    asking: Asking
    on: datetime.date | None

    @cached_property
    def adds(self) -> Adds:
        """How schools make up its number."""
        by_schools = {ALL_SCHOOLS: Adds.ONE_OF_ALL, POOLED: Adds.SHARE}
        how = self.indicator.county
        adds = by_schools[how] if how in by_schools else COUNTY_FORMULAS[how].adds
        return Adds.FREE if adds is Adds.SUM and self._takes_away else adds

    @property
    def _takes_away(self) -> bool:
        """Whether a school can make its sum smaller."""
        own = (item for item in self.asking.standard.indicators if item.code in self.codes)
        return any(FORMULAS[each.formula].below_zero for each in own if each.formula)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of the schools' items that it is made of."""
        given = self.indicator.county_terms
        return frozenset({self.indicator.code, getattr(given, "of", ""), getattr(given, "item", "")})

    def concerns(self, kind: SchoolKind) -> bool:
        """Whether a school of a kind has a part in it."""
        formula = COUNTY_FORMULAS.get(self.indicator.county)
        if formula is None:
            return self.asking.of_school(self.indicator.code, kind, self.stage)
        return formula.schools is not None and formula.schools(self.asking, kind, self.indicator.county_terms)

    def contradicts(self, entry: SchoolEntry) -> bool:
        """Whether what a school says of it contradicts itself."""
        return not self.codes.isdisjoint(entry.contradicting)

    def judge(self, county: CountyData) -> Verdict:
        """Judge it over what is there."""
        standard, indicator = self.asking.standard, self.indicator
        if indicator.county in COUNTY_FORMULAS:
            return self._beside(obeying(county, clashes_of(county.draft), self._of_records))
        own = Own(indicator.code, standard.id, self.stage)
        if indicator.county == ALL_SCHOOLS:
            answered = county.entries.ask(OfAll(own, indicator.judged.what))
            return verdict_of(answered.measure, standard, _of_schools(indicator), self.stage, ALL)
        return self._beside(self._pooled(county.entries.ask(Pooled(own))))

    def _of_records(self, county: CountyData) -> Verdict:
        """Judge it by its formula of the county."""
        standard, indicator = self.asking.standard, self.indicator
        measure = COUNTY_FORMULAS[indicator.county].compute(county, indicator.county_terms)
        if isinstance(measure, Measure) and indicator.with_document:
            measure = with_document(measure, county.rows(EVIDENCE), indicator.code)
        return verdict_of(measure, standard, indicator, None, indicator.threshold(None, None))

    def _pooled(self, together: Together) -> Verdict:
        """Judge all numbers together; where some lack, by those there are if none could mend them."""
        threshold = self.indicator.threshold(self.stage, None)
        whole, part = (
            verdict_of(each, self.asking.standard, self.indicator, self.stage, threshold)
            for each in (together.measure, together.known_measure)
        )
        if whole.outcome is Outcome.INSUFFICIENT and stays_unmet(Adds.SHARE, part):
            return replace(part, note=f"{part.note};{whole.note}")
        return whole

    def _beside(self, verdict: Verdict) -> Verdict:
        standard = self.asking.standard
        norm = norm_remark(standard, self.indicator, self.stage, None, self.on)
        beside = ""
        if standard.below is not None:
            beside = beside_national(self.indicator, standard.below, self.stage, None, self.on)
        return replace(verdict, remark=joined(beside, norm))


def _items(
    county: CountyData, indicator: Indicator, asking: Asking, on: datetime.date | None
) -> Iterator[_AskedItem]:
    """Yield an item once, or for each stage that schools have which are in or on the list."""
    stages: set[Stage] = set()
    if indicator.county not in COUNTY_FORMULAS and FORMULAS[indicator.formula].scope == STAGE:
        own: frozenset[Stage] = county.entries.ask(OwnStages(indicator.code, asking.standard.id))
        stages |= own
        stages |= {stage for each in county.roll.absent if each.kind for stage in each.kind.stages}
    for stage in (stage for stage in Stage if stage in stages):
        yield _AskedItem(indicator, stage, asking, on)
    if not stages:
        yield _AskedItem(indicator, None, asking, on)


def _settled(
    county: CountyData,
    item: _AskedItem,
    part_of: Callable[[frozenset[str]], CountyData],
    standing: ItemsStanding,
) -> Verdict:
    """Judge an item, and say who has not said the last word on it and whether that can turn it."""
    verdict = item.judge(county)
    found = standing.waiting(item.concerns, item.contradicts)
    fixed = item.judge(part_of(found.codes)) if found.count else verdict
    stays = bool(found.count) and stays_unmet(item.adds, fixed)
    if stays and verdict.outcome is Outcome.INSUFFICIENT:
        verdict = fixed
    settlement = settle(verdict.outcome, found, listed=county.roll.listed, stays=stays)
    if not settlement.settled and verdict.outcome is not Outcome.INSUFFICIENT:
        settlement = bounded(settlement, item.adds, fixed, found.count)
    # A number that is only reported has no verdict that could turn.
    judged = item.indicator.has_limit
    outcome = outcome_of(settlement, found.there) if judged else verdict.outcome
    note = ";".join(part for part in (verdict.note, *words(settlement)) if part)
    return replace(verdict, outcome=outcome, note=note, settlement=settlement)


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
