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
    from collections.abc import Iterable, Sequence

_DIGITS = 40


@dataclass(frozen=True)
class Balance:
    """Mean (county ratio) and coefficient of one indicator; None where it cannot be computed."""

    mean: Fraction | None
    coefficient: Decimal | None


@dataclass(frozen=True)
class Moments:
    """What mean and coefficient of sections follow from, in whole numbers: exact, and added up in any groups.

    `unit` is a common denominator of the values nᵢ/unit; `pupils` is Σpᵢ, `first` Σpᵢnᵢ and `second` Σpᵢnᵢ².
    """

    pupils: int = 0
    unit: int = 1
    first: int = 0
    second: int = 0

    @classmethod
    def of(cls, sections: Iterable[tuple[int, Fraction]]) -> Moments:
        """Return those of (pupils, value) of sections."""
        sections = list(sections)
        unit = math.lcm(*(value.denominator for _, value in sections))
        scaled = [(weight, value.numerator * (unit // value.denominator)) for weight, value in sections]
        return cls(
            sum(weight for weight, _ in sections),
            unit,
            sum(weight * value for weight, value in scaled),
            sum(weight * value * value for weight, value in scaled),
        )

    @classmethod
    def joined(cls, parts: Iterable[Moments]) -> Moments:
        """Return those of all sections from those of some after others."""
        parts = list(parts)
        unit = math.lcm(*(each.unit for each in parts))
        factors = [unit // each.unit for each in parts]
        return cls(
            sum(each.pupils for each in parts),
            unit,
            sum(each.first * factor for each, factor in zip(parts, factors, strict=True)),
            sum(each.second * factor**2 for each, factor in zip(parts, factors, strict=True)),
        )

    @property
    def square(self) -> tuple[int, int]:
        """The square of the coefficient as (numerator, denominator), not reduced; the mean is not 0.

        Σpᵢ(xᵢ - X̄)² is Σpᵢxᵢ² - (Σpᵢxᵢ)²/P.
        """
        return self.pupils * self.second - self.first**2, self.first**2

    @property
    def balance(self) -> Balance:
        """Mean and coefficient; no section, no pupils or a mean of 0: there is no coefficient, never 0."""
        if not self.pupils:
            return Balance(None, None)
        mean = Fraction(self.first, self.unit * self.pupils)
        return Balance(mean, _root(*self.square) if self.first else None)

    def within(self, limit: Decimal) -> bool:
        """Whether the coefficient does not exceed its limit, compared exactly as squares."""
        (over, under), asked = self.square, Fraction(limit) ** 2
        return over * asked.denominator <= asked.numerator * under


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
    return Moments.of(sections).balance


def composite(coefficients: Sequence[Decimal | None]) -> Decimal | None:
    """综合差异系数: the plain mean of the single ones; None when one is missing."""
    known = [coefficient for coefficient in coefficients if coefficient is not None]
    if not known or len(known) != len(coefficients):
        return None
    context = Context(prec=_DIGITS)
    return context.divide(sum(known, Decimal(0)), Decimal(len(known)))


def within(sections: Sequence[tuple[int, Fraction]], limit: Decimal) -> bool:
    """Whether the coefficient does not exceed its limit, compared exactly as squares; the mean is not 0."""
    return Moments.of(sections).within(limit)


def _root(numerator: int, denominator: int) -> Decimal:
    context = Context(prec=_DIGITS)
    return context.sqrt(context.divide(Decimal(numerator), Decimal(denominator)))
