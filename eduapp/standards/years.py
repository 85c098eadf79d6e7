"""The year that the inputs of an item are of, and the day whose norm they are held to.

Stocks (pupils, rooms, teachers) are of the day of the round, flows of the school year that ended before
it, money of the calendar year before (学年与统计时点). Money of a year is held to the norm in force on the
last day of that year: inferred, and a parameter of the pack (`money_norm`).
"""

from __future__ import annotations

import datetime
from typing import Final

DAY: Final = "day"
SCHOOL_YEAR: Final = "school_year"
YEAR_BEFORE: Final = "year_before"
YEARS: Final = {DAY: "评估日", SCHOOL_YEAR: "学年", YEAR_BEFORE: "上一日历年度"}
"""Year of inputs, in words."""
LAST_DAY: Final = "last_day"
FIRST_DAY: Final = "first_day"
MONEY_NORMS: Final = (LAST_DAY, FIRST_DAY)


def norm_day(inputs_of: str, money_norm: str, on: datetime.date) -> datetime.date:
    """Return the day on which the norm must be in force that judges inputs of a year."""
    if inputs_of != YEAR_BEFORE:
        return on
    return datetime.date(on.year - 1, *((12, 31) if money_norm == LAST_DAY else (1, 1)))
