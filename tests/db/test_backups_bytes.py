"""Copies of a workbook, thinned by the bytes they take."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.backups import FREELY, NEWEST, SPECIAL, SURE, TIMES, Copy, affordable

NOW = datetime.datetime(2026, 11, 23, 10, 30)  # noqa: DTZ001 - copies are named by local time


def copy(at, occasion="定时"):
    return Copy(Path(f"{at:%Y%m%d-%H%M%S-%f}_{occasion}"), at, occasion)


moments = st.integers(-400 * 24 * 60, 400 * 24 * 60).map(lambda m: NOW + datetime.timedelta(minutes=m))
MB = 1024 * 1024
sized = st.lists(
    st.builds(
        lambda at, occasion, size: Copy(copy(at, occasion).path, at, occasion, size * MB),
        moments,
        st.sampled_from(["定时", *SPECIAL]),
        st.integers(0, 400),
    ),
    unique_by=lambda each: each.path,
)


def taken(found):
    return sum(each.size for each in found)


def many(size, days=14):
    """Three copies a day."""
    at = [NOW - datetime.timedelta(days=day, hours=hour) for day in range(days) for hour in (0, 1, 2)]
    return [Copy(copy(each).path, each, "定时", size) for each in at]


@given(sized, st.integers(0, 20_000))
def test_copies_take_no_more_than_their_bound_but_for_those_that_are_sure(all_of_them, free):
    stay = affordable(all_of_them, NOW, free * MB)
    assert stay <= set(all_of_them)
    assert affordable(reversed(all_of_them), NOW, free * MB) == stay
    half = (free * MB + taken(all_of_them)) // 2
    for group in (
        [each for each in all_of_them if each.at <= NOW],
        [each for each in all_of_them if each.at > NOW],
    ):
        ranked = sorted(group, key=lambda each: (each.at, each.path.name), reverse=True)
        sure = {*ranked[:SURE]}
        for occasion in SPECIAL:
            sure |= set([each for each in ranked if each.occasion == occasion][:1])
        assert sure <= stay
        most = min(max(FREELY, TIMES * ranked[0].size), half) if ranked else 0
        held = stay & set(group)
        assert taken(held) <= max(most, taken(sure))


@given(sized, st.integers(0, 20_000))
def test_what_is_affordable_once_is_so_again(all_of_them, free):
    stay = affordable(all_of_them, NOW, free * MB)
    freed = free * MB + taken(all_of_them) - taken(stay)
    assert affordable(stay, NOW, freed) == stay


def test_small_copies_all_stay_and_large_ones_keep_their_days():
    assert affordable(many(2 * MB), NOW, 100_000 * MB) == set(many(2 * MB))
    large = many(300 * MB)
    stay = affordable(large, NOW, 100_000 * MB)
    assert len(stay) == TIMES
    assert set(large[:NEWEST]) <= stay
    days = {each.at.date() for each in stay}
    assert len(days) == TIMES - NEWEST + 2  # the five newest are of two days, every other is a day's


@pytest.mark.parametrize(("size", "count"), [(FREELY // 42, 42), (FREELY // 42 + 1, 41)])
def test_the_bytes_that_are_free_of_bound(size, count):
    assert len(affordable(many(size), NOW, 100_000 * MB)) == count


def test_on_a_full_disk_copies_leave_half_of_the_room():
    large = many(30 * MB)
    stay = affordable(large, NOW, 0)
    assert taken(stay) <= taken(large) / 2
    assert set(large[:SURE]) <= stay
    assert affordable(large[:1], NOW, 0) == {large[0]}
