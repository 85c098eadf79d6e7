"""Formulas of the local plans of X区, 朔州 and 汉中/略阳: classes by grade, posts, plain figures.

Source: docs/standards.md, "Local plans"; what their ledgers ask for stands in `district_ledgers`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import FIVE_FOUR, FULL_TIME_POSTS, STAGE, SUBJECT, Stage, stage_of_grade
from eduapp.standards.counting import not_there_yet
from eduapp.standards.figures import CLASS_BANDS, FIGURES
from eduapp.standards.formulas.measure import (
    EITHER,
    SCHOOL,
    YUAN_PER_WAN,
    Formula,
    Measure,
    NotApplicable,
    count_of,
    fraction,
    lacking,
    named,
    sum_of,
)
from eduapp.standards.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.standards.data import ClassSize, SchoolData
    from eduapp.standards.formulas.measure import Parameters
    from eduapp.standards.results import Input

FIRST_GRADES = {Stage.PRIMARY: 1, Stage.LOWER_SECONDARY: 7}
"""起始年级; in 五四制 初中 begins with grade 6."""
STAGE_NAMES: dict[str, str] = dict(STAGE.options)
SUBJECT_WORDS = {code: words for code, words in SUBJECT.options if code != "other"}
TIERS = {True: "起始年级", False: "其他年级"}


def first_grade(stage: Stage, system: str) -> int:
    """Return the starting grade of a stage."""
    later = stage is Stage.LOWER_SECONDARY and system == FIVE_FOUR
    return FIRST_GRADES[stage] - later


def _possible_limits(each: ClassSize, data: SchoolData, parameters: Parameters) -> set[int]:
    """Return the limits a class may have: one when its grade is known, else all that it could."""
    stages = (each.stage,) if each.stage else data.facts.stages
    found = set()
    for stage in stages:
        first = first_grade(stage, data.facts.system)
        if each.grade is None or each.grade == first:
            found.add(int(parameters["starting_limits"][stage]))
        if each.grade is None or each.grade != first:
            found.add(int(parameters["limits"][stage]))
    return found


def _is_over(each: ClassSize, data: SchoolData, parameters: Parameters) -> bool | None:
    """Whether a class is over the limit of its grade; None while that cannot be known."""
    limits = _possible_limits(each, data, parameters)
    if each.pupils is None or not limits:
        return None
    if each.pupils > max(limits):
        return True
    return None if each.pupils > min(limits) else False


def class_size_by_grade(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """X区 一(一): classes over the limit of their grade, which is lower in the starting grades.

    By the class list, else by the form's bands, which cannot tell the grades apart.
    """
    del stage
    listed = data.classes()
    if listed is None:
        return _by_bands(data, parameters)
    inputs = tuple(data.figure("classes", each) for each in data.facts.stages)
    if not listed:
        return Measure(None, None, inputs, "个", note="没有班级")
    judged = [(each, _is_over(each, data, parameters)) for each in listed]
    over = [each for each, answer in judged if answer]
    if not over and any(answer is None for _, answer in judged):
        return Measure(None, None, inputs, "个", note="有班级没有填年级或学生数")
    names = named([f"{each.name} {each.pupils} 人" for each in over])
    note = f"{len(over)} 个班超过班额:{names}" if over else "没有班级超过班额"
    return Measure(Fraction(len(over)), Fraction(1), inputs, "个", note=note)


def _by_bands(data: SchoolData, parameters: Parameters) -> Measure:
    sure: list[Input] = []
    maybe: list[Input] = []
    for stage in data.sections:
        limits = {int(parameters[name][stage]) for name in ("limits", "starting_limits")}
        for name, low, high in CLASS_BANDS:
            if low > max(limits):
                sure.append(data.figure(name, stage))
            elif high is None or high > min(limits):
                maybe.append(data.figure(name, stage))
    inputs = (*sure, *maybe)
    over = sum((Fraction(each.value) for each in sure if each.value is not None), Fraction(0))
    if over:
        return Measure(over, Fraction(1), inputs, "个", note=f"至少 {over} 个班超过班额")
    if inputs and all(each.value == 0 for each in inputs):
        return Measure(Fraction(0), Fraction(1), inputs, "个", note="没有班级超过班额")
    return Measure(None, None, inputs, "个", note="没有班级名单,班额分段分不出起始年级")


def classes_over_tier(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """X区 一(一): the share of a tier's classes that are over its limit; the tier's classes are the whole.

    A tier is the starting grade of a stage or its other grades.
    """
    del stage
    own, starting, limit = Stage(parameters["stage"]), bool(parameters["starting"]), int(parameters["limit"])
    absent = lacking(data, own, "个")
    if absent is not None:
        return absent
    listed = data.classes()
    inputs = (data.figure("classes", own),)
    if listed is None:
        return Measure(None, None, inputs, "个", note="没有班级名单,分不出起始年级")
    if not listed:
        return Measure(None, None, inputs, "个", note="没有班级")
    first = first_grade(own, data.facts.system)
    if any(each.grade is None and each.stage in {own, None} for each in listed):
        return Measure(None, None, inputs, "个", note="有班级没有填年级")
    tier = [each for each in listed if each.stage is own and (each.grade == first) == starting]
    if not tier:
        return NotApplicable(f"没有{STAGE_NAMES[own]}{TIERS[starting]}班级")
    over = [each for each in tier if each.pupils is not None and each.pupils > limit]
    unknown = sum(each.pupils is None for each in tier)
    if unknown and not over:
        return Measure(None, None, inputs, "个", note=f"{unknown} 个班没有填学生数")
    names = named([f"{each.name} {each.pupils} 人" for each in over])
    about = f"{STAGE_NAMES[own]}{TIERS[starting]} {len(tier)} 个班"
    note = f"{about},{len(over)} 个超过 {limit} 人:{names}" if over else f"{about}都不超过 {limit} 人"
    if unknown:
        note += f";另有 {unknown} 个班没有填学生数"
    return Measure(Fraction(len(over)), Fraction(len(tier)), inputs, "个", note=note)


def transfers_into_full(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """X区 一(二)三: a school that is too large, or has a class that is, takes no pupils by transfer."""
    sizes = tuple(data.figure("pupils", each) for each in data.facts.stages)
    pupils, classes = sum_of(sizes), class_size_by_grade(data, stage, parameters)
    too_large = None if pupils is None else pupils > int(parameters["pupils_at_most"])
    any_class = None if classes.numerator is None else classes.numerator > 0
    if too_large is False and any_class is False:
        return NotApplicable("没有大校额、大班额")
    if not too_large and not any_class:
        return Measure(None, None, sizes, "人", note=classes.note or "缺:学生人数")
    why = "学校超过规模" if too_large else classes.note
    known = [(each, data.draft.rows["school_class"][each.key]["came_in"]) for each in _own(data)]
    came = [(each.name, cell) for each, cell in known if isinstance(cell, int) and cell]
    total = sum(cell for _, cell in came)
    if not came and (not known or any(cell is None for _, cell in known)):
        return Measure(None, None, sizes, "人", note=f"{why};有班级没有填「本学年转入」")
    names = named([f"{name} {cell} 人" for name, cell in came])
    note = f"{why};本学年转入 {total} 人:{names}" if came else f"{why};没有转入"
    return Measure(Fraction(total), Fraction(1), sizes, "人", note=note)


def _own(data: SchoolData) -> list[ClassSize]:
    """Return the classes of the school's own list (not of campuses merged into it)."""
    rows = data.draft.rows["school_class"]
    return [each for each in data.listed_classes if each.key in rows]


