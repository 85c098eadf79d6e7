"""What a number format makes of a number: 1.1 shown as 「1.10」, 7 as 「007」, a day as 「1-2」.

Only formats that show a plain number or a day without its year otherwise than its value: names are typed
as numbers, and the eye reads what the format shows. Everything else is read by its value.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_BUILT_IN: Final[Mapping[int, str]] = {2: "0.00"} | dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"')
"""The formats of spreadsheet programs that are known by number alone, as Chinese ones show them."""
_PART: Final = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|([0#?]+(?:\.[0#?]*)?)|([ymdhs]+)|(.)', re.DOTALL
)
_SHORT: Final = re.compile("d{1,2}m{1,2}")
_PLAIN_SIGNS: Final = frozenset("-/.() :年月日第班级号—~")
_EARLIEST: Final = datetime.date(1899, 12, 30)
_DAYS: Final = 2_958_465
_LONGEST: Final = 12
"""More digits than a name has: what reaches farther is no name that was typed as a number."""


_WORDED: Final = re.compile(r'["\\](千元|万元|元)|[¥￥]')
_DIVIDED: Final = re.compile(r"[0#]!?\.?[0#]*,[^0#]|[0#],$|!\.|\\\.")


def money_look(code: str) -> str:
    """Return the unit that a format writes around a number that it does not divide: 元, 千元, 万元 or ¥."""
    first = code.split(";", 1)[0]
    found = _WORDED.search(first)
    if found is None or _DIVIDED.search(first) or "%" in first or not re.search("[0#]", first):
        return ""
    return found[1] or "¥"


@lru_cache(maxsize=512)
def format_parts(code: str) -> tuple[tuple[str, str], ...]:
    """Return the (kind, text) of a format's pieces: `number`, `date` or `text`; () where it shows the value.

    What is shown otherwise: fixed places, leading zeros, words around a number, a day without its year.
    """
    first = code.split(";", 1)[0]
    if money_look(code):
        return (("money", money_look(code)),)
    parts: list[tuple[str, str]] = []
    for quoted, escaped, number, date, sign in _PART.findall(first):
        if number:
            parts.append(("number", number))
        elif date:
            parts.append(("date", date.lower()))
        elif quoted or escaped:
            parts.append(("text", quoted or escaped))
        elif sign in _PLAIN_SIGNS:
            parts.append(("text", sign))
        elif sign:
            return ()  # %, thousands, exponents, words of another language
    numbers = [text for kind, text in parts if kind == "number"]
    dates = sorted(text for kind, text in parts if kind == "date")
    if dates:
        return tuple(parts) if _SHORT.fullmatch("".join(dates)) and not numbers else ()
    if len(numbers) != 1:
        return ()
    whole, _, places = numbers[0].partition(".")
    worded = any(text.strip() for kind, text in parts if kind == "text")
    return tuple(parts) if worded or places or whole.count("0") > 1 else ()


def is_money(shown: str) -> bool:
    """Whether a number looks like an amount of money, by what `as_shown` returned."""
    return shown.startswith("¥") or shown.endswith("元")


def built_in(number: int) -> str:
    """Return the code of a format that is known by its number; "" for the others."""
    return _BUILT_IN.get(number, "")


def as_shown(value: str, code: str, first_day: int = 0) -> str:
    """Write a number as a format shows it; "" where it is no such number, or shown as its value.

    `first_day` is the day from which the workbook counts its days: 1462 where it starts in 1904.
    """
    parts = format_parts(code)
    try:
        number = Decimal(value) if parts else Decimal("NaN")
    except ArithmeticError:
        return ""
    if not number.is_finite() or number < 0 or number.adjusted() > _LONGEST:
        return ""
    if parts[0][0] == "money":
        unit = parts[0][1]
        return f"¥{number:f}" if unit == "¥" else f"{number:f}{unit}"
    if any(kind == "date" for kind, _ in parts):
        days = int(number) + first_day
        if not 0 < days < _DAYS:
            return ""
        day = _EARLIEST + datetime.timedelta(days=days)
        return "".join(_piece_of_day(day, kind, text) for kind, text in parts).strip()
    return "".join(_digits(number, text) if kind == "number" else text for kind, text in parts).strip()


def _piece_of_day(day: datetime.date, kind: str, text: str) -> str:
    if kind != "date":
        return text
    return f"{day.month if text[0] == 'm' else day.day:0{len(text)}}"


def _digits(number: Decimal, code: str) -> str:
    whole, _, places = code.partition(".")
    rounded = number.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    while after and places[len(after) - 1] != "0" and after[-1] == "0":
        after = after[:-1]
    return before.zfill(whole.count("0")) + (f".{after}" if after else "")
