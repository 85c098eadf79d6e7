"""Entering: nothing typed is refused or lost, an edit to the same value is no edit, undo is exact."""

import uuid
from decimal import Decimal
from functools import partial

import pytest

from db import journal
from db.problems import Problem
from db.records.rows import new_keys
from db.records.values import Unread
from db.tables import COMPLETE, JOURNAL, RECORD_TABLES, TOMBSTONE, UNREAD
from eduapp.exchange.canonical import MAX_TEXT
from eduapp.services import entry, workbooks
from eduapp.services.workbooks import NewSchool

NEW = NewSchool("2143000001", "甲校", "211", 2026, area_class="210", built_year=2001)


@pytest.fixture
def book(tmp_path):
    with workbooks.create_school(tmp_path / "甲校.edubook", NEW) as book:
        yield book


def stored(book, table):
    with book.workbook.transaction() as connection:
        return [tuple(row) for row in connection.execute(table.select())]


def raw(book, query):
    return book.workbook._raw.execute(query).fetchall()


def test_text_that_cannot_be_read_is_kept_and_the_column_stays_empty(book):
    entry.set_cell(book, "school_total", "-", "field_area", "  约500 ")
    assert book.draft.only("school_total")["field_area"] == Unread("约500")
    assert entry.show(book, "school_total", "field_area", Unread("约500")) == "约500"
    assert raw(book, "select field_area from school_total") == [(None,)]
    assert stored(book, UNREAD) == [("school_total", "-", "field_area", "约500")]
    entry.set_cell(book, "school_total", "-", "field_area", "约600")
    assert stored(book, UNREAD) == [("school_total", "-", "field_area", "约600")]
    entry.set_cell(book, "school_total", "-", "field_area", "500")
    assert stored(book, UNREAD) == []
    assert raw(book, "select field_area from school_total") == [(5_000_000,)]


def test_the_same_value_is_no_edit(book):
    assert entry.set_cell(book, "primary" and "section_total", "primary", "pupils", "38")
    lines = len(stored(book, JOURNAL))
    for text in ("38", "38.0", "３８", " 38 "):
        assert not entry.set_cell(book, "section_total", "primary", "pupils", text)
    assert len(stored(book, JOURNAL)) == lines


def test_many_cells_at_once_the_last_one_holds(book):
    place = ("section_total", "primary", "pupils")
    entry.set_cell(book, *place, "5")
    changes = entry.set_cells(book, [(*place, 7), (*place, 5)], "导入")
    assert not changes
    assert book.draft.rows["section_total"]["primary"]["pupils"] == 5
    changes = entry.set_cells(book, [(*place, Unread("a")), (*place, Unread("b"))], "导入")
    assert book.draft.rows["section_total"]["primary"]["pupils"] == Unread("b")
    entry.apply(book, changes.inverse())
    assert book.draft.rows["section_total"]["primary"]["pupils"] == 5
    assert stored(book, UNREAD) == []


def test_rows_come_go_and_come_back_in_their_place(book):
    entry.add_rows(book, "room", [{"name": name} for name in "甲乙丙丁"])
    keys = list(book.draft.rows["room"])
    gone = entry.delete_rows(book, "room", [keys[1], keys[2], keys[1]])
    assert list(book.draft.rows["room"]) == [keys[0], keys[3]]
    assert sorted(stored(book, TOMBSTONE)) == sorted(("room", key) for key in keys[1:3])
    entry.add_row(book, "room", {"name": "戊"})
    entry.apply(book, gone.inverse())
    assert list(book.draft.rows["room"])[:4] == keys
    assert stored(book, TOMBSTONE) == []
    assert book.draft.tombstones == set()


def test_a_row_with_unreadable_text_goes_and_comes_back_whole(book):
    entry.add_row(book, "room", {"name": "琴房", "area": "很大"})
    key = book.draft.rows["room"].key_at(0)
    gone = entry.delete_rows(book, "room", [key])
    assert stored(book, UNREAD) == []
    entry.apply(book, gone.inverse())
    assert stored(book, UNREAD) == [("room", key, "area", "很大")]
    assert book.draft.rows["room"][key]["area"] == Unread("很大")


def test_paste_fills_rows_and_adds_the_ones_past_the_end(book):
    entry.add_rows(book, "room", [{"name": "甲"}, {"name": "乙"}])
    block = [["丙", "60.5", "多"], ["", "", ""], ["丁", "很大"]]
    changes = entry.paste(book, "room", 1, ["name", "area"], block)
    rows = [(row["name"], row["area"]) for row in book.draft.rows["room"].values()]
    assert rows == [("甲", None), ("丙", Decimal("60.5")), ("丁", Unread("很大"))]
    entry.apply(book, changes.inverse())
    assert [row["name"] for row in book.draft.rows["room"].values()] == ["甲", "乙"]


