"""Rooms: music and art rooms of the due size or of any, functional rooms, resource rooms, classrooms.

Source: 教督〔2017〕6号 政府保障 3; 大通湖区 2025 第2、4、5、26条; 会泽县 2023 第九条; X区 2024 二(二);
朔州 2016 (十四) (docs/standards.md, "Government", "Local plans").
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from db.records.choices import ROOM_KIND, SCHOOL_KIND, SchoolKind, Stage
from eduapp.standards.conditions import CONDITIONS, SmallClasses
from eduapp.standards.data import MISSING, ROWS
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas.allocation import FIGURE
from eduapp.standards.formulas.measure import (
    EITHER,
    NO_PUPILS,
    SCHOOL,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    named,
    sum_of,
)
from eduapp.standards.results import Input
from eduapp.standards.terms import DecimalNumber, OneOf, OneOrMore, Some, Terms, TermTable, WholeNumber, term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eduapp.standards.data import SchoolData

FORM_SMALLEST_ROOM = 61
"""㎡: where the form's lowest band of music and art rooms begins."""
MUSIC, ART = "music", "art"
_OWN_NAMES = {MUSIC: "音乐教室", ART: "美术教室"}
SIZES: dict[str, Any] = {"smallest": min, "largest": max}
"""How "an ordinary classroom of the school" is read, beside the mean."""
CLASSROOM = {"mean": "平均值", "smallest": "最小值", "largest": "最大值"}
FIGURES_OF_ROOM = {
    "multimedia": ("multimedia_rooms",),
    "music_art": ("music_rooms", "art_rooms"),
}
ROOM_NAMES = dict(ROOM_KIND.options) | {"multimedia": "网络多媒体教室", "music_art": "音乐、美术教室"}


@dataclass(frozen=True, kw_only=True)
class PerClasses(Terms):
    """For how many classes one room of each is due."""

    classes_per_room: int = term("每多少个班级 1 间", WholeNumber(1))


@dataclass(frozen=True, kw_only=True)
class MusicArtRooms(PerClasses):
    """The form's bands of music and art rooms that are large enough; below them rooms of a list."""

    music: tuple[str, ...] = term("音乐教室", OneOrMore(FIGURE), relaxed=True)
    art: tuple[str, ...] = term("美术教室", OneOrMore(FIGURE), relaxed=True)
    smallest_by_kind: Mapping[SchoolKind, Decimal] | None = term(
        "最小面积(㎡)",
        TermTable(SchoolKind, DecimalNumber(), words=dict(SCHOOL_KIND.options)),
        default=None,
        relaxed=True,
    )


@dataclass(frozen=True, kw_only=True)
class AnySize(PerClasses, SmallClasses):
    """Which schools count only rooms like their own classrooms, and what such a classroom is."""

    classroom: str = term("普通教室面积取", OneOf(CLASSROOM))


@dataclass(frozen=True, kw_only=True)
class RoomKinds(Terms):
    """The kinds of rooms that a stage needs."""

    rooms: Mapping[Stage, tuple[str, ...]] = term(
        "功能室", TermTable(Stage, Some(OneOf(ROOM_NAMES), 1), every=True)
    )


@dataclass(frozen=True, kw_only=True)
class ResourceRoom(Terms):
    """From how many pupils on a resource room is due."""

    pupils: int = term("人数", WholeNumber())


def _class_count(data: SchoolData) -> tuple[Fraction | None, tuple[Input, ...]]:
    part = data.whole("classes")
    return fraction(part), (part,)


