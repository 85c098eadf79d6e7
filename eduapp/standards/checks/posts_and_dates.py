"""逻辑校验 and 经验校验 over posts, intake, ledgers and dates: what needs more than one row or a day."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.rows import ONLY
from eduapp.standards.checks.rows import hard, number, soft
from eduapp.standards.clashes import class_parts, ledger_parts
from eduapp.standards.counting import has_expired, lies_after
from eduapp.standards.numbers import plain
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Finding

_DATED = (("teacher", "hired"), ("teacher", "certificate_date"))
"""Dates that cannot lie after the reference date."""


def _intake(data: SchoolData) -> Iterator[Finding]:
    for stage in data.facts.stages:
        row = data.draft.section(stage)
        taken, near = number(row, "intake"), number(row, "catchment_intake")
        if taken is not None and near is not None and near > taken:
            text = f"{STAGE_NAMES[stage]}划片范围内招生 {near},多于本年招生 {taken}"
            yield hard("max.catchment_intake", "section_total", stage, "catchment_intake", text)


def _nine_years(data: SchoolData) -> Iterator[Finding]:
    row = data.draft.only("school_total")
    cohort, came = number(row, "nine_year_cohort"), number(row, "nine_year_in") or 0
    gone = (number(row, "nine_year_out") or 0) + (number(row, "nine_year_died") or 0)
    if cohort is not None and gone > cohort + came:
        text = f"九年间转出与死亡合计 {gone},多于一年级在校 {cohort} 加九年间转入 {came}"
        yield hard("max.nine_year", "school_total", ONLY, "nine_year_out", text)


def _posts(data: SchoolData) -> Iterator[Finding]:
    row = data.draft.only("staffing")
    posts, there, away = (number(row, name) for name in ("establishment", "in_post", "off_post"))
    held = (there or 0) + (away or 0)
    if posts is not None and held > posts:
        text = f"在编在岗 {there or 0} 加在编不在岗 {away or 0} 共 {held} 人,多于编制总额 {posts}:是否超编"
        yield soft("staffing.over", "staffing", ONLY, "establishment", text)
    rotated, backbone = number(row, "rotated"), number(row, "rotated_backbone")
    if rotated is not None and backbone is not None and backbone > rotated:
        text = f"交流轮岗的骨干教师 {backbone},多于交流轮岗教师 {rotated}"
        yield hard("max.rotated", "staffing", ONLY, "rotated_backbone", text)


def _expired(data: SchoolData) -> Iterator[Finding]:
    for key, row in data.draft.rows["sports_ground"].items():
        if has_expired(row, data.on):
            text = f"租赁合同 {row['contract_until']} 到期,统计时点 {data.on} 已不在租期内,没有计入"
            yield soft("ground.expired", "sports_ground", key, "contract_until", text)


def _parts_of_classes(data: SchoolData) -> Iterator[Finding]:
    """Pupils of a class, in its own row or in a ledger, against the pupils of the class."""
    for each in (*class_parts(data.draft), *ledger_parts(data.draft)):
        yield hard("max.class_part", each.record, each.key, each.field, each.text)


def _future(data: SchoolData) -> Iterator[Finding]:
    if data.on is None:
        return
    for record, name in _DATED:
        label = RECORDS[record].fields[name].item.label
        for key, day in data.column(record, name):
            if lies_after(day, data.on):
                text = f"{label} {day} 晚于统计时点 {data.on},这一天还不算,请核对"
                yield soft("date.future", record, key, name, text)
    end = _end_of_school_year(data.on)
    for key, day in data.column("training_expense", "date"):
        if lies_after(day, end):
            text = f"培训经费日期 {day} 晚于本学年末 {end},请核对"
            yield soft("date.future", "training_expense", key, "date", text)


def _end_of_school_year(on: datetime.date) -> datetime.date:
    """Return 31 August that ends the school year of a day."""
    first = on.year if on >= datetime.date(on.year, 9, 1) else on.year - 1
    return datetime.date(first + 1, 8, 31)


def _campus_areas(data: SchoolData) -> Iterator[Finding]:
    """Areas of separate campuses against the school's total: the parts are in the whole."""
    whole = data.draft.only("school_total")
    pairs = (
        ("teaching_area", "own_teaching_area"),
        ("field_area", "own_field_area"),
        ("gym_area", "own_gym_area"),
        ("multimedia_rooms", "own_multimedia_rooms"),
    )
    for name, own in pairs:
        total = number(whole, name)
        parts = sum(number(data.draft.section(stage), own) or 0 for stage in data.facts.stages)
        if total is not None and parts > total:
            label = RECORDS["school_total"].fields[name].item.label
            text = f"{label}:各学段独立校区合计 {plain(Decimal(parts))},多于全校 {plain(Decimal(total))}"
            yield hard("max.campus", "school_total", ONLY, name, text)


LEDGER_RULES: tuple[Callable[[SchoolData], Iterator[Finding]], ...] = (
    _intake,
    _nine_years,
    _posts,
    _expired,
    _parts_of_classes,
    _campus_areas,
    _future,
)
