"""What is in a list twice is found by what the list declares."""

import pytest

from db.records.catalog import LISTS
from db.records.values import Unread
from eduapp.standards.twins import Twins, key_of
from tests.standards.drafts import codes, make

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
