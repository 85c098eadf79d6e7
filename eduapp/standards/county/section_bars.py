"""The picture of an indicator over all sections of a stage, as shapes that paper and screen draw alike.

One bar a section, the lowest at the left, with the lines of threshold, floor and county mean. A section
that has not reported is an open frame over what it could report. Every state has a fill of its own that
is told apart without colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from eduapp.standards.numbers import plain, shown
from eduapp.standards.results import Outcome
from eduapp.standards.wording import OUTCOME_WORDS, STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from typing import Literal

    from db.records.choices import Stage

MISSING, PLAIN = "missing", "plain"
"""The fills of a section that has not reported, and of one whose value is not judged."""
_FILLS = (Outcome.MET, Outcome.FLOOR, Outcome.UNMET)
_TALLEST = 3
"""Bars are cut off at so many times the threshold or the mean, or one small school flattens all others."""
_ROOM = 1.05
_WIDEST = 60.0
_STEPS = (1, 2, Fraction(5, 2), 5, 10)
_GRID = 5


@dataclass(frozen=True)
class SectionBar:
    """A section: its value and verdict, or the range of what it could report (`value` is None then)."""

    school: str
    name: str
    value: Fraction | None
    outcome: Outcome | None
    low: Fraction
    high: Fraction

    @property
    def fill(self) -> str:
        """The state that its fill shows."""
        if self.value is None:
            return MISSING
        return self.outcome.value if self.outcome in _FILLS else PLAIN


@dataclass(frozen=True)
class SectionBars:
    """An indicator over the sections of a stage.

    `bars` stand in ascending order of value (of a range its middle), ties by school code. Not among them:
    `lacking` sections reported without the value, `unknown` ones reported nothing now or before.
    """

    stage: Stage
    code: str
    title: str
    unit: str
    decimals: int
    at_most: bool
    threshold: Decimal | None
    floor: Decimal | None
    mean: Fraction | None
    bars: tuple[SectionBar, ...]
    lacking: int
    unknown: int

    @property
    def heading(self) -> str:
        """What the picture shows: 「小学·生均体育运动场馆面积(㎡)」."""
        return f"{STAGE_NAMES[self.stage]}·{self.title}({self.unit})"


@dataclass(frozen=True)
class Rect:
    """A filled box; `fill` is a verdict's value, "plain" or "missing" (open). `cut`: its value is higher."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    cut: bool = False


@dataclass(frozen=True)
class Stroke:
    """A straight line; `role` is "axis", "grid", "threshold", "floor" or "mean"."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: str


@dataclass(frozen=True)
class BarLabel:
    """A text whose line box has its upper edge at y; x is its left, middle or right."""

    x: float
    y: float
    text: str
    align: Literal["l", "c", "r"]
    size: float
    dim: bool = False


Shape = Rect | Stroke | BarLabel


def state_word(bar: SectionBar) -> str:
    """Say how a section stands: its verdict, that it has not reported, or nothing where it is not judged."""
    if bar.value is None or bar.outcome is None:
        return "未报"
    return OUTCOME_WORDS[bar.outcome] if bar.outcome in _FILLS else ""


def in_order(bars: list[SectionBar]) -> tuple[SectionBar, ...]:
    """Put bars in ascending order of value."""
    return tuple(sorted(bars, key=lambda bar: ((bar.low + bar.high) / 2, bar.school)))


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is: Chinese a full square, Latin a little more than half."""
    return sum(size if ord(sign) > 0x2000 else size * 0.58 for sign in text)  # noqa: PLR2004 - from there on wide


def draw(picture: SectionBars, width: float, height: float, size: float) -> tuple[Shape, ...]:
    """Lay the picture out in `width` × `height` (y grows downwards) with texts of `size`.

    Later shapes lie above earlier ones.
    """
    return tuple(_Layout(picture, width, height, size).shapes())


