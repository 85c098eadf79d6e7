"""教育投入 from one year to the next: 两个只增不减, 三个增长.

Source: 会泽县 2023 第二条; 朔州 2016 (七); 略阳 2023. The second and third growth are those of the
Education Law (教育法 第五十六条), which the texts name and do not spell out: inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.county.measure import CountyFormula
from eduapp.standards.formulas.measure import Measure, fraction
from eduapp.standards.numbers import shown
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    from eduapp.standards.county.data import CountyData
    from eduapp.standards.county.measure import Parameters
    from eduapp.standards.results import Input

FUNDING = "county_funding"


@dataclass(frozen=True)
class Demand:
    """What has to grow: fields of the year before and of the year before that.

    `fields` must not become less (`rises`: must become more); where `faster` is given the first field
    must grow by a larger share than that one.
    """

    words: str
    fields: tuple[str, ...]
    rises: bool = True
    faster: str = ""


DEMANDS = {
    "spending_not_less": Demand("一般公共预算教育支出只增不减", ("spending",), rises=False),
    "per_pupil_not_less": Demand("按在校学生人数平均的教育支出只增不减", ("per_pupil",), rises=False),
    "appropriation_faster": Demand(
        "财政教育拨款增长高于财政经常性收入增长", ("appropriation",), faster="revenue"
    ),
    "per_pupil_rises": Demand("按在校学生人数平均的教育费用增长", ("per_pupil",)),
    "pay_and_running_rise": Demand("教师工资和学生人均公用经费增长", ("teacher_pay", "running_per_pupil")),
}


def spending_growth(county: CountyData, parameters: Parameters) -> Measure:
    """How many of the item's `demands` hold; one that does not decides, whatever is missing."""
    inputs: list[Input] = []
    said, held, unknown = [], 0, 0
    for name in parameters["demands"]:
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


def _holds(demand: Demand, pairs: list[tuple[Input, Input]]) -> bool | None:
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


GROWTH_FORMULAS: dict[str, CountyFormula] = {
    "spending_growth": CountyFormula(spending_growth, "项", ("demands",), year=YEAR_BEFORE),
}
