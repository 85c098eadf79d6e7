"""How a sheet is read: heading, columns, units; what is only nearly known is offered, never taken."""

import pytest

from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from eduapp.exchange.list_reading import Wanted, rows_on
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_layout import (
    NO_HEADING,
    best_reading,
    field_called,
    guessed,
    reading_at,
)


def sheet(*rows, name="表"):
    width = max(map(len, rows))
    return Sheet(name, [[*row, *[None] * (width - len(row))] for row in rows])


@pytest.mark.parametrize("record", LISTS)
def test_every_word_for_a_heading_is_one_fields(record):
    for each in RECORDS[record].fields.values():
        for words in (each.item.label, each.heading, *each.item.headings.split()):
            assert field_called(record, words)[1] == each.name, words


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓名*", "name"),
        ("*姓名", "name"),
        (" 教师 姓名\n", "name"),
        ("出生日期(yyyy-MM-dd)", "birth_month"),
        ("学历(必填)", "degree"),
        ("最高学历:", "degree"),
        ("联系电话", None),
        ("姓名拼音", None),
        ("", None),
    ],
)
def test_a_heading_is_known_with_its_marks_and_hints(heading, field):
    found = field_called("teacher", heading)
    assert (found and found[1]) == field


def test_of_two_columns_for_one_field_its_own_name_stands():
    reading = guessed(sheet(["年级", "人数", "学生数"], ["一年级", "3", "30"]), "school_class")
    assert reading.places == {"grade": 0, "pupils": 2}


def test_the_heading_is_the_row_that_names_most_and_two_rows_are_one():
    reading = guessed(
        sheet(
            ["班级", "年级"],
            ["阳光小学班级表"],
            ["班级", "年级", "学生数", "其中", "其中"],
            [None, None, None, "寄宿生", "划片内"],
            ["一(1)班", "一年级", "30", "3", "20"],
        ),
        "school_class",
    )
    assert (reading.first, reading.heading) == (2, 3)
    assert list(reading.places) == ["name", "grade", "pupils", "boarders", "catchment"]


def test_a_near_heading_is_offered_and_not_taken():
    made = sheet(["班级", "年级", "学生人数数"], ["一(1)班", "一年级", "30"])
    reading = guessed(made, "school_class")
    assert reading.places == {"name": 0, "grade": 1}
    assert reading.offered == {2: "pupils"}
    rows = rows_on([made], "school_class", "a")
    assert rows.rows == ({"name": "一(1)班", "grade": "一年级"},)
    assert rows.missing == ("pupils",)
    assert "像是「学生数」" in rows.ignored[0].reason


def test_the_values_of_a_column_say_what_it_may_be():
    made = sheet(
        ["姓名", "任教课程", "备用一", "备用二"],
        ["王一", "语文", "小学", "是"],
        ["李二", "数学", "初中", "否"],
    )
    assert guessed(made, "teacher").offered == {2: "stage"}


def test_a_person_names_the_heading_row_or_says_there_is_none():
    made = sheet(["王一", "语文"], ["李二", "数学"])
    assert guessed(made, "teacher") is None
    with pytest.raises(Problem):
        rows_on([made], "teacher", "a")
    bare = reading_at(made, "teacher", NO_HEADING)
    assert (bare.heading, bare.columns) == (NO_HEADING, {})
    said = type(bare)(bare.sheet, bare.heading, bare.first, {0: "name", 1: "subject"})
    rows = rows_on([made], "teacher", "a", Wanted(said))
    assert rows.rows == ({"name": "王一", "subject": "语文"}, {"name": "李二", "subject": "数学"})


@pytest.mark.parametrize(
    ("above", "heading", "unit"),
    [
        ("单位:元", "账面原值", "元"),
        ("单位:万元", "账面原值(元)", "元"),
        (None, "账面原值(千元)", "千元"),
        (None, "账面原值", None),
    ],
)
def test_the_unit_of_money_is_seen(above, heading, unit):
    made = sheet([above, None], ["设备名称", heading], ["投影仪", "9800"])
    assert guessed(made, "equipment").units == ({1: unit} if unit else {})


def test_the_sheet_with_most_of_the_list_is_read_and_our_own_advice_never():
    advice = sheet(["姓名", "任教学段", "任教课程"], ["填姓名", "填学段", "填课程"], name="填写说明")
    few = sheet(["姓名", "任教课程"], ["王一", "语文"], name="甲")
    most = sheet(["姓名", "任教学段", "任教课程"], ["王一", "小学", "语文"], name="乙")
    best, others = best_reading([advice, few, most], "teacher")
    assert best.sheet == "乙"
    assert [each.sheet for each in others] == ["甲"]


