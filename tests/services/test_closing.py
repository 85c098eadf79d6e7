"""Ending a round: the list is frozen, later files open a revision, every decision of it can be proved."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from db.problems import Problem
from db.tables import DECISION, SUBMISSION
from eduapp.exchange.signing import DECISION as NAMESPACE
from eduapp.exchange.signing import WriterKey
from eduapp.printing.county_book import county_book
from eduapp.services import entry, jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import closing, correcting
from eduapp.services.county import reports as county_reports
from eduapp.services.county.revision_differences import ADDED, OVERLAID, REPLACED, TAKEN_OUT, differences
from eduapp.services.hand_off import intake, trust
from eduapp.services.keys import county_keys
from eduapp.services.merge.decisions import CLOSE
from eduapp.services.papers import paper_check
from tests.services.intakes import admit, take
from tests.services.schools import CODE, change, county, export, fill, form_of, make

PLACE = ("section_total", "primary", "pupils")


@pytest.fixture
def book(tmp_path):
    """A practice county: it may close with keys that were not compared with paper."""
    with county(tmp_path / "练习县.edubook", practice=True) as book:
        yield book


@pytest.fixture
def school(tmp_path):
    with make(tmp_path) as school:
        fill(school)
        yield school


@pytest.fixture
def merged(book, school, stick):
    made = export(school, stick, "draft")
    admit(book, made)
    take(book, stick)
    return made


def report_of(book, revision=None):
    return jobs.run(county_reports.county_report(book, revision=revision))


def code_of(call, *args, **named):
    with pytest.raises(Problem) as caught:
        call(*args, **named)
    assert caught.value.text
    return caught.value.code


# --- closing ---


@pytest.mark.slow
def test_a_closed_list_says_the_same_whatever_comes_later(book, merged, school, stick, tmp_path):
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    before, paper, prints = report_of(book), county_book(report_of(book)), book.fingerprint
    made = closing.close_round(book, "首次汇总")
    assert (made.number, made.fingerprint, made.ids) == (1, prints, frozenset({merged.id}))
    assert book.fingerprint == prints  # what was announced still stands on the next page

    change(school, 99)
    export(school, stick, "draft")
    take(book, stick)
    assert book.fingerprint != prints
    with make(tmp_path, "2143000002", "育英小学") as other:
        fill(other)
        admit(book, export(other, stick, "draft"))
    take(book, stick)
    (placed,) = book.overlays()
    correcting.lift(book, placed.overlay.decision, "")
    intake.undo(book, [merged.id])

    again = report_of(book, 1)
    assert again == replace(before, revision=1, unchecked_keys=2)
    assert again.fingerprint == prints
    assert [each.school for each in county_reports.sources_of(book, 1)] == [CODE]
    assert paper != county_book(again)  # the paper says which list it is of
    assert report_of(book) != before


def test_a_paper_of_a_closed_list_says_when_the_county_s_own_records_are_others(book, merged):
    closing.close_round(book, "首次汇总")
    assert not report_of(book, 1).other_basis
    entry.set_cell(book, "county_people", "-", "migrants", "560")
    assert report_of(book, 1).other_basis
    assert not report_of(book).other_basis
    entry.set_cell(book, "county_people", "-", "migrants", "")
    assert not report_of(book, 1).other_basis


@pytest.mark.slow
def test_a_list_closed_by_an_earlier_release_is_checked_by_the_fingerprint_it_was_closed_with(
    book, merged, school, stick
):
    """It names no version: the first. What is closed or printed now says the second."""
    now, first = book.moment, replace(book.moment, version=1).fingerprint
    details = {"number": 1, "fingerprint": first, "ids": (merged.id,), "basis": closing.basis_of(book)}
    book.decide(CLOSE, "", "旧版本的结束", details=details)
    report, (revision,) = report_of(book, 1), closing.revisions(book)
    assert (revision.version, revision.fingerprint_words) == (1, first)
    assert (report.fingerprint, report.fingerprint_words, report.fingerprint_label) == (
        first,
        first,
        "合并指纹",
    )
    answer = paper_check.check(paper_check.held_by(book), first)
    assert (answer.outcome, answer.name) == (paper_check.PaperOutcome.MATCHES, paper_check.COUNTY_PAPER)
    assert now.fingerprint_words == report_of(book).fingerprint_words == f"{now.fingerprint}(指纹 2)"
    assert now.fingerprint != first

    change(school, 99)
    export(school, stick, "draft")
    take(book, stick)
    assert report_of(book, 1).fingerprint == first
    answer = paper_check.check(paper_check.held_by(book), first)
    assert (answer.outcome, "第 1 次结束" in answer.text) == (paper_check.PaperOutcome.CHANGED, True)
    second = closing.close_round(book, "再次汇总")
    assert (second.version, second.fingerprint_words) == (2, f"{second.fingerprint}(指纹 2)")

    details["fingerprint"] = book.fingerprint  # digits of the second version that call themselves the first
    book.decide(CLOSE, "", "混用", details=details)
    assert code_of(closing.moment_of, book, 3) == "revision-incomplete"


@pytest.mark.slow
def test_a_list_stays_closed_over_opening_again(book, merged):
    closing.close_round(book, "首次汇总")
    before, path = report_of(book, 1), book.path
    book.close()
    with county_books.open_county(path) as again:
        assert [each.number for each in closing.revisions(again)] == [1]
        assert report_of(again, 1) == before


@pytest.mark.slow
def test_later_files_open_a_revision_with_every_difference(book, merged, school, stick, tmp_path):
    closing.close_round(book, "首次汇总")
    nothing = jobs.run(differences(book, 1))
    assert (nothing.schools, nothing.changed) == ((), ())
    assert nothing.indicators

    change(school, 99)
    later = export(school, stick, "draft")
    with make(tmp_path, "2143000002", "育英小学") as other:
        fill(other)
        admit(book, export(other, stick, "draft"))
    take(book, stick)
    found = jobs.run(differences(book, 1))
    assert [(each.school, each.what) for each in found.schools] == [(CODE, REPLACED), ("2143000002", ADDED)]
    assert (found.schools[0].then, found.schools[0].now) == (merged.id, later.id)
    assert found.fingerprint == book.fingerprint
    assert found.revision.fingerprint != found.fingerprint
    for each in found.changed:
        assert each.then != each.now
    places = {(each.standard, each.stage, each.code) for each in found.indicators}
    assert len(places) == len(found.indicators)
    changed = {each.code for each in found.changed}
    now = {(stage.stage, one.code): one for stage in report_of(book).stages for one in stage.indicators}
    assert changed & {code for _, code in now}

    second = closing.close_round(book, "补报后")
    assert (second.number, len(second.ids)) == (2, 3)
    assert jobs.run(differences(book, 2)).schools == ()
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    assert [each.what for each in jobs.run(differences(book, 2)).schools] == [OVERLAID]
    intake.undo(book, [each.id for each in book.members if each.school == CODE])
    assert jobs.run(differences(book, 2)).schools[0].what == TAKEN_OUT


def test_what_hinders_closing(book, tmp_path, school, stick):
    assert code_of(closing.close_round, book, "汇总") == "close-nothing"
    admit(book, export(school, stick, "draft"))
    take(book, stick)
    assert code_of(closing.close_round, book, " ") == "reason-missing"
    closing.close_round(book, "汇总")
    assert code_of(closing.close_round, book, "再来") == "close-unchanged"
    assert not closing.is_changed(book)
    assert code_of(report_of, book, 2) == "revision-unknown"
    assert code_of(report_of, book, 0) == "revision-unknown"


def test_a_real_county_closes_only_with_keys_compared_with_paper(tmp_path, school, stick):
    with county(tmp_path / "县.edubook") as book:
        made = export(school, stick, "draft")
        admit(book, made)
        take(book, stick)
        assert closing.unchecked_behind(book) == ("明德小学",)
        assert code_of(closing.close_round, book, "汇总") == "close-unchecked"
        digits = form_of(stick / made.file_name)
        trust.admit(book, stick / made.file_name, digits)
        assert closing.close_round(book, "汇总").number == 1


@pytest.mark.slow
def test_an_open_conflict_hinders_closing(book, merged, stick, tmp_path):
    beside = tmp_path / "另一台"
    beside.mkdir()
    with make(beside) as other:
        fill(other)
        change(other, 77)
        two = export(other, stick, "draft")
    admit(book, two)
    take(book, stick)
    assert code_of(closing.close_round, book, "汇总") == "close-conflicts"
    intake.settle(book, CODE, two.id, "经电话核实")
    assert closing.close_round(book, "汇总").number == 1


def test_a_list_that_lost_a_submission_is_not_passed_off_as_whole(book, merged):
    closing.close_round(book, "汇总")
    with book.workbook.transaction() as connection:
        connection.execute(delete(SUBMISSION))
    book.reload()
    assert code_of(report_of, book, 1) == "revision-incomplete"


# --- signed ---


@pytest.mark.slow
def test_each_decision_of_a_county_with_keys_is_signed(book, merged):
    intake.undo(book, [merged.id])
    assert (book.own_keys, report_of(book).unsigned_decisions) == ([], 0)
    county_keys.establish(book.workbook, None)
    intake.restore(book, merged.id)
    correcting.correct(book, CODE, PLACE, "90", "核对学籍")
    closing.close_round(book, "汇总")
    assert [bool(each.signature) for each in book.decisions] == [False, True, True, True]
    assert book.unsigned_decisions == report_of(book).unsigned_decisions == 1
    assert closing.revisions(book)[0].signed
    last = book.decisions[-1]
    path = book.path
    book.close()
    with county_books.open_county(path) as again:
        assert again.decisions[-1] == last
        assert again.decisions[-1].signature == last.signature


@pytest.mark.slow
@pytest.mark.not_on_windows("no ssh-keygen there")
def test_stock_ssh_keygen_verifies_a_decision(book, merged, tmp_path):
    county_keys.establish(book.workbook, None)
    intake.undo(book, [merged.id])
    (last,), (key,) = book.decisions, book.own_keys
    signers, signature = tmp_path / "signers", tmp_path / "signature"
    signers.write_text(f'county namespaces="{NAMESPACE}" {key}\n', encoding="utf-8")
    signature.write_bytes(last.signature)
    stock = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "county", "-n", NAMESPACE, "-s", signature]
    assert subprocess.run(stock, input=last.message, check=False, capture_output=True).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("way", ["another message", "another key", "broken", "another namespace"])
def test_a_signature_that_does_not_hold_is_noticed(book, merged, way):
    county_keys.establish(book.workbook, None)
    intake.undo(book, [merged.id])
    (one,) = book.decisions
    own, strange = county_keys.signing_key(book.workbook), WriterKey(bytes(range(32)))
    forged = {
        "another message": own.sign(NAMESPACE, b"something else"),
        "another key": strange.sign(NAMESPACE, one.message),
        "broken": one.signature[:-40]
        + (b"B" if one.signature[-40:-39] == b"A" else b"A")
        + one.signature[-39:],
        "another namespace": own.sign("receipt@eduapp", one.message),
    }[way]
    path = book.path
    with book.workbook.transaction() as connection:
        connection.execute(update(DECISION).values(signature=forged))
    book.close()
    assert code_of(county_books.open_county, path) == "decision-signature-invalid"


def test_a_closed_list_is_in_the_chain_with_all_it_froze(book, merged):
    made = closing.close_round(book, "汇总")
    last = book.decisions[-1]
    assert (last.kind, last.details["number"], last.details["ids"]) == (CLOSE, 1, (merged.id,))
    assert last.detail("fingerprint") == made.fingerprint
