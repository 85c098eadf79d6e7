"""Formulas of the county for X区, 朔州 and 汉中/略阳 (docs/standards.md, "Local plans")."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND, SchoolKind, Stage
from db.records.values import Unread
from eduapp.standards.county.asking import has_section
from eduapp.standards.county.balance import balance, composite
from eduapp.standards.county.measure import CountyFormula, ratio
from eduapp.standards.county.settling import Adds
from eduapp.standards.figures import BACKBONE_LEVELS
from eduapp.standards.formulas.measure import Measure, NotApplicable, fraction, named
from eduapp.standards.numbers import plain, shown
from eduapp.standards.results import Outcome
from eduapp.standards.years import SCHOOL_YEAR, YEAR_BEFORE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records.rows import Row
    from eduapp.standards.county.data import CountyData, SchoolEntry
    from eduapp.standards.county.measure import Parameters
    from eduapp.standards.results import SectionResult, Verdict

PROJECTS = "county_project"
WHAT = {"places": ("places", "个"), "area": ("area", "㎡"), "money": ("money", "万元"), "count": ("", "个")}
"""What of a project is added up: its field and unit."""


def _own_verdicts(county: CountyData, code: str) -> list[tuple[SchoolEntry, Verdict]]:
    """Return each school's verdict of an item that applies to it; a number without a limit applies."""
    return [
        (entry, verdict)
        for entry in county.entries
        for verdict in entry.of_item(code)
        if verdict.outcome is not Outcome.NOT_APPLICABLE or verdict.value is not None
    ]


