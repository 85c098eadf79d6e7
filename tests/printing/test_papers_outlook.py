"""The page of intervals and the pictures: behind the county's tables, on paper and in the spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from db.records.choices import SchoolKind, Stage
from db.records.rows import ONLY
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.printing import preview
from eduapp.printing.county_book import county_book
from eduapp.printing.county_outlook import TITLE, outlook_table
from eduapp.services.papers import reporting
from eduapp.standards.county.outlook import (
    Ground,
    LastSection,
    Outlook,
    indicator_outlook,
    stage_outlook,
)
from eduapp.standards.county.report import stage_reports
from eduapp.standards.county.roll import Absent, Roll

PRIMARY = Stage.PRIMARY
GONE = "2119999999"
CODES = [f"R{number}" for number in range(1, 8)]


def outlook_of(report, standard, absent=(), last=None, year=2025):
    names = {each.facts.code: each.facts.name for each in report.schools} | {
        one.code: one.name for one in absent
    }
    ground = Ground(tuple(absent), last or {}, Fraction(1, 5), listed=True, names=names)
    roll = Roll(listed=True, absent=tuple(absent))
    stages = [
        stage_outlook(
            stage, standard, [indicator_outlook(stage, each, standard, ground) for each in stage.indicators]
        )
        for stage in stage_reports(report.schools, standard, report.on, roll)
    ]
    return Outlook(tuple(stages), ground, year)


@pytest.fixture
def report(school, county, national):
    schools = []
    for number in range(1, 7):
        each = school(name=f"第{number}小学", code=f"2111{number:06d}", kind=SchoolKind.PRIMARY).usual()
        schools.append(each.put("school_total", ONLY, multimedia_rooms=8 * number))
    return county(schools, national)


@pytest.fixture
def absent():
    return [Absent(GONE, "石门小学", SchoolKind.PRIMARY)]


LAST = {(GONE, PRIMARY): LastSection(500, dict.fromkeys(CODES, Fraction(5)))}


def row_of(table, code):
    return next(row for row in table.rows if str(row[1]).startswith(code))


def test_the_table_says_interval_verdict_and_who_moves_it(report, national, absent):
    table = outlook_table(outlook_of(report, national, absent, LAST))
    assert {len(row) for row in table.rows} == {len(table.widths)} == {len(table.align)}
    row = row_of(table, "R7")
    assert row[0] == "小学"
    assert row[2] == Decimal("0.50")
    assert row[4] < row[5]
    assert table.rows[0][7] == "若与上一轮相差不超过 20%"
    assert row[6:8] == ("未定", "达标")
    assert (row[8], row[9]) == (1, 0)
    assert row[10].endswith("/ 7")
    assert row[11].startswith(("第1小学 35.7%↓", "第6小学 35.7%↑"))
    notes = "".join(table.notes)
    assert "按上一轮（2025 学年）上下浮动 20% 推算" in notes
    assert "未报学校 1 所：石门小学。" in notes


def test_without_a_round_before_the_table_says_so(report, national, absent):
    table = outlook_table(outlook_of(report, national, absent, year=None))
    row = row_of(table, "R1")
    assert row[4:10] == ("不明", "不明", "未定", "——", 1, 1)
    assert "没有导入上一轮数据" in "".join(table.notes)


def test_what_is_settled_above_the_limit_is_marked(school, county, national):
    pair = []
    for number, money in ((1, 2000), (2, 10)):
        each = school(name=f"第{number}小学", code=f"2111{number:06d}", kind=SchoolKind.PRIMARY).usual()
        pair.append(each.put("funding", ONLY, equipment_value=Decimal(money)))
    table = outlook_table(outlook_of(county(pair, national), national))
    place = next(at for at, row in enumerate(table.rows) if str(row[1]).startswith("R6"))
    assert table.rows[place][6] == "已定：未达标"
    assert table.rows[place][4] == table.rows[place][5] == Decimal("0.990")
    assert (place, 6) in table.unmet


@pytest.mark.slow
def test_the_book_ends_with_the_intervals_and_a_picture_an_indicator(report, national, absent):
    pdf = county_book(report, outlook=outlook_of(report, national, absent, LAST))
    with preview.Preview(pdf) as shown:
        pages = [shown.text(page).replace("\r\n", "") for page in range(shown.pages)]
    (table,) = [text for text in pages if TITLE in text and "区间下限" in text]
    assert "石门小学" in table
    pictures = [text for text in pages if "各指标分布图" in text]
    assert len(pictures) == 7
    for code, text in zip(CODES, pictures, strict=True):
        assert code in text
        assert "未报(推算) 1" in text
        assert "第1小学" in text
    assert county_book(report, outlook=outlook_of(report, national, absent, LAST)) == pdf


def test_without_an_outlook_the_book_is_as_it_was(report):
    with preview.Preview(county_book(report)) as shown:
        assert not any(TITLE in shown.text(page) for page in range(shown.pages))


@pytest.mark.slow
def test_the_spreadsheet_has_the_same_table(tmp_path, report, national, absent):
    path = tmp_path / "表.xlsx"
    reporting.write_county_tables(report, path, outlook=outlook_of(report, national, absent, LAST))
    sheet = next(each for each in read_sheets(path) if each.name == "区间与影响")
    assert any("差异系数的区间与各校影响" in str(cell) for row in sheet.rows for cell in row)
