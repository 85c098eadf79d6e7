"""What a formula of the county is, and the small arithmetic that all of them use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from eduapp.standards.county.settling import Adds
from eduapp.standards.formulas.measure import MERGED, Measure, NotApplicable, fraction, sum_of
from eduapp.standards.years import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from db.records.choices import SchoolKind
    from eduapp.standards.county.asking import Asking
    from eduapp.standards.county.data import CountyData
    from eduapp.standards.results import Input

    Parameters = Mapping[str, Any]
    Compute = Callable[[CountyData, Parameters], Measure | NotApplicable]
    Schools = Callable[[Asking, SchoolKind, Parameters], bool]

EVIDENCE = "county_evidence"


@dataclass(frozen=True)
class CountyFormula:
    """A formula of the county, the unit of its value, and the parameters a pack must give.

    `schools` says which kinds of school it looks at (None: only the county's own records), `adds` how
    they make up its number.
    """

    compute: Compute
    value_unit: str = ""
    parameters: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
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

    def compute(county: CountyData, parameters: Parameters) -> Measure:
        del parameters
        parts = tuple(county.value(path) for path in (over, *more))
        below = county.value(under)
        return replace(over_of(parts, below, unit, factor), within=within)

    return compute


def over_of(parts: tuple[Input, ...], below: Input, unit: str, factor: int = 1) -> Measure:
    """Return the sum of some inputs over another."""
    amount = sum_of(parts)
    return Measure(None if amount is None else amount * factor, fraction(below), (*parts, below), unit)
