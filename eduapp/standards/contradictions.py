"""Numbers that cannot all be true, and what that does to a verdict that reads one of them.

A verdict whose numbers contradict one another is insufficient data and names the contradiction. A
contradiction never helps: what is unmet (or does not apply) whatever the true numbers are stays so.
Which numbers a verdict reads is watched while its formula runs, never typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from decimal import Decimal

    from db.records.choices import Stage
    from eduapp.standards.results import Verdict

    Number = Decimal | int
    Place = tuple[str, Stage | None]
    """A figure of a school, or a field `record.field` of the county; without a stage the whole of it."""
    Asked = dict[Place, Number | None]
    """What was read, with the value it had."""

CLASSES: tuple[str, None] = ("school_class", None)
"""Asked for where a formula looks at the classes themselves."""
FAR = 10**9
"""How far a number may rise that nothing bounds: larger than any of a school or a county."""
MOST_TRIALS = 256


@dataclass(frozen=True)
class Clash:
    """Numbers that cannot all be true, which miss one another by `excess`.

    `falls`: by how much each may be smaller than it says; `rises`: which may be larger. `classes` are the
    keys of classes whose size is one of the numbers.
    """

    code: str
    text: str
    falls: Mapping[Place, Number]
    rises: frozenset[Place]
    excess: Number = 0
    classes: frozenset[str] = field(default_factory=frozenset)


def clash_of(
    code: str,
    text: str,
    parts: Mapping[Place, Number],
    wholes: Mapping[Place, Number],
    *,
    equal: bool = False,
) -> Clash | None:
    """Return the clash of parts that are more than their whole (or, `equal`, not the same); None if none."""
    excess = sum(parts.values()) - sum(wholes.values())
    if excess > 0:
        return Clash(code, text, parts, frozenset(wholes), excess)
    if excess < 0 and equal:
        return Clash(code, text, wholes, frozenset(parts), -excess)
    return None


class FormulaData(Protocol):
    """What a formula reads: the data of a school or of a county."""

    def watching(self, asked: Asked) -> Self:
        """Return the same numbers, noting in `asked` which ones are read."""

    def supposing(self, values: Mapping[Place, Number], classes: frozenset[str]) -> Self:
        """Return them with other values; the sizes of `classes` are not known."""


Data = TypeVar("Data", bound=FormulaData)


def obeying(data: Data, clashes: Iterable[Clash], judge: Callable[[Data], Verdict]) -> Verdict:
    """Judge, and let the contradictions among what was read speak."""
    found, clashes = judge(data), tuple(clashes)
    if not clashes:
        return found
    asked: Asked = {}
    judge(data.watching(asked))
    touching = [clash for clash in clashes if _touches(clash, asked)]
    if not touching:
        return found
    named = tuple(dict.fromkeys(each.text for each in touching))
    if found.outcome in _LASTING and _stays(data, found.outcome, touching, asked, judge):
        said = f"数据自相矛盾:{';'.join(named)};以哪个数为准,结论都一样"
        return replace(
            found, note=";".join(part for part in (found.note, said) if part), contradictions=named
        )
    return contradicted(found, named)


_LASTING = frozenset({Outcome.UNMET, Outcome.NOT_APPLICABLE})


def contradicted(verdict: Verdict, named: tuple[str, ...]) -> Verdict:
    """Return a verdict that cannot be reached because its numbers contradict one another."""
    return replace(
        verdict,
        outcome=Outcome.INSUFFICIENT,
        numerator=None,
        denominator=None,
        gap=None,
        note=f"数据自相矛盾:{';'.join(named)}",
        contradictions=named,
    )


def _touches(clash: Clash, asked: Asked) -> bool:
    places = {*clash.falls, *clash.rises}
    return any(_among(place, places) for place in asked) or (bool(clash.classes) and CLASSES in asked)


def _among(place: Place, places: Iterable[Place]) -> bool:
    """Whether a number is one of some; the whole of a figure is touched by each of its stages."""
    name, stage = place
    return any(other == name and (stage is None or at == stage) for other, at in places)


def _stays(
    data: Data, outcome: Outcome, clashes: list[Clash], asked: Asked, judge: Callable[[Data], Verdict]
) -> bool:
    """Whether the outcome is the same for every value that the contradictions leave possible."""
    classes = frozenset(key for each in clashes for key in each.classes)
    possible = {
        place: _possible(place, value, clashes) for place, value in asked.items() if value is not None
    }
    moving = {place: values for place, values in possible.items() if len(values) > 1}
    return all(judge(data.supposing(trial, classes)).outcome is outcome for trial in _trials(moving))


def _possible(place: Place, value: Number, clashes: list[Clash]) -> list[Number]:
    """Return the values to try of a number: the ends of what is possible, and where the clash is mended."""
    found: set[Number] = {value}
    for each in clashes:
        less = sum(amount for at, amount in each.falls.items() if _among(place, [at]))
        if less:
            found |= {max(value - less, 0), max(value - each.excess, 0)}
        if _among(place, each.rises):
            found |= {value + each.excess, value + FAR}
    return sorted(found)


def _trials(possible: Mapping[Place, list[Number]]) -> Iterator[dict[Place, Number]]:
    """Yield fillings: every one while they are few, else only with the ends of each number."""
    places = list(possible)
    choices = [possible[place] for place in places]
    if prod(map(len, choices)) > MOST_TRIALS:
        choices = [[values[0], values[-1]] for values in choices]
    if prod(map(len, choices)) > MOST_TRIALS:
        yield {place: values[0] for place, values in possible.items()}
        yield {place: values[-1] for place, values in possible.items()}
        return
    for values in product(*choices):
        yield dict(zip(places, values, strict=True))
