"""The trusted hand-off as two clerks do it: keys, digits, sealed files, questions, receipts, paper, the end.

Both real windows, real events, one stick between them. What a person does outside the windows (choosing a
folder in the system's dialog, scanning a sheet of paper) is answered here.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton

from eduapp.exchange.data_code import data_code
from eduapp.exchange.sealing import is_sealed
from eduapp.services import workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import rounds, school_keys
from eduapp.services.papers import key_papers, printing_log
from eduapp.services.practice import making as practice
from tests.patience import deliver
from ui.common.nav_list import NavigationList
from ui.common.plain import buttons_in

pytestmark = pytest.mark.journey

SIZE = (1093, 614)
LEFT = Qt.MouseButton.LeftButton
PASSPHRASE = "changjiang huanghe"  # noqa: S105 - of the test
OTHERS = practice.PLANS[1:3]
CELL = ("funding", "-", "budget")


@pytest.fixture
def theme(qapp):
    from ui.common import theme as themes

    chosen = themes.light()
    themes.dress(qapp, chosen)
    return chosen


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """The stick that is plugged in, and what a person chooses wherever a folder is asked for."""
    from ui.school import keys_page, stick_watch, taking_flow

    folder = tmp_path / "U盘"
    folder.mkdir()
    for module in (keys_page, stick_watch, taking_flow):
        monkeypatch.setattr(module, "default_folder", lambda: folder)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    return folder


@pytest.fixture
def school(qtbot, tmp_path, theme, stick):
    from ui.school.window import SchoolWindow

    path = tmp_path / "完小.edubook"
    practice.make_school(path, practice.PLANS[0], 2026).close()
    window = SchoolWindow(workbooks.open_school(path), theme)
    yield _shown(qtbot, window)
    window.close()


@pytest.fixture
def county(qtbot, tmp_path, theme, stick):
    from ui.county.window import CountyWindow

    practice.make_county(tmp_path / "县.edubook", 2026).close()
    window = CountyWindow(county_books.open_county(tmp_path / "县.edubook"), theme)
    yield _shown(qtbot, window)
    window.close()


def _shown(qtbot, window):
    window.resize(*SIZE)
    window.show()
    qtbot.waitExposed(window)
    idle(qtbot, window)
    return window


def idle(qtbot, window):
    qtbot.deliver()
    qtbot.idle(window)


def go(qtbot, window, page):
    """Click the name of a page, in the window that is turned to."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    nav = window.findChild(NavigationList)
    item = nav.item(list(window.pages).index(page))
    nav.scrollToItem(item)
    qtbot.mouseClick(nav.viewport(), LEFT, pos=nav.visualItemRect(item).center())
    assert window.page_name == page
    # What the page stands on is loaded in the background: until then its empty place is in front.
    qtbot.waitUntil(lambda: page in window.pages._made and window.pages[page].isVisible())
    idle(qtbot, window)


def click(qtbot, window, button):
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, LEFT)
    idle(qtbot, window)


def shown_button(place, words):
    """The button of these words that a person sees: on an empty page it stands in the middle, else above."""
    (button,) = (each for each in buttons_in(place) if each.isVisible() and each.text() == words)
    return button


def press(qtbot, window, tabs, name):
    (button,) = (each for each in tabs.findChildren(QToolButton) if each.text().startswith(name))
    click(qtbot, window, button)


def type_in(qtbot, window, field, text, *, enter=True):
    field.setFocus()
    field.selectAll()
    if text.isascii():
        qtbot.keyClicks(field, text)
    else:
        field.setText(text)  # an input method hands whole texts over
    if enter:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    idle(qtbot, window)


def picture(window, artefacts, name):
    deliver()
    assert window.grab().save(str(artefacts / f"hand_off_{name}.png"))


def column(table, at):
    return [table.look_at(row, at).text for row in range(table.rowCount())]


# --- the steps ---


def make_keys(qtbot, county, artefacts):
    """The county's keys: nothing is in use before the sheet for the safe is proved."""
    go(qtbot, county, "keys")
    panel = county.keys.county
    click(qtbot, county, panel.make)
    dialog = panel.dialog
    type_in(qtbot, county, dialog.form.fields[0], PASSPHRASE, enter=False)
    type_in(qtbot, county, dialog.form.fields[1], PASSPHRASE)
    assert dialog.paper.page_count == 1
    picture(dialog, artefacts, "custody")
    kept = dialog.proposal.paper
    click(qtbot, county, dialog.next)
    words = kept.words.replace(" ", "")
    asked = "".join(words[number - 1] for number in key_papers.ASKED_WORDS)
    type_in(qtbot, county, dialog.proof.fields[0], asked, enter=False)
    picture(dialog, artefacts, "proof")
    type_in(qtbot, county, dialog.proof.fields[1], kept.escrow[-4:].lower())
    assert "已启用" in county.message.text
    picture(county, artefacts, "county_keys")
    return kept