class _Layout:
    """Where everything stands."""

    def __init__(self, picture: SectionBars, width: float, height: float, size: float) -> None:
        self.picture, self.size, self.row = picture, size, size * 1.5
        self.names = min(width * 0.36, size * 21)
        self.left, self.right = size * 4.2, width - self.names - size * 1.5
        self.top, self.bottom = self.row * 2 + size * 0.6, height - self.row * 1.2
        self.width, self.height = width, height
        self.ceiling = _ceiling(picture)
        self.most = float(self.ceiling)

    def y(self, value: Fraction | Decimal) -> float:
        """Return where a value stands; what is above the ceiling stands at the upper edge."""
        share = min(float(value) / self.most, 1.0)
        return self.bottom - share * (self.bottom - self.top)

    def shapes(self) -> Iterator[Shape]:
        """Yield everything, from the back to the front."""
        yield from self._grid()
        yield from self._bars()
        yield from self._limits()
        yield from self._legend()
        yield from self._lowest()

    def _grid(self) -> Iterator[Shape]:
        step = _step(self.ceiling)
        places = next(decimals for decimals in count() if (step * 10**decimals).denominator == 1)
        at = Fraction(0)
        while at <= self.ceiling:
            y = self.y(at)
            yield Stroke(self.left, y, self.right, y, "axis" if not at else "grid")
            label = shown(at, places)
            yield BarLabel(
                self.left - self.size * 0.4, y - self.row / 2, label, "r", self.size * 0.9, dim=True
            )
            at += step

    def _bars(self) -> Iterator[Shape]:
        bars = self.picture.bars
        if not bars:
            x, y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
            yield BarLabel(x, y, "没有数据", "c", self.size * 1.2, dim=True)
            return
        pace = min((self.right - self.left) / len(bars), _WIDEST * self.size / 8)
        gap = pace * 0.18 if pace > 3 else 0.0  # noqa: PLR2004 - thinner bars touch
        numbered = pace >= self.size * 1.25
        for place, bar in enumerate(bars):
            x, upper, lower = self.left + place * pace, self.y(bar.high), self.bottom
            if bar.outcome is None:
                lower = self.y(bar.low)
            tall = max(lower - upper, 0.8)
            yield Rect(x + gap / 2, lower - tall, pace - gap, tall, bar.fill, cut=float(bar.high) > self.most)
            if numbered and place < self._listed:
                yield BarLabel(x + pace / 2, self.bottom + 1, str(place + 1), "c", self.size * 0.9, dim=True)

    def _limits(self) -> Iterator[Shape]:
        picture = self.picture
        for value, role in (
            (picture.mean, "mean"),
            (picture.floor, "floor"),
            (picture.threshold, "threshold"),
        ):
            if value is not None and value <= self.ceiling:
                yield Stroke(self.left, self.y(value), self.right, self.y(value), role)

    def _legend(self) -> Iterator[Shape]:
        """Say by which stroke each line is drawn, and by which fill each state."""
        picture, x, size = self.picture, self.left, self.size
        sign = "≤" if picture.at_most else "≥"
        for value, role, words in (
            (
                picture.threshold,
                "threshold",
                f"标准 {sign} {plain(picture.threshold)}" if picture.threshold else "",
            ),
            (picture.floor, "floor", f"85% 即 {plain(picture.floor)}" if picture.floor else ""),
            (picture.mean, "mean", f"已报县均值 {shown(picture.mean, picture.decimals)}"),
        ):
            if value is None:
                continue
            yield Stroke(x, self.row / 2, x + size * 2.2, self.row / 2, role)
            yield BarLabel(x + size * 2.6, 0, words, "l", size)
            x += size * 4 + text_width(words, size)
        x = self.left
        for fill, words in self._states():
            yield Rect(x, self.row * 1.2, size * 1.4, size * 0.9, fill)
            yield BarLabel(x + size * 1.8, self.row, words, "l", size)
            x += size * 3 + text_width(words, size)

    def _states(self) -> Iterator[tuple[str, str]]:
        fills = [bar.fill for bar in self.picture.bars]
        if PLAIN in fills:
            yield PLAIN, f"已报 {fills.count(PLAIN)}"
        for outcome in _FILLS if self.picture.threshold is not None else ():
            if outcome is not Outcome.FLOOR or self.picture.floor is not None:
                yield outcome.value, f"{OUTCOME_WORDS[outcome]} {fills.count(outcome.value)}"
        if MISSING in fills:
            yield MISSING, f"未报(推算) {fills.count(MISSING)}"

    @property
    def _listed(self) -> int:
        return max(0, int((self.height - self.row * 2) // self.row))

    def _lowest(self) -> Iterator[Shape]:
        """List the lowest sections by name, and what the picture leaves out."""
        picture, x, size = self.picture, self.right + self.size * 1.5, self.size
        cut = sum(float(bar.high) > self.most for bar in picture.bars)
        notes = [
            f"{number} 个{words}"
            for number, words in (
                (cut, "高出图幅(顶端留白)"),
                (picture.lacking, "已报但缺数,未画"),
                (picture.unknown, "未报且无上一轮,未画"),
            )
            if number
        ]
        room = max(0, self._listed - len(notes))
        chosen = picture.bars[:room]
        if chosen:
            yield BarLabel(x, 0, f"数值最低的 {len(chosen)} 个(图中自左起)", "l", size)
        for place, bar in enumerate(chosen):
            y = self.row * (place + 1)
            right = f"{self._value(bar)} {state_word(bar)}".rstrip()
            name = _elided(
                f"{place + 1} {bar.name or bar.school}", self.names - text_width(right, size) - size, size
            )
            yield BarLabel(x, y, name, "l", size)
            yield BarLabel(self.width, y, right, "r", size)
        for place, words in enumerate(notes):
            yield BarLabel(x, self.row * (len(chosen) + 1 + place), words, "l", size, dim=True)

    def _value(self, bar: SectionBar) -> str:
        if bar.value is not None:
            return shown(bar.value, self.picture.decimals)
        places = min(self.picture.decimals, 1)
        return f"{shown(bar.low, places)}~{shown(bar.high, places)}"


def _ceiling(picture: SectionBars) -> Fraction:
    """Return the value of the upper edge: a little above the highest, or where bars are cut off."""
    marks = [float(each) for each in (picture.threshold, picture.mean) if each]
    highest = max([float(bar.high) for bar in picture.bars] + marks, default=0.0)
    if marks:
        highest = min(highest, max(marks) * _TALLEST)
    return Fraction(highest * _ROOM if highest else 1)


def _step(ceiling: Fraction) -> Fraction:
    """Return a round distance between grid lines, about five of them."""
    power = Fraction(10) ** _exponent(ceiling / _GRID)
    return next(step * power for step in _STEPS if step * power * _GRID >= ceiling)


def _exponent(value: Fraction) -> int:
    found = 0
    while value >= Fraction(10) ** (found + 1):
        found += 1
    while value < Fraction(10) ** found:
        found -= 1
    return found


def _elided(text: str, room: float, size: float) -> str:
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"
