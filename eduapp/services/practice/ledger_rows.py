"""The practice county's ledgers: careers, hours, exchange, money, care and documents of invented schools.

Every number follows from the plan and the rows already there; the same plan gives the same records.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind, Stage
from db.records.items import DOCUMENTED
from db.records.rows import ONLY
from eduapp.services import entry
from eduapp.services.practice.plans import (
    LOWER_SECONDARY_GRADES,
    PRIMARY_GRADES,
    SchoolPlan,
    pupils_of,
    teacher_count,
)
from eduapp.standards.training import FORM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eduapp.services.books import SchoolBook

    Texts = dict[str, str]
    Cells = list[tuple[str, str, str, str]]

DOCUMENT = "清教练习〔{year}〕{number}号"
QUOTAS = {Stage.PRIMARY: 720, Stage.LOWER_SECONDARY: 940}
"""元 a pupil and year."""
SPECIAL_QUOTA = 7000
YUAN_PER_WAN = 10_000
LARGE_STAFF, RESOURCE_ROOM_AT = 20, 5
TITLES = ((25, "高级(副高级)"), (12, "中级(一级)"), (2, "助理级(二级)"), (0, "未定职级"))
"""(years of service from which, title)."""
HOURS = (72, 75, 78, 81, 90)
NEW_TEACHER_HOURS = 96
WEEK_PRIMARY = (
    ("语文", 8),
    ("数学", 5),
    ("外语", 3),
    ("道德与法治", 2),
    ("科学", 2),
    ("体育与健康", 4),
    ("音乐", 2),
    ("美术", 2),
    ("劳动", 1),
)
WEEK_LOWER_SECONDARY = (
    ("语文", 6),
    ("数学", 5),
    ("外语", 5),
    ("道德与法治", 2),
    ("历史", 2),
    ("体育与健康", 3),
    ("音乐", 1),
    ("美术", 1),
    ("信息科技", 1),
    ("劳动", 1),
)


def _dice(plan: SchoolPlan, about: str) -> random.Random:
    return random.Random(f"{plan.code}:{about}")  # noqa: S311 - invented data, equal every time


# --- what is stated ---


def declared(plan: SchoolPlan, budget: float) -> Cells:
    """Return the cells of the one-row records that the form does not ask for."""
    special = _special_count(plan)
    cells: Cells = [("school", ONLY, "broadband", "是"), ("school", ONLY, "separate_campuses", "否")]
    cells += [("school_total", ONLY, name, str(count)) for name, count in _things(plan).items()]
    money = {"pupils_before": plan.pupils - plan.pupils // 50, "granted": _granted(plan)}
    money |= {"training_spent": sum(_expenses(budget).values()) / YUAN_PER_WAN}
    money |= {f"quota_{stage}": QUOTAS[stage] for stage in plan.kind.stages}
    if special:
        money |= {"special_pupils_before": special}
        money |= {"special_granted": special * SPECIAL_QUOTA / YUAN_PER_WAN}
    cells += [("funding", ONLY, name, str(value)) for name, value in money.items()]
    for stage in plan.kind.stages:
        first = PRIMARY_GRADES[0] if stage is Stage.PRIMARY else LOWER_SECONDARY_GRADES[0]
        taken = str(sum(plan.sizes[first]))
        own = {"intake": taken, "catchment_intake": taken, "staff": str(teacher_count(plan, stage) + 2)}
        cells += [("section_total", stage, name, text) for name, text in own.items()]
    return cells


def _things(plan: SchoolPlan) -> dict[str, int]:
    found = {"computers": plan.pupils // 7, "books": plan.pupils * 32}
    if plan.kind in {SchoolKind.NINE_YEAR, SchoolKind.TWELVE_YEAR}:
        cohort = sum(plan.sizes[LOWER_SECONDARY_GRADES[-1]])
        found |= {"nine_year_cohort": cohort, "nine_year_in": 3, "nine_year_out": 4, "nine_year_died": 0}
    return found


def _granted(plan: SchoolPlan) -> float:
    """Return 万元 granted by the quota; a school under 100 pupils gets as for 100."""
    by_stage = sum(QUOTAS[stage] * pupils_of(plan, stage) for stage in plan.kind.stages)
    least = 100 * max(QUOTAS[stage] for stage in plan.kind.stages)
    return max(by_stage, least) / YUAN_PER_WAN


# --- columns of lists that are there already ---


def careers(plan: SchoolPlan, year: int, teachers: Iterable[Texts]) -> Iterator[Texts]:
    """Yield the teachers with their careers, and in a large school one 在编不在岗 after them."""
    dice, rows = _dice(plan, "careers"), list(teachers)
    if len(rows) > LARGE_STAFF:
        rows.append(rows[-1] | {"name": "钱进修", "backbone": "无", "post": "在编不在岗"})
    for row in rows:
        born = int(row["birth_month"][:4])
        hired = min(born + dice.randint(22, 25), year - 2)
        served = year - hired
        title = next(words for least, words in TITLES if served >= least)
        document = DOCUMENT.format(year=year - 3, number=dice.randint(10, 60))
        yield row | {
            "hired": f"{hired}-08-25",
            "title": title,
            "certificate_date": f"{hired}-06-{dice.randint(10, 28)}",
            "backbone_document": document if row["backbone"] != "无" else "",
            "rotation_eligible": "是" if 6 <= served <= 30 else "否",  # noqa: PLR2004
        }


def used_rooms(plan: SchoolPlan, rooms: Iterable[Texts]) -> Iterator[Texts]:
    """Yield the rooms with their years; where it is due one of the others is the resource room."""
    due = _special_count(plan) >= RESOURCE_ROOM_AT
    for place, row in enumerate(rooms):
        extra = {"built_year": str(1998 + place % 3 * 6), "shared": "否", "network": "是"}
        if due and row["kind"] == "其他教学及辅助用房":
            due = False
            extra |= {"name": "资源教室", "kind": "特殊教育资源教室"}
        yield row | extra


# --- ledgers ---


def fill(book: SchoolBook, plan: SchoolPlan, year: int) -> None:
    """Add the ledgers to a school whose lists and totals are there."""
    budget = book.draft.only("funding")["budget"]
    eligible = [
        key
        for key, row in book.draft.rows["teacher"].items()
        if row["rotation_eligible"] is True and row["post"] == "on_post"
    ]
    moved = eligible[3 :: max(1, len(eligible) // max(1, len(eligible) // 8))][: -(-len(eligible) // 8)]
    ledgers: dict[str, Iterable[Texts]] = {
        "training": _training(book, year),
        "rotation": _rotation(plan, moved, year),
        "training_expense": _vouchers(plan, float(str(budget)), year),
        "course": _courses(plan),
        "special_needs": _special(book, plan),
        "care": _care(book, plan, year),
        "at_risk": _at_risk(book, plan, year),
        "evidence": _evidence(plan, year),
        "rectification": _rectification(plan, year),
    }
    for record, rows in ledgers.items():
        entry.add_rows(book, record, list(rows))
    backbone = sum(book.draft.rows["teacher"][key]["backbone"] != "none" for key in moved)
    posts = len(book.draft.rows["teacher"])
    off = sum(row["post"] == "off_post" for row in book.draft.rows["teacher"].values())
    staffing = {
        "establishment": posts + 1,
        "positions": posts + 1,
        "in_post": posts - off,
        "off_post": off,
        "contract": 0,
        "substitutes": 0,
        "off_post_reason": "脱产进修批复(练习)" if off else "",
        "eligible": len(eligible),
        "rotated": len(moved),
        "rotated_backbone": backbone,
    }
    typed = [
        ("staffing", ONLY, name, entry.read(book, "staffing", name, str(value)))
        for name, value in staffing.items()
    ]
    entry.set_cells(book, typed, "填写编制与岗位")


def _training(book: SchoolBook, year: int) -> Iterator[Texts]:
    for place, (key, row) in enumerate(book.draft.rows["teacher"].items()):
        hired = int(str(row["hired"])[:4])
        for back in range(FORM.years):
            if year - back < hired:
                break
            hours = HOURS[(place + back) % len(HOURS)] if year - hired >= FORM.years else NEW_TEACHER_HOURS
            yield {
                "teacher": key,
                "year": str(year - back),
                "hours": str(hours),
                "content": "县级集中培训与校本研修",
                "proof": f"{year - back}年学时登记表",
            }


def _rotation(plan: SchoolPlan, moved: list[str], year: int) -> Iterator[Texts]:
    for place, key in enumerate(moved):
        yield {
            "teacher": key,
            "direction": "从本校到外校",
            "partner": ("清河镇中心完小", "老河口完小", "千山红初级中学")[(place + len(plan.name)) % 3],
            "begins": f"{year - 1}-09-01",
            "ends": f"{year}-07-10",
        }


def _expenses(budget: float) -> dict[str, int]:
    """Return 元 by use: a little over 5 % of the budget."""
    total = round(budget * YUAN_PER_WAN * 0.053)
    travel, meals, lodging = total * 40 // 100, total * 15 // 100, total * 25 // 100
    return {"差旅": travel, "伙食补助": meals, "住宿": lodging, "资料": total - travel - meals - lodging}


def _vouchers(plan: SchoolPlan, budget: float, year: int) -> Iterator[Texts]:
    dice = _dice(plan, "vouchers")
    for use, total in _expenses(budget).items():
        for half, amount in ((1, total // 2), (2, total - total // 2)):
            yield {
                "date": f"{year - 1}-{5 * half:02d}-{dice.randint(10, 28)}",
                "use": use,
                "amount": str(amount),
                "content": f"{'上' if half == 1 else '下'}半年教师培训{use}",
                "voucher": f"练习{dice.randint(100, 999)}",
            }


def _courses(plan: SchoolPlan) -> Iterator[Texts]:
    for grade in plan.sizes:
        for subject, hours in WEEK_PRIMARY if grade in PRIMARY_GRADES else WEEK_LOWER_SECONDARY:
            yield {
                "grade": str(grade),
                "subject": subject,
                "weekly": str(hours),
                "planned": str(hours),
            }


def _special_count(plan: SchoolPlan) -> int:
    return plan.pupils // 120


def _special(book: SchoolBook, plan: SchoolPlan) -> Iterator[Texts]:
    classes = list(book.draft.rows["school_class"])
    for place in range(_special_count(plan)):
        yield {
            "school_class": classes[place * 2 % len(classes)],
            "mode": "送教上门" if place % 6 == 5 else "随班就读",  # noqa: PLR2004
            "pupils": "1",
            "plan": "是",
            "note": "一学期评估一次",
        }


def _care(book: SchoolBook, plan: SchoolPlan, year: int) -> Iterator[Texts]:
    """Left-behind children in every class, migrants as many as the totals state."""
    classes, migrants = list(book.draft.rows["school_class"]), plan.pupils // 40
    day = f"{year}-09-10"
    for place, key in enumerate(classes):
        own = {"school_class": key, "date": day}
        yield own | {"kind": "留守儿童", "pupils": str(2 + place % 3), "measure": "结对关爱,每月谈心"}
        share = migrants // len(classes) + (place < migrants % len(classes))
        if share:
            yield own | {"kind": "随迁子女", "pupils": str(share), "measure": "与本地学生同等对待"}


def _at_risk(book: SchoolBook, plan: SchoolPlan, year: int) -> Iterator[Texts]:
    classes = list(book.draft.rows["school_class"])
    for place in range(plan.pupils // 300):
        pending = plan.state == "draft" and place == 0
        yield {
            "school_class": classes[-1 - place % len(classes)],
            "kind": "疑似辍学" if place % 2 else "长期请假或休学",
            "pupils": "1",
            "found": f"{year}-09-0{1 + place % 8}",
            "measure": "家访劝返,送法上门",
            "owner": "周丽",
            "returned": "" if pending else f"{year}-09-{12 + place % 8}",
        }


def _evidence(plan: SchoolPlan, year: int) -> Iterator[Texts]:
    """A document for each item that is answered by one; a draft has only its first two."""
    national = [option for option in DOCUMENTED.options if option[0][0] in "QV"]
    options = national[: 2 if plan.state == "draft" else None]
    for place, (code, words) in enumerate(options):
        yield {
            "item": code,
            "met": "是",
            "number": DOCUMENT.format(year=year, number=place + 1),
            "date": f"{year}-06-{10 + place % 18}",
            "files": f"{words.partition(' ')[2]}(练习材料)",
            "note": "练习用的虚构材料",
        }


def _rectification(plan: SchoolPlan, year: int) -> Iterator[Texts]:
    if plan.state == "draft":
        yield {
            "item": "R2",
            "stage": "小学",
            "problem": "骨干教师人数不足",
            "measure": "推荐青年教师参加县级骨干教师评选",
            "owner": "王强",
            "deadline": f"{year + 1}-06-30",
        }
