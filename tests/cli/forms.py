"""Filled official forms with random plausible numbers, as many ways as clerks fill them.

A filling is {label: value}; a value is what a spreadsheet program keeps (int, float, text). The labels
stand here as the official form prints them, not as the program knows them.
"""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import openpyxl

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "real" / "学校填报表格.xlsx"
KINDS = {
    "211": "小学",
    "218": "教学点",
    "311": "初中",
    "312": "九年一贯制",
    "341": "完全中学",
    "345": "十二年一贯制",
}
STAGES = {
    "211": ("小学",),
    "218": ("小学",),
    "311": ("初中",),
    "312": ("小学", "初中"),
    "341": ("初中",),
    "345": ("小学", "初中"),
}
SENIOR = {"341", "345"}
BANDS = (
    "每班25人以下班级个数",
    "每班26-30人班级个数",
    "每班31-35人班级个数",
    "每班36-40人班级个数",
    "每班41-45人班级个数",
    "每班46-50人班级个数",
    "每班51-55人班级个数",
    "每班56-60人班级个数",
    "每班61-65人班级个数",
    "每班66人以上班级个数",
)
STAFF = (
    "专任教师总人数",
    "县级及以上骨干教师数",
    "持有教师资格证的专任教师人数",
    "近5年培训满360学时专任教师人数",
    "体育专任教师人数",
    "音乐专任教师人数",
    "美术专任教师人数",
    "艺术专任教师人数",
)
STAGED = (*STAFF, "班级总数", *BANDS)
"""What the form asks without a stage and clerks may divide."""


def wild(dice: random.Random, low: float, high: float) -> float | int:
    """A measure as Excel hands it over: whole, two places, a binary sum or many places."""
    value = dice.uniform(low, high)
    return dice.choice(
        (int(value), round(value, 2), round(value, 1) + 0.1 + 0.2, round(value, 4), value, float(int(value)))
    )


def spread(dice: random.Random, total: int, cap: int) -> list[int]:
    """Split classes over the bands up to number `cap`."""
    counts = [0] * len(BANDS)
    for _ in range(total):
        counts[dice.randrange(cap)] += 1
    return counts


