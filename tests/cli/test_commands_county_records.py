"""`county set` and `county import`: the county's own records, as the school's commands answer."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from tests.cli.running import contents, refused

HEADER = ["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"]


def form(path, **values):
    sheet = Workbook()
    page = sheet.worksheets[0]
    page.append(HEADER)
    for number, (label, value) in enumerate(values.items(), 1):
        page.append([number, "", label, "", value, "是", ""])
    sheet.save(path)
    return path


def test_set_answers_as_the_school_s_does(cli, county):
    done = cli("county", "set", county, "county_people", "-", "eligible", "１20", "--json")
    assert (done.code, done.json) == (
        0,
        {"record": "county_people", "key": "-", "field": "eligible", "value": "120", "unread": False,
         "changed": True},
    )  # fmt: skip
    assert (
        cli("county", "set", county, "county_people", "-", "eligible", "120", "--json").json["changed"]
        is False
    )
    unread = cli("county", "set", county, "county_people", "-", "eligible", "约500", "--json")
    assert (unread.code, unread.json["value"], unread.json["unread"]) == (1, "约500", True)
    assert cli("county", "set", county, "county_people", "-", "eligible", "").code == 0


@pytest.mark.parametrize(
    ("record", "key", "field", "code"),
    [
        ("teacher", "1", "name", "record-unknown"),
        ("county_people", "1", "eligible", "row-unknown"),
        ("county_project", "1", "name", "row-unknown"),
        ("county_people", "-", "name", "field-unknown"),
    ],
)
def test_set_of_what_is_not_there_is_refused(cli, county, record, key, field, code):
    before = contents(county)
    refused(cli("county", "set", county, record, key, field, "5"), code)
    assert contents(county) == before


def test_a_school_knows_no_county_records(cli, book):
    done = cli("school", "set", book, "county_people", "-", "eligible", "5")
    refused(done, "record-unknown")
    assert "county_" not in done.err.replace("「county_people」", "")


def test_import_is_rehearsed_and_done(cli, county, tmp_path):
    file = form(
        tmp_path / "a.xlsx", 区县名称="某县", 区县代码=430900.0, 填报年度="2026年", 符合交流条件教师总数=100,
        实际交流轮岗教师数="120人", 特殊教育学校经费总额=240, 特殊教育学校学生人数=31, 别的=5,
        适龄残疾儿童少年总数=None,
    )  # fmt: skip
    before = contents(county)
    dry = cli("county", "import", county, file, "--dry-run", "--json")
    assert contents(county) == before
    done = cli("county", "import", county, file, "--json")
    assert (dry.code, done.code, dry.json) == (1, 1, done.json)
    assert (done.json["rows_read"], done.json["values_set"]) == (9, 4)
    assert done.json["ignored"] == [{"where": "Sheet E9", "reason": "「别的」不是区县填报表格中的项目"}]
    assert {"where": "Sheet E6", "from": "120人", "to": "120"} in done.json["cleaned"]
    assert [
        (each["severity"], each["code"], each["key"], each["field"]) for each in done.json["findings"]
    ] == [
        ("soft", "range.special_funds", "-", "special_funds"),
        ("hard", "max.rotated", "-", "rotated"),
    ]
    shown = cli("county", "import", county, file)
    assert "读取 9 行,已写入 4 项" in shown.out
    assert "实际交流轮岗教师数 120 人,多于符合交流条件教师总数 100 人" in shown.out


def test_a_clean_form_is_done(cli, county, tmp_path):
    done = cli("county", "import", county, form(tmp_path / "a.xlsx", 符合交流条件教师总数=100), "--json")
    assert (done.code, done.json["findings"], done.json["ignored"]) == (0, [], [])


@pytest.mark.slow
def test_a_form_of_another_county_is_refused(cli, county, tmp_path):
    before = contents(county)
    file = form(tmp_path / "a.xlsx", 区县代码="430901", 符合交流条件教师总数=100)
    for options in ((), ("--dry-run",), ("--json",)):
        refused(cli("county", "import", county, file, *options), "form-contradicts")
    other = form(tmp_path / "b.xlsx", 学校名称="明德小学")
    refused(cli("county", "import", county, other), "not-the-county-form")
    assert contents(county) == before
