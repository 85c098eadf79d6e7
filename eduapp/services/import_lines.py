"""What an import would do, line by line, as a person reads it before it is taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.edits import DeleteRow, InsertRow, SetCell
from eduapp.services import entry
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.records.edits import Edit
    from eduapp.services.books import RecordBook
    from eduapp.services.import_reports import Imported

UNREAD, IGNORED, ADDED, REMOVED, CHANGED, FILLED, CLEANED = (
    "unread",
    "ignored",
    "added",
    "removed",
    "changed",
    "filled",
    "cleaned",
)


@dataclass(frozen=True)
class ImportLine:
    """One line: what is done, where, what stands there now and what will."""

    act: str
    where: str
    old: str = ""
    new: str = ""


def lines(book: RecordBook, done: Imported) -> list[ImportLine]:
    """Return every line of an import, what a person must look at first."""
    found = [
        ImportLine(
            UNREAD,
            f"{each.where} {each.label}",
            "",
            f"{each.text}(原样保留{f',像是「{each.near}」' if each.near else ''})",
        )
        for each in done.unread
    ]
    found += [ImportLine(IGNORED, each.where, "", each.reason) for each in done.ignored]
    for edit in done.changes.edits:
        found += _edit(book, edit)
    return [*found, *(ImportLine(CLEANED, each.where, each.before, each.after) for each in done.cleaned)]


def _edit(book: RecordBook, edit: Edit) -> Iterator[ImportLine]:
    if isinstance(edit, InsertRow):
        texts = [entry.show(book, edit.record, name, cell) for name, cell in edit.cells.items()]
        yield ImportLine(ADDED, RECORDS[edit.record].label, "", " ".join(text for text in texts if text))
    elif isinstance(edit, DeleteRow):
        yield ImportLine(REMOVED, RECORDS[edit.record].label, entry.title_of(book, edit.record, edit.key))
    elif isinstance(edit, SetCell):
        old = entry.show(book, edit.record, edit.field, edit.old)
        new = entry.show(book, edit.record, edit.field, edit.new)
        yield ImportLine(CHANGED if old else FILLED, _where(book, edit), old, new)


def _where(book: RecordBook, edit: SetCell) -> str:
    spec = RECORDS[edit.record]
    label = spec.fields[edit.field].item.label
    if spec.is_list:
        return f"{entry.title_of(book, edit.record, edit.key)} {label}"
    return f"{label}({STAGE_NAMES[Stage(edit.key)]})" if spec.rows == "stages" else label
