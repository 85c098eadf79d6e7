"""Bounds of the coefficient while schools are missing: none may lie outside, little may be given away."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduapp.standards.county.balance import balance, within
from eduapp.standards.county.intervals import Box, Settled, contributions, enclosure, passing, settled
from tests.examples import examples

SLACK = 1e-6
"""How much further than the best corner the upper bound of a few boxes may reach."""
LIMIT = Decimal("0.50")


def square(sections):
    """The coefficient's square, another way than the program's: P·Σpx² / (Σpx)² - 1."""
    pupils = sum(p for p, _ in sections)
    first = sum((p * x for p, x in sections), Fraction(0))
    second = sum((p * x * x for p, x in sections), Fraction(0))
    return pupils * second / first**2 - 1


values = st.fractions(min_value=0, max_value=30, max_denominator=60)
known_sections = st.lists(st.tuples(st.integers(1, 900), values), max_size=6)


@st.composite
def boxes(draw, *, least=0):
    p, more = draw(st.integers(least, 600)), draw(st.integers(0, 300))
    x, wide = draw(values), draw(values)
    return Box(p, p + more, x, x + wide)


@st.composite
def fillings(draw, found):
    def share():
        return draw(st.sampled_from([0, 0, 1, 1, 2, 3, 5, 7, 9]))

    return [
        (
            box.pupils_low + (box.pupils_high - box.pupils_low) * share() // 9
            if share() > 1
            else box.pupils_high,
            box.low + (box.high - box.low) * Fraction(min(share(), 9), 9),
        )
        if share()
        else (box.pupils_low, box.low)
        for box in found
    ]


@pytest.mark.slow
@settings(max_examples=examples(120), deadline=None)
@given(st.data())
def test_no_filling_lies_outside(data):
    known = data.draw(known_sections)
    missing = data.draw(st.lists(boxes(), min_size=1, max_size=6))
    found = enclosure(known, missing)
    for _ in range(4):
        sections = known + data.draw(fillings(missing))
        point = balance(sections)
        if found is None:
            continue
        assert found.mean_low <= point.mean <= found.mean_high
        assert found.square_low <= square(sections) <= found.square_high
        assert found.low <= point.coefficient.next_plus()
        assert point.coefficient.next_minus() <= found.high


@pytest.mark.slow
@settings(max_examples=examples(50), deadline=None)
@given(known_sections, st.lists(boxes(least=1), min_size=1, max_size=4))
def test_the_bounds_are_reached(known, missing):
    """Brute force over corners lies inside, and with pupils fixed the highest corner is the upper bound."""
    fixed = [Box(box.pupils_low, box.pupils_low, box.low, box.high) for box in missing]
    found = enclosure(known, fixed)
    if found is None:
        return
    corners = [
        square(known + [(box.pupils_low, value) for box, value in zip(fixed, ends, strict=True)])
        for ends in product(*((box.low, box.high) for box in fixed))
    ]
    assert found.square_low <= min(corners)
    assert max(corners) <= found.square_high <= max(corners) * (1 + Fraction(SLACK)) + Fraction(SLACK)
    levels = {end for box in fixed for end in (box.low, box.high)} | {found.mean_low, found.mean_high}
    clamped = [
        square(known + [(box.pupils_low, min(max(level, box.low), box.high)) for box in fixed])
        for level in (*levels, *(Fraction(number, 7) for number in range(1, 420, 5)))
        if any(value for _, value in known) or level
    ]
    assert found.square_low <= min(clamped)


@pytest.mark.parametrize("seed", range(6))
def test_the_lower_bound_is_reached_by_a_common_level(seed):
    dice = random.Random(seed)
    known = [(dice.randint(50, 900), Fraction(dice.randint(10, 99), 7)) for _ in range(8)]
    missing = [
        Box(pupils, pupils, value * Fraction(4, 5), value * Fraction(6, 5))
        for pupils, value in ((dice.randint(50, 900), Fraction(dice.randint(10, 99), 7)) for _ in range(5))
    ]
    found = enclosure(known, missing)
    fine = [
        square(known + [(box.pupils_low, min(max(Fraction(at, 400), box.low), box.high)) for box in missing])
        for at in range(400, 8000, 3)
    ]
    assert found.square_low <= min(fine) <= found.square_low + Fraction(1, 10**5)


@pytest.mark.slow
@settings(max_examples=examples(100), deadline=None)
@given(known_sections, st.lists(st.tuples(st.integers(0, 900), values), max_size=4))
def test_a_box_shrunk_to_a_point_is_the_point(known, points):
    found = enclosure(known, [Box(pupils, pupils, value, value) for pupils, value in points])
    point = balance(known + points)
    if point.coefficient is None:
        assert found is None
        return
    assert found.low == found.high == point.coefficient
    assert found.mean_low == found.mean_high == point.mean
    assert found.square_low == found.square_high == square(known + points)


@settings(max_examples=examples(40), deadline=None)
@given(known_sections, st.lists(boxes(least=1), min_size=1, max_size=4), st.integers(0, 40), values)
def test_larger_boxes_give_wider_intervals(known, missing, more, wider):
    grown = [
        Box(
            max(box.pupils_low - more, 1),
            box.pupils_high + more,
            max(box.low - wider, Fraction(0)),
            box.high + wider,
        )
        for box in missing
    ]
    inner, outer = enclosure(known, missing), enclosure(known, grown)
    if outer is None:
        return
    assert outer.mean_low <= inner.mean_low <= inner.mean_high <= outer.mean_high
    assert outer.square_low <= inner.square_low + Fraction(SLACK)
    assert inner.square_high <= outer.square_high * (1 + Fraction(SLACK)) + Fraction(SLACK)


def test_pupils_alone_can_be_open_and_the_worst_number_lies_inside_their_box():
    """All known at 1, the missing one at 2: few or very many pupils even it out, a third is worst."""
    found = enclosure([(300, Fraction(1))], [Box(0, 30000, Fraction(2), Fraction(2))])
    worst = max(square([(300, Fraction(1)), (p, Fraction(2))]) for p in range(0, 3000, 5))
    assert worst == Fraction(1, 8)
    assert worst <= found.square_high <= worst + Fraction(1, 10**7)
    assert found.square_low == 0


def test_hundreds_of_boxes_stay_sound_and_of_use():
    dice = random.Random(7)

    def section():
        pupils = dice.randint(60, 1500)
        return pupils, Fraction(dice.randint(30, 60), 10)

    known = [section() for _ in range(300)]
    middle = [section() for _ in range(60)]
    missing = [
        Box(pupils * 4 // 5, pupils * 6 // 5, value * Fraction(4, 5), value * Fraction(6, 5))
        for pupils, value in middle
    ]
    found = enclosure(known, missing)
    for _ in range(50):
        sections = known + [
            (dice.randint(box.pupils_low, box.pupils_high), dice.choice((box.low, box.high)))
            for box in missing
        ]
        assert found.square_low <= square(sections) <= found.square_high
    assert found.high - found.low < Decimal("0.1")


def test_a_county_whose_mean_may_be_zero_has_no_interval():
    assert enclosure([], [Box(1, 9, Fraction(0), Fraction(3))]) is None
    assert enclosure([], [Box(0, 9, Fraction(1), Fraction(3))]) is None
    assert enclosure([(5, Fraction(0))], [Box(1, 9, Fraction(0), Fraction(3))]) is None
    assert enclosure([], []) is None
    assert enclosure([(5, Fraction(0))], []) is None


@pytest.mark.parametrize("ends", [(2, 1, 0, 1), (1, 2, 1, 0), (-1, 2, 0, 1), (1, 2, -1, 1)])
def test_a_box_has_its_ends_in_order(ends):
    with pytest.raises(ValueError, match="no box"):
        Box(ends[0], ends[1], Fraction(ends[2]), Fraction(ends[3]))


def test_settled_is_exact_at_the_limit():
    """A coefficient of exactly 0.5 is within, the next number above is not: as `balance.within` judges."""
    at = [(1, Fraction(1, 2)), (1, Fraction(3, 2))]
    assert within(at, LIMIT)
    assert settled(enclosure(at, []), LIMIT) is Settled.MET
    above = [(1, Fraction(1, 2)), (1, Fraction(3, 2) + Fraction(1, 10**60))]
    assert not within(above, LIMIT)
    assert settled(enclosure(above, []), LIMIT) is Settled.UNMET
    assert settled(None, LIMIT) is Settled.OPEN


def test_settled_needs_the_whole_interval_on_one_side():
    known = [(100, Fraction(1)), (100, Fraction(2))]

    def of(low, high):
        return settled(enclosure(known, [Box(100, 100, Fraction(low), Fraction(high))]), LIMIT)

    assert of(1, 2) is Settled.MET
    assert of(9, 10) is Settled.UNMET
    assert of(1, 10) is Settled.OPEN


def test_passing_counts_the_sure_and_the_possible():
    threshold = Decimal("4.2")
    sections = [
        (Box(50, 60, Fraction("4.2"), Fraction(5)), threshold),
        (Box(50, 60, Fraction(4), Fraction("4.2")), threshold),
        (Box(50, 60, Fraction(3), Fraction("4.1999")), threshold),
        (Box(0, 60, Fraction(5), Fraction(6)), threshold),
        (None, threshold),
    ]
    assert passing(7, sections) == (8, 11)
    assert passing(7, sections, at_most=True) == (9, 11)
    assert passing(7, []) == (7, 7)


@given(
    st.lists(
        st.tuples(st.text("0123456789", min_size=1, max_size=4), st.integers(0, 500), values), max_size=12
    )
)
def test_contributions_add_up_to_exactly_one(sections):
    found = contributions(sections)
    total = sum((each.share for each in found), Fraction(0))
    pairs = [(pupils, value) for _, pupils, value in sections]
    varies = len({value for pupils, value in pairs if pupils}) > 1
    assert total == (1 if varies else 0)
    assert [(-each.share, each.school) for each in found] == sorted(
        (-each.share, each.school) for each in found
    )
    assert sorted((each.school, each.pupils, each.value) for each in found) == sorted(sections)


def test_contributions_by_hand():
    found = contributions([("2", 1, Fraction(1)), ("1", 1, Fraction(3)), ("3", 2, Fraction(2))])
    assert [(each.school, each.share, each.above) for each in found] == [
        ("1", Fraction(1, 2), True),
        ("2", Fraction(1, 2), False),
        ("3", Fraction(0), False),
    ]
