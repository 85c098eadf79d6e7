"""What cannot be true together in a school's figures: parts that are more than their whole.

The typed cells have findings of their own (`checks.school_rules`); this looks at the figures that formulas
read, wherever they come from, so that no verdict stands on numbers that exclude one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from db.records.catalog import RECORDS
from db.records.choices import stage_of_grade
from eduapp.standards.contradictions import Clash, clash_of
from eduapp.standards.figures import CLASS_BANDS, FIGURES
from eduapp.standards.wording import STAGE_NAMES, number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from db.records.choices import Stage
    from db.records.draft import Draft
    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.standards.contradictions import Number, Place
    from eduapp.standards.results import Input
    from eduapp.standards.school_facts import Facts

    Value = TypeVar("Value")


class SchoolAsked(Protocol):
    """What is asked of a school's data."""

    draft: Draft
    facts: Facts
    clashes: tuple[Clash, ...] | None

    @property
    def parts(self) -> Sequence[SchoolAsked]:
        """The sites it consists of: itself, or a school and its campuses."""

    @property
    def sections(self) -> tuple[Stage, ...]:
        """The stages that have pupils or have not said."""

    def figure(self, name: str, stage: Stage | None = None) -> Input:
        """Return a figure."""

    def whole(self, name: str) -> Input:
        """Return a staff figure of all sections together."""

    def undivided(self, name: str) -> int | None:
        """Return what the form says of the school as a whole."""

    @property
    def origin(self) -> SchoolAsked:
        """The data that this is a view of: itself where it is none."""

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what `make` works out of the records, the first time it is asked for."""


@dataclass(frozen=True)
class Within:
    """Figures that together cannot be more than others (`equal`: must be the same once all are given)."""

    code: str
    parts: tuple[str, ...]
    wholes: tuple[str, ...]
    equal: bool = False


BANDS = tuple(name for name, _, _ in CLASS_BANDS)
DEGREES = ("associate", "bachelor", "master", "doctor")
CLASS_PART = "max.class_part"
CAME = ("cohort", "transferred_in")
STAGED: tuple[Within, ...] = (
    Within("sum.class_bands", BANDS, ("classes",), equal=True),
    Within("sum.degrees", DEGREES, ("teachers",)),
    *(Within("max.backbone", (name,), ("teachers",)) for name in ("backbone", "certified", "trained")),
    Within("max.titles", ("middle_titles",), ("teachers",)),
    Within("sum.subjects", ("pe", "music", "fine_art", "art"), ("teachers",)),
    Within("max.catchment", ("catchment_pupils",), ("pupils",)),
    Within("max.catchment_intake", ("catchment_intake",), ("intake",)),
    Within("max.graduates", ("graduates",), CAME),
    Within("max.graduates", ("graduates", "transferred_out", "died"), CAME),
    Within("max.graduates", ("transferred_out", "died"), CAME),
    Within("max.indoor_sports", ("own_indoor_sports_area",), ("own_teaching_area",)),
)
"""Figures of one stage."""
WHOLE: tuple[Within, ...] = (
    Within("max.indoor_sports", ("indoor_sports_area",), ("teaching_area",)),
    Within("sum.rooms", ("music_rooms_96", "music_rooms_73", "music_rooms_61"), ("music_rooms",)),
    Within("sum.rooms", ("art_rooms_90", "art_rooms_67", "art_rooms_61"), ("art_rooms",)),
    Within("max.nine_year", ("nine_year_out", "nine_year_died"), ("nine_year_cohort", "nine_year_in")),
    Within("max.rotated", ("rotated_backbone",), ("rotated",)),
    Within("max.rotated", ("rotated",), ("eligible",)),
    Within("max.training_budget", ("training_budget",), ("budget",)),
)
"""Figures of the school as a whole."""
OWN = ("teaching_area", "field_area", "gym_area", "multimedia_rooms")
"""Of which the campuses of the stages have their own, within the school's."""


def clashes_of(data: SchoolAsked) -> tuple[Clash, ...]:
    """Return what clashes in a school, site by site: sums of sites would hide it. Looked for once."""
    if data.clashes is not None:
        return data.clashes
    parts = data.origin.parts
    return data.origin.once("clashes", lambda: tuple(each for part in parts for each in _clashes(part)))


