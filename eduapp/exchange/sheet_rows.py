"""What a row of somebody's sheet is, by its words alone: a row of the list, a sum, a note, the heading."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from eduapp.exchange.sheet_text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROW, SUM, NOTE, HEADING = "row", "sum", "note", "heading"
_FIRST: Final = 3
"""In so many filled cells from the left a sum or a note says what it is."""
_MANY: Final = r"\d+(?:人|名|位|个|班|个班|间|所|校|台|件|册|门)?"
_SUM: Final = re.compile(
    rf"(?:.{{0,12}}(?:小计|合计|总计|共计)|总人数|总数|总间数|总校数)[::]?(?:共?{_MANY})?|共{_MANY}",
    re.DOTALL,
)
_NOTE: Final = re.compile(
    r"(?:备?注|(?:填表|填报|补充)?说明)(?:$|[::.、\d].*)"
    r"|(?:制表|填表|填报|审核|复核|审批|经办|统计|负责|联系|主管|单位负责|学校负责)(?:人|者|员)?(?:签[字名章])?[::].*"
    r"|(?:填报|填表|制表|统计)(?:日期|时间|单位|学校)[::].*"
    r"|(?:校长|主任|局长|园长|领导)?(?:签[字名章]|盖章|公章)(?:$|[::(].*)"
    r"|\((?:公章|盖章|签[字章])\)",
    re.DOTALL,
)


_PLAIN: Final = re.compile(r"(?!.*[注说签章计总共])[0-9A-Za-z\u4e00-\u9fff]*")
"""What folding leaves as it is but for case, and what no sum and no note can be: most texts of a list."""


def row_kind(row: Sequence[str | None], header: Mapping[int, str]) -> str:
    """Say what a row is; `header` are the headings of the columns that are read, by their place."""
    filled = [text for text in row if text and not text.isspace()]
    if _says_again(row, header) or _numbers_columns(filled):
        return HEADING
    words = [text for text in filled[:_FIRST] if not text.isdecimal()]
    telling = [folded(text) for text in words if not _PLAIN.fullmatch(text)]
    if telling and not _PLAIN.fullmatch(words[0]) and _NOTE.fullmatch(telling[0]):
        return NOTE
    if len(filled) > 1 and len(filled[0]) > _LONGEST_VALUE and len(set(filled)) == 1:
        return NOTE  # one merged cell over the whole row
    return SUM if any(_SUM.fullmatch(text) for text in telling) else ROW


def _says_again(row: Sequence[str | None], header: Mapping[int, str]) -> bool:
    """Whether a row repeats the heading."""
    if {*row}.isdisjoint(header.values()):  # as nearly all do
        return False
    again = sum(at < len(row) and row[at] == text for at, text in header.items())
    return again >= min(_ALIKE, len(header))


def _numbers_columns(filled: Sequence[str]) -> bool:
    """Whether a row numbers the columns as statistical forms do: 甲 乙 1 2 3."""
    if not filled or filled[0] != "甲":
        return False
    numbers = [text for text in filled if text not in _STEMS]
    return numbers == [str(at) for at in range(1, len(numbers) + 1)]


_STEMS: Final = frozenset("甲乙丙丁戊己庚辛壬癸")
folded = lru_cache(maxsize=4096)(fold)
"""Texts of rows as labels are compared: a list repeats a few words."""
_ALIKE: Final = 2
_LONGEST_VALUE: Final = 6
_LINE: Final = 24


def short_text(row: Sequence[str | None]) -> str:
    """Return the first words of a row, as they fit in a line."""
    text = " ".join(" ".join(each for each in row if each).split())
    return text if len(text) <= _LINE else text[: _LINE - 1] + "…"
