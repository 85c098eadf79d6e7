"""Classes: limits for starting grades only, and for the others one out before one in.

Source: 大通湖区 2025 第20条 (docs/standards.md, "Local plans").
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import FIVE_FOUR, Stage
from eduapp.standards.formulas.measure import EITHER, SCHOOL, Formula, Measure, NotApplicable, named

if TYPE_CHECKING:
    from eduapp.standards.data import ClassSize, SchoolData
    from eduapp.standards.formulas.measure import Parameters

NO_LIST = "缺:班级名单"
NO_CLASSES = "没有班级"
UNKNOWN = "有班级没有填年级或学生数"


def starting_grade(stage: Stage, system: str) -> int:
    """Return the grade with which a stage begins: 初中 begins with grade 6 in 五四制."""
    if stage is Stage.PRIMARY:
        return 1
    return 6 if system == FIVE_FOUR else 7


def starting_class_size(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """How many classes of the starting grades are over the limit of their stage."""
    del stage
    classes = data.classes()
    if not classes:
        return Measure(None, None, (), "个", note=NO_LIST if classes is None else NO_CLASSES)
    limits = _limits(parameters)
    starting = [each for each in classes if _starts(each, data) is not False]
    over = starting_over(data, parameters)
    if over:
        names = named([f"{each.name} {each.pupils} 人" for each in over])
        return _count(over, f"起始年级 {len(over)} 个班超过班额:{names}")
    if any(
        each.pupils is None or (not _starts(each, data) and _may_be_over(each, limits)) for each in starting
    ):
        return Measure(None, None, (), "个", note=UNKNOWN)
    if not starting:
        return NotApplicable("没有起始年级的班级")
    return _count(over, f"起始年级最大班额 {max(each.pupils or 0 for each in starting)} 人")


def one_out_one_in(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """How many other classes that are over the limit took in more pupils than left (出一补一)."""
    del stage
    classes = data.classes()
    if not classes:
        return Measure(None, None, (), "个", note=NO_LIST if classes is None else NO_CLASSES)
    limits = _limits(parameters)
    others = [each for each in classes if not _starts(each, data)]
    sure = [each for each in others if _starts(each, data) is False]
    large = [each for each in sure if _is_over(each, limits)]
    unknown = [each for each in sure if each.pupils is None]
    unknown += [each for each in others if each not in sure and _may_be_over(each, limits)]
    unknown += [each for each in large if _growth(each, data) is None]
    grown = large_and_grown(data, parameters)
    if grown:
        names = named([each.name for each in grown])
        return _count(grown, f"{len(grown)} 个班转入多于转出:{names}")
    if unknown:
        names = named([each.name for each in unknown])
        return Measure(None, None, (), "个", note=f"缺:{names}的学生数或本学年转入、转出人数")
    if not large:
        return NotApplicable("非起始年级没有超过班额的班级")
    return _count([], f"非起始年级 {len(large)} 个班超过班额,转入都不多于转出")


def starting_over(data: SchoolData, parameters: Parameters) -> list[ClassSize]:
    """Return the listed classes of the starting grades that are over the limit of their stage."""
    limits = _limits(parameters)
    return [each for each in data.listed_classes if _starts(each, data) and _is_over(each, limits)]


def large_and_grown(data: SchoolData, parameters: Parameters) -> list[ClassSize]:
    """Return the listed classes of other grades that are over their limit and took in more than left."""
    limits = _limits(parameters)
    others = [each for each in data.listed_classes if _starts(each, data) is False]
    return [each for each in others if _is_over(each, limits) and (_growth(each, data) or 0) > 0]


def _growth(each: ClassSize, data: SchoolData) -> int | None:
    row = data.draft.rows["school_class"][each.key]
    came, went = row["came_in"], row["went_out"]
    return came - went if isinstance(came, int) and isinstance(went, int) else None


def _limits(parameters: Parameters) -> dict[str, int]:
    return {name: int(text) for name, text in parameters["limits"].items()}


def _starts(each: ClassSize, data: SchoolData) -> bool | None:
    """Whether a class is of a starting grade; None while its grade is not known."""
    if each.grade is None or each.stage is None:
        return None
    return each.grade == starting_grade(each.stage, data.facts.system)


def _is_over(each: ClassSize, limits: dict[str, int]) -> bool:
    return each.stage is not None and (each.pupils or 0) > limits[each.stage]


def _may_be_over(each: ClassSize, limits: dict[str, int]) -> bool:
    """Whether a class of unknown size or stage may be over its limit."""
    return each.pupils is None or each.pupils > (limits[each.stage] if each.stage else min(limits.values()))


def _count(over: list[ClassSize], note: str) -> Measure:
    return Measure(Fraction(len(over)), Fraction(1), (), "个", note=note)


FORMULAS: dict[str, Formula] = {
    "starting_class_size": Formula(SCHOOL, starting_class_size, ("limits",), value_unit="个", judged=EITHER),
    "one_out_one_in": Formula(SCHOOL, one_out_one_in, ("limits",), value_unit="个", judged=EITHER),
}
