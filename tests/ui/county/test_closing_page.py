"""报表: ending a round in the window, printing a closed list again, and what has changed since."""

from __future__ import annotations

import pypdfium2
import pytest

from eduapp.exchange.submission import inspect
from eduapp.services import entry
from eduapp.services.hand_off import trust
from eduapp.services.merge.decisions import LIST
from tests.ui.county.driving import accept, column, idle, trusting


def printed(window):
    document = pypdfium2.PdfDocument(window.papers.printed.pdf)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


@pytest.fixture
def county(qtbot, town, open_window):
    """Two of three schools accepted, keys compared with paper, the page 报表 open."""
    book, schools, paths = trusting(town)
    for path in paths:
        trust.admit(book, path, inspect(path.read_bytes()).form_digits)
    window = open_window(book)
    accept(qtbot, window, *paths[:2])
    window.show_page("papers")
    idle(qtbot, window)
    return window, schools, paths


def close(qtbot, window, reason="首次汇总"):
    bar = window.papers.closing
    bar.end.click()
    assert not bar.end_now.isEnabled()
    bar.reason.setText(reason)
    bar.end_now.click()
    idle(qtbot, window)


@pytest.mark.slow
def test_a_round_is_ended_and_its_paper_can_be_made_again(qtbot, town, county, tmp_path):
    window, schools, paths = county
    bar, prints = window.papers.closing, window.book.fingerprint
    close(qtbot, window)
    assert f"合并指纹 {prints}" in window.message.text
    assert bar.list.count() == 2
    assert not bar.end.isEnabled()
    assert bar.form.isHidden()
    idle(qtbot, window)
    assert bar.revision == 1
    assert prints in printed(window)  # what is printed now carries the fingerprint that was just said

    entry.set_cell(schools[1], "school_total", "-", "teaching_area", "1300")
    accept(qtbot, window, paths[2], town.send(schools[1], folder="再来"))
    window.show_page("papers")
    idle(qtbot, window)
    assert bar.revision is None
    assert prints not in printed(window)
    bar.list.setCurrentIndex(bar.list.findData(1))
    bar.list.activated.emit(bar.list.currentIndex())
    idle(qtbot, window)
    assert prints in window.papers.about.text()
    assert prints in printed(window)
    assert [each.name for each in window.papers.printed.sources] == ["城关小学", "河口完小"]
    assert not window.papers.save_ledger.isEnabled()
    window.papers.write_tables(tmp_path / "第一次.xlsx")
    idle(qtbot, window)
    assert (tmp_path / "第一次.xlsx").stat().st_size > 5000

    bar.changes.click()
    idle(qtbot, window)
    changes = window.papers.changes
    assert changes.isVisible()
    assert column(changes.schools, 1) == ["更正", "新增"]
    assert any("生均教学及辅助用房" in text for text in column(changes.indicators, 1))
    assert prints in changes.about.text()
    window.papers.back.click()
    assert window.papers.paper.isVisible()


def test_what_hinders_ending_is_said_and_nothing_is_frozen(qtbot, town, open_window):
    book, _, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0])
    window.show_page("papers")
    idle(qtbot, window)
    close(qtbot, window)
    assert "没有与纸质登记表核对" in window.message.text
    assert window.papers.closing.list.count() == 1
    assert [each.kind for each in book.decisions] == [LIST]
