"""How much is missing: whole units, exact, in what the school can build, hire or buy (docs/cli.md)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from eduapp.standards.results import Gap

if TYPE_CHECKING:
    from decimal import Decimal

    from eduapp.standards.formulas.measure import Measure

SMALLER = {"万元": (10_000, "元"), "亿元": (100_000_000, "元")}
"""Money is missing in 元: 1 元 a head rounded up to 万元 would not be true."""


def gap_of(measure: Measure, scale: int, threshold: Decimal, *, at_most: bool) -> Gap | None:
    """Return the gap of a measure to its threshold; None while it has no value.

    Short: the smallest whole number of units that meets the threshold. Head-room: the largest
    number of further pupils of the section that keeps it.
    """
    numerator, denominator = measure.numerator, measure.denominator
    if numerator is None or not denominator:
        return None
    limit = Fraction(threshold)
    smaller, unit = SMALLER.get(measure.unit, (1, measure.unit))
    if at_most:
        excess = numerator * scale - limit * denominator
        room = floor(-excess / scale) if measure.pupils_are_numerator and excess <= 0 else None
        return Gap(max(0, ceil(excess / scale * smaller)), unit, room)
    missing = limit * denominator / scale - numerator
    short = max(0, ceil(missing / measure.factor * smaller))
    room = None
    if measure.pupil_weight and limit:
        spare = numerator * scale / limit - denominator
        room = max(0, floor(spare / measure.pupil_weight))
    return Gap(short, unit, room)
