"""The board stands before any figure; what was computed last stands on it as such, and nowhere else."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import pytest
from PySide6.QtWidgets import QLabel

from db import digests
from eduapp.services import entry, jobs
from eduapp.services.county.books import open_county
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import intake, last_figures, trust
from eduapp.services.hand_off.board import SchoolState
from eduapp.services.merge.listing import Expected
from tests.ui.county.driving import idle
from ui.app import make_application
from ui.common import theme as themes
from ui.county.window import CountyWindow, window_of

FIRST, SECOND = "2143000001", "2143000002"


@pytest.fixture
def county(town):
    """A county with a school that has reported and one that has not, looked at once; its path."""
    book = town.county(listed=[(FIRST, "甲小学"), (SECOND, "乙小学")])
    sent = town.send(town.school(1, "甲小学"))
    trust.admit_unchecked(book, [sent])
    jobs.run(intake.merge(book, [sent]))
    last_figures.keep_figures(book, jobs.run(county_report(book)))
    path = book.path
    book.close()
    return path


@pytest.fixture
def opened(qtbot, qapp):
    """The window of a county as it stands when it is shown, before its first job has ended."""
    light = themes.light()
    themes.dress(qapp, light)

    def show(path):
        window = CountyWindow(open_county(path), light)
        qtbot.addWidget(window)
        window.show()
        return window

    return show


@pytest.mark.slow
def test_the_board_stands_before_the_figures(opened, county, qtbot):
    window = opened(county)
    page = window.board
    assert window.desk.snapshot is None
    assert page.table.keys == [FIRST, SECOND]
    assert page.total.text() == "应报 2 校,已报 1 校,未报 1 校"
    before = page.settled.text()
    assert before.startswith("上次 ")
    idle(qtbot, window)
    after = page.settled.text()
    assert before.endswith(after)
    assert not after.startswith("上次")
    assert [row.state for row in window.desk.snapshot.board] == [SchoolState.FINAL, SchoolState.MISSING]


@pytest.mark.slow
def test_what_was_computed_last_is_thrown_away_where_anything_is_other(opened, county, qtbot):
    with open_county(county) as book:
        assert last_figures.last_figures(book) is not None
        intake.undo(book, [book.members[0].id], "学校来电")
        assert last_figures.last_figures(book) is None
    window = opened(county)
    assert window.board.settled.text() == ""
    assert window.board.total.text() == "应报 2 校,已报 0 校,未报 2 校"
    idle(qtbot, window)


@pytest.mark.slow
@pytest.mark.parametrize("change", ["list", "standards", "records"])
def test_by_each_thing_it_stood_on(county, change):
    with open_county(county) as book:
        if change == "list":
            book.set_expected([Expected("2143000009", "丙小学", "211")])
        elif change == "standards":
            book.workbook.set_meta(standards="national-2017 national-2012")
        else:
            with book.workbook.writing() as raw:
                raw.execute("DELETE FROM kept_entry")
        assert last_figures.last_figures(book) is None


@pytest.mark.slow
def test_it_is_on_no_paper_and_in_no_report(county):
    """Whoever writes other numbers there changes what the board says of the last time, and nothing else."""
    with open_county(county) as book:
        want = jobs.run(county_report(book))
    with closing(sqlite3.connect(county)) as raw, raw:
        raw.execute("DELETE FROM kept_entry WHERE place = 'board'")
        digests.recount(raw)
    with open_county(county) as book:
        assert last_figures.last_figures(book) is None
        assert jobs.run(county_report(book)) == want


@pytest.mark.slow
def test_a_countys_own_records_are_loaded_before_the_first_job_not_beside_it(county, qtbot, qapp):
    light = themes.light()
    themes.dress(qapp, light)
    window = window_of(open_county(county), light)
    qtbot.addWidget(window)
    begun = []
    window.jobs.started.connect(lambda _: begun.append(window.made("own") is not None))
    window.first.finish()
    assert begun == []
    assert window.board.table.keys == [FIRST, SECOND]
    window.rest.finish()
    idle(qtbot, window)
    assert begun[0] is True


def test_a_job_lets_the_windows_thread_go_on_after_a_millisecond(qapp):
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.005)
        make_application()
        assert sys.getswitchinterval() == pytest.approx(0.001)
    finally:
        sys.setswitchinterval(before)


@pytest.fixture
def crowded(town):
    """A county with three files of a school, of which the last counts, and one that waits; its path."""
    book = town.county(listed=[(FIRST, "甲小学"), (SECOND, "乙小学")])
    school, sent = town.school(1, "甲小学"), []
    for pupils in ("240", "239", "238"):
        entry.set_cell(school, "section_total", "primary", "pupils", pupils)
        sent.append(town.send(school))
    waiting = town.send(town.school(2, "乙小学"))
    trust.admit_unchecked(book, [sent[-1]])
    jobs.run(intake.merge(book, [*sent, waiting]))
    last_figures.keep_figures(book, jobs.run(county_report(book)))
    path, older = book.path, sorted(each.member.seq for each in book.copies.values())
    assert (older, len(book.held)) == ([1, 1, 2, 3], 1)
    book.close()
    return path


def watched(window):
    """What the line below says at each step of a job, and what the board shows meanwhile."""
    seen, shown = [], window.statusBar()

    def note(_):
        said = [each.text() for each in shown.findChildren(QLabel) if each.isVisible()]
        said = [each for each in said if each.startswith("核对已存文件")]
        seen.extend((each, tuple(window.board.table.keys), window.board.settled.text()[:2]) for each in said)

    window.jobs.progressed.connect(note)
    return seen


@pytest.mark.slow
def test_every_stored_file_is_checked_behind_the_board_and_the_line_below_says_how_far(
    opened, crowded, qtbot
):
    window = opened(crowded)
    seen = watched(window)
    idle(qtbot, window)
    # The one that counts was looked at where its figures were taken, and one, whichever is the first, where a
    # county without keys asks a file whose workbook this is; the others by themselves.
    ahead = len(seen)
    assert ahead in {2, 3}
    assert seen == [(f"核对已存文件 {done} / {ahead}", (FIRST, SECOND), "上次") for done in range(ahead)]
    assert not window.board.settled.text().startswith("上次")
    window.desk.refresh()
    idle(qtbot, window)
    assert len(seen) == ahead  # once since the workbook was opened


@pytest.mark.slow
@pytest.mark.parametrize("which", ["older", "waiting"])
def test_a_stored_file_that_counts_for_nothing_is_looked_at_too(opened, crowded, qtbot, which):
    where = {"older": "seq = 2", "waiting": f"school = '{SECOND}'"}[which]
    with closing(sqlite3.connect(crowded)) as raw, raw:
        raw.execute(f"UPDATE submission SET content = zeroblob(9) WHERE {where}")  # noqa: S608 - of here
        digests.recount(raw)
    window = opened(crowded)
    idle(qtbot, window)
    assert window.message.text.startswith("× 已存文件 ")
    assert "与收文时的不同" in window.message.text
    assert window.board.table.keys == [FIRST, SECOND]
    assert window.desk.snapshot is None
