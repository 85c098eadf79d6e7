"""Importing: the official school form and lists from spreadsheets, as entries a clerk would make.

What contradicts the workbook is a Problem and nothing is written; what cannot be read is kept as it
stands and found by the checks. A backup is made first.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.personal_numbers import numbers_at_home
from db.records.rows import ONLY
from db.records.values import Reference, comparison_key
from eduapp.exchange.files import SPREADSHEETS
from eduapp.services import entry, pasting
from eduapp.services.import_reports import Imported, ImportReport, written
from eduapp.services.importing_exports import answers_of, import_export
from eduapp.services.importing_lists import OpenedSheets, import_list, opened, profile_for
from eduapp.standards.data import ROWS, SchoolData
from eduapp.standards.figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from db.records.edits import Edit
    from db.records.values import Cell
    from eduapp.exchange.school_form import FormCell, FormReading
    from eduapp.services.books import SchoolBook

__all__ = [
    "SPREADSHEETS",
    "ImportReport",
    "Imported",
    "OpenedSheets",
    "answers_of",
    "import_export",
    "import_form",
    "import_list",
    "opened",
    "profile_for",
    "show_form",
    "write_list",
    "write_official_form",
]

KEPT_KIND = "表上没有「教学点」一类,学校类型仍为工作簿中的「教学点」"
IDENTITY = ("code", "kind")
"""What a form must not contradict: it would be another school's."""


def show_form(book: SchoolBook, path: Path) -> tuple[ImportReport, Callable[[], ImportReport]]:
    """Rehearse a form; also return what takes over just what was shown, whatever lies there by then."""
    form = _form_in(path)
    return import_form(book, path, form, dry_run=True), partial(import_form, book, path, form)


def _form_in(path: Path) -> FormReading:
    from eduapp.exchange.school_form import read_form  # noqa: PLC0415 - the spreadsheet libraries are heavy

    return read_form(path)


def import_form(
    book: SchoolBook, path: Path, form: FormReading | None = None, *, dry_run: bool = False
) -> ImportReport:
    """Take over the official school form; blank cells state nothing. `form`: as it was read."""
    from eduapp.exchange.sheet_text import Ignored as Left  # noqa: PLC0415 - as above

    reading, numbers = pasting.form_without(_form_in(path) if form is None else form)
    _require_same_school(book, reading)
    other_word = [cell for cell in reading.cells if _is_other_word(book, cell)]
    told = tuple(Left(cell.where, KEPT_KIND) for cell in other_word)
    reading = replace(reading, ignored=(*reading.ignored, *told))
    edits: list[Edit] = []
    for cell in reading.cells:
        if cell in other_word:
            continue
        key = cell.stage or ONLY
        value = entry.read(book, cell.record, cell.field, cell.text)
        edits += entry.cell_edits(book, cell.record, key, {cell.field: value})
    changes, report = written(book, edits, "导入学校填报表格", dry_run=dry_run)
    return ImportReport(
        reading.rows_read,
        len(reading.cells),
        reading.ignored,
        reading.cleaned,
        numbers,
        changes,
        report,
    )


def write_list(book: SchoolBook, record: str, path: Path, *, filled: bool = False) -> None:
    """Write a list's template, empty or with the rows there are."""
    from eduapp.exchange.list_sheets import write_list as write  # noqa: PLC0415 - see import_form

    rows = [dict(row) for row in book.draft.rows[record].values()] if filled else []
    referred = {
        field.item.kind.record
        for field in RECORDS[record].fields.values()
        if isinstance(field.item.kind, Reference)
    }
    titles = {key: entry.title_of(book, other, key) for other in referred for key in book.draft.rows[other]}
    write(path, record, rows, titles)


def write_official_form(book: SchoolBook, path: Path) -> None:
    """Write the official school form back as a spreadsheet: schools must still hand it in.

    Items that the lists decide are written with the lists' sums, so paper and form agree; where a
    school has several stages (or 高中) they are written for each stage, and their sum for the school.
    """
    from eduapp.exchange.school_form import rows_of_form, write_form  # noqa: PLC0415 - see import_form

    data, kind = book.data, book.facts.kind
    values = {
        (record, None if key == ONLY else key, name): cell
        for record, rows in book.draft.rows.items()
        if not RECORDS[record].is_list
        for key, row in rows.items()
        for name, cell in row.items()
        if cell is not None and not numbers_at_home(RECORDS[record].fields[name].item, cell)
    }
    for form_row in rows_of_form():
        record, stage, name = form_row.key
        if form_row.key not in values:
            value = data.stated(record, Stage(stage) if stage else None, name)
            if value is not None:
                values[form_row.key] = value
    write_form(path, values | _from_lists(data), kind)


def _from_lists(data: SchoolData) -> dict[tuple[str, str | None, str], Cell]:
    """Return the items that the lists decide, by their places on the form; None where a row is unclear."""
    several = data.facts.kind is not None and data.facts.kind.shares
    values: dict[tuple[str, str | None, str], Cell] = {}
    for figure in FIGURES.values():
        if figure.rows is None or len(figure.fields) != 1:
            continue
        field, stages = figure.fields[0], data.sections if figure.by_stage else (None,)
        parts = [data.figure(figure.name, stage) for stage in stages]
        by_rows = [part for part in parts if part.source == ROWS]
        if not figure.by_stage or several or not figure.staged_total:
            values |= {(figure.record, part.stage, field): part.value for part in by_rows}
        if figure.staged_total and by_rows:
            known = [int(part.value) for part in by_rows if part.value is not None]
            values["school_total", None, field] = sum(known) if len(known) == len(parts) else None
    return values


def _require_same_school(book: SchoolBook, reading: FormReading) -> None:
    for cell in reading.cells:
        if cell.record == "school" and cell.field in IDENTITY:
            _require_same(book, cell)


def _is_other_word(book: SchoolBook, cell: FormCell) -> bool:
    """Whether a 教学点 says 小学, as it must: the form's 学校类型 has no word of its own for it."""
    if (cell.record, cell.field) != ("school", "kind"):
        return False
    own = book.draft.only("school")["kind"]
    said = entry.read(book, "school", "kind", cell.text)
    return own == SchoolKind.TEACHING_POINT and said == SchoolKind.PRIMARY


def _require_same(book: SchoolBook, cell: FormCell) -> None:
    own = book.draft.only("school")[cell.field]
    said = entry.read(book, "school", cell.field, cell.text)
    if own is None or said == own or _is_other_word(book, cell):
        return
    label = RECORDS["school"].fields[cell.field].item.label
    shown = entry.show(book, "school", cell.field, own)
    if comparison_key(shown) != comparison_key(cell.text):
        raise Problem("form-contradicts", label=label, own=shown, said=cell.text, where=cell.where)
