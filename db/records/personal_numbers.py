"""Numbers that say who a person is: identity numbers and mobile numbers, found in what was typed.

An identity number (GB 11643-1999, GB 11643-1989) is 18 characters with a region, a real day of birth and
the check character, or the older 15 digits; a mobile number is 11 digits from 13 to 19. Digits of any
width count, and so do digits with spaces, hyphens or invisible characters between them, written in Chinese
(一三八…), or parted by any marks where such a number has its parts: region, birth, number. Regions are
known by their province alone: codes of counties that are gone stand on identity cards for life.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Final

from db.records.values import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
LONG_PIECE: Final = 8
"""So many digits has the longest piece at least of a number that is spread over cells: its day of birth."""
_WHOLE, _MOST_CELLS = 18, 4
_REGION: Final = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|91)(?!0000)|71|8[1-3]", re.ASCII)
"""Provinces; who lives here from 港澳台 has 810000, 820000 or 830000."""
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_BORN: Final = range(1900, 2100)
_NO_DIGITS: Final = re.compile("[^0-9X]")
_GAP: Final = "[ -]{0,3}"
_MARKS: Final = "[^0-9A-Za-z年月日]{1,5}"
_PART: Final = f"(?:{_MARKS})?"
"""What may stand between the parts of a number: any marks. In letters and words no number goes on."""
_EIGHTEEN: Final = (
    re.compile(rf"(?=(\d(?:{_GAP}\d){{16}}{_GAP}[\dX]))", re.ASCII),
    re.compile(
        rf"(?=(\d{{2}}{_PART}\d{{2}}{_PART}\d{{2}}{_PART}\d{{4}}(?:年|{_PART})\d{{2}}(?:月|{_PART})\d{{2}}日?"
        rf"{_PART}\d{{3}}{_PART}[\dX]))",
        re.ASCII,
    ),
    re.compile(r"(?=(\d([^0-9A-Za-z])\d(?:\2\d){15}\2[\dX]))", re.ASCII),
)
"""Gaps anywhere; marks between the parts; one and the same mark between all characters."""
_FIFTEEN: Final = (
    re.compile(rf"(?<!\d)(\d(?:{_GAP}\d){{14}})(?!\d)", re.ASCII),
    re.compile(rf"(?<!\d)(\d{{6}}{_MARKS}\d{{6}}{_PART}\d{{3}})(?!\d)", re.ASCII),
    re.compile(r"(?<!\d)(\d([^0-9A-Za-z])\d(?:\2\d){13})(?!\d)", re.ASCII),
)
_MOBILE: Final = re.compile(
    r"(?<!\d)(?:\+?(?:00)?86[) -]{0,3}|0)?"
    r"(1[3-9]\d(?:[ -]?\d){8}|1 ?[3-9](?: ?\d){9}|1[3-9]\d[ ()._*~·-]{1,3}\d{4}[ ()._*~·-]{0,3}\d{4})(?!\d)",
    re.ASCII,
)
_VALUE: Final = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[,'_]\d{3}){3,5}|\d+)(?:\.(\d+))?(?:[Ee]\+?(\d{1,2}))?(?!\d)", re.ASCII
)
"""A number as a spreadsheet writes a value: 13,800,138,000; 4.3090219850312E+17."""
_MOST_POWER: Final = 17
_FEWEST: Final = 8
"""Digits of the shortest text with a number: 1.38001E+10."""
_CHINESE: Final = "〇零○一二三四五六七八九"
_WRITTEN: Final = re.compile(f"[{_CHINESE}]{{11,}}[XＸｘxХх]?")
"""A number written in Chinese; shorter runs are words and years."""
_DIGIT_OF: Final = str.maketrans(_CHINESE, "000123456789")
_PIECE: Final = re.compile(r"[0-9][0-9 .-]*X?", re.ASCII)
_EX: Final = frozenset("ＸｘХх×✕✖╳Χχ")
"""What stands for an X."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})
_DATED: Final = frozenset("年月日")
_LISTED: Final = frozenset("、。，；")
"""Marks between the items of a list: three numbers in a row are no telephone."""


def numbers_in(text: str) -> tuple[Number, ...]:
    """Return the identity and mobile numbers in a text, in the order in which they stand."""
    if len(text) < SHORTEST:
        return ()
    plain = "".join(map(_plain, _WRITTEN.sub(_in_digits, text)))
    if sum(map(str.isdigit, plain)) < _FEWEST:
        return ()
    found: list[Number] = []
    for search in (_eighteen, _fifteen, _mobile, _values):  # of two that overlap the longer kind is meant
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
    return tuple(
        found for found in numbers_in(text) if found.kind is NumberKind.IDENTITY or not item.telephone
    )


