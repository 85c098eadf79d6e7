"""Why, at the county: what a school's submission stands on, what it said before, and the paper of it."""

from __future__ import annotations

import pytest

from eduapp.services import entry
from tests.ui.county.driving import accept, idle, trusting
from ui.common.paper_dialog import PaperDialog

COLUMN = 5  # 教学用房


@pytest.fixture
def heat(qtbot, town, open_window):
    """The heat map after the second school sent again; returns (window, page)."""
    book, schools, paths = trusting(town)
    window = open_window(book)
    accept(qtbot, window, paths[0].parent)
    entry.set_cell(schools[1], "school_total", "-", "teaching_area", "960")
    again = town.send(schools[1], folder="第二次")
    accept(qtbot, window, again.parent)
    window.show_page("heat")
    idle(qtbot, window)
    return window, window.heat


def explain(qtbot, window, row):
    page = window.heat
    page._explain(page.table.index(row, COLUMN))
    qtbot.waitUntil(lambda: not window.jobs.busy and "正在打开" not in page.why.card.text)
    return page.why.card


@pytest.mark.slow
def test_what_the_school_said_before(qtbot, heat):
    window, page = heat
    page._explain(page.table.index(1, COLUMN))
    assert "正在打开上报文件" in page.why.card.text  # at once: what the verdict says itself
    assert "教督〔2017〕6号" in page.why.card.text
    text = explain(qtbot, window, 1).text
    for words in (
        "该校上一份上报(正式,第 1 次",
        "数值:3.75 ㎡ → 4.00 ㎡",
        "教学及辅助用房总面积:900 ㎡,按填报合计 → 960 ㎡,按填报合计",
        "河口完小",
    ):
        assert words in text
    assert page.why.card._cells == []  # nothing to go to: the rows lie at the school
    assert "第一份上报文件" in explain(qtbot, window, 0).text


def test_the_explanation_is_printed(qtbot, heat, tmp_path):
    window, _ = heat
    card = explain(qtbot, window, 1)
    card.print_button.click()
    qtbot.waitUntil(lambda: window.findChild(PaperDialog) is not None)
    dialog = window.findChild(PaperDialog)
    assert dialog.windowTitle() == "河口完小指标说明R4"
    dialog.save(tmp_path / "说明.pdf")
    assert (tmp_path / "说明.pdf").read_bytes().startswith(b"%PDF")
    dialog.reject()


@pytest.mark.slow
def test_a_number_is_followed_to_file_signer_and_decisions(qtbot, heat):
    from eduapp.services.county import correcting

    window, page = heat
    school, place = "2143000002", ("school_total", "-", "teaching_area")
    window.desk.act("县级更正", lambda book: correcting.correct(book, school, place, "1000", "实地核查"))
    idle(qtbot, window)
    text = explain(qtbot, window, 1).text
    got = window.book.received[window.book.view()[school].counts.id]
    for words in (
        got.member.id,
        got.file_name,
        window.desk.snapshot.digits[got.public_key],
        "第 2 次上报",
        "未核验",
        "教学及辅助用房总面积(㎡):960 → 1000(实地核查)",
    ):
        assert words in text
    page.why.view_it.click()
    idle(qtbot, window)
    assert page.why.viewing.viewer.isVisible()
    page.why.viewing.viewer.close()
