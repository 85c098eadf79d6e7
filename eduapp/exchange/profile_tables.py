"""Reading the statistical tables of a school: figures by the words of their row and of their column."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from db.problems import Problem
from db.records.choices import STAGE, Stage
from eduapp.exchange.profiles import Export, TotalCell
from eduapp.exchange.sheet_text import Ignored, found_in, heading_keys, text_at
from eduapp.exchange.statistics_sheets import (
    ROWS_BELOW,
    WHOLE,
    first_of,
    is_stems,
    number_in,
    number_of,
    stems_of,
    titles_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eduapp.exchange.profiles import Profile
    from eduapp.exchange.sheet_cells import Sheet

_TOTALS: Final = ("总计", "合计", "计")
_COMMAS: Final = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
_NOTHING: Final = frozenset({"", "-", "－", "—", "–", "/", "*"})
"""What stands in a table where a form does not ask."""
_BEGINS: Final = re.compile(r"(?:[一二三][、.])?(小学|初中)(?:教师|专任教师|阶段|合计|计)?")
"""The words of a row that begins the part of a stage."""
_STAGES: Final = {**{words: code for code, words in STAGE.options}, "初级中学": Stage.LOWER_SECONDARY}


def read_tables(profile: Profile, sheets: Sequence[Sheet], path: Path) -> Export:
    """Read every known table of a file; raises Problem `profile-unfit` where there is none."""
    specs = {number_in(each["number"]): each for each in profile.raw["tables"]}
    known = [(sheet, number_of(sheet)) for sheet in sheets if number_of(sheet)]
    if not known:
        raise Problem("profile-unfit", path=str(path), label=profile.label, found=found_in(sheets))
    reader = _Tables()
    for sheet, number in known:
        if number in specs:
            reader.read(sheet, specs[number])
        else:
            reader.ignored.append(Ignored(sheet.where(0, 0), f"教基{number} 里没有本表要的数"))
    cells = reader.cells()
    return Export(profile, len(cells), cells=cells, ignored=tuple(reader.ignored))


@dataclass
class _Grid:
    """A table as it is asked: the words of each row and column, and the stage of each row."""

    sheet: Sheet
    first: int
    columns: dict[str, int]
    rows: dict[tuple[str, str], int]
    """(stage or "", words) -> row; the row that begins the part of a stage is called ""."""

    def at(self, stage: str, row: str, column: str) -> tuple[str, str] | None:
        """Return (text, where) of a figure; None where the table has no such row or column."""
        index, place = self._row(stage, row), self._column(column)
        if index is None and row:  # the table lies on its side
            index, place = self._row(stage, ""), self._column(row)
        if index is None or place is None:
            return None
        text = text_at(self.sheet.rows[index], place).strip()
        return text.replace(",", "") if _COMMAS.fullmatch(text) else text, self.sheet.where(index, place)

    def _row(self, stage: str, words: str) -> int | None:
        if words in _TOTALS:
            return next((self.rows[stage, each] for each in _TOTALS if (stage, each) in self.rows), None)
        return self.rows.get((stage, _plain(words)))

    def _column(self, words: str) -> int | None:
        names = _TOTALS if words in _TOTALS else (words,)
        return next((self.columns[key] for each in names if (key := _plain(each)) in self.columns), None)


def _plain(text: str) -> str:
    """Return words as rows and columns are compared: without marks, indents and what stands in brackets."""
    return heading_keys(re.sub(r"^(?:[\s#*::]|其中)+", "", text))[0] if text.strip() else ""


@dataclass
class _Tables:
    found: dict[tuple[str, str, str], list[tuple[int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """(record, stage, field) -> the numbers and where they stand; several where they add up."""
    ignored: list[Ignored] = field(default_factory=list)

    def cells(self) -> tuple[TotalCell, ...]:
        """Return the figures, those that add up as their sum."""
        return tuple(
            TotalCell(*key, str(sum(number for number, _ in said)), "、".join(where for _, where in said))
            for key, said in self.found.items()
        )

    def read(self, sheet: Sheet, spec: Mapping[str, Any]) -> None:
        """Take what is asked of a table."""
        for pair in spec.get("pairs", ()):
            self._pair(sheet, pair)
        stages = [*spec["stages"].values()] if "stages" in spec else [spec.get("stage", "")]
        grid = _grid(sheet, spec.get("stages", {})) if "cells" in spec else None
        if grid is None:
            if "cells" in spec:
                self.ignored.append(Ignored(sheet.where(0, 0), "没有找到表头(甲、乙、1、2 …),没有导入"))
            return
        if "stages" in spec and not any(stage for stage, _ in grid.rows):
            stages = [_stage_in(sheet)]
            grid.rows |= {
                (stages[0], "" if words in _TOTALS else words): at for (_, words), at in grid.rows.items()
            }
        for stage in stages:
            for cell in spec["cells"]:
                self._cell(grid, stage, cell, staged="stages" in spec)

    def _cell(self, grid: _Grid, stage: str, cell: Mapping[str, Any], *, staged: bool) -> None:
        found = grid.at(stage if staged else "", cell["row"], cell["column"])
        if found is None or found[0] in _NOTHING:
            return
        text, where = found
        key = _home(cell["into"], stage)
        if not WHOLE.fullmatch(text):
            self.ignored.append(Ignored(where, f"「{text}」不是整数,没有导入"))
        elif self.found[key] and not cell.get("adds"):
            self._again(key, text, where)
        elif not key[1] and key[0] == "section_total":
            self.ignored.append(Ignored(where, "看不出是小学还是初中,没有导入"))
        else:
            self.found[key].append((int(float(text)), where))

    def _again(self, key: tuple[str, str, str], text: str, where: str) -> None:
        first, place = self.found[key][0]
        if first != int(float(text)):
            self.ignored.append(Ignored(where, f"与 {place} 的数不同({first}),采用前者"))

    def _pair(self, sheet: Sheet, pair: Mapping[str, str]) -> None:
        """Take the number below a label, or beside it."""
        label, key = _plain(pair["label"]), _home(pair["into"], "")
        for index, row in enumerate(sheet.rows):
            for at, text in enumerate(row):
                if not text or _plain(text) != label or self.found[key]:
                    continue
                number = next(iter((*_numbers_below(sheet, index, at), *_numbers(row[at + 1 :]))), None)
                if number is not None:
                    self.found[key].append((number, sheet.where(index, at)))


def _numbers_below(sheet: Sheet, index: int, column: int) -> list[int]:
    """Return the numbers right under a cell, without the row that numbers the columns."""
    rows = sheet.rows[index + 1 : index + 1 + ROWS_BELOW]
    return _numbers([text_at(row, column) for row in rows if not is_stems(row)])


def _numbers(texts: Sequence[str | None]) -> list[int]:
    return [int(float(text)) for text in texts if text and WHOLE.fullmatch(text)]


def _home(into: str, stage: str) -> tuple[str, str, str]:
    """Return (record, stage, field): of a stage's totals, of a named record, or of the whole school."""
    if "." not in into:
        return "section_total", stage, into
    record, name = into.split(".")
    if record in _STAGES.values():
        return "section_total", record, name
    return ("", "", name) if record == "whole" else (record, "", name)


