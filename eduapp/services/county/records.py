"""The county's own records: what is found in them, and what its schools' submissions tell of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from db.records.rows import ONLY
from eduapp.services import entry
from eduapp.standards.county import rollup as rolling
from eduapp.standards.county.rules import county_findings

if TYPE_CHECKING:
    from db.records.draft import Draft
    from eduapp.services.changes import Changes
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.rollup import Rollup
    from eduapp.standards.results import Finding


def rollup(book: CountyBook) -> Rollup:
    """Add up what the submissions that count tell of the county's numbers.

    Long for the first time after a merge: each submission is read once. Without a school list no
    school is known to be missing.
    """
    view = book.view()
    missing = len(set(book.expected) - set(view))
    return rolling.rollup((book.judging.counts_of(school.counts.id) for school in view.values()), missing)


def check(book: CountyBook, schools: Rollup | None = None) -> tuple[Finding, ...]:
    """Return what is found in the county's records as they stand, with the explanations given.

    `schools` is what `rollup` returned; without it the numbers are not compared with the schools'.
    """
    return check_draft(book.draft, schools)


def check_draft(draft: Draft, schools: Rollup | None = None) -> tuple[Finding, ...]:
    """Return what is found in a draft of a county's records: also of a rehearsal."""
    return tuple(
        replace(finding, reason=draft.reasons[finding.id]) if finding.id in draft.reasons else finding
        for finding in county_findings(draft, schools)
    )


def take_sums(book: CountyBook, schools: Rollup) -> Changes:
    """Fill the schools' sums into numbers that are still blank; one that is typed is never touched.

    Only sums that every school has told: a part of the county is not the county's number.
    """
    row = book.draft.only(rolling.RECORD)
    fitting = {name: each.total for name, each in schools.items() if each.complete and row[name] is None}
    return entry.set_cells(
        book, ((rolling.RECORD, ONLY, name, total) for name, total in fitting.items()), "填入各校合计"
    )
