"""Schools and classes: how large they may be, by stage, by grade, and when one out means one in.

Source: 教督〔2017〕6号 政府保障 4, 5; X区 2024 一(一), 一(二)三; 大通湖区 2025 第20条 (docs/standards.md,
"Government", "Local plans").
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import FIVE_FOUR, STAGE, Stage
from eduapp.standards.figures import CLASS_BANDS
from eduapp.standards.formulas.measure import (
    EITHER,
    NO_PUPILS,
    SCHOOL,
    Feed,
    Formula,
    Measure,
    NotApplicable,
    count_of,
    lacking,
    named,
    sum_of,
)
from eduapp.standards.terms import Flag, OneOf, Terms, TermTable, WholeNumber, term

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from eduapp.standards.data import ClassSize, SchoolData
    from eduapp.standards.results import Input

STAGE_NAMES: dict[str, str] = dict(STAGE.options)
TIERS = {True: "起始年级", False: "其他年级"}
FIRST_GRADES = {Stage.PRIMARY: 1, Stage.LOWER_SECONDARY: 7}
"""起始年级; in 五四制 初中 begins with grade 6."""
NO_LIST = "缺:班级名单"
NO_CLASSES = "没有班级"
UNKNOWN = "有班级没有填年级或学生数"
_LIMIT = WholeNumber(quoted=True)
_BY_STAGE = TermTable(Stage, _LIMIT, every=True)


@dataclass(frozen=True, kw_only=True)
class Limits(Terms):
    """The most pupils a class of a stage may have."""

    limits: Mapping[str, int] = term("限额", _BY_STAGE)


@dataclass(frozen=True, kw_only=True)
class LimitsByGrade(Limits):
    """The same for the starting grade of a stage; `limits` are those of its other grades."""

    starting_limits: Mapping[str, int] = term("起始年级限额", _BY_STAGE)


@dataclass(frozen=True, kw_only=True)
class FullSchool(LimitsByGrade):
    """When a school or one of its classes is full."""

    pupils_at_most: int = term("学校规模", _LIMIT)


@dataclass(frozen=True, kw_only=True)
class Tier(Terms):
    """The starting grade of a stage, or its other grades, and the most pupils a class may have there."""

    stage: str = term("学段", OneOf(STAGE_NAMES))
    starting: bool = term("起始年级", Flag())
    limit: int = term("限额", _LIMIT)


def school_size(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """政府保障 4: pupils of the compulsory stages; the limit hangs on the kind."""
    del stage, terms
    inputs = tuple(data.figure("pupils", each) for each in data.facts.stages)
    note = "" if inputs else "请先填写学校类型"
    if inputs and sum_of(inputs) == 0:
        return Measure(None, None, inputs, "人", note=NO_PUPILS)
    return Measure(sum_of(inputs), Fraction(1), inputs, "人", pupils_are_numerator=True, note=note)


def is_over(each: ClassSize, limits: Collection[int]) -> bool | None:
    """Whether a class is over its limit, one of `limits`; None while that cannot be known."""
    if each.pupils is None or not limits:
        return None
    if each.pupils > max(limits):
        return True
    return None if each.pupils > min(limits) else False


def largest_named(over: Iterable[ClassSize]) -> str:
    """Name classes with their size, the first few of many."""
    return named([f"{each.name} {each.pupils} 人" for each in over])


def _by_list(
    data: SchoolData, listed: list[ClassSize], over: list[ClassSize], *, open_: bool, fine: str
) -> Measure:
    """Return the measure of a class list: those over; one class over decides, whatever is `open_`."""
    inputs = tuple(data.figure("classes", each) for each in data.facts.stages)
    if not listed:
        return Measure(None, None, inputs, "个", note=NO_CLASSES)
    if not over and open_:
        return Measure(None, None, inputs, "个", note=UNKNOWN)
    return count_of(over, inputs, "个", f"{len(over)} 个班超过班额:{largest_named(over)}" if over else fine)


def class_size(data: SchoolData, stage: Stage | None, terms: Limits) -> Measure:
    """政府保障 5: the classes over the limit of their stage; by rows, else by the form's bands."""
    del stage
    listed = data.classes()
    if listed is None:
        return _class_size_by_bands(data, terms.limits)
    over = list(over_stage(listed, terms.limits))
    unknown = any(each.pupils is None or each.stage is None for each in listed)
    largest = max((each.pupils or 0 for each in listed), default=0)
    return _by_list(data, listed, over, open_=unknown, fine=f"最大班额 {largest} 人")


