"""Every command and option of the contract: exit codes, one JSON object, Problems, and nothing written."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from db.records.personal_numbers import KEPT_HOME
from eduapp.exchange.container import read_container
from tests.cli.conftest import ROOT
from tests.cli.forms import write_form
from tests.cli.running import CODE, FILLED, contents, refused, tree

# --- usage, help, not yet ---


@pytest.mark.parametrize(
    "line",
    [
        "",
        "school",
        "county",
        "school new",
        "school new x.edubook --code 1 --name n --kind 313",
        "school new x.edubook --code 1 --name n --kind 211 --area-class 999",
        "school new x.edubook --code 1 --name n --kind 211 --year zwei",
        "school check",
        "school frob x",
        "county trust x.edubook f",
        "county trust x.edubook f --digits 1 --unchecked",
        "county merge x.edubook",
        "county undo x.edubook",
        "records rooms",
        "verify",
    ],
)
def test_wrong_usage_is_two_and_writes_nothing(cli, tmp_path, monkeypatch, line):
    monkeypatch.chdir(tmp_path)
    done = cli(*line.split())
    assert done.code == 2
    assert done.out == ""
    assert done.err
    assert tree(tmp_path) == {}


def test_a_bug_is_never_exit_code_one(cli, book, monkeypatch):
    def broken(*_arguments):
        raise RuntimeError("broken")

    monkeypatch.setattr("eduapp.cli.school.checking.check", broken)
    done = cli("school", "check", book, "--json")
    assert (done.code, done.out) == (2, "")
    assert "RuntimeError" in done.err
    assert "[internal-error]" in done.err


# --- school new, county new ---


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--standard", "no-such"], "standard-unknown"),
        (["--standard", "../national-2017"], "standard-unknown"),
        (["--built", "20000"], "value-unreadable"),
        (["--year", "99999"], "value-unreadable"),
        (["--year", "0"], "value-unreadable"),
        (["--year", "-5"], "value-unreadable"),
        (["--county", "43 09"], "value-unreadable"),
        (["--county", "某县"], "value-unreadable"),
    ],
)
def test_a_school_that_cannot_be_made_leaves_nothing(cli, tmp_path, arguments, code):
    path = tmp_path / "x.edubook"
    refused(cli("school", "new", path, "--code", CODE, "--name", "n", "--kind", "211", *arguments), code)
    assert tree(tmp_path) == {}


def test_new_overwrites_nothing(cli, book, tmp_path):
    before = book.read_bytes()
    refused(cli("school", "new", book, "--code", CODE, "--name", "n", "--kind", "211"), "workbook-exists")
    refused(cli("county", "new", book, "--code", "430900", "--name", "n"), "workbook-exists")
    assert book.read_bytes() == before
    lost = tmp_path / "nicht" / "x.edubook"
    refused(cli("school", "new", lost, "--code", CODE, "--name", "n", "--kind", "211"), "folder-missing")
    assert not lost.parent.exists()


@pytest.mark.parametrize("kind", ["211", "218", "311", "312", "341", "345"])
def test_each_kind_begins_with_its_sections_and_no_guess(cli, tmp_path, kind):
    path = tmp_path / "x.edubook"
    assert cli("school", "new", path, "--code", f"{kind[:2]}43000009", "--name", "n", "--kind", kind,
               "--year", "2026").code == 0  # fmt: skip
    found = cli("school", "check", path, "--json").json
    stages = {"211": "p", "218": "p", "311": "l", "312": "pl", "341": "l", "345": "pl"}[kind]
    assert [each["stage"][0] for each in found["sections"]] == list(stages)
    for section in found["sections"]:
        assert (section["verdict"], section["met"], section["pupils"]) == ("insufficient_data", 0, None)
        assert {each["value"] for each in section["indicators"]} == {None}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--code", "", "--name", "n"], "value-unreadable"),
        (["--code", "4 3", "--name", "n"], "value-unreadable"),
        (["--code", "430900", "--name", ""], "value-unreadable"),
        (["--code", "430900", "--name", "n", "--year", "12345"], "value-unreadable"),
        (["--code", "430900", "--name", "n", "--standard", "no-such"], "standard-unknown"),
        (["--code", "430900", "--name", "n", "--schools", "missing.xlsx"], "spreadsheet-missing"),
    ],
)
def test_a_county_that_cannot_be_made_leaves_nothing(cli, tmp_path, arguments, code):
    refused(cli("county", "new", tmp_path / "x.edubook", *arguments), code)
    assert tree(tmp_path) == {}


def test_a_county_with_a_list_that_is_no_list_leaves_no_workbook(cli, tmp_path):
    wrong = write_form(tmp_path / "表.xlsx", FILLED)
    new = ("county", "new", tmp_path / "x.edubook", "--code", "430900", "--name", "n", "--schools")
    refused(cli(*new, wrong), "no-known-columns")
    text = tmp_path / "t.xlsx"
    text.write_text("kein Blatt", encoding="utf-8")
    refused(cli(*new, text), "not-a-spreadsheet")
    assert set(tree(tmp_path)) == {wrong, text}


def test_a_county_takes_its_own_rows_of_a_list(cli, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["学校代码", "学校名称", "区县代码", "学校类型"])
    book.active.append([2143000001, "甲校", 430900, "小学"])
    book.active.append([2143000002.0, "乙校", "430900", "初级中学"])
    book.active.append([2143000003, "丙校", 430901, "小学"])
    book.save(tmp_path / "名录.xlsx")
    path = tmp_path / "x.edubook"
    done = cli(
        "county", "new", path, "--code", "430900", "--name", "某县", "--schools", tmp_path / "名录.xlsx"
    )
    assert (done.code, done.err) == (0, "")
    assert "学校名单 2 所" in done.out
    assert cli("county", "check", path, "--json").json["expected"] == 2


# --- import ---


def test_import_says_what_it_did(cli, book, tmp_path):
    path = write_form(
        tmp_path / "表.xlsx", FILLED | {"小学学生人数": " 618人 ", "没有这一项": 5, "美术专任教师人数": "约3"}
    )
    done = cli("school", "import", book, path, "--json")
    assert done.code == 1
    assert set(done.json) == {"rows_read", "values_set", "ignored", "cleaned", "findings"}
    assert done.json["rows_read"] == 69
    assert done.json["values_set"] == len(FILLED) + 1
    (ignored,) = done.json["ignored"]
    assert set(ignored) == {"where", "reason"}
    assert "没有这一项" in ignored["reason"]
    assert [(each["from"], each["to"]) for each in done.json["cleaned"]] == [(" 618人 ", "618")]
    unread = [each for each in done.json["findings"] if each["code"] == "unread"]
    assert [(each["severity"], each["record"], each["key"], each["field"]) for each in unread] == [
        ("hard", "school_total", "-", "fine_art")
    ]
    assert len(list((tmp_path / "备份").iterdir())) == 1


@pytest.mark.slow
def test_a_dry_run_writes_nothing_and_tells_the_same(cli, book, tmp_path):
    path = write_form(tmp_path / "表.xlsx", FILLED | {"没有这一项": 5})
    before = contents(book)
    dry = cli("school", "import", book, path, "--dry-run", "--json")
    assert contents(book) == before
    assert not (tmp_path / "备份").exists()
    real = cli("school", "import", book, path, "--json")
    assert (dry.code, dry.json) == (real.code, real.json)
    assert contents(book) != before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("label", "value"),
    [("学校代码", "2143000002"), ("学校代码", 2143000002.0), ("学校类型", "初中"), ("学校类型", "幼儿园")],
)
def test_a_form_of_another_school_writes_nothing(cli, book, tmp_path, label, value):
    before = contents(book)
    path = write_form(tmp_path / "表.xlsx", FILLED | {label: value})
    for flags in ([], ["--dry-run"], ["--json"]):
        refused(cli("school", "import", book, path, *flags), "form-contradicts")
    assert contents(book) == before
    assert not (tmp_path / "备份").exists()


@pytest.mark.slow
def test_a_teaching_point_says_primary_on_a_form_that_has_no_word_for_it(cli, tmp_path):
    book = tmp_path / "x.edubook"
    assert (
        cli("school", "new", book, "--code", CODE, "--name", "n", "--kind", "218", "--year", 2026).code == 0
    )
    for word in ("小学", "教学点"):
        path = write_form(tmp_path / "表.xlsx", FILLED | {"学校类型": word})
        assert cli("school", "import", book, path, "--json").json["values_set"] == len(FILLED)
        assert cli("school", "check", book, "--json").json["school"]["kind"] == "218"
    path = write_form(tmp_path / "表.xlsx", FILLED | {"学校类型": "九年一贯制"})
    refused(cli("school", "import", book, path), "form-contradicts")


def test_what_is_no_form_is_refused(cli, book, tmp_path):
    before = contents(book)
    wrong = openpyxl.Workbook()
    wrong.active.append(["学校代码", "学校名称"])
    wrong.save(tmp_path / "wrong.xlsx")
    (tmp_path / "text.xlsx").write_text("序号,类别,填报项目,填报值", encoding="utf-8")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    whole = write_form(tmp_path / "表.xlsx", FILLED).read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    refused(cli("school", "import", book, tmp_path / "wrong.xlsx"), "not-the-school-form")
    refused(cli("school", "import", book, tmp_path / "text.xlsx"), "not-a-spreadsheet")
    refused(cli("school", "import", book, tmp_path / "empty.xlsx", "--json"), "not-a-spreadsheet")
    refused(cli("school", "import", book, tmp_path / "half.xlsx"), "not-a-spreadsheet")
    refused(cli("school", "import", book, tmp_path / "missing.xlsx", "--json"), "spreadsheet-missing")
    refused(cli("school", "import", book, book), "not-a-spreadsheet")
    assert contents(book) == before


# --- set ---


def test_one_edit(cli, book):
    done = cli("school", "set", book, "section_total", "primary", "pupils", "６１８", "--json")
    assert (done.code, done.json["value"], done.json["unread"], done.json["changed"]) == (
        0,
        "618",
        False,
        True,
    )
    again = cli("school", "set", book, "section_total", "primary", "pupils", "618", "--json")
    assert (again.code, again.json["changed"]) == (0, False)
    assert cli("school", "set", book, "section_total", "primary", "pupils", "").code == 0
    assert cli("school", "check", book, "--json").json["sections"][0]["pupils"] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "code"),
    [
        (("rooms", "1", "name"), "record-unknown"),
        (("room", "1", "name"), "row-unknown"),
        (("room", "-", "name"), "row-unknown"),
        (("room", "0", "name"), "row-unknown"),
        (("school", "1", "name"), "row-unknown"),
        (("section_total", "-", "pupils"), "row-unknown"),
        (("section_total", "senior_high", "pupils"), "row-unknown"),
        (("school", "-", "nam"), "field-unknown"),
        (("school", "-", "id"), "field-unknown"),
    ],
)
def test_a_place_that_is_not_there(cli, book, place, code):
    before = contents(book)
    refused(cli("school", "set", book, *place, "5"), code)
    refused(cli("school", "set", book, *place, "5", "--json"), code)
    assert contents(book) == before


@pytest.mark.slow
@pytest.mark.parametrize("text", ["约500", "-5", "1e3", "500.123456", "=1+1"])
def test_text_that_cannot_be_read_is_kept_and_found_and_a_mark_travels(cli, book, tmp_path, text):
    done = cli("school", "set", book, "school_total", "-", "field_area", text, "--json")
    assert (done.code, done.json["value"], done.json["unread"]) == (1, text, True)
    found = cli("school", "check", book, "--json").json["findings"]
    (unread,) = [each for each in found if each["code"] == "unread"]
    assert (unread["severity"], unread["record"], unread["key"], unread["field"]) == (
        "hard", "school_total", "-", "field_area",
    )  # fmt: skip
    assert text in unread["text"]
    refused(cli("school", "export", book, tmp_path), "findings-open")
    made = cli("school", "export", book, tmp_path, "--draft", "--json").json
    files = read_container(Path(made["path"]).read_bytes())
    assert files["data/unread.csv"].decode().splitlines()[1:] == [
        f'school_total/-/field_area,school_total,-,field_area,"{KEPT_HOME}"'
    ]
    assert made["kept_home"] == {"school_total.field_area": 1}


# --- check ---


def test_check_on_a_day_and_by_a_standard(cli, book):
    found = cli("school", "check", book, "--json").json
    assert set(found) == {"school", "standards", "on", "sections", "school_level", "findings"}
    assert found["on"] == "2026-09-01"
    other = cli("school", "check", book, "--on", "2027-03-05", "--standard", "national-2017", "--json").json
    assert (other["on"], other["standards"]) == ("2027-03-05", ["national-2017"])
    twice = cli(
        "school", "check", book, "--standard", "national-2017", "--standard", "national-2017", "--json"
    )
    assert twice.json["standards"] == ["national-2017"]
    assert len(twice.json["sections"][0]["indicators"]) == 7


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "morgen", "1.9.2026", ""])
def test_a_day_that_is_none(cli, book, county, day):
    refused(cli("school", "check", book, "--on", day, "--json"), "date-unreadable")
    refused(cli("county", "check", county, "--on", day), "date-unreadable")


@pytest.mark.slow
def test_a_standard_that_is_none_or_not_in_force(cli, book, county):
    for start in (("school", "check", book), ("county", "check", county)):
        refused(cli(*start, "--standard", "no-such", "--json"), "standard-unknown")
        refused(cli(*start, "--on", "2016-12-31", "--json"), "no-standard-in-force")
        assert cli(*start, "--on", "2017-04-19", "--json").json["standards"] == ["national-2017"]


def test_check_changes_nothing(cli, book):
    before = contents(book)
    cli("school", "check", book)
    cli("school", "check", book, "--json")
    assert contents(book) == before


# --- reasons and final exports ---


@pytest.mark.slow
def test_a_final_wants_what_is_hard_mended_and_what_is_soft_explained(cli, book, tmp_path):
    path = write_form(
        tmp_path / "表.xlsx", FILLED | {"县级及以上骨干教师数": 41, "教学仪器设备资产值（账面原值）": 900_000}
    )
    cli("school", "import", book, path)
    hard = cli("school", "export", book, tmp_path, "--json")
    refused(hard, "findings-open")
    assert "1 处逻辑校验" in hard.err
    found = cli("school", "check", book, "--json").json["findings"]
    (first,) = [each["id"] for each in found if each["severity"] == "hard"]
    refused(cli("school", "reason", book, first, "就是这样"), "finding-hard")
    cli("school", "set", book, "school_total", "-", "backbone", "7")
    refused(cli("school", "export", book, tmp_path), "findings-open")
    assert list(tmp_path.glob("*.edusub")) == []
    refused(cli("school", "reason", book, "no.such:id", "x"), "finding-unknown")
    for each in cli("school", "check", book, "--json").json["findings"]:
        assert each["severity"] == "soft"
        done = cli("school", "reason", book, each["id"], "已核实,新校区")
        assert (done.code, done.err) == (0, "")
    checked = cli("school", "check", book, "--json")
    assert checked.code == 0
    assert {each["reason"] for each in checked.json["findings"]} == {"已核实,新校区"}
    done = cli("school", "export", book, tmp_path, "--json")
    assert (done.code, done.json["state"], done.json["seq"]) == (0, "final", 1)
    manifest = json.loads(read_container(Path(done.json["path"]).read_bytes())["datapackage.json"])["eduapp"]
    assert manifest["reasons"] == {each["id"]: "已核实,新校区" for each in checked.json["findings"]}
    # An explanation taken back stands in the way again.
    assert cli("school", "reason", book, checked.json["findings"][0]["id"], "  ").code == 0
    refused(cli("school", "export", book, tmp_path), "findings-open")


@pytest.mark.slow
def test_a_school_far_from_the_standard_can_submit_the_truth(cli, book, tmp_path):
    bands = dict.fromkeys(("每班46-50人班级个数", "每班51-55人班级个数"), 0)
    cells = FILLED | bands | {"每班66人以上班级个数": 15, "县级及以上骨干教师数": 0, "网络多媒体教室间数": 0}
    cli("school", "import", book, write_form(tmp_path / "表.xlsx", cells))
    assert cli("school", "check", book, "--json").code == 0
    assert cli("school", "export", book, tmp_path).code == 0


def test_a_code_that_no_file_can_carry_is_a_problem_of_the_profile(cli, book, tmp_path):
    cli("school", "set", book, "school", "-", "code", "21中")
    refused(cli("school", "export", book, tmp_path, "--draft"), "profile-incomplete")
    assert list(tmp_path.glob("*.edusub")) == []


# --- print ---


@pytest.mark.slow
def test_papers(cli, book, tmp_path):
    for name in (None, "checklist", "self-evaluation", "school_class", "teacher", "room", "homework"):
        for blank in ([], ["--blank"]):
            out = tmp_path / f"{name}{len(blank)}.pdf"
            paper = ["--paper", name] if name else []
            done = cli("school", "print", book, out, *paper, *blank)
            assert (done.code, done.err) == (0, "")
            assert out.read_bytes().startswith(b"%PDF")
    refused(cli("school", "print", book, tmp_path / "x.pdf", "--paper", "no-such"), "paper-unknown")
    refused(cli("school", "print", book, tmp_path / "nicht" / "x.pdf"), "folder-missing")
    assert not (tmp_path / "x.pdf").exists()


# --- workbooks that are none ---


@pytest.mark.slow
def test_damaged_and_wrong_workbooks(cli, book, county, tmp_path):
    whole = book.read_bytes()
    (tmp_path / "half.edubook").write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    (tmp_path / "torn.edubook").write_bytes(whole[: len(whole) - 1000])
    (tmp_path / "text.edubook").write_text("keine Mappe" * 100, encoding="utf-8")
    (tmp_path / "empty.edubook").write_bytes(b"")
    other = sqlite3.connect(tmp_path / "other.edubook")
    other.execute("create table t (a)")
    other.commit()
    other.close()
    newer = shutil.copy(book, tmp_path / "newer.edubook")
    with contextlib.closing(sqlite3.connect(newer)) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
        connection.commit()
    for name, code in {
        "half": "workbook-damaged",
        "torn": "workbook-damaged",
        "text": "not-a-workbook",
        "empty": "not-a-workbook",
        "other": "not-a-workbook",
        "newer": "workbook-newer",
        "missing": "workbook-missing",
    }.items():
        path = tmp_path / f"{name}.edubook"
        before = path.read_bytes() if path.exists() else None
        refused(cli("school", "check", path, "--json"), code)
        refused(cli("county", "check", path), code)
        refused(cli("school", "set", path, "school", "-", "name", "x"), code)
        assert (path.read_bytes() if path.exists() else None) == before
    refused(cli("school", "check", county), "not-a-school-workbook")
    refused(cli("county", "merge", book, tmp_path), "not-a-county-workbook")
    refused(cli("school", "check", tmp_path), "workbook-missing")


HOLD = """
import sys
from pathlib import Path
from eduapp.services import workbooks
with workbooks.open_school(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.slow
def test_a_second_program_on_the_same_workbook(cli, book, tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(book)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "open\n"
        form = write_form(tmp_path / "表.xlsx", FILLED)
        refused(cli("school", "check", book, "--json"), "workbook-in-use")
        refused(cli("school", "set", book, "school", "-", "name", "x"), "workbook-in-use")
        refused(cli("school", "import", book, form), "workbook-in-use")
        refused(cli("school", "export", book, tmp_path, "--draft"), "workbook-in-use")
    finally:
        holder.communicate("\n", timeout=240)
    assert cli("school", "check", book, "--json").json["school"]["name"] == "明德小学"
