"""已定 / 未定: which schools have not said their last word on a county's item, and whether it can turn it.

A school that has not come, a draft, an unsettled conflict and data that contradict themselves may still
become anything. Earlier years bound nothing here: what a school had last year is no word of this year.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind
from eduapp.standards.county.groups import JoinedInOrder, JoinedSums, summed
from eduapp.standards.formulas.measure import named
from eduapp.standards.results import Outcome, Settlement, Who
from eduapp.standards.wording import OUTCOME_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.groups import Schools
    from eduapp.standards.county.roll import Roll
    from eduapp.standards.results import Verdict

    Concerns = Callable[[SchoolKind], bool]
    Contradicts = Callable[[SchoolEntry], bool]


class Adds(StrEnum):
    """How schools make up a number of the county; from it follows what one more school can do to it."""

    ONE_OF_ALL = "one_of_all"
    """Each school is one of all: the share of the schools that pass (or fail)."""
    SHARE = "share"
    """Parts over wholes, added up; a school's part is at most its whole."""
    COUNT = "count"
    """A school adds one or nothing."""
    SUM = "sum"
    """A school adds a number that is not negative."""
    VETO = "veto"
    """One school that says otherwise decides."""
    FREE = "free"
    """Anything can come about."""


@dataclass(frozen=True)
class Waiting:
    """The schools that an item concerns: how many are `there`, and those without a last word."""

    there: int
    missing: tuple[Who, ...]
    drafts: tuple[Who, ...]
    conflicts: tuple[Who, ...]
    contradicting: tuple[Who, ...]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of those that are in without a last word."""
        return frozenset(each.code for each in (*self.drafts, *self.conflicts, *self.contradicting))

    @property
    def count(self) -> int:
        """How many there are of all kinds, each once."""
        return len({each.code for each in self.missing} | self.codes)


class ItemsStanding:
    """The list of a county beside its schools: who concerns an item has said the last word on it or not."""

    def __init__(self, roll: Roll, schools: Schools) -> None:
        """Begin with a list and the schools that are in."""
        self.roll, self._schools = roll, schools
        self._known: dict[frozenset[SchoolKind | None], Waiting] = {}

    def waiting(self, concerns: Concerns, contradicts: Contradicts) -> Waiting:
        """Return the schools of an item; one whose kind nobody knows is concerned where any kind is."""
        kinds = {*self._schools.ask(KINDS), *(each.kind for each in self.roll.absent)}
        concerned = frozenset(
            kind for kind in kinds if (concerns(kind) if kind else any(map(concerns, SchoolKind)))
        )
        if concerned not in self._known:
            self._known[concerned] = self._of(concerned)
        found = self._known[concerned]
        # Most have nothing that contradicts itself, and are not asked about the item.
        asked = (each for each in self._schools.ask(_CONTRADICTING) if each.facts.kind in concerned)
        names = tuple(sorted(Who(each.codes[0], each.facts.name) for each in asked if contradicts(each)))
        return replace(found, contradicting=names) if names else found

    def _of(self, concerned: frozenset[SchoolKind | None]) -> Waiting:
        counts = self._schools.ask(KINDS)
        absent = (each for each in self.roll.absent if each.kind in concerned)
        return Waiting(
            sum(count for kind, count in counts.items() if kind in concerned),
            tuple(Who(each.code, each.name) for each in absent),
            self._named(concerned, self.roll.drafts),
            self._named(concerned, self.roll.conflicts),
            (),
        )

    def _named(self, concerned: frozenset[SchoolKind | None], names: Mapping[str, str]) -> tuple[Who, ...]:
        if not names:
            return ()
        owners = self._schools.ask(BY_CODE)
        own = {code: {each.facts.kind for each in owners.get(code, ())} for code in names}
        return tuple(Who(code, names[code]) for code in sorted(names) if not own[code].isdisjoint(concerned))


@dataclass(frozen=True)
class _Kinds(JoinedSums):
    """How many schools there are of each kind."""

    def of(self, schools: Sequence[SchoolEntry]) -> Mapping[SchoolKind | None, int]:
        return Counter(each.facts.kind for each in schools)


@dataclass(frozen=True)
class _ByCode(JoinedSums):
    """Whose word stands under a code, its own or that of a campus."""

    def of(self, schools: Sequence[SchoolEntry]) -> Mapping[str, tuple[SchoolEntry, ...]]:
        return summed({code: (each,)} for each in schools for code in each.codes)


@dataclass(frozen=True)
class _Contradicting(JoinedInOrder):
    """The schools some of whose items contradict themselves."""

    def of(self, schools: Sequence[SchoolEntry]) -> tuple[SchoolEntry, ...]:
        return tuple(school for school in schools if school.contradicting)


KINDS, BY_CODE, _CONTRADICTING = _Kinds(), _ByCode(), _Contradicting()


def settle(outcome: Outcome, found: Waiting, *, listed: bool, stays: bool = False) -> Settlement:
    """Judge whether an outcome over what is there stands.

    `stays`: it is unmet by those who have said their last word, whatever the others say.
    """
    decided = outcome not in {Outcome.INSUFFICIENT, Outcome.UNSETTLED} and not found.count
    return Settlement(
        settled=listed and (stays or decided),
        listed=listed,
        so_far=outcome,
        missing=found.missing,
        drafts=found.drafts,
        conflicts=found.conflicts,
        contradicting=found.contradicting,
    )


def outcome_of(settlement: Settlement, there: int) -> Outcome:
    """Return the outcome that is shown: unsettled where schools that are not in can still turn it.

    Data that lack are said first, unless no school is there to lack any.
    """
    lacking = settlement.so_far is Outcome.INSUFFICIENT and there
    if settlement.settled or not settlement.missing or lacking:
        return settlement.so_far
    return Outcome.UNSETTLED


def stays_unmet(adds: Adds, verdict: Verdict) -> bool:
    """Whether a verdict that is unmet over some schools stays so, whatever other schools add to it."""
    limit = verdict.threshold
    if verdict.outcome is not Outcome.UNMET:
        return False
    if adds is Adds.VETO:
        return True
    if limit is None:
        return False
    if adds in {Adds.COUNT, Adds.SUM}:
        return verdict.at_most
    if adds in {Adds.ONE_OF_ALL, Adds.SHARE}:
        return limit <= 0 if verdict.at_most else limit >= verdict.scale
    return False


def bounded(settlement: Settlement, adds: Adds, fixed: Verdict, more: int) -> Settlement:
    """Add the bounds of the value: `fixed` is over those who have said their last word, `more` have not."""
    if fixed.outcome is Outcome.INSUFFICIENT or not more:
        return settlement
    part, whole, scale = fixed.numerator or Fraction(0), fixed.denominator or Fraction(0), fixed.scale
    value = fixed.value or Fraction(0)
    ends: dict[Adds, tuple[Fraction, Fraction | None]] = {
        Adds.ONE_OF_ALL: (scale * part / (whole + more), scale * (part + more) / (whole + more)),
        Adds.SHARE: (Fraction(0), Fraction(scale)),
        Adds.COUNT: (value, value + more),
        Adds.SUM: (value, None),
    }
    low, high = ends.get(adds, (None, None))
    return replace(settlement, low=low, high=high)


def words(settlement: Settlement) -> Iterator[str]:
    """Say how it stands over what is there, and who has not said the last word, with names."""
    if not settlement.settled and settlement.missing and settlement.so_far in _SO_FAR:
        yield f"按已报学校{OUTCOME_WORDS[settlement.so_far]}"
    groups = (
        ("还有 {} 所未上报", settlement.missing),
        ("{} 所为草稿", settlement.drafts),
        ("{} 所有冲突未裁定", settlement.conflicts),
        ("{} 所数据自相矛盾", settlement.contradicting),
    )
    for said, group in groups:
        if group:
            names = named([each.name or each.code for each in group])
            yield said.format(len(group)) + f":{names}"


_SO_FAR = frozenset({Outcome.MET, Outcome.UNMET})
