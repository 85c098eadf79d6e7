"""All-county exports of the statistics as the public programs write them, made from a county's own files."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import openpyxl

from db.records.choices import SCHOOL_KIND, Stage
from eduapp.standards.data import SchoolData

HEADINGS = (
    ("序号",),
    ("学校名称",),
    ("统计三级",),
    ("办学类型",),
    ("是否计校数",),
    ("在校生数", "合计"),
    ("在校生数", "#女"),
    ("专任教师", "合计"),
    ("专任教师", "#按学历分", "博士研究生"),
    ("专任教师", "#按学历分", "硕士研究生"),
    ("专任教师", "#按学历分", "本科"),
    ("专任教师", "#按学历分", "专科"),
    ("专任教师", "#按授课课程分", "语文"),
    ("专任教师", "#按授课课程分", "体育与健康"),
    ("专任教师", "#按授课课程分", "艺术", "计"),
    ("教基1102", "县级以上骨干教师(小学)"),
    ("教基1102", "县级以上骨干教师(初中)"),
    ("教基1102", "县级以上骨干教师(高中)"),
    ("上学年校舍建筑面积", "教学及辅助用房", "计"),
    ("本学年校舍建筑面积", "教学及辅助用房", "计"),
    ("本学年校舍建筑面积", "教学及辅助用房", "室内体育用房"),
    ("占地面积及其他办学条件", "占地面积（平方米）", "其中", "运动场地面积"),
    ("占地面积及其他办学条件", "网络多媒体教室（间）"),
    ("占地面积及其他办学条件", "固定资产总值（万元）", "教学仪器设备资产值(万元)"),
)
"""What stands over each column, from above."""
DEPTH = max(map(len, HEADINGS))
LEVELS = {Stage.PRIMARY: "小学", Stage.LOWER_SECONDARY: "初中", "senior_high": "高中"}


@dataclass
class Line:
    """A site at a stage: what stands under each heading, by its last word and the stage."""

    name: str
    level: str
    values: dict = field(default_factory=dict)


def lines_of(book, county=None):
    """A line for each stage of each school of a county, with the figures of what counts of it."""
    found = []
    for code, view in book.view().items():
        data = SchoolData(book.draft_of(view.counts.id), on=book.reference_date)
        parent = book.moment.listing.parent_of(code)
        own = {
            HEADINGS[1]: data.facts.name,
            HEADINGS[2]: county or book.name,
            HEADINGS[3]: f"{data.facts.kind}-{SCHOOL_KIND.show(data.facts.kind)}",
            HEADINGS[4]: 0 if parent else 1,
        } | _whole(data)
        levels = [*data.facts.stages, *(["senior_high"] if data.facts.kind.has_senior_high else [])]
        found += [Line(data.facts.name, level, own | _staged(data, level)) for level in levels]
    return found


def _whole(data):
    area, indoor, gym = (_value(data, each) for each in ("teaching_area", "indoor_sports_area", "gym_area"))
    ground = _value(data, "field_area")
    # The statistics have one number for indoor sports, and 教学及辅助用房 holds it.
    inside = None if area is None else area - (indoor or 0) + (gym or 0)
    return {
        HEADINGS[18]: 1,
        HEADINGS[19]: inside,
        HEADINGS[20]: gym,
        HEADINGS[21]: ground,
        HEADINGS[22]: _value(data, "multimedia_rooms"),
        HEADINGS[23]: _value(data, "equipment_value"),
    }


def _staged(data, level):
    if level == "senior_high":
        return {HEADINGS[5]: _value(data, "senior_high_pupils"), HEADINGS[9]: 30, HEADINGS[17]: 4}

    def value(name):
        return _value(data, name, level)

    arts = [value(each) for each in ("art", "music", "fine_art")]
    return {
        HEADINGS[5]: value("pupils"),
        HEADINGS[6]: 1,
        HEADINGS[7]: value("teachers"),
        HEADINGS[8]: value("doctor"),
        HEADINGS[9]: value("master"),
        HEADINGS[10]: value("bachelor"),
        HEADINGS[11]: value("associate"),
        HEADINGS[12]: 3,
        HEADINGS[13]: value("pe"),
        HEADINGS[14]: None if None in arts else sum(arts),
        HEADINGS[15 if level is Stage.PRIMARY else 16]: value("backbone"),
    }


def _value(data, name, stage=None):
    return data.figure(name, stage).value


def write(path, lines, *, sheets=True, shuffled=0, merged=True, numbering=True, more=()):
    """Write lines with headings one over the other: a sheet a stage, or one sheet of all."""
    order, columns = list(lines), [*HEADINGS[:5], *more, *HEADINGS[5:]]
    if shuffled:
        dice = random.Random(shuffled)
        dice.shuffle(order)
        dice.shuffle(columns)
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name in [*LEVELS.values()] if sheets else ["全县"]:
        own = [each for each in order if not sheets or LEVELS[each.level] == name]
        if own:
            _sheet(workbook.create_sheet(name), own, columns, merged=merged, numbering=numbering)
    workbook.save(path)
    return path


def _sheet(sheet, lines, columns, *, merged, numbering):
    sheet.append(["教育事业统计全县导出"])
    if merged == "once":
        for depth in range(DEPTH):
            texts = [path[depth] if depth < len(path) else None for path in columns]
            above = [path[: depth + 1] for path in columns]
            again = [
                at and above[at] == above[at - 1] and len(columns[at]) > depth + 1
                for at in range(len(columns))
            ]
            sheet.append([None if said else text for text, said in zip(texts, again, strict=True)])
    elif merged:
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(columns))
        for _ in range(DEPTH):
            sheet.append([None] * len(columns))
        for at, path in enumerate(columns, 1):
            for depth in range(DEPTH):
                sheet.cell(2 + depth, at, path[min(depth, len(path) - 1)] if depth < len(path) else None)
            if len(path) < DEPTH:
                sheet.merge_cells(start_row=1 + len(path), end_row=1 + DEPTH, start_column=at, end_column=at)
    else:
        sheet.append(["/".join(path) for path in columns])
    if numbering:
        sheet.append(["甲", "乙", *range(1, len(columns) - 1)])
    for number, each in enumerate(lines, 1):
        sheet.append(
            [_cell(each.values.get(path, number if path == HEADINGS[0] else None)) for path in columns]
        )
    sheet.append(["合计" if path == HEADINGS[1] else 999999 for path in columns])


def _cell(value):
    return float(value) if hasattr(value, "as_tuple") else value


def line(name, level=Stage.PRIMARY, *, kind="小学", counted=1, county="某县", pupils=600, **more):
    """A line with plausible numbers."""
    by_stage = HEADINGS[15] if level is Stage.PRIMARY else HEADINGS[16]
    said = {
        HEADINGS[1]: name, HEADINGS[2]: county, HEADINGS[3]: kind, HEADINGS[4]: counted,
        HEADINGS[5]: pupils, HEADINGS[8]: 0, HEADINGS[9]: 1, HEADINGS[10]: 20, HEADINGS[11]: 8,
        HEADINGS[13]: 4, HEADINGS[14]: 4, by_stage: 7, HEADINGS[19]: 4000, HEADINGS[20]: 300,
        HEADINGS[21]: 6000, HEADINGS[22]: 16, HEADINGS[23]: 150.5,
    }  # fmt: skip
    return Line(name, level, said | {HEADINGS[int(at[1:])]: value for at, value in more.items()})