def spread_over(cells: Iterable[tuple[str, Cell]]) -> tuple[str, ...]:
    """Return the names of cells of a row that only together are an identity number of 18 characters.

    They stand side by side, empty ones passed over, up to four, and nothing else is in them. Of (name, cell)
    in the order of the columns; cells with whole numbers count, too.
    """
    filled = [(name, cell) for name, cell in cells if cell is not None and cell != ""]
    if not any(is_piece(cell) for _, cell in filled):
        return ()
    said = [(name, _piece(cell)) for name, cell in filled]
    found: dict[str, None] = {}
    for start in range(len(said)):
        for end in range(start + 2, min(start + _MOST_CELLS, len(said)) + 1):
            pieces = [piece for _, piece in said[start:end]]
            whole = "".join(pieces)
            if len(whole) > _WHOLE or not all(pieces):
                break
            fits = len(whole) == _WHOLE and max(map(len, pieces)) >= LONG_PIECE
            if fits and any(_eighteen(whole)):
                found |= dict.fromkeys(name for name, _ in said[start:end])
    return tuple(found)


def is_piece(cell: Cell) -> bool:
    """Whether a cell is nothing but a long row of digits: what a spread number has one of."""
    text = cell.text if isinstance(cell, Unread) else cell
    if isinstance(text, str) and len(text) < LONG_PIECE:  # nearly every cell: not looked at closely
        return False
    return len(_piece(cell)) >= LONG_PIECE


def without_numbers(text: str, numbers: tuple[Number, ...]) -> str:
    """Return a text with its numbers cut out."""
    for each in reversed(numbers):
        text = text[: each.start] + text[each.end :]
    return text.strip()


def bare_of_numbers(text: str) -> str:
    """Return a text as it may be shown in other places: without any number."""
    numbers = numbers_in(text)
    return without_numbers(text, numbers) if numbers else text


def words_of(numbers: tuple[Number, ...]) -> str:
    """Name the kinds of numbers: 身份证号、手机号."""
    return "、".join(dict.fromkeys(each.kind.value for each in numbers))


def _piece(cell: Cell) -> str:
    """Return the digits, and an X, of a cell that says nothing else; "" for another."""
    text = cell.text if isinstance(cell, Unread) else cell
    if isinstance(text, int) and not isinstance(text, bool):
        return str(text)
    if not isinstance(text, str) or not text[:1].isdigit():
        return ""
    plain = "".join(map(_plain, text))
    return _bare(plain) if _PIECE.fullmatch(plain) else ""


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
    if character in _EX:
        return "X"
    if category == "Pd":
        return "-"
    if character in _DATED:
        return character
    return "Z" if category[0] in "LN" else "," if character in _LISTED else "."


def _in_digits(found: re.Match[str]) -> str:
    return found[0].translate(_DIGIT_OF)


def _eighteen(plain: str) -> Iterator[Number]:
    for match in _matches(_EIGHTEEN, plain):
        bare = _bare(match[1])
        born = _birth(bare[6:14])
        if born and _is_region(bare) and (_check(bare) == bare[-1] or _is_rounded(bare)):
            yield Number(NumberKind.IDENTITY, match.start(1), match.end(1), born)


def _fifteen(plain: str) -> Iterator[Number]:
    for match in _matches(_FIFTEEN, plain):
        bare = _bare(match[1])
        born = _birth(f"19{bare[6:12]}")
        if born and _is_region(bare):
            yield Number(NumberKind.IDENTITY, match.start(1), match.end(1), born)


def _mobile(plain: str) -> Iterator[Number]:
    for match in _MOBILE.finditer(plain):
        yield Number(NumberKind.MOBILE, match.start(), match.end())


def _values(plain: str) -> Iterator[Number]:
    """Find numbers that a sheet took for values: grouped by thousands, with a point, as a power of ten."""
    for match in _VALUE.finditer(plain):
        whole, part, power = _bare(match[1]), match[2] or "", int(match[3] or 0)
        if power > _MOST_POWER or (power and len(whole) > 1):
            continue
        if power:
            whole, part = (whole + part).ljust(power + 1, "0"), ""
        found = next(chain(_eighteen(whole + part), _fifteen(whole), _mobile(whole)), None)
        if found:
            yield replace(found, start=match.start(), end=match.end())


def _matches(patterns: Sequence[re.Pattern[str]], plain: str) -> Iterator[re.Match[str]]:
    return chain.from_iterable(each.finditer(plain) for each in patterns)


def _bare(found: str) -> str:
    return found if found.isdigit() else _NO_DIGITS.sub("", found)


def _is_rounded(bare: str) -> bool:
    """Whether a spreadsheet may have taken the number for a value and lost its end: a double says it so.

    It keeps 15 digits, shows the 16 or 17 that a double needs, or writes the double out to its last digit.
    """
    return bare.isdigit() and int(bare) in {int(float(bare)), int(Decimal(repr(float(bare))))}


def _is_region(bare: str) -> bool:
    return _REGION.match(bare) is not None


def _birth(digits: str) -> str:
    """Return the month of a real day (yyyymmdd), "" where it is none."""
    if int(digits[:4]) not in _BORN:
        return ""
    try:
        day = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return ""
    return f"{day:%Y-%m}"


def _check(bare: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, bare, strict=False))
    return _CHECKS[total % 11]
