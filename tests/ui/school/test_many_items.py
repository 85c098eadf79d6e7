"""Sixty items of several standards: the panel folds and filters, documents are registered from the card."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from eduapp.services import entry, workbooks
from eduapp.services.checking import check
from eduapp.standards.results import Outcome
from ui.common.editors import WORDS, OptionsEditor
from ui.common.findings_panel import WORST_FIRST, FindingsPanel, GroupHead

IDS = ("national-2017", "national-2012", "datonghu-2025")


@pytest.fixture
def many(window):
    workbooks.choose_standards(window.book, IDS)
    window.workspace.check_now()
    window.resize(1093, 614)
    return window


@pytest.fixture
def panel(many):
    return many.panel


@pytest.mark.slow
def test_a_further_standard_has_a_group_of_its_own(panel):
    titles = [title.text() for title in panel._titles]
    assert "小学:7 项中" in titles[0]
    assert titles[-1].endswith("(小学):8 项,不判单校")
    standards = [row.verdict.standard for row in panel.rows]
    assert standards[-8:] == ["national-2012"] * 8


@pytest.mark.slow
def test_a_group_is_folded_and_stays_folded(qtbot, panel, many):
    head = panel.findChildren(GroupHead)[0]
    row = panel.row("R1", "primary")
    assert row.isVisible()
    qtbot.mouseClick(head, Qt.MouseButton.LeftButton)
    assert not row.isVisible()
    panel._lift.click()  # built anew
    assert not panel.row("R1", "primary").isVisible()
    assert panel.row("G3").isVisible()
    panel.findChildren(GroupHead)[0].button.click()
    assert panel.row("R1", "primary").isVisible()
    many.workspace.check_now()
    assert panel.row("R1", "primary").isVisible()


@pytest.mark.slow
def test_only_what_is_not_met_can_be_looked_at(panel, many, artefacts):
    every = len(panel.rows)
    panel._only.click()
    assert 0 < len(panel.rows) < every
    assert all(row.verdict.outcome in WORST_FIRST for row in panel.rows)
    many.workspace.check_now()  # rows that are not there are not missed
    many.grab().save(str(artefacts / "school-many-items.png"))
    panel._only.click()
    assert len(panel.rows) == every


def test_an_item_met_by_a_document_shows_no_number(panel):
    tick, number = panel.row("Q3"), panel.row("R1", "primary")
    assert "标准" not in tick.toolTip()
    assert "标准 ≥ 4.2" in number.toolTip()
    assert isinstance(panel, FindingsPanel)


@pytest.mark.slow
def test_a_document_is_registered_from_the_card(qtbot, many):
    many.show_page("classes")
    many.why(many.panel.row("R1", "primary").verdict)
    assert many.card.register_button.isHidden()
    qtbot.waitUntil(lambda: not many.jobs.busy)
    many.why(many.panel.row("Q3").verdict)
    assert "由佐证材料认定" in many.card.text
    qtbot.waitUntil(lambda: not many.jobs.busy)
    many.card.register_button.click()
    rows = many.book.draft.rows["evidence"]
    assert [row["item"] for row in rows.values()] == ["Q3"]
    assert many.page_name == "evidence"
    assert many.records["evidence"].place == ("evidence", rows.key_at(0), "met")
    assert not many.card.isVisible()
    many.why(many.panel.row("Q3").verdict)
    qtbot.waitUntil(lambda: not many.jobs.busy)
    many.card.register_button.click()  # the one that is not complete, not another
    assert len(rows) == 1
    many.workspace.undo()
    assert len(many.book.draft.rows["evidence"]) == 0


@pytest.mark.slow
def test_an_approved_workbook_registers_nothing(qtbot, many):
    many.why(many.panel.row("Q3").verdict)
    qtbot.waitUntil(lambda: not many.jobs.busy)
    many.book.workbook.set_meta(approved="1")
    many.card.register_button.click()
    assert len(many.book.draft.rows["evidence"]) == 0
    assert "取消审核" in many.message.text


@pytest.mark.slow
def test_the_list_of_items_is_that_of_the_workbooks_standards(qtbot, window):
    window.show_page("evidence")
    pane = window.records["evidence"].pane
    index = pane.table.index(0, 0)
    pane.grid.go_to(index)
    pane.grid.edit(index)
    editor = next(each for each in pane.grid.findChildren(OptionsEditor) if each.isVisible())
    editor.open_list()
    words = [editor._popup.item(row).data(WORDS) for row in range(editor._popup.count())]
    assert any(each.startswith("Q3 ") for each in words)
    assert not any(each.startswith("DTH") for each in words)
    qtbot.keyClicks(editor, "DTH04A")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert [row["item"] for row in window.book.draft.rows["evidence"].values()] == ["DTH04A"]


@pytest.mark.slow
def test_the_plan_lists_what_else_is_asked(many, artefacts):
    many.show_page("plan")
    pane = many.plan_page.plan_pane
    assert pane.others.count > 0
    assert f"({pane.others.count})" in pane.tabs.tabText(2)
    assert f"另有 {pane.others.count} 项" in pane.sections.text()
    assert "方案按义务教育优质均衡计算" in pane.note.text()
    pane.tabs.setCurrentIndex(2)
    many.grab().save(str(artefacts / "school-plan-others.png"))
    assert many.width() == 1093
    pane.others.view.opened.emit(pane.others.table.index(0, 0))
    assert many.card.isVisible()
    assert many.card.verdict.outcome in {Outcome.UNMET, Outcome.FLOOR, Outcome.INSUFFICIENT}


@pytest.mark.slow
def test_papers_are_grouped_and_follow_the_standards(qtbot, window):
    window.show_page("print")
    page = window.print_page
    qtbot.waitUntil(lambda: bool(page.paper.pdf) and not window.jobs.busy)
    texts = [page._list.item(row).text() for row in range(page._list.count())]
    assert texts[0] == "签字上报"
    assert texts[1].strip().startswith("指标核对表")
    assert "　学校自评表" in texts
    assert not page._list.item(0).flags() & Qt.ItemFlag.ItemIsSelectable
    page.show_paper("self-evaluation")
    qtbot.idle(window)
    workbooks.choose_standards(window.book, ("national-2012",))
    window.show_page("classes")
    window.show_page("print")
    qtbot.idle(window)
    assert "　学校自评表" not in [page._list.item(row).text() for row in range(page._list.count())]
    assert page._current() == "checklist"


def test_an_empty_ledger_is_named_as_people_say(window):
    assert entry.options(window.book, "at_risk", "kind") is None
    window.show_page("ledgers")
    assert window.records["ledgers"].panes[2].empty_words().startswith("还没有登记控辍保学")


def test_rows_of_both_stages_in_one_group_name_their_stage(qtbot, theme, tmp_path):
    school = workbooks.NewSchool("3143000123", "甲九年制学校", "312", 2026)
    with workbooks.create_school(tmp_path / "甲.edubook", school) as book:
        panel = FindingsPanel(theme)
        qtbot.addWidget(panel)
        panel.show_report(check(book))
    assert panel.row("G13", "primary").toolTip().startswith("小学")
    assert panel.row("G13", "lower_secondary").toolTip().startswith("初中")
    assert panel.row("G4").toolTip().startswith("学校")
    assert not panel.row("R1", "primary").toolTip().startswith("小学")
