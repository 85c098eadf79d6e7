"""密钥 in the school window: the steps a clerk takes, with real keys, real files and a county's own hand."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from eduapp.exchange import sealing
from eduapp.exchange.key_request import read_request
from eduapp.exchange.round_file import RegisteredKey
from eduapp.services import entry, workbooks
from eduapp.services.hand_off import rounds, school_keys
from eduapp.services.keys import keyring, writer
from tests.services.round_files import Issuer
from tests.services.schools import computer, export

SCHOOL = "2143000123"
PASSPHRASE = "三个橙子一辆车8"  # noqa: S105 - of a test
LEFT = Qt.MouseButton.LeftButton
RETURN = Qt.Key.Key_Return


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def plugged_in(monkeypatch, stick):
    """The stick of the tests is the one that is plugged in; pulled() takes it away."""
    from ui.school import keys_page, stick_watch, taking_flow

    there = [stick]
    for module in (keys_page, stick_watch, taking_flow):
        monkeypatch.setattr(module, "default_folder", lambda: there[0])
    return there


def wait_job(qtbot, window):
    qtbot.idle(window)


def shown(qtbot, window):
    window.show_page("keys")
    wait_job(qtbot, window)
    return window.keys_page


def registered(book, how="paper", revoked=None):
    own = writer.writer_of(book.workbook)
    return RegisteredKey(own.key.public, SCHOOL, how, own.archive.recipient, revoked)


def believe(book, issuer):
    rounds.trust_county(book, issuer.issue(), issuer.digits)


def look(qtbot, window, folder):
    """As when a stick was plugged in."""
    with qtbot.waitSignal(window.keys.watch.looked):
        window.keys.watch.look_into(folder)
    wait_job(qtbot, window)


def click(qtbot, button):
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, LEFT)


# --- the page itself ---

BESIDE_A_WIDE_PANEL = 590
"""What the page has at 1093 pixels when the indicators were drawn wider."""


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (960, 600)])
def test_nothing_is_cut(qtbot, opened, issuer, stick, size, artefacts):
    window = opened(*size)
    believe(window.book, issuer)
    issuer.sealing = True
    said = {"standards": ["national-2017", "hanzhong-2023"], "passphrase": True, "due": "2026-10-31"}
    rounds.accept(window.book, issuer.issue(3, keys=[registered(window.book)], **said))
    page = shown(qtbot, window)
    area = page.findChild(QScrollArea)
    assert area.widget().minimumSizeHint().width() <= min(area.viewport().width(), BESIDE_A_WIDE_PANEL)
    for button in (page.own.form_button, page.own.request_button, page.check_button, page.standards_button):
        right = button.mapTo(area.widget(), button.rect().topRight()).x()
        assert right < area.viewport().width()
        assert button.width() >= button.sizeHint().width()
    window.grab().save(str(artefacts / f"school-keys-{size[0]}.png"))


def test_a_new_school_sees_what_is_to_be_done(qtbot, window):
    page = shown(qtbot, window)
    assert page.own.mark.text() == "○ 未登记"
    assert page.own.digits.text() == school_keys.own_key(window.book).digits
    assert page.county.mark.text() == "○ 未核对"
    assert page.round.mark.text() == "○ 还没有读到"
    assert page.passphrase.mark.text() == "○ 未设(县里没有要求)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "revoked", "words"),
    [
        ("paper", None, "✓ 已登记(纸质登记表)"),
        ("rotated", None, "✓ 已登记(换发)"),
        ("unchecked", None, "⚠ 未核验:县里还没有按登记表核对"),
        ("paper", "", "× 已撤销:请与县里联系"),
    ],
)
def test_the_register_of_the_round_file_is_shown(qtbot, window, issuer, how, revoked, words):
    believe(window.book, issuer)
    rounds.accept(window.book, issuer.issue(1, keys=[registered(window.book, how, revoked)]))
    assert shown(qtbot, window).own.mark.text() == words


# --- ① ---


@pytest.mark.slow
def test_the_form_is_shown_as_it_will_be_printed(qtbot, window):
    from ui.common.paper_dialog import PaperDialog

    page = shown(qtbot, window)
    click(qtbot, page.own.form_button)
    wait_job(qtbot, window)
    (dialog,) = [each for each in window.findChildren(PaperDialog) if each.isVisible()]
    assert dialog.paper.page_count == 1
    assert dialog.paper.pdf == school_keys.form(window.book)
    dialog.reject()


@pytest.mark.slow
def test_the_request_goes_onto_the_stick(qtbot, window, stick):
    page = shown(qtbot, window)
    click(qtbot, page.own.request_button)
    wait_job(qtbot, window)
    (path,) = stick.iterdir()
    assert read_request(path.read_bytes()).key == writer.writer_of(window.book.workbook).key.public
    assert "可以拔出 U 盘了" in window.message.text


# --- ② ---


@pytest.mark.slow
def test_digits_typed_at_the_keyboard_make_the_county_believed(qtbot, window, issuer, stick):
    issuer.put(stick, 3)
    page = shown(qtbot, window)
    qtbot.mouseClick(page.digits, LEFT)
    qtbot.keyClicks(page.digits, issuer.digits)
    qtbot.keyClick(page.digits, RETURN)
    wait_job(qtbot, window)
    assert page.county.mark.text() == f"✓ 已核对:「{issuer.name}」"
    assert page.round.mark.text().startswith("✓ 第 3 号")
    assert page.digits.text() == ""


@pytest.mark.slow
def test_a_scanner_types_the_whole_code_and_enter(qtbot, window, issuer, stick):
    issuer.put(stick)
    page = shown(qtbot, window)
    qtbot.keyClicks(page.digits, f"EDUAPP1 R 430900 {issuer.digits.replace(' ', '')}")
    qtbot.keyClick(page.digits, RETURN)
    wait_job(qtbot, window)
    assert rounds.county_of(window.book).root == issuer.root.public


@pytest.mark.slow
def test_wrong_digits_are_refused_and_the_right_ones_never_shown(qtbot, window, issuer, stick):
    issuer.put(stick)
    page = shown(qtbot, window)
    qtbot.keyClicks(page.digits, Issuer().digits)
    qtbot.keyClick(page.digits, RETURN)
    wait_job(qtbot, window)
    assert "不一致" in window.message.text
    assert rounds.county_of(window.book) is None
    words = [window.message.text, *(each.text() for each in page.findChildren(type(page.own.digits)))]
    assert not any(group in text for text in words for group in issuer.digits.split())
    assert page.digits.text() == page.digits.text().strip() != ""  # what was typed stays, to be mended


@pytest.mark.slow
def test_a_file_that_is_not_on_the_stick_is_chosen(qtbot, window, issuer, tmp_path):
    page = shown(qtbot, window)
    qtbot.keyClicks(page.digits, issuer.digits)
    click(qtbot, page.check_button)
    wait_job(qtbot, window)
    assert "没有找到县里的文件" in window.message.text
    page.choose_county_file(issuer.put(tmp_path / "别处"))
    click(qtbot, page.check_button)
    wait_job(qtbot, window)
    assert rounds.county_of(window.book).name == issuer.name


# --- ③ ---


@pytest.mark.slow
def test_at_the_next_start_the_stick_is_read_by_itself(qtbot, opened, issuer, stick):
    window = opened()
    believe(window.book, issuer)
    issuer.put(stick, 3)
    window = opened()
    qtbot.waitUntil(lambda: "已读取县里的批次文件 第 3 号" in window.message.text)
    assert rounds.in_force(window.book).version == 3


@pytest.mark.slow
def test_a_file_is_told_of_once(qtbot, window, issuer, stick):
    believe(window.book, issuer)
    issuer.put(stick, 3)
    look(qtbot, window, stick)
    qtbot.waitUntil(lambda: "第 3 号" in window.message.text)
    window.message.hide()
    look(qtbot, window, stick)
    assert window.message.text == ""
    issuer.put(stick, 4)
    look(qtbot, window, stick)
    qtbot.waitUntil(lambda: "第 4 号" in window.message.text)


@pytest.mark.slow
def test_an_unbelieved_county_is_a_caution_that_leads_to_the_page(qtbot, window, issuer, stick):
    issuer.put(stick)
    look(qtbot, window, stick)
    qtbot.waitUntil(lambda: "还没有核对县里的 30 位数字" in window.message.text)
    click(qtbot, window.message.action)
    assert window.page_name == "keys"
    wait_job(qtbot, window)
    assert rounds.in_force(window.book) is None


@pytest.mark.slow
def test_a_folder_chosen_for_the_submission_is_looked_into(qtbot, window, issuer, tmp_path, plugged_in):
    believe(window.book, issuer)
    issuer.put(tmp_path / "文件夹", 5)
    plugged_in[0] = None
    window.send_page.folder_chosen.emit(tmp_path / "文件夹")
    qtbot.waitUntil(lambda: "第 5 号" in window.message.text)


@pytest.mark.slow
def test_while_a_job_runs_the_stick_waits(qtbot, window, issuer, stick):
    believe(window.book, issuer)
    issuer.put(stick, 2)
    gate = threading.Event()
    window.run_job("很长的事", lambda: gate.wait(20))
    with qtbot.waitSignal(window.keys.watch.looked):
        window.keys.watch.look_into(stick)
    assert rounds.in_force(window.book) is None
    assert "正在做另一件事" not in window.message.text
    gate.set()
    qtbot.waitUntil(lambda: "第 2 号" in window.message.text)


@pytest.mark.slow
def test_receipts_are_handed_on_when_the_window_is_free(qtbot, window, stick):
    path = stick / f"{SCHOOL}_回执_0001.edureceipt"
    path.write_bytes(b"x")
    with qtbot.waitSignal(window.keys.receipts_found) as told:
        window.keys.watch.look_into(stick)
    assert told.args == [(path,)]


@pytest.mark.slow
def test_the_countys_round_file_decides_the_standards(qtbot, window, issuer, stick):
    believe(window.book, issuer)
    issuer.put(stick, 1, standards=["national-2017", "hanzhong-2023"])
    page = shown(qtbot, window)
    page.read_round(next(stick.iterdir()))
    wait_job(qtbot, window)
    assert {each.id for each in window.book.standards} == {"national-2017", "hanzhong-2023"}
    assert "执行标准:国家标准 2017" in window.message.text
    assert not page.standards_button.isVisible()


@pytest.mark.slow
def test_what_was_changed_since_is_put_back_with_one_button(qtbot, window, issuer):
    believe(window.book, issuer)
    rounds.accept(window.book, issuer.issue(1, standards=["national-2017", "hanzhong-2023"]))
    workbooks.choose_standards(window.book, ["national-2017"])
    page = shown(qtbot, window)
    click(qtbot, page.standards_button)
    wait_job(qtbot, window)
    assert {each.id for each in window.book.standards} == {"national-2017", "hanzhong-2023"}
    assert not page.standards_button.isVisible()


@pytest.mark.slow
def test_a_standard_this_program_lacks_is_said(qtbot, window, issuer):
    believe(window.book, issuer)
    rounds.accept(window.book, issuer.issue(1, standards=["national-2031"]))
    page = shown(qtbot, window)
    assert "请更新程序" in page.standards_note.text()
    assert not page.standards_button.isVisible()


# --- ④ ---


def set_passphrase(qtbot, window, first=PASSPHRASE, second=PASSPHRASE):
    page = shown(qtbot, window)
    click(qtbot, page.passphrase_button)
    dialog = window.keys.dialog
    qtbot.waitUntil(dialog.isVisible)
    dialog.field.setText(first)  # an input method: no key events for Chinese
    dialog.again.setText(second)
    return dialog


@pytest.mark.slow
def test_a_passphrase_is_asked_for_twice(qtbot, window):
    dialog = set_passphrase(qtbot, window, second="三个橙子两辆车8")
    qtbot.mouseClick(dialog.ok, LEFT)
    assert "不一样" in dialog.message.text
    assert not school_keys.is_protected(window.book)
    assert dialog.field.echoMode() is dialog.field.EchoMode.Password
    qtbot.keyClick(dialog.shown, Qt.Key.Key_Space)
    assert dialog.field.echoMode() is dialog.field.EchoMode.Normal
    dialog.field.setText(PASSPHRASE[:7])
    assert not dialog.ok.isEnabled()
    for field in (dialog.field, dialog.again):
        field.setText(PASSPHRASE)
    qtbot.keyClick(dialog, RETURN)
    mark = window.keys_page.passphrase.mark
    qtbot.waitUntil(lambda: mark.text() == "✓ 已设口令")
    wait_job(qtbot, window)
    assert school_keys.is_protected(window.book)
    assert window.keys_page.passphrase_button.text() == "更换口令…"


@pytest.mark.slow
def test_a_usual_passphrase_is_refused_and_six_words_stand_ready(qtbot, window, artefacts):
    dialog = set_passphrase(qtbot, window, "12345678", "12345678")
    qtbot.keyClick(dialog, RETURN)
    qtbot.waitUntil(lambda: "容易猜中" in dialog.message.text)
    assert not school_keys.is_protected(window.book)
    before = dialog.offer.words.text()
    dialog.offer.offer()
    words, _, characters = dialog.offer.words.text().partition("  (")
    assert before != dialog.offer.words.text()
    assert (len(words.split()), len(characters.rstrip(")").split())) == (6, 6)
    dialog.grab().save(str(artefacts / "passphrase.png"))
    for field in (dialog.field, dialog.again):
        field.setText(words)
    qtbot.keyClick(dialog, RETURN)
    qtbot.waitUntil(lambda: school_keys.is_protected(window.book))
    wait_job(qtbot, window)


@pytest.mark.slow
def test_an_older_passphrase_opens_and_the_window_asks_to_change_it(qtbot, opened):
    window = opened()
    path = writer.key_path(window.book.workbook)
    writer.writer_of(window.book.workbook)
    keyring.write_own(path, sealing.lock(path.read_bytes(), "11111111"))
    window = opened()
    shown(qtbot, window)
    window.keys.ask(None)
    dialog = window.keys.dialog
    dialog.field.setText("11111111")
    qtbot.keyClick(dialog.field, RETURN)
    qtbot.waitUntil(lambda: "请尽快更改" in window.message.text)
    window.message.action.click()
    assert window.keys.dialog is not dialog
    window.keys.dialog.reject()


@pytest.mark.slow
def test_export_asks_for_the_passphrase_and_goes_on(qtbot, opened, stick):
    window = opened()
    writer.protect(window.book.workbook, PASSPHRASE)
    keyring.forget(writer.key_path(window.book.workbook))
    window = opened()  # as tomorrow
    page = shown(qtbot, window)
    assert page.own.mark.text() == "○ 密钥有口令保护,录入口令后显示"
    assert not page.own.form_button.isVisible()
    window.show_page("send")
    wait_job(qtbot, window)
    window.send_page.folder.setText(str(stick))
    click(qtbot, window.send_page.draft_button)
    qtbot.waitUntil(lambda: window.keys.dialog is not None and window.keys.dialog.isVisible())
    dialog = window.keys.dialog
    dialog.field.setText("不是这个口令")
    qtbot.keyClick(dialog.field, RETURN)
    qtbot.waitUntil(lambda: "口令不对" in dialog.message.text)
    dialog.field.setText(PASSPHRASE)
    qtbot.keyClick(dialog.field, RETURN)
    qtbot.waitUntil(lambda: bool(list(stick.glob("*.edusub"))))
    wait_job(qtbot, window)
    assert "草稿已写入并核对" in window.message.text
    assert shown(qtbot, window).own.digits.text() == school_keys.own_key(window.book).digits


@pytest.mark.slow
def test_given_up_nothing_is_written(qtbot, opened, stick):
    window = opened()
    writer.protect(window.book.workbook, PASSPHRASE)
    keyring.forget(writer.key_path(window.book.workbook))
    window.show_page("send")
    wait_job(qtbot, window)
    window.send_page.folder.setText(str(stick))
    click(qtbot, window.send_page.draft_button)
    qtbot.waitUntil(lambda: window.keys.dialog is not None and window.keys.dialog.isVisible())
    qtbot.keyClick(window.keys.dialog, Qt.Key.Key_Escape)
    wait_job(qtbot, window)
    assert list(stick.iterdir()) == []
    assert "尚未录入口令" in window.message.text


# --- another computer ---


@pytest.fixture
def elsewhere(path, stick, tmp_path, monkeypatch):
    """A submission of the school's other computer, which has other numbers."""
    other = Path(shutil.copy(path, tmp_path / "电脑2.edubook"))
    with computer(monkeypatch, tmp_path / "密钥2"), workbooks.open_school(other) as book:
        entry.set_cell(book, "funding", "-", "equipment_value", "133")
        entry.delete_rows(book, "room", [next(iter(book.draft.rows["room"]))])
        return Path(export(book, stick).path)


