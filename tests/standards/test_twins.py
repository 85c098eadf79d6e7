"""What is in a list twice is found by what the list declares."""

import random

import pytest

from db.records.catalog import LISTS, RECORDS
from db.records.values import Unread
from eduapp.standards.twins import Twins, groups, key_of
from tests.standards.drafts import codes, make
from tests.standards.test_judging_properties import cells_of

ROWS = [
    (
        "room.twice",
        {"room": [{"name": "101", "kind": "普通教室", "area": "60"}] * 2},
        {
            "room": [
                {"name": "教室", "kind": "普通教室", "area": "60"},
                {"name": "教室", "kind": "普通教室", "area": "61"},
            ]
        },
    ),
    (
        "course.twice",
        {"course": [{"grade": "1", "subject": "语文", "weekly": "5", "planned": "5"}] * 2},
        {
            "course": [
                {"grade": "1", "subject": "语文", "weekly": "5", "planned": "5"},
                {"grade": "2", "subject": "语文", "weekly": "5", "planned": "5"},
            ]
        },
    ),
    (
        "equipment.twice",
        {"equipment": [{"name": "投影仪", "quantity": "1", "value": "1"}] * 3},
        {"equipment": [{"name": "投影仪", "value": "1"}, {"name": "投影仪", "value": "2"}]},
    ),
]


@pytest.mark.parametrize(("code", "fires", "beside"), ROWS)
def test_rows_that_are_the_same_thing_are_found_once_and_others_not(code, fires, beside):
    def found(rows):
        return [each for each in codes(make("218", rows=rows)) if each.endswith(".twice")]

    assert found(fires) == [code]
    assert found(beside) == []


@pytest.mark.parametrize("record", LISTS)
def test_a_row_that_does_not_say_its_identity_is_nobodys_twin(record):
    from db.records.draft import empty_row

    row = empty_row(record)
    twins = Twins()
    twins.count(record, [row, row], 1)
    assert key_of(record, row) is None
    assert twins.more(record) == 0
    assert key_of(record, dict.fromkeys(row, Unread("约"))) is None


def test_twins_are_counted_in_and_out():
    row = {"name": "101", "kind": "classroom", "area": 60}
    row |= dict.fromkeys(("multimedia", "built_year", "shared", "also_for", "network", "stage"))
    twins = Twins()
    twins.count("room", [row] * 3, 1)
    assert twins.more("room") == 2
    twins.count("room", [row], -1)
    assert twins.more("room") == 1
    twins.count("room", [row] * 2, -1)
    assert twins.more("room") == 0


@pytest.mark.parametrize("record", LISTS)
@pytest.mark.parametrize("seed", range(6))
def test_what_is_counted_row_by_row_is_what_a_look_at_all_rows_finds(record, seed):
    dice, keys = random.Random(seed), {name: ["e" * 32] for name in LISTS}
    few = [cells_of(dice, record, keys) for _ in range(8)]
    rows = {f"{at:032x}": dict(dice.choice(few)) for at in range(30)}
    twins = Twins()
    twins.count(record, rows.values(), 1)
    for gone in dice.sample(sorted(rows), 22):
        found = list(groups(record, rows.items()))
        assert twins.more(record) == sum(len(each) - 1 for each in found)
        if RECORDS[record].amounts:
            assert twins.second(record, rows.items()) == (found[0][1] if found else "")
        twins.count(record, [rows.pop(gone)], -1)
