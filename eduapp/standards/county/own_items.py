"""The schools' own verdicts of an item that a county asks of them: how many meet it, all numbers together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING

from eduapp.standards.county.data import units
from eduapp.standards.county.groups import summed
from eduapp.standards.formulas.measure import MOST_NAMED, Measure, NotApplicable, named
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from db.records.choices import Stage
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.results import Verdict

_NAMED = MOST_NAMED + 1
"""So many names say the first ones, and that there are more."""


@dataclass(frozen=True)
class Own:
    """Which verdicts of schools are meant: of an item, by a standard, at a stage or at none."""

    code: str
    standard: str
    stage: Stage | None

    def among(self, schools: Iterable[SchoolEntry]) -> Iterator[tuple[SchoolEntry, Verdict]]:
        """Yield them, each with its school."""
        for entry in schools:
            for each in entry.of_item(self.code):
                if each.standard == self.standard and each.stage is self.stage:
                    yield entry, each


@dataclass(frozen=True)
class OwnStages:
    """The stages at which schools are judged by an item."""

    code: str
    standard: str

    def of(self, schools: Sequence[SchoolEntry]) -> frozenset[Stage]:
        """Return those of some schools."""
        own = (each for entry in schools for each in entry.of_item(self.code))
        return frozenset(each.stage for each in own if each.standard == self.standard and each.stage)

    def joined(self, answers: Sequence[frozenset[Stage]]) -> frozenset[Stage]:
        """Return those of all."""
        return frozenset().union(*answers)


# --- an item that all of them must meet ---


@dataclass(frozen=True)
class Answered:
    """How many schools an item concerns, how many do not meet it or lack data, and the first names."""

    concerned: int = 0
    unmet: int = 0
    unknown: int = 0
    unmet_names: tuple[str, ...] = ()
    unknown_names: tuple[str, ...] = ()

    @property
    def measure(self) -> Measure | NotApplicable:
        """The share of those that meet it; one unmet decides."""
        if not self.concerned:
            return NotApplicable("没有适用的学校")
        unmet, unknown = self.unmet, self.unknown
        parts = [f"{unmet} 所未达标:{named(self.unmet_names)}"] if unmet else []
        parts += [f"{unknown} 所数据不足:{named(self.unknown_names)}"] if unknown else []
        note = ";".join(parts) or f"{self.concerned} 所学校全部达标"
        if unknown and not unmet:  # No share is known: neither that all do, nor that only the others do.
            return Measure(None, None, (), "所", note=note)
        met = Fraction(self.concerned - unmet - unknown)
        return Measure(met, Fraction(self.concerned), (), "所", note=note)


@dataclass(frozen=True)
class OfAll:
    """How the schools answer an item; `judged`: schools with their campuses, or each site."""

    own: Own
    judged: str

    def of(self, schools: Sequence[SchoolEntry]) -> Answered:
        """Return how some schools do."""
        found = [each for each in self.own.among(schools) if each[1].outcome is not Outcome.NOT_APPLICABLE]
        unmet = [each for each in found if each[1].outcome is Outcome.UNMET]
        unknown = [each for each in found if each[1].outcome is Outcome.INSUFFICIENT]
        return Answered(len(found), len(unmet), len(unknown), self._names(unmet), self._names(unknown))

    def joined(self, answers: Sequence[Answered]) -> Answered:
        """Return how all of them do."""
        return Answered(
            sum(each.concerned for each in answers),
            sum(each.unmet for each in answers),
            sum(each.unknown for each in answers),
            _first(each.unmet_names for each in answers),
            _first(each.unknown_names for each in answers),
        )

    def _names(self, found: Iterable[tuple[SchoolEntry, Verdict]]) -> tuple[str, ...]:
        """Name schools; where sites are judged apart those that bring them to where they stand."""
        return _first(_sites(entry, verdict, self.judged) for entry, verdict in found)


def _first(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(islice(chain.from_iterable(names), _NAMED))


def _sites(entry: SchoolEntry, verdict: Verdict, judged: str) -> list[str]:
    own = entry.facts
    sites = [
        own.name if site.facts.code == own.code else f"{own.name}({site.facts.name})"
        for site in units([entry], judged)
        if any((each.code, each.outcome) == (verdict.code, verdict.outcome) for each in site.school_level)
    ]
    return sites or [own.name]


# --- an item of which all numbers count together ---


@dataclass(frozen=True)
class Together:
    """The numbers of the schools that an item concerns, as sums by denominator; most have the same one.

    `lacking` have none; `units` are those of the first school, and of the first that has numbers.
    """

    concerned: int
    lacking: int
    lacking_names: tuple[str, ...]
    units: tuple[str | None, str | None]
    over: Mapping[int, int]
    under: Mapping[int, int]

    @cached_property
    def measure(self) -> Measure | NotApplicable:
        """All numbers together; missing while one of them is."""
        if not self.concerned:
            return NotApplicable("没有适用的学校")
        if self.lacking:
            note = f"{self.lacking} 所数据不足:{named(self.lacking_names)}"
            return Measure(None, None, (), _unit(self.units[0]), note=note)
        return self.known_measure

    @cached_property
    def known_measure(self) -> Measure | NotApplicable:
        """The numbers that there are, together."""
        known = self.concerned - self.lacking
        if not known:
            return NotApplicable("没有适用的学校")
        sums = _whole(self.over), _whole(self.under)
        return Measure(*sums, (), _unit(self.units[1]), note=f"{known} 所学校合计")


@dataclass(frozen=True)
class Pooled:
    """The numbers of all schools that an item concerns, together."""

    own: Own

    def of(self, schools: Sequence[SchoolEntry]) -> Together:
        """Return those of some schools."""
        # A number that is only reported applies, though nothing judges it.
        found = [
            (entry, each)
            for entry, each in self.own.among(schools)
            if each.outcome is not Outcome.NOT_APPLICABLE or (each.numerator is not None and each.denominator)
        ]
        known = [each for _, each in found if _has_number(each)]
        lacking = [entry.facts.name for entry, each in found if not _has_number(each)]
        return Together(
            len(found),
            len(lacking),
            tuple(lacking[:_NAMED]),
            (_unit_of([each for _, each in found]), _unit_of(known)),
            _by_denominator(each.numerator for each in known),
            _by_denominator(each.denominator for each in known),
        )

    def joined(self, answers: Sequence[Together]) -> Together:
        """Return those of all."""
        having = [each.units for each in answers if each.concerned]
        known = [each.units for each in answers if each.concerned > each.lacking]
        return Together(
            sum(each.concerned for each in answers),
            sum(each.lacking for each in answers),
            _first(each.lacking_names for each in answers),
            (having[0][0] if having else None, known[0][1] if known else None),
            summed(each.over for each in answers),
            summed(each.under for each in answers),
        )


def _has_number(verdict: Verdict) -> bool:
    known = verdict.numerator is not None and verdict.denominator is not None
    return known and not verdict.contradictions


def _unit_of(verdicts: Sequence[Verdict]) -> str | None:
    first = verdicts[0].gap if verdicts else None
    return first.unit if first else None


def _unit(said: str | None) -> str:
    return "人" if said is None else said


def _by_denominator(numbers: Iterable[Fraction | None]) -> Mapping[int, int]:
    return summed({each.denominator: each.numerator} for each in numbers if each)


def _whole(sums: Mapping[int, int]) -> Fraction:
    return sum((Fraction(over, under) for under, over in sums.items()), Fraction(0))
