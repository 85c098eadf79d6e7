"""The practice county: twelve invented schools of all kinds, with plausible records of one term.

Everything goes through the same doors as real data (workbooks, entry, sending, intake); the data are
marked as practice, which a real county refuses. Equal input gives equal records.
"""

from __future__ import annotations

import datetime
import random
from typing import TYPE_CHECKING

from db import files
from db.records.choices import GRADE, Stage
from eduapp.services import entry, workbooks
from eduapp.services.checking import check
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, issuing, school_keys, sending, trust
from eduapp.services.jobs import Progress
from eduapp.services.merge.listing import Expected
from eduapp.services.practice import county_rows, ledger_rows
from eduapp.services.practice import hand_off as practice_hand_off
from eduapp.services.practice.plans import PLANS, SchoolPlan, pupils_of, teacher_count
from eduapp.standards.results import Severity

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from eduapp.services.books import SchoolBook
    from eduapp.services.county.books import CountyBook
    from eduapp.services.hand_off.intake import MergeReport
    from eduapp.services.hand_off.sending import Sent, State

__all__ = ["PLANS", "SchoolPlan", "make", "make_county", "make_school", "make_sealed"]

COUNTY_CODE, COUNTY_NAME = "439900", "清河县(练习)"
STICK = "U盘"
REASON = "练习数据,已核实"


_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "秀英",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "艳",
    "勇",
    "杰",
    "涛",
    "明",
    "霞",
    "平",
)
_RARE = ("㛃", "䶮", "𬭎", "𫖯")
_ARTS = ("体育与健康", "音乐", "美术")
_OTHER = ("语文", "数学", "外语", "道德与法治", "科学", "信息科技")


def make(folder: Path, year: int) -> Generator[Progress, None, tuple[Path, MergeReport]]:
    """Make the whole practice county in a folder, files unsealed and keys unchecked; return its workbook.

    Under it: 学校/ (workbooks), U盘/ (submissions), the county's workbook.
    """
    schools, stick = _folders(folder)
    for done, plan in enumerate(PLANS):
        yield Progress(f"编制 {plan.name}", done, len(PLANS))
        with make_school(schools / f"{plan.name}.edubook", plan, year) as book:
            hand_over(book, stick, plan.state)
    yield Progress("县级合并", len(PLANS), len(PLANS))
    path = folder / f"{COUNTY_NAME}.edubook"
    with make_county(path, year) as county:
        trust.admit_unchecked(county, sorted(stick.glob("*.edusub")))
        report = yield from intake.merge(county, [stick])
    return path, report


def make_sealed(folder: Path, year: int) -> Generator[Progress, None, tuple[Path, MergeReport]]:
    """Make it with the whole hand-off: round file, keys by their digits, sealed files, receipts read back."""
    schools, stick = _folders(folder)
    path = folder / f"{COUNTY_NAME}.edubook"
    with make_county(path, year) as county:
        round_file = practice_hand_off.begin(county, stick)
        digits = issuing.county_digits(county)
        forms: list[str] = []
        for done, plan in enumerate(PLANS):
            yield Progress(f"编制 {plan.name}", done, len(PLANS))
            with make_school(schools / f"{plan.name}.edubook", plan, year) as book:
                practice_hand_off.join(book, round_file, digits, stick)
                forms.append(school_keys.scan_text(book))
                hand_over(book, stick, plan.state)
        yield Progress("县级合并", len(PLANS), len(PLANS))
        report = yield from practice_hand_off.receive(county, stick, forms)
    for done, plan in enumerate(PLANS):
        yield Progress("学校读回执", done, len(PLANS))
        with workbooks.open_school(schools / f"{plan.name}.edubook") as book:
            practice_hand_off.take_back(book, stick)
    return path, report


def _folders(folder: Path) -> tuple[Path, Path]:
    schools, stick = folder / "学校", folder / STICK
    files.make_folder(schools)
    files.make_folder(stick)
    return schools, stick


