"""换码 through the command line, at the county and at the school, with files, round files and receipts."""

from __future__ import annotations

import re

import pytest

from tests.cli.running import CODE, refused

NEW, OTHER = "2143009999", "2143000002"
PUPILS = ("section_total", "primary", "pupils")


@pytest.fixture
def office(cli, county, book, tmp_path):
    """A county that lists the school, admitted its key and has a file of it; the school believes it, too."""
    stick = tmp_path / "U盘"
    stick.mkdir()
    for code, name in ((CODE, "明德小学"), (OTHER, "乙校")):
        assert cli("county", "register", county, code, "新设", "--name", name, "--kind", "211").code == 0
    made = cli("county", "round", county, stick)
    assert made.code == 0
    digits = re.search(r"\d{5}( \d{5}){5}", made.out).group()
    (file,) = stick.glob("*.eduround")
    assert cli("school", "trust", book, file, "--digits", digits).code == 0
    cli("school", "round", book, file)
    asked = cli("school", "key", book, stick, "--json").json
    (request,) = stick.glob("*.edukey")
    assert cli("county", "trust", county, request, "--digits", asked["digits"]).code == 0
    assert send(cli, book, county, tmp_path, 80)["outcome"] == "accepted"
    return county


def send(cli, book, county, tmp_path, pupils):
    """What the county says of the next file of the school."""
    folder = tmp_path / f"U盘 {pupils}"
    folder.mkdir()
    cli("school", "set", book, *PUPILS, str(pupils))
    made = cli("school", "export", book, folder, "--draft", "--json")
    assert made.code == 0, made.err
    (told,) = cli("county", "merge", county, made.json["path"], "--json").json["files"]
    return told


def schools(cli, county):
    return {each["code"]: each["state"] for each in cli("county", "board", county, "--json").json["schools"]}


@pytest.mark.slow
def test_a_school_keeps_all_through_a_change_of_code(cli, office, book, tmp_path):
    done = cli("county", "register", office, CODE, "换码", "--code", NEW, "--on", "2026-08-31",
               "--document", "某教发〔2026〕9号", "--json")  # fmt: skip
    by_code = {each["code"]: each for each in done.json["schools"]}
    assert (by_code[NEW]["name"], by_code[NEW]["codes_before"]) == ("明德小学", [CODE])
    assert len(by_code[NEW]["id"]) == 32
    told = send(cli, book, office, tmp_path, 81)  # the school does not know yet
    assert (told["outcome"], told["school"]) == ("accepted", NEW)
    assert f"名册为「{NEW}」" in " ".join(told["differences"])
    assert schools(cli, office) == {NEW: "draft", OTHER: "missing"}

    back = tmp_path / "回"
    back.mkdir()
    assert cli("county", "round", office, back).code == 0
    assert cli("county", "receipt", office, back).code == 0
    (receipt,) = back.glob(f"{NEW}_*.edureceipt")
    early = cli("school", "receipt", book, receipt)
    refused(early, "receipt-other-school")
    assert "批次文件" in early.err
    (file,) = back.glob("*.eduround")
    done = cli("school", "round", book, file, "--json")
    assert (done.json["standing"], done.json["code_now"]) == ("paper", NEW)
    assert NEW in cli("school", "round", book, file).out
    said = cli("school", "receipt", book, receipt, "--json")
    assert {each["state"] for each in said.json["submissions"]} == {"accepted", "superseded"}

    assert cli("school", "set", book, "school", "-", "code", NEW).code == 0
    told = send(cli, book, office, tmp_path, 82)
    assert (told["outcome"], told["school"], told["differences"]) == ("accepted", NEW, [])
    assert "code_now" not in cli("school", "round", book, file, "--json").json
    (section,) = (s for s in cli("county", "check", office, "--json").json["schools"] if s["code"] == NEW)
    assert section["name"] == "明德小学"


def test_who_takes_the_old_code_takes_no_more_than_it(cli, office, book, tmp_path):
    assert cli("county", "register", office, CODE, "换码", "--code", NEW).code == 0
    refused(cli("county", "register", office, CODE, "新设", "--name", "明德小学"), "code-former")
    refused(cli("county", "register", office, CODE, "更名", "--name", "丙校"), "code-left")
    assert cli("county", "register", office, CODE, "新设", "--name", "丙校").code == 0
    told = send(cli, book, office, tmp_path, 81)
    assert (told["outcome"], told["school"]) == ("accepted", NEW)
    assert schools(cli, office) == {CODE: "missing", NEW: "draft", OTHER: "missing"}


@pytest.mark.slow
def test_two_schools_swap_and_one_that_changes_by_itself_waits(cli, office, book, tmp_path):
    refused(cli("county", "register", office, CODE, "换码", "--code", OTHER), "code-taken")
    refused(cli("county", "register", office, CODE, "换码", "--code", NEW, "--swap"), "code-free")
    assert cli("county", "register", office, CODE, "换码", "--code", OTHER, "--swap").code == 0
    assert send(cli, book, office, tmp_path, 81)["school"] == OTHER
    assert schools(cli, office) == {OTHER: "draft", CODE: "missing"}
    cli("school", "set", book, "school", "-", "code", "2143007777")
    refused(cli("school", "export", book, tmp_path, "--draft"), "key-other-school")


@pytest.mark.slow
@pytest.mark.parametrize(("words", "code"), [
    ((CODE, "换码"), "act-incomplete"),
    ((CODE, "更名"), "act-incomplete"),
    ((CODE, "更名", "--name", " "), "name-missing"),
    ((CODE, "更名", "--name", "明德小学"), "list-same"),
    ((CODE, "换码", "--code", CODE), "code-same"),
    ((CODE, "换码", "--code", "九九"), "code-unusable"),
    ((CODE, "换码", "--code", NEW, "--on", "8月31日"), "date-unreadable"),
    (("2143008888", "换码", "--code", NEW), "school-unlisted"),
    ((CODE, "新设", "--name", "某校"), "code-taken"),
    ((CODE, "校区", "--into", "2143008888"), "parent-not-listed"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(cli, county, words, code):
    assert cli("county", "register", county, CODE, "新设", "--name", "明德小学").code == 0
    before = cli("county", "register", county, "--json").json
    refused(cli("county", "register", county, *words), code)
    assert cli("county", "register", county, "--json").json == before
