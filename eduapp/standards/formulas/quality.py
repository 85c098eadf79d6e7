"""教育质量: what is asked of each school.

Source: 教督〔2017〕6号, 教基厅函〔2021〕13号, as read in docs/standards.md, "Quality".
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import Stage
from eduapp.standards.formulas.measure import (
    EITHER,
    MOST_NAMED,
    SCHOOL,
    YUAN_PER_WAN,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    lacking,
    named,
)
from eduapp.standards.numbers import shown
from eduapp.standards.years import SCHOOL_YEAR, YEAR_BEFORE

if TYPE_CHECKING:
    from eduapp.standards.data import ClassSize, SchoolData
    from eduapp.standards.formulas.measure import Parameters

LAST_PRIMARY_GRADE = 6
BY_MEAN, BY_DAY = "mean", "day"
"""How the minutes of a class are held to its limit: on average, or each day."""


def retention(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """教育质量 1, the form's formula: (毕业 - 转入 + 转出) / (初一在校 - 死亡)."""
    del stage, parameters
    absent = lacking(data, Stage.LOWER_SECONDARY, "人")
    if absent is not None:
        return absent
    names = ("graduates", "transferred_in", "transferred_out", "cohort", "died")
    inputs = tuple(data.figure(name, Stage.LOWER_SECONDARY) for name in names)
    values = [fraction(part) for part in inputs]
    if any(value is None for value in values):
        return Measure(None, None, inputs, "人")
    graduates, came, went, cohort, died = (value or Fraction(0) for value in values)
    return Measure(graduates - came + went, cohort - died, inputs, "人", within=True)


def training_budget(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """教育质量 4: training budget over the budget of 公用经费, both of the calendar year before."""
    del stage, parameters
    training, budget = data.figure("training_budget"), data.figure("budget")
    numerator, denominator = fraction(training), fraction(budget)
    return Measure(
        None if numerator is None else numerator * YUAN_PER_WAN,
        None if denominator is None else denominator * YUAN_PER_WAN,
        (training, budget),
        "元",
        within=True,
    )


def homework_load(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """教育质量 8: classes over their limit of written minutes, on the mean or on any day (`by`).

    Limits by grade are data; a class without a record is never taken as zero (docs/standards.md, "Readings").
    """
    del stage
    each_day = parameters["by"] == BY_DAY
    limits = {int(grade): int(minutes) for grade, minutes in parameters["limits"].items()}
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


FORMULAS: dict[str, Formula] = {
    "retention": Formula(SCHOOL, retention, value_unit="%", year=SCHOOL_YEAR),
    "training_budget": Formula(SCHOOL, training_budget, value_unit="%", year=YEAR_BEFORE),
    "homework_load": Formula(
        SCHOOL,
        homework_load,
        ("limits", "by"),
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
    ),
}
