"""Numbers that the application form adds up over schools, and the schools that lack them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind, Stage
from eduapp.standards.county.data import units
from eduapp.standards.county.groups import JoinedInOrder, JoinedSums
from eduapp.standards.figures import CLASS_BANDS
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.results import Verdict

Number = Decimal | int | Fraction

RETENTION = ("graduates", "cohort", "transferred_in", "died", "transferred_out")
"""What 巩固率 is made of, in the order of the form (人)."""


@dataclass(frozen=True)
class Added:
    """A number added up over schools: `known` over the `counted` ones that have it, not over `lacking`."""

    known: Number
    counted: int
    lacking: tuple[str, ...] = ()

    @property
    def value(self) -> Number | None:
        """The number; None while a school that it concerns lacks it, or when there is no school."""
        return None if self.lacking or not self.counted else self.known

    @property
    def over_none(self) -> Added:
        """The same, and over no schools 0, not unknown."""
        return self if self.counted else replace(self, counted=1)


def added(schools: Iterable[SchoolEntry], number: Callable[[SchoolEntry], Number | None]) -> Added:
    """Add up a number of schools."""
    return _sum((each, number(each)) for each in schools)


def _sum(found: Iterable[tuple[SchoolEntry, Number | None]]) -> Added:
    found = list(found)
    known = [value for _, value in found if value is not None]
    return Added(sum(known, 0), len(known), tuple(name_of(each) for each, value in found if value is None))


def joined(answers: Iterable[Added]) -> Added:
    """Return what some schools have added up to with the others."""
    answers = list(answers)
    return Added(
        sum((each.known for each in answers), 0),
        sum(each.counted for each in answers),
        tuple(name for each in answers for name in each.lacking),
    )


def name_of(entry: SchoolEntry) -> str:
    """Return a school's name, or its code where it has none."""
    return entry.facts.name or entry.facts.code


class _Adding:
    """A question whose answer is one number added up."""

    def joined(self, answers: Sequence[Added]) -> Added:
        """Return it over all."""
        return joined(answers)


# --- table Ⅰ ---


@dataclass(frozen=True)
class OfUnknownKind(JoinedInOrder):
    """The names of the schools that do not say of which kind they are."""

    def of(self, schools: Sequence[SchoolEntry]) -> tuple[str, ...]:
        """Return those of some."""
        return tuple(name_of(each) for each in schools if each.facts.kind is None)


@dataclass(frozen=True)
class PointsFrom(_Adding):
    """The 教学点 that have so many pupils or more."""

    pupils: int

    def of(self, schools: Sequence[SchoolEntry]) -> Added:
        """Return how many of some schools."""
        points = [each for each in schools if each.facts.kind is SchoolKind.TEACHING_POINT]
        return added(points, self._is_large)

    def _is_large(self, entry: SchoolEntry) -> int | None:
        own = [value for (name, _), value in entry.figures.items() if name == "pupils"]
        known = [value for value in own if value is not None]
        if len(known) < len(own):
            return None
        return int(sum(known) >= self.pupils)


@dataclass(frozen=True)
class Total(_Adding):
    """A figure of the schools that have a stage."""

    name: str
    stage: Stage

    def of(self, schools: Sequence[SchoolEntry]) -> Added:
        """Return it over some."""
        having = [each for each in schools if (self.name, self.stage) in each.figures]
        return added(having, lambda each: each.figures[self.name, self.stage])


# --- tables Ⅳ and Ⅴ ---


def _judged(schools: Iterable[SchoolEntry], code: str) -> Iterator[tuple[SchoolEntry, Verdict]]:
    for entry in schools:
        for verdict in entry.of_item(code):
            yield entry, verdict


@dataclass(frozen=True)
class NamesByOutcome(JoinedSums):
    """The names of the schools by item and by how they answer it, each once."""

    def of(self, schools: Sequence[SchoolEntry]) -> Mapping[tuple[str, Outcome], tuple[str, ...]]:
        """Return those of some."""
        found: dict[tuple[str, Outcome], tuple[str, ...]] = {}
        for entry in schools:
            name = (name_of(entry),)
            for place in dict.fromkeys((each.code, each.outcome) for each in entry.school_level):
                found[place] = found.get(place, ()) + name
        return found


