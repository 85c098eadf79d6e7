"""The tables of a workbook: one per record, made from its declaration, and the program's own.

The source of the schema: `resources/schema.sql` is written from here, migrations lead here, some
queries of a school's hand-over are made of these. Loading it costs SQLAlchemy; what opens, edits and judges,
and all that a county does with its workbook, goes by `db.store` and `db.thin`.
SQLModel tables do not validate, which is wanted: the row keeps the draft, its kind judges it.
"""

from __future__ import annotations

import datetime
import sys
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeEngine
from sqlmodel import Field, SQLModel

from db.records import stored
from db.records.catalog import RECORDS
from db.records.spec import RecordSpec
from db.records.values import Kind, Scaled

KEY, POSITION = "id", "position"


class ScaledInteger(TypeDecorator[Decimal]):
    """Keeps a decimal as an integer: value × 10^places."""

    impl = Integer
    cache_ok = True

    def __init__(self, places: int) -> None:
        """Keep `places` decimal places."""
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Scale on the way in; a value with more places is a bug of the caller."""
        return None if value is None else stored.scaled(value, self.places)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Scale back on the way out."""
        return None if value is None else Decimal(value).scaleb(-self.places)


_COLUMNS: dict[type, type[TypeEngine[Any]]] = {
    str: String,
    int: Integer,
    bool: Boolean,
    datetime.date: Date,
}


def _column_of(kind: Kind) -> TypeEngine[Any]:
    return ScaledInteger(kind.places) if isinstance(kind, Scaled) else _COLUMNS[kind.python]()


def _table_of(spec: RecordSpec) -> Table:
    members: dict[str, Any] = {
        "__tablename__": spec.name,
        "__module__": __name__,
        "__annotations__": {KEY: str, POSITION: int}
        | {name: field.item.kind.python | None for name, field in spec.fields.items()},
        KEY: Field(primary_key=True),
        POSITION: Field(index=spec.is_list),
    }
    for name, field in spec.fields.items():
        column: Any = _column_of(field.item.kind)  # SQLModel's stubs know classes of types only
        members[name] = Field(default=None, sa_type=column)
    metaclass: Any = type(SQLModel)
    model = metaclass(f"{spec.model.__name__}Row", (SQLModel,), members, table=True)
    table: Table = model.__table__
    return table


RECORD_TABLES: dict[str, Table] = {name: _table_of(spec) for name, spec in RECORDS.items()}
metadata: MetaData = SQLModel.metadata

