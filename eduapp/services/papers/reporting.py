"""Reports: the papers of a school and a county, and the county's tables as a spreadsheet.

Each page carries the 数据码 of the data it shows, and their whole id in a QR code; a county its fingerprint.
What only one kind of paper needs is loaded with that paper: the first checklist of a day waits for no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from eduapp.exchange.data_code import PAPER, Origin, data_code, page_text
from eduapp.exchange.files import replace_whole
from eduapp.printing import checklist
from eduapp.printing.head import JudgedSchool, PaperHead
from eduapp.printing.signature import Signatures
from eduapp.services import entry
from eduapp.services.checking import check
from eduapp.services.papers import ledger_contents, printing_log, statistics
from eduapp.services.papers.printing_log import EXPLANATION as WHY
from eduapp.standards.packs.reader import load
from eduapp.standards.school_facts import facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from db.records.draft import Draft
    from eduapp.exchange.spreadsheets import Entry, SheetTable
    from eduapp.printing.county_sources import Source
    from eduapp.printing.county_tables import TableData
    from eduapp.services.books import SchoolBook
    from eduapp.services.county.books import CountyBook
    from eduapp.services.papers.printing_log import Stamp
    from eduapp.standards.county.outlook import Outlook
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.explained import Explanation
    from eduapp.standards.standard import Standard

SELF_EVALUATION, DEFAULT_SCHOOL_PAPER = "self-evaluation", "checklist"
RECTIFICATION = "rectification"
"""The ledger that is no plain list: each line with what is judged of it now."""
_LIST_TITLES = {RECTIFICATION: "问题整改台账"}
# The name of an explanation is why:CODE[:STAGE[:STANDARD]].
ROWS_ON_PAPER = 200
SHEET_WIDTH, UPRIGHT_WIDTH = 150, 100


def school_papers(standards: Sequence[Standard] | None = None) -> tuple[tuple[str, str], ...]:
    """Return (name, title) of each paper of a school: the two forms, the lists, the ledgers."""
    return tuple(paper for _, papers in school_paper_groups(standards) for paper in papers)


def school_paper_groups(
    standards: Sequence[Standard] | None = None,
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return (group, its papers as (name, title)): those that the chosen standards have, or all."""
    forms = [(DEFAULT_SCHOOL_PAPER, "指标核对表(签字盖章)")]
    if standards is None or _judging_sections(standards) is not None:
        forms.append((SELF_EVALUATION, "学校自评表"))
    lists_ = tuple((name, _LIST_TITLES.get(name, f"{RECORDS[name].label}登记表")) for name in LISTS)
    return (
        ("签字上报", tuple(forms)),
        ("登记表", lists_),
        ("统计台账", tuple(ledger_contents.papers())),
        ("教基报表", statistics.papers()),
    )


def _judging_sections(standards: Sequence[Standard]) -> Standard | None:
    """Return the first standard that judges a school's sections by thresholds: the form is of that one."""
    return next((standard for standard in standards if standard.pass_at_least), None)


def print_school(book: SchoolBook, name: str, *, blank: bool = False, stamp: Stamp | None = None) -> bytes:
    """Return a paper of a school as PDF, blank for the pen or filled.

    stamp: what the paper shows, where the caller has it (`printing_log.stamp_of`). Raises Problem
    `paper-unknown`, `self-evaluation-no-standard`.
    """
    if name.startswith(WHY) and not blank:
        code, stage, standard, *_ = (*name.removeprefix(WHY).split(":"), "", "")
        return print_explanation(book, code, stage or None, standard or None, stamp=stamp)
    if name not in dict(school_papers()):
        raise Problem("paper-unknown", name=name, known=_known_papers())
    head = _head(book, name, None if blank else stamp or printing_log.stamp_of(book))
    if name == RECTIFICATION:
        from eduapp.printing import rectification as rectification_paper  # noqa: PLC0415 - of this paper alone
        from eduapp.services import rectification  # noqa: PLC0415 - of this paper alone

        lines = () if blank else rectification.outside(rectification.lines(book))
        return rectification_paper.rectification(head, lines, book.reference_date, blank=blank)
    if name in LISTS:
        from eduapp.printing import lists  # noqa: PLC0415 - of this paper alone

        rows = None if blank else _shown_rows(book, name)
        return lists.record_list(head, RECORDS[name], rows, complete=name in book.draft.complete)
    if name not in {DEFAULT_SCHOOL_PAPER, SELF_EVALUATION}:
        from eduapp.printing import printed_ledger  # noqa: PLC0415 - of this paper alone

        make = statistics.content if name.startswith(statistics.PREFIX) else ledger_contents.make
        return printed_ledger.ledger(head, make(book, name), blank=blank)
    judged = None if blank else JudgedSchool(book.data, check(book))
    if name == SELF_EVALUATION:
        form = _judging_sections(book.standards)
        if form is None:
            chosen = "、".join(each.title for each in book.standards)
            raise Problem("self-evaluation-no-standard", chosen=chosen)
        from eduapp.printing import self_evaluation  # noqa: PLC0415 - of this paper alone

        return self_evaluation.self_evaluation(head, form, judged)
    first, *others = book.standards
    return checklist.checklist(head, first, judged, others)


def print_explanation(
    book: SchoolBook,
    code: str,
    stage: str | None = None,
    standard: str | None = None,
    *,
    stamp: Stamp | None = None,
) -> bytes:
    """Return 指标说明 of a verdict as PDF: of the named section and standard, else of the first there is.

    Raises Problem `verdict-unknown`, `standard-unknown`.
    """
    from eduapp.printing import explanation  # noqa: PLC0415 - of this paper alone
    from eduapp.services import explaining  # noqa: PLC0415 - of this paper alone

    chosen = [load(standard)] if standard else book.standards
    verdict = explaining.find_verdict(book, chosen, book.reference_date, code, stage)
    explained = explaining.Explainer(book).explain(verdict, limit=ROWS_ON_PAPER)
    head = _head(book, f"{WHY}{code}", stamp or printing_log.stamp_of(book))
    return explanation.explanation(head, explained)


