"""`county check --json`: settled or not, who is awaited, and what is found in the county's own records."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from tests.cli.running import CODE, refused

GONE = "2143000009"


@pytest.fixture
def listed(cli, tmp_path):
    """A county whose list names the school of `book` and one more."""
    sheet = Workbook()
    page = sheet.worksheets[0]
    page.append(["学校代码", "学校名称", "学校类型", "区县代码"])
    page.append([CODE, "明德小学", "小学", "430900"])
    page.append([GONE, "石门小学", "小学", "430900"])
    sheet.save(tmp_path / "名单.xlsx")
    path = tmp_path / "名单县.edubook"
    done = cli("county", "new", path, "--code", "430900", "--name", "某县", "--year", "2026", "--schools",
               tmp_path / "名单.xlsx", "--standard", "national-2017")  # fmt: skip
    assert done.code == 0
    return path


def items(cli, county):
    found = cli("county", "check", county, "--json").json
    by_code = {each["code"]: each for each in found["county_level"]}
    coefficients = {each["code"]: each for each in found["stages"]["primary"]["indicators"]}
    return found, by_code, coefficients


@pytest.mark.slow
def test_a_listed_school_that_has_not_come_opens_what_concerns_it(cli, book, listed, file):
    cli("school", "set", book, "section_total", "primary", "pupils", "400")
    (again,) = [file]
    again.unlink()
    assert cli("school", "export", book, again.parent, "--draft").code == 0
    (handed_in,) = again.parent.iterdir()
    cli("county", "trust", listed, handed_in, "--unchecked")
    assert cli("county", "merge", listed, handed_in, "--json").json["accepted"] == 1
    found, by_code, coefficients = items(cli, listed)
    assert (found["reported"], found["expected"]) == (1, 2)
    size = by_code["G4"]
    assert (size["verdict"], size["settled"], size["missing"], size["drafts"]) == (
        "unsettled", False, [GONE], [CODE],
    )  # fmt: skip
    assert size["so_far"] == "met"
    assert by_code["Q1"]["missing"] == by_code["Q1"]["drafts"] == []  # no 初中 on the list
    assert (coefficients["R1"]["settled"], coefficients["R1"]["missing"]) == (False, [GONE])
    primary = found["stages"]["primary"]
    assert (primary["settled"], primary["missing"], primary["bounds"]) == (False, [GONE], ["0", "2"])
    assert "还有 1 所未上报:石门小学" in cli("county", "check", listed).out


@pytest.mark.slow
def test_without_a_list_nothing_is_settled(cli, county, file):
    cli("county", "trust", county, file, "--unchecked")
    cli("county", "merge", county, file)
    found, by_code, _ = items(cli, county)
    assert not any(each["settled"] for each in by_code.values())
    assert not any(each["missing"] for each in by_code.values())
    assert "未定(未导入学校名录)" in cli("county", "check", county).out
    assert found["expected"] is None


@pytest.mark.slow
def test_findings_of_the_county_s_records_stand_beside(cli, county):
    assert cli("county", "check", county, "--json").json["findings"] == []
    cli("county", "set", county, "county_people", "-", "disabled", "100")
    cli("county", "set", county, "county_people", "-", "disabled_enrolled", "150")
    done = cli("county", "check", county, "--json")
    (finding,) = done.json["findings"]
    assert done.code == 1
    assert (finding["severity"], finding["code"], finding["record"]) == (
        "hard",
        "max.disabled",
        "county_people",
    )
    assert (finding["key"], finding["field"], finding["reason"]) == ("-", "disabled_enrolled", "")
    (item,) = [each for each in done.json["county_level"] if each["code"] == "Q2"]
    assert (item["verdict"], item["settled"], item["value"]) == ("insufficient_data", False, None)
    assert "150" in item["contradictions"][0]


def test_published_coefficients_and_their_composite(cli):
    done = cli("county", "composite", "0.65", "0.66", "--json")
    assert (done.code, done.json["composite"], done.json["shown"]) == (0, "0.655", "0.655")
    whole, single = done.json["limits"]
    assert (whole["of"], whole["limit"], whole["verdict"]) == ("composite", "0.65", "unmet")
    assert (single["of"], single["limit"], single["over"]) == ("each", "0.50", 2)
    lower = cli("county", "composite", "0.55", "--stage", "lower_secondary")
    assert lower.out.startswith("初中综合差异系数 0.550(1 项的平均)\n义务教育基本均衡:综合 ≤ 0.55,在限值以内")
    refused(cli("county", "composite", "31.2"), "coefficient-unreadable")
