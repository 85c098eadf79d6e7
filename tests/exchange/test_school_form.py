"""The official school form: found by labels, tidied aloud, written back without loss."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.values import Choice, Code, Scaled, Unread, Whole, YesNo, clean
from eduapp.exchange.school_form import FormReading, read_form, rows_of_form, write_form
from eduapp.exchange.sheet_reading import read_sheets
from tests.examples import examples

REAL = Path(__file__).parents[3] / "shared" / "real"
HEADER = ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"]


def form(path: Path, *items: tuple[str, object], header: list[str] | None = None, above: int = 0) -> Path:
    """Write a form of some items with the stock library, as a clerk's WPS would."""
    heads = header or HEADER
    book = Workbook()
    page = book.worksheets[0]
    page.title = "数据"
    for _ in range(above):
        page.append(["某某学校填报表", "2026 年"])
    page.append(heads)
    for number, (label, value) in enumerate(items, 1):
        said = {"序号": number, "类别": "类", "填报项目": label, "单位": "人", "填报值": value}
        page.append([said.get(head) for head in heads])
    book.save(path)
    return path


def said(reading: FormReading) -> dict[tuple[str, str | None, str], str]:
    return {(cell.record, cell.stage, cell.field): cell.text for cell in reading.cells}


def one(path: Path, label: str, value: object) -> FormReading:
    return read_form(form(path / "a.xlsx", (label, value)))


# -- the form itself --------------------------------------------------------------------------------
def test_the_form_has_its_68_rows_and_one_of_ours():
    rows = rows_of_form()
    assert [row.no for row in rows if row.no is not None] == list(range(1, 69))
    assert [row.label for row in rows if row.no is None] == ["高中学生人数"]
    assert len({row.key for row in rows}) == 69
    assert all((row.key[0] == "section_total") == (row.key[1] is not None) for row in rows)


@pytest.mark.skipif(not REAL.exists(), reason="the real form is not here")
def test_the_rows_are_the_real_form_word_for_word(tmp_path):
    real = read_sheets(REAL / "学校填报表格.xlsx")[0].rows
    write_form(tmp_path / "a.xlsx", {}, SchoolKind.NINE_YEAR)
    assert read_sheets(tmp_path / "a.xlsx")[0].rows == real
    reading = read_form(REAL / "学校填报表格.xlsx")
    assert reading == FormReading((), (), (), 68)


@pytest.mark.skipif(not REAL.exists(), reason="the real form is not here")
def test_the_real_form_filled_in(tmp_path):
    book = load_workbook(REAL / "学校填报表格.xlsx")
    for row in range(2, 70):
        book.worksheets[0].cell(row, 5).value = row + 0.0
    book.save(tmp_path / "a.xlsx")
    reading = read_form(tmp_path / "a.xlsx")
    assert len(reading.cells) == 68
    assert (reading.ignored, reading.cleaned) == ((), ())
    assert [cell.text for cell in reading.cells] == [str(row) for row in range(2, 70)]
    assert reading.cells[9].where == "学校填报数据 E11"
    assert said(reading)["section_total", "primary", "pupils"] == "11"
    assert said(reading)["section_total", "lower_secondary", "died"] == "69"


@pytest.mark.skipif(not REAL.exists(), reason="the real forms are not here")
@pytest.mark.parametrize("name", ["区县填报表格", "学校名录", "申报表与自评表"])
def test_the_other_real_files_are_not_the_school_form(name):
    with pytest.raises(Problem) as caught:
        read_form(REAL / f"{name}.xlsx")
    assert caught.value.code == "not-the-school-form"
    assert name in caught.value.text


