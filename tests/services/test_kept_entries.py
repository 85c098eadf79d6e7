"""What is kept of schools equals a full judgement after any history of acts, and nothing more is opened."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from eduapp.printing.county_book import county_book
from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import correcting
from eduapp.services.county import reports as county_reports
from eduapp.services.county.kept_entries import EntryStore, KeptEntry
from eduapp.services.county.kept_entries import codec as entry_codec
from eduapp.services.county.plain_data import Codec
from eduapp.services.hand_off import intake, trust
from eduapp.services.merge.listing import Expected
from eduapp.standards.county.report import SchoolEntry
from tests.services.intakes import take
from tests.services.schools import CODE, change, export, fill, make

OTHER = "2143000002"
PLACE = ("section_total", "primary", "pupils")


def report_of(book):
    return jobs.run(county_reports.county_report(book))


def forget(book):
    """Nothing that was judged is there any more: neither in memory nor in the workbook."""
    with book.workbook.writing() as raw:
        raw.execute("DELETE FROM kept_entry")
    return reopened(book)


def reopened(book):
    path = book.path
    book.close()
    return county_books.open_county(path)


@pytest.fixture
def two(book, school, stick, tmp_path):
    """A county with two schools, and both schools."""
    with make(tmp_path, OTHER, "乙小学") as other:
        fill(other)
        change(other, 91)
        for each in (school, other):
            made = export(each, stick)
            trust.admit_unchecked(book, [Path(made.path)])
            take(book, Path(made.path))
        yield school, other


@pytest.fixture
def opened(monkeypatch):
    """Whose files are opened from now on."""
    found = []
    read = county_books.CountyBook.stated

    def stated(self, submission):
        found.append(self.received[submission].member.school)
        return read(self, submission)

    monkeypatch.setattr(county_books.CountyBook, "stated", stated)
    return found


@pytest.mark.slow
def test_an_entry_comes_back_as_it_was(book, two):
    report = report_of(book)
    (first, *_), codec = report.schools, Codec(SchoolEntry, entry_codec().names, entry_codec().shared)
    for entry in report.schools:
        assert codec.loads(codec.dumps(entry)) == entry
    assert codec.loads(codec.dumps(replace(first, sites=report.schools))).sites == report.schools
    for broken in (b"", b"[]", b"{}", codec.dumps(first)[:-1], codec.dumps(first).replace(b'"draft"', b"5")):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it is that does not fit
            codec.loads(broken)


@pytest.mark.slow
def test_report_and_paper_are_the_same_with_and_without_what_is_kept(book, two, opened):
    first = report_of(book)
    assert opened == [CODE, OTHER]
    again = reopened(book)
    kept = report_of(again)
    assert opened == [CODE, OTHER]  # no file more
    assert kept == first
    fresh = forget(again)
    assert report_of(fresh) == first
    assert opened == [CODE, OTHER, CODE, OTHER]
    assert county_book(kept) == county_book(first) == county_book(report_of(fresh))
    fresh.close()


@pytest.mark.slow
def test_one_act_opens_the_school_it_touches_and_no_other(book, two, stick, opened):
    report_of(book)
    school, _ = two
    change(school, 84)
    take(book, Path(export(school, stick).path))
    opened.clear()
    report_of(book)
    assert set(opened) == {CODE}
    opened.clear()
    correcting.correct(book, OTHER, PLACE, "90", "核对学籍")
    report_of(book)
    assert set(opened) == {OTHER}
    opened.clear()
    with reopened(book) as again:
        report_of(again)
        assert opened == []
        assert [each.after for each in report_of(again).changed] == ["90"]


def test_where_nothing_can_be_kept_the_report_stands_and_says_so(book, two):
    want = report_of(book)
    again = forget(book)
    again.workbook.set_meta()  # only who writes once may rearrange the file
    with again.workbook.reading() as raw:
        raw.execute("VACUUM")
        raw.execute("PRAGMA max_page_count = 1")  # as on a full disk: no page more than there are
    assert report_of(again) == want
    assert [each.code for each in again.judging.notices] == ["kept-entries-unwritten"]
    again.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_history_of_acts_equals_a_full_judgement(book, two, stick, seed):
    """Hand in, correct, lift, withdraw, restore, list, link, open again: the same report as from nothing."""
    dice, made = random.Random(seed), []
    for turn in range(8):
        school, code = dice.choice([(two[0], CODE), (two[1], OTHER)])
        act = dice.choice(["hand in", "correct", "lift", "undo", "restore", "list", "open"])
        if act == "hand in":
            change(school, 60 + turn)
            made.append(export(school, stick).id)
            take(book, stick)
        elif act == "correct" and code in book.view():
            correcting.correct(book, code, PLACE, str(100 + turn), "核对")
        elif act == "lift" and book.overlays():
            correcting.lift(book, dice.choice(book.overlays()).overlay.decision, "")
        elif act == "undo" and made:
            intake.undo(book, [made[-1]])
        elif act == "restore" and made:
            intake.restore(book, made[-1])
        elif act == "list":
            parent = dice.choice(["", CODE]) if code == OTHER else ""
            listed = [Expected(CODE, "明德小学", "211"), Expected(OTHER, f"乙校{turn % 2}", "211", parent)]
            book.set_expected(listed)
        elif act == "open":
            book = reopened(book)
        found = report_of(book)
        assert book.judging.store.changed == []
        full = county_books.CountyBook(book.workbook)
        full.judging.store = Nothing(book.workbook)
        assert report_of(full) == found, (seed, turn, act)


class Nothing(EntryStore):
    """A store in which nothing is kept."""

    def read(self, asked, form) -> KeptEntry | None:
        return None

    def add(self, asked, entry, form) -> None:
        pass
