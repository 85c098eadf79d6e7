"""The ledgers of the practice county: every record has something, nothing contradicts, equal every time."""

from __future__ import annotations

import pytest

from db.records.catalog import SCHOOL_RECORDS
from eduapp.services import entry
from eduapp.services.checking import check
from eduapp.services.practice import making as practice
from eduapp.standards.training import FORM, Hours, has_enough, hours_of

NINE_YEAR, DRAFT, SMALL = (practice.PLANS[at] for at in (7, 11, 4))


def shown(book):
    """Every record as people read it: ids are made anew each time."""
    return {
        record: [
            {name: entry.show(book, record, name, cell) for name, cell in row.items()}
            for row in rows.values()
        ]
        for record, rows in book.draft.rows.items()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    books = {}
    for plan in (NINE_YEAR, DRAFT, SMALL):
        folder = tmp_path_factory.mktemp("practice")
        books[plan.code] = practice.make_school(folder / "学校.edubook", plan, 2026)
    yield books
    for book in books.values():
        book.close()


def test_every_record_has_something(made):
    filled = set()
    for book in made.values():
        for record, rows in book.draft.rows.items():
            filled |= {
                (record, name) for row in rows.values() for name, cell in row.items() if cell is not None
            }
    assert {record for record, _ in filled} == set(SCHOOL_RECORDS)
    for record in ("staffing", "training", "rotation", "training_expense", "course", "care", "evidence"):
        missing = SCHOOL_RECORDS[record].fields.keys() - {name for of, name in filled if of == record}
        assert missing <= {"value"}, record  # only items that ask for a number have one


def test_nothing_contradicts(made):
    assert not check(made[NINE_YEAR.code]).open_findings
    assert not check(made[SMALL.code]).open_findings
    left = {(each.record, each.field) for each in check(made[DRAFT.code]).open_findings}
    assert left == {("equipment", "quantity"), ("school_class", "pupils")}  # what the plan leaves to mend


def test_teachers_have_their_hours_and_totals_are_the_ledgers(made):
    for book in made.values():
        hours = hours_of(book.draft)
        for key, row in book.draft.rows["teacher"].items():
            assert has_enough(row, hours.get(key, Hours()), book.reference_date, FORM)
        care = [row for row in book.draft.rows["care"].values() if row["kind"] == "migrant"]
        assert sum(row["pupils"] for row in care) == book.draft.only("school_total")["migrants"]
        spent = sum(row["amount"] for row in book.draft.rows["training_expense"].values())
        assert spent == book.draft.only("funding")["training_spent"] * 10_000
        off = [row for row in book.draft.rows["teacher"].values() if row["post"] == "off_post"]
        assert len(off) == book.draft.only("staffing")["off_post"]


@pytest.mark.slow
def test_documents_are_clearly_practice(made):
    for book in made.values():
        for row in book.draft.rows["evidence"].values():
            assert "练习" in row["number"]


def test_equal_every_time(made, tmp_path):
    with practice.make_school(tmp_path / "学校.edubook", NINE_YEAR, 2026) as again:
        assert shown(again) == shown(made[NINE_YEAR.code])