def test_the_row_that_numbers_the_columns_is_no_row_of_the_list():
    made = sheet(["班级", "年级", "学生数"], ["甲", "乙", "1"], ["一(1)班", "一年级", "30"])
    rows = rows_on([made], "school_class", "a")
    assert rows.rows == ({"name": "一(1)班", "grade": "一年级", "pupils": "30"},)


@pytest.mark.parametrize(
    ("record", "heading", "values", "field"),
    [
        ("teacher", "专技岗位", ["一级教师", "高级教师"], "title"),
        ("teacher", "参加工作", ["2006.9", "201309"], "hired"),  # near three names of one field
        ("teacher", "参加工作", ["城关镇", "河口乡"], None),  # nearly its name, and nothing like it
        ("teacher", "文化层次", ["本科", "硕士研究生"], "degree"),
        ("teacher", "何时", ["2006.9", "2013年9月"], None),  # of two fields of dates neither
        ("training", "何时", ["2006.9", "2013年9月"], None),
        ("training_expense", "何时", ["2026.3", "2026年4月"], "date"),
        ("training_expense", "账目", ["201309", "201410"], "date"),
        ("training_expense", "账目", ["20130", "31250"], None),
        ("teacher", "家庭住址", ["2006.9", "2013年9月"], None),
    ],
)
def test_what_a_column_may_be_is_seen_by_its_heading_and_by_what_is_in_it(record, heading, values, field):
    known = {"teacher": "姓名", "training": "学时", "training_expense": "用途"}[record]
    if record == "teacher":
        read = sheet(["姓名", "出生年月", heading], *(["王一", "1985-03", value] for value in values))
    else:
        read = sheet([known, "备注", heading], *(["1", "x", value] for value in values))
    assert reading_at(read, record, 0).offered.get(2) == field


@pytest.mark.parametrize(
    ("lower", "first"),
    [
        ([None, None, None, "男", "女", None], 2),
        ([None, None, None, "男", None, None], 1),
        ([None, None, None, "20", "21", None], 1),
        ([None, "一班", None, "男", "女", None], 1),
        ([None, None, None, "一段比十二个字更长的说明文字", "女", None], 1),
    ],
)
def test_a_row_that_parts_a_group_of_the_heading_is_heading(lower, first):
    read = sheet(
        ["某校班级人数"],
        ["年级", "班级", "人数", "其中", None, "班主任"],
        lower,
        ["一年级", "1-1", "41", "20", "21", "张"],
    )
    assert best_reading([read], "school_class")[0].heading == first


def test_sums_and_notes_are_not_looked_at_for_what_a_column_may_be():
    read = sheet(
        ["姓名", "出生年月", "层次"],
        ["王一", "1985-03", "本科"],
        ["赵二", "1990-01", "专科"],
        ["注", None, "见表"],
    )
    assert reading_at(read, "teacher", 0).offered == {2: "degree"}


@pytest.mark.parametrize(
    ("names", "best"),
    [
        (("2025年", "2026年"), "2026年"),
        (("2026年", "2025年"), "2026年"),
        (("24-25学年", "25-26学年"), "25-26学年"),
        (("25年秋", "2026"), "2026"),
        (("上学年", "名单"), "名单"),
        (("名单备份", "名单"), "名单"),
        (("名单", "2025年"), "名单"),
        (("甲", "乙"), "甲"),
        (("101班", "202班"), "101班"),
    ],
)
def test_a_sheet_of_an_earlier_year_stands_behind(names, best):
    sheets = [Sheet(name, [["班级", "年级", "学生数"], ["101", "一年级", "40"]]) for name in names]
    found = best_reading(sheets, "school_class")
    assert (found[0].sheet, len(found[1])) == (best, len(names) - 1)


def test_a_sheet_of_an_earlier_year_is_read_where_the_others_lack_what_is_required():
    sheets = [
        Sheet("2025年", [["班级", "年级", "学生数"], ["101", "一年级", "40"]]),
        Sheet("2026年", [["班级", "年级"], ["101", "一年级"]]),
    ]
    assert best_reading(sheets, "school_class")[0].sheet == "2025年"
