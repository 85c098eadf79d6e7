"""Teachers: degrees, certificates, hours of training, courses that nobody teaches.

Source: 教督〔2017〕6号 政府保障 9, 12; 大通湖区 2025 第7、8、10、11条; 会泽县 2023 第五条; X区 2024 一(一);
朔州 2016 (十一) (docs/standards.md, "Government", "Local plans").
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import FULL_TIME_POSTS, Stage, stage_of_grade
from eduapp.standards.counting import not_there_yet
from eduapp.standards.formulas.allocation import Degrees
from eduapp.standards.formulas.classes import STAGE_NAMES
from eduapp.standards.formulas.courses import SUBJECT_WORDS
from eduapp.standards.formulas.measure import (
    SCHOOL,
    SECTION,
    STAGE,
    Formula,
    Measure,
    NotApplicable,
    count_of,
    fraction,
    named,
    sum_of,
    title_of,
)
from eduapp.standards.terms import DecimalNumber, Terms, TermTable, WholeNumber, of_item, term
from eduapp.standards.training import HoursDue, hours_of, years_served
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    from db.records.rows import Row
    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Compute
    from eduapp.standards.training import Hours


@dataclass(frozen=True, kw_only=True)
class SectionLimits(Terms):
    """The item's own limits, for a number that can be enough before all of it is known."""

    limits_by_stage: Mapping[Stage, Decimal] = of_item(TermTable(Stage, DecimalNumber()))


@dataclass(frozen=True, kw_only=True)
class Years(Terms):
    """How many calendar years are looked at."""

    years: int = term("年数", WholeNumber(1))


@dataclass(frozen=True, kw_only=True)
class NewcomerHours(Years):
    """Hours that each full year of service asks for, in the first years."""

    hours: int = term("每年学时", WholeNumber())


def degree_share(data: SchoolData, stage: Stage | None, terms: Degrees) -> Measure:
    """专任教师 of a stage with one of the degrees of `levels` over all of them."""
    teachers = data.figure("teachers", stage)
    if stage is None:
        return Measure(None, None, (teachers,), "人", note="请先填写学校类型")
    parts = tuple(data.figure(name, stage) for name in terms.levels[stage])
    return Measure(sum_of(parts), fraction(teachers), (*parts, teachers), "人")


def pe_art_with_visiting(data: SchoolData, stage: Stage | None, terms: SectionLimits) -> Measure:
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
    limit = Fraction(terms.limits_by_stage[stage]) if stage else Fraction(0)
    alone = visiting is None and have * 100 >= limit * number
    if visiting is None and not alone:
        return Measure(None, None, inputs, "人")
    note = "交流轮岗、兼职、走教教师未填全,只按专任教师计算" if alone else ""
    total = have + (visiting or 0)
    return Measure(total, number, inputs, "人", pupil_weight=Fraction(1), note=note)


