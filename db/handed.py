"""What a school handed over and took in: submissions of its own, those taken over, the county's round files.

The school's door to them, on `sqlite3` (decision 22); SQLModel's tables of the same names are the schema, and
a test holds both doors equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db import digests

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


class SentRow(NamedTuple):
    """A submission that was made, without its bytes; `at`: ISO time of this computer's clock."""

    id: str
    data_id: str
    seq: int
    state: str
    at: str
    file_name: str


def sent(door: sqlite3.Connection) -> tuple[SentRow, ...]:
    """Return the submissions that were made, newest first."""
    query = "SELECT id, data_id, seq, state, at, file_name FROM sent ORDER BY at DESC, seq DESC"
    return tuple(SentRow(*row) for row in door.execute(query))


def numbers(door: sqlite3.Connection, writer: str) -> list[tuple[int, str]]:
    """Return (number, id) of a writer's submissions, in order."""
    return door.execute("SELECT seq, id FROM sent WHERE writer = ? ORDER BY seq", (writer,)).fetchall()


def last_file(door: sqlite3.Connection, writer: str) -> str | None:
    """Return the name of the file of a writer's last submission; None where it made none."""
    query = "SELECT file_name FROM sent WHERE writer = ? ORDER BY seq DESC LIMIT 1"
    row = door.execute(query, (writer,)).fetchone()
    return None if row is None else str(row[0])


def content_of(door: sqlite3.Connection, submission: str) -> bytes | None:
    """Return the bytes of a submission that was made; None where it was not made here."""
    row = door.execute("SELECT content FROM sent WHERE id = ?", (submission,)).fetchone()
    return None if row is None else bytes(row[0])


def last_numbers(door: sqlite3.Connection) -> dict[str, int]:
    """Return the highest number of each writer, of submissions made here and of those taken over."""
    query = (
        "SELECT writer, max(seq) FROM (SELECT writer, seq FROM sent UNION ALL SELECT writer, seq FROM taken)"
        " GROUP BY writer"
    )
    return dict(door.execute(query))


def keep_sent(door: sqlite3.Connection, row: SentRow, writer: str, content: bytes) -> bool:
    """Keep a submission, in the caller's transaction; False where it is kept already."""
    if content_of(door, row.id) is not None:
        return False
    columns = row._asdict() | {"writer": writer, "content": content}
    digests.insert_rows(door, "sent", {name: [value] for name, value in columns.items()})
    return True


def round_files(door: sqlite3.Connection) -> Iterator[bytes]:
    """Yield the round files that were taken, newest first."""
    query = "SELECT content FROM round_file ORDER BY epoch DESC, version DESC"
    return (bytes(content) for (content,) in door.execute(query))


def keep_round(door: sqlite3.Connection, name: str, order: tuple[int, int], at: str, content: bytes) -> None:
    """Keep a round file by its id and (epoch, version), in the caller's transaction."""
    columns = {"id": name, "epoch": order[0], "version": order[1], "at": at, "content": content}
    digests.insert_rows(door, "round_file", {name: [value] for name, value in columns.items()})


def school_code(door: sqlite3.Connection) -> str:
    """Return the code that the school's workbook says; "" while it says none."""
    row = door.execute("SELECT code FROM school").fetchone()
    return str(row[0] or "") if row else ""
