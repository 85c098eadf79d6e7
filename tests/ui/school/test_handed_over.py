"""What was handed over: the school looks at its own file and prints the slip, from the 上报 page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from eduapp.services import jobs, workbooks
from eduapp.services.hand_off import sending
from tests.ui.county.driving import idle
from ui.common.viewer_window import ViewerWindow

pytestmark = pytest.mark.journey


@pytest.fixture
def sent(path, tmp_path):
    with workbooks.open_school(path) as book:
        stick = tmp_path / "U盘"
        stick.mkdir()
        return jobs.run(sending.export(book, stick, "draft"))


@pytest.fixture
def send_page(qtbot, sent, opened):
    window = opened(1093, 614)
    window.show_page("send")
    idle(qtbot, window)
    return window.send_page


def test_the_newest_file_is_chosen_and_shown_on_a_double_click(qtbot, opened, send_page, sent, artefacts):
    window = send_page.window()
    assert send_page.look_button.isEnabled()
    window.grab().save(str(artefacts / "send-page-1093x614.png"))
    cell = send_page._view.visualRect(send_page.history.index(0, 0)).center()
    qtbot.mouseDClick(send_page._view.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    idle(qtbot, window)
    viewer = send_page.handed_over.viewer
    assert isinstance(viewer, ViewerWindow)
    assert viewer.seen.id == sent.id
    assert viewer.insist.isHidden()
    assert viewer.list.count() > 10
    viewer.close()


def test_the_slip_is_shown_as_it_is_printed_and_saved(qtbot, send_page, sent, tmp_path):
    window = send_page.window()
    qtbot.mouseClick(send_page.slip_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: send_page.handed_over.paper is not None)
    idle(qtbot, window)
    dialog = send_page.handed_over.paper
    assert "交接单" in dialog.windowTitle()
    dialog.save(tmp_path / "交接单.pdf")
    assert (tmp_path / "交接单.pdf").read_bytes().startswith(b"%PDF")
    dialog.reject()


def test_nothing_is_offered_before_anything_was_handed_over(qtbot, opened):
    window = opened()
    window.show_page("send")
    idle(qtbot, window)
    assert not window.send_page.look_button.isEnabled()
    assert not window.send_page.slip_button.isEnabled()


def test_the_start_page_shows_a_file_or_says_what_is_wrong_with_it(qtbot, qapp, theme, sent, artefacts):
    from pathlib import Path

    from ui.app import Program

    program = Program(qapp, theme)
    try:
        program.start(None)
        page = program.start_page
        page.view_wanted.emit(sent.path)
        (viewer,) = page.findChildren(ViewerWindow)
        assert viewer.list.count() == 2
        qtbot.mouseClick(viewer.insist, Qt.MouseButton.LeftButton)
        assert viewer.list.count() > 10
        viewer.close()
        qtbot.waitUntil(lambda: not page.findChildren(ViewerWindow))
        data = Path(sent.path).read_bytes()
        Path(sent.path).write_bytes(data[: len(data) // 2])
        page.view_wanted.emit(sent.path)
        assert page.message.text.startswith("× ")
        assert not page.findChildren(ViewerWindow)
        assert page.rescue.isHidden()
        page.grab().save(str(artefacts / "start-damaged-file.png"))
    finally:
        program.start_page.close()
