"""自检 in the windows, and what a program without a console says of --self-check."""

from __future__ import annotations

import sys

import pytest

from db import drives
from db.drives import Drive, DriveKind
from eduapp.services.folders import data_folder
from ui.common.preflight_dialog import PreflightDialog
from ui.common.preflight_flow import ask_preflight


def menu_of(window, text):
    return next(each.menu() for each in window._tools.actions() if each.menu() and each.text() == text)


@pytest.fixture
def dialog(qtbot, theme, monkeypatch):
    monkeypatch.setattr(drives, "mounted", lambda _kinds: ())
    made = PreflightDialog(theme)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.save_button.isEnabled)
    return made


def rows(dialog):
    table = dialog.table
    return [
        [str(table.index(row, column).data() or "") for column in range(3)] for row in range(table.rowCount())
    ]


def test_each_subject_stands_with_its_state_and_what_to_do(dialog, artefacts):
    found = rows(dialog)
    assert len({each[0] for each in found}) == 10
    for subject, words, advice in found:
        assert words
        assert subject.startswith(("✓ ", "? ")) or advice
    dialog.grab().save(str(artefacts / "preflight.png"))


def test_a_stick_that_came_is_seen_when_it_is_asked_again(qtbot, dialog, tmp_path, monkeypatch):
    assert any("没有看到 U 盘" in each[1] for each in rows(dialog))
    monkeypatch.setattr(
        drives, "mounted", lambda _kinds: (Drive(tmp_path, DriveKind.REMOVABLE, writable=False),)
    )
    dialog.again.click()
    qtbot.waitUntil(lambda: [each[0] for each in rows(dialog) if "U 盘" in each[0]] == ["⚠ U 盘"])


def test_the_report_is_saved_and_a_place_that_refuses_is_said(dialog, tmp_path):
    dialog.save(tmp_path / "自检报告.txt")
    assert "自检报告" in (tmp_path / "自检报告.txt").read_text(encoding="utf-8")
    assert "没有姓名" in dialog.note.text()
    dialog.save(tmp_path / "没有" / "x.txt")
    assert dialog.note.text().startswith("× 找不到")


@pytest.mark.slow
def test_both_a_window_and_the_start_page_offer_it(qtbot, window, theme, tmp_path):
    from ui.common.start import StartPage

    ask_preflight(theme, window)
    (opened,) = window.findChildren(PreflightDialog)
    qtbot.waitUntil(opened.save_button.isEnabled)
    opened.reject()
    assert any(action.text() == "自检…" for action in menu_of(window, "文件").actions())
    page = StartPage(theme)
    qtbot.addWidget(page)
    page.check.click()
    (opened,) = page.findChildren(PreflightDialog)
    qtbot.waitUntil(opened.save_button.isEnabled)
    opened.reject()


@pytest.mark.slow
def test_without_a_console_the_self_check_shows_a_box_and_writes_a_file(qtbot, monkeypatch):
    from ui.common.plain_boxes import MessageBox
    from ui.school import self_check

    shown = []
    monkeypatch.setattr(MessageBox, "exec", lambda box: shown.append((box.text(), box.informativeText())))
    monkeypatch.setattr(sys, "stdout", None)
    assert self_check.self_check() == 0
    ((text, lines),) = shown
    assert text == "自检通过。"
    assert lines.count("✓") == 9
    report = (data_folder() / self_check.REPORTS / self_check.REPORT).read_text(encoding="utf-8")
    assert "✓ 自检通过" in report
    assert "系统:" in report
