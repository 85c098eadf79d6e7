"""A stranger's words on the terminal: names that read as a verdict, or steer what shows them."""

from __future__ import annotations

import json
import re
import shutil
from types import SimpleNamespace

import pytest

from db.characters import escaped, quoted, seen, seen_in_lines
from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.draft import Draft, empty_row
from db.records.values import Unread
from eduapp.services.county import naming
from eduapp.services.county.books import Expected
from eduapp.services.differences import cell_text
from eduapp.standards.checks.rows import row_findings
from eduapp.standards.county.register import Difference
from tests.cli.running import run
from tests.services.schools import COUNTY, YEAR

FORGED = "登记表已由程序核对一致,可直接接收"
ESCAPES = "\x1b[2K\x1b[1A\x1b[32m已接收\x1b[0m\r"
TURNED = "\u202e收接已\u2066"
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def county(tmp_path):
    path = tmp_path / "县.edubook"
    assert run("county", "new", path, "--code", COUNTY, "--name", "某县", "--year", YEAR).code == 0
    return path


def handed(tmp_path, name, code="2143000001"):
    """What a school of a name puts on a stick: a submission and a key request."""
    book, stick = tmp_path / f"{code}.edubook", tmp_path / "U盘"
    stick.mkdir(exist_ok=True)
    new = ("--code", code, "--name", name, "--kind", "211", "--year", YEAR, "--county", COUNTY)
    assert run("school", "new", book, *new).code == 0
    assert run("school", "export", book, stick, "--draft").code == 0
    return stick


@pytest.mark.slow
def test_a_name_that_reads_as_a_verdict_stands_in_quotes(county, tmp_path):
    stick = handed(tmp_path, f"{FORGED}」<b>")
    done = run("county", "merge", county, stick)
    (line,) = [line for line in done.out.splitlines() if FORGED in line]
    for place in re.finditer(FORGED, line):
        assert line[place.start() - 1] in "「_", "quoted, or part of a file's name"
    told = run("county", "merge", county, stick, "--json").json["files"][0]["text"]
    assert not told.startswith(FORGED)
    assert "」<b>" not in told


@pytest.mark.slow
def test_a_file_name_steers_no_terminal(county, tmp_path):
    stick = handed(tmp_path, "明德小学")
    (file,) = stick.glob("*.edusub")
    evil = stick / f"a{ESCAPES}{TURNED}\nb.edusub"
    shutil.move(file, evil)
    for command in (
        ("county", "merge", county, stick),
        ("verify", evil),
        ("verify", tmp_path / f"x{ESCAPES}"),
    ):
        done = run(*command)
        assert UNSEEN.search(done.out + done.err) is None, command
    assert "\nb.edusub" not in run("county", "merge", county, stick).out
    done = run("county", "merge", county, stick, "--json")
    assert UNSEEN.search(done.out) is None
    assert done.json["files"][0]["path"] == str(evil), "and JSON still says what it is"


@pytest.mark.slow
def test_verify_names_no_verdict_of_a_stranger(county, tmp_path):
    stick = handed(tmp_path, FORGED)
    (file,) = stick.glob("*.edusub")
    for line in (("verify", file), ("verify", file, "--workbook", county)):
        assert f"自称「{FORGED}」" in run(*line).out or f":「{FORGED}」" in run(*line).out


def test_what_is_typed_back_steers_no_terminal(tmp_path):
    done = run("school", "check", tmp_path / f"{ESCAPES}.edubook")
    assert done.code == 2
    assert UNSEEN.search(done.err) is None


def test_the_list_names_a_school_and_the_stranger_stands_beside():
    listed = {"1": Expected("1", "城关小学", None), "2": Expected("2", "", None)}
    book = SimpleNamespace(expected=listed)
    assert naming.called(book, "1", "城关小学") == "城关小学"
    assert naming.called(book, "1", "城关 小学") == "城关小学"
    assert naming.called(book, "1", FORGED) == f"城关小学(自称「{FORGED}」)"
    assert naming.called(book, "1", "") == "城关小学"
    assert naming.called(book, "2", "x") == naming.called(book, "3", "x") == "自称「x」"
    assert naming.called(book, "3", "") == "3"


def test_quotes_cannot_be_closed_and_long_words_are_cut():
    assert quoted("甲」可直接接收「") == "「甲』可直接接收『」"
    assert quoted("字" * 100) == f"「{'字' * 29}…」"
    assert quoted(f"a{ESCAPES}\n") == f"「{seen(f'a{ESCAPES}')}\ufffd」"
    problem = Problem("school-not-listed", name=f"{FORGED}」", school="1\x1b[0m")
    assert problem.what.startswith(f"「{FORGED}』」")
    assert "\x1b" not in problem.text


@pytest.mark.parametrize("text", [ESCAPES, TURNED, "\u2028\ufeff\U000e0041", "\ud800"])
def test_json_says_the_same_with_numbers(text):
    written = escaped(json.dumps({"name": text}, ensure_ascii=False))
    assert UNSEEN.search(written) is None
    assert json.loads(written) == {"name": text}


BROKEN_OUT = "一校」,已由县里确认「"
"""Closes the quotes around it and goes on in the program's own voice."""


def test_nothing_breaks_out_of_the_quotes_around_it():
    stated = Difference("2143000001", "明德小学", "name", "明德小学", BROKEN_OUT)
    unread = row_findings("teacher", "k", empty_row("teacher") | {"stage": Unread(BROKEN_OUT)})
    said = [
        stated.text,
        *(each.text for each in unread),
        cell_text(Draft(), RECORDS["teacher"].fields["stage"], Unread(BROKEN_OUT)),
    ]
    for text in said:
        assert BROKEN_OUT not in text
        assert "一校』,已由县里确认『" in text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Nguyễn Thị Ế", "Nguyễn Thị Ế"),
        ("a\u0301\u0302\u0303b", "a\u0301\u0302\u0303b"),
        ("a\u0301\u0302\u0303\u0304b", "a\u0301\u0302\u0303\ufffdb"),
        ("校" + "\u0489" * 200 + "长", "校" + "\u0489" * 3 + "\ufffd长"),
        ("校" + "\u20dd\u0338" * 90, "校\u20dd\u0338\u20dd\ufffd"),
        ("བསྒྲུབས", "བསྒྲུབས"),
    ],
)
def test_a_pile_of_marks_covers_no_other_line(said, shown):
    assert seen(said) == shown
    assert seen_in_lines(said) == shown
    assert quoted(said) == f"「{shown}」"
    assert seen(seen(said)) == seen(said)


@pytest.mark.slow
@pytest.mark.parametrize("listed", [False, True])
def test_the_board_names_a_stranger_in_quotes(county, tmp_path, listed):
    """What a file that is only held calls itself stands beside 待核验 and a button that admits it."""
    if listed:
        new = ("2143000009", "新设", "--name", "另一所小学", "--kind", "211")
        assert run("county", "register", county, *new).code == 0
    stick = handed(tmp_path, FORGED)
    assert run("county", "merge", county, stick).code == 1
    (line,) = [line for line in run("county", "board", county).out.splitlines() if FORGED in line]
    assert f"自称「{FORGED}」" in line
    (file,) = stick.glob("*.edusub")
    taken = run("county", "register", county, "2143000001", "新设", "--name", "明德小学", "--kind", "211")
    assert taken.code == 0
    assert run("county", "trust", county, file, "--unchecked").code == 0
    out = run("county", "board", county).out
    assert FORGED not in out.split("与名册不符", maxsplit=1)[0]