def over_stage(classes: Iterable[ClassSize], limits: Mapping[str, int]) -> Iterable[ClassSize]:
    """Return the classes that are over the limit of their stage."""
    return (each for each in classes if each.stage and is_over(each, {limits[each.stage]}))


def _class_size_by_bands(data: SchoolData, limits: Mapping[str, int]) -> Measure:
    """Count the bands over the limit; one that the limit cuts in two tells only when it is empty."""
    over: list[Input] = []
    cut: list[Input] = []
    for each in data.sections:
        over += [data.figure(name, each) for name, low, _ in CLASS_BANDS if low > limits[each]]
        cut += [data.figure(name, each) for name in _cut_by(limits[each])]
    inputs = (*over, *cut)
    at_least = sum((Fraction(each.value) for each in over if each.value is not None), Fraction(0))
    undecided = any(each.value is None for each in over) or any(each.value != 0 for each in cut)
    if undecided and at_least:
        return Measure(at_least, Fraction(1), inputs, "个", note=f"至少 {at_least} 个班超过班额")
    if undecided or not inputs:
        return _class_size_undivided(data, limits, inputs)
    if not at_least and any(_has_no_class(data, each) for each in data.sections):
        return Measure(None, None, inputs, "个", note=NO_CLASSES)
    note = f"{at_least} 个班超过班额" if at_least else "没有班级超过班额"
    return Measure(at_least, Fraction(1), inputs, "个", note=note)


def _has_no_class(data: SchoolData, stage: Stage) -> bool:
    """Whether pupils of a stage are in no class at all: that none is too large says nothing then."""
    classes = data.figure("classes", stage).value
    if classes is not None:
        return classes == 0
    return all(data.figure(name, stage).value == 0 for name, _, _ in CLASS_BANDS)


def _cut_by(limit: int) -> list[str]:
    """Return the band that holds classes on both sides of a limit; none where it is a band's end."""
    return [name for name, low, high in CLASS_BANDS if low <= limit and (high is None or limit < high)]


def _class_size_undivided(data: SchoolData, limits: Mapping[str, int], inputs: tuple[Input, ...]) -> Measure:
    """Judge a school of two stages by its unsuffixed bands: 46-50 is undecidable, 51+ over either way."""
    stages, kind = data.facts.stages, data.facts.kind
    if len(stages) > 1 and kind is not None and not kind.has_senior_high:
        low_limit, high_limit = (pick(limits[each] for each in stages) for pick in (min, max))
        sure = [data.undivided(name) for name, low, _ in CLASS_BANDS if low > high_limit]
        maybe = [
            data.undivided(name)
            for name, low, high in CLASS_BANDS
            if low <= high_limit and (high is None or high > low_limit)
        ]
        over = sum(count for count in sure if count is not None)
        decided = None not in sure and all(count == 0 for count in maybe)
        if over or decided:
            note = f"至少 {over} 个班超过班额" if over else "没有班级超过班额"
            return Measure(Fraction(over), Fraction(1), inputs, "个", note=note)
    return Measure(None, None, inputs, "个", note="没有班级名单,班额分段也不足以判断")


def first_grade(stage: Stage, system: str) -> int:
    """Return the starting grade of a stage."""
    later = stage is Stage.LOWER_SECONDARY and system == FIVE_FOUR
    return FIRST_GRADES[stage] - later


