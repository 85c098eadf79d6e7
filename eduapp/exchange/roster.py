"""The school list (学校名录): who is expected to report, read from a bureau's spreadsheet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

from db.characters import quoted
from db.problems import Problem
from db.records.choices import AREA_CLASS, ORGANISER, OWNERSHIP, SCHOOL_KIND, SchoolKind
from db.records.codes import USUAL, is_code
from db.records.personal_numbers import numbers_in
from db.records.values import MAX_TEXT, Choice, Code, Unreadable, clean, comparison_key, is_error
from eduapp.exchange.near_names import nearest
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_layout import earlier_sheets
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.sheet_rows import HEADING, ROW, row_kind, short_text
from eduapp.exchange.sheet_text import FoundHeader, Ignored, find_header, fold, found_in, text_at

_HEADINGS: Final = {
    "code": ("学校代码", "学校标识码", "学校(机构)标识码", "标识码", "机构代码", "机构标识码", "代码"),
    "name": ("学校名称", "学校(机构)名称", "学校全称", "单位名称", "机构名称", "学校", "名称", "校名"),
    "county": ("区县代码", "县区代码", "区划代码", "行政区划代码", "县级代码"),
    "county_name": ("区县名称", "县区名称", "区县", "县区"),
    "kind": ("学校类型", "办学类型", "学校类别", "类型"),
    "area_class": ("城乡类型", "城乡分类", "城乡类别"),
    "ownership": ("办学性质", "公办民办", "性质"),
    "parent": ("校区所属", "所属学校代码", "所属学校", "原校代码", "主校代码"),
    "township": ("乡镇", "乡镇街道", "乡镇(街道)", "所在乡镇", "所属乡镇", "街道", "镇街"),
    "state": ("状态", "学校状态", "办学状态", "运行状态", "在办状态", "是否在办"),
    "contact": ("联系人", "负责人", "校长", "校长姓名", "填报人", "联系人姓名"),
    "telephone": ("联系电话", "电话", "办公电话", "手机", "手机号", "手机号码", "联系方式", "校长电话"),
}
TAKE, LEAVE = "take", "leave"
"""The answers to a question about rows."""
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
    township: str = field(default="", compare=False)
    contact: str = field(default="", compare=False)
    telephone: str = field(default="", compare=False)
    """Said beside who it is: two rows that differ in these alone name one school alike."""


@dataclass(frozen=True)
class RosterQuestion:
    """Rows that a person may want all the same: of another county, of a closed school, hidden ones."""

    id: str
    where: str
    text: str
    answers: tuple[str, ...] = (TAKE, LEAVE)


@dataclass(frozen=True)
class Roster:
    """The schools of one county, the rows that were left out, and what should be looked at."""

    schools: tuple[RosterEntry, ...]
    ignored: tuple[Ignored, ...]
    notes: tuple[str, ...] = ()
    rows_read: int = 0
    left: Mapping[str, int] = field(default_factory=dict)
    """Rows that are no school of this county, by why: sums and notes, hidden ones, other counties'."""
    questions: tuple[RosterQuestion, ...] = ()
    unasked: tuple[str, ...] = ()
    """Answers that nothing asked for."""


def is_list(sheets: Iterable[Sheet]) -> bool:
    """Whether a spreadsheet is a list of schools: codes beside names, and not of kinds of schools."""
    found = ((sheet, header) for sheet in sheets if (header := _header(sheet)) is not None)
    return any(not _RosterReader(None, "", {}).is_code_table(sheet, header) for sheet, header in found)


def _header(sheet: Sheet) -> FoundHeader | None:
    header = find_header(sheet, _WANTED, least=2)
    return header if header is not None and header.columns.keys() >= _ESSENTIAL else None


