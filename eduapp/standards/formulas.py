"""The formulas: from figures to a measure. Thresholds, dates and citations are data, not here.

Source of every formula: 教督〔2017〕6号 and the official form's notes, as read in standards.md §1.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from db.records.choices import SchoolKind, Stage
from eduapp.standards.data import MISSING, ROWS, ClassSize, SchoolData
from eduapp.standards.figures import CLASS_BANDS
from eduapp.standards.numbers import shown
from eduapp.standards.results import Input

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Parameters = Mapping[str, Any]

YUAN_PER_WAN = 10_000
CLASSES_PER_ROOM = 12
FORM_SMALLEST_ROOM = 61
"""㎡: where the form's lowest band of music and art rooms begins."""
ROOM_NAMES = {"music": "音乐教室", "art": "美术教室"}
MOST_NAMED = 6
LAST_PRIMARY_GRADE = 6


@dataclass(frozen=True)
class Measure:
    """What a formula found: numerator / denominator and how each could move.

    `factor`: numerator gained by one unit of what a school builds, hires or buys. `pupil_weight`:
    denominator gained by one pupil of the section, 0 when pupils are the numerator or do not count.
    """

    numerator: Fraction | None
    denominator: Fraction | None
    inputs: tuple[Input, ...]
    unit: str
    factor: Fraction = Fraction(1)
    pupil_weight: Fraction = Fraction(0)
    pupils_are_numerator: bool = False
    note: str = ""


@dataclass(frozen=True)
class NotApplicable:
    """The indicator does not concern this school or section, and why."""

    reason: str


@dataclass(frozen=True)
class Formula:
    """A formula and where it applies: to each section, or to the school as a whole."""

    by_section: bool
    compute: Callable[[SchoolData, Stage | None, Parameters], Measure | NotApplicable]
    parameters: tuple[str, ...] = ()
    relaxed_by: tuple[str, ...] = ()
    """The parameters that a relaxation may set instead or beside."""


