"""Rows, series, find and replace on the idle grid, by key events; the order and choice of rows shown."""

from __future__ import annotations

import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from eduapp.services import entry

K = Qt.Key
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
NAME, GRADE, PUPILS = range(3)


def grid_over(qtbot, workspace, theme, record, rows):
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    entry.add_rows(workspace.book, record, rows)
    table = RecordTable(workspace, record, theme)
    view = SheetEditor(table, theme)
    view.tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.show()
    view.said = []
    view.noted.connect(view.said.append)
    return view


@pytest.fixture
def grid(qtbot, workspace, theme):
    rows = [{"name": f"{n}班", "grade": "一年级", "pupils": str(40 - i)} for i, n in enumerate("甲乙丙丁")]
    return grid_over(qtbot, workspace, theme, "school_class", rows)


def press(qtbot, view, *pressed):
    for key, holding in pressed:
        qtbot.keyClick(view, key, holding)


def column(view, at=NAME):
    return [view.table.index(row, at).data() for row in range(len(view.table.keys))]


def place(view):
    return view.currentIndex().row(), view.currentIndex().column()


def rows_selected(view):
    return sorted({each.row() for each in view.selectedIndexes()})


def go(view, row, at=NAME):
    view.go_to(view.table.index(row, at))


@pytest.mark.parametrize("key", [(K.Key_Plus, CTRL), (K.Key_Plus, CTRL | SHIFT), (K.Key_Equal, CTRL | SHIFT)])
def test_rows_are_put_above_and_one_undo_takes_them_back(qtbot, grid, key):
    go(grid, 1, PUPILS)
    press(qtbot, grid, (K.Key_Down, SHIFT), key)
    assert column(grid) == ["甲班", "", "", "乙班", "丙班", "丁班"]
    assert place(grid) == (1, PUPILS)
    grid.table.workspace.undo()
    assert column(grid) == ["甲班", "乙班", "丙班", "丁班"]


def test_rows_move_with_the_cursor_and_the_selection(qtbot, grid):
    go(grid, 1, PUPILS)
    press(qtbot, grid, (K.Key_Down, SHIFT), (K.Key_Down, ALT | SHIFT))
    assert column(grid) == ["甲班", "丁班", "乙班", "丙班"]
    assert (place(grid), rows_selected(grid)) == ((2, PUPILS), [2, 3])
    press(qtbot, grid, (K.Key_Up, ALT | SHIFT), (K.Key_Up, ALT | SHIFT), (K.Key_Up, ALT | SHIFT))
    assert column(grid) == ["乙班", "丙班", "甲班", "丁班"]
    assert (place(grid), rows_selected(grid)) == ((0, PUPILS), [0, 1])
    for _ in range(3):
        grid.table.workspace.undo()
    assert column(grid) == ["甲班", "乙班", "丙班", "丁班"]


def test_a_block_is_pasted_as_new_rows_and_writes_over_nothing(qtbot, qapp, grid):
    qapp.clipboard().setText("新1班\t二年级\t30\n新2班\t二年级\t31\n")
    go(grid, 1)
    press(qtbot, grid, (K.Key_V, CTRL | SHIFT))
    assert column(grid) == ["甲班", "新1班", "新2班", "乙班", "丙班", "丁班"]
    assert column(grid, PUPILS)[:3] == ["40", "30", "31"]
    go(grid, 6)  # the empty row: at the end
    press(qtbot, grid, (K.Key_V, CTRL | SHIFT))
    assert column(grid)[-2:] == ["新1班", "新2班"]


def test_today_and_the_value_above(qtbot, workspace, theme):
    view = grid_over(qtbot, workspace, theme, "homework", [{"planned": "30"}, {"planned": "31"}])
    today = datetime.datetime.now().astimezone().date().isoformat()
    fields = [each.name for each in view.table.fields]
    go(view, 0, fields.index("date"))
    press(qtbot, view, (K.Key_Down, SHIFT), (K.Key_Semicolon, CTRL))
    assert column(view, fields.index("date")) == [today, today]
    go(view, 1, fields.index("planned"))
    press(qtbot, view, (K.Key_Semicolon, CTRL))
    assert view.said == ["这一列不填日期。"]
    press(qtbot, view, (K.Key_Apostrophe, CTRL))
    assert column(view, fields.index("planned")) == ["30", "30"]
    go(view, 2, fields.index("planned"))  # the empty row becomes one
    press(qtbot, view, (K.Key_Apostrophe, CTRL))
    assert column(view, fields.index("planned")) == ["30", "30", "30"]


