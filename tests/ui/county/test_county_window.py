"""The county window over real workbooks and real files: what is dropped, accepted, judged and undone."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest
from PySide6.QtCore import Qt

from db import digests
from eduapp.services import entry, jobs
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import intake, trust
from eduapp.services.hand_off.board import FileStanding, SchoolState
from eduapp.services.keys import county_keys
from tests.ui.county.driving import LISTED, accept, column, drop, idle, rehearsed, states, trusting

# --- the main path ---


@pytest.mark.slow
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
    assert set(states(window).values()) == {SchoolState.FINAL}
    assert window.board.total.text() == "应报 3 校,已报 3 校,未报 0 校"


@pytest.mark.slow
def test_what_an_older_workbook_held_wrongly_is_said_on_every_page_and_named_on_the_board(
    qtbot, town, open_window
):
    book, _, paths = trusting(town)
    county_keys.establish(book.workbook, None)
    assert jobs.run(intake.merge(book, [paths[0].parent])).counts["accepted"] == 3
    path = book.path
    book.close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE intake_log SET signature = NULL")
        raw.execute(
            "UPDATE submission SET content = ? WHERE school = (SELECT min(school) FROM submission)", (b"x",)
        )
        digests.recount(raw)
    window = open_window(open_county(path))
    window.show_page("board")
    idle(qtbot, window)
    assert "1 个旧文件核对不符,已取出" in window.status_text
    assert window.board.failed_old.isVisibleTo(window)
    assert paths[0].name in window.board.failed_old.text()
    assert "已取出,不计入汇总" in window.board.failed_old.text()


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_coefficient_with_values_missing_says_so(qtbot, town, open_window):
    book, schools, _ = trusting(town)
    entry.set_cell(schools[0], "school_total", "-", "teaching_area", "")
    path = town.send(schools[0])
    window = open_window(book)
    accept(qtbot, window, path.parent)
    window.show_page("heat")
    assert window.heat.foot.look_at(0, 5).text == "？ 0.000＊"
    assert "教学用房按已有 1/2 个学段 0.000" in window.heat.partial.text()


@pytest.mark.slow
def test_the_map_is_sorted_by_value_and_the_foot_stays(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    window.show_page("heat")
    window.heat.view.sortByColumn(5, Qt.SortOrder.AscendingOrder)
    assert column(window.heat.table, 5) == ["× 3.75", "✓ 5.10"]
    assert column(window.heat.foot, 0) == ["差异系数", "限值", "县均值", "达标 / 达85%"]


# --- each file is named with its reason ---


@pytest.mark.slow
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
    assert standing == {1: FileStanding.SUPERSEDED, 2: FileStanding.COUNTS}


@pytest.mark.slow
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


@pytest.mark.slow
def test_copies_of_a_held_file_are_kept_once_and_the_button_says_so(qtbot, town, open_window):
    book = town.county(listed=LISTED)
    path = town.send(town.school(1, "城关小学"))
    copy = path.with_name("副本.edusub")
    copy.write_bytes(path.read_bytes())
    window = open_window(book)
    drop(window, path.parent)
    idle(qtbot, window)
    panel = window.intake.rehearsal
    assert panel.accept.text() == "留存 1 个"
    assert "1 个待核验(2 个文件,有重复)" in panel.headline.text()
    assert "待核验 2" in panel.sum.text()
    panel.accept.click()
    idle(qtbot, window)
    assert len(book.held) == 1


@pytest.mark.slow
def test_a_draft_after_a_final_is_no_old_version(qtbot, town, open_window):
    book = town.county(listed=LISTED)
    school = town.school(1, "城关小学")
    final = town.send(school)
    trust.admit_unchecked(book, [final])
    draft = town.send(school, "draft", "草稿")
    window = open_window(book)
    accept(qtbot, window, final)
    accept(qtbot, window, draft)
    word, reason = rehearsed(window)[draft.name]
    assert word == "○ 旧版本"
    assert "该校已有正式上报文件" in reason
    assert "旧版本" not in reason


@pytest.mark.slow
def test_the_map_names_who_is_left_out(qtbot, town, open_window):
    book = town.county()
    paths = [
        town.send(town.school(1, "城关小学")),
        town.send(town.school(5, "石门教学点", "218", 1), "draft"),
    ]
    trust.admit_unchecked(book, paths)
    window = open_window(book)
    accept(qtbot, window, *paths)
    page = window.show_page("heat")
    assert column(page.table, 0) == ["城关小学"]
    assert "不足 50 人的教学点不参加评估,未列入上表 1 个:石门教学点" in page.note.text()
    page.stages.press("初中")
    assert "教学点" not in page.note.text()


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


@pytest.mark.slow
def test_two_heads_are_compared_cell_by_cell_and_settled(qtbot, town, open_window):
    book, paths = forked(town)
    window = open_window(book)
    accept(qtbot, window, *paths)
    assert "× 有冲突" in {word for word, _ in rehearsed(window).values()}
    assert states(window)["2143000001"] is SchoolState.CONFLICT
    assert [each.unsettled for each in window.desk.snapshot.sources] == [True]
    heat = window.show_page("heat")
    assert column(heat.table, 0) == ["×(冲突)城关小学"]
    window.show_page("papers")
    idle(qtbot, window)
    assert "1 校有冲突未裁定" in window.papers.about.text()
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
    assert states(window)["2143000001"] is SchoolState.FINAL
    assert book.view()["2143000001"].counts.id == chosen
    assert page.decided.look_at(0, 4).text == "经电话核实"

    page.reason.setText("看错了")
    page.take_right.click()  # the one put aside now stands at the right
    idle(qtbot, window)
    assert book.view()["2143000001"].counts.id != chosen
    assert [each.kind for each in window.desk.snapshot.decisions] == ["list", "settle", "settle"]


@pytest.mark.slow
def test_an_import_is_taken_back_and_a_file_restored(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, *paths[:2])
    tables = [entry for entry, _ in window.desk.snapshot.report.stages[0].rows]
    accept(qtbot, window, paths[2])
    window.intake.rehearsal.undo.click()
    idle(qtbot, window)
    assert states(window)["3143000003"] is SchoolState.MISSING
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
    assert states(window)["3143000003"] is SchoolState.FINAL
    assert book.decisions[-1].reason == "撤错了"


@pytest.mark.slow
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
