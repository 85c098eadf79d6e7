"""Two doors to one workbook: what the thin one writes SQLModel reads, and the reverse, equal."""

import datetime
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, String, delete, insert, select, update

import resources
from db import handed, journal, store, tables, thin, workbook
from db.problems import Problem
from db.records import stored
from db.records.catalog import RECORDS
from db.records.choices import SCHOOL_KIND
from db.records.edits import DeleteRow, InsertRow, SetCell, SetComplete, SetReason
from db.records.values import Choice, Code, Day, Reference, Scaled, Unread, Whole, YesNo
from db.tables import KEY, POSITION, RECORD_TABLES

META = {"role": "school", "year": "2026"}


@pytest.fixture
def opened(tmp_path):
    with workbook.create(tmp_path / "甲校.edubook", META) as book:
        yield book


def values_of(kind):
    """Any value that a kind reads."""
    if isinstance(kind, Scaled):
        limit = 10 ** (10 + kind.places) - 1
        return st.integers(0, limit).map(lambda whole: Decimal(whole).scaleb(-kind.places))
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, YesNo):
        return st.booleans()
    if isinstance(kind, Day):
        return st.dates()
    if isinstance(kind, Choice):
        return st.sampled_from([code for code, _ in kind.options])
    if isinstance(kind, Reference):
        return st.uuids().map(lambda each: each.hex)
    alphabet = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs"])
    return st.text("0123456789ab" if isinstance(kind, Code) else alphabet, max_size=12)


def cells_of(record, *, unread):
    return st.fixed_dictionaries(
        {
            name: st.none()
            | values_of(field.item.kind)
            | (st.text("很x1", min_size=1).map(Unread) if unread else st.nothing())
            for name, field in RECORDS[record].fields.items()
        }
    )


def rows_of(unread):
    return st.lists(
        st.sampled_from(sorted(RECORDS)).flatmap(
            lambda record: st.tuples(st.just(record), cells_of(record, unread=unread))
        ),
        max_size=6,
    )


def read_by_sqlmodel(opened):
    """All rows of all records, by SQLAlchemy Core on the declared tables."""
    with opened.transaction() as connection:
        return {
            (name, row[KEY]): dict(row)
            for name, table in RECORD_TABLES.items()
            for row in connection.execute(select(table)).mappings()
        }


def empty(opened):
    with opened.transaction() as connection:
        for table in (*RECORD_TABLES.values(), tables.UNREAD, tables.TOMBSTONE):
            connection.execute(delete(table))


same_workbook = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.slow
@same_workbook
@given(found=rows_of(unread=True))
def test_what_the_thin_door_writes_is_read_by_sqlmodel(opened, found):
    empty(opened)
    opened.apply([InsertRow(record, f"{at:032x}", at, cells) for at, (record, cells) in enumerate(found)])
    known = {
        (record, f"{at:032x}"): {KEY: f"{at:032x}", POSITION: at}
        | {name: None if isinstance(cell, Unread) else cell for name, cell in cells.items()}
        for at, (record, cells) in enumerate(found)
    }
    assert read_by_sqlmodel(opened) == known


@pytest.mark.slow
@same_workbook
@given(found=rows_of(unread=False))
def test_what_sqlmodel_writes_is_read_by_the_thin_door(opened, found):
    empty(opened)
    with opened.transaction() as connection:
        for at, (record, cells) in enumerate(found):
            connection.execute(
                insert(RECORD_TABLES[record]).values({KEY: f"{at:032x}", POSITION: at} | cells)
            )
    with opened.writing() as door:
        draft = store.load(door, RECORDS)
    for at, (record, cells) in enumerate(found):
        assert draft.rows[record][f"{at:032x}"] == cells
        assert draft.rows[record].position_of(f"{at:032x}") == at
    assert sum(map(len, draft.rows.values())) == len(found)