def test_pasted_blanks_clear(book):
    entry.add_rows(book, "room", [{"name": "甲", "area": "50"}, {"name": "乙", "area": "很大"}])
    entry.paste(book, "room", 0, ["area"], [[""], [" "]])
    assert [row["area"] for row in book.draft.rows["room"].values()] == [None, None]
    assert stored(book, UNREAD) == []


def test_paste_past_a_record_of_one_row_adds_nothing(book):
    entry.paste(book, "funding", 0, ["budget"], [["10"], ["20"]])
    assert len(book.draft.rows["funding"]) == 1
    assert book.draft.only("funding")["budget"] == 10


def test_a_class_is_found_by_its_name_and_two_of_a_name_by_none(book):
    entry.add_rows(book, "school_class", [{"name": "一（1）班"}, {"name": "二班"}, {"name": "二班"}, {}])
    keys = list(book.draft.rows["school_class"])
    assert entry.read(book, "homework", "school_class", "一(1)班") == keys[0]
    assert entry.read(book, "homework", "school_class", " 一 (1) 班") == keys[0]
    assert entry.read(book, "homework", "school_class", keys[2]) == keys[2]
    assert entry.read(book, "homework", "school_class", "二班") == Unread("二班")
    assert entry.read(book, "homework", "school_class", "第4行") == keys[3]
    assert entry.show(book, "homework", "school_class", keys[0]) == "一（1）班"
    entry.delete_rows(book, "school_class", [keys[0]])
    assert entry.show(book, "homework", "school_class", keys[0]) == "(已删除)"


def test_keys_of_the_command_line(book):
    entry.add_rows(book, "room", [{"name": "甲"}, {"name": "乙"}])
    assert entry.key_of(book, "school", "-") == "-"
    assert entry.key_of(book, "section_total", "primary") == "primary"
    second = book.draft.rows["room"].key_at(1)
    assert entry.key_of(book, "room", "2") == second
    assert entry.number_of(book, "room", second) == "2"
    for record, text in [
        ("room", "0"),
        ("room", "3"),
        ("room", "-1"),
        ("room", "-"),
        ("room", "２"),
        ("room", "x"),
        ("school", "1"),
        ("section_total", "senior_high"),
    ]:
        with pytest.raises(Problem) as raised:
            entry.key_of(book, record, text)
        assert raised.value.code == "row-unknown"
        assert text in raised.value.text
    with pytest.raises(Problem) as raised:
        entry.key_of(book, "rooms", "1")
    assert raised.value.code == "record-unknown"
    assert "room" in raised.value.text


def test_an_unknown_field_is_a_problem_that_names_the_known_ones(book):
    with pytest.raises(Problem) as raised:
        entry.set_cell(book, "section_total", "primary", "pupil", "1")
    assert raised.value.code == "field-unknown"
    assert "pupils" in raised.value.text


def test_approved_records_are_closed_but_not_the_explanations(book):
    book.workbook.set_meta(approved="1")
    for edit in (
        lambda: entry.set_cell(book, "section_total", "primary", "pupils", "1"),
        lambda: entry.add_row(book, "room"),
        lambda: entry.set_complete(book, "room", complete=True),
    ):
        with pytest.raises(Problem) as raised:
            edit()
        assert raised.value.code == "approved-closed"
        assert raised.value.text
    assert book.draft.rows["section_total"]["primary"]["pupils"] is None
    assert len(book.draft.rows["room"]) == 0
    entry.set_reason(book, "year.jump:x", "已核对")
    assert book.draft.reasons == {"year.jump:x": "已核对"}


def test_the_journal_says_who_changed_what_from_what_to_what(book):
    entry.set_cell(book, "section_total", "primary", "pupils", "38")
    entry.set_cell(book, "section_total", "primary", "pupils", "约40")
    entry.set_cell(book, "section_total", "primary", "pupils", "")
    lines = journal.entries(book.workbook.connection, "section_total", "primary")
    assert [(each.field, each.old, each.new) for each in lines if each.field == "pupils"] == [
        ("pupils", None, "38"),
        ("pupils", "38", "约40"),
        ("pupils", "约40", None),
    ]
    assert all(each.who and "T" in each.at for each in lines)


def test_the_journal_of_rows_ticks_and_explanations(book):
    before = len(stored(book, JOURNAL))
    entry.add_row(book, "sports_ground", {"name": "操场", "kind": "操场", "area": "1200"})
    key = book.draft.rows["sports_ground"].key_at(0)
    entry.delete_rows(book, "sports_ground", [key])
    entry.set_complete(book, "sports_ground", complete=True)
    entry.set_reason(book, "range.area:x", "校舍确实小")
    entry.set_reason(book, "range.area:x", "")
    lines = [line[3:] for line in stored(book, JOURNAL)[before:]]
    said = "操场|field|1200.0000|||||"
    assert lines == [
        ("sports_ground", key, "+", None, said),
        ("sports_ground", key, "×", said, None),
        ("sports_ground", "", "complete", "0", "1"),
        ("", "range.area:x", "reason", None, "校舍确实小"),
        ("", "range.area:x", "reason", "校舍确实小", None),
    ]


