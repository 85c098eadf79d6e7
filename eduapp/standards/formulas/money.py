"""Money: what small schools, special education, training and boarding were granted or spent.

Source: 教督〔2017〕6号 政府保障 6, 7, 教育质量 4; X区 2024 三; 朔州 2016 (七); 略阳 2023 (docs/standards.md,
"Government", "Quality", "Local plans").
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND, TRAINING_USE, SchoolKind
from eduapp.standards.formulas.measure import (
    EITHER,
    SCHOOL,
    YUAN_PER_WAN,
    Formula,
    Measure,
    NotApplicable,
    fraction,
    named,
)
from eduapp.standards.numbers import plain
from eduapp.standards.terms import OneOf, PlainText, Some, Terms, TermTable, WholeNumber, term
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from db.records.choices import Stage
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData
    from eduapp.standards.results import Input

_USE = OneOf(dict(TRAINING_USE.options))


@dataclass(frozen=True, kw_only=True)
class SmallSchoolGrant(Terms):
    """For how many pupils a smaller school is granted money, and whom this is for.

    `whom`: kinds of school, each with the area classes it must stand in (none: wherever it stands).
    """

    pupils: int = term("人数", WholeNumber())
    whom: Mapping[SchoolKind, tuple[str, ...]] | None = term(
        "只针对(学校类型 城乡分类代码开头)",
        TermTable(SchoolKind, Some(PlainText()), words=dict(SCHOOL_KIND.options)),
        default=None,
    )


@dataclass(frozen=True, kw_only=True)
class Uses(Terms):
    """What training money may be spent on: the text's own words, and what we read under its 等."""

    permitted: tuple[str, ...] = term("规定用途", Some(_USE, 1))
    also_permitted: tuple[str, ...] = term("“等”字之下也算", Some(_USE))

    @property
    def uses(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.permitted, *self.also_permitted)


@dataclass(frozen=True, kw_only=True)
class BoardingSupplement(Terms):
    """For how many pupils a school is granted its quota at least, and which area classes are not 农村."""

    pupils: int = term("人数", WholeNumber())
    without_areas: tuple[str, ...] = term("不含城乡分类代码开头", Some(PlainText()))


def small_school_funding(
    data: SchoolData, stage: Stage | None, terms: SmallSchoolGrant
) -> Measure | NotApplicable:
    """政府保障 6: a school under `pupils` pupils is granted at least that many times the quota.

    Money and pupils are of the calendar year before; of two stages the smaller quota is enough for
    none, so that the stage with pupils counts, the higher quota where both have (inferred). `whom` are
    the kinds of school it is for, each with the area classes it must stand in; all where it is not given.
    """
    del stage
    outside = _not_meant(data, terms)
    if outside is not None:
        return outside
    pupils, limit = data.figure("pupils_before"), terms.pupils
    if pupils.value is not None and pupils.value >= limit:
        return NotApplicable(f"上一年度学生 {pupils.value} 人,不是不足 {limit} 人的学校")
    if pupils.value == 0:
        return NotApplicable("上一年度没有学生")
    granted = data.figure("granted")
    quotas = tuple(data.figure(f"quota_{each}") for each in data.sections)
    known = [Fraction(part.value) for part in quotas if part.value is not None]
    inputs = (granted, pupils, *quotas)
    if pupils.value is None and _clearly_larger(data, limit):
        return NotApplicable(f"学生数不是不足 {limit} 人")
    if granted.value is None or pupils.value is None or not quotas or len(known) < len(quotas):
        return Measure(None, None, inputs, "元")
    return Measure(Fraction(granted.value) * YUAN_PER_WAN, max(known) * limit, inputs, "元")


def _not_meant(data: SchoolData, terms: SmallSchoolGrant) -> Measure | NotApplicable | None:
    """Say that a school is none of those an item is for (`whom`), or that this cannot be known."""
    whom, facts = terms.whom, data.facts
    if whom is None or facts.kind is None:
        return None
    areas = whom.get(facts.kind)
    if areas is None or (areas and facts.area_class and not facts.area_class.startswith(tuple(areas))):
        return NotApplicable("这项不针对本类学校")
    if areas and not facts.area_class:
        return Measure(None, None, (), "元", note="缺:城乡分类")
    return None