def test_a_series_is_filled_from_the_first_cell_and_from_the_first_two(qtbot, grid):
    grid.table.setData(grid.table.index(0, NAME), "一年级(1)班")
    go(grid, 0)
    press(qtbot, grid, *[(K.Key_Down, SHIFT)] * 3, (K.Key_Right, SHIFT))
    grid.table.workspace.edit(
        lambda book: entry.set_cells(
            book,
            [("school_class", key, name, None) for key in grid.table.keys[1:] for name in ("name", "grade")],
            "清",
        )
    )
    press(qtbot, grid, (K.Key_D, CTRL | SHIFT))
    assert column(grid) == ["一年级(1)班", "一年级(2)班", "一年级(3)班", "一年级(4)班"]
    assert column(grid, GRADE) == ["一年级", "二年级", "三年级", "四年级"]
    go(grid, 0, PUPILS)
    press(qtbot, grid, *[(K.Key_Down, SHIFT)] * 3, (K.Key_D, CTRL | SHIFT))
    assert column(grid, PUPILS) == ["40", "39", "38", "37"]
    go(grid, 1, 3)
    press(qtbot, grid, (K.Key_Down, SHIFT), (K.Key_D, CTRL | SHIFT))
    assert grid.said == ["看不出序列:请先填好第一格(或前两格),从它起选中要填的格,再按一次。"]


def test_21_equal_wrong_cells_are_mended_in_one_act(qtbot, workspace, theme):
    rows = [{"name": f"教师{i}", "post": "在岗在编"} for i in range(21)] + [{"name": "另", "post": "借出"}]
    view = grid_over(qtbot, workspace, theme, "teacher", rows)
    at = [each.name for each in view.table.fields].index("post")
    go(view, 3, at)
    assert view.same_here() == 21
    pressed = 0
    press(qtbot, view, (K.Key_H, CTRL | SHIFT))
    dialog = view.finding
    assert dialog.said.text() == "共 21 格"
    for key in (K.Key_1, K.Key_Return):  # the first choice of the list, by its number
        qtbot.keyClick(dialog.by, key)
        pressed += 1
    assert column(view, at) == ["在编在岗"] * 21 + ["借出"]
    assert pressed + 1 <= 3
    assert dialog.said.text() == "替换了 21 格,可以用「撤销」取回"
    view.table.workspace.undo()
    assert column(view, at)[:21] == ["在岗在编"] * 21


def test_find_goes_round_and_replace_changes_one_or_all(qtbot, grid):
    go(grid, 0)
    press(qtbot, grid, (K.Key_F, CTRL))
    dialog = grid.finding
    qtbot.keyClicks(dialog.wanted, "3")
    assert dialog.said.text() == "共 3 格"
    found = []
    for _ in range(4):
        qtbot.keyClick(dialog.wanted, K.Key_Return)
        found.append(place(grid))
    assert found == [(1, PUPILS), (2, PUPILS), (3, PUPILS), (1, PUPILS)]
    qtbot.keyClick(dialog.wanted, K.Key_Return, SHIFT)
    assert place(grid) == (3, PUPILS)
    dialog.by.setText("2")
    dialog.one.click()
    assert column(grid, PUPILS) == ["40", "39", "38", "27"]
    dialog.all.click()
    assert column(grid, PUPILS) == ["40", "29", "28", "27"]
    dialog.wanted.setText("不存在")
    assert (dialog.said.text(), dialog.all.isEnabled()) == ("没有找到", False)
    dialog.hide()


def test_what_is_found_within_one_column_only_or_as_a_whole_cell(qtbot, grid):
    grid.table.setData(grid.table.index(0, PUPILS), "约４0")
    go(grid, 1, PUPILS)
    press(qtbot, grid, (K.Key_H, CTRL))
    dialog = grid.finding
    dialog.wanted.setText("一年级")
    dialog.column_only.setChecked(True)
    assert dialog.said.text() == "没有找到"
    dialog.column_only.setChecked(False)
    assert dialog.said.text() == "共 4 格"
    dialog.whole.setChecked(True)
    dialog.wanted.setText("约40")  # full and half width are alike
    assert dialog.said.text() == "共 1 格"
    dialog.by.setText("40")
    dialog.by.setFocus()
    qtbot.keyClick(dialog.by, K.Key_Return)
    assert column(grid, PUPILS)[0] == "40"
    dialog.hide()


