"""What a coefficient can still become while schools are missing: sound bounds over boxes of fillings.

A section that has not reported is a box: its pupils and its value lie somewhere between two ends. The
bounds hold for every filling of every box (the coefficient: docs/standards.md, "Coefficient"); the search for
them runs in floating point, each bound is then proved in whole numbers.

With P = Σp, S1 = Σpx, S2 = Σpx² the coefficient is CV² = P·S2 / S1² - 1.
Upper bound: √(P·S2) ≤ (a·P + S2/a) / 2 for every a > 0, so CV² + 1 ≤ λ² where λ is the largest
Σp(a² + x²) / 2aΣpx; that one is separable, its largest is at corners of the boxes.
Lower bound: for every b, S2 - 2b·S1 ≥ D·P with D separable and smallest at x = clamp(b), so that for
fillings whose mean is m, CV² + 1 ≥ (D + 2bm) / m², which over a range of m is smallest at its ends.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from eduapp.standards.county.balance import Deviations, balance
from eduapp.standards.numbers import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    Known = Sequence[tuple[int, Fraction]]

_BITS = 56
_DIGITS = 40
_HALVINGS = 28
_WORK = 40_000
"""Bound of steps × boxes: the finer search of few boxes costs what the coarse one of many does."""
_PARTS = (6, 96)
_CLOSE = 1e-12
_LIFT = 1 + 1e-14


@dataclass(frozen=True)
class Box:
    """A section that is not known: pupils and value, each between two ends (both included)."""

    pupils_low: int
    pupils_high: int
    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        """Refuse ends in the wrong order and what is below zero; raises ValueError."""
        if not (0 <= self.pupils_low <= self.pupils_high and 0 <= self.low <= self.high):
            message = f"no box: {self}"
            raise ValueError(message)

    @property
    def is_point(self) -> bool:
        """Whether nothing is open."""
        return self.pupils_low == self.pupils_high and self.low == self.high


@dataclass(frozen=True)
class Enclosure:
    """Bounds of the mean and the coefficient over all fillings; the squares are exact, the roots rounded out.

    No filling lies outside. `low` and `high` are the coefficient's, with 40 digits.
    """

    mean_low: Fraction
    mean_high: Fraction
    square_low: Fraction
    square_high: Fraction
    low: Decimal
    high: Decimal

    def shown(self, places: int) -> tuple[Decimal, Decimal]:
        """Return the coefficient's bounds as paper shows them: rounded outwards, a point half up."""
        if self.low == self.high:
            return (rounded(self.low, places),) * 2
        return outwards(self.low, self.high, places)


def outwards(low: Decimal, high: Decimal, places: int) -> tuple[Decimal, Decimal]:
    """Round an interval so that it only grows."""
    step = Decimal(1).scaleb(-places)
    return low.quantize(step, ROUND_FLOOR), high.quantize(step, ROUND_CEILING)


