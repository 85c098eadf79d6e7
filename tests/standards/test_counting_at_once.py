"""Counting many rows at once says what counting them one by one says."""

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.draft import empty_row
from db.records.personal_numbers import KEPT_HOME
from db.records.rows import Rows
from db.records.values import Unread
from eduapp.standards.checks.rows import found_in_rows, row_findings
from eduapp.standards.figures import FIGURES_OF, Figure, FromRows
from eduapp.standards.homework import HomeworkTally
from eduapp.standards.school_facts import facts_of
from eduapp.standards.tally import Tally
from eduapp.standards.twins import key_of, keys_of
from tests.standards.drafts import DAY
from tests.standards.test_judging_properties import LISTS, cells_of, draft_of, some_school

ODD = st.sampled_from([None, Unread("约500"), Unread(KEPT_HOME)])
DATES = st.sampled_from([datetime.date(2026, 9, day) for day in (1, 2, 3)]) | ODD
MINUTES = st.integers(0, 90) | ODD
HOMEWORK = st.fixed_dictionaries(
    {
        "date": DATES,
        "school_class": st.sampled_from(["甲", "乙"]) | ODD,
        "subject": st.sampled_from(["chinese", "maths"]) | ODD,
        "written": st.booleans() | ODD,
        "planned": MINUTES,
        "measured": MINUTES,
    }
)
TEXTS = st.sampled_from(["甲", "13912345678", "张13912345678", "110101199003074477", "x" * 40]) | ODD
TEACHERS = st.fixed_dictionaries({"name": TEXTS, "stage": st.sampled_from(["primary"]) | ODD, "phone": TEXTS})


@given(st.lists(HOMEWORK, max_size=30))
def test_homework(rows):
    at_once, one_by_one = HomeworkTally(), HomeworkTally()
    at_once.count(rows, 1)
    for row in rows:
        one_by_one.count([row], 1)
    assert set(at_once.classes) == set(one_by_one.classes)
    assert at_once.any == one_by_one.any
    for key in ("甲", "乙"):
        assert at_once.of_class(key) == one_by_one.of_class(key)
        for limit in (0, 30, 60, 89):
            assert list(at_once.days_over(key, limit)) == list(one_by_one.days_over(key, limit))
            assert at_once.count_over(key, limit) == one_by_one.count_over(key, limit)


@given(st.lists(HOMEWORK, max_size=30), st.data())
def test_homework_counted_at_once_follows_what_is_taken_out(rows, data):
    tally, left = HomeworkTally(), HomeworkTally()
    tally.count(rows, 1)
    out = data.draw(st.lists(st.sampled_from(rows), unique_by=id) if rows else st.just([]))
    tally.count(out, -1)
    left.count([row for row in rows if not any(row is each for each in out)], 1)
    assert tally.any == left.any
    assert [tally.of_class(key) for key in "甲乙"] == [left.of_class(key) for key in "甲乙"]


def _rows(record, drafts):
    rows = Rows()
    keys = [f"k{at}" for at in range(len(drafts))]
    known = empty_row(record)
    cells = [known | {n: c for n, c in row.items() if n in known} for row in drafts]
    rows.fill(zip(keys, range(len(drafts)), cells, strict=True))
    return rows


@given(st.sampled_from(["homework", "teacher", "school_class", "room"]), st.data())
def test_what_makes_rows_the_same(record, data):
    drafts = data.draw(st.lists(HOMEWORK if record == "homework" else TEACHERS, max_size=4))
    rows = [*_rows(record, drafts).values()]
    assert keys_of(record, rows) == [key for row in rows if (key := key_of(record, row)) is not None]


WHOLE = st.sampled_from([0, 1, 9, 10, 80, 81, 500, 501, 19850312]) | ODD
OTHERS = st.fixed_dictionaries(
    {
        **dict.fromkeys(
            ("name", "partner", "owner", "contract"), TEXTS | st.sampled_from(["430902", "0318"])
        ),
        **dict.fromkeys(("begins", "ends", "found", "returned", "contract_until"), DATES),
        **dict.fromkeys(("area", "pupils", "walk_minutes", "boarders"), WHOLE),
        "kind": st.sampled_from(["rented", "own"]) | ODD,
        "exclusive": st.booleans() | ODD,
    }
)


@given(st.sampled_from(["school_class", "room", "sports_ground", "rotation", "at_risk"]), st.data())
def test_findings_of_rows_under_a_rule_of_their_list(record, data):
    rows = _rows(record, data.draw(st.lists(OTHERS, max_size=12)))
    expected = {key: tuple(row_findings(record, key, row)) for key, row in rows.items()}
    assert found_in_rows(record, [*rows.items()]) == {key: found for key, found in expected.items() if found}


@given(st.sampled_from(["homework", "teacher", "school_class", "room"]), st.data())
def test_findings_of_rows(record, data):
    rows = _rows(record, data.draw(st.lists(HOMEWORK if record == "homework" else TEACHERS, max_size=12)))
    expected = {key: tuple(row_findings(record, key, row)) for key, row in rows.items()}
    assert found_in_rows(record, [*rows.items()]) == {key: found for key, found in expected.items() if found}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("record", [name for name in LISTS if FIGURES_OF[name]])
def test_figures(record, seed):
    """Rows that are alike in what counts are counted by one of them; each counts as often as it stands."""
    dice = random.Random(seed)
    rows, _ = some_school(dice)
    facts = facts_of(draft_of(rows).only("school"))
    keys = {name: ["e" * 32] for name in LISTS}
    few = [empty_row(record) | cells_of(dice, record, keys) for _ in range(12)]
    many = [dict(dice.choice(few)) for _ in range(90)]
    at_once, one_by_one = Tally(None, facts, DAY), Tally(None, facts, DAY)
    at_once.count(record, many, 1)
    at_once.count(record, many[:30], -1)
    for row in many[30:]:
        one_by_one.count(record, [row], 1)
    for name, stage in {*at_once._sums, *one_by_one._sums}:
        assert at_once.total(name, stage) == one_by_one.total(name, stage)
        assert at_once.unknown_rows(name, stage) == one_by_one.unknown_rows(name, stage)


def test_a_row_counts_by_itself_where_a_field_counts_that_is_not_declared(monkeypatch):
    """`name` is declared nowhere: rows that differ in nothing else are still told apart."""
    shared = FIGURES_OF["room"]
    named = FromRows("room", ("kind",), lambda row: int(row["name"] == "甲"))
    own = Figure("named", "room", (), by_stage=False, rows=named, label_="甲")
    monkeypatch.setitem(FIGURES_OF, "room", (*shared, own))
    rows = [empty_row("room") | {"name": "甲" if at % 3 else "乙"} for at in range(60)]
    tally = Tally(None, facts_of(empty_row("school")), DAY)
    tally.count("room", rows, 1)
    assert tally.total("named", None) == 40
