"""A series goes on from its first cells: numbers, dates, months, grades, the number in a class's name."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from db.records.months import Month
from db.records.values import Choice, Day, Scaled, Unreadable, Whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.records.values import Kind

_LAST_NUMBER = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)
MONTHS = 12


def go_on(kind: Kind, first: Sequence[str], count: int) -> list[str] | None:
    """Return `count` texts that follow one or two cells; None where nothing follows from them.

    Of two cells the difference is the step, of one it is 1. A choice goes on in the order of its list and
    ends with it: what would follow stays empty.
    """
    if not first or not all(first):
        return None
    try:
        return _of_kind(kind, first, count)
    except (Unreadable, OverflowError):
        return None


def _of_kind(kind: Kind, first: Sequence[str], count: int) -> list[str] | None:
    values = [kind.parse(text) for text in first]
    if isinstance(kind, Whole | Scaled):
        numbers = [Decimal(str(value)) for value in values]
        step = numbers[1] - numbers[0] if len(numbers) > 1 else Decimal(1)
        return [f"{numbers[-1] + step * number:f}" for number in range(1, count + 1)]
    if isinstance(kind, Day):
        return _days([value for value in values if isinstance(value, datetime.date)], count)
    if isinstance(kind, Month):
        months = [int(str(value)[:4]) * MONTHS + int(str(value)[5:7]) - 1 for value in values]
        step_in_months = months[1] - months[0] if len(months) > 1 else 1
        found = [months[-1] + step_in_months * number for number in range(1, count + 1)]
        return [f"{each // MONTHS:04d}-{each % MONTHS + 1:02d}" for each in found]
    if isinstance(kind, Choice):
        codes = [code for code, _ in kind.options]
        places = [codes.index(str(value)) for value in values]
        by = places[1] - places[0] if len(places) > 1 else 1
        going = [places[-1] + by * number for number in range(1, count + 1)]
        return [kind.options[place][1] if 0 <= place < len(codes) else "" for place in going]
    return _texts([str(value) for value in values], count)


def _days(days: Sequence[datetime.date], count: int) -> list[str]:
    step = days[1] - days[0] if len(days) > 1 else datetime.timedelta(days=1)
    return [(days[-1] + step * number).isoformat() for number in range(1, count + 1)]


def _texts(texts: Sequence[str], count: int) -> list[str] | None:
    """Go on with the last number of a text: 一年级(1)班, 一年级(2)班."""
    parts = [_LAST_NUMBER.fullmatch(text) for text in texts]
    if parts[-1] is None or parts[0] is None:
        return None
    head, digits, tail = parts[-1].groups()
    same = len(parts) > 1 and parts[0].group(1, 3) == (head, tail)
    if len(parts) > 1 and not same:
        return None
    step = int(digits) - int(parts[0].group(2)) if len(parts) > 1 else 1
    numbers = [int(digits) + step * number for number in range(1, count + 1)]
    if min(numbers, default=0) < 0:
        return None
    return [f"{head}{number:0{len(digits) if digits.startswith('0') else 1}d}{tail}" for number in numbers]
