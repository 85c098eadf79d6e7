"""接续: the state that another computer of the same school handed over becomes this workbook's.

The file says the whole state, so what only this computer has goes, and is shown before. What the file
does not state (a table, a column: a plain file has no personal ones) stays as it is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import journal
from db.problems import Problem
from db.records.catalog import LISTS, SCHOOL_RECORDS
from db.records.draft import empty_row
from db.records.edits import DeleteRow, InsertRow, SetCell, SetComplete, SetReason, runs
from db.records.personal_numbers import KEPT_HOME
from db.records.values import Unread
from db.tables import SENT, TAKEN, TOMBSTONE
from db.workbook import now, who
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import inspect
from eduapp.services.changes import Changes
from eduapp.services.differences import differences
from eduapp.services.hand_off import rounds
from eduapp.services.keys import writer
from eduapp.services.packing import draft_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from db.records.draft import Draft
    from db.records.edits import Edit
    from db.records.rows import Rows
    from eduapp.exchange.manifest import Manifest
    from eduapp.exchange.submission import Opened, Unverified
    from eduapp.exchange.text_tables import Table
    from eduapp.services.books import SchoolBook
    from eduapp.services.differences import CellDifference

BACKUP, WORDS = "接续前", "接续另一台电脑的上报文件"


class FileSigner(StrEnum):
    """What this school knows of the key that signed a file."""

    REGISTERED = "registered"
    OWN = "own"
    """The key that this computer had before it was restored."""
    UNKNOWN = "unknown"
    """There is no round file here: a person must say whether to go on."""


@dataclass(frozen=True)
class OfferedFile:
    """A file of another computer, before any table of it was read.

    `unseen` is the number of this computer's last submission when that computer had not taken it over
    (0: it had, or there is none): what was entered here since would then be lost.
    """

    path: Path
    content: bytes
    about: Unverified
    signer: FileSigner
    unseen: int

    @property
    def manifest(self) -> Manifest:
        """What the file says of itself."""
        return self.about.manifest


@dataclass(frozen=True)
class TakeOver:
    """What taking over would do: cell by cell, and as edits."""

    offer: OfferedFile
    changes: Changes
    differences: tuple[CellDifference, ...]
    rows_new: int
    rows_gone: int
    deleted: frozenset[tuple[str, str]] = frozenset()
    """(record, key) of rows that computer says were deleted and that were never here."""

    @property
    def plain(self) -> bool:
        """Whether the file has no personal fields: those here stay."""
        return not self.offer.about.sealed


def look(book: SchoolBook, path: Path) -> OfferedFile:
    """Open a file of another computer of this school, in memory; its tables stay unread.

    Raises Problem `passphrase-needed`, those of the strict reader, `take-other-school`,
    `take-other-year`, `take-practice`, `take-own`, `take-older`, `take-forked`, `take-not-registered`,
    `take-revoked`, `approved-closed`.
    """
    if book.approved:
        raise Problem("approved-closed")
    content = read_limited(path, MAX_BYTES)
    about = inspect(content, writer.archives_of(book.workbook))
    own = writer.writer_of(book.workbook)
    _require_same_school(book, about.manifest)
    if about.manifest.writer == own.id:
        raise Problem("take-own", path=path.name)
    _require_not_older(book, about)
    before = own.replaces.key if own.replaces else None
    signer = FileSigner.OWN if about.key == before else _require_registered(book, about)
    with book.workbook.transaction() as connection:
        query = select(func.max(SENT.c.seq)).where(SENT.c.writer == own.id)
        last = int(connection.execute(query).scalar() or 0)
    unseen = last if about.manifest.seen.get(own.id, 0) < last else 0
    return OfferedFile(path, content, about, signer, unseen)


def rehearse(book: SchoolBook, offer: OfferedFile, *, unchecked: bool = False) -> TakeOver:
    """Return what taking a file over would change; nothing is written.

    Raises Problem `take-unchecked` for an unknown signer unless a person said to go on (`unchecked`),
    `column-type`, `manifest-invalid`.
    """
    opened = offer.about.opened(lambda manifest, _: _require_asked(offer, manifest, unchecked=unchecked))
    tables, theirs = {table.name: table for table in opened.tables}, draft_of(opened)
    edits = tuple(_edits(book.draft, theirs, tables, opened))
    after = book.draft.copied()
    for kind, record, run in runs(edits):
        after.apply_run(kind, record, run)
    return TakeOver(
        offer,
        Changes(edits, WORDS),
        tuple(differences(book.draft, after)),
        rows_new=sum(isinstance(edit, InsertRow) for edit in edits),
        rows_gone=sum(isinstance(edit, DeleteRow) for edit in edits),
        deleted=frozenset(
            (record, key)
            for record, key in theirs.tombstones - after.tombstones
            if record in LISTS and key not in after.rows[record]
        ),
    )


def take(book: SchoolBook, taking: TakeOver) -> Changes:
    """Write what was rehearsed in one transaction, with the file itself; a backup is made first.

    From then on the workbook says that it has seen that submission, and goes before it. Raises Problem.
    """
    offer = taking.offer
    book.workbook.backup(BACKUP)

    def keep(connection: Connection) -> None:
        values = {
            "id": offer.about.id,
            "writer": offer.manifest.writer,
            "seq": offer.manifest.seq,
            "at": now(),
            "content": offer.content,
        }
        connection.execute(upsert(TAKEN).values(values).on_conflict_do_nothing())
        if taking.deleted:  # handed over as deleted once, they are named by whoever goes on
            gone = [{"record": record, "key": key} for record, key in sorted(taking.deleted)]
            connection.execute(upsert(TOMBSTONE).on_conflict_do_nothing(), gone)
        journal.note(connection, "taken", offer.about.id, who(), now())

    changes = book.commit(taking.changes.edits, taking.changes.text, keep)
    book.draft.tombstones |= taking.deleted
    return changes


def _require_same_school(book: SchoolBook, said: Manifest) -> None:
    facts = book.facts
    if said.school != facts.code:
        raise Problem("take-other-school", name=said.name, school=said.school, own=facts.code)
    if said.year != book.year:
        raise Problem("take-other-year", year=said.year, own=book.year)
    if said.practice != book.practice:
        raise Problem("take-practice")


def _require_not_older(book: SchoolBook, about: Unverified) -> None:
    """Refuse a step back behind what is known of that writer already."""
    said = about.manifest
    with book.workbook.transaction() as connection:
        rows = [
            (int(seq), str(id_))
            for table in (SENT, TAKEN)
            for seq, id_ in connection.execute(
                select(table.c.seq, table.c.id).where(table.c.writer == said.writer)
            )
        ]
    if not rows or about.id == max(rows)[1]:
        return
    known = max(rows)[0]
    if said.seq < known:
        raise Problem("take-older", seq=said.seq, known=known)
    if said.seq == known:
        raise Problem("take-forked", seq=said.seq)


def _require_registered(book: SchoolBook, about: Unverified) -> FileSigner:
    """Refuse a signer who is not in the register of this school; without a round file nobody knows."""
    if rounds.in_force(book) is None:
        return FileSigner.UNKNOWN
    found = next((key for key in rounds.own_school_keys(book) if key.key == about.key), None)
    if found is None:
        raise Problem("take-not-registered", digits=about.form_digits)
    if found.revoked is not None and found.revoked != about.id:
        raise Problem("take-revoked", digits=about.form_digits)
    return FileSigner.REGISTERED


def _require_asked(offer: OfferedFile, manifest: Manifest, *, unchecked: bool) -> None:
    if offer.signer is FileSigner.UNKNOWN and not unchecked:
        raise Problem("take-unchecked", name=manifest.name, digits=offer.about.form_digits)


def _edits(own: Draft, theirs: Draft, tables: Mapping[str, Table], opened: Opened) -> Iterator[Edit]:
    """Yield the edits that make `own` say what `theirs` says: rows that come, cells, rows that go."""
    for part in (_coming, _cells, _going):
        for name in SCHOOL_RECORDS:
            if name in tables:
                yield from part(name, own.rows[name], theirs.rows[name], tables[name].header)
    for name in LISTS:
        before, after = name in own.complete, name in theirs.complete
        if name in tables and before != after:
            yield SetComplete(name, before, after)
    for finding, text in opened.manifest.reasons.items():
        if own.reasons.get(finding, "") != text:
            yield SetReason(finding, own.reasons.get(finding, ""), text)


def _coming(record: str, own: Rows, theirs: Rows, header: Sequence[str]) -> Iterator[Edit]:
    for key, row in theirs.items():
        if key not in own:
            cells = {field: cell for field, cell in row.items() if field in header}
            yield InsertRow(record, key, theirs.position_of(key), empty_row(record) | cells)


def _cells(record: str, own: Rows, theirs: Rows, header: Sequence[str]) -> Iterator[Edit]:
    for field in SCHOOL_RECORDS[record].fields:
        if field in header:
            for key, row in theirs.items():
                kept = row[field] == Unread(KEPT_HOME)  # says nothing of the cell: what stands here stays
                if key in own and not kept and own[key][field] != row[field]:
                    yield SetCell(record, key, field, own[key][field], row[field])


def _going(record: str, own: Rows, theirs: Rows, _: Sequence[str]) -> Iterator[Edit]:
    for key, row in own.items() if SCHOOL_RECORDS[record].is_list else ():
        if key not in theirs:
            yield DeleteRow(record, key, own.position_of(key), dict(row))
