"""The county looks at what came: from the import history, from the board, held files only when it insists."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.county.driving import LISTED, accept, idle, trusting
from ui.county.window import BOARD

pytestmark = pytest.mark.journey


def test_a_file_that_counts_is_shown_from_the_history_and_the_board(qtbot, town, open_window, artefacts):
    book, _, paths = trusting(town)
    window = open_window(book, (1093, 614))
    accept(qtbot, window, *paths)
    window._show_history(LISTED[0][0])
    history = window.intake.history
    cell = history.view.visualRect(history.table.index(0, 0)).center()
    qtbot.mouseClick(history.view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    window.grab().save(str(artefacts / "county-history-1093x614.png"))
    qtbot.mouseDClick(history.view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    idle(qtbot, window)
    viewer = history.viewing.viewer
    assert viewer.seen.school == LISTED[0][0]
    assert viewer.words.text().startswith("⚠ ")  # its key was admitted without paper
    assert viewer.list.count() > 10
    viewer.close()
    board = window.show_page(BOARD)
    idle(qtbot, window)
    assert not board.look.isEnabled()
    board.view.go_to(board.table.index(board.table.row_of(LISTED[2][0]), 0))
    window.grab().save(str(artefacts / "county-board-look-1093x614.png"))
    qtbot.mouseClick(board.look, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert board.viewing.viewer.seen.school == LISTED[2][0]
    board.viewing.viewer.close()


def test_a_held_file_shows_its_cover_until_the_county_insists(qtbot, town, open_window):
    book = town.county(listed=LISTED)
    path = town.send(town.school(1, "城关小学"))
    window = open_window(book)
    accept(qtbot, window, path)
    board = window.show_page(BOARD)
    idle(qtbot, window)
    board.view.go_to(board.table.index(board.table.row_of(LISTED[0][0]), 0))
    board.look.click()
    idle(qtbot, window)
    viewer = board.viewing.viewer
    assert viewer.list.count() == 2
    qtbot.mouseClick(viewer.insist, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert viewer.list.count() > 10
    assert "未核验" in viewer.words.text()
    viewer.close()


def test_the_county_window_restores_and_keeps_backups_too(qtbot, town, open_window):
    from PySide6.QtWidgets import QMenu

    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, *paths)
    actions = [action.text() for menu in window.findChildren(QMenu) for action in menu.actions()]
    assert "恢复备份…" in actions
    window.backups.look()
    qtbot.waitUntil(lambda: not window.backups._runner.busy)
    window.close()
    assert list(book.path.parent.glob(f"备份/{book.path.stem}_*.edubook"))
