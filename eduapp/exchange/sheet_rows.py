"""What a row of somebody's sheet is, by its words alone: a row of the list, a sum, a note, the heading."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from eduapp.exchange.sheet_text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eduapp.exchange.sheet_cells import Sheet

ROW, SUM, NOTE, HEADING = "row", "sum", "note", "heading"
_FIRST: Final = 3
"""In so many filled cells from the left a sum or a note says what it is."""
_BARE_SUMS: Final = frozenset({"小计", "合计", "总计", "共计", "累计"})
"""Words that make a sum of a row wherever they stand in it."""
_UNITS: Final = "人次|人|名|位|个班|个|班|间|所|校|台|件|册|门|套|节|课时|学时|万元|元|㎡|平方米"
_WHOM: Final = "学生|教师|教职工|班级"
_COUNTS: Final = rf"(?:(?:[共计有约:,、;和及]|{_WHOM})*+\d++(?:\.\d++)?(?:{_UNITS})?(?:{_WHOM})?)+[。.]?"
_SUM: Final = re.compile(
    rf"(?:.{{0,12}}(?:小计|合计|总计|共计|累计|总和)"
    rf"|.{{0,6}}总(?:人数|班数|间数|校数|面积|金额|课时|学时|价值|额|数))[::]?(?:{_COUNTS})?"
    rf"|.{{0,6}}共(?=[有计]?\D{{0,3}}\d){_COUNTS}"
    rf"|(?:.{{0,6}}平均|[班校人生]均)(?:班额|人数|面积|金额|年龄|每班|值|数)?"
    rf"|其中:?(?:男|女|寄宿|住校|留守|随迁|党员|少数民族|在编).{{0,4}}",
    re.DOTALL,
)
_SIGNED: Final = "制表|填表|填报|填写|审核|复核|校对|审批|经办|统计|编制|录入|上报|打印|导出"
_NOTE: Final = re.compile(
    r"(?:备?注|(?:填表|填报|填写|编制|使用|补充)?说明|填[表报]要求)(?:$|[::.、\d].*)"
    rf"|(?:{_SIGNED}|负责|联系|主管|分管|单位负责|学校负责)(?:人|者|员|领导)?(?:签[字名章])?[::].*"
    rf"|(?:{_SIGNED})(?:人|者|员)(?:签[字名章])?"
    rf"|(?:{_SIGNED})(?:日期|时间|单位|学校)(?:[::].*)?"
    r"|(?:学校|单位)(?:名称)?:.*|截[至止].{0,4}\d.*"
    r"|(?:校长|主任|局长|园长|领导)?(?:签[字名章]|盖章|公章)(?:$|[::(].*)"
    r"|.{0,8}\((?:公章|盖章|签[字名章])\)(?:$|[::].*)"
    r"|(?:共\d+页)?第\d+页.?(?:共\d+页)?|承前页|过次页|[接续转][上下]页|\(?续上?表\)?"
    r"|(?:示?例|样例|举例|范例)(?:$|[::\d].*)|\(?以下空白\)?|[本此]表.{2,}|以上.*属实.*",
    re.DOTALL,
)
_ALONE: Final = re.compile(
    r"(?:\d+[.、)]|\(\d+\)|[※★●◆■▲△○])(?!\d).{5,}"
    r"|.{2,40}(?:一览表|花名册|统计表|登记表|明细表|汇总表|情况表|名册|名单|台账|清单)(?:\(.*\))?",
    re.DOTALL,
)
"""What is a note, or a title of the page again, where nothing else stands in the row."""


_LETTERS: Final = "注说签章计总共均页续例册账览单表空其截填审核办录打导报对编属"
"""One of these every sum and every note has, but for those that are told by a mark."""
_PLAIN: Final = re.compile(rf"(?!.*[{_LETTERS}])[0-9A-Za-z\u4e00-\u9fff]*")
"""What folding leaves as it is but for case, and what no sum and no note can be: most texts of a list."""
_UNCOMMON: Final = re.compile(
    rf"[^!-9;-~\u4e00-\u9fff\u3001\u3002\uff08\uff09\uff0c]|[{_LETTERS}]|[0-9][.)\u3001\uff09](?![0-9])"
)
"""What every sum and note has: a letter, a number before a mark, or what may fold to a mark or to nothing."""


def row_kind(row: Sequence[str | None], header: Mapping[int, str]) -> str:
    """Say what a row is; `header` are the headings of the columns that are read, by their place."""
    filled = [text for text in row if text and not text.isspace()]
    if _says_again(row, header) or _numbers_columns(filled):
        return HEADING
    if not _BARE_SUMS.isdisjoint(filled):
        return SUM
    words = [text for text in filled[:_FIRST] if not text.isdecimal()]
    telling = [folded(text) for text in words if not _PLAIN.fullmatch(text)]
    if telling and not _PLAIN.fullmatch(words[0]) and _NOTE.fullmatch(telling[0]):
        return NOTE
    if len(header) > 1 and len({*filled}) == 1 and _ALONE.fullmatch(folded(filled[0])):
        return NOTE
    if len(filled) > 1 and len(filled[0]) > _LONGEST_VALUE and len(set(filled)) == 1:
        return NOTE  # one merged cell over the whole row
    return SUM if any(_SUM.fullmatch(text) for text in telling) else ROW


def other_rows(sheet: Sheet, first: int, header: Mapping[int, str]) -> dict[int, str]:
    """Return what each filled row from `first` on is that is no row of the list: `row_kind` of them all.

    Column by column: only a row with a text that can make a row another thing is looked at as a whole.
    """
    odd: set[int] = set()
    headings, long = {*header.values()}, set[str]()
    for column in sheet.columns:
        texts = column[first:]
        different = {*filter(None, texts)}
        telling = _telling(different, headings)
        longer = {text for text in different if len(text) > _LONGEST_VALUE}
        telling |= longer & long  # one merged cell over the whole row says it in each of its columns
        long |= longer
        if telling:
            odd.update(index for index, text in enumerate(texts, first) if text in telling)
    kinds = ((index, row_kind(sheet.rows[index], header)) for index in sorted(odd))
    return {index: kind for index, kind in kinds if kind != ROW}


def _telling(texts: set[str], headings: set[str]) -> set[str]:
    """Return the texts that may say that their row is the heading again, a sum or a note."""
    found = texts & headings | texts & {_FIRST_STEM}
    if _UNCOMMON.search(",".join(texts)):
        found |= {text for text in texts if _UNCOMMON.search(text) and _tells(folded(text))}
    return found


def _tells(text: str) -> bool:
    """Whether a folded text makes a sum or a note of a row, at one place in it or another."""
    return any(each.fullmatch(text) for each in (_SUM, _NOTE, _ALONE))


def _says_again(row: Sequence[str | None], header: Mapping[int, str]) -> bool:
    """Whether a row repeats the heading."""
    if {*row}.isdisjoint(header.values()):  # as nearly all do
        return False
    again = sum(at < len(row) and row[at] == text for at, text in header.items())
    return again >= min(_ALIKE, len(header))


def _numbers_columns(filled: Sequence[str]) -> bool:
    """Whether a row numbers the columns as statistical forms do: 甲 乙 1 2 3."""
    if not filled or filled[0] != _FIRST_STEM:
        return False
    numbers = [text for text in filled if text not in _STEMS]
    return numbers == [str(at) for at in range(1, len(numbers) + 1)]


_FIRST_STEM: Final = "甲"
_STEMS: Final = frozenset("甲乙丙丁戊己庚辛壬癸")
folded = lru_cache(maxsize=4096)(fold)
"""Texts of rows as labels are compared: a list repeats a few words."""
_ALIKE: Final = 2
_LONGEST_VALUE: Final = 6
_LINE: Final = 24


def short_text(row: Sequence[str | None]) -> str:
    """Return the first words of a row, as they fit in a line."""
    text = " ".join(" ".join(cell for cell in row if cell).split())
    return text if len(text) <= _LINE else text[: _LINE - 1] + "…"
