"""教师管理信息系统 and the statistics as public programs show their sheets: certificates, degrees, titles."""

import openpyxl
import pytest

from db.records.choices import Stage
from tests.services.schools import make
from tests.services.test_importing_exports import take
from tests.services.test_importing_rows import shown


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        yield opened


def test_who_has_no_certificate_by_its_kind_has_none(book, tmp_path):
    made = openpyxl.Workbook()
    people, schooling, proofs = made.active, made.create_sheet("学习经历"), made.create_sheet("教师资格")
    people.title = "基本信息"
    for row in (
        ["姓名*", "教职工号", "出生日期*", "是否在编*", "人员状态*"],
        ["王一", "1", "1980-02-03", "是", "100-在本单位任职"],
        ["李二", "2", "1981-03-04", "是", "100-在本单位任职"],
        ["赵三", "3", "1982-05-06", "是", "100-在本单位任职"],
    ):
        people.append(row)
    for row in (
        ["教职工号", "获得学历", "获得学历的院校或机构", "所学专业", "学位层次"],
        ["1", "31-大学专科毕业", "甲", "语文", "0-无"],
        ["1", "21-大学本科毕业", "乙", "语文", "4-学士"],
        ["2", "14-硕士研究生毕业", "乙", "语文", "3-硕士"],
    ):
        schooling.append(row)
    for row in (
        ["教职工号", "教师资格证种类", "教师资格证号码", "证书颁发日期"],
        ["1", "2-小学教师资格", "2003430052000001", "2003-07-01"],
        ["2", "0-无", None, None],
    ):
        proofs.append(row)
    made.save(tmp_path / "a.xlsx")
    take(book, tmp_path / "a.xlsx")
    assert shown(book, "teacher", "name", "degree", "certificate", "certificate_date") == [
        ("王一", "本科毕业", "是", "2003-07-01"),
        ("李二", "硕士毕业", "否", ""),
        ("赵三", "", "", ""),
    ]


def test_titles_of_ages_name_the_stage_before_them_and_other_schools_are_none_of_ours(book, tmp_path):
    heads = ["合计", "#女", "24岁及以下"]
    made = openpyxl.Workbook()
    page = made.active
    page.title = "教基4153"
    for row in (["基础教育学校专任教师分年龄情况"], ["指标名称", "代码", *heads], ["甲", "乙", 1, 2, 3]):
        page.append(row)
    for stage, middle in (("学前教育", 100), ("小学", 10), ("普通高中", 300), ("特殊教育学校", 400)):
        rows = {
            stage: middle + 9,
            " #女": 3,
            "正高级": 1,
            "副高级": 2,
            "中级": middle,
            "助理级": 4,
            "未定职级": 2,
        }
        for at, (label, count) in enumerate(rows.items(), 1):
            page.append([label, at, count, "-", 0])
    made.save(tmp_path / "a.xlsx")
    take(book, tmp_path / "a.xlsx")
    assert book.draft.section(Stage.PRIMARY)["middle_titles"] == 13
