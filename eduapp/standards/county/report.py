"""A county's figures over the sections its schools reported: means, coefficients, who passes.

A pure function of the schools' data: order of arrival plays no part. Sections that the standard
leaves out (教学点 under 50, and whom the 2012 rules do not cover) take no part in anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import Stage
from eduapp.standards import fingerprints
from eduapp.standards.clashes import clashes_of
from eduapp.standards.county.asking import has_section
from eduapp.standards.county.balance import Balance, composite
from eduapp.standards.county.changed import ChangedCell
from eduapp.standards.county.county_data import CountyData
from eduapp.standards.county.county_verdicts import county_verdicts
from eduapp.standards.county.data import BY_EXPORT, SchoolEntry
from eduapp.standards.county.groups import Schools
from eduapp.standards.county.register import Difference, PendingLink
from eduapp.standards.county.roll import UNLISTED, Roll
from eduapp.standards.county.sections import Passing, SectionsOf, SectionValues
from eduapp.standards.county.settling import BY_CODE, ItemsStanding, outcome_of, settle
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.figures import BACKBONE_LEVELS, CLASS_BANDS, FIGURES
from eduapp.standards.results import Outcome, SectionResult, Settlement, Verdict

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Sequence
    from decimal import Decimal

    from db.records.draft import Draft
    from eduapp.standards.county.form import CountyForm
    from eduapp.standards.county.sections import Passed
    from eduapp.standards.data import SchoolData
    from eduapp.standards.standard import Indicator, Standard


ADDED_UP = (
    *("pupils", "classes", "teachers", "staff", "pupils_before", "granted", "special_pupils"),
    *(name for name, _, _ in CLASS_BANDS),
    *("backbone", *(f"backbone_{level}" for level in BACKBONE_LEVELS)),
    *("graduates", "nine_year_cohort", "nine_year_in", "nine_year_out", "nine_year_died"),
)
"""The figures of schools that the county adds up: for the national form, for 九年巩固率."""


@dataclass(frozen=True)
class StageIndicator:
    """An indicator over the sections of a stage.

    `balance` is over all sections, and empty while one of them lacks the value (missing is not
    zero); `partial` is over the `counted` ones that have it.
    """

    code: str
    title: str
    short: str
    unit: str
    decimals: int
    standard: str
    limit: Decimal | None
    """What the coefficient may not exceed; None where only the composite is judged."""
    sections: int
    counted: int
    sections_met: int
    sections_floor: int
    balance: Balance
    partial: Balance
    outcome: Outcome
    settlement: Settlement
    """Whether its coefficient and its mean can still turn: one school that is not in can turn both."""


NOTHING_SETTLED = Settlement(settled=False, listed=False, so_far=Outcome.NOT_APPLICABLE)


@dataclass(frozen=True)
class StageReport:
    """A stage of the county: its sections in school-code order, and each indicator over them."""

    stage: Stage
    rows: tuple[tuple[SchoolEntry, SectionResult], ...]
    indicators: tuple[StageIndicator, ...]
    composite: Decimal | None
    passed: int
    """Sections that pass as a whole (at least 6 of 7, the rest at the floor)."""
    standard: str = ""
    composite_limit: Decimal | None = None
    composite_outcome: Outcome = Outcome.NOT_APPLICABLE
    settlement: Settlement = NOTHING_SETTLED
    """Of the stage as a whole: its composite, and how many sections pass (`low` to `high`)."""


@dataclass(frozen=True)
class StandardReport:
    """A county judged by one standard: its schools, the figures over its sections, the county's items."""

    standard: str
    schools: tuple[SchoolEntry, ...]
    stages: tuple[StageReport, ...]
    county_level: tuple[Verdict, ...]
    by_export: tuple[SchoolEntry, ...] = ()
    """Schools that have not reported and stand by the statistics: in the stages, in nothing else."""


