"""Counting many rows at once says what counting them one by one says."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from db.records.draft import empty_row
from db.records.personal_numbers import KEPT_HOME
from db.records.rows import Rows
from db.records.values import Unread
from eduapp.standards.checks.rows import found_in_rows, row_findings
from eduapp.standards.homework import HomeworkTally

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
def test_findings_of_rows(record, data):
    rows = _rows(record, data.draw(st.lists(HOMEWORK if record == "homework" else TEACHERS, max_size=12)))
    expected = {key: tuple(row_findings(record, key, row)) for key, row in rows.items()}
    assert found_in_rows(record, [*rows.items()]) == {key: found for key, found in expected.items() if found}