def make_school(path: Path, plan: SchoolPlan, year: int) -> SchoolBook:
    """Make the workbook of one school and fill it."""
    new = workbooks.NewSchool(
        plan.code, plan.name, plan.kind, year, plan.area_class, 1998, COUNTY_CODE, practice=True
    )
    book = workbooks.create_school(path, new)
    dice = random.Random(plan.code)  # noqa: S311 - invented data, equal every time
    _fill_profile(book, plan)
    entry.add_rows(book, "school_class", list(_classes(plan)))
    entry.add_rows(book, "teacher", list(ledger_rows.careers(plan, year, _teachers(plan, dice))))
    entry.add_rows(book, "room", list(ledger_rows.used_rooms(plan, _rooms(plan))))
    entry.add_rows(book, "sports_ground", list(_grounds(plan)))
    entry.add_rows(book, "equipment", list(_equipment(plan)))
    entry.add_rows(book, "homework", list(_homework(book, plan, year, dice)))
    ledger_rows.fill(book, plan, year)
    complete = ["school_class", "teacher", "sports_ground", "equipment"] + ([] if plan.missing else ["room"])
    for record in complete:
        entry.set_complete(book, record, complete=True)
    if plan.state == "draft":
        _leave_work(book)
    return book


def _leave_work(book: SchoolBook) -> None:
    """What a clerk half way through still has to mend: a text for a number, a class too large."""
    equipment, classes = book.draft.rows["equipment"], book.draft.rows["school_class"]
    entry.set_cell(book, "equipment", equipment.key_at(2), "quantity", "约20")
    entry.set_cell(book, "school_class", classes.key_at(3), "pupils", "81")


def make_county(path: Path, year: int) -> CountyBook:
    """Make the county's workbook with its school list and its own records."""
    book = county_books.create_county(
        path, COUNTY_CODE, COUNTY_NAME, year, (workbooks.NATIONAL,), practice=True
    )
    book.set_expected(Expected(plan.code, plan.name, plan.kind) for plan in PLANS)
    county_rows.fill(book, year)
    return book


def hand_over(book: SchoolBook, stick: Path, state: State) -> Sent:
    """Explain what is soft (a draft is not that far yet) and export, as a clerk would."""
    for finding in check(book).findings if state == "final" else ():
        if finding.severity is Severity.SOFT and not finding.reason:
            entry.set_reason(book, finding.id, REASON)
    job = sending.export(book, stick, state)
    while True:
        try:
            next(job)
        except StopIteration as stop:
            sent: Sent = stop.value
            return sent


