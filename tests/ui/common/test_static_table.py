"""Read-only tables: sorting by number, colours, copying, under Qt's own model tester."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QPushButton, QStyledItemDelegate, QVBoxLayout, QWidget

from tests.ui.common.pictures import pictures
from ui.common.static_table import Column, Look, StaticTable, table_view

ROOT = Path(__file__).parents[3]
ROWS = [
    [Look("甲校"), Look("4.82", order=4.82, tint="#ffeeee", tip="高")],
    [Look("乙校"), Look("12.1", order=12.1)],
    [Look("丙校"), Look("—")],
]


@pytest.fixture
def table():
    made = StaticTable((Column("学校", 6), Column("指标", 4, right=True)))
    made.set_rows(ROWS, ["a", "b", "c"])
    return made


def names(table):
    return [table.index(row, 0).data() for row in range(table.rowCount())]


def test_numbers_are_sorted_as_numbers_and_missing_ones_last(table):
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.sort(1, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["甲校", "乙校", "丙校"]
    table.sort(1, Qt.SortOrder.DescendingOrder)
    assert table.row_of("b") in {0, 1}
    assert table.key_at(table.index(table.row_of("a"), 0)) == "a"


def test_the_order_stays_when_rows_are_renewed(table):
    table.sort(0, Qt.SortOrder.AscendingOrder)
    before = names(table)
    table.set_rows(ROWS, ["a", "b", "c"])
    assert names(table) == before


def test_a_row_is_made_when_it_is_looked_at(qtbot, theme):
    made = []

    def row(number):
        made.append(number)
        return [f"第{number}校", Look(str(number), order=float(number))]

    table = StaticTable([Column("学校"), Column("人数")])
    view = table_view(table, theme, sortable=True)
    table.set_rows([partial(row, number) for number in range(1500)])
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    qtbot.waitExposed(view)
    view.grab()
    assert 0 < len(made) < 60
    assert [table.look_at(1499, 0).text, table.index(1499, 1).data()] == ["第1499校", "1499"]
    table.sort(1, Qt.SortOrder.DescendingOrder)
    assert table.look_at(0, 0).text == "第1499校"
    assert sorted(made) == list(range(1500))  # each once


def test_a_selected_row_stays_selected_when_sorted(qtbot, table, theme):
    view = table_view(table, theme, sortable=True)
    qtbot.addWidget(view)
    view.selectRow(table.row_of("c"))
    table.sort(1, Qt.SortOrder.DescendingOrder)
    assert table.key_at(view.currentIndex()) == "c"


def test_rows_are_copied_whole(qtbot, qapp, table, theme):
    view = table_view(table, theme)
    qtbot.addWidget(view)
    # Not selectRow: it heeds the modifier keys that an earlier test's key events left behind.
    wanted = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().select(table.index(0, 0), wanted)
    view.copy()
    assert qapp.clipboard().text() == "甲校\t4.82\n"
    assert "<td>4.82</td>" in qapp.clipboard().mimeData().html()
    view.copy(headings=True)
    assert qapp.clipboard().text() == "学校\t指标\n甲校\t4.82\n"


def test_enter_opens_a_row(qtbot, table, theme):
    view = table_view(table, theme)
    qtbot.addWidget(view)
    view.show()
    view.selectRow(1)
    opened = []
    view.opened.connect(lambda index: opened.append(table.key_at(index)))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == ["b"]


MANY = [
    [
        Look("甲校", colour="#aa0000"),
        Look("4.82", tint="#ffeeee", colour="#00aa00"),
        Look("很长很长的一句话" * 4),
    ],
    [Look("乙\u202e校"), Look("12.1"), Look("两行\n的话")],
    [Look(""), Look("—", tint="#eeffee"), Look("有\t制表符")],
    [Look("丁　校\u3164"), Look("-3"), Look("a & <b>x</b>")],
]


def aside(view):
    view.setColumnWidth(0, 300)
    view.setColumnWidth(1, 350)
    view.horizontalScrollBar().setValue(133)


STATES = {
    "plain": lambda view: None,
    "current": lambda view: (view.setFocus(), view.selectRow(1)),
    "everything": lambda view: view.selectAll(),
    "sorted": lambda view: view.sortByColumn(1, Qt.SortOrder.DescendingOrder),
    "narrow": lambda view: [view.setColumnWidth(each, 12 + 20 * each) for each in range(3)],
    "low": lambda view: view.verticalHeader().setDefaultSectionSize(12),
    "hidden": lambda view: (view.setColumnHidden(1, True), view.setRowHidden(2, True)),
    "aside": aside,
    "moved": lambda view: view.horizontalHeader().moveSection(0, 2),
    "no lines": lambda view: view.setShowGrid(False),
    "off": lambda view: view.setEnabled(False),
    "right to left": lambda view: view.setLayoutDirection(Qt.LayoutDirection.RightToLeft),
    "empty": lambda view: view.model().set_rows([]),
    "no columns": lambda view: view.model().set_rows([[], []], columns=()),
}


@pytest.mark.slow
@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize("state", STATES)
def test_the_picture_is_that_of_qts_own_view(qtbot, qapp, theme, state, rows):
    table = StaticTable((Column("学校", 6), Column("指标", 4, right=True), Column("说明", 5)))
    table.set_rows(MANY)
    view = table_view(table, theme, sortable=True, rows=rows)
    qtbot.addWidget(view)
    view.resize(420, 220)
    view.show()
    STATES[state](view)
    qapp.processEvents()
    ours = pictures(view)
    view.setItemDelegate(QStyledItemDelegate(view))
    assert ours == pictures(view)


@pytest.mark.slow
def test_a_program_that_ends_with_a_copied_block_on_the_clipboard_ends_well():
    program = (
        "import sys; from PySide6.QtGui import QGuiApplication; from PySide6.QtWidgets import QApplication;"
        "from ui.common.clipboard import put; app = QApplication(sys.argv[:1]);"
        "put([['甲', '1']], {1}); app.processEvents();"
        "assert QGuiApplication.clipboard().mimeData().hasHtml()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_keyboard_leaves_a_list_and_enter_opens_what_is_chosen(qtbot, theme, table):
    page = QWidget()
    box = QVBoxLayout(page)
    before, view, after = QPushButton("前"), table_view(table, theme), QPushButton("后")
    for each in (before, view, after):
        box.addWidget(each)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    opened = []
    view.opened.connect(lambda index: opened.append(index.row()))
    view.selectRow(0)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert (opened, view.currentIndex().row()) == ([0], 0)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is before
