"""Tables Ⅱ-1, Ⅱ-2, Ⅲ: the form's rounding, marks, notes, coverage, three hundred schools."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from db.records.choices import SchoolKind, Stage
from db.records.rows import ONLY
from eduapp.printing import preview
from eduapp.printing.county_book import county_book, county_book_steps, groups_of_five
from eduapp.printing.county_sheets import sheets as all_sheets
from eduapp.printing.county_sources import Source
from eduapp.standards.county.changed import ChangedCell

PRIMARY = Stage.PRIMARY


def pages_of(pdf):
    with preview.Preview(pdf) as shown:
        return [shown.text(page).replace("\r\n", "") for page in range(shown.pages)]


def sheets(report):
    """Tables Ⅱ-1, Ⅱ-2 and Ⅲ."""
    found = {table.key: table for table in all_sheets(report)}
    return found["Ⅱ-1"], found["Ⅱ-2"], found["Ⅲ"]


def row_of(table, label):
    return next(at for at, row in enumerate(table.rows) if label in row)


def primary(school, number, **total):
    each = school(name=f"第{number}小学", code=f"2111{number:06d}", kind=SchoolKind.PRIMARY).usual()
    return each.put("school_total", ONLY, **total) if total else each


def test_rows_are_of_one_length_and_headed_as_the_form(school, schools, county, national):
    shares, each, balance = sheets(county(schools(14), national))
    for table in (shares, each, balance):
        assert {len(row) for row in table.rows} == {len(table.widths)} == {len(table.align)}
    assert [cell for cell in each.rows[1] if cell] == [f"L{number}" for number in range(1, 15)]
    assert shares.rows[1][2:] == balance.rows[1][2:] == tuple(f"L{number}" for number in range(1, 9))
    assert each.rows[0][9:13] == (
        "生均教学及辅助用房面积（㎡）",
        "生均体育运动场馆面积（㎡）",
        "生均教学仪器设备值（元）",
        "每百名学生拥有网络多媒体教室数",
    )


def test_values_are_rounded_half_up_to_two_places(school, county, national):
    each = primary(school, 1)
    each.put("section_total", PRIMARY, pupils=800, associate=0, bachelor=33)
    _, table, balance = sheets(county([each], national))
    at = row_of(table, "第1小学")
    assert table.rows[at][6] == Decimal("4.13")
    assert table.text(at, 6) == "4.13"
    assert balance.text(row_of(balance, "全县平均值"), 2) == "4.13"
    assert balance.text(row_of(balance, "差异系数"), 2) == "0.000"


def test_a_rounded_value_that_would_pass_is_marked(school, county, national):
    each = primary(school, 1)
    each.put("section_total", PRIMARY, pupils=1430, teachers=60, associate=0, bachelor=60)
    _, table, _ = sheets(county([each], national))
    at = row_of(table, "第1小学")
    assert table.text(at, 6) == "4.20※"
    assert (at, 6) in table.unmet
    assert any("※" in note for note in table.notes)


def test_a_rounded_coefficient_that_would_pass_is_marked(school, county, national):
    pair = [primary(school, number) for number in (1, 2)]
    for each, value in zip(pair, ("1500.3", "499.7"), strict=True):
        each.put("section_total", PRIMARY, pupils=1000).put("funding", ONLY, equipment_value=Decimal(value))
    *_, balance = sheets(county(pair, national))
    at = row_of(balance, "差异系数")
    assert balance.text(at, 7) == "0.500※"
    assert (at, 7) in balance.unmet
    pair[0].put("funding", ONLY, equipment_value=Decimal(1500))
    pair[1].put("funding", ONLY, equipment_value=Decimal(500))
    *_, balance = sheets(county(pair, national))
    assert balance.text(at, 7) == "0.500"
    assert (at, 7) not in balance.unmet


def test_shares_have_one_place_and_the_composite_column(school, county, national):
    three = [primary(school, number, multimedia_rooms=30 * (number != 3)) for number in (1, 2, 3)]
    for each in three:
        each.put("section_total", PRIMARY, backbone=7)
    shares, *_ = sheets(county(three, national))
    counts, percent = shares.rows[2], shares.rows[3]
    assert counts[:2] == ("小学", "达标学校总数")
    assert counts[2:] == (3, 3, 3, 3, 3, 3, 2, 2)
    assert [f"{each}" for each in percent[2:]] == ["100.0"] * 6 + ["66.7", "66.7"]
    assert shares.unmet == {(3, 9)}
    assert shares.rows[4][2:] == ("——",) * 8


def test_remark_names_the_columns(school, county, national):
    good, poor = primary(school, 1), primary(school, 2, multimedia_rooms=13)
    for each in (good, poor):
        each.put("section_total", PRIMARY, backbone=7)
    poor.put("section_total", PRIMARY, backbone=1)
    _, table, _ = sheets(county([good, poor], national))
    assert table.rows[row_of(table, "第1小学")][-2:] == ("是", "7 项全部达标")
    at = row_of(table, "第2小学")
    assert table.rows[at][-2:] == ("否", "达标：L7、L9-L12；达到85%：L13；未达到85%：L8")
    assert {place for row, place in table.unmet if row == at} == {7, 12, 13}


def test_what_is_not_known_is_blank_and_named_never_zero(school, county, national):
    each = primary(school, 1)
    each.draft.only("school")["organiser"] = None
    each.draft.section(PRIMARY)["classes"] = None
    each.draft.only("school_total")["multimedia_rooms"] = None
    _, table, balance = sheets(county([each, primary(school, 2)], national))
    row = table.rows[row_of(table, "第1小学")]
    assert row[2:6] == ("", 618, "", "")
    assert row[12] == "数据不足"
    notes = "".join(table.notes)
    assert "举办者类型未填报、表中留空的 1 所：第1小学。" in notes
    assert "年级数未填报、表中留空的 2 所：第1小学、第2小学。" in notes
    assert "班级数未填报、表中留空的 1 所：第1小学。" in notes
    assert 0 not in row
    assert balance.rows[2][8] == balance.rows[3][8] == balance.rows[3][9] == "数据不足"
    assert (
        "小学“多媒体教室”数据不足：2 所中 1 所有数据，按这 1 所计算，平均值 4.21，差异系数 0.000，仅供参考。"
        in balance.notes
    )


def test_zero_is_a_value_and_a_mean_of_zero_has_no_coefficient(school, county, national):
    pair = [primary(school, number, multimedia_rooms=0) for number in (1, 2)]
    _, table, balance = sheets(county(pair, national))
    assert table.text(row_of(table, "第1小学"), 12) == "0.00"
    assert balance.text(2, 8) == "0.00"
    assert balance.rows[3][8] == balance.rows[3][9] == "无法计算"


def test_the_mean_has_no_composite(schools, county, national):
    *_, balance = sheets(county(schools(14), national))
    assert balance.rows[2][-1] == balance.rows[4][-1] == "——"
    assert isinstance(balance.rows[3][-1], Decimal)
    assert -balance.rows[3][-1].as_tuple().exponent == 3


def test_the_note_counts_kinds_and_names_who_is_left_out(school, schools, county, national):
    small = school(name="石门教学点", code="2180000999", kind=SchoolKind.TEACHING_POINT).usual()
    small.put("section_total", PRIMARY, pupils=31)
    _, table, _ = sheets(county([*schools(7), small], national))
    notes = "".join(table.notes)
    assert "1.小学学校总数 5 所（其中：一贯制学校的小学部有 2 所，50人及以上教学点有 1 个）" in notes
    assert "初中学校总数 4 所（其中：一贯制学校的初中部 2 所，完全中学的初中部 1 所）" in notes
    assert "县级教育部门为7" in notes
    assert "民办为10" in notes
    assert "未列入上表的教学点 1 个：石门教学点" in notes
    assert not any("石门教学点" in row for row in table.rows)


@pytest.mark.slow
def test_every_page_says_what_the_numbers_stand_on(schools, county, national):
    some = schools(14)
    some[2].state = "draft"
    some[0].draft.only("school")["name"] = "仙人渡㛃䶮𬭎小学"
    report = county(some, national, expected=17, unchecked_keys=2, practice=True)
    pages = pages_of(county_book(report))
    for page in pages:
        for part in (
            "某县（420682）",
            "2026 学年",
            "14 / 17 校，1 校为草稿",
            "未经核对的密钥 2 个",
            "合并指纹 01234 56789 01234 56789 01234 56789",
            "【练习数据】",
            "教督〔2017〕6号",
            f"统计时点 {report.on}",
        ):
            assert part in page
    assert "仙人渡㛃䶮𬭎小学" in "".join(pages)
    assert "第3学校（小学部）〔草稿〕" in "".join(pages)
    plain = pages_of(county_book(county(schools(3), national)))
    assert "练习数据" not in "".join(plain)
    assert "尚未报齐" not in "".join(plain)


@pytest.mark.slow
def test_order_of_arrival_makes_no_difference_and_bytes_are_the_same(schools, county, national):
    there, back = schools(10), list(reversed(schools(10)))
    assert county_book(county(there, national)) == county_book(county(back, national))


@pytest.mark.slow
def test_three_hundred_schools_have_the_header_on_each_page(schools, county, national):
    report = county(schools(300), national)
    steps = list(county_book_steps(report))
    pages = pages_of(county_book(report))
    assert len(steps) == len(pages) > 10
    middle = [page for page in pages if "（分学校）" in page]
    assert len(middle) > 10
    assert pages.index(middle[-1]) - pages.index(middle[0]) == len(middle) - 1
    assert all("L13" in page for page in middle[:-1])
    together = "".join(middle)
    assert all(f"第{number}学校" in together for number in range(1, 301))


@pytest.mark.parametrize("expected", [None, 0, 9])
def test_a_county_without_schools_prints(expected, county, national):
    pages = pages_of(county_book(county([], national, expected=expected)))
    assert len(pages) == 9
    assert "还没有学校上报" in pages[0]
    assert "——" in pages[1]
    assert "没有参加评估的学校" in pages[2]
    assert "——" in pages[3]
    assert not any(word in page for page in pages[4:] for word in ("× 否", "× 存在"))


def test_digits_in_groups():
    assert groups_of_five("0123456789") == "01234 56789"
    assert groups_of_five("01234 56789") == "01234 56789"


def test_the_sources_lead_from_a_school_to_its_file_and_signer(schools, county, national):
    digits = "00240 65718 78457 90581 41093 01132"
    found = [
        Source(
            *("2111000001", "第1学校", "final", "ab" * 32, digits),
            checked=True,
            unsettled=False,
            number=3,
            received="2026-09-20T10:00:00+08:00",
            decisions=("裁定采用：经电话核实",),
        ),
        Source("2111000002", "第2学校", "draft", "cd" * 32, digits, checked=False, unsettled=True),
    ]
    *tables, listed = all_sheets(county(schools(2), national), found)
    assert not any("数据来源" in table.title for table in tables)
    assert "数据来源" in listed.title
    first, second = listed.rows[1:]
    assert first[:6] == (1, "2111000001", "第1学校", "正式", 3, "2026-09-20")
    assert first[6:] == ("ab" * 8, digits, "已与纸质核对", "裁定采用：经电话核实")
    assert second[3:] == ("草稿，冲突未裁定", "", "", "cd" * 8, digits, "未经核对", "")
    pages = pages_of(county_book(county(schools(2), national), sources=found))
    assert all("1 校有冲突未裁定" in page for page in pages)
    for part in ("数据来源", "ab" * 8, digits, "暂按其中一个计入的 1 所：第2学校"):
        assert part in pages[-1]


def test_what_the_county_changed_is_listed_with_its_reason(schools, county, national):
    cell = ChangedCell(
        school="2111000001",
        name="第1学校",
        label="全校合计 · 教学及辅助用房总面积(㎡)",
        row="",
        before="900",
        after="1300",
        reason="实地核查",
        at="2026-10-08T09:30:00+08:00",
        decision="ef" * 32,
    )
    report = replace(county(schools(2), national), changed=(cell,), revision=2, unsigned_decisions=3)
    listed = all_sheets(report)[-1]
    assert "县级更正" in listed.title
    assert listed.rows[1][1:3] == ("2111000001", "第1学校")
    assert listed.rows[1][4:] == ("900", "1300", "实地核查", "2026-10-08")
    assert listed.rows[2][0] == "共更正 1 格，涉及 1 所学校"
    pages = pages_of(county_book(report))
    said = "县级更正 1 格；未签名的县级决定 3 条；第 2 次结束时的名单"
    assert all(said in page for page in pages)
    assert all(part in pages[-1] for part in ("教学及辅助用房总面积", "1300", "实地核查"))


def test_a_spreadsheet_does_not_promise_a_cross_that_only_paper_has(school, county, national):
    poor = primary(school, 1)
    poor.put("section_total", PRIMARY, backbone=0)
    _, table, _ = sheets(county([poor], national))
    assert any("标“×”" in note for note in table.notes)
    assert any("加底纹" in note for note in table.sheet_notes)
    assert not any("×" in note for note in table.sheet_notes)


@pytest.mark.slow
@pytest.mark.parametrize("count", range(8, 32, 3))
def test_a_signature_box_takes_along_what_it_signs(schools, county, national, count):
    pages = pages_of(county_book(county(schools(count), national)))
    signed = [page for page in pages if "填表人" in page]
    assert signed
    assert all("注：" in page for page in signed)
