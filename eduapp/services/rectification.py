"""整改台账: each line with its verdict now, new lines from what is unmet, the county's roll-up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.personal_numbers import bare_of_numbers
from eduapp.services import entry
from eduapp.services.checking import check
from eduapp.standards import rectification as ledger
from eduapp.standards.rectification import (
    COUNTY_RECORD,
    RECORD,
    JudgedItem,
    LineState,
    RectificationLine,
    line_of,
)

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from eduapp.services.books import SchoolBook
    from eduapp.services.changes import Changes
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.report import CountyReport, StageReport
    from eduapp.standards.results import Report, Verdict


@dataclass(frozen=True)
class SchoolLedger:
    """The ledger of a school as its submission carries it, judged now."""

    code: str
    name: str
    lines: tuple[RectificationLine, ...]

    def count(self, state: LineState) -> int:
        """Return how many lines are in a state."""
        return sum(line.state is state for line in self.lines)


def lines(
    book: SchoolBook, on: datetime.date | None = None, report: Report | None = None
) -> tuple[RectificationLine, ...]:
    """Return the lines of a school's ledger with what its standards judge now.

    `on` decides what is overdue (left out: the reference date, so that the same data say the same on
    any day); `report` is the check at hand, made anew when there is none.
    """
    judged = judged_of(report or check(book))
    day = on or book.reference_date
    rows = book.draft.rows[RECORD]
    return tuple(line_of(key, row, judged, day) for key, row in rows.items())


def outside(found: Iterable[RectificationLine]) -> tuple[RectificationLine, ...]:
    """Return lines for paper: without identity and mobile numbers that were typed into their words."""
    return tuple(
        replace(
            each,
            item=bare_of_numbers(each.item),
            problem=bare_of_numbers(each.problem),
            measure=bare_of_numbers(each.measure),
            owner=bare_of_numbers(each.owner),
            school=bare_of_numbers(each.school),
        )
        for each in found
    )


def judged_of(report: Report) -> tuple[JudgedItem, ...]:
    """Return all that a report of a school judges."""
    return ledger.of_sections(report.sections, report.school_level)


def raise_lines(book: SchoolBook) -> Changes:
    """Add a line for every unmet verdict that has none, in one undo step; raises Problem."""
    texts = ledger.wanted(book.draft.rows[RECORD].values(), judged_of(check(book)))
    edits = entry.row_edits(book, RECORD, texts)
    return book.commit(edits, f"由未达标项生成 {len(edits)} 行{RECORDS[RECORD].label}")


# --- the county ---


def county_lines(
    book: CountyBook, report: CountyReport, on: datetime.date | None = None
) -> tuple[RectificationLine, ...]:
    """Return the county's own lines; one that names a school (code or name) follows its verdicts."""
    day = on or book.reference_date
    own = tuple(_judged_county(report))
    found = []
    for key, row in book.draft.rows[COUNTY_RECORD].items():
        school = row["school"]
        name = school if isinstance(school, str) else ""
        judged = _of_school(report, book.listing.current(name)) if name else own
        found.append(line_of(key, row, judged, day, name))
    return tuple(found)


def raise_county_lines(book: CountyBook, report: CountyReport) -> Changes:
    """Add a line for every unmet verdict and coefficient of the county that has none, in one undo step."""
    rows = [row for row in book.draft.rows[COUNTY_RECORD].values() if not isinstance(row["school"], str)]
    texts = ledger.wanted(rows, tuple(_judged_county(report)))
    edits = entry.row_edits(book, COUNTY_RECORD, texts)
    return book.commit(edits, f"由未达标项生成 {len(edits)} 行{RECORDS[COUNTY_RECORD].label}")


def school_ledgers(
    book: CountyBook, report: CountyReport, on: datetime.date | None = None
) -> Iterator[SchoolLedger]:
    """Yield the ledger of each school that has one, in school-code order.

    Each submission is read: long for a large county, so that a caller can show progress. The persons
    responsible stay at the school (personal fields do not travel).
    """
    day = on or book.reference_date
    for school in (*report.schools, *report.campuses):
        rows = book.draft_of(school.submission).rows[RECORD]
        if len(rows):
            judged = _of_school(report, school.facts.code)
            name = school.facts.name
            found = tuple(line_of(key, row, judged, day, name) for key, row in rows.items())
            yield SchoolLedger(school.facts.code, name, found)


def _levels(report: CountyReport) -> Iterator[tuple[Sequence[SchoolEntry], Sequence[StageReport]]]:
    yield (*report.schools, *report.campuses), report.stages
    for other in report.others:
        yield other.schools, other.stages


def _judged_county(report: CountyReport) -> Iterator[JudgedItem]:
    verdicts: list[Verdict] = list(report.county_level)
    for other in report.others:
        verdicts += other.county_level
    yield from ledger.of_verdicts(verdicts)
    for _, stages in _levels(report):
        for stage in stages:
            for indicator in stage.indicators:
                if indicator.limit is not None:
                    yield ledger.of_coefficient(indicator, stage.stage)


def _of_school(report: CountyReport, school: str) -> tuple[JudgedItem, ...]:
    """Return what is judged of a school named by its code or name, by all standards."""
    return tuple(
        judged
        for entries, _ in _levels(report)
        for each in entries
        if school in {each.facts.code, each.facts.name}
        for judged in ledger.of_sections(each.sections, each.school_level)
    )