def _sum(inputs: tuple[Input, ...]) -> Fraction | None:
    values = [part.value for part in inputs]
    known = [Fraction(value) for value in values if value is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(values) else None


def _fraction(part: Input) -> Fraction | None:
    return None if part.value is None else Fraction(part.value)


def _per_pupil(*names: str, unit: str) -> Callable[[SchoolData, Stage | None, Parameters], Measure]:
    """A staff figure of a section over its pupils; a relaxation may add figures (`adds`)."""

    def compute(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
        counted = (*(names or _levels(stage, parameters)), *parameters.get("adds", ()))
        parts = tuple(data.figure(name, stage) for name in counted)
        pupils = data.figure("pupils", stage)
        return Measure(_sum(parts), _fraction(pupils), (*parts, pupils), unit, pupil_weight=Fraction(1))

    return compute


def _levels(stage: Stage | None, parameters: Parameters) -> tuple[str, ...]:
    return tuple(parameters["levels"][stage])


def weighted_pupils(
    data: SchoolData, parameters: Parameters
) -> tuple[Fraction | None, dict[str, Fraction], tuple[Input, ...]]:
    """Return A + 1.1 B + 1.32 C of a school whose stages share its rooms, the weights and the inputs."""
    weights = {name: Fraction(text) for name, text in parameters["weights"].items()}
    inputs = [data.figure("pupils", stage) for stage in data.facts.stages]
    wanted = [weights[stage] for stage in data.facts.stages]
    if data.facts.kind and data.facts.kind.has_senior_high:
        inputs.append(data.figure("senior_high_pupils"))
        wanted.append(weights["senior_high"])
    if any(part.value is None for part in inputs):
        return None, weights, tuple(inputs)
    total = sum(
        (
            weight * Fraction(part.value)
            for weight, part in zip(wanted, inputs, strict=True)
            if part.value is not None
        ),
        Fraction(0),
    )
    return total, weights, tuple(inputs)


def _shared(
    total: Callable[[SchoolData, Parameters], tuple[Fraction | None, tuple[Input, ...]]],
    unit: str,
    factor: int = 1,
) -> Callable[[SchoolData, Stage | None, Parameters], Measure]:
    """A school's total over pupils; split by weighted pupils where stages share it (standards.md §1.2)."""

    def compute(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
        amount, parts = total(data, parameters)
        if data.facts.kind is None or stage is None or not data.facts.kind.shares:
            pupils = data.figure("pupils", stage)
            return Measure(
                None if amount is None else amount * factor,
                _fraction(pupils),
                (*parts, pupils),
                unit,
                pupil_weight=Fraction(1),
            )
        denominator, weights, pupil_inputs = weighted_pupils(data, parameters)
        weight = weights[stage]
        return Measure(
            None if amount is None else amount * factor * weight,
            denominator,
            (*parts, *pupil_inputs),
            unit,
            factor=weight,
            pupil_weight=weight,
        )

    return compute


def _teaching_area(data: SchoolData, parameters: Parameters) -> tuple[Fraction | None, tuple[Input, ...]]:
    """教学及辅助用房 contains the indoor sports rooms: they are subtracted (standards.md §0.5)."""
    del parameters
    area, indoor = data.figure("teaching_area"), data.figure("indoor_sports_area")
    if area.value is None or indoor.value is None:
        return None, (area, indoor)
    return Fraction(area.value) - Fraction(indoor.value), (area, indoor)


def _plain_total(
    *names: str,
) -> Callable[[SchoolData, Parameters], tuple[Fraction | None, tuple[Input, ...]]]:
    def total(data: SchoolData, parameters: Parameters) -> tuple[Fraction | None, tuple[Input, ...]]:
        parts = tuple(data.figure(name) for name in (*names, *parameters.get("adds", ())))
        return _sum(parts), parts

    return total


def _class_count(data: SchoolData) -> tuple[Fraction | None, tuple[Input, ...]]:
    part = data.whole("classes")
    return _fraction(part), (part,)


def music_art_rooms(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """政府保障 3: music and art each need ceil(classes / 12) rooms of the due size (literal reading).

    A relaxation counts more of the form's bands, and below them rooms from `smallest_by_kind` on (㎡).
    """
    del stage
    classes, class_inputs = _class_count(data)
    music, art = _rooms(data, "music", parameters), _rooms(data, "art", parameters)
    inputs = (*music, *art, *class_inputs)
    if classes is None:
        return Measure(None, None, inputs, "间")
    needed = -(-classes // CLASSES_PER_ROOM)
    enough_music, enough_art = _enough(music, needed), _enough(art, needed)
    if enough_music is None or enough_art is None:
        return Measure(None, None, inputs, "间")
    have = min(enough_music, Fraction(needed)) + min(enough_art, Fraction(needed))
    note = f"音乐、美术专用教室各需 {needed} 间,合格的音乐教室 {enough_music} 间、美术教室 {enough_art} 间"
    if not needed:
        return Measure(None, None, inputs, "间", note="没有班级")
    return Measure(have, Fraction(2 * needed), inputs, "间", note=note)


def _rooms(data: SchoolData, kind: str, parameters: Parameters) -> tuple[Input, ...]:
    """Return the counts of rooms of a kind that are large enough, band by band."""
    named = parameters[kind]
    bands = tuple(data.figure(name) for name in ([named] if isinstance(named, str) else named))
    smallest = parameters.get("smallest_by_kind", {}).get(data.facts.kind)
    if smallest is None or Decimal(smallest) >= FORM_SMALLEST_ROOM:
        return bands
    return (*bands, _rooms_below_the_form(data, kind, Decimal(smallest), bands))


def _rooms_below_the_form(data: SchoolData, kind: str, smallest: Decimal, bands: tuple[Input, ...]) -> Input:
    """Count the rooms from `smallest` to the form's lowest band: only a list of rooms can tell.

    Without one it is known only where the form's bands already hold all the rooms there are.
    """
    total = data.figure(f"{kind}_rooms")
    label = f"{smallest}㎡≤单间面积<{FORM_SMALLEST_ROOM}㎡的{ROOM_NAMES[kind]}间数(教室名单)"
    count: int | None = None
    if total.source == ROWS:
        areas = [row["area"] for row in data.draft.rows["room"].values() if row["kind"] == kind]
        known = [area for area in areas if isinstance(area, Decimal)]
        if len(known) == len(areas) and total.value is not None:
            count = sum(smallest <= area < FORM_SMALLEST_ROOM for area in known)
    elif total.value is not None and total.value == _sum(bands):
        count = 0
    return Input(total.figure, label, None, count, "间", MISSING if count is None else total.source)


def _enough(rooms: tuple[Input, ...], needed: int) -> Fraction | None:
    """Return how many rooms count; None while a band that could still decide is unknown."""
    known = sum((Fraction(part.value) for part in rooms if part.value is not None), Fraction(0))
    undecided = any(part.value is None for part in rooms)
    return None if undecided and (known < needed or not needed) else known


def school_size(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """政府保障 4: pupils of the compulsory stages; the limit hangs on the kind (standards.md §1.9)."""
    del stage, parameters
    inputs = tuple(data.figure("pupils", each) for each in data.facts.stages)
    note = "" if inputs else "请先填写学校类型"
    return Measure(_sum(inputs), Fraction(1), inputs, "人", pupils_are_numerator=True, note=note)


def class_size(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """政府保障 5: the classes over the limit of their stage; by rows, else by the form's bands."""
    del stage
    limits: dict[str, int] = {name: int(text) for name, text in parameters["limits"].items()}
    listed = data.classes()
    if listed is not None:
        inputs = tuple(data.figure("classes", each) for each in data.facts.stages)
        over = [each for each in listed if each.stage and (each.pupils or 0) > limits[each.stage]]
        # One class over decides, whatever the unknown ones are.
        if not over and any(each.pupils is None or each.stage is None for each in listed):
            return Measure(None, None, inputs, "个", note="有班级没有填年级或学生数")
        largest = max((each.pupils or 0 for each in listed), default=0)
        names = _named([f"{each.name} {each.pupils} 人" for each in over])
        note = f"{len(over)} 个班超过班额:{names}" if over else f"最大班额 {largest} 人"
        return Measure(Fraction(len(over)), Fraction(1), inputs, "个", note=note)
    return _class_size_by_bands(data, limits)


def _named(names: list[str]) -> str:
    return "、".join(names[:MOST_NAMED]) + ("等" if len(names) > MOST_NAMED else "")


def _class_size_by_bands(data: SchoolData, limits: Mapping[str, int]) -> Measure:
    inputs: list[Input] = []
    for each in data.sections:
        inputs += [data.figure(name, each) for name, low, _ in CLASS_BANDS if low > limits[each]]
    count = _sum(tuple(inputs))
    at_least = sum((Fraction(each.value) for each in inputs if each.value is not None), Fraction(0))
    if count is None and at_least:
        return Measure(at_least, Fraction(1), tuple(inputs), "个", note=f"至少 {at_least} 个班超过班额")
    if count is None or not inputs:
        return _class_size_undivided(data, limits, tuple(inputs))
    note = f"{count} 个班超过班额" if count else "没有班级超过班额"
    return Measure(count, Fraction(1), tuple(inputs), "个", note=note)


def _class_size_undivided(data: SchoolData, limits: Mapping[str, int], inputs: tuple[Input, ...]) -> Measure:
    """Judge a school of two stages by its unsuffixed bands: 46-50 is undecidable, 51+ over either way."""
    row, stages = data.draft.only("school_total"), data.facts.stages
    kind = data.facts.kind
    if len(stages) > 1 and kind is not None and not kind.has_senior_high:
        sure = [row[name] for name, low, _ in CLASS_BANDS if low > max(limits[each] for each in stages)]
        maybe = [
            row[name]
            for name, low, _ in CLASS_BANDS
            if min(limits[each] for each in stages) < low <= max(limits[each] for each in stages)
        ]
        over = sum(cell for cell in sure if isinstance(cell, int))
        decided = all(isinstance(cell, int) for cell in sure) and all(cell == 0 for cell in maybe)
        if over or decided:
            note = f"至少 {over} 个班超过班额" if over else "没有班级超过班额"
            return Measure(Fraction(over), Fraction(1), inputs, "个", note=note)
    return Measure(None, None, inputs, "个", note="没有班级名单,班额分段也不足以判断")


def _share_of_teachers(name: str) -> Callable[[SchoolData, Stage | None, Parameters], Measure]:
    def compute(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
        del stage, parameters
        have, teachers = data.whole(name), data.whole("teachers")
        return Measure(_fraction(have), _fraction(teachers), (have, teachers), "人")

    return compute


def retention(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """教育质量 1, the form's formula: (毕业 - 转入 + 转出) / (初一在校 - 死亡)."""
    del stage, parameters
    if data.facts.kind is not None and Stage.LOWER_SECONDARY not in data.sections:
        return NotApplicable("没有初中")
    names = ("graduates", "transferred_in", "transferred_out", "cohort", "died")
    inputs = tuple(data.figure(name, Stage.LOWER_SECONDARY) for name in names)
    values = [_fraction(part) for part in inputs]
    if any(value is None for value in values):
        return Measure(None, None, inputs, "人")
    graduates, came, went, cohort, died = (value or Fraction(0) for value in values)
    return Measure(graduates - came + went, cohort - died, inputs, "人")


def training_budget(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """教育质量 4: training budget over the budget of 公用经费, both of the calendar year before."""
    del stage, parameters
    training, budget = data.figure("training_budget"), data.figure("budget")
    numerator, denominator = _fraction(training), _fraction(budget)
    return Measure(
        None if numerator is None else numerator * YUAN_PER_WAN,
        None if denominator is None else denominator * YUAN_PER_WAN,
        (training, budget),
        "元",
    )


def homework_load(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """教育质量 8: per class the mean of written minutes over the class-days with a record.

    Limits by grade are data; a class without a record is never taken as zero (standards.md §1.9).
    """
    del stage
    limits = {int(grade): int(minutes) for grade, minutes in parameters["limits"].items()}
    classes = data.listed_classes
    if not classes or not data.tally.homework.any:
        return Measure(None, None, (), "个", note="没有作业登记")
    over, unknown, missing_days, days_over = [], 0, 0, 0
    for each in classes:
        average, limit = each.homework.average, limits.get(homework_grade(each))
        days_over += 0 if limit is None else data.tally.homework.count_over(each.key, limit)
        missing_days += each.homework.missing_days + each.homework.unknown_days
        if average is None or limit is None:
            unknown += 1
        elif average > limit:
            over.append(each)
    gaps = f";{days_over} 个班次日超过当天限时" if days_over else ""
    gaps += f";{missing_days} 个班次日没有登记或缺时长" if missing_days else ""
    if over:
        names = _named([f"{each.name}平均{shown(each.homework.average, 1)}分钟" for each in over])
        note = f"{len(over)} 个班超过时长:{names}{gaps}"
        return Measure(Fraction(len(over)), Fraction(1), (), "个", note=note)
    if unknown:
        return Measure(None, None, (), "个", note=f"{unknown} 个班没有可用的作业登记")
    return Measure(Fraction(0), Fraction(1), (), "个", note=f"各班平均时长都在限内{gaps}")


def homework_grade(each: ClassSize) -> int:
    """Return the grade whose homework limit holds for a class; 0 while it is unknown.

    In 五四制 grade 6 belongs to 初中 and has its limit (standards.md §1.9).
    """
    if each.grade == LAST_PRIMARY_GRADE and each.stage is Stage.LOWER_SECONDARY:
        return LAST_PRIMARY_GRADE + 1
    return each.grade or 0


def small_teaching_point(data: SchoolData, parameters: Parameters) -> NotApplicable | None:
    """教学点 under 50 pupils are left out of 资源配置 (standards.md §1.1)."""
    if data.facts.kind is not SchoolKind.TEACHING_POINT:
        return None
    pupils = data.figure("pupils", Stage.PRIMARY).value
    limit = int(parameters["teaching_point_from"])
    if pupils is not None and pupils < limit:
        return NotApplicable(f"不足 {limit} 人的教学点不参加评估")
    return None


FORMULAS: dict[str, Formula] = {
    "degree_teachers_per_100": Formula(
        by_section=True, compute=_per_pupil(unit="人"), parameters=("levels",)
    ),
    "backbone_teachers_per_100": Formula(by_section=True, compute=_per_pupil("backbone", unit="人")),
    "pe_art_teachers_per_100": Formula(
        by_section=True,
        compute=_per_pupil("pe", "music", "fine_art", "art", unit="人"),
        relaxed_by=("adds",),
    ),
    "teaching_area_per_pupil": Formula(
        by_section=True, compute=_shared(_teaching_area, "㎡"), parameters=("weights",)
    ),
    "sports_area_per_pupil": Formula(
        by_section=True,
        compute=_shared(_plain_total("gym_area", "field_area"), "㎡"),
        parameters=("weights",),
        relaxed_by=("adds",),
    ),
    "equipment_value_per_pupil": Formula(
        by_section=True,
        compute=_shared(_plain_total("equipment_value"), "元", YUAN_PER_WAN),
        parameters=("weights",),
    ),
    "multimedia_rooms_per_100": Formula(
        by_section=True, compute=_shared(_plain_total("multimedia_rooms"), "间"), parameters=("weights",)
    ),
    "music_art_rooms": Formula(
        by_section=False,
        compute=music_art_rooms,
        parameters=("music", "art"),
        relaxed_by=("music", "art", "smallest_by_kind"),
    ),
    "school_size": Formula(by_section=False, compute=school_size),
    "class_size": Formula(by_section=False, compute=class_size, parameters=("limits",)),
    "training_hours": Formula(by_section=False, compute=_share_of_teachers("trained")),
    "teacher_certificates": Formula(by_section=False, compute=_share_of_teachers("certified")),
    "retention": Formula(by_section=False, compute=retention),
    "training_budget": Formula(by_section=False, compute=training_budget),
    "homework_load": Formula(by_section=False, compute=homework_load, parameters=("limits",)),
}
"""Formula by the indicator's name in code (standards.md, table of codes)."""
