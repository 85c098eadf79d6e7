"""教师培训学时: 360 hours in five years, 90 a year in the first five years of service.

Source: 教督〔2017〕6号 政府保障程度 9; the reading for new teachers is docs/standards.md, "Government".
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from db.records.choices import FULL_TIME_POSTS
from eduapp.standards.counting import not_there_yet
from eduapp.standards.terms import Number, Terms, Whole, term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records.choices import Stage
    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.facts import Facts


@dataclass(frozen=True, kw_only=True)
class HoursDue(Terms):
    """How many hours in how many years running, and how many a year of those who serve shorter."""

    hours: Decimal = term("学时", Number())
    years: int = term("年数", Whole(1))
    hours_a_year: Decimal = term("新教师每年学时", Number())


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


def trained(
    draft: Draft,
    hours: Mapping[str, Hours],
    facts: Facts,
    stage: Stage | None,
    judged: tuple[datetime.date | None, HoursDue],
) -> int | None:
    """Count the 专任教师 of a stage who have their `hours`; None while that cannot be known."""
    on, terms = judged
    if on is None:
        return None
    count, nothing = 0, Hours()
    for key, row in draft.rows["teacher"].items():
        post, own = row["post"], row["stage"]
        if isinstance(post, str) and post not in FULL_TIME_POSTS:
            continue
        if (isinstance(own, str) and own != stage) or not_there_yet(row, on):
            continue
        enough = has_enough(row, hours.get(key, nothing), on, terms)
        if enough is False:
            continue
        sure = isinstance(post, str) and (isinstance(own, str) or len(facts.stages) == 1)
        if enough is None or not sure:
            return None
        count += 1
    return count
