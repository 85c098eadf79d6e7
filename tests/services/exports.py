"""Exports of other systems, fabricated from a school's own records as those systems would write them."""

from __future__ import annotations

import random

import openpyxl

from db.records.choices import BACKBONE, DEGREE, GRADE, STAGE, SUBJECT, TITLE

_REGION = "430902"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _words(text):
    return text.split()


def identity_number(born: str, place: int) -> str:
    """An invented identity number that is formally right; `born` is 1985-03."""
    digits = f"{_REGION}{born.replace('-', '')}15{place % 1000:03d}"
    return digits + "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11]


def written(path, sheets, by=None):
    """Write sheets of rows; with `by` (a Random) dirtied: titles above, blank rows, columns of nobody."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, (head, rows) in sheets.items():
        page = made.create_sheet(name)
        order = by.sample(range(len(head)), len(head)) if by else range(len(head))
        lines = by.sample(rows, len(rows)) if by else rows
        if by:
            page.append([f"某县某校{name}"])
            page.append([])
        page.append([_dirty(head[at], by) for at in order])
        for line in lines:
            page.append([line[at] for at in order])
            if by and by.random() < 0.05:
                page.append([])
        if by:
            page.append([f"合计 {len(lines)} 人"] if len(head) > 3 else [])
    made.save(path)
    return path


def _dirty(heading, by):
    if by is None or by.random() < 0.6:
        return heading
    return by.choice([f"{heading}*", f"*{heading}", f" {heading}\t", heading[:2] + "\n" + heading[2:]])


def day_of(month, by):
    """A day of birth as a system may write it."""
    year, number = month.split("-")
    if by is None:
        return f"{month}-15"
    return by.choice(
        [f"{month}-15", f"{year}/{int(number)}/15", f"{year}{number}15", f"{year}.{int(number)}"]
    )


# --- teachers ---

BASIC = [
    "学校名称",
    "姓名",
    "曾用名",
    "性别",
    "教职工号",
    "国籍/地区",
    "身份证件类型",
    "身份证件号",
    "出生日期",
    "籍贯",
    "民族",
    "政治面貌",
    "参加工作年月",
    "进本校年月",
    "教职工来源",
    "教职工类别",
    "是否在编",
    "用人形式",
    "是否是特级教师",
    "是否是县级及以上骨干教师",
    "人员状态",
    "备注",
]
TAUGHT = [
    "学校名称",
    "姓名",
    "身份证件号",
    "学年",
    "学期",
    "任教学段",
    "任课状况",
    "任教课程",
    "平均每周课堂教学课时数",
    "兼任工作",
]
_POSTS = {
    "on_post": ("专任教师", "是", "100-在本单位任职"),
    "contract": ("专任教师", "否", "100-在本单位任职"),
    "lent_out": ("专任教师", "是", "205-交流轮岗"),
    "off_post": ("专任教师", "是", "203-暂未在本单位任职-长病假"),
    "support": ("工勤人员", "是", "100-在本单位任职"),
}


def teacher_system(path, teachers, by=None):
    """教师管理信息系统's 基本信息 and 任教 of rows of `teacher`; several lines a person in the second."""
    stages, subjects = dict(STAGE.options), dict(SUBJECT.options)
    basic, taught = [], []
    for place, row in enumerate(teachers):
        number = identity_number(row["birth_month"], place)
        kind, establishment, state = _POSTS[row["post"]]
        line = dict.fromkeys(BASIC)
        line |= {"姓名": row["name"], "身份证件号": number, "出生日期": day_of(row["birth_month"], by)}
        line |= {"参加工作年月": row["hired"] and str(row["hired"]), "教职工号": f"T{place:04}"}
        line |= {"教职工类别": kind, "是否在编": establishment, "人员状态": state}
        line |= {"是否是县级及以上骨干教师": "是" if row["backbone"] not in {"none", "school"} else "否"}
        basic.append([line[name] for name in BASIC])
        lines = [("2025", "第二学期", "其他", 3), ("2026", "第一学期", "劳动", 1)]
        lines.append(("2026", "第一学期", subjects[row["subject"]], 12))
        for year, term, subject, hours in lines:
            line = dict.fromkeys(TAUGHT)
            line |= {"姓名": row["name"], "身份证件号": number, "学年": year, "学期": term}
            line |= {"任教学段": stages[row["stage"]], "任教课程": subject, "平均每周课堂教学课时数": hours}
            taught.append([line[name] for name in TAUGHT])
    return written(path, {"基本信息": (BASIC, basic), "任教": (TAUGHT, taught)}, by)


ANNUAL = [
    "序号",
    "姓名",
    "身份证号码",
    "人员类型",
    "少数民族",
    "政治面貌",
    "最高学历",
    "职称",
    "学段",
    "科目",
]


