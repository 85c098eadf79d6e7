"""The why card in the school window: what it says, that it follows the clerk, and its paper."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from eduapp.services import entry, jobs
from eduapp.services.hand_off import sending
from ui.common.paper_dialog import PaperDialog


def open_card(qtbot, window, code="R4"):
    window.show_page("classes")
    window.why(window.panel.row(code, "primary").verdict)
    qtbot.waitUntil(lambda: not window.jobs.busy and "正在打开上次上报" not in window.card.text)
    return window.card


def send(window, folder, state="draft"):
    folder.mkdir(exist_ok=True)
    jobs.run(sending.export(window.book, folder, state))


def change_area(window, area):
    key = window.book.draft.rows["room"].key_at(0)
    window.workspace.edit(lambda book: entry.set_cell(book, "room", key, "area", area))
    window.workspace.settle()


def test_a_school_that_never_sent_is_told_so(qtbot, window):
    assert "还没有上报过" in open_card(qtbot, window).text


@pytest.mark.slow
def test_what_changed_since_the_last_submission(qtbot, window, tmp_path):
    send(window, tmp_path / "U盘")
    assert "上次上报(草稿,第 1 次" in open_card(qtbot, window).text
    assert "本指标没有变化" in window.card.text
    # The card stays open and follows the edit.
    change_area(window, "165")
    text = window.card.text
    assert "教室1:使用面积 65 → 使用面积 165" in text
    assert "数值:1.63 ㎡ → 1.83 ㎡" in text
    change_area(window, "65")
    assert "本指标没有变化" in window.card.text


@pytest.mark.slow
def test_the_first_card_after_sending_reads_the_submission_in_a_job(qtbot, window, tmp_path):
    send(window, tmp_path / "U盘")
    window.show_page("classes")
    with qtbot.waitSignal(window.jobs.ended):
        window.why(window.panel.row("R4", "primary").verdict)
        assert "正在打开上次上报" in window.card.text
        assert "教督〔2017〕6号" in window.card.text
    assert "本指标没有变化" in window.card.text
    window.why(window.panel.row("R2", "primary").verdict)  # the second needs no job
    assert not window.jobs.busy
    assert "本指标没有变化" in window.card.text


@pytest.mark.slow
def test_the_keyboard_reads_goes_to_a_row_and_closes(qtbot, window, tmp_path):
    send(window, tmp_path / "U盘")
    window.activateWindow()
    card = open_card(qtbot, window)
    page = card._page
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page)
    page.verticalScrollBar().setValue(0)
    qtbot.keyClick(page, Qt.Key.Key_Down)
    qtbot.keyClick(page, Qt.Key.Key_Tab)
    with qtbot.waitSignal(card.jump) as jumped:
        qtbot.keyClick(page, Qt.Key.Key_Return)
    assert jumped.args[0] in {"room", "school_class"}
    assert card.isHidden()
    card = open_card(qtbot, window)
    qtbot.keyClick(card._page, Qt.Key.Key_Escape)
    assert card.isHidden()


@pytest.mark.slow
def test_the_explanation_is_printed_through_the_preview(qtbot, window, tmp_path):
    card = open_card(qtbot, window)
    qtbot.mouseClick(card.print_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.findChild(PaperDialog) is not None)
    dialog = window.findChild(PaperDialog)
    assert dialog.windowTitle() == "老河口完小指标说明R4"
    assert dialog.paper.page_count == 1
    dialog.save(tmp_path / "说明.pdf")
    assert (tmp_path / "说明.pdf").read_bytes() == dialog.paper.pdf
    dialog.reject()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_the_card_is_whole_at_the_usual_sizes(qtbot, opened, size):
    window = opened(*size)
    card = open_card(qtbot, window)
    inside = window.centralWidget().rect()
    assert inside.contains(card.geometry())
    assert card.width() >= 360
    assert card._page.verticalScrollBar().value() == 0  # it begins with the verdict
    assert not card._page.horizontalScrollBar().isVisible()
