"""What would be if: figures replaced over a real workbook that stays as it is."""

from decimal import Decimal

import pytest

from db.problems import Problem
from eduapp.services import checking, entry, planning
from tests.services.schools import make

FIGURES = {
    "pupils": "486",
    "associate": "10",
    "bachelor": "6",
    "master": "0",
    "doctor": "0",
    "backbone": "3",
    "pe": "2",
    "music": "1",
    "fine_art": "1",
    "art": "0",
}
WHOLE = {
    "teaching_area": "2200",
    "indoor_sports_area": "60",
    "gym_area": "0",
    "field_area": "3645",
    "multimedia_rooms": "12",
}


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        for field, text in FIGURES.items():
            entry.set_cell(opened, "section_total", "primary", field, text)
        for field, text in WHOLE.items():
            entry.set_cell(opened, "school_total", "-", field, text)
        entry.set_cell(opened, "funding", "-", "equipment_value", "97.2")
        yield opened


def outcome(report, code):
    return next(each for each in report.sections[0].verdicts if each.code == code).outcome


def preset(book, words):
    return next(each for each in planning.presets(book) if words in each.title)


def test_without_changes_it_is_the_check_itself(book):
    found, report = planning.what_if(book, {}), checking.check(book)
    assert (found.sections, found.school_level) == (report.sections, report.school_level)


def test_an_office_made_a_classroom_passes_without_touching_the_records(book):
    before = checking.check(book)
    tried = planning.added(book, {}, preset(book, "办公室"))
    assert tried == {("teaching_area", None): 2260}
    assert (outcome(before, "R4"), outcome(planning.what_if(book, tried), "R4")) == ("floor", "met")
    assert checking.check(book) == before
    assert book.draft.only("school_total")["teaching_area"] == 2200


def test_twenty_pupils_more_turn_what_stood_at_the_edge(book):
    tried = planning.added(book, {}, preset(book, "转入 20"))
    report = planning.what_if(book, tried)
    assert report.sections[0].pupils == 506
    assert [outcome(each, "R5") for each in (checking.check(book), report)] == ["met", "floor"]
    # A preset asked again adds on.
    assert planning.added(book, tried, preset(book, "转入 20"))["pupils", "primary"] == 526


def test_the_plan_tried_out_passes(book):
    plan = planning.plan_of(book)
    tried = planning.added(book, {}, planning.additions_of(plan))
    assert planning.what_if(book, tried).sections[0].outcome == "met"
    assert planning.section_line(plan, planning.gaps_of(book)[0], None) == (
        "小学:高学历教师留在 85% 以上,其余达标"
    )


def test_equipment_is_planned_in_yuan_and_tried_in_wan(book):
    entry.set_cell(book, "funding", "-", "equipment_value", "97.1999")
    change = next(each for each in planning.plan_of(book).changes if each.code == "R6")
    assert (change.amount, change.unit) == (1, "元")
    tried = planning.added(book, {}, planning.additions_of(planning.plan_of(book)))
    assert tried["equipment_value", None] == Decimal("97.2")


def test_a_declared_section_figure_can_be_tried_in_a_school_with_senior_high(tmp_path):
    with make(tmp_path, code="3443000001", kind="341") as book:
        entry.set_cell(book, "section_total", "lower_secondary", "pupils", "300")
        tried = {("teachers", planning.Stage.LOWER_SECONDARY): Decimal(30)}
        tried[("certified", planning.Stage.LOWER_SECONDARY)] = Decimal(30)
        report = planning.what_if(book, tried)
        assert next(each for each in report.school_level if each.code == "G12").outcome == "met"


def test_missing_data_are_named_and_never_planned(tmp_path):
    with make(tmp_path) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "100")
        plan = planning.plan_of(book)
        assert (plan.changes, plan.sections) == ((), ())
        line = planning.section_line(plan, planning.gaps_of(book)[0], None)
        assert line.startswith("小学:数据不足,不做方案。高学历教师(缺:")


@pytest.mark.parametrize(
    ("name", "text"),
    [("pupils", "12.5"), ("pupils", "-1"), ("pupils", "很多"), ("teaching_area", "-0.1"), ("pupils", "NaN")],
)
def test_what_is_no_number_is_refused(name, text):
    with pytest.raises(Problem, match="试算数"):
        planning.read(name, text)


def test_numbers_are_read_as_the_pages_read_them():
    assert planning.read("pupils", " 506 ") == 506
    assert planning.read("teaching_area", "2260.5") == Decimal("2260.5")
    assert planning.read("pupils", "") is None


@pytest.mark.parametrize("text", ["0", "-3", "x", "NaN", "Infinity", ""])
def test_a_price_must_be_above_nothing(text):
    with pytest.raises(Problem, match="单价"):
        planning.read_price(text)


def test_an_unknown_figure_is_refused(book):
    with pytest.raises(Problem, match="nonsense"):
        planning.what_if(book, {("nonsense", None): Decimal(1)})


def test_ways_in_words(book):
    texts = {gap.verdict.code: planning.gap_text(gap) for gap in planning.gaps_of(book)[0].gaps}
    assert texts["R1"] == "高学历教师增加 5 人;或小学学生减少 106 人(到 380 人)"
    assert texts["R4"].split(";或")[1] == "室内体育用房改作教学用房 47 ㎡"
    assert texts["R5"] == "运动场馆有余 0 ㎡;小学学生还可增加 0 人(到 486 人)"


def test_every_figure_of_the_sheet_can_be_written(book):
    report = checking.check(book)
    for part in planning.sheet(report):
        assert planning.read(part.figure, "3") == 3
    assert planning.sheet(report)[0].figure == "pupils"
