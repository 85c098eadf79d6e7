"""What the board shows of the figures that were computed last, until they are computed again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from db.workbook import now
from eduapp.services.county import closing
from eduapp.services.county.kept_entries import BOARD, EntryAsked
from eduapp.services.county.plain_data import Codec

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.report import CountyReport


@dataclass(frozen=True)
class LastFigures:
    """How many items of the county were settled when that was computed last, and when."""

    at: str
    items: int
    settled: int


def keep_figures(book: CountyBook, report: CountyReport) -> LastFigures:
    """Keep what the board shows of a report, for the next opening; nothing is ever computed from it."""
    judged = [each.settlement for each in report.county_level if each.settlement]
    found = LastFigures(now(), len(judged), sum(each.settled for each in judged))
    before = last_figures(book)
    if before is None or (before.items, before.settled) != (found.items, found.settled):
        book.judging.store.add(_board_of(book), found, _form())
        book.judging.store.write()
    return found


def last_figures(book: CountyBook) -> LastFigures | None:
    """Return what was kept; None where anything that it stood on is other now, or the key is locked."""
    book.judging.store.open()
    found: LastFigures | None = book.judging.store.read(_board_of(book), _form())
    return found


def _board_of(book: CountyBook) -> EntryAsked:
    stands_on = (book.moment.digest.hex(), closing.basis_of(book), book.reference_date.isoformat())
    return EntryAsked(BOARD, (*stands_on, book.code, book.name), ())


@cache
def _form() -> Codec:
    return Codec(LastFigures, {})
