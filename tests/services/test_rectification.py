"""整改台账: states derived from verdicts, lines from what is unmet, the county's roll-up, the papers."""

from __future__ import annotations

import datetime

import pytest
from pypdfium2 import PdfDocument

from db.problems import Problem
from eduapp.services import checking, entry, jobs, rectification
from eduapp.services.county import reports as county_reports
from eduapp.services.hand_off import intake, trust
from eduapp.services.papers import reporting
from eduapp.standards.rectification import LineState
from tests.services.schools import county, export, make

DAY = datetime.date(2026, 9, 1)


def school(folder, **more):
    """A primary school of 100 pupils: one backbone teacher is exactly enough (R2), a room is missing (R7)."""
    book = make(folder, **more)
    for record, key, field, text in (
        ("section_total", "primary", "pupils", "100"),
        ("section_total", "primary", "backbone", "0"),
        ("section_total", "primary", "associate", "5"),
        ("section_total", "primary", "bachelor", "0"),
        ("section_total", "primary", "master", "0"),
        ("section_total", "primary", "doctor", "0"),
        ("school_total", "-", "multimedia_rooms", "1"),
    ):
        entry.set_cell(book, record, key, field, text)
    return book


def line(book, **texts):
    entry.add_row(book, "rectification", {"item": "R2", "stage": "小学", "problem": "骨干不足"} | texts)
    return rectification.lines(book, DAY)[-1]


def backbone(book, count):
    entry.set_cell(book, "section_total", "primary", "backbone", str(count))


def test_states_one_after_another(tmp_path):
    with school(tmp_path) as book:
        assert line(book).state is LineState.OPEN
        key = rectification.lines(book)[0].key

        def put(field, text):
            entry.set_cell(book, "rectification", key, field, text)
            return rectification.lines(book, DAY)[0].state

        assert put("measure", "推荐评选") is LineState.WORKING
        assert put("deadline", "2026-09-01") is LineState.WORKING  # its last day
        assert put("deadline", "2026-08-31") is LineState.OVERDUE
        assert put("done", "2026-08-30") is LineState.UNPROVED
        backbone(book, 1)
        assert rectification.lines(book, DAY)[0].state is LineState.CLOSED
        backbone(book, 0)
        assert rectification.lines(book, DAY)[0].state is LineState.UNPROVED  # it turned back
        assert put("done", "") is LineState.OVERDUE


def test_a_met_verdict_alone_closes_nothing(tmp_path):
    with school(tmp_path) as book:
        backbone(book, 1)
        found = line(book, measure="评选")
        assert found.state is LineState.WORKING
        assert found.now.startswith("达标")


def test_at_the_floor_is_not_met(tmp_path):
    with school(tmp_path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "117")
        backbone(book, 1)  # 0.8547 of 1: the floor, not the standard
        assert line(book, done="2026-08-30").state is LineState.UNPROVED


def test_an_item_that_applies_no_more_is_closed_by_its_day(tmp_path):
    with school(tmp_path) as book:
        gone = line(book, item="R2", stage="初中", done="2026-08-30")
        assert gone.state is LineState.CLOSED
        assert "不适用" in gone.now


def test_while_nothing_can_be_judged_nothing_is_closed(tmp_path):
    with make(tmp_path) as book:
        entry.set_cell(book, "school", "-", "kind", "")
        assert line(book, done="2026-08-30").state is LineState.UNPROVED
        found = [each for each in checking.check(book).findings if each.code == "rectification.unmet"]
        assert len(found) == 1


def test_a_finding_names_what_is_missing(tmp_path):
    with school(tmp_path) as book:
        line(book, done="2026-08-30")
        found = [each for each in checking.check(book).findings if each.code == "rectification.unmet"]
        assert [each.field for each in found] == ["done"]
        assert "还差 1 人" in found[0].text
        backbone(book, 1)
        assert not [each for each in checking.check(book).findings if each.code == "rectification.unmet"]