def _stage_in(sheet: Sheet) -> str:
    """Return the stage that a sheet's name or title says, where its rows do not."""
    titles = titles_of(sheet)
    said = {stage for words, stage in _STAGES.items() if any(words in text for text in titles)}
    return said.pop() if len(said) == 1 else ""


def _grid(sheet: Sheet, stages: Mapping[str, str]) -> _Grid | None:
    """Find the row 甲 乙 1 2 …; the headings stand above it, the rows below."""
    stems = stems_of(sheet)
    if stems is None:
        return None
    first = first_of(sheet.rows[stems])
    columns: dict[str, int] = {}
    for row in reversed(sheet.rows[:stems]):  # the lowest heading is the nearest one
        if len({text for text in row if text}) <= 1:
            continue  # the title over the table
        for at, text in enumerate(row):
            if text and at not in columns.values() and at > first:
                columns.setdefault(_plain(text), at)
    rows: dict[tuple[str, str], int] = {}
    stage = ""
    for index in range(stems + 1, len(sheet.rows)):
        words = _plain(text_at(sheet.rows[index], first))
        said = _BEGINS.fullmatch(words)
        begun = stages.get(said[1]) if said else None
        if begun is not None:
            stage, words = begun, ""
        if words or begun is not None:
            rows.setdefault((stage, words), index)
    return _Grid(sheet, first, columns, rows)
