"""The formulas of the county as a whole: from its own records and its schools to a measure.

Source: 教督〔2017〕6号, as read in docs/standards.md, "Government"; the items' forms are tables Ⅳ, Ⅴ and Ⅵ.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import MONITORED
from eduapp.standards.county.district import DISTRICT_FORMULAS
from eduapp.standards.county.growth import GROWTH_FORMULAS
from eduapp.standards.county.local import FORMULAS as LOCAL_FORMULAS
from eduapp.standards.county.measure import EVIDENCE, CountyFormula, over_of, ratio
from eduapp.standards.county.settling import Adds
from eduapp.standards.formulas.documents import POLITICS, answered, listed_only, measure_of, stated_of
from eduapp.standards.formulas.measure import Measure, NotApplicable, fraction, named
from eduapp.standards.results import Outcome
from eduapp.standards.years import SCHOOL_YEAR, YEAR_BEFORE

if TYPE_CHECKING:
    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.standards.county.data import CountyData
    from eduapp.standards.county.measure import Parameters
    from eduapp.standards.results import Input


def document(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """A tick of the county with its document; a school that declares otherwise decides against it.

    Where schools declare too, one that has not leaves it open. `counties` are those an item is for.
    """
    code, meant = parameters["code"], parameters.get("counties", {})
    if meant and not county.is_one_of(meant):
        return NotApplicable(f"本条只对{'、'.join(meant.values())}")
    against = _declaring(county, code, Outcome.UNMET)
    if against:
        note = f"{len(against)} 所学校登记为未达到:{named(against)}"
        return Measure(Fraction(0), Fraction(1), (), "项", note=note)
    rows = county.rows(EVIDENCE)
    if listed_only(rows, parameters):
        return POLITICS
    found, silent = measure_of(answered(rows, code)), _declaring(county, code, Outcome.INSUFFICIENT)
    if silent and found.numerator:
        return replace(found, also=None, note=f"{len(silent)} 所学校没有登记:{named(silent)}")
    return found


def _declaring(county: CountyData, code: str, outcome: Outcome) -> list[str]:
    """Return the schools whose own declaration on an item has an outcome."""
    return [
        entry.facts.name
        for entry in county.entries
        for verdict in entry.of_item(code)
        if verdict.outcome is outcome
    ]


def stated(county: CountyData, parameters: Parameters) -> Measure:
    """A number of the county that a document states."""
    return stated_of(answered(county.rows(EVIDENCE), parameters["code"]), parameters["unit"])


def special_education_funding(county: CountyData, parameters: Parameters) -> Measure | NotApplicable:
    """政府保障 7: money of the special schools over their pupils, 元."""
    del parameters
    pupils = county.value("county_funding.special_pupils")
    if not pupils.value and county.value("county_profile.special_schools").value == 0:
        return NotApplicable("没有特殊教育学校")
    if pupils.value == 0:
        return NotApplicable("没有特殊教育学生")
    return over_of((county.value("county_funding.special_funds"),), pupils, "元")


def teacher_rotation(county: CountyData, parameters: Parameters) -> Measure:
    """政府保障 11: rotated over eligible teachers; `backbone_at_least` % of the rotated are backbone."""
    eligible, rotated, backbone = (
        county.value(f"county_people.{name}") for name in ("eligible", "rotated", "rotated_backbone")
    )
    inputs, also, note = (rotated, eligible, backbone), None, ""
    if rotated.value is not None and backbone.value is not None:
        share = Fraction(parameters["backbone_at_least"]) / 100
        also = Fraction(backbone.value) >= share * Fraction(rotated.value)
        limit = parameters["backbone_at_least"]
        if eligible.value is not None or not also:
            note = f"交流轮岗 {rotated.value} 人,其中骨干 {backbone.value} 人,应不低于 {limit}%"
    return Measure(fraction(rotated), fraction(eligible), inputs, "人", also=also, note=note, within=True)


def national_monitoring(county: CountyData, parameters: Parameters) -> Measure:
    """教育质量 9: each subject at level `level` or above, the difference between schools under `below`.

    Of a subject measured in several years the newest decides; a result without its year always takes part.
    """
    known: dict[str, bool] = {}
    lines = []
    for row in _newest(county.rows("county_monitoring")):
        subject, level, difference = row["subject"], row["level"], row["difference"]
        if isinstance(subject, str) and isinstance(level, int) and isinstance(difference, Decimal):
            fits = level >= parameters["level"] and difference < Decimal(parameters["below"])
            known[subject] = fits and known.get(subject, True)
    names = dict(MONITORED.options)
    absent = [name for code, name in names.items() if code not in known]
    failed = [names[code] for code, fits in known.items() if not fits]
    if failed:
        lines.append(f"未达到:{'、'.join(failed)}")
    if absent:
        lines.append(f"缺:{'、'.join(absent)}的监测结果")
    if absent and not failed:
        return Measure(None, None, (), "科", note=";".join(lines))
    passed = Fraction(len(known) - len(failed))
    return Measure(passed, Fraction(len(names)), (), "科", note=";".join(lines))


def _newest(rows: list[Row]) -> list[Row]:
    """Leave out what a newer year of the same subject has replaced."""
    years: dict[Cell, int] = {}
    for row in rows:
        if isinstance(row["year"], int):
            years[row["subject"]] = max(row["year"], years.get(row["subject"], row["year"]))
    return [row for row in rows if not isinstance(row["year"], int) or row["year"] == years[row["subject"]]]


def public_satisfaction(county: CountyData, parameters: Parameters) -> Measure:
    """社会认可度: satisfied over valid questionnaires; visits, where there were any, the same share."""
    satisfied, valid, visited, content = (
        county.value(f"county_satisfaction.{name}")
        for name in ("satisfied", "valid", "visited", "visited_satisfied")
    )
    inputs: tuple[Input, ...] = (satisfied, valid)
    also: bool | None = True
    note = ""
    if visited.value or content.value:
        inputs = (*inputs, visited, content)
        also = None
    if visited.value and content.value is not None:
        share = Fraction(parameters["visits_at_least"]) / 100
        also = Fraction(content.value) >= share * Fraction(visited.value)
        note = f"实地走访 {visited.value} 人,满意 {content.value} 人"
    return Measure(fraction(satisfied), fraction(valid), inputs, "份", also=also, note=note, within=True)


__all__ = ["COUNTY_FORMULAS", "EVIDENCE", "CountyFormula"]

COUNTY_FORMULAS: dict[str, CountyFormula] = {
    "document": CountyFormula(
        document,
        "项",
        optional=("counties",),
        schools=lambda asking, kind, given: asking.of_school(given["code"], kind),
        adds=Adds.VETO,
    ),
    "stated": CountyFormula(stated),
    "special_education_funding": CountyFormula(special_education_funding, "元", year=YEAR_BEFORE),
    "teacher_pay": CountyFormula(
        ratio("county_funding.teacher_pay", "county_funding.official_pay", unit="万元", within=False),
        "%",
        year=YEAR_BEFORE,
    ),
    "teacher_rotation": CountyFormula(teacher_rotation, "%", ("backbone_at_least",), year=SCHOOL_YEAR),
    "senior_high_quota": CountyFormula(
        ratio("county_people.senior_high_quota", "county_people.senior_high_plan"), "%"
    ),
    "migrant_children": CountyFormula(
        ratio("county_people.migrants_public", "county_people.migrants", "county_people.migrants_bought"),
        "%",
    ),
    "disabled_enrolment": CountyFormula(
        ratio("county_people.disabled_enrolled", "county_people.disabled"), "%"
    ),
    "national_monitoring": CountyFormula(national_monitoring, "%", ("level", "below")),
    "public_satisfaction": CountyFormula(public_satisfaction, "%", ("visits_at_least",)),
    "private_share": CountyFormula(
        ratio("county_people.private_pupils", "county_people.compulsory_pupils"), "%"
    ),
    **DISTRICT_FORMULAS,
    **GROWTH_FORMULAS,
    **LOCAL_FORMULAS,
}
"""Formula of the county by the name packs use."""
