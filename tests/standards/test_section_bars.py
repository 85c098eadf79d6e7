"""The picture of an indicator: everything inside its frame, everybody in it, in ascending order."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.records.choices import Stage
from eduapp.standards.county.section_bars import (
    BarLabel,
    Rect,
    SectionBar,
    SectionBars,
    Stroke,
    draw,
    in_order,
    text_width,
)
from eduapp.standards.results import Outcome
from tests.examples import examples

WIDTH, HEIGHT, SIZE = 520.0, 260.0, 8.0
THRESHOLD = Decimal("7.5")


def bar(number, value, *, missing=False):
    value = Fraction(value)
    if missing:
        low, high = value * Fraction(4, 5), value * Fraction(6, 5)
        return SectionBar(f"{number:04}", f"第{number}小学", None, None, low, high)
    share = value / Fraction(THRESHOLD)
    outcome = Outcome.MET if share >= 1 else Outcome.FLOOR if share >= Fraction("0.85") else Outcome.UNMET
    return SectionBar(f"{number:04}", f"第{number}小学", value, outcome, value, value)


def picture(bars, **more):
    facts = {"threshold": THRESHOLD, "floor": THRESHOLD * Decimal("0.85"), "mean": Fraction(9), "lacking": 0,
             "unknown": 0}  # fmt: skip
    return SectionBars(
        stage=Stage.PRIMARY, code="R5", title="生均体育运动场馆面积", unit="㎡", decimals=2, at_most=False,
        bars=in_order(bars), **(facts | more),
    )  # fmt: skip


def shapes(found, kind):
    return [each for each in draw(found, WIDTH, HEIGHT, SIZE) if isinstance(each, kind)]


def of_sections(found):
    return shapes(found, Rect)[: len(found.bars)]


values = st.fractions(min_value=0, max_value=400, max_denominator=50)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(values, st.booleans()), min_size=1, max_size=80))
def test_everything_lies_inside_and_everybody_is_there_in_order(sections):
    found = picture([bar(number, value, missing=missing) for number, (value, missing) in enumerate(sections)])
    boxes = of_sections(found)
    assert [each.fill for each in boxes] == [each.fill for each in found.bars]
    for each in shapes(found, Rect):
        assert 0 <= each.x <= each.x + each.width <= WIDTH + 0.01
        assert -0.01 <= each.y <= each.y + each.height <= HEIGHT + 0.01
        assert each.height > 0
    lefts = [each.x for each in boxes]
    assert lefts == sorted(lefts)
    reported = [box for box, each in zip(boxes, found.bars, strict=True) if each.value is not None]
    tops = [each.y for each in reported]
    assert tops == sorted(tops, reverse=True)
    for each in shapes(found, BarLabel):
        assert -0.01 <= each.y <= HEIGHT


def test_the_lines_stand_where_the_values_do():
    found = picture([bar(1, "7.5"), bar(2, "6.375"), bar(3, 9)])
    lines = {each.role: each.y1 for each in shapes(found, Stroke) if each.x1 != each.x2 and each.y1 > 20}
    floor, threshold, mean = of_sections(found)
    assert lines["threshold"] == pytest.approx(threshold.y)
    assert lines["floor"] == pytest.approx(floor.y)
    assert lines["mean"] == pytest.approx(mean.y)


def test_words_of_lines_states_and_the_lowest():
    found = picture([bar(1, 5), bar(2, 7), bar(3, 8), bar(4, 6, missing=True)], lacking=2, unknown=1)
    said = [each.text for each in shapes(found, BarLabel)]
    for words in (
        "标准 ≥ 7.5", "85% 即 6.375", "已报县均值 9.00", "达标 1", "达到85% 1", "未达标 1", "未报(推算) 1",
        "数值最低的 4 个(图中自左起)", "1 第1小学", "5.00 未达标", "2 第4小学", "4.8~7.2 未报",
        "2 个已报但缺数,未画", "1 个未报且无上一轮,未画",
    ):  # fmt: skip
        assert words in said


def test_one_giant_does_not_flatten_the_others():
    found = picture([bar(number, 8 + number) for number in range(9)] + [bar(99, 900)])
    *others, giant = of_sections(found)
    assert giant.cut
    assert not any(each.cut for each in others)
    assert others[0].height > 40
    assert "1 个高出图幅(顶端留白)" in [each.text for each in shapes(found, BarLabel)]


@pytest.mark.parametrize("highest", ["0.04", "0.8", "3", "12.1", "47", "5300", "0"])
def test_the_grid_has_a_few_distinct_round_numbers(highest):
    found = picture([bar(1, highest)], threshold=None, floor=None, mean=None)
    labels = [each.text for each in shapes(found, BarLabel) if each.align == "r" and each.dim]
    assert 3 <= len(labels) <= 6
    steps = {Fraction(b) - Fraction(a) for a, b in pairwise(labels)}
    assert len(steps) == 1
    assert labels[0].rstrip("0.") == ""


def test_without_a_threshold_values_are_not_judged_and_without_sections_it_says_so():
    plain = SectionBar("1", "甲校", Fraction(3), Outcome.NOT_APPLICABLE, Fraction(3), Fraction(3))
    found = picture([plain], threshold=None, floor=None)
    assert of_sections(found)[0].fill == "plain"
    said = [each.text for each in shapes(found, BarLabel)]
    assert "已报 1" in said
    assert "3.00" in said
    assert not any("标准" in words or "达标" in words for words in said)
    assert "没有数据" in [each.text for each in shapes(picture([]), BarLabel)]


def test_long_names_give_way_to_the_number():
    long = SectionBar(
        "1",
        "某某县某某镇某某村第一完全小学校附设幼儿园分部",
        Fraction(3),
        Outcome.UNMET,
        Fraction(3),
        Fraction(3),
    )
    found = picture([long])
    (name,) = [each for each in shapes(found, BarLabel) if each.text.startswith("1 某某")]
    (right,) = [each for each in shapes(found, BarLabel) if each.text == "3.00 未达标"]
    assert name.text.endswith("…")
    assert name.x + text_width(name.text, SIZE) <= right.x - text_width(right.text, SIZE)
