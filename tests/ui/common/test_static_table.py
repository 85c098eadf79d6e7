"""Read-only tables: sorting by number, colours, copying, under Qt's own model tester."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from ui.common.static_table import Column, Look, StaticTable, table_view

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
    view.selectRow(0)
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
