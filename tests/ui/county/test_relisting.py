"""换码 and 更名 in the county's window, as a person types them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from eduapp.services.county import relisting
from eduapp.services.county.naming import called
from tests.ui.county.driving import LISTED, accept, column, idle, states, trusting
from ui.county import relisting_flow

A, B = LISTED[0][0], LISTED[1][0]
NEW = "2143009999"


@pytest.fixture
def window(qtbot, town, open_window):
    book, _, paths = trusting(town)
    made = open_window(book)
    accept(qtbot, made, paths[0], paths[1])
    return made


def choose(window, code):
    page = window.show_page("board")
    row = next(at for at in range(page.table.rowCount()) if page.table.look_at(at, 0).text == code)
    page.view.selectRow(row)
    return page


def give(qtbot, window, dialog, *texts):
    for field, text in zip(dialog.form.fields, texts, strict=False):
        field.setFocus()
        if text.isascii():
            QTest.keyClicks(field, text)
        else:
            field.insert(text)
    QTest.keyClick(dialog.form.fields[0], Qt.Key.Key_Return)
    idle(qtbot, window)


@pytest.mark.slow
def test_a_school_gets_its_new_code_and_stands_under_it(qtbot, window):
    page = choose(window, A)
    page.recode.click()
    dialog = page.relisting.dialog
    give(qtbot, window, dialog, NEW, "2026-08-31", "永教〔2026〕9号", "撤乡并镇")
    assert column(page.table, 0) == [B, NEW, "3143000003"]
    assert states(window)[NEW] == "已报"
    said = window.book.decisions[-1]
    assert (said.details["on"], said.reason) == ("2026-08-31", f"{A} 换码为 {NEW}:撤乡并镇")
    assert [each.school for each in window.book.keys if each.name == "城关小学"] == [NEW]


@pytest.mark.slow
def test_a_code_that_another_school_has_is_swapped_after_a_question(qtbot, window, monkeypatch):
    asked, answers = [], [False, True]

    def decide(_parent, question, consequences, _yes):
        asked.append((question, consequences))
        return answers.pop(0)

    monkeypatch.setattr(relisting_flow, "decide", decide)
    page = choose(window, A)
    page.recode.click()
    dialog = page.relisting.dialog
    give(qtbot, window, dialog, B)
    assert dialog.isVisible()
    assert window.book.expected[A].name == "城关小学"
    QTest.keyClick(dialog.form.fields[0], Qt.Key.Key_Return)
    idle(qtbot, window)
    assert len(asked) == 2
    assert "河口完小" in asked[0][0]
    assert {code: window.book.expected[code].name for code in (A, B)} == {A: "河口完小", B: "城关小学"}
    assert {window.book.received[window.book.view()[B].counts.id].name} == {"城关小学"}


@pytest.mark.slow
def test_what_cannot_be_is_said_in_the_dialog(qtbot, window):
    page = choose(window, A)
    page.recode.click()
    dialog = page.relisting.dialog
    give(qtbot, window, dialog, NEW, "31.8.")
    assert dialog.isVisible()
    assert "31.8." in dialog.form.trouble.text()
    dialog.reject()
    assert NEW not in window.book.expected


@pytest.mark.slow
def test_a_renamed_school_is_called_by_the_lists_name_on_every_prompt(qtbot, window):
    page = choose(window, A)
    page.rename.click()
    give(qtbot, window, page.relisting.dialog, "城关<b>第一</b>小学")
    assert column(page.table, 1)[0] == "城关<b>第一</b>小学"
    relisting.recode(window.book, A, NEW)
    assert called(window.book, NEW, "城关小学") == "城关<b>第一</b>小学(自称「城关小学」)"


def test_the_buttons_wait_for_a_school_of_the_list(window):
    page = window.show_page("board")
    page.view.clearSelection()
    page.view.setCurrentIndex(page.view.model().index(-1, -1))
    assert not page.recode.isEnabled()
    assert not page.rename.isEnabled()
