"""A cell that the county asked about, as it stands in the school's own records: without the signing library.

The window compares it after every edit, so that a mark goes as soon as the cell is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records.catalog import SCHOOL_RECORDS
from db.records.personal_numbers import KEPT_HOME, numbers_at_home
from db.records.spec import carried
from db.records.values import Unread, Unreadable
from eduapp.services.differences import EMPTY, cell_text, row_label

if TYPE_CHECKING:
    from db.records.draft import Draft
    from db.records.spec import Field
    from eduapp.services.books import SchoolBook


@dataclass(frozen=True)
class AskedCell:
    """A question of the county. `base` is the carried text it saw; `known` is False where that is not known.

    `checked`: whether the receipt is of the county whose 30 digits were typed.
    """

    id: str
    submission: str
    record: str
    key: str
    field: str
    text: str
    base: str | None
    known: bool = True
    checked: bool = True

    @property
    def place(self) -> tuple[str, str, str]:
        """Record, row and field."""
        return self.record, self.key, self.field


@dataclass(frozen=True)
class CorrectedCell:
    """A cell that the county corrected on its own side; carried texts, as in a receipt."""

    record: str
    key: str
    field: str
    base: str | None
    value: str | None
    reason: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Record, row and field."""
        return self.record, self.key, self.field


def has_receipts(book: SchoolBook) -> bool:
    """Whether any receipt was ever read."""
    with book.workbook.reading() as door:
        return door.execute("SELECT 1 FROM receipt LIMIT 1").fetchone() is not None


def field_of(place: tuple[str, str, str]) -> Field | None:
    """Return the field of a place; None for one that only a newer program knows."""
    spec = SCHOOL_RECORDS.get(place[0])
    return spec.fields.get(place[2]) if spec else None


def stands(book: SchoolBook, place: tuple[str, str, str]) -> bool:
    """Whether a place is (still) in the records."""
    return field_of(place) is not None and place[1] in book.draft.rows[place[0]]


def is_personal(place: tuple[str, str, str]) -> bool:
    """Whether a cell holds personal data."""
    field = field_of(place)
    return field is not None and field.item.personal


def is_changed(book: SchoolBook, asked: AskedCell) -> bool:
    """Whether the cell says something else than the county saw; a row that is gone does."""
    field = field_of(asked.place)
    if field is None or not asked.known:
        return False
    if not stands(book, asked.place):
        return True
    cell = book.draft.rows[asked.record][asked.key][asked.field]
    if asked.base == KEPT_HOME:  # the county saw a mark; it goes as soon as the cell can travel
        return not isinstance(cell, Unread) and not numbers_at_home(field.item, cell)
    return carried(field, cell)[0] != asked.base


def place_words(book: SchoolBook, place: tuple[str, str, str]) -> str:
    """Name a place as people know it: 「班级 · 二年级(2)班 · 学生数」."""
    record, key, _ = place
    spec, field = SCHOOL_RECORDS.get(record), field_of(place)
    if spec is None or field is None:
        return "(本程序不认识的一项,请更新程序)"
    row = row_label(book.draft, spec, key) if stands(book, place) else "(行已删除)"
    return " · ".join(part for part in (spec.label, row, field.item.label) if part)


def now_text(book: SchoolBook, place: tuple[str, str, str]) -> str:
    """Return what a cell says now, as shown; "" where there is no such cell (any more)."""
    field = field_of(place)
    if field is None or not stands(book, place):
        return ""
    return cell_text(book.draft, field, book.draft.rows[place[0]][place[1]][place[2]])


def carried_text(draft: Draft, place: tuple[str, str, str], text: str | None) -> str:
    """Return a carried text as it is shown; what cannot be read stays what it is."""
    field = field_of(place)
    if text is None or field is None:
        return text or EMPTY
    try:
        return cell_text(draft, field, field.item.kind.uncarry(text))
    except Unreadable:
        return cell_text(draft, field, Unread(text))