def _possible_limits(each: ClassSize, data: SchoolData, terms: LimitsByGrade) -> set[int]:
    """Return the limits a class may have: one when its grade is known, else all that it could."""
    stages = (each.stage,) if each.stage else data.facts.stages
    found = set()
    for stage in stages:
        first = first_grade(stage, data.facts.system)
        if each.grade is None or each.grade == first:
            found.add(terms.starting_limits[stage])
        if each.grade is None or each.grade != first:
            found.add(terms.limits[stage])
    return found


def class_size_by_grade(data: SchoolData, stage: Stage | None, terms: LimitsByGrade) -> Measure:
    """X区 一(一): classes over the limit of their grade, which is lower in the starting grades.

    By the class list, else by the form's bands, which cannot tell the grades apart.
    """
    del stage
    listed = data.classes()
    if listed is None:
        return _by_bands(data, terms)
    judged = [(each, is_over(each, _possible_limits(each, data, terms))) for each in listed]
    over = [each for each, answer in judged if answer]
    unknown = any(answer is None for _, answer in judged)
    return _by_list(data, listed, over, open_=unknown, fine="没有班级超过班额")


def _by_bands(data: SchoolData, terms: LimitsByGrade) -> Measure:
    sure: list[Input] = []
    maybe: list[Input] = []
    for stage in data.sections:
        limits = {terms.limits[stage], terms.starting_limits[stage]}
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


def classes_over_tier(data: SchoolData, stage: Stage | None, terms: Tier) -> Measure | NotApplicable:
    """X区 一(一): the share of a tier's classes that are over its limit; the tier's classes are the whole.

    A tier is the starting grade of a stage or its other grades.
    """
    del stage
    own, starting, limit = Stage(terms.stage), terms.starting, terms.limit
    absent = lacking(data, own, "个")
    if absent is not None:
        return absent
    listed = data.classes()
    inputs = (data.figure("classes", own),)
    if listed is None:
        return Measure(None, None, inputs, "个", note="没有班级名单,分不出起始年级")
    if not listed:
        return Measure(None, None, inputs, "个", note=NO_CLASSES)
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
    about = f"{STAGE_NAMES[own]}{TIERS[starting]} {len(tier)} 个班"
    note = (
        f"{about},{len(over)} 个超过 {limit} 人:{largest_named(over)}"
        if over
        else f"{about}都不超过 {limit} 人"
    )
    if unknown:
        note += f";另有 {unknown} 个班没有填学生数"
    return Measure(Fraction(len(over)), Fraction(len(tier)), inputs, "个", note=note)


def transfers_into_full(data: SchoolData, stage: Stage | None, terms: FullSchool) -> Measure | NotApplicable:
    """X区 一(二)三: a school that is too large, or has a class that is, takes no pupils by transfer."""
    sizes = tuple(data.figure("pupils", each) for each in data.facts.stages)
    pupils, classes = sum_of(sizes), class_size_by_grade(data, stage, terms)
    too_large = None if pupils is None else pupils > terms.pupils_at_most
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


def starting_class_size(data: SchoolData, stage: Stage | None, terms: Limits) -> Measure | NotApplicable:
    """大通湖 第20条: how many classes of the starting grades are over the limit of their stage."""
    del stage
    classes = data.classes()
    if not classes:
        return Measure(None, None, (), "个", note=NO_LIST if classes is None else NO_CLASSES)
    starting = [each for each in classes if starts(each, data) is not False]
    over = starting_over(data, terms)
    if over:
        return count_of(over, (), "个", f"起始年级 {len(over)} 个班超过班额:{largest_named(over)}")
    if any(
        each.pupils is None or (not starts(each, data) and _may_be_over(each, terms)) for each in starting
    ):
        return Measure(None, None, (), "个", note=UNKNOWN)
    if not starting:
        return NotApplicable("没有起始年级的班级")
    return count_of(over, (), "个", f"起始年级最大班额 {max(each.pupils or 0 for each in starting)} 人")