def test_every_edit_and_its_journal_line_is_read_by_the_other_door(opened):
    key, cells = "0" * 32, dict.fromkeys(RECORDS["room"].fields)
    edits = [
        InsertRow("room", key, 1, cells | {"area": Unread("很大")}),
        SetCell("room", key, "area", Unread("很大"), Decimal("60.5000")),
        SetCell("room", key, "multimedia", None, True),
        InsertRow("room", "1" * 32, 2, cells),
        DeleteRow("room", "1" * 32, 2, cells),
        SetComplete("room", False, True),
        SetReason("a finding", "", "说明"),
    ]
    opened.apply(edits)
    with opened.transaction() as connection:
        row = connection.execute(select(RECORD_TABLES["room"])).mappings().one()
        assert (row["area"], row["multimedia"]) == (Decimal("60.5"), True)
        assert connection.execute(select(tables.UNREAD)).all() == []
        assert connection.execute(select(tables.TOMBSTONE)).all() == [("room", "1" * 32)]
        assert connection.execute(select(tables.COMPLETE)).all() == [("room",)]
        assert connection.execute(select(tables.REASON)).all() == [("a finding", "说明")]
        lines = connection.execute(select(tables.JOURNAL).where(tables.JOURNAL.c.key == key)).all()
        assert [line[1:] for line in lines] == [
            (each.at, each.who, each.record, each.key, each.field, each.old, each.new)
            for each in journal.entries(connection, "room", key)
        ]
        assert [(line.field, line.old, line.new) for line in lines[1:]] == [
            ("area", "很大", "60.5000"),
            ("multimedia", None, "1"),
        ]
    opened.set_meta(place="room", year="2027")
    with opened.transaction() as connection:
        assert dict(connection.execute(select(tables.META)).all()) == META | {"place": "room", "year": "2027"}


OWN = sorted(
    (each for each in tables.metadata.sorted_tables if each.name not in {*RECORD_TABLES, tables.DIGEST.name}),
    key=lambda table: table.name,
)
"""The program's own tables: what `db.thin` reads and writes."""
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)


def cell_of(column):
    kinds = {String: WORDS, LargeBinary: st.binary(max_size=8)}
    found = kinds.get(type(column.type), st.integers(-(2**63), 2**63 - 1))
    return found | st.none() if column.nullable else found


def lines_of(table):
    """Rows of a table, no two with one primary key."""
    row = st.fixed_dictionaries({column.name: cell_of(column) for column in table.columns})
    key = [column.name for column in table.primary_key]
    return st.lists(row, max_size=5, unique_by=lambda line: tuple(line[name] for name in key))


