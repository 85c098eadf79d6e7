"""Receipts in the school window: states, questions beside the cell, the telephone code, by real events."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from eduapp.services import entry, jobs, workbooks
from eduapp.services.county import correcting
from eduapp.services.hand_off import questions, receipts, rounds
from eduapp.services.hand_off.rounds import OnStick
from eduapp.services.keys import county_keys
from tests.services.hand_off import PASSPHRASE, issue
from tests.services.receiving import take_in
from tests.services.schools import county, export
from ui.common.nav_list import BADGE
from ui.common.record_table import BACKGROUND, DECORATION, TOOLTIP

CODE = "2143000123"
CELL = ("section_total", "primary", "pupils")


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as office:
        yield office


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


def hand_in(path, office, stick, *, believed=True, sealed=False):
    """What happened before the window opens: one draft is at the county; returns its id."""
    county_keys.establish(office.workbook, PASSPHRASE if sealed else None)
    with workbooks.open_school(path) as book:
        if believed:
            data = issue(office)
            rounds.trust_county(book, data, county_keys.certificate_of(office.workbook).root.digits)
            if sealed:
                rounds.accept(book, data)
        made = export(book, stick)
    take_in(office, stick, made)
    return made.id


def write(office, stick):
    (row,) = jobs.run(receipts.issue(office, stick)).rows
    return Path(row.path)


def idle(qtbot, window):
    qtbot.idle(window)


def read(qtbot, window, path):
    idle(qtbot, window)
    window.keys.read(OnStick((), (path,)))  # as the watch over the stick does
    qtbot.waitUntil(lambda: window.receipts.known is not None and not window.jobs.busy)


def history(window):
    table = window.send_page.history
    return [table.look_at(row, 4) for row in range(table.rowCount())]


def badge(window):
    return window._nav.item(list(window.pages).index("send")).data(BADGE) or ""


def class_cell(window, row=0, field="pupils"):
    page = next(p for p in window.records.values() if p.shows("school_class", "x", field))
    pane = next(p for p in page.panes if p.layout_.record == "school_class")
    return page, pane, pane.table.index(row, [f.name for f in pane.table.fields].index(field))


@pytest.mark.slow
def test_handed_over_becomes_accepted(qtbot, opened, path, office, stick):
    hand_in(path, office, stick)
    window = opened()
    window.show_page("send")
    idle(qtbot, window)
    assert history(window)[0].text == "○ 草稿"
    assert "还没有读过回执" in window.send_page.bar.text
    read(qtbot, window, write(office, stick))
    assert history(window)[0].text == "✓ 已接收"
    assert "「某县」第 1 号回执" in window.send_page.bar.text
    assert "已接收" in window.message.text


@pytest.mark.slow
def test_the_receipt_is_remembered_at_the_next_start(qtbot, opened, path, office, stick):
    hand_in(path, office, stick)
    window = opened()
    read(qtbot, window, write(office, stick))
    again = opened()
    qtbot.waitUntil(lambda: again.receipts.known is not None)
    assert history(again)[0].text == "✓ 已接收"


@pytest.mark.slow
def test_an_unchecked_county_is_said_everywhere(qtbot, opened, path, office, stick):
    submission = hand_in(path, office, stick, believed=False)
    key = _first_class(path)
    questions.ask(office, CODE, submission, ("school_class", key, "pupils"), "请核实")
    window = opened()
    read(qtbot, window, write(office, stick))
    assert "县级密钥未核对" in history(window)[0].text
    assert "县级密钥未核对" in window.send_page.bar.text
    assert "县级密钥未核对" in window.send_page.questions.help.text()
    _, _, index = class_cell(window)
    assert "县级密钥未核对" in index.data(TOOLTIP)


def _first_class(path):
    with workbooks.open_school(path) as book:
        return next(iter(book.draft.rows["school_class"]))


@pytest.mark.slow
def test_a_question_stands_beside_its_cell_until_it_is_changed(qtbot, opened, path, office, stick):
    submission = hand_in(path, office, stick)
    key = _first_class(path)
    questions.ask(office, CODE, submission, ("school_class", key, "pupils"), "与学籍系统相差 2 人")
    window = opened()
    read(qtbot, window, write(office, stick))
    page, pane, index = class_cell(window)
    assert index.data(DECORATION) is not None
    assert index.data(BACKGROUND) is not None
    assert "问:与学籍系统相差 2 人" in index.data(TOOLTIP)
    other = pane.table.index(1, index.column())
    assert "问:" not in (other.data(TOOLTIP) or "")
    assert badge(window) == "需更正 1"
    window.show_page("send")
    idle(qtbot, window)
    window.send_page.show_questions()
    cells = window.send_page.questions
    assert cells.table.look_at(0, 0).text == "○ 待更正"
    assert "一年级(1)班" in cells.table.look_at(0, 1).text
    cells.view.selectRow(0)
    qtbot.keyClick(cells.view, Qt.Key.Key_Return)
    assert page.isVisible()
    assert page.place == ("school_class", key, "pupils")
    assert "县里问:与学籍系统相差 2 人" in page.line_text
    qtbot.keyClicks(pane.grid, "4")
    editor = pane.grid.indexWidget(pane.grid.currentIndex())
    qtbot.keyClicks(editor, "2")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    window.workspace.settle()
    assert window.book.draft.rows["school_class"][key]["pupils"] == 42
    assert "问:" not in (index.data(TOOLTIP) or "")
    assert cells.table.look_at(0, 0).text == "✓ 已改,待上报"
    assert badge(window) == ""
    window.workspace.undo()
    window.workspace.settle()
    assert "问:" in index.data(TOOLTIP)


@pytest.mark.slow
def test_a_question_in_a_form_stands_beside_its_field(qtbot, opened, path, office, stick):
    submission = hand_in(path, office, stick)
    questions.ask(office, CODE, submission, ("funding", "-", "equipment_value"), "请附清单")
    window = opened()
    read(qtbot, window, write(office, stick))
    page = next(p for p in window.records.values() if p.shows("funding", "-", "equipment_value"))
    form = next(p for p in page.panes if p.shows("funding", "-", "equipment_value")).form
    editor = form.editors["funding", "-", "equipment_value"]
    assert "问:请附清单" in editor.toolTip()
    side = form._sides[form._lines["funding", "-", "equipment_value"]]
    assert "问 请附清单" in side.text()
    window.receipts.jump("funding", "-", "equipment_value")
    assert "县里问:请附清单" in page.line_text
    entry_changed = window.workspace.edit(
        lambda book: entry.set_cell(book, "funding", "-", "equipment_value", "121")
    )
    window.workspace.settle()
    assert entry_changed
    assert "问" not in side.text()


@pytest.mark.slow
def test_the_countys_corrections_are_listed(qtbot, opened, path, office, stick):
    hand_in(path, office, stick)
    key = _first_class(path)
    correcting.correct(office, CODE, ("school_class", key, "pupils"), "43", "实地核查")
    window = opened()
    read(qtbot, window, write(office, stick))
    tabs = window.send_page.tabs
    assert [tabs.isTabVisible(at) for at in range(3)] == [True, False, True]
    looks = [window.send_page.corrections.table.look_at(0, column).text for column in range(5)]
    assert looks[1:] == ["43", "40", "40", "实地核查"]


@pytest.mark.slow
def test_the_twelve_digits_typed_in_the_window(qtbot, opened, path, office, stick):
    submission = hand_in(path, office, stick, sealed=True)
    _, digits = receipts.phone_code_of(office, submission)
    window = opened()
    window.show_page("send")
    idle(qtbot, window)
    bar = window.send_page.bar
    qtbot.keyClicks(bar.digits, digits[:-1] + str((int(digits[-1]) + 1) % 10))
    qtbot.mouseClick(bar.check_button, Qt.MouseButton.LeftButton)
    idle(qtbot, window)
    assert "不符" in window.message.text
    bar.digits.clear()
    qtbot.keyClicks(bar.digits, digits)
    qtbot.keyClick(bar.digits, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "已接收(电话)" in history(window)[0].text)
    assert bar.digits.text() == ""


@pytest.mark.slow
def test_a_receipt_that_is_not_ours_is_a_line_and_changes_nothing(
    qtbot, opened, path, office, stick, tmp_path
):
    hand_in(path, office, stick)
    receipt = write(office, stick)
    data = bytearray(receipt.read_bytes())
    data[-200] ^= 4
    bad = tmp_path / f"{CODE}_坏.edureceipt"
    bad.write_bytes(data)
    window = opened()
    idle(qtbot, window)
    window.receipts.read([bad], asked=True)
    qtbot.waitUntil(lambda: window.receipts.known is not None and not window.jobs.busy)
    assert window.message.text
    assert window.receipts.known.number == 0
    window.receipts.read([Path(shutil.copy(receipt, tmp_path))], asked=True)
    qtbot.waitUntil(lambda: window.receipts.known.number == 1)