def part_time_certificates(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure | NotApplicable:
    """Part-time and walking teachers of PE and the arts who have a certificate, over all of them."""
    del stage, terms
    have, every = data.figure("certified_art_part_timers"), data.figure("art_part_timers")
    if every.value == 0:
        return NotApplicable("没有兼职、走教的体育艺术教师")
    return Measure(fraction(have), fraction(every), (have, every), "人")


def uncertified_teaching(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """How many people who teach, substitutes and part-timers included, have no certificate."""
    del stage, terms
    count = data.figure("uncertified_teaching")
    if not len(data.draft.rows["teacher"]):  # A list that is complete and empty has nobody who teaches.
        return Measure(None, None, (count,), "人", note="缺:教师名单(在岗情况、教师资格证)")
    unsaid = "缺:教师名单(在岗情况、教师资格证)" if count.value is None else ""
    note = unsaid or (f"{count.value} 名上课教师没有教师资格证" if count.value else "")
    return Measure(fraction(count), Fraction(1), (count,), "人", note=note)


def newcomer_hours(data: SchoolData, stage: Stage | None, terms: NewcomerHours) -> Measure | NotApplicable:
    """How many teachers in their first `years` of service had under `hours` in a full year of service.

    A full year is a calendar year that began after the teacher was hired and has ended (inferred).
    """
    del stage
    if data.on is None or not len(data.draft.rows["teacher"]):
        return Measure(None, None, (), "人", note="缺:教师名单和培训学时")
    wanted, years = Decimal(terms.hours), terms.years
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


def whole_staff_training(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """专任教师 with any training in the calendar year before the day, over all of them."""
    del stage, terms
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


def share_of_teachers(name: str) -> Compute:
    """A staff figure of the whole school over its 专任教师."""

    def compute(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
        del stage, terms
        have, teachers = data.whole(name), data.whole("teachers")
        return Measure(fraction(have), fraction(teachers), (have, teachers), "人", within=True)

    return compute


def training_hours(data: SchoolData, stage: Stage | None, terms: HoursDue) -> Measure | NotApplicable:
    """政府保障 9: 专任教师 with their hours of training, on the terms of the item, over all of them."""
    return share_of_teachers("trained")(data.counting(terms), stage, terms)


def trained_once(data: SchoolData, stage: Stage | None, terms: Years) -> Measure:
    """朔州(十一): 专任教师 with a training in the last `years` calendar years, over all of them."""
    del stage
    teachers = dict(_full_time(data))
    rows = list(data.draft.rows["training"].values())
    if data.on is None or not teachers or (not rows and "training" not in data.draft.complete):
        missing = "教师名单" if not teachers else "培训学时登记"
        return Measure(None, None, (), "人", note=f"缺:{missing}")
    first = data.on.year - terms.years + 1
    done = {row["teacher"] for row in rows if isinstance(row["year"], int) and row["year"] >= first}
    undated = {row["teacher"] for row in rows if not isinstance(row["year"], int)} - done
    short = [title_of(row) for key, row in teachers.items() if key not in done]
    if any(not isinstance(row["post"], str) for row in teachers.values()):
        return Measure(None, None, (), "人", note="有教师没有填在岗情况")
    if undated & set(teachers):
        return Measure(None, None, (), "人", note="有培训登记没有填年度")
    note = f"{first}—{data.on.year} 年没有参加过培训:{named(short)}" if short else "都参加过培训"
    return Measure(Fraction(len(teachers) - len(short)), Fraction(len(teachers)), (), "人", note=note)


def subjects_untaught(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """结构性缺员: courses of the plan that no full-time teacher of the stage teaches."""
    del stage, terms
    wanted = _planned_subjects(data)
    if not wanted:
        return Measure(None, None, (), "门", note="没有课程课时登记")
    if "teacher" not in data.draft.complete:
        return Measure(None, None, (), "门", note="教师名单没有勾选「本表已填全」")
    everybody = data.draft.rows["teacher"].values()
    rows = [row for row in everybody if row["post"] in FULL_TIME_POSTS and not not_there_yet(row, data.on)]
    taught = {(row["stage"], row["subject"]) for row in rows}
    unknown = any(not isinstance(row["subject"], str) or not isinstance(row["stage"], str) for row in rows)
    short = [f"{STAGE_NAMES[own]}{words}" for own, code, words in wanted if (own, code) not in taught]
    if short and unknown:
        return Measure(None, None, (), "门", note="有教师没有填任教学段或任教课程")
    note = f"没有专任教师的课程:{named(short)}" if short else f"{len(wanted)} 门课程都有专任教师"
    return count_of(short, (), "门", note)


def _planned_subjects(data: SchoolData) -> list[tuple[Stage, str, str]]:
    """Return (stage, code, words) of the subjects that the course plan has hours for."""
    found: dict[tuple[Stage, str], None] = {}
    for row in data.draft.rows["course"].values():
        grade, subject = row["grade"], row["subject"]
        if (
            isinstance(grade, str)
            and isinstance(subject, str)
            and subject in SUBJECT_WORDS
            and row["planned"]
        ):
            found[stage_of_grade(grade, data.facts.system), subject] = None
    return [(stage, code, SUBJECT_WORDS[code]) for stage, code in found]


FORMULAS: dict[str, Formula] = {
    "training_hours": Formula(SCHOOL, training_hours, HoursDue, value_unit="%"),
    "teacher_certificates": Formula(SCHOOL, share_of_teachers("certified"), value_unit="%"),
    "degree_share": Formula(STAGE, degree_share, Degrees, value_unit="%"),
    "pe_art_with_visiting": Formula(SECTION, pe_art_with_visiting, SectionLimits),
    "part_time_certificates": Formula(SCHOOL, part_time_certificates, value_unit="%"),
    "uncertified_teaching": Formula(SCHOOL, uncertified_teaching, value_unit="人"),
    "newcomer_hours": Formula(SCHOOL, newcomer_hours, NewcomerHours, value_unit="人"),
    "whole_staff_training": Formula(SCHOOL, whole_staff_training, value_unit="%", year=YEAR_BEFORE),
    "trained_once": Formula(SCHOOL, trained_once, Years, value_unit="%"),
    "subjects_untaught": Formula(SCHOOL, subjects_untaught, value_unit="门"),
}