def by_key(table, rows):
    return {tuple(row[column.name] for column in table.primary_key): dict(row) for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
@settings(same_workbook, max_examples=12)
@given(data=st.data())
def test_every_table_of_the_programs_own_is_one_through_both_doors(opened, table, data):
    names, key = [column.name for column in table.columns], [column.name for column in table.primary_key]
    rows = data.draw(lines_of(table))
    for write_thin in (True, False):
        with opened.transaction() as connection:
            thin.delete(connection, table.name)
            if write_thin:
                thin.insert(connection, table.name, rows)
            elif rows:
                connection.execute(insert(table), rows)
            mapped = by_key(table, connection.execute(select(table)).mappings())
        with opened.reading() as door:
            read = by_key(table, thin.select_named(door, table.name, names))
        assert read == mapped == by_key(table, rows)
    if rows and names != key:
        _one_row_is_changed_and_goes(opened, table, rows, data)


def _one_row_is_changed_and_goes(opened, table, rows, data):
    """`update`, `put`, `has` and `delete` mean the row they name, also where nothing stands in it."""
    key = [column.name for column in table.primary_key]
    place = {name: rows[0][name] for name in key}
    fresh, last = ({**data.draw(lines_of(table).filter(bool))[0], **place} for _ in range(2))
    with opened.writing() as door:
        thin.put(door, table.name, [fresh], key)
    assert _mapped(opened, table) == by_key(table, [*rows[1:], fresh])
    with opened.writing() as door:
        assert thin.update(door, table.name, place, last) == 1
    assert _mapped(opened, table) == by_key(table, [*rows[1:], last])
    with opened.writing() as door:
        assert thin.has(door, table.name, last)
        assert thin.delete(door, table.name, last) == 1
        assert not thin.has(door, table.name, place)
        assert thin.delete(door, table.name, last) == 0
    assert _mapped(opened, table) == by_key(table, rows[1:])


def _mapped(opened, table):
    with opened.transaction() as connection:
        return by_key(table, connection.execute(select(table)).mappings())


def test_a_column_that_is_not_there_is_an_error_and_no_text(opened):
    with pytest.raises(sqlite3.OperationalError), opened.writing() as door:
        list(thin.select(door, "meta", ("name", "valu")))
    with pytest.raises(sqlite3.OperationalError), opened.writing() as door:
        thin.update(door, "meta", {"nam": "role"}, {"value": ""})


def test_rows_come_in_the_order_that_is_asked_for(opened):
    with opened.writing() as door:
        rows = thin.select(door, "meta", ("value",), order="name DESC LIMIT 1")
        assert list(rows) == [(META["year"],)]


WRITERS = st.sampled_from(["a" * 32, "b" * 32, "c" * 32])
NUMBERED = st.lists(st.tuples(WRITERS, st.integers(1, 9)), unique=True, max_size=8)


def sent_rows(found):
    """A row of `sent` for each (writer, number), by column; two of a second apart, two of the same."""
    return [
        {"id": f"{at:032x}", "seq": seq, "writer": writer, "state": "draft", "data_id": f"{at:064x}"}
        | {"at": f"2026-09-01T08:00:{at // 2:02}+08:00", "file_name": f"21430001{at}_甲_{seq}.edusub"}
        | {"content": bytes([at, 0, 255])}
        for at, (writer, seq) in enumerate(found)
    ]


@pytest.mark.slow
@same_workbook
@given(found=NUMBERED, taken=NUMBERED, by_thin=st.booleans())
def test_what_was_handed_over_is_the_same_through_both_doors(opened, found, taken, by_thin):
    rows, others = sent_rows(found), sent_rows(taken)
    with opened.transaction() as connection:
        for table in (tables.SENT, tables.TAKEN):
            connection.execute(delete(table))
        for row in others:
            said = {name: row[name] for name in ("id", "writer", "seq", "at", "content")}
            connection.execute(insert(tables.TAKEN).values(said))
        if not by_thin:
            for row in rows:
                connection.execute(insert(tables.SENT).values(row))
    if by_thin:
        with opened.writing() as door:
            for row in rows:
                said = handed.SentRow(**{name: row[name] for name in handed.SentRow._fields})
                assert handed.keep_sent(door, said, row["writer"], row["content"])
                assert not handed.keep_sent(door, said, row["writer"], b"")
    sent = tables.SENT.c
    columns = [sent[name] for name in handed.SentRow._fields]
    with opened.transaction() as connection:
        assert [dict(row) for row in connection.execute(select(tables.SENT)).mappings()] == rows
        newest = connection.execute(select(*columns).order_by(sent.at.desc(), sent.seq.desc())).all()
    last = {}
    for row in rows + others:
        last[row["writer"]] = max(row["seq"], last.get(row["writer"], 0))
    with opened.reading() as door:
        assert list(handed.sent(door)) == [tuple(row) for row in newest]
        assert handed.last_numbers(door) == last
        for writer in {row["writer"] for row in rows} | {"d" * 32}:
            own = sorted((row["seq"], row["id"], row["file_name"]) for row in rows if row["writer"] == writer)
            assert handed.numbers(door, writer) == [each[:2] for each in own]
            assert handed.last_file(door, writer) == (own[-1][2] if own else None)
        for row in rows:
            assert handed.content_of(door, row["id"]) == row["content"]
        assert handed.content_of(door, "none") is None


@same_workbook
@given(
    orders=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), unique=True, max_size=6),
    by_thin=st.booleans(),
)
def test_round_files_are_the_same_through_both_doors(opened, orders, by_thin):
    rows = [
        {"id": f"{at:064x}", "epoch": epoch, "version": version, "at": "2026-09-01", "content": bytes([at])}
        for at, (epoch, version) in enumerate(orders)
    ]
    with opened.transaction() as connection:
        connection.execute(delete(tables.ROUND_FILE))
        for row in [] if by_thin else rows:
            connection.execute(insert(tables.ROUND_FILE).values(row))
    with opened.writing() as door:
        for row in rows if by_thin else []:
            handed.keep_round(door, row["id"], (row["epoch"], row["version"]), row["at"], row["content"])
        newest = sorted(rows, key=lambda row: (row["epoch"], row["version"]), reverse=True)
        assert list(handed.round_files(door)) == [row["content"] for row in newest]
    with opened.transaction() as connection:
        assert [dict(row) for row in connection.execute(select(tables.ROUND_FILE)).mappings()] == rows