def test_lines_from_what_is_unmet_once_and_in_one_undo_step(tmp_path):
    with school(tmp_path) as book:
        changes = rectification.raise_lines(book)
        raised = {(each.item, each.stage): each for each in rectification.lines(book)}
        unmet = {
            (each.code, section.stage)
            for section in checking.check(book).sections
            for each in section.verdicts
            if each.outcome == "unmet"
        }
        assert {("R2", "primary"), ("R7", "primary")} <= unmet <= set(raised)
        assert "还差 1 人" in raised["R2", "primary"].problem
        assert not rectification.raise_lines(book)
        entry.apply(book, changes.inverse())
        assert not rectification.lines(book)


def test_a_line_without_a_stage_stands_for_all_stages(tmp_path):
    with school(tmp_path) as book:
        line(book, stage="")
        rectification.raise_lines(book)
        assert [each.item for each in rectification.lines(book)].count("R2") == 1


def test_two_standards_one_line_and_both_must_be_met(tmp_path):
    with school(tmp_path) as book:
        book.workbook.set_meta(standards="national-2017 x-district-2024")
        entry.add_rows(
            book,
            "school_class",
            [
                {"name": "一(1)", "grade": "1", "pupils": "45"},
                {"name": "二(1)", "grade": "2", "pupils": "50"},
            ],
        )
        entry.set_complete(book, "school_class", complete=True)
        found = line(book, item="G5", stage="", done="2026-08-30")
        assert {each.outcome for each in found.judged} == {
            "met",
            "unmet",
        }  # the plan allows 50, the nation 45
        assert found.state is LineState.UNPROVED


def test_closed_books_take_no_lines(tmp_path):
    with school(tmp_path) as book:
        book.workbook.set_meta(approved="1")
        with pytest.raises(Problem) as caught:
            rectification.raise_lines(book)
        assert caught.value.code == "approved-closed"


def text_of(pdf):
    document = PdfDocument(pdf)
    try:
        sizes = {tuple(round(side) for side in page.get_size()) for page in document}
        return sizes, "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_the_paper_of_a_school_lies_across_and_says_the_state(tmp_path):
    with school(tmp_path) as book:
        line(book, owner="王小强", deadline="2026-08-01")
        sizes, text = text_of(reporting.print_school(book, "rectification"))
        assert sizes == {(842, 595)}
        assert "逾期" in text
        assert "还差 1 人" in text
        sizes, text = text_of(reporting.print_school(book, "rectification", blank=True))
        assert sizes == {(842, 595)}
        assert "王小强" not in text


@pytest.mark.slow
def test_the_county_rolls_up_and_raises(tmp_path):
    stick = tmp_path / "U盘"
    with county(tmp_path / "县.edubook") as book:
        with school(tmp_path) as one:
            line(one, owner="王小强", done="2026-08-30")
            made = export(one, stick)
        trust.admit_unchecked(book, [stick / made.file_name])
        jobs.run(intake.merge(book, [stick]))
        report = jobs.run(county_reports.county_report(book))
        (ledger,) = rectification.school_ledgers(book, report)
        assert (ledger.name, ledger.count(LineState.UNPROVED)) == ("明德小学", 1)
        assert not ledger.lines[0].owner  # the person stays at the school
        entry.add_row(book, "county_rectification", {"item": "R2", "stage": "小学", "school": "明德小学"})
        assert rectification.county_lines(book, report)[0].now.startswith("未达标")
        for field, text in {"eligible": "100", "rotated": "9", "rotated_backbone": "2"}.items():
            entry.set_cell(book, "county_people", "-", field, text)
        report = jobs.run(county_reports.county_report(book))
        rectification.raise_county_lines(book, report)
        (raised,) = [each for each in rectification.county_lines(book, report) if each.item == "G11"]
        assert "还差 1 人" in raised.problem
        assert not rectification.raise_county_lines(book, report)
        sizes, text = text_of(reporting.print_county_rectification(book, report))
        assert sizes == {(842, 595)}
        assert "明德小学" in text
        assert "王小强" not in text
