"""The county's own records while its key is locked: what is typed is written, or stays where it was typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from eduapp.services import entry
from eduapp.services.county.books import open_county
from eduapp.services.keys import county_keys, keyring
from tests.ui.county.driving import idle
from tests.ui.county.test_county_records import PEOPLE, form_of, type_cell, type_form

PASSPHRASE = "changjiang huanghe"  # noqa: S105 - of the tests
CONTROL = Qt.KeyboardModifier.ControlModifier
PROJECTS = "county_project"
ELIGIBLE = (PEOPLE, "-", "eligible")


@pytest.fixture
def book(town):
    """A county whose key has a passphrase; a number and a project were typed while it was open."""
    with town.county() as office:
        county_keys.establish(office.workbook, PASSPHRASE)
        entry.set_cell(office, *ELIGIBLE, "7")
        entry.add_row(office, PROJECTS, {"name": "旧楼"})
        key, path = county_keys._path(office.workbook), office.path
    keyring.forget(key)
    return open_county(path)


@pytest.fixture
def window(qtbot, book, open_window):
    """Its window, in which nobody gave the passphrase at the beginning."""
    return without_passphrase(qtbot, open_window(book))


def in_front(qtbot, window):
    idle(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def without_passphrase(qtbot, window):
    window.keys.county.dialog.reject()
    in_front(qtbot, window)
    return window


def asked(qtbot, window):
    """The dialog that asks, once it is there."""
    qtbot.waitUntil(lambda: window.keys.county.dialog is not None)
    return window.keys.county.dialog


def unlock(qtbot, window):
    dialog = asked(qtbot, window)
    qtbot.keyClicks(dialog.form.fields[0], PASSPHRASE)
    qtbot.keyClick(dialog.form.fields[0], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.keys.county.dialog is None)
    in_front(qtbot, window)


def cancel(qtbot, window):
    asked(qtbot, window).no.click()
    qtbot.waitUntil(lambda: window.keys.county.dialog is None)
    qtbot.deliver()


def grid_of(window):
    window.show_page("county_work")
    return window.own.pages["county_work"].panes[0].grid


def names(window):
    return [row["name"] for row in window.book.draft.rows[PROJECTS].values()]


def editor_at(grid, row, column=0):
    return grid.indexWidget(grid.table.index(row, column))


# --- a form ---


def eligible(window):
    return window.book.draft.only(PEOPLE)["eligible"]


@pytest.mark.slow
@pytest.mark.parametrize("leave", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
def test_a_number_in_a_form_is_written_once_the_passphrase_is_given(qtbot, window, leave):
    form = form_of(window, PEOPLE)
    form.go_to(*ELIGIBLE)
    editor = form.editors[ELIGIBLE]
    editor.selectAll()
    qtbot.keyClicks(editor, "41")
    qtbot.keyClick(editor, leave)
    assert (eligible(window), editor.text()) == (7, "41")
    unlock(qtbot, window)
    assert (eligible(window), editor.text(), editor.isModified()) == (41, "41", False)
    assert "已写入" in window.message.text
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert eligible(window) == 7


@pytest.mark.slow
def test_a_number_in_a_form_stays_as_it_was_typed_where_nobody_unlocks(qtbot, window):
    form = form_of(window, PEOPLE)
    editor = type_form(qtbot, form, ELIGIBLE, "41")
    cancel(qtbot, window)
    assert (eligible(window), editor.text(), window.own.unwritten) == (7, "41", True)
    assert "还没有写入" in window.message.text
    window.message.action.click()
    unlock(qtbot, window)
    assert (eligible(window), window.own.unwritten) == (41, False)


@pytest.mark.slow
def test_two_fields_typed_between_refusals_are_both_written(qtbot, window):
    form = form_of(window, PEOPLE)
    type_form(qtbot, form, ELIGIBLE, "41")
    cancel(qtbot, window)
    type_form(qtbot, form, (PEOPLE, "-", "disabled"), "42")
    unlock(qtbot, window)
    row = window.book.draft.only(PEOPLE)
    assert (row["eligible"], row["disabled"]) == (41, 42)


@pytest.mark.slow
def test_escape_gives_up_what_was_typed(qtbot, window):
    form = form_of(window, PEOPLE)
    editor = type_form(qtbot, form, ELIGIBLE, "41")
    cancel(qtbot, window)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert (editor.text(), window.own.unwritten) == ("7", False)
    assert window.close()


# --- a grid ---


@pytest.mark.slow
@pytest.mark.parametrize("row", [0, 1])
def test_a_cell_of_a_grid_is_written_once_the_passphrase_is_given(qtbot, window, row):
    grid = grid_of(window)
    type_cell(qtbot, grid, row, 0, "xinlou")
    before = ["旧楼"]
    assert names(window) == before
    assert editor_at(grid, row).text() == "xinlou"
    unlock(qtbot, window)
    assert names(window) == [["xinlou"], ["旧楼", "xinlou"]][row]
    assert editor_at(grid, row) is None
    assert not window.own.unwritten


@pytest.mark.slow
def test_a_cell_of_a_grid_stays_open_where_nobody_unlocks(qtbot, window):
    grid = grid_of(window)
    type_cell(qtbot, grid, 1, 0, "xinlou")
    cancel(qtbot, window)
    assert editor_at(grid, 1).text() == "xinlou"
    assert grid.currentIndex().row() == 1
    assert "还没有写入" in window.message.text
    grid.go_to(grid.table.index(0, 0))  # a click elsewhere
    cancel(qtbot, window)
    assert editor_at(grid, 1).text() == "xinlou"
    window.show_page("board")
    cancel(qtbot, window)
    window.show_page("county_work")
    qtbot.keyClick(editor_at(grid, 1), Qt.Key.Key_Return)
    unlock(qtbot, window)
    assert names(window) == ["旧楼", "xinlou"]


def test_a_cell_of_a_grid_is_given_up_by_escape(qtbot, window):
    grid = grid_of(window)
    type_cell(qtbot, grid, 1, 0, "xinlou")
    cancel(qtbot, window)
    qtbot.keyClick(editor_at(grid, 1), Qt.Key.Key_Escape)
    assert (editor_at(grid, 1), window.own.unwritten, names(window)) == (None, False, ["旧楼"])


# --- what is done to cells ---


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 120])
def test_a_paste_is_made_once_the_passphrase_is_given(qtbot, window, count):
    grid = grid_of(window)
    fresh = [f"项目{number}" for number in range(count)]
    QApplication.clipboard().setText("\n".join(fresh))
    grid.go_to(grid.table.index(1, 0))
    qtbot.keyClick(grid, Qt.Key.Key_V, CONTROL)
    assert names(window) == ["旧楼"]
    unlock(qtbot, window)
    assert names(window) == ["旧楼", *fresh]


@pytest.mark.slow
def test_a_paste_is_forgotten_with_the_dialog(qtbot, window):
    grid = grid_of(window)
    QApplication.clipboard().setText("项目")
    grid.go_to(grid.table.index(1, 0))
    qtbot.keyClick(grid, Qt.Key.Key_V, CONTROL)
    cancel(qtbot, window)
    assert "刚才的修改没有写入" in window.message.text
    type_cell(qtbot, grid, 1, 0, "xinlou")
    unlock(qtbot, window)
    assert names(window) == ["旧楼", "xinlou"]


@pytest.mark.slow
def test_rows_are_deleted_once_the_passphrase_is_given(qtbot, window):
    grid = grid_of(window)
    grid.go_to(grid.table.index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_Minus, CONTROL)
    assert names(window) == ["旧楼"]
    unlock(qtbot, window)
    assert names(window) == []


@pytest.mark.slow
def test_a_change_is_undone_and_redone_once_the_passphrase_is_given(qtbot, window):
    form = form_of(window, PEOPLE)
    type_form(qtbot, form, ELIGIBLE, "41")
    unlock(qtbot, window)
    key = county_keys._path(window.book.workbook)
    keyring.forget(key)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert eligible(window) == 41
    unlock(qtbot, window)
    assert eligible(window) == 7
    keyring.forget(key)
    qtbot.keyClick(window, Qt.Key.Key_Y, CONTROL)
    assert eligible(window) == 7
    unlock(qtbot, window)
    assert eligible(window) == 41


@pytest.mark.slow
def test_an_explanation_waits_in_its_field(qtbot, town, open_window, book):
    county_keys.unlock(book.workbook, PASSPHRASE)
    entry.set_cell(book, "county_funding", "-", "special_funds", "240")
    keyring.forget(county_keys._path(book.workbook))
    window = without_passphrase(qtbot, open_window(book))
    window.own.workspace.settle()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    line = window.own.pages["county_facts"]._line
    qtbot.keyClicks(line.reason, "xinshe")
    qtbot.keyClick(line.reason, Qt.Key.Key_Return)
    cancel(qtbot, window)
    assert (line.reason.text(), window.own.unwritten) == ("xinshe", True)
    window.message.action.click()
    unlock(qtbot, window)
    assert list(book.draft.reasons.values()) == ["xinshe"]


# --- the end ---


@pytest.mark.slow
def test_the_window_stays_until_what_was_typed_is_written(qtbot, window):
    form = form_of(window, PEOPLE)
    form.go_to(*ELIGIBLE)
    editor = form.editors[ELIGIBLE]
    editor.selectAll()
    qtbot.keyClicks(editor, "41")
    path = window.book.path
    assert not window.close()
    cancel(qtbot, window)
    assert not window.close()
    unlock(qtbot, window)
    assert window.close()
    with open_county(path) as again:
        assert again.draft.only(PEOPLE)["eligible"] == 41
