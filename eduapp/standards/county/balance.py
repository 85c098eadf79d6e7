"""校际差异系数: weighted by enrolment, population form, about the county ratio (standards.md §1.2).

CV = S / X̄, S = sqrt(Σ pᵢ/P · (xᵢ - X̄)²), X̄ = Σ pᵢxᵢ / P. Exact up to the one square root.
"""

from __future__ import annotations

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


def balance(sections: Sequence[tuple[int, Fraction]]) -> Balance:
    """Compute mean and coefficient over (pupils, value) of sections; zero values take part.

    No section, no pupils or a mean of 0: the coefficient is None (无法计算), never 0.
    """
    pupils = sum(weight for weight, _ in sections)
    if not pupils:
        return Balance(None, None)
    mean = sum((weight * value for weight, value in sections), Fraction(0)) / pupils
    if not mean:
        return Balance(mean, None)
    variance = sum((weight * (value - mean) ** 2 for weight, value in sections), Fraction(0)) / pupils
    return Balance(mean, _root(variance / mean**2))


def composite(coefficients: Sequence[Decimal | None]) -> Decimal | None:
    """综合差异系数: the plain mean of the single ones; None when one is missing."""
    known = [each for each in coefficients if each is not None]
    if not known or len(known) != len(coefficients):
        return None
    context = Context(prec=_DIGITS)
    return context.divide(sum(known, Decimal(0)), Decimal(len(known)))


def within(mean: Fraction, sections: Sequence[tuple[int, Fraction]], limit: Decimal) -> bool:
    """Whether the coefficient does not exceed its limit, compared exactly as squares."""
    pupils = sum(weight for weight, _ in sections)
    variance = sum((weight * (value - mean) ** 2 for weight, value in sections), Fraction(0)) / pupils
    return variance <= (Fraction(limit) * mean) ** 2


def _root(square: Fraction) -> Decimal:
    context = Context(prec=_DIGITS)
    return context.sqrt(context.divide(Decimal(square.numerator), Decimal(square.denominator)))