# -- labels -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("专科学历教师人数(小学)", ("section_total", "primary", "associate")),
        (" 专科学历 教师人数 （ 小学 ） ", ("section_total", "primary", "associate")),
        ("专科学历教师人数【小学】", ("section_total", "primary", "associate")),
        ("专科学历教师人数（初中）", ("section_total", "lower_secondary", "associate")),
        ("专科学历教师人数（小学部）", ("section_total", "primary", "associate")),
        ("73㎡≤单间面积<96㎡的音乐教室间数", ("school_total", None, "music_rooms_73")),
        ("73m²<=单间面积＜96平方米的音乐教室间数", ("school_total", None, "music_rooms_73")),
        ("单间面积>=90m2的美术教室间数", ("school_total", None, "art_rooms_90")),
        ("每班26～30人班级个数", ("school_total", None, "classes_26_30")),
        ("每班２６—３０人班级个数", ("school_total", None, "classes_26_30")),
        ("每班26至30人班级个数（小学）", ("section_total", "primary", "classes_26_30")),
        ("教学仪器设备资产值(账面原值)", ("funding", None, "equipment_value")),
        ("学生人数（小学）", ("section_total", "primary", "pupils")),
        ("学生人数(初中)", ("section_total", "lower_secondary", "pupils")),
        ("小学学生人数", ("section_total", "primary", "pupils")),
        ("小学学生人数(人)", ("section_total", "primary", "pupils")),
        ("高中学生人数", ("school_total", None, "senior_high_pupils")),
        ("班级总数", ("school_total", None, "classes")),
        ("班级总数（初中）", ("section_total", "lower_secondary", "classes")),
        ("*班级总数：", ("school_total", None, "classes")),
        ("15、班级总数", ("school_total", None, "classes")),
        ("县级及以上骨干教师数(小学)", ("section_total", "primary", "backbone")),
        ("体育交流轮岗／兼职／走教教师人数（小学）", ("section_total", "primary", "visiting_pe")),
        ("本届毕业学生人数", ("section_total", "lower_secondary", "graduates")),
        ("本届毕业学生人数（初中）", ("section_total", "lower_secondary", "graduates")),
    ],
)
def test_labels_are_recognised(tmp_path, label, key):
    reading = one(tmp_path, label, 7.0)
    assert said(reading) == {key: "7"}
    assert reading.ignored == ()


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("今天的天气", "不是学校填报表格中的项目"),
        ("班级总数（高中）", "高中"),
        ("网络多媒体教室间数（小学）", "不分学段"),
        ("小学学生人数（初中）", "不分学段"),
    ],
)
def test_what_is_not_taken_is_told(tmp_path, label, words):
    reading = read_form(form(tmp_path / "a.xlsx", ("学校名称", "阳光小学"), (label, 5)))
    assert [(note.where, label in note.reason, words in note.reason) for note in reading.ignored] == [
        ("数据 E3", True, True)
    ]
    assert reading.rows_read == 2


def test_an_unknown_item_without_value_is_no_news(tmp_path):
    items = ("学校名称", "阳光小学"), ("填表人签字", None), ("", "散落")
    reading = read_form(form(tmp_path / "a.xlsx", *items))
    assert [note.reason for note in reading.ignored] == ["「散落」前面没有填报项目"]


# -- where the header stands ------------------------------------------------------------------------
def test_columns_are_found_wherever_they_stand(tmp_path):
    for header in (["填报值", "填报项目"], ["备注说明", "填报项目 ", None, " 填报 值"], HEADER[::-1]):
        heads = [head for head in header if head] if None not in header else header
        book = Workbook()
        page = book.worksheets[0]
        for _ in range(7):
            page.append(["填报说明", "请如实填写"])
        page.append(heads)
        where = {(head or "").replace(" ", ""): at for at, head in enumerate(heads)}
        row: list[object] = [None] * len(heads)
        row[where["填报项目"]], row[where["填报值"]] = "初中学生人数", 250.0
        page.append(row)
        book.create_sheet("说明", 0).append(["先看这里"])
        book.save(tmp_path / "a.xlsx")
        assert said(read_form(tmp_path / "a.xlsx")) == {("section_total", "lower_secondary", "pupils"): "250"}


def test_a_header_below_the_twentieth_row_is_no_header(tmp_path):
    form(tmp_path / "a.xlsx", ("学校名称", "阳光小学"), above=19)
    assert len(read_form(tmp_path / "a.xlsx").cells) == 1
    form(tmp_path / "a.xlsx", ("学校名称", "阳光小学"), above=20)
    with pytest.raises(Problem):
        read_form(tmp_path / "a.xlsx")


def test_a_header_printed_again_on_the_next_page_is_passed_over(tmp_path):
    path = form(tmp_path / "a.xlsx", ("学校名称", "甲"), ("填报项目", "填报值"), ("班级总数", 12))
    reading = read_form(path)
    assert (len(reading.cells), reading.ignored, reading.rows_read) == (2, (), 2)


