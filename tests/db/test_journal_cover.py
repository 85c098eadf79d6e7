"""The cover of the journal: what it vouches for is what a full count finds, and no line changes unseen."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import digests, journal_cover, workbook
from db.problems import Problem
from db.records.edits import SetReason
from eduapp.services import entry, workbooks
from eduapp.services.workbooks import NewSchool

BLOCK = journal_cover.BLOCK
TEXTS = ["一", "", '\x00\x1f"\\,\n', "𠮷\u2028", "1", None]


def say(book, count, start=0):
    """Write so many lines to the journal in one act."""
    said = [SetReason(f"f{n}", None, TEXTS[n % len(TEXTS)]) for n in range(start, start + count)]
    book.workbook.apply(said)


def lines_of(path):
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("SELECT max(seq) FROM journal").fetchone()[0]


def cover_of(path):
    with closing(sqlite3.connect(path)) as raw:
        found = raw.execute("SELECT value FROM meta WHERE name = ?", (journal_cover.FACT,)).fetchone()
    return int(found[0].split(" ")[1]) if found else 0


def past_the_program(path, *statements):
    with closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            raw.execute(statement)


def declare(path, old, new):
    """Let the columns of the journal be called of another type."""
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("PRAGMA writable_schema=ON")
        change = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'journal'"
        raw.execute(change, (old, new))


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A school with two and a half blocks of lines, in acts of different sizes."""
    path = tmp_path_factory.mktemp("long") / "校.edubook"
    with workbooks.create_school(path, NewSchool("2143000001", "甲校", "211", 2026)) as book:
        start = 0
        for count in (1, 62, 63, 64, 700, 1_300, 310):
            say(book, count, start)
            start += count
    return path


@pytest.fixture
def path(tmp_path, long):
    return shutil.copy(long, tmp_path / "校.edubook")


@pytest.fixture
def raw(path):
    with closing(sqlite3.connect(path)) as raw:
        digests.teach(raw)
        yield raw


def test_whole_blocks_are_covered_and_the_kept_sum_is_that_of_a_full_count(path, raw):
    assert lines_of(path) > 2 * BLOCK
    assert cover_of(path) == lines_of(path) // BLOCK * BLOCK
    assert digests.differing(raw) == []
    assert not journal_cover.differs(raw)


@pytest.mark.slow
@pytest.mark.parametrize("seq", [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1, "last"])
@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE journal SET who = who || 'x' WHERE seq = {0}",
        "UPDATE journal SET old = '' WHERE seq = {0}",  # no text and an empty one are two things
        "UPDATE journal SET key = 'f' || seq WHERE seq = {0}",
        "DELETE FROM journal WHERE seq = {0}",
        "UPDATE journal SET seq = -seq WHERE seq = {0}",
        "UPDATE journal SET seq = seq + 100000 WHERE seq = {0}",
    ],
)
def test_a_line_changed_or_away_is_damage_wherever_it_stands(path, seq, harm):
    past_the_program(path, harm.format(lines_of(path) if seq == "last" else seq))
    for door in (workbook.open_workbook, workbooks.open_school):
        with pytest.raises(Problem) as raised:
            door(path)
        assert raised.value.code == "workbook-damaged"


@pytest.mark.parametrize("seq", [-5, 0, 99_999])
def test_a_line_too_many_is_damage(path, seq):
    line = "INSERT INTO journal VALUES ({0}, 'a', 'w', 'r', 'k', 'f', NULL, NULL)"
    past_the_program(path, line.format(seq))
    with pytest.raises(Problem):
        workbooks.open_school(path)


def test_two_lines_that_changed_places_are_damage(path):
    """The same rows but for their numbers."""
    past_the_program(
        path,
        "UPDATE journal SET seq = -1 WHERE seq = 5",
        "UPDATE journal SET seq = 5 WHERE seq = 6",
        "UPDATE journal SET seq = 6 WHERE seq = -1",
    )
    with pytest.raises(Problem):
        workbooks.open_school(path)


@pytest.mark.parametrize("value", ["12", "1.5", "x'3132'"])
def test_another_type_in_a_covered_line_is_damage_though_the_sums_were_made_to_fit(path, value):
    declare(path, " VARCHAR", " BLOB")
    change = "UPDATE journal SET new = {0} WHERE seq = 5"
    past_the_program(path, change.format(value))
    declare(path, " BLOB", " VARCHAR")
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN")
        journal_cover.forget(raw)
        digests.recount(raw)
        raw.execute("COMMIT")
    with pytest.raises(Problem) as raised:
        workbooks.open_school(path)
    assert raised.value.code == "workbook-damaged"


@pytest.mark.slow
@pytest.mark.parametrize(
    "said", [None, "", "3.0.0 1000 5 aa", "x", "{0} 1000", "{0} 1000 7 aa", "{0} 1e3 7 aa"]
)
def test_a_cover_that_vouches_for_nothing_is_made_anew_by_the_next_act(path, said):
    """Of another SQLite, of none: the lines are counted one by one, and covered when one is written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN")
        journal_cover.forget(raw)
        if said is not None:
            value = said.format(sqlite3.sqlite_version)
            raw.execute("INSERT INTO meta VALUES (?, ?)", (journal_cover.FACT, value))
        digests.recount(raw)
        raw.execute("COMMIT")
    with workbooks.open_school(path) as book:
        entry.set_reason(book, "其他", "说明")
    assert cover_of(path) == 2 * BLOCK
    workbooks.open_school(path).close()
    past_the_program(path, "UPDATE journal SET who = 'x' WHERE seq = 3")
    with pytest.raises(Problem):
        workbooks.open_school(path)


@pytest.mark.slow
def test_an_act_that_is_taken_back_takes_its_cover_along(path):
    before = cover_of(path)
    with workbooks.open_school(path) as book:
        with pytest.raises(Problem):
            book.workbook.apply([SetReason(f"g{n}", None, "x") for n in range(BLOCK)], beside=refuse)
        assert cover_of_open(book) == before
        say(book, BLOCK)
        assert cover_of_open(book) == before + BLOCK
    workbooks.open_school(path).close()


def refuse(_door):
    raise Problem("approved-closed")


def cover_of_open(book):
    with book.workbook.reading() as raw:
        (said,) = raw.execute("SELECT value FROM meta WHERE name = ?", (journal_cover.FACT,)).fetchone()
    return int(said.split(" ")[1])


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(acts=st.lists(st.sampled_from([1, 63, 64, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK]), max_size=5))
def test_after_any_acts_the_cover_agrees_with_a_full_count(tmp_path_factory, acts):
    path = tmp_path_factory.mktemp("acts") / "校.edubook"
    with workbooks.create_school(path, NewSchool("2143000001", "甲校", "211", 2026)) as book:
        for number, count in enumerate(acts):
            say(book, count, number * 7)
            with book.workbook.reading() as raw:
                assert digests.differing(raw) == []
                assert not journal_cover.differs(raw)
    workbooks.open_school(path).close()
    assert cover_of(path) == (lines_of(path) or 0) // BLOCK * BLOCK
