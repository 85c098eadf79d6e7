"""What an import did, or would do: the same for a form, a list and the export of another system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.edits import runs
from eduapp.services.changes import Changes
from eduapp.services.checking import check, check_draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.records.edits import Edit
    from eduapp.exchange.sheet_layout import Reading
    from eduapp.exchange.sheet_text import Cleaned, Ignored
    from eduapp.services.answers import FileQuestion
    from eduapp.services.books import SchoolBook
    from eduapp.standards.results import Report


@dataclass(frozen=True)
class UnreadText:
    """A text of the file that cannot be read as what its column is; it is kept as it stands, and found.

    `near` is the row that it may mean, where it should name one.
    """

    where: str
    label: str
    text: str
    near: str = ""


@dataclass(frozen=True)
class Imported:
    """What an import did, or (dry run) would do, at a school or at a county."""

    rows_read: int
    values_set: int
    ignored: tuple[Ignored, ...]
    cleaned: tuple[Cleaned, ...]
    numbers: int
    """Cells with an identity or mobile number that was not taken over; `ignored` names them."""
    changes: Changes
    rows: Mapping[str, int] = field(default_factory=dict, kw_only=True)
    """Of a list: how many rows are new, and how many were not taken, by why; their sum is `rows_read`."""
    removed: int = field(default=0, kw_only=True)
    """Rows of the workbook that a list which replaces all takes out."""
    missing: tuple[str, ...] = field(default=(), kw_only=True)
    """Required fields of a list that the file does not have: nothing is taken until a person says so.

    Of the export of another system, which never has some of them, they are told alone."""
    unread: tuple[UnreadText, ...] = field(default=(), kw_only=True)
    questions: tuple[FileQuestion, ...] = field(default=(), kw_only=True)
    """What a person must still say; what hangs on it was left out."""
    answered: tuple[FileQuestion, ...] = field(default=(), kw_only=True)
    """What a person has said."""
    reading: Reading | None = field(default=None, kw_only=True)
    """How the sheet of a list was read."""


@dataclass(frozen=True)
class ImportReport(Imported):
    """The import into a school's workbook; `report` judges the school after it."""

    report: Report


def written(book: SchoolBook, edits: Iterable[Edit], text: str, *, dry_run: bool) -> tuple[Changes, Report]:
    """Write an import's edits in one step after a backup, or (dry run) in memory; return what it is judged.

    Raises Problem `approved-closed`.
    """
    made = list(edits)
    if dry_run:
        if made and book.approved:
            raise Problem("approved-closed")
        draft = book.draft.copied()
        for kind, record, run in runs(made):
            draft.apply_run(kind, record, run)
        return Changes(tuple(made), text), check_draft(draft, book.reference_date, book.standards)
    if made:
        book.workbook.backup("导入前")
    return book.commit(made, text), check(book)