@dataclass(frozen=True)
class CountyReport:
    """All that is computed of a county from one set of submissions."""

    code: str
    name: str
    year: int
    on: datetime.date
    standards: tuple[str, ...]
    fingerprint: str
    expected: int | None
    schools: tuple[SchoolEntry, ...]
    stages: tuple[StageReport, ...]
    unchecked_keys: int
    practice: bool
    county_level: tuple[Verdict, ...] = ()
    others: tuple[StandardReport, ...] = ()
    """The same county by each further standard; the fields above are by the first."""
    campuses: tuple[SchoolEntry, ...] = ()
    """Campuses and 教学点 that are counted within the school they belong to."""
    form: CountyForm | None = None
    """The numbers of the application form that no verdict holds."""
    changed: tuple[ChangedCell, ...] = ()
    """The cells in which the county put another value in place of a school's."""
    unsigned_decisions: int = 0
    """The county's decisions that nobody signed; 0 for a county without keys."""
    revision: int | None = None
    """The number of the closed list that was computed; None for the present."""
    other_basis: bool = False
    """Whether the county's own records, school list or standards changed since that list was closed."""
    roll: Roll = UNLISTED
    """Who is expected and has not come, and whose word is not the last one."""
    fingerprint_version: int = 1
    unkept: int = 0
    """Files of admitted keys whose bytes were not kept: until they are read again they are not counted."""
    failed: tuple[str, ...] = ()
    """What an older workbook held that was not what its rows said, in words: taken out, once."""
    old_form_keys: int = 0
    """Keys that stand by the digits of an old form, which covered no school."""
    differences: tuple[Difference, ...] = ()
    """与名册不符: what schools say of themselves that the list says otherwise, without effect."""
    links_pending: tuple[PendingLink, ...] = ()
    """Campus links of an older workbook that count until the county decides about them."""
    by_export: tuple[SchoolEntry, ...] = ()
    """Schools that have not reported, wholly or in part, and stand by the statistics of the year before.

    They take part in the figures of the stages alone; none of them is judged, and none is reported.
    """
    whole_fingerprint: str = ""
    """The SHA-256 that `fingerprint` shows 30 digits of, in hexadecimal; for the QR code on paper."""

    @property
    def fingerprint_words(self) -> str:
        """The fingerprint as it is shown behind its name."""
        return fingerprints.in_words(self.fingerprint, self.fingerprint_version)

    @property
    def fingerprint_label(self) -> str:
        """The name of the fingerprint on paper, where it stands apart from its digits."""
        version = fingerprints.version_words(self.fingerprint_version)
        return f"合并指纹（{version}）" if version else "合并指纹"

    def by(self, standard: str) -> CountyReport:
        """Return the same county judged by one of its standards alone."""
        found = next((other for other in self.others if other.standard == standard), None)
        if found is None:
            return replace(self, standards=self.standards[:1], others=())
        return replace(
            self,
            standards=(standard,),
            schools=found.schools,
            stages=found.stages,
            county_level=found.county_level,
            by_export=found.by_export,
            others=(),
        )

    @property
    def has_figures(self) -> bool:
        """Whether any school has figures: its own, or those of the statistics."""
        return bool(self.schools or self.by_export)

    @property
    def reported(self) -> int:
        """Schools with a submission that counts."""
        return len(self.schools) + len(self.campuses)

    @property
    def final(self) -> int:
        """Schools of them whose submission is final."""
        return sum(entry.state == "final" for entry in (*self.schools, *self.campuses))

    @property
    def complete(self) -> bool:
        """Whether every expected school has handed in a final."""
        return self.expected is not None and self.final >= self.expected

    @property
    def coverage(self) -> str:
        """How much of the county is in: 「41 / 44 校,3 校为草稿」."""
        expected = self.expected if self.expected is not None else "?"
        drafts = self.reported - self.final
        parts = [f"{self.reported} / {expected} 校"]
        parts += [f"{drafts} 校为草稿"] if drafts else []
        parts += [f"{len(self.by_export)} 校来自年报"] if self.by_export else []
        return ",".join(parts)


