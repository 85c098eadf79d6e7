"""Formulas of X区, 朔州 and 汉中/略阳 over ledgers, rooms and money (docs/standards.md, "Local plans")."""

from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.choices import FULL_TIME_POSTS, TRAINING_USE
from eduapp.standards.counting import RENTED, has_expired, not_there_yet
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
from eduapp.standards.years import YEAR_BEFORE

if TYPE_CHECKING:
    from db.records.choices import Stage
    from db.records.rows import Row
    from eduapp.standards.data import SchoolData
    from eduapp.standards.formulas.measure import Parameters
    from eduapp.standards.results import Input


_NO_GROUNDS = "缺:运动场地名单;没有租赁场馆的请勾选「本表已填全」"

# --- rooms and grounds ---


def shared_grounds(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """X区 二(二)一: rented grounds without contract, too far on foot, or not exclusive in lessons."""
    del stage
    listed = data.draft.rows["sports_ground"]
    rows = [row for row in listed.values() if row["kind"] == RENTED]
    if not rows:
        said = "sports_ground" in data.draft.complete or data.draft.only("school_total")["rented_area"] == 0
        none = NotApplicable("没有校外共享(租赁)场地")
        return none if said else Measure(None, None, (), "处", note=_NO_GROUNDS)
    most, wrong, unknown = int(parameters["walk_minutes"]), [], 0
    for row in rows:
        why = _troubles(row, most, data.on)
        if why:
            wrong.append(f"{_title(row)}({'、'.join(why)})")
        elif not isinstance(row["walk_minutes"], int) or row["exclusive"] is None:
            unknown += 1
    if unknown and not wrong:
        return Measure(None, None, (), "处", note=f"{unknown} 处没有填步行时间或是否专用")
    note = f"不符合条件:{named(wrong)}" if wrong else f"{len(rows)} 处共享场地都符合路途安全条件"
    return Measure(Fraction(len(wrong)), Fraction(1), (), "处", note=note)


def _troubles(row: Row, most: int, on: datetime.date | None) -> list[str]:
    """Return what is known to be wrong with a rented ground."""
    minutes = row["walk_minutes"]
    known = {
        "没有合同文号": not isinstance(row["contract"], str),
        f"步行 {minutes} 分钟": isinstance(minutes, int) and minutes > most,
        "上课时段不专用": row["exclusive"] is False,
        f"合同 {row['contract_until']} 到期": has_expired(row, on),
    }
    return [words for words, is_wrong in known.items() if is_wrong]


def rooms_listed_once(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """X区 二(二)二: a room used for several things is one room; rooms that stand in the list twice."""
    del stage, parameters
    rows = list(data.draft.rows["room"].values())
    if not rows:
        return Measure(None, None, (), "间", note="没有校舍名单")
    counted = Counter(row["name"] for row in rows if isinstance(row["name"], str))
    shared = [row for row in rows if row["shared"] is True]
    twice = [str(name) for name, count in counted.items() if count > 1]
    extra = sum(counted[name] - 1 for name in twice)
    said = f"多功能共用 {len(shared)} 间,各按「用途」计一次" if shared else "没有多功能共用的房间"
    note = f"重复登记:{named(twice)};{said}" if twice else said
    return Measure(Fraction(extra), Fraction(1), (), "间", note=note)


def broadband(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """宽带网络校校通: whether the school has broadband."""
    del stage, parameters
    answer = data.draft.only("school")["broadband"]
    if not isinstance(answer, bool):
        return Measure(None, None, (), "项", note="缺:宽带网络接入")
    note = "已接入宽带网络" if answer else "没有接入宽带网络"
    return Measure(Fraction(answer), Fraction(1), (), "项", note=note)


# --- training ---


def _outside(row: Row, permitted: tuple[str, ...]) -> bool | None:
    use = row["use"]
    return use not in permitted if isinstance(use, str) else None


def training_money_uses(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """X区 三: training money that was not spent on what it may be spent on (`permitted`), 元.

    The text ends its list with 等: what we read under it (`also_permitted`) is permitted too, and of any
    other use nobody can say from the ledger that it is wrong: it is listed and stays open.
    """
    del stage
    rows = list(data.draft.rows["training_expense"].values())
    if not rows and "training_expense" not in data.draft.complete:
        return Measure(None, None, (), "元", note="没有培训经费台账")
    permitted, words = _uses(parameters), dict(TRAINING_USE.options)
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


def _uses(parameters: Parameters) -> tuple[str, ...]:
    return (*parameters["permitted"], *parameters["also_permitted"])


def training_money_share(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """X区 三(二)三: what the ledger spends on the permitted uses in the year before, over 公用经费预算."""
    del stage
    budget = data.figure("budget")
    rows = list(data.draft.rows["training_expense"].values())
    if not rows and "training_expense" not in data.draft.complete:
        return Measure(None, None, (budget,), "元", note="没有培训经费台账")
    year = data.on.year - 1 if data.on else None
    permitted, spent, unknown = _uses(parameters), Decimal(0), 0
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


def trained_once(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """朔州(十一): 专任教师 with a training in the last `years` calendar years, over all of them."""
    del stage
    teachers = {
        key: row
        for key, row in data.draft.rows["teacher"].items()
        if (not isinstance(row["post"], str) or row["post"] in FULL_TIME_POSTS)
        and not not_there_yet(row, data.on)
    }
    rows = list(data.draft.rows["training"].values())
    if data.on is None or not teachers or (not rows and "training" not in data.draft.complete):
        missing = "教师名单" if not teachers else "培训学时登记"
        return Measure(None, None, (), "人", note=f"缺:{missing}")
    first = data.on.year - int(parameters["years"]) + 1
    done = {row["teacher"] for row in rows if isinstance(row["year"], int) and row["year"] >= first}
    undated = {row["teacher"] for row in rows if not isinstance(row["year"], int)} - done
    short = [_title(row) for key, row in teachers.items() if key not in done]
    if any(not isinstance(row["post"], str) for row in teachers.values()):
        return Measure(None, None, (), "人", note="有教师没有填在岗情况")
    if undated & set(teachers):
        return Measure(None, None, (), "人", note="有培训登记没有填年度")
    note = f"{first}—{data.on.year} 年没有参加过培训:{named(short)}" if short else "都参加过培训"
    return Measure(Fraction(len(teachers) - len(short)), Fraction(len(teachers)), (), "人", note=note)


# --- pupils in need ---


def care_ledger(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure | NotApplicable:
    """朔州(十六)(十七)(十九): lines of one `kind` with number, measure and date."""
    del stage
    rows = [row for row in data.draft.rows["care"].values() if row["kind"] == parameters["kind"]]
    if not rows:
        if "care" in data.draft.complete:
            return NotApplicable("台账已填全,没有这类学生")
        return Measure(None, None, (), "条", note="没有台账;没有这类学生的请在关爱对象台账勾选「本表已填全」")
    whole = [row for row in rows if all(_is_filled(row, name) for name in ("pupils", "measure", "date"))]
    short = len(rows) - len(whole)
    note = f"{short} 条没有填人数、关爱措施或登记日期" if short else f"{len(rows)} 条都已填人数、措施和日期"
    return Measure(Fraction(len(whole)), Fraction(len(rows)), (), "条", note=note)


def one_child_one_plan(
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """朔州(十八): pupils with special needs who have a plan of their own (一人一案), over all of them."""
    del stage, parameters
    rows = list(data.draft.rows["special_needs"].values())
    if not rows:
        if "special_needs" in data.draft.complete:
            return NotApplicable("台账已填全,没有特殊教育学生")
        return Measure(
            None, None, (), "人", note="没有台账;没有这类学生的请在特殊教育学生台账勾选「本表已填全」"
        )
    with_plan = total = unknown = 0
    for row in rows:
        pupils = row["pupils"]
        if not isinstance(pupils, int) or not isinstance(row["plan"], bool):
            unknown += 1
        else:
            total += pupils
            with_plan += pupils * row["plan"]
    if unknown:
        return Measure(None, None, (), "人", note=f"{unknown} 条没有填人数或「一人一案」")
    if not total:
        return NotApplicable("没有特殊教育学生")
    return Measure(Fraction(with_plan), Fraction(total), (), "人")


# --- money ---


def _quotas(data: SchoolData) -> tuple[tuple[Input, ...], list[Fraction]]:
    parts = tuple(data.figure(f"quota_{each}") for each in data.sections)
    known = [Fraction(part.value) for part in parts if part.value is not None]
    return parts, known if len(known) == len(parts) else []


def quota_granted(data: SchoolData, stage: Stage | None, parameters: Parameters) -> Measure:
    """朔州(七): money granted in the year before over pupils times the quota.

    Of two stages with different quotas only what both readings say is said: last year's pupils are
    not known by stage.
    """
    del stage, parameters
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
    data: SchoolData, stage: Stage | None, parameters: Parameters
) -> Measure | NotApplicable:
    """略阳: what a rural boarding school was granted above its quota, a boarder (元).

    `without_areas` are the area classes that are not 农村.
    """
    del stage
    facts = data.facts
    if facts.boarding is False:
        return NotApplicable("不是寄宿制学校")
    if facts.area_class and facts.area_class.startswith(tuple(parameters["without_areas"])):
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
    counted = max(Fraction(pupils.value), Fraction(int(parameters["pupils"])))
    above = Fraction(granted.value) * YUAN_PER_WAN - known[0] * counted
    total = sum(each for each in boarders if isinstance(each, int))
    if not total:
        return NotApplicable("没有寄宿生")
    note = f"寄宿生 {total} 人,拨付超出定额 {plain(Decimal(int(above)))} 元"
    return Measure(above, Fraction(total), inputs, "元", note=note)


def _is_filled(row: Row, name: str) -> bool:
    return isinstance(row[name], str | int | datetime.date)


def _title(row: Row) -> str:
    return row["name"] if isinstance(row["name"], str) else "(未填名称)"


FORMULAS: dict[str, Formula] = {
    "shared_grounds": Formula(SCHOOL, shared_grounds, ("walk_minutes",), value_unit="处"),
    "rooms_listed_once": Formula(SCHOOL, rooms_listed_once, value_unit="间"),
    "broadband": Formula(SCHOOL, broadband, value_unit="项"),
    "training_money_uses": Formula(
        SCHOOL, training_money_uses, ("permitted", "also_permitted"), value_unit="元"
    ),
    "training_money_share": Formula(
        SCHOOL, training_money_share, ("permitted", "also_permitted"), value_unit="%", year=YEAR_BEFORE
    ),
    "trained_once": Formula(SCHOOL, trained_once, ("years",), value_unit="%"),
    "care_ledger": Formula(SCHOOL, care_ledger, ("kind",), value_unit="%"),
    "one_child_one_plan": Formula(SCHOOL, one_child_one_plan, value_unit="%"),
    "quota_granted": Formula(SCHOOL, quota_granted, value_unit="%", year=YEAR_BEFORE, judged=EITHER),
    "boarding_supplement": Formula(
        SCHOOL,
        boarding_supplement,
        ("pupils", "without_areas"),
        value_unit="元",
        year=YEAR_BEFORE,
        judged=EITHER,
    ),
}
