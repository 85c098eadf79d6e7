"""What stands on the school's pages: whole on a small screen, and nothing that does not concern a school."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from db.records.catalog import LISTS
from eduapp.exchange.school_form import rows_of_form
from eduapp.services import entry
from ui.common.nav_list import NavigationList
from ui.school.layout import PAGES, list_title


@pytest.fixture
def small(qtbot, opened):
    window = opened(1093, 614)
    qtbot.waitExposed(window)
    return window


@pytest.mark.slow
@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_the_tabs_are_whole_on_a_small_screen(qtbot, small, name):
    small.show_page(name)
    page = small.records[name]
    qtbot.deliver()
    bar = page._tabs.tabBar()
    for number in range(bar.count()):
        assert bar.tabRect(number).right() <= page._tabs.width(), bar.tabText(number)


def test_the_list_of_pages_is_whole_on_a_small_screen(small):
    (pages,) = small.findChildren(NavigationList)
    last = pages.visualItemRect(pages.item(pages.count() - 1))
    assert last.bottom() <= pages.viewport().height()
    assert not pages.verticalScrollBar().isVisible()


@pytest.mark.slow
@pytest.mark.parametrize("name", [page.name for page in PAGES])
def test_every_editor_can_be_scrolled_to_on_a_small_screen(qtbot, small, name):
    small.show_page(name)
    page = small.records[name]
    for number, pane in enumerate(page.panes):
        page._tabs.setCurrentIndex(number)
        qtbot.deliver()
        form = getattr(pane, "form", None)
        for place, editor in form.editors.items() if form else ():
            if editor.isHidden():
                continue
            form.ensureWidgetVisible(editor)
            corner = editor.mapTo(form.viewport(), editor.rect().bottomRight())
            assert corner.x() <= form.viewport().width(), place
            assert corner.y() <= form.viewport().height(), place


def headings(pane):
    return {label.text() for label in pane.form.findChildren(QLabel) if not label.isHidden()}


@pytest.mark.slow
def test_what_only_separate_campuses_fill_appears_when_the_school_says_it_has_them(window):
    window.show_page("premises")
    (pane,) = (each for each in window.records["premises"].panes if hasattr(each, "form"))
    assert "各学段独立校区" not in headings(pane)
    window.workspace.edit(lambda book: entry.set_cell(book, "school", "-", "separate_campuses", "是"))
    assert "各学段独立校区" in headings(pane)
    assert not pane.form.editors["section_total", "primary", "own_field_area"].isHidden()
    assert pane.form.editors["section_total", "lower_secondary", "own_field_area"].isHidden()


@pytest.mark.slow
def test_a_primary_school_is_not_asked_for_what_concerns_lower_secondary(window):
    (totals, growth) = (each for each in window.records["classes"].panes if hasattr(each, "form"))
    assert "九年巩固率" not in headings(growth)
    assert "本年招生(就近划片入学)" in headings(growth)
    assert "学生" in headings(totals)
    (money,) = (each for each in window.records["equipment"].panes if hasattr(each, "form"))
    assert money.form.editors["funding", "-", "quota_lower_secondary"].isHidden()
    assert not money.form.editors["funding", "-", "quota_primary"].isHidden()


@pytest.mark.slow
def test_what_a_school_has_typed_is_never_hidden(window):
    (money,) = (each for each in window.records["equipment"].panes if hasattr(each, "form"))
    place = ("funding", "-", "quota_lower_secondary")
    window.workspace.edit(lambda book: entry.set_cell(book, *place, "940"))
    window.workspace.edit(lambda book: entry.set_cell(book, "school", "-", "system", "六三制"))
    assert not money.form.editors[place].isHidden()


def test_every_list_is_a_tab_and_a_menu_entry():
    tabs = [pane.record for page in PAGES for pane in page.panes if pane.record]
    assert sorted(tabs) == sorted(LISTS)
    assert len({list_title(record) for record in LISTS}) == len(LISTS)
    assert list_title("teacher") == "教师名单"
    assert list_title("at_risk") == "控辍保学登记表"


def test_what_the_official_form_asks_stands_before_what_came_later():
    asked = {(row.key[0], row.key[2]) for row in rows_of_form()}
    for page in PAGES:
        for pane in page.panes:
            official = [
                any((column.record, name) in asked for column in group.columns for name in group.fields)
                for group in pane.groups
            ]
            assert official == sorted(official, reverse=True), pane.title


@pytest.mark.slow
def test_rows_keep_their_name_while_the_first_column_is_out_of_sight(qtbot, small):
    small.show_page("teachers")
    grid = small.records["teachers"].panes[0].grid
    narrow = grid.verticalHeader().width()
    last = grid.table.columnCount() - 1

    def title(row):
        return grid.table.headerData(row, Qt.Orientation.Vertical)

    assert (title(0), title(1)) == ("1", "2")
    grid.go_to(grid.table.index(1, last))
    qtbot.waitUntil(lambda: title(1) == "2 李㛃")
    assert grid.verticalHeader().width() > narrow
    assert title(len(grid.table.keys)) == "＋"
    small.workspace.edit(
        lambda book: entry.set_cell(book, "teacher", grid.table.keys[1], "name", "阿卜杜热合曼江·阿布都拉")
    )
    assert title(1) == "2 阿卜杜热合曼江…"
    grid.go_to(grid.table.index(1, 0))
    qtbot.waitUntil(lambda: title(1) == "2")
    assert grid.verticalHeader().width() == narrow
