"""A clerk's day in the school window, with real keys over a real workbook."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from db.records.catalog import RECORDS, SCHOOL_RECORDS
from eduapp.services import entry, workbooks
from eduapp.services.hand_off import sending
from eduapp.standards.results import Outcome

SIZES = [(1366, 768), (1093, 614), (960, 600)]
F8 = Qt.Key.Key_F8
SHIFT = Qt.KeyboardModifier.ShiftModifier


def grid_of(window, page, pane=0):
    window.show_page(page)
    window.records[page]._tabs.setCurrentIndex(pane)
    return window.records[page].panes[pane].grid


def type_cell(qtbot, grid, row, column, text):
    grid.go_to(grid.table.index(row, column))
    qtbot.keyClicks(grid, text[0])
    editor = grid.indexWidget(grid.currentIndex())
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def type_form(qtbot, form, place, text):
    form.go_to(*place)
    editor = form.editors[place]
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    return editor


def wait_job(qtbot, window):
    qtbot.idle(window)


def show_ready(qtbot, window, name):
    """Show a page and wait until what it reads is there, as a person does."""
    window.show_page(name)
    wait_job(qtbot, window)


def outcome(window, code):
    return window.panel.row(code).verdict.outcome


@pytest.mark.slow
def test_a_class_over_45_turns_the_panel_unmet_and_mending_turns_it_back(qtbot, window):
    grid = grid_of(window, "classes")
    assert outcome(window, "G5") is Outcome.MET
    type_cell(qtbot, grid, 2, 2, "46")
    qtbot.waitUntil(lambda: outcome(window, "G5") is Outcome.UNMET)
    assert "二年级(1)班 46 人" in window.panel.row("G5").sentence
    assert "已保存" in window.status_text
    type_cell(qtbot, grid, 2, 2, "45")
    qtbot.waitUntil(lambda: outcome(window, "G5") is Outcome.MET)


@pytest.mark.slow
def test_what_was_typed_is_on_the_disk_at_once(qtbot, window, path):
    type_cell(qtbot, grid_of(window, "classes"), 0, 2, "44")
    window.workspace.settle()
    window.book.close()
    with workbooks.open_school(path) as again:
        assert next(again.draft.rows["school_class"].values())["pupils"] == 44
    window.book.workbook = workbooks.open_school(path).workbook


@pytest.mark.slow
def test_undo_and_redo_take_the_words_of_the_change(qtbot, window):
    grid = grid_of(window, "classes")
    type_cell(qtbot, grid, 0, 2, "44")
    assert window.workspace.undo_stack.undoText() == "修改 学生数"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert grid.table.index(0, 2).data() == "40"
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert grid.table.index(0, 2).data() == "44"


@pytest.mark.slow
def test_every_field_of_every_record_can_be_edited_somewhere(window):
    from ui.school.panes import SchoolFormPane

    shown = set()
    for page in window.records.values():
        for pane in page.panes:
            if isinstance(pane, SchoolFormPane):
                assert not shown & set(pane.form.editors)
                shown |= set(pane.form.editors)
            else:
                shown |= {(pane.layout_.record, "", field.name) for field in pane.table.fields}
    places = {(record, field) for record, _, field in shown}
    assert places == {(spec.name, field) for spec in SCHOOL_RECORDS.values() for field in spec.fields}
    stages = {(key, field) for record, key, field in shown if record == "section_total"}
    assert stages == {(k, f) for k in ("primary", "lower_secondary") for f in RECORDS["section_total"].fields}


@pytest.mark.slow
def test_a_form_keeps_what_it_cannot_read_and_says_what_is_expected(qtbot, window):
    window.show_page("premises")
    page = window.records["premises"]
    form = page.panes[2].form
    page._tabs.setCurrentIndex(2)
    place = ("school_total", "-", "gym_area")
    editor = type_form(qtbot, form, place, "abc")
    window.workspace.settle()
    assert editor.text() == "abc"
    assert "应为数字" in editor.toolTip()
    form.go_to(*place)
    assert "应为数字" in page.line_text
    assert "× " in page.line_text


@pytest.mark.slow
def test_a_choice_in_a_form_is_taken_by_its_letters(qtbot, window):
    window.show_page("school")
    form = window.records["school"].panes[0].form
    editor = type_form(qtbot, form, ("school", "-", "area_class"), "xzx")
    assert editor.text() == "乡中心区"
    assert window.book.draft.only("school")["area_class"] == "210"


@pytest.mark.slow
def test_f8_walks_through_what_must_be_mended_and_comes_round(qtbot, window):
    grid = grid_of(window, "classes")
    type_cell(qtbot, grid, 3, 2, "90")
    type_cell(qtbot, grid_of(window, "premises"), 0, 2, "5")
    window.show_page("school")
    found = []
    for _ in range(3):
        qtbot.keyClick(window, F8)
        page = window.records[window.page_name]
        _, _, field = page.place
        found.append((window.page_name, field, page.pane.order_of(*page.place)[0]))
    assert found == [("classes", "pupils", 3), ("premises", "area", 0), ("classes", "pupils", 3)]
    qtbot.keyClick(window, F8, SHIFT)
    assert window.page_name == "premises"


@pytest.mark.slow
def test_an_explanation_is_typed_under_the_grid_and_kept(qtbot, window):
    grid = grid_of(window, "classes")
    type_cell(qtbot, grid, 3, 2, "90")
    window.workspace.settle()
    assert len(window.workspace.report.open_findings) == 1
    grid.go_to(grid.table.index(3, 2))
    line = window.records["classes"]._line
    assert "请核对" in line.text
    line.reason.setFocus()
    qtbot.keyClicks(line.reason, "merged")
    qtbot.keyClick(line.reason, Qt.Key.Key_Return)
    window.workspace.settle()
    assert window.workspace.report.open_findings == ()
    (finding,) = window.workspace.report.findings
    assert finding.reason == "merged"


@pytest.mark.slow
def test_the_list_of_findings_jumps_and_takes_explanations(qtbot, window):
    type_cell(qtbot, grid_of(window, "classes"), 3, 2, "90")
    window.workspace.settle()
    window.show_page("findings")
    page = window.findings_page
    assert page.table.index(0, 1).data() == "班级 · 二年级(2)班 · 学生数"
    page.table.setData(page.table.index(0, 3), "合班")
    window.workspace.settle()
    assert page.table.index(0, 3).data() == "合班"
    assert page.table.index(0, 0).data().startswith("✓")
    page.grid.go_to(page.table.index(0, 2))
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert window.page_name == "classes"
    assert window.records["classes"].place[2] == "pupils"


@pytest.mark.slow
def test_the_tick_lets_the_list_decide(qtbot, window):
    window.workspace.edit(lambda book: entry.set_cell(book, "section_total", "primary", "pupils", "700"))
    window.workspace.settle()
    assert window.workspace.report.sections[0].pupils == 700
    window.show_page("classes")
    tick = window.records["classes"].panes[0].tick
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=tick.rect().center() * 0.1 + tick.rect().topLeft())
    tick.isChecked() or tick.click()
    window.workspace.settle()
    assert window.workspace.report.sections[0].pupils == 480
    window.workspace.undo()
    assert not tick.isChecked()


@pytest.mark.slow
def test_why_names_the_clause_the_numbers_and_the_rows_and_a_click_goes_there(qtbot, window):
    window.why(window.panel.row("R7", "primary").verdict)
    text = window.card.text
    for words in (
        "教督〔2017〕6号",
        "资源配置第7项",
        "12 ÷ 480 × 100 = 2.50",
        "按名单统计",
        "2017-04-19",
        "教室3",
    ):
        assert words in text
    cells = window.card._cells
    window.card.follow_link(next(i for i, cell in enumerate(cells) if cell[0] == "room"))
    assert window.page_name == "premises"
    assert window.records["premises"].place[0] == "room"
    assert window.card.isHidden()


@pytest.mark.slow
def test_the_status_line_sums_the_page_as_the_indicators_see_it(qtbot, window):
    for page, words in (
        ("classes", "班级 12 个 · 学生 480 人"),
        ("premises", "教学用房 780 ㎡ · 多媒体教室 12 间"),
    ):
        window.show_page(page)
        assert window.status_text.startswith(words)
    type_cell(qtbot, grid_of(window, "premises"), 0, 2, "65.5")
    window.workspace.settle()
    assert "780.5" in window.status_text


def test_after_a_job_the_keyboard_is_where_it_was(qtbot, window):
    grid = grid_of(window, "classes")
    grid.setFocus()
    window.activateWindow()
    qtbot.waitUntil(grid.hasFocus)
    window.run_job("试", lambda: None)
    assert not grid.hasFocus()
    wait_job(qtbot, window)
    assert grid.hasFocus()


def test_f4_asks_about_the_first_that_is_not_met_and_closes_again(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert window.card.isVisible()
    assert window.card.verdict.outcome is not Outcome.MET
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert window.card.isHidden()


@pytest.mark.slow
def test_unmet_ones_can_be_lifted_to_the_top(qtbot, window):
    type_cell(qtbot, grid_of(window, "classes"), 2, 2, "46")
    window.workspace.settle()
    codes = [row.verdict.code for row in window.panel.rows]
    assert codes[:7] == [f"R{i}" for i in range(1, 8)]
    window.panel._lift.click()
    lifted = [row.verdict for row in window.panel.rows if row.verdict.stage is None]
    places = {Outcome.UNMET: 0, Outcome.FLOOR: 1, Outcome.INSUFFICIENT: 2}
    ranks = [places.get(verdict.outcome, 3) for verdict in lifted]
    assert ranks == sorted(ranks)
    assert 0 in ranks
    assert 3 in ranks


@pytest.mark.slow
def test_it_reopens_where_the_clerk_was(opened):
    window = opened()
    window.show_page("classes")
    key = window.book.draft.rows["school_class"].key_at(4)
    window.jump("school_class", key, "pupils")
    again = opened()
    assert again.page_name == "classes"
    assert again.records["classes"].place == ("school_class", key, "pupils")


@pytest.mark.slow
def test_what_is_being_typed_in_a_form_is_kept_when_the_window_closes(qtbot, opened, path):
    window = opened()
    window.show_page("school")
    form = window.records["school"].panes[0].form
    form.go_to("school", "-", "principal")
    qtbot.keyClicks(form.editors["school", "-", "principal"], "Zhang")
    again = opened()
    assert again.book.draft.only("school")["principal"] == "Zhang"


@pytest.mark.slow
def test_approve_close_export_and_reopen(qtbot, window, tmp_path):
    stick = tmp_path / "U盘"
    stick.mkdir()
    show_ready(qtbot, window, "send")
    page = window.send_page
    assert not page.final_button.isEnabled()
    qtbot.mouseClick(page.approve_button, Qt.MouseButton.LeftButton)
    assert window.book.approved
    grid = grid_of(window, "classes")
    qtbot.keyClicks(grid, "9")
    assert "取消审核" in window.message.text
    show_ready(qtbot, window, "send")
    page.folder.setText(str(stick))
    qtbot.mouseClick(page.final_button, Qt.MouseButton.LeftButton)
    wait_job(qtbot, window)
    (file,) = stick.iterdir()
    assert "已写入并核对" in window.message.text
    assert page.history.rowCount() == 1
    assert page.history.index(0, 5).data() == file.name
    assert "已交出,未确认" in page.history.index(0, 4).data()
    qtbot.mouseClick(page.reopen_button, Qt.MouseButton.LeftButton)
    assert not window.book.approved
    type_cell(qtbot, grid_of(window, "classes"), 0, 2, "41")
    assert window.workspace.undo_stack.count() == 1


@pytest.mark.slow
def test_open_findings_keep_it_from_being_approved_and_a_draft_still_leaves(qtbot, window, tmp_path):
    type_cell(qtbot, grid_of(window, "classes"), 3, 2, "90")
    window.workspace.settle()
    show_ready(qtbot, window, "send")
    page = window.send_page
    page.folder.setText(str(tmp_path))
    qtbot.mouseClick(page.approve_button, Qt.MouseButton.LeftButton)
    assert not window.book.approved
    assert window.message.text.startswith("× ")
    qtbot.mouseClick(page.draft_button, Qt.MouseButton.LeftButton)
    wait_job(qtbot, window)
    assert [each.state for each in sending.sent(window.book)] == ["draft"]


@pytest.mark.slow
def test_a_stick_that_is_gone_is_said(qtbot, window, tmp_path):
    show_ready(qtbot, window, "send")
    window.send_page.folder.setText(str(tmp_path / "没有"))
    qtbot.mouseClick(window.send_page.draft_button, Qt.MouseButton.LeftButton)
    wait_job(qtbot, window)
    assert "找不到" in window.message.text
    assert not sending.sent(window.book)


@pytest.mark.slow
def test_papers_are_shown_blank_and_filled_and_saved(qtbot, window, tmp_path):
    window.show_page("print")
    wait_job(qtbot, window)
    page = window.print_page
    assert page.paper.page_count == 1
    filled = page.paper.pdf
    page.show_paper("checklist", blank=True)
    wait_job(qtbot, window)
    assert page.paper.pdf != filled
    page.save(tmp_path / "核对表.pdf")
    assert (tmp_path / "核对表.pdf").read_bytes().startswith(b"%PDF")
    type_cell(qtbot, grid_of(window, "classes"), 0, 2, "41")
    page._filled.setChecked(True)
    wait_job(qtbot, window)
    type_cell(qtbot, grid_of(window, "classes"), 0, 2, "42")
    assert "已改" in page._stale.text()


@pytest.mark.slow
def test_a_wrong_file_is_said_and_changes_nothing(qtbot, window, tmp_path):
    wrong = tmp_path / "照片.xlsx"
    wrong.write_bytes(b"\xff\xd8 not a spreadsheet")
    window.imports.form(wrong)
    wait_job(qtbot, window)
    assert window.imports.dialog is None
    assert window.message.text.startswith("× ")


@pytest.mark.slow
def test_a_long_paste_runs_as_a_job_and_is_one_step(qtbot, qapp, window):
    grid = grid_of(window, "homework")
    lines = [f"2026-09-{1 + i % 28:02d}\t{'一二三四五六'[i % 6]}年级(1)班\t语文\t是\t20" for i in range(600)]
    qapp.clipboard().setText("\n".join(lines))
    grid.go_to(grid.table.index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.jobs.busy
    wait_job(qtbot, window)
    assert grid.table.rowCount() == 601
    pane = window.records["homework"].panes[0]
    pane.filter._refill()
    assert [pane.filter.classes.count(), pane.filter.weeks.count()] == [13, 6]
    pane.filter.classes.setCurrentIndex(1)
    pane.filter._apply()
    assert grid.table.rowCount() == 101
    window.workspace.undo()
    assert len(window.book.draft.rows["homework"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_page_fits_and_is_kept_as_a_picture(qtbot, opened, artefacts, width, height):
    window = opened(width, height)
    type_cell(qtbot, grid_of(window, "classes"), 2, 2, "46")
    type_cell(qtbot, grid_of(window, "premises"), 0, 2, "5")
    window.workspace.settle()
    assert (window.width(), window.height()) == (width, height), "a page is wider than the screen"
    assert window.folded == (width < 1000)
    for name in window.pages:
        window.show_page(name)
        wait_job(qtbot, window)
        if name == "print":
            qtbot.waitUntil(lambda: bool(window.print_page.paper._drawn))
        if name == "classes":
            window.records[name].go_to(
                "school_class", window.book.draft.rows["school_class"].key_at(2), "pupils"
            )
        qtbot.deliver()
        assert (window.width(), window.height()) == (width, height)
        picture = window.grab()
        assert picture.save(str(artefacts / f"school-{name}-{width}.png"))


@pytest.mark.slow
def test_a_narrow_window_opens_the_panel_over_the_page(qtbot, opened):
    window = opened(960, 600)
    assert window.panel.isHidden()
    line = window._fold_line
    assert "项达标" in line.text()
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert window.panel.isVisible()
    assert window.panel.geometry().right() >= window.centralWidget().width() - 2
    window.resize(1200, 700)
    assert window.panel.isVisible()
    assert not window.folded


@pytest.mark.slow
def test_turning_the_page_never_leaves_the_keyboard_on_a_hidden_page(qtbot, window):
    window.activateWindow()
    for name in (*window.pages, *reversed(window.pages)):
        show_ready(qtbot, window, name)
        held = QApplication.focusWidget()
        assert held is None or held.isVisible()
        hidden = [
            grid
            for page in window.records.values()
            if page.isHidden()
            for grid in page.findChildren(type(held))
        ]
        assert held not in hidden


@pytest.mark.slow
def test_a_cell_being_typed_is_written_when_the_page_turns(qtbot, window):
    grid = grid_of(window, "classes")
    grid.go_to(grid.table.index(2, 2))
    qtbot.keyClicks(grid, "3")
    qtbot.keyClicks(grid.indexWidget(grid.currentIndex()), "7")
    window.show_page("teachers")
    row = window.book.draft.rows["school_class"]
    assert row[row.key_at(2)]["pupils"] == 37
    assert grid.indexWidget(grid.currentIndex()) is None


@pytest.mark.slow
def test_an_explanation_is_pasted_or_opened_with_f2(qtbot, window):
    grid = grid_of(window, "classes")
    type_cell(qtbot, grid, 2, 2, "81")
    window.workspace.settle()
    window.show_page("findings")
    page = window.findings_page
    page._kinds.setCurrentIndex(3)
    page.grid.go_to(page.table.index(0, 3))
    QApplication.clipboard().setText("已核实")
    qtbot.keyClick(page.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    finding = page.table.findings[0].id
    assert window.book.draft.reasons[finding] == "已核实"
    qtbot.keyClick(page.grid, Qt.Key.Key_F2)
    qtbot.keyClicks(page.grid.indexWidget(page.grid.currentIndex()), "ok")
    path = window.book.path
    window.close()
    with workbooks.open_school(path) as book:
        assert book.draft.reasons[finding] == "ok"


def test_an_empty_workbook_is_not_called_done(qtbot, theme, tmp_path):
    from ui.school.window import SchoolWindow

    book = workbooks.create_school(
        tmp_path / "空.edubook", workbooks.NewSchool("2143000123", "空", "211", 2026)
    )
    window = SchoolWindow(book, theme)
    qtbot.addWidget(window)
    assert "没有待改" not in window.status_text
    assert "还没有填报数据" in window.status_text
    window.close()
