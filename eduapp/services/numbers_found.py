"""Identity and mobile numbers that stand in a workbook already: one list of them, one act for all.

An older program took them anywhere; they never leave in a file (`personal.Home`), and here they are
taken out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.edits import SetReason
from db.records.personal_numbers import NumberKind, numbers_at_home, numbers_in, without_numbers, words_of
from eduapp.services import entry
from eduapp.services.differences import row_label
from eduapp.services.pasting import Keep, kept
from eduapp.services.personal import places_of, spread_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.records.edits import Edit
    from eduapp.services.books import SchoolBook
    from eduapp.services.changes import Changes

REASON_LABEL = "说明"


@dataclass(frozen=True)
class Found:
    """A cell with a number, or (field "") an explanation: `key` is then its finding."""

    record: str
    key: str
    field: str
    label: str
    row: str
    words: str
    """What was found, never the number: 身份证号."""


def found(book: SchoolBook) -> tuple[Found, ...]:
    """Return every cell and explanation of a school that holds such a number, in the order of the pages."""
    draft, places = book.draft, tuple(places_of(book.draft))
    spread = spread_in(draft, places)
    cells = [
        Found(
            each.record,
            each.key,
            each.field.name,
            f"{RECORDS[each.record].label} · {each.field.item.label}",
            row_label(draft, RECORDS[each.record], each.key) if RECORDS[each.record].is_list else "",
            words_of(numbers) or NumberKind.IDENTITY.value,
        )
        for each in places
        if (numbers := numbers_at_home(each.field.item, each.cell)) or each.place in spread
    ]
    reasons = [
        Found("", finding, "", REASON_LABEL, "", words_of(numbers))
        for finding, text in draft.reasons.items()
        if (numbers := numbers_in(text))
    ]
    return (*cells, *reasons)


def take_out(book: SchoolBook, keep: Keep) -> Changes:
    """Take all of them out in one undo step: of an identity number the month of birth may stay.

    Raises Problem `approved-closed`.
    """
    edits = [*_cells(book, keep), *_reasons(book)]
    return book.commit(edits, f"取出身份证号和手机号 {len(edits)} 处")


def _cells(book: SchoolBook, keep: Keep) -> Iterator[Edit]:
    rows: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in found(book):
        if each.field:
            rows[each.record, each.key].add(each.field)
    for (record, key), fields in rows.items():
        row = book.draft.rows[record][key]
        before = {name: entry.show(book, record, name, row[name]) for name in RECORDS[record].fields}
        after = kept(record, before, keep)
        changed = {name: text for name, text in after.items() if name in fields or text != before[name]}
        read = {name: entry.read(book, record, name, text) for name, text in changed.items()}
        yield from entry.cell_edits(book, record, key, read)


def _reasons(book: SchoolBook) -> Iterator[Edit]:
    for finding, text in book.draft.reasons.items():
        numbers = numbers_in(text)
        if numbers:
            yield SetReason(finding, text, without_numbers(text, numbers))
