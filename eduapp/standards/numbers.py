"""Exact numbers to text: half up, as the official form prescribes (申报表 notes)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

_SIGNIFICANT = 16
YUAN_PER_WAN = 10_000


def rounded(value: Fraction | Decimal, places: int) -> Decimal:
    """Round half up (四舍五入), exactly."""
    exact = Fraction(value) * 10**places
    whole = (abs(exact) * 2 + 1) // 2
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)


def shown(value: Fraction | Decimal | int | None, places: int) -> str:
    """Write a value as paper shows it; a missing one is a dash, never 0."""
    return "—" if value is None else f"{rounded(Fraction(value), places):f}"


def exact_text(value: Fraction | Decimal | int | None) -> str | None:
    """Write a number unrounded: all digits if it ends, else 16 significant ones (docs/cli.md)."""
    if value is None:
        return None
    number = Fraction(value)
    context = Context(prec=_SIGNIFICANT, rounding=ROUND_HALF_UP)
    long = Context(prec=60)
    quotient = long.divide(Decimal(number.numerator), Decimal(number.denominator))
    if Fraction(quotient) != number:
        quotient = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    return plain(quotient)


def plain(value: Decimal) -> str:
    """Write a decimal without exponent or needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
