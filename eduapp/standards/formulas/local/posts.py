"""Teachers and posts: degrees, certificates, hours, posts against the establishment.

Source: 大通湖区 2025 第7、8、10、11、14、15条; 会泽县 2023 第五条 (docs/standards.md, "Local plans").
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import FULL_TIME_POSTS
from eduapp.standards.counting import not_there_yet
from eduapp.standards.formulas.measure import (
    SCHOOL,
    SECTION,
    STAGE,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    sum_of,
)
from eduapp.standards.training import hours_of, years_served
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from db.records.choices import Stage
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Parameters
    from eduapp.standards.training import Hours


def degree_share(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """专任教师 of a stage with one of the degrees of `levels` over all of them."""
    teachers = data.figure("teachers", stage)
    if stage is None:
        return Measure(None, None, (teachers,), "人", note="请先填写学校类型")
    parts = tuple(data.figure(name, stage) for name in parameters["levels"][stage])
    return Measure(sum_of(parts), fraction(teachers), (*parts, teachers), "人")


def pe_art_with_visiting(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """体艺教师 a hundred pupils, those who rotate, walk or work part-time counted in.

    Where nobody has said how many of them there are, the 专任教师 decide if they alone are enough.
    """
    own = tuple(data.figure(name, stage) for name in ("pe", "music", "fine_art", "art"))
    more = tuple(data.figure(f"visiting_{part.figure}", stage) for part in own)
    pupils, have, visiting = data.figure("pupils", stage), sum_of(own), sum_of(more)
    inputs = (*own, *more, pupils)
    number = fraction(pupils)
    if have is None or number is None:
        return Measure(None, None, inputs, "人")
    limit = Fraction(parameters["limits_by_stage"][stage]) if stage else Fraction(0)
    alone = visiting is None and have * 100 >= limit * number
    if visiting is None and not alone:
        return Measure(None, None, inputs, "人")
    note = "交流轮岗、兼职、走教教师未填全,只按专任教师计算" if alone else ""
    total = have + (visiting or 0)
    return Measure(total, number, inputs, "人", pupil_weight=Fraction(1), note=note)


def part_time_certificates(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """Part-time and walking teachers of PE and the arts who have a certificate, over all of them."""
    del stage, parameters
    have, every = data.figure("certified_art_part_timers"), data.figure("art_part_timers")
    if every.value == 0:
        return NotApplicable("没有兼职、走教的体育艺术教师")
    return Measure(fraction(have), fraction(every), (have, every), "人")


def uncertified_teaching(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """How many people who teach, substitutes and part-timers included, have no certificate."""
    del stage, parameters
    count = data.figure("uncertified_teaching")
    if not len(data.draft.rows["teacher"]):  # A list that is complete and empty has nobody who teaches.
        return Measure(None, None, (count,), "人", note="缺:教师名单(在岗情况、教师资格证)")
    unsaid = "缺:教师名单(在岗情况、教师资格证)" if count.value is None else ""
    note = unsaid or (f"{count.value} 名上课教师没有教师资格证" if count.value else "")
    return Measure(fraction(count), Fraction(1), (count,), "人", note=note)


def newcomer_hours(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """How many teachers in their first `years` of service had under `hours` in a full year of service.

    A full year is a calendar year that began after the teacher was hired and has ended (inferred).
    """
    del stage
    if data.on is None or not len(data.draft.rows["teacher"]):
        return Measure(None, None, (), "人", note="缺:教师名单和培训学时")
    wanted, years = Decimal(parameters["hours"]), int(parameters["years"])
    by_teacher = hours_of(data.draft)
    new = short = unknown = 0
    for key, row in _full_time(data):
        served = years_served(row, data.on)
        if served is None:
            unknown += 1
        elif served < years:
            new += 1
            enough = _enough_each_year(row, by_teacher.get(key), wanted, data.on)
            short += enough is False
            unknown += enough is None
    if short:
        note = f"{short} 名入职不足 {years} 年的教师有年度不足 {wanted} 学时(名单见培训学时台账)"
        return Measure(Fraction(short), Fraction(1), (), "人", note=note)
    if unknown:
        return Measure(None, None, (), "人", note=f"{unknown} 名教师缺入职日期或学时")
    if not new:
        return NotApplicable(f"没有入职不足 {years} 年的专任教师")
    return Measure(Fraction(0), Fraction(1), (), "人", note=f"入职不足 {years} 年的教师 {new} 名")


def _full_time(data: SchoolData) -> Iterator[tuple[str, Row]]:
    """Yield the 专任教师; one whose post is not known may be one."""
    for key, row in data.draft.rows["teacher"].items():
        full_time = not isinstance(row["post"], str) or row["post"] in FULL_TIME_POSTS
        if full_time and not not_there_yet(row, data.on):
            yield key, row


def _enough_each_year(row: Row, hours: Hours | None, wanted: Decimal, on: datetime.date) -> bool | None:
    hired = row["hired"]
    assert hired is not None  # noqa: S101 - years_served read it
    for year in range(hired.year + 1, on.year):  # type: ignore[union-attr]
        if (hours.by_year.get(year, Decimal(0)) if hours else Decimal(0)) < wanted:
            return None if hours and hours.unknown else False
    return None if not isinstance(row["post"], str) else True


def whole_staff_training(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """专任教师 with any training in the calendar year before the day, over all of them."""
    del stage, parameters
    everybody = [key for key, _ in _full_time(data)]
    if data.on is None or not everybody or not len(data.draft.rows["training"]):
        return Measure(None, None, (), "人", note="缺:教师名单和培训学时")
    by_teacher, year = hours_of(data.draft), data.on.year - 1
    own = [by_teacher.get(key) for key in everybody]
    trained = sum(hours is not None and hours.by_year.get(year, Decimal(0)) > 0 for hours in own)
    unsure = sum(
        hours is not None and bool(hours.unknown) and not hours.by_year.get(year, Decimal(0)) for hours in own
    )
    note = f"{year} 年参加培训 {trained} 人,专任教师 {len(everybody)} 人"
    if unsure:
        return Measure(None, None, (), "人", note=f"{unsure} 名教师的培训学时缺年度或学时")
    return Measure(Fraction(trained), Fraction(len(everybody)), (), "人", note=note)


def establishment_share(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """教职工编制 over what the pupils call for: pupils of a stage over `pupils_per_post` of it."""
    del stage
    posts = data.figure("establishment")
    parts = tuple(data.figure("pupils", each) for each in data.facts.stages)
    inputs = (posts, *parts)
    kind = data.facts.kind
    if kind is None or kind.has_senior_high:
        note = "编制数含高中,不能按义务教育学段核算" if kind else "请先填写学校类型"
        return Measure(None, None, inputs, "人", note=note)
    needed = Fraction(0)
    for part in parts:
        if part.value is None or part.stage is None:
            return Measure(None, None, inputs, "人")
        needed += Fraction(part.value) / Fraction(parameters["pupils_per_post"][part.stage])
    return Measure(fraction(posts), needed, inputs, "人")


def substitutes_over_establishment(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """How many substitutes are hired beyond the establishment: 在编(在岗与不在岗)加代课,减编制."""
    del stage, parameters
    names = ("substitutes", "in_post", "off_post", "establishment")
    inputs = tuple(data.figure(name) for name in names)
    substitutes, there, away, posts = (fraction(part) for part in inputs)
    if substitutes == 0:
        return Measure(Fraction(0), Fraction(1), inputs, "人", note="没有临时代课教师")
    if substitutes is None or there is None or away is None or posts is None:
        return Measure(None, None, inputs, "人")
    over = max(Fraction(0), min(substitutes, there + away + substitutes - posts))
    note = f"在编 {there + away} 人、代课 {substitutes} 人,编制 {posts} 人"
    return Measure(over, Fraction(1), inputs, "人", note=note)


def off_post_unexplained(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """How many are on the roll and not at work without an explanation of the school."""
    del stage, parameters
    count = data.figure("off_post")
    reason = data.draft.only("staffing")["off_post_reason"]
    if not count.value:
        note = "缺:在编不在岗人数" if count.value is None else "没有在编不在岗人员"
        return Measure(fraction(count), Fraction(1), (count,), "人", note=note)
    said = isinstance(reason, str)
    note = f"在编不在岗 {count.value} 人,{'有' if said else '没有'}情况说明"
    return Measure(Fraction(0) if said else fraction(count), Fraction(1), (count,), "人", note=note)


FORMULAS: dict[str, Formula] = {
    "degree_share": Formula(STAGE, degree_share, ("levels",), value_unit="%"),
    "pe_art_with_visiting": Formula(SECTION, pe_art_with_visiting, ("limits_by_stage",)),
    "part_time_certificates": Formula(SCHOOL, part_time_certificates, value_unit="%"),
    "uncertified_teaching": Formula(SCHOOL, uncertified_teaching, value_unit="人"),
    "newcomer_hours": Formula(SCHOOL, newcomer_hours, ("hours", "years"), value_unit="人"),
    "whole_staff_training": Formula(SCHOOL, whole_staff_training, value_unit="%", year=YEAR_BEFORE),
    "establishment_share": Formula(SCHOOL, establishment_share, ("pupils_per_post",), value_unit="%"),
    "substitutes_over_establishment": Formula(SCHOOL, substitutes_over_establishment, value_unit="人"),
    "off_post_unexplained": Formula(SCHOOL, off_post_unexplained, value_unit="人"),
}
