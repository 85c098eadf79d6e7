"""核对纸质表: a pile of signed paper, one code after the other, without touching the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from eduapp.exchange.data_code import Origin, data_code, page_text
from eduapp.services import entry
from eduapp.services.papers import printing_log
from tests.ui.county.driving import accept, column, idle, trusting
from ui.county.intake_page import PAPER

SCANNED, TYPED = "？ 码与已收文件相符", "？ 码与已收文件相符(12 位,可被有意撞出)"


def scan(data_id, school, page=1):
    text = page_text(Origin.SCHOOL, school, 2026, "checklist", data_id)
    return text.replace("{page}", str(page)).replace("{pages}", "2")


@pytest.fixture
def pile(qtbot, town, open_window):
    """Three schools handed in; the second one has changed a cell and printed since."""
    book, schools, paths = trusting(town)
    codes = [printing_log.data_id_now(each) for each in schools]
    entry.set_cell(schools[1], "section_total", "primary", "pupils", "241")
    changed = printing_log.data_id_now(schools[1])
    window = open_window(book, (1093, 614))
    accept(qtbot, window, *paths)
    window.show_page("intake")
    window.intake.tabs.press(PAPER)
    QApplication.processEvents()
    return window, codes, changed, (schools[1], town)


def type_in(qtbot, window, text):
    """As a scanner does: keys to whatever has the keyboard, then Enter."""
    field = QApplication.focusWidget() or window
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.slow
def test_typed_and_scanned_in_a_row_with_the_keyboard_alone(qtbot, pile, artefacts):
    window, codes, changed, _ = pile
    panel = window.intake.paper
    for text in (data_code(codes[0]), scan(codes[2], "3143000003", 2), scan(changed, "2143000002")):
        type_in(qtbot, window, text)
        assert panel.field.text() == ""
        assert panel.field.hasFocus()
    assert panel.answer.text() == "× 打印后数据已改 河口完小"
    type_in(qtbot, window, data_code(changed))
    words = ["？ 未收到这份数据", "× 打印后数据已改", SCANNED, TYPED]
    assert column(panel.table, 0) == words
    assert column(panel.table, 1) == [data_code(changed), "河口完小", "第一中学", "城关小学"]
    assert column(panel.table, 3) == ["", "1/2", "2/2", ""]
    assert column(panel.table, 4) == ["", "", "第 1 次 正式", "第 1 次 正式"]
    assert panel.count.text() == "已核对 4 张:码与已收文件相符 2,打印后数据已改 1,未收到这份数据 1"
    window.grab().save(str(artefacts / "county-paper-check.png"))
    assert (window.width(), window.height()) == (1093, 614)


@pytest.mark.slow
def test_the_same_is_said_once_a_person_compared_the_page(qtbot, pile, artefacts):
    window, codes, changed, _ = pile
    panel = window.intake.paper
    type_in(qtbot, window, scan(changed, "2143000002"))
    assert not panel.compare_button.isVisible()
    page = scan(codes[0], "2143000001", 1)
    type_in(qtbot, window, page)
    assert panel.answer.text() == f"{SCANNED} 城关小学"
    panel.compare_button.click()
    qtbot.waitUntil(lambda: panel.dialog is not None and panel.dialog.isVisible())
    dialog = panel.dialog
    assert dialog.paper.page_count >= 1
    qtbot.deliver()
    dialog.grab().save(str(artefacts / "county-paper-compare.png"))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)  # a scanner's own Enter says nothing
    assert dialog.isVisible()
    dialog.name.setText("王五")
    dialog.yes.click()
    idle(qtbot, window)
    assert panel.answer.text() == "✓ 一致 城关小学"
    assert "王五" in panel.detail.text()
    assert column(panel.table, 0)[0] == "✓ 一致"
    assert "已记下" in window.message.text
    panel.field.setText(data_code(codes[0]))
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)  # the typed code is another page
    assert panel.answer.text() == f"{TYPED} 城关小学"


def test_a_slip_of_the_finger_stays_to_be_mended_and_is_not_listed(qtbot, pile):
    window, codes, _, _ = pile
    panel = window.intake.paper
    right = data_code(codes[0])
    wrong = right[:-1] + ("1" if right[-1] != "1" else "2")
    type_in(qtbot, window, wrong)
    assert panel.answer.text().startswith("⚠ 码输错")
    assert panel.table.rowCount() == 0
    assert panel.field.selectedText() == wrong
    type_in(qtbot, window, right)  # over the selected one
    assert column(panel.table, 0) == [TYPED]
    type_in(qtbot, window, right.replace(" ", " "))
    assert panel.table.rowCount() == 1, "the same paper twice is one line"
    panel.clear_button.click()
    assert panel.table.rowCount() == 0
    assert panel.field.hasFocus()


@pytest.mark.slow
def test_answers_follow_what_comes_in_later(qtbot, pile):
    window, _, changed, (school, town) = pile
    panel = window.intake.paper
    type_in(qtbot, window, data_code(changed))
    assert column(panel.table, 0) == ["？ 未收到这份数据"]
    accept(qtbot, window, town.send(school))
    idle(qtbot, window)
    window.intake.tabs.press(PAPER)
    assert column(panel.table, 0) == [TYPED]
    assert column(panel.table, 1) == ["河口完小"]
