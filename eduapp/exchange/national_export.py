"""The all-county export of the statistics (教育事业统计全县导出): every site of a county in one file.

Which column is what stands in `resources/profiles/county/national.toml`. A site can have a row for each of
its stages; which stage a row is of says its own column, else the sheet, the file, the kind of school, else
the columns of one stage alone that are filled in. Nothing is judged here, and no name is given a code.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import resources
from db.characters import quoted
from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.choices import SCHOOL_KIND, SENIOR_HIGH, SchoolKind, Stage
from db.records.personal_numbers import numbers_in
from db.records.rows import ONLY
from db.records.values import MAX_TEXT, NO, YES, Code, Unreadable, clean, comparison_key
from eduapp.exchange.headed_columns import Head, find_head, level_of
from eduapp.exchange.list_reading import HIDDEN, REFUSED, SUMS
from eduapp.exchange.roster import is_same_county
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.sheet_rows import HEADING, ROW, row_kind, short_text
from eduapp.exchange.sheet_text import Ignored, fold, found_in, text_at, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from db.records.spec import Field
    from eduapp.exchange.sheet_cells import Sheet

PROFILE: Final = "national"
_NUMBERING: Final = frozenset({"甲", "乙", "丙", "丁"})
_NOT_COUNTED: Final = frozenset({"0", NO, "不计", "不计校数", "false"})
_COUNTED: Final = frozenset({"1", YES, "计", "计校数", "true"})
_SAYS_NOTHING: Final = frozenset({"", "-", "—", "/"})
_LEADING_CODE: Final = re.compile(r"^(\d{3})\D*", re.ASCII)

Place = str
"""A cell of a school's records as `record/key/field`."""


@dataclass(frozen=True)
class WantedColumn:
    """A figure of the export: where it is kept, and the headings it is under; see the profile's file."""

    field: Field
    paths: tuple[tuple[str, ...], ...]
    high: Field | None
    also: tuple[Field, ...]
    holds: tuple[Field, ...]
    without: str
    needed: bool

    @property
    def by_stage(self) -> bool:
        """Whether it is a stage's own."""
        return RECORDS[self.field.record].rows == "stages"

    @property
    def label(self) -> str:
        """What people call it."""
        return self.field.item.label


@dataclass(frozen=True)
class ExportProfile:
    """A profile as declared: its names, what says of which site a row is, and the figures."""

    title: str
    aliases: tuple[str, ...]
    about: Mapping[str, tuple[tuple[str, ...], ...]]
    items: tuple[WantedColumn, ...]


@cache
def profile() -> ExportProfile:
    """Return the profile of the national export."""
    raw = tomllib.loads(resources.read_text("profiles", "county", f"{PROFILE}.toml"))
    about = {name: tuple(map(tuple, paths)) for name, paths in raw["about"].items()}
    return ExportProfile(raw["title"], tuple(raw["aliases"]), about, tuple(map(_wanted, raw["item"])))


def _wanted(raw: Mapping[str, Any]) -> WantedColumn:
    def named(text: str) -> Field:
        record, name = text.split(".")
        return RECORDS[record].fields[name]

    return WantedColumn(
        named(raw["target"]),
        tuple(map(tuple, raw["paths"])),
        named(raw["high"]) if "high" in raw else None,
        tuple(map(named, raw.get("also", ()))),
        tuple(map(named, raw.get("holds", ()))),
        raw.get("without", ""),
        raw.get("needed", False),
    )


@dataclass(frozen=True)
class SiteRow:
    """A row of the export. `level` is a stage, 高中 or "" where nothing says; `cells` are carried texts."""

    where: str
    name: str
    code: str
    kind: SchoolKind | None
    counted: bool | None
    level: str
    cells: Mapping[Place, str]


@dataclass(frozen=True)
class Site:
    """A site with all its rows put together. `counted` False: 不计校数, a part of another school."""

    name: str
    code: str
    kind: SchoolKind | None
    counted: bool
    where: str
    rows: int
    cells: Mapping[Place, str]


