"""Sticks that come while the program runs, and the folder that a person types."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db import drives
from db.drives import Drive, DriveKind

SCHOOL = "2143000123"


@pytest.fixture
def plugged(monkeypatch):
    """The drives of this computer, as the one door tells of them."""
    there = []
    monkeypatch.setattr(drives, "mounted", lambda kinds: tuple(each for each in there if each.kind in kinds))
    return there


@pytest.fixture
def folder(tmp_path):
    def make(name):
        made = tmp_path / name
        made.mkdir()
        return made

    return make


def look(qtbot, window):
    with qtbot.waitSignal(window.keys.watch.looked):
        window.keys.watch._look()
    qtbot.idle(window)


def receipt(folder, number=1):
    path = folder / f"{SCHOOL}_回执_{number:04d}.edureceipt"
    path.write_bytes(b"x")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("kind", [DriveKind.REMOVABLE, DriveKind.EXTERNAL])
def test_a_stick_that_comes_later_is_where_the_submission_goes(qtbot, plugged, window, folder, kind):
    window.show_page("send")
    qtbot.idle(window)
    page = window.send_page
    assert page.folder.text() == str(window.book.path.parent)
    plugged.append(Drive(folder("硬盘"), DriveKind.FIXED))
    look(qtbot, window)
    assert page.folder.text() == str(window.book.path.parent)
    plugged.append(Drive(folder("U盘"), kind))
    look(qtbot, window)
    assert page.folder.text() == str(plugged[1].root)
    plugged.pop()
    look(qtbot, window)
    assert "U盘" in page.folder.text()  # pulled: what was suggested does not turn into the hard disk unseen


@pytest.mark.slow
def test_a_folder_that_was_typed_stays_when_a_stick_comes(qtbot, plugged, window, folder):
    window.show_page("send")
    qtbot.idle(window)
    typed = str(folder("上报"))
    window.send_page.folder.setText(typed)
    plugged.append(Drive(folder("U盘"), DriveKind.REMOVABLE))
    look(qtbot, window)
    assert window.send_page.folder.text() == typed


def test_every_stick_is_looked_into_also_one_that_cannot_be_written(qtbot, plugged, window, folder):
    first, second = folder("甲"), folder("乙")
    wanted = {receipt(first, 1), receipt(second, 2)}
    plugged += [Drive(first, DriveKind.REMOVABLE), Drive(second, DriveKind.REMOVABLE, writable=False)]
    plugged.append(Drive(Path("/not/there"), DriveKind.REMOVABLE))
    with qtbot.waitSignal(window.keys.receipts_found) as told:
        window.keys.watch._look()
    assert set(told.args[0]) == wanted


@pytest.mark.slow
def test_enter_in_the_line_finds_the_receipts_of_the_folder(qtbot, window, folder):
    window.show_page("send")
    qtbot.idle(window)
    there = folder("上报")
    path = receipt(there)
    line = window.send_page.folder
    line.setFocus()
    line.selectAll()
    line.insert(str(there))
    with qtbot.waitSignal(window.keys.receipts_found) as told:
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert told.args == [(path,)]


@pytest.mark.slow
def test_leaving_the_line_does_so_too(qtbot, window, folder):
    window.show_page("send")
    qtbot.idle(window)
    path = receipt(folder("上报"))
    line = window.send_page.folder
    line.setFocus()
    line.selectAll()
    line.insert(str(path.parent))
    with qtbot.waitSignal(window.keys.receipts_found) as told:
        QTest.keyClick(line, Qt.Key.Key_Tab)
    assert told.args == [(path,)]


@pytest.mark.slow
def test_enter_on_a_folder_that_is_not_there_says_so(qtbot, window, tmp_path):
    window.show_page("send")
    qtbot.idle(window)
    line = window.send_page.folder
    line.setText(str(tmp_path / "没有"))
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "找不到" in window.message.text)
