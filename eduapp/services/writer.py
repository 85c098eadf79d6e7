"""Who writes: one key per workbook on one computer, kept in the user's own folder.

Beside the key stands the last sequence number. A workbook that is behind it is a restored backup or
a copy: it gets a new writer, so one writer never says two things under one number.
"""

from __future__ import annotations

import base64
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from db.problems import Problem
from db.tables import SENT
from eduapp.exchange.signing import WriterKey
from eduapp.services.workbooks import data_folder

if TYPE_CHECKING:
    from db.workbook import Workbook


@dataclass(frozen=True)
class Writer:
    """A writer: its id, its key, and the last number it used."""

    id: str
    key: WriterKey
    last: int


def writer_of(workbook: Workbook) -> Writer:
    """Return the writer of a workbook on this computer, made anew where the design says so."""
    path = _path(workbook)
    known = _read(path) if path.exists() else None
    if known is not None and known.last <= _last_sent(workbook, known.id):
        return known
    fresh = Writer(uuid.uuid4().hex, WriterKey.generate(), 0)
    _write(path, fresh)
    return fresh


def mark(workbook: Workbook, writer: Writer, seq: int) -> None:
    """Write down the last number this writer used."""
    _write(_path(workbook), Writer(writer.id, writer.key, seq))


def _path(workbook: Workbook) -> Path:
    folder = data_folder() / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{workbook.meta['workbook']}.json"


def _last_sent(workbook: Workbook, writer: str) -> int:
    query = select(func.max(SENT.c.seq)).where(SENT.c.writer == writer)
    with workbook.transaction() as connection:
        return int(connection.execute(query).scalar() or 0)


def _read(path: Path) -> Writer:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Writer(raw["writer"], WriterKey.from_stored(base64.b64decode(raw["key"])), raw["last"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem("writer-key-damaged", path=str(path)) from error


def _write(path: Path, writer: Writer) -> None:
    """Replace the file whole, readable by its owner only."""
    content = {
        "writer": writer.id,
        "key": base64.b64encode(writer.key.to_stored()).decode(),
        "last": writer.last,
    }
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
