"""Table Ⅵ, the vetoes and the further standards that stand beside the county's form."""

from __future__ import annotations

import datetime
from decimal import Decimal

from db.records.rows import ONLY
from eduapp.printing.county_sheets import sheets
from eduapp.standards.packs.reader import load
from tests.printing.county_papers import (
    PRIMARY,
    lower,
    primary,
    table_of,
)

# --- Ⅵ and the vetoes ---


def test_table_six_says_all_and_parents_and_its_verdict(school, county, national, records):
    report = county([primary(school, 1)], national, records.draft)
    table = table_of(report, "Ⅵ")
    assert [table.text(4, at) for at in range(8)] == [
        "计",
        "1200",
        "1180",
        "1050",
        "89.0",
        "100",
        "91",
        "91.0",
    ]
    assert [table.text(5, at) for at in range(8)] == [
        *("其中：家长", "800", "790", "700", "88.6", "60", "55", "91.7")
    ]
    assert table.rows[6][0] == "社会认可度（不低于 85%）是否达标"
    assert table.rows[6][-1] == "是"
    records.put("county_satisfaction", questionnaires=100000, valid=100000, satisfied=84960)
    table = table_of(county([primary(school, 1)], national, records.draft), "Ⅵ")
    assert table.text(4, 4) == "85.0※"
    assert table.rows[6][-1] == "否"
    assert {(4, 4), (6, 7)} <= table.unmet


def test_an_empty_survey_is_blank(school, county, national):
    table = table_of(county([primary(school, 1)], national), "Ⅵ")
    assert table.rows[4][1:] == ("",) * 7
    assert table.rows[6][-1] == ""
    assert not table.unmet


def test_the_vetoes_are_declared_with_their_documents(school, county, national, records):
    each = primary(school, 1)
    each.put("evidence", "e1", item="V3", met=False, number="1", files="整改通知")
    other = primary(school, 2)
    for one in (each, other):
        one.put(
            "evidence",
            "e2",
            item="V1",
            met=True,
            number="2",
            date=datetime.date(2026, 9, 1),
            files="招生方案",
        )
    table = table_of(county([each, other], national, records.draft), "附表1")
    assert table.rows[1][1:4] == (
        "以考试方式招生",
        "无此情形",
        "方案（某政发〔2025〕V1号，2025-03-18）",
    )
    assert table.rows[2][1:3] == ("违规择校行为", "")
    assert "2所学校没有登记" in "".join(table.notes).replace(" ", "")
    assert table.rows[3][1:3] == ("重点学校或重点班", "存在")
    assert "登记存在 1 所：第1小学" in table.rows[3][4]
    assert table.unmet == {(3, 2)}


# --- further standards ---


def test_2012_stands_beside_with_its_composite(school, county, national):
    pair = [primary(school, number, middle_titles=12 + number) for number in (1, 2)]
    for number, each in enumerate(pair, 1):
        each.put("school_total", ONLY, computers=60 * number, books=9000)
    report = county(pair, national, others=[load("national-2012")])
    table = next(table for table in sheets(report) if "义务教育基本均衡" in table.title)
    composite = next(row for row in table.rows if str(row[0]).startswith("综合差异系数"))
    assert "（标准：不高于 0.65）" in composite[0]
    assert composite[-1] == 1
    coefficients = next(row for row in table.rows if row[0] == "差异系数")
    assert f"{coefficients[6]}" == "0.333"
    assert "教督〔2012〕3号" in "".join(table.notes)
    assert "达标的填1，不达标的不填并加底纹" in "".join(table.notes)
    for each, computers in zip(pair, (0, 600), strict=True):
        each.put("school_total", ONLY, computers=computers, books=computers, field_area=Decimal(computers))
        each.put("school_total", ONLY, gym_area=Decimal(0), teaching_area=Decimal(400 + computers * 10))
        each.put("funding", ONLY, equipment_value=Decimal(computers))
        each.put("section_total", PRIMARY, middle_titles=computers // 20)
    report = county(pair, national, others=[load("national-2012")])
    table = next(table for table in sheets(report) if "义务教育基本均衡" in table.title)
    at = next(at for at, row in enumerate(table.rows) if str(row[0]).startswith("综合差异系数"))
    assert table.rows[at][-1] == ""
    assert (at, len(table.widths) - 1) in table.unmet


def test_a_local_plan_lists_its_items_with_the_comparison(school, county, national):
    local = load("datonghu-2025")
    report = county([lower(school, 1)], national, others=[local])
    tables = [table for table in sheets(report) if local.title in table.title]
    assert tables
    said = " ".join(str(cell) for table in tables for row in table.rows for cell in row)
    said += "".join(note for table in tables for note in table.notes)
    assert "国家标准" in said
    items = tables[-1]
    retention = next(row for row in items.rows if str(row[1]).startswith("初中三年巩固率"))
    assert retention[4] == ""
    assert "严于国家标准" in retention[5]


def test_an_item_of_all_schools_says_how_its_limit_stands_to_the_national_one(school, county, national):
    report = county([primary(school, 1, pupils=2001)], national, others=[load("x-district-2024")])
    table = next(table for table in sheets(report) if "县级项目" in table.title)
    at = next(at for at, row in enumerate(table.rows) if str(row[1]).startswith("学校规模"))
    assert table.rows[at][4] == ""
    assert (at, 4) in table.unmet
    assert "国家标准" in table.rows[at][5]
    assert "1 所未达标：第1小学" in table.rows[at][5]
