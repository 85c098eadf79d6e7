"""密钥与批次: the county's keys step by step, forty forms without a mouse, the round file, revocation."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from sqlalchemy import insert

from db.tables import ADMITTED, SUBMISSION
from eduapp.exchange import sealing
from eduapp.exchange.round_file import read_round
from eduapp.exchange.signing import WriterKey
from eduapp.services import jobs
from eduapp.services.county.books import PAPER, UNCHECKED, open_county
from eduapp.services.hand_off import intake, issuing, school_keys, trust
from eduapp.services.keys import county_keys, keyring
from eduapp.services.papers import key_papers
from tests.services.hand_off import believe
from tests.services.schools import export, make
from tests.ui.county.driving import LISTED, accept, column, idle, trusting
from ui.common.plain import Label, PushButton
from ui.county.keys_page import COUNTY, REGISTER, REQUESTS, ROUND

PASSPHRASE = "changjiang huanghe"  # noqa: S105 - of the tests


def typed(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def enter(qtbot, window, field):
    qtbot.keyClick(field, Qt.Key.Key_Return)
    idle(qtbot, window)


def keyed(town, listed=LISTED):
    """A county that signs; no passphrase, so no second of waiting."""
    book = town.county(listed=listed)
    county_keys.establish(book.workbook, None)
    return book


def page_of(window, tab):
    page = window.show_page("keys")
    page.tabs.press(tab)
    return page


def asking(town, count=3):
    """Requests of schools on a stick, and what the QR codes of their forms say."""
    stick, forms = town.folder / "U盘", {}
    stick.mkdir(exist_ok=True)
    for number, (_, name) in enumerate(LISTED[:count], 1):
        book = town.school(number, name)
        school_keys.write_request(book, stick)
        forms[name] = school_keys.scan_text(book)
    return stick, forms


# --- the county's own keys ---


def through_paper(qtbot, window, dialog):
    """Go from the fields to the proof; returns what the sheet says."""
    dialog.next.click()
    idle(qtbot, window)
    assert dialog.steps.currentWidget() is dialog.paper
    assert dialog.paper.page_count == 1
    kept = dialog.proposal.paper
    dialog.next.click()
    return kept


def proof_of(kept):
    words = kept.words.replace(" ", "")
    return "".join(words[number - 1] for number in key_papers.ASKED_WORDS), kept.escrow[-4:]


@pytest.mark.slow
def test_keys_are_used_only_when_the_paper_is_proved(qtbot, town, open_window):
    window = open_window(town.county(listed=LISTED))
    page = page_of(window, COUNTY)
    assert page.county.hint.isVisible()
    page.county.make.click()
    dialog = page.county.dialog
    typed(qtbot, dialog.form.fields[0], PASSPHRASE)
    typed(qtbot, dialog.form.fields[1], PASSPHRASE[:-1])
    enter(qtbot, window, dialog.form.fields[1])
    assert "不同" in dialog.form.trouble.text()
    for field in dialog.form.fields:
        typed(qtbot, field, "1234567")
    enter(qtbot, window, dialog.form.fields[1])
    assert "至少要 8 个字符" in dialog.form.trouble.text()
    for field in dialog.form.fields:
        typed(qtbot, field, PASSPHRASE)
    kept = through_paper(qtbot, window, dialog)
    characters, last = proof_of(kept)
    for wrong in ((characters[::-1], last), (characters, "QQQQ"), ("", "")):
        dialog.proof.fields[0].setText(wrong[0])
        dialog.proof.fields[1].setText(wrong[1])
        dialog.next.click()
        idle(qtbot, window)
        assert "与保管单不符" in dialog.proof.trouble.text()
    assert county_keys.certificate_of(window.book.workbook) is None
    dialog.proof.fields[0].setText(" ".join(characters))
    typed(qtbot, dialog.proof.fields[1], last.lower())
    enter(qtbot, window, dialog.proof.fields[1])
    assert page.county.dialog is None
    assert "已启用" in window.message.text
    assert page.county.digits.text() == kept.certificate.root.digits
    assert "已打开" in page.county.file.text()
    assert "还没有演练过" in page.county.drilled.text()

    page.county.drill.click()
    dialog = page.county.dialog
    typed(qtbot, dialog.form.fields[0], kept.escrow[:-1])
    enter(qtbot, window, dialog.form.fields[0])
    assert "没有读对" in dialog.form.trouble.text()
    typed(qtbot, dialog.form.fields[0], kept.escrow)
    enter(qtbot, window, dialog.form.fields[0])
    assert "还没有收到过加密的上报文件" in window.message.text
    assert "0 个加密文件打开了 0 个,没有通过" in page.county.drilled.text()
    stored(window.book, sealing.seal(b"x", kept.certificate.recipients[:1]), "没有备用密钥.edusub")
    for wanted in ("没有备用密钥.edusub", "1 个加密文件打开了 1 个"):
        page.county.drill.click()
        dialog = page.county.dialog
        typed(qtbot, dialog.form.fields[0], kept.escrow)
        enter(qtbot, window, dialog.form.fields[0])
        assert wanted in window.message.text
        stored(window.book, sealing.seal(b"x", kept.certificate.recipients), "有.edusub")
    assert "1 个加密文件打开了 1 个,通过" in page.county.drilled.text()
    assert "请再演练" not in page.county.drilled.text()
    window.book.set_facts("drill", "", drill="2025-08-31T08:00:00+08:00 1 1 1")
    page.county.fill()
    assert "早于本学年,请再演练一次" in page.county.drilled.text()


def stored(book, content, name):
    """One stored file, in the place of what was there; a drill reads no more of it."""
    values = {
        "id": "0" * 64,
        "public_key": WriterKey(b"\x07" * 32).public.line,
        "school": "2143000001",
        "name": "城关小学",
        "year": 2026,
        "writer": "w",
        "seq": 1,
        "seen": "{}",
        "state": "final",
        "data_id": "0" * 64,
        "practice": 0,
        "file_name": name,
        "received": "2026-11-30T08:00:00+08:00",
        "read": 1,
        "size": len(content),
        "content": content,
    }
    with book.workbook.transaction() as connection:
        connection.execute(SUBMISSION.delete())
        connection.execute(SUBMISSION.insert().values(values))
    book.reload()


@pytest.mark.slow
def test_cancelled_before_the_proof_nothing_is_made(qtbot, town, open_window, home):
    window = open_window(town.county(listed=LISTED))
    page = page_of(window, COUNTY)
    page.county.make.click()
    dialog = page.county.dialog
    for field in dialog.form.fields:
        typed(qtbot, field, PASSPHRASE)
    through_paper(qtbot, window, dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    idle(qtbot, window)
    assert county_keys.certificate_of(window.book.workbook) is None
    assert not [each for each in home.rglob("*") if each.name.startswith("county-")]
    assert not list(Path(town.folder).rglob("*.pdf"))
    assert page.county.hint.isVisible()


@pytest.mark.slow
def test_a_locked_county_asks_first_and_then_computes(qtbot, town, open_window, monkeypatch):
    book = town.county(listed=LISTED)
    county_keys.establish(book.workbook, PASSPHRASE)
    monkeypatch.setattr(keyring, "_opened", {})
    window = open_window(book)
    dialog = window.keys.county.dialog
    assert dialog.isVisible()
    assert window.unlock_tool.isVisible()
    assert "没有打开" in window.status_text
    page = window.show_page("keys")
    assert "还没有打开" in page.county.file.text()
    typed(qtbot, dialog.form.fields[0], "wrong one")
    enter(qtbot, window, dialog.form.fields[0])
    assert "口令不对" in dialog.form.trouble.text()
    assert dialog.form.fields[0].text() == ""
    typed(qtbot, dialog.form.fields[0], PASSPHRASE)
    enter(qtbot, window, dialog.form.fields[0])
    assert window.desk.snapshot is not None
    assert not window.unlock_tool.isVisible()
    assert "已打开" in page.county.file.text()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["board", "heat", "outlook", "conflicts", "questions", "papers"])
def test_an_empty_place_says_itself_that_the_key_is_locked_and_unlocks(
    qtbot, town, open_window, monkeypatch, tmp_path, name
):
    book = town.county()
    county_keys.establish(book.workbook, PASSPHRASE)
    with make(tmp_path) as school:
        believe(school, book)
        made = Path(export(school, tmp_path / "U盘").path)
    trust.admit_unchecked(book, [made])
    jobs.run(intake.merge(book, [made]))
    monkeypatch.setattr(keyring, "_opened", {})
    window = open_window(book)
    qtbot.keyClick(window.keys.county.dialog, Qt.Key.Key_Escape)
    idle(qtbot, window)
    page = window.show_page(name)
    (label,) = page.closed.findChildren(Label)
    (button,) = page.closed.findChildren(PushButton)
    assert page.closed.isVisible()
    assert "没有打开" in label.text()
    button.click()
    dialog = window.keys.county.dialog
    typed(qtbot, dialog.form.fields[0], PASSPHRASE)
    enter(qtbot, window, dialog.form.fields[0])
    idle(qtbot, window)
    assert page.closed is None
    assert page.places.currentWidget().isVisible()


@pytest.mark.slow
def test_renewal_by_the_words_on_paper(qtbot, town, open_window):
    book = town.county(listed=LISTED)
    made = county_keys.establish(book.workbook, None)
    digits = issuing.county_digits(book)
    issuing.issue_round(book)
    window = open_window(book)
    page = page_of(window, COUNTY)
    assert "只签名,不要求加密" in page.county.kind.text()
    page.county.renew_button.click()
    dialog = page.county.dialog
    typed(qtbot, dialog.form.fields[-2], PASSPHRASE)
    typed(qtbot, dialog.form.fields[-1], PASSPHRASE)
    dialog.form.fields[0].setText("一二三")
    enter(qtbot, window, dialog.form.fields[0])
    assert "录入了 3 个字" in dialog.form.trouble.text()
    assert dialog.form.fields[-1].text() == PASSPHRASE  # only what was wrong is typed again
    dialog.form.fields[0].setText(made.words)
    kept = through_paper(qtbot, window, dialog)
    assert county_keys.certificate_of(book.workbook).epoch == 1
    characters, last = proof_of(kept)
    dialog.proof.fields[0].setText(characters)
    dialog.proof.fields[1].setText(last)
    enter(qtbot, window, dialog.proof.fields[1])
    assert county_keys.certificate_of(book.workbook).epoch == 2
    assert page.county.digits.text() == digits
    assert "上报文件加密" in page.county.kind.text()
    page.tabs.press(ROUND)
    assert "需重新生成" in page.round.state.text()


# --- the schools' keys ---


@pytest.mark.slow
def test_forms_in_a_row_need_no_mouse(qtbot, town, open_window):
    stick, forms = asking(town)
    book = town.county(listed=LISTED[:2])
    window = open_window(book)
    page = page_of(window, REQUESTS)
    panel = page.requests
    assert panel.hint.isVisible()
    panel.take([stick])
    idle(qtbot, window)
    assert QApplication.focusWidget() is panel.digits
    assert column(panel.table, 3)[:2] == ["○ 等待核对"] * 2
    assert "不在学校名单中" in column(panel.table, 3)[2]
    assert not any(
        each.split()[-1][5:10] in " ".join(column(panel.table, at))
        for each in forms.values()
        for at in range(5)
    )

    qtbot.keyClicks(QApplication.focusWidget(), "1" * 30)
    enter(qtbot, window, QApplication.focusWidget())
    assert "与读入的任何一份密钥登记申请都不符" in panel.result.text()
    assert book.keys == []
    for name, scanned in reversed(forms.items()):  # the field still holds the wrong digits: typed over
        qtbot.keyClicks(QApplication.focusWidget(), scanned if name != "河口完小" else scanned.split()[-1])
        enter(qtbot, window, QApplication.focusWidget())
        shown = name if name != "第一中学" else f"「{name}」"  # not on the list: its own word, in quotes
        assert f"{shown}(" in panel.result.text()
    assert {each.name: each.how for each in book.keys} == dict.fromkeys(forms, PAPER)
    assert panel.left.text() == "全部核对完毕"
    assert len(window.desk.snapshot.keys) == 3
    assert page.tabs._buttons[REGISTER].text().endswith(" 3")


@pytest.mark.slow
def test_what_waited_for_its_key_comes_in_when_the_page_is_left(qtbot, town, open_window):
    stick, forms = asking(town, 2)
    made = town.send(town.schools["2143000001"])
    book = town.county(listed=LISTED)
    jobs.run(intake.merge(book, [made]))
    assert len(book.held) == 1
    window = open_window(book)
    panel = page_of(window, REQUESTS).requests
    panel.take([stick])
    idle(qtbot, window)
    qtbot.keyClicks(panel.digits, forms["城关小学"])
    enter(qtbot, window, panel.digits)
    assert len(book.held) == 1
    window.show_page("board")
    qtbot.waitUntil(lambda: not book.held)
    idle(qtbot, window)
    assert "城关小学" in window.message.text
    assert window.desk.snapshot.report.reported == 1


@pytest.mark.slow
@pytest.mark.parametrize(("button", "how"), [("取消", []), ("未核验登记", [UNCHECKED])])
def test_unchecked_admission_is_a_person_s_decision(qtbot, town, open_window, button, how):
    from PySide6.QtCore import QTimer

    stick, _ = asking(town, 1)
    book = town.county(listed=LISTED)
    window = open_window(book)
    panel = page_of(window, REQUESTS).requests
    panel.take([stick])
    idle(qtbot, window)
    panel.unchecked.click()
    assert "请先在表中选择" in panel.result.text()
    panel.view.selectRow(0)

    def answer():
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            next(each for each in box.buttons() if each.text() == button).click()

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(50)
    panel.unchecked.click()
    timer.stop()
    idle(qtbot, window)
    assert [each.how for each in book.keys] == how


# --- the round file and the register ---


@pytest.mark.slow
def test_the_round_file_says_when_it_is_out_of_date(qtbot, town, open_window):
    window = open_window(town.county(listed=LISTED))
    page = page_of(window, ROUND)
    assert page.round.hint.isVisible()
    window.close()
    book = keyed_again(town)
    window = open_window(book)
    page = page_of(window, ROUND)
    assert "还没有生成过" in page.round.state.text()
    stick = town.folder / "U盘"
    stick.mkdir(exist_ok=True)
    page.round.write(stick)
    idle(qtbot, window)
    assert "可以拔出 U 盘" in window.message.text
    assert "第 1 期第 1 号" in page.round.state.text()
    assert "内容没有变化" in page.round.state.text()
    typed(qtbot, page.round.due, "11/30")
    enter(qtbot, window, page.round.due)
    assert "无法识别" in window.message.text
    typed(qtbot, page.round.due, "2026-11-30")
    enter(qtbot, window, page.round.due)
    assert "需重新生成" in page.round.state.text()
    qtbot.mouseClick(page.round.demand, Qt.MouseButton.LeftButton, pos=page.round.demand.rect().center())
    page.round.demand.setFocus()
    if not page.round.demand.isChecked():
        qtbot.keyClick(page.round.demand, Qt.Key.Key_Space)
    idle(qtbot, window)
    page.round.write(stick)
    idle(qtbot, window)
    newest = max(stick.glob("*.eduround"))
    said = read_round(newest.read_bytes()).said
    assert (said.version, said.due, said.passphrase) == (2, "2026-11-30", True)


def keyed_again(town):
    book = open_county(town.folder / "永安县.edubook")
    county_keys.establish(book.workbook, None)
    return book


@pytest.mark.slow
def test_a_key_is_revoked_from_a_submission_on(qtbot, town, open_window):
    book, _, paths = trusting(town)
    county_keys.establish(book.workbook, None)
    second = {"public_key": WriterKey(bytes(32)).public.line, "school": "2143000001", "name": "城关小学"}
    with book.workbook.transaction() as connection:  # a thief may have let the stolen key vouch for another
        connection.execute(insert(ADMITTED).values(**second, how="rotated", at="2026-11-23T00:00:00+00:00"))
    book.reload()
    window = open_window(book)
    accept(qtbot, window, *paths)
    page = page_of(window, REGISTER)
    assert page.register.table.rowCount() == 4
    page.register.revoke.click()
    assert "请先在表中选择" in window.message.text
    page.register.search.setText("城关")
    stolen = next(at for at, each in enumerate(page.register.table.keys) if each.how != "rotated")
    page.register.view.selectRow(stolen)
    page.register.revoke.click()
    dialog = page.register.dialog
    assert not dialog.yes.isEnabled()
    qtbot.keyClicks(dialog.reason, "stolen")
    assert not dialog.yes.isEnabled()
    assert dialog.choice.count() == 2
    dialog.choice.setCurrentIndex(1)
    assert dialog.last_good == ""
    dialog.yes.click()
    idle(qtbot, window)
    assert "× 已撤销" in column(page.register.table, 2)
    assert window.desk.snapshot.report.reported == 2
    assert "还有 1 个有效的密钥" in window.message.text
    decision = book.decisions[-1]
    assert (decision.kind, decision.reason, bool(decision.signature)) == ("revoke", "stolen", True)
    assert [each.code for _, each in trust.admit_unchecked(book, [paths[0]])[1]] == ["key-revoked"]


@pytest.mark.slow
@pytest.mark.parametrize("tab", [COUNTY, REQUESTS, ROUND, REGISTER])
def test_nothing_is_cut_on_a_small_screen(qtbot, town, open_window, tab):
    stick, _ = asking(town, 2)
    book = keyed(town)
    trust.admit_unchecked(book, sorted(stick.glob("*.edukey"))[:1])
    window = open_window(book, (1093, 614))
    page = page_of(window, tab)
    if tab == REQUESTS:
        page.requests.take([stick])
    idle(qtbot, window)
    assert window.width() == 1093
    assert page.minimumSizeHint().width() <= page.width()
    assert page.minimumSizeHint().height() <= page.height()


def test_the_notice_is_shown_and_only_saved_when_asked(qtbot, town, open_window):
    book = keyed(town)
    window = open_window(book)
    page = page_of(window, COUNTY)
    page.county.notice.click()
    idle(qtbot, window)
    dialog = page.county.dialog
    assert dialog.paper.page_count == 1
    assert not list(town.folder.rglob("*.pdf"))
    out = town.folder / "通知附件.pdf"
    dialog.save(out)
    assert out.read_bytes().startswith(b"%PDF")
    dialog.reject()
