"""What a formula of the county is, and the small arithmetic that all of them use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from eduapp.standards.county.settling import Adds
from eduapp.standards.formulas.measure import MERGED, Measure, NotApplicable, fraction, sum_of
from eduapp.standards.terms import Terms
from eduapp.standards.years import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from db.records.choices import SchoolKind
    from eduapp.standards.county.asking import Asking
    from eduapp.standards.county.county_data import CountyData
    from eduapp.standards.results import Input

    Compute = Callable[[CountyData, Any], Measure | NotApplicable]
    Schools = Callable[[Asking, SchoolKind, Any], bool]

EVIDENCE = "county_evidence"


@dataclass(frozen=True)
class CountyFormula:
    """The one declaration of a formula of the county: its terms, the unit of its value, whom it looks at.

    `schools` says which kinds of school it looks at (None: only the county's own records), `adds` how
    they make up its number.
    """

    compute: Compute
    terms: type[Terms] = Terms
    value_unit: str = ""
    schools: Schools | None = None
    adds: Adds = Adds.FREE
    year: str = DAY
    """The year its inputs are of."""
    judged: tuple[str, ...] = (MERGED,)
    """Whether it looks at schools with their campuses, at each site, or at either."""


def ratio(
    over: str, under: str, *more: str, unit: str = "人", factor: int = 1, within: bool = True
) -> Compute:
    """One field of the county's records (and `more`, added) over another, its whole (`within`)."""

    def compute(county: CountyData, terms: Terms) -> Measure:
        del terms
        parts = tuple(county.value(path) for path in (over, *more))
        below = county.value(under)
        return replace(over_of(parts, below, unit, factor), within=within)

    return compute


def over_of(parts: tuple[Input, ...], below: Input, unit: str, factor: int = 1) -> Measure:
    """Return the sum of some inputs over another."""
    amount = sum_of(parts)
    return Measure(None if amount is None else amount * factor, fraction(below), (*parts, below), unit)