def write_round(qtbot, county, stick, artefacts):
    press(qtbot, county, county.keys.tabs, "③ 批次文件")
    click(qtbot, county, county.keys.round.make)
    assert "可以拔出 U 盘了" in county.message.text
    picture(county, artefacts, "county_round")
    return max(stick.glob("*.eduround"))


def believe(qtbot, school, digits, artefacts):
    """The school reads the notice's digits; its own form and request go to the county."""
    go(qtbot, school, "keys")
    page = school.keys_page
    type_in(qtbot, school, page.digits, digits)
    assert page.county.mark.text().startswith("✓ 已核对")
    assert page.round.mark.text().startswith("✓ 第 1 号")
    picture(school, artefacts, "school_keys")
    click(qtbot, school, page.own.request_button)
    assert "可以拔出 U 盘了" in school.message.text


def register(qtbot, county, stick, forms, artefacts):
    """One form after the other by the scanner: the mouse is not touched."""
    go(qtbot, county, "keys")
    press(qtbot, county, county.keys.tabs, "② 登记学校密钥")
    panel = county.keys.requests
    click(qtbot, county, panel.sources[0])
    assert len(panel.waiting) == len(forms)
    for name, scanned in forms.items():
        assert QApplication.focusWidget() is panel.digits
        type_in(qtbot, county, panel.digits, scanned)
        assert name in panel.result.text()
    assert panel.left.text() == "全部核对完毕"
    picture(county, artefacts, "county_registered")


def hand_in(qtbot, school, stick):
    """审核通过 and the file; returns its path."""
    go(qtbot, school, "send")
    page, before = school.send_page, set(stick.glob("*.edusub"))
    click(qtbot, school, page.approve_button)
    type_in(qtbot, school, page.folder, str(stick), enter=False)
    click(qtbot, school, page.final_button)
    (made,) = set(stick.glob("*.edusub")) - before
    assert is_sealed(made.read_bytes())
    return made


def take_in(qtbot, county, words):
    """Rehearse the stick, read the sum, accept."""
    go(qtbot, county, "intake")
    press(qtbot, county, county.intake.tabs, "本次导入")
    panel = county.intake.rehearsal
    click(qtbot, county, shown_button(panel, panel.sources[0].text()))
    assert words in panel.sum.text()
    click(qtbot, county, panel.accept)
    assert panel.done


def ask(qtbot, county, text):
    go(qtbot, county, "questions")
    panel = county.questions.asking
    panel.picker.show_place(practice.PLANS[0].code, *CELL)
    idle(qtbot, county)
    qtbot.waitUntil(lambda: panel.picker.cell is not None)
    type_in(qtbot, county, panel.text, text)
    assert column(panel.table, 5) == [text]


def correct(qtbot, county, place, text, reason):
    go(qtbot, county, "conflicts")
    page = county.conflicts
    press(qtbot, county, page.tabs, "县级更正")
    panel = page.corrections
    panel.picker.show_place(practice.PLANS[0].code, *place)
    idle(qtbot, county)
    qtbot.waitUntil(lambda: panel.picker.cell is not None)
    type_in(qtbot, county, panel.value, text, enter=False)
    type_in(qtbot, county, panel.reason, reason)
    assert column(panel.table, 0) == ["✓ 有效"]


def write_receipts(qtbot, county):
    go(qtbot, county, "intake")
    press(qtbot, county, county.intake.tabs, "本次导入")
    click(qtbot, county, county.intake.rehearsal.give_receipts)
    assert county.page_name == "questions"
    assert "已写入并核对 1 份回执" in county.message.text


def plug_in(qtbot, school, stick):
    """The watch looks at the stick, as it does every few seconds."""
    with qtbot.waitSignal(school.keys.watch.looked):
        school.keys.watch.look_into(stick)
    qtbot.deliver()
    idle(qtbot, school)


def states(school):
    return column(school.send_page.history, 4)


def check_paper(qtbot, county, code, words):
    go(qtbot, county, "intake")
    press(qtbot, county, county.intake.tabs, "核对纸质表")
    panel = county.intake.paper
    type_in(qtbot, county, panel.field, code)
    assert words in panel.answer.text()


def compare_paper(qtbot, county, artefacts):
    """Look at the file's own page and say that the stamped sheet shows the same."""
    panel = county.intake.paper
    click(qtbot, county, panel.compare_button)
    qtbot.waitUntil(lambda: panel.dialog is not None and panel.dialog.isVisible())
    dialog = panel.dialog
    qtbot.waitUntil(lambda: dialog.paper.page_count > 0)
    picture(dialog, artefacts, "county_compare")
    dialog.name.insert("王五")  # as an input method does
    qtbot.mouseClick(dialog.yes, LEFT)
    idle(qtbot, county)
    assert "一致" in panel.answer.text()