def music_art_rooms(data: SchoolData, stage: Stage | None, terms: MusicArtRooms) -> Measure:
    """政府保障 3: music and art each need ceil(classes / `classes_per_room`) rooms of the due size.

    A relaxation counts more of the form's bands, and below them rooms from `smallest_by_kind` on (㎡).
    """
    del stage
    classes, class_inputs = _class_count(data)
    music, art = _rooms(data, MUSIC, terms), _rooms(data, ART, terms)
    inputs = (*music, *art, *class_inputs)
    if classes is None:
        return Measure(None, None, inputs, "间")
    needed = -(-classes // terms.classes_per_room)
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


def _rooms(data: SchoolData, kind: str, terms: MusicArtRooms) -> tuple[Input, ...]:
    """Return the counts of rooms of a kind that are large enough, band by band."""
    bands = tuple(data.figure(name) for name in (terms.music if kind == MUSIC else terms.art))
    smallest = (
        terms.smallest_by_kind.get(data.facts.kind) if terms.smallest_by_kind and data.facts.kind else None
    )
    if smallest is None or smallest >= FORM_SMALLEST_ROOM:
        return bands
    return (*bands, _rooms_below_the_form(data, kind, smallest, bands))


def _rooms_below_the_form(data: SchoolData, kind: str, smallest: Decimal, bands: tuple[Input, ...]) -> Input:
    """Count the rooms from `smallest` to the form's lowest band: only a list of rooms can tell.

    Without one it is known only where the form's bands already hold all the rooms there are.
    """
    total = data.figure(f"{kind}_rooms")
    label = f"{smallest}㎡≤单间面积<{FORM_SMALLEST_ROOM}㎡的{_OWN_NAMES[kind]}间数(教室名单)"
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


def rooms_listed_once(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """X区 二(二)二: a room used for several things is one room; rooms that stand in the list twice."""
    del stage, terms
    rows = list(data.draft.rows["room"].values())
    if not rows:
        return Measure(None, None, (), "间", note="没有校舍名单")
    counted = Counter(row["name"] for row in rows if isinstance(row["name"], str))
    shared = [row for row in rows if row["shared"] is True]
    twice = [str(name) for name, count in counted.items() if count > 1]
    extra = sum(counted[name] - 1 for name in twice)
    said = f"多功能共用 {len(shared)} 间,各按「用途」计一次" if shared else "没有多功能共用的房间"
    note = f"重复登记:{named(twice)};{said}" if twice else said
    return Measure(Fraction(extra), Fraction(1), (), "间", note=note)


def broadband(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """宽带网络校校通: whether the school has broadband."""
    del stage, terms
    answer = data.draft.only("school")["broadband"]
    if not isinstance(answer, bool):
        return Measure(None, None, (), "项", note="缺:宽带网络接入")
    note = "已接入宽带网络" if answer else "没有接入宽带网络"
    return Measure(Fraction(answer), Fraction(1), (), "项", note=note)


def functional_rooms(data: SchoolData, stage: Stage | None, terms: RoomKinds) -> Measure | NotApplicable:
    """Of the kinds of rooms that the school's stages need (`rooms` by stage), how many it has."""
    del stage
    wanted = list(dict.fromkeys(kind for each in data.sections for kind in terms.rooms[each]))
    if not wanted:
        return _no_pupils() if data.facts.kind else _no_kind()
    inputs: list[Input] = []
    absent: list[str] = []
    unknown: list[str] = []
    for kind in wanted:
        parts = [data.figure(name) for name in FIGURES_OF_ROOM.get(kind, (f"{kind}_rooms",))]
        inputs += parts
        if any(part.value for part in parts):
            continue
        (absent if all(part.value == 0 for part in parts) else unknown).append(ROOM_NAMES[kind])
    lacking = f"没有{named(absent)}" if absent else ""
    unsaid = f"缺:{named(unknown)}的间数" if unknown else ""
    note = ";".join(part for part in (lacking, unsaid) if part) or f"{len(wanted)} 类功能室齐全"
    if unknown and not absent:
        return Measure(None, None, tuple(inputs), "间", note=note)
    return Measure(Fraction(len(wanted) - len(absent)), Fraction(len(wanted)), tuple(inputs), "间", note=note)


def _no_pupils() -> Measure:
    return Measure(None, None, (), "间", note=NO_PUPILS)


def _no_kind() -> Measure:
    return Measure(None, None, (), "间", note="请先填写学校类型")


def music_art_rooms_any_size(data: SchoolData, stage: Stage | None, terms: AnySize) -> Measure:
    """One music and one art room for every `classes_per_room` classes, of any size.

    A small rural school whose largest class is under `class_below` counts only rooms that are not
    smaller than its own ordinary classroom (`classroom`: "mean", "smallest" or "largest").
    """
    del stage
    part = data.whole("classes")
    classes = fraction(part)
    any_size = _rooms_of_any_size(data)
    if not classes:
        note = "" if classes is None else "没有班级"
        return Measure(None, None, (*any_size, part), "间", note=note)
    needed = Fraction(-(-classes // terms.classes_per_room))
    free = _share(any_size, needed, part)
    answer = CONDITIONS["small_classes"].ask(data, terms)
    # Too few of any size are too few of the due size as well, whatever the missing fact is.
    if answer.holds is False or (answer.holds is None and not _full(free)):
        return free
    strict = _share(_rooms_like_a_classroom(data, terms.classroom), needed, part)
    if answer.holds is True or _full(strict):
        return strict
    return Measure(None, None, free.inputs, "间", note=f"缺:{'、'.join(answer.missing)}")


def _full(measure: Measure) -> bool:
    return measure.numerator is not None and measure.numerator == measure.denominator


def _rooms_of_any_size(data: SchoolData) -> tuple[Input, Input]:
    return data.figure("music_rooms"), data.figure("art_rooms")


def _rooms_like_a_classroom(data: SchoolData, reading: str) -> tuple[Input, Input]:
    """Count the music and art rooms not smaller than an ordinary classroom: only rows can tell."""
    listed = [(row["kind"], row["area"]) for row in data.draft.rows["room"].values()]
    own = [None if area is None else _area(area) for kind, area in listed if kind == "classroom"]
    known = [area for area in own if area is not None]
    size = None
    if known and len(known) == len(own):
        size = SIZES[reading](known) if reading in SIZES else sum(known, Fraction(0)) / len(known)
    music, art = (_counted(kind, listed, size) for kind in (MUSIC, ART))
    return music, art


def _counted(kind: str, listed: Sequence[tuple[object, object]], size: Fraction | None) -> Input:
    figure = FIGURES[f"{kind}_rooms"]
    areas = [_area(area) for each, area in listed if each == kind]
    known = size is not None and None not in areas and all(isinstance(each, str) for each, _ in listed)
    count = sum(area is not None and size is not None and area >= size for area in areas)
    label = f"不小于本校普通教室的{ROOM_NAMES[kind]}间数"
    return Input(figure.name, label, None, count if known else None, "间", ROWS if known else MISSING)


def _area(cell: object) -> Fraction | None:
    return Fraction(cell) if isinstance(cell, Decimal) else None


def _share(rooms: tuple[Input, Input], needed: Fraction, classes: Input) -> Measure:
    """Return the rooms of both kinds that count over those that are needed."""
    inputs = (*rooms, classes)
    music, art = (fraction(part) for part in rooms)
    if music is None or art is None:
        return Measure(None, None, inputs, "间")
    have = min(music, needed) + min(art, needed)
    note, words = rooms_in_words(music, art, needed)
    return Measure(have, 2 * needed, inputs, "间", note=note, words=words)


def resource_room(data: SchoolData, stage: Stage | None, terms: ResourceRoom) -> Measure | NotApplicable:
    """A resource room where `pupils` or more pupils with special needs are taught in ordinary classes."""
    del stage
    pupils, rooms = data.figure("integrated_pupils"), data.figure("resource_rooms")
    limit = terms.pupils
    if pupils.value is not None and pupils.value < limit:
        return NotApplicable(f"随班就读 {pupils.value} 人,不足 {limit} 人")
    if pupils.value is None:
        return Measure(None, None, (rooms, pupils), "间", note="缺:特殊教育学生台账中的随班就读人数")
    note = f"随班就读 {pupils.value} 人"
    return Measure(fraction(rooms), Fraction(1), (rooms, pupils), "间", note=note if rooms.value else "")


def classroom_multimedia(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """Ordinary classrooms with multimedia over all ordinary classrooms."""
    del stage, terms
    have, every = data.figure("classroom_multimedia"), data.figure("classroom_rooms")
    return Measure(fraction(have), fraction(every), (have, every), "间", within=True)


def classroom_network(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """Ordinary classrooms with the network over all of them; the school itself has broadband too."""
    del stage, terms
    have, every = data.figure("classroom_network"), data.figure("classroom_rooms")
    joined = data.draft.only("school")["broadband"]
    if joined is False:
        note = "学校没有宽带网络接入"
        return Measure(Fraction(0), fraction(every) or Fraction(1), (have, every), "间", note=note)
    known = joined is True
    note = "" if known else "缺:宽带网络接入"
    return Measure(
        fraction(have),
        fraction(every),
        (have, every),
        "间",
        note=note,
        also=True if known else None,
        within=True,
    )


FORMULAS: dict[str, Formula] = {
    "music_art_rooms": Formula(SCHOOL, music_art_rooms, MusicArtRooms, judged=EITHER, tried=True),
    "music_art_rooms_any_size": Formula(
        SCHOOL, music_art_rooms_any_size, AnySize, value_unit="间", judged=EITHER
    ),
    "functional_rooms": Formula(SCHOOL, functional_rooms, RoomKinds, value_unit="%", judged=EITHER),
    "resource_room": Formula(SCHOOL, resource_room, ResourceRoom, value_unit="间", judged=EITHER),
    "classroom_multimedia": Formula(SCHOOL, classroom_multimedia, value_unit="%"),
    "classroom_network": Formula(SCHOOL, classroom_network, value_unit="%"),
    "rooms_listed_once": Formula(SCHOOL, rooms_listed_once, value_unit="间"),
    "broadband": Formula(SCHOOL, broadband, value_unit="项"),
}