class Settled(StrEnum):
    """Whether a verdict can still turn (已定 / 未定)."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"


def enclosure(known: Known, missing: Sequence[Box]) -> Enclosure | None:
    """Enclose mean and coefficient over all fillings; None where some filling has no coefficient.

    `known` are (pupils, value); values are not negative. Without an open box the bounds are the point
    that `balance` computes. Otherwise they are wider than the true range by a relative 1e-7 or so for
    a few boxes, by more for hundreds; never narrower.
    """
    known = [*known, *((box.pupils_low, box.low) for box in missing if box.is_point)]
    boxes = [box for box in missing if not box.is_point and box.pupils_high]
    if not boxes:
        return _point(known)
    field = _Field.of([each for each in known if each[0]], boxes)
    if field is None:
        return None
    mean_low, mean_high = field.mean(highest=False), field.mean(highest=True)
    square_high = _highest(field, mean_low)
    square_low = min(_lowest(field, mean_low, mean_high), square_high)
    return Enclosure(
        mean_low / field.scale,
        mean_high / field.scale,
        square_low,
        square_high,
        _root(square_low, up=False),
        _root(square_high, up=True),
    )


def settled(found: Enclosure | None, limit: Decimal) -> Settled:
    """Say whether the whole interval lies within the limit or above it, compared exactly as squares."""
    if found is None:
        return Settled.OPEN
    square = Fraction(limit) ** 2
    if found.square_high <= square:
        return Settled.MET
    return Settled.UNMET if found.square_low > square else Settled.OPEN


def passing(
    met: int, open_sections: Sequence[tuple[Box | None, Decimal | None]], *, at_most: bool = False
) -> tuple[int, int]:
    """Return how many sections meet a threshold at least and at most, `met` of the known ones do.

    An open section is its box (None when nothing is known of it) and its threshold. One that may have
    no pupils may be left out of the evaluation, so it never counts as sure.
    """
    sure = possible = 0
    for box, threshold in open_sections:
        if box is None or threshold is None:
            possible += 1
            continue
        limit = Fraction(threshold)
        worst, best = (box.high, box.low) if at_most else (box.low, box.high)
        possible += best <= limit if at_most else best >= limit
        sure += box.pupils_low > 0 and (worst <= limit if at_most else worst >= limit)
    return met + sure, met + possible


@dataclass(frozen=True)
class Contribution:
    """What a section adds to the variance: `part` of `whole`, whole numbers; `value` as it is."""

    school: str
    pupils: int
    value: Fraction
    part: int
    whole: int
    above: bool
    """Whether its value is above the mean."""

    @property
    def share(self) -> Fraction:
        """p·(x - X̄)² as a share of the sum; 0 where the variance is 0."""
        return Fraction(self.part, self.whole) if self.whole else Fraction(0)


def contributions(sections: Sequence[tuple[str, int, Fraction]]) -> tuple[Contribution, ...]:
    """Share the variance out to the sections (school code, pupils, value), the largest first, ties by code.

    The shares add up to exactly 1; all are 0 where the variance is 0.
    """
    if not any(weight for _, weight, _ in sections):
        return tuple(Contribution(*each, part=0, whole=0, above=False) for each in sorted(sections))
    found = Deviations([(weight, value) for _, weight, value in sections])
    shared = [
        Contribution(*section, part=part, whole=found.whole, above=above)
        for section, part, above in zip(sections, found.parts, found.above, strict=True)
    ]
    return tuple(sorted(shared, key=lambda each: (-each.part, each.school)))


# --- the boxes in whole numbers ---


@dataclass(frozen=True)
class _Box:
    """A box in whole units, rounded outwards: pupils p..q, value x..y."""

    p: int
    q: int
    x: int
    y: int


@dataclass(frozen=True)
class _Field:
    """Known sums and boxes in units of 1/scale; each sum with both its roundings."""

    scale: Fraction
    pupils: int
    first: tuple[int, int]
    second: tuple[int, int]
    items: tuple[_Box, ...]

    @classmethod
    def of(cls, known: Known, boxes: Sequence[Box]) -> _Field | None:
        """Round everything outwards to a common unit; None where a mean of 0 or no pupils can come about."""
        largest = max([value for _, value in known] + [box.high for box in boxes])
        if not largest:
            return None
        scale = Fraction(2) ** (_BITS - math.ceil(largest).bit_length())
        ones = [weight * value * scale for weight, value in known]
        twos = [weight * (value * scale) ** 2 for weight, value in known]
        found = cls(
            scale,
            sum(weight for weight, _ in known),
            (sum(map(math.floor, ones)), sum(map(math.ceil, ones))),
            (sum(map(math.floor, twos)), sum(map(math.ceil, twos))),
            tuple(
                _Box(
                    box.pupils_low, box.pupils_high, math.floor(box.low * scale), math.ceil(box.high * scale)
                )
                for box in boxes
            ),
        )
        return found if found.first[0] + sum(each.p * each.x for each in found.items) > 0 else None

    def mean(self, *, highest: bool) -> Fraction:
        """Return the smallest or the largest mean, in units: Σpx / Σp, by Dinkelbach's steps."""
        ends = [(each.p, each.q, each.y if highest else each.x) for each in self.items]
        first = self.first[highest]
        chosen = Fraction(first + sum(q * x for _, q, x in ends), self.pupils + sum(q for _, q, _ in ends))
        while True:
            weights = [(q if (x > chosen) == highest else p, x) for p, q, x in ends]
            pupils = self.pupils + sum(weight for weight, _ in weights)
            found = Fraction(first + sum(weight * x for weight, x in weights), pupils)
            if found == chosen:
                return found
            chosen = found


