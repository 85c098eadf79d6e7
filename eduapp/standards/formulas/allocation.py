"""资源配置: the indicators of a section, and the split of what stages share.

The seven of 教督〔2017〕6号, and of the eight of 教督〔2012〕3号 those that 2017 has not (docs/standards.md,
"Resources", "Basic balance"; the official form's notes).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from db.records.choices import ORGANISER, PRIVATE, SCHOOL_KIND, SENIOR_HIGH, SchoolKind, Stage
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas.measure import (
    HIRED_FOR_DEGREE,
    HIRED_FOR_SUBJECT,
    SECTION,
    YUAN_PER_WAN,
    Formula,
    Measure,
    NotApplicable,
    Supply,
    fraction,
    sum_of,
)
from eduapp.standards.terms import (
    DecimalNumber,
    Flag,
    OneOf,
    Some,
    Terms,
    TermTable,
    WholeNumber,
    of_item,
    of_pack,
    term,
)
from eduapp.standards.years import LAST_DAY, MONEY_NORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Input

    Total = Callable[[SchoolData, Stage | None, Any], tuple[Fraction | None, tuple[Input, ...]]]
    Compute = Callable[[SchoolData, Stage | None, Any], Measure]

FIGURE = OneOf({name: figure.label for name, figure in FIGURES.items()})
WEIGHTS = TermTable(str, DecimalNumber(positive=True), names=(*Stage, SENIOR_HIGH), every=True)
"""What a pupil of a stage counts where stages share rooms, grounds and equipment."""


@dataclass(frozen=True, kw_only=True)
class Degrees(Terms):
    """The figures of 学历 that count for a stage."""

    levels: Mapping[Stage, tuple[str, ...]] = term("计入学历", TermTable(Stage, Some(FIGURE, 1), every=True))


@dataclass(frozen=True, kw_only=True)
class WithMore(Terms):
    """Figures that a relaxation counts beside."""

    adds: tuple[str, ...] = term("另计入", Some(FIGURE, 1), default=(), relaxed=True)


@dataclass(frozen=True, kw_only=True)
class Shared(Terms):
    """The weights by which what stages share is split."""

    weights: Mapping[str, Decimal] = of_pack(WEIGHTS)


@dataclass(frozen=True, kw_only=True)
class SharedWithMore(Shared, WithMore):
    """A total that is split, and what a relaxation counts into it."""


OWN = "own_"
"""Begins the name of a figure that belongs to one stage's own campus."""
ATTACHED = {"attached_kindergarten": "kindergarten", "attached_primary": Stage.PRIMARY}
"""附设班: figure and the weight its pupils have; a school that says nothing has none."""


@dataclass(frozen=True, kw_only=True)
class Common(Shared):
    """What a pack says once for all items: whom it leaves out, weights, whose norm money is held to."""

    teaching_point_from: int = of_item(WholeNumber())
    without_kinds: tuple[str, ...] = of_item(Some(OneOf(dict(SCHOOL_KIND.options))), default=())
    without_private: bool = of_item(Flag(), default=False)
    organisers: tuple[str, ...] = of_item(Some(OneOf(dict(ORGANISER.options))), default=())
    """Who runs the schools that it judges; all where none is named."""
    money_norm: str = of_item(OneOf(dict.fromkeys(MONEY_NORMS, "")), default=LAST_DAY)


def over_pupils(data: SchoolData, stage: Stage | None, names: tuple[str, ...]) -> Measure:
    """Staff figures of a section over its pupils."""
    parts = tuple(data.figure(name, stage) for name in names)
    pupils = data.figure("pupils", stage)
    return Measure(sum_of(parts), fraction(pupils), (*parts, pupils), "人", pupil_weight=Fraction(1))


def degree_teachers(data: SchoolData, stage: Stage | None, terms: Degrees) -> Measure:
    """专任教师 with one of the degrees that count, over pupils."""
    return over_pupils(data, stage, terms.levels[stage] if stage else ())


def pe_art_teachers(data: SchoolData, stage: Stage | None, terms: WithMore) -> Measure:
    """专任教师 of PE and the arts over pupils; a relaxation may add those who visit."""
    return over_pupils(data, stage, ("pe", "music", "fine_art", "art", *terms.adds))


