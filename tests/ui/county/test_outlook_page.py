"""区间与影响: the page computes off the window's thread, follows the keyboard, and fits a small screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from eduapp.services import workbooks
from eduapp.services.county import last_round
from eduapp.services.county.books import create_county
from eduapp.standards.county.intervals import Settled
from eduapp.standards.county.section_bars import Rect
from tests.ui.county.driving import LISTED, accept, column, idle, trusting
from ui.county.composite_dialog import CompositeDialog

GONE = ("2143000009", "石门小学")


@pytest.fixture
def window(qtbot, town, open_window):
    """Two primary schools and a lower secondary one reported, one primary school did not."""
    book, _, paths = trusting(town, [*LISTED, GONE])
    window = open_window(book)
    accept(qtbot, window, *paths)
    window.show_page("outlook")
    idle(qtbot, window)
    return window


def keep_last(book, school, pupils=240):
    """The round before of one school, as an earlier workbook would give it."""
    rows = [
        {"school": school, "stage": "primary", "code": f"R{number}", "pupils": pupils, "numerator": "6",
         "denominator": "1"}
        for number in range(1, 8)
    ]  # fmt: skip
    last_round._write(book, rows, "2025", "2025")


@pytest.mark.slow
def test_the_missing_school_keeps_everything_open_until_its_last_round_is_known(qtbot, window):
    page = window.outlook
    assert column(page.table, 0)[0].startswith("R1")
    assert set(column(page.table, 2)) == {"不明"}
    assert all("未定" in text for text in column(page.table, 3))
    assert "7 项未定" in page.stages._buttons["小学"].text()
    assert page.note.text().startswith("未报 1 校;没有导入上一轮数据")
    keep_last(window.book, GONE[0])
    told = []
    window.jobs.progressed.connect(lambda progress: told.append(progress.text))
    window.desk.refresh()
    idle(qtbot, window)
    assert "推算区间" in told  # the job runner computes it, not the window's thread
    assert all("~" in text for text in column(page.table, 2))
    assert all(each.settled is Settled.OPEN for each in page.stage.indicators)  # last year settles nothing
    assert any(each.supposed is Settled.MET for each in page.stage.indicators)
    assert any(text.endswith("未定,推算达标") for text in column(page.table, 3))
    assert "若与上一轮相差不超过 20%" in page.heading.text()
    assert "按 2025 学年数据上下浮动 20% 推算" in page.note.text()


@pytest.mark.slow
def test_the_keyboard_walks_through_the_indicators(qtbot, window):
    page = window.outlook
    page.view.setFocus()
    assert page.current.code == "R1"
    for code in ("R2", "R3"):
        qtbot.keyClick(page.view, Qt.Key.Key_Down)
        assert page.current.code == code
        assert page.picture.picture.code == code
        assert page.heading.text().startswith(page.picture.picture.heading)
    shares = [float(text.rstrip("↑↓").rstrip("%")) for text in column(page.movers, 1)]
    assert shares == sorted(shares, reverse=True)
    assert set(column(page.movers, 0)) == {"城关小学", "河口完小"}

    page.stages.press("初中")
    assert all("已定" in text for text in column(page.table, 3))
    assert page.stage.label == "初中"
    assert page.picture.picture.stage == "lower_secondary"
    page.stages.press("小学")
    _look_at_the_picture(page.picture)


def _look_at_the_picture(picture):
    """It shows every section, and names the one that is pointed at."""
    assert len(picture.picture.bars) == 2
    boxes = [shape for shape in picture._laid_out() if isinstance(shape, Rect)]
    for box, bar in zip(boxes, picture.picture.bars, strict=False):
        at = picture.bar_at(box.x + box.width / 2, box.y + box.height / 2)
        assert at == bar
        assert bar.name in picture._words(bar)
        drawn = (
            picture.grab()
            .toImage()
            .pixelColor(QPoint(int(box.x + box.width / 2), int(box.y + box.height - 4)))
        )
        assert drawn != QColor(picture.theme.base)
    assert picture.bar_at(2, 2) is None
    assert picture.accessibleName().startswith("小学")
    assert picture.accessibleDescription()


@pytest.mark.slow
def test_the_round_before_is_imported_from_an_earlier_workbook(qtbot, window, tmp_path):
    path = tmp_path / "上年.edubook"
    create_county(path, window.book.code, "永安县", 2025, (workbooks.NATIONAL,)).close()
    window.outlook.import_last(path)
    idle(qtbot, window)
    assert "没有计入汇总的学校" in window.message.text
    assert last_round.last_year(window.book) is None


@pytest.mark.slow
def test_the_share_is_set_on_the_settings_page_and_the_papers_carry_the_outlook(qtbot, window, tmp_path):
    keep_last(window.book, GONE[0])
    window.show_page("settings")
    idle(qtbot, window)
    settings = window.settings
    assert settings.share.text() == "20"
    settings.share.setText("5")
    settings.set_share()
    idle(qtbot, window)
    assert last_round.share_of(window.book) * 20 == 1
    window.show_page("outlook")
    idle(qtbot, window)
    assert "上下浮动 5%" in window.outlook.note.text()
    settings.share.setText("很多")
    settings.set_share()
    idle(qtbot, window)
    assert last_round.share_of(window.book) * 20 == 1
    window.show_page("papers")
    idle(qtbot, window)
    window.papers.write_tables(tmp_path / "表.xlsx")
    idle(qtbot, window)
    assert Path(tmp_path / "表.xlsx").exists()
    assert window.papers.outlook.stages


def test_an_empty_county_says_what_to_do(qtbot, town, open_window):
    window = open_window(town.county())
    window.show_page("outlook")
    idle(qtbot, window)
    assert window.outlook.hint.isVisible()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1366, 768), (1093, 614)])
def test_it_fits(qtbot, town, open_window, artefacts, size):
    book, _, paths = trusting(town, [*LISTED, GONE])
    window = open_window(book, size)
    accept(qtbot, window, *paths)
    keep_last(book, GONE[0])
    window.show_page("outlook")
    window.desk.refresh()
    idle(qtbot, window)
    assert (window.width(), window.height()) == size
    page = window.outlook
    assert page.view.horizontalScrollBar().maximum() == 0
    assert page.movers_view.horizontalScrollBar().maximum() == 0
    assert page.picture.height() >= 150
    assert window.grab().save(str(artefacts / f"county-outlook-{size[0]}x{size[1]}.png"))


@pytest.mark.slow
def test_published_coefficients_are_typed_in_and_their_composite_is_seen(qtbot, window):
    window.outlook.type_published()
    (dialog,) = window.findChildren(CompositeDialog)
    assert dialog.isVisible()
    assert dialog.answer.text() == dialog.limits.text() == ""
    qtbot.keyClicks(dialog.numbers, "0.65 0.65 0.66")
    assert dialog.answer.text() == "综合差异系数 0.653(3 项的平均)"
    assert "义务教育基本均衡:综合 ≤ 0.65,超过限值" in dialog.limits.text()
    dialog.stages.press("初中")
    assert "综合 ≤ 0.55" in dialog.limits.text()
    dialog.numbers.setPlainText("31%")
    assert "「31%」不是差异系数" in dialog.answer.text()
    assert "请填" in dialog.limits.text()
    dialog.numbers.setPlainText("0.41 " + "三" * 200)  # what is wrong is said whole, below the field
    qtbot.deliver()
    assert dialog.answer.geometry().top() >= dialog.numbers.geometry().bottom()
    assert dialog.answer.height() >= dialog.answer.heightForWidth(dialog.answer.width())
    dialog.close()
