"""学校名单 in the window: dropped, rehearsed, asked by the keyboard, taken over as the command line would."""

from __future__ import annotations

import json

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from eduapp.exchange.county_form import write_form
from eduapp.services.county import books
from tests.cli.running import run
from tests.ui.county.driving import LISTED, column, drop, idle

HEADS = ("序号", "学校代码", "学校名称", "区县代码", "学校类型", "校区所属", "乡镇", "状态")
ROWS = (
    (1, "2143000001", "城关小学", "430900", "211", "", "城关镇", "正常"),
    (2, "2143000002", "河口完全小学", "430900", "211", "", "", "正常"),
    (3, "2143000011", "老屋小学", "430900", "211", "", "", "已撤并"),
    (4, "2143009999", "邻县小学", "430901", "211", "", "", "正常"),
    (5, "2.14399E+09", "丢码小学", "430900", "211", "", "", "正常"),
    (6, "2143000012", "隐藏小学", "430900", "211", "", "", "正常"),
    (7, "3143000099", "第一中学", "430900", "311", "", "", "正常"),
    (8, "2143000013", "东岭教学点", "430900", "218", "河口完全小", "", "正常"),
)


@pytest.fixture
def listed(tmp_path):
    """A spreadsheet as bureaus keep it."""
    made = openpyxl.Workbook()
    page = made.active
    page.title = "名录"
    for row in (("永安县学校名录",), (), HEADS, *ROWS, ("合计", 8), ("注:截至9月1日",)):
        page.append(row)
    page.row_dimensions[9].hidden = True
    made.save(tmp_path / "名录.xlsx")
    return tmp_path / "名录.xlsx"


def press(qtbot, *keys):
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (911, 512)])
def test_a_school_list_is_rehearsed_and_asked_about_by_the_keyboard(
    qtbot, town, open_window, listed, artefacts, size
):
    book = town.county(listed=LISTED)
    window = open_window(book, size)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    drop(window, listed)
    idle(qtbot, window)
    panel = window.intake.roster
    assert panel.isVisible()
    assert (
        "新增 2 行、更改 2 行、待核对 2 行、合计和说明 2 行、隐藏或筛选掉的 1 行、拒收 1 行"
        in panel.sum.text()
    )
    assert "保留不变" in panel.sum.text()
    said = column(panel.table, 2)
    assert any("科学记数" in each for each in said)
    assert any("像是「河口完全小学」" in each for each in said)
    assert any("代码是 3143000003,文件里是 3143000099" in each for each in said)
    assert "学校名称:河口完小 → 河口完全小学" in said
    assert len(book.expected) == 3
    assert window.grab().save(str(artefacts / f"roster-asked-{size[0]}x{size[1]}.png"))
    assert (window.width(), window.height()) == size

    for step in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Down):  # take the first, leave the next, take
        assert QApplication.focusWidget() is panel.view
        press(qtbot, Qt.Key.Key_Return, step, Qt.Key.Key_Tab, Qt.Key.Key_Space)
        idle(qtbot, window)
    assert "待回答" not in panel.headline.text()
    answered = {panel.table.look_at(at, 2).text for at in range(3)}
    assert "属于「430901」的行要列入本县的名单吗? → 不列入" in answered
    assert QApplication.focusWidget() is panel.accept
    press(qtbot, Qt.Key.Key_Space)
    idle(qtbot, window)
    assert window.board.isVisible()
    assert (window.width(), window.height()) == size
    assert "新增 4 校,更改 2 校" in window.message.text
    assert book.expected.keys() >= {"2143000011", "2143000012", "3143000003"}
    assert "2143009999" not in book.expected

    drop(window, listed)  # the same once more: nothing is left but what was not said
    idle(qtbot, window)
    assert not panel.accept.isEnabled()
    assert "与现有的名单相同" in panel.after.text()


@pytest.mark.slow
def test_an_answer_can_be_given_anew_and_is_the_command_lines(qtbot, town, open_window, listed, tmp_path):
    book = town.county(listed=LISTED)
    window = open_window(book)
    drop(window, listed)
    idle(qtbot, window)
    panel = window.intake.roster
    for answer in ("take", "leave"):
        at = next(at for at in range(3) if "430901" in panel.table.look_at(at, 2).text)
        panel.view.selectRow(at)
        panel.answer.setCurrentIndex(panel.answer.findData(answer))
        panel.answer_it.click()
        idle(qtbot, window)
    said = tmp_path / "answers.json"
    said.write_text(json.dumps({"answers": {"county:430901": "leave"}}), encoding="utf-8")
    panel.accept.click()
    idle(qtbot, window)

    other = town.county("另一县", listed=LISTED)
    path = other.path
    other.close()
    run("county", "schools", path, listed, "--accept", said)
    with books.open_county(path) as other:
        assert {code: (each.name, each.kind) for code, each in other.expected.items()} == {
            code: (each.name, each.kind) for code, each in book.expected.items()
        }


@pytest.mark.slow
def test_the_first_list_begins_at_the_board_and_the_form_is_known_for_itself(
    qtbot, town, open_window, tmp_path, monkeypatch
):
    window = open_window(town.county())
    shown = []
    monkeypatch.setattr(
        "ui.county.asking_panel.QFileDialog.getOpenFileName", lambda *a: shown.append(a) or ("", "")
    )
    window.board.hint.findChildren(type(window.board.look))[0].click()
    qtbot.waitUntil(lambda: bool(shown))
    assert window.intake.roster.isVisible()
    form = tmp_path / "区县填报表格.xlsx"
    write_form(form, {})
    drop(window, form)
    qtbot.waitUntil(lambda: window.own.forms.dialog is not None)
    window.own.forms.dialog.reject()
