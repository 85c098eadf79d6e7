"""Entering: every way a record changes, as a grid cell does it. Nothing typed is ever refused.

The same for a school's and for a county's records: what a function needs of a book is RecordBook.
Each function writes durably and returns Changes; an edit to the same value is no edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.draft import empty_row
from db.records.edits import DeleteRow, InsertRow, SetCell, SetComplete, SetReason
from db.records.items import ITEM_TABLES
from db.records.personal_numbers import (
    SHORTEST,
    bare_of_numbers,
    numbers_at_home,
    spread_over,
    without_numbers,
)
from db.records.rows import ONLY, new_keys
from db.records.titles import numbered, title_in
from db.records.values import Cell, Choice, Reference, Text, Unread, Unreadable, clean, clean_each, is_error
from eduapp.services.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from db.records.edits import Edit
    from db.records.rows import Row
    from eduapp.services.books import RecordBook, Recorded


def read(book: Recorded, record: str, field: str, text: str) -> Cell:
    """Read typed text as the field's kind; what cannot be read is kept as Unread, "" is None.

    Text with an identity or mobile number in it is kept as Unread too, whatever the kind: red and found.
    """
    kept = clean(text)
    if not kept:
        return None
    item = RECORDS[record].fields[field].item
    kind = item.kind
    if isinstance(kind, Reference):
        return _referenced(book, kind.record, kept)
    if numbers_at_home(item, kept):
        return Unread(kept)
    try:
        return kind.parse(kept)
    except Unreadable:
        return Unread(kept)


def read_column(book: Recorded, record: str, field: str, texts: Sequence[str]) -> list[Cell]:
    """Read the texts of a column as `read` does, each text that is there once: columns repeat themselves."""
    different = dict.fromkeys(texts)
    known: dict[str, Cell] = {}
    if isinstance(RECORDS[record].fields[field].item.kind, Text):
        kept = clean_each(different)
        known = {
            text: kept[text] or None
            for text in different
            if len(kept[text]) < SHORTEST and not is_error(kept[text])
        }  # none has a number
    for text in different if len(known) < len(different) else ():
        if text not in known:
            known[text] = read(book, record, field, text)
    return [known[text] for text in texts]


def options(book: RecordBook, record: str, field: str) -> list[str] | None:
    """Return the words to choose from in a cell: None where its kind lists all there is.

    Where items of standards are asked for, those of the workbook's own standards in the order of their
    documents; the code of any other item is still read when it is typed or pasted.
    """
    kind = RECORDS[record].fields[field].item.kind
    if not isinstance(kind, Choice) or kind.table not in ITEM_TABLES:
        return None
    words = dict(kind.options)
    own = dict.fromkeys(each.code for standard in book.standards for each in standard.indicators)
    return [words[code] for code in own if code in words] or list(words.values())


def show(book: Recorded, record: str, field: str, cell: Cell) -> str:
    """Write a cell as the grid shows it; unreadable text as it was typed."""
    if cell is None:
        return ""
    if isinstance(cell, Unread):
        return cell.text
    kind = RECORDS[record].fields[field].item.kind
    if isinstance(kind, Reference):
        return title_of(book, kind.record, str(cell))
    return kind.show(cell)


def show_outside(book: Recorded, record: str, field: str, cell: Cell) -> str:
    """Write a cell for paper or a sheet that is handed in: without the numbers that stay at the school."""
    kind, text = RECORDS[record].fields[field].item.kind, show(book, record, field, cell)
    if isinstance(kind, Reference):  # shown by the title of another row
        return bare_of_numbers(text)
    numbers = numbers_at_home(RECORDS[record].fields[field].item, cell)
    return without_numbers(text, numbers) if numbers else text


def show_row_outside(book: Recorded, record: str, row: Row, fields: Iterable[str]) -> list[str]:
    """Write cells of a row likewise; what only together with its neighbours is such a number stays, too."""
    spread = spread_over(row.items())
    return ["" if name in spread else show_outside(book, record, name, row[name]) for name in fields]


def title_of(book: Recorded, record: str, key: str) -> str:
    """Return the words by which people know a row of a list."""
    rows = book.draft.rows[record]
    if key not in rows:
        return "(已删除)"
    return title_in(record, rows[key]) or numbered(rows, key)


def key_of(book: RecordBook, record: str, key_text: str) -> str:
    """Resolve a KEY of the command line: a row's number from 1, `-`, or a stage; raises Problem."""
    spec = RECORDS[record] if record in book.draft.rows else None
    if spec is None:
        raise Problem("record-unknown", record=record, known="、".join(book.draft.rows))
    rows = book.draft.rows[record]
    if not spec.is_list:
        if key_text not in rows:
            raise Problem("row-unknown", record=spec.label, key=key_text)
        return key_text
    if not key_text.isascii() or not key_text.isdigit() or not 1 <= int(key_text) <= len(rows):
        raise Problem("row-unknown", record=spec.label, key=key_text)
    return rows.key_at(int(key_text) - 1)


