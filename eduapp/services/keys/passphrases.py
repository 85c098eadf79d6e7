"""Passphrases where they are set: how easily one is guessed, and six words to take instead.

The only door to ``zxcvbn`` (an estimate of guesses by patterns, word lists and keyboards). It knows no
Chinese: a Chinese character counts as one of `_OF_A_HUNDRED`, repeated ones once, a run such as 一二三四
nothing. Older passphrases still open what they close; who uses one is asked to change it.
"""

from __future__ import annotations

import csv
import io
import re
import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import resources
from db.characters import MARK
from db.problems import Problem
from eduapp.services.keys import PASSPHRASE_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = 6
"""Of a list of some 300: about 2^50 guesses, each a second of scrypt."""
_GUESSES = 10**9
"""The fewest guesses: thirty years of one computer core, by scrypt's second each."""
_OF_A_HUNDRED = 100
_LONGEST = 72
"""Of what the library looks at; a longer one is estimated by its beginning."""
_HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_RUNS = (
    "一二三四五六七八九十",
    "甲乙丙丁戊己庚辛壬癸",
    "子丑寅卯辰巳午未申酉戌亥",
    "东南西北",
    "赵钱孙李周吴郑王",
)
_NUMBER = r"[\d\s+\-./()]*[xX]?"
_USUAL = (
    "woaini",
    "woaiwojia",
    "5201314",
    "1314520",
    "xuexiao",
    "xiaoxue",
    "zhongxue",
    "jiaoyuju",
    "jiaoyu",
    "jiaowu",
    "mima",
    "kouling",
    "admin",
)
_TRADE = re.compile("教育体育局|教育局|教体局|教科局|办公室|天天向上|好好学习")
"""What everybody in this trade would try: it counts for nothing."""
_PLACE = re.compile("(?:小学|中学|学校|[市县区])$")
"""What a name of a school or county is called without."""


@dataclass(frozen=True)
class Suggestion:
    """Six words that any keyboard types without an input method, and the characters to remember them by."""

    typed: str
    characters: str


def suggestion() -> Suggestion:
    """Return six words by the system's dice."""
    chosen = secrets.SystemRandom().sample(_words(), WORDS)
    return Suggestion(" ".join(typed for typed, _ in chosen), " ".join(character for _, character in chosen))


def require_strong(passphrase: str, about: Iterable[str] = ()) -> None:
    """Raise Problem `passphrase-short`, `passphrase-weak` for one that is not to be set.

    `about`: what everybody knows of whoever sets it: names and codes of the school or county.
    """
    plain = normal(passphrase)
    if len(plain) < PASSPHRASE_LENGTH:
        raise Problem("passphrase-short", least=PASSPHRASE_LENGTH)
    if is_weak(plain, about):
        offered = suggestion()
        raise Problem("passphrase-weak", words=offered.typed, characters=offered.characters)


def is_weak(passphrase: str, about: Iterable[str] = ()) -> bool:
    """Whether a passphrase would not be accepted today."""
    plain = normal(passphrase).lower()
    known = [normal(each).lower() for each in about if len(each) > 1]
    if len(plain) < PASSPHRASE_LENGTH or re.fullmatch(_NUMBER, plain, re.ASCII):
        return True  # a number is somebody's telephone, birthday, identity or school code
    stems = {stem for each in known if len(stem := _PLACE.sub("", each)) > 1}
    for each in sorted({*known, *stems}, key=len, reverse=True):
        plain = plain.replace(each, "")
    plain = _TRADE.sub("", plain)
    return _guesses(plain, known) < _GUESSES


def normal(passphrase: str) -> str:
    """Return one spelling: what an input method writes in full width is the same passphrase."""
    return unicodedata.normalize("NFKC", passphrase).strip().strip(MARK).strip()


def as_read_before(passphrase: str) -> str:
    """Return the spelling under which keys were closed while the mark of Notepad was taken for content."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def _guesses(plain: str, known: list[str]) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - a tenth of a second of word lists, for setting one alone

    han, rest = "".join(re.findall(_HAN, plain)), re.sub(_HAN, "", plain)[:_LONGEST]
    by_han = (
        1 if any(han in run * 2 or han in run[::-1] * 2 for run in _RUNS) else _OF_A_HUNDRED ** len({*han})
    )
    return by_han * (int(zxcvbn(rest, [*known, *_USUAL])["guesses"]) if rest else 1)


@cache
def _words() -> list[tuple[str, str]]:
    rows = csv.reader(io.StringIO(resources.read_text("passphrases", "words.csv")))
    return [(typed, character) for typed, character in list(rows)[1:]]
