"""What lies in a workbook's tables, read past the program with plain SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a closed workbook without the program; the connection is closed at the end."""
    raw = sqlite3.connect(path)
    try:
        yield raw
    finally:
        raw.close()


def journal_lines(path: Path) -> int:
    with plain(path) as raw:
        return int(raw.execute("SELECT count(*) FROM journal").fetchone()[0])


def sent_files(path: Path) -> dict[str, tuple[int, bytes]]:
    """Return number and bytes of what a school made, by id."""
    with plain(path) as raw:
        return {row[0]: (row[1], row[2]) for row in raw.execute("SELECT id, seq, content FROM sent")}


def kept_submissions(path: Path) -> dict[str, bytes]:
    """Return the bytes of what a county took in, by id."""
    with plain(path) as raw:
        return dict(raw.execute("SELECT id, content FROM submission"))
