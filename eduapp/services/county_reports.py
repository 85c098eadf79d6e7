"""The county's report: the schools that count, judged, and the figures over their sections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eduapp.printing.county_sources import Source
from eduapp.services.county_books import PAPER
from eduapp.services.jobs import Progress
from eduapp.services.trust import digits_of
from eduapp.standards.campuses import grouped
from eduapp.standards.county.form import county_form
from eduapp.standards.county.report import CountyReport, standard_report
from eduapp.standards.packs.reader import chosen

if TYPE_CHECKING:
    import datetime
    from collections.abc import Generator, Sequence

    from eduapp.services.county_books import CountyBook
    from eduapp.standards.county.data import SchoolEntry

__all__ = ["Source", "county_report", "sources_of"]


def county_report(
    book: CountyBook, on: datetime.date | None = None, standards: Sequence[str] | None = None
) -> Generator[Progress, None, CountyReport]:
    """Compute the report of the set as it stands: a pure function of it, in school-code order."""
    day = on or book.reference_date
    named = chosen(standards) if standards else book.standards
    used = [standard for standard in named if standard.in_force(day)]
    view = book.view()
    alone: dict[str, SchoolEntry] = {}
    for done, (code, school) in enumerate(view.items(), 1):
        if used:
            alone[code] = book.entry((school.counts.id,), used[0], day)
        yield Progress("计算", done, len(view))
    groups = grouped({code: entry.facts.parent_code for code, entry in alone.items()})
    missing = len(set(book.expected) - set(view))
    reports, judged = [], {}
    for standard in used:
        entries = [
            book.entry(tuple(view[each].counts.id for each in (code, *campuses)), standard, day)
            for code, campuses in groups.items()
        ]
        # A local plan asks for what the national one said, relaxed or not.
        judged[standard.over or standard.id] = entries
        below = judged.get(standard.beside, [])
        reports.append(standard_report(entries, standard, day, book.draft, missing, below))
    first = reports[0] if reports else None
    report = CountyReport(
        code=book.code,
        name=book.name,
        year=book.year,
        on=day,
        standards=tuple(standard.id for standard in used),
        fingerprint=book.fingerprint,
        expected=len(book.expected) or None,
        schools=first.schools if first else (),
        stages=first.stages if first else (),
        unchecked_keys=book.unchecked_keys,
        practice=book.practice,
        county_level=first.county_level if first else (),
        others=tuple(reports[1:]),
        campuses=tuple(alone[each] for campuses in groups.values() for each in campuses),
    )
    form = county_form(report.schools, report.campuses, used[0] if used else None, day, book.draft)
    return replace(report, form=form)


def sources_of(book: CountyBook) -> tuple[Source, ...]:
    """Return whose file stands behind each school's numbers, in school-code order."""
    how = {(each.public_key, each.school): each.how for each in book.keys}
    found = []
    for school, view in book.view().items():
        got = book.received[view.counts.id]
        found.append(
            Source(
                school=school,
                name=got.name,
                state=view.counts.state,
                submission=view.counts.id,
                digits=digits_of(got.public_key),
                checked=how.get((got.public_key, school)) == PAPER,
                unsettled=view.conflict,
            )
        )
    return tuple(found)
