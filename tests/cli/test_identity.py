"""One school in another's name, through the command line: digits, codes, campuses, the list."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from tests.cli.running import refused

A, B = "2143000001", "2143000002"


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "U盘").mkdir()
    return tmp_path / "U盘"


@pytest.fixture
def listed(cli, tmp_path):
    """A county whose list names A and B."""
    sheet = Workbook()
    for row in (("学校代码", "学校名称", "学校类型"), (A, "明德小学", "小学"), (B, "乙校", "小学")):
        sheet.active.append(row)
    sheet.save(tmp_path / "名单.xlsx")
    path = tmp_path / "县.edubook"
    args = ("--code", "430900", "--name", "某县", "--year", "2026", "--schools", tmp_path / "名单.xlsx")
    assert cli("county", "new", path, *args).code == 0
    return path


@pytest.fixture
def school(cli, tmp_path):
    def make(code, name, pupils, county="430900"):
        path = tmp_path / f"{name}.edubook"
        more = ("--county", county) if county else ()
        assert cli("school", "new", path, "--code", code, "--name", name, "--kind", "211", *more).code == 0
        cli("school", "set", path, "section_total", "primary", "pupils", pupils)
        return path

    return make


@pytest.mark.slow
def test_the_form_of_b_does_not_admit_bs_key_for_a(cli, listed, school, stick):
    """B's key asks for A: B changes its code before the key has spoken, and hands in its own honest form."""
    book = school(A, "乙校", 300)  # a workbook in A's name, made at B
    made = cli("school", "key", book, stick, "--json").json
    honest = school(B, "真乙校", 300)
    digits = cli("school", "key", honest, stick, "--json").json["digits"]
    refused(cli("county", "trust", listed, made["path"], "--digits", digits), "digits-differ")
    said = cli("county", "trust", listed, made["path"], "--digits", made["digits"])
    assert "明德小学" in said.out  # the list's name for the code that is admitted
    assert "自称「乙校」" in said.out  # and its own word in quotes beside it


@pytest.mark.slow
def test_without_the_countys_code_the_command_says_what_to_fill_in(cli, school, stick, tmp_path):
    book = school(A, "明德小学", 200, county="")
    made = cli("school", "key", book, stick, "--json").json
    assert (made["digits"], made["missing"]) == (None, ["区县代码"])
    assert "区县代码" in cli("school", "key", book, stick).out
    printed = cli("school", "print", book, tmp_path / "x.pdf", "--paper", "registration")
    refused(printed, "form-incomplete")
    made = cli("school", "key", book, stick, "--county", "430900", "--json").json
    assert len(made["digits"].replace(" ", "")) == 30
    assert cli("school", "print", book, tmp_path / "x.pdf", "--paper", "registration").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("draft", [("--draft",), ()])
def test_a_code_that_is_changed_after_the_key_has_spoken(cli, school, stick, draft):
    book = school(B, "乙校", 300)
    assert cli("school", "export", book, stick, "--draft").code == 0
    assert cli("school", "set", book, "school", "-", "code", A).code == 0
    export = cli("school", "export", book, stick, *draft)
    assert export.code == 2
    if draft:
        refused(export, "key-other-school")
    refused(cli("school", "key", book, stick), "key-other-school")
    refused(cli("school", "print", book, stick / "x.pdf", "--paper", "registration"), "key-other-school")
    assert [each.suffix for each in stick.iterdir()] == [".edusub"]
    assert cli("school", "key", book, stick, "--new", "--json").json["replaces"] is False
    assert cli("school", "export", book, stick, "--draft").code == 0


@pytest.mark.slow
def test_a_second_key_beside_paper_needs_a_reason(cli, listed, school, stick):
    first, second = school(A, "明德小学", 200), school(A, "明德小学二", 200)
    made = [cli("school", "key", book, stick, "--json").json for book in (first, second)]
    assert cli("county", "trust", listed, made[0]["path"], "--digits", made[0]["digits"]).code == 0
    for how in (("--digits", made[1]["digits"]), ("--unchecked",)):
        refused(cli("county", "trust", listed, made[1]["path"], *how), "key-replaces")
    done = cli(
        "county", "trust", listed, made[1]["path"], "--digits", made[1]["digits"], "--reason", "换电脑"
    )
    assert done.code == 0


@pytest.mark.slow
def test_a_school_does_not_merge_itself_into_another(cli, listed, school, stick):
    for code, name, pupils in ((A, "明德小学", 200), (B, "乙校", 300)):
        book = school(code, name, pupils)
        if code == B:
            cli("school", "set", book, "school", "-", "counted", "否")
            cli("school", "set", book, "school", "-", "parent_code", A)
        assert cli("school", "export", book, stick, "--draft").code == 0
    files = sorted(stick.glob("*.edusub"))
    assert cli("county", "trust", listed, *files, "--unchecked").code == 0
    rehearsed = cli("county", "merge", listed, stick, "--dry-run", "--json").json
    found = {each["school"]: each["differences"] for each in rehearsed["files"]}
    assert found[A] == []
    assert "与名册不符" in found[B][0]
    merged = cli("county", "merge", listed, stick, "--json").json
    checked = cli("county", "check", listed, "--json").json
    assert {each["code"] for each in checked["schools"]} == {A, B}
    assert [(each["school"], each["field"]) for each in checked["differences"]] == [(B, "campus")]
    board = cli("county", "board", listed, "--json").json
    rows = {row["code"]: row for row in board["schools"]}
    assert [(rows[code]["state"], len(rows[code]["differences"])) for code in (A, B)] == [
        ("draft", 0),
        ("draft", 1),
    ]
    assert rows[B]["campus_of"] is None
    assert board["fingerprint"] == merged["fingerprint"]
    taken = cli("county", "register", listed, "--take", "all", "--reason", "电话核实", "--json")
    assert (taken.code, taken.json["differences"]) == (0, [])
    assert taken.json["fingerprint"] != merged["fingerprint"]
    assert {each["code"] for each in cli("county", "check", listed, "--json").json["schools"]} == {A}
    back = cli("county", "register", listed, B, "--into", "none", "--json")
    assert back.code == 1
    assert {each["code"] for each in cli("county", "check", listed, "--json").json["schools"]} == {A, B}


def test_the_lists_changes_are_refused_by_name(cli, listed):
    refused(cli("county", "register", listed, "9999999999", "--name", "无"), "school-unlisted")
    refused(cli("county", "register", listed, B, "--into", "9999999999"), "parent-not-listed")
    refused(cli("county", "register", listed, "--take", "all"), "register-agrees")
    refused(cli("county", "register", listed, "--confirm-links", "all"), "links-none")
    said = cli("county", "register", listed, A, "--name", "明德中心小学", "--json").json
    assert [each["name"] for each in said["schools"]] == ["明德中心小学", "乙校"]