def test_the_code_of_a_school_is_the_same_through_both_doors(opened):
    with opened.reading() as door:
        assert handed.school_code(door) == ""
    empty_cells = dict.fromkeys(RECORDS["school"].fields)
    opened.apply([InsertRow("school", "-", 1, empty_cells)])
    with opened.reading() as door:
        assert handed.school_code(door) == ""
    with opened.transaction() as connection:
        connection.execute(update(RECORD_TABLES["school"]).values(code="2143000123"))
    with opened.reading() as door:
        assert handed.school_code(door) == "2143000123"


def test_both_doors_stand_in_one_transaction(opened):
    def fail(connection):
        connection.execute(update(tables.META).values(value="?"))
        raise Problem("approved-closed")

    with pytest.raises(Problem):
        opened.apply([SetComplete("room", False, True)], fail)
    with opened.writing() as door:
        assert door.execute("SELECT count(*) FROM complete").fetchone() == (0,)
        assert dict(door.execute("SELECT name, value FROM meta")) == META


@pytest.mark.parametrize(
    ("field", "lies"),
    [
        ("multimedia", 7),
        ("multimedia", "是"),
        ("area", "x"),
        ("area", 1.5),
        ("kind", b"31"),
        ("built_year", "x"),
    ],
)
def test_what_no_kind_writes_is_damage(opened, field, lies):
    opened.apply([InsertRow("room", "0" * 32, 1, dict.fromkeys(RECORDS["room"].fields))])
    with opened.writing() as door:
        door.execute(f"UPDATE room SET {field} = ?", (lies,))  # noqa: S608 - named above
    with pytest.raises(Problem) as raised, opened.writing() as door:
        store.load(door)
    assert raised.value.code == "workbook-damaged"


@pytest.mark.parametrize("text", ["2026-13-01", "", "二〇二六"])
def test_a_date_that_is_none_is_damage(text):
    assert stored.from_column(Day(), ["2026-09-01", None]) == [datetime.date(2026, 9, 1), None]
    with pytest.raises(stored.Misstored):
        stored.from_column(Day(), ["2026-09-01", text])


def test_a_code_of_no_table_is_not_what_a_choice_writes():
    assert stored.from_column(SCHOOL_KIND, ["211", None]) == ["211", None]
    with pytest.raises(stored.Misstored):
        stored.from_column(SCHOOL_KIND, ["211", "999"])


def test_the_shipped_schema_is_what_the_tables_say():
    assert resources.read_text("schema.sql") == tables.schema(), (
        "write it anew: python -m db.tables > schema.sql; mv schema.sql resources/"
    )
