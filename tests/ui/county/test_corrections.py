"""县级更正 in the window: a school's tables, a cell, another value with its reason, and taking it back."""

from __future__ import annotations

import pytest

from eduapp.services import entry
from eduapp.services.hand_off import trust
from eduapp.services.hand_off.board import FileStanding
from eduapp.services.merge.decisions import LIST
from tests.ui.county.driving import accept, column, idle, trusting
from ui.county.conflicts_page import CORRECTIONS, DECISIONS

CODE, PLACE = "2143000002", ("school_total", "-", "teaching_area")


@pytest.fixture
def county(qtbot, town, open_window):
    """Three schools accepted, the tab 县级更正 open on one cell of the second."""
    book, schools, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    window.show_page("conflicts")
    window.conflicts.show_tab(CORRECTIONS)
    idle(qtbot, window)
    panel = window.conflicts.corrections
    panel.picker.show_place(CODE, *PLACE)
    idle(qtbot, window)
    return window, panel, schools


def correct(qtbot, window, panel, value="1300", reason="实地核查"):
    panel.value.setText(value)
    panel.reason.setText(reason)
    panel.correct_it.click()
    idle(qtbot, window)


@pytest.mark.slow
def test_a_cell_is_picked_by_school_table_row_and_field(county):
    _, panel, _ = county
    cell = panel.picker.cell
    assert (cell.school, cell.record, cell.key, cell.field) == (CODE, *PLACE)
    assert (cell.base, cell.unread, cell.text) == ("900.0000", False, "900")
    assert panel.about.text().endswith("学校所报:900")


@pytest.mark.slow
def test_a_corrected_cell_changes_what_is_computed_and_is_listed(qtbot, county):
    window, panel, _ = county
    before = window.book.fingerprint
    assert not panel.correct_it.isEnabled()
    correct(qtbot, window, panel)
    assert column(panel.table, 0) == ["✓ 有效"]
    assert (column(panel.table, 3), column(panel.table, 4)) == (["900"], ["1300"])
    assert "县级更正 1 格" in panel.count.text()
    assert window.book.fingerprint != before
    window.show_page("heat")
    assert "5.42" in column(window.heat.table, 5)[1]
    assert "河口完小" in window.heat.table.look_at(1, 0).text

    window.show_page("conflicts")
    panel.view.selectAll()
    panel.back.click()
    idle(qtbot, window)
    assert panel.table.rowCount() == 0
    window.show_page("heat")
    assert column(window.heat.table, 5)[1] == "× 3.75"
    window.show_page("conflicts")
    window.conflicts.show_tab(DECISIONS)
    assert column(window.conflicts.decided, 1) == ["撤销更正", "县级更正", "学校名单"]
    assert column(window.conflicts.decided, 2)[:2] == ["", "河口完小"]


@pytest.mark.slow
def test_an_overlay_is_out_of_date_once_the_school_states_something_else(qtbot, town, county):
    window, panel, schools = county
    correct(qtbot, window, panel)
    entry.set_cell(schools[1], *PLACE, "1250")
    accept(qtbot, window, town.send(schools[1], folder="再来"))
    window.show_page("conflicts")
    idle(qtbot, window)
    assert column(panel.table, 0) == ["⚠ 已失效"]
    assert "1250" in panel.table.look_at(0, 0).tip
    window.show_page("heat")
    assert "5.21" in column(window.heat.table, 5)[1]


@pytest.mark.slow
def test_what_cannot_be_read_is_refused_with_words(qtbot, county):
    window, panel, _ = county
    correct(qtbot, window, panel, value="约一千")
    assert [each.kind for each in window.book.decisions] == [LIST]
    assert "约一千" in window.message.text


@pytest.mark.slow
def test_files_of_a_revoked_key_leave_and_say_so(qtbot, county):
    from eduapp.services.merge.decisions import REVOKE

    window, _, _ = county
    key = next(each.public_key for each in window.book.keys if each.school == CODE)
    window.desk.act(
        "停用密钥", lambda book: book.decide(REVOKE, "", "电脑丢失", details={"school": CODE, "key": key})
    )
    idle(qtbot, window)
    assert CODE not in window.book.view()
    rows = [each for each in window.desk.snapshot.history if each.received.member.school == CODE]
    assert [each.standing for each in rows] == [FileStanding.REVOKED]
    assert trust.is_admitted(window.book, CODE, _key(key))


def _key(line):
    from eduapp.exchange.signing import PublicKey

    return PublicKey.from_line(line)


def test_a_held_import_is_undone_too(qtbot, town, open_window):
    book = town.county(listed=[(CODE, "河口完小")])
    window = open_window(book)
    path = town.send(town.school(2, "河口完小"))
    accept(qtbot, window, path)
    window.show_page("intake")
    window.intake.show_tab("导入记录")
    history = window.intake.history
    assert column(history.table, 4) == ["？ 待核验"]
    history.view.selectAll()
    history.undo.click()
    idle(qtbot, window)
    assert not book.received
    assert [each.kind for each in book.decisions] == [LIST]
    accept(qtbot, window, path)
    assert [each.standing for each in window.desk.snapshot.history] == [FileStanding.HELD]