@pytest.mark.slow
def test_going_on_from_another_computer_is_asked_shown_done_and_undone(qtbot, window, elsewhere, artefacts):
    window.taking.look(elsewhere)
    wait_job(qtbot, window)
    box = window.taking.question
    assert "签名人未核验,仍要接续?" in box.text()
    go_on = next(each for each in box.buttons() if each.text() == "仍要接续")
    click(qtbot, go_on)
    qtbot.waitUntil(lambda: window.taking.dialog is not None and window.taking.dialog.isVisible())
    dialog = window.taking.dialog
    dialog.grab().save(str(artefacts / "school-taking-over.png"))
    assert "有 1 行只在本机有,接续后删除" in dialog.caution.text()
    said = [
        [dialog.table.look_at(row, column).text for column in range(4)]
        for row in range(dialog.table.rowCount())
    ]
    assert any("120" in line[2] and "133" in line[3] for line in said)
    assert any(line[3] == "(无此行)" for line in said)
    click(qtbot, dialog.take)
    wait_job(qtbot, window)
    assert len(window.book.draft.rows["room"]) == 11
    assert "已接续" in window.message.text
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.book.draft.rows["room"]) == 12


@pytest.mark.slow
def test_not_going_on_changes_nothing(qtbot, window, elsewhere):
    window.taking.look(elsewhere)
    wait_job(qtbot, window)
    qtbot.keyClick(window.taking.question, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert window.taking.dialog is None
    assert len(window.book.draft.rows["room"]) == 12