META = Table(
    "meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False)
)
UNREAD = Table(
    "unread",
    metadata,
    Column("record", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("text", String, nullable=False),
)
TOMBSTONE = Table(
    "tombstone",
    metadata,
    Column("record", String, primary_key=True),
    Column("key", String, primary_key=True),
)
COMPLETE = Table("complete", metadata, Column("record", String, primary_key=True))
REASON = Table(
    "reason", metadata, Column("finding", String, primary_key=True), Column("text", String, nullable=False)
)
PREVIOUS = Table(
    "previous_figure",
    metadata,
    Column("name", String, primary_key=True),
    Column("stage", String, primary_key=True),
    Column("value", String, nullable=False),
)
JOURNAL = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("record", String, nullable=False),
    Column("key", String, nullable=False),
    Column("field", String, nullable=False),
    Column("old", String),
    Column("new", String),
    sqlite_autoincrement=True,
)
SENT = Table(
    "sent",
    metadata,
    Column("id", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("writer", String, nullable=False),
    Column("state", String, nullable=False),
    Column("data_id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
RECEIPT = Table(
    "receipt",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The county's receipts as a school read them; `checked` is 1 when the county's digits had been typed."""
PHONED = Table(
    "phoned",
    metadata,
    Column("submission", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("at", String, nullable=False),
)
"""What the county said by telephone of a submission, proved by the 12 digits."""
ROUND_FILE = Table(
    "round_file",
    metadata,
    Column("id", String, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Round files: those a county issued, those a school accepted."""
PRINTED = Table(
    "printed",
    metadata,
    Column("paper", String, primary_key=True),
    Column("data_id", String, nullable=False),
    Column("at", String, nullable=False),
)
"""The last print of each paper of a school, and the data it showed."""
TAKEN = Table(
    "taken",
    metadata,
    Column("id", String, primary_key=True),
    Column("writer", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Submissions of the school's other computers whose state was taken over here."""

EXPECTED = Table(
    "expected_school",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("kind", String),
)
LIST_BEFORE = Table("list_before", metadata, Column("submission", String, primary_key=True))
"""Submissions whose school's word on campuses counted before that was the list's: until it is decided."""
ADMITTED = Table(
    "admitted_key",
    metadata,
    Column("public_key", String, primary_key=True),
    Column("school", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("how", String, nullable=False),
    Column("at", String, nullable=False),
    Column("archive", String),
    Column("before", String),
    Column("form", Integer, nullable=False, server_default="1"),
)
"""Who admitted which key; `before`: only for as long as that one passes it on. `archive` is that
computer's age recipient, so that its school can read there too. `form` is that of the proof: 1 covered the
key alone. `school` is the reference to a listed school (eduapp.services.merge.listing), the code of one that
was on no list then, and in rows of older releases."""
SUBMISSION = Table(
    "submission",
    metadata,
    Column("id", String, primary_key=True),
    Column("public_key", String, primary_key=True),
    Column("before", String),
    Column("school", String, nullable=False),
    Column("name", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("writer", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("prev", String),
    Column("seen", String, nullable=False),
    Column("state", String, nullable=False),
    Column("data_id", String, nullable=False),
    Column("practice", Integer, nullable=False),
    Column("file_name", String, nullable=False),
    Column("received", String, nullable=False),
    Column("read", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Submissions that are kept, accepted or not: which are follows from all of them and the decisions. `before`
is the key that signed for the signer's, `read` is 1 once the tables were read and found in order."""
UNKEPT = Table(
    "unkept",
    metadata,
    Column("id", String, primary_key=True),
    Column("public_key", String, primary_key=True),
    Column("school", String, nullable=False),
    Column("name", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("prev", String),
    Column("at", String, nullable=False),
)
"""Submissions of keys that nobody admitted, beyond what is kept of those: their bytes are not here."""
DECISION = Table(
    "decision",
    metadata,
    Column("id", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("submission", String, nullable=False),
    Column("over", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", String, nullable=False),
    Column("details", String, nullable=False, server_default="{}"),
    Column("signature", LargeBinary),
)
"""The chain of decisions. `submission` is "" where none is meant; `details` is JSON, by kind."""
LOG = Table(
    "intake_log",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("line", String, nullable=False),
    Column("link", String, nullable=False),
    Column("signature", LargeBinary),
)
"""The county's log of intake (eduapp.services.county.signed_log): `link` is the chain, `signature` stands on
the last line of every transaction that added to it."""
QUESTION = Table(
    "question",
    metadata,
    Column("id", String, primary_key=True),
    Column("school", String, nullable=False),
    Column("submission", String, nullable=False),
    Column("record", String, nullable=False),
    Column("key", String, nullable=False),
    Column("field", String, nullable=False),
    Column("base", String),
    Column("text", String, nullable=False),
    Column("at", String, nullable=False),
    Column("closed", String),
)
"""What the county asks about single cells; `base` is the cell's carried text when it was asked."""
REFUSED = Table(
    "refused",
    metadata,
    Column("id", String, primary_key=True),
    Column("public_key", String, primary_key=True, server_default=""),
    Column("flawed", Integer, nullable=False, server_default="0"),
    Column("before", String),
    Column("prev", String),
    Column("school", String, nullable=False),
    Column("name", String, nullable=False),
    Column("code", String, nullable=False),
    Column("text", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("at", String, nullable=False),
)
"""What no decision can make acceptable, by id and signer; of a file that cannot be read the digest of its
bytes and "". Its bytes are not kept. `flawed`: only its tables are no good; `before`, `prev` count."""
ISSUED = Table(
    "issued_receipt",
    metadata,
    Column("school", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The county's receipts; the same state gives the stored bytes again. `school` as in `ADMITTED`."""
LAST_ROUND = Table(
    "last_round",
    metadata,
    Column("school", String, primary_key=True),
    Column("stage", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("pupils", Integer, nullable=False),
    Column("numerator", String, nullable=False),
    Column("denominator", String, nullable=False),
)
"""What each section of the county had in the round before: its pupils and exact values by indicator."""
Index("submission_school", SUBMISSION.c.school)
KEPT_ENTRY = Table(
    "kept_entry",
    metadata,
    Column("place", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("mac", LargeBinary),
)
"""What was judged of a school's submission, so that it is not judged again: used for no other `key` than it
was made for, nor without its `mac` where the county has keys (eduapp.services.county.kept_entries)."""
DIGEST = Table(
    "row_digest", metadata, Column("name", String, primary_key=True), Column("total", Integer, nullable=False)
)
"""Of every other table the sum of its rows' digests (`db.digests`)."""


def schema() -> str:
    """Return the statements that make all tables, as `resources/schema.sql` keeps them."""
    dialect = sqlite.dialect()
    made = []
    for table in metadata.sorted_tables:
        made.append(CreateTable(table).compile(dialect=dialect))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [CreateIndex(each).compile(dialect=dialect) for each in indexes]
    lines = "".join(f"{str(each).strip()};\n" for each in made)
    return "".join(f"{line.rstrip()}\n".replace("\t", "    ") for line in lines.splitlines())


if __name__ == "__main__":
    sys.stdout.write(schema())
