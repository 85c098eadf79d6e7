"""The board of the last time is there while a county's workbook is opened: to be looked at, no more."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db import workbook
from db.problems import Problem
from eduapp.services import glimpses, jobs
from eduapp.services.county.books import open_county
from eduapp.services.folders import data_folder
from eduapp.services.hand_off import intake
from tests.ui.county.driving import idle, trusting
from ui import app
from ui.common.theme import CAUTION, DONE, TROUBLE
from ui.county.glimpse import BoardGlimpse, last_time

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def county(town):
    book, _, paths = trusting(town)
    jobs.run(intake.merge(book, paths[:2]))
    with closing(book):
        return book.workbook.path


@pytest.fixture
def seen(monkeypatch):
    """What each glimpse said in a moment of its life: (note, total, rows)."""
    found = []
    leave = BoardGlimpse.leave

    def look(self):
        assert self.isVisible()
        rows = [
            [self.table.look_at(row, column).text for column in range(8)]
            for row in range(len(self.table.keys))
        ]
        found.append((self.note.text(), self.total.text(), rows))
        leave(self)

    monkeypatch.setattr(BoardGlimpse, "leave", look)
    return found


def open_and_close(qtbot, program, path):
    window = program.open(path)
    idle(qtbot, window)
    rows = [[window.board.table.look_at(row, 1).text for row in range(len(window.board.table.keys))]]
    window.close()
    program.windows.remove(window)
    return rows[0]


@pytest.mark.slow
def test_the_second_opening_begins_with_the_board_as_it_was_left(qtbot, program, county, seen):
    names = open_and_close(qtbot, program, county)
    assert seen == []
    open_and_close(qtbot, program, county)
    [(note, total, rows)] = seen
    assert note.startswith("上次 ")
    assert total == "应报 3 校,已报 2 校,未报 1 校"
    assert [row[1] for row in rows] == names
    assert [row[3] for row in rows] == ["已报", "已报", "未报"]
    assert not re.search(f"[{DONE}{CAUTION}{TROUBLE}]", "".join(map("".join, rows)))


@pytest.mark.slow
def test_after_anything_else_touched_the_workbook_there_is_none(qtbot, program, county, seen):
    open_and_close(qtbot, program, county)
    with open_county(county) as book:
        intake.undo(book, [book.members[0].id], "学校来电")
    open_and_close(qtbot, program, county)
    assert seen == []
    open_and_close(qtbot, program, county)
    assert seen[0][1] == "应报 3 校,已报 1 校,未报 2 校"


@pytest.mark.slow
def test_it_goes_when_the_workbook_does_not_open(qtbot, program, county, seen):
    open_and_close(qtbot, program, county)
    with workbook.open_workbook(county), pytest.raises(Problem) as found:
        program.open(county)
    assert found.value.code == "workbook-in-use"
    assert len(seen) == 1
    assert not [
        each for each in QApplication.topLevelWidgets() if isinstance(each, BoardGlimpse) and each.isVisible()
    ]


@pytest.mark.slow
def test_nothing_on_it_is_chosen_copied_or_closed(qtbot, program, county, monkeypatch):
    open_and_close(qtbot, program, county)
    said = []

    def try_all(self):
        QApplication.clipboard().setText("vorher")
        self.view.selectAll()
        QTest.keyClick(self.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        QTest.mouseDClick(self.view.viewport(), Qt.MouseButton.LeftButton)
        said.append((QApplication.clipboard().text(), self.close(), self.isVisible()))
        leave(self)

    leave = BoardGlimpse.leave
    monkeypatch.setattr(BoardGlimpse, "leave", try_all)
    open_and_close(qtbot, program, county)
    assert said == [("vorher", False, True)]


@pytest.mark.slow
def test_a_board_that_is_being_computed_anew_is_not_kept(qtbot, program, county):
    window = program.open(county)
    idle(qtbot, window)
    window.desk.outdate()
    assert not window.desk.is_current
    window.close()
    program.windows.remove(window)
    assert glimpses.last(data_folder(), county) is None


@pytest.mark.slow
def test_it_is_on_the_screen_before_anything_of_the_workbook_is_read(qtbot, program, county, monkeypatch):
    open_and_close(qtbot, program, county)
    order = []
    read = app._read
    monkeypatch.setattr(app, "_read", lambda path: order.append("read") or read(path))
    paint = BoardGlimpse.paintEvent
    monkeypatch.setattr(
        BoardGlimpse, "paintEvent", lambda self, event: order.append("paint") or paint(self, event)
    )
    open_and_close(qtbot, program, county)
    assert order[0] == "paint"
    assert "read" in order


def test_who_reads_it():
    """No paper, no report, no command: the program around the windows alone."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for top in ("eduapp", "ui", "db")
        for path in (ROOT / top).rglob("*.py")
        if "glimpses" in path.read_text(encoding="utf-8")
    }
    assert readers == {
        "ui/app.py",
        "ui/county/board_page.py",
        "ui/county/glimpse.py",
        "ui/county/window.py",
    }


def test_of_today_the_hour_is_said_and_of_other_days_the_day_too():
    import datetime

    now = datetime.datetime.now().astimezone().replace(hour=14, minute=2)
    assert last_time(now.isoformat()) == "14:02"
    assert last_time((now - datetime.timedelta(days=1)).isoformat()).endswith(" 14:02")