# -- values -----------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize(
    ("label", "value", "text", "told"),
    [
        ("班级总数", 38.0, "38", False),
        ("班级总数", "38人", "38人", False),  # the unit of classes is 个: not ours to guess
        ("班级总数", "38个", "38", True),
        ("小学学生人数", "38人", "38", True),
        ("小学学生人数", " ３８ 名 ", "38", True),
        ("小学学生人数", "1,200", "1200", True),
        ("小学学生人数", "１，２００人", "1200", True),
        ("小学学生人数", "约500", "约500", False),
        ("小学学生人数", "38.5", "38.5", False),
        ("小学学生人数", "12,5", "12,5", False),
        ("小学学生人数", "-3", "-3", False),
        ("小学学生人数", "无", "无", False),
        ("小学学生人数", 0, "0", False),
        ("小学学生人数", "38\u200b", "38", True),
        ("教学及辅助用房总面积", "12.5㎡", "12.5", True),
        ("教学及辅助用房总面积", "12.5 平方米", "12.5", True),
        ("教学及辅助用房总面积", 12.3, "12.3", False),
        ("教学及辅助用房总面积", "12.30", "12.3", True),
        ("教学及辅助用房总面积", "12.34565", "12.3457", True),
        ("教学及辅助用房总面积", "-0.00000001", "-0.00000001", False),
        ("上一年度公用经费预算总额", "5000元", "0.5", True),
        ("上一年度公用经费预算总额", "50万", "50", True),
        ("建校时间", "1956年", "1956", True),
        ("建校时间", "1956年9月", "1956", True),
        ("学校代码", 2143000001.0, "2143000001", False),
        ("学校代码", "２１４３０００００１ ", "2143000001", True),
        ("学校名称", " 阳光　小学 ", "阳光 小学", True),
        ("学校名称", "=1+1", "=1+1", False),
        ("学校类型", "九年一贯制学校", "九年一贯制学校", False),
        ("是否2010年及之前规划并建成", True, "是", False),
        ("是否2010年及之前规划并建成", "否 ", "否", True),
    ],
)
def test_values_are_tidied_only_where_there_is_no_doubt_and_never_in_silence(
    tmp_path, label, value, text, told
):
    path = form(tmp_path / "a.xlsx", (label, None))
    book = load_workbook(path)
    cell = book.worksheets[0]["E2"]
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    book.save(path)
    reading = read_form(path)
    assert [cell.text for cell in reading.cells] == [text]
    assert [(item.where, item.after) for item in reading.cleaned] == ([("数据 E2", text)] if told else [])
    if told:
        assert reading.cleaned[0].before == value


def test_blank_is_no_statement(tmp_path):
    for blank in (None, "", "   ", "\u3000"):
        reading = read_form(form(tmp_path / "a.xlsx", ("小学学生人数", blank), ("班级总数", 1)))
        assert [cell.field for cell in reading.cells] == ["classes"]
        assert (reading.ignored, reading.cleaned, reading.rows_read) == ((), (), 2)


def test_an_error_is_kept_as_unread_text(tmp_path):
    assert said(one(tmp_path, "班级总数", "#DIV/0!")) == {("school_total", None, "classes"): "#DIV/0!"}


def test_a_repeated_item_is_told_with_both_values(tmp_path):
    items = ("班级总数", 12), ("班级 总数", "12个"), ("班级总数", 13), ("班级总数", None)
    reading = read_form(form(tmp_path / "a.xlsx", *items))
    assert said(reading) == {("school_total", None, "classes"): "12"}
    same, other = reading.ignored
    assert (same.where, "相同" in same.reason) == ("数据 E3", True)
    assert other.where == "数据 E4"
    assert all(part in other.reason for part in ("数据 E2", "「12」", "「13」"))


