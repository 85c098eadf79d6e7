"""Pictures as lists of shapes, without a renderer: the same list is drawn on a screen or on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.standards.numbers import plain, shown
from eduapp.standards.results import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

WIDTH, HEIGHT = 300.0, 112.0
"""The picture's own measures; a renderer scales them."""
LEFT, RIGHT, TOP, BOTTOM = 8.0, 8.0, 34.0, 18.0
ROWS = {"threshold": 12.0, "floor": 26.0, "mean": HEIGHT - 4}
"""Where the words of a mark stand; its line begins under them."""
NEAR = 44.0
"""Closer than this to the mean's words, the end of the axis is not written."""
DOT = 3.0
MARGIN = 1 / 12
"""Free room at both ends of the axis, as a share of what it spans."""


@dataclass(frozen=True)
class StraightLine:
    """A straight line; `role` is "axis", "threshold", "floor" or "mean"."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: str


@dataclass(frozen=True)
class Dot:
    """A section: a dot in the state of its verdict; `name` is the key it was given under."""

    x: float
    y: float
    radius: float
    outcome: Outcome
    name: str


@dataclass(frozen=True)
class Words:
    """A text; `anchor` is "left", "middle" or "right" of x, `role` as of a line."""

    x: float
    y: float
    text: str
    anchor: str
    role: str


Shape = StraightLine | Dot | Words


@dataclass(frozen=True)
class Picture:
    """Shapes within `width` × `height`, the later ones above the earlier."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def distribution(
    judged: Sequence[tuple[str, Verdict]], mean: Fraction | None, chosen: str = ""
) -> Picture | None:
    """Lay the sections of a stage along an axis of an indicator's values, with threshold and floor.

    `judged` are (name, verdict) of one indicator; sections without a value are left out. Dots that
    would hide each other are stacked. None when no section has a value. `chosen` is drawn larger.
    """
    known = [(name, verdict, float(verdict.value)) for name, verdict in judged if verdict.value is not None]
    if not known:
        return None
    first = known[0][1]
    marks = [
        (float(limit), words, role)
        for limit, words, role in (
            (first.floor, f"85% {plain(first.floor)}" if first.floor is not None else "", "floor"),
            (
                first.threshold,
                f"标准 {plain(first.threshold)}" if first.threshold is not None else "",
                "threshold",
            ),
            (mean, f"均值 {shown(mean, first.decimals)}", "mean"),
        )
        if limit is not None
    ]
    values = [value for _, _, value in known] + [at for at, _, _ in marks]
    low, high = min(values), max(values)
    room = (high - low) * MARGIN or 1.0
    low, high = low - room, high + room
    base = HEIGHT - BOTTOM

    def place(value: float) -> float:
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    shapes: list[Shape] = [StraightLine(LEFT, base, WIDTH - RIGHT, base, "axis")]
    for at, _, role in marks:
        top = ROWS[role] + 2 if role != "mean" else TOP + 10
        shapes.append(StraightLine(place(at), top, place(at), base, role))
    shapes += _dots([(place(value), name, verdict.outcome) for name, verdict, value in known], base, chosen)
    shapes += _captions([(place(at), words, role) for at, words, role in marks if words])
    middle = place(float(mean)) if mean is not None else -NEAR
    shapes += [
        Words(x, HEIGHT - 4, f"{value:.{first.decimals}f}", anchor, "axis")
        for x, value, anchor in ((LEFT, min(values), "left"), (WIDTH - RIGHT, max(values), "right"))
        if abs(x - middle) > NEAR
    ]
    return Picture(WIDTH, HEIGHT, tuple(shapes))


def _dots(places: Sequence[tuple[float, str, Outcome]], base: float, chosen: str) -> list[Shape]:
    """Stack dots upwards where they would touch; a full stack starts again from the axis."""
    levels = max(1, int((base - TOP) // (2 * DOT)))
    taken: dict[int, int] = {}
    dots: list[Shape] = []
    for x, name, outcome in sorted(places):
        column = round(x / (2 * DOT))
        level = taken.get(column, 0)
        taken[column] = level + 1
        y = base - DOT - (level % levels) * 2 * DOT
        dots.append(Dot(x, y, DOT * 1.7 if name == chosen else DOT, outcome, name))
    return sorted(dots, key=lambda dot: isinstance(dot, Dot) and dot.name == chosen)


def _captions(places: Sequence[tuple[float, str, str]]) -> list[Shape]:
    """Write each mark's words in a row of its own, to the side where there is room."""
    found: list[Shape] = []
    for x, words, role in places:
        side = "left" if x < WIDTH * 2 / 3 else "right"
        found.append(Words(x, ROWS[role], words, "middle" if role == "mean" else side, role))
    return found
