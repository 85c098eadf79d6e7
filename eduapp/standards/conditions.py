"""The conditions of relaxations: named questions to a school's data, answered yes, no or unknown.

Packs refer to them by name and give their numbers (`terms`). A yes/no fact is the school's own
statement, as the official form asks it; it is never derived. Where records plainly contradict a
statement whose words are numbers (50 to 99 pupils, largest class under 30), the relaxation is not
granted and the reason is said (教督厅函〔2024〕10号, as read in docs/standards.md, "Relaxations of 2024").
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from eduapp.standards.data import field_label
from eduapp.standards.figures import CLASS_BANDS, FIGURES
from eduapp.standards.terms import DecimalNumber, Terms, WholeNumber, term

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from eduapp.standards.data import SchoolData


@dataclass(frozen=True, kw_only=True)
class Migrants(Terms):
    """The share of pupils above which those of migrants are many."""

    migrants_above: Decimal = term("随迁子女占比超过", DecimalNumber())


@dataclass(frozen=True, kw_only=True)
class SmallSchoolPupils(Terms):
    """How many pupils a small school has, both numbers included."""

    pupils_from: int = term("人数从", WholeNumber())
    pupils_to: int = term("人数到", WholeNumber())


@dataclass(frozen=True, kw_only=True)
class SmallClasses(Terms):
    """Under how many pupils the largest class is small."""

    class_below: int = term("最大班额低于", WholeNumber())


@dataclass(frozen=True)
class ConditionAnswer:
    """Whether a condition holds; None while it cannot be known.

    `missing` are the labels of the facts that would decide it, `why` what contradicts a stated fact.
    """

    holds: bool | None
    missing: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Condition:
    """A condition: what people call it, its question, and the terms a pack must give for it."""

    title: str
    ask: Callable[[SchoolData, Any], ConditionAnswer]
    terms: type[Terms] = Terms


def _stated(data: SchoolData, name: str) -> ConditionAnswer:
    """Return the school's own yes or no to a fact of its profile."""
    flag: bool | None = getattr(data.facts, name)
    return ConditionAnswer(flag, (field_label("school", name),) if flag is None else ())


def planned_by_2016(data: SchoolData, terms: Terms) -> ConditionAnswer:
    """Whether the school was planned and built by 2016."""
    del terms
    return _stated(data, "planned_by_2016")


def planned_by_2010_or_migrants(data: SchoolData, terms: Migrants) -> ConditionAnswer:
    """Whether it was planned and built by 2010, or more than `migrants_above` of its pupils are migrants'.

    The share is of the pupils of the compulsory stages, and exactly half is not more than half.
    """
    planned = _stated(data, "planned_by_2010")
    migrants, pupils = data.figure("migrants"), _pupils(data)
    if migrants.value is None or pupils is None:
        many = None
    else:
        many = Fraction(migrants.value) > Fraction(terms.migrants_above) * pupils
    if planned.holds or many:
        return ConditionAnswer(holds=True)
    if planned.holds is False and many is False:
        return ConditionAnswer(holds=False)
    unknown = (migrants.label,) if migrants.value is None else ()
    return ConditionAnswer(None, (*planned.missing, *unknown))


def small_rural(data: SchoolData, terms: SmallSchoolPupils) -> ConditionAnswer:
    """Whether it is a rural school of `pupils_from` to `pupils_to` pupils, both included."""
    stated, pupils = _stated(data, "small_rural"), _pupils(data)
    low, high = terms.pupils_from, terms.pupils_to
    if stated.holds is False or (pupils is not None and low <= pupils <= high):
        return stated
    if pupils is None:
        return ConditionAnswer(None, stated.missing)
    return ConditionAnswer(
        holds=False, why=f"学生合计 {pupils} 人,不在 {low} 至 {high} 人之间" if stated.holds else ""
    )


def small_classes(data: SchoolData, terms: SmallClasses) -> ConditionAnswer:
    """Whether it is a small rural school whose largest class is under `class_below` pupils."""
    stated, limit = _stated(data, "small_classes"), terms.class_below
    if stated.holds is False:
        return stated
    largest = max((each.pupils or 0 for each in data.listed_classes), default=0)
    large = [name for name, low, _ in CLASS_BANDS if low >= limit and _any(data, name)]
    if largest < limit and not large:
        return stated
    found = f"有 {largest} 人的班" if largest >= limit else f"有{FIGURES[large[0]].label}"
    return ConditionAnswer(holds=False, why=f"{found},最大班额不低于 {limit} 人" if stated.holds else "")


def _any(data: SchoolData, name: str) -> bool:
    return any(data.figure(name, stage).value for stage in data.facts.stages)


def dense_centre(data: SchoolData, terms: Terms) -> ConditionAnswer:
    """Whether it stands in the densely peopled centre of a big city."""
    del terms
    return _stated(data, "dense_centre")


def _pupils(data: SchoolData) -> Fraction | None:
    """Return the pupils of the compulsory stages; None while a stage has not said."""
    values = [data.figure("pupils", stage).value for stage in data.facts.stages]
    known = [Fraction(value) for value in values if value is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(values) else None


CONDITIONS: dict[str, Condition] = {
    "planned_by_2016": Condition("2016年及之前规划并建成", planned_by_2016),
    "planned_by_2010_or_migrants": Condition(
        "2010年及之前规划并建成或随迁子女占比较高", planned_by_2010_or_migrants, Migrants
    ),
    "small_rural": Condition("不足100人的乡村小规模学校", small_rural, SmallSchoolPupils),
    "small_classes": Condition("最大班额较小的农村小规模学校", small_classes, SmallClasses),
    "dense_centre": Condition("人口密度过高的大城市中心城区学校", dense_centre),
}
"""Condition by the name packs use."""
