"""政府保障程度: what is asked of each school.

Source: 教督〔2017〕6号 and 教督厅函〔2024〕10号, as read in docs/standards.md, "Government".
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import PRIVATE
from eduapp.standards.data import MISSING, ROWS
from eduapp.standards.figures import CLASS_BANDS
from eduapp.standards.formulas.measure import (
    EITHER,
    NO_PUPILS,
    SCHOOL,
    STAGE,
    YUAN_PER_WAN,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    named,
    sum_of,
)
from eduapp.standards.results import Input
from eduapp.standards.training import terms_of
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records.choices import Stage
    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Compute, Parameters

FORM_SMALLEST_ROOM = 61
"""㎡: where the form's lowest band of music and art rooms begins."""
ROOM_NAMES = {"music": "音乐教室", "art": "美术教室"}


def _class_count(data: SchoolData) -> tuple[Fraction | None, tuple[Input, ...]]:
    part = data.whole("classes")
    return fraction(part), (part,)


def music_art_rooms(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """政府保障 3: music and art each need ceil(classes / `classes_per_room`) rooms of the due size.

    A relaxation counts more of the form's bands, and below them rooms from `smallest_by_kind` on (㎡).
    """
    del stage
    classes, class_inputs = _class_count(data)
    music, art = _rooms(data, "music", parameters), _rooms(data, "art", parameters)
    inputs = (*music, *art, *class_inputs)
    if classes is None:
        return Measure(None, None, inputs, "间")
    needed = -(-classes // parameters["classes_per_room"])
    enough_music, enough_art = _enough(music, needed), _enough(art, needed)
    if enough_music is None or enough_art is None:
        return Measure(None, None, inputs, "间")
    have = min(enough_music, Fraction(needed)) + min(enough_art, Fraction(needed))
    if not needed:
        return Measure(None, None, inputs, "间", note="没有班级")
    note, words = rooms_in_words(enough_music, enough_art, needed)
    return Measure(have, Fraction(2 * needed), inputs, "间", note=note, words=words)


def rooms_in_words(music: Fraction, art: Fraction, needed: Fraction | int) -> tuple[str, tuple[str, str]]:
    """Return the note, and value and threshold in words: of two counts one share says too little."""
    note = f"音乐、美术专用教室各需 {needed} 间,合格的音乐教室 {music} 间、美术教室 {art} 间"
    return note, (f"音乐 {music}/{needed} 间,美术 {art}/{needed} 间", f"各 {needed} 间")


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
        areas = [row["area"] for row in data.rows("room") if row["kind"] == kind]
        known = [area for area in areas if isinstance(area, Decimal)]
        if len(known) == len(areas) and total.value is not None:
            count = sum(smallest <= area < FORM_SMALLEST_ROOM for area in known)
    elif total.value is not None and total.value == sum_of(bands):
        count = 0
    return Input(total.figure, label, None, count, "间", MISSING if count is None else total.source)


def _enough(rooms: tuple[Input, ...], needed: int) -> Fraction | None:
    """Return how many rooms count; None while a band that could still decide is unknown."""
    known = sum((Fraction(part.value) for part in rooms if part.value is not None), Fraction(0))
    undecided = any(part.value is None for part in rooms)
    return None if undecided and (known < needed or not needed) else known


def school_size(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """政府保障 4: pupils of the compulsory stages; the limit hangs on the kind."""
    del stage, parameters
    inputs = tuple(data.figure("pupils", each) for each in data.facts.stages)
    note = "" if inputs else "请先填写学校类型"
    if inputs and sum_of(inputs) == 0:
        return Measure(None, None, inputs, "人", note=NO_PUPILS)
    return Measure(sum_of(inputs), Fraction(1), inputs, "人", pupils_are_numerator=True, note=note)


def class_size(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """政府保障 5: the classes over the limit of their stage; by rows, else by the form's bands."""
    del stage
    limits: dict[str, int] = {name: int(text) for name, text in parameters["limits"].items()}
    listed = data.classes()
    if listed is not None:
        inputs = tuple(data.figure("classes", each) for each in data.facts.stages)
        if not listed:
            return Measure(None, None, inputs, "个", note="没有班级")
        over = [each for each in listed if each.stage and (each.pupils or 0) > limits[each.stage]]
        # One class over decides, whatever the unknown ones are.
        if not over and any(each.pupils is None or each.stage is None for each in listed):
            return Measure(None, None, inputs, "个", note="有班级没有填年级或学生数")
        largest = max((each.pupils or 0 for each in listed), default=0)
        names = named([f"{each.name} {each.pupils} 人" for each in over])
        note = f"{len(over)} 个班超过班额:{names}" if over else f"最大班额 {largest} 人"
        return Measure(Fraction(len(over)), Fraction(1), inputs, "个", note=note)
    return _class_size_by_bands(data, limits)


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
        return Measure(None, None, inputs, "个", note="没有班级")
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


def share_of_teachers(name: str) -> Compute:
    """A staff figure of the whole school over its 专任教师."""

    def compute(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
        del stage, parameters
        have, teachers = data.whole(name), data.whole("teachers")
        return Measure(fraction(have), fraction(teachers), (have, teachers), "人", within=True)

    return compute


def training_hours(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """政府保障 9: 专任教师 with their hours of training, on the terms of the item, over all of them."""
    return share_of_teachers("trained")(data.counting(terms_of(parameters)), stage, parameters)


def small_school_funding(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """政府保障 6: a school under `pupils` pupils is granted at least that many times the quota.

    Money and pupils are of the calendar year before; of two stages the smaller quota is enough for
    none, so that the stage with pupils counts, the higher quota where both have (inferred). `whom` are
    the kinds of school it is for, each with the area classes it must stand in; all where it is not given.
    """
    del stage
    outside = _not_meant(data, parameters)
    if outside is not None:
        return outside
    pupils, limit = data.figure("pupils_before"), int(parameters["pupils"])
    if pupils.value is not None and pupils.value >= limit:
        return NotApplicable(f"上一年度学生 {pupils.value} 人,不是不足 {limit} 人的学校")
    if pupils.value == 0:
        return NotApplicable("上一年度没有学生")
    granted = data.figure("granted")
    quotas = tuple(data.figure(f"quota_{each}") for each in data.sections)
    known = [Fraction(part.value) for part in quotas if part.value is not None]
    inputs = (granted, pupils, *quotas)
    if pupils.value is None and _clearly_larger(data, limit):
        return NotApplicable(f"学生数不是不足 {limit} 人")
    if granted.value is None or pupils.value is None or not quotas or len(known) < len(quotas):
        return Measure(None, None, inputs, "元")
    return Measure(Fraction(granted.value) * YUAN_PER_WAN, max(known) * limit, inputs, "元")


def _not_meant(data: SchoolData, parameters: Parameters) -> Measure | NotApplicable | None:
    """Say that a school is none of those an item is for (`whom`), or that this cannot be known."""
    whom, facts = parameters.get("whom"), data.facts
    if whom is None or facts.kind is None:
        return None
    areas = whom.get(facts.kind)
    if areas is None or (areas and facts.area_class and not facts.area_class.startswith(tuple(areas))):
        return NotApplicable("这项不针对本类学校")
    if areas and not facts.area_class:
        return Measure(None, None, (), "元", note="缺:城乡分类")
    return None


def _clearly_larger(data: SchoolData, limit: int) -> bool:
    """Whether this year's pupils leave no doubt while last year's are not known: twice the limit."""
    values = [data.figure("pupils", stage).value for stage in data.facts.stages]
    return sum(value for value in values if value is not None) >= 2 * limit


def special_education_funding(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """政府保障 7 at a school: money granted for pupils with special needs, a head (元)."""
    del stage, parameters
    pupils, granted = data.figure("special_pupils_before"), data.figure("special_granted")
    none_listed = "special_needs" in data.draft.complete and not data.rows("special_needs")
    if pupils.value == 0 or (pupils.value is None and none_listed):
        return NotApplicable("没有特殊教育学生")
    amount = None if granted.value is None else Fraction(granted.value) * YUAN_PER_WAN
    return Measure(amount, fraction(pupils), (granted, pupils), "元")


PRIVATE_SCHOOLS, BOARDING_SCHOOLS = "private", "boarding"
"""Whom an item about catchments can leave out (`without`)."""


def nearby_enrolment(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """政府保障 13: pupils who live in the catchment over all pupils of a stage.

    Of schools in `areas` (城乡分类), without those that the item leaves out (`without`).
    """
    areas, without, facts = tuple(parameters["areas"]), parameters["without"], data.facts
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


FORMULAS: dict[str, Formula] = {
    "music_art_rooms": Formula(
        SCHOOL,
        music_art_rooms,
        ("music", "art", "classes_per_room"),
        ("music", "art", "smallest_by_kind"),
        judged=EITHER,
    ),
    "school_size": Formula(SCHOOL, school_size, value_unit="人", judged=EITHER),
    "class_size": Formula(
        SCHOOL,
        class_size,
        ("limits",),
        value_unit="个",
        reads=("school_class.grade", "school_class.pupils"),
        judged=EITHER,
    ),
    "small_school_funding": Formula(
        SCHOOL,
        small_school_funding,
        ("pupils",),
        optional=("whom",),
        value_unit="%",
        year=YEAR_BEFORE,
        judged=EITHER,
    ),
    "special_education_funding": Formula(
        SCHOOL, special_education_funding, value_unit="元", year=YEAR_BEFORE, judged=EITHER
    ),
    "training_hours": Formula(SCHOOL, training_hours, ("hours", "years", "hours_a_year"), value_unit="%"),
    "teacher_certificates": Formula(SCHOOL, share_of_teachers("certified"), value_unit="%"),
    "nearby_enrolment": Formula(STAGE, nearby_enrolment, ("areas", "without"), value_unit="%", judged=EITHER),
}
