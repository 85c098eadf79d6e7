"""Rooms: functional rooms by stage, music and art rooms of any size, resource rooms, equipped classrooms.

Source: 大通湖区 2025 第2、4、5、26条; 会泽县 2023 第九条 (docs/standards.md, "Local plans").
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from db.records.choices import ROOM_KIND
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.data import MISSING, ROWS
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas.government import rooms_in_words
from eduapp.standards.formulas.measure import (
    EITHER,
    NO_PUPILS,
    SCHOOL,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    named,
)
from eduapp.standards.results import Input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.records.choices import Stage
    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Parameters

SIZES: dict[str, Any] = {"smallest": min, "largest": max}
"""How "an ordinary classroom of the school" is read, beside the mean."""
FIGURES_OF_ROOM = {
    "multimedia": ("multimedia_rooms",),
    "music_art": ("music_rooms", "art_rooms"),
}
ROOM_NAMES = dict(ROOM_KIND.options) | {"multimedia": "网络多媒体教室", "music_art": "音乐、美术教室"}


def functional_rooms(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """Of the kinds of rooms that the school's stages need (`rooms` by stage), how many it has."""
    del stage
    wanted = list(dict.fromkeys(kind for each in data.sections for kind in parameters["rooms"][each]))
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


def music_art_rooms_any_size(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
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
    needed = Fraction(-(-classes // parameters["classes_per_room"]))
    free = _share(any_size, needed, part)
    answer = CONDITIONS["small_classes"].ask(data, {"class_below": parameters["class_below"]})
    # Too few of any size are too few of the due size as well, whatever the missing fact is.
    if answer.holds is False or (answer.holds is None and not _full(free)):
        return free
    strict = _share(_rooms_like_a_classroom(data, parameters["classroom"]), needed, part)
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
    music, art = (_counted(kind, listed, size) for kind in ("music", "art"))
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


def resource_room(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """A resource room where `pupils` or more pupils with special needs are taught in ordinary classes."""
    del stage
    pupils, rooms = data.figure("integrated_pupils"), data.figure("resource_rooms")
    limit = int(parameters["pupils"])
    if pupils.value is not None and pupils.value < limit:
        return NotApplicable(f"随班就读 {pupils.value} 人,不足 {limit} 人")
    if pupils.value is None:
        return Measure(None, None, (rooms, pupils), "间", note="缺:特殊教育学生台账中的随班就读人数")
    note = f"随班就读 {pupils.value} 人"
    return Measure(fraction(rooms), Fraction(1), (rooms, pupils), "间", note=note if rooms.value else "")


def classroom_multimedia(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """Ordinary classrooms with multimedia over all ordinary classrooms."""
    del stage, parameters
    have, every = data.figure("classroom_multimedia"), data.figure("classroom_rooms")
    return Measure(fraction(have), fraction(every), (have, every), "间", within=True)


def classroom_network(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """Ordinary classrooms with the network over all of them; the school itself has broadband too."""
    del stage, parameters
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
    "functional_rooms": Formula(SCHOOL, functional_rooms, ("rooms",), value_unit="%", judged=EITHER),
    "music_art_rooms_any_size": Formula(
        SCHOOL,
        music_art_rooms_any_size,
        ("class_below", "classroom", "classes_per_room"),
        value_unit="间",
        judged=EITHER,
    ),
    "resource_room": Formula(SCHOOL, resource_room, ("pupils",), value_unit="间", judged=EITHER),
    "classroom_multimedia": Formula(SCHOOL, classroom_multimedia, value_unit="%"),
    "classroom_network": Formula(SCHOOL, classroom_network, value_unit="%"),
}
