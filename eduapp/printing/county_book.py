"""The county's tables Ⅰ to Ⅵ and their annexes as one PDF, each page with what the numbers stand on.

Behind them, where an outlook is given: the intervals of the coefficients and a picture an indicator.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from eduapp.printing import blocks, county_outlook
from eduapp.printing.county_sheets import sheets
from eduapp.printing.county_tables import basis_text, coverage_text
from eduapp.printing.head import year_text
from eduapp.printing.paper_tables import Cell, form_table
from eduapp.printing.sheet import Paper, render_steps
from eduapp.printing.signature import Signatures, signed

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from eduapp.printing.blocks import Block
    from eduapp.printing.county_sources import Source
    from eduapp.printing.county_tables import TableData
    from eduapp.printing.sheet import Drawn
    from eduapp.standards.county.outlook import Outlook
    from eduapp.standards.county.report import CountyReport

OUTLOOK, PICTURES, ANNEX = "OUTLOOK", "PICTURES", "ANNEX"
"""Names in a QR code, beside those of the tables (I, II-1, ANNEX2)."""
_SIZE, _DENSE_SIZE = 9.0, 8.0
_DENSE_FROM, _WIDE = 8, 20
_ROW = 24.0
_GROUP = 5


def county_book(
    report: CountyReport,
    signatures: Signatures | None = None,
    sources: Sequence[Source] = (),
    outlook: Outlook | None = None,
    *,
    qr: str = "",
) -> bytes:
    """Return the tables as a PDF; see `county_book_steps`."""
    drawing = county_book_steps(report, signatures, sources, outlook, qr=qr)
    while True:
        try:
            next(drawing)
        except StopIteration as done:
            return bytes(done.value)


def county_book_steps(
    report: CountyReport,
    signatures: Signatures | None = None,
    sources: Sequence[Source] = (),
    outlook: Outlook | None = None,
    *,
    qr: str = "",
) -> Generator[Drawn, None, bytes]:
    """Draw the tables page by page: yields after each one, returns the PDF; A4.

    `sources` are listed at the end: from a number to its school, from there to the file and its signer.
    `outlook` comes last, its pictures in portrait. `qr` is the text of the QR code on each page, as
    `Paper` has it; `{paper}` in it becomes the name of the table.
    """

    def paper(title: str, name: str) -> Paper:
        return replace(_paper(report, title, sources), qr=qr.replace("{paper}", name))

    parts = [
        (
            replace(paper(table.title, sheet_name(table.key)), orientation=table.orientation),
            _blocks(report, table, signatures or Signatures()),
        )
        for table in sheets(report, sources)
    ]
    if outlook is not None and outlook.stages:
        parts.append((paper(county_outlook.TITLE, OUTLOOK), county_outlook.outlook_blocks(outlook)))
        upright = replace(paper(county_outlook.PICTURES_TITLE, PICTURES), orientation="portrait")
        parts.append((upright, county_outlook.picture_blocks(outlook)))
    return (yield from render_steps(parts))


def groups_of_five(digits: str) -> str:
    """Write a fingerprint in groups of 5; what is grouped already keeps its digits."""
    run = re.sub(r"\s", "", digits)
    return " ".join(run[start : start + _GROUP] for start in range(0, len(run), _GROUP))


def sheet_name(key: str) -> str:
    """Return the name of a table in a QR code: 「Ⅱ-1」 is II-1, 「附表2」 is ANNEX2."""
    return unicodedata.normalize("NFKC", key).replace("附表", ANNEX)


def _paper(report: CountyReport, title: str, sources: Sequence[Source]) -> Paper:
    return Paper(
        title=title,
        subject=f"{report.name}（{report.code}）　{coverage_text(report, sources)}",
        year=year_text(report.year),
        orientation="landscape",
        code=groups_of_five(report.fingerprint),
        code_label=report.fingerprint_label,
        practice=report.practice,
        source=basis_text(report),
    )


def _blocks(report: CountyReport, table: TableData, signatures: Signatures) -> Sequence[Block]:
    dense = len(table.rows) > _DENSE_FROM
    spanned = {
        (span.row, span.column) for span in table.spans if span.columns > 2 and span.row >= table.header_rows
    }
    seal = f"{report.name}教育行政部门" if report.name else ""
    rows = [
        [
            Cell(table.text(row, column), align="l" if wide else None, bold=wide)
            for column in range(len(entries))
            for wide in [(row, column) in spanned]
        ]
        for row, entries in enumerate(table.rows)
    ]
    laid_out: list[Block] = [
        form_table(
            rows,
            table.widths,
            header_rows=table.header_rows,
            spans=table.spans,
            align=table.align,
            shade_cells=table.unmet,
            size=_DENSE_SIZE if dense or len(table.widths) > _WIDE else _SIZE,
            row_height=0.0 if dense else _ROW,
            dense=dense,
        ),
        *(blocks.note(text) for text in table.notes),
    ]
    return signed(laid_out, signatures, seal_of=seal) if table.signed else laid_out
