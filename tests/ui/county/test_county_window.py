"""The county window over real workbooks and real files: what is dropped, accepted, judged and undone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from eduapp.services import entry, intake, jobs, trust
from eduapp.services.county_books import PAPER, UNCHECKED
from ui.common import theme as themes
from ui.county.snapshot import Standing, State
from ui.county.window import CountyWindow

pytestmark = pytest.mark.slow

LISTED = [("2143000001", "城关小学"), ("2143000002", "河口完小"), ("3143000003", "第一中学")]
WAIT_MS = 20_000


@pytest.fixture
def open_window(qtbot, qapp):
    """Show the window of a county's book, and wait until it has computed everything."""
    light = themes.light()
    themes.dress(qapp, light)

    def show(book, size=(1366, 768)):
        window = CountyWindow(book, light)
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        idle(qtbot, window)
        return window

    return show


def idle(qtbot, window):
    """Wait until nothing runs and nothing waits to run."""
    for _ in range(3):
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=WAIT_MS)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=WAIT_MS)


def trusting(town, listed=LISTED):
    """A county that knows three schools, their keys admitted, with their files on a stick."""
    book = town.county(listed=listed)
    schools = [
        town.school(1, "城关小学"),
        town.school(2, "河口完小", teaching_area="900"),
        town.school(3, "第一中学", "311"),
    ]
    paths = [town.send(school) for school in schools]
    trust.admit_unchecked(book, paths)
    return book, schools, paths


def accept(qtbot, window, *paths):
    """Drop, rehearse, accept."""
    drop(window, *paths)
    idle(qtbot, window)
    window.intake.rehearsal.accept.click()
    idle(qtbot, window)


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nowhere = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, nowhere)
    window.dropEvent(event)


def column(table, at):
    return [table.look_at(row, at).text for row in range(table.rowCount())]


def states(window):
    return {row.code: row.state for row in window.desk.snapshot.board}


def rehearsed(window):
    """(outcome, reason) of each file of the rehearsal, by file name."""
    table = window.intake.rehearsal.table
    return {
        table.look_at(row, 3).text: (table.look_at(row, 0).text, table.look_at(row, 4).text)
        for row in range(table.rowCount())
    }


# --- the main path ---


