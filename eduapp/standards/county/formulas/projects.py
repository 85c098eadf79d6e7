"""Building projects of the county: finished, late, added up."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import PROJECT_KIND, SchoolKind
from db.records.values import Unread
from eduapp.standards.county.formulas.schools import BY_KIND, KIND_NAMES
from eduapp.standards.county.measure import CountyFormula
from eduapp.standards.formulas.measure import Measure, NotApplicable, named, title_of
from eduapp.standards.numbers import plain
from eduapp.standards.terms import Flag, OneOf, PlainText, Some, Terms, TermTable, term

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from db.records.rows import Row
    from eduapp.standards.county.county_data import CountyData

PROJECTS = "county_project"
PROJECT_NAMES = dict(PROJECT_KIND.options)
WHAT = {"places": ("places", "个"), "area": ("area", "㎡"), "money": ("money", "万元"), "count": ("", "个")}
"""What of a project is added up: its field and unit."""
WHAT_NAMES = {"places": "新增学位", "area": "建设面积", "money": "投资", "count": "个数"}
_KIND = OneOf(PROJECT_NAMES)


@dataclass(frozen=True, kw_only=True)
class OneKind(Terms):
    """Projects of one kind."""

    kind: str = term("类别", _KIND)


@dataclass(frozen=True, kw_only=True)
class NamedProjects(OneKind):
    """The schools that are to have one."""

    schools: tuple[str, ...] = term("学校", Some(PlainText(), 1))


@dataclass(frozen=True, kw_only=True)
class FinishedSchools(OneKind):
    """How many of each kind of school, and the words by which a project says its kind."""

    numbers: Mapping[SchoolKind, int] = term("校数", BY_KIND)
    words: Mapping[SchoolKind, tuple[str, ...]] = term(
        "名称中的字样", TermTable(SchoolKind, Some(PlainText(), 1), words=KIND_NAMES)
    )


@dataclass(frozen=True, kw_only=True)
class SomeProjects(Terms):
    """Projects of some kinds; of all where none is named."""

    kinds: tuple[str, ...] = term("类别", Some(_KIND, 1), default=())


@dataclass(frozen=True, kw_only=True)
class Projects(SomeProjects):
    """What of them is added up, and whether of the finished ones alone."""

    what: str = term("合计", OneOf(WHAT_NAMES))
    done: bool = term("只计已完成的", Flag(), default=False)


def of_kinds(county: CountyData, kinds: Collection[str]) -> list[Row]:
    """Return the projects of some kinds; all where none is named."""
    return [row for row in county.rows(PROJECTS) if not kinds or row["kind"] in kinds]


def is_done(row: Row, on: datetime.date | None) -> bool:
    """Whether a project was finished by a day."""
    done = row["done"]
    return isinstance(done, datetime.date) and (on is None or done <= on)


def named_projects(county: CountyData, terms: NamedProjects) -> Measure:
    """大通湖 第6条: schools of `schools` with a finished project of `kind`, over all that are named.

    A project belongs to a school whose name it holds, in its own name or as its school.
    """
    rows = of_kinds(county, (terms.kind,))
    names, word = terms.schools, PROJECT_NAMES[terms.kind]
    if not rows:
        return Measure(None, None, (), "所", note=f"缺:「建设项目」中的{word}项目")
    done = [name for name in names if any(_of(row, name) and is_done(row, county.on) for row in rows)]
    absent = [name for name in names if name not in done]
    note = f"没有完成:{named(absent)}" if absent else f"{len(names)} 所全部完成"
    return Measure(Fraction(len(done)), Fraction(len(names)), (), "所", note=note)


def finished_schools(county: CountyData, terms: FinishedSchools) -> Measure:
    """会泽 第二条: finished projects of `kind`, of the kinds of school wanted, each up to its `numbers`.

    A project says its kind of school by a word of `words` in its own name or its school's (inferred); one
    that says none, or several, may be of any: it decides nothing.
    """
    rows = of_kinds(county, (terms.kind,))
    if not rows:
        word = PROJECT_NAMES[terms.kind]
        return Measure(None, None, (), "个", note=f"缺:「建设项目」中的{word}项目")
    done = [row for row in rows if is_done(row, county.on)]
    said = [_kinds_said(row, terms.words) for row in done]
    numbers = terms.numbers
    have = {code: sum(found == [code] for found in said) for code in numbers}
    count = sum(min(have[code], number) for code, number in numbers.items())
    kinds = "、".join(f"{KIND_NAMES[code]} {have[code]}/{number}" for code, number in numbers.items())
    note = f"登记 {len(rows)} 个,已完成 {len(done)} 个:{kinds}"
    open_ones = [title_of(row) for row, found in zip(done, said, strict=True) if len(found) != 1]
    if open_ones:
        note += f";看不出学段:{named(open_ones)}"
    if open_ones and count < sum(numbers.values()) <= count + len(open_ones):
        return Measure(None, None, (), "个", note=note)
    return Measure(Fraction(count), Fraction(1), (), "个", note=note)


def _kinds_said(row: Row, words: Mapping[SchoolKind, Sequence[str]]) -> list[SchoolKind]:
    said = " ".join(str(row[field]) for field in ("name", "school") if isinstance(row[field], str))
    return [code for code, own in words.items() if any(word in said for word in own)]


def _of(row: Row, school: str) -> bool:
    return any(isinstance(row[field], str) and school in str(row[field]) for field in ("school", "name"))


def projects(county: CountyData, terms: Projects) -> Measure:
    """Projects added up (`what`), of some `kinds`, all or only the finished ones (`done`)."""
    rows, (name, unit) = of_kinds(county, terms.kinds), WHAT[terms.what]
    if terms.done:
        rows = [row for row in rows if is_done(row, county.on)]
    if not county.rows(PROJECTS):
        return Measure(None, None, (), unit, note="没有登记建设项目")
    names = named([str(row["name"]) for row in rows if isinstance(row["name"], str)])
    note = f"{len(rows)} 个项目:{names}" if rows else "没有这类项目"
    if not name:
        return Measure(Fraction(len(rows)), Fraction(1), (), unit, note=note)
    cells = [row[name] for row in rows]
    empty = sum(cell is None or isinstance(cell, Unread) for cell in cells)
    total = sum((Fraction(cell) for cell in cells if isinstance(cell, int | Decimal)), Fraction(0))
    if empty:
        said = f"{empty} 个没有填数;已填合计 {plain(Decimal(total.numerator) / total.denominator)} {unit}"
        return Measure(None, None, (), unit, note=f"{note};{said}")
    return Measure(total, Fraction(1), (), unit, note=note)


def project_completion(county: CountyData, terms: SomeProjects) -> Measure | NotApplicable:
    """朔州(五): finished projects over those whose planned date has come."""
    rows = of_kinds(county, terms.kinds)
    if not rows:
        return Measure(None, None, (), "个", note="没有登记建设项目")
    undated = sum(not isinstance(row["planned"], datetime.date) for row in rows)
    due = [
        row
        for row in rows
        if isinstance(row["planned"], datetime.date) and (county.on is None or row["planned"] <= county.on)
    ]
    late = [str(row["name"]) for row in due if not is_done(row, county.on)]
    if undated and not late:
        return Measure(None, None, (), "个", note=f"{undated} 个项目没有填计划完成日期")
    if not due:
        return NotApplicable("还没有到期的项目")
    note = f"到期未完成:{named(late)}" if late else f"{len(due)} 个到期项目都已完成"
    return Measure(Fraction(len(due) - len(late)), Fraction(len(due)), (), "个", note=note)


FORMULAS: dict[str, CountyFormula] = {
    "named_projects": CountyFormula(named_projects, NamedProjects, "%"),
    "finished_schools": CountyFormula(finished_schools, FinishedSchools, "个"),
    "projects": CountyFormula(projects, Projects),
    "project_completion": CountyFormula(project_completion, SomeProjects, "%"),
}
