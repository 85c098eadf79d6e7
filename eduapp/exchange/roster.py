"""The school list (学校名录): who is expected to report, read from a bureau's spreadsheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from db.problems import Problem
from db.records.choices import OWNERSHIP, SCHOOL_KIND, SchoolKind
from db.records.codes import USUAL, is_code
from db.records.personal_numbers import numbers_in
from db.records.values import Choice, Code, Unreadable, clean, comparison_key
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.sheet_rows import HEADING, ROW, row_kind, short_text
from eduapp.exchange.sheet_text import Header, Ignored, find_header, fold, found_in, text_at

_HEADINGS: Final = {
    "code": ("学校代码", "学校标识码", "学校(机构)标识码", "标识码", "代码"),
    "name": ("学校名称", "学校(机构)名称", "学校", "名称", "校名"),
    "county": ("区县代码", "县区代码", "区划代码", "行政区划代码", "县级代码"),
    "county_name": ("区县名称", "县区名称", "区县", "县区"),
    "kind": ("学校类型", "办学类型", "学校类别", "类型"),
    "area_class": ("城乡类型", "城乡分类", "城乡类别"),
    "ownership": ("办学性质", "公办民办", "性质"),
    "parent": ("校区所属", "所属学校代码", "所属学校", "原校代码", "主校代码"),
}
_OWN: Final = frozenset({"", "本校", "独立", "独立学校", "无", "否", "-", "—", "/"})
"""How a list writes that a school belongs to no other."""
_WANTED: Final = {fold(label): name for name, labels in _HEADINGS.items() for label in labels}
_ESSENTIAL: Final = frozenset({"code", "name"})


@dataclass(frozen=True)
class RosterEntry:
    """A school of the list; `kind` and `ownership` are None where the words are missing or unknown.

    `area_class_words` stays as written: lists say 城区, 镇区, 乡村, which is coarser than our codes.
    """

    code: str
    name: str
    kind: SchoolKind | None
    area_class_words: str
    ownership: str | None
    parent: str | None = None
    """The code of the school it is a campus of, "" for a school of its own; None where no column says it."""


@dataclass(frozen=True)
class Roster:
    """The schools of one county, the rows that were left out, and what should be looked at."""

    schools: tuple[RosterEntry, ...]
    ignored: tuple[Ignored, ...]
    notes: tuple[str, ...] = ()
    rows_read: int = 0
    left: Mapping[str, int] = field(default_factory=dict)
    """Rows that are no school of this county, by why: sums and notes, hidden ones, other counties'."""


def read_roster(path: Path, county_code: str | None, county_name: str = "") -> Roster:
    """Read a list of schools; of a list of several counties only the rows of the own one are taken.

    It is told by the column 区县代码, else by 区县名称. `county_code` None takes every row. Sums, notes,
    hidden rows and what is no school of compulsory education are told and left out. A code that comes
    twice is taken once. A code that has not ten digits and a kind that is none of ours are notes, not
    refusals. Raises Problem `no-known-columns`, `no-schools-of-county`, and what `read_sheets` raises.
    """
    reader = _RosterReader(county_code, county_name)
    found, sheets = False, read_sheets(path)
    for sheet in sheets:
        header = find_header(sheet, _WANTED, least=2)
        if header is not None and header.columns.keys() >= _ESSENTIAL:
            found = True
            reader.read(sheet, header)
    if not found:
        raise Problem(
            "no-known-columns", path=str(path), expected="学校代码、学校名称", found=found_in(sheets)
        )
    others = [*reader.elsewhere, *(f"{what} {rows} 所" for what, rows in reader.strangers.items())]
    if not reader.schools and others:
        county = county_code or county_name
        raise Problem("no-schools-of-county", path=str(path), county=county, found="、".join(others))
    return reader.roster()


