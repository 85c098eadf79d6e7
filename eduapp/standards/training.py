"""教师培训学时: 360 hours in five years, 90 a year in the first five years of service.

Source: 教督〔2017〕6号 政府保障程度 9; the reading for new teachers is docs/standards.md, "Government".
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from db.records.choices import FULL_TIME_POSTS
from eduapp.standards.counting import not_there_yet
from eduapp.standards.terms import DecimalNumber, Terms, WholeNumber, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.records.choices import Stage
    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.school_facts import Facts


@dataclass(frozen=True, kw_only=True)
class HoursDue(Terms):
    """How many hours in how many years running, and how many a year of those who serve shorter."""

    hours: Decimal = term("学时", DecimalNumber())
    years: int = term("年数", WholeNumber(1))
    hours_a_year: Decimal = term("新教师每年学时", DecimalNumber())


FORM = HoursDue(hours=Decimal(360), years=5, hours_a_year=Decimal(90))
"""What the form's own field asks (近5年培训满360学时): a figure that no item asks for otherwise."""


@dataclass
class Hours:
    """A teacher's hours by year; `unknown` rows lack their year or their hours."""

    by_year: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unknown: int = 0
    _totals: dict[tuple[int, int], Decimal] = field(default_factory=dict, repr=False, compare=False)

    def add(self, year: int, hours: Decimal) -> None:
        """Count hours (fewer when negative) of a year."""
        self.by_year[year] += hours
        self._totals.clear()

    def best(self, on: datetime.date, years: int) -> Decimal:
        """Return the most hours of so many calendar years running that end with the day's or the one before.

        The year of the day is hardly begun, and its hours still to come take none of the others' away.
        """
        known = self._totals.get((on.year, years))
        if known is None:
            known = self._totals[on.year, years] = max(
                sum((self.by_year.get(last - back, Decimal(0)) for back in range(years)), Decimal(0))
                for last in (on.year, on.year - 1)
            )
        return known


def hours_of(draft: Draft) -> dict[str, Hours]:
    """Return each teacher's hours, by the teacher's key, counted anew."""
    found: dict[str, Hours] = defaultdict(Hours)
    for row in draft.rows["training"].values():
        add_hours(found, row, 1)
    return found


def add_hours(found: dict[str, Hours], row: Row, sign: int) -> None:
    """Take a row of the training list in (+1) or out (-1); one that names no teacher is nobody's."""
    teacher, year, hours = row["teacher"], row["year"], row["hours"]
    if not isinstance(teacher, str):
        return
    if isinstance(year, int) and isinstance(hours, Decimal):
        found[teacher].add(year, sign * hours)
    else:
        found[teacher].unknown += sign


def years_served(row: Row, on: datetime.date) -> int | None:
    """Return the full years since a teacher was hired; None when the date is not known."""
    hired = row["hired"]
    if not isinstance(hired, datetime.date):
        return None
    return max(0, on.year - hired.year - ((on.month, on.day) < (hired.month, hired.day)))


def hours_needed(row: Row, on: datetime.date, terms: HoursDue) -> Decimal:
    """Return the hours a teacher needs on a day; one whose hire date is unknown needs them all."""
    served = years_served(row, on)
    return (
        terms.hours
        if served is None or served >= terms.years
        else min(terms.hours, terms.hours_a_year * served)
    )


def has_enough(row: Row, hours: Hours, on: datetime.date, terms: HoursDue) -> bool | None:
    """Whether a teacher has the hours; None while rows that could still decide are not complete."""
    if hours.best(on, terms.years) >= hours_needed(row, on, terms):
        return True
    return None if hours.unknown else False


class Trained:
    """How many 专任教师 have their hours on a day, on some terms: kept teacher by teacher."""

    READS = frozenset({"post", "stage", "hired"})
    """The fields of a teacher's row that decide, beside the hours."""

    def __init__(
        self,
        on: datetime.date,
        terms: HoursDue,
        teachers: Iterable[tuple[str, Row]],
        hours: Mapping[str, Hours],
    ) -> None:
        """Judge every teacher."""
        self._on, self._terms = on, terms
        self._of: dict[str, _Standing] = {}
        self._standing: Counter[_Standing] = Counter()
        for key, row in teachers:
            self.judge(key, row, hours)

    def judge(self, key: str, row: Row | None, hours: Mapping[str, Hours]) -> bool:
        """Judge a teacher as row (None where it is gone) and hours stand; whether that is other now."""
        before, now = self._of.get(key), None if row is None else self._judged(row, hours.get(key, _NOTHING))
        if before == now:
            return False
        if before is not None:
            self._standing[before] -= 1
            del self._of[key]
        if now is not None:
            self._standing[now] += 1
            self._of[key] = now
        return True

    def _judged(self, row: Row, hours: Hours) -> _Standing | None:
        """Return the stage of a teacher who counts or may; None for one who does not."""
        post, own = row["post"], row["stage"]
        if isinstance(post, str) and post not in FULL_TIME_POSTS:
            return None
        if not_there_yet(row, self._on):
            return None
        enough = has_enough(row, hours, self._on, self._terms)
        if enough is False:
            return None
        return own if isinstance(own, str) else None, bool(enough) and isinstance(post, str)

    def count(self, stage: Stage | None, facts: Facts) -> int | None:
        """Count those of a stage; None while that cannot be known."""
        total = 0
        for (own, sure), count in self._standing.items():
            if not count or (own is not None and own != stage):
                continue
            if not sure or (own is None and len(facts.stages) != 1):
                return None
            total += count
        return total


_Standing = tuple[str | None, bool]
"""The stage that a teacher is of (None where that is not said), and whether it is sure that he counts."""
_NOTHING = Hours()


def trained(
    draft: Draft,
    hours: Mapping[str, Hours],
    facts: Facts,
    stage: Stage | None,
    judged: tuple[datetime.date | None, HoursDue],
) -> int | None:
    """Count the 专任教师 of a stage who have their `hours`; None while that cannot be known."""
    on, terms = judged
    return (
        None if on is None else Trained(on, terms, draft.rows["teacher"].items(), hours).count(stage, facts)
    )