def filling(
    dice: random.Random, kind: str, code: str, *, suffixed: str = "mixed", blanks: float = 0.0
) -> dict[str, object]:
    """Return a filled form. `suffixed`: none, all or mixed; `blanks`: the share of cells left empty."""
    stages = STAGES[kind]
    cells: dict[str, object] = {
        "学校名称": f"第{code[-3:]}校",
        "学校类型": KINDS[kind],
        "学校代码": dice.choice((code, int(code), float(code))),
        "建校时间": dice.randint(1950, 2024),
        "是否人口密度过高的大城市中心城区学校": "否",
    }
    by_stage: dict[str, list[int]] = {}
    for stage in ("小学", "初中"):
        pupils = dice.randint(30, 1800) if stage in stages else 0
        if kind == "218":
            pupils = dice.choice((49, 50, dice.randint(20, 140))) if stage == "小学" else 0
        if kind in {"312", "345"} and dice.random() < 0.1:
            pupils = 0
        cells[f"{stage}学生人数"] = pupils
        if not pupils:
            continue
        cells[f"家庭住址在划片范围内的在校学生人数（{stage}）"] = dice.randint(0, pupils)
        classes = max(1, pupils // dice.randint(25, 52))
        teachers = max(3, round(pupils / dice.uniform(9, 21)))
        bachelor = dice.randint(0, teachers)
        cells[f"本科学历教师人数（{stage}）"] = bachelor
        cells[f"硕士学历教师人数（{stage}）"] = dice.randint(0, max(0, (teachers - bachelor) // 2))
        cells[f"博士研究生学历教师人数（{stage}）"] = 0
        if stage == "小学":
            cells["专科学历教师人数（小学）"] = (teachers - bachelor) // 3
        staff = [
            teachers,
            dice.randint(0, max(1, pupils // 60)),
            teachers - dice.choice((0, 0, 1)),
            teachers - dice.choice((0, 0, 1)),
            *(dice.randint(0, 1 + pupils // 250) for _ in range(4)),
        ]
        by_stage[stage] = [*staff, classes, *spread(dice, classes, dice.choice((5, 6, 8)))]
    _place_staged(dice, kind, by_stage, cells, suffixed)
    _school(dice, kind, cells)
    for label in list(cells):
        if label not in {"学校名称", "学校类型", "学校代码"} and dice.random() < blanks:
            cells[label] = dice.choice((None, "", "  "))
    return cells


def _place_staged(
    dice: random.Random,
    kind: str,
    by_stage: dict[str, list[int]],
    cells: dict[str, object],
    suffixed: str,
) -> None:
    divided = {"none": 0.0, "all": 1.0, "mixed": 0.6}[suffixed]
    senior = _senior_part(dice, suffixed) if kind in SENIOR else [0] * len(STAGED)
    for at, label in enumerate(STAGED):
        if not by_stage:
            break
        if dice.random() < divided:
            for stage, row in by_stage.items():
                cells[f"{label}（{stage}）"] = row[at]
            if dice.random() < 0.5:
                cells[label] = sum(row[at] for row in by_stage.values())
        else:
            cells[label] = sum(row[at] for row in by_stage.values()) + senior[at]


def _senior_part(dice: random.Random, suffixed: str) -> list[int]:
    """What 高中 adds to the items of the whole school: no more subjects than teachers, bands that add up.

    Where a clerk divides some items it is in none: numbers that contradict one another decide nothing.
    """
    teachers, classes = (dice.randint(0, 40), dice.randint(0, 20)) if suffixed == "none" else (0, 0)
    subjects = [dice.randint(0, teachers // 4) for _ in range(4)]
    return [
        teachers,
        dice.randint(0, teachers),
        teachers,
        teachers,
        *subjects,
        classes,
        *spread(dice, classes, 8),
    ]


def _school(dice: random.Random, kind: str, cells: dict[str, object]) -> None:
    pupils = max(1, int(cells["小学学生人数"]) + int(cells["初中学生人数"]))  # type: ignore[call-overload]
    if kind in SENIOR and dice.random() < 0.85:
        cells["高中学生人数"] = dice.randint(0, 2400)
        pupils += int(cells["高中学生人数"])  # type: ignore[call-overload]
    area = wild(dice, 3 * pupils, 8 * pupils)
    cells["教学及辅助用房总面积"] = area
    cells["室内体育用房面积"] = dice.choice((0, wild(dice, 0, float(area) / 4)))
    cells["学校体育馆面积"] = dice.choice((0, wild(dice, 0, 2 * pupils)))
    cells["校内体育场面积"] = wild(dice, 4 * pupils, 14 * pupils)
    cells["教学仪器设备资产值（账面原值）"] = wild(dice, 0.1 * pupils, 0.4 * pupils)
    cells["网络多媒体教室间数"] = dice.randint(0, 1 + pupils // 25)
    for room, sizes in (("音乐", ("96", "73", "61")), ("美术", ("90", "67", "61"))):
        counts = [dice.randint(0, 4), dice.randint(0, 2), dice.randint(0, 1)]
        cells[f"{room}教室总间数"] = sum(counts)
        top, middle, low = sizes
        cells[f"单间面积≥{top}㎡的{room}教室间数"] = counts[0]
        cells[f"{middle}㎡≤单间面积＜{top}㎡的{room}教室间数"] = counts[1]
        cells[f"{low}㎡≤单间面积＜{middle}㎡的{room}教室间数"] = counts[2]
    budget = wild(dice, 5, 300)
    cells["上一年度公用经费预算总额"] = budget
    cells["上一年度公用经费决算总额"] = wild(dice, 5, 300)
    cells["上一年度教师培训经费预算总额"] = dice.choice(
        (round(float(budget), 6) * 0.05, wild(dice, 0, float(budget) / 9))
    )
    if cells["初中学生人数"]:
        cohort = dice.randint(40, 600)
        cells["毕业年级初一时在校学生数"] = cohort
        came, went, died = moved = [dice.randint(0, 4) for _ in range(3)]
        most = cohort + came - went - died
        cells["本届毕业学生人数"] = dice.randint(min(int(cohort * 0.85), most), most)
        for label, pupils in zip(("转入", "转出", "死亡"), moved, strict=True):
            cells[f"毕业年级三年{label}学生数"] = pupils


def write_form(path: Path, cells: dict[str, object], *, real: bool = False) -> Path:
    """Write a filling into an official form: ours from the list of its rows, or the real file."""
    if real:
        book = openpyxl.load_workbook(REAL)
        sheet = book.worksheets[0]
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"])
        rows = tomllib.loads((ROOT / "resources/forms/school_form.toml").read_text("utf-8"))["rows"]
        for row in rows:
            if "no" in row:
                sheet.append([row["no"], row["category"], row["label"], row["unit"], None, "是", ""])
    left = dict(cells)
    for row in range(2, sheet.max_row + 1):
        label = sheet.cell(row, 3).value
        key = _alike(label, left)
        if key is not None:
            sheet.cell(row, 5).value = left.pop(key)
    for label, value in left.items():
        sheet.append([None, "补充", label, "", value])
    book.save(path)
    return path


def _alike(label: object, cells: dict[str, object]) -> str | None:
    """The real form varies in brackets and signs; nothing else."""
    folded = str(label).translate(str.maketrans("()<", "（）＜")).replace(" ", "")
    return next((key for key in cells if key == folded), None)
