"""What a county asks of the sections of a stage: which there are, how many pass, the values of an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.standards.county.balance import Moments
from eduapp.standards.county.data import BY_EXPORT
from eduapp.standards.county.groups import JoinedInOrder
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from db.records.choices import Stage
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.results import SectionResult


@dataclass(frozen=True)
class SectionsOf(JoinedInOrder):
    """The sections of a stage that take part in the figures, each with its school."""

    stage: Stage

    def of(self, schools: Sequence[SchoolEntry]) -> tuple[tuple[SchoolEntry, SectionResult], ...]:
        """Return those of some schools."""
        return tuple(_sections(schools, self.stage))


def _sections(schools: Iterable[SchoolEntry], stage: Stage) -> Iterator[tuple[SchoolEntry, SectionResult]]:
    for entry in schools:
        for section in entry.sections:
            if section.stage is stage and section.counts:
                yield entry, section


@dataclass(frozen=True)
class Passed:
    """How many sections pass as a whole, and how many of schools that have reported lack data for that."""

    passed: int
    lacking: int


@dataclass(frozen=True)
class Passing:
    """How many sections of a stage pass."""

    stage: Stage

    def of(self, schools: Sequence[SchoolEntry]) -> Passed:
        """Return how many of some schools."""
        outcomes = [(entry.state, section.outcome) for entry, section in _sections(schools, self.stage)]
        lacking = (state for state, outcome in outcomes if outcome is Outcome.INSUFFICIENT)
        return Passed(
            sum(outcome is Outcome.MET for _, outcome in outcomes),
            sum(state != BY_EXPORT for state in lacking),
        )

    def joined(self, answers: Sequence[Passed]) -> Passed:
        """Return how many of all."""
        return Passed(sum(each.passed for each in answers), sum(each.lacking for each in answers))


@dataclass(frozen=True)
class Values:
    """An item over the sections of a stage: how many are judged, met, at the floor; the values there are."""

    sections: int
    met: int
    floor: int
    counted: int
    moments: Moments


@dataclass(frozen=True)
class SectionValues:
    """The values of an item, as a standard judges it, in the sections of a stage."""

    stage: Stage
    standard: str
    code: str

    def of(self, schools: Sequence[SchoolEntry]) -> Values:
        """Return those of some schools."""
        judged = [
            (section.pupils, *found)
            for _, section in _sections(schools, self.stage)
            if (found := section.by_item.get((self.standard, self.code))) is not None
        ]
        values = [
            (pupils, value)
            for pupils, verdict, value in judged
            if pupils is not None and value is not None and not verdict.contradictions
        ]
        outcomes = [verdict.outcome for _, verdict, _ in judged]
        return Values(
            len(judged),
            outcomes.count(Outcome.MET),
            outcomes.count(Outcome.FLOOR),
            len(values),
            Moments.of(values),
        )

    def joined(self, answers: Sequence[Values]) -> Values:
        """Return those of all."""
        return Values(
            sum(each.sections for each in answers),
            sum(each.met for each in answers),
            sum(each.floor for each in answers),
            sum(each.counted for each in answers),
            Moments.joined(each.moments for each in answers),
        )
