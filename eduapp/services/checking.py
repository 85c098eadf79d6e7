"""Checking: everything that is judged of a school, as it stands now."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from db.records.catalog import RECORDS
from db.records.items import DOCUMENT_FORMULAS
from db.records.rows import ONLY
from eduapp.standards import rectification, wording
from eduapp.standards.checks.kept import RowFindings, explained
from eduapp.standards.checks.rows import reason_findings
from eduapp.standards.checks.school_rules import table_findings
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import Feed
from eduapp.standards.packs.reader import chosen as chosen_standards
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Report
from eduapp.standards.strictness import TICKS
from eduapp.standards.tally import contributions

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from db.records.choices import Stage
    from db.records.draft import Draft
    from eduapp.services.books import SchoolBook
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.figures import Figure
    from eduapp.standards.results import Finding, Input, SectionResult, Verdict
    from eduapp.standards.standard import Standard


def check(
    book: SchoolBook, on: datetime.date | None = None, standards: Sequence[str] | None = None
) -> Report:
    """Judge a school on a day (1 September of its year by default) by its standards or the named ones."""
    chosen = chosen_standards(standards) if standards else book.standards
    day = on or book.reference_date
    if day != book.reference_date:
        data = SchoolData(book.draft, on=day)
        return _report(data, day, chosen, book.row_findings, table_findings(data))
    live = book.live
    with live.alone:
        return _report(live, day, chosen, book.row_findings, table_findings(live))


def check_draft(draft: Draft, on: datetime.date, standards: Sequence[Standard]) -> Report:
    """Judge a draft counted anew: a rehearsal of an import, or what a submission states."""
    data = SchoolData(draft, on=on)
    return _report(data, on, standards, RowFindings(draft), table_findings(data))


def _report(
    data: SchoolData,
    day: datetime.date,
    standards: Sequence[Standard],
    in_rows: RowFindings,
    across: Iterable[Finding],
) -> Report:
    chosen = [standard for standard in standards if standard.in_force(day)]
    sections = sections_of(data, day, chosen)
    school_level = tuple(verdict for standard in chosen for verdict in evaluate_school(data, standard, day))
    across = (*across, *_rectification(data, sections, school_level))
    findings = (*in_rows, *explained(across, data.draft.reasons))
    told = [finding for finding in findings if finding.id in in_rows.numbered] if in_rows.numbered else ()
    return Report(
        on=day,
        standards=tuple(standard.id for standard in chosen),
        sections=sections,
        school_level=school_level,
        findings=(*findings, *reason_findings(told)),
    )


def _rectification(
    data: SchoolData, sections: Sequence[SectionResult], school_level: Sequence[Verdict]
) -> tuple[Finding, ...]:
    """Find the lines of the 整改台账 that say they are done while their verdict is not met."""
    rows = data.draft.rows[rectification.RECORD]
    if all(row["done"] is None for row in rows.values()):
        return ()
    return tuple(rectification.findings(rows, rectification.of_sections(sections, school_level)))


def sections_of(
    data: SchoolData, day: datetime.date, standards: Sequence[Standard]
) -> tuple[SectionResult, ...]:
    """Judge the sections by several standards in force on a day, the first of which decides."""
    by_standard = [evaluate_sections(data, standard, day) for standard in standards]
    return tuple(_joined(list(each)) for each in zip(*by_standard, strict=True))


def _joined(sections: list[SectionResult]) -> SectionResult:
    """The first standard judges the section; the others' verdicts stand beside."""
    return replace(sections[0], verdicts=tuple(verdict for each in sections for verdict in each.verdicts))


class Records(Protocol):
    """What verdicts stand on: a workbook's draft, or what a submission states, with its figures."""

    @property
    def draft(self) -> Draft:
        """The records."""

    @property
    def data(self) -> SchoolData:
        """The figures as they stand."""


def feeds(book: Records, part: Input, limit: int = 200) -> list[Feed]:
    """Return the cells behind a figure: the rows that count (or are unknown), or the declared field."""
    figure = FIGURES[part.figure]
    if part.source != "rows" or figure.rows is None:
        field = figure.fields[0] if figure.fields else ""
        places = _declared_places(book, figure, part.stage, field) if field else []
        return [Feed(*place, field, RECORDS[place[0]].fields[field].item.label) for place in places]
    found: dict[str, Feed] = {}
    data = book.data
    for key, row in book.draft.rows[figure.rows.record].items():
        for _name, stage, amount in contributions(figure, row, data.facts, data.on):
            if part.stage in {None, stage} and len(found) < limit:
                note = "缺数" if amount is None else ""
                found[key] = Feed(figure.rows.record, key, figure.rows.fields[0], note)
    return list(found.values())


def offenders(book: Records, verdict: Verdict, limit: int = 200) -> list[Feed]:
    """Return the cells that break a limit one by one: classes too large, class-days too long."""
    indicator = load(verdict.standard).indicator(verdict.code)
    found = FORMULAS[indicator.formula].offenders if indicator.formula else None
    return list(islice(found(book.data, indicator.terms), limit)) if found else []


def _declared_places(book: Records, figure: Figure, stage: Stage | None, field: str) -> list[tuple[str, str]]:
    """Return (record, key) of the cells that state a figure, or where it is to be typed."""
    if not figure.by_stage:
        return [(figure.record, ONLY)]
    sections = book.data.sections
    asked = (stage,) if stage else sections
    own = [stage for stage in asked if book.draft.section(stage)[field] is not None]
    # One section may take the school's total; for two it is read only for the school as a whole.
    total_counts = figure.staged_total and (stage is None or len(sections) == 1)
    if len(own) < len(asked) and total_counts:
        return [("school_total", ONLY)]
    return [(figure.record, each) for each in asked]


def relaxations_note(report: Report | CountyReport) -> str:
    """Say whether the relaxations of the 2024 procedure are counted in, and till when."""
    return wording.relaxations_note([load(name) for name in report.standards], report.on)


def standard_title(standard_id: str) -> str:
    """Return the name of a standard as people choose it: title and number."""
    standard = load(standard_id)
    return f"{standard.title} {standard.number}"


def standard_of(verdict: Verdict) -> Standard:
    """Return the standard that judged."""
    return load(verdict.standard)


def asks_document(verdict: Verdict) -> bool:
    """Whether a school's item is answered by a document, alone or beside its number."""
    item = standard_of(verdict).indicator(verdict.code)
    return item.formula in DOCUMENT_FORMULAS or item.with_document


def asks_county_document(verdict: Verdict) -> bool:
    """Whether an item of the county itself is answered by a document, alone or beside its number."""
    item = standard_of(verdict).indicator(verdict.code)
    return item.county in DOCUMENT_FORMULAS or (bool(item.county) and item.with_document)


def is_tick(verdict: Verdict, *, county: bool = False) -> bool:
    """Whether an item of a school (of the county itself) is only said to be met, by a document.

    Its 1 or 0 is no number to look at; what the county counts over its schools is one.
    """
    item = standard_of(verdict).indicator(verdict.code)
    return (item.county if county else item.formula) in TICKS
