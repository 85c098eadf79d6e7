"""The official county form: its 20 rows as printed, found by label, units kept apart, written back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from db.problems import Problem
from db.records.values import Scaled, Unread
from eduapp.exchange.county_form import WORKBOOK, read_form, rows_of_form, write_form
from eduapp.exchange.sheet_reading import read_sheets
from tests.examples import examples

REAL = Path(__file__).parents[3] / "shared" / "real"
FORM = REAL / "区县填报表格.xlsx"
HEADER = ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"]
real_form = pytest.mark.skipif(not FORM.exists(), reason="the real form is not here")


def form(path, *items, header=HEADER):
    """A form of some items, as a clerk's own program would write it."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(["某县义务教育填报表"])
    page.append(header)
    for number, (label, value) in enumerate(items, 1):
        said = {"序号": number, "填报项目": label, "填报值": value}
        page.append([said.get(head) for head in header])
    book.save(path)
    return path


def said(reading):
    return {(cell.record, cell.field): cell.text for cell in reading.cells}


def test_the_form_has_its_20_rows():
    rows = rows_of_form()
    assert [row.no for row in rows] == list(range(1, 21))
    assert [row.key[2] for row in rows if row.key[0] == WORKBOOK] == ["name", "county", "year"]
    assert len({row.key for row in rows}) == 20
    assert all(row.field.item.unit == row.unit for row in rows)
    assert all(row.field.item.label == row.label.translate(str.maketrans("（）", "()")) for row in rows)


@real_form
def test_the_rows_are_the_real_form_word_for_word(tmp_path):
    write_form(tmp_path / "a.xlsx", {})
    assert read_sheets(tmp_path / "a.xlsx")[0].rows == read_sheets(FORM)[0].rows
    reading = read_form(FORM)
    assert (reading.cells, reading.ignored, reading.cleaned, reading.rows_read) == ((), (), (), 20)


@real_form
def test_the_real_form_filled_in(tmp_path):
    book = load_workbook(FORM)
    for row in range(2, 22):
        book.worksheets[0].cell(row, 5).value = row + 0.0
    book.save(tmp_path / "a.xlsx")
    reading = read_form(tmp_path / "a.xlsx")
    assert [cell.text for cell in reading.cells] == [str(row) for row in range(2, 22)]
    assert reading.cells[5].where == "区县填报数据 E7"
    assert said(reading)["county_people", "disabled_enrolled"] == "21"


@real_form
@pytest.mark.parametrize("name", ["学校填报表格.xlsx", "学校名录.xlsx", "申报表与自评表.xlsx"])
def test_the_other_real_files_are_not_the_county_form(name):
    with pytest.raises(Problem) as caught:
        read_form(REAL / name)
    assert caught.value.code == "not-the-county-form"


def test_columns_are_found_by_heading_and_labels_are_folded(tmp_path):
    path = form(
        tmp_path / "a.xlsx",
        ("上年度义务教育学校教师年平均工资收入水平(不含民办学校)", "8.5"),
        ("9、当地公务员年平均工资收入(万元)", 8.1),
        (" 符合 交流条件\n教师总数 ", "１,２００"),
        header=["填报值", "备注说明", "填报项目", "序号"],
    )
    assert said(read_form(path)) == {
        ("county_funding", "teacher_pay"): "8.5",
        ("county_funding", "official_pay"): "8.1",
        ("county_people", "eligible"): "1200",
    }


def test_blank_is_not_zero_and_zero_is_zero(tmp_path):
    path = form(tmp_path / "a.xlsx", ("适龄残疾儿童少年总数", None), ("特殊教育学校学生人数", 0))
    assert said(read_form(path)) == {("county_funding", "special_pupils"): "0"}


@pytest.mark.parametrize(
    ("label", "value", "text"),
    [
        ("当地公务员年平均工资收入", "8.1万", "8.1"),
        ("当地公务员年平均工资收入", "81000元", "8.1"),  # what the amount says itself is its unit
        ("特殊教育学校经费总额", "2,400,000元", "2400000"),
        ("特殊教育学校经费总额", "240万元", "2400000"),
        ("特殊教育学校经费总额", "240万人", "240万人"),
        ("规定的小学生均公用经费标准", "1150元", "1150"),
        ("规定的小学生均公用经费标准", 1150.005, "1150.01"),
        ("实际交流轮岗教师数", "35名", "35"),
    ],
)
def test_an_amount_is_read_in_the_unit_that_it_says(tmp_path, label, value, text):
    (cell,) = read_form(form(tmp_path / "a.xlsx", (label, value))).cells
    assert cell.text == text


def test_what_is_not_taken_is_told(tmp_path):
    path = form(
        tmp_path / "a.xlsx",
        ("区县名称", "某县"),
        ("全县人均寿命", 78),
        ("实际交流轮岗教师数", 35),
        ("实际交流轮岗教师数", 36),
        ("实际交流轮岗教师数", 35),
    )
    reading = read_form(path)
    assert said(reading) == {(WORKBOOK, "name"): "某县", ("county_people", "rotated"): "35"}
    assert [each.reason.split(",")[0] for each in reading.ignored] == [
        "「全县人均寿命」不是区县填报表格中的项目",
        "「实际交流轮岗教师数」填了两个不同的值:Sheet E5 为「35」",
        "「实际交流轮岗教师数」重复",
    ]
    assert [each.where for each in reading.ignored] == ["Sheet E4", "Sheet E6", "Sheet E7"]


def test_unreadable_text_is_written_as_it_stands(tmp_path):
    write_form(tmp_path / "a.xlsx", {("county_people", None, "rotated"): Unread("约30")})
    assert said(read_form(tmp_path / "a.xlsx")) == {("county_people", "rotated"): "约30"}


@settings(max_examples=examples(30), deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_back(tmp_path_factory, data):
    numbers = [row for row in rows_of_form() if row.key[0] != WORKBOOK]
    asked = data.draw(st.lists(st.sampled_from(numbers), unique=True))
    values: dict[tuple[str, str | None, str], int | Decimal] = {}
    for row in asked:
        kind = row.field.item.kind
        drawn = (
            st.decimals(0, 9_999_999_999, places=kind.places)
            if isinstance(kind, Scaled)
            else st.integers(0, 99_999_999)
        )
        values[row.key] = data.draw(drawn)
    path = tmp_path_factory.getbasetemp() / "county.xlsx"
    write_form(path, values)
    reading = read_form(path)
    shown = {(row.key[0], row.key[2]): row.field.item.kind.show(values[row.key]) for row in asked}
    assert said(reading) == shown
    assert (reading.ignored, reading.cleaned, reading.rows_read) == ((), (), 20)
