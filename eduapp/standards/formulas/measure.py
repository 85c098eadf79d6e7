"""What a formula is and what it finds; the small arithmetic that all of them use."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from db.records import choices
from eduapp.standards import numbers
from eduapp.standards.terms import Terms
from eduapp.standards.years import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from db.records.choices import Stage
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Input

    Compute = Callable[[SchoolData, Stage | None, Any], "Measure | NotApplicable"]
    """From a school's data, a stage and the formula's own terms to what it finds."""

YUAN_PER_WAN = numbers.YUAN_PER_WAN
MOST_NAMED = 6
SECTION, STAGE, SCHOOL = "section", "stage", "school"
"""Where a formula applies: a section's 资源配置, each stage of a school, the school as a whole."""

SITE, MERGED = "site", "school"
EITHER = (SITE, MERGED)
"""What is judged: each site apart (a campus, a 教学点, the school without them), or all of them as one."""


@dataclass(frozen=True)
class JudgedUnit:
    """What an item judges, and why; one whose formula leaves no choice has no reason."""

    what: str
    why: str = ""


@dataclass(frozen=True)
class Measure:
    """What a formula found: numerator / denominator and how each could move.

    `factor`: numerator gained by one unit of what a school builds, hires or buys. `pupil_weight`:
    denominator gained by one pupil of the section, 0 when pupils are the numerator or do not count.
    """

    numerator: Fraction | None
    denominator: Fraction | None
    inputs: tuple[Input, ...]
    unit: str
    factor: Fraction = Fraction(1)
    pupil_weight: Fraction = Fraction(0)
    pupils_are_numerator: bool = False
    note: str = ""
    words: tuple[str, str] | None = None
    """Value and threshold in words where one number cannot say them."""
    also: bool | None = True
    """Whether what the clause asks beside its number holds; None while that cannot be known."""
    within: bool = False
    """Whether the numerator is a part of the denominator, so that the share cannot exceed 100 %."""


@dataclass(frozen=True)
class NotApplicable:
    """The indicator does not concern this school or section, and why."""

    reason: str


@dataclass(frozen=True)
class Feed:
    """A cell that feeds a verdict: where it is and what stands there."""

    record: str
    key: str
    field: str
    text: str


@dataclass(frozen=True)
class Supply:
    """What a plan adds to so that an indicator is met: one unit more of what it counts.

    `figure` is where the change is written, every other input of the sum would do as well; empty where
    `teachers` with a degree of the item's are hired. `of_school`: one total, whatever sections share it.
    """

    figure: str = ""
    of_school: bool = False
    scale: int = 1
    """Units of the measure in one unit of the figure (元 in 万元)."""
    hired: str = ""
    """What new teachers bring: HIRED_FOR_DEGREE counts for HIRED_FOR_SUBJECT too."""


HIRED_FOR_DEGREE, HIRED_FOR_SUBJECT = "degree", "subject"


@dataclass(frozen=True)
class Formula:
    """The one declaration of a formula: where it applies, its terms, and all that others ask of it."""

    scope: str
    compute: Compute
    terms: type[Terms] = Terms
    """What a pack's item must give it, how that is read, and the words for it."""
    value_unit: str = ""
    """The unit of its value, to which a pack must hold; empty where the pack says it."""
    below_zero: bool = False
    """Whether a school's number may be negative, so that another school can make a county's sum smaller."""
    reads: tuple[str, ...] = ()
    """Fields of rows (`record.field`) that it reads beside its figures: for the page of coverage."""
    year: str = DAY
    """The year its inputs are of."""
    judged: tuple[str, ...] = (MERGED,)
    """Whether it can be asked of a school with its campuses merged, of each site apart, or of either."""
    supply: Supply | None = None
    """What a plan adds to; None where the plan has no part in it."""
    tried: bool = False
    """Whether the figures of a trial (试算) can turn it although no section is judged by it."""
    offenders: Callable[[SchoolData, Any], Iterable[Feed]] | None = None
    """The cells that break its limit one by one; None where no single cell does."""

    @property
    def by_section(self) -> bool:
        """Whether it is one of the items a section is judged by."""
        return self.scope == SECTION


NO_PUPILS = "没有在校学生,请先填写学生数"


def lacking(data: SchoolData, stage: Stage, unit: str) -> Measure | NotApplicable | None:
    """Say that a school has no pupils in a stage: of another kind, or only in others; None where it has.

    While nobody has said that there are any pupils at all, nothing is left out: the numbers are missing.
    """
    if data.facts.kind is None or stage in data.sections:
        return None
    if stage in data.facts.stages and not data.sections:
        return Measure(None, None, (), unit, note=NO_PUPILS)
    return NotApplicable(f"没有{dict(choices.STAGE.options)[stage]}")


def sum_of(inputs: Sequence[Input]) -> Fraction | None:
    """Return the sum of the inputs; None while one of them is missing, or when there are none."""
    values = [part.value for part in inputs]
    known = [Fraction(value) for value in values if value is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(values) else None


def fraction(part: Input) -> Fraction | None:
    """Return an input as an exact fraction; None while it is missing."""
    return None if part.value is None else Fraction(part.value)


def named(names: Sequence[str]) -> str:
    """Return names in one line, the first few of many."""
    return "、".join(names[:MOST_NAMED]) + ("等" if len(names) > MOST_NAMED else "")


def title_of(row: Row) -> str:
    """Return the name of a row, or that it has none."""
    return row["name"] if isinstance(row["name"], str) else "(未填名称)"


def count_of(over: Sequence[object], inputs: tuple[Input, ...], unit: str, note: str) -> Measure:
    """Return the measure of a list of offenders: their number, over 1."""
    return Measure(Fraction(len(over)), Fraction(1), inputs, unit, note=note)
