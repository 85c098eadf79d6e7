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
from eduapp.services.keys import county_keys, known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from eduapp.services.county.books import CountyBook


@dataclass(frozen=True)
class Accepted:
    """The book, open, and the digests of what had failed and is not said any more."""

    book: CountyBook
    cleared: list[str]


@contextmanager
def accept(path: Path, reason: str, passphrase: str = "") -> Iterator[Accepted]:
    """Let this computer know a workbook as it lies here; the journal keeps who said so, when and why.

    `passphrase`: of the county's keys, "" where they have none or are open.

    What had failed at an upgrade and was said before is said no more. Raises Problem `reason-missing`,
    `not-a-county-workbook`, `county-keys-removed`, `county-key-locked`, and what is wrong beyond this
    computer's marks: that no word mends.
    """
    said = clean(reason)
    if not said:
        raise Problem("reason-missing")
    seen = _failed_before(path, passphrase)
    county_keys.accept_log(path)
    with open_county(path) as book:
        book.begin_log()
        cleared = accept_failed(book, seen, said)
        with book.workbook.writing() as door:
            journal.note(door, "log-accepted", f"{book.log.at.number} {said}", who(), now())
        yield Accepted(book, cleared)


def accept_failed(book: CountyBook, digests: Collection[str], reason: str) -> list[str]:
    """Take what failed at an upgrade out of what is said, by a person's word; return what was taken out.

    Raises Problem `reason-missing`, and what signing raises; then nothing is written.
    """
    said = clean(reason)
    if not said:
        raise Problem("reason-missing")
    failed = [digest for digest in book.log.failed if digest in digests]
    if failed:
        with book.writing() as (door, lines):
            lines.extend(map(signed_log.clear, failed))
            for each in failed:
                journal.note(door, "failed-accepted", f"{each} {said}", who(), now())
    return failed


def _failed_before(path: Path, passphrase: str) -> frozenset[str]:
    """Return the digests of what the log says already to have failed; the county's keys are opened."""
    with open_workbook(path) as opened:
        if opened.meta.get("role") != COUNTY:
            raise Problem("not-a-county-workbook", path=str(path))
        if county_keys.certificate_of(opened) is None:
            known.require_no_traces(opened)
        elif passphrase:
            county_keys.unlock(opened, passphrase)
        with opened.reading() as door:
            return frozenset(signed_log.failed_in(door))
