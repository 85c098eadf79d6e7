"""Questions and receipts in the county window, by real events and real files."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt

from eduapp.exchange.receipt_file import read_receipt
from eduapp.services.hand_off import handed_in
from eduapp.services.keys import county_keys
from tests.services.hand_off import PASSPHRASE, believe
from tests.ui.county.driving import accept, column, idle, trusting
from ui.county.questions_page import ASK, RECEIPTS

FIRST = "2143000001"
CELL = (FIRST, "funding", "-", "equipment_value")


@pytest.fixture
def taken(qtbot, town, open_window):
    """A window whose county has keys and took in three schools from one stick."""
    book, schools, paths = trusting(town)
    county_keys.establish(book.workbook, None)
    window = open_window(book)
    idle(qtbot, window)
    accept(qtbot, window, paths[0].parent)
    return window, schools, paths


def ask(qtbot, window, text, place=CELL):
    window.show_page("questions")
    window.questions.show_tab(ASK)
    idle(qtbot, window)
    panel = window.questions.asking
    panel.picker.show_place(*place)
    idle(qtbot, window)
    qtbot.waitUntil(lambda: panel.picker.cell is not None)
    panel.text.setText(text)  # an input method hands whole texts over
    qtbot.mouseClick(panel.ask_it, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    return panel


@pytest.mark.slow
def test_a_question_is_asked_on_a_cell_and_ended(qtbot, taken):
    window, _, _ = taken
    panel = ask(qtbot, window, "请附设备清单")
    assert column(panel.table, 0) == ["○ 待学校更正"]
    assert column(panel.table, 1) == ["城关小学"]
    assert column(panel.table, 5) == ["请附设备清单"]
    assert panel.text.text() == ""
    assert "待学校更正 1 处" in panel.count.text()
    panel.view.selectRow(0)
    qtbot.mouseClick(panel.end, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert column(panel.table, 0) == ["✓ 已结束"]
    assert not panel.end.isEnabled()


@pytest.mark.slow
def test_personal_data_in_a_question_is_refused_in_words(qtbot, taken):
    window, _, _ = taken
    panel = ask(qtbot, window, "电话 13800138000 打不通")
    assert panel.table.rowCount() == 0
    assert "个人信息" in window.message.text


@pytest.mark.slow
def test_from_the_history_to_the_schools_cells(qtbot, taken):
    window, _, _ = taken
    window.show_page("intake")
    window.intake.show_tab("导入记录")
    idle(qtbot, window)
    history = window.intake.history
    history.view.selectRow(column(history.table, 1).index("第一中学"))
    qtbot.mouseClick(history.ask, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert window.page_name == "questions"
    assert window.questions.asking.picker.school.currentData()[0] == "3143000003"


@pytest.mark.slow
def test_after_an_import_the_receipts_go_back_onto_the_same_stick(qtbot, taken):
    window, schools, paths = taken
    stick = paths[0].parent
    back = window.intake.rehearsal.give_receipts
    assert back.isVisible()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert window.page_name == "questions"
    panel = window.questions.receipts
    assert column(panel.table, 3) == ["已接收 1"] * 3
    assert panel.sum.text().startswith("回执 3 份 = 新写 3 + 无变化 0;上报文件 3 个 = 已接收 3 + ")
    assert "可以拔出 U 盘" in window.message.text
    receipts = sorted(stick.glob("*.edureceipt"))
    assert len(receipts) == 3
    known = handed_in.read_file(schools[0], receipts[0]).known
    assert known.standings[0].words == "已接收(县级密钥未核对)"


@pytest.mark.slow
def test_only_the_schools_of_a_stick_get_receipts_on_it(qtbot, taken, town):
    window, schools, paths = taken
    other = town.folder / "另一个U盘"
    other.mkdir()
    shutil.copy(paths[1], other)
    accept_again(qtbot, window, other)
    qtbot.mouseClick(window.intake.rehearsal.give_receipts, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    (path,) = other.glob("*.edureceipt")
    assert read_receipt(path.read_bytes()).said.school == schools[1].data.facts.code


def accept_again(qtbot, window, folder):
    """A file that is there already: nothing to accept, and yet its school wants its receipt."""
    window.intake.rehearsal.rehearse([folder])
    idle(qtbot, window)
    window.intake.rehearsal.take_in()
    idle(qtbot, window)


@pytest.mark.slow
def test_all_receipts_into_a_folder_and_the_same_again(qtbot, taken, town):
    window, _, _ = taken
    out = town.folder / "回执"
    out.mkdir()
    ask(qtbot, window, "请核实")
    window.questions.show_tab(RECEIPTS)
    panel = window.questions.receipts
    panel.write(out)
    idle(qtbot, window)
    assert column(panel.table, 2) == ["新写"] * 3
    assert column(panel.table, 3) == ["需更正 1;提问 1 处", "已接收 1", "已接收 1"]
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    panel.write(out)
    idle(qtbot, window)
    assert column(panel.table, 2) == ["无变化"] * 3
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.slow
def test_without_keys_the_window_says_what_to_do(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    idle(qtbot, window)
    accept(qtbot, window, paths[0].parent)
    out = town.folder / "回执"
    out.mkdir()
    window.questions.receipts.write(out)
    idle(qtbot, window)
    assert "密钥" in window.message.text
    assert list(out.iterdir()) == []


@pytest.mark.slow
def test_the_code_to_be_read_out(qtbot, town, open_window):
    book, schools, paths = trusting(town)
    window = open_window(book)
    idle(qtbot, window)
    accept(qtbot, window, paths[0].parent)
    county_keys.establish(book.workbook, PASSPHRASE)
    believe(schools[0], book)
    with_code = town.send(schools[0], folder="加密")
    accept(qtbot, window, with_code.parent)
    window.show_page("intake")
    window.intake.show_tab("导入记录")
    idle(qtbot, window)
    history = window.intake.history
    codes = {}
    for row in range(history.table.rowCount()):
        history.view.selectRow(row)
        qtbot.mouseClick(history.tell_code, Qt.MouseButton.LeftButton)
        idle(qtbot, window)
        codes[history.table.keys[row].received.file_name] = window.message.text
    assert "没有加密,没有电话回执码" in codes[paths[1].name]
    text = codes[with_code.name]
    digits = text.split("电话回执码 ")[1][:14]
    (made,) = [
        each for each in handed_in.known(schools[0]).standings if each.sent.file_name == with_code.name
    ]
    assert handed_in.take_phone_code(schools[0], made.sent.id, digits).words == "已接收(电话)"