def one_out_one_in(data: SchoolData, stage: Stage | None, terms: Limits) -> Measure | NotApplicable:
    """大通湖 第20条: other classes over the limit that took in more pupils than left (出一补一)."""
    del stage
    classes = data.classes()
    if not classes:
        return Measure(None, None, (), "个", note=NO_LIST if classes is None else NO_CLASSES)
    others = [each for each in classes if not starts(each, data)]
    sure = [each for each in others if starts(each, data) is False]
    large = list(over_stage(sure, terms.limits))
    unknown = [each for each in sure if each.pupils is None]
    unknown += [each for each in others if each not in sure and _may_be_over(each, terms)]
    unknown += [each for each in large if _growth(each, data) is None]
    grown = large_and_grown(data, terms)
    if grown:
        names = named([each.name for each in grown])
        return count_of(grown, (), "个", f"{len(grown)} 个班转入多于转出:{names}")
    if unknown:
        names = named([each.name for each in unknown])
        return Measure(None, None, (), "个", note=f"缺:{names}的学生数或本学年转入、转出人数")
    if not large:
        return NotApplicable("非起始年级没有超过班额的班级")
    return count_of((), (), "个", f"非起始年级 {len(large)} 个班超过班额,转入都不多于转出")


def starting_over(data: SchoolData, terms: Limits) -> list[ClassSize]:
    """Return the listed classes of the starting grades that are over the limit of their stage."""
    return list(over_stage((each for each in data.listed_classes if starts(each, data)), terms.limits))


def large_and_grown(data: SchoolData, terms: Limits) -> list[ClassSize]:
    """Return the listed classes of other grades that are over their limit and took in more than left."""
    others = (each for each in data.listed_classes if starts(each, data) is False)
    return [each for each in over_stage(others, terms.limits) if (_growth(each, data) or 0) > 0]


def _growth(each: ClassSize, data: SchoolData) -> int | None:
    row = data.draft.rows["school_class"][each.key]
    came, went = row["came_in"], row["went_out"]
    return came - went if isinstance(came, int) and isinstance(went, int) else None


def starts(each: ClassSize, data: SchoolData) -> bool | None:
    """Whether a class is of a starting grade; None while its grade is not known."""
    if each.grade is None or each.stage is None:
        return None
    return each.grade == first_grade(each.stage, data.facts.system)


def _may_be_over(each: ClassSize, terms: Limits) -> bool:
    """Whether a class of unknown size or stage may be over its limit."""
    limits = {terms.limits[each.stage]} if each.stage else set(terms.limits.values())
    return is_over(each, limits) is not False


def _too_large(classes: Iterable[ClassSize]) -> Iterable[Feed]:
    return (Feed("school_class", each.key, "pupils", f"{each.pupils} 人") for each in classes)


FORMULAS: dict[str, Formula] = {
    "school_size": Formula(SCHOOL, school_size, value_unit="人", judged=EITHER, tried=True),
    "class_size": Formula(
        SCHOOL,
        class_size,
        Limits,
        value_unit="个",
        reads=("school_class.grade", "school_class.pupils"),
        judged=EITHER,
        offenders=lambda data, terms: _too_large(over_stage(data.listed_classes, terms.limits)),
    ),
    "class_size_by_grade": Formula(
        SCHOOL, class_size_by_grade, LimitsByGrade, value_unit="个", judged=EITHER
    ),
    "classes_over_tier": Formula(SCHOOL, classes_over_tier, Tier, value_unit="%"),
    "transfers_into_full": Formula(SCHOOL, transfers_into_full, FullSchool, value_unit="人"),
    "starting_class_size": Formula(
        SCHOOL,
        starting_class_size,
        Limits,
        value_unit="个",
        judged=EITHER,
        offenders=lambda data, terms: _too_large(starting_over(data, terms)),
    ),
    "one_out_one_in": Formula(
        SCHOOL,
        one_out_one_in,
        Limits,
        value_unit="个",
        judged=EITHER,
        offenders=lambda data, terms: _too_large(large_and_grown(data, terms)),
    ),
}
