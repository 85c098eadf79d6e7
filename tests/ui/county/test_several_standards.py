"""A county judged by three standards: nothing widens the window, each standard says what it judges."""

from __future__ import annotations

import pytest

from eduapp.services import entry, workbooks
from eduapp.services.county.books import Expected
from eduapp.services.hand_off import trust
from tests.ui.county.driving import accept, column, idle, trusting

IDS = ("national-2017", "national-2012", "datonghu-2025")
SMALL = (1093, 614)


@pytest.fixture
def window(qtbot, town, open_window):
    book, schools, paths = trusting(town)
    first = schools[0].data.facts.code
    book.set_expected([Expected("2143000009", "沙洲教学点", "218", first)])
    point = town.school(9, "沙洲教学点", "218", classes=1)
    entry.set_cell(point, "school", "-", "counted", "否")
    entry.set_cell(point, "school", "-", "parent_code", first)
    workbooks.choose_standards(book, IDS)
    shown = open_window(book, SMALL)
    path = town.send(point)
    trust.admit_unchecked(book, [path])
    accept(qtbot, shown, *paths[:2], path)
    return shown


@pytest.mark.slow
def test_no_page_is_wider_than_a_small_screen(qtbot, window, artefacts):
    for name in window.pages:
        window.show_page(name)
        idle(qtbot, window)
        assert (window.width(), window.height()) == SMALL, name
        window.grab().save(str(artefacts / f"county-several-{name}.png"))


@pytest.mark.slow
def test_the_outlook_turns_between_standards(qtbot, window):
    window.show_page("outlook")
    idle(qtbot, window)
    page = window.outlook
    assert [page.standard.itemData(at) for at in range(page.standard.count())] == list(IDS)
    assert page.standard.isVisible()
    assert column(page.table, 0)[0].startswith("R1")
    page.standard.setCurrentIndex(1)
    assert column(page.table, 0)[0].startswith("B1")
    assert page.stage.standard == "national-2012"
    assert "综合差异系数" in page.summary.text()


@pytest.mark.slow
def test_a_local_plan_is_not_said_to_judge_sections(qtbot, window):
    window.show_page("heat")
    idle(qtbot, window)
    page = window.heat
    assert "个整体达标" in page.summary.text()
    page.standard.setCurrentIndex(2)
    assert page.summary.text() == "小学:2 个学段,本标准不判学段整体,差异系数不设限值"
    assert "整体" not in "".join(column(page.foot, page.foot.columnCount() - 1))
    page.standard.setCurrentIndex(1)
    assert "综合差异系数" in page.summary.text()


@pytest.mark.slow
def test_the_campuses_within_their_schools_are_named(qtbot, window):
    window.show_page("heat")
    idle(qtbot, window)
    assert "不单独计校数、已并入所属学校 1 个:沙洲教学点" in window.heat.note.text()


def test_a_document_of_the_county_is_registered_from_its_item(qtbot, window):
    window.show_page("heat")
    idle(qtbot, window)
    page = window.heat
    page.stages.press("县级")
    row = column(page.table, 0).index("G1")
    assert page.table.look_at(row, 4).text == "有材料"
    page._explain(page.table.index(row, 0))
    card = page.why.card
    assert not card.register_button.isHidden()
    assert card.print_button.isHidden()
    assert "本校" not in card.text
    card.register_button.click()
    idle(qtbot, window)
    rows = window.book.draft.rows["county_evidence"]
    assert [each["item"] for each in rows.values()] == ["G1"]
    assert window.own.pages[window.page_name].place == ("county_evidence", rows.key_at(0), "met")


@pytest.mark.slow
def test_a_schools_item_at_the_county_is_not_registered_there(qtbot, window):
    window.show_page("heat")
    idle(qtbot, window)
    page = window.heat
    page.stages.press("学校层面")
    at = next(
        column_
        for column_ in range(page.table.columnCount())
        if page.table.columns[column_].title.startswith("Q3")
    )
    page._explain(page.table.index(0, at))
    idle(qtbot, window)
    assert page.why.isVisible()
    assert page.why.card.register_button.isHidden()
    assert not page.why.card.print_button.isHidden()