def _clearly_larger(data: SchoolData, limit: int) -> bool:
    """Whether this year's pupils leave no doubt while last year's are not known: twice the limit."""
    values = [data.figure("pupils", stage).value for stage in data.facts.stages]
    return sum(value for value in values if value is not None) >= 2 * limit


def special_education_funding(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure | NotApplicable:
    """政府保障 7 at a school: money granted for pupils with special needs, a head (元)."""
    del stage, terms
    pupils, granted = data.figure("special_pupils_before"), data.figure("special_granted")
    none_listed = "special_needs" in data.draft.complete and not data.rows("special_needs")
    if pupils.value == 0 or (pupils.value is None and none_listed):
        return NotApplicable("没有特殊教育学生")
    amount = None if granted.value is None else Fraction(granted.value) * YUAN_PER_WAN
    return Measure(amount, fraction(pupils), (granted, pupils), "元")


def training_budget(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """教育质量 4: training budget over the budget of 公用经费, both of the calendar year before."""
    del stage, terms
    training, budget = data.figure("training_budget"), data.figure("budget")
    numerator, denominator = fraction(training), fraction(budget)
    return Measure(
        None if numerator is None else numerator * YUAN_PER_WAN,
        None if denominator is None else denominator * YUAN_PER_WAN,
        (training, budget),
        "元",
        within=True,
    )


def _outside(row: Row, permitted: tuple[str, ...]) -> bool | None:
    use = row["use"]
    return use not in permitted if isinstance(use, str) else None


def training_money_uses(data: SchoolData, stage: Stage | None, terms: Uses) -> Measure:
    """X区 三: training money that was not spent on what it may be spent on (`permitted`), 元.

    The text ends its list with 等: what we read under it (`also_permitted`) is permitted too, and of any
    other use nobody can say from the ledger that it is wrong: it is listed and stays open.
    """
    del stage
    rows = list(data.draft.rows["training_expense"].values())
    if not rows and "training_expense" not in data.draft.complete:
        return Measure(None, None, (), "元", note="没有培训经费台账")
    permitted, words = terms.uses, dict(TRAINING_USE.options)
    outside: list[tuple[str, Decimal]] = []
    unknown = 0
    for row in rows:
        is_outside, amount = _outside(row, permitted), row["amount"]
        if is_outside is False:
            continue
        if is_outside is None or not isinstance(amount, Decimal):
            unknown += 1
            continue
        about = row["content"] if isinstance(row["content"], str) else words.get(str(row["use"]), "其他")
        outside.append((f"{about} {plain(amount)} 元", amount))
    total = sum((amount for _, amount in outside), Decimal(0))
    if unknown and not total:
        return Measure(None, None, (), "元", note=f"{unknown} 笔没有填用途或金额")
    allowed = "、".join(words[code] for code in permitted)
    if not outside:
        note = f"支出都用于{allowed}" if rows else "台账已填全,没有支出"
        return Measure(Fraction(0), Fraction(1), (), "元", note=note)
    names = named([text for text, _ in outside])
    note = f"{allowed}以外 {len(outside)} 笔,请核对是否教师参加培训所需(原文有“等”字):{names}"
    note += f";另有 {unknown} 笔没有填用途或金额" if unknown else ""
    return Measure(None, None, (), "元", note=note)


def training_money_share(data: SchoolData, stage: Stage | None, terms: Uses) -> Measure:
    """X区 三(二)三: what the ledger spends on the permitted uses in the year before, over 公用经费预算."""
    del stage
    budget = data.figure("budget")
    rows = list(data.draft.rows["training_expense"].values())
    if not rows and "training_expense" not in data.draft.complete:
        return Measure(None, None, (budget,), "元", note="没有培训经费台账")
    year = data.on.year - 1 if data.on else None
    permitted, spent, unknown = terms.uses, Decimal(0), 0
    for row in rows:
        day, amount = row["date"], row["amount"]
        if _outside(row, permitted) or (isinstance(day, datetime.date) and day.year != year):
            continue
        if _outside(row, permitted) is None or not isinstance(amount, Decimal) or day is None:
            unknown += 1
        else:
            spent += amount
    under = fraction(budget)
    note = f"台账中 {year} 年用于规定用途的支出 {plain(spent)} 元" if year else "缺:统计时点"
    if unknown or year is None:
        return Measure(
            None, None, (budget,), "元", note=f"{unknown} 笔没有填日期、用途或金额" if year else note
        )
    if under is None:
        return Measure(None, None, (budget,), "元")
    return Measure(Fraction(spent), under * YUAN_PER_WAN, (budget,), "元", note=note)


def _quotas(data: SchoolData) -> tuple[tuple[Input, ...], list[Fraction]]:
    parts = tuple(data.figure(f"quota_{each}") for each in data.sections)
    known = [Fraction(part.value) for part in parts if part.value is not None]
    return parts, known if len(known) == len(parts) else []


def quota_granted(data: SchoolData, stage: Stage | None, terms: Terms) -> Measure:
    """朔州(七): money granted in the year before over pupils times the quota.

    Of two stages with different quotas only what both readings say is said: last year's pupils are
    not known by stage.
    """
    del stage, terms
    granted, pupils = data.figure("granted"), data.figure("pupils_before")
    quotas, known = _quotas(data)
    inputs = (granted, pupils, *quotas)
    if granted.value is None or pupils.value is None or not known:
        return Measure(None, None, inputs, "元")
    have = Fraction(granted.value) * YUAN_PER_WAN
    due = [Fraction(pupils.value) * quota for quota in (min(known), max(known))]
    if have < due[1] and have >= due[0] and due[0] != due[1]:
        return Measure(None, None, inputs, "元", note="两个学段定额不同,须分学段核对上一年度学生数")
    return Measure(have, due[1] if have >= due[1] else due[0], inputs, "元")


def boarding_supplement(
    data: SchoolData, stage: Stage | None, terms: BoardingSupplement
) -> Measure | NotApplicable:
    """略阳: what a rural boarding school was granted above its quota, a boarder (元).

    `without_areas` are the area classes that are not 农村.
    """
    del stage
    facts = data.facts
    if facts.boarding is False:
        return NotApplicable("不是寄宿制学校")
    if facts.area_class and facts.area_class.startswith(terms.without_areas):
        return NotApplicable("不是农村学校")
    boarders = [row["boarders"] for row in data.draft.rows["school_class"].values()]
    granted, pupils = data.figure("granted"), data.figure("pupils_before")
    quotas, known = _quotas(data)
    inputs = (granted, pupils, *quotas)
    missing = [
        label
        for label, is_missing in (
            ("是否寄宿制学校", facts.boarding is None),
            ("城乡分类", not facts.area_class),
            ("班级名单的寄宿生", not boarders or any(not isinstance(each, int) for each in boarders)),
        )
        if is_missing
    ]
    missing += [part.label for part in inputs if part.value is None]
    if missing or granted.value is None or pupils.value is None or not known:
        return Measure(None, None, inputs, "元", note=f"缺:{'、'.join(missing)}")
    if len(set(known)) > 1:
        return Measure(None, None, inputs, "元", note="两个学段定额不同,须分学段核对")
    counted = max(Fraction(pupils.value), Fraction(terms.pupils))
    above = Fraction(granted.value) * YUAN_PER_WAN - known[0] * counted
    total = sum(boarder for boarder in boarders if isinstance(boarder, int))
    if not total:
        return NotApplicable("没有寄宿生")
    note = f"寄宿生 {total} 人,拨付超出定额 {plain(Decimal(int(above)))} 元"
    return Measure(above, Fraction(total), inputs, "元", note=note)


FORMULAS: dict[str, Formula] = {
    "small_school_funding": Formula(
        SCHOOL, small_school_funding, SmallSchoolGrant, value_unit="%", year=YEAR_BEFORE, judged=EITHER
    ),
    "special_education_funding": Formula(
        SCHOOL, special_education_funding, value_unit="元", year=YEAR_BEFORE, judged=EITHER
    ),
    "training_budget": Formula(SCHOOL, training_budget, value_unit="%", year=YEAR_BEFORE),
    "training_money_uses": Formula(SCHOOL, training_money_uses, Uses, value_unit="元"),
    "training_money_share": Formula(SCHOOL, training_money_share, Uses, value_unit="%", year=YEAR_BEFORE),
    "quota_granted": Formula(SCHOOL, quota_granted, value_unit="%", year=YEAR_BEFORE, judged=EITHER),
    "boarding_supplement": Formula(
        SCHOOL, boarding_supplement, BoardingSupplement, value_unit="元", year=YEAR_BEFORE, judged=EITHER
    ),
}
