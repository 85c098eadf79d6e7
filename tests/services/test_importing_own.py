"""A workbook or a submission of the school goes into the one that is open; last year's figures never do."""

from pathlib import Path

import pytest

from db.problems import Problem
from db.records.catalog import LISTS
from db.records.choices import Stage
from eduapp.services import entry, importing_own, jobs, workbooks
from eduapp.services.hand_off import sending
from tests.services.schools import fill, make
from tests.services.test_importing_rows import rows_of, shown


@pytest.fixture
def other(tmp_path):
    """A filled workbook of the school, closed."""
    (tmp_path / "other").mkdir()
    with make(tmp_path / "other") as book:
        fill(book)
        return book.path


def test_a_workbook_of_the_same_year_gives_all_it_says_and_the_second_time_nothing(tmp_path, other):
    with workbooks.open_school(other) as book:
        whole = {record: rows_of(book, record) for record in LISTS}
        pupils = book.draft.section(Stage.PRIMARY)["pupils"]
    with make(tmp_path) as book:
        done = importing_own.import_own(book, other)
        assert sum(done.rows.values()) == done.rows_read == sum(map(len, whole.values()))
        assert {record: rows_of(book, record) for record in LISTS} == whole
        assert book.draft.section(Stage.PRIMARY)["pupils"] == pupils
        again = importing_own.import_own(book, other)
        assert not again.changes.edits
        entry.apply(book, done.changes.inverse())
        assert not any(rows_of(book, record) for record in LISTS)


def test_of_last_year_only_what_lasts_is_taken(tmp_path, other):
    (tmp_path / "next").mkdir()
    with make(tmp_path / "next", year=2027) as book:
        importing_own.import_own(book, other)
        assert rows_of(book, "teacher")
        assert not rows_of(book, "school_class")
        assert book.draft.section(Stage.PRIMARY)["pupils"] is None


def test_one_list_alone_can_be_taken(tmp_path, other):
    with make(tmp_path) as book:
        importing_own.import_own(book, other, "school_class")
        assert shown(book, "school_class", "name")
        assert not rows_of(book, "teacher")


def test_a_submission_of_its_own_is_read_back(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        sent = jobs.run(sending.export(book, tmp_path, "draft"))
        before = {record: rows_of(book, record) for record in LISTS}
        assert not importing_own.import_own(book, Path(sent.path)).changes.edits
        entry.delete_rows(book, "school_class", [next(iter(book.draft.rows["school_class"]))])
        importing_own.import_own(book, Path(sent.path))
        names = sorted(row[0] for row in rows_of(book, "school_class"))
        assert names == sorted(row[0] for row in before["school_class"])


@pytest.mark.slow
def test_what_is_not_the_schools_is_refused(tmp_path, other):
    with make(tmp_path) as book:
        with pytest.raises(Problem) as caught:
            importing_own.import_own(book, book.path)
        assert caught.value.code == "not-a-spreadsheet"
        (tmp_path / "b").mkdir()
        with make(tmp_path / "b", code="2143000999") as foreign:
            path = foreign.path
        with pytest.raises(Problem) as caught:
            importing_own.import_own(book, path)
        assert caught.value.code == "own-other-school"
        (tmp_path / "c").mkdir()
        with make(tmp_path / "c", practice=True) as practice:
            path = practice.path
        with pytest.raises(Problem) as caught:
            importing_own.import_own(book, path)
        assert caught.value.code == "own-practice"
        (tmp_path / "d").mkdir()
        with make(tmp_path / "d") as namesake:
            fill(namesake)
            sent = jobs.run(sending.export(namesake, tmp_path / "d", "draft"))
        with pytest.raises(Problem) as caught:
            importing_own.import_own(book, Path(sent.path))
        assert caught.value.code == "own-unknown-key"
        assert not any(rows_of(book, record) for record in LISTS)