def summed(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """The schools' own numbers of an item added up (this one, or `of`); missing while one lacks its own."""
    own = _own_verdicts(county, parameters.get("of", parameters["code"]))
    unit = parameters["unit"]
    if not own:
        return NotApplicable("没有适用的学校")
    lacking = [entry.facts.name for entry, verdict in own if verdict.value is None]
    if lacking:
        return Measure(None, None, (), unit, note=f"{len(lacking)} 所数据不足:{named(lacking)}")
    values = [(entry, verdict.value) for entry, verdict in own if verdict.value is not None]
    total = sum((value for _, value in values), Fraction(0))
    largest = sorted((pair for pair in values if pair[1]), key=lambda pair: (-pair[1], pair[0].facts.code))
    names = named([f"{entry.facts.name} {shown(value, 0)}" for entry, value in largest])
    note = f"{len(own)} 所学校合计" + (f":{names}" if parameters.get("named") and names else "")
    return Measure(total, Fraction(1), (), unit, note=note)


def backbone_by_level(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """Backbone teachers of all schools, with how many there are of each level as far as lists tell."""
    del parameters
    if not county.entries:
        return Measure(None, None, (), "人", note="还没有学校上报")
    lacking, total = [], Fraction(0)
    for entry in county.entries:
        parts = [entry.figures.get(("backbone", section.stage)) for section in entry.sections]
        known = [Fraction(part) for part in parts if part is not None]
        if len(known) < len(parts) or not parts:
            lacking.append(entry.facts.name)
        total += sum(known, Fraction(0))
    if lacking:
        return Measure(None, None, (), "人", note=f"{len(lacking)} 所数据不足:{named(lacking)}")
    levels = {
        words: [entry.figures.get((f"backbone_{code}", None)) for entry in county.entries]
        for code, words in reversed(BACKBONE_LEVELS.items())
    }
    said = "、".join(f"{words} {sum(each or 0 for each in counts)} 人" for words, counts in levels.items())
    silent = sum(None in each for each in zip(*levels.values(), strict=True))
    note = f"按教师名单:{said}" + (f";{silent} 所只有合计" if silent else "")
    return Measure(total, Fraction(1), (), "人", note=note)


# --- schools ---


def school_count(county: CountyData, parameters: Parameters) -> Measure:
    """Schools that have reported, by kind; campuses that are not counted stand within theirs."""
    del parameters
    kinds = [entry.facts.kind for entry in county.entries]
    words = dict(SCHOOL_KIND.options)
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


def _over(county: CountyData, limits: Mapping[str, str]) -> dict[SchoolKind, list[str]]:
    found: dict[SchoolKind, list[str]] = {}
    for entry in county.entries:
        kind, pupils = entry.facts.kind, _pupils(entry)
        if kind and kind in limits and pupils is not None and pupils > int(limits[kind]):
            found.setdefault(kind, []).append(f"{entry.facts.name} {pupils} 人")
    return found


def oversize_by_kind(county: CountyData, parameters: Parameters) -> Measure:
    """X区 一(一): schools over `over_by_kind`, by type; those over the national limit beside them."""
    words = dict(SCHOOL_KIND.options)
    found, national = (_over(county, parameters[name]) for name in ("over_by_kind", "national_by_kind"))
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


def failing_share(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """X区 二(一): sections of a stage that do not meet an item of 资源配置 (`item`), over all of them."""
    stage, item = Stage(parameters["stage"]), parameters["item"]
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
    return [each for each in entry.sections if each.counts and each.outcome is not Outcome.NOT_APPLICABLE]


def schools_passing(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """达标率 of the schools: those all of whose sections pass 资源配置, over the schools judged."""
    del parameters
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


def composite_coefficient(county: CountyData, parameters: Parameters) -> Measure:
    """朔州(三): 综合差异系数 of a stage by the 2012 rules, over the schools that rules cover."""
    stage = Stage(parameters["stage"])
    sections = [
        each for entry in county.below for each in entry.sections if each.stage is stage and each.counts
    ]
    by_code: dict[str, list[tuple[int, Fraction]]] = {}
    lacking = 0
    for section in sections:
        for verdict in section.verdicts:
            if section.pupils is None or verdict.value is None:
                lacking += 1
            else:
                by_code.setdefault(verdict.code, []).append((section.pupils, verdict.value))
    joined = composite([balance(values).coefficient for values in by_code.values()])
    if lacking or joined is None:
        why = (
            f"{lacking} 个数缺失"
            if lacking
            else "没有这个学段的学校"
            if not sections
            else "无法计算:均值为 0"
        )
        return Measure(None, None, (), "系数", note=why)
    note = f"{len(sections)} 个学段 {len(by_code)} 项指标差异系数的平均"
    return Measure(Fraction(joined), Fraction(1), (), "系数", note=note)


# --- projects ---


def _projects(county: CountyData, parameters: Parameters) -> list[Row]:
    kinds, done = parameters.get("kinds"), parameters.get("done", False)
    return [
        row
        for row in county.rows(PROJECTS)
        if (kinds is None or row["kind"] in kinds) and (not done or _is_done(row, county.on))
    ]


def _is_done(row: Row, on: datetime.date | None) -> bool:
    day = row["done"]
    return isinstance(day, datetime.date) and (on is None or day <= on)


def projects(county: CountyData, parameters: Parameters) -> Measure:
    """Projects added up (`what`), of some `kinds`, all or only the finished ones (`done`)."""
    rows, (name, unit) = _projects(county, parameters), WHAT[parameters["what"]]
    if not county.rows(PROJECTS):
        return Measure(None, None, (), unit, note="没有登记建设项目")
    names = named([str(row["name"]) for row in rows if isinstance(row["name"], str)])
    note = f"{len(rows)} 个项目:{names}" if rows else "没有这类项目"
    if not name:
        return Measure(Fraction(len(rows)), Fraction(1), (), unit, note=note)
    cells = [row[name] for row in rows]
    empty = sum(cell is None or isinstance(cell, Unread) for cell in cells)
    total = sum((Fraction(cell) for cell in cells if isinstance(cell, int | Decimal)), Fraction(0))
    if empty:
        said = f"{empty} 个没有填数;已填合计 {plain(Decimal(total.numerator) / total.denominator)} {unit}"
        return Measure(None, None, (), unit, note=f"{note};{said}")
    return Measure(total, Fraction(1), (), unit, note=note)


def project_completion(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """朔州(五): finished projects over those whose planned date has come."""
    rows = _projects(county, parameters)
    if not rows:
        return Measure(None, None, (), "个", note="没有登记建设项目")
    undated = sum(not isinstance(row["planned"], datetime.date) for row in rows)
    due = [
        row
        for row in rows
        if isinstance(row["planned"], datetime.date) and (county.on is None or row["planned"] <= county.on)
    ]
    late = [str(row["name"]) for row in due if not _is_done(row, county.on)]
    if undated and not late:
        return Measure(None, None, (), "个", note=f"{undated} 个项目没有填计划完成日期")
    if not due:
        return NotApplicable("还没有到期的项目")
    note = f"到期未完成:{named(late)}" if late else f"{len(due)} 个到期项目都已完成"
    return Measure(Fraction(len(due) - len(late)), Fraction(len(due)), (), "个", note=note)


# --- the county's own numbers ---


def special_school_due(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """朔州(十八): a county of `population_from` 万 people or more has a special school."""
    people, schools = (county.value(f"county_profile.{name}") for name in ("population", "special_schools"))
    limit = Fraction(parameters["population_from"])
    if people.value is not None and Fraction(people.value) < limit:
        return NotApplicable(f"人口不足 {parameters['population_from']} 万人,由附设特教班或随班就读承担")
    if people.value is None:
        return Measure(None, None, (people, schools), "所")
    return Measure(fraction(schools), Fraction(1), (people, schools), "所")


def rural_grants(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """朔州(八): money granted a pupil in schools of `rural` area classes over that in the others."""
    rural_areas = tuple(parameters["rural"])
    sums = {True: [Fraction(0), Fraction(0)], False: [Fraction(0), Fraction(0)]}
    lacking = []
    for entry in county.entries:
        area = entry.facts.area_class
        money, pupils = (entry.figures.get((name, None)) for name in ("granted", "pupils_before"))
        if area is None or money is None or pupils is None:
            lacking.append(entry.facts.name)
            continue
        own = sums[area.startswith(rural_areas)]
        own[0] += Fraction(money)
        own[1] += Fraction(pupils)
    if lacking:
        return Measure(None, None, (), "元", note=f"{len(lacking)} 所数据不足:{named(lacking)}")
    if not all(pupils for _, pupils in sums.values()):
        return NotApplicable("城镇学校和乡村学校只有一类")
    (rural, rural_pupils), (town, town_pupils) = sums[True], sums[False]
    if not town:
        return Measure(None, None, (), "元", note="无法计算:城镇学校拨付为 0")
    per_head = (rural / rural_pupils, town / town_pupils)
    note = "乡村生均 {} 元,城镇生均 {} 元".format(*(shown(each * 10_000, 2) for each in per_head))
    return Measure(per_head[0], per_head[1], (), "元", note=note)


DISTRICT_FORMULAS: dict[str, CountyFormula] = {
    "summed": CountyFormula(
        summed,
        optional=("named", "of"),
        schools=lambda asking, kind, given: asking.of_school(given.get("of", given["code"]), kind),
        adds=Adds.SUM,
    ),
    "backbone_by_level": CountyFormula(backbone_by_level, "人", schools=lambda *_: True, adds=Adds.SUM),
    "school_count": CountyFormula(school_count, "所", schools=lambda *_: True, adds=Adds.COUNT),
    "oversize_by_kind": CountyFormula(
        oversize_by_kind,
        "所",
        ("over_by_kind", "national_by_kind"),
        schools=lambda _, kind, given: kind in given["over_by_kind"],
        adds=Adds.COUNT,
    ),
    "failing_share": CountyFormula(
        failing_share,
        "%",
        ("stage", "item"),
        schools=lambda asking, kind, given: has_section(asking.standard, kind, Stage(given["stage"])),
        adds=Adds.ONE_OF_ALL,
    ),
    "schools_passing": CountyFormula(schools_passing, "%", schools=lambda *_: True, adds=Adds.ONE_OF_ALL),
    "composite_coefficient": CountyFormula(
        composite_coefficient,
        "系数",
        ("stage",),
        schools=lambda asking, kind, given: has_section(
            asking.standard.below or asking.standard, kind, Stage(given["stage"])
        ),
    ),
    "projects": CountyFormula(projects, "", ("what",), ("kinds", "done")),
    "project_completion": CountyFormula(project_completion, "%", (), ("kinds",)),
    "special_school_due": CountyFormula(special_school_due, "所", ("population_from",)),
    "rural_grants": CountyFormula(rural_grants, "%", ("rural",), schools=lambda *_: True, year=YEAR_BEFORE),
    "rotated_share": CountyFormula(
        ratio("county_people.rotated", "county_people.eligible"), "%", year=SCHOOL_YEAR
    ),
    "rotated_backbone": CountyFormula(
        ratio("county_people.rotated_backbone", "county_people.rotated"), "%", year=SCHOOL_YEAR
    ),
}
