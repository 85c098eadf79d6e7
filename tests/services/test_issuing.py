"""The county's round file: what it says, its numbers, and a school that takes it."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import func, select

from db.problems import Problem
from db.tables import ROUND_FILE
from eduapp.exchange.round_file import read_round
from eduapp.services import jobs
from eduapp.services.county.books import Expected, open_county
from eduapp.services.hand_off import intake, issuing, rounds, school_keys, trust
from eduapp.services.keys import county_keys
from tests.services.schools import CODE, NAME, change, county, export, make


@pytest.fixture
def book(tmp_path):
    """A county that signs and does not encrypt: no passphrase, no second of waiting."""
    with county(tmp_path / "县.edubook") as book:
        county_keys.establish(book.workbook, None)
        book.set_expected([Expected(CODE, NAME, "211"), Expected("2143000002", "河口完小", None)])
        yield book


def stored(book):
    with book.workbook.transaction() as connection:
        return connection.execute(select(func.count()).select_from(ROUND_FILE)).scalar_one()


def test_a_county_without_keys_issues_nothing(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        with pytest.raises(Problem) as raised:
            issuing.issue_round(book)
        assert raised.value.code == "county-keys-none"
        assert (issuing.state_of(book), issuing.county_digits(book)) == (issuing.RoundState(), "")


def test_what_the_round_file_says(book, tmp_path):
    with make(tmp_path) as school:
        trust.admit(book, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
        change(school, 81)
        export(school, tmp_path / "U盘")
        change(school, 82)
        last = export(school, tmp_path / "U盘")
    jobs.run(intake.merge(book, [tmp_path / "U盘"]))
    issuing.set_due(book, "2026-11-30")
    issuing.demand_passphrase(book, demanded=True)
    issued = issuing.issue_round(book)
    said = read_round(issued.data).said
    assert said == issued.said
    assert issued.name == "430900_2026_批次_1-0001.eduround"
    assert (said.order, said.round, said.year, said.practice) == ((1, 1), "2026", 2026, False)
    assert (said.due, said.passphrase) == ("2026-11-30", True)
    assert [(each.code, each.name, each.kind) for each in said.schools] == [
        (CODE, NAME, "211"),
        ("2143000002", "河口完小", None),
    ]
    assert [(each.id, len(each.sha256)) for each in said.standards] == [("national-2017", 64)]
    (key,) = said.keys
    assert (key.school, key.how, key.revoked) == (CODE, "paper", None)
    assert key.archive == book.keys[0].archive
    (seen,) = said.writers
    assert (seen.school, seen.seq, seen.id) == (CODE, 2, last.id)
    assert said.certificate.root.digits == issuing.county_digits(book)


def test_the_number_rises_only_where_something_changed(book):
    first = issuing.issue_round(book)
    assert issuing.state_of(book).current
    assert issuing.issue_round(book).data == first.data
    assert stored(book) == 1
    book.set_expected([Expected("2143000003", "新学校", "211")])
    state = issuing.state_of(book)
    assert (state.last.version, state.current) == (1, False)
    second = issuing.issue_round(book)
    assert second.said.version == 2
    issuing.set_due(book, "2026-12-01")
    assert issuing.issue_round(book).said.version == 3
    issuing.set_due(book, "")
    assert issuing.issue_round(book).said.version == 4
    assert stored(book) == 4


@pytest.mark.parametrize("text", ["11月30日", "2026-02-30", "30/11/2026", "-"])
def test_a_day_that_is_none_is_refused(book, text):
    with pytest.raises(Problem) as raised:
        issuing.set_due(book, text)
    assert raised.value.code == "date-unreadable"
    assert issuing.due_of(book) == ""


@pytest.mark.slow
def test_a_restored_workbook_does_not_go_back_in_numbers(book, tmp_path):
    issuing.issue_round(book)
    path, backup = book.workbook.path, tmp_path / "备份.edubook"
    book.close()
    shutil.copyfile(path, backup)
    with open_county(path) as again:
        for day in ("2026-11-01", "2026-11-02"):
            issuing.set_due(again, day)
            newest = issuing.issue_round(again)
    assert newest.said.version == 3
    with pytest.raises(Problem, match="较早的副本"):  # what was issued since is missing: a person says so
        open_county(backup)
    county_keys.accept_log(backup)
    with open_county(backup) as old:
        assert not issuing.state_of(old).current
        fresh = issuing.issue_round(old)
        assert fresh.said.version == 4
        assert issuing.issue_round(old).data == fresh.data


def test_revoked_keys_are_told_with_the_last_good_id(book, tmp_path):
    with make(tmp_path) as school:
        trust.admit(book, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
        change(school, 81)
        good = export(school, tmp_path / "U盘")
    jobs.run(intake.merge(book, [tmp_path / "U盘"]))
    line = book.keys[0].public_key
    before = issuing.issue_round(book).said
    trust.revoke(book, CODE, line, good.id, "被盗")
    after = issuing.issue_round(book).said
    assert [before.keys[0].revoked, after.keys[0].revoked] == [None, good.id]
    trust.revoke(book, CODE, line, "", "更早就被盗")
    assert issuing.issue_round(book).said.keys[0].revoked == ""
    assert book.unsigned_decisions == 0


def test_nothing_is_said_of_a_writer_that_two_schools_claim(book):
    from eduapp.services.merge.merging import Member

    def member(name, school, writer, seq):
        return Member(name * 64, school, writer, seq, None, "draft")

    claimed = [member("a", CODE, "0" * 8, 3), member("b", "2143000002", "0" * 8, 9)]
    plain = [member("c", CODE, "1" * 8, 1), member("e", CODE, "1" * 8, 2), member("d", CODE, "1" * 8, 2)]
    (seen,) = issuing._writers([*claimed, *plain])
    assert (seen.writer, seen.seq, seen.id) == ("1" * 8, 2, "e" * 64)


def test_a_school_reads_it_from_the_stick(book, tmp_path):
    stick = tmp_path / "U盘"
    stick.mkdir()
    with make(tmp_path) as school:
        trust.admit(book, school_keys.write_request(school, tmp_path), school_keys.scan_text(school))
        path = issuing.write_round(book, stick)
        assert issuing.write_round(book, stick) == path
        found = rounds.on_stick(school, stick)
        rounds.trust_county(school, found.rounds[0].read_bytes(), issuing.county_digits(book))
        school_keys.pick_up(school, found)
        assert rounds.in_force(school) == issuing.issue_round(book).said
        assert rounds.own_key(school).how == "paper"
        assert rounds.sealed_to(school) == ()
