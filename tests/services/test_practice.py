"""The practice county: its folder merged in any order and with repeats is one fingerprint, one report."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.tables import SUBMISSION
from eduapp.exchange.container import read_container
from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import reports as county_reports
from eduapp.services.hand_off import intake, trust
from eduapp.services.practice import making as practice
from eduapp.services.practice.making import PLANS
from tests.examples import examples
from tests.services.schools import county


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The practice county, once: its folder, the county's workbook, the report of the merge."""
    folder = tmp_path_factory.mktemp("practice")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder / "data"))
        path, report = jobs.run(practice.make(folder, 2026))
    return folder, path, report


@pytest.fixture(scope="module")
def files(made):
    return sorted((made[0] / practice.STICK).glob("*.edusub"))


@pytest.fixture(scope="module")
def wanted(made):
    with county_books.open_county(made[1]) as book:
        return book.fingerprint, jobs.run(county_reports.county_report(book))


@pytest.fixture(scope="module")
def empty(files, tmp_path_factory):
    """A county that admits the keys and has merged nothing: its set is put aside again after each use."""
    with practice.make_county(tmp_path_factory.mktemp("empty") / "县.edubook", 2026) as book:
        trust.admit_unchecked(book, files)
        yield book


@pytest.mark.slow
def test_it_is_what_the_issue_asks(made, files, wanted):
    fingerprint, report = wanted
    assert made[2].counts["accepted"] == len(PLANS) == len(files) == 12
    assert made[2].fingerprint == fingerprint
    assert {plan.kind for plan in PLANS} == {"211", "218", "311", "312", "341", "345"}
    assert (report.reported, report.final, report.expected, report.practice) == (12, 11, 12, True)
    pupils = sorted(plan.pupils for plan in PLANS)
    assert pupils[0] < 50
    assert 50 <= pupils[1] < 100
    assert pupils[-1] > 2000
    sections = {(entry.facts.name, each.stage): each for entry in report.schools for each in entry.sections}
    edge = [each for section in sections.values() for each in section.verdicts
            if each.value is not None and each.threshold == each.value]  # fmt: skip
    assert edge, "no school stands exactly at a threshold"
    assert "insufficient_data" in {each.outcome for each in sections.values()}


@pytest.mark.slow
@settings(max_examples=examples(4))
@given(data=st.data())
def test_any_order_any_repeats_any_batches(empty, files, wanted, data):
    order = data.draw(st.permutations(files))
    again = data.draw(st.lists(st.sampled_from(files), max_size=6))
    batches = data.draw(st.lists(st.integers(0, len(order)), max_size=3))
    ends = sorted({0, *batches, len(order)})
    read: Counter[str] = Counter()
    for start, end in pairwise(ends):
        read.update(jobs.run(intake.merge(empty, order[start:end], dry_run=False)).counts)
    read.update(jobs.run(intake.merge(empty, again)).counts)
    try:
        assert read["accepted"] == 12
        assert read["unchanged"] == len(set(again))
        assert empty.fingerprint == wanted[0]
        found = jobs.run(county_reports.county_report(empty))
        assert (found.schools, found.stages) == (wanted[1].schools, wanted[1].stages)
    finally:
        _forget(empty)


def _forget(book):
    with book.workbook.transaction() as connection:
        connection.execute(SUBMISSION.delete())
    book.reload()
    for backup in (book.path.parent / "备份").iterdir():
        backup.unlink()


@pytest.mark.slow
def test_its_submissions_are_marked_and_a_real_county_refuses_them(files, tmp_path):
    for path in files:
        package = json.loads(read_container(path.read_bytes())["datapackage.json"])
        assert package["eduapp"]["practice"] is True
    with county(tmp_path / "县.edubook", code=practice.COUNTY_CODE) as book:
        report = jobs.run(intake.merge(book, files))
        assert {each.code for each in report.files} == {"practice-data"}
        found, troubled = trust.admit_unchecked(book, files)
        assert found == []
        assert {problem.code for _, problem in troubled} == {"practice-data"}
        assert (book.keys, book.received) == ([], {})
