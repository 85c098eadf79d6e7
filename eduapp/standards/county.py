"""A county's figures over the sections its schools reported: means, coefficients, who passes.

A pure function of the schools' data: order of arrival plays no part. Sections that the standard
leaves out (教学点 under 50) take no part in anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.choices import Stage
from eduapp.standards.balance import Balance, balance, composite, within
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.results import Outcome, SectionResult, Verdict

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from decimal import Decimal

    from eduapp.standards.data import SchoolData
    from eduapp.standards.facts import Facts
    from eduapp.standards.standard import Indicator, Standard


@dataclass(frozen=True)
class SchoolEntry:
    """A school as the county counts it. `grades` and `classes` are None where they are not known."""

    facts: Facts
    state: str
    submission: str
    sections: tuple[SectionResult, ...]
    school_level: tuple[Verdict, ...]
    grades: dict[Stage, int | None]
    classes: dict[Stage, int | None]
    large_classes: dict[Stage, int | None]


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
    limit: Decimal
    sections: int
    counted: int
    sections_met: int
    sections_floor: int
    balance: Balance
    partial: Balance
    outcome: Outcome


@dataclass(frozen=True)
class StageReport:
    """A stage of the county: its sections in school-code order, and each indicator over them."""

    stage: Stage
    rows: tuple[tuple[SchoolEntry, SectionResult], ...]
    indicators: tuple[StageIndicator, ...]
    composite: Decimal | None
    passed: int
    """Sections that pass as a whole (at least 6 of 7, the rest at the floor)."""


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

    @property
    def reported(self) -> int:
        """Schools with a submission that counts."""
        return len(self.schools)

    @property
    def final(self) -> int:
        """Schools of them whose submission is final."""
        return sum(entry.state == "final" for entry in self.schools)

    @property
    def complete(self) -> bool:
        """Whether every expected school has handed in a final."""
        return self.expected is not None and self.final >= self.expected

    @property
    def coverage(self) -> str:
        """How much of the county is in: 「41 / 44 校,3 校为草稿」."""
        expected = self.expected if self.expected is not None else "?"
        drafts = self.reported - self.final
        return f"{self.reported} / {expected} 校" + (f",{drafts} 校为草稿" if drafts else "")


def school_entry(
    data: SchoolData, standard: Standard, state: str, submission: str, on: datetime.date | None = None
) -> SchoolEntry:
    """Judge one school for the county's tables, on a day (needed where the standard has relaxations)."""
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
                large[stage] = sum((each.pupils or 0) > limits[stage] for each in own)
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
    )


def stage_reports(entries: Sequence[SchoolEntry], standard: Standard) -> tuple[StageReport, ...]:
    """Compute each stage's report over the schools' sections."""
    return tuple(_stage(entries, standard, stage) for stage in Stage)


def _stage(entries: Sequence[SchoolEntry], standard: Standard, stage: Stage) -> StageReport:
    ordered = sorted(entries, key=lambda entry: (entry.facts.code, entry.submission))
    rows = tuple(
        (entry, section)
        for entry in ordered
        for section in entry.sections
        if section.stage is stage and section.outcome is not Outcome.NOT_APPLICABLE
    )
    indicators = tuple(
        _indicator(rows, standard, indicator, stage)
        for indicator in standard.indicators
        if indicator.by_stage
    )
    return StageReport(
        stage=stage,
        rows=rows,
        indicators=indicators,
        composite=composite([each.balance.coefficient for each in indicators]),
        passed=sum(section.outcome is Outcome.MET for _, section in rows),
    )


def _indicator(
    rows: Sequence[tuple[SchoolEntry, SectionResult]], standard: Standard, indicator: Indicator, stage: Stage
) -> StageIndicator:
    judged = [
        (section.pupils, verdict)
        for _, section in rows
        for verdict in section.verdicts
        if verdict.code == indicator.code and verdict.standard == standard.id
    ]
    values = [
        (pupils, verdict.value)
        for pupils, verdict in judged
        if pupils is not None and verdict.value is not None
    ]
    limit = standard.coefficient_limits[stage]
    partial = balance(values)
    whole = partial if len(values) == len(judged) else Balance(None, None)
    if whole.coefficient is None or whole.mean is None:
        outcome = Outcome.INSUFFICIENT
    else:
        outcome = Outcome.MET if within(whole.mean, values, limit) else Outcome.UNMET
    outcomes = [verdict.outcome for _, verdict in judged]
    return StageIndicator(
        code=indicator.code,
        title=indicator.title,
        short=indicator.short,
        unit=indicator.unit,
        decimals=indicator.decimals,
        limit=limit,
        sections=len(judged),
        counted=len(values),
        sections_met=outcomes.count(Outcome.MET),
        sections_floor=outcomes.count(Outcome.FLOOR),
        balance=whole,
        partial=partial,
        outcome=outcome,
    )
