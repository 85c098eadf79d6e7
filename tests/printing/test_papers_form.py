"""Tables Ⅰ, Ⅳ and Ⅴ: sentences, rounding, what is not known, thresholds in force; and all on paper."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from decimal import Decimal

from db.records.choices import SchoolKind
from db.records.rows import ONLY
from eduapp.printing import preview
from eduapp.printing.county_book import county_book
from eduapp.printing.county_sheets import sheets
from eduapp.standards.county.form import county_form
from eduapp.standards.packs.reader import load
from tests.printing.county_papers import (
    LOWER,
    PRIMARY,
    item_of,
    lower,
    name_of,
    notes_of,
    primary,
    table_of,
)

# --- order and shape ---


def test_the_tables_come_in_the_order_of_the_form(schools, county, national, records):
    found = sheets(county(schools(7), national, records.draft))
    assert [table.key for table in found] == ["Ⅰ", "Ⅱ-1", "Ⅱ-2", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "附表1"]
    for table in found:
        assert {len(row) for row in table.rows} == {len(table.widths)} == {len(table.align)}


def test_by_the_rules_of_2012_alone_there_is_no_fourth_table(schools, county):
    found = sheets(county(schools(7), load("national-2012")))
    assert [table.key for table in found] == ["Ⅰ", "Ⅱ-1", "Ⅱ-2", "Ⅲ"]


# --- Ⅰ ---


def test_table_one_has_its_24_columns_with_prescribed_places(school, county, national, records):
    schools = [primary(school, 1, staff=40), lower(school, 2, staff=41)]
    table = table_of(county(schools, national, records.draft), "Ⅰ")
    assert table.rows[3] == tuple(f"L{number}" for number in range(1, 25))
    shown = [table.text(4, column) for column in range(24)]
    assert shown[:8] == ["42.35", "25.10", "12", "168", "52340", "3120", "19876", "36540"]
    assert shown[8:16] == ["1", "0", "1", "0", "0", "1", "0", "0"]
    assert shown[16:] == ["15", "9", "618", "400", "40", "36", "41", "34"]


def test_teaching_points_are_counted_apart_and_from_fifty(school, county, national):
    small = school(name="石门教学点", code="2180000001", kind=SchoolKind.TEACHING_POINT).usual()
    small.put("section_total", PRIMARY, pupils=49)
    large = school(name="金盆教学点", code="2180000002", kind=SchoolKind.TEACHING_POINT).usual()
    large.put("section_total", PRIMARY, pupils=50)
    row = table_of(county([small, large], national), "Ⅰ").rows[4]
    assert row[8:13] == (0, 0, 0, 0, 0)
    assert row[14:16] == (2, 1)
    assert row[18] == 99


def test_a_campus_is_a_teaching_point_and_its_pupils_are_its_schools(school, county, national):
    point = school(name="石门教学点", code="2180000001", kind=SchoolKind.TEACHING_POINT).usual()
    point.put("section_total", PRIMARY, pupils=60)
    alone = county([primary(school, 1)], national)
    campuses = county([point], national).schools
    form = county_form(alone.schools, campuses, national, alone.on)
    report = replace(alone, campuses=campuses, form=form)
    row = table_of(report, "Ⅰ").rows[4]
    assert row[14:16] == (1, 1)
    assert row[18] == 618
    assert "数据已并入所属学校的教学点和校区 1 个：石门教学点" in notes_of(report, "Ⅱ-2")


def test_what_no_one_filled_in_is_blank_and_named_never_zero(school, county, national):
    report = county([primary(school, 1, staff=40), primary(school, 2)], national, expected=3)
    table = table_of(report, "Ⅰ")
    assert table.rows[4][:8] == ("",) * 8
    assert table.rows[4][13] == table.rows[4][20] == ""
    notes = "".join(table.notes)
    assert "县级未填报、表中留空的 9 项：L1 人口总数、" in notes
    assert "L21 小学教职工数未填报、表中留空：缺 1 所（第2小学）；已填报的 1 所合计 40。" in notes
    assert "还有 1 所学校未上报" in notes


# --- Ⅳ ---


def test_names_carry_the_thresholds_in_force(school, county, national, records):
    report = county([primary(school, 1)], national, records.draft)
    assert "超过 2000 人" in name_of(report, "Ⅳ", 4)
    assert "义务教育阶段规模不超过 2500 人" in name_of(report, "Ⅳ", 4)
    assert "不小于 96 平方米" in name_of(report, "Ⅳ", 3)
    assert "不小于 90 平方米" in name_of(report, "Ⅳ", 3)
    assert name_of(report, "Ⅳ", 5).endswith("分别不超过 45 人、50 人")
    assert name_of(report, "Ⅳ", 7).endswith("不低于 7000 元")
    earlier = replace(report, on=datetime.date(2024, 9, 1))
    assert name_of(earlier, "Ⅳ", 7).endswith("不低于 6000 元")
    assert "5 年 360 学时" in name_of(report, "Ⅳ", 9)
    assert name_of(report, "Ⅳ", 13).endswith("分别达到 100%、95%以上")
    assert "达到Ⅲ级以上，且校际差异率低于 0.15" in name_of(report, "Ⅴ", 9)


def test_the_sentences_of_table_four(school, county, national, records):
    report = county([primary(school, 1, trained=36), lower(school, 2)], national, records.draft)
    wanted = {
        1: ("方案（某政发〔2025〕G1号，2025-03-18）", "是"),
        4: ("超过2000人的小学0所，初中0所，超过2500人的一贯制学校0所。", "是"),
        7: ("特殊教育学校公用经费为70万元，特殊教育学生数为100人，特殊教育学校生均公用经费为7000※元。", "否"),
        9: ("完成360学时培训的教师70人，全县教师70人，教师培训完成率100.0%。", "是"),
        12: ("全县在岗专任教师70人，其中持有教师资格证的专任教师70人，占比100.0%。", "是"),
        13: ("城区和镇区公办小学、初中（均不含寄宿制学校）就近划片入学比例分别100.0%、99.8%。", "是"),
    }
    for number, (text, passed) in wanted.items():
        assert item_of(report, "Ⅳ", number) == (text, passed)
    text, passed = item_of(report, "Ⅳ", 8)
    assert "年平均工资收入为91235元，当地公务员年平均工资收入91000元。" in text
    assert text.endswith("方案（某政发〔2025〕G8号，2025-03-18）")
    assert passed == "是"
    text, passed = item_of(report, "Ⅳ", 11)
    assert "条件教师总数400名，上一年度交流轮岗教师45名" in text
    assert "比例11.3%；交流轮岗的骨干教师9名，占交流轮岗教师总数的比例20.0%。" in text
    assert passed == "是"
    assert "名额总数1200人，分配名额612人，占比51.0%。" in item_of(report, "Ⅳ", 14)[0]
    assert "名额300人，占分配名额总数的49.0%。" in item_of(report, "Ⅳ", 14)[0]
    assert "随迁子女数350人，在公办学校就读290人" in item_of(report, "Ⅳ", 15)[0]
    assert "合计310人，占比88.6%。" in item_of(report, "Ⅳ", 15)[0]


def test_schools_and_classes_over_their_limit_are_counted(school, county, national):
    large = primary(school, 1, pupils=2001)
    nine = school(name="九年学校", code="3121000009").usual()
    nine.put("section_total", PRIMARY, pupils=1600).put("section_total", LOWER, pupils=901)
    for number, (grade, size) in enumerate([("1", 45), ("2", 46), ("7", 50), ("8", 51), ("9", 60)]):
        nine.put("school_class", f"c{number}", name=f"{number}班", grade=grade, pupils=size)
    nine.draft.complete.add("school_class")
    nine.put("section_total", PRIMARY, pupils=1600)
    bands = dict.fromkeys(("classes_51_55", "classes_56_60", "classes_61_65", "classes_from_66"), 0)
    other = primary(school, 2, classes_46_50=3, **bands)
    report = county([other, nine], national)
    assert item_of(report, "Ⅳ", 5) == ("超过45人的小学班级4个，超过50人的初中班级2个。", "否")
    report = county([large, other], national)
    text, passed = item_of(report, "Ⅳ", 4)
    assert text.startswith("超过2000人的小学1所，初中0所，")
    assert passed == "否"
    # The first school has neither a list nor bands: the number of the county is not known.
    assert item_of(report, "Ⅳ", 5)[0] == "超过45人的小学班级＿＿＿个，超过50人的初中班级0个。"
    assert "小学班额缺 1 所（第1小学），已有数的 1 所合计 3" in notes_of(report, "Ⅳ")


def test_a_relaxed_school_is_over_the_limit_and_said_to_be_relaxed(school, county):
    large = primary(school, 1, pupils=2300, catchment_pupils=2300)
    large.put("school", ONLY, planned_by_2010=True)
    day = datetime.date(2026, 3, 1)
    large.put("evidence", "e1", item="G4", met=True, number="某教〔2026〕1号", date=day, files="建设规划")
    text, passed = item_of(county([large], load("national-2024")), "Ⅳ", 4)
    assert text.startswith("超过2000人的小学1所")
    assert text.endswith("其中按放宽条款达标1所：第1小学。")
    assert passed == "是"


def test_small_schools_with_their_pupils_and_money(school, county, national):
    small = primary(school, 1, pupils=80)
    small.put("funding", ONLY, pupils_before=78, granted=Decimal("12.5"), quota_primary=Decimal(1150))
    other = primary(school, 2)
    other.put("funding", ONLY, pupils_before=610)
    report = county([small, other], national)
    assert item_of(report, "Ⅳ", 6) == ("不足100人的规模较小学校学生数78人，公用经费125000元。", "是")
    small.put("funding", ONLY, granted=None)
    report = county([small, other], national)
    assert item_of(report, "Ⅳ", 6) == ("不足100人的规模较小学校学生数78人，公用经费＿＿＿元。", "")
    assert item_of(county([other], national), "Ⅳ", 6) == ("没有不足100人的规模较小学校。", "不适用")


def test_a_share_that_rounds_to_its_limit_is_marked(school, county, national, records):
    each = primary(school, 1, teachers=2500, certified=2499)
    report = county([each], national, records.draft)
    table = table_of(report, "Ⅳ")
    assert item_of(report, "Ⅳ", 12)[0].endswith("占比100.0※%。")
    assert item_of(report, "Ⅳ", 12)[1] == "否"
    assert (12, 2) in table.unmet
    assert any("标“※”" in note for note in table.notes)
    records.put("county_people", eligible=1001, rotated=1000, rotated_backbone=200)
    assert "20.0%" in item_of(county([each], national, records.draft), "Ⅳ", 11)[0]
    records.put("county_people", eligible=10000, rotated=10000, rotated_backbone=1999)
    text, passed = item_of(county([each], national, records.draft), "Ⅳ", 11)
    assert "占交流轮岗教师总数的比例20.0※%" in text
    assert passed == "否"


def test_without_records_items_are_blank_with_the_reason_and_never_no(schools, county, national):
    report = county(schools(3), national)
    for number in (1, 2, 7, 8, 10, 11, 14, 15):
        text, passed = item_of(report, "Ⅳ", number)
        assert passed == ""
        assert not re.search(r"\d[名人元]", text)
    notes = notes_of(report, "Ⅳ")
    assert "第 1、2、10 项数据不足，未下结论：缺：佐证材料" in notes
    assert "第 7 项数据不足，未下结论：缺：特殊教育学校经费总额、特殊教育学校学生人数" in notes
    assert "第 14 项：县级未填报向农村学校分配指标数。" in notes


def test_a_county_without_schools_has_no_zeros(county, national):
    report = county([], national)
    assert (
        item_of(report, "Ⅳ", 4)[0]
        == "超过2000人的小学＿＿＿所，初中＿＿＿所，超过2500人的一贯制学校＿＿＿所。"
    )
    assert item_of(report, "Ⅳ", 5)[0] == "超过45人的小学班级＿＿＿个，超过50人的初中班级＿＿＿个。"
    assert item_of(report, "Ⅳ", 6)[0] == ""
    assert set(table_of(report, "Ⅰ").rows[4]) == {""}


def test_a_document_that_says_no_decides(school, county, national, records):
    records.document("G1", met=False, note="两所学校尚未建成")
    report = county([primary(school, 1)], national, records.draft)
    assert item_of(report, "Ⅳ", 1) == (
        "登记为未达到；两所学校尚未建成：方案（某政发〔2025〕G1号，2025-03-18）",
        "否",
    )


# --- Ⅴ ---


def test_the_sentences_of_table_five(school, county, national, records):
    pair = [lower(school, 1), lower(school, 2)]
    report = county(pair, national, records.draft)
    text, passed = item_of(report, "Ⅴ", 1)
    assert text == (
        "全县初中毕业班学生数为260人，三年前该年级入学学生数为270人，毕业年级三年转入学生数为8人，"
        "死亡学生数为0人，转出学生数为6人，全县初中三年巩固率为95.6%。"
    )
    assert passed == "是"
    assert item_of(report, "Ⅴ", 2) == (
        "全县残疾儿童少年为101人，入学97人，入学率为96.0%。其中，在特殊教育学校就读31人，占比32.0%。",
        "是",
    )
    assert item_of(report, "Ⅴ", 4) == ("应评学校2所，达标2所。", "是")
    text, passed = item_of(report, "Ⅴ", 9)
    assert text.startswith("语文Ⅲ级、校际差异率0.12；数学Ⅲ级、校际差异率0.1499；科学Ⅲ级")
    assert passed == "是"
    pair[1].put("section_total", LOWER, died=None)
    report = county(pair, national, records.draft)
    text, passed = item_of(report, "Ⅴ", 1)
    assert "毕业班学生数为260人" in text
    assert "死亡学生数为＿＿＿人" in text
    assert text.endswith("巩固率为＿＿＿%。")
    assert passed == ""


def test_schools_that_fail_an_item_are_named(school, county, national):
    poor = primary(school, 1)
    poor.put("funding", ONLY, training_budget=Decimal(1))
    report = county([poor, primary(school, 2)], national)
    assert item_of(report, "Ⅴ", 4) == ("应评学校2所，达标1所；未达标1所：第1小学。", "否")
    assert item_of(report, "Ⅴ", 3)[1] == ""


# --- paper ---


def test_the_paper_says_what_the_tables_say(school, county, national, records):
    report = county(
        [primary(school, 1), lower(school, 2)], national, records.draft, others=[load("national-2012")]
    )
    with preview.Preview(county_book(report)) as shown:
        paper = "".join("".join(shown.text(page) for page in range(shown.pages)).split())
    for table in sheets(report):
        for row in range(len(table.rows)):
            for column in range(len(table.widths)):
                assert "".join(table.text(row, column).split()) in paper


def test_lines_of_which_the_same_is_inferred_are_named_together(county, national):
    notes = notes_of(county([], national), "Ⅳ")
    said = [note.split(" 项：")[1] for note in notes if note.startswith("第 ") and "推定" in note]
    assert len(said) == len(set(said))
    assert "第 3、4、9、13 项：口径推定。" in notes
