"""Meetings of the county: how often they were held.

Source: 会泽县 2023 第一条 (docs/standards.md, "Local plans").
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import MEETING
from eduapp.standards.county.measure import CountyFormula
from eduapp.standards.formulas.measure import Measure
from eduapp.standards.terms import OneOf, Terms, term

if TYPE_CHECKING:
    from eduapp.standards.county.county_data import CountyData

QUARTER_MONTHS, QUARTERS = 3, 4
MEETING_NAMES = dict(MEETING.options)


@dataclass(frozen=True, kw_only=True)
class Meeting(Terms):
    """Which meetings."""

    meeting: str = term("会议", OneOf(MEETING_NAMES))


def _quarter(day: datetime.date) -> int:
    """Number the quarters of the calendar one after the other."""
    return day.year * QUARTERS + (day.month - 1) // QUARTER_MONTHS


def meeting_quarters(county: CountyData, terms: Meeting) -> Measure:
    """会泽 第一条: of the last four whole quarters before the day, those with a meeting of `meeting`."""
    dates, trouble = _meetings(county, terms.meeting)
    if trouble is not None or county.on is None:
        return trouble or _no_meetings()
    last = _quarter(county.on)
    held = {_quarter(day) for day in dates if last - QUARTERS <= _quarter(day) < last}
    note = f"近四个完整季度中有 {len(held)} 个季度开过{MEETING_NAMES[terms.meeting]}"
    return Measure(Fraction(len(held)), Fraction(1), (), "个", note=note)


def meetings_a_year(county: CountyData, terms: Meeting) -> Measure:
    """会泽 第一条: meetings of `meeting` in the last four whole quarters before the day."""
    dates, trouble = _meetings(county, terms.meeting)
    if trouble is not None or county.on is None:
        return trouble or _no_meetings()
    last = _quarter(county.on)
    held = [day for day in dates if last - QUARTERS <= _quarter(day) < last]
    note = f"近四个完整季度开过{MEETING_NAMES[terms.meeting]} {len(held)} 次"
    return Measure(Fraction(len(held)), Fraction(1), (), "次", note=note)


def _meetings(county: CountyData, kind: str) -> tuple[list[datetime.date], Measure | None]:
    """Return the dates of the meetings of a kind, or what keeps them from being known."""
    rows = county.rows("county_meeting")
    own = [row for row in rows if row["kind"] == kind]
    dates = [row["date"] for row in own if isinstance(row["date"], datetime.date)]
    if not rows:
        return [], _no_meetings()
    if len(dates) < len(own):
        return [], Measure(None, None, (), "次", note="有会议没有填日期")
    return dates, None


def _no_meetings() -> Measure:
    return Measure(None, None, (), "次", note="缺:会议记录")


FORMULAS: dict[str, CountyFormula] = {
    "meeting_quarters": CountyFormula(meeting_quarters, Meeting, "个"),
    "meetings_a_year": CountyFormula(meetings_a_year, Meeting, "次"),
}
