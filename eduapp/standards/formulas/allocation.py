"""资源配置: the seven indicators of a section, and the split of what stages share.

Source: 教督〔2017〕6号 and the official form's notes, as read in docs/standards.md, "Resources".
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import PRIVATE, SchoolKind, Stage
from eduapp.standards.formulas.measure import (
    SECTION,
    YUAN_PER_WAN,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    sum_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Parameters
    from eduapp.standards.results import Input

    Total = Callable[[SchoolData, Stage | None, Parameters], tuple[Fraction | None, tuple[Input, ...]]]
    Compute = Callable[[SchoolData, Stage | None, Parameters], Measure]

OWN = "own_"
"""Begins the name of a figure that belongs to one stage's own campus."""
ATTACHED = {"attached_kindergarten": "kindergarten", "attached_primary": Stage.PRIMARY}
"""附设班: figure and the weight its pupils have; a school that says nothing has none."""


def per_pupil(*names: str, unit: str, scaled: int = 1) -> Compute:
    """A staff figure of a section over its pupils; a relaxation may add figures (`adds`)."""

    def compute(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
        counted = (*(names or parameters["levels"][stage]), *parameters.get("adds", ()))
        parts = tuple(data.figure(name, stage) for name in counted)
        pupils, amount = data.figure("pupils", stage), sum_of(parts)
        return Measure(
            None if amount is None else amount * scaled,
            fraction(pupils),
            (*parts, pupils),
            unit,
            pupil_weight=Fraction(1),
        )

    return compute


def weighted_pupils(
    data: SchoolData, parameters: Parameters
) -> tuple[Fraction | None, dict[str, Fraction], tuple[Input, ...]]:
    """Return A + 1.1 B + 1.32 C of a school whose stages share its rooms, the weights and the inputs.

    Pupils of attached classes (附设班) share them too and are split off in proportion.
    """
    weights = {name: Fraction(text) for name, text in parameters["weights"].items()}
    inputs = [data.figure("pupils", stage) for stage in data.facts.stages]
    wanted = [weights[stage] for stage in data.facts.stages]
    if data.facts.kind and data.facts.kind.has_senior_high:
        inputs.append(data.figure("senior_high_pupils"))
        wanted.append(weights["senior_high"])
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

    def compute(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
        alone = stage is None or not is_shared(data)
        own = not alone and data.facts.separate_campuses is True
        amount, parts = total(data, stage if own else None, parameters)
        amount = None if amount is None else amount * factor
        if alone or own or stage is None:
            pupils = data.figure("pupils", stage)
            return Measure(amount, fraction(pupils), (*parts, pupils), unit, pupil_weight=Fraction(1))
        denominator, weights, pupil_inputs = weighted_pupils(data, parameters)
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
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> tuple[Fraction | None, tuple[Input, ...]]:
    """教学及辅助用房 contains the indoor sports rooms: they are subtracted ("Resources")."""
    del parameters
    area, indoor = (_part(data, name, stage) for name in ("teaching_area", "indoor_sports_area"))
    if area.value is None or indoor.value is None:
        return None, (area, indoor)
    return Fraction(area.value) - Fraction(indoor.value), (area, indoor)


def plain_total(*names: str) -> Total:
    """The sum of figures of the school (or of a campus); a relaxation may add figures (`adds`)."""

    def total(
        data: SchoolData, stage: Stage | None, parameters: Parameters
    ) -> tuple[Fraction | None, tuple[Input, ...]]:
        added = (data.figure(name) for name in parameters.get("adds", ()))
        parts = (*(_part(data, name, stage) for name in names), *added)
        return sum_of(parts), parts

    return total


def left_out(data: SchoolData, parameters: Parameters) -> NotApplicable | None:
    """Return why a standard leaves a section out: 教学点 that are too small, and whom it does not cover.

    `teaching_point_from` ("Scope"); the 2012 rules leave out all 教学点, private schools and
    those no county department runs (`without_kinds`, `without_private`, `organisers`; "Basic balance").
    """
    facts = data.facts
    if facts.kind in parameters.get("without_kinds", ()):
        return NotApplicable("这类学校不参加本项评估")
    if parameters.get("without_private") and facts.ownership == PRIVATE:
        return NotApplicable("民办学校不参加本项评估")
    if facts.organiser and facts.organiser not in parameters.get("organisers", (facts.organiser,)):
        return NotApplicable("非县属学校不参加本项评估")
    return small_teaching_point(data, parameters)


def small_teaching_point(data: SchoolData, parameters: Parameters) -> NotApplicable | None:
    """教学点 under 50 pupils are left out of 资源配置 (docs/standards.md, "Scope")."""
    if data.facts.kind is not SchoolKind.TEACHING_POINT:
        return None
    pupils = data.figure("pupils", Stage.PRIMARY).value
    limit = int(parameters["teaching_point_from"])
    if pupils is not None and pupils < limit:
        return NotApplicable(f"不足 {limit} 人的教学点不参加评估")
    return None


FORMULAS: dict[str, Formula] = {
    "degree_teachers_per_100": Formula(SECTION, per_pupil(unit="人"), ("levels",)),
    "backbone_teachers_per_100": Formula(SECTION, per_pupil("backbone", unit="人")),
    "pe_art_teachers_per_100": Formula(
        SECTION, per_pupil("pe", "music", "fine_art", "art", unit="人"), relaxed_by=("adds",)
    ),
    "teaching_area_per_pupil": Formula(SECTION, shared(teaching_area, "㎡"), ("weights",)),
    "sports_area_per_pupil": Formula(
        SECTION, shared(plain_total("gym_area", "field_area"), "㎡"), ("weights",), ("adds",)
    ),
    "equipment_value_per_pupil": Formula(
        SECTION, shared(plain_total("equipment_value"), "元", YUAN_PER_WAN), ("weights",)
    ),
    "multimedia_rooms_per_100": Formula(SECTION, shared(plain_total("multimedia_rooms"), "间"), ("weights",)),
}
