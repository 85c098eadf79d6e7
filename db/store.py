"""Reading and writing the records of a workbook.

SQLAlchemy Core only: mapped objects are 10 to 90 times too slow for a paste or a merge.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from db.records.catalog import SCHOOL_RECORDS
from db.records.draft import Draft
from db.records.edits import DeleteRow, Edit, InsertRow, SetCell, SetComplete, SetReason
from db.records.rows import Rows
from db.records.values import Unread
from db.tables import COMPLETE, KEY, POSITION, PREVIOUS, REASON, RECORD_TABLES, TOMBSTONE, UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import BindParameter, Connection


def load(connection: Connection, records: Iterable[str] = SCHOOL_RECORDS) -> Draft:
    """Read the whole draft of a school, or that of other records."""
    draft = Draft(rows={name: Rows() for name in records})
    for name, rows in draft.rows.items():
        table = RECORD_TABLES[name]
        fields = [column for column in table.c if column.name not in {KEY, POSITION}]
        names = [column.name for column in fields]
        query = select(table.c[KEY], table.c[POSITION], *fields).order_by(table.c[POSITION], table.c[KEY])
        for key, position, *values in connection.execute(query):
            rows.insert(key, position, dict(zip(names, values, strict=True)))
    for record, key, name, text in connection.execute(select(UNREAD)):
        if record in draft.rows:
            draft.rows[record][key][name] = Unread(text)
    draft.complete = {record for (record,) in connection.execute(select(COMPLETE.c.record))}
    draft.reasons = dict(connection.execute(select(REASON)).all())
    draft.tombstones = {(record, key) for record, key in connection.execute(select(TOMBSTONE))}
    draft.previous = {(name, stage): value for name, stage, value in connection.execute(select(PREVIOUS))}
    return draft


def write(connection: Connection, edits: Sequence[Edit]) -> None:
    """Write edits in order; runs of inserted or deleted rows of one record go as one statement."""
    for (kind, record), group in groupby(edits, key=lambda edit: (type(edit), getattr(edit, "record", ""))):
        run: list[Any] = list(group)
        if kind is InsertRow:
            _insert(connection, record, run)
        elif kind is DeleteRow:
            _delete(connection, record, run)
        elif kind is SetCell:
            _set_cells(connection, record, run)
        else:
            for edit in run:
                _write_one(connection, edit)


def _write_one(connection: Connection, edit: Edit) -> None:
    match edit:
        case SetComplete(record=record, new=True):
            connection.execute(upsert(COMPLETE).values(record=record).on_conflict_do_nothing())
        case SetComplete(record=record):
            connection.execute(delete(COMPLETE).where(COMPLETE.c.record == record))
        case SetReason():
            connection.execute(delete(REASON).where(REASON.c.finding == edit.finding))
            if edit.new:
                connection.execute(insert(REASON).values(finding=edit.finding, text=edit.new))


def _set_cells(connection: Connection, record: str, run: list[SetCell]) -> None:
    """Write a run of cells of one record, one statement a field: edits of different cells commute."""
    table = RECORD_TABLES[record]
    by_field: dict[str, dict[str, SetCell]] = {}
    for edit in run:
        by_field.setdefault(edit.field, {})[edit.key] = edit
    for name, last in by_field.items():
        statement = update(table).where(table.c[KEY] == bindparam("row")).values({name: bindparam("cell")})
        cells = [(edit.key, None if isinstance(edit.new, Unread) else edit.new) for edit in last.values()]
        connection.execute(statement, [{"row": key, "cell": cell} for key, cell in cells])
    for edit in run:
        if isinstance(edit.old, Unread):
            connection.execute(_unread_rows(record, edit.key).where(UNREAD.c.field == edit.field))
        if isinstance(edit.new, Unread):
            connection.execute(insert(UNREAD).values(_unread(record, edit.key, edit.field, edit.new)))


def _insert(connection: Connection, record: str, run: list[InsertRow]) -> None:
    rows = [
        {KEY: edit.key, POSITION: edit.position}
        | {name: None if isinstance(cell, Unread) else cell for name, cell in edit.cells.items()}
        for edit in run
    ]
    connection.execute(insert(RECORD_TABLES[record]), rows)
    texts = [
        _unread(record, edit.key, name, cell)
        for edit in run
        for name, cell in edit.cells.items()
        if isinstance(cell, Unread)
    ]
    if texts:
        connection.execute(insert(UNREAD), texts)
    back = (TOMBSTONE.c.record == record) & (TOMBSTONE.c.key == bindparam("row"))
    connection.execute(delete(TOMBSTONE).where(back), [{"row": edit.key} for edit in run])


def _delete(connection: Connection, record: str, run: list[DeleteRow]) -> None:
    table = RECORD_TABLES[record]
    keys = [{"row": edit.key} for edit in run]
    connection.execute(delete(table).where(table.c[KEY] == bindparam("row")), keys)
    connection.execute(_unread_rows(record, bindparam("row")), keys)
    connection.execute(insert(TOMBSTONE), [{"record": record, "key": edit.key} for edit in run])


def _unread(record: str, key: str, name: str, cell: Unread) -> dict[str, str]:
    return {"record": record, "key": key, "field": name, "text": cell.text}


def _unread_rows(record: str, key: str | BindParameter[str]) -> Any:  # noqa: ANN401 - a Delete whose generic no one needs
    return delete(UNREAD).where((UNREAD.c.record == record) & (UNREAD.c.key == key))