@dataclass
class _RosterReader:
    county: str | None
    county_name: str
    schools: dict[str, RosterEntry] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)
    """Rows that are no school of compulsory education, by what they are."""
    rows_read: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def read(self, sheet: Sheet, header: Header) -> None:
        """Take the rows under a header."""
        headings = {at: text_at(sheet.rows[header.row], at) for at in header.columns.values()}
        for index in range(header.row + 1, len(sheet.rows)):
            row = sheet.rows[index]
            said = {name: clean(text_at(row, column)) for name, column in header.columns.items()}
            kind, where = row_kind(row, headings), sheet.where(index, header.columns["code"])
            if kind == HEADING or not any(row):
                continue  # the header again, on a second page
            if kind != ROW:
                self.rows_read += 1
                self.left["sums"] += 1
                self.ignored.append(Ignored(where, f"合计或说明行:{short_text(row)}"))
            elif index in sheet.hidden:
                self.rows_read += 1
                self.left["hidden"] += 1
                self.ignored.append(Ignored(where, f"「{said['name']}」在隐藏或筛选掉的行里,没有采用"))
            elif any(said.values()):
                self.rows_read += 1
                self._school(said, where)

    def _school(self, said: dict[str, str], where: str) -> None:
        code = _code(said["code"])
        county = _code(said.get("county", ""))
        if _EXPONENT.fullmatch(said["code"]):
            why = f"学校代码「{said['code']}」被表格改成了科学记数,数字已经丢失;请把这一列设为文本后重填"
            self.ignored.append(Ignored(where, f"「{said['name']}」的{why}"))
        elif self._is_elsewhere(said):
            self.elsewhere[said["county_name"]] += 1
        elif USUAL.fullmatch(code) and code[0] in _OTHER_LEVELS:
            what = _OTHER_LEVELS[code[0]]
            self.strangers[what] += 1
            self.ignored.append(Ignored(where, f"「{said['name']}」按学校标识码是{what},不是义务教育学校"))
        elif self.county is not None and "county" in said and county != self.county:
            if county:
                self.elsewhere[f"{county} {said.get('county_name', '')}".strip()] += 1
            else:
                self.ignored.append(Ignored(where, f"「{said['name']}」没有区县代码"))
        elif not code or not said["name"]:
            self.ignored.append(Ignored(where, f"「{said['name'] or code}」缺少学校代码或学校名称"))
        elif not is_code(code):
            why = "只能用数字、英文字母、短横线和下划线,不超过 40 位"
            self.ignored.append(Ignored(where, f"「{said['name']}」的学校代码「{code}」{why}"))
        elif numbers_in(code) or numbers_in(said["name"]):
            why = "学校代码或名称里有身份证号或手机号,名单会写进批次文件"
            self.ignored.append(Ignored(where, why))
        elif code in self.schools:
            first = self.schools[code]
            both = f"{self.places[code]}「{first.name}」,此处「{said['name']}」"
            self.ignored.append(Ignored(where, f"学校代码 {code} 重复:{both};采用前者"))
        else:
            self.schools[code] = self._entry(code, said)
            self.places[code] = where

    def _is_elsewhere(self, said: dict[str, str]) -> bool:
        """Whether a row without a county's code names another county."""
        named, own = said.get("county_name", ""), self.county_name
        if "county" in said or not named or not own:
            return False
        return _bare(named) != _bare(own)

    def _entry(self, code: str, said: dict[str, str]) -> RosterEntry:
        kind, ownership = said.get("kind", ""), said.get("ownership", "")
        kind_code = _choice(SCHOOL_KIND, kind)
        if kind_code is None:
            self.notes.append(f"「{said['name']}」的学校类型「{kind}」不是本程序的学校类型,请补上。")
        return RosterEntry(
            code=code,
            name=said["name"],
            kind=SchoolKind(kind_code) if kind_code else None,
            area_class_words=said.get("area_class", ""),
            ownership=_choice(OWNERSHIP, ownership),
            parent=_parent(said["parent"]) if "parent" in said else None,
        )

    def roster(self) -> Roster:
        """Return what was taken; rows of other counties are told once a county, not row by row."""
        ignored = [*self.ignored, *self._of_other_counties()]
        schools = {code: self._with_parent(each) for code, each in self.schools.items()}
        odd = [code for code in self.schools if USUAL.fullmatch(code) is None]
        notes = list(self.notes)
        if odd:
            notes.append(f"{len(odd)} 所学校的代码不是 10 位学校标识码(如 {odd[0]}),以名录为准。")
        left = {**self.left, "asked": sum(self.elsewhere.values())}
        return Roster(tuple(schools.values()), tuple(ignored), tuple(notes), self.rows_read, left)

    def _with_parent(self, each: RosterEntry) -> RosterEntry:
        """Return a school with the code of the one it belongs to, which a list may write by its name."""
        if not each.parent:
            return each
        named = [code for code, school in self.schools.items() if each.parent in {code, school.name}]
        if len(named) != 1:
            self.notes.append(f"「{each.name}」的校区所属「{each.parent}」不在名单中,没有采用。")
            return replace(each, parent=None)
        return replace(each, parent="" if named[0] == each.code else named[0])

    def _of_other_counties(self) -> Iterator[Ignored]:
        for county, rows in self.elsewhere.items():
            yield Ignored(county, f"{rows} 行属于其他区县")


_EXPONENT: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}", re.ASCII)
_OTHER_LEVELS: Final = {"1": "幼儿园", "4": "高等学校"}
"""What the first digit of a 学校标识码 says of schools that are not for compulsory education."""


def is_same_county(said: str, code: str, name: str) -> bool:
    """Whether words of a spreadsheet, a name or a code of 6 or 12 digits, are a county's."""
    key = comparison_key(said)
    if key.isdecimal():
        return key in {code, f"{code}000000"}
    return not name or _bare(_BRACKETS.sub("", key)) == _bare(_BRACKETS.sub("", comparison_key(name)))


_BRACKETS: Final = re.compile(r"\([^()]*\)")
"""What a name says behind itself: 清河县(练习)."""


def _bare(county: str) -> str:
    """Return a county's name without its province, city and the word for its kind."""
    last = re.split(r"[省市州盟]", county.strip().rstrip("县区市旗"))[-1]
    return last or county


def _code(text: str) -> str:
    text = text.lstrip("'‘’")  # the mark by which a spreadsheet keeps digits as text
    try:
        return Code().parse(text)
    except Unreadable:
        return text


def _parent(text: str) -> str:
    return "" if text in _OWN else _code(text)


def _choice(table: Choice, words: str) -> str | None:
    try:
        return table.parse(words)
    except Unreadable:
        return None
