"""Pages, tabs, flows and the card are made at the first visit, and then know what the others were told."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from eduapp.services import entry
from ui.common.grid_pane import GridPane

LATE = ("findings_page", "plan_page", "print_page", "send_page", "keys_page", "imports", "taking", "card")


class ShownWindows(QObject):
    """Every window that appears."""

    def __init__(self):
        super().__init__()
        self.shown = []

    def eventFilter(self, watched, event):  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched.metaObject().className())
        return False


def test_one_tab_of_one_page_is_made_at_the_start(window):
    assert [name for name in LATE if window.made(name) is not None] == []
    made = {name: list(page.panes.made) for name, page in window.records.items() if page.panes.made}
    assert made == {window.page_name: [0]}


@pytest.mark.slow
def test_no_visit_lets_a_window_appear_for_a_moment(qtbot, window):
    """A widget that is shown before it is in its place is a window of its own, and takes the keyboard."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    watch = ShownWindows()
    QApplication.instance().installEventFilter(watch)
    for name in window.pages:
        page = window.show_page(name)
        for number in range(len(getattr(page, "panes", ()))):
            page._tabs.setCurrentIndex(number)
        qtbot.idle(window)
    QApplication.instance().removeEventFilter(watch)
    assert watch.shown == []
    assert window.isActiveWindow()


@pytest.mark.slow
def test_a_late_page_shows_what_was_found_before(qtbot, window):
    window.workspace.edit(lambda book: entry.add_row(book, "room", {"name": "101", "area": "很大"}))
    window.workspace.settle()
    key = window.book.draft.rows["room"].key_at(len(window.book.draft.rows["room"]) - 1)
    pane = window.records["premises"].panes.made.get(0)
    assert pane is None
    window.jump("room", key, "area")
    pane = window.records["premises"].pane
    assert isinstance(pane, GridPane)
    assert pane.findings_here()
    window.show_page("findings")
    assert set(window.findings_page.table.findings) == set(window.workspace.report.findings)


@pytest.mark.slow
def test_a_tab_that_was_never_seen_is_counted_all_the_same(window):
    window.workspace.edit(lambda book: entry.add_row(book, "room", {"name": "101", "area": "很大"}))
    window.workspace.settle()
    page = window.records["premises"]
    assert page.panes.made == {}
    assert "(" in page._tabs.tabText(0)
    assert page.shows("room", "any", "kind")
    assert page.place == ("", "", "")