@dataclass(frozen=True)
class OverLimit:
    """政府保障 4: the schools of some kinds above a limit of an item."""

    code: str
    kinds: tuple[SchoolKind, ...]
    limit: Decimal

    def of(self, schools: Sequence[SchoolEntry]) -> Over:
        """Return those of some."""
        judged = list(_judged(schools, self.code))
        chosen = [(entry, each, each.value) for entry, each in judged if entry.facts.kind in self.kinds]
        over = [(entry, each) for entry, each, value in chosen if value is not None and value > self.limit]
        lacking = tuple(name_of(entry) for entry, _, value in chosen if value is None)
        relaxed = tuple(name_of(entry) for entry, each in over if each.outcome is Outcome.MET)
        return Over(len(judged), len(chosen), len(over), lacking, relaxed)

    def joined(self, answers: Sequence[Over]) -> Over:
        """Return those of all."""
        return Over(
            sum(each.judged for each in answers),
            sum(each.chosen for each in answers),
            sum(each.over for each in answers),
            tuple(name for each in answers for name in each.lacking),
            tuple(name for each in answers for name in each.relaxed),
        )


@dataclass(frozen=True)
class Over:
    """How many schools are judged, of the kinds chosen, and over; who lacks the number, or is relaxed."""

    judged: int
    chosen: int
    over: int
    lacking: tuple[str, ...]
    relaxed: tuple[str, ...]

    @property
    def count(self) -> Added:
        """The schools above the limit; where there are schools, but none of these kinds, none is."""
        counted = self.chosen - len(self.lacking)
        return Added(self.over, counted or int(bool(self.judged) and not self.chosen), self.lacking)


@dataclass(frozen=True)
class ClassesOver(_Adding):
    """政府保障 5: the classes of a stage above a limit."""

    stage: Stage
    limit: int

    def of(self, schools: Sequence[SchoolEntry]) -> Added:
        """Return those of some schools."""
        return added((each for each in schools if self.stage in each.classes), self._large)

    def _large(self, entry: SchoolEntry) -> int | None:
        """Return them by the class list where it decides, else by the form's bands."""
        listed = entry.large_classes.get(self.stage)
        if listed is not None:
            return listed
        bands = [entry.figures.get((name, self.stage)) for name, low, _ in CLASS_BANDS if low > self.limit]
        known = [int(band) for band in bands if band is not None]
        return sum(known) if len(known) == len(bands) else None


@dataclass(frozen=True)
class Small:
    """How many small schools there are, their pupils (人) and money (万元) of the year before."""

    schools: int
    pupils: Added
    money: Added


@dataclass(frozen=True)
class SmallSchools:
    """政府保障 6: the schools, or their sites, that an item of small schools concerns."""

    code: str
    judged: str

    def of(self, schools: Sequence[SchoolEntry]) -> Small:
        """Return those of some."""
        judged = _judged(units(schools, self.judged), self.code)
        small = [entry for entry, found in judged if found.outcome is not Outcome.NOT_APPLICABLE]
        pupils = added(small, lambda each: each.figures.get(("pupils_before", None)))
        money = added(small, lambda each: each.figures.get(("granted", None)))
        return Small(len(small), pupils, money)

    def joined(self, answers: Sequence[Small]) -> Small:
        """Return those of all."""
        return Small(
            sum(each.schools for each in answers),
            joined(each.pupils for each in answers),
            joined(each.money for each in answers),
        )


@dataclass(frozen=True)
class Retained(_Adding):
    """A part of 巩固率, over the schools whom the item concerns."""

    part: str

    def of(self, schools: Sequence[SchoolEntry]) -> Added:
        """Return it over some."""
        return _sum(
            (entry, next((part.value for part in each.inputs if part.figure == self.part), None))
            for entry, each in _judged(schools, "Q1")
            if each.outcome is not Outcome.NOT_APPLICABLE
        )
