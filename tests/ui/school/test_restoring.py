"""Restoring a backup by hand: from the menu of the window, and from the start page for a damaged file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu

from db import backups
from eduapp.services import entry, workbooks
from eduapp.services.backups import backups_of
from ui.common.backups_dialog import BackupsDialog

pytestmark = pytest.mark.journey


def pupils(path):
    with workbooks.open_school(path) as book:
        return book.draft.rows["section_total"]["primary"]["pupils"]


def write(path, number, occasion=None):
    with workbooks.open_school(path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", str(number))
        if occasion:
            return book.workbook.backup(occasion)
    return None


def choose(qtbot, artefacts, row, name, seen):
    """Wait for the list in its dialog, then click a row and 恢复."""

    def work():
        dialog = next((w for w in QApplication.topLevelWidgets() if isinstance(w, BackupsDialog)), None)
        if dialog is None or not dialog.isVisible() or not dialog.table.rowCount():
            QTimer.singleShot(20, work)
            return
        seen.append([dialog.table.look_at(at, 1).text for at in range(dialog.table.rowCount())])
        dialog.grab().save(str(artefacts / f"{name}.png"))
        cell = dialog.view.visualRect(dialog.table.index(row, 0)).center()
        qtbot.mouseClick(dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
        assert dialog.take.isEnabled()
        qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, work)


def restore_action(window):
    return next(
        action
        for menu in window.findChildren(QMenu)
        for action in menu.actions()
        if action.text() == "恢复备份…"
    )


def test_two_clicks_bring_a_backup_back_into_the_same_window(qtbot, program, path, artefacts):
    write(path, 38, "导入前")
    write(path, 39)
    window = program.open(path)
    window.resize(1093, 614)
    window.show_page("send")
    qtbot.idle(window)
    before, seen = window.book.workbook.meta["workbook"], []
    choose(qtbot, artefacts, 0, "backups-dialog", seen)
    restore_action(window).trigger()
    qtbot.waitUntil(lambda: len(program.windows) == 1 and program.windows[0] is not window)
    again = program.windows[0]
    qtbot.waitUntil(lambda: not again.jobs.busy)
    assert seen == [["导入前"]]
    assert again.isVisible()
    assert (again.page_name, again.height()) == ("send", 614)  # the offscreen screen is no wider than 800
    again.resize(1093, 614)
    assert again.book.draft.rows["section_total"]["primary"]["pupils"] == 38
    assert again.message.text.startswith("✓ 已恢复")
    assert again.book.workbook.meta["workbook_before"] == before
    again.grab().save(str(artefacts / "restored-1093x614.png"))
    assert QApplication.quitOnLastWindowClosed()
    # What was newer is in the list now, and comes back the same way.
    choose(qtbot, artefacts, 0, "backups-dialog-again", seen)
    restore_action(again).trigger()
    qtbot.waitUntil(lambda: program.windows and program.windows[0] is not again)
    assert seen[1] == ["恢复前", "导入前"]
    assert program.windows[0].book.draft.rows["section_total"]["primary"]["pupils"] == 39


def test_a_damaged_workbook_offers_its_backups_on_the_start_page(qtbot, program, path, artefacts):
    write(path, 38, "定时")
    path.write_bytes(path.read_bytes()[: 4096 * 5])
    program.start(None)
    page = program.start_page
    assert page.rescue.isHidden()
    page.open_wanted.emit(str(path))
    assert page.message.text.startswith("× ")
    assert page.rescue.isVisible()
    page.grab().save(str(artefacts / "start-rescue.png"))
    choose(qtbot, artefacts, 0, "backups-dialog-rescue", [])
    qtbot.mouseClick(page.rescue, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(program.windows))
    assert program.start_page is None
    assert program.windows[0].book.draft.rows["section_total"]["primary"]["pupils"] == 38
    assert [each.occasion for each in backups_of(path)] == ["恢复前", "定时"]
    assert [each.readable for each in backups_of(path)] == [False, True]


def test_started_with_a_damaged_workbook_the_program_offers_its_backups_too(qtbot, program, path):
    write(path, 38, "定时")
    path.write_bytes(b"\xff" * 5000)
    assert program.start(path)
    assert program.start_page.rescue.isVisible()
    assert program.start_page.offered == str(path)


def test_a_damaged_workbook_without_backups_offers_nothing(program, path):
    path.write_bytes(path.read_bytes()[: 4096 * 5])
    program.start(None)
    program.start_page.open_wanted.emit(str(path))
    assert program.start_page.rescue.isHidden()


def test_a_restore_that_fails_opens_the_workbook_as_it_was_and_says_so(qtbot, program, path, artefacts):
    made = write(path, 38, "定时")
    write(path, 39)
    window = program.open(path)
    choose(qtbot, artefacts, 0, "backups-dialog-fails", [])
    window.backups.restore_wanted.connect(lambda _copy: made.write_bytes(b"spoilt"))
    restore_action(window).trigger()
    qtbot.waitUntil(lambda: program.windows and program.windows[0] is not window)
    again = program.windows[0]
    assert again.book.draft.rows["section_total"]["primary"]["pupils"] == 39
    assert again.message.text.startswith("× ")


def test_closing_makes_the_last_backup_when_one_is_due(qtbot, opened, path):
    window = opened()
    entry.set_cell(window.book, "section_total", "primary", "pupils", "40")
    window.close()
    (made,) = backups_of(path)
    assert made.occasion == "关闭前"
    assert pupils(path) == 40


def test_the_hourly_backup_runs_beside_the_clerk(qtbot, opened, path):
    window = opened()
    entry.set_cell(window.book, "section_total", "primary", "pupils", "41")
    window.backups.look()
    assert not window.jobs.busy  # the pages stay open to the clerk
    for number in range(42, 60):
        entry.set_cell(window.book, "section_total", "primary", "pupils", str(number))
        QApplication.processEvents()
    qtbot.waitUntil(lambda: not window.backups._runner.busy)
    (made,) = backups_of(path)
    assert made.occasion == "定时"
    assert 41 <= pupils(made.path) <= 59
    window.backups.look()
    qtbot.waitUntil(lambda: not window.backups._runner.busy)
    assert len(backups_of(path)) == 1


def test_a_backup_that_cannot_be_made_is_said_once(qtbot, opened, path, monkeypatch):
    window = opened()

    def fail(part, target):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(backups, "_finish", fail)
    said = []
    window.backups.failed.connect(said.append)
    for _ in range(2):
        window.backups.look()
        qtbot.waitUntil(lambda: not window.backups._runner.busy)
    assert [each.code for each in said] == ["backup-failed"]
    assert window.message.text.startswith("⚠ ")
    monkeypatch.undo()
