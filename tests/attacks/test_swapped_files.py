"""Files that are others by the time a person says yes: what was shown is taken, or nothing."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from eduapp.services import entry, importing, jobs
from eduapp.services.county import arriving, importing_county, national
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import intake, trust
from tests.services import national_exports as exports
from tests.services.schools import CODE, change, county, export, fill, make

OTHER = "2143000002"


@pytest.fixture
def office(tmp_path):
    """A county that knows the keys of two schools, which have reported nothing; what they can hand in."""
    with county(tmp_path / "县.edubook") as book, make(tmp_path) as one, make(tmp_path, OTHER, "乙校") as two:
        book.set_expected([Expected(CODE, "明德小学", "211"), Expected(OTHER, "乙校", "211")])
        stick = tmp_path / "U盘"
        fill(one)
        first = Path(export(one, stick).path)
        change(one, 84)
        later = Path(export(one, tmp_path / "以后").path)
        other = Path(export(two, tmp_path / "别处").path)
        for path in (first, other):
            trust.admit_unchecked(book, [path])
        yield book, stick, first, later, other


def shown(book, stick):
    return jobs.run(intake.merge(book, [stick], dry_run=True)).files


def came(book, stick, files):
    report = jobs.run(intake.merge(book, [stick], shown=files))
    assert report.read == len(report.files) == sum(report.counts.values())
    return [(Path(each.path).name, each.outcome, each.code) for each in report.files]


def test_what_was_shown_is_taken(office):
    book, stick, first, _, _ = office
    assert came(book, stick, shown(book, stick)) == [(first.name, "accepted", "")]


@pytest.mark.parametrize("swap", ["a later one of the school", "another school's"])
def test_another_file_under_its_name_is_not(office, swap):
    book, stick, first, later, other = office
    files, before = shown(book, stick), book.fingerprint
    first.write_bytes((later if swap.startswith("a later") else other).read_bytes())
    assert came(book, stick, files) == [(first.name, "refused", "file-not-shown")]
    assert (book.received, book.refused, book.fingerprint) == ({}, [], before)
    assert came(book, stick, shown(book, stick)) == [(first.name, "accepted", "")]


def test_one_that_came_since_is_not(office):
    book, stick, first, _, other = office
    files = shown(book, stick)
    added = stick / other.name
    added.write_bytes(other.read_bytes())
    outcomes = sorted([(first.name, "accepted", ""), (added.name, "refused", "file-not-shown")])
    assert sorted(came(book, stick, files)) == outcomes


def test_one_that_could_not_be_read_then_is_not(office):
    book, stick, first, _, _ = office
    whole = first.read_bytes()
    first.write_bytes(whole[:-5])
    files = shown(book, stick)
    assert [each.code for each in files] == ["damaged"]
    first.write_bytes(whole)
    assert came(book, stick, files) == [(first.name, "refused", "file-not-shown")]


def test_one_that_is_gone_is_no_file(office):
    book, stick, first, _, _ = office
    files = shown(book, stick)
    first.unlink()
    assert came(book, stick, files) == []


def test_a_schools_form_is_taken_as_it_was_shown(tmp_path):
    path = tmp_path / "表.xlsx"
    with make(tmp_path) as book:
        fill(book)
        importing.write_official_form(book, path)
        entry.set_cell(book, "school_total", "-", "teaching_area", "777")
        shown_is, take = importing.show_form(book, path)
        assert shown_is.changes.edits
        importing.write_official_form(book, path)  # another one by now
        take()
        assert book.draft.only("school_total")["teaching_area"] == Decimal("58.5")


def test_a_countys_form_is_taken_as_it_was_shown(tmp_path):
    path = tmp_path / "表.xlsx"
    with county(tmp_path / "县.edubook") as book:
        entry.set_cell(book, "county_people", "-", "eligible", "400")
        importing_county.write_form(book, path)
        entry.set_cell(book, "county_people", "-", "eligible", "500")
        found, take = importing_county.show_form(book, path, None)
        assert found.changes.edits
        importing_county.write_form(book, path)
        take(None)
        assert book.draft.only("county_people")["eligible"] == 400


@pytest.mark.parametrize("known", [False, True], ids=["named", "dropped"])
def test_a_statement_names_the_file_that_it_was_read_from(tmp_path, known):
    """Read once: a file that is another by the second reading would be named in its place."""
    path = exports.write(tmp_path / "全县.xlsx", [exports.line("明德小学", county="某县")])
    with county(tmp_path / "县.edubook") as book:
        book.set_expected([Expected(CODE, "明德小学", "211")])
        first = path.read_bytes()
        found = arriving.rehearse(book, path) if known else national.rehearse(book, path)
        exports.write(path, [exports.line("明德小学", county="某县", pupils=9999)])
        made = national.take_over(book, found)
        assert made.detail("file") == hashlib.sha256(first).hexdigest()
        (site,) = book.moment.standing.statement.sites
        assert "9999" not in site.cells.values()
