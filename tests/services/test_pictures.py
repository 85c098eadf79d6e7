"""Pictures are lists of shapes that can be looked at without drawing them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from eduapp.services.papers.pictures import Dot, StraightLine, Words, distribution
from eduapp.standards.results import Citation, Outcome, Verdict

CITATION = Citation("办法", "1号", "第1项", "", datetime.date(2017, 4, 19))


def verdict(value, threshold="4.2"):
    return Verdict(
        code="R1",
        name="n",
        title="t",
        standard="s",
        stage=None,
        outcome=Outcome.MET,
        citation=CITATION,
        scale=1,
        decimals=2,
        unit="人",
        at_most=False,
        threshold=Decimal(threshold),
        floor=Decimal(threshold) * Decimal("0.85"),
        numerator=None if value is None else Fraction(value),
        denominator=Fraction(1),
    )


def test_nothing_known_gives_no_picture():
    assert distribution([("a", verdict(None))], None) is None


def test_threshold_floor_and_mean_are_drawn_and_named():
    picture = distribution([("a", verdict(5)), ("b", verdict(3))], Fraction(4))
    assert [line.role for line in picture.shapes if isinstance(line, StraightLine)] == [
        "axis",
        "floor",
        "threshold",
        "mean",
    ]
    words = {each.text for each in picture.shapes if isinstance(each, Words)}
    assert {"标准 4.2", "85% 3.57", "均值 4.00"} <= words


def test_the_chosen_one_is_larger_and_above():
    picture = distribution([("a", verdict(5)), ("b", verdict(3))], None, "a")
    dots = [each for each in picture.shapes if isinstance(each, Dot)]
    assert [dot.name for dot in dots] == ["b", "a"]
    assert dots[1].radius > dots[0].radius


@given(st.lists(st.fractions(0, 10_000), min_size=1, max_size=300))
def test_every_section_is_a_dot_within_the_picture_and_order_is_kept(values):
    picture = distribution([(str(at), verdict(value)) for at, value in enumerate(values)], None)
    dots = {each.name: each for each in picture.shapes if isinstance(each, Dot)}
    assert len(dots) == len(values)
    for dot in dots.values():
        assert 0 <= dot.x <= picture.width
        assert 0 <= dot.y <= picture.height
    places = sorted((value, dots[str(at)].x) for at, value in enumerate(values))
    assert [x for _, x in places] == sorted(x for _, x in places)
