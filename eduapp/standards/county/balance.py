"""校际差异系数: weighted by enrolment, about the county ratio (docs/standards.md, "Coefficient").

CV = S / X̄, S = sqrt(Σ pᵢ/P · (xᵢ - X̄)²), X̄ = Σ pᵢxᵢ / P. Exact up to the one square root.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS = 40


@dataclass(frozen=True)
class Balance:
    """Mean (county ratio) and coefficient of one indicator; None where it cannot be computed."""

    mean: Fraction | None
    coefficient: Decimal | None


class Deviations:
    """How far sections lie from their county ratio, in whole numbers: exact, and linear in the sections.

    Sums of fractions grow a denominator with each pupil count they meet; here all values are brought to
    one. With value nᵢ/D, P = Σpᵢ and M = Σpᵢnᵢ the mean is M/DP, and pᵢ(xᵢ - X̄)² is `parts`[i] in units
    of 1/(DP)².
    """

    def __init__(self, sections: Sequence[tuple[int, Fraction]]) -> None:
        """Bring (pupils, value) of sections to one denominator; there must be pupils."""
        unit = math.lcm(*(value.denominator for _, value in sections))
        self.pupils = sum(weight for weight, _ in sections)
        scaled = [value.numerator * (unit // value.denominator) for _, value in sections]
        self.moment = sum(weight * value for (weight, _), value in zip(sections, scaled, strict=True))
        self.mean = Fraction(self.moment, unit * self.pupils)
        distances = [value * self.pupils - self.moment for value in scaled]
        self.parts = [weight * distance**2 for (weight, _), distance in zip(sections, distances, strict=True)]
        self.above = [distance > 0 for distance in distances]
        self.whole = sum(self.parts)

    @property
    def square(self) -> tuple[int, int]:
        """The square of the coefficient as (numerator, denominator), not reduced; the mean is not 0."""
        return self.whole, self.pupils * self.moment**2


def balance(sections: Sequence[tuple[int, Fraction]]) -> Balance:
    """Compute mean and coefficient over (pupils, value) of sections; zero values take part.

    No section, no pupils or a mean of 0: the coefficient is None (无法计算), never 0.
    """
    if not any(weight for weight, _ in sections):
        return Balance(None, None)
    found = Deviations(sections)
    return Balance(found.mean, _root(*found.square) if found.moment else None)


def composite(coefficients: Sequence[Decimal | None]) -> Decimal | None:
    """综合差异系数: the plain mean of the single ones; None when one is missing."""
    known = [each for each in coefficients if each is not None]
    if not known or len(known) != len(coefficients):
        return None
    context = Context(prec=_DIGITS)
    return context.divide(sum(known, Decimal(0)), Decimal(len(known)))


def within(sections: Sequence[tuple[int, Fraction]], limit: Decimal) -> bool:
    """Whether the coefficient does not exceed its limit, compared exactly as squares; the mean is not 0."""
    (over, under), asked = Deviations(sections).square, Fraction(limit) ** 2
    return over * asked.denominator <= asked.numerator * under


def _root(numerator: int, denominator: int) -> Decimal:
    context = Context(prec=_DIGITS)
    return context.sqrt(context.divide(Decimal(numerator), Decimal(denominator)))
