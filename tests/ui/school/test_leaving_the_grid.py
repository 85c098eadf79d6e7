"""The keyboard stays in the grid until one of the keys that leave it; what is said moves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
K = Qt.Key
STAYING = [
    (K.Key_Tab, None),
    (K.Key_Backtab, SHIFT),
    (K.Key_Return, None),
    (K.Key_Return, SHIFT),
    (K.Key_End, CTRL),
    (K.Key_Home, CTRL),
    (K.Key_Right, CTRL),
    (K.Key_Space, CTRL),
    (K.Key_C, ALT),
    (K.Key_R, ALT),
    (K.Key_A, CTRL),
    (K.Key_Escape, None),
    (K.Key_PageDown, None),
]


@pytest.fixture
def grid(qtbot, window):
    window.activateWindow()
    window.show_page("classes")
    found = window.records["classes"].panes[0].grid
    found.go_to(found.table.index(0, 2))
    qtbot.waitUntil(lambda: QApplication.focusWidget() is found)
    return found


def press(qtbot, *pressed):
    for key, holding in pressed:
        qtbot.keyClick(QApplication.focusWidget(), key, holding or Qt.KeyboardModifier.NoModifier)


def test_no_other_key_takes_the_keyboard_out_nor_ticks_the_list(qtbot, window, grid):
    for key, holding in STAYING:
        press(qtbot, (key, holding))
        assert QApplication.focusWidget() is grid, key
    press(qtbot, (K.Key_Home, CTRL), (K.Key_Backtab, SHIFT))
    assert QApplication.focusWidget() is grid
    assert window.book.draft.complete == frozenset()


def test_f6_goes_through_the_parts_and_back(qtbot, window, grid):
    def part():
        focus = QApplication.focusWidget()
        parts = {"grid": grid, "panel": window._side, "nav": window._nav, "tools": window._tools}
        parts["tick"] = window.records["classes"].panes[0].tick
        return next(name for name, each in parts.items() if each is focus or each.isAncestorOf(focus))

    went = []
    for _ in range(5):
        press(qtbot, (K.Key_F6, None))
        went.append(part())
    assert went == ["panel", "nav", "tools", "tick", "grid"]
    press(qtbot, (K.Key_F6, SHIFT))
    assert part() == "tick"


def test_ctrl_tab_goes_to_the_next_table_and_ctrl_page_down_to_the_next_page(qtbot, window, grid):
    page = window.records["classes"]
    press(qtbot, (K.Key_Tab, CTRL))
    assert page._tabs.currentIndex() == 1
    assert page.isAncestorOf(QApplication.focusWidget())
    press(qtbot, (K.Key_Tab, CTRL | SHIFT))
    assert (page._tabs.currentIndex(), QApplication.focusWidget()) == (0, grid)
    press(qtbot, (K.Key_PageDown, CTRL))
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.records["teachers"].panes[0].grid)
    press(qtbot, (K.Key_PageUp, CTRL), (K.Key_PageUp, CTRL))
    qtbot.waitUntil(lambda: window.records["school"].isAncestorOf(QApplication.focusWidget()))
    assert window.page_name == "school"


def letters_of(window):
    from ui.common.nav_list import LETTER

    items = [window._nav.item(row) for row in range(window._nav.count())]
    return {item.data(LETTER): window._names[row] for row, item in enumerate(items)}


@pytest.mark.slow
def test_a_letter_leads_to_every_page_out_of_the_grid(qtbot, window, grid):
    letters = letters_of(window)
    assert len(letters) == len(window._names)
    for letter, name in letters.items():
        grid.setFocus()
        window.activateWindow()
        press(qtbot, (Qt.Key(ord(letter)), ALT))
        qtbot.waitUntil(lambda name=name: window._stack.currentWidget() is window.pages.made(name))
        qtbot.waitUntil(lambda name=name: window.page_name == name)


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)  # of a screen that is none
def test_a_letter_opens_each_menu_and_f10_goes_to_the_tools_and_back(qtbot, window, grid):
    menus = [each for each in window._tools.actions() if each.menu() is not None]
    assert [each.iconText() for each in menus] == ["导入(D)", "文件(W)"]
    for each, key in zip(menus, (K.Key_D, K.Key_W), strict=True):
        grid.setFocus()
        press(qtbot, (key, ALT))
        qtbot.waitUntil(each.menu().isVisible)
        each.menu().close()
    grid.setFocus()
    press(qtbot, (K.Key_F10, None))
    assert window._tools.isAncestorOf(QApplication.focusWidget())
    press(qtbot, (K.Key_F10, None))
    assert QApplication.focusWidget() is grid


def mnemonics(window):
    """Every letter after a single & in what a window holds."""
    texts = [each.text() for each in window.findChildren(QAction)]
    texts += [each.text() for kind in (QAbstractButton, QLabel) for each in window.findChildren(kind)]
    singles = (text.replace("&&", "") for text in texts)
    return {text[text.index("&") + 1].lower() for text in singles if "&" in text}


def test_no_letter_of_the_school_window_is_c_or_r(window):
    for name in window._names:
        window.show_page(name)
    assert not mnemonics(window) & {"c", "r"}
    assert not {each.lower() for each in letters_of(window)} & {"c", "r"}


def test_f1_shows_every_declared_key(qtbot, window, grid):
    from ui.common.cheat_sheet import CheatSheet
    from ui.common.keys import GROUPS

    press(qtbot, (K.Key_F1, None))
    sheet = next(each for each in QApplication.topLevelWidgets() if isinstance(each, CheatSheet))
    shown = [each.text() for each in sheet.findChildren(QLabel)]
    assert {line.keys for _, group in GROUPS for line in group} <= set(shown)
    qtbot.keyClick(sheet, K.Key_Escape)


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_what_is_said_moves_nothing_on_the_page(qtbot, opened, size):
    window = opened(*size)
    window.show_page("classes")
    grid = window.records["classes"].panes[0].grid
    grid.go_to(grid.table.index(0, 2))

    def places():
        own = (window.message, window.statusBar(), window.panel)  # their words change with the figures
        shown = [each for each in window.findChildren(QWidget) if each.isVisible()]
        shown = [each for each in shown if not any(part is each or part.isAncestorOf(each) for part in own)]
        return {each: (each.mapTo(window, QPoint(0, 0)), each.size()) for each in shown}

    qtbot.deliver()
    before = places()
    qtbot.keyClick(grid, K.Key_C, ALT)
    qtbot.keyClick(grid, K.Key_Delete)
    qtbot.deliver()
    assert window.message.text == "✓ 清除内容:改了 12 格"
    message = window.message.geometry()
    assert window.rect().contains(message)
    assert message.top() >= window.statusBar().y() - 12  # the status line's place: no row of the grid
    after = places()
    assert {each: at for each, at in after.items() if each in before and before[each] != at} == {}
    qtbot.mouseClick(window.message.action, Qt.MouseButton.LeftButton)
    assert grid.table.index(0, 2).data() == "40"
    window.message.caution("很长的话," * 60)
    qtbot.deliver()
    assert window.rect().contains(window.message.geometry())
    assert window.message.height() > message.height()


@pytest.mark.x11
def test_real_keys_on_the_idle_grid(qtbot, window, grid):
    """The same through the X server, as a keyboard sends them."""
    if shutil.which("xdotool") is None:
        pytest.skip("needs xdotool")

    def keys(*names):
        subprocess.run(["xdotool", "key", "--window", "0", *names], check=True, env=os.environ)

    subprocess.run(["xdotool", "windowfocus", "--sync", str(int(window.winId()))], check=True)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is grid)
    keys("alt+c")
    qtbot.waitUntil(lambda: len(grid.selectedIndexes()) == grid.table.rowCount())
    keys("ctrl+End", "Delete")
    qtbot.waitUntil(lambda: grid.currentIndex().row() == 11)
    qtbot.deliver()
    assert [grid.table.index(row, 2).data() for row in range(12)] == ["40"] * 12
    keys("ctrl+Home", "Right", "Right", "shift+Down", "4", "1", "ctrl+Return")
    qtbot.waitUntil(lambda: grid.table.index(1, 2).data() == "41")
    assert [grid.table.index(row, 2).data() for row in range(3)] == ["41", "41", "40"]
    keys("Tab", "shift+Tab", "Tab")
    qtbot.waitUntil(lambda: grid.currentIndex().row() == 1)
    assert QApplication.focusWidget() is grid
    keys("F6")
    qtbot.waitUntil(lambda: window._side.isAncestorOf(QApplication.focusWidget()))
    keys("shift+F6", "ctrl+Next")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.records["teachers"].panes[0].grid)


def test_a_place_that_must_be_mended_is_gone_to_through_filter_and_hidden_column(qtbot, window, grid):
    pane = window.records["classes"].panes[0]
    key = pane.table.keys[3]
    pane.table.set_wanted("name", ["一年级(1)班"])
    grid.setColumnHidden(2, True)
    assert "按 Ctrl+Shift+L 恢复" in pane._note.text()
    window.jump("school_class", key, "pupils")
    assert pane.place == ("school_class", key, "pupils")
    assert not grid.isColumnHidden(2)
    assert "Ctrl+Shift+L" not in pane._note.text()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)  # of a screen that is none
def test_the_steps_are_listed_and_one_is_gone_back_to(qtbot, window, grid):
    for row, text in ((0, "41"), (1, "42"), (2, "43")):
        grid.table.setData(grid.table.index(row, 2), text)
    press(qtbot, (K.Key_Z, CTRL | SHIFT))
    qtbot.waitUntil(window._steps.isVisible)
    lines = [each.text() for each in window._steps.actions()]
    assert lines == ["3. 修改 学生数", "2. 修改 学生数", "1. 修改 学生数"]
    window._steps.actions()[1].trigger()
    window._steps.close()
    assert [grid.table.index(row, 2).data() for row in range(3)] == ["41", "40", "40"]


def test_the_finding_offers_to_change_all_cells_that_say_the_same(qtbot, window, grid):
    for row in (0, 1, 2):
        grid.table.setData(grid.table.index(row, 2), "约40")
    window.workspace.settle()
    grid.go_to(grid.table.index(1, 2))
    line = window.records["classes"]._line
    assert line.same.isVisible()
    assert line.same.text() == "同样的 3 格都改…"
    line.same.click()
    dialog = grid.finding
    dialog.by.setText("40")
    dialog.by.setFocus()
    qtbot.keyClick(dialog.by, K.Key_Return)
    assert [grid.table.index(row, 2).data() for row in range(3)] == ["40"] * 3
    dialog.hide()