def print_county_explanation(
    book: CountyBook, explained: Explanation, draft: Draft, submission: str
) -> bytes:
    """Return 指标说明 of a verdict on a submission; `draft` is what the submission states."""
    from eduapp.printing import explanation  # noqa: PLC0415 - of this paper alone

    if submission not in book.received:
        raise Problem("export-no-file")
    got, facts = book.received[submission], facts_of(draft.only("school"))
    head = PaperHead(
        school=facts.name,
        school_code=facts.code,
        kind=facts.kind,
        year=got.year,
        code=data_code(got.data_id),
        qr=page_text(
            Origin.SCHOOL, got.member.school, got.year, f"{WHY}{explained.verdict.code}", got.data_id
        ),
        draft=got.member.state != "final",
        practice=got.practice,
    )
    return explanation.explanation(head, explained)


def print_county_rectification(book: CountyBook, report: CountyReport) -> bytes:
    """Return 县级问题整改台账 as PDF: the county's lines, and those of its schools as they were handed in."""
    from eduapp.printing import rectification as rectification_paper  # noqa: PLC0415 - of this paper alone
    from eduapp.services import rectification  # noqa: PLC0415 - of this paper alone

    own = rectification.outside(rectification.county_lines(book, report, report.on))
    schools = rectification.school_ledgers(book, report, report.on)
    return rectification_paper.county_rectification(
        report,
        own,
        [line for each in schools for line in rectification.outside(each.lines)],
        qr=_county_text(report, RECTIFICATION),
    )


def print_county(
    report: CountyReport, sources: Sequence[Source] = (), outlook: Outlook | None = None
) -> bytes:
    """Return tables Ⅰ to Ⅵ of the national form, their annexes with the sources and the outlook as PDF."""
    from eduapp.printing import county_book  # noqa: PLC0415 - of this paper alone

    text = _county_text(report, PAPER)
    return county_book.county_book(report, sources=sources, outlook=outlook, qr=text)


def write_county_tables(
    report: CountyReport, path: Path, sources: Sequence[Source] = (), outlook: Outlook | None = None
) -> None:
    """Write the same tables as a spreadsheet, numbers as numbers, rounded as the form prescribes."""
    from eduapp.exchange.spreadsheets import write_workbook  # noqa: PLC0415 - half a second to import
    from eduapp.printing import county_outlook, county_sheets  # noqa: PLC0415 - of this paper alone

    tables = list(county_sheets.sheets(report, sources))
    if outlook is not None and outlook.stages:
        tables.append(county_outlook.outlook_table(outlook))
    write_workbook(path, [_sheet(report, table, sources) for table in tables])


def save(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; raises Problem."""
    replace_whole(path, content)


def _county_text(report: CountyReport, paper: str) -> str:
    """Return the text of the QR code of a county's pages; none for a report that was made of no set."""
    whole = report.whole_fingerprint
    return page_text(Origin.COUNTY, report.code, report.year, paper, whole) if whole else ""


def _known_papers() -> str:
    return "、".join((*(name for name, _ in school_papers()), f"{WHY}指标[:学段]"))


def _head(book: SchoolBook, paper: str, stamp: Stamp | None) -> PaperHead:
    """Return the head of a paper; without a stamp it is a blank form and carries no code."""
    facts, profile = book.facts, book.draft.only("school")

    def text(name: str) -> str:
        return entry.show_outside(book, "school", name, profile[name])

    built = profile["built_year"]
    return PaperHead(
        school=facts.name,
        school_code=facts.code,
        kind=facts.kind,
        built_year=built if isinstance(built, int) else None,
        year=book.year,
        code=data_code(stamp.data_id) if stamp else None,
        qr=page_text(Origin.SCHOOL, facts.code, book.year, paper, stamp.data_id) if stamp else "",
        draft=stamp is not None and stamp.draft,
        practice=book.practice,
        signatures=Signatures(
            filled_by=text("filled_by"),
            checked_by=text("reviewed_by"),
            head=text("principal"),
            phone=text("phone"),
        )
        if stamp
        else Signatures(),
    )


def _shown_rows(book: SchoolBook, record: str) -> list[list[str]]:
    return [
        entry.show_row_outside(book, record, row, RECORDS[record].fields)
        for row in book.draft.rows[record].values()
    ]


def _sheet(report: CountyReport, table: TableData, sources: Sequence[Source]) -> SheetTable:
    from eduapp.exchange.spreadsheets import SheetColumn, SheetTable  # noqa: PLC0415 - see write_county_tables
    from eduapp.printing import county_tables  # noqa: PLC0415 - of this paper alone

    across = table.orientation == "landscape"
    share = (SHEET_WIDTH if across else UPRIGHT_WIDTH) / sum(table.widths)
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
        f"合并指纹 {report.fingerprint_words}",
    )
    last, width = len(body), len(table.widths)
    merged = [(s.row + 1, s.column + 1, s.row + s.rows, s.column + s.columns) for s in table.spans]
    merged += [(last + at, 1, last + at, width) for at, _ in enumerate(foot, 1)]
    return SheetTable(
        name=table.key,
        columns=tuple(SheetColumn(each * share) for each in table.widths),
        rows=[*body, *((line,) for line in foot)],
        title=table.title,
        header_rows=table.header_rows,
        merged=tuple(merged),
        landscape=across,
        rounded=True,
        marked=frozenset((row + 1, column + 1) for row, column in table.unmet),
    )