def staff(name: str) -> Compute:
    """A staff figure of a section over its pupils."""

    def compute(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
        del terms
        return over_pupils(data, stage, (name,))

    return compute


def weighted_pupils(
    data: SchoolData, terms: Shared
) -> tuple[Fraction | None, dict[str, Fraction], tuple[Input, ...]]:
    """Return A + 1.1 B + 1.32 C of a school whose stages share its rooms, the weights and the inputs.

    Pupils of attached classes (附设班) share them too and are split off in proportion.
    """
    weights = {name: Fraction(weight) for name, weight in terms.weights.items()}
    inputs = [data.figure("pupils", stage) for stage in data.facts.stages]
    wanted = [weights[stage] for stage in data.facts.stages]
    if data.facts.kind and data.facts.kind.has_senior_high:
        inputs.append(data.figure("senior_high_pupils"))
        wanted.append(weights[SENIOR_HIGH])
    for part, like in _attached(data):
        inputs.append(part)
        wanted.append(weights.get(like, Fraction(1)))
    total = Fraction(0)
    for weight, part in zip(wanted, inputs, strict=True):
        if part.value is None:
            return None, weights, tuple(inputs)
        total += weight * Fraction(part.value)
    return total, weights, tuple(inputs)


def _attached(data: SchoolData) -> list[tuple[Input, str]]:
    found = [(data.figure(name), weight) for name, weight in ATTACHED.items()]
    return [(part, weight) for part, weight in found if part.value]


def is_shared(data: SchoolData) -> bool:
    """Whether more than one stage uses the school's rooms, grounds and equipment."""
    kind = data.facts.kind
    return bool(kind and (kind.shares or _attached(data)))


def shared(total: Total, unit: str, factor: int = 1) -> Compute:
    """A school's total over pupils; split by weighted pupils where stages share it ("Resources").

    Where each stage has a campus of its own nothing is split: the stage's own total counts.
    """

    def compute(data: SchoolData, stage: Stage | None, terms: Shared) -> Measure:
        alone = stage is None or not is_shared(data)
        own = not alone and data.facts.separate_campuses is True
        amount, parts = total(data, stage if own else None, terms)
        amount = None if amount is None else amount * factor
        if alone or own or stage is None:
            pupils = data.figure("pupils", stage)
            return Measure(amount, fraction(pupils), (*parts, pupils), unit, pupil_weight=Fraction(1))
        denominator, weights, pupil_inputs = weighted_pupils(data, terms)
        weight = weights[stage]
        return Measure(
            None if amount is None else amount * weight,
            denominator,
            (*parts, *pupil_inputs),
            unit,
            factor=weight,
            pupil_weight=weight,
        )

    return compute


def _part(data: SchoolData, name: str, stage: Stage | None) -> Input:
    """Return a figure of the school, or of a stage's own campus."""
    return data.figure(f"{OWN}{name}", stage) if stage else data.figure(name)


def teaching_area(
    data: SchoolData, stage: Stage | None, terms: Shared
) -> tuple[Fraction | None, tuple[Input, ...]]:
    """教学及辅助用房 contains the indoor sports rooms: they are subtracted ("Resources")."""
    del terms
    area, indoor = (_part(data, name, stage) for name in ("teaching_area", "indoor_sports_area"))
    if area.value is None or indoor.value is None:
        return None, (area, indoor)
    return Fraction(area.value) - Fraction(indoor.value), (area, indoor)


def plain_total(*names: str) -> Total:
    """The sum of figures of the school (or of a campus)."""

    def total(
        data: SchoolData, stage: Stage | None, terms: Shared
    ) -> tuple[Fraction | None, tuple[Input, ...]]:
        del terms
        parts = tuple(_part(data, name, stage) for name in names)
        return sum_of(parts), parts

    return total


def sports_area(
    data: SchoolData, stage: Stage | None, terms: SharedWithMore
) -> tuple[Fraction | None, tuple[Input, ...]]:
    """The gym and the grounds of the school (or of a campus); a relaxation may add what is outside."""
    own = (_part(data, name, stage) for name in ("gym_area", "field_area"))
    parts = (*own, *(data.figure(name) for name in terms.adds))
    return sum_of(parts), parts


def left_out(data: SchoolData, common: Common) -> NotApplicable | None:
    """Return why a standard leaves a section out: 教学点 that are too small, and whom it does not cover.

    `teaching_point_from` ("Scope"); the 2012 rules leave out all 教学点, private schools and those no
    county department runs (`without_kinds`, `without_private`, `organisers`; "Basic balance").
    """
    facts = data.facts
    if facts.kind in common.without_kinds:
        return NotApplicable("这类学校不参加本项评估")
    if common.without_private and facts.ownership == PRIVATE:
        return NotApplicable("民办学校不参加本项评估")
    if facts.organiser and common.organisers and facts.organiser not in common.organisers:
        return NotApplicable("非县属学校不参加本项评估")
    return _small_teaching_point(data, common.teaching_point_from)


def _small_teaching_point(data: SchoolData, limit: int) -> NotApplicable | None:
    """教学点 under 50 pupils are left out of 资源配置 (docs/standards.md, "Scope")."""
    if data.facts.kind is not SchoolKind.TEACHING_POINT:
        return None
    pupils = data.figure("pupils", Stage.PRIMARY).value
    if pupils is not None and pupils < limit:
        return NotApplicable(f"不足 {limit} 人的教学点不参加评估")
    return None


FORMULAS: dict[str, Formula] = {
    "degree_teachers_per_100": Formula(
        SECTION, degree_teachers, Degrees, supply=Supply(hired=HIRED_FOR_DEGREE)
    ),
    "backbone_teachers_per_100": Formula(SECTION, staff("backbone"), supply=Supply("backbone")),
    "pe_art_teachers_per_100": Formula(
        SECTION, pe_art_teachers, WithMore, supply=Supply("pe", hired=HIRED_FOR_SUBJECT)
    ),
    "teaching_area_per_pupil": Formula(
        SECTION, shared(teaching_area, "㎡"), Shared, supply=Supply("teaching_area", of_school=True)
    ),
    "sports_area_per_pupil": Formula(
        SECTION, shared(sports_area, "㎡"), SharedWithMore, supply=Supply("field_area", of_school=True)
    ),
    "equipment_value_per_pupil": Formula(
        SECTION,
        shared(plain_total("equipment_value"), "元", YUAN_PER_WAN),
        Shared,
        supply=Supply("equipment_value", of_school=True, scale=YUAN_PER_WAN),
    ),
    "multimedia_rooms_per_100": Formula(
        SECTION,
        shared(plain_total("multimedia_rooms"), "间"),
        Shared,
        supply=Supply("multimedia_rooms", of_school=True),
    ),
    "computers_per_100": Formula(SECTION, shared(plain_total("computers"), "台"), Shared),
    "books_per_pupil": Formula(SECTION, shared(plain_total("books"), "册"), Shared),
    "teachers_per_pupil": Formula(SECTION, staff("teachers")),
    "middle_titles_per_pupil": Formula(SECTION, staff("middle_titles")),
}
