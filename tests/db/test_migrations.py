"""What the migrations make is what the tables say."""

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Integer, create_engine, inspect

from db import migrations, workbook
from db.problems import texts
from db.records.catalog import LISTS, RECORDS
from db.tables import KEY, POSITION, RECORD_TABLES, ScaledInteger, metadata


@pytest.fixture
def raw():
    raw = sqlite3.connect(":memory:", isolation_level=None)
    migrations.upgrade(raw)
    yield raw
    raw.close()


@pytest.fixture
def connection(raw):
    engine = create_engine("sqlite://", creator=lambda: raw)
    with engine.connect() as connection:
        yield connection


def shape(raw):
    """Columns, keys and indexes of every table, whatever the wording of the statements."""
    names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: (
            sorted(row[1:] for row in raw.execute(f"PRAGMA table_xinfo({name})")),
            sorted(row[1:4] for row in raw.execute(f"PRAGMA index_list({name})")),
            sorted(raw.execute(f"PRAGMA foreign_key_list({name})")),
        )
        for name in names
    }


def test_a_new_file_has_the_tables_that_the_migrations_make(raw):
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrations.make_tables(fresh)
    assert shape(fresh) == shape(raw)
    assert migrations.revision(fresh) == migrations.revision(raw) == migrations.HEAD
    fresh.close()


@pytest.mark.slow
def test_the_migrated_tables_are_those_of_the_metadata(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []


def test_columns_keys_and_nullability_one_by_one(connection):
    found = inspect(connection)
    assert set(found.get_table_names()) == set(metadata.tables) | {"alembic_version"}
    for table in metadata.tables.values():
        columns = {each["name"]: each for each in found.get_columns(table.name)}
        assert set(columns) == set(table.columns.keys())
        for column in table.columns:
            assert columns[column.name]["nullable"] == column.nullable, f"{table.name}.{column.name}"
        primary = [column.name for column in table.primary_key]
        assert sorted(found.get_pk_constraint(table.name)["constrained_columns"]) == sorted(primary)
        wanted = {index.name for index in table.indexes}
        assert {each["name"] for each in found.get_indexes(table.name)} >= wanted


@pytest.mark.slow
def test_decimals_are_kept_in_integer_columns(connection):
    found = inspect(connection)
    scaled = [
        (t.name, c.name)
        for t in RECORD_TABLES.values()
        for c in t.columns
        if isinstance(c.type, ScaledInteger)
    ]
    assert len(scaled) > 10
    for table, name in scaled:
        (column,) = [each for each in found.get_columns(table) if each["name"] == name]
        assert isinstance(column["type"], Integer)


def test_the_head_is_the_newest_version_and_there_is_one_line_of_them():
    script = ScriptDirectory(migrations.__path__[0])
    assert script.get_heads() == [migrations.HEAD]


def test_a_new_file_is_neither_older_nor_newer(raw):
    assert migrations.revision(raw) == migrations.HEAD
    assert not migrations.is_older(raw)
    assert not migrations.is_newer(raw)


@pytest.mark.slow
def test_an_older_file_is_upgraded_after_a_backup(tmp_path):
    path = tmp_path / "旧.edubook"
    raw = sqlite3.connect(path)
    raw.execute(f"PRAGMA application_id={workbook.APPLICATION_ID}")
    raw.commit()
    raw.close()
    workbook.open_workbook(path).close()
    (copy,) = (tmp_path / "备份").iterdir()
    assert "升级前" in copy.name
    raw = sqlite3.connect(path)
    assert migrations.revision(raw) == migrations.HEAD
    raw.close()


def test_every_record_has_a_table_with_its_fields():
    for name, spec in RECORDS.items():
        assert RECORD_TABLES[name].columns.keys()[-2:] == [KEY, POSITION] or {KEY, POSITION} < set(
            RECORD_TABLES[name].columns.keys()
        )
        assert set(RECORD_TABLES[name].columns.keys()) - {KEY, POSITION} == set(spec.fields)
    assert all(RECORDS[name].is_list for name in LISTS)


@pytest.mark.parametrize(
    "code",
    [
        "workbook-exists",
        "folder-missing",
        "workbook-missing",
        "workbook-newer",
        "not-a-workbook",
        "workbook-damaged",
        "workbook-in-use",
        "disk-full",
        "workbook-read-only",
        "disk-error",
        "workbook-on-stick",
        "backup-failed",
    ],
)
def test_every_fault_of_a_workbook_says_what_happened_and_what_to_do(code):
    assert texts()[code]["what"].endswith("。")
    assert texts()[code]["do"].endswith("。")
