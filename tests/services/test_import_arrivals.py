"""A file that is dropped is read as what it is, wherever it falls."""

import openpyxl
import pytest

from db.problems import Problem
from eduapp.services import import_plans, importing
from eduapp.services.import_arrivals import arrived
from tests.services import exports
from tests.services.schools import fill, make


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        fill(opened)
        yield opened


def sheet(path, *rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    made.save(path)
    return path


@pytest.mark.parametrize("record", ["school_class", "teacher", "room"])
@pytest.mark.parametrize("front", ["", "homework", "school_class", "sports_ground"])
def test_our_own_lists_are_known_on_every_page(book, tmp_path, record, front):
    importing.write_list(book, record, tmp_path / "表.xlsx", filled=True)
    plan = arrived(tmp_path / "表.xlsx", front)
    assert (plan.record, plan.profile) == (record, None)
    assert import_plans.rehearse(book, plan).report.rows["unchanged"]


def test_rooms_and_grounds_are_told_apart_by_what_is_in_them(tmp_path):
    heads = ["名称", "类型", "面积"]
    rooms = sheet(tmp_path / "a.xlsx", heads, ["101", "普通教室", 60], ["102", "音乐教室", 70])
    grounds = sheet(tmp_path / "b.xlsx", heads, ["操场", "篮球场", 420], ["南", "排球场", 162])
    assert arrived(rooms).record == "room"
    assert arrived(grounds).record == "sports_ground"


def test_the_official_form_and_exports_are_known_by_themselves(book, tmp_path):
    importing.write_official_form(book, tmp_path / "表.xlsx")
    assert arrived(tmp_path / "表.xlsx", "teacher") is None
    roster = exports.roster(tmp_path / "名册.xlsx", [("1", "1班", 3)])
    assert arrived(roster, "teacher").profile.name == "pupil-register"
    assert arrived(book.path, "teacher").profile.name == "workbook"


def test_what_is_nothing_is_read_by_hand_into_the_list_in_front(tmp_path):
    path = sheet(tmp_path / "a.xlsx", ["东西", "多少"], ["投影仪", 9800])
    assert arrived(path, "equipment").record == "equipment"
    with pytest.raises(Problem) as caught:
        arrived(path)
    assert caught.value.code == "file-of-no-system"


def test_a_list_can_be_read_as_another(book, tmp_path):
    importing.write_list(book, "room", tmp_path / "表.xlsx", filled=True)
    plan = arrived(tmp_path / "表.xlsx").into("sports_ground")
    assert plan.record == "sports_ground"
    assert import_plans.rehearse(book, plan.into("room")).report.rows["unchanged"] == 1


def test_all_guesses_are_taken_at_once(book, tmp_path):
    heads = [
        "姓名",
        "出生年月",
        "任教学段",
        "在岗情况",
        "骨干级别",
        "主教",
        "文化水平",
        "教师资格",
        "专技岗位",
    ]
    rows = [
        ["王一", "1985-03", "小学", "在编在岗", "无", "语文", "本科", "是", "一级教师"],
        ["赵二", "1990-01", "小学", "在编在岗", "无", "数学", "专科", "是", "高级教师"],
    ]
    plan = arrived(sheet(tmp_path / "a.xlsx", heads, *rows))
    assert dict(plan.reading.offered) == {5: "subject", 6: "degree", 7: "certificate", 8: "title"}
    assert import_plans.rehearse(book, plan).report.missing
    taken = plan.with_all_offered()
    assert taken.reading.offered == {}
    assert import_plans.rehearse(book, taken).report.rows["new"] == 2


def test_a_column_of_an_export_that_its_profile_reads_is_not_guessed_at(book, tmp_path):
    rows = [
        {"name": name, "birth_month": "1985-03", "post": "on_post", "hired": "2006-09-01"}
        | {"backbone": "none", "stage": "primary", "subject": "chinese"}
        for name in ("王一", "赵二")
    ]
    path = exports.teacher_system(tmp_path / "a.xlsx", rows)
    plan = arrived(path)
    assert plan.reading.offered == {}
    shown = {each.heading: each.by_profile for each in import_plans.rehearse(book, plan).columns}
    assert shown["姓名"] == "name"
    assert shown["参加工作年月"] == "hired"
    assert shown["是否在编"] == ""
    assert shown["民族"] is None
