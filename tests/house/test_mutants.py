"""The mutants are what they say: one place changed, in memory, by a list that a seed draws."""

from __future__ import annotations

import ast

import pytest

from tests.mutants import sites
from tests.mutants.__main__ import COUNT, SEED, argued, drawn

SOURCE = "def f(a, b):\n    return a < b <= 3, min(a, b), a == b, a in b, x.max(a)\n"


def test_each_place_is_one_change():
    places = sites.found(SOURCE)
    changed = [ast.unparse(sites.mutated(SOURCE, number)) for number in range(len(places))]
    assert [text.removeprefix("def f(a, b):\n    return ") for text in changed] == [
        "(a <= b <= 3, min(a, b), a == b, a in b, x.max(a))",
        "(a < b < 3, min(a, b), a == b, a in b, x.max(a))",
        "(a < b <= 3, max(a, b), a == b, a in b, x.max(a))",
        "(a < b <= 3, min(a, b), a != b, a in b, x.max(a))",
    ]


@pytest.mark.slow
def test_a_seed_draws_the_same_list_over_every_area():
    every = sites.sites()
    assert {site.area for site in every} == set(sites.AREAS)
    assert len({site.key for site in every}) == len(every)
    assert drawn(SEED, COUNT) == drawn(SEED, COUNT)
    assert len(drawn(SEED, COUNT)) == COUNT
    assert drawn(SEED, COUNT) != drawn(SEED + 1, COUNT)
    for area in sites.AREAS:
        own = {site for site in drawn(SEED, COUNT) if site.area == area}
        assert own <= set(drawn(SEED, COUNT, area)), "what lies elsewhere decides which are drawn"


def test_what_is_argued_stands_in_the_source_with_a_reason():
    keys = {site.key for site in sites.sites()}
    assert {key for key in argued() if key not in keys} == set()
    assert all(len(reason) > 40 for reason in argued().values())


def test_the_tests_of_an_area_are_there():
    assert [test for area in sites.AREAS.values() for test in area if not (sites.ROOT / test).exists()] == []
