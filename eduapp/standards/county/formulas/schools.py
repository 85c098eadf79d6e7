"""Schools of the county: how many there are, too large or too small, failing and passing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND, STAGE, SchoolKind, Stage
from eduapp.standards.county.asking import has_section
from eduapp.standards.county.data import units
from eduapp.standards.county.measure import CountyFormula
from eduapp.standards.county.settling import Adds
from eduapp.standards.formulas.measure import EITHER, Measure, NotApplicable, fraction, named
from eduapp.standards.results import Outcome
from eduapp.standards.terms import (
    DecimalNumber,
    OneOf,
    PlainText,
    Some,
    Terms,
    TermTable,
    WholeNumber,
    of_item,
    term,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from eduapp.standards.county.county_data import CountyData
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.results import SectionResult

NO_SCHOOLS = "还没有学校上报"
KIND_NAMES = dict(SCHOOL_KIND.options)
BY_KIND = TermTable(SchoolKind, WholeNumber(), words=KIND_NAMES)
_LIMITS = TermTable(SchoolKind, WholeNumber(quoted=True), words=KIND_NAMES)


@dataclass(frozen=True, kw_only=True)
class SchoolCounts(Terms):
    """How many schools of a kind there must be."""

    numbers: Mapping[SchoolKind, int] = term("校数", BY_KIND)


@dataclass(frozen=True, kw_only=True)
class SmallSchoolKinds(Terms):
    """Which kinds of school, where (anywhere without `areas`), and up to how many pupils."""

    kinds: tuple[str, ...] = term("类别", Some(OneOf(KIND_NAMES), 1))
    areas: tuple[str, ...] = term("城乡分类代码开头", Some(PlainText()))
    pupils: int = term("人数", WholeNumber())
    judged: str = of_item(PlainText())
    """Schools with their campuses, or each site."""


@dataclass(frozen=True, kw_only=True)
class Oversize(Terms):
    """The most pupils by kind of school: the plan's own, and the national ones beside."""

    over_by_kind: Mapping[SchoolKind, int] = term("规模", _LIMITS)
    national_by_kind: Mapping[SchoolKind, int] = term("国家标准规模", _LIMITS)


@dataclass(frozen=True, kw_only=True)
class Failing(Terms):
    """Which item of 资源配置, in which stage."""

    stage: str = term("学段", OneOf(dict(STAGE.options)))
    item: str = term("指标", PlainText())


@dataclass(frozen=True, kw_only=True)
class Population(Terms):
    """From how many people (万) on a county owes a special school."""

    population_from: Decimal = term("人口(万人)≥", DecimalNumber())


def school_numbers(county: CountyData, terms: SchoolCounts) -> Measure:
    """大通湖 第1条: how many schools there are; each kind of `numbers` has exactly its number."""
    own = [entry for entry in county.entries if entry.facts.kind is not SchoolKind.TEACHING_POINT]
    if not own:
        return Measure(None, None, (), "所", note=NO_SCHOOLS)
    kinds = [entry.facts.kind for entry in own]
    over = {kind: kinds.count(kind) - number for kind, number in terms.numbers.items()}
    too_many, too_few = max(over.values(), default=0) > 0, min(over.values(), default=0) < 0
    also = False if too_many else None if None in kinds else county.partial or not too_few
    primary, junior = (kinds.count(kind) for kind in (SchoolKind.PRIMARY, SchoolKind.LOWER_SECONDARY))
    note = f"现有 {len(own)} 所,其中小学 {primary} 所、初中 {junior} 所"
    return Measure(Fraction(len(own)), Fraction(1), (), "所", note=note, also=also)


