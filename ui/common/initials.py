"""Initial letters of Chinese words, so that `ys` finds 艺术.

Level 1 of GB 2312 is ordered by pronunciation: the code of a character gives its first letter.
"""

from __future__ import annotations

_FIRST = (
    (0xB0A1, "a"),
    (0xB0C5, "b"),
    (0xB2C1, "c"),
    (0xB4EE, "d"),
    (0xB6EA, "e"),
    (0xB7A2, "f"),
    (0xB8C1, "g"),
    (0xB9FE, "h"),
    (0xBBF7, "j"),
    (0xBFA6, "k"),
    (0xC0AC, "l"),
    (0xC2E8, "m"),
    (0xC4C3, "n"),
    (0xC5B6, "o"),
    (0xC5BE, "p"),
    (0xC6DA, "q"),
    (0xC8BB, "r"),
    (0xC8F6, "s"),
    (0xCBFA, "t"),
    (0xCDDA, "w"),
    (0xCEF4, "x"),
    (0xD1B9, "y"),
    (0xD4D1, "z"),
)
_LAST = 0xD7F9
_ALSO = {"乐": "y", "校": "x", "行": "h", "长": "z", "大": "d", "重": "c"}
"""Second readings that people type."""
NUMERALS = {
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
}


def letters_of(character: str) -> str:
    """Return the letters (or digit) by which a character can be typed, itself included."""
    folded = character.casefold()
    code = int.from_bytes(folded.encode("gbk", "replace")[:2], "big") if ord(folded[0]) > 0x7F else 0
    letter = ""
    if 0xB0A1 <= code <= _LAST:
        letter = next(name for first, name in reversed(_FIRST) if code >= first)
    return folded + letter + _ALSO.get(character, "") + NUMERALS.get(character, "")


def begins(typed: str, words: str) -> bool:
    """Whether what was typed, characters or initials, is how the words begin."""
    return _stands_at(0, typed, _letters(words))


def inside(typed: str, words: str) -> bool:
    """Whether what was typed stands inside the words."""
    letters = _letters(words)
    return any(_stands_at(start, typed, letters) for start in range(1, len(letters)))


def ends(typed: str, words: str) -> bool:
    """Whether what was typed is how the words end."""
    letters = _letters(words)
    return _stands_at(max(0, len(letters) - len("".join(typed.split()))), typed, letters)


def _letters(words: str) -> list[str]:
    return [letters_of(character) for character in words if not character.isspace()]


def _stands_at(start: int, typed: str, letters: list[str]) -> bool:
    wanted = "".join(typed.split()).casefold()
    if start + len(wanted) > len(letters):
        return False
    return all(each in letters[start + i] for i, each in enumerate(wanted))