# -- writing ----------------------------------------------------------------------------------------
def test_the_form_is_written_as_it_is_printed(tmp_path):
    values = {
        ("school", None, "name"): "=阳光小学",
        ("school", None, "code"): "2143000001",
        ("school", None, "kind"): "312",
        ("school", None, "boarding"): True,  # not on the form
        ("school", None, "small_rural"): False,
        ("section_total", Stage.PRIMARY, "pupils"): 618,
        ("section_total", "primary", "classes"): 12,
        ("section_total", "lower_secondary", "classes"): 6,
        ("section_total", "primary", "graduates"): 99,
        ("school_total", None, "classes"): 18,
        ("school_total", None, "teaching_area"): Decimal("2790.5000"),
        ("school_total", None, "indoor_sports_area"): Unread("约500"),
        ("funding", None, "budget"): Decimal("1234567890.123456"),
    }
    path = tmp_path / "a.xlsx"
    write_form(path, values, SchoolKind.NINE_YEAR)
    page = load_workbook(path).worksheets[0]
    rows = {str(row[2].value): row for row in page.iter_rows()}
    order = [str(row[2].value) for row in page.iter_rows()]
    assert len(order) == 1 + 68 + 3
    at = order.index("班级总数")
    assert order[at : at + 3] == ["班级总数", "班级总数（小学）", "班级总数（初中）"]
    assert "高中学生人数" not in order
    assert (rows["学校名称"][4].value, rows["学校名称"][4].data_type) == ("=阳光小学", "s")
    assert (rows["学校代码"][4].value, rows["学校代码"][4].data_type) == ("2143000001", "s")
    assert rows["学校类型"][4].value == "九年一贯制"
    assert (rows["小学学生人数"][4].value, rows["小学学生人数"][4].data_type) == (618, "n")
    assert (rows["教学及辅助用房总面积"][4].value, rows["室内体育用房面积"][4].value) == (2790.5, "约500")
    assert rows["上一年度公用经费预算总额"][4].data_type == "s"  # sixteen digits: a number would lose one
    assert rows["班级总数（小学）"][0].value is None
    assert said(read_form(path))["section_total", "primary", "graduates"] == "99"
    assert ("school", None, "boarding") not in said(read_form(path))


@pytest.mark.parametrize("kind", [None, *SchoolKind])
def test_senior_high_pupils_have_a_row_where_there_are_some(tmp_path, kind):
    write_form(tmp_path / "a.xlsx", {}, kind)
    labels = [row[2] for row in read_sheets(tmp_path / "a.xlsx")[0].rows]
    assert ("高中学生人数" in labels) == (kind in {SchoolKind.COMPLETE_SECONDARY, SchoolKind.TWELVE_YEAR})
    write_form(tmp_path / "a.xlsx", {("school_total", None, "senior_high_pupils"): 5}, kind)
    assert said(read_form(tmp_path / "a.xlsx")) == {("school_total", None, "senior_high_pupils"): "5"}


def places() -> list[tuple[str, str | None, str]]:
    """Every place the form can speak of: its rows, and each stage of what exists for a stage."""
    found = [row.key for row in rows_of_form()]
    asked = {row.key[2] for row in rows_of_form()} & RECORDS["section_total"].fields.keys()
    staged = [("section_total", stage, name) for name in sorted(asked) for stage in Stage]
    return [*found, *(key for key in staged if key not in found)]


def values_of(key: tuple[str, str | None, str]) -> st.SearchStrategy[object]:
    kind = RECORDS[key[0]].fields[key[2]].item.kind
    texts = st.text(max_size=30).map(clean).map(lambda text: text.replace("\ufffe", "").replace("\uffff", ""))
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Scaled):
        return st.decimals(0, 9_999_999_999, places=kind.places)
    if isinstance(kind, YesNo):
        return st.booleans()
    if isinstance(kind, Choice):
        return st.sampled_from([code for code, _ in kind.options])
    if isinstance(kind, Code):
        return st.from_regex("[0-9]{1,12}", fullmatch=True).filter(lambda text: kind.parse(text) == text)
    return texts.filter(bool)


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_back(tmp_path_factory, data):
    asked = data.draw(st.lists(st.sampled_from(places()), unique=True, max_size=30))
    values = {key: data.draw(values_of(key)) for key in asked}
    kind = data.draw(st.sampled_from([None, *SchoolKind]))
    path = tmp_path_factory.getbasetemp() / "form.xlsx"
    write_form(path, values, kind)
    reading = read_form(path)
    shown = {key: RECORDS[key[0]].fields[key[2]].item.kind.show(value) for key, value in values.items()}
    assert said(reading) == shown
    assert (reading.ignored, reading.cleaned) == ((), ())
