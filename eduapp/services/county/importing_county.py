"""Importing the official county form into the county's own records, and writing it.

A form of another county or year is a Problem and nothing is written; a backup is made first.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import COUNTY_RECORDS
from db.records.rows import ONLY
from db.records.values import comparison_key
from eduapp.services import entry, pasting
from eduapp.services.changes import Changes
from eduapp.services.county import records as county_records
from eduapp.services.importing import Imported

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from db.records.edits import Edit
    from db.records.values import Cell
    from eduapp.exchange.official_form import FormReading, Key
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.rollup import Rollup
    from eduapp.standards.results import Finding

LABELS = {"name": "区县名称", "county": "区县代码", "year": "填报年度"}
TWELVE_DIGITS = "000000"
"""统计用区划代码: a county's 6 digits with 6 zeros are the same county."""
HIGHER = re.compile(r"[省市州盟区县]$")
"""How the name of what a county belongs to ends: 益阳市 before 大通湖区."""


@dataclass(frozen=True)
class CountyImport(Imported):
    """The import into a county's workbook; `findings` are of its records after it."""

    findings: tuple[Finding, ...]

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """What must be mended or explained."""
        return tuple(finding for finding in self.findings if finding.open)


def show_form(
    book: CountyBook, path: Path, schools: Rollup
) -> tuple[CountyImport, Callable[[Rollup], CountyImport]]:
    """Rehearse a form; also return what takes over just what was shown, whatever lies there by then."""
    form = _form_in(path)
    shown = import_form(book, path, schools, form, dry_run=True)
    return shown, lambda by_then: import_form(book, path, by_then, form)


def _form_in(path: Path) -> FormReading:
    from eduapp.exchange import county_form  # noqa: PLC0415 - the spreadsheet libraries are heavy

    return county_form.read_form(path)


def import_form(
    book: CountyBook,
    path: Path,
    schools: Rollup | None = None,
    form: FormReading | None = None,
    *,
    dry_run: bool = False,
) -> CountyImport:
    """Take over the official county form; blank cells state nothing. One undo step.

    `form`: as it was read. `schools`: what `county_records.rollup` returned, for the findings. Raises
    Problem: what `read_form` raises; `form-contradicts` when 区县名称, 区县代码 or 填报年度 are not the
    workbook's.
    """
    from eduapp.exchange import county_form  # noqa: PLC0415 - the spreadsheet libraries are heavy

    reading, numbers = pasting.form_without(_form_in(path) if form is None else form)
    _require_same_county(book, reading, county_form.WORKBOOK)
    edits: list[Edit] = []
    taken = [cell for cell in reading.cells if cell.record != county_form.WORKBOOK]
    for cell in taken:
        value = entry.read(book, cell.record, cell.field, cell.text)
        edits += entry.cell_edits(book, cell.record, ONLY, {cell.field: value})
    text = "导入区县填报表格"
    if dry_run:
        draft = copy.deepcopy(book.draft)
        for edit in edits:
            draft.apply(edit)
        changes, findings = Changes(tuple(edits), text), county_records.check_draft(draft, schools)
    else:
        if edits:
            book.workbook.backup("导入前")
        changes = book.commit(edits, text)
        findings = county_records.check(book, schools)
    return CountyImport(
        reading.rows_read, len(taken), reading.ignored, reading.cleaned, numbers, changes, findings
    )


def write_form(book: CountyBook, path: Path, *, blank: bool = False) -> None:
    """Write the official county form, with the workbook's county and year; its numbers unless `blank`."""
    from eduapp.exchange import county_form  # noqa: PLC0415 - see import_form

    values: dict[Key, Cell] = {(county_form.WORKBOOK, None, name): said for name, said in _own(book).items()}
    if not blank:
        values |= {
            (record, None, name): cell
            for record, spec in COUNTY_RECORDS.items()
            if not spec.is_list
            for name, cell in book.draft.only(record).items()
        }
    county_form.write_form(path, values)


def _own(book: CountyBook) -> dict[str, str]:
    return {"name": book.name, "county": book.code, "year": str(book.year)}


def _require_same_county(book: CountyBook, reading: FormReading, record: str) -> None:
    own = _own(book)
    same = {"name": _same_name, "county": _same_code, "year": _same_year}
    for cell in reading.cells:
        if cell.record == record and not same[cell.field](own[cell.field], cell.text):
            raise Problem(
                "form-contradicts",
                label=LABELS[cell.field],
                own=own[cell.field],
                said=cell.text,
                where=cell.where,
            )


def _same_name(own: str, said: str) -> bool:
    """Whether two names are one county's: alike, or one of them in full (湖南省益阳市大通湖区)."""
    short, long = sorted((comparison_key(own), comparison_key(said)), key=len)
    higher = long.removesuffix(short)
    return long == short or (higher != long and HIGHER.search(higher) is not None)


def _same_code(own: str, said: str) -> bool:
    return comparison_key(said) in {comparison_key(own), comparison_key(own) + TWELVE_DIGITS}


def _same_year(own: str, said: str) -> bool:
    """Whether the first year named is the workbook's: 2026, 2026年, 2026-2027学年."""
    found = re.search(r"(?<!\d)\d{4}(?!\d)", unicodedata.normalize("NFKC", said), re.ASCII)
    return found is not None and found[0] == own
