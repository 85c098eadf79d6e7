"""The main job through the real windows with key events: a class too large, mended, sent, merged, printed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from eduapp.services import workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import trust
from eduapp.services.papers.previewing import page_count
from eduapp.services.practice import making as practice
from eduapp.standards.results import Outcome
from tests.patience import deliver

pytestmark = pytest.mark.journey

SIZES = ((1366, 768), (1093, 614))
PUPILS_COLUMN = 2


@pytest.fixture
def theme(qapp):
    from ui.common import theme as themes

    chosen = themes.light()
    themes.dress(qapp, chosen)
    return chosen


@pytest.fixture
def school_window(qtbot, tmp_path, theme):
    """The practice school 老河口完小, with a soft finding's worth of nothing to explain."""
    from ui.school.window import SchoolWindow

    practice.make_school(tmp_path / "老河口完小.edubook", practice.PLANS[0], 2026).close()
    window = SchoolWindow(workbooks.open_school(tmp_path / "老河口完小.edubook"), theme)
    window.resize(*SIZES[0])
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


@pytest.fixture
def county_window(qtbot, tmp_path, theme):
    from ui.county.window import CountyWindow

    practice.make_county(tmp_path / "县.edubook", 2026).close()
    window = CountyWindow(county_books.open_county(tmp_path / "县.edubook"), theme)
    window.resize(*SIZES[0])
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def idle(qtbot, window):
    qtbot.deliver()
    qtbot.idle(window)


def type_over(qtbot, grid, row, text):
    """Type over a cell as with a keyboard, and leave it with Enter."""
    grid.go_to(grid.table.index(row, PUPILS_COLUMN))
    qtbot.keyClicks(grid, text[0])
    editor = grid.indexWidget(grid.currentIndex())
    qtbot.keyClicks(editor, text[1:])
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: grid.table.index(row, PUPILS_COLUMN).data() == text)


def picture(window, artefacts, name):
    for width, height in SIZES:
        window.resize(width, height)
        deliver()
        assert window.grab().save(str(artefacts / f"journey_{name}_{width}x{height}.png"))
    window.resize(*SIZES[0])


def outcome(window, code):
    return window.panel.row(code).verdict.outcome


def test_from_the_first_cell_to_the_printed_table(qtbot, school_window, county_window, tmp_path, artefacts):
    window = school_window
    window.show_page("classes")
    grid = window.records["classes"].panes[0].grid
    assert outcome(window, "G5") is Outcome.MET
    type_over(qtbot, grid, 0, "46")
    qtbot.waitUntil(lambda: outcome(window, "G5") is Outcome.UNMET)
    picture(window, artefacts, "school_unmet")
    type_over(qtbot, grid, 0, "41")
    qtbot.waitUntil(lambda: outcome(window, "G5") is Outcome.MET)
    window.workspace.settle()
    assert not window.workspace.report.open_findings

    stick = tmp_path / "U盘"
    stick.mkdir()
    window.show_page("send")
    idle(qtbot, window)
    window.send_page.approve()
    assert window.book.approved
    window.send_page.folder.setText(str(stick))
    window.send_page.export("final")
    idle(qtbot, window)
    sent = list(stick.glob("*.edusub"))
    assert [path.name.split("_")[3] for path in sent] == ["final"]
    picture(window, artefacts, "school_sent")

    county = county_window
    idle(qtbot, county)
    trust.admit_unchecked(county.book, sent)
    county.take([stick])
    idle(qtbot, county)
    assert county.intake.rehearsal.sum.text().startswith("读取 1 = 接收 1 ")
    qtbot.mouseClick(county.intake.rehearsal.accept, Qt.MouseButton.LeftButton)
    idle(qtbot, county)
    assert "1 / 12 校" in county.status_text
    county.show_page("heat")
    idle(qtbot, county)
    picture(county, artefacts, "county_heat")
    county.show_page("papers")
    idle(qtbot, county)
    out = tmp_path / "申报表.pdf"
    qtbot.waitUntil(lambda: county.papers.paper.page_count > 0)
    idle(qtbot, county)
    county.papers.write_pdf(out)
    qtbot.waitUntil(out.exists)
    idle(qtbot, county)
    assert page_count(out.read_bytes()) >= 3
