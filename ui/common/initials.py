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
_NUMERALS = {
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
    return folded + letter + _ALSO.get(character, "") + _NUMERALS.get(character, "")


def matches(typed: str, words: str) -> bool:
    """Whether what was typed, characters or initials, begins the words or stands inside them."""
    wanted = "".join(typed.split()).casefold()
    letters = [letters_of(character) for character in words if not character.isspace()]
    return any(
        all(each in letters[start + i] for i, each in enumerate(wanted))
        for start in range(len(letters) - len(wanted) + 1)
    )


def rank(typed: str, words: str) -> int:
    """Order matches: 0 the words themselves, 1 from the beginning, 2 inside."""
    if typed == words:
        return 0
    letters = [letters_of(character) for character in words if not character.isspace()]
    return 1 if all(each in letters[i] for i, each in enumerate(typed.casefold()) if i < len(letters)) else 2
