"""县级更正: one cell of a school, with its reason; what counts, what goes stale, what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from db.problems import Problem
from db.records.personal_numbers import KEPT_HOME
from db.records.rows import ONLY
from db.tables import DECISION
from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import correcting
from eduapp.services.county import reports as county_reports
from eduapp.services.hand_off import intake
from eduapp.services.merge import merging
from eduapp.services.merge.decisions import LIFT, OVERLAY, REVOKE
from tests.services.intakes import admit, judged, outcome, take
from tests.services.schools import CODE, change, export

PLACE = ("section_total", "primary", "pupils")


@pytest.fixture
def merged(book, school, stick):
    """A county with one school that counts, and what the school handed in."""
    made = export(school, stick, "draft")
    admit(book, made)
    take(book, stick)
    return made


def area_of(book):
    (found,) = book.view().values()
    return book.draft_of(found.counts.id).rows[PLACE[0]][PLACE[1]][PLACE[2]]


def stated(book):
    (found,) = book.view().values()
    return book.stated(found.counts.id).rows[PLACE[0]][PLACE[1]][PLACE[2]]


def code_of(call, *args):
    with pytest.raises(Problem) as caught:
        call(*args)
    assert caught.value.text
    return caught.value.code


@pytest.mark.slow
def test_an_overlay_counts_and_what_the_school_handed_in_stays(book, merged):
    before, prints = judged(book), book.fingerprint
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    assert (area_of(book), stated(book)) == (90, 83)
    assert judged(book) != before
    assert book.fingerprint != prints
    report = jobs.run(county_reports.county_report(book))
    (cell,) = report.changed
    assert (cell.school, cell.before, cell.after, cell.reason) == (CODE, "83", "90", "核对学籍")
    assert cell.row == "小学"
    (source,) = county_reports.sources_of(book)
    assert source.decisions == ("县级更正：核对学籍",)


@pytest.mark.slow
def test_taking_it_back_gives_the_figures_from_before(book, merged):
    before = judged(book)
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    (placed,) = book.overlays()
    correcting.lift(book, placed.overlay.decision, "")
    assert judged(book) == before
    assert book.overlays() == ()
    assert code_of(correcting.lift, book, placed.overlay.decision, "") == "overlay-unknown"
    assert [each.kind for each in book.decisions] == [OVERLAY, LIFT]


@pytest.mark.slow
def test_the_last_word_on_a_cell_counts(book, merged):
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    correcting.correct(book, CODE, PLACE, "91", "再次核对")
    assert area_of(book) == 91
    assert len(book.overlays()) == 1
    correcting.correct(book, CODE, PLACE, "", "没有依据")
    assert area_of(book) is None


@pytest.mark.slow
def test_it_holds_only_while_the_school_states_what_the_county_saw(book, merged, school, stick):
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    change(school, 88)
    export(school, stick, "draft")
    take(book, stick)
    (placed,) = book.overlays()
    assert (placed.holds, placed.stated) == (False, "88")
    assert area_of(book) == 88
    assert jobs.run(county_reports.county_report(book)).changed == ()
    change(school, 83)  # the school goes back to what the county had corrected
    export(school, stick, "draft")
    take(book, stick)
    assert area_of(book) == 90


@pytest.mark.slow
def test_it_is_kept_over_closing_and_survives_a_withdrawal(book, merged, tmp_path):
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    before, path = judged(book), book.path
    intake.undo(book, [merged.id])
    (placed,) = book.overlays()
    assert not placed.holds
    intake.restore(book, merged.id)
    assert judged(book) == before
    book.close()
    with county_books.open_county(path) as again:
        assert judged(again) == before
        assert area_of(again) == 90


def test_unreadable_text_can_be_corrected(book, school, stick):
    change(school, "约八十")
    admit(book, export(school, stick, "draft"))
    take(book, stick)
    correcting.correct(book, CODE, PLACE, "80", "经电话核实")
    (placed,) = book.overlays()
    # Of a plain file the county sees that something stands there, not what.
    assert (placed.overlay.base, placed.overlay.unread, placed.before) == (
        KEPT_HOME,
        True,
        f"「{KEPT_HOME}」",
    )
    assert area_of(book) == 80


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "typed", "reason", "code"),
    [
        (PLACE, "九十", "核对", "overlay-unreadable"),
        (PLACE, "83", "核对", "overlay-unchanged"),
        (PLACE, "90", " ", "reason-missing"),
        (("school", ONLY, "code"), "2143000009", "核对", "overlay-closed-field"),
        (("school", ONLY, "nothing"), "1", "核对", "overlay-no-cell"),
        (("school_class", "none", "pupils"), "1", "核对", "overlay-no-cell"),
        (("nothing", ONLY, "pupils"), "1", "核对", "overlay-no-cell"),
    ],
)
def test_what_is_no_correction_is_refused_and_writes_nothing(book, merged, place, typed, reason, code):
    assert code_of(correcting.correct, book, CODE, place, typed, reason) == code
    assert book.decisions == []


def test_a_school_without_a_submission_cannot_be_corrected(book):
    assert code_of(correcting.correct, book, CODE, PLACE, "90", "核对") == "overlay-no-submission"


# --- revoking, letting held ones go ---


@pytest.mark.slow
def test_a_revoked_key_takes_its_submissions_out_but_the_last_good_one(book, merged, school, stick):
    change(school, 99)
    later = export(school, stick, "draft")
    take(book, stick)
    place = {"school": CODE, "key": book.received[later.id].public_key}
    book.decide(REVOKE, merged.id, "电脑丢失", details=place)
    assert book.view()[CODE].counts.id == merged.id
    book.decide(REVOKE, "", "全部作废", details=place)
    assert book.view() == {}
    assert outcome(take(book, stick / later.file_name))[0] in {intake.UNCHANGED, intake.HELD, intake.REFUSED}


def test_a_held_one_is_let_go_and_can_come_again(book, school, stick):
    made = export(school, stick, "draft")
    take(book, stick)
    prints = book.fingerprint
    book.discard_held(made.id, "投错了县")
    assert (book.received, book.fingerprint) == ({}, prints)
    assert code_of(book.discard_held, made.id, "") == "submission-unknown"
    assert outcome(take(book, stick))[0] == intake.HELD


def test_a_member_is_not_let_go(book, merged):
    assert code_of(book.discard_held, merged.id, "") == "submission-unknown"


@pytest.mark.slow
def test_an_older_one_can_be_taken_out_too(book, merged, school, stick):
    change(school, 99)
    export(school, stick, "draft")
    take(book, stick)
    intake.undo(book, [merged.id[:8]])
    assert merged.id in merging.withdrawn(book.decisions)
    assert book.view()[CODE].counts.id != merged.id


# --- the chain in the workbook ---


def test_a_decision_changed_from_outside_is_noticed(book, merged):
    intake.undo(book, [merged.id])
    path = book.path
    with book.workbook.transaction() as connection:
        connection.execute(update(DECISION).values(reason="另一个理由"))
    book.close()
    assert code_of(county_books.open_county, path) == "decision-damaged"