def test_a_view_is_sorted_and_filtered_writes_nothing_and_an_edited_row_stays(qtbot, grid):
    table = grid.table
    table.set_sorting("pupils", down=False)
    assert column(grid) == ["丁班", "丙班", "乙班", "甲班"]
    assert table.view_words == "按「学生数」从小到大看"
    go(grid, 0, PUPILS)
    table.setData(table.index(0, PUPILS), "99")
    assert column(grid) == ["丁班", "丙班", "乙班", "甲班"]
    assert place(grid) == (0, PUPILS)
    press(qtbot, grid, (K.Key_Plus, CTRL), (K.Key_Down, ALT | SHIFT))
    assert len(grid.said) == 2
    assert [row["name"] for row in table.workspace.book.draft.rows["school_class"].values()] == [
        "甲班",
        "乙班",
        "丙班",
        "丁班",
    ]
    table.set_sorting("pupils", down=True)
    assert column(grid)[0] == "丁班"
    table.set_wanted("name", ["甲班", "丙班"])
    assert column(grid) == ["甲班", "丙班"]
    table.as_entered()
    assert (column(grid), table.view_words) == (["甲班", "乙班", "丙班", "丁班"], "")


def test_numbers_texts_unreadable_and_empty_are_sorted_in_that_order(grid):
    table = grid.table
    table.setData(table.index(1, PUPILS), "约20")
    table.setData(table.index(2, PUPILS), "")
    table.setData(table.index(3, PUPILS), "100")
    table.set_sorting("pupils", down=False)
    assert column(grid, PUPILS) == ["40", "100", "约20", ""]
    table.set_sorting("pupils", down=True)
    assert column(grid, PUPILS)[-1] == ""
    assert table.texts_of("pupils") == ["40", "100", "约20", ""]


def chosen(menu, words):
    action = next(each for each in menu.actions() if each.text().partition("\t")[0] == words)
    action.trigger()


def menu_of(view, at):
    from ui.common.column_menu import column_menu

    return column_menu(view, view.table, at, view._keeping)


def test_the_menu_of_a_column_opens_by_a_key_and_keeps_the_current_row(qtbot, grid):
    go(grid, 2, PUPILS)
    chosen(menu_of(grid, PUPILS), "从小到大看")
    assert (column(grid)[0], place(grid)) == ("丁班", (1, PUPILS))
    press(qtbot, grid, (K.Key_L, CTRL | SHIFT))
    assert (column(grid)[0], place(grid)) == ("甲班", (2, PUPILS))
    chosen(menu_of(grid, PUPILS), "只看「38」")
    assert (column(grid), place(grid)) == (["丙班"], (0, PUPILS))
    chosen(menu_of(grid, PUPILS), "恢复录入顺序,显示全部行")
    assert len(column(grid)) == 4


def test_a_hidden_column_comes_back_from_any_columns_menu_and_the_last_one_stays(grid):
    chosen(menu_of(grid, GRADE), "隐藏这一列")
    assert grid.isColumnHidden(GRADE)
    chosen(menu_of(grid, NAME), "显示隐藏的 1 列:年级")
    assert not grid.isColumnHidden(GRADE)
    for at in range(1, grid.table.columnCount()):
        grid.setColumnHidden(at, True)
    hide = next(each for each in menu_of(grid, NAME).actions() if each.text() == "隐藏这一列")
    assert not hide.isEnabled()


def test_the_rows_to_see_are_ticked(qtbot, grid):
    from ui.common.column_menu import TextsDialog

    dialog = TextsDialog(grid, "学生数", grid.table.texts_of("pupils"), None)
    qtbot.addWidget(dialog)
    assert dialog.chosen == ["37", "38", "39", "40"]
    dialog.show()
    dialog._list.setCurrentRow(0)
    qtbot.keyClick(dialog._list, K.Key_Space)
    assert dialog.chosen == ["38", "39", "40"]


def test_widths_and_hidden_columns_are_there_again_and_a_damaged_file_is_none(qtbot, grid, home):
    from ui.common.grid_memory import GridMemory

    fields = [each.name for each in grid.table.fields]
    memory = GridMemory(grid, "school_class", fields)
    usual = grid.columnWidth(PUPILS)
    grid.setColumnWidth(GRADE, 133)
    grid.setColumnHidden(PUPILS, True)
    memory.keep()
    grid.setColumnWidth(GRADE, 90)
    grid.setColumnHidden(PUPILS, False)
    GridMemory(grid, "school_class", fields)
    assert grid.columnWidth(GRADE) == 133
    assert grid.isColumnHidden(PUPILS)
    grid.setColumnHidden(PUPILS, False)
    assert grid.columnWidth(PUPILS) == usual
    kept = next(home.rglob("columns.json"))
    for damage in ("[1]", "{", '{"school_class": {"grade": "x", "pupils": -999999}}', '{"school_class": 3}'):
        kept.write_text(damage, encoding="utf-8")
        GridMemory(grid, "school_class", fields)
        assert grid.columnWidth(GRADE) == 133
        assert not grid.isColumnHidden(PUPILS)
