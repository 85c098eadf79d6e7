"""Checking: the report of a day, and the cells behind each number."""

import datetime

import pytest

from db.records.catalog import RECORDS
from eduapp.services import checking, entry, workbooks
from eduapp.services.workbooks import NewSchool


@pytest.fixture
def school(tmp_path):
    books = []

    def make(kind, cells=()):
        book = workbooks.create_school(
            tmp_path / f"{len(books)}.edubook",
            NewSchool("2143000001", "甲校", kind, 2026, standards=("national-2017",)),
        )
        books.append(book)
        for record, key, field, text in cells:
            entry.set_cell(book, record, key, field, text)
        return book

    yield make
    for book in books:
        book.close()


def verdict(book, code, stage=None):
    report = checking.check(book)
    if stage is None:
        return next(each for each in report.school_level if each.code == code)
    section = next(each for each in report.sections if each.stage == stage)
    return next(each for each in section.verdicts if each.code == code)


def test_the_day_is_the_first_of_september_unless_said(school):
    book = school("211")
    assert checking.check(book).on == datetime.date(2026, 9, 1)
    assert checking.check(book).standards == ("national-2017",)
    assert checking.check(book, datetime.date(2027, 1, 1)).on == datetime.date(2027, 1, 1)


def test_before_the_standard_holds_nothing_is_judged(school):
    report = checking.check(school("211"), datetime.date(2016, 9, 1))
    assert (report.standards, report.sections, report.school_level) == ((), (), ())


@pytest.mark.parametrize("kind", ["211", "218", "311", "312", "341", "345"])
def test_every_number_leads_to_cells_that_exist(school, kind):
    book = school(kind)
    report = checking.check(book)
    verdicts = [*report.school_level, *(each for section in report.sections for each in section.verdicts)]
    inputs = {part for each in verdicts for part in each.inputs}
    assert len(inputs) > 10
    for part in inputs:
        found = checking.feeds(book, part)
        assert found
        for feed in found:
            assert feed.key in book.draft.rows[feed.record]
            assert feed.field in RECORDS[feed.record].fields


def test_a_total_leads_to_the_cell_it_was_typed_in(school):
    book = school(
        "312",
        [
            ("section_total", "primary", "pupils", "600"),
            ("section_total", "lower_secondary", "pupils", "400"),
            ("school_total", "-", "trained", "40"),
            ("section_total", "primary", "teachers", "20"),
            ("section_total", "lower_secondary", "teachers", "20"),
        ],
    )
    trained, teachers = verdict(book, "G9").inputs
    assert [(each.record, each.key) for each in checking.feeds(book, trained)] == [("school_total", "-")]
    assert [(each.record, each.key) for each in checking.feeds(book, teachers)] == [
        ("section_total", "primary"),
        ("section_total", "lower_secondary"),
    ]
    backbone = verdict(book, "R2", "primary").inputs[0]
    assert [(each.record, each.key) for each in checking.feeds(book, backbone)] == [
        ("section_total", "primary")
    ]


def test_a_list_leads_to_the_rows_that_count_or_may(school):
    book = school("312")
    rows = [
        {"name": "甲", "stage": "小学", "post": "在编在岗"},
        {"name": "乙", "stage": "初中", "post": "在编在岗"},
        {"name": "丙", "stage": "", "post": "在编在岗"},
        {"name": "丁", "stage": "小学", "post": "兼职"},
        {"name": "戊", "stage": "高中", "post": "在编在岗"},
    ]
    entry.add_rows(book, "teacher", rows)
    keys = dict(zip("甲乙丙丁戊", book.draft.rows["teacher"], strict=True))
    part = book.data.figure("teachers", "primary")
    assert part.value is None
    assert [(each.key, each.text) for each in checking.feeds(book, part)] == [
        (keys["甲"], ""),
        (keys["丙"], "缺数"),
    ]
    entry.delete_rows(book, "teacher", [keys["丙"]])
    assert book.data.figure("teachers", "primary").value == 1
    whole = verdict(book, "G12").inputs[1]
    assert (whole.value, whole.source) == (2, "rows")
    assert {each.key for each in checking.feeds(book, whole)} == {keys["甲"], keys["乙"]}


def test_typing_the_first_of_twelve_classes_does_not_make_a_school_of_38_pupils(school):
    book = school(
        "211", [("section_total", "primary", "pupils", "500"), ("section_total", "primary", "classes", "12")]
    )
    entry.add_row(book, "school_class", {"name": "一(1)班", "grade": "一年级", "pupils": "38"})
    assert checking.check(book).sections[0].pupils == 500
    assert "rows.totals" in {each.code for each in checking.check(book).findings}
    entry.set_complete(book, "school_class", complete=True)
    assert checking.check(book).sections[0].pupils == 38


def test_an_empty_list_that_is_ticked_is_zero(school):
    book = school("211", [("section_total", "primary", "pupils", "500")])
    entry.set_complete(book, "sports_ground", complete=True)
    found = verdict(book, "R5", "primary")
    assert (found.outcome, found.value) == ("unmet", 0)


def test_a_change_of_kind_moves_everything(school):
    book = school("311", [("section_total", "lower_secondary", "pupils", "100")])
    entry.add_row(book, "school_class", {"name": "六(1)", "grade": "6", "pupils": "46"})
    assert [each.stage for each in checking.check(book).sections] == ["lower_secondary"]
    entry.set_cell(book, "school", "-", "kind", "小学")
    assert [each.stage for each in checking.check(book).sections] == ["primary"]
    assert verdict(book, "G5").outcome == "unmet"
    entry.set_cell(book, "school", "-", "kind", "九年一贯制")
    entry.set_cell(book, "school", "-", "system", "五四制")
    assert verdict(book, "G5").outcome == "met"


def test_a_change_of_system_moves_the_sixth_grade_of_the_running_sums(school):
    book = school("312")
    rows = [
        {"name": f"{grade}班", "grade": grade, "pupils": pupils}
        for grade, pupils in (("5", "40"), ("6", "46"))
    ]
    entry.add_rows(book, "school_class", rows)
    assert [(each.stage, each.pupils) for each in checking.check(book).sections] == [("primary", 86)]
    change = entry.set_cell(book, "school", "-", "system", "五四制")
    pupils = {each.stage: each.pupils for each in checking.check(book).sections}
    assert pupils == {"primary": 40, "lower_secondary": 46}
    entry.apply(book, change.inverse())
    assert [(each.stage, each.pupils) for each in checking.check(book).sections] == [("primary", 86)]


def test_a_teacher_without_a_stage_counts_once_the_school_has_one_stage_only(school):
    book = school("312")
    entry.add_row(book, "teacher", {"name": "甲", "post": "在编在岗"})
    assert book.data.figure("teachers", "primary").value is None
    entry.set_cell(book, "school", "-", "kind", "小学")
    assert book.data.figure("teachers", "primary").value == 1
