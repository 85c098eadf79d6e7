"""`county accept`: a person says that a county's workbook is right as it lies here; the county signs it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import journal
from db.problems import Problem
from db.records.values import clean
from db.workbook import now, open_workbook, who
from eduapp.services.books import COUNTY
from eduapp.services.county import signed_log
from eduapp.services.county.books import open_county
from eduapp.services.keys import county as county_keys
from eduapp.services.keys import known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eduapp.services.county.books import CountyBook

ACCEPTABLE = frozenset({"county-keys-changed", "log-not-signed", "log-behind", "log-differs"})
"""Why a workbook does not open that a person can mend by a word: what this computer remembers speaks against
it, and nothing in the workbook itself does."""


@dataclass(frozen=True)
class Accepted:
    """The book, open, and the digests of what had failed and is not said any more."""

    book: CountyBook
    cleared: list[str]


@contextmanager
def accept(path: Path, reason: str) -> Iterator[Accepted]:
    """Let this computer know a workbook as it lies here; the journal keeps who said so, when and why.

    What had failed at an upgrade and was said before is said no more. Raises Problem `reason-missing`,
    `not-a-county-workbook`, `county-keys-removed`, `county-key-locked`, and what is wrong beyond this
    computer's marks: that no word mends.
    """
    said = clean(reason)
    if not said:
        raise Problem("reason-missing")
    seen = _failed_before(path)
    county_keys.accept_log(path)
    with open_county(path) as book:
        book.begin_log()
        cleared = book.accept_failed(seen, said)
        with book.workbook.writing() as door:
            journal.note(door, "log-accepted", f"{book.log.at.number} {said}", who(), now())
        yield Accepted(book, cleared)


def _failed_before(path: Path) -> frozenset[str]:
    """Return the digests of what the log says already to have failed."""
    with open_workbook(path) as opened:
        if opened.meta.get("role") != COUNTY:
            raise Problem("not-a-county-workbook", path=str(path))
        if county_keys.certificate_of(opened) is None:
            known.require_no_traces(opened)
        with opened.reading() as door:
            return frozenset(signed_log.failed_in(door))
