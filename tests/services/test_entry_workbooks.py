"""Making and opening a school's workbook: all or nothing."""

import sqlite3

import pytest

from db import digests, workbook
from db.problems import Problem
from eduapp.services import checking, entry, workbooks
from eduapp.services.workbooks import NewSchool


def new(**changes):
    return NewSchool(**({"code": "2143000001", "name": "甲校", "kind": "211", "year": 2026} | changes))


def code_of(call, *arguments):
    with pytest.raises(Problem) as raised:
        call(*arguments)
    assert raised.value.text
    return raised.value.code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "999"}, "value-unreadable"),
        ({"area_class": "999"}, "value-unreadable"),
        ({"built_year": 20011}, "value-unreadable"),
        ({"standards": ("national-2017", "local-1999")}, "standard-unknown"),
    ],
)
def test_a_school_with_a_value_that_cannot_be_is_not_made(tmp_path, changes, code):
    path = tmp_path / "甲校.edubook"
    assert code_of(workbooks.create_school, path, new(**changes)) == code
    assert list(tmp_path.iterdir()) == []


def test_what_is_known_at_the_making_is_read_as_a_cell_reads_it(tmp_path):
    made = new(code="２１43000001", kind="九年一贯制", area_class="乡中心区", built_year=2001, name=" 甲校 ")
    with workbooks.create_school(tmp_path / "a.edubook", made) as book:
        row = book.draft.only("school")
        assert [row[name] for name in ("code", "kind", "area_class", "built_year", "name")] == [
            "2143000001",
            "312",
            "210",
            2001,
            "甲校",
        ]
        assert (book.year, book.approved, book.practice, str(book.reference_date)) == (
            2026,
            False,
            False,
            "2026-09-01",
        )


def test_an_existing_workbook_is_never_written_over(tmp_path):
    path = tmp_path / "甲校.edubook"
    workbooks.create_school(path, new()).close()
    before = path.read_bytes()
    assert code_of(workbooks.create_school, path, new()) == "workbook-exists"
    assert path.read_bytes() == before
    assert code_of(workbooks.create_school, tmp_path / "没有" / "a.edubook", new()) == "folder-missing"


def test_a_county_workbook_is_no_school_workbook(tmp_path):
    path = tmp_path / "某县.edubook"
    meta = workbooks.county_meta("430900", "某县", 2026, ("national-2017",), practice=False)
    workbook.create(path, meta).close()
    assert workbooks.role_of(path) == "county"
    assert code_of(workbooks.open_school, path) == "not-a-school-workbook"
    assert workbooks.role_of(path) == "county"  # the lock was let go


@pytest.mark.parametrize("kept", ["rows", "meta"])
def test_a_workbook_whose_making_was_cut_short(tmp_path, kept):
    path = tmp_path / "甲校.edubook"
    workbooks.create_school(path, new()).close()
    with sqlite3.connect(path) as raw:
        for table in ("school", "school_total", "section_total", "funding"):
            raw.execute(f"delete from {table}")  # noqa: S608
        if kept == "rows":
            raw.execute("delete from meta")
        digests.recount(raw)
    raw.close()
    if kept == "rows":
        assert code_of(workbooks.open_school, path) == "not-a-school-workbook"
        assert code_of(workbooks.role_of, path) == "not-a-workbook"
        return
    with workbooks.open_school(path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "38")
        assert {each.code for each in checking.check(book).findings} == {"required"}


def test_the_year_begins_on_the_first_of_september():
    import datetime

    assert workbooks.school_year(datetime.date(2026, 8, 31)) == 2025
    assert workbooks.school_year(datetime.date(2026, 9, 1)) == 2026
