"""Campuses by the schools' own word, from before the list decided: read from the files once."""

from __future__ import annotations

import pytest

from eduapp.exchange import submission
from eduapp.services import jobs
from eduapp.services.county import linked, register
from eduapp.services.county.books import open_county
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import intake, trust
from eduapp.services.keys import county_keys
from tests.attacks.offices import opened
from tests.attacks.test_campus_by_own_word import A, B, hand_in
from tests.attacks.test_intake_attacks import tamper
from tests.services.schools import computer, county

C = "2143000003"


@pytest.fixture
def older(tmp_path, request):
    """A workbook of before: B and C by their own word within A, and nobody; its path."""
    path, stick = tmp_path / "县.edubook", tmp_path / "U盘"
    stick.mkdir()
    with county(path) as office:
        if request.param:
            county_keys.establish(office.workbook, None)
        for code, parent in ((A, ""), (B, A), (C, "-")):
            hand_in(tmp_path, stick, code, f"学校{code[-1]}", 100, parent=parent)
        trust.admit_unchecked(office, sorted(stick.glob("*.edusub")))
        jobs.run(intake.merge(office, [stick]))
    begin = ["DELETE FROM decision", "DELETE FROM intake_log", "DELETE FROM kept_entry"]
    tamper(path, *((each, ()) for each in [*begin, "INSERT INTO list_before SELECT id FROM submission"]))
    county_keys.accept_log(path)
    return path


@pytest.fixture
def read(monkeypatch):
    """What was opened of stored files."""
    found, open_ = [], submission.open_verified

    def noting(data, *rest):
        found.append(len(data))
        return open_(data, *rest)

    monkeypatch.setattr(submission, "open_verified", noting)
    return found


def links(book):
    return {each.school: each.parent for each in register.pending_links(book)}


@pytest.mark.slow
@pytest.mark.parametrize("older", [True], indirect=True)
def test_with_keys_the_files_are_read_at_the_first_opening_and_not_again(older, read, tmp_path, monkeypatch):
    with open_county(older) as book:
        assert len(read) == 3
        assert book.statements.links_before(book.moment) == {B: A, C: "-"}
        length = book.log.at.number
    read.clear()
    for _ in range(2):
        with open_county(older) as book:
            assert book.statements.links_before(book.moment) == {B: A, C: "-"}
            assert book.statements.parent_of(B, book.moment) == A
            assert book.log.at.number == length
            assert linked.words(book, book.statements, book.moment) == []
    with computer(monkeypatch, tmp_path / "别处"), open_county(older) as book:  # nothing to sign with
        assert book.statements.links_before(book.moment) == {B: A, C: "-"}
    assert read == []


@pytest.mark.slow
@pytest.mark.parametrize("older", [True], indirect=True)
def test_what_the_log_holds_is_what_the_files_say(older):
    with open_county(older) as book:
        pending = links(book)
        counted = {each.facts.code for each in jobs.run(county_report(book)).schools}
        book.statements.bound = {}
        book.statements._links = None
        assert book.statements.links_before(book.moment) == {B: A, C: "-"}
        assert links(book) == pending
        assert register.confirm_links(book, [B], "核对过") == (B,)
        assert book.statements.links_before(book.moment) == {}
        assert linked.take_in(book, book.statements, book.moment) == 0
        assert linked.words(book, book.statements, book.moment) == []
    assert B not in counted
    assert opened(older) == ""


@pytest.mark.slow
@pytest.mark.parametrize("older", [True], indirect=True)
def test_a_word_changed_in_the_log_is_damage(older):
    open_county(older).close()
    tamper(older, ("UPDATE intake_log SET line = replace(line, ?, ?)", (f'"={A}"', '"="')))
    assert opened(older) == "log-damaged"


@pytest.mark.slow
@pytest.mark.parametrize("older", [True], indirect=True)
def test_a_withdrawn_file_links_nothing_and_links_again_when_it_is_back_and_is_not_read(older, read):
    with open_county(older) as book:
        gone = next(each.id for each in book.members if each.school == B)
        intake.undo(book, [gone], "查")
        before = len(read)
        assert book.statements.links_before(book.moment) == {C: "-"}
        assert len(read) == before
        intake.restore(book, gone, "查过")
        before = len(read)
        assert book.statements.links_before(book.moment) == {B: A, C: "-"}
        assert len(read) == before


@pytest.mark.slow
@pytest.mark.parametrize("older", [False], indirect=True)
def test_without_keys_the_files_that_count_are_read_at_each_opening(older, read):
    for _ in range(2):
        read.clear()
        with open_county(older) as book:
            assert book.log.held == {}
            assert book.statements.links_before(book.moment) == {B: A, C: "-"}
            (said,) = linked.words(book, book.statements, book.moment)
            assert "3 个上报文件" in said
        assert len(read) == 3
    with open_county(older) as book:
        register.confirm_links(book, (), "没有校区")
        assert linked.words(book, book.statements, book.moment) == []


def test_a_new_file_after_the_upgrade_has_no_word(tmp_path):
    path, stick = tmp_path / "县.edubook", tmp_path / "U盘"
    stick.mkdir()
    with county(path) as office:
        county_keys.establish(office.workbook, None)
        hand_in(tmp_path, stick, B, "乙校", 100, parent=A)
        trust.admit_unchecked(office, sorted(stick.glob("*.edusub")))
        jobs.run(intake.merge(office, [stick]))
        assert linked.take_in(office, office.statements, office.moment) == 0
        assert office.statements.links_before(office.moment) == {}