def school_entry(
    data: SchoolData,
    standard: Standard,
    state: str,
    submission: str,
    on: datetime.date | None = None,
    campuses: Sequence[str] = (),
) -> SchoolEntry:
    """Judge one school for the county's tables, on a day (needed where the standard has relaxations).

    `campuses` are the codes of those whose data are merged into it.
    """
    stages = data.sections
    listed = data.classes()
    grades: dict[Stage, int | None] = dict.fromkeys(stages)
    large: dict[Stage, int | None] = dict.fromkeys(stages)
    if listed is not None:
        limits = standard.class_limits
        for stage in stages:
            own = [each for each in listed if each.stage is stage]
            grades[stage] = len({each.grade for each in own if each.grade})
            if stage in limits:
                known = all(each.pupils is not None for each in own)
                large[stage] = sum((each.pupils or 0) > limits[stage] for each in own) if known else None
    counts = {stage: data.figure("classes", stage).value for stage in stages}
    return SchoolEntry(
        facts=data.facts,
        state=state,
        submission=submission,
        sections=evaluate_sections(data, standard, on),
        school_level=evaluate_school(data, standard, on),
        grades=grades,
        classes={stage: None if count is None else int(count) for stage, count in counts.items()},
        large_classes=large,
        figures=_figures(data),
        campuses=tuple(campuses),
        sites=tuple(school_entry(each, standard, state, submission, on) for each in data.parts)
        if len(data.parts) > 1
        else (),
    )


def not_reported(entry: SchoolEntry) -> SchoolEntry:
    """Return a school of which no file counts with its values, and no verdict on any of them."""

    def opened(outcome: Outcome) -> Outcome:
        return Outcome.UNSETTLED if outcome in _JUDGED else outcome

    return replace(
        entry,
        sections=tuple(
            replace(
                section,
                outcome=opened(section.outcome),
                met=0,
                verdicts=tuple(replace(each, outcome=opened(each.outcome)) for each in section.verdicts),
            )
            for section in entry.sections
        ),
        school_level=tuple(replace(each, outcome=opened(each.outcome)) for each in entry.school_level),
        sites=tuple(map(not_reported, entry.sites)),
    )


_JUDGED = frozenset({Outcome.MET, Outcome.FLOOR, Outcome.UNMET, Outcome.EXEMPT})


def _figures(data: SchoolData) -> dict[tuple[str, Stage | None], Decimal | int | None]:
    """Return the figures that the county adds up; one that contradicts others is not known."""
    clashing = {place for each in clashes_of(data) for place in (*each.falls, *each.rises)}
    found: dict[tuple[str, Stage | None], Decimal | int | None] = {}
    for name in ADDED_UP:
        for stage in data.sections if FIGURES[name].by_stage else (None,):
            place = name, stage
            found[place] = None if place in clashing else data.figure(name, stage).value
    return found


def standard_report(
    entries: Sequence[SchoolEntry],
    standard: Standard,
    on: datetime.date,
    draft: Draft | None,
    roll: Roll = UNLISTED,
    below: Sequence[SchoolEntry] = (),
    which: tuple[str, str] = ("", ""),
) -> StandardReport:
    """Judge a county by one standard on a day: sections together, then the county's own items.

    `below`: the same schools judged by the standard that a local plan stands beside. `which`: the
    county's code and name.

    Schools that stand by the statistics (`BY_EXPORT`) are in the figures of the stages; of the county's own
    items, where they are absent (`roll`), they are no part.
    """
    entries = Schools.taken(entries)
    reported, under = (Schools.taken(group).where(_is_reported) for group in (entries, below))
    county = CountyData(draft, reported, roll, on, under, *which)
    return StandardReport(
        standard.id,
        reported,
        stage_reports(entries, standard, on, roll),
        county_verdicts(county, standard, on, ItemsStanding(roll, reported)),
        tuple(entry for entry in entries if entry.state == BY_EXPORT),
    )


def _is_reported(entry: SchoolEntry) -> bool:
    return entry.state != BY_EXPORT


def stage_reports(
    entries: Sequence[SchoolEntry],
    standard: Standard,
    on: datetime.date | None = None,
    roll: Roll = UNLISTED,
) -> tuple[StageReport, ...]:
    """Compute each stage's report over the schools' sections."""
    ordered = Schools.taken(entries).in_order(lambda entry: (entry.facts.code, entry.submission))
    standing = ItemsStanding(roll, ordered)
    return tuple(_stage(ordered, standard, on, _Settling(standard, stage, standing)) for stage in Stage)