def _fill_profile(book: SchoolBook, plan: SchoolPlan) -> None:
    facts = {
        "system": "六三制",
        "organiser": "县级教育部门",
        "ownership": "公办",
        "boarding": "否",
        "planned_by_2010": "是",
        "planned_by_2016": "是",
        "dense_centre": "否",
        "small_rural": "是" if 50 <= plan.pupils < 100 else "否",  # noqa: PLR2004
        "small_classes": "否",
        "filled_by": "陈敏",
        "reviewed_by": "周丽",
        "principal": "王强",
        "phone": "0730-5550101",
    }
    cells = [("school", "-", name, text) for name, text in facts.items()]
    cells += [("school_total", "-", "migrants", str(plan.pupils // 40))]
    if plan.senior_high:
        cells += [("school_total", "-", "senior_high_pupils", str(plan.senior_high))]
    budget = round(max(plan.pupils, 100) * 0.08, 2)
    money = {"budget": budget, "final_account": budget, "training_budget": round(budget * 0.055, 2)}
    cells += [("funding", "-", name, str(value)) for name, value in money.items()]
    for stage in plan.kind.stages:
        cells += [("section_total", stage, name, text) for name, text in _section(plan, stage).items()]
    cells += ledger_rows.declared(plan, budget)
    typed = [
        (record, key, field, entry.read(book, record, field, text)) for record, key, field, text in cells
    ]
    entry.set_cells(book, typed, "填写学校情况")


def _section(plan: SchoolPlan, stage: Stage) -> dict[str, str]:
    said = {"catchment_pupils": str(pupils_of(plan, stage)), "trained": str(teacher_count(plan, stage))}
    if stage is Stage.LOWER_SECONDARY:
        cohort = sum(plan.sizes[9])
        said |= {"graduates": str(cohort - 2), "cohort": str(cohort), "died": "0"}
        said |= {"transferred_in": "3", "transferred_out": "4"}
    return said


def _classes(plan: SchoolPlan) -> Iterator[dict[str, str]]:
    for grade, sizes in plan.sizes.items():
        for place, size in enumerate(sizes, 1):
            yield {
                "name": f"{GRADE.show(str(grade))}({place})班",
                "grade": str(grade),
                "pupils": str(size),
                "boarders": "0",
                "catchment": str(size),
                "came_in": str(place % 2),
                "went_out": str(grade % 2),
            }


def _teachers(plan: SchoolPlan, dice: random.Random) -> Iterator[dict[str, str]]:
    for stage in plan.kind.stages:
        pupils, count = pupils_of(plan, stage), teacher_count(plan, stage)
        arts = -(-int(pupils * plan.arts * 10) // 1000)
        backbone = -(-int(pupils * plan.backbone * 10) // 1000)
        for place in range(count):
            rare = _RARE[place % len(_RARE)] if place % 17 == 5 else ""  # noqa: PLR2004
            qualified = plan.teachers is not None or dice.random() < plan.degree_share
            lower = "专科" if stage is Stage.LOWER_SECONDARY else "中师"
            yield {
                "name": dice.choice(_SURNAMES) + (rare or dice.choice(_GIVEN)),
                "birth_month": f"{dice.randint(1968, 2000)}-{dice.randint(1, 12):02d}",
                "stage": stage,
                "subject": _ARTS[place % 3] if place < arts else _OTHER[place % len(_OTHER)],
                "degree": ("本科" if dice.random() < 0.85 else "硕士") if qualified else lower,  # noqa: PLR2004
                "certificate": "是",
                "backbone": "县级" if count - place <= backbone else "无",
                "post": "在编在岗",
            }


def _rooms(plan: SchoolPlan) -> Iterator[dict[str, str]]:
    classes = sum(map(len, plan.sizes.values()))
    wanted = plan.area * plan.pupils
    special = -(-classes // 12)
    multimedia = -(-int(plan.pupils * plan.multimedia * 10) // 1000)
    rooms = [(f"教室{place}", "普通教室", 58.5) for place in range(1, classes + 1)]
    rooms += [(f"音乐室{place}", "音乐教室", 96.0) for place in range(1, special + 1)]
    rooms += [(f"美术室{place}", "美术教室", 90.0) for place in range(1, special + 1)]
    rooms += [("图书室", "图书阅览室", 120.0), ("计算机室", "计算机教室", 96.0)]
    while sum(area for _, _, area in rooms) < wanted:
        rooms.append((f"功能室{len(rooms) - classes}", "其他教学及辅助用房", 90.0))
    for place, (name, kind, area) in enumerate(rooms):
        yield {
            "name": name,
            "kind": kind,
            "area": "" if plan.missing and kind == "图书阅览室" else str(area),
            "multimedia": "是" if place < multimedia else "否",
        }


def _grounds(plan: SchoolPlan) -> Iterator[dict[str, str]]:
    total = round(plan.sports * plan.pupils)
    yield {"name": "田径场", "kind": "校内体育场", "area": str(total - total // 8)}
    yield {"name": "风雨操场", "kind": "学校体育馆", "area": str(total // 8)}


def _equipment(plan: SchoolPlan) -> Iterator[dict[str, str]]:
    total = plan.equipment * plan.pupils / 10_000
    for name, share in (
        ("网络多媒体设备", 0.4),
        ("实验与科学仪器", 0.25),
        ("计算机", 0.25),
        ("体音美器材", 0.1),
    ):
        yield {"name": name, "quantity": str(max(1, plan.pupils // 30)), "value": f"{total * share:.4f}"}


def _homework(book: SchoolBook, plan: SchoolPlan, year: int, dice: random.Random) -> Iterator[dict[str, str]]:
    days = list(_school_days(year))
    for key, row in book.draft.rows["school_class"].items():
        grade = int(str(row["grade"]))
        for day in days:
            for place in range(plan.homework):
                yield _assignment(str(day), key, grade, place, plan, dice)


def _assignment(
    day: str, key: str, grade: int, place: int, plan: SchoolPlan, dice: random.Random
) -> dict[str, str]:
    row = {"date": day, "school_class": key, "subject": ("语文", "数学")[place]}
    if grade <= 2:  # noqa: PLR2004 - no written homework in grades 1 and 2
        return row | {"written": "否"}
    high = (52 if grade <= 6 else 80) // plan.homework  # noqa: PLR2004
    minutes = dice.randint(high - 14, high + 10)
    measured = str(minutes + dice.randint(-4, 5)) if dice.random() < 0.3 else ""  # noqa: PLR2004
    return row | {"written": "是", "planned": str(minutes), "measured": measured}


def _school_days(year: int) -> Iterator[datetime.date]:
    """A term: Monday to Friday from 1 September to mid-January, without the National Day week."""
    day, end = datetime.date(year, 9, 1), datetime.date(year + 1, 1, 15)
    holiday = (datetime.date(year, 10, 1), datetime.date(year, 10, 8))
    while day <= end:
        if day.isoweekday() <= 5 and not holiday[0] <= day <= holiday[1]:  # noqa: PLR2004
            yield day
        day += datetime.timedelta(days=1)
