"""整改台账 in the window: states follow the verdicts, lines come from what is unmet, one step back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from eduapp.services import entry


def pane_of(window):
    window.show_page("evidence")
    page = window.records["evidence"]
    page._tabs.setCurrentIndex(1)
    return page.panes[1]


@pytest.mark.slow
def test_lines_from_what_is_unmet_and_back(qtbot, window):
    pane = pane_of(window)
    rows = window.book.draft.rows["rectification"]
    entry.set_cell(window.book, "school_total", "-", "field_area", "100")
    entry.set_cell(window.book, "school_total", "-", "gym_area", "0")
    qtbot.mouseClick(pane.panel.button, Qt.MouseButton.LeftButton)
    assert "R5" in {row["item"] for row in rows.values()}
    assert pane.panel.table.rowCount() == len(rows)
    assert "待整改" in pane.panel.table.look_at(0, 2).text
    count = len(rows)
    qtbot.mouseClick(pane.panel.button, Qt.MouseButton.LeftButton)
    assert len(rows) == count
    window.workspace.undo()
    assert not len(rows)


def test_a_done_line_waits_for_its_verdict(qtbot, window):
    pane = pane_of(window)
    for field, text in {"field_area": "100", "gym_area": "0"}.items():
        entry.set_cell(window.book, "school_total", "-", field, text)
    texts = {"item": "R5", "stage": "小学", "problem": "场地不足", "done": "2026-08-30"}
    window.workspace.edit(lambda book: entry.add_row(book, "rectification", texts))
    window.workspace.check_now()
    assert "待核" in pane.panel.table.look_at(0, 2).text
    key = pane.panel.table.key_at(pane.panel.table.index(0, 0))
    assert any(each.code == "rectification.unmet" for each in window.workspace.report.findings)
    window.workspace.edit(lambda book: entry.set_cell(book, "school_total", "-", "field_area", "9000"))
    window.workspace.check_now()
    assert "已销号" in pane.panel.table.look_at(0, 2).text
    pane.panel.asked.emit(key)
    assert pane.place == ("rectification", key, "measure")
