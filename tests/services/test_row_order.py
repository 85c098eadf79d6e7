"""Rows put between others and moved, and series: keys, references, undo and what is kept on the disk."""

from __future__ import annotations

import pytest

from db.records import choices
from db.records.months import Month
from db.records.values import Day, Scaled, Text, Whole
from eduapp.services import checking, entry, row_order, series, workbooks

RECORD = "school_class"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "校.edubook"


@pytest.fixture
def book(path):
    school = workbooks.NewSchool("2143000123", "老河口完小", "211", 2026)
    with workbooks.create_school(path, school) as opened:
        entry.add_rows(opened, RECORD, [{"name": name, "pupils": "40"} for name in "甲乙丙丁"])
        yield opened


def names(book):
    return "".join(str(row["name"] or "_") for row in book.draft.rows[RECORD].values())


@pytest.mark.parametrize(
    ("at", "count", "there"),
    [(0, 1, "_甲乙丙丁"), (2, 2, "甲乙__丙丁"), (3, 1, "甲乙丙_丁"), (4, 1, "甲乙丙丁_")],
)
def test_rows_come_in_above_and_go_again(book, at, count, there):
    before = list(book.draft.rows[RECORD])
    changes = row_order.insert_rows(book, RECORD, at, [{}] * count)
    assert names(book) == there
    assert [key for key in book.draft.rows[RECORD] if key in before] == before
    entry.apply(book, changes.inverse())
    assert (names(book), list(book.draft.rows[RECORD])) == ("甲乙丙丁", before)
    entry.apply(book, changes)
    assert names(book) == there


def test_a_gap_is_used_before_any_row_below_moves(book):
    keys = list(book.draft.rows[RECORD])
    entry.delete_rows(book, RECORD, [keys[1]])
    changes = row_order.insert_rows(book, RECORD, 1, [{"name": "新"}])
    assert (names(book), len(changes.edits)) == ("甲新丙丁", 1)
    changes = row_order.insert_rows(book, RECORD, 2, [{"name": "又"}])
    assert (names(book), len(changes.edits)) == ("甲新又丙丁", 5)


@pytest.mark.parametrize(
    ("first", "last", "step", "there"),
    [
        (1, 1, -1, "乙甲丙丁"),
        (1, 2, 1, "甲丁乙丙"),
        (2, 3, -1, "甲丙丁乙"),
        (0, 0, -1, "甲乙丙丁"),
        (3, 3, 1, "甲乙丙丁"),
    ],
)
def test_rows_move_past_their_neighbour_and_back(book, first, last, step, there):
    changes = row_order.move_rows(book, RECORD, first, last, step)
    assert names(book) == there
    entry.apply(book, changes.inverse())
    assert names(book) == "甲乙丙丁"


def test_what_refers_to_a_row_that_moved_stays_and_the_file_says_the_same(book, path):
    key = next(iter(book.draft.rows[RECORD]))
    entry.add_rows(book, "homework", [{"school_class": "甲", "planned": "30"}])
    checking.check(book)  # figures follow from here on
    row_order.move_rows(book, RECORD, 0, 1, 1)
    row_order.insert_rows(book, RECORD, 1, [{"name": "新"}])
    assert next(iter(book.draft.rows["homework"].values()))["school_class"] == key
    assert (RECORD, key) not in book.draft.tombstones
    assert book.draft.known_as(RECORD, "甲") == [key]
    said, report = names(book), checking.check(book)
    book.close()
    with workbooks.open_school(path) as again:
        assert names(again) == said == "丙新甲乙丁"
        assert not [key for record, key in again.draft.tombstones if record == RECORD]
        assert checking.check(again).sections == report.sections


@pytest.mark.parametrize(
    ("kind", "first", "goes_on"),
    [
        (Whole(), ["1"], ["2", "3", "4"]),
        (Whole(), ["10", "20"], ["30", "40", "50"]),
        (Whole(), ["5", "3"], ["1", "-1", "-3"]),  # what cannot be is seen as such
        (Scaled(2), ["1.5", "2"], ["2.50", "3.00", "3.50"]),
        (choices.GRADE, ["一年级"], ["二年级", "三年级", "四年级"]),
        (choices.GRADE, ["七年级", "八年级"], ["九年级", "", ""]),
        (Day(), ["2026-09-01"], ["2026-09-02", "2026-09-03", "2026-09-04"]),
        (Day(), ["2026-12-21", "2026-12-28"], ["2027-01-04", "2027-01-11", "2027-01-18"]),
        (Month(), ["2026-11"], ["2026-12", "2027-01", "2027-02"]),
        (Text(), ["一年级(1)班"], ["一年级(2)班", "一年级(3)班", "一年级(4)班"]),
        (Text(), ["101", "103"], ["105", "107", "109"]),
        (Text(), ["09号"], ["10号", "11号", "12号"]),
        (Text(), ["甲"], None),
        (Text(), ["甲1", "乙2"], None),
        (Text(), ["2号", "1号"], None),
        (Whole(), ["约5"], None),
        (Day(), [""], None),
    ],
)
def test_a_series_goes_on(kind, first, goes_on):
    assert series.go_on(kind, first, 3) == goes_on


def test_a_series_past_the_end_of_the_calendar_is_none():
    assert series.go_on(Day(), ["9999-12-30"], 5) is None
