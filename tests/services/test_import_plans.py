"""How a person corrects the reading of a list: at once, rehearsed again, and known the next time."""

import openpyxl
import pytest

from eduapp.services import import_plans, reading_memory
from eduapp.services.folders import data_folder
from eduapp.services.pasting import Keep
from tests.services import exports
from tests.services.schools import make


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        yield opened


def sheet(path, *rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    made.save(path)
    return path


HEADS = ["姓名", "身份证号", "出生年月", "段", "课", "文化", "证", "骨", "岗"]
ROW = ["王一", "430902198503071237", "1985-03", "小学", "语文", "本科", "是", "无", "在编在岗"]
FIELDS = {3: "stage", 4: "subject", 5: "degree", 6: "certificate", 7: "backbone", 8: "post"}


def corrected(path):
    plan = import_plans.started("teacher", path)
    for column, field in FIELDS.items():
        plan = plan.with_column(column, field)
    return plan


def test_a_correction_is_known_again_in_any_order_of_columns_and_says_nothing_of_anyone(book, tmp_path):
    plan = corrected(sheet(tmp_path / "a.xlsx", HEADS, ROW))
    assert import_plans.take(book, plan, Keep.EMPTY).rows["new"] == 1
    again = import_plans.started("teacher", sheet(tmp_path / "b.xlsx", HEADS[::-1], ROW[::-1]))
    assert {8 - at: name for at, name in again.reading.columns.items() if name} == {
        0: "name",
        2: "birth_month",
    } | FIELDS
    assert import_plans.rehearse(book, again).report.rows["unchanged"] == 1
    kept = (data_folder() / reading_memory.NAME).read_text(encoding="utf-8")
    assert not [word for word in [*HEADS, *ROW] if word in kept]
    assert kept.isascii()


def test_a_file_that_was_only_read_is_not_remembered(book, tmp_path):
    import_plans.rehearse(book, corrected(sheet(tmp_path / "a.xlsx", HEADS, ROW)))
    assert not (data_folder() / reading_memory.NAME).exists()


@pytest.mark.parametrize("text", [b"", b"\xff", b"[]", b'{"a": 1}', b'{"a": [["x"]]}', b"[" * 10_000])
def test_a_damaged_memory_is_as_none(tmp_path, text):
    (data_folder() / reading_memory.NAME).write_bytes(text)
    assert reading_memory.Remembered().recall("teacher", HEADS) is None


def test_columns_that_say_who_a_person_is_are_not_shown(book, tmp_path):
    heads = ["姓名", "身份证号", "备注", "联系电话", "任教课程"]
    path = sheet(tmp_path / "a.xlsx", heads, ["王一", "1", "430902198503071237", "2", "语文"])
    shown = import_plans.rehearse(book, import_plans.started("teacher", path)).columns
    assert [each.values for each in shown] == ["王一", "●●●", "●●●", "●●●", "语文"]


def test_another_sheet_and_another_row_can_be_said(book, tmp_path):
    made = openpyxl.Workbook()
    made.active.title = "一"
    for row in (["姓名", "任教课程"], ["王一", "语文"]):
        made.active.append(row)
    other = made.create_sheet("二")
    for row in (["x", "y"], ["姓名", "职称"], ["李二", "中级"]):
        other.append(row)
    made.save(tmp_path / "a.xlsx")
    plan = import_plans.started("teacher", tmp_path / "a.xlsx")
    assert plan.sheets == ["一", "二"]
    assert plan.on_sheet("二").reading.first == 1
    assert plan.on_sheet("二").under(3).reading.columns == {}
    assert plan.on_sheet("二").under(0).reading.heading == -1


def test_an_answer_can_be_taken_back(book, tmp_path):
    plan = import_plans.started(
        "school_class", sheet(tmp_path / "a.xlsx", ["班级", "年级"], ["一(1)班", "一年级"])
    )
    said = plan.answered("missing", "yes")
    assert import_plans.rehearse(book, said).report.rows["new"] == 1
    assert import_plans.rehearse(book, said.answered("missing", "")).report.rows["asked"] == 1


def test_an_odd_column_of_an_export_is_placed_beside_its_profile_and_known_again(book, tmp_path):
    rows = [
        {"name": f"师{at}", "birth_month": "1985-03", "stage": "primary", "subject": "chinese"}
        | {"backbone": "none", "post": "on_post", "hired": None}
        for at in range(2)
    ]
    path = exports.teacher_system(tmp_path / "a.xlsx", rows)
    made = openpyxl.load_workbook(path)
    page = made["基本信息"]
    for cell, text in zip(page[1], page[2], strict=True):
        if cell.value == "备注":
            cell.value, text.value = "学历情况", "本科"
    made.save(path)
    plan = import_plans.started("", path)
    assert plan.profile.name == "teacher-system"
    shown = {each.heading: each.at for each in import_plans.rehearse(book, plan).columns}
    plan = plan.with_column(shown["学历情况"], "degree")
    assert import_plans.take(book, plan, Keep.EMPTY).rows["new"] == 2
    degrees = [row["degree"] for row in book.draft.rows["teacher"].values()]
    assert sorted(map(str, degrees)) == ["21", "None"]
    again = import_plans.started("teacher", path)
    assert dict(again.answers.reading.columns) == {shown["学历情况"]: "degree"}
    assert not import_plans.rehearse(book, again).report.changes.edits
