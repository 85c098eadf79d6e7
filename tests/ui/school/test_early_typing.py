"""A window takes keys before its rest is built: what is typed, asked or closed then is as good as later."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from eduapp.services import entry, workbooks
from ui.common.workspace import CHECK_AFTER_MS


@pytest.fixture
def early(qtbot, path, theme):
    from ui.school.window import SchoolWindow

    shown = SchoolWindow(workbooks.open_school(path), theme, whole=False)
    shown.first.finish()
    shown.resize(1366, 768)
    shown.show()
    yield shown
    shown.close()
    shown.deleteLater()


def principal(window):
    return window.records["school"].panes[0].form.editors["school", "-", "principal"]


def type_name(window, name="x"):
    editor = principal(window)
    editor.setFocus()
    editor.clear()
    QTest.keyClicks(editor, name)
    window.records["school"].commit()


def test_what_is_typed_before_anything_judges_is_kept_and_judged_with_the_rest(qtbot, early):
    type_name(early)
    assert early.book.draft.only("school")["principal"] == "x"
    later = []
    QTimer.singleShot(2 * CHECK_AFTER_MS, early, lambda: later.append(1))
    qtbot.waitUntil(lambda: bool(later))  # a check was due: what judges is not there, and is not waited for
    assert early.workspace.report is None
    assert early.made("panel") is None
    early.rest.go()
    qtbot.waitUntil(lambda: early.rest.over)
    assert early.workspace.report is not None
    assert early.made("panel") is not None
    assert early.panel.isVisibleTo(early)


@pytest.mark.slow
def test_the_next_finding_can_be_asked_for_at_once(early):
    early.workspace.edit(lambda book: entry.add_row(book, "room", {"name": "101", "area": "很大"}))
    early.next_finding(1)
    assert early.rest.over
    assert early.page_name == "premises"
    assert early.records["premises"].place[2] == "area"


@pytest.mark.slow
@pytest.mark.parametrize("page", ["findings", "plan", "send"])
def test_a_page_that_shows_what_was_judged_has_it(early, page):
    early.show_page(page)
    assert early.workspace.report is not None


def test_closing_before_the_rest_loses_nothing(early, path):
    editor = principal(early)
    editor.setFocus()
    editor.clear()
    QTest.keyClicks(editor, "y")
    early.close()
    with workbooks.open_school(path) as book:
        assert book.draft.only("school")["principal"] == "y"


def test_a_job_that_has_the_book_is_not_disturbed_by_the_first_judging(qtbot, early):
    early.workspace.hold()
    early.rest.go()
    qtbot.waitUntil(lambda: early.rest.over)
    assert early.workspace.report is None
    early.workspace.release()
    qtbot.waitUntil(lambda: early.workspace.report is not None)