@dataclass(frozen=True)
class ExportReading:
    """What an export says: its sites in the order of their names, and everything that was not taken."""

    sites: tuple[Site, ...]
    ignored: tuple[Ignored, ...]
    left: Mapping[str, int]
    """Rows that are no site of this county, by why."""
    missing: tuple[str, ...]
    """Figures that the indicators need and no column says."""
    level: str = ""
    """The stage that the file's name says, where nothing in it says one: it speaks of that stage alone."""

    @property
    def rows_read(self) -> int:
        """Every row under the headings that says something."""
        return sum(each.rows for each in self.sites) + sum(self.left.values())


def is_export(sheets: Iterable[Sheet]) -> bool:
    """Whether a spreadsheet is such an export: sites with 是否计校数 and their pupils."""
    return any(_head_of(each) is not None for each in sheets)


def read_export(
    path: Path,
    county_code: str,
    county_name: str,
    *,
    named: bool = False,
    sheets: Sequence[Sheet] | None = None,
) -> ExportReading:
    """Read an export; rows of other counties, of schools that are not ours, sums and notes are told.

    `named`: a person says that it is one, so that 是否计校数 may lack. `sheets`: the file's, where they
    were read before. Raises Problem `export-unknown` where
    no sheet has its columns, `no-schools-of-county`, and what `read_sheets` raises.
    """
    reader = _Reader(county_code, county_name, level_of(path.stem))
    sheets = read_sheets(path) if sheets is None else sheets
    for sheet in sheets:
        head = _head_of(sheet, named=named)
        if head is not None:
            reader.read(sheet, head)
    if not reader.found:
        raise Problem("export-unknown", path=str(path), found=found_in(sheets))
    if not reader.rows and reader.elsewhere:
        raise Problem(
            "no-schools-of-county", path=str(path), county=county_name, found="、".join(reader.elsewhere)
        )
    return reader.reading()


def _head_of(sheet: Sheet, *, named: bool = False) -> Head | None:
    """Return the headings of a sheet of sites; None where it is another."""
    declared = profile()
    names = {fold(path[-1]) for path in declared.about["name"]}
    head = find_head(sheet, names)
    asked = (declared.items[0].paths, *(() if named else (declared.about["counted"],)))
    return head if head is not None and all(head.columns_of(paths) for paths in asked) else None


def _unfit(name: str) -> str:
    """Say why a name cannot stand in a statement, as in the school list; "" where it can."""
    if not name:
        return "没有学校名称"
    if len(name) > MAX_TEXT:
        return f"{quoted(name)}的学校名称超过 {MAX_TEXT} 个字"
    return "学校名称里有身份证号或手机号" if numbers_in(name) else ""