def test_ticks_are_kept_once(book):
    entry.set_complete(book, "room", complete=True)
    assert not entry.set_complete(book, "room", complete=True)
    assert stored(book, COMPLETE) == [("room",)]


def test_decimals_are_exact_on_disk(book):
    for text in ("0.1", "0.2", "0.3", "9999999999.9999", "0.0001", "-0"):
        entry.set_cell(book, "school_total", "-", "teaching_area", text)
        with book.workbook.transaction() as connection:
            (value,) = connection.execute(
                RECORD_TABLES["school_total"]
                .select()
                .with_only_columns(RECORD_TABLES["school_total"].c.teaching_area)
            ).one()
        assert value == Decimal(text)
        assert str(value) == str(book.draft.only("school_total")["teaching_area"])
    assert raw(book, "select typeof(teaching_area) from school_total") == [("integer",)]


def test_an_explanation_that_no_submission_carries_is_refused_and_the_old_one_stays(book):
    entry.set_reason(book, "x", "甲" * MAX_TEXT)
    with pytest.raises(Problem) as caught:
        entry.set_reason(book, "x", "乙" * (MAX_TEXT + 1))
    assert caught.value.code == "reason-too-long"
    assert book.draft.reasons["x"] == "甲" * MAX_TEXT


# --- many at once ---


def test_a_reference_is_looked_up_among_the_rows_as_they_stand(book):
    entry.add_rows(book, "teacher", [{"name": "王　一"}, {"name": "李二"}, {}, {"name": "第3行"}])
    keys = list(book.draft.rows["teacher"])
    read = partial(entry.read, book, "training", "teacher")
    assert [read(text) for text in ("王一", "李 二", keys[0], "没有")] == [*keys[:2], keys[0], Unread("没有")]
    assert read("第3行") == Unread("第3行")  # two are known by that
    entry.set_cell(book, "teacher", keys[3], "name", "赵四")
    assert read("第3行") == keys[2]
    assert read("第03行") == Unread("第03行")
    entry.set_cell(book, "teacher", keys[0], "name", "李二")
    assert read("李二") == Unread("李二")
    gone = entry.delete_rows(book, "teacher", [keys[1]])
    assert read("李二") == keys[0]
    assert read("第2行") == keys[2]
    entry.apply(book, gone.inverse())
    assert read("李二") == Unread("李二")
    assert read("第3行") == keys[2]
    assert read("第9行") == Unread("第9行")


def test_a_paste_of_many_rows_leaves_a_whole_history_cell_by_cell(book):
    entry.add_rows(book, "room", [{"name": f"{n}室", "area": "60"} for n in range(100)])
    block = [[f"新{n}", "约一百" if n % 2 else "70.5"] for n in range(150)]
    pasted = entry.paste(book, "room", 0, ["name", "area"], block)
    rows = book.draft.rows["room"]
    with book.workbook.reading() as door:
        for n in (0, 1, 99):
            lines = journal.entries(door, "room", rows.key_at(n))[-2:]
            told = [(each.field, each.old, each.new) for each in lines]
            assert told == [
                ("name", f"{n}室", f"新{n}"),
                ("area", "60.0000", "约一百" if n % 2 else "70.5000"),
            ]
        (added,) = journal.entries(door, "room", rows.key_at(149))
        assert (added.field, added.old) == (journal.ROW_IN, None)
        assert added.new is not None
        assert added.new.startswith("新149|")
    entry.apply(book, pasted.inverse())
    assert [row["name"] for row in rows.values()] == [f"{n}室" for n in range(100)]
    assert len(book.draft.tombstones) == 50
    entry.apply(book, pasted)
    assert [row["name"] for row in rows.values()] == [f"新{n}" for n in range(150)]
    assert book.draft.tombstones == set()


def test_a_short_line_of_a_paste_leaves_the_other_cells(book):
    entry.add_rows(book, "room", [{"name": "甲", "area": "60"}, {"name": "乙", "area": "61"}])
    entry.paste(book, "room", 0, ["name", "area"], [["丙"], ["丁", "62"], [], ["戊"]])
    told = [(row["name"], row["area"]) for row in book.draft.rows["room"].values()]
    assert told == [("丙", Decimal("60.00")), ("丁", Decimal("62.00")), ("戊", None)]


def test_a_field_that_no_record_has_is_no_cell(book):
    with pytest.raises(KeyError):
        entry.add_row(book, "room", {"nonsense": "1"})


def test_keys_of_new_rows_are_random_uuids():
    keys = new_keys(500)
    assert len(set(keys)) == 500
    for key in keys:
        made = uuid.UUID(hex=key)
        assert (made.version, made.variant, made.hex) == (4, uuid.RFC_4122, key)
    assert new_keys(0) == []
