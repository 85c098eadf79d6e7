"""Numbers that say who a person is: identity numbers and mobile numbers, found in what was typed.

An identity number (GB 11643-1999, GB 11643-1989) is 18 characters with a region, a real day of birth and
the check character, or the older 15 digits; a mobile number is 11 digits from 13 to 19. Digits of any
width count, and so do digits with spaces, hyphens or invisible characters between them. Regions are
known by their province alone: codes of counties that are gone stand on identity cards for life.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from db.records.values import Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.records.spec import Item
    from db.records.values import Cell

KEPT_HOME: Final = "(留在学校,未随文件交出)"
"""What travels in the place of a cell that stays at home."""


class NumberKind(StrEnum):
    """What a number is, in the words of the screen."""

    IDENTITY = "身份证号"
    MOBILE = "手机号"


@dataclass(frozen=True)
class Number:
    """A number found in a text: where it stands, and of an identity number the month of birth (1985-03)."""

    kind: NumberKind
    start: int
    end: int
    birth_month: str = ""


SHORTEST: Final = 11
"""Characters of the shortest number: a mobile number."""
_REGION: Final = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)(?!0000)", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_ROUNDED: Final = "000"
"""How an identity number ends that a spreadsheet took for a number: it keeps 15 digits."""
_BORN: Final = range(1900, 2100)
_GAP: Final = "[ -]{0,3}"
_EIGHTEEN: Final = re.compile(rf"(?=(\d(?:{_GAP}\d){{16}}{_GAP}[\dX]))", re.ASCII)
_FIFTEEN: Final = re.compile(rf"(?<!\d)(\d(?:{_GAP}\d){{14}})(?!\d)", re.ASCII)
_MOBILE: Final = re.compile(
    r"(?<!\d)(?:0|(?:00)?86[ -]{0,2})?(1[3-9]\d(?:[ -]?\d){8}|1 ?[3-9](?: ?\d){9})(?!\d)", re.ASCII
)
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})


def numbers_in(text: str) -> tuple[Number, ...]:
    """Return the identity and mobile numbers in a text, in the order in which they stand."""
    if len(text) < SHORTEST:
        return ()
    plain = "".join(map(_plain, text))
    found: list[Number] = []
    for search in (_eighteen, _fifteen, _mobile):  # of two that overlap the longer kind is meant
        for each in search(plain):
            if all(each.end <= other.start or each.start >= other.end for other in found):
                found.append(each)
    return tuple(sorted(found, key=lambda each: each.start))


def numbers_at_home(item: Item, cell: Cell) -> tuple[Number, ...]:
    """Return the numbers of a cell that must not leave the school; a telephone field may hold mobile ones.

    A reference holds the id of a row: digits in it are nobody's number.
    """
    if item.kind.name == "reference" and not isinstance(cell, Unread):
        return ()
    text = cell.text if isinstance(cell, Unread) else cell
    if not isinstance(text, str) or len(text) < SHORTEST:
        return ()
    return tuple(each for each in numbers_in(text) if each.kind is NumberKind.IDENTITY or not item.telephone)


def without_numbers(text: str, numbers: tuple[Number, ...]) -> str:
    """Return a text with its numbers cut out."""
    for each in reversed(numbers):
        text = text[: each.start] + text[each.end :]
    return text.strip()


def words_of(numbers: tuple[Number, ...]) -> str:
    """Name the kinds of numbers: 身份证号、手机号."""
    return "、".join(dict.fromkeys(each.kind.value for each in numbers))


def _plain(character: str) -> str:
    """Return the digit, X, gap or mark that a character is to the patterns."""
    if character.isascii():
        return "X" if character == "x" else " " if character.isspace() else character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return " "
    return "-" if category == "Pd" else "X" if character in "ＸｘХх" else "#"


def _eighteen(plain: str) -> Iterator[Number]:
    for match in _EIGHTEEN.finditer(plain):
        bare = _bare(match[1])
        born = _birth(bare[6:14])
        if born and _is_region(bare) and (bare.endswith(_ROUNDED) or _check(bare) == bare[-1]):
            yield Number(NumberKind.IDENTITY, match.start(1), match.end(1), born)


def _fifteen(plain: str) -> Iterator[Number]:
    for match in _FIFTEEN.finditer(plain):
        bare = _bare(match[1])
        born = _birth(f"19{bare[6:12]}")
        if born and _is_region(bare):
            yield Number(NumberKind.IDENTITY, match.start(1), match.end(1), born)


def _mobile(plain: str) -> Iterator[Number]:
    for match in _MOBILE.finditer(plain):
        yield Number(NumberKind.MOBILE, match.start(), match.end())


def _bare(found: str) -> str:
    return found.replace(" ", "").replace("-", "")


def _is_region(bare: str) -> bool:
    return _REGION.match(bare) is not None


def _birth(digits: str) -> str:
    """Return the month of a real day (yyyymmdd), "" where it is none."""
    try:
        day = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return ""
    return f"{day:%Y-%m}" if day.year in _BORN else ""


def _check(bare: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, bare, strict=False))
    return _CHECKS[total % 11]