def mend(qtbot, school, artefacts):
    """Go from the question to its cell, change it by the keyboard."""
    page = school.send_page
    click(qtbot, school, page.reopen_button)
    page.show_questions()
    picture(school, artefacts, "school_questions")
    view = page.questions.view
    view.setFocus()
    view.selectRow(0)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    idle(qtbot, school)
    picture(school, artefacts, "school_cell")
    field = QApplication.focusWidget()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "39")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    school.workspace.settle()
    picture(school, artefacts, "school_mended")


def follow(qtbot, county, artefacts):
    """A number of the county: whose, from which file, by which key."""
    go(qtbot, county, "heat")
    view, why = county.heat.view, county.heat.why
    cell = view.model().index(0, 2)
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(cell).center())
    idle(qtbot, county)
    click(qtbot, county, why.view_it)
    picture(county, artefacts, "county_why")
    viewer = why.viewing.viewer
    facts = dict(viewer.seen.facts)
    assert practice.PLANS[0].name in facts["学校"]
    assert facts["编号全文"] in {each.member.id for each in county.book.received.values()}
    assert "✓" in viewer.words.text()
    picture(viewer, artefacts, "viewer")
    viewer.close()


def close(qtbot, county, artefacts):
    go(qtbot, county, "papers")
    qtbot.waitUntil(lambda: county.papers.paper.page_count > 0)
    bar = county.papers.closing
    click(qtbot, county, bar.end)
    type_in(qtbot, county, bar.reason, "首次汇总", enter=False)
    picture(county, artefacts, "county_closing")
    click(qtbot, county, bar.end_now)
    assert "已结束本轮" in county.message.text
    picture(county, artefacts, "county_closed")


def late(qtbot, county, stick, folder, digits):
    """Another school's file comes after the end."""
    said = max(stick.glob("*.eduround")).read_bytes()
    with workbooks.open_school(folder / f"{OTHERS[0].code}.edubook") as book:
        rounds.trust_county(book, said, digits)
        rounds.accept(book, said)
        practice.hand_over(book, stick, "final")
    take_in(qtbot, county, "读取 3 = 接收 1 ")


def revise(qtbot, county, artefacts):
    """What is other than at the end of the round."""
    go(qtbot, county, "papers")
    click(qtbot, county, county.papers.closing.changes)
    found = county.papers.changes
    assert column(found.schools, 0) == [f"{OTHERS[0].name}({OTHERS[0].code})"]
    picture(county, artefacts, "county_revision")


def test_a_hand_off_that_can_be_trusted(qtbot, school, county, tmp_path, stick, artefacts):
    kept = make_keys(qtbot, county, artefacts)
    write_round(qtbot, county, stick, artefacts)
    believe(qtbot, school, kept.certificate.root.digits, artefacts)

    forms = {practice.PLANS[0].name: school_keys.scan_text(school.book)}
    for plan in OTHERS:
        with practice.make_school(tmp_path / f"{plan.code}.edubook", plan, 2026) as book:
            school_keys.write_request(book, stick)
            forms[plan.name] = school_keys.scan_text(book)
    register(qtbot, county, stick, forms, artefacts)
    write_round(qtbot, county, stick, artefacts)
    plug_in(qtbot, school, stick)
    go(qtbot, school, "keys")
    assert "已登记(纸质登记表)" in school.keys_page.own.mark.text()

    hand_in(qtbot, school, stick)
    code = data_code(printing_log.stamp_of(school.book).data_id)
    go(qtbot, school, "send")
    assert states(school) == ["○ 已交出,未确认"]
    picture(school, artefacts, "school_sent")
    take_in(qtbot, county, "读取 1 = 接收 1 ")
    picture(county, artefacts, "county_taken")
    check_paper(qtbot, county, code, "码与已收文件相符(12 位,可被有意撞出)")
    compare_paper(qtbot, county, artefacts)
    picture(county, artefacts, "county_paper")

    ask(qtbot, county, "请核对公用经费预算")
    correct(qtbot, county, ("school_total", "-", "teaching_area"), "3000", "实地核查")
    write_receipts(qtbot, county)
    picture(county, artefacts, "county_receipts")

    plug_in(qtbot, school, stick)
    go(qtbot, school, "send")
    assert states(school) == ["⚠ 需更正"]
    picture(school, artefacts, "school_to_correct")

    mend(qtbot, school, artefacts)
    hand_in(qtbot, school, stick)
    take_in(qtbot, county, "读取 2 = 接收 1 ")
    check_paper(qtbot, county, code, "打印后数据已改")
    picture(county, artefacts, "county_paper_changed")
    go(qtbot, county, "questions")
    assert column(county.questions.asking.table, 0) == ["✓ 学校已改"]
    write_receipts(qtbot, county)
    plug_in(qtbot, school, stick)
    go(qtbot, school, "send")
    picture(school, artefacts, "school_accepted")
    assert states(school) == ["✓ 已接收", "○ 被新文件取代"]

    follow(qtbot, county, artefacts)
    close(qtbot, county, artefacts)
    late(qtbot, county, stick, tmp_path, kept.certificate.root.digits)
    revise(qtbot, county, artefacts)
