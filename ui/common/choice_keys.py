"""What is meant by digits and letters typed into a cell that offers a list.

A digit means the choice that bears it (一年级 1, 是 1, 否 0); in a list whose choices bear none it is the
number that stands before each on screen. Letters are the first letters of the words from their beginning.
What might mean two things means nothing: the text stays as it was typed.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from db.records.values import NO, YES
from ui.common.initials import NUMERALS, begins, ends, inside

if TYPE_CHECKING:
    from collections.abc import Sequence

WORTH_LOOKING_INSIDE = 2
"""Letters from which on they are looked for inside words, too: one letter is nearly everywhere."""


class OfferedChoices:
    """The choices of a list with the number that means each; `recent`: the words used last, latest first."""

    def __init__(self, options: Sequence[str], recent: Sequence[str] = ()) -> None:
        """Number the choices."""
        self.options = list(options)
        self._recent = list(recent)
        borne = [_borne(words) for words in options]
        bears = all(borne) and len(set(borne)) == len(borne)
        plain = [str(place) for place, _ in enumerate(options, 1)]
        self._numbers = dict(zip(options, borne if bears else plain, strict=True))

    def number(self, words: str) -> str:
        """Return the digits that mean a choice."""
        return self._numbers[words]

    def matching(self, typed: str) -> list[str]:
        """Return the choices that what was typed may mean, likeliest first; all of them of nothing typed."""
        text = _plain(typed)
        if not text:
            return self.options
        if text.isdecimal():
            exact = [words for words in self.options if self._numbers[words] == text]
            begun = [words for words in self.options if self._numbers[words].startswith(text)]
            return list(dict.fromkeys([*exact, *begun]))
        return [*self._begun(text), *self._within(text)]

    def meant(self, typed: str) -> str | None:
        """Return the one choice that is meant; None where nothing or more than one thing is."""
        text = _plain(typed)
        found = self.matching(text) if text else []
        if not found:
            return None
        if text.isdecimal():
            return found[0] if self._numbers[found[0]] == text or len(found) == 1 else None
        if found[0] == text:
            return text
        begun, within = self._begun(text), self._within(text)
        if begun:  # 「zg」 begins 在岗不在编 and ends 在编在岗: nobody can tell
            return None if any(ends(text, words) for words in within) else begun[0]
        return within[0] if len(within) == 1 else None

    def _begun(self, text: str) -> list[str]:
        found = [words for words in self.options if begins(text, words)]
        return sorted(found, key=lambda words: (words != text, self._age(words)))

    def _within(self, text: str) -> list[str]:
        """Return the choices with the typed inside; a digit never stands for anything inside a word."""
        short = text.isascii() and len(text) < WORTH_LOOKING_INSIDE
        if short or any(each.isdecimal() or each in NUMERALS for each in text):
            return []
        found = [words for words in self.options if not begins(text, words) and inside(text, words)]
        return sorted(found, key=self._age)

    def _age(self, words: str) -> int:
        return self._recent.index(words) if words in self._recent else len(self._recent)


def _plain(typed: str) -> str:
    return "".join(unicodedata.normalize("NFKC", typed).split()).casefold()


def _borne(words: str) -> str:
    """Return the digits that a choice bears from its beginning on: 一年级(2)班 bears 12; else ""."""
    if words in {YES, NO}:
        return "1" if words == YES else "0"
    digits = [NUMERALS.get(each, each if each.isdecimal() else "") for each in words]
    return "".join(digits) if digits and digits[0] else ""
