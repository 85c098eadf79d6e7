"""A workbook of the school, or a submission of its own, into the workbook that is open.

Of another year only what lasts is taken (teachers, rooms, grounds, equipment): last year's figures never
fill this year's blanks. Of the same year every list and every figure that is said. What has no name in
the file (a plain submission has no personal fields) says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from db import files
from db.problems import Problem
from db.records.catalog import LISTS, SCHOOL_RECORDS
from db.records.personal_numbers import KEPT_HOME
from db.records.values import Reference, Unread
from eduapp.exchange.container import MAX_BYTES, looks_like_container
from eduapp.exchange.list_reading import RowPlace
from eduapp.exchange.profiles import OWN, Export, MadeRow, Profile, TotalCell
from eduapp.services import entry, workbooks
from eduapp.services.carrying import CARRIED_LISTS
from eduapp.services.importing_exports import take_export
from eduapp.services.pairing import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from db.records.draft import Draft
    from db.records.spec import Field
    from db.records.values import Cell
    from eduapp.exchange.manifest import Manifest
    from eduapp.services.answers import Answers
    from eduapp.services.books import SchoolBook
    from eduapp.services.import_reports import ImportReport

SQLITE: Final = b"SQLite format 3\0"
WORKBOOK: Final = Profile("workbook", "本校的工作簿或上报文件", OWN, {})
SUBMISSION: Final = Profile("submission", "本校的上报文件", OWN, {})
_OWN: Final = frozenset({"name", "code", "kind"})
"""What a workbook says of itself and takes from no other."""


@dataclass(frozen=True)
class _Theirs:
    """A book to show cells of: the records alone."""

    draft: Draft


def is_own(path: Path) -> bool:
    """Whether a file is a workbook or a submission, by its first bytes; what cannot be read is neither."""
    try:
        head = files.read(path, 64)
    except OSError:
        return False
    if head.startswith(SQLITE) or looks_like_container(head):
        return True
    if not head.startswith(b"age"):
        return False
    from eduapp.exchange.sealing import is_sealed  # noqa: PLC0415 - loads the encryption

    return is_sealed(head)


def import_own(
    book: SchoolBook,
    path: Path,
    record: str = "",
    *,
    mode: Mode = Mode.UPDATE,
    answers: Answers | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Take over a workbook or a submission of this school in one step, or one list of it; see `read_own`."""
    export = read_own(book, path)
    if record:
        only = {name: rows for name, rows in export.lists.items() if name == record}
        export = replace(export, rows_read=sum(map(len, only.values())), lists=only, cells=())
    return take_export(book, export, mode=mode, answers=answers, dry_run=dry_run)


def read_own(book: SchoolBook, path: Path) -> Export:
    """Read a workbook or a submission of this school.

    Raises the Problems of opening either, `own-other-school`, `own-practice`, `own-unknown-key`; of the
    workbook that is open `not-a-spreadsheet`.
    """
    if files.read(path, len(SQLITE)) == SQLITE:
        if path.resolve() == book.path.resolve():
            raise Problem("not-a-spreadsheet", path=str(path), reason="它就是现在打开的工作簿")
        with workbooks.open_school(path) as other:
            facts = other.facts
            _require_own(book, facts.code, facts.name, practice=other.practice)
            return _export(WORKBOOK, other.draft, book.draft, path.name, same_year=other.year == book.year)
    return _submission(book, path)


def _submission(book: SchoolBook, path: Path) -> Export:
    from eduapp.exchange.stick import read_limited  # noqa: PLC0415 - here and below: few files are submissions
    from eduapp.exchange.submission import inspect  # noqa: PLC0415
    from eduapp.services.hand_off import rounds  # noqa: PLC0415
    from eduapp.services.keys import writer  # noqa: PLC0415
    from eduapp.services.packing import draft_of  # noqa: PLC0415

    content = read_limited(path, MAX_BYTES)
    about = inspect(content, writer.archives_of(book.workbook))
    manifest = about.manifest
    _require_own(book, manifest.school, manifest.name, practice=manifest.practice)

    def admitted(_: Manifest, key: object) -> None:
        own = writer.writer_of(book.workbook)
        known = {own.key.public, *(each.key for each in rounds.own_school_keys(book))}
        if key not in known and (own.replaces is None or key != own.replaces.key):
            raise Problem("own-unknown-key", path=path.name, digits=about.form_digits)

    theirs = draft_of(about.opened(admitted))
    return _export(SUBMISSION, theirs, book.draft, path.name, same_year=manifest.year == book.year)


def _require_own(book: SchoolBook, code: str, name: str, *, practice: bool) -> None:
    own = book.facts.code
    if code != own:
        raise Problem("own-other-school", name=name, school=code, own=own)
    if practice != book.practice:
        raise Problem("own-practice")


def _export(profile: Profile, theirs: Draft, own: Draft, name: str, *, same_year: bool) -> Export:
    taken = LISTS if same_year else CARRIED_LISTS
    lists = {record: tuple(_rows(theirs, own, record, taken, name)) for record in taken}
    cells = tuple(_cells(theirs, name)) if same_year else ()
    return Export(
        profile, sum(map(len, lists.values())), {k: rows for k, rows in lists.items() if rows}, cells
    )


def _rows(theirs: Draft, own: Draft, record: str, taken: tuple[str, ...], name: str) -> Iterator[MadeRow]:
    """Yield rows as texts; what refers to a list that is not taken stays behind."""
    fields = {
        at: each
        for at, each in SCHOOL_RECORDS[record].fields.items()
        if not isinstance(each.item.kind, Reference) or each.item.kind.record in taken
    }
    for number, row in enumerate(theirs.rows[record].values(), 1):
        texts = {at: _text(theirs, own, fields[at], row[at]) for at in fields if _says(row[at])}
        if texts:
            where = f"{name} {SCHOOL_RECORDS[record].label}第 {number} 行"
            yield MadeRow(texts, RowPlace(where, f"{record}-{number}"))


def _text(theirs: Draft, own: Draft, field: Field, cell: Cell) -> str:
    """Return a cell as text; what refers to a row that this workbook has too, under its id."""
    kind = field.item.kind
    if isinstance(kind, Reference) and isinstance(cell, str) and cell in own.rows[kind.record]:
        return cell
    return entry.show(_Theirs(theirs), field.record, field.name, cell)


def _cells(theirs: Draft, name: str) -> Iterator[TotalCell]:
    shown = _Theirs(theirs)
    for record, spec in SCHOOL_RECORDS.items():
        if spec.is_list:
            continue
        for key, row in theirs.rows[record].items():
            for at, cell in row.items():
                if _says(cell) and not (record == "school" and at in _OWN):
                    stage = "" if spec.rows == "one" else key
                    yield TotalCell(
                        record, stage, at, entry.show(shown, record, at, cell), f"{name} {spec.label}"
                    )


def _says(cell: object) -> bool:
    return cell is not None and cell != Unread(KEPT_HOME)
