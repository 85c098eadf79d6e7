"""Homework: written minutes a day, class by class.

Source: 教督〔2017〕6号 教育质量 8, 教基厅函〔2021〕13号, 大通湖区 2025 第31条 (docs/standards.md, "Quality").
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import Stage
from eduapp.standards.formulas.measure import EITHER, MOST_NAMED, SCHOOL, Feed, Formula, Measure, named
from eduapp.standards.numbers import shown
from eduapp.standards.terms import OneOf, Terms, TermTable, WholeNumber, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eduapp.standards.data import ClassSize, SchoolData

LAST_PRIMARY_GRADE, LAST_GRADE = 6, 9
BY_MEAN, BY_DAY = "mean", "day"
"""How the minutes of a class are held to its limit: on average, or each day."""
GRADES = tuple(str(grade) for grade in range(1, LAST_GRADE + 1))


@dataclass(frozen=True, kw_only=True)
class Minutes(Terms):
    """The most minutes of written homework a day in each grade, and how a class is held to them."""

    limits: Mapping[int, int] = term(
        "限额",
        TermTable(
            int,
            WholeNumber(quoted=True),
            names=GRADES,
            every=True,
            words={grade: f"{grade}年级" for grade in GRADES},
        ),
    )
    by: str = term("时长看", OneOf({BY_MEAN: "平均每天", BY_DAY: "每一天"}))


def homework_load(data: SchoolData, stage: Stage | None, terms: Minutes) -> Measure:
    """教育质量 8: classes over their limit of written minutes, on the mean or on any day (`by`).

    Limits by grade are data; a class without a record is never taken as zero (docs/standards.md, "Readings").
    """
    del stage
    each_day = terms.by == BY_DAY
    limits = terms.limits
    classes = data.own_classes
    if not classes or not data.has_homework:
        return Measure(None, None, (), "个", note="没有作业登记")
    over, unknown, missing_days, days_over = [], 0, 0, 0
    for each in classes:
        average, limit = each.homework.average, limits.get(homework_grade(each))
        own_days = 0 if limit is None else data.homework_days_over(each.key, limit)
        days_over += own_days
        missing_days += each.homework.missing_days + each.homework.unknown_days
        if average is None or limit is None:
            unknown += 1
        elif own_days if each_day else average > limit:
            over.append((each, own_days))
    on_days = f"超过当天限时 {days_over} 日"
    unjudged = f";{missing_days} 个班次日没有登记或缺时长" if missing_days else ""
    if over:
        # One more than are named tells that there are more; writing all of a large school takes time.
        first = over[: MOST_NAMED + 1]
        if each_day:
            names = named([f"{each.name} {days} 日" for each, days in first])
            note = f"{len(over)} 个班有超过当天限时的日子:{names};{on_days}{unjudged}"
        else:
            names = named([f"{each.name}平均{shown(each.homework.average, 1)}分钟" for each, _ in first])
            note = f"{len(over)} 个班超过时长:{names};{on_days}{unjudged}"
        return Measure(Fraction(len(over)), Fraction(1), (), "个", note=note)
    if unknown:
        return Measure(None, None, (), "个", note=f"{unknown} 个班没有可用的作业登记")
    if each_day:
        return Measure(Fraction(0), Fraction(1), (), "个", note=f"各班每天都在限内{unjudged}")
    mean, longest = max((each.homework.average or Fraction(0), each.name) for each in classes)
    note = f"各班平均时长都在限内(最长 {longest} {shown(mean, 1)} 分钟);{on_days}{unjudged}"
    return Measure(Fraction(0), Fraction(1), (), "个", note=note)


def homework_grade(each: ClassSize) -> int:
    """Return the grade whose homework limit holds for a class; 0 while it is unknown.

    In 五四制 grade 6 belongs to 初中 and has its limit (docs/standards.md, "Readings").
    """
    if each.grade == LAST_PRIMARY_GRADE and each.stage is Stage.LOWER_SECONDARY:
        return LAST_PRIMARY_GRADE + 1
    return each.grade or 0


def long_days(data: SchoolData, terms: Minutes) -> Iterable[Feed]:
    """Return the class-days that are too long, by day and class; the first row of each stands for it."""
    limits = terms.limits
    wanted = {
        (each.key, day): f"{day} {each.name} {minutes} 分钟"
        for each in data.listed_classes
        if homework_grade(each) in limits
        for day, minutes in data.tally.homework.days_over(each.key, limits[homework_grade(each)])
    }
    found: dict[tuple[object, object], Feed] = {}
    for key, row in data.draft.rows["homework"].items():
        place = (row["school_class"], row["date"])
        if place in wanted and place not in found:
            found[place] = Feed("homework", key, "date", wanted[place])
    return sorted(found.values(), key=lambda feed: feed.text)


FORMULAS: dict[str, Formula] = {
    "homework_load": Formula(
        SCHOOL,
        homework_load,
        Minutes,
        value_unit="个",
        reads=(
            "homework.date",
            "homework.school_class",
            "homework.written",
            "homework.planned",
            "homework.measured",
            "school_class.grade",
        ),
        judged=EITHER,
        offenders=long_days,
    ),
}