def _clashes(data: SchoolAsked) -> Iterator[Clash]:
    def looked(place: object, look: Callable[[], Iterable[Clash]]) -> tuple[Clash, ...]:
        return data.once(("clash", place), lambda: tuple(look()))

    for rule in STAGED:
        for stage in data.facts.stages:
            yield from looked((rule, stage), partial(_of_stage, data, rule, stage))
    if len(data.sections) > 1:
        yield from looked("stages", partial(_across_stages, data))
    for rule in WHOLE:
        yield from looked(rule, partial(_of_whole, data, rule))
    yield from looked("migrants", partial(_migrants, data))
    yield from looked("campuses", partial(_campuses, data))
    yield from looked("classes", partial(_classes, data))


def _of_whole(data: SchoolAsked, rule: Within) -> Iterator[Clash]:
    yield from _found(rule, _staged(data, rule.parts, None), _staged(data, rule.wholes, None), "")


def _of_stage(data: SchoolAsked, rule: Within, stage: Stage) -> Iterator[Clash]:
    # A list of classes that is not complete differs from a typed total, and neither is impossible.
    parts, wholes = (_staged(data, names, stage, typed=rule.equal) for names in (rule.parts, rule.wholes))
    yield from _found(rule, parts, wholes, STAGE_NAMES[stage])


def _staged(
    data: SchoolAsked, names: Sequence[str], stage: Stage | None, *, typed: bool = False
) -> dict[Place, Number]:
    parts = [data.figure(name, stage) for name in names]
    return {
        (each.figure, stage): each.value
        for each in parts
        if each.value is not None and (not typed or each.source == "declared")
    }


def _found(
    rule: Within, parts: Mapping[Place, Number], wholes: Mapping[Place, Number], prefix: str
) -> Iterator[Clash]:
    if not parts or len({name for name, _ in wholes}) < len(rule.wholes):
        return
    every = len({name for name, _ in parts}) == len(rule.parts)
    clash = clash_of(
        rule.code, _words(rule, parts, wholes, prefix), parts, wholes, equal=rule.equal and every
    )
    if clash:
        yield clash


def _words(rule: Within, parts: Mapping[Place, Number], wholes: Mapping[Place, Number], prefix: str) -> str:
    if rule.equal:
        over, under = number_text(sum(parts.values())), number_text(sum(wholes.values()))
        return f"{prefix}各班额段班级数合计 {over},与班级总数 {under} 不等"
    together = "合计" if len({name for name, _ in wholes}) > 1 else ""
    return f"{prefix}{_sum(parts)},多于{_sum(wholes)}{together}"


def _sum(places: Mapping[Place, Number]) -> str:
    names = dict.fromkeys(name for name, _ in places)
    totals = {name: sum(value for (own, _), value in places.items() if own == name) for name in names}
    said = [f"{FIGURES[name].label} {number_text(total)}" for name, total in totals.items()]
    together = f",共 {number_text(sum(places.values()))}" if len(said) > 1 else ""
    return "、".join(said) + together


def _across_stages(data: SchoolAsked) -> Iterator[Clash]:
    """Figures of all stages together, where the form may give one of them undivided."""
    for rule in STAGED:
        if rule.equal:
            yield from _found(rule, _undivided(data, rule.parts), _undivided(data, rule.wholes), "")
        elif all(FIGURES[name].staged_total for name in (*rule.parts, *rule.wholes)):
            parts, wholes = _together(data, rule.parts), _together(data, rule.wholes, whole=True)
            if not any(True for stage in data.sections for _ in _of_stage(data, rule, stage)):
                yield from _found(rule, parts, wholes, "全校")


def _undivided(data: SchoolAsked, names: Sequence[str]) -> dict[Place, Number]:
    values = {(name, None): data.undivided(name) for name in names}
    return {place: value for place, value in values.items() if value is not None}


def _together(data: SchoolAsked, names: Sequence[str], *, whole: bool = False) -> dict[Place, Number]:
    """Return figures of all stages: of parts what is known of each stage, of a whole all of it."""
    found: dict[Place, Number] = {}
    for name in names:
        part = data.whole(name).value
        own = {(name, stage): data.figure(name, stage).value for stage in data.sections}
        known: dict[Place, Number] = {place: value for place, value in own.items() if value is not None}
        if part is not None and (whole or not known):
            found[name, None] = part
        elif not whole:
            found |= known
    return found