def small_schools(county: CountyData, terms: SmallSchoolKinds) -> Measure:
    """会泽 第四条: schools of `kinds` (in `areas`, where given) with `pupils` pupils or fewer.

    As the item says of schools with their campuses, or of each site.
    """
    kinds, areas = set(terms.kinds), terms.areas
    own = [entry for entry in units(county.entries, terms.judged) if entry.facts.kind in kinds]
    if not county.entries:
        return Measure(None, None, (), "所", note=NO_SCHOOLS)
    limit, small, unknown = terms.pupils, [], []
    for entry in own:
        sizes = [section.pupils for section in entry.sections]
        size = None if None in sizes else sum(each or 0 for each in sizes)
        area = entry.facts.area_class
        if (size is not None and size > limit) or (areas and area and not area.startswith(areas)):
            continue
        if size is None or (areas and not area):
            unknown.append(entry.facts.name)
        elif size:
            small.append(f"{entry.facts.name} {size} 人")
    # The clause bounds a list: all of its names, not the first few.
    parts = [f"{len(small)} 所:{'、'.join(small)}"] if small else []
    parts += [f"{len(unknown)} 所缺学生数或城乡分类:{named(unknown)}"] if unknown else []
    if unknown and not small:
        return Measure(None, None, (), "所", note=";".join(parts))
    return Measure(Fraction(len(small)), Fraction(1), (), "所", note=";".join(parts) or "没有这样的学校")


def school_count(county: CountyData, terms: Terms) -> Measure:
    """Schools that have reported, by kind; campuses that are not counted stand within theirs."""
    del terms
    kinds = [entry.facts.kind for entry in county.entries]
    words = KIND_NAMES
    said = [f"{words[kind]} {kinds.count(kind)} 所" for kind in SchoolKind if kind in kinds]
    said += [f"未填类型 {kinds.count(None)} 所"] if None in kinds else []
    campuses = sum(len(entry.campuses) for entry in county.entries)
    parts = [f"已上报的义务教育学校:{'、'.join(said)}"] if said else []
    parts += [f"{campuses} 个不计校数的校区和教学点并入所属学校"] if campuses else []
    note = ";".join([*parts, "不含幼儿园"])
    return Measure(Fraction(len(county.entries)), Fraction(1), (), "所", note=note)


def _pupils(entry: SchoolEntry) -> int | None:
    values = [entry.figures.get(("pupils", stage)) for stage in entry.facts.stages]
    known = [int(value) for value in values if value is not None]
    return sum(known) if known else None


def _over(county: CountyData, limits: Mapping[SchoolKind, int]) -> dict[SchoolKind, list[str]]:
    found: dict[SchoolKind, list[str]] = {}
    for entry in county.entries:
        kind, pupils = entry.facts.kind, _pupils(entry)
        if kind and kind in limits and pupils is not None and pupils > limits[kind]:
            found.setdefault(kind, []).append(f"{entry.facts.name} {pupils} 人")
    return found


def oversize_by_kind(county: CountyData, terms: Oversize) -> Measure:
    """X区 一(一): schools over `over_by_kind`, by type; those over the national limit beside them."""
    words = KIND_NAMES
    found, national = (_over(county, each) for each in (terms.over_by_kind, terms.national_by_kind))
    unknown = [entry.facts.name for entry in county.entries if _pupils(entry) is None or not entry.facts.kind]
    count = sum(map(len, found.values()))
    if unknown and not count:
        return Measure(None, None, (), "所", note=f"{len(unknown)} 所数据不足:{named(unknown)}")
    kinds = "、".join(f"{words[kind]} {len(found[kind])} 所" for kind in SchoolKind if kind in found)
    names = named([name for kind in SchoolKind for name in found.get(kind, ())])
    note = f"{kinds}:{names};按国家标准超规模的 {sum(map(len, national.values()))} 所" if count else ""
    if unknown:
        note = ";".join(part for part in (note, f"{len(unknown)} 所数据不足") if part)
    return Measure(Fraction(count), Fraction(1), (), "所", note=note)


