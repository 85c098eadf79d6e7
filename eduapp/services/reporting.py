"""Reports: the papers of a school and a county, and the county's tables as a spreadsheet.

A paper carries the first digits of the id of the data it shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from eduapp.exchange.files import replace_whole
from eduapp.exchange.submission import data_id_of
from eduapp.printing import checklist, county_book, county_tables, lists, self_evaluation
from eduapp.printing.head import Judged, PaperHead
from eduapp.printing.signature import Signatures
from eduapp.services import entry
from eduapp.services.checking import check
from eduapp.services.packing import pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eduapp.exchange.spreadsheets import Entry, Table
    from eduapp.printing.county_sources import Source
    from eduapp.printing.county_tables import TableData
    from eduapp.services.books import SchoolBook
    from eduapp.standards.county import CountyReport

SELF_EVALUATION, DEFAULT_SCHOOL_PAPER = "self-evaluation", "checklist"
DIGITS_SHOWN = 12
SHEET_WIDTH = 150


def school_papers() -> tuple[tuple[str, str], ...]:
    """Return (name, title) of each paper of a school: the two forms, then the lists."""
    return (
        (DEFAULT_SCHOOL_PAPER, "指标核对表(一页,签字盖章)"),
        (SELF_EVALUATION, "学校自评表"),
        *((name, f"{RECORDS[name].label}登记表") for name in LISTS),
    )


def print_school(book: SchoolBook, name: str, *, blank: bool = False) -> bytes:
    """Return a paper of a school as PDF, blank for the pen or filled; raises Problem `paper-unknown`."""
    if name in LISTS:
        return lists.record_list(
            _head(book, blank=blank),
            RECORDS[name],
            None if blank else _shown_rows(book, name),
            complete=name in book.draft.complete,
        )
    papers = {DEFAULT_SCHOOL_PAPER: checklist.checklist, SELF_EVALUATION: self_evaluation.self_evaluation}
    if name not in papers:
        raise Problem("paper-unknown", name=name, known="、".join(known for known, _ in school_papers()))
    judged = None if blank else Judged(book.data, check(book))
    return papers[name](_head(book, blank=blank), book.standards[0], judged)


def print_county(report: CountyReport, sources: Sequence[Source] = ()) -> bytes:
    """Return tables Ⅱ-1, Ⅱ-2 and Ⅲ of the national form and the list of their sources as PDF."""
    return county_book.county_book(report, sources=sources)


def write_county_tables(report: CountyReport, path: Path, sources: Sequence[Source] = ()) -> None:
    """Write the same tables as a spreadsheet, numbers as numbers, rounded as the form prescribes."""
    from eduapp.exchange.spreadsheets import write_workbook  # noqa: PLC0415 - half a second to import

    write_workbook(path, [_sheet(report, table, sources) for table in county_tables.sheets(report, sources)])


def save(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; raises Problem."""
    replace_whole(path, content)


def _head(book: SchoolBook, *, blank: bool) -> PaperHead:
    facts, profile = book.data.facts, book.draft.only("school")

    def text(name: str) -> str:
        return entry.show(book, "school", name, profile[name])

    built = profile["built_year"]
    return PaperHead(
        school=facts.name,
        school_code=facts.code,
        kind=facts.kind,
        built_year=built if isinstance(built, int) else None,
        year=book.year,
        code=None if blank else data_id_of(pack(book.draft))[:DIGITS_SHOWN],
        draft=not blank and not book.approved,
        practice=book.practice,
        signatures=Signatures()
        if blank
        else Signatures(
            filled_by=text("filled_by"),
            checked_by=text("reviewed_by"),
            head=text("principal"),
            phone=text("phone"),
        ),
    )


def _shown_rows(book: SchoolBook, record: str) -> list[list[str]]:
    return [
        [entry.show(book, record, name, row[name]) for name in RECORDS[record].fields]
        for row in book.draft.rows[record].values()
    ]


def _sheet(report: CountyReport, table: TableData, sources: Sequence[Source]) -> Table:
    from eduapp.exchange.spreadsheets import Column, Table  # noqa: PLC0415 - see write_county_tables

    share = SHEET_WIDTH / sum(table.widths)
    body: list[Sequence[Entry]] = [
        [
            table.text(row, column) if (row, column) in table.flipped else cell
            for column, cell in enumerate(cells)
        ]
        for row, cells in enumerate(table.rows)
    ]
    foot = (
        *table.sheet_notes,
        county_tables.basis_text(report),
        f"{report.name} {report.year} 学年  {county_tables.coverage_text(report, sources)}",
        f"合并指纹 {report.fingerprint}",
    )
    last, width = len(body), len(table.widths)
    merged = [(s.row + 1, s.column + 1, s.row + s.rows, s.column + s.columns) for s in table.spans]
    merged += [(last + at, 1, last + at, width) for at, _ in enumerate(foot, 1)]
    return Table(
        name=table.key,
        columns=tuple(Column(each * share) for each in table.widths),
        rows=[*body, *((line,) for line in foot)],
        title=table.title,
        header_rows=table.header_rows,
        merged=tuple(merged),
        landscape=True,
        rounded=True,
        marked=frozenset((row + 1, column + 1) for row, column in table.unmet),
    )
