"""Texts of a list asked about all at once say what each says by itself."""

from hypothesis import given
from hypothesis import strategies as st

from db.records.values import Unread
from eduapp.services import entry, pasting
from eduapp.services.pairing import Mode, pair
from tests.services.schools import make

TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "室1", " 室1 ", "13912345678", "张13912345678", "110101199003074477", "x" * 300]
    ),
    st.sampled_from(
        ["430902", "19850312", "0318", "e\u0301", "室\u200b1", "１３９１２３４５６７８", "2026-09-01"]
    ),
    st.text(max_size=12),
)


@given(st.lists(TEXTS))
def test_a_column_is_read_as_its_cells_are(texts):
    cells = [entry.read(None, "room", "name", text) for text in texts]  # a text asks for no book
    assert entry.read_column(None, "room", "name", texts) == cells


@given(
    st.lists(st.dictionaries(st.sampled_from(["name", "birth_month", "stage", "subject"]), TEXTS), max_size=8)
)
def test_numbers_in_many_rows_are_those_of_each(rows):
    expected = [
        (at, name, found)
        for at, row in enumerate(rows)
        for name, found in pasting._numbers_of("teacher", row).items()
    ]
    assert [(each.row, each.field, each.numbers) for each in pasting.numbered("teacher", rows)] == expected


def test_rows_with_empty_cells_are_paired_with_the_first_that_says_as_much(tmp_path):
    with make(tmp_path) as book:
        teachers = [
            {"name": f"教师{at % 3}", "subject": "语文", "birth_month": f"1980-0{at % 2 + 1}"}
            for at in range(6)
        ]
        entry.add_rows(book, "teacher", teachers)
        keys = [*book.draft.rows["teacher"]]
        given_rows = [
            {"name": "教师1"},
            {"name": "教师1", "birth_month": "1980-01"},
            {"name": "教 师2", "subject": "x"},
        ]
        found = pair(book, "teacher", given_rows, Mode.UPDATE)
        assert found.rows == {keys[1]: 0, keys[4]: 1}
        assert found.asked[2].keys == (keys[2], keys[5])
        assert not isinstance(book.draft.rows["teacher"][keys[2]]["subject"], Unread)
