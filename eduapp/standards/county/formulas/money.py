"""Money of the county: shares of budgets, grants, and what must grow from one year to the next.

Source: 教督〔2017〕6号 政府保障 7, 8; 会泽县 2023 第二条; 朔州 2016 (七), (八); 略阳 2023. The second and
third growth are those of the Education Law (教育法 第五十六条), which the texts name and do not spell out:
inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.county.measure import CountyFormula, over_of, ratio
from eduapp.standards.formulas.measure import Measure, NotApplicable, fraction, named
from eduapp.standards.numbers import shown
from eduapp.standards.terms import OneOf, PlainText, Some, Terms, term
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    from eduapp.standards.county.county_data import CountyData
    from eduapp.standards.results import Input

FUNDING = "county_funding"


@dataclass(frozen=True)
class GrowthDemand:
    """What has to grow: fields of the year before and of the year before that.

    `fields` must not become less (`rises`: must become more); where `faster` is given the first field
    must grow by a larger share than that one.
    """

    words: str
    fields: tuple[str, ...]
    rises: bool = True
    faster: str = ""


DEMANDS = {
    "spending_not_less": GrowthDemand("一般公共预算教育支出只增不减", ("spending",), rises=False),
    "per_pupil_not_less": GrowthDemand("按在校学生人数平均的教育支出只增不减", ("per_pupil",), rises=False),
    "appropriation_faster": GrowthDemand(
        "财政教育拨款增长高于财政经常性收入增长", ("appropriation",), faster="revenue"
    ),
    "per_pupil_rises": GrowthDemand("按在校学生人数平均的教育费用增长", ("per_pupil",)),
    "pay_and_running_rise": GrowthDemand(
        "教师工资和学生人均公用经费增长", ("teacher_pay", "running_per_pupil")
    ),
}


@dataclass(frozen=True, kw_only=True)
class Growth(Terms):
    """What has to grow."""

    demands: tuple[str, ...] = term(
        "要求", Some(OneOf({name: each.words for name, each in DEMANDS.items()}), 1)
    )


@dataclass(frozen=True, kw_only=True)
class Rural(Terms):
    """The area classes that are 乡村."""

    rural: tuple[str, ...] = term("乡村的城乡分类代码开头", Some(PlainText(), 1))


def spending_growth(county: CountyData, terms: Growth) -> Measure:
    """How many of the item's `demands` hold; one that does not decides, whatever is missing."""
    inputs: list[Input] = []
    said, held, unknown = [], 0, 0
    for name in terms.demands:
        demand = DEMANDS[name]
        pairs = [
            _pair(county, each) for each in (*demand.fields, *([demand.faster] if demand.faster else ()))
        ]
        inputs += [part for pair in pairs for part in pair]
        answer = _holds(demand, pairs)
        held += answer is True
        unknown += answer is None
        if answer is False:
            said.append(f"没有达到:{demand.words}({_numbers(pairs)})")
    note = ";".join(said)
    if unknown and not said:
        return Measure(None, None, tuple(inputs), "项")
    return Measure(Fraction(held), Fraction(1), tuple(inputs), "项", note=note)


def _pair(county: CountyData, name: str) -> tuple[Input, Input]:
    return county.value(f"{FUNDING}.{name}"), county.value(f"{FUNDING}.{name}_before")


def _holds(demand: GrowthDemand, pairs: list[tuple[Input, Input]]) -> bool | None:
    """Whether a demand holds; None while a number that decides is missing."""
    numbers = [(fraction(now), fraction(before)) for now, before in pairs]
    if demand.faster:
        (now, before), (other, other_before) = numbers
        if now is None or before is None or other is None or other_before is None:
            return None
        # a / b > c / d of what is not negative, without dividing.
        return now * other_before > other * before if before and other_before else None
    answers = [
        None if now is None or before is None else (now > before if demand.rises else now >= before)
        for now, before in numbers
    ]
    if False in answers:
        return False
    return None if None in answers else True


def _numbers(pairs: list[tuple[Input, Input]]) -> str:
    return "、".join(
        f"{now.label} {shown(now.value, 2)},前一年 {shown(before.value, 2)} {now.unit}"
        for now, before in pairs
    )


def special_education_funding(county: CountyData, terms: Terms) -> Measure | NotApplicable:
    """政府保障 7: money of the special schools over their pupils, 元."""
    del terms
    pupils = county.value("county_funding.special_pupils")
    if not pupils.value and county.value("county_profile.special_schools").value == 0:
        return NotApplicable("没有特殊教育学校")
    if pupils.value == 0:
        return NotApplicable("没有特殊教育学生")
    return over_of((county.value("county_funding.special_funds"),), pupils, "元")


def rural_grants(county: CountyData, terms: Rural) -> Measure | NotApplicable:
    """朔州(八): money granted a pupil in schools of `rural` area classes over that in the others."""
    rural_areas = terms.rural
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


FORMULAS: dict[str, CountyFormula] = {
    "spending_growth": CountyFormula(spending_growth, Growth, "项", year=YEAR_BEFORE),
    "special_education_funding": CountyFormula(special_education_funding, Terms, "元", year=YEAR_BEFORE),
    "rural_grants": CountyFormula(rural_grants, Rural, "%", schools=lambda *_: True, year=YEAR_BEFORE),
    **{
        name: CountyFormula(
            ratio(f"{FUNDING}.{over}", f"{FUNDING}.{under}", unit="万元", within=within),
            Terms,
            "%",
            year=YEAR_BEFORE,
        )
        for name, over, under, within in (
            ("teacher_pay", "teacher_pay", "official_pay", False),
            ("training_share", "training_funds", "payroll", True),
            ("pooled_share", "pooled_funds", "running_funds", True),
            ("gdp_share", "education_funds", "gdp", True),
        )
    },
}
