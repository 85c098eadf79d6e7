"""Exports of other systems on the command line: known by their headings, or named."""

import random

import pytest

from tests.cli.test_rows import school
from tests.services import exports


@pytest.mark.slow
def test_a_roster_is_counted_whichever_way_it_comes_and_never_said(cli, tmp_path):
    book = school(cli, tmp_path)
    path = exports.roster(tmp_path / "a.xlsx", [("1", "1班", 5), ("2", "1班", 4)], by=random.Random(1))
    for words in (
        (),
        ("--profile", "pupil-register"),
        ("--list", "school_class"),
        ("--profile", "学籍系统学生名册"),
    ):
        done = cli("school", "import", book, path, *words, "--json")
        assert done.json["rows"]["new"] + done.json["rows"]["unchanged"] == 9
        assert sum(done.json["rows"].values()) == done.json["rows_read"]
        assert "家长" not in done.out + done.err
    rows = cli("school", "list", book, "school_class", "--json").json["rows"]
    assert sorted((row["name"], row["pupils"]) for row in rows) == [
        ("一年级(1)班", "5"),
        ("二年级(1)班", "4"),
    ]
    refused = cli("school", "import", book, path, "--list", "teacher")
    assert refused.code == 2
    assert "[file-is-roster]" in refused.err
    assert exports.pupil_name(0) not in refused.err


def test_a_teacher_systems_export_fills_the_list_and_the_second_time_nothing(cli, tmp_path):
    book = school(cli, tmp_path)
    rows = [
        {"name": f"师{at}", "birth_month": "1985-03", "stage": "primary", "subject": "chinese"}
        | {"backbone": "none", "post": "on_post", "hired": None}
        for at in range(3)
    ]
    path = exports.teacher_system(tmp_path / "a.xlsx", rows)
    done = cli("school", "import", book, path, "--profile", "teacher-system", "--json")
    assert done.json["rows"]["new"] == 3
    assert done.json["missing"] == ["degree", "certificate"]
    assert cli("school", "import", book, path, "--json").json["rows"]["unchanged"] == 3


@pytest.mark.slow
def test_a_profile_that_is_unknown_or_does_not_fit_is_a_problem(cli, tmp_path):
    book = school(cli, tmp_path)
    path = exports.statistics(
        tmp_path / "a.xlsx", {"教基3112": ("小学", ["在校生数"], {"总计": {"在校生数": 512}})}
    )
    assert cli("school", "import", book, path, "--profile", "没有").code == 2
    done = cli("school", "import", book, path, "--profile", "teacher-system")
    assert "[profile-unfit]" in done.err
    assert cli("school", "import", book, path).code == 0
    rows = cli("school", "list", book, "section_total", "--json").json["rows"]
    assert [row["pupils"] for row in rows if row["pupils"]] == ["512"]


@pytest.mark.slow
def test_another_workbook_of_the_school_is_known_by_its_first_bytes(cli, tmp_path):
    book = school(cli, tmp_path)
    (tmp_path / "other").mkdir()
    other = school(cli, tmp_path / "other")
    cli("school", "add", other, "school_class", "name=一(1)班", "grade=1", "pupils=38")
    cli("school", "set", other, "section_total", "primary", "pupils", "38")
    odd = other.rename(tmp_path / "旧.xlsx")
    done = cli("school", "import", book, odd, "--json")
    assert done.json["rows"]["new"] == done.json["rows_read"] == 1
    rows = cli("school", "list", book, "section_total", "--json").json["rows"]
    assert [row["pupils"] for row in rows if row["pupils"]] == ["38"]
    assert cli("school", "import", book, book).code == 2


def test_a_column_that_a_profile_leaves_can_be_said(cli, tmp_path):
    book = school(cli, tmp_path)
    rows = [
        ["姓名", "身份证号码", "人员类型", "学段", "科目", "骨干"],
        ["王一", "", "专任教师", "小学", "语文", "市级"],
    ]
    path = exports.written(tmp_path / "a.xlsx", {"教师": (rows[0], rows[1:])})
    said = tmp_path / "answers.json"
    said.write_text('{"columns": {"骨干": "backbone"}}', encoding="utf-8")
    done = cli("school", "import", book, path, "--profile", "annual-teachers", "--accept", said, "--json")
    assert done.json["rows"]["new"] == 1
    (row,) = cli("school", "list", book, "teacher", "--json").json["rows"]
    assert (row["name"], row["backbone"]) == ("王一", "市级")
