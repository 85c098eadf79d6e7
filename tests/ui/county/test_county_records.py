"""The county's own records in its window, with real keys over a real workbook."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from db.records.catalog import COUNTY_RECORDS
from db.records.values import Unread
from eduapp.services import entry
from eduapp.services.county import books as county_books
from eduapp.services.county import importing_county
from tests.ui.county.driving import accept, idle, trusting
from ui.common.record_panes import FormPane
from ui.common.theme import CAUTION, TROUBLE

PEOPLE = "county_people"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def form_of(window, name, pane=0):
    window.show_page(name)
    page = window.own.pages[name]
    page._tabs.setCurrentIndex(pane)
    return page.panes[pane].form


def type_form(qtbot, form, place, text):
    form.go_to(*place)
    editor = form.editors[place]
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    return editor


def type_cell(qtbot, grid, row, column, text):
    grid.go_to(grid.table.index(row, column))
    qtbot.keyClicks(grid, text[0])
    editor = grid.indexWidget(grid.currentIndex())
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def side(form, record, field):
    (text,) = [
        form._sides[form._lines[place]].text() for place in form.editors if place == (record, "-", field)
    ]
    return text


def badge(window, name):
    from ui.common.nav_list import BADGE

    return window._nav.item(list(window.pages).index(name)).data(BADGE) or ""


@pytest.fixture
def window(town, open_window):
    return open_window(town.county())


@pytest.mark.slow
def test_every_field_of_every_record_can_be_edited_somewhere(window):
    shown = []
    for page in window.own.pages.values():
        for pane in page.panes:
            if isinstance(pane, FormPane):
                shown += [(record, field) for record, _, field in pane.form.editors]
            else:
                shown += [(pane.layout_.record, field.name) for field in pane.table.fields]
    assert sorted(shown) == sorted((s.name, field) for s in COUNTY_RECORDS.values() for field in s.fields)


@pytest.mark.slow
def test_what_is_typed_is_saved_judged_undone_and_redone(qtbot, window):
    form = form_of(window, PEOPLE)
    type_form(qtbot, form, (PEOPLE, "-", "eligible"), "100")
    type_form(qtbot, form, (PEOPLE, "-", "rotated"), "120")
    assert window.book.draft.only(PEOPLE)["rotated"] == 120
    assert "已保存" in window.status_text
    window.own.workspace.settle()
    assert (
        side(form, PEOPLE, "rotated")
        == f"{TROUBLE} 实际交流轮岗教师数 120 人,多于符合交流条件教师总数 100 人"
    )
    assert badge(window, PEOPLE) == f"1 {TROUBLE}"
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert (window.book.draft.only(PEOPLE)["rotated"], form.editors[PEOPLE, "-", "rotated"].text()) == (
        None,
        "",
    )
    window.own.workspace.settle()
    assert badge(window, PEOPLE) == ""
    qtbot.keyClick(window, Qt.Key.Key_Y, CONTROL)
    assert form.editors[PEOPLE, "-", "rotated"].text() == "120"


def test_text_that_cannot_be_read_is_kept_in_red(qtbot, window):
    form = form_of(window, "county_facts", 1)
    place = ("county_funding", "-", "official_pay")
    editor = type_form(qtbot, form, place, "yue8wan")
    assert window.book.draft.only("county_funding")["official_pay"] == Unread("yue8wan")
    assert editor.text() == "yue8wan"
    assert QColor(window.theme.bad).name() in editor.styleSheet()
    window.own.workspace.settle()
    assert "应为数字" in side(form, "county_funding", "official_pay")
    assert side(form, "county_funding", "teacher_pay") == ""


@pytest.mark.slow
def test_a_grid_is_typed_into_pasted_and_its_rows_deleted(qtbot, qapp, window):
    window.show_page("county_work")
    grid = window.own.pages["county_work"].panes[0].grid
    type_cell(qtbot, grid, 0, 0, "xinxiao")
    qapp.clipboard().setText("项目名称\t投资(万元)\n食堂\t42.5\n操场\t很多\n")
    grid.go_to(grid.table.index(1, 0))
    qtbot.keyClick(grid, Qt.Key.Key_V, CONTROL)
    rows = window.book.draft.rows["county_project"]
    assert [row["name"] for row in rows.values()] == ["xinxiao", "食堂", "操场"]
    assert rows[rows.key_at(2)]["money"] == Unread("很多")
    money = [field.name for field in grid.table.fields].index("money")
    red = grid.table.index(2, money).data(Qt.ItemDataRole.ForegroundRole)
    assert red == QColor(window.theme.bad)
    grid.go_to(grid.table.index(0, 0))
    qtbot.keyClick(grid, Qt.Key.Key_Minus, CONTROL)
    assert [row["name"] for row in rows.values()] == ["食堂", "操场"]
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert grid.table.index(0, 0).data() == "xinxiao"


@pytest.mark.slow
def test_a_choice_is_typed_by_its_letters(qtbot, window):
    window.show_page("county_quality")
    grid = window.own.pages["county_quality"].panes[0].grid
    type_cell(qtbot, grid, 0, 0, "sx")
    assert grid.table.index(0, 0).data() == "数学"
    assert not window.own.pages["county_quality"].panes[0].tick.isVisible()


@pytest.mark.slow
def test_f8_goes_through_the_findings_of_all_pages(qtbot, window):
    book = window.book
    for field, text in (("special_funds", "240"), ("teacher_pay", "85000")):
        window.own.workspace.edit(lambda b, f=field, t=text: entry.set_cell(b, "county_funding", "-", f, t))
    window.own.workspace.edit(lambda b: entry.add_row(b, "county_monitoring", {"difference": "12"}))
    row = book.draft.rows["county_monitoring"].key_at(0)
    places = []
    for _ in range(4):
        qtbot.keyClick(window, Qt.Key.Key_F8)
        places.append((window.page_name, *window.own.pages[window.page_name].place))
    money, pay = ("county_facts", "county_funding", "-"), ("county_facts", "county_funding", "-")
    assert places == [
        (*money, "special_funds"),
        (*pay, "teacher_pay"),
        ("county_quality", "county_monitoring", row, "difference"),
        (*money, "special_funds"),
    ]
    qtbot.keyClick(window, Qt.Key.Key_F8, SHIFT)
    assert window.page_name == "county_quality"


@pytest.mark.slow
def test_an_explanation_is_typed_in_place(qtbot, window):
    window.own.workspace.edit(lambda b: entry.set_cell(b, "county_funding", "-", "special_funds", "240"))
    window.own.workspace.settle()
    assert badge(window, "county_facts") == f"1 {CAUTION}"
    qtbot.keyClick(window, Qt.Key.Key_F8)
    line = window.own.pages["county_facts"]._line
    assert "留在县级工作簿" in line.reason.placeholderText()
    qtbot.keyClicks(line.reason, "xinshe")
    qtbot.keyClick(line.reason, Qt.Key.Key_Return)
    window.own.workspace.settle()
    assert list(window.book.draft.reasons.values()) == ["xinshe"]
    assert badge(window, "county_facts") == ""


@pytest.mark.slow
def test_the_schools_sums_stand_beside_and_fill_what_is_blank(qtbot, town, open_window):
    book, schools, paths = trusting(town)
    for number, school in enumerate(schools):
        entry.set_cell(school, "staffing", "-", "eligible", str(20 + number))
    paths = [town.send(school, "draft") for school in schools]
    entry.set_cell(book, PEOPLE, "-", "eligible", "60")
    window = open_window(book)
    form = form_of(window, PEOPLE)
    take = window.own.pages[PEOPLE].panes[0].take
    assert side(form, PEOPLE, "eligible") == ""
    assert not take.isEnabled()
    accept(qtbot, window, *paths)
    window.show_page(PEOPLE)
    window.own.workspace.settle()
    text = "符合交流条件教师总数 60 人,各校合计 63 人,两者不一致,请核对"
    assert side(form, PEOPLE, "eligible") == f"{CAUTION} {text}"
    assert side(form, PEOPLE, "compulsory_pupils").startswith("各校合计 ")
    qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    row = book.draft.only(PEOPLE)
    assert row["eligible"] == 60
    assert f"各校合计 {row['compulsory_pupils']} 人" == side(form, PEOPLE, "compulsory_pupils")
    assert not take.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert book.draft.only(PEOPLE)["compulsory_pupils"] is None


@pytest.mark.slow
def test_a_form_is_looked_at_before_it_is_taken_over(qtbot, tmp_path, window):
    path = tmp_path / "填报.xlsx"
    window.own.forms.write(path, blank=True)
    idle(qtbot, window)
    assert "已写出" in window.message.text
    sheet = load_workbook(path)
    sheet.worksheets[0]["E11"].value = 100
    sheet.worksheets[0]["E12"].value = "30名"
    sheet.save(path)
    window.own.forms.form(path)
    idle(qtbot, window)
    dialog = window.own.forms.dialog
    assert "将写入 2 处" in dialog.words.text()
    shown = [[dialog.table.look_at(row, column).text for column in (0, 1, 3)] for row in range(2)]
    assert shown == [["填入", "符合交流条件教师总数", "100"], ["填入", "实际交流轮岗教师数", "30"]]
    assert window.book.draft.only(PEOPLE)["eligible"] is None
    qtbot.keyClick(dialog.take, Qt.Key.Key_Return)
    idle(qtbot, window)
    assert window.book.draft.only(PEOPLE)["eligible"] == 100
    assert window.page_name == PEOPLE  # what changed is in front
    assert "已导入:写入 2 处" in window.message.text
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.book.draft.only(PEOPLE)["eligible"] is None


@pytest.mark.slow
def test_a_form_of_another_county_is_said_in_the_page(qtbot, tmp_path, town, window):
    other = county_books.create_county(tmp_path / "别.edubook", "430901", "别县", 2026, ("national-2017",))
    importing_county.write_form(other, tmp_path / "a.xlsx")
    other.close()
    window.own.forms.form(tmp_path / "a.xlsx")
    idle(qtbot, window)
    assert window.own.forms.dialog is None
    assert "不一致,没有写入任何内容" in window.message.text


@pytest.mark.slow
def test_typing_is_kept_when_a_job_starts_or_the_window_closes(qtbot, window):
    form = form_of(window, PEOPLE)
    for field, text in (("eligible", "41"), ("disabled", "42")):
        form.go_to(PEOPLE, "-", field)
        editor = form.editors[PEOPLE, "-", field]
        qtbot.keyClicks(editor, text)
        if field == "eligible":
            window.desk.refresh()
            assert window.book.draft.only(PEOPLE)["eligible"] == 41
            idle(qtbot, window)
    path = window.book.path
    window.close()
    with county_books.open_county(path) as book:
        row = book.draft.only(PEOPLE)
        assert (row["eligible"], row["disabled"]) == (41, 42)


@pytest.mark.slow
def test_leaving_the_pages_computes_again_and_undo_elsewhere_shows_what_it_did(qtbot, window):
    form = form_of(window, PEOPLE)
    type_form(qtbot, form, (PEOPLE, "-", "eligible"), "41")
    before = window.desk.snapshot
    window.show_page("board")
    idle(qtbot, window)
    assert window.desk.snapshot is not before
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.book.draft.only(PEOPLE)["eligible"] is None
    assert window.page_name == PEOPLE


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_nothing_is_cut_off_at_the_two_sizes(qtbot, town, open_window, size):
    window = open_window(town.county(), size)
    assert (window.width(), window.height()) == size
    for name, page in window.own.pages.items():
        window.show_page(name)
        for number, pane in enumerate(page.panes):
            page._tabs.setCurrentIndex(number)
            QApplication.processEvents()
            if isinstance(pane, FormPane):
                assert pane.form.horizontalScrollBar().maximum() == 0
    nav = window._nav
    assert nav.visualItemRect(nav.item(nav.count() - 1)).bottom() <= nav.viewport().height()
