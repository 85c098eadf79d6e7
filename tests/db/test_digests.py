"""Row digests: kept by whoever writes, equal to a full count, and damage is always said."""

import contextlib
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from db import backups, digests, migrations, tables, workbook
from db.problems import Problem
from db.records.catalog import RECORDS
from eduapp.services import entry, workbooks
from eduapp.services.workbooks import NewSchool
from tests.faults import flips
from tests.faults.tally import Tally

NEW = NewSchool("2143000001", "甲校", "211", 2026)
HISTORY = sorted((Path(__file__).parents[1] / "history").glob("*/school.edubook"))


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A small school with rows, unread text, ticks, reasons and stored files."""
    path = tmp_path_factory.mktemp("image") / "甲校.edubook"
    with workbooks.create_school(path, NEW) as book:
        entry.add_rows(book, "room", [{"name": f"{n}室", "area": "60.5"} for n in range(900)])
        entry.add_row(book, "room", {"name": "大", "area": "很大"})
        entry.set_complete(book, "room", complete=True)
        entry.set_reason(book, "some finding", "说明")
        with book.workbook.transaction() as connection:
            sent = {"seq": 1, "writer": "w", "state": "final", "data_id": "d", "at": "a", "file_name": "f"}
            for n in range(3):
                content = random.Random(n).randbytes(5000)
                connection.execute(insert(tables.SENT).values(id=str(n), content=content, **sent))
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, image):
    path = tmp_path / "甲校.edubook"
    path.write_bytes(image)
    return path


def said(path):
    with pytest.raises(Problem) as raised:
        workbook.open_workbook(path)
    return raised.value.code


def by_hand(path, *statements):
    with closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            raw.execute(statement)


# --- kept ---


def test_every_table_but_their_own_has_a_sum(path):
    by_hand(path)
    with closing(sqlite3.connect(path)) as raw:
        kept = {name for (name,) in raw.execute("SELECT name FROM row_digest")}
    assert kept == (set(tables.metadata.tables) | {"alembic_version"}) - {digests.TABLE}


COUNTS = st.lists(
    st.sampled_from(["insert", "replace", "upsert", "update", "delete", "all", "half", "undone", "blob"]),
    max_size=12,
)
KEYS = st.integers(0, 4).map(str)


def _act(connection, act, key):
    meta, sent = tables.META, tables.SENT
    match act:
        case "insert":
            connection.execute(insert(meta).prefix_with("OR IGNORE").values(name=key, value=f"v{key}"))
        case "replace":
            connection.execute(insert(meta).prefix_with("OR REPLACE").values(name=key, value="replaced"))
        case "upsert":
            written = upsert(meta).values(name=key, value="upserted")
            connection.execute(written.on_conflict_do_update(set_={"value": written.excluded.value}))
        case "update":
            connection.execute(update(meta).where(meta.c.name == key).values(value=f"{key}!"))
        case "delete":
            connection.execute(delete(meta).where(meta.c.name == key))
        case "all":
            connection.execute(delete(tables.RECORD_TABLES["room"]))
        case "half":
            savepoint = connection.begin_nested()
            connection.execute(insert(meta).prefix_with("OR REPLACE").values(name=key, value="half"))
            savepoint.rollback()
        case "undone":
            raise Problem("approved-closed")
        case "blob":
            connection.execute(update(sent).values(content=key.encode() * 9, seq=int(key)))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(acts=st.lists(st.tuples(COUNTS, KEYS), max_size=4), seed=st.integers(0, 99))
def test_the_sums_are_those_of_a_full_count_after_any_writes(tmp_path, image, acts, seed):
    path = tmp_path / f"{seed}.edubook"
    path.write_bytes(image)
    with workbooks.open_school(path) as book:
        for steps, key in acts:
            with contextlib.suppress(Problem), book.workbook.transaction() as connection:
                for step in steps:
                    _act(connection, step, key)
            entry.set_cell(book, "section_total", "primary", "pupils", key)
            with book.workbook.reading() as raw:
                assert digests.differing(raw) == []
    workbook.open_workbook(path).close()


def test_a_restored_copy_and_its_new_facts_agree(path):
    with workbook.open_workbook(path) as opened:
        copy = opened.backup("导入前")
    workbook.restore(path, copy, lambda own, present: own | {"workbook": "new"})
    with workbook.open_workbook(path) as opened:
        assert opened.meta["workbook"] == "new"


@pytest.mark.slow
@pytest.mark.parametrize("old", HISTORY, ids=lambda each: each.parent.name)
def test_an_older_workbook_gets_its_sums_when_it_is_upgraded(old, tmp_path):
    path = Path(shutil.copy(old, tmp_path / "校.edubook"))
    with closing(backups.read_only(path)) as raw:
        assert not digests.are_kept(raw)
    workbook.open_workbook(path).close()
    with closing(backups.read_only(path)) as raw:
        assert digests.are_kept(raw)
        assert digests.differing(raw) == []
    workbook.open_workbook(path).close()


# --- said ---


PAST_THE_PROGRAM = [
    "UPDATE room SET area = area + 1 WHERE name = '7室'",
    "UPDATE room SET name = '八室' WHERE name = '7室'",
    "DELETE FROM room WHERE name = '7室'",
    "INSERT INTO complete VALUES ('teacher')",
    "UPDATE reason SET text = '别的说明'",
    "UPDATE unread SET text = '很小'",
    "UPDATE meta SET value = '1' WHERE name = 'approved'",
    "UPDATE sent SET content = zeroblob(5000) WHERE id = '1'",
    "UPDATE journal SET who = '别人'",
    "DELETE FROM journal",
    "DELETE FROM row_digest WHERE name = 'journal'",
    "UPDATE row_digest SET total = total + 1 WHERE name = 'room'",
    "INSERT INTO row_digest VALUES ('nowhere', 0)",
]


@pytest.mark.parametrize("harm", PAST_THE_PROGRAM)
def test_what_was_written_past_the_program_is_damage(path, harm):
    by_hand(path, harm)
    assert said(path) == "workbook-damaged"


@pytest.mark.parametrize("harm", PAST_THE_PROGRAM)
def test_it_is_damage_to_who_loads_it_too(path, harm):
    by_hand(path, harm)
    with pytest.raises(Problem) as raised:
        workbooks.open_school(path)
    assert raised.value.code == "workbook-damaged"


@pytest.mark.parametrize("door", ["reading", "writing", "transaction"])
def test_no_door_gives_records_that_nobody_counted(path, door):
    by_hand(path, "UPDATE room SET area = area + 1 WHERE name = '7室'")
    with (
        workbook.open_to_load(path) as opened,
        pytest.raises(Problem) as raised,
        getattr(opened, door)(),
    ):
        pass
    assert raised.value.code == "workbook-damaged"


def test_nothing_is_written_before_the_sums_are_followed(path):
    with (
        workbook.open_workbook(path) as opened,
        pytest.raises(Problem),
        opened.reading() as raw,
    ):
        raw.execute("DELETE FROM reason")


@pytest.mark.parametrize(
    "harm",
    [
        "CREATE TRIGGER evil AFTER UPDATE ON room BEGIN UPDATE meta SET value = 'x'; END",
        "CREATE VIEW evil AS SELECT * FROM room",
        "CREATE TABLE evil (x)",
        "CREATE VIRTUAL TABLE evil USING fts5(x)",
        "CREATE INDEX evil ON room (area)",
        "CREATE UNIQUE INDEX evil ON reason (text)",
        "DROP INDEX ix_room_position",
        "ALTER TABLE room ADD COLUMN evil",
        "ALTER TABLE room DROP COLUMN shared",
        "ALTER TABLE room RENAME COLUMN shared TO evil",
        "DROP TABLE reason",
    ],
)
def test_what_none_of_ours_made_is_damage(path, harm):
    by_hand(path, harm)
    assert said(path) == "workbook-damaged"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("text VARCHAR NOT NULL", "text BLOB NOT NULL"),
        ("text VARCHAR NOT NULL", "text VARCHAR"),
        ("text VARCHAR NOT NULL", "text VARCHAR NOT NULL DEFAULT 'x'"),
        ("text VARCHAR NOT NULL", "text VARCHAR NOT NULL CHECK (text > '')"),
        ("text VARCHAR NOT NULL", "text VARCHAR NOT NULL COLLATE NOCASE"),
        ("text VARCHAR NOT NULL", "text VARCHAR NOT NULL REFERENCES meta (name)"),
        ("PRIMARY KEY (finding)", "PRIMARY KEY (text)"),
        ("PRIMARY KEY (finding)", "PRIMARY KEY (finding), UNIQUE (text)"),
    ],
)
def test_a_table_made_otherwise_is_damage(path, was, now):
    with closing(sqlite3.connect(path)) as raw, raw:
        (made,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'reason'").fetchone()
        assert was in made
        rows = raw.execute("SELECT finding, text FROM reason").fetchall()
        raw.execute("DROP TABLE reason")
        raw.execute(made.replace(was, now))
        raw.executemany("INSERT INTO reason (finding, text) VALUES (?, ?)", rows)
    assert said(path) == "workbook-damaged"


@pytest.mark.parametrize("old", HISTORY, ids=lambda each: each.parent.name)
def test_a_trigger_in_an_older_workbook_never_runs(old, tmp_path):
    path = Path(shutil.copy(old, tmp_path / "校.edubook"))
    by_hand(path, "CREATE TRIGGER evil AFTER INSERT ON meta BEGIN DELETE FROM room; END")
    before = path.read_bytes()
    assert said(path) == "workbook-damaged"
    assert path.read_bytes() == before


def test_a_new_file_says_the_schema_word_for_word(path):
    with closing(sqlite3.connect(path)) as raw:
        assert migrations._is_word_for_word(raw)
        assert not migrations.is_altered(raw)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE sqlite_master SET tbl_name = 'room' WHERE name = 'sqlite_autoindex_reason_1'",
        "UPDATE sqlite_master SET name = 'ix_room_positiom' WHERE name = 'ix_room_position'",
        "UPDATE sqlite_master SET sql = sql || ' ' WHERE name = 'reason'",
    ],
)
def test_another_schema_is_not_word_for_word(path, harm):
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute(harm)
    with closing(sqlite3.connect(path)) as raw:
        try:
            same = migrations._is_word_for_word(raw)
        except sqlite3.DatabaseError:  # SQLite itself refuses it
            same = False
    assert not same


def test_a_row_that_its_index_does_not_know_is_damage(path):
    with closing(sqlite3.connect(path)) as raw:
        key = raw.execute("SELECT id FROM room LIMIT 1").fetchone()[0].encode()
    whole = path.read_bytes()
    places = [at for at in range(len(whole)) if whole.startswith(key, at)]
    seen = set()
    for at in places:  # in the table, in the index of its key, in the journal
        path.write_bytes(whole[:at] + b"0" * 31 + b"z" + whole[at + 32 :])
        seen.add(said(path))
    assert len(places) >= 3
    assert seen == {"workbook-damaged"}


def test_text_that_is_no_text_is_damage(path):
    by_hand(path, "UPDATE reason SET text = CAST(x'ff41' AS TEXT)")
    assert said(path) == "workbook-damaged"


@pytest.mark.slow
def test_bits_turned_at_random_are_said(path, tmp_path):
    """The long form, over schools and counties, is `./run faults`."""
    tally = Tally("bits")
    flips.turn(path, tmp_path, random.Random(5), 150, tally)
    assert tally.broken == []
    assert tally.faults == 150
    assert tally.seen["workbook-damaged"] > 20


@pytest.mark.slow
def test_a_silent_change_would_be_seen(path, tmp_path, monkeypatch):
    monkeypatch.setattr(digests, "differing_but", lambda raw, later: [])
    monkeypatch.setattr(flips, "open_to_load", workbook.open_workbook)
    tally = Tally("bits")
    flips.turn(path, tmp_path, random.Random(5), 150, tally)
    assert tally.broken


def test_what_the_thin_door_reads_is_selected_by_the_other(path):
    with workbook.open_workbook(path) as opened, opened.transaction() as connection:
        found = connection.execute(select(tables.DIGEST.c.total).where(tables.DIGEST.c.name == "room"))
        with opened.reading() as raw:
            kept = raw.execute("SELECT total FROM row_digest WHERE name = 'room'").fetchone()
        assert found.one() == kept


# --- many rows at once ---


@pytest.mark.parametrize("count", [digests._MANY - 1, digests._MANY, digests._MANY + 1, 700])
def test_many_rows_take_their_digests_in_as_single_ones_do(path, count):
    texts = [
        {"name": f"{n}甲", "area": "60.5" if n % 3 else "很大", "kind": "普通教室"} for n in range(count)
    ]
    with workbooks.open_school(path) as book:
        pasted = entry.add_rows(book, "room", texts)
        entry.apply(book, pasted.inverse())
        entry.apply(book, pasted)
        with book.workbook.reading() as raw:
            assert digests.differing(raw) == []
        entry.add_row(book, "room", {"name": "后来"})
        with book.workbook.reading() as raw:
            assert digests.differing(raw) == []
    workbook.open_workbook(path).close()


def test_many_rows_that_fail_leave_the_sums_and_what_keeps_them(path):
    with workbooks.open_school(path) as book:
        taken = book.draft.rows["room"].key_at(0)
        columns = {name: [None] * 100 for name in ("id", "position", *RECORDS["room"].fields)}
        columns |= {"id": [f"{n:032x}" for n in range(99)] + [taken], "position": list(range(100))}
        with book.workbook.transaction() as connection:
            raw = connection.connection.driver_connection
            savepoint = connection.begin_nested()
            with pytest.raises(sqlite3.IntegrityError):
                digests.insert_rows(raw, "room", columns)
            savepoint.rollback()
        with pytest.raises(sqlite3.IntegrityError), book.workbook.writing() as raw:
            digests.insert_rows(raw, "room", columns)
        entry.add_row(book, "room", {"name": "后来"})
        with book.workbook.reading() as raw:
            assert digests.differing(raw) == []


def test_rows_that_sqlite_would_keep_otherwise_are_left_to_it(path):
    columns = {name: [None] * 100 for name in ("id", "position", *RECORDS["room"].fields)}
    columns |= {"id": [f"{n:032x}" for n in range(100)], "position": [str(n) for n in range(100)]}
    with workbooks.open_school(path) as book:
        with book.workbook.writing() as raw:
            digests.insert_rows(raw, "room", columns)
        with book.workbook.reading() as raw:
            assert digests.differing(raw) == []


def test_an_opening_counts_each_table_once(tmp_path, monkeypatch):
    path, counted, sum_ = tmp_path / "甲校.edubook", [], digests._sum

    def noting(raw, table, *rest):
        counted.append(table)
        return sum_(raw, table, *rest)

    with workbook.create(path, {"role": "county", "year": "2026"}):
        pass
    monkeypatch.setattr(digests, "_sum", noting)
    with workbook.open_to_load(path) as again:
        for _ in range(2):
            with again.reading() as door:
                names = {name for (name,) in door.execute("SELECT name FROM row_digest")}
    assert sorted(counted) == sorted(names)