def annual_teachers(path, teachers, by=None):
    """年报's list of teachers."""
    stages, subjects, degrees = dict(STAGE.options), dict(SUBJECT.options), dict(DEGREE.options)
    titles = dict(TITLE.options)
    rows = [
        [
            place,
            row["name"],
            identity_number(row["birth_month"], place),
            "专任教师",
            None,
            None,
            degrees[row["degree"]],
            titles.get(row["title"]),
            stages[row["stage"]],
            subjects[row["subject"]],
        ]
        for place, row in enumerate(teachers, 1)
    ]
    return written(path, {"教师": (ANNUAL, rows)}, by)


# --- pupils ---

ROSTER = [
    "学校标识码",
    "姓名",
    "性别",
    "出生日期",
    "民族",
    "身份证件类型",
    "身份证件号",
    "学籍辅号",
    "班内学号",
    "年级",
    "班级",
    "入学年月",
    "就读方式",
    "现住址",
    "联系电话",
    "是否留守儿童",
    "是否进城务工人员随迁子女",
    "是否孤儿",
    "随班就读",
    "残疾类型",
    "是否由政府购买学位",
    "成员1姓名",
]
SURNAMES, GIVEN = (
    _words(
        """
    欧阳 司马 上官 诸葛 皇甫
    """
    ),
    _words(
        """
    梓涵 子轩 雨桐 浩宇 欣怡 一诺 沐宸
    """
    ),
)


def roster(path, classes, marks=None, by=None):
    """学籍系统's roster of classes [(grade code, name, size)]; `marks` is {class: {column: (word, many)}}."""
    grades, rows = dict(GRADE.options), []
    for at, (grade, name, size) in enumerate(classes):
        for place in range(size):
            serial = len(rows)
            line = dict.fromkeys(ROSTER)
            line |= {"学校标识码": "2143000001", "姓名": pupil_name(serial), "出生日期": "2016-05-15"}
            line |= {"身份证件号": identity_number("2016-05", serial), "学籍辅号": f"G{serial:019}"}
            line |= {"班内学号": place + 1, "年级": grades[grade], "班级": name, "就读方式": "走读"}
            line |= {"是否留守儿童": "非留守", "是否进城务工人员随迁子女": "否", "是否孤儿": "否"}
            line |= {"随班就读": "非随班就读", "残疾类型": "无残疾", "是否由政府购买学位": "否"}
            line |= {
                "现住址": f"幸福路{serial}号",
                "联系电话": f"138{serial:08}",
                "成员1姓名": f"家长{serial}",
            }
            for column, (word, many) in (marks or {}).get(at, {}).items():
                if place < many:
                    line[column] = word
            rows.append([line[name] for name in ROSTER])
    return written(path, {"学生": (ROSTER, rows)}, by)


def pupil_name(serial):
    """The invented name of a pupil."""
    return f"{SURNAMES[serial % 5]}{GIVEN[serial % 7]}{serial}"


PUPILS = _words(
    """
    序号 姓名 身份证号码 少数民族 学段 年级 寄宿生 农村留守儿童
    """
)


def annual_pupils(path, classes, by=None):
    """年报's list of pupils of classes [(grade code, stage words, size)]."""
    grades, rows = dict(GRADE.options), []
    for grade, stage, size in classes:
        for _ in range(size):
            number = identity_number("2016-05", len(rows))
            rows.append(
                [len(rows) + 1, pupil_name(len(rows)), number, None, stage, grades[grade], "否", "否"]
            )
    return written(path, {"学生": (PUPILS, rows)}, by)


# --- statistics ---


def statistics(path, tables, suffix=""):
    """教基 tables {number: (title, headings, {row: {heading: value}})} in the newest layout."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, (title, headings, rows) in tables.items():
        page = made.create_sheet(f"{number}{suffix}")
        page.append([title])
        page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings) + 2)
        page.append(["指标名称", "代码", *headings])
        page.append(["甲", "乙", *range(1, len(headings) + 1)])
        for at, (words, values) in enumerate(rows.items(), 1):
            page.append([words, f"{at:02}", *(values.get(heading) for heading in headings)])
    made.save(path)
    return path


PUPIL_HEADS = [
    "毕业生数",
    "招生数",
    "未接受过",
    "一年",
    "两年",
    "三年",
    "在校生数",
    "#女",
    "一年级",
    "二年级",
    "三年级",
    "四年级",
    "五年级",
    "六年级",
    "预计毕业生数",
]
STAFF_HEADS = _words(
    """
    教职工数 专任教师 行政人员 教辅人员 工勤人员 其他 校外教师 银龄教师
    """
)
TEACHER_HEADS = [
    "合计",
    "#女",
    "道德与法制",
    "语文",
    "数学",
    "外语",
    "英语",
    "日语",
    "俄语",
    "历史",
    "地理",
    "科学",
    "物理",
    "化学",
    "生物学",
    "信息科技",
    "体育与健康",
    "艺术",
    "音乐",
    "美术",
    "劳动",
    "综合实践活动",
    "其他",
    "本学年不授课",
]
BACKBONES = dict(BACKBONE.options)
shuffler = random.Random
