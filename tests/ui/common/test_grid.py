"""The grid for typing: keys, blocks, undo, big lists; the model under Qt's own tester."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from db.records.values import Unread
from eduapp.services import entry

CLASSES = [{"name": f"一年级({i})班", "grade": "一年级", "pupils": str(30 + i)} for i in range(1, 5)]


@pytest.fixture
def grid(qtbot, workspace, theme):
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    entry.add_rows(workspace.book, "school_class", CLASSES)
    table = RecordTable(workspace, "school_class", theme)
    tester = QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view = SheetEditor(table, theme)
    view.tester = tester
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    view.setFocus()
    at(view, 0, 2)
    return view


def at(view, row, column):
    view.go_to(view.table.index(row, column))


def select(view, top, left, bottom, right):
    model = view.table
    at(view, top, left)
    block = QItemSelection(model.index(top, left), model.index(bottom, right))
    view.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def type_into(qtbot, view, text):
    """The first key opens the editor, the others go where the keyboard then is."""
    qtbot.keyClicks(view, text[0])
    editor = view.indexWidget(view.currentIndex())
    qtbot.keyClicks(editor, text[1:])
    return editor


def texts(view, column=2):
    return [view.table.index(row, column).data() for row in range(len(view.table.keys))]


def place(view):
    return view.currentIndex().row(), view.currentIndex().column()


def test_typing_replaces_and_enter_goes_down(qtbot, grid):
    editor = type_into(qtbot, grid, "47")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert texts(grid)[0] == "47"
    assert place(grid) == (1, 2)
    editor = type_into(qtbot, grid, "12")
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert texts(grid)[1] == "12"
    assert place(grid) == (0, 2)


def test_tab_goes_right_and_enter_then_back_to_where_the_row_was_begun(qtbot, grid):
    at(grid, 4, 0)
    for text in ("二年级(1)班", "二年级", "40"):
        grid.edit(grid.currentIndex())
        editor = grid.indexWidget(grid.currentIndex())
        editor.setText(text)
        qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert place(grid) == (4, 3)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert place(grid) == (5, 0)
    assert [grid.table.index(4, c).data() for c in range(3)] == ["二年级(1)班", "二年级", "40"]


def test_arrows_leave_a_cell_that_was_typed_over_but_not_one_opened_by_f2(qtbot, grid):
    editor = type_into(qtbot, grid, "9")
    qtbot.keyClick(editor, Qt.Key.Key_Right)
    assert (texts(grid)[0], place(grid)) == ("9", (0, 3))
    at(grid, 1, 2)
    qtbot.keyClick(grid, Qt.Key.Key_F2)
    editor = grid.indexWidget(grid.currentIndex())
    assert (editor.text(), editor.selectedText(), editor.cursorPosition()) == ("32", "", 2)
    qtbot.keyClick(editor, Qt.Key.Key_Left)
    assert editor.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert texts(grid)[1] == "32"


def test_full_width_digits_are_read_and_a_word_is_kept_in_red(qtbot, grid, theme):
    grid.table.setData(grid.table.index(0, 2), "３８")
    assert texts(grid)[0] == "38"
    editor = type_into(qtbot, grid, "4")
    editor.setText("约500")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    index = grid.table.index(0, 2)
    assert index.data() == "约500"
    assert index.data(Qt.ItemDataRole.ForegroundRole).name() == theme.bad
    key = grid.table.keys[0]
    assert grid.table.workspace.book.draft.rows["school_class"][key]["pupils"] == Unread("约500")


def test_a_choice_is_taken_by_its_letters(qtbot, grid):
    at(grid, 0, 1)
    editor = type_into(qtbot, grid, "3n")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert (texts(grid, 1)[0], place(grid)) == ("三年级", (1, 1))


def test_escape_leaves_the_cell_as_it_was(qtbot, grid):
    editor = type_into(qtbot, grid, "99")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert texts(grid)[0] == "31"
    assert not grid.table.workspace.undo_stack.canUndo()


def copy_text(qapp, text):
    qapp.clipboard().setText(text)


def test_a_pasted_block_is_one_step_and_rows_past_the_end_are_added(qtbot, qapp, grid):
    at(grid, 3, 1)
    copy_text(qapp, "二年级\t41\n二年级\t四十二\n三年级\t43\n")
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert texts(grid) == ["31", "32", "33", "41", "四十二", "43"]
    stack = grid.table.workspace.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "粘贴 3 行")
    grid.table.workspace.undo()
    assert texts(grid) == ["31", "32", "33", "34"]
    grid.table.workspace.redo()
    assert texts(grid) == ["31", "32", "33", "41", "四十二", "43"]


def test_a_pasted_heading_places_the_columns_and_names_what_has_no_place(qtbot, qapp, grid):
    said = []
    grid.noted.connect(said.append)
    at(grid, 4, 3)
    copy_text(qapp, "学生数\t班级\t班主任\n50\t六年级(1)班\t张三\n")
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [grid.table.index(4, c).data() for c in range(4)] == ["六年级(1)班", "", "50", ""]
    assert said == ["没有这些列,未粘贴:班主任"]


def test_what_does_not_fit_is_said(qtbot, qapp, grid):
    said = []
    grid.noted.connect(said.append)
    last = grid.table.columnCount() - 1
    at(grid, 0, last)
    copy_text(qapp, "1\t2\t3\n")
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert said == ["粘贴的内容比表格多 2 列,多出的未粘贴"]
    assert grid.table.index(0, last).data() == "1"


def test_one_value_fills_the_selection(qtbot, qapp, grid):
    select(grid, 0, 2, 3, 2)
    copy_text(qapp, "45")
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert texts(grid) == ["45"] * 4


def test_copy_fill_down_and_delete(qtbot, qapp, grid):
    select(grid, 0, 1, 1, 2)
    qtbot.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert qapp.clipboard().text() == "一年级\t31\n一年级\t32\n"
    from ui.common.clipboard_table import from_html

    html = qapp.clipboard().mimeData().html()
    assert from_html(html) == [["一年级", "31"], ["一年级", "32"]]
    assert "<td>31</td>" in html
    select(grid, 0, 2, 2, 2)
    qtbot.keyClick(grid, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert texts(grid) == ["31", "31", "31", "34"]
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert texts(grid) == ["", "", "", "34"]
    assert grid.table.workspace.undo_stack.count() == 2


def test_rows_are_deleted_and_come_back_in_their_place(qtbot, grid):
    select(grid, 1, 0, 2, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert texts(grid) == ["31", "34"]
    grid.table.workspace.undo()
    assert texts(grid) == ["31", "32", "33", "34"]


def test_typing_in_the_last_row_adds_a_row_and_the_next_empty_one_follows(qtbot, grid):
    at(grid, 4, 0)
    editor = type_into(qtbot, grid, "a")
    editor.setText("五年级(1)班")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert grid.table.rowCount() == 6
    assert place(grid) == (5, 0)
    assert texts(grid, 0)[-1] == "五年级(1)班"


def test_approved_data_are_closed_and_the_grid_says_so(qtbot, grid):
    grid.table.workspace.book.workbook.set_meta(approved="1")
    said = []
    grid.noted.connect(said.append)
    qtbot.keyClicks(grid, "9")
    assert grid.indexWidget(grid.currentIndex()) is None
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert len(said) == 2
    assert "取消审核" in said[0]
    assert texts(grid)[0] == "31"


def test_the_sum_of_the_selection_is_said(grid):
    said = []
    grid.selection_said.connect(said.append)
    select(grid, 0, 2, 3, 2)
    assert said[-1] == "选中 4 格,合计 130"


def test_only_numbers_that_are_selected_and_shown_are_summed(qapp, grid):
    said = []
    grid.selection_said.connect(said.append)
    grid.table.setData(grid.table.index(1, 2), "约32")
    select(grid, 0, 0, 3, 2)
    qapp.processEvents()
    assert said[-1] == "选中 12 格,合计 98"  # neither names that hold digits nor what is no number
    model = grid.table
    apart = QItemSelection(model.index(0, 2), model.index(0, 2))
    apart.select(model.index(3, 2), model.index(3, 2))
    grid.selectionModel().select(apart, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    qapp.processEvents()
    assert said[-1] == "选中 2 格,合计 65"  # what lies between is not selected
    grid.setColumnHidden(2, True)
    select(grid, 0, 1, 3, 2)
    qapp.processEvents()
    assert said[-1] == "选中 4 格"
    at(grid, 0, 1)
    assert said[-1] == ""


def test_the_sum_follows_what_happens_to_the_cells(qtbot, qapp, grid):
    said = []
    grid.selection_said.connect(said.append)
    select(grid, 0, 2, 3, 2)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    qapp.processEvents()
    assert said[-1] == "选中 4 格"
    grid.table.workspace.undo()
    qapp.processEvents()
    assert said[-1] == "选中 4 格,合计 130"
    qapp.clipboard().setText("1\n2\n3\n4\n")
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qapp.processEvents()
    assert said[-1] == "选中 4 格,合计 10"
    grid.table.workspace.undo()
    qapp.processEvents()
    assert said[-1] == "选中 4 格,合计 130"
    grid.table.workspace.redo()
    qapp.processEvents()
    assert said[-1] == "选中 4 格,合计 10"
    record, key = "school_class", grid.table.keys[1]
    grid.table.workspace.edit(lambda book: entry.delete_rows(book, record, [key]))
    qapp.processEvents()
    assert said[-1] == "选中 3 格,合计 8"
    grid.table.set_filter(lambda row: row["pupils"] != 1)
    qapp.processEvents()
    assert said[-1] == ""


@pytest.mark.slow
def test_forty_thousand_rows_are_summed_whole_and_anew_after_an_edit(qtbot, qapp, workspace, theme):
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    entry.add_rows(workspace.book, "school_class", [{"name": "一年级(1)班"}])
    row = {"school_class": "一年级(1)班", "subject": "语文"}
    numbers = [i % 60 for i in range(40_000)]
    entry.add_rows(workspace.book, "homework", [row | {"planned": str(each)} for each in numbers])
    table = RecordTable(workspace, "homework", theme)
    view = SheetEditor(table, theme)
    qtbot.addWidget(view)
    view.show()
    view.setFocus()
    said = []
    view.selection_said.connect(said.append)
    cells = table.rowCount() * table.columnCount()
    planned = [each.name for each in table.fields].index("planned")
    view.selectAll()
    assert said == [f"选中 {cells} 格"]
    qtbot.waitUntil(lambda: said[-1] == f"选中 {cells} 格,合计 {sum(numbers)}")
    assert table.setData(table.index(39_999, planned), "88")
    qtbot.waitUntil(lambda: said[-1] == f"选中 {cells} 格,合计 {sum(numbers) - numbers[-1] + 88}")
    assert said[-2] == f"选中 {cells} 格"  # while it is counted the sum of before is not said
    table.workspace.undo()
    qtbot.waitUntil(lambda: said[-1] == f"选中 {cells} 格,合计 {sum(numbers)}")


def test_an_input_method_opens_the_editor_and_its_text_arrives(qtbot, qapp, grid):
    from PySide6.QtGui import QInputMethodEvent

    at(grid, 0, 0)
    qapp.sendEvent(grid, QInputMethodEvent("ni", []))
    event = QInputMethodEvent()
    event.setCommitString("倪㛃")
    editor = grid.indexWidget(grid.currentIndex())
    assert editor is not None
    qapp.sendEvent(editor, event)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert "倪㛃" in texts(grid, 0)[0]


def test_forty_thousand_rows_are_asked_for_only_where_they_are_seen(qtbot, workspace, theme):
    """No row is read to open the grid or to size its columns; scrolling reads the rows in sight."""
    from db.records.draft import empty_row
    from ui.common.record_table import RecordTable
    from ui.common.sheet_edit import SheetEditor

    rows = workspace.book.draft.rows["homework"]
    for i in range(40_000):
        rows.insert(f"{i:032x}", i + 1, empty_row("homework") | {"planned": i % 60})
    table = RecordTable(workspace, "homework", theme)
    view = SheetEditor(table, theme)
    qtbot.addWidget(view)
    view.resize(800, 500)
    view.show()
    view.grab()
    assert table.rowCount() == 40_001
    assert len(table._lines) < 100
    view.scrollToBottom()
    view.grab()
    assert len(table._lines) < 200


def test_a_filter_shows_some_rows_and_what_it_fixes_goes_into_new_ones(qtbot, grid):
    grid.table.set_filter(lambda row: row["pupils"] in {32, 34})
    grid.table.defaults = {"grade": "一年级"}
    assert texts(grid) == ["32", "34"]
    at(grid, 2, 2)
    editor = type_into(qtbot, grid, "40")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert texts(grid) == ["32", "34", "40"]
    assert texts(grid, 1)[-1] == "一年级"
    grid.table.set_filter(None)
    assert texts(grid) == ["31", "32", "33", "34", "40"]


def test_many_rows_at_once_keep_the_place(qtbot, grid):
    at(grid, 1, 2)
    more = [{"name": f"二年级({i})班"} for i in range(60)]
    grid.table.workspace.edit(lambda book: entry.add_rows(book, "school_class", more))
    assert grid.table.rowCount() == 65
    assert place(grid) == (1, 2)
    grid.table.workspace.undo()
    assert grid.table.rowCount() == 5
    assert place(grid) == (1, 2)


def test_a_write_that_fails_leaves_cell_and_undo_as_they_were(grid, monkeypatch):
    from db.problems import Problem

    workspace = grid.table.workspace
    grid.table.setData(grid.table.index(0, 2), "40")
    failed = []
    workspace.failed.connect(failed.append)

    def full(edits, beside=None):
        raise Problem("disk-full", path="x")

    monkeypatch.setattr(workspace.book.workbook, "apply", full)
    grid.table.setData(grid.table.index(0, 2), "41")
    workspace.undo()
    assert [each.code for each in failed] == ["disk-full", "disk-full"]
    assert texts(grid)[0] == "40"
    assert workspace.undo_stack.index() == 1


@pytest.mark.parametrize(
    ("key", "modifier", "text", "is_text"),
    [
        (0, Qt.KeyboardModifier.NoModifier, "一", True),  # a writing pad, a remote control: VK_PACKET
        (0, Qt.KeyboardModifier.NoModifier, "(", True),
        (Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier, "A", True),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, "\x1a", False),
        (Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier, "d", False),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier, "", False),
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t", False),
    ],
)
def test_what_writes_something_is_no_shortcut(grid, key, modifier, text, is_text):
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier, text)
    asked.ignore()
    QApplication.sendEvent(grid, asked)
    assert asked.isAccepted() is is_text


@pytest.mark.parametrize(("column", "text"), [(0, "二年级(1)班"), (1, "二年级"), (2, "46")])
def test_what_is_being_typed_is_not_undone_by_what_is_told_of_the_cell_meanwhile(qtbot, grid, column, text):
    """A check that ends while somebody types in the next cell tells of all cells anew."""
    at(grid, 0, column)
    qtbot.keyClicks(grid, text[0]) if text[0].isascii() else grid.edit(grid.currentIndex())
    editor = grid.indexWidget(grid.currentIndex())
    if not text[0].isascii():
        editor.selectAll()
        editor.insert(text[0])  # as an input method hands it over
    for told in ((0, 0, 3, 2), (0, column, 0, column)):
        top, left, bottom, right = told
        grid.table.dataChanged.emit(grid.table.index(top, left), grid.table.index(bottom, right))
        assert editor.text() == text[0]
    editor.insert(text[1:])
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert grid.table.index(0, column).data() == text
