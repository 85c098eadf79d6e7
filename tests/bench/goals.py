"""What a benchmark found beside its goal; `./run bench --all` ends with one table of these."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


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
    def cells(self) -> tuple[str, str, str, str]:
        now, goal = (f"{each:.2f} {self.unit}".strip() for each in (self.now, self.goal))
        return self.path, now, goal, "yes" if self.met else "NO"


def table(found: list[Found]) -> str:
    """Return the one table, in the order the benchmarks ran."""
    rows = [("path", "now", "goal", "met"), *(each.cells for each in found)]
    wide, *narrow = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join(
        f"{path:<{wide}}  {now:>{narrow[0]}}  {goal:>{narrow[1]}}  {met}" for path, now, goal, met in rows
    )


def ratio(times: list[float], base: list[float]) -> float:
    """Return how many times the median of one is that of the other."""
    return median(times) / median(base)