def number_of(book: RecordBook, record: str, key: str) -> str:
    """Return the KEY of a row as the command line names it; "-" where it names no row."""
    rows = book.draft.rows.get(record)
    if rows is None or key not in rows or not RECORDS[record].is_list:
        return key or ONLY
    return str(rows.index_of(key) + 1)


def set_cell(book: RecordBook, record: str, key: str, field: str, text: str) -> Changes:
    """Write one cell from typed text."""
    if field not in RECORDS[record].fields:
        raise Problem("field-unknown", record=record, field=field, known="、".join(RECORDS[record].fields))
    label = RECORDS[record].fields[field].item.label
    return book.commit(
        cell_edits(book, record, key, {field: read(book, record, field, text)}), f"修改 {label}"
    )


def set_cells(book: RecordBook, cells: Iterable[tuple[str, str, str, Cell]], text: str) -> Changes:
    """Write many cells (record, key, field, value) at once: fill down, clear, import; the last one holds."""
    last = {(record, key, field): cell for record, key, field, cell in cells}
    edits: list[Edit] = []
    for (record, key, field), cell in last.items():
        edits += cell_edits(book, record, key, {field: cell})
    return book.commit(edits, text)


def paste(
    book: RecordBook, record: str, first_row: int, fields: Sequence[str], block: Sequence[Sequence[str]]
) -> Changes:
    """Write a block of texts from a row on; rows past the end are added. One undo step."""
    rows = book.draft.rows[record]
    lines = [dict(zip(fields, line, strict=False)) for line in block]
    there = max(0, len(rows) - first_row)
    columns = {
        name: read_column(book, record, name, [line.get(name, "") for line in lines]) for name in fields
    }
    edits: list[Edit] = []
    for offset, line in enumerate(lines[:there]):
        cells = {name: columns[name][offset] for name in line}
        edits += cell_edits(book, record, rows.key_at(first_row + offset), cells)
    if RECORDS[record].is_list:
        added = zip(*(column[there:] for column in columns.values()), strict=True)
        cells_of = (
            dict(zip(columns, each, strict=True)) for each in added if any(cell is not None for cell in each)
        )
        edits += inserted(book, record, [empty_row(record) | cells for cells in cells_of])
    return book.commit(edits, f"粘贴 {len(block)} 行")


def add_row(book: RecordBook, record: str, texts: Mapping[str, str] | None = None) -> Changes:
    """Add a row at the end."""
    return add_rows(book, record, [texts or {}])


def add_rows(book: RecordBook, record: str, rows: Iterable[Mapping[str, str]]) -> Changes:
    """Add rows of typed texts at the end, in one transaction."""
    edits = row_edits(book, record, rows)
    return book.commit(edits, f"新增 {len(edits)} 行{RECORDS[record].label}")


def row_edits(book: RecordBook, record: str, rows: Iterable[Mapping[str, str]]) -> list[Edit]:
    """Return the edits that add rows of typed texts at the end."""
    given = list(rows)
    names = RECORDS[record].fields
    for name in {name for texts in given for name in texts} - set(names):
        raise KeyError(name)
    columns = [read_column(book, record, name, [texts.get(name, "") for texts in given]) for name in names]
    return inserted(
        book, record, [dict(zip(names, each, strict=True)) for each in zip(*columns, strict=True)]
    )


