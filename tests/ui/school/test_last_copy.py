"""The copy at closing is made beside the window's thread, and the book closes only after it."""

import threading

import pytest
from PySide6.QtCore import QTimer

from db import backups
from eduapp.services import backups as copies
from eduapp.services import entry, workbooks
from eduapp.services.backups import backups_of


@pytest.fixture
def slow(monkeypatch):
    """Copies wait until they may go on; `threads` are those that made them."""
    go, threads, keep = threading.Event(), [], copies.keep

    def waiting(*given, **named):
        threads.append(threading.current_thread())
        go.wait(20)
        return keep(*given, **named)

    monkeypatch.setattr(copies, "keep", waiting)
    return go, threads


@pytest.mark.slow
def test_the_window_thread_stays_alive_while_the_last_copy_is_made(qtbot, opened, path, slow):
    window, (go, threads), ticks = opened(), slow, []
    entry.set_cell(window.book, "section_total", "primary", "pupils", "40")
    timer = QTimer(window, interval=5)
    timer.timeout.connect(lambda: (ticks.append(window.isVisible()), len(ticks) > 3 and go.set()))
    timer.start()
    window.close()
    assert threading.main_thread() not in threads
    assert len(ticks) > 3
    assert all(ticks)  # in sight until its copy is made
    assert not window.isVisible()
    (made,) = backups_of(path)
    assert made.occasion == "关闭前"
    with workbooks.open_school(made.path) as book:
        assert book.draft.section("primary")["pupils"] == 40


def test_closed_again_while_the_copy_is_made_the_first_closing_goes_on(qtbot, opened, path, slow):
    window, (go, threads) = opened(), slow
    entry.set_cell(window.book, "section_total", "primary", "pupils", "40")
    answers = []

    def again():
        window.close()
        answers.append(window.book.workbook.meta["role"])  # the book is open: the copy is still made of it
        go.set()

    QTimer.singleShot(30, window, again)
    window.close()
    assert answers == ["school"]
    assert len(threads) == 1
    assert len(backups_of(path)) == 1


def test_a_last_copy_that_fails_is_said_and_the_workbook_is_whole(qtbot, opened, path, monkeypatch):
    window = opened()
    entry.set_cell(window.book, "section_total", "primary", "pupils", "40")

    def fail(part, target):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(backups, "_finish", fail)
    said = []
    monkeypatch.setattr(window.backups, "_say_after_the_end", said.append)
    window.close()
    assert [each.code for each in said] == ["backup-failed"]
    monkeypatch.undo()
    with workbooks.open_school(path) as book:
        assert book.draft.section("primary")["pupils"] == 40