def vacant_posts(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """空编: posts less those held, on post or not; below zero where more are held than there are."""
    del stage, parameters
    parts = tuple(data.figure(name) for name in ("establishment", "in_post", "off_post"))
    posts, there, away = (fraction(part) for part in parts)
    if posts is None or there is None or away is None:
        return Measure(None, None, parts, "人")
    vacant = posts - there - away
    note = f"超编 {-vacant} 人" if vacant < 0 else ""
    return Measure(vacant, Fraction(1), parts, "人", note=note)


def subjects_untaught(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """结构性缺员: courses of the plan that no full-time teacher of the stage teaches."""
    del stage, parameters
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


def course_hours(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """课程开齐开足: lines of the timetable with fewer hours than planned, and subjects that are missing.

    `subjects` limits it to some, each a code or several, as `music|art`, any of which will do.
    """
    del stage
    groups = [each.split("|") for each in parameters.get("subjects", ())]
    wanted = {code for group in groups for code in group}
    offered: dict[int, set[str]] = {}
    short, unknown = [], 0
    for row in data.draft.rows["course"].values():
        grade, subject, weekly, planned = (row[name] for name in ("grade", "subject", "weekly", "planned"))
        if not isinstance(grade, str) or not isinstance(subject, str):
            unknown += 1
            continue
        if weekly != 0:
            offered.setdefault(int(grade), set()).add(subject)
        else:
            offered.setdefault(int(grade), set())
        if wanted and subject not in wanted:
            continue
        if not isinstance(weekly, Decimal) or not isinstance(planned, Decimal):
            unknown += 1
        elif weekly < planned:
            about = f"{grade}年级{SUBJECT_WORDS.get(subject, '其他')}"
            short.append(f"{about} {plain(weekly)}/{plain(planned)} 节")
    for number, subjects in sorted(offered.items()):
        short += [f"{number}年级没有{_any_of(group)}" for group in groups if subjects.isdisjoint(group)]
    if not offered:
        return Measure(None, None, (), "门", note="没有课程课时登记")
    if unknown and not short:
        return Measure(None, None, (), "门", note=f"{unknown} 行课程课时没有填全")
    note = f"{len(short)} 门次课时不足:{named(short)}" if short else "登记的课程课时都不少于课程方案"
    return count_of(short, (), "门", note)


def _any_of(group: Sequence[str]) -> str:
    return "或".join(SUBJECT_WORDS[code] for code in group)


def figure_total(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """A figure of the school as it stands (`figure`), for the lines of a report."""
    del stage
    parts = _parts(data, parameters["figure"])
    factor = YUAN_PER_WAN if parameters["unit"] == "元" and parts and parts[0].unit == "万元" else 1
    amount = sum_of(parts)
    return Measure(None if amount is None else amount * factor, Fraction(1), parts, parameters["unit"])


def figure_share(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """A figure of the school (`figure`) over another (`under`)."""
    del stage
    over, under = _parts(data, parameters["figure"]), _parts(data, parameters["under"])
    unit = over[0].unit if over else "人"
    return Measure(sum_of(over), sum_of(under), (*over, *under), unit, within=True)


def _parts(data: SchoolData, name: str) -> tuple[Input, ...]:
    figure = FIGURES[name]
    if not figure.by_stage:
        return (data.figure(name),)
    return (data.whole(name),) if figure.staged_total else tuple(data.figure(name, s) for s in data.sections)


FORMULAS: dict[str, Formula] = {
    "class_size_by_grade": Formula(
        SCHOOL, class_size_by_grade, ("limits", "starting_limits"), value_unit="个", judged=EITHER
    ),
    "classes_over_tier": Formula(SCHOOL, classes_over_tier, ("stage", "starting", "limit"), value_unit="%"),
    "transfers_into_full": Formula(
        SCHOOL, transfers_into_full, ("limits", "starting_limits", "pupils_at_most"), value_unit="人"
    ),
    "vacant_posts": Formula(SCHOOL, vacant_posts, value_unit="人", below_zero=True),
    "subjects_untaught": Formula(SCHOOL, subjects_untaught, value_unit="门"),
    "course_hours": Formula(SCHOOL, course_hours, optional=("subjects",), value_unit="门"),
    "figure_total": Formula(SCHOOL, figure_total, ("figure",)),
    "figure_share": Formula(SCHOOL, figure_share, ("figure", "under"), value_unit="%"),
}
