"""A pasted block under a heading is placed as a file is."""

import pytest

from eduapp.services.pasted_blocks import placed


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (["班级", "学生数(人)"], ["name", "pupils"]),
        (["年级", " 班 级 ", "备注"], ["grade", "name"]),
        (["班级名称", "人数"], ["name", "pupils"]),
        (["*班级", "年级*"], ["name", "grade"]),
        (["一年级(1)班", "38"], None),
        (["38", "40"], None),
        (["班级"], ["name"]),
        (["班名"], None),
        (["班级", "班主任", "学生数", "电话"], ["name", "pupils"]),
        (["班级", "班主任", "电话"], None),
        (["班级", "年级", "38"], None),
    ],
)
def test_a_heading_row_is_known_by_its_labels(line, fields):
    found = placed("school_class", [line, ["x"] * len(line)])
    assert (found and found.fields) == fields


def test_sums_and_second_headings_are_left_and_units_and_days_are_a_files():
    found = placed(
        "equipment",
        [["设备名称", "账面原值(元)"], ["投影仪", "9800"], ["合计", "9800"], ["设备名称", "账面原值(元)"]],
    )
    assert (found.lines, found.left) == ([["投影仪", "0.98"]], 2)
    found = placed(
        "teacher",
        [["教师花名册"], ["姓名", "参加工作时间", "电话"], ["王一", "2015.9", "1"], ["李二", "", ""]],
    )
    assert found.lines == [["王一", "2015-09-01"], ["李二", ""]]
    assert found.unknown == ["电话"]


def test_a_block_without_a_heading_stands_as_it_was_pasted():
    assert placed("room", [["教室", "多媒体教室", "60"], ["图书室", "图书室", "90"]]) is None
    assert placed("room", []) is None
