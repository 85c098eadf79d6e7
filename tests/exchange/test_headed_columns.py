"""Headings over several rows: where they end, and which column a path names."""

import pytest

from eduapp.exchange.headed_columns import find_head
from eduapp.exchange.sheet_cells import Sheet

NAMES = {"学校代码"}
PLAIN = ["学校代码", "专任教师", "专任教师"]
BELOW = ["学校代码", "计", "本科"]


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ([PLAIN], 0),
        ([PLAIN, BELOW], 1),
        ([PLAIN, ["2143000001", "12", "9"]], 0),
        ([PLAIN, BELOW, ["2143000001", "12", "9"]], 1),
    ],
    ids=["headings alone", "two rows of them alone", "a school below", "a school below two"],
)
def test_headings_end_before_the_first_school_or_with_the_sheet(rows, last):
    head = find_head(Sheet("校", rows), NAMES)
    assert (head.first, head.last, len(head.columns)) == (0, last, 3)


def test_a_sheet_without_the_heading_has_none():
    assert find_head(Sheet("校", [["学校", "专任教师"]]), NAMES) is None


def test_a_path_names_a_column_and_a_sum_stands_for_what_is_over_it():
    head = find_head(Sheet("校", [PLAIN, BELOW]), NAMES)
    assert head.columns_of([["专任教师", "本科"]]) == {"": 2}
    assert head.columns_of([["专任教师"]]) == {"": 1}
    assert head.columns_of([["班数"], ["专任教师"]]) == {"": 1}
    assert head.columns_of([["班数"]]) == {}
