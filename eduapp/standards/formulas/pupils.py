"""Pupils: who lives near, who stays to the end, who needs care.

Source: 教督〔2017〕6号 政府保障 13, 教育质量 1; 朔州 2016 (十六)—(十九) (docs/standards.md, "Government",
"Quality", "Local plans").
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import CARE_KIND, PRIVATE, Stage
from eduapp.standards.formulas.measure import (
    EITHER,
    SCHOOL,
    STAGE,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    lacking,
)
from eduapp.standards.terms import OneOf, PlainText, Some, Terms, term
from eduapp.standards.years import SCHOOL_YEAR

if TYPE_CHECKING:
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData

PRIVATE_SCHOOLS, BOARDING_SCHOOLS = "private", "boarding"


@dataclass(frozen=True, kw_only=True)
class Catchment(Terms):
    """The area classes in which catchments are asked for, and the schools that are left out."""

    areas: tuple[str, ...] = term("城乡分类代码开头", Some(PlainText(), 1))
    without: tuple[str, ...] = term(
        "不含", Some(OneOf({PRIVATE_SCHOOLS: "民办学校", BOARDING_SCHOOLS: "寄宿制学校"}))
    )


@dataclass(frozen=True, kw_only=True)
class CareKind(Terms):
    """Which pupils a ledger of care is about."""

    kind: str = term("类别", OneOf(dict(CARE_KIND.options)))


def nearby_enrolment(data: SchoolData, stage: Stage | None, terms: Catchment) -> Measure | NotApplicable:
    """政府保障 13: pupils who live in the catchment over all pupils of a stage.

    Of schools in `areas` (城乡分类), without those that the item leaves out (`without`).
    """
    areas, without, facts = terms.areas, terms.without, data.facts
    if PRIVATE_SCHOOLS in without and facts.ownership == PRIVATE:
        return NotApplicable("民办学校不适用")
    if BOARDING_SCHOOLS in without and facts.boarding:
        return NotApplicable("寄宿制学校不适用")
    if facts.area_class and not facts.area_class.startswith(areas):
        return NotApplicable("不在要求的城乡分类内")
    inputs = (data.figure("catchment_pupils", stage), data.figure("pupils", stage))
    unknown = [
        label
        for label, fact, asked in (
            ("办学性质", facts.ownership, PRIVATE_SCHOOLS in without),
            ("是否寄宿制学校", facts.boarding, BOARDING_SCHOOLS in without),
            ("城乡分类", facts.area_class, True),
        )
        if fact is None and asked
    ]
    if unknown:
        return Measure(None, None, inputs, "人", note=f"缺:{'、'.join(unknown)}")
    return Measure(fraction(inputs[0]), fraction(inputs[1]), inputs, "人", within=True)


def retention(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure | NotApplicable:
    """教育质量 1, the form's formula: (毕业 - 转入 + 转出) / (初一在校 - 死亡)."""
    del stage, terms
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


def care_ledger(data: SchoolData, stage: Stage | None, terms: CareKind) -> Measure | NotApplicable:
    """朔州(十六)(十七)(十九): lines of one `kind` with number, measure and date."""
    del stage
    rows = [row for row in data.draft.rows["care"].values() if row["kind"] == terms.kind]
    if not rows:
        if "care" in data.draft.complete:
            return NotApplicable("台账已填全,没有这类学生")
        return Measure(None, None, (), "条", note="没有台账;没有这类学生的请在关爱对象台账勾选「本表已填全」")
    whole = [row for row in rows if all(_is_filled(row, name) for name in ("pupils", "measure", "date"))]
    short = len(rows) - len(whole)
    note = f"{short} 条没有填人数、关爱措施或登记日期" if short else f"{len(rows)} 条都已填人数、措施和日期"
    return Measure(Fraction(len(whole)), Fraction(len(rows)), (), "条", note=note)


def one_child_one_plan(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure | NotApplicable:
    """朔州(十八): pupils with special needs who have a plan of their own (一人一案), over all of them."""
    del stage, terms
    rows = list(data.draft.rows["special_needs"].values())
    if not rows:
        if "special_needs" in data.draft.complete:
            return NotApplicable("台账已填全,没有特殊教育学生")
        return Measure(
            None, None, (), "人", note="没有台账;没有这类学生的请在特殊教育学生台账勾选「本表已填全」"
        )
    with_plan = total = unknown = 0
    for row in rows:
        pupils = row["pupils"]
        if not isinstance(pupils, int) or not isinstance(row["plan"], bool):
            unknown += 1
        else:
            total += pupils
            with_plan += pupils * row["plan"]
    if unknown:
        return Measure(None, None, (), "人", note=f"{unknown} 条没有填人数或「一人一案」")
    if not total:
        return NotApplicable("没有特殊教育学生")
    return Measure(Fraction(with_plan), Fraction(total), (), "人")


def _is_filled(row: Row, name: str) -> bool:
    return isinstance(row[name], str | int | datetime.date)


FORMULAS: dict[str, Formula] = {
    "nearby_enrolment": Formula(STAGE, nearby_enrolment, Catchment, value_unit="%", judged=EITHER),
    "retention": Formula(SCHOOL, retention, value_unit="%", year=SCHOOL_YEAR),
    "care_ledger": Formula(SCHOOL, care_ledger, CareKind, value_unit="%"),
    "one_child_one_plan": Formula(SCHOOL, one_child_one_plan, value_unit="%"),
}