def open_document(book: RecordBook, code: str, record: str = "evidence") -> tuple[str, str] | None:
    """Return (key, field) of the first empty cell that a document of an item must have; None without one."""
    asked = [name for name, field in RECORDS[record].fields.items() if field.item.required]
    rows = book.draft.rows[record]
    return next(
        (
            (key, name)
            for key in rows
            if rows[key]["item"] == code
            for name in asked
            if rows[key][name] is None
        ),
        None,
    )


def delete_rows(book: RecordBook, record: str, keys: Iterable[str]) -> Changes:
    """Delete rows of a list; they leave tombstones and undo brings them back in their place."""
    gone = list(dict.fromkeys(keys))
    return book.commit(removals(book, record, gone), f"删除 {len(gone)} 行{RECORDS[record].label}")


def removals(book: RecordBook, record: str, keys: Sequence[str]) -> list[Edit]:
    """Return the edits that delete rows; what refers to one is left as the words it was known by."""
    rows = book.draft.rows[record]
    edits: list[Edit] = list(_loosened(book, record, set(keys)))
    return [*edits, *(DeleteRow(record, key, rows.position_of(key), dict(rows[key])) for key in keys)]


def set_complete(book: RecordBook, record: str, *, complete: bool) -> Changes:
    """Tick or untick 「本表已填全」: from then on the list decides."""
    old = record in book.draft.complete
    edits = [SetComplete(record, old, complete)] if old != complete else []
    return book.commit(edits, f"{RECORDS[record].label}{'已填全' if complete else '未填全'}")


def set_reason(book: RecordBook, finding: str, text: str) -> Changes:
    """Write the explanation of a soft finding; empty text takes it away. Raises Problem `reason-too-long`."""
    from eduapp.exchange.canonical import MAX_TEXT  # noqa: PLC0415 - typing in a cell reads no file's form

    old, new = book.draft.reasons.get(finding, ""), clean(text)
    if len(new) > MAX_TEXT:
        raise Problem("reason-too-long", count=len(new), limit=MAX_TEXT)
    edits = [SetReason(finding, old, new)] if old != new else []
    return book.commit(edits, "填写说明")


def apply(book: RecordBook, changes: Changes) -> Changes:
    """Write changes again or their inverse: undo and redo."""
    return book.commit(changes.edits, changes.text)


def cell_edits(book: RecordBook, record: str, key: str, cells: Mapping[str, Cell]) -> list[Edit]:
    """Return the edits that bring cells of a row to new values; none for those that stay."""
    row = book.draft.rows[record][key]
    return [SetCell(record, key, name, row[name], cell) for name, cell in cells.items() if row[name] != cell]


def _loosened(book: RecordBook, record: str, keys: set[str]) -> Iterator[Edit]:
    """Yield edits that turn references to rows about to go into the words they were known by."""
    for other in book.draft.rows:
        for field in RECORDS[other].fields.values():
            if not isinstance(field.item.kind, Reference) or field.item.kind.record != record:
                continue
            for key, row in book.draft.rows[other].items():
                cell = row[field.name]
                if isinstance(cell, str) and cell in keys:
                    yield SetCell(other, key, field.name, cell, Unread(title_of(book, record, str(cell))))


def inserted(book: RecordBook, record: str, rows: Sequence[Row]) -> list[Edit]:
    """Return the edits that add read rows at the end, each under a key of its own."""
    first = book.draft.rows[record].next_position()
    return [
        InsertRow(record, key, position, row)
        for position, (key, row) in enumerate(zip(new_keys(len(rows)), rows, strict=True), first)
    ]


def _referenced(book: Recorded, record: str, text: str) -> Cell:
    if text in book.draft.rows[record]:
        return text
    found = book.draft.known_as(record, text)
    return found[0] if len(found) == 1 else Unread(text)
