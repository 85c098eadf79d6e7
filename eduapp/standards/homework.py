"""Homework by class and day, kept as running sums (教基厅函〔2021〕13号; docs/standards.md, "Quality").

A class-day counts when it has a record; measured minutes go before planned ones. A class-day with a
written assignment whose minutes or kind are missing is of unknown length and is not judged.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.records.rows import Row


@dataclass(frozen=True)
class ClassHomework:
    """A class over the period: days judged, their written minutes, and what is not known."""

    days: int
    minutes: int
    unknown_days: int
    missing_days: int
    """School days (days on which any class has a record) without a record of this class."""

    @property
    def average(self) -> Fraction | None:
        """Mean written minutes over the class-days judged."""
        return Fraction(self.minutes, self.days) if self.days else None


@dataclass
class _Day:
    records: int = 0
    minutes: int = 0
    unknown: int = 0


def written_minutes(row: Row) -> int | None:
    """Return the written minutes of an assignment; None when they cannot be known."""
    if row["written"] is False:
        return 0
    for name in ("measured", "planned"):
        minutes = row[name]
        if isinstance(minutes, int) and row["written"] is True:
            return minutes
    return None


class HomeworkTally:
    """Sums that follow the homework rows, in constant time a row."""

    def __init__(self) -> None:
        """Start with no rows."""
        self._days: dict[str, dict[datetime.date, _Day]] = defaultdict(dict)
        self._dates: Counter[datetime.date] = Counter()
        self._over: dict[str, tuple[int, int]] = {}
        self._sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._moved: set[str] = set()

    def count(self, rows: Iterable[Row], sign: int) -> None:
        """Take rows in (+1) or out (-1): those of one class and one day together."""
        found: dict[tuple[str, datetime.date], _Day] = {}
        for row in rows:
            place = key, date = row["school_class"], row["date"]
            if not isinstance(key, str) or not isinstance(date, datetime.date):
                continue
            day = found.get(place)  # type: ignore[arg-type] # both are what the line before says
            if day is None:
                day = found[key, date] = _Day()
            minutes = written_minutes(row)
            day.records += 1
            if minutes is None:
                day.unknown += 1
            else:
                day.minutes += minutes
        for (key, date), day in found.items():
            self._join(key, date, day, sign)

    def _join(self, key: str, date: datetime.date, new: _Day, sign: int) -> None:
        days = self._days[key]
        self._over.pop(key, None)
        self._moved.add(key)
        day = days.setdefault(date, _Day())
        self._count(key, day, -1)
        day.records += sign * new.records
        day.minutes += sign * new.minutes
        day.unknown += sign * new.unknown
        self._count(key, day, 1)
        self._dates[date] += sign * new.records
        if not self._dates[date]:
            del self._dates[date]
        if not day.records:
            del days[date]

    def _count(self, key: str, day: _Day, sign: int) -> None:
        if day.records:
            sums = self._sums[key]
            if day.unknown:
                sums[2] += sign
            else:
                sums[0] += sign
                sums[1] += sign * day.minutes

    def of_class(self, key: str) -> ClassHomework:
        """Return the sums of a class."""
        days, minutes, unknown = self._sums.get(key, (0, 0, 0))
        return ClassHomework(days, minutes, unknown, len(self._dates) - days - unknown)

    def days_over(self, key: str, limit: int) -> Iterator[tuple[datetime.date, int]]:
        """Yield (day, written minutes) of the days of a class that are over a limit."""
        for date, day in sorted(self._days.get(key, {}).items()):
            if not day.unknown and day.minutes > limit:
                yield date, day.minutes

    def count_over(self, key: str, limit: int) -> int:
        """Return how many days of a class are over a limit; counted anew only after its rows changed."""
        known = self._over.get(key)
        if known is None or known[0] != limit:
            known = self._over[key] = (limit, sum(1 for _ in self.days_over(key, limit)))
        return known[1]

    def moved(self) -> set[str]:
        """Return the keys of the classes whose homework was counted anew since this was last asked."""
        moved, self._moved = self._moved, set()
        return moved

    @property
    def days(self) -> int:
        """On how many days any class has a record."""
        return len(self._dates)

    @property
    def classes(self) -> Iterator[str]:
        """Yield the keys of the classes that have records, also of classes that were deleted."""
        return (key for key, days in self._days.items() if days)

    @property
    def any(self) -> bool:
        """Whether anything is recorded at all."""
        return bool(self._dates)
