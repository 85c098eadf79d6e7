"""还差多少, with real keys over a real workbook."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from eduapp.services import entry, planning


@pytest.fixture
def page(window):
    for field, text in {"indoor_sports_area": "0", "gym_area": "0", "field_area": "2000"}.items():
        window.workspace.edit(
            lambda book, field=field, text=text: entry.set_cell(book, "school_total", "-", field, text)
        )
    window.resize(1093, 614)
    window.show_page("plan")
    window.workspace.settle()
    return window.plan_page


def type_into(qtbot, model, view, row, column, text):
    view.go_to(model.index(row, column))
    qtbot.keyClicks(view, text[0])
    editor = view.indexWidget(view.currentIndex())
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def view_of(page, model):
    from ui.common.sheet_view import SheetView

    return next(view for view in page.findChildren(SheetView) if view.model() is model)


def column(model, number):
    return [model.look_at(row, number).text for row in range(model.rowCount())]


@pytest.mark.slow
def test_the_plan_names_changes_cost_and_what_stays_at_the_floor(window, page, artefacts):
    pane = page.plan_pane
    assert pane.total.text() == f"各学段都通过,约需 {planning.money(pane.plan.cost)}"
    assert "留在 85% 以上" in pane.sections.text()
    assert len(column(pane.changes, 0)) == 7
    assert column(pane.changes, 1)[3].endswith("㎡")
    for width, height in ((1366, 768), (1093, 614), (960, 600)):
        window.resize(width, height)
        window.grab().save(str(artefacts / f"school-plan-{width}.png"))
        assert page.width() <= window.width()


@pytest.mark.slow
def test_a_typed_price_is_used_and_emptied_again(qtbot, page):
    pane = page.plan_pane
    before = pane.plan.cost
    view = view_of(page, pane.changes)
    type_into(qtbot, pane.changes, view, 3, 2, "9000")
    qtbot.waitUntil(lambda: pane.plan.cost != before)
    assert pane.prices == {"teaching_area_per_pupil": 9000}
    pane.changes.setData(pane.changes.index(3, 2), "")
    qtbot.waitUntil(lambda: pane.plan.cost == before)


@pytest.mark.slow
def test_a_price_of_nothing_is_said_and_not_taken(qtbot, window, page):
    pane = page.plan_pane
    before = pane.plan
    with qtbot.waitSignal(page.failed):
        pane.changes.setData(pane.changes.index(3, 2), "0")
    assert pane.prices == {}
    assert pane.plan == before


@pytest.mark.slow
def test_a_typed_figure_turns_the_verdict_and_no_record(qtbot, window, page):
    pane, draft = page.what_if_pane, window.book.draft
    row = [name for name, _ in pane.figures.keys].index("teaching_area")
    kept = {record: dict(rows.items()) for record, rows in draft.rows.items()}
    type_into(qtbot, pane.figures, view_of(page, pane.figures), row, 2, "9000")
    qtbot.waitUntil(lambda: pane.tried == {("teaching_area", None): 9000})
    area = column(pane.verdicts, 0).index("教学用房")
    assert column(pane.verdicts, 1)[area].endswith("未达标")
    assert column(pane.verdicts, 2)[area] == "✓ 18.75 达标"
    assert {record: dict(rows.items()) for record, rows in draft.rows.items()} == kept
    pane.clear_button.click()
    assert column(pane.verdicts, 2) == column(pane.verdicts, 1)


@pytest.mark.slow
def test_the_plan_tried_out_makes_the_section_pass(page):
    pane = page.what_if_pane
    pane._fill_menu()
    assert pane.menu.actions()[-1].text() == "试算左边的方案"
    pane.menu.actions()[-1].trigger()
    assert pane.said.text() == "小学:7 项中 6 项达标,通过"


@pytest.mark.slow
def test_it_follows_an_edit_when_it_is_shown_again(window, page):
    before = page.plan_pane.plan
    window.show_page("school")
    window.workspace.edit(lambda book: entry.set_cell(book, "school_total", "-", "field_area", "9000"))
    window.workspace.settle()
    assert page.plan_pane.plan == before
    window.show_page("plan")
    assert page.plan_pane.plan != before


def test_a_figure_that_is_no_number_is_said(qtbot, page):
    with qtbot.waitSignal(page.failed):
        page.what_if_pane.figures.setData(page.what_if_pane.figures.index(0, 2), "很多")
    assert page.what_if_pane.tried == {}