def _stage(
    schools: Schools, standard: Standard, on: datetime.date | None, settling: _Settling
) -> StageReport:
    stage = settling.stage
    rows: tuple[tuple[SchoolEntry, SectionResult], ...] = schools.ask(SectionsOf(stage))
    indicators = tuple(
        _indicator(schools, standard, indicator, settling)
        for indicator in standard.on(on)
        if indicator.by_section
    )
    joined = composite([each.balance.coefficient for each in indicators])
    limit = standard.composite_limits.get(stage)
    composite_outcome = _within_composite(joined, limit)
    settlement = settling.of(composite_outcome, {each.code for each in indicators})
    passing = schools.ask(Passing(stage))
    return StageReport(
        stage=stage,
        rows=rows,
        indicators=indicators,
        composite=joined,
        passed=passing.passed,
        standard=standard.id,
        composite_limit=limit,
        composite_outcome=composite_outcome if limit is None else outcome_of(settlement, len(rows)),
        settlement=_passing(schools, passing, stage, settlement),
    )


def _passing(schools: Schools, passing: Passed, stage: Stage, settlement: Settlement) -> Settlement:
    """Add how many sections pass at least and at most."""
    owners = schools.ask(BY_CODE)
    waiting = {id(each): each for code in settlement.waiting for each in owners.get(code, ())}
    open_ones = [
        section
        for entry in waiting.values()
        if _is_reported(entry)  # the others are among the missing
        for section in entry.sections
        if section.stage is stage and section.counts
    ]
    sure = passing.passed - sum(section.outcome is Outcome.MET for section in open_ones)
    lacking = passing.lacking - sum(section.outcome is Outcome.INSUFFICIENT for section in open_ones)
    most = sure + len(open_ones) + lacking + len(settlement.missing)
    return replace(settlement, low=Fraction(sure), high=Fraction(most))


@dataclass(frozen=True)
class _Settling:
    """Who has not said the last word on the sections of a stage."""

    standard: Standard
    stage: Stage
    standing: ItemsStanding

    def of(self, outcome: Outcome, codes: Collection[str]) -> Settlement:
        """Say whether an outcome over some items stands.

        Any value of one school more can turn a coefficient: bounds settle nothing.
        """
        found = self.standing.waiting(
            lambda kind: has_section(self.standard, kind, self.stage),
            lambda entry: any(self._contradicts(section, codes) for section in entry.sections),
        )
        return settle(outcome, found, listed=self.standing.roll.listed)

    def _contradicts(self, section: SectionResult, codes: Collection[str]) -> bool:
        return section.stage is self.stage and not section.contradicting.isdisjoint(codes)


def _within_composite(joined: Decimal | None, limit: Decimal | None) -> Outcome:
    if limit is None:
        return Outcome.NOT_APPLICABLE
    if joined is None:
        return Outcome.INSUFFICIENT
    return Outcome.MET if joined <= limit else Outcome.UNMET


def _indicator(
    schools: Schools, standard: Standard, indicator: Indicator, settling: _Settling
) -> StageIndicator:
    found = schools.ask(SectionValues(settling.stage, standard.id, indicator.code))
    limit = standard.coefficient_limits.get(settling.stage)
    partial = found.moments.balance
    whole = partial if found.counted == found.sections else Balance(None, None)
    if limit is None:
        outcome = Outcome.NOT_APPLICABLE
    elif whole.coefficient is None or whole.mean is None:
        outcome = Outcome.INSUFFICIENT
    else:
        outcome = Outcome.MET if found.moments.within(limit) else Outcome.UNMET
    settlement = settling.of(outcome, {indicator.code})
    return StageIndicator(
        code=indicator.code,
        title=indicator.title,
        short=indicator.short,
        unit=indicator.unit,
        decimals=indicator.decimals,
        standard=standard.id,
        limit=limit,
        sections=found.sections,
        counted=found.counted,
        sections_met=found.met,
        sections_floor=found.floor,
        balance=whole,
        partial=partial,
        outcome=outcome if limit is None else outcome_of(settlement, found.sections),
        settlement=settlement,
    )
