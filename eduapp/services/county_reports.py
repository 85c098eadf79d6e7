"""The county's report: the schools that count, judged, and the figures over their sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.printing.county_sources import Source
from eduapp.services.county_books import PAPER
from eduapp.services.jobs import Progress
from eduapp.services.trust import digits_of
from eduapp.standards.county import CountyReport, stage_reports
from eduapp.standards.standard import load

if TYPE_CHECKING:
    import datetime
    from collections.abc import Generator, Sequence

    from eduapp.services.county_books import CountyBook

__all__ = ["Source", "county_report", "sources_of"]


def county_report(
    book: CountyBook, on: datetime.date | None = None, standards: Sequence[str] | None = None
) -> Generator[Progress, None, CountyReport]:
    """Compute the report of the set as it stands: a pure function of it, in school-code order."""
    day = on or book.reference_date
    chosen = [load(name) for name in standards] if standards else list(book.standards)
    chosen = [standard for standard in chosen if standard.in_force(day)]
    view = book.view()
    entries = []
    for done, school in enumerate(view.values(), 1):
        if chosen:
            entries.append(book.entry(school.counts.id, chosen[0], day))
        yield Progress("计算", done, len(view))
    return CountyReport(
        code=book.code,
        name=book.name,
        year=book.year,
        on=day,
        standards=tuple(standard.id for standard in chosen),
        fingerprint=book.fingerprint,
        expected=len(book.expected) or None,
        schools=tuple(entries),
        stages=stage_reports(entries, chosen[0]) if chosen else (),
        unchecked_keys=book.unchecked_keys,
        practice=book.practice,
    )


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