def _parts(field: _Field) -> int:
    fewest, most = _PARTS
    return max(fewest, min(most, _WORK // (len(field.items) * _HALVINGS)))


# --- upper bound ---

_Corners = dict[int, int]
"""Boxes whose value is fixed to one end: 0 the lower, 1 the upper."""


class _Upper:
    """The search for the largest coefficient: splits the boxes whose value could be at either end."""

    def __init__(self, field: _Field, mean_low: Fraction) -> None:
        unit = 2.0**-_BITS
        self.field = field
        self.floats = [(float(i.p), float(i.q), i.x * unit, i.y * unit) for i in field.items]
        self.known = float(field.pupils), field.first[0] * unit, field.second[1] * unit * unit
        self.start = math.log(max(float(mean_low) * unit, 1e-300))

    def best(self, a: float, fixed: _Corners, ratio: float) -> tuple[float, float, list[int]]:
        """Return the largest Σp(a² + x²) / 2aΣpx, a²P - S2 there, and the ends that give it."""
        while True:
            pupils, first, second = self.known
            ends: list[int] = []
            for place, (p, q, x, y) in enumerate(self.floats):
                at_x, at_y = (a * a + v * v - 2 * a * ratio * v for v in (x, y))
                end = fixed[place] if place in fixed else int(at_y > at_x)
                value, gain = (y, at_y) if end else (x, at_x)
                weight = q if gain > 0 else p
                pupils += weight
                first += weight * value
                second += weight * value * value
                ends.append(end)
            found = (a * a * pupils + second) / (2 * a * first)
            if found <= ratio * _LIFT:
                return found, a * a * pupils - second, ends
            ratio = found

    def part(self, fixed: _Corners) -> tuple[float, float, int | None]:
        """Return the bound, its a, and a box to split (None where each value's end is decided)."""
        low, high, ratio = self.start, 0.0, 1.0
        lower: list[int] = []
        upper: list[int] = []
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            ratio, slope, ends = self.best(math.exp(middle), fixed, 1.0)
            if slope < 0:
                low, lower = middle, ends
            else:
                high, upper = middle, ends
        open_ = [at for at, (one, two) in enumerate(zip(lower, upper, strict=False)) if one != two]
        split = max(open_, key=lambda at: self.floats[at][1], default=None)
        return ratio, math.exp((low + high) / 2), split


def _highest(field: _Field, mean_low: Fraction) -> Fraction:
    """Return a number that the square of no filling's coefficient exceeds."""
    search, order = _Upper(field, mean_low), count()

    def part(fixed: _Corners) -> tuple[float, int, float, _Corners, int | None]:
        bound, a, split = search.part(fixed)
        return -bound, next(order), a, fixed, split

    heap = [part({})]
    for _ in range(_parts(field)):
        *_, fixed, split = heap[0]
        if split is None:
            break
        heapq.heappop(heap)
        for end in (0, 1):
            heapq.heappush(heap, part(fixed | {split: end}))
    return max(_proved_high(field, math.ceil(a * 2.0**_BITS), fixed) for _, _, a, fixed, _ in heap)


def _proved_high(field: _Field, a: int, fixed: _Corners) -> Fraction:
    """Return λ² - 1 for the largest ratio at `a`, in whole numbers."""
    above, below = 1, 1
    while True:
        pupils, first, second = field.pupils, field.first[0], field.second[1]
        for place, item in enumerate(field.items):
            at_x, at_y = (below * (a * a + v * v) - above * 2 * a * v for v in (item.x, item.y))
            end = fixed.get(place, at_y > at_x)
            value, gain = (item.y, at_y) if end else (item.x, at_x)
            weight = item.q if gain > 0 else item.p
            pupils += weight
            first += weight * value
            second += weight * value * value
        top, bottom = a * a * pupils + second, 2 * a * first
        if top * below <= above * bottom:
            return max(Fraction(above**2 - below**2, below**2), Fraction(0))
        above, below = top, bottom


# --- lower bound ---


class _Lower:
    """The search for the smallest coefficient: splits the range of means."""

    def __init__(self, field: _Field) -> None:
        unit = 2.0**-_BITS
        self.floats = [(float(i.p), float(i.q), i.x * unit, i.y * unit) for i in field.items]
        self.known = float(field.pupils), field.first[1] * unit, field.second[0] * unit * unit
        self.least = math.inf
        """The smallest square + 1 of a filling met so far."""

    def at(self, b: float) -> tuple[float, float]:
        """Return the smallest (S2 - 2b·S1) / P over the boxes, and the mean of the filling that has it."""
        values = [min(max(b, x), y) for _, _, x, y in self.floats]
        costs = [value * (value - 2 * b) for value in values]
        chosen = math.inf
        while True:
            pupils, first, second = self.known
            for (p, q, _, _), value, cost in zip(self.floats, values, costs, strict=True):
                weight = q if cost < chosen else p
                pupils += weight
                first += weight * value
                second += weight * value * value
            found = (second - 2 * b * first) / pupils
            if found >= chosen - abs(chosen) * 1e-15:
                self.least = min(self.least, pupils * second / (first * first))
                return found, first / pupils
            chosen = found

    def part(self, low: float, high: float, b_low: float, b_high: float) -> tuple[float, float]:
        """Return the bound over means low..high and the b that gives it."""
        middle, found = (low + high) / 2, 0.0
        for _ in range(_HALVINGS):
            b = (b_low + b_high) / 2
            found, mean = self.at(b)
            if mean < middle:
                b_low = b
            else:
                b_high = b
        return min((found + 2 * b * m) / (m * m) for m in (low, high)), b


def _lowest(field: _Field, mean_low: Fraction, mean_high: Fraction) -> Fraction:
    """Return a number that the square of no filling's coefficient falls below."""
    unit = 2.0**-_BITS
    search = _Lower(field)
    low, high = float(mean_low) * unit, float(mean_high) * unit
    top = max(high, 1.0)
    bound, b = search.part(low, high, 0.0, top)
    heap = [(bound, low, high, 0.0, top, b)]
    for _ in range(_parts(field)):
        bound, low, high, b_low, b_high, b = heap[0]
        middle = (low + high) / 2
        if bound >= search.least - _CLOSE or not low < middle < high:
            break
        heapq.heappop(heap)
        for half in ((low, middle, b_low, b), (middle, high, b, b_high)):
            found, again = search.part(*half)
            heapq.heappush(heap, (found, *half, again))
    parts = sorted(heap, key=lambda part: part[1])
    starts = [math.floor(mean_low), *(math.floor(part[1] / unit) for part in parts[1:])]
    ends = [*starts[1:], math.ceil(mean_high)]
    if starts[0] < 1:
        return Fraction(0)
    proved = [
        _proved_low(field, start, end, round(part[5] / unit))
        for start, end, part in zip(starts, ends, parts, strict=True)
    ]
    return max(min(proved), Fraction(0))


def _proved_low(field: _Field, low: int, high: int, b: int) -> Fraction:
    """Return the bound over means low..high, in whole numbers."""
    values = [min(max(b, item.x), item.y) for item in field.items]
    costs = [value * (value - 2 * b) for value in values]
    fixed = field.second[0] - 2 * b * field.first[1]
    top = fixed + sum(item.q * cost for item, cost in zip(field.items, costs, strict=True))
    bottom = field.pupils + sum(item.q for item in field.items)
    while True:
        weights = [
            item.q if cost * bottom < top else item.p for item, cost in zip(field.items, costs, strict=True)
        ]
        pupils = field.pupils + sum(weights)
        found = fixed + sum(weight * cost for weight, cost in zip(weights, costs, strict=True))
        if found * bottom >= top * pupils:
            break
        top, bottom = found, pupils
    return min((Fraction(top, bottom) + 2 * b * m) / m**2 for m in (low, high)) - 1


# --- points and roots ---


def _point(known: Known) -> Enclosure | None:
    found = balance(known)
    if found.mean is None or found.coefficient is None:
        return None
    square = Fraction(*Deviations(known).square)
    return Enclosure(found.mean, found.mean, square, square, found.coefficient, found.coefficient)


def _root(square: Fraction, *, up: bool) -> Decimal:
    """Return the square root, rounded outwards."""
    context = Context(prec=_DIGITS)
    root = context.sqrt(context.divide(Decimal(square.numerator), Decimal(square.denominator)))
    wrong = Fraction(root) ** 2 < square if up else Fraction(root) ** 2 > square
    if wrong:
        return context.next_plus(root) if up else context.next_minus(root)
    return root
