"""县级整改台账 in the window: states by the report, lines from what the county does not meet."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from eduapp.services import entry
from tests.ui.county.driving import accept, idle, trusting


@pytest.mark.slow
def test_county_lines_follow_the_report(qtbot, town, open_window):
    book, _, paths = trusting(town)
    for field, text in {"eligible": "100", "rotated": "9", "rotated_backbone": "2"}.items():
        entry.set_cell(book, "county_people", "-", field, text)
    window = open_window(book)
    pane = next(
        pane
        for page in window.own.pages.values()
        for pane in page.panes
        if pane.layout_.record == "county_rectification"
    )
    assert not pane.panel.button.isEnabled()
    accept(qtbot, window, paths[0].parent)
    idle(qtbot, window)
    assert pane.panel.button.isEnabled()
    qtbot.mouseClick(pane.panel.button, Qt.MouseButton.LeftButton)
    rows = book.draft.rows["county_rectification"]
    assert "G11" in {row["item"] for row in rows.values()}
    assert pane.panel.table.rowCount() == len(rows)
    assert "待整改" in pane.panel.table.look_at(0, 2).text
    window.own.workspace.undo()
    assert not len(rows)