@dataclass
class _Reader:
    county: str
    county_name: str
    level: str
    found: bool = False
    rows: list[SiteRow] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    missing: dict[str, None] = field(default_factory=dict)
    alone: bool = True
    """Whether nothing but the file's name says a stage."""

    def read(self, sheet: Sheet, head: Head) -> None:
        """Take the rows under the headings of a sheet."""
        self.found = True
        about = {name: next(iter(head.columns_of(paths).values()), None) for name, paths in _about()}
        columns = {item: head.columns_of(item.paths) for item in profile().items}
        self.missing |= {each.label: None for each, at in columns.items() if each.needed and not at}
        level = level_of(sheet.name) or self.level
        self.alone = self.alone and not level_of(sheet.name) and about["level"] is None
        name_at = about["name"] or 0
        headings = {at: text_at(sheet.rows[head.last], at) for at in about.values() if at is not None}
        for index in range(head.last + 1, len(sheet.rows)):
            row = sheet.rows[index]
            kind, where = row_kind(row, headings), sheet.where(index, name_at)
            if not any(row) or kind == HEADING or _is_numbering(row):
                continue
            if kind != ROW:
                self._leave(SUMS, where, f"合计或说明行:{short_text(row)}")
            elif index in sheet.hidden:
                self._leave(HIDDEN, where, "隐藏或筛选掉的行,没有采用")
            else:
                said = {name: clean(text_at(row, at)) for name, at in about.items()}
                self._site(sheet, index, head, columns, said, level)

    def _site(
        self,
        sheet: Sheet,
        index: int,
        head: Head,
        columns: Mapping[WantedColumn, Mapping[str, int]],
        said: Mapping[str, str],
        level: str,
    ) -> None:
        where = sheet.where(index, 0)
        kind = kind_of(said["kind"])
        own_level = level_of(said["level"]) or level
        unfit = _unfit(said["name"])
        if unfit:
            self._leave(REFUSED, where, unfit)
            return
        if said["county"] and not is_same_county(said["county"], self.county, self.county_name):
            self.elsewhere[said["county"]] += 1
            return
        if said["kind"] and kind is None and own_level == SENIOR_HIGH:
            self._leave(REFUSED, where, f"「{said['name']}」的办学类型「{said['kind']}」不是义务教育学校")
            return
        row = _Row(sheet, index, head, columns, self.ignored)
        alone = _only_stage(kind)
        if alone and own_level in {*Stage} and own_level != alone:
            own_level, self.alone = alone, False  # the kind of school says more than the name of a sheet
        own_level = own_level or alone or row.only_level()
        cells = row.cells(own_level, kind)
        counted = _counted(said["counted"])
        if said["counted"] and counted is None:
            why = f"「{said['name']}」是否计校数的「{said['counted']}」读不出来,按计校数"
            self.ignored.append(Ignored(where, why))
        if not own_level and row.says_of_a_stage():
            why = f"「{said['name']}」看不出是哪个学段,学生数、教师数等没有采用"
            self.ignored.append(Ignored(where, why))
        self.rows.append(SiteRow(where, said["name"], _code(said["code"]), kind, counted, own_level, cells))

    def _leave(self, why: str, where: str, reason: str) -> None:
        self.left[why] += 1
        self.ignored.append(Ignored(where, reason))

    def reading(self) -> ExportReading:
        """Put the rows of each site together."""
        for county, rows in self.elsewhere.items():
            self.left[REFUSED] += rows
            self.ignored.append(Ignored(county, f"{rows} 行属于其他区县"))
        by_site: dict[str, list[SiteRow]] = {}
        for each in self.rows:
            by_site.setdefault(comparison_key(each.name), []).append(each)
        sites = [self._together(by_site[key]) for key in sorted(by_site)]
        found = tuple(site for site in sites if site is not None)
        level = self.level if self.alone else ""
        return ExportReading(found, tuple(self.ignored), dict(self.left), tuple(self.missing), level)

    def _together(self, rows: Sequence[SiteRow]) -> Site | None:
        """Join the rows of a name; two of one stage are two sites that nobody can tell apart."""
        first, levels = rows[0], [each.level for each in rows]
        if len(set(levels)) != len(levels) or (len(rows) > 1 and "" in levels):
            self.left[REFUSED] += len(rows)
            where = "、".join(each.where for each in rows)
            why = f"「{first.name}」有 {len(rows)} 行,分不清是哪个学段或哪个校点;请在文件里分开后再导入"
            self.ignored.append(Ignored(where, why))
            return None
        cells: dict[Place, str] = {}
        clashing: dict[Place, tuple[str, str]] = {}
        for each in rows:
            for place, text in each.cells.items():
                if cells.setdefault(place, text) != text:
                    clashing[place] = (cells[place], text)
        for place, (one, other) in clashing.items():
            del cells[place]
            record, _, name = place.split("/")
            item = RECORDS[record].fields[name].item
            said = "、".join(item.kind.show(item.kind.uncarry(text)) for text in (one, other))
            why = f"「{first.name}」各学段的行里「{item.label}」不同({said}),没有采用"
            self.ignored.append(Ignored(first.where, why))
        kind = next((each.kind for each in rows if each.kind), None)
        counted = all(each.counted is not False for each in rows)
        code = next((each.code for each in rows if each.code), "")
        return Site(first.name, code, kind, counted, first.where, len(rows), dict(sorted(cells.items())))


