"""What a unit of each change costs: the assumptions behind "the cheapest plan", read from data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import resources


@dataclass(frozen=True)
class Cost:
    """The price of one unit (人, ㎡, 元, 间) of what an indicator counts, in 元, and why it is taken so.

    `indicator` is the indicator's name in code, `whole` what is bought. No document states prices; all
    are assumptions.
    """

    indicator: str
    whole: str
    yuan: Decimal
    assumption: str


@cache
def costs() -> dict[str, Cost]:
    """Return the shipped prices by indicator name (resources/planning/costs.toml)."""
    raw = tomllib.loads(resources.read_text("planning", "costs.toml"))
    found = [Cost(**each | {"yuan": Decimal(each["yuan"])}) for each in raw["cost"]]
    return {each.indicator: each for each in found}
