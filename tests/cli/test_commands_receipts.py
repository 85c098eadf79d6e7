"""`county receipt` and `school receipt`: the way of a receipt, and what stops it."""

from __future__ import annotations

import re

import pytest

from eduapp.services.county import books as county_books
from eduapp.services.hand_off import questions
from tests.cli.running import CODE, refused, tree

PUPILS = ("section_total", "primary", "pupils")


@pytest.fixture
def merged(cli, book, county, file):
    """The school's draft is in the county's set."""
    cli("school", "set", book, *PUPILS, "83")
    assert cli("school", "export", book, file.parent, "--draft").code == 0
    files = sorted(file.parent.iterdir())
    assert cli("county", "trust", county, *files, "--unchecked").code == 0
    assert cli("county", "merge", county, file.parent).code == 0
    return county


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "回执"
    folder.mkdir()
    return folder


def receipt_in(folder):
    return max(folder.glob("*.edureceipt"))


@pytest.mark.slow
def test_the_county_writes_a_receipt_in_one_go_and_shows_the_words_once(cli, merged, out):
    done = cli("county", "receipt", merged, out)
    assert (done.code, done.err) == (0, "")
    assert "恢复词:" in done.out
    assert re.search(rf"{CODE}  明德小学  第 1 号:已接收 1、已被取代 1  {CODE}_2026_回执_0001", done.out)
    assert "回执 1 份 = 新写 1 + 无变化 0;上报文件 2 个 = 已接收 1 + 已被取代 1 + 需更正 0 +" in done.out
    before = tree(out)
    again = cli("county", "receipt", merged, out)
    assert (again.code, "恢复词" in again.out) == (0, False)
    assert "回执 1 份 = 新写 0 + 无变化 1" in again.out
    assert tree(out) == before


def test_a_county_that_received_nothing_says_so(cli, county, out):
    done = cli("county", "receipt", county, out)
    assert done.code == 0
    assert "没有可写的回执" in done.out
    assert tree(out) == {}


@pytest.mark.slow
def test_no_folder_no_keys(cli, merged, out, tmp_path):
    refused(cli("county", "receipt", merged, tmp_path / "没有"), "folder-missing")
    assert "恢复词:" in cli("county", "receipt", merged, out).out


@pytest.mark.slow
def test_the_school_reads_it_unchecked_with_exit_code_one(cli, book, merged, out):
    cli("county", "receipt", merged, out)
    done = cli("school", "receipt", book, receipt_in(out))
    assert (done.code, done.err) == (1, "")
    assert "县级密钥未核对" in done.out
    said = cli("school", "receipt", book, receipt_in(out), "--json")
    assert said.code == 1
    assert (said.json["checked"], said.json["new"], said.json["number"]) == (False, False, 1)
    assert [each["state"] for each in said.json["submissions"]] == ["accepted", "superseded"]
    assert said.json["submissions"][0]["words"] == "已接收(县级密钥未核对)"


@pytest.mark.slow
def test_the_school_reads_its_questions(cli, book, merged, out):
    with county_books.open_county(merged) as office:
        counts = office.view()[CODE].counts.id
        questions.ask(office, CODE, counts, PUPILS, "与学籍系统不一致,请核实")
    cli("county", "receipt", merged, out)
    done = cli("school", "receipt", book, receipt_in(out))
    assert "需更正(县级密钥未核对)" in done.out
    assert "县里问  分学段合计 · 小学 · 学生人数:与学籍系统不一致,请核实" in done.out
    cli("school", "set", book, *PUPILS, "84")
    (asked,) = cli("school", "receipt", book, receipt_in(out), "--json").json["questions"]
    assert (asked["record"], asked["key"], asked["field"], asked["changed"]) == (*PUPILS, True)


@pytest.mark.slow
def test_a_damaged_receipt_and_another_file_are_problems(cli, book, merged, out, file, tmp_path):
    cli("county", "receipt", merged, out)
    data = bytearray(receipt_in(out).read_bytes())
    data[len(data) // 2] ^= 1
    bad = tmp_path / "坏.edureceipt"
    bad.write_bytes(data)
    done = cli("school", "receipt", book, bad)
    assert (done.code, done.out) == (2, "")
    refused(cli("school", "receipt", book, file), "other-kind")
    refused(cli("school", "receipt", book, tmp_path / "没有.edureceipt", "--json"), "folder-missing")


@pytest.mark.slow
def test_a_receipt_of_another_school_is_a_problem(cli, merged, out, tmp_path):
    cli("county", "receipt", merged, out)
    other = tmp_path / "立新.edubook"
    facts = (
        "--code",
        "2143000002",
        "--name",
        "立新小学",
        "--kind",
        "211",
        "--year",
        "2026",
        "--county",
        "430900",
    )
    assert cli("school", "new", other, *facts).code == 0
    refused(cli("school", "receipt", other, receipt_in(out)), "receipt-other-school")