def test_a_dropped_folder_is_rehearsed_then_accepted(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    assert "0 / 3 校" in window.status_text
    before = book.fingerprint
    drop(window, paths[0].parent)
    idle(qtbot, window)
    assert window.page_name == "intake"
    assert {word for word, _ in rehearsed(window).values()} == {"✓ 接收"}
    assert window.intake.rehearsal.sum.text().startswith("读取 3 = 接收 3 + 旧版本 0")
    promised = window.intake.rehearsal.report.fingerprint
    assert (book.fingerprint, len(book.received)) == (before, 0)

    window.intake.rehearsal.accept.click()
    idle(qtbot, window)
    assert book.fingerprint == promised
    assert f"合并指纹 {promised}" in window.status_text
    assert "3 / 3 校" in window.status_text
    assert "3 个密钥未核验" in window.status_text

    window.show_page("board")
    assert set(states(window).values()) == {State.FINAL}
    assert window.board.total.text() == "应报 3 校,已报 3 校,未报 0 校"


def test_the_heat_map_shows_values_coefficients_and_why(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    window.show_page("heat")
    page = window.heat
    assert column(page.table, 0) == ["城关小学", "河口完小"]
    assert column(page.table, 5) == ["✓ 5.10", "× 3.75"]
    # 差异系数: |5.10 - 3.75| / 2 over their mean 4.425, equal weights.
    assert page.foot.look_at(0, 5).text == "✓ 0.153"
    assert page.foot.look_at(1, 5).text == "≤ 0.50"
    assert page.foot.look_at(2, 5).text == "4.43"
    assert page.foot.look_at(3, 5).text == "1 / 0"

    page._explain(page.table.index(1, 5))
    said = page.why.card.text
    for words in (
        "还差 180 ㎡",
        "900 ÷ 240 = 3.75 ㎡",
        "教督〔2017〕6号",
        "河口完小",
        "未核验",
        paths[1].name,
    ):
        assert words in said
    page._explain_foot(page.foot.index(0, 5))
    assert "在限值以内" in page.why.balance.toPlainText()

    page.unmet.setChecked(True)
    assert column(page.table, 0) == ["城关小学", "河口完小"]  # both miss 骨干教师
    page.search.setText("河口")
    assert column(page.table, 0) == ["河口完小"]
    page.stages.press("初中")
    assert column(page.table, 0) == []
    page.search.clear()
    page.unmet.setChecked(False)
    assert column(page.table, 0) == ["第一中学"]
    page.stages.press("学校层面")
    assert column(page.table, 0) == ["城关小学", "河口完小", "第一中学"]


def test_a_coefficient_with_values_missing_says_so(qtbot, town, open_window):
    book, schools, _ = trusting(town)
    entry.set_cell(schools[0], "school_total", "-", "teaching_area", "")
    path = town.send(schools[0])
    window = open_window(book)
    accept(qtbot, window, path.parent)
    window.show_page("heat")
    assert window.heat.foot.look_at(0, 5).text == "？ 0.000＊"
    assert "教学用房按已有 1/2 个学段 0.000" in window.heat.partial.text()


def test_the_map_is_sorted_by_value_and_the_foot_stays(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    window.show_page("heat")
    window.heat.view.sortByColumn(5, Qt.SortOrder.AscendingOrder)
    assert column(window.heat.table, 5) == ["× 3.75", "✓ 5.10"]
    assert column(window.heat.foot, 0) == ["差异系数", "限值", "县均值", "达标 / 达85%"]


# --- each file is named with its reason ---


def test_the_same_twice_and_an_older_one(qtbot, town, open_window):
    book, schools, paths = trusting(town)
    entry.set_cell(schools[0], "school_total", "-", "teaching_area", "1300")
    newer = town.send(schools[0], folder="新U盘")
    window = open_window(book)
    accept(qtbot, window, newer)
    accept(qtbot, window, newer, paths[0])
    found = rehearsed(window)
    assert found[newer.name][0] == "○ 已有"
    assert "此前已经接收过" in found[newer.name][1]
    assert found[paths[0].name][0] == "○ 旧版本"
    assert "已有更新的上报文件" in found[paths[0].name][1]
    assert "读取 2 = 接收 0 + 旧版本 1 + 已有 1" in window.intake.rehearsal.sum.text()
    standing = {row.received.member.seq: row.standing for row in window.desk.snapshot.history}
    assert standing == {1: Standing.SUPERSEDED, 2: Standing.COUNTS}


def test_a_flipped_bit_another_county_another_year_and_practice_data(qtbot, town, open_window):
    book, _, paths = trusting(town)
    whole = paths[0].read_bytes()
    bits = random.Random(7)
    stick = town.folder / "坏U盘"
    stick.mkdir()
    damaged = []
    for number in range(5):
        broken = bytearray(whole)
        broken[bits.randrange(len(broken))] ^= 1 << bits.randrange(8)
        damaged.append(stick / f"坏{number}.edusub")
        damaged[-1].write_bytes(broken)
    elsewhere = town.send(town.school(7, "邻县小学", county="430901"), folder=stick.name)
    practice = town.send(town.school(8, "练习小学", practice=True), folder=stick.name)
    window = open_window(book)
    drop(window, stick)
    idle(qtbot, window)
    found = rehearsed(window)
    assert {word for word, _ in found.values()} == {"× 拒收"}
    assert all("损坏" in found[path.name][1] or "签名" in found[path.name][1] for path in damaged)
    assert "不是本县(430900)" in found[elsewhere.name][1]
    assert "练习数据" in found[practice.name][1]
    assert not window.intake.rehearsal.accept.isEnabled()
    assert "拒收 7" in window.intake.rehearsal.sum.text()


def test_a_stick_without_submissions_says_so(qtbot, town, open_window):
    book = town.county()
    (town.folder / "空U盘").mkdir()
    (town.folder / "空U盘" / "照片.jpg").write_bytes(b"x")
    window = open_window(book)
    drop(window, town.folder / "空U盘")
    idle(qtbot, window)
    assert "没有找到上报文件" in window.intake.rehearsal.headline.text()
    assert "另有 1 个文件" in window.intake.rehearsal.sum.text()


# --- trust ---


def full_width(digits):
    return "　".join("".join(chr(ord(one) + 0xFEE0) for one in group) for group in digits.split())


def test_a_foreign_key_is_held_until_its_digits_are_typed(qtbot, town, open_window):
    book = town.county(listed=LISTED)
    path = town.send(town.school(1, "城关小学"))
    digits = trust.inspect(path.read_bytes()).key.digits
    window = open_window(book)
    accept(qtbot, window, path)
    assert states(window)["2143000001"] is State.HELD
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
    assert states(window)["2143000001"] is State.FINAL
    assert "已接收此前待核验的 1 个文件:城关小学" in window.message.text
    assert "未核验" not in window.status_text


def answer(button_text, seen):
    """Click a button of the dialog that is open; tried again until it is there."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        seen.append(f"{box.text()}{box.informativeText()}")
        next(button for button in box.buttons() if button.text() == button_text).click()


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


def test_a_school_that_is_not_listed_is_held_until_it_is(qtbot, town, open_window):
    book, _, paths = trusting(town, LISTED[:2])
    window = open_window(book)
    accept(qtbot, window, paths[2])
    assert "不在学校名单中" in rehearsed(window)[paths[2].name][1]
    window.intake.show_tab("待核验")
    assert not window.intake.held.digits.isVisible()
    window.intake.held.list_it.click()
    idle(qtbot, window)
    assert states(window)["3143000003"] is State.FINAL
    assert "1 / 3 校" in window.status_text


# --- conflicts, undo ---


def forked(town):
    """Two computers of one school, each with its own file."""
    book = town.county(listed=LISTED)
    first = town.school(1, "城关小学")
    paths = [town.send(first)]
    first.close()
    (town.folder / "2143000001.edubook").unlink()
    second = town.school(1, "城关小学", teaching_area="1000")
    paths.append(town.send(second, folder="另一个U盘"))
    trust.admit_unchecked(book, paths)
    return book, paths


def test_two_heads_are_compared_cell_by_cell_and_settled(qtbot, town, open_window):
    book, paths = forked(town)
    window = open_window(book)
    accept(qtbot, window, *paths)
    assert "× 有冲突" in {word for word, _ in rehearsed(window).values()}
    assert states(window)["2143000001"] is State.CONFLICT
    page = window.show_page("conflicts")
    idle(qtbot, window)
    assert page.count.text() == "有 1 处不同"
    assert page.cells.look_at(0, 0).text == "全校合计 · 教学及辅助用房总面积(㎡)"
    assert {page.cells.look_at(0, 2).text, page.cells.look_at(0, 3).text} == {"1224", "1000"}

    assert not page.take_right.isEnabled()
    page.reason.setText("经电话核实")
    chosen = page.right.currentData()
    page.take_right.click()
    idle(qtbot, window)
    assert states(window)["2143000001"] is State.FINAL
    assert book.view()["2143000001"].counts.id == chosen
    assert page.decided.look_at(0, 4).text == "经电话核实"

    page.reason.setText("看错了")
    page.take_right.click()  # the one put aside now stands at the right
    idle(qtbot, window)
    assert book.view()["2143000001"].counts.id != chosen
    assert len(window.desk.snapshot.decisions) == 2


def test_an_import_is_taken_back_and_a_file_restored(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, *paths[:2])
    tables = [entry for entry, _ in window.desk.snapshot.report.stages[0].rows]
    accept(qtbot, window, paths[2])
    window.intake.rehearsal.undo.click()
    idle(qtbot, window)
    assert states(window)["3143000003"] is State.MISSING
    assert [entry for entry, _ in window.desk.snapshot.report.stages[0].rows] == tables
    assert window.desk.snapshot.report.stages[1].rows == ()
    assert not window.intake.rehearsal.undo.isEnabled()

    window.board._open("3143000003")
    history = window.intake.history
    assert column(history.table, 4) == ["⚠ 已撤回"]
    history.view.selectRow(0)
    history.reason.setText("撤错了")
    history.back.click()
    idle(qtbot, window)
    assert states(window)["3143000003"] is State.FINAL
    assert book.decisions[-1].reason == "撤错了"


def test_a_cancelled_import_leaves_whole_submissions_and_the_page_follows(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    window.jobs.progressed.connect(lambda progress: window.jobs.cancel() if progress.done == 1 else None)
    window.desk.act("接收", lambda county: intake.merge(county, [paths[0].parent]))
    idle(qtbot, window)
    window.jobs.progressed.disconnect()
    assert "已取消" in window.message.text
    window.desk.refresh()
    idle(qtbot, window)
    assert window.desk.snapshot.report.reported == len(book.received) > 0
    jobs.run(intake.merge(book, [paths[0].parent]))
    assert len(book.received) == 3


# --- the other pages ---


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


def test_the_board_is_filtered_by_state_and_by_text(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0])
    page = window.show_page("board")
    page.filters.press(State.MISSING)
    assert column(page.table, 1) == ["河口完小", "第一中学"]
    page.search.setText("3143")
    assert column(page.table, 1) == ["第一中学"]
    page.search.clear()
    page.filters.press("全部")
    assert column(page.table, 3) == ["✓ 已报", "○ 未报", "○ 未报"]
    assert column(page.table, 6) == ["⚠ 未核验", "", ""]
    assert column(page.table, 7)[0] == trust.digits_of(book.keys[0].public_key)


def test_a_roster_is_imported_with_what_was_left_out(qtbot, town, open_window, tmp_path):
    from eduapp.exchange.spreadsheets import Table, write_workbook

    rows = [
        ("学校代码", "学校名称", "区县代码"),
        ("2143000001", "城关小学", "430900"),
        ("2143000001", "城关小学(重)", "430900"),
        ("2143009999", "邻县小学", "430901"),
    ]
    path = tmp_path / "名录.xlsx"
    write_workbook(path, [Table("名录", (), rows)])
    book = town.county()
    held = town.send(town.school(1, "城关小学"))
    window = open_window(book)
    window.board.import_roster(path)
    idle(qtbot, window)
    report = window.board.roster
    assert "采用 1 校" in report.summary.text()
    assert any("重复" in words for words in column(report.table, 1))
    assert any("其他区县" in words for words in column(report.table, 1))
    assert "0 / 1 校" in window.status_text
    assert held.exists()
    window.board.import_roster(held)
    idle(qtbot, window)
    assert "不能作为表格读取" in window.message.text


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
    page.write_pdf(tmp_path / "没有" / "汇总.pdf")
    idle(qtbot, window)
    assert window.message.text.startswith("×")


def test_the_key_register_is_shown_and_written(qtbot, town, open_window, tmp_path):
    book, _, _ = trusting(town)
    window = open_window(book)
    page = window.show_page("settings")
    assert column(page.table, 2) == ["⚠ 未核验"] * 3
    page.write_signers(tmp_path / "allowed_signers")
    idle(qtbot, window)
    text = (tmp_path / "allowed_signers").read_text()
    assert text == trust.signers(book)
    assert text.count("ssh-ed25519") == 3


def test_practice_data_are_marked_on_every_page(qtbot, town, open_window):
    window = open_window(town.county(practice=True))
    assert "练习数据" in window.status_text


def test_closing_lets_the_workbook_go(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    window.take([paths[0].parent])
    window.close()
    QApplication.processEvents()
    from eduapp.services.county_books import open_county

    open_county(book.workbook.path).close()


# --- how it looks ---


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_pictures_of_every_page(qtbot, town, open_window, artefacts, size):
    book, _, paths = trusting(town, [*LISTED, ("2143000009", "未报小学")])
    draft = town.school(4, "名单外小学", classes=3)
    paths.append(town.send(draft, "draft"))
    window = open_window(book, size)
    accept(qtbot, window, *paths)
    for name in ("intake", "board", "heat", "conflicts", "papers", "settings"):
        window.show_page(name)
        if name == "heat":
            window.heat._explain(window.heat.table.index(1, 5))
        idle(qtbot, window)
        assert window.grab().save(str(artefacts / f"county-{name}-{size[0]}x{size[1]}.png"))
    assert (window.width(), window.height()) == size


def test_the_snapshot_is_the_same_in_any_order(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, *reversed(paths))
    once = window.desk.snapshot
    accept(qtbot, window, *paths, paths[0])
    again = window.desk.snapshot
    assert replace(once.report) == replace(again.report)
    assert [row.state for row in once.board] == [row.state for row in again.board]
