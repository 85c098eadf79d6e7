"""The names of classes, as every system writes them otherwise: 一年级(1)班, 一(1)班, 1班, 01, 2026级1班."""

from __future__ import annotations

import re
from typing import Final

from db.records.choices import GRADE
from db.records.values import comparison_key

_DIGITS: Final = {numeral: at for at, numeral in enumerate("一二三四五六七八九十", 1)}
_NUMBER: Final = re.compile(r"\(?(\d{1,2}|十?[一二三四五六七八九十])\)?班?$")


def number_of_class(name: str) -> int | None:
    """Return the number of a class among those of its grade; None for a class with a name of its own."""
    found = _NUMBER.search(re.sub(r"^.*(?:年级|级|初[一二三])", "", comparison_key(name)))
    if found is None:
        return None
    text = found[1]
    if text.isdecimal():
        return int(text) or None
    return 10 + _DIGITS[text[1]] if len(text) > 1 else _DIGITS[text]


def usual_name(grade: str, name: str) -> str:
    """Return what a class is called here that another system calls by its number alone."""
    number = number_of_class(name)
    if number is None:
        return name
    return f"{GRADE.show(grade)}({number})班"
