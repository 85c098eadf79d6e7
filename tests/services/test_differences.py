"""What two drafts state differently."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from db.records.draft import Draft, empty_row
from db.records.edits import InsertRow
from db.records.values import Unread
from eduapp.services.differences import EMPTY, NO_ROW, differences


def draft(*rows):
    made = Draft()
    for record, key, cells in rows:
        position = made.rows[record].next_position()
        made.apply(InsertRow(record, key, position, empty_row(record) | cells))
    return made


def school_class(key, name, pupils):
    return ("school_class", key, {"name": name, "pupils": pupils})


def test_equal_drafts_differ_in_nothing():
    rows = (school_class("k1", "一年级(1)班", 40), ("section_total", "primary", {"pupils": 40}))
    assert differences(draft(*rows), draft(*rows)) == []


def test_a_cell_is_named_by_its_page_field_and_row():
    left = draft(school_class("k1", "一年级(1)班", 40), ("section_total", "primary", {"pupils": 40}))
    right = draft(school_class("k1", "一年级(1)班", 46), ("section_total", "primary", {"pupils": None}))
    found = [(each.label, each.row, each.left, each.right) for each in differences(left, right)]
    assert found == [
        ("分学段合计 · 学生人数(人)", "小学", "40", EMPTY),
        ("班级 · 学生数(人)", "一年级(1)班", "40", "46"),
    ]


def test_rows_that_only_one_side_has_are_told_whole():
    found = differences(draft(), draft(school_class("k1", "一年级(1)班", 40)))
    assert [(each.field, each.left, each.right) for each in found] == [
        ("", NO_ROW, "班级 一年级(1)班、学生数 40")
    ]
    assert differences(draft(("school_class", "k1", {})), draft())[0].left == EMPTY


def test_lists_typed_on_two_computers_are_matched_by_name():
    left = draft(school_class("k1", "一年级(1)班", 40), school_class("k2", "二年级", 30))
    right = draft(school_class("x2", "二年级", 31), school_class("x1", "一年级(1)班", 40))
    assert [(each.row, each.left, each.right) for each in differences(left, right)] == [
        ("二年级", "30", "31")
    ]


def test_names_that_stand_twice_match_nothing():
    left = draft(school_class("k1", "一班", 40))
    right = draft(school_class("x1", "一班", 42), school_class("x2", "一班", 41))
    assert [each.field for each in differences(left, right)] == ["", "", ""]


def test_rows_without_a_name_that_say_the_same_are_matched():
    def teacher(key, subject):
        return ("teacher", key, {"subject": subject})

    left = draft(teacher("k1", "chinese"), teacher("k2", "chinese"), teacher("k3", "mathematics"))
    right = draft(teacher("x1", "chinese"), teacher("x2", "mathematics"), teacher("x3", "mathematics"))
    assert [(each.row, each.left, each.right) for each in differences(left, right)] == [
        ("第2行", "任教课程 语文", NO_ROW),
        ("第3行", NO_ROW, "任教课程 数学"),
    ]


def test_unreadable_text_is_shown_as_it_was_typed():
    left, right = draft(school_class("k1", "一班", 40)), draft(school_class("k1", "一班", Unread("约40")))
    assert [(each.left, each.right) for each in differences(left, right)] == [("40", "「约40」")]


def test_references_are_shown_by_the_name_of_their_row():
    def homework(draft_class):
        rows = (school_class("k1", "一班", 40), school_class("k2", "二班", 40))
        return draft(*rows, ("homework", "h1", {"school_class": draft_class}))

    found = differences(homework("k1"), homework("k2"))
    assert [(each.row, each.left, each.right) for each in found] == [("第1行", "一班", "二班")]


ROWS = st.dictionaries(
    st.sampled_from([f"k{i}" for i in range(5)]),
    st.tuples(st.sampled_from(["一班", "二班", "三班"]), st.one_of(st.none(), st.integers(0, 60))),
)


@given(ROWS, ROWS)
def test_swapping_the_sides_swaps_the_texts(left, right):
    def made(rows):
        return draft(*(school_class(key, *cells) for key, cells in rows.items()))

    there = differences(made(left), made(right))
    back = differences(made(right), made(left))
    assert sorted((each.left, each.right) for each in there) == sorted(
        (each.right, each.left) for each in back
    )
