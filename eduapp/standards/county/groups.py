"""Schools side by side, and what is asked of all of them, kept group by group.

After each act a county asks the same hundred things of its schools, and an act changes one of them. So its
schools stand in small groups, these in larger ones, and a group keeps what it answered: after an act only the
groups around the changed school are asked again. An answer is a function of the judged schools alone, and the
same however they are grouped; nothing here decides what is right, only what need not be computed again.

Where a group ends is said by the code of the school that ends it, not by its place: a school more or less
moves one border, not all that come after.
"""

from __future__ import annotations

from itertools import chain, pairwise
from operator import is_
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from eduapp.standards.county.data import SchoolEntry

Answer = TypeVar("Answer")

_BITS: Final = 3
"""A group has about 2 ** _BITS members."""
_END: Final = (1 << _BITS) - 1
"""The bits of a mark that are all 0 where a group ends."""
_MOST: Final = 24
"""So few are no longer divided."""
_LEVELS: Final = 8
"""So often at most: a mark has no more bits to tell borders by."""


class GroupQuestion(Protocol[Answer]):
    """What can be asked of any schools; equal questions have equal answers, which nobody may change."""

    def __hash__(self) -> int: ...

    def of(self, schools: Sequence[SchoolEntry]) -> Answer:
        """Answer for some schools, in their order; for none, too."""

    def joined(self, answers: Sequence[Answer]) -> Answer:
        """Return the answer for all schools from those for some of them after others."""


class Group:
    """Schools or groups of them, and what they answered."""

    __slots__ = ("_answers", "_groups", "_schools")

    def __init__(self, schools: tuple[SchoolEntry, ...], groups: tuple[Group, ...]) -> None:
        """Begin with schools, or with smaller groups."""
        self._schools, self._groups = schools, groups
        self._answers: dict[Hashable, Any] = {}

    def ask(self, question: GroupQuestion[Answer]) -> Answer:
        """Return the answer for all schools in it."""
        answers = self._answers
        if question in answers:
            found: Answer = answers[question]
            return found
        if self._groups:
            found = question.joined([each.ask(question) for each in self._groups])
        else:
            found = question.of(self._schools)
        answers[question] = found
        return found


class Groups:
    """The groups of a county: of the same schools in the same order the same one, for two turns."""

    def __init__(self) -> None:
        """Begin with none."""
        self._now: dict[tuple[int, ...], Group] = {}
        self._before: dict[tuple[int, ...], Group] = {}

    def turn(self) -> None:
        """Begin a new report: what neither this nor the last one asks for is given up."""
        self._before, self._now = self._now, {}

    def of(self, schools: Sequence[SchoolEntry]) -> Group:
        """Return the group of some schools in their order."""
        if len(schools) <= _MOST:
            return self._leaf(tuple(schools))
        marks = [crc32(each.facts.code.encode()) for each in schools]
        groups = [self._leaf(tuple(schools[first:end])) for first, end in _cut(marks)]
        for _ in range(_LEVELS):
            if len(groups) <= _MOST:
                break
            marks = [marks[end - 1] >> _BITS for _, end in _cut(marks)]
            groups = [self._node(tuple(groups[first:end])) for first, end in _cut(marks)]
        return self._node(tuple(groups))

    def _leaf(self, schools: tuple[SchoolEntry, ...]) -> Group:
        return self._known(tuple(map(id, schools))) or self._new(schools, ())

    def _node(self, groups: tuple[Group, ...]) -> Group:
        return self._known(tuple(map(id, groups))) or self._new((), groups)

    def _known(self, place: tuple[int, ...]) -> Group | None:
        """Return the group of these objects: while it is known here they live, and nothing has their ids."""
        found = self._now.get(place) or self._before.get(place)
        if found is not None:
            self._now[place] = found
        return found

    def _new(self, schools: tuple[SchoolEntry, ...], groups: tuple[Group, ...]) -> Group:
        found = Group(schools, groups)
        self._now[tuple(map(id, schools or groups))] = found
        return found


def _cut(marks: Sequence[int]) -> list[tuple[int, int]]:
    """Return where each group begins and ends: after each member whose mark says so, and at the end."""
    ends = [at for at, mark in enumerate(marks, 1) if not mark & _END]
    if not ends or ends[-1] != len(marks):
        ends.append(len(marks))
    return list(pairwise([0, *ends]))


class Schools(tuple["SchoolEntry", ...]):  # noqa: SLOT001 - a tuple's subclass can have no slots but empty ones
    """Judged schools in their order, that can be asked together."""

    _groups: Groups
    _group: Group | None

    def __new__(cls, schools: Iterable[SchoolEntry] = (), groups: Groups | None = None) -> Self:
        """Take schools; `groups` are those of the county, which keep what was asked before."""
        found = super().__new__(cls, schools)
        found._groups, found._group = groups or Groups(), None
        return found

    @classmethod
    def taken(cls, schools: Iterable[SchoolEntry]) -> Schools:
        """Return schools as they are, or as ones that can be asked."""
        return schools if isinstance(schools, Schools) else cls(schools)

    def ask(self, question: GroupQuestion[Answer]) -> Answer:
        """Return the answer of all of them."""
        if self._group is None:
            self._group = self._groups.of(self)
        return self._group.ask(question)

    def where(self, holds: Callable[[SchoolEntry], object]) -> Schools:
        """Return those that fit: the same ones where all do."""
        return self._of([each for each in self if holds(each)])

    def in_order(self, place: Callable[[SchoolEntry], Any]) -> Schools:
        """Return them in another order: the same ones where it is theirs."""
        return self._of(sorted(self, key=place))

    def _of(self, schools: Sequence[SchoolEntry]) -> Schools:
        same = len(schools) == len(self) and all(map(is_, schools, self))
        return self if same else Schools(schools, self._groups)


NO_SCHOOLS: Final = Schools()


class JoinedInOrder:
    """A question whose answer is a tuple: those of some schools after others."""

    def joined(self, answers: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        """Return one after another."""
        return tuple(chain.from_iterable(answers))


class JoinedSums:
    """A question whose answer is what adds up, by what it is of."""

    def joined(self, answers: Sequence[Mapping[Any, Any]]) -> Mapping[Any, Any]:
        """Return the sums."""
        return summed(answers)


def summed(answers: Iterable[Mapping[Any, Any]]) -> dict[Any, Any]:
    """Add up by what it is of."""
    found: dict[Any, Any] = {}
    for each in answers:
        for name, part in each.items():
            found[name] = found[name] + part if name in found else part
    return found