def _migrants(data: SchoolAsked) -> Iterator[Clash]:
    """Children of migrants are pupils of the school: of any stage, of 高中, of attached classes."""
    migrants = _staged(data, ("migrants",), None)
    pupils = {("pupils", stage): data.figure("pupils", stage).value for stage in data.facts.stages}
    others: tuple[str, ...] = ("attached_kindergarten", "attached_primary")
    others += ("senior_high_pupils",) if data.facts.kind and data.facts.kind.has_senior_high else ()
    wholes: dict[Place, Number] = {place: value for place, value in pupils.items() if value is not None}
    extra = _staged(data, others, None)
    if len(wholes) == len(pupils) and (
        "senior_high_pupils" not in others or ("senior_high_pupils", None) in extra
    ):
        yield from _found(Within("max.migrants", ("migrants",), ("pupils",)), migrants, wholes | extra, "")


def _campuses(data: SchoolAsked) -> Iterator[Clash]:
    for name in OWN:
        own = {(f"own_{name}", stage): data.figure(f"own_{name}", stage).value for stage in data.facts.stages}
        rule = Within("max.campus", (f"own_{name}",), (name,))
        parts: dict[Place, Number] = {place: value for place, value in own.items() if value is not None}
        yield from _found(rule, parts, _staged(data, rule.wholes, None), "")


@dataclass(frozen=True)
class ClassPart:
    """More of something in a class than pupils: at which cell it is seen, and the figures it enters."""

    school_class: str
    record: str
    key: str
    field: str
    text: str
    part: int
    whole: int
    figures: tuple[str, ...]


def class_parts(draft: Draft) -> Iterator[ClassPart]:
    """Yield what a class row says of more pupils than the class has."""
    fields = RECORDS["school_class"].fields
    for key, row in draft.rows["school_class"].items():
        size = row["pupils"]
        for name, figures in (("boarders", ()), ("catchment", ("catchment_pupils",))):
            part = row[name]
            if isinstance(size, int) and isinstance(part, int) and part > size:
                text = f"{_name(row)}{fields[name].item.label} {part},多于学生数 {size}"
                yield ClassPart(key, "school_class", key, name, text, part, size, figures)


LEDGERS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "special_needs": (
        "mode",
        {"integrated": ("special_pupils", "integrated_pupils"), "": ("special_pupils",)},
    ),
    "care": ("kind", {"migrant": ("migrants",), "left_behind": ("left_behind",)}),
}
"""Ledgers that count pupils of classes: the field of the kind, and the figures each kind enters."""


def ledger_parts(draft: Draft) -> Iterator[ClassPart]:
    """Yield what ledgers say of more pupils of a class than it has.

    Ways of schooling exclude one another and add up; a child may be of several kinds of care.
    """
    classes = draft.rows["school_class"]
    for record, (kind, entered) in LEDGERS.items():
        apart = record == "care"
        groups: dict[tuple[str, Cell], list[tuple[str, Row]]] = {}
        for key, row in draft.rows[record].items():
            at = row["school_class"]
            if isinstance(at, str) and at in classes and isinstance(row["pupils"], int):
                groups.setdefault((at, row[kind] if apart else None), []).append((key, row))
        for (at, _), rows in groups.items():
            total, size = sum(row["pupils"] for _, row in rows), classes[at]["pupils"]  # type: ignore[misc]
            if isinstance(size, int) and total > size:
                text = f"{_name(classes[at])}的{RECORDS[record].label} {total} 人,多于班级学生数 {size}"
                named = {each for _, row in rows for each in entered.get(str(row[kind]), entered.get("", ()))}
                yield ClassPart(at, record, rows[-1][0], "pupils", text, total, size, tuple(sorted(named)))


def _name(row: Row) -> str:
    return row["name"] if isinstance(row["name"], str) else "该班"


def _classes(data: SchoolAsked) -> Iterator[Clash]:
    """Classes with more boarders, more pupils of the catchment or of a ledger than pupils."""
    for each in (*class_parts(data.draft), *ledger_parts(data.draft)):
        grade = data.draft.rows["school_class"][each.school_class]["grade"]
        own = (stage_of_grade(grade, data.facts.system),) if isinstance(grade, str) else data.facts.stages
        listed = [stage for stage in own if data.figure("pupils", stage).source == "rows"]
        places = [
            (name, stage) for name in each.figures for stage in (own if FIGURES[name].by_stage else (None,))
        ]
        yield Clash(
            CLASS_PART,
            each.text,
            dict.fromkeys(places, each.part),
            frozenset(("pupils", stage) for stage in listed),
            each.part - each.whole,
            frozenset({each.school_class}),
        )
