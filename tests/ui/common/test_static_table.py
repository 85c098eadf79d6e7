"""Read-only tables: sorting by number, colours, copying, under Qt's own model tester."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

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


def test_enter_opens_a_row(qtbot, table, theme):
    view = table_view(table, theme)
    qtbot.addWidget(view)
    view.show()
    view.selectRow(1)
    opened = []
    view.opened.connect(lambda index: opened.append(table.key_at(index)))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == ["b"]


@pytest.mark.slow
def test_a_program_that_ends_with_a_copied_block_on_the_clipboard_ends_well():
    program = (
        "import sys; from PySide6.QtGui import QGuiApplication; from PySide6.QtWidgets import QApplication;"
        "from ui.common.clipboard import to_text; app = QApplication(sys.argv[:1]);"
        "QGuiApplication.clipboard().setText(to_text([['甲', '1']])); app.processEvents()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
