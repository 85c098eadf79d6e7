"""Identity and mobile numbers in the window: pasted, imported, typed, found on opening."""

from __future__ import annotations

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from db.records.catalog import RECORDS
from db.records.values import Unread
from eduapp.services import entry, workbooks
from tests.services.persons import identity, mobile
from ui.common.numbers_question import EMPTY, MONTH, NOT_AT_ALL

CARD = identity(born="19790401")


@pytest.fixture
def grid(window, qtbot):
    window.show_page("teachers")
    grid = window.records["teachers"].panes[0].grid
    qtbot.deliver()
    return grid


def answer(words, artefacts=None):
    """Press a button of the box that comes up."""

    def press():
        box = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox))
        if artefacts is not None:
            box.grab().save(str(artefacts / "numbers-paste.png"))
        next(each for each in box.buttons() if each.text() == words).click()

    QTimer.singleShot(50, press)


def put(grid, field, row, text):
    names = [each.name for each in grid.table.fields]
    grid.go_to(grid.table.index(row, names.index(field)))
    QGuiApplication.clipboard().setText(text)
    grid.paste()


def row_of(window, at):
    rows = window.book.draft.rows["teacher"]
    return rows[rows.key_at(at)]


@pytest.mark.slow
@pytest.mark.parametrize(("words", "month"), [(MONTH, "1979-04"), (EMPTY, None)])
def test_a_shifted_paste_is_asked_about(window, grid, words, month, artefacts):
    answer(words, artefacts)
    put(grid, "hired", 0, f"{CARD}\t中级\n2010-09-01\t中级")
    assert row_of(window, 0)["hired"] is None
    assert row_of(window, 0)["birth_month"] == month
    assert str(row_of(window, 1)["hired"]) == "2010-09-01"
    assert row_of(window, 0)["title"] is not None


def test_not_to_paste_changes_nothing(window, grid):
    before = dict(row_of(window, 0)), window.workspace.undo_stack.count()
    answer(NOT_AT_ALL)
    put(grid, "name", 0, f"张三\t{CARD}")
    assert (row_of(window, 0), window.workspace.undo_stack.count()) == before


@pytest.mark.slow
def test_one_text_over_many_cells_is_asked_about_too(window, grid):
    first, last = grid.table.index(0, 0), grid.table.index(2, 0)
    grid.selectionModel().select(first, grid.selectionModel().SelectionFlag.ClearAndSelect)
    grid.go_to(first)
    grid.selectionModel().select(last, grid.selectionModel().SelectionFlag.Select)
    between = row_of(window, 1)["name"]
    QGuiApplication.clipboard().setText(f"李四{mobile(1)}")
    answer(EMPTY)
    grid.paste()
    assert [row_of(window, at)["name"] for at in range(3)] == ["李四", between, "李四"]


@pytest.mark.slow
def test_typed_by_hand_it_is_kept_and_red(window, grid, qtbot, artefacts):
    names = [each.name for each in grid.table.fields]
    place = grid.table.index(0, names.index("hired"))
    assert grid.table.setData(place, CARD)
    assert row_of(window, 0)["hired"] == Unread(CARD)
    assert grid.table.data(place, Qt.ItemDataRole.ForegroundRole).name() == window.theme.bad
    window.workspace.check_now()
    assert "身份证号" in str(place.data(Qt.ItemDataRole.ToolTipRole))
    assert CARD not in str(place.data(Qt.ItemDataRole.ToolTipRole))
    window.grab().save(str(artefacts / "numbers-typed.png"))


@pytest.mark.slow
def test_a_workbook_that_holds_some_says_so_when_it_is_opened(path, qtbot, theme, artefacts):
    from ui.school.window import SchoolWindow

    with workbooks.open_school(path) as book:
        keys = list(book.draft.rows["teacher"])
        entry.set_cell(book, "teacher", keys[0], "hired", CARD)
        entry.set_cell(book, "teacher", keys[1], "backbone_document", f"联系 {mobile(2)}")
    window = SchoolWindow(workbooks.open_school(path), theme)
    qtbot.addWidget(window)
    window.resize(1093, 614)
    window.show()
    assert "2 处身份证号或手机号" in window.message.text
    window.grab().save(str(artefacts / "numbers-opened.png"))
    window.message.action.click()
    dialog = window.numbers.dialog
    qtbot.deliver()
    dialog.grab().save(str(artefacts / "numbers-found.png"))
    dialog.month.click()
    rows = window.book.draft.rows["teacher"]
    assert (rows[keys[0]]["hired"], rows[keys[0]]["birth_month"]) == (None, "1979-04")
    assert rows[keys[1]]["backbone_document"] == "联系"
    window.workspace.undo()
    assert rows[keys[0]]["hired"] == Unread(CARD)
    window.jobs.stop()
    window.close()


@pytest.mark.slow
def test_an_import_offers_the_month(window, qtbot, tmp_path, artefacts):
    file = Workbook()
    file.active.append([field.heading for field in RECORDS["teacher"].fields.values()])
    file.active.append(["钱七", CARD, "小学", "语文", "本科"])
    file.save(tmp_path / "名单.xlsx")
    window.imports.list_("teacher", tmp_path / "名单.xlsx")
    qtbot.waitUntil(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    assert dialog.month.isChecked()
    dialog.grab().save(str(artefacts / "numbers-import.png"))
    before = len(window.book.draft.rows["teacher"])
    dialog.take.click()
    qtbot.waitUntil(lambda: len(window.book.draft.rows["teacher"]) > before)
    assert row_of(window, before)["birth_month"] == "1979-04"
