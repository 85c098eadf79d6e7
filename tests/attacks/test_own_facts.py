"""Whose workbook it is: another county, name, year or mark in the file is said, and nothing answers."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from eduapp.services import jobs
from eduapp.services.county import closing as rounds_closed
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import issuing, receipts, trust
from eduapp.services.keys import county_keys
from tests.attacks.offices import opened, outcome
from tests.attacks.test_intake_attacks import tamper
from tests.attacks.test_log_attacks import rebuild
from tests.cli.running import run
from tests.services.schools import CODE, computer, county, export, fill, form_of, make

OTHER = {"county": "430901", "name": "邻县", "year": "2025", "practice": "1"}
COMMANDS = (
    ("check", ()),
    ("board", ()),
    ("report", ("out.pdf",)),
    ("round", (".",)),
    ("receipt", (".",)),
    ("register", ()),
    ("keys", ()),
    ("records", ()),
)


def office_with(folder, *, keyed, told=True):
    """A county with a list and a file, with keys also a round file, a receipt and a closing; its path."""
    path = folder / "county.edubook"
    with county(path) as book, make(folder, county="430900" if told else "") as school:
        if keyed:
            county_keys.establish(book.workbook, None)
        fill(school)
        book.set_expected([Expected(CODE, "明德小学", "211")])
        made = export(school, folder / "U盘")
        if keyed:
            trust.admit(book, Path(made.path), form_of(Path(made.path)))
        else:
            trust.admit_unchecked(book, [Path(made.path)])
        assert outcome(book, made.path) == [("accepted", "")]
        if keyed:
            issuing.issue_round(book)
            jobs.run(receipts.issue(book, folder))
            rounds_closed.close_round(book, "结束")
    return path


def form(made):
    from tests.services.schools import form_of

    return form_of(Path(made.path))


def put(path, fact, value):
    tamper(path, ("UPDATE meta SET value = ? WHERE name = ?", (value, fact)))


def refit(path, fact):
    """Write another chain over other facts: what whoever can write a file without keys can do, too."""
    with closing(sqlite3.connect(path)) as raw:
        lines = [json.loads(line) for (line,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
    lines[0][{"county": 1, "year": 2, "practice": 3, "name": 5}[fact]] = OTHER[fact]
    rebuild(path, lines)


@pytest.mark.slow
@pytest.mark.parametrize("keyed", [True, False])
def test_other_facts_are_said_and_no_command_answers(tmp_path, keyed):
    path = office_with(tmp_path, keyed=keyed)
    before = path.read_bytes()
    for fact, value in OTHER.items():
        path.write_bytes(before)
        put(path, fact, value)
        wanted = "county-keys-changed" if keyed and fact == "county" else "workbook-facts-changed"
        assert opened(path) == wanted, fact
        for command, rest in COMMANDS:
            done = run("county", command, path, *((tmp_path / each) for each in rest))
            if done.code == 2 and "usage" in done.err:
                continue
            assert (done.code, f"[{wanted}]" in done.err, done.out) == (2, True, ""), (fact, command)
    path.write_bytes(before)
    assert opened(path) == ""


@pytest.mark.slow
@pytest.mark.parametrize("fact", OTHER)
def test_they_are_said_on_a_computer_that_never_saw_the_workbook(tmp_path, monkeypatch, fact):
    path = office_with(tmp_path, keyed=True)
    put(path, fact, OTHER[fact])
    with computer(monkeypatch, tmp_path / "别处"):
        assert opened(path) in {"county-keys-changed", "workbook-facts-changed"}


@pytest.mark.slow
@pytest.mark.parametrize("fact", ["county", "year"])
def test_without_keys_the_files_name_their_county_and_year_to_whoever_writes_another_chain(tmp_path, fact):
    path = office_with(tmp_path, keyed=False)
    put(path, fact, OTHER[fact])
    refit(path, fact)
    assert opened(path) == "workbook-facts-changed"
    if fact == "year":  # and the rows, and their lines
        tamper(path, ("UPDATE submission SET year = 2025", ()))
        with closing(sqlite3.connect(path)) as raw:
            lines = [
                json.loads(line) for (line,) in raw.execute("SELECT line FROM intake_log ORDER BY number")
            ]
        rebuild(path, [["2025" if each == "2026" else each for each in line] for line in lines])
        assert opened(path) == "workbook-facts-changed"


def test_a_file_whose_school_was_told_no_county_fits_every_one(tmp_path):
    path = office_with(tmp_path, keyed=False, told=False)
    assert opened(path) == ""
    put(path, "year", "2025")
    refit(path, "year")
    assert opened(path) == "workbook-facts-changed"


@pytest.mark.slow
def test_a_log_that_was_begun_without_the_name_is_read_as_it_is(tmp_path):
    """Lines of before end earlier; with keys the name is held by a line of its own."""
    path = office_with(tmp_path, keyed=False)
    with closing(sqlite3.connect(path)) as raw:
        lines = [json.loads(line) for (line,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
    for cells, code in ((5, ""), (6, ""), (4, "log-damaged")):
        rebuild(path, [lines[0][:cells], *lines[1:]])
        assert opened(path) == code, cells