def failing_share(county: CountyData, terms: Failing) -> Measure | NotApplicable:
    """X区 二(一): sections of a stage that do not meet an item of 资源配置 (`item`), over all of them."""
    stage, item = Stage(terms.stage), terms.item
    own = [
        (entry.facts.name, verdict.outcome)
        for entry in county.entries
        for section in entry.sections
        if section.stage is stage and section.counts
        for verdict in section.verdicts
        if verdict.code == item and verdict.outcome is not Outcome.NOT_APPLICABLE
    ]
    if not own:
        return NotApplicable("没有这个学段的学校")
    failing = [name for name, outcome in own if outcome in {Outcome.UNMET, Outcome.FLOOR}]
    unknown = sum(outcome is Outcome.INSUFFICIENT for _, outcome in own)
    said = f"{len(own)} 所中 {len(failing)} 所不达标" + (f":{named(failing)}" if failing else "")
    note = f"{said};{unknown} 所数据不足" if unknown else said
    if unknown and not failing:
        return Measure(None, None, (), "所", note=note)
    return Measure(Fraction(len(failing)), Fraction(len(own)), (), "所", note=note)


def _judged(entry: SchoolEntry) -> list[SectionResult]:
    return [
        section
        for section in entry.sections
        if section.counts and section.outcome is not Outcome.NOT_APPLICABLE
    ]


def schools_passing(county: CountyData, terms: Terms) -> Measure | NotApplicable:
    """达标率 of the schools: those all of whose sections pass 资源配置, over the schools judged."""
    del terms
    judged = [(entry, _judged(entry)) for entry in county.below]
    judged = [(entry, sections) for entry, sections in judged if sections]
    if not judged:
        return NotApplicable("没有按国家标准评判的学校")
    outcomes = [(entry.facts.name, {each.outcome for each in sections}) for entry, sections in judged]
    passing = sum(found == {Outcome.MET} for _, found in outcomes)
    unknown = [name for name, found in outcomes if Outcome.UNMET not in found and found != {Outcome.MET}]
    said = f"{len(judged)} 所中 {passing} 所达标"
    if unknown:
        note = f"{said};{len(unknown)} 所数据不足:{named(unknown)}"
        return Measure(None, None, (), "所", note=note)
    return Measure(Fraction(passing), Fraction(len(judged)), (), "所", note=said)


def special_school_due(county: CountyData, terms: Population) -> Measure | NotApplicable:
    """朔州(十八): a county of `population_from` 万 people or more has a special school."""
    people, schools = (county.value(f"county_profile.{name}") for name in ("population", "special_schools"))
    limit = Fraction(terms.population_from)
    if people.value is not None and Fraction(people.value) < limit:
        return NotApplicable(f"人口不足 {terms.population_from} 万人,由附设特教班或随班就读承担")
    if people.value is None:
        return Measure(None, None, (people, schools), "所")
    return Measure(fraction(schools), Fraction(1), (people, schools), "所")


FORMULAS: dict[str, CountyFormula] = {
    "school_numbers": CountyFormula(
        school_numbers,
        SchoolCounts,
        "所",
        schools=lambda _, kind, __: kind is not SchoolKind.TEACHING_POINT,
        adds=Adds.COUNT,
    ),
    "small_schools": CountyFormula(
        small_schools,
        SmallSchoolKinds,
        "所",
        schools=lambda _, kind, terms: kind in terms.kinds,
        adds=Adds.COUNT,
        judged=EITHER,
    ),
    "school_count": CountyFormula(school_count, Terms, "所", schools=lambda *_: True, adds=Adds.COUNT),
    "oversize_by_kind": CountyFormula(
        oversize_by_kind,
        Oversize,
        "所",
        schools=lambda _, kind, terms: kind in terms.over_by_kind,
        adds=Adds.COUNT,
    ),
    "failing_share": CountyFormula(
        failing_share,
        Failing,
        "%",
        schools=lambda asking, kind, terms: has_section(asking.standard, kind, Stage(terms.stage)),
        adds=Adds.ONE_OF_ALL,
    ),
    "schools_passing": CountyFormula(
        schools_passing, Terms, "%", schools=lambda *_: True, adds=Adds.ONE_OF_ALL
    ),
    "special_school_due": CountyFormula(special_school_due, Population, "所"),
}
