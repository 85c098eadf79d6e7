"""What a benchmark found beside its goal; `./run bench --all` ends with one table of these."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

COLUMNS = f"{'path':<52}{'now':>9}{'goal':>9}  met"


@dataclass(frozen=True)
class Found:
    """A ratio (or, where `unit` says so, a measure) within one run, and the most it may be."""

    path: str
    now: float
    goal: float
    unit: str = "x"

    @property
    def met(self) -> bool:
        return self.now <= self.goal

    @property
    def line(self) -> str:
        now, goal = (f"{each:.2f} {self.unit}" for each in (self.now, self.goal))
        return f"{self.path:<52}{now:>9}{goal:>9}  {'yes' if self.met else 'NO'}"


def table(found: list[Found]) -> str:
    """Return the one table, in the order the benchmarks ran."""
    return "\n".join([COLUMNS, *(each.line for each in found)])


def ratio(times: list[float], base: list[float]) -> float:
    """Return how many times the median of one is that of the other."""
    return median(times) / median(base)