def read_roster(
    path: Path, county_code: str | None, county_name: str = "", answers: Mapping[str, str] | None = None
) -> Roster:
    """Read a list of schools; of a list of several counties only the rows of the own one are taken.

    It is told by the column 区县代码, else by 区县名称. `county_code` None takes every row. Sums, notes,
    hidden rows and what is no school of compulsory education are told and left out. A code that comes
    twice is taken once. A code that has not ten digits and a kind that is none of ours are notes, not
    refusals. `answers`: id of a question -> `TAKE` or `LEAVE`; what nobody answered is left out. Raises
    Problem `no-known-columns`, `no-schools-of-county`, `answers-unfit`, and what `read_sheets` raises.
    """
    reader = _RosterReader(county_code, county_name, dict(answers or {}))
    found, sheets = False, read_sheets(path)
    headed = [(sheet, header) for sheet in sheets if (header := _header(sheet)) is not None]
    earlier = earlier_sheets([sheet.name for sheet, _ in headed])
    for sheet, header in headed:
        found = True
        if not reader.is_code_table(sheet, header) and not (
            sheet.name in earlier and reader.leaves(sheet, header)
        ):
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
    answers: Mapping[str, str]
    asked: dict[str, RosterQuestion] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """The ids of all questions, answered ones too."""
    schools: dict[str, RosterEntry] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    elsewhere: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)
    """Rows that are no school of compulsory education, by what they are."""
    rows_read: int = 0
    left: Counter[str] = field(default_factory=Counter)

    def leaves(self, sheet: Sheet, header: FoundHeader) -> bool:
        """Whether a sheet that names itself an earlier list is left out: until a person says to take it."""
        where, rows = sheet.where(header.row, 0), sum(map(any, sheet.rows[header.row + 1 :]))
        said = f"工作表「{sheet.name}」也有 {rows} 行"
        if self._takes(f"sheet:{sheet.name}", where, f"{said},像是以前的名单。要导入吗?"):
            return False
        self.rows_read += rows
        self.left["other_sheet"] += rows
        self.ignored.append(Ignored(where, f"{said},没有采用"))
        return True

    def read(self, sheet: Sheet, header: FoundHeader) -> None:
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
            elif index in sheet.hidden and not self._takes("hidden", where, "隐藏或筛选掉的行要导入吗?"):
                self.rows_read += 1
                self.left["hidden"] += 1
                self.ignored.append(Ignored(where, f"「{said['name']}」在隐藏或筛选掉的行里,没有采用"))
            elif any(said.values()):
                self.rows_read += 1
                self._school(said, where)

    def _school(self, said: dict[str, str], where: str) -> None:
        """Take a row, or say why it is no school of this county's list: the first reason is the one."""
        code = _code(said["code"])
        reasons = (
            (self._no_row(said, code), self._no_code(said, code)) if self._is_ours(said, where) else None
        )
        if reasons is None:
            return
        why = reasons[0] or self._no_compulsory(said, code) or reasons[1]
        if why:
            self.ignored.append(Ignored(where, why))
        elif _CLOSED.search(said.get("state", "")) and not self._takes(
            f"closed:{code}", where, f"「{said['name']}」的状态是「{said['state']}」,仍要列为应报学校吗?"
        ):
            self.left["asked"] += 1
            self.ignored.append(Ignored(where, f"「{said['name']}」的状态是「{said['state']}」,没有采用"))
        elif code in self.schools:
            first = self.schools[code]
            both = f"{self.places[code]}「{first.name}」,此处「{said['name']}」"
            self.ignored.append(Ignored(where, f"学校代码 {code} 重复:{both};采用前者"))
        else:
            self.schools[code] = self._entry(code, said)
            self.places[code] = where

    def _is_ours(self, said: Mapping[str, str], where: str) -> bool:
        """Whether a row is of this county, or a person said that it is; others are counted by county."""
        county = _code(said.get("county", ""))
        named = said.get("county_name", "")
        if self._is_elsewhere(said):
            if not self._takes(f"county:{named}", where, f"属于「{named}」的行要列入本县的名单吗?"):
                self.elsewhere[named] += 1
                return False
        elif self.county is not None and "county" in said and county != self.county:
            other = f"{county} {named}".strip()
            if not county:
                self.ignored.append(Ignored(where, f"「{said['name']}」没有区县代码"))
                return False
            if not self._takes(f"county:{county}", where, f"属于「{other}」的行要列入本县的名单吗?"):
                self.elsewhere[other] += 1
                return False
        return True

    def _no_row(self, said: Mapping[str, str], code: str) -> str:
        """Return why a row is none of a school at all: its code is lost, it is one of a code table."""
        if _EXPONENT.fullmatch(said["code"]):
            why = f"学校代码「{said['code']}」被表格改成了科学记数,数字已经丢失;请把这一列设为文本后重填"
            return f"「{said['name']}」的{why}"
        if _is_table_word(said["name"]) and not USUAL.fullmatch(code):
            return f"「{said['name']}」是代码表里的一行,不是学校"
        return ""

    def _no_compulsory(self, said: Mapping[str, str], code: str) -> str:
        """Return why a row is no school of compulsory education, by its code, its kind, its name."""
        what = _OTHER_LEVELS.get(code[0]) if USUAL.fullmatch(code) else None
        by_code = f"按学校标识码是{what}" if what else ""
        what = what or _other_school(said)
        if what is None:
            return ""
        self.strangers[what] += 1
        listed = "不列为应报学校" if _SPECIAL.search(what) else "不是义务教育学校"
        return f"「{said['name']}」{by_code or f'是{what}'},{listed}"

    def _no_code(self, said: Mapping[str, str], code: str) -> str:
        """Return what is wrong with the code or the name of a row."""
        if code in _BLANK or not said["name"]:
            return f"「{said['name'] or code}」缺少学校代码或学校名称"
        if is_error(said["name"]) or is_error(code):
            return f"「{said['name']}」「{code}」里有表格公式的错误值"
        if not is_code(code):
            why = "只能用数字、英文字母、短横线和下划线,不超过 40 位"
            return f"「{said['name']}」的学校代码「{code}」{why}"
        if len(said["name"]) > MAX_TEXT:
            return f"{quoted(said['name'])}的学校名称超过 {MAX_TEXT} 个字"
        if numbers_in(code) or numbers_in(said["name"]):
            return "学校代码或名称里有身份证号或手机号,名单会写进批次文件"
        return ""

    def is_code_table(self, sheet: Sheet, header: FoundHeader) -> bool:
        """Whether a sheet under 代码 and 名称 holds the codes of kinds and not schools; its rows are told."""
        rows = [row for row in sheet.rows[header.row + 1 :] if any(row)]
        words = [clean(text_at(row, header.columns["name"])) for row in rows]
        known = sum(map(_is_table_word, words))
        if known < _TABLE_WORDS or known * 2 < len(rows):
            return False
        self.rows_read += len(rows)
        where = sheet.where(header.row, header.columns["code"])
        self.ignored.append(Ignored(where, f"工作表「{sheet.name}」是代码表({len(rows)} 行),不是学校"))
        return True

    def _takes(self, id_: str, where: str, text: str) -> bool:
        """Whether a person said to take what is asked about; where nobody said anything it is asked."""
        said = self.answers.get(id_)
        self.known.add(id_)
        if said is None:
            self.asked.setdefault(id_, RosterQuestion(id_, where, text))
        elif said not in {TAKE, LEAVE}:
            raise Problem("answers-unfit", what=f"对「{id_}」的回答「{said}」", known=f"{TAKE}、{LEAVE}")
        return said == TAKE

    def _is_elsewhere(self, said: Mapping[str, str]) -> bool:
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
            township=said.get("township", ""),
            contact=said.get("contact", ""),
            telephone=said.get("telephone", ""),
        )

    def roster(self) -> Roster:
        """Return what was taken; rows of other counties are told once a county, not row by row."""
        ignored = [*self.ignored, *self._of_other_counties()]
        schools = {code: self._with_parent(each) for code, each in self.schools.items()}
        odd = [code for code in self.schools if USUAL.fullmatch(code) is None]
        notes = list(self.notes)
        if odd:
            notes.append(f"{len(odd)} 所学校的代码不是 10 位学校标识码(如 {odd[0]}),以名录为准。")
        left = {**self.left, "asked": self.left["asked"] + sum(self.elsewhere.values())}
        asked = tuple(self.asked.values())
        unasked = tuple(sorted(self.answers.keys() - self.known))
        return Roster(
            tuple(schools.values()), tuple(ignored), tuple(notes), self.rows_read, left, asked, unasked
        )

    def _with_parent(self, each: RosterEntry) -> RosterEntry:
        """Return a school with the code of the one it belongs to, which a list may write by its name."""
        if not each.parent:
            return each
        named = [code for code, school in self.schools.items() if each.parent in {code, school.name}]
        if len(named) != 1:
            near = nearest(each.parent, [school.name for school in self.schools.values()])
            said = f",像是「{near}」" if near else ""
            self.notes.append(f"「{each.name}」的校区所属「{each.parent}」不在名单中{said},没有采用。")
            return replace(each, parent=None)
        return replace(each, parent="" if named[0] == each.code else named[0])

    def _of_other_counties(self) -> Iterator[Ignored]:
        for county, rows in self.elsewhere.items():
            yield Ignored(county, f"{rows} 行属于其他区县")


