"""The county window page by page: trust, the board, papers, settings, and how all of it looks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from eduapp.services.county.books import PAPER, UNCHECKED
from eduapp.services.hand_off import trust
from eduapp.services.hand_off.board import SchoolState
from tests.services.schools import form_of
from tests.ui.county.driving import LISTED, accept, column, idle, rehearsed, states, trusting

# --- trust ---


def full_width(digits):
    return "　".join("".join(chr(ord(one) + 0xFEE0) for one in group) for group in digits.split())


@pytest.mark.slow
def test_a_foreign_key_is_held_until_its_digits_are_typed(qtbot, town, open_window):
    book = town.county(listed=LISTED)
    path = town.send(town.school(1, "城关小学"))
    digits = form_of(path)
    window = open_window(book)
    accept(qtbot, window, path)
    assert states(window)["2143000001"] is SchoolState.HELD
    word, reason = rehearsed(window)[path.name]
    assert word == "？ 待核验"
    assert "30 位数字" in reason
    assert digits[:5] not in reason  # typed from paper, not copied from the screen

    window.intake.show_tab("待核验")
    panel = window.intake.held
    panel.digits.setText("1" * 30)
    panel.check.click()
    idle(qtbot, window)
    assert "不符" in window.message.text
    assert book.keys == []

    panel.digits.setText(full_width(digits))
    panel.check.click()
    idle(qtbot, window)
    assert [key.how for key in book.keys] == [PAPER]
    assert states(window)["2143000001"] is SchoolState.FINAL
    assert "已接收此前待核验的 1 个文件:城关小学" in window.message.text
    assert "未核验" not in window.status_text


def answer(button_text, seen):
    """Click a button of the dialog that is open; tried again until it is there."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        seen.append(f"{box.text()}{box.informativeText()}")
        next(button for button in box.buttons() if button.text() == button_text).click()


@pytest.mark.slow
@pytest.mark.parametrize(("button", "how"), [("取消", []), ("未核验接收", [UNCHECKED])])
def test_accepting_unchecked_is_a_person_s_decision(qtbot, town, open_window, button, how):
    from PySide6.QtCore import QTimer

    book = town.county(listed=LISTED)
    path = town.send(town.school(1, "城关小学"))
    window = open_window(book)
    accept(qtbot, window, path)
    window.intake.show_tab("待核验")
    seen = []
    timer = QTimer()
    timer.timeout.connect(lambda: answer(button, seen))
    timer.start(50)
    window.intake.held.unchecked.click()
    timer.stop()
    idle(qtbot, window)
    assert "不能证明文件出自该校" in seen[0]
    assert [key.how for key in book.keys] == how


@pytest.mark.slow
def test_a_school_that_is_not_listed_is_held_until_it_is(qtbot, town, open_window):
    book, _, paths = trusting(town, LISTED[:2])
    window = open_window(book)
    accept(qtbot, window, paths[2])
    assert "不在学校名单中" in rehearsed(window)[paths[2].name][1]
    window.intake.show_tab("待核验")
    assert not window.intake.held.digits.isVisible()
    window.intake.held.list_it.click()
    idle(qtbot, window)
    assert states(window)["3143000003"] is SchoolState.FINAL
    assert "1 / 3 校" in window.status_text


# --- the other pages ---


@pytest.mark.slow
def test_empty_pages_say_what_to_do_first(qtbot, town, open_window):
    window = open_window(town.county())
    assert window.board.hint.isVisible()
    for name, words in (
        ("intake", "拖到这里"),
        ("heat", "导入"),
        ("papers", "接收"),
        ("conflicts", "没有冲突"),
    ):
        page = window.show_page(name)
        hint = window.intake.rehearsal.hint if name == "intake" else page.hint
        assert hint.isVisible()
        assert words in hint._label.text()
    assert "没有学校名单" not in window.status_text


@pytest.mark.slow
def test_the_board_is_filtered_by_state_and_by_text(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0])
    page = window.show_page("board")
    page.filters.press(SchoolState.MISSING)
    assert column(page.table, 1) == ["河口完小", "第一中学"]
    page.search.setText("3143")
    assert column(page.table, 1) == ["第一中学"]
    page.search.clear()
    page.filters.press("全部")
    assert column(page.table, 3) == ["✓ 已报", "○ 未报", "○ 未报"]
    assert column(page.table, 6) == ["⚠ 未核验", "", ""]
    assert page.table.look_at(0, 6).tip == trust.digits_of(book.keys[0].public_key)
    assert column(page.table, 7)[0] == paths[0].name


@pytest.mark.slow
def test_papers_are_shown_and_written(qtbot, town, open_window, tmp_path):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    page = window.show_page("papers")
    idle(qtbot, window)
    assert page.paper.page_count >= 3
    page.write_pdf(tmp_path / "汇总.pdf")
    idle(qtbot, window)
    page.write_tables(tmp_path / "汇总.xlsx")
    idle(qtbot, window)
    assert (tmp_path / "汇总.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "汇总.xlsx").read_bytes().startswith(b"PK")
    page.write_ledger(tmp_path / "整改.pdf")
    idle(qtbot, window)
    assert (tmp_path / "整改.pdf").read_bytes().startswith(b"%PDF")
    page.write_pdf(tmp_path / "没有" / "汇总.pdf")
    idle(qtbot, window)
    assert window.message.text.startswith("×")


@pytest.mark.slow
def test_the_key_register_is_shown_and_written(qtbot, town, open_window, tmp_path):
    book, _, _ = trusting(town)
    window = open_window(book)
    pages = window.show_page("keys")
    pages.tabs.press("密钥登记册")
    page = pages.register
    assert column(page.table, 2) == ["⚠ 未核验"] * 3
    page.write_signers(tmp_path / "allowed_signers")
    idle(qtbot, window)
    text = (tmp_path / "allowed_signers").read_text()
    assert text == trust.signers(book)
    assert text.count("ssh-ed25519") == 3


def test_practice_data_are_marked_on_every_page(qtbot, town, open_window):
    window = open_window(town.county(practice=True))
    assert "练习数据" in window.status_text


@pytest.mark.slow
def test_closing_lets_the_workbook_go(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    window.take([paths[0].parent])
    window.close()
    QApplication.processEvents()
    from eduapp.services.county.books import open_county

    open_county(book.workbook.path).close()


# --- how it looks ---


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_pictures_of_every_page(qtbot, town, open_window, artefacts, size):
    book, _, paths = trusting(town, [*LISTED, ("2143000009", "未报小学")])
    draft = town.school(4, "名单外小学", classes=3)
    paths.append(town.send(draft, "draft"))
    window = open_window(book, size)
    accept(qtbot, window, *paths)
    for name in ("intake", "board", "keys", "heat", "conflicts", "papers", "settings"):
        window.show_page(name)
        if name == "heat":
            window.heat._explain(window.heat.table.index(1, 5))
        idle(qtbot, window)
        assert window.grab().save(str(artefacts / f"county-{name}-{size[0]}x{size[1]}.png"))
    assert (window.width(), window.height()) == size


@pytest.mark.slow
def test_the_snapshot_is_the_same_in_any_order(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, *reversed(paths))
    once = window.desk.snapshot
    accept(qtbot, window, *paths, paths[0])
    again = window.desk.snapshot
    assert replace(once.report) == replace(again.report)
    assert [row.state for row in once.board] == [row.state for row in again.board]
