"""What a cell of a file says short or wrongly: years, months, units that are asked for, failed formulas."""

import pytest

from db.problems import Problem
from db.records.values import Unread
from eduapp.services import answers, entry, importing
from tests.services.schools import make
from tests.services.test_importing_rows import counts, sheet, shown, take


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("record", "heading", "name", "value", "kept"),
    [
        ("room", "建成时间", "built_year", "1998.5", "1998"),
        ("room", "建成年份", "built_year", "1998年5月", "1998"),
        ("room", "建成年份", "built_year", "1998年", "1998"),
        ("room", "建成年份", "built_year", "1998", "1998"),
        ("room", "建成年份", "built_year", "98", "98"),
        ("teacher", "出生年月", "birth_month", 29254, "1980-02"),
        ("teacher", "出生年月", "birth_month", "198002", "1980-02"),
        ("teacher", "出生年月", "birth_month", "9254", "9254"),
    ],
)
def test_years_and_months_are_read_of_days_and_of_what_a_spreadsheet_keeps_for_one(
    book, tmp_path, record, heading, name, value, kept
):
    path = sheet(tmp_path / "a.xlsx", ["姓名" if record == "teacher" else "房号", heading], ["王一", value])
    take(book, record, path)
    assert shown(book, record, name) == [(kept,)]


# --- money without a unit ---


@pytest.mark.parametrize(
    ("heading", "value", "asked"),
    [
        ("账面原值", 1000, True),
        ("账面原值", 999.99, False),
        ("账面原值", "9,800.00", True),
        ("账面原值", "约9800", False),
        ("账面原值", "nan", False),
        ("账面原值(万元)", 9800, False),
        ("账面原值(元)", 9800, False),
        ("账面原值", "9800元", False),
    ],
)
def test_the_unit_of_money_is_asked_where_nothing_says_it_and_it_is_too_much(
    book, tmp_path, heading, value, asked
):
    path = sheet(tmp_path / "a.xlsx", ["设备名称", heading], ["投影仪", value], ["尺", 0.01])
    report = importing.import_list(book, "equipment", path)
    assert [each.id for each in report.questions] == (["unit:B"] if asked else [])
    assert len(book.draft.rows["equipment"]) == (0 if asked else 2)
    assert counts(report) == ({"asked": 2} if asked else {"new": 2})


@pytest.mark.parametrize(("said", "value"), [("元", "0.98"), ("千元", "980"), ("万元", "9800")])
def test_the_unit_that_a_person_says_is_the_columns(book, tmp_path, said, value):
    path = sheet(tmp_path / "a.xlsx", ["设备名称", "账面原值"], ["投影仪", 9800])
    report = importing.import_list(book, "equipment", path, answers=answers.Answers(said={"unit:B": said}))
    assert ([each.id for each in report.answered], report.questions) == (["unit:B"], ())
    (row,) = book.draft.rows["equipment"].values()
    assert entry.show(book, "equipment", "value", row["value"]) == value
    with pytest.raises(Problem):
        importing.import_list(book, "equipment", path, answers=answers.Answers(said={"unit:B": "角"}))


@pytest.mark.parametrize("wrong", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "Err:502"])
def test_a_formula_that_failed_names_nothing(book, tmp_path, wrong):
    path = sheet(tmp_path / "a.csv.xlsx", ["班级", "年级", "学生数"], [wrong, "一年级", 40])
    report = importing.import_list(book, "school_class", path)
    assert [each.text for each in report.unread] == [wrong]
    (row,) = book.draft.rows["school_class"].values()
    assert row["name"] == Unread(wrong)
    assert importing.import_list(book, "school_class", path).rows["unchanged"] == 1


@pytest.mark.parametrize("name", ["#1教室", "#N/A班", "E班"])
def test_a_name_that_only_begins_so_is_one(book, tmp_path, name):
    path = sheet(tmp_path / "a.xlsx", ["班级", "年级", "学生数"], [name, "一年级", 40])
    importing.import_list(book, "school_class", path)
    assert shown(book, "school_class", "name") == [(name,)]
