"""The rule of docs/grid-keys.md on the idle grid, before an editor opens, and in an editor: by key events."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from eduapp.services import entry
from ui.common import keys

ROOT = Path(__file__).resolve().parents[3]
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
K = Qt.Key
NAME, GRADE, PUPILS, BOARDERS, CATCHMENT = range(5)


@pytest.fixture
def grid(qtbot, workspace, theme):
    """Six classes with gaps: rows 0 to 5, row 6 is the empty one; with a field before and one after it."""
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    rows = [{"name": f"{i}班", "grade": "一年级", "pupils": str(30 + i)} for i in range(6)]
    rows[3] |= {"boarders": "5"}
    del rows[2]["pupils"]
    entry.add_rows(workspace.book, "school_class", rows)
    view = SheetEditor(RecordTable(workspace, "school_class", theme), theme)
    around = QWidget()
    box = QVBoxLayout(around)
    view.before, view.after = QLineEdit(), QLineEdit()
    for each in (view.before, view, view.after):
        box.addWidget(each)
    qtbot.addWidget(around)
    around.resize(800, 400)
    around.show()
    view.go_to(view.table.index(0, PUPILS))
    view.around = around
    return view


def press(qtbot, view, *pressed):
    for each in pressed:
        key, holding = each if isinstance(each, tuple) else (each, Qt.KeyboardModifier.NoModifier)
        editor = view.indexWidget(view.currentIndex())
        qtbot.keyClick(editor if editor is not None else view, key, holding)


def place(view):
    return view.currentIndex().row(), view.currentIndex().column()


def selected(view):
    return sorted((each.row(), each.column()) for each in view.selectedIndexes())


def area(top, left, bottom, right):
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def texts(view, column=PUPILS):
    return [view.table.index(row, column).data() for row in range(len(view.table.keys))]


def test_the_page_and_the_declared_keys_are_equal():
    assert (ROOT / "docs" / "grid-keys.md").read_text(encoding="utf-8") == "\n".join(keys.page()) + "\n"


def test_every_declared_key_is_one_key_and_every_act_is_done_by_somebody(workspace, theme):
    from ui.common.sheet_edit import SheetEditor
    from ui.common.window_keys import WindowKeys
    from ui.school.window import SchoolWindow

    lines = [line for _, group in keys.GROUPS for line in group]
    pressed = [keys._pressed(key) for line in lines for key in line.acts]
    assert len(pressed) == len(set(pressed))
    doers = (SheetEditor, WindowKeys, SchoolWindow)
    acts = {act.name for line in lines for act in line.acts.values()}
    assert {name for name in acts if not any(hasattr(each, name) for each in doers)} == set()
    assert all(line.keys and line.words for line in lines)


@pytest.mark.parametrize(
    ("start", "key", "holding", "end"),
    [
        ((0, PUPILS), K.Key_Down, None, (1, PUPILS)),
        ((0, PUPILS), K.Key_Up, None, (0, PUPILS)),
        ((0, NAME), K.Key_Left, None, (0, NAME)),
        ((0, PUPILS), K.Key_Right, None, (0, BOARDERS)),
        ((0, PUPILS), K.Key_Down, CTRL, (1, PUPILS)),  # the stretch ends before the gap
        ((1, PUPILS), K.Key_Down, CTRL, (3, PUPILS)),  # over the gap to the next filled one
        ((3, PUPILS), K.Key_Down, CTRL, (5, PUPILS)),  # the last row of data, not the empty one
        ((5, PUPILS), K.Key_Down, CTRL, (6, PUPILS)),
        ((6, PUPILS), K.Key_Up, CTRL, (5, PUPILS)),
        ((0, CATCHMENT), K.Key_Down, CTRL, (5, CATCHMENT)),  # nothing there: the edge of the data
        ((0, NAME), K.Key_Right, CTRL, (0, PUPILS)),
        ((0, PUPILS), K.Key_Right, CTRL, (0, 6)),
        ((3, 6), K.Key_Left, CTRL, (3, BOARDERS)),
        ((3, BOARDERS), K.Key_Home, None, (3, NAME)),
        ((3, BOARDERS), K.Key_End, None, (3, 6)),
        ((3, BOARDERS), K.Key_Home, CTRL, (0, NAME)),
        ((3, BOARDERS), K.Key_End, CTRL, (5, 6)),
        ((0, PUPILS), K.Key_PageDown, None, (6, PUPILS)),
        ((6, PUPILS), K.Key_PageUp, None, (0, PUPILS)),
        ((0, PUPILS), K.Key_Return, None, (1, PUPILS)),
        ((1, PUPILS), K.Key_Enter, SHIFT, (0, PUPILS)),
        ((0, PUPILS), K.Key_Tab, None, (0, BOARDERS)),
        ((0, 6), K.Key_Tab, None, (1, NAME)),
        ((6, 6), K.Key_Tab, None, (6, 6)),
        ((1, NAME), K.Key_Backtab, SHIFT, (0, 6)),
        ((0, NAME), K.Key_Backtab, SHIFT, (0, NAME)),
    ],
)
def test_a_key_moves_cursor_and_selection_together_and_never_leaves(qtbot, grid, start, key, holding, end):
    grid.go_to(grid.table.index(*start))
    press(qtbot, grid, (key, holding or Qt.KeyboardModifier.NoModifier))
    assert place(grid) == end
    assert selected(grid) == [end]
    assert grid.around.focusWidget() is grid


@pytest.mark.parametrize(
    ("start", "pressed", "block"),
    [
        ((1, PUPILS), [(K.Key_Down, SHIFT)] * 2, (1, PUPILS, 3, PUPILS)),
        ((3, PUPILS), [(K.Key_Up, SHIFT)] * 2, (1, PUPILS, 3, PUPILS)),
        ((1, PUPILS), [(K.Key_Down, SHIFT), (K.Key_Up, SHIFT), (K.Key_Up, SHIFT)], (0, PUPILS, 1, PUPILS)),
        ((3, PUPILS), [(K.Key_Down, CTRL | SHIFT)], (3, PUPILS, 5, PUPILS)),
        ((1, PUPILS), [(K.Key_Left, CTRL | SHIFT), (K.Key_Down, SHIFT)], (1, NAME, 2, PUPILS)),
        ((3, PUPILS), [(K.Key_Home, CTRL | SHIFT)], (0, NAME, 3, PUPILS)),
        ((3, PUPILS), [(K.Key_End, CTRL | SHIFT)], (3, PUPILS, 5, 6)),
        ((3, PUPILS), [(K.Key_Home, SHIFT)], (3, NAME, 3, PUPILS)),
        ((3, PUPILS), [(K.Key_End, SHIFT)], (3, PUPILS, 3, 6)),
        ((2, PUPILS), [(K.Key_PageDown, SHIFT)], (2, PUPILS, 6, PUPILS)),
        ((3, PUPILS), [(K.Key_A, CTRL)], (0, NAME, 5, 6)),
        ((3, PUPILS), [(K.Key_C, ALT)], (0, PUPILS, 6, PUPILS)),
        ((3, PUPILS), [(K.Key_Space, CTRL)], (0, PUPILS, 6, PUPILS)),
        ((3, PUPILS), [(K.Key_C, ALT), (K.Key_Right, SHIFT)], (0, PUPILS, 6, BOARDERS)),
        ((3, PUPILS), [(K.Key_R, ALT)], (3, NAME, 3, 6)),
        ((3, PUPILS), [(K.Key_Space, SHIFT)], (3, NAME, 3, 6)),
        ((3, PUPILS), [(K.Key_R, ALT), (K.Key_Down, SHIFT)], (3, NAME, 4, 6)),
        ((3, PUPILS), [(K.Key_Down, SHIFT), (K.Key_R, ALT)], (3, NAME, 4, 6)),
    ],
)
def test_shift_extends_from_the_current_cell_which_stays(qtbot, grid, start, pressed, block):
    grid.go_to(grid.table.index(*start))
    press(qtbot, grid, *pressed)
    assert selected(grid) == area(*block)
    assert place(grid) == start
    assert grid.around.focusWidget() is grid
    press(qtbot, grid, K.Key_Right)
    assert len(selected(grid)) == 1


def test_enter_and_tab_walk_a_selection_and_come_round(qtbot, grid):
    grid.go_to(grid.table.index(1, GRADE))
    press(qtbot, grid, (K.Key_Right, SHIFT), (K.Key_Down, SHIFT))
    walked = []
    for _ in range(5):
        press(qtbot, grid, K.Key_Return)
        walked.append(place(grid))
    assert walked == [(2, GRADE), (1, PUPILS), (2, PUPILS), (1, GRADE), (2, GRADE)]
    press(qtbot, grid, K.Key_Tab)
    assert place(grid) == (2, PUPILS)
    press(qtbot, grid, K.Key_Tab)
    assert place(grid) == (1, GRADE)
    press(qtbot, grid, (K.Key_Backtab, SHIFT), (K.Key_Enter, SHIFT))
    assert place(grid) == (1, PUPILS)
    assert selected(grid) == area(1, GRADE, 2, PUPILS)


def test_two_blocks_are_walked_one_after_the_other_and_hidden_columns_are_passed_over(qtbot, grid):
    model = grid.table
    grid.setColumnHidden(BOARDERS, True)
    blocks = QItemSelection(model.index(0, PUPILS), model.index(0, CATCHMENT))
    blocks.select(model.index(4, NAME), model.index(4, NAME))
    grid.go_to(model.index(0, PUPILS))
    grid.selectionModel().select(blocks, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    walked = []
    for _ in range(3):
        press(qtbot, grid, K.Key_Tab)
        walked.append(place(grid))
    assert walked == [(0, CATCHMENT), (4, NAME), (0, PUPILS)]


def test_what_is_typed_goes_on_within_the_selection(qtbot, grid):
    grid.go_to(grid.table.index(0, PUPILS))
    press(qtbot, grid, (K.Key_Down, SHIFT), (K.Key_Down, SHIFT))
    for digit in (K.Key_1, K.Key_2, K.Key_3):
        press(qtbot, grid, digit, K.Key_Return)
    assert texts(grid)[:4] == ["1", "2", "3", "33"]
    assert place(grid) == (0, PUPILS)
    assert selected(grid) == area(0, PUPILS, 2, PUPILS)


def test_ctrl_enter_writes_what_is_typed_into_every_selected_cell_in_one_step(qtbot, grid):
    grid.go_to(grid.table.index(1, PUPILS))
    press(qtbot, grid, (K.Key_Down, SHIFT), (K.Key_Down, SHIFT), K.Key_4, K.Key_5, (K.Key_Return, CTRL))
    assert texts(grid) == ["30", "45", "45", "45", "34", "35"]
    assert selected(grid) == area(1, PUPILS, 3, PUPILS)
    assert grid.indexWidget(grid.currentIndex()) is None
    grid.table.workspace.undo()
    assert texts(grid) == ["30", "31", "", "33", "34", "35"]
    grid.go_to(grid.table.index(0, PUPILS))
    press(qtbot, grid, K.Key_7, (K.Key_Enter, CTRL))  # of one cell: written, and it stays
    assert (texts(grid)[0], place(grid)) == ("7", (0, PUPILS))
    grid.go_to(grid.table.index(4, PUPILS))
    press(qtbot, grid, (K.Key_Up, SHIFT), (K.Key_Return, CTRL))  # nothing typed: the current cell's own
    assert texts(grid)[3:5] == ["34", "34"]


def test_column_and_row_are_selected_out_of_an_editor_too_and_its_text_is_written(qtbot, grid):
    press(qtbot, grid, K.Key_4, K.Key_4, (K.Key_C, ALT))
    assert texts(grid)[0] == "44"
    assert selected(grid) == area(0, PUPILS, 6, PUPILS)
    press(qtbot, grid, K.Key_Escape, K.Key_Home, K.Key_A, (K.Key_R, ALT))
    assert texts(grid, NAME)[0] == "a"
    assert selected(grid) == area(0, NAME, 0, 6)


@pytest.mark.parametrize("away", [(K.Key_End, CTRL), (K.Key_Home, CTRL), (K.Key_Down, CTRL), K.Key_PageDown])
def test_no_act_hits_a_selection_that_was_left(qtbot, qapp, grid, away):
    press(qtbot, grid, (K.Key_C, ALT), away)
    here = place(grid)
    before = {(r, c): grid.table.index(r, c).data() for r in range(6) for c in range(7)}
    qapp.clipboard().setText("9")
    for act in ((K.Key_Delete,), ((K.Key_V, CTRL),), ((K.Key_D, CTRL),)):
        press(qtbot, grid, *act)
        after = {(r, c): grid.table.index(r, c).data() for r in range(6) for c in range(7)}
        assert {each for each in before if before[each] != after[each]} <= {here}


def test_what_lies_between_two_selected_cells_is_not_emptied_nor_deleted_nor_pasted_over(qtbot, qapp, grid):
    def choose():
        model = grid.table
        apart = QItemSelection(model.index(0, PUPILS), model.index(0, PUPILS))
        apart.select(model.index(3, PUPILS), model.index(3, PUPILS))
        grid.go_to(model.index(0, PUPILS))
        grid.selectionModel().select(apart, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    choose()
    press(qtbot, grid, K.Key_Delete)
    assert texts(grid) == ["", "31", "", "", "34", "35"]
    qapp.clipboard().setText("9")
    press(qtbot, grid, (K.Key_V, CTRL))
    assert texts(grid) == ["9", "31", "", "9", "34", "35"]
    press(qtbot, grid, (K.Key_Minus, CTRL))
    assert texts(grid) == ["31", "", "34", "35"]


def test_a_hidden_column_within_a_selected_row_is_left_alone(qtbot, grid):
    grid.setColumnHidden(PUPILS, True)
    grid.go_to(grid.table.index(3, NAME))
    press(qtbot, grid, (K.Key_R, ALT), K.Key_Delete)
    assert [grid.table.index(3, c).data() for c in range(4)] == ["", "", "33", ""]


def test_after_a_deleted_row_the_cell_under_the_cursor_is_what_is_selected(qtbot, grid):
    grid.go_to(grid.table.index(2, PUPILS))
    press(qtbot, grid, (K.Key_Minus, CTRL))
    assert selected(grid) == [place(grid)]
    grid.go_to(grid.table.index(4, PUPILS))
    press(qtbot, grid, (K.Key_Minus, CTRL))
    assert selected(grid) == [place(grid)]


def mouse(grid, row, column):
    return grid.visualRect(grid.table.index(row, column)).center()


def test_the_mouse_follows_the_same_rule(qtbot, grid):
    port = grid.viewport()
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=mouse(grid, 1, PUPILS))
    press(qtbot, grid, K.Key_Down)
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, SHIFT, mouse(grid, 4, BOARDERS))
    assert (place(grid), selected(grid)) == ((2, PUPILS), area(2, PUPILS, 4, BOARDERS))
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=mouse(grid, 0, GRADE))
    for row in (1, 2):
        qtbot.mouseMove(port, mouse(grid, row, PUPILS) + QPoint(0, 1))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=mouse(grid, 2, PUPILS))
    assert place(grid) == (0, GRADE)
    heading = grid.horizontalHeader()
    at = QPoint(heading.sectionViewportPosition(GRADE) + 15, 8)
    qtbot.mouseClick(heading.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert selected(grid) == area(0, GRADE, 6, GRADE)
    assert place(grid) in selected(grid)
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, CTRL, mouse(grid, 0, GRADE))  # taken out again
    assert place(grid) in selected(grid)


def test_deleting_many_rows_asks_and_few_rows_do_not(qtbot, grid, monkeypatch):
    from ui.common import deleting_question

    asked = []
    monkeypatch.setattr(
        deleting_question.MessageBox, "exec", lambda box: asked.append((box.text(), box.informativeText()))
    )
    entry.add_rows(grid.table.workspace.book, "school_class", [{"name": f"新{i}班"} for i in range(4)])
    grid.table.set_filter(None)
    grid.go_to(grid.table.index(0, PUPILS))
    press(qtbot, grid, (K.Key_C, ALT), (K.Key_Minus, CTRL))
    assert len(grid.table.keys) == 10  # the question was closed: nothing is deleted
    assert asked == [("要删除选中的 10 行吗?", "其中有:0班、1班、2班 等。删除后可以用「撤销」取回。")]
    press(qtbot, grid, (K.Key_Home, CTRL))
    for _ in range(8):
        press(qtbot, grid, (K.Key_Down, SHIFT))
    press(qtbot, grid, (K.Key_Minus, CTRL))
    assert len(grid.table.keys) == 1
    assert len(asked) == 1


def test_a_bulk_act_says_what_it_changed(qtbot, grid):
    said = []
    grid.done.connect(said.append)
    press(qtbot, grid, K.Key_Delete)  # one cell: seen as it is
    assert said == []
    press(qtbot, grid, (K.Key_C, ALT), K.Key_Delete)
    assert said == ["清除内容:改了 4 格"]


def test_the_menu_names_the_declared_keys(grid):
    lines = [each.text() for each in grid.make_menu().actions() if not each.isSeparator()]
    assert "复制\tCtrl+C" in lines
    assert "删除选中的行\tCtrl+-" in lines
    known = {keys.said(key) for _, group in keys.GROUPS for line in group for key in line.acts}
    assert {key for line in lines if (key := line.partition("\t")[2])} <= known


def test_a_digit_on_the_number_pad_types_and_its_enter_goes_down(qtbot, grid):
    pad = Qt.KeyboardModifier.KeypadModifier
    press(qtbot, grid, (K.Key_5, pad), (K.Key_Enter, pad))
    assert (texts(grid)[0], place(grid)) == ("5", (1, PUPILS))


def test_words_of_keys_hold_no_key_twice():
    page = "\n".join(keys.page())
    cells = re.findall(r"^\| (.+?) \|", page, re.MULTILINE)
    assert len(cells) == len(set(cells)) + len(keys.GROUPS) - 1  # each table has its heading