@dataclass(frozen=True)
class _Row:
    """A row of a sheet, read by its headings; what cannot be read is told in `ignored`."""

    sheet: Sheet
    index: int
    head: Head
    columns: Mapping[WantedColumn, Mapping[str, int]]
    ignored: list[Ignored]

    def only_level(self) -> str:
        """Return the one stage whose own columns are filled in; "" for none or several."""
        levels = {
            level
            for at in self.columns.values()
            for level, column in at.items()
            if level and self._text(column) not in {"", "0"}
        }
        return levels.pop() if len(levels) == 1 else ""

    def says_of_a_stage(self) -> bool:
        """Whether it holds a figure that is a stage's, in a column that names none."""
        columns = (at[""] for item, at in self.columns.items() if item.by_stage and "" in at)
        return any(self._text(column) not in _SAYS_NOTHING for column in columns)

    def cells(self, level: str, kind: SchoolKind | None) -> dict[Place, str]:
        """Return what the row says, for a stage where it is of one."""
        found: dict[Place, str] = {}
        for item, at in self.columns.items():
            for own, column in at.items():
                for place, each in _places(item, own or level, kind):
                    text = self._carried(item, each, column)
                    if text is not None:
                        found |= _said(item, place, each, text)
        return found | self._without(found)

    def _without(self, found: Mapping[Place, str]) -> dict[Place, str]:
        """Return what a layout without a column of its own adds to each stage that the row speaks of."""
        lacking = [item for item, at in self.columns.items() if not at and item.without]
        stages = [stage for stage in Stage if any(place.split("/")[1] == stage for place in found)]
        return {
            f"{each.field.record}/{stage}/{each.field.name}": each.without
            for each in lacking
            for stage in stages
        }

    def _text(self, column: int) -> str:
        row = self.sheet.rows[self.index]
        return clean(self.sheet.units.get((self.index, column), "") or text_at(row, column))

    def _carried(self, item: WantedColumn, target: Field, column: int) -> str | None:
        raw = self._text(column)
        if raw in _SAYS_NOTHING:
            return None
        kind = target.item.kind
        text = tidy(target, raw, self.head.columns[column].unit)
        code = _LEADING_CODE.match(text) if item.field.record == "school" else None
        for each in (text, code[1] if code else text):
            try:
                return kind.carry(kind.parse(each))
            except Unreadable:
                continue
        where = self.sheet.where(self.index, column)
        self.ignored.append(Ignored(where, f"「{target.item.label}」的「{raw}」读不出来,按没有填"))
        return None


def _places(item: WantedColumn, level: str, kind: SchoolKind | None) -> Iterator[tuple[Place, Field]]:
    """Yield where a figure of a stage is kept: the stage's own, or what 高中 has of it."""
    if not item.by_stage:
        yield f"{item.field.record}/{ONLY}/{item.field.name}", item.field
    elif level in {*Stage}:
        yield f"{item.field.record}/{level}/{item.field.name}", item.field
    elif level == SENIOR_HIGH and item.high is not None and (kind is None or kind.has_senior_high):
        yield f"{item.high.record}/{ONLY}/{item.high.name}", item.high


def _said(item: WantedColumn, place: Place, target: Field, text: str) -> dict[Place, str]:
    """Return a figure's cell, and those that it says as well or has in it."""
    key = place.split("/")[1]
    found = {place: text}
    if target is item.field:
        found |= {f"{each.record}/{key}/{each.name}": text for each in item.also}
        found |= {f"{each.record}/{key}/{each.name}": "0" for each in item.holds}
    return found


def _about() -> Iterable[tuple[str, tuple[tuple[str, ...], ...]]]:
    return profile().about.items()


def _is_numbering(row: Sequence[str | None]) -> bool:
    """Whether a row numbers the columns: 甲 乙 1 2 3, or 1 2 3 4."""
    filled = [text.strip() for text in row if text and text.strip()]
    if not filled:
        return False
    return filled[0] in _NUMBERING or (
        len(filled) > 1 and filled == [str(at) for at, _ in enumerate(filled, 1)]
    )


def kind_of(words: str) -> SchoolKind | None:
    """Return a kind of school by its words, its code or both (312-九年一贯制学校); None for another."""
    code = _LEADING_CODE.match(words)
    for text in (words, *([code[1], words[code.end() :]] if code else [])):
        try:
            return SchoolKind(SCHOOL_KIND.parse(text))
        except Unreadable:
            continue
    return None


def _only_stage(kind: SchoolKind | None) -> str:
    alone = kind is not None and len(kind.stages) == 1 and not kind.has_senior_high
    return kind.stages[0] if kind is not None and alone else ""


def _counted(words: str) -> bool | None:
    key = comparison_key(words).removesuffix(".0")
    return False if key in _NOT_COUNTED else True if key in _COUNTED else None


def _code(text: str) -> str:
    try:
        return Code().parse(text.lstrip("'‘’"))
    except Unreadable:
        return text