_EXPONENT: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}", re.ASCII)
_CLOSED: Final = re.compile(r"停办|撤销|撤并|撤点|已撤|注销|关闭|停招|并入|合并|废止|^否$")
"""How a list says that a school is no more."""
_OTHER_KINDS: Final = re.compile(
    r"幼儿园|大学|学院|高等|研究生|中等职业|中职|职业高中|职高"
    r"|技工|技校|中专|中等专业|成人|高级中学|普通高中|^高中|特殊教育|特教|盲校|聋校|培智|工读"
)
"""Kinds that are not for compulsory education."""
_OTHER_NAMES: Final = re.compile(
    r"(?:幼儿园|大学|学院|职业技术学校|中等专业学校|技工学校|电大"
    r"|特殊教育学校|特校|盲校|聋校|盲聋哑学校|培智学校)$"
)
_SPECIAL: Final = re.compile("特|盲|聋|培智|工读")
"""Schools that teach by law as all do, and stand on no list of schools that report."""
_BLANK: Final = frozenset({"", "-", "--", "_", "—", "/", "无", "暂无", "待定"})
"""How a list writes that it has no code."""
_TABLE_WORDS: Final = 2


@cache
def _table_words() -> frozenset[str]:
    tables = (SCHOOL_KIND, OWNERSHIP, AREA_CLASS, ORGANISER)
    words = {words for table in tables for _, words in table.options}
    return frozenset(
        comparison_key(each) for each in words | {each for table in tables for each, _ in table.aliases}
    )


def _is_table_word(name: str) -> bool:
    """Whether what stands for a school's name is a word of a code table: 小学, 镇中心区, 公办."""
    return comparison_key(name) in _table_words()


def _other_school(said: Mapping[str, str]) -> str | None:
    """Return what a row is that is no school of compulsory education, by its kind, else by its name."""
    kind = said.get("kind", "")
    if kind and _choice(SCHOOL_KIND, kind) is None and _OTHER_KINDS.search(kind):
        return f"「{kind}」"
    found = None if kind else _OTHER_NAMES.search(said["name"])
    return f"「{found[0]}」" if found else None


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
