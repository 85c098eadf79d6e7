"""Headings of several rows, one over the other: each column by its path of words from above.

The exports of the statistics have them: 专任教师 over #按学历分 over 本科. Where a heading is merged, each of
its places says it; a path can also stand in one cell, its words parted by strokes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from db.records.choices import TEACHING_STAGE
from eduapp.exchange.sheet_text import HEADER_ROWS, MONEY, fold, text_at

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from eduapp.exchange.sheet_cells import Sheet

Path = tuple[str, ...]
LEVELS: Final[Mapping[str, str]] = {words: code for code, words in TEACHING_STAGE.options}
"""How the exports write the stages; 高中 is none of ours, but shares the school's rooms."""
_ALL_LEVELS: Final = "中小学"
_STROKE: Final = re.compile(r"[/／]")
_BRACKETED: Final = re.compile(r"^(.+)\(([^()]*)\)$")
_UNITS: Final = frozenset({*MONEY, "m2", "间", "人", "台", "册", "个", "所"})
_SUMS: Final = frozenset({"计", "合计", "小计", "总计"})
_LEAD: Final = re.compile(r"^(?:#|其中[::]?(?=.))+")


@dataclass(frozen=True)
class Heading:
    """A column's heading: its words from above without units and stages, and which of these it named."""

    words: Path
    level: str = ""
    unit: str = ""
    shown: str = ""

    @property
    def summed(self) -> Heading:
        """The heading that it is the sum of: 本科 over 计; of no sum itself."""
        return replace(self, words=self.words[:-1]) if self.words[-1:] and self.words[-1] in _SUMS else self

    def is_under(self, path: Sequence[str]) -> bool:
        """Whether the path's last word is its own and the others stand above it, in this order."""
        if not self.words or self.words[-1] != path[-1]:
            return False
        above = iter(self.words[:-1])
        return all(word in above for word in path[:-1])


@dataclass(frozen=True)
class Head:
    """The rows of headings of a sheet (indexes from 0), and each column's heading."""

    first: int
    last: int
    columns: tuple[Heading, ...]

    def columns_of(self, paths: Sequence[Sequence[str]]) -> dict[str, int]:
        """Return level -> column of the first path that any column has; "" where it names no stage.

        A column of sums under a heading (本科 over 计 and #女) stands for the heading.
        """
        for path in paths:
            folded = [fold(word) for word in path]
            for whole in (False, True):
                found: dict[str, int] = {}
                for at, heading in enumerate(self.columns):
                    if (heading.summed if whole else heading).is_under(folded):
                        found.setdefault(heading.level, at)
                if found:
                    return found
        return {}


def find_head(sheet: Sheet, names: Collection[str]) -> Head | None:
    """Find the headings of a sheet by one that must be there (`names`, folded); None where none is."""
    for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
        for column, text in enumerate(row):
            if text and _parts(text)[-1:] and _parts(text)[-1] in names:
                return _head(sheet, index, column)
    return None


def _head(sheet: Sheet, index: int, column: int) -> Head:
    first = last = index
    while first > 0 and _is_group(sheet.rows[first - 1]):
        first -= 1
    named = sheet.rows[index][column]
    while last + 1 < len(sheet.rows) and _goes_on(sheet.rows[last + 1], column, named):
        last += 1
    width = max(len(row) for row in sheet.rows[first : last + 1])
    texts = [[text_at(row, at) for at in range(width)] for row in sheet.rows[first : last + 1]]
    rows = _spread(texts)
    return Head(first, last, tuple(_heading([row[at] for row in rows]) for at in range(width)))


def _spread(rows: list[list[str]]) -> list[list[str]]:
    """Let a group that is written once, and not merged, stand over each column that belongs to it.

    An empty place belongs to the group at its left where what stands above both is one group already.
    """
    for depth, row in enumerate(rows[:-1]):
        for at in range(1, len(row)):
            below = any(lower[at] for lower in rows[depth + 1 :])
            together = depth == 0 or (rows[depth - 1][at] and rows[depth - 1][at] == rows[depth - 1][at - 1])
            if not row[at] and below and together:
                row[at] = row[at - 1]
    return rows


def _is_group(row: Sequence[str | None]) -> bool:
    """Whether a row above the headings holds groups of them: a title is one text, whole row or one cell."""
    return len({text for text in row if text and text.strip()}) > 1 and not any(
        text and _is_number(text) for text in row
    )


def _goes_on(row: Sequence[str | None], column: int, named: str | None) -> bool:
    """Whether a row belongs to the headings: merged down, or with nothing under the name and no number."""
    own = row[column] if column < len(row) else None
    if own:
        return own == named
    filled = [text for text in row if text and text.strip()]
    return bool(filled) and not any(map(_is_number, filled))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[\d.,]+", text.strip(), re.ASCII) is not None


def _heading(texts: Sequence[str]) -> Heading:
    words: list[str] = []
    level = unit = ""
    for text in dict.fromkeys(heading for heading in texts if heading.strip()):
        for part in _STROKE.split(text):
            word, found, kept = _stripped(fold(part))
            level, unit = found or level, kept or unit
            if word and (not words or words[-1] != word):
                words.append(word)
    return Heading(tuple(words), level, unit, " / ".join(dict.fromkeys(filter(None, map(str.strip, texts)))))


def _parts(text: str) -> list[str]:
    return [_stripped(fold(part))[0] for part in _STROKE.split(text) if part.strip()]


def _stripped(word: str) -> tuple[str, str, str]:
    """Return a folded word without marks, and the stage and the unit of money that it named."""
    level = unit = ""
    word = _LEAD.sub("", word)
    while (found := _BRACKETED.match(word)) is not None and found[2] in _UNITS | {*LEVELS}:
        word = found[1]
        level = LEVELS.get(found[2], level)
        unit = found[2] if found[2] in MONEY else unit
    if word in LEVELS:
        return "", LEVELS[word], unit
    return word, level, unit


def level_of(text: str) -> str:
    """Return the one stage that a text names (of a file, a sheet, a cell); "" for none or several."""
    words = fold(text).replace(_ALL_LEVELS, "")
    found = {level for word, level in LEVELS.items() if word in words}
    return found.pop() if len(found) == 1 else ""
