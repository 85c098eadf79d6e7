"""年报导出 in the window: dropped, rehearsed, asked, stated, replaced by a school's file, taken back."""

from __future__ import annotations

import pytest

from db.records.choices import Stage
from eduapp.services.hand_off import trust
from eduapp.services.hand_off.board import SchoolState
from tests.services import national_exports as exports
from tests.ui.county.driving import LISTED, accept, column, drop, idle, states


def export_of(folder, *lines):
    return exports.write(folder / "全县.xlsx", lines)


def lines():
    return (
        exports.line("城关小学", county="永安县"),
        exports.line("河口小学", county="永安县", pupils=300),
        exports.line("第一中学", Stage.LOWER_SECONDARY, kind="初级中学", county="永安县"),
    )


def shown(panel):
    return list(zip(column(panel.table, 0), column(panel.table, 2), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_an_export_is_dropped_asked_about_and_stated(qtbot, town, open_window, artefacts, size):
    book = town.county(listed=LISTED)
    path = town.send(town.school(1, "城关小学"))
    trust.admit_unchecked(book, [path])
    window = open_window(book, size)
    drop(window, export_of(town.folder, *lines()))
    idle(qtbot, window)
    panel = window.intake.export
    assert panel.isVisible()
    assert shown(panel)[0] == (
        "？ 待回答",
        "「河口小学」不在学校名单中,是名单里的哪一所?相近的:河口完小(2143000002)",
    )
    assert "读取 5 行:新增 2 行、待核对 1 行、合计和说明 2 行" in panel.sum.text()
    assert states(window) == dict.fromkeys(states(window), SchoolState.MISSING)  # a rehearsal writes nothing
    assert [panel.answer.itemData(at) for at in range(3)] == ["", "2143000002", "2143000001"]
    assert not panel.answer_it.isEnabled()
    assert window.grab().save(str(artefacts / f"export-asked-{size[0]}x{size[1]}.png"))

    panel.answer.setCurrentIndex(1)
    panel.answer_it.click()
    idle(qtbot, window)
    assert "待回答" not in panel.headline.text()
    panel.accept.click()
    idle(qtbot, window)
    assert set(states(window).values()) == {SchoolState.EXPORT}
    assert "3 所学校来自年报" in panel.headline.text()
    assert "未签名" in panel.sum.text()
    assert not panel.accept.isVisible()
    drop(window, town.folder / "全县.xlsx")
    idle(qtbot, window)
    assert not panel.accept.isEnabled()  # the same file once more: asked once, and nothing changes
    assert "与现有的声明相同" in panel.after.text()
    panel.drop.click()
    for name in ("intake", "board", "heat"):
        window.show_page(name)
        if name == "heat":
            window.heat._explain(window.heat.table.index(0, 3))
        idle(qtbot, window)
        assert window.grab().save(str(artefacts / f"export-{name}-{size[0]}x{size[1]}.png"))
    assert (window.width(), window.height()) == size
    assert window.board.total.text() == "应报 3 校,已报 0 校,未报 3 校(其中来自年报 3)"
    assert column(window.heat.table, 0) == ["(年报)城关小学", "(年报)河口完小"]

    accept(qtbot, window, path)
    assert states(window)["2143000001"] is SchoolState.FINAL
    window.intake.show_tab("年报导出")
    panel.withdraw.click()
    idle(qtbot, window)
    assert sorted(states(window).values()) == sorted(
        [SchoolState.FINAL, SchoolState.MISSING, SchoolState.MISSING]
    )
    assert "已撤回年报导出的声明" in window.message.text


def test_what_is_no_export_is_said_and_a_rehearsal_is_let_go(qtbot, town, open_window):
    book = town.county(listed=LISTED)
    window = open_window(book)
    other = town.folder / "花名册.csv"
    other.write_text("姓名,学历\n钱四,本科\n", encoding="utf-8")
    drop(window, other)
    idle(qtbot, window)
    assert "看不出" in window.message.text
    assert "全县导出" in window.message.text
    drop(window, export_of(town.folder, *lines()))
    idle(qtbot, window)
    panel = window.intake.export
    panel.drop.click()
    assert panel.found is None
    assert book.decisions[-1].kind == "list"
