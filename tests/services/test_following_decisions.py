"""A decision is followed in memory: what then stands is what reading the workbook again gives."""

import pytest

from eduapp.services import jobs
from eduapp.services.county import closing, correcting
from eduapp.services.county import reports as county_reports
from eduapp.services.county.books import Expected, open_county
from eduapp.services.hand_off import intake, trust
from tests.services.intakes import admit, take
from tests.services.schools import CODE, change, county, export, fill, make

PLACE = ("section_total", "primary", "pupils")


@pytest.fixture
def book(tmp_path):
    with county(tmp_path / "练习县.edubook", practice=True) as book:
        yield book


def standing(book):
    """All that follows from the files, the list, the register and the decisions."""
    return (
        [(each.id, each.message, each.signature, dict(each.details)) for each in book.decisions],
        book.listing,
        book.expected,
        book.admissions,
        book.copies,
        book.unkept,
        book.refused,
        book.flawed,
        book.received,
        book.keys,
        book.judged,
        book.moment,
        book.moment.view,
        book.moment.listing,
        book.fingerprint,
        book.overlays(),
    )


def report_of(book):
    return jobs.run(county_reports.county_report(book))


def assert_followed(book):
    followed, report = standing(book), report_of(book)
    book.reload()
    assert standing(book) == followed
    assert report_of(book) == report


@pytest.mark.slow
def test_decisions_of_every_kind(book, tmp_path, stick):
    with make(tmp_path) as school, make(tmp_path, "2143000002", "育英小学") as other:
        for each in (school, other):
            fill(each)
            admit(book, export(each, stick, "draft"))
        take(book, stick)
        assert_followed(book)
        book.set_expected(
            [Expected(CODE, "甲校", "211"), Expected("2143000002", "育英小学", "211", CODE)], links=True
        )
        assert_followed(book)
        book.set_expected([Expected("2143000003", "新校", None)], "新建")
        assert_followed(book)
        correcting.correct(book, CODE, PLACE, "90", "核对学籍")
        assert_followed(book)
        (placed,) = book.overlays()
        correcting.lift(book, placed.overlay.decision, "误")
        assert_followed(book)
        intake.undo(book, [book.view()["2143000002"].counts.id])
        assert_followed(book)
        intake.restore(book, book.decisions[-1].submission)
        assert_followed(book)
        change(school, 88)
        export(school, stick, "draft")
        take(book, stick)
        assert_followed(book)
        key = next(each for each in book.keys if each.school == CODE)
        trust.revoke(book, CODE, key.public_key, book.view()[CODE].counts.id, "换机")
        assert_followed(book)
        closing.close_round(book, "首次汇总")
        assert_followed(book)


def test_a_workbook_opened_again_says_the_same(book, tmp_path, stick):
    with make(tmp_path) as school:
        fill(school)
        made = export(school, stick, "draft")
        admit(book, made)
    take(book, stick)
    intake.undo(book, [made.id])
    followed = standing(book)
    book.close()
    with open_county(book.path) as again:
        assert standing(again) == followed
