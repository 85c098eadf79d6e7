"""What a number format makes of a number is read where the eye reads it: names, and amounts with a unit."""

import datetime

import pytest
from openpyxl import Workbook

from eduapp.exchange.list_sheets import read_list
from eduapp.exchange.number_looks import as_shown
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.sheet_text import heading_keys, said_unit
from tests.exchange.odf import cell, line, ods, table


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("1.1", "0.00", "1.10"),
        ("1.125", "0.00", "1.13"),
        ("1.5", "0.0#", "1.5"),
        ("7", "000", "007"),
        ("1", '"一("0")班"', "一(1)班"),
        ("1", '0"班"', "1班"),
        ("46023", "m-d", "1-1"),
        ("46024", 'm"月"d"日"', "1月2日"),
        ("46024", "mm/dd", "01/02"),
        ("46024", "yyyy/m/d", ""),
        ("46024", "d-mmm", ""),
        ("46024", "m:ss", ""),
        ("9800", '#,##0.00"元"', "9800元"),
        ("12.5", '0.00"万元"', "12.5万元"),
        ("9800", "_ ¥* #,##0.00_ ", "¥9800"),
        ("98000", '0!.0,"万元"', ""),
        ("101", "0", ""),
        ("101", "General", ""),
        ("1234", "#,##0", ""),
        ("0.5", "0%", ""),
        ("-3", "0.00", ""),
        ("1e300", "0.00", ""),
        ("3000000", "m-d", ""),
        ("x", "0.00", ""),
    ],
)
def test_a_number_is_shown_as_its_format_says(value, code, shown):
    assert as_shown(value, code) == shown


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    assert as_shown("44562", "m-d", 1462) == "1-2"


@pytest.fixture
def names(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["班级", "年级", "学生数"])
    cells = [(1.1, "0.00"), (datetime.date(2026, 1, 2), "m-d"), (3, "000"), (4, "General"), (5.0, "0")]
    for at, (value, code) in enumerate(cells, 2):
        sheet.append([value, "一年级", 40])
        sheet.cell(at, 1).number_format = code
        sheet.cell(at, 3).number_format = "0.00"
    path = tmp_path / "a.xlsx"
    book.save(path)
    return path


def test_a_class_is_named_as_the_eye_sees_and_counted_as_the_cell_keeps(names):
    reading = read_list(names, "school_class")
    assert [row["name"] for row in reading.rows] == ["1.10", "1-2", "003", "4", "5"]
    assert {row["pupils"] for row in reading.rows} == {"40"}
    assert reading.cleaned == ()


def test_a_merged_name_is_seen_in_each_of_its_rows(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (["班级", "年级", "学生数"], [1.1, "一年级", 40], [None, "一年级", 41]):
        sheet.append(row)
    sheet["A2"].number_format = "0.00"
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    assert [row["name"] for row in read_list(tmp_path / "a.xlsx", "school_class").rows] == ["1.10", "1.10"]


@pytest.mark.parametrize(
    ("value", "code", "day"),
    [
        (2015.1, "0.00", "2015-10-01"),
        (datetime.date(2015, 9, 12), "m-d", "2015-09-12"),
        (2015.1, "0.0", "2015-01-01"),
    ],
)
def test_a_month_with_a_point_is_read_as_it_is_shown_and_a_day_as_it_is_kept(tmp_path, value, code, day):
    book = Workbook()
    sheet = book.active
    sheet.append(["姓名", "入职日期"])
    sheet.append(["王一", value])
    sheet["B2"].number_format = code
    book.save(tmp_path / "a.xlsx")
    assert read_list(tmp_path / "a.xlsx", "teacher").rows[0]["hired"] == day


@pytest.mark.parametrize(
    ("heading", "value", "code", "amount"),
    [
        ("账面原值", 9800, '#,##0"元"', "0.98"),
        ("账面原值", 9800, '"¥"#,##0.00', "0.98"),
        ("账面原值(万元)", 12, '"¥"#,##0.00', "12"),
        ("账面原值", 12, '0.0"万元"', "12"),
        ("账面原值", "9800元", "General", "0.98"),
        ("账面原值", "12,000.00元", "General", "1.2"),
        ("账面原值(元)", "1.2万元", "General", "1.2"),
        ("账面原值(单位:元)", 9800, "General", "0.98"),
        ("账面原值/元", 9800, "General", "0.98"),
        ("账面原值", "约9800元", "General", "约9800元"),
    ],
)
def test_an_amount_is_read_in_the_unit_that_it_says_itself(tmp_path, heading, value, code, amount):
    book = Workbook()
    sheet = book.active
    sheet.append(["设备名称", heading])
    sheet.append(["投影仪", value])
    sheet["B2"].number_format = code
    book.save(tmp_path / "a.xlsx")
    assert read_list(tmp_path / "a.xlsx", "equipment").rows[0]["value"] == amount


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位:元", "元"),
        ("金额单位:人民币元", "元"),
        ("设备台账(单位:人民币万元)", "万元"),
        ("设备台账(元)", "元"),
        ("单位:台、元", "元"),
        ("填报单位:元宝山小学", ""),
        ("单位:元宝山小学", ""),
        ("单位:人", ""),
    ],
)
def test_the_unit_of_a_sheet_is_said_above_it_and_a_name_is_none(line, unit):
    assert said_unit([[line]]) == unit


def test_a_unit_behind_a_heading_is_one_however_it_is_written():
    for text in ("账面原值(元)", "账面原值(单位:元)", "账面原值/元", "账面原值:元", "账面原值(人民币元)"):
        assert heading_keys(text) == ("账面原值(元)",)


def test_open_documents_say_themselves_what_a_number_looks_like(tmp_path):
    row = line(
        cell("1.10", "float", office__value="1.1"),
        cell("1-2", "date", office__date_value="2026-01-02"),
        cell("2026/1/2", "date", office__date_value="2026-01-02"),
        cell("9,800.00元", "float", office__value="9800"),
        cell("4.6万元", "float", office__value="45678"),
        cell("1,234", "float", office__value="1234"),
        cell("50%", "percentage", office__value="0.5"),
    )
    (sheet,) = read_sheets(ods(tmp_path / "a.ods", table(row)))
    assert sheet.rows[0][:2] == ["1.1", "2026-01-02"]
    assert sheet.looks == {(0, 0): "1.10", (0, 1): "1-2"}
    assert sheet.units == {(0, 3): "9800元", (0, 4): "4.5678万元"}
