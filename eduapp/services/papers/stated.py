"""The page of a received file as this program prints it: for the eye to compare with the stamped sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from eduapp.exchange.submission import inspect
from eduapp.printing.preview import Preview
from eduapp.services.books import SchoolBook
from eduapp.services.papers import reporting
from eduapp.services.papers.printing_log import Stamp
from eduapp.standards.packs.reader import chosen, standard_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.records.draft import Draft
    from db.records.edits import Edit
    from eduapp.exchange.manifest import Manifest
    from eduapp.services.county.books import CountyBook
    from eduapp.standards.standard import Standard


class StatedBook(SchoolBook):
    """What a submission states, read and printed as a school's own book is. Nothing can be written to it."""

    def __init__(self, draft: Draft, manifest: Manifest) -> None:
        """Take over the draft; there is no workbook behind it."""
        self.draft = draft
        self._manifest = manifest

    @property
    def year(self) -> int:
        """The school year the file is of."""
        return self._manifest.year

    @property
    def practice(self) -> bool:
        """Whether these are practice data."""
        return self._manifest.practice

    @property
    def county(self) -> str:
        """The county's code."""
        return self._manifest.county

    @property
    def approved(self) -> bool:
        """Whether it was handed in as final."""
        return self._manifest.state == "final"

    @property
    def standards(self) -> tuple[Standard, ...]:
        """The standards the school judged itself by, those of them that this program has."""
        used = [each.id for each in self._manifest.standards if each.id in standard_ids()]
        return chosen(used)

    def commit(self, edits: Sequence[Edit], text: str, beside: object = None) -> NoReturn:
        """Refuse: a file that was handed in is what it is."""
        del edits, text, beside
        raise TypeError("what a submission states cannot be changed")


def paper_of(book: CountyBook, submission: str, name: str) -> bytes:
    """Return a paper of a received file as PDF: what the school's own print of these data shows.

    A file that was not encrypted has no personal fields, and neither has its paper. Raises Problem
    `county-key-locked`, `paper-unknown`, `self-evaluation-no-standard`, `verdict-unknown`.
    """
    manifest = inspect(book.content(submission), book.identities).manifest
    stamp = Stamp(book.received[submission].data_id, "", draft=manifest.state != "final")
    return reporting.print_school(StatedBook(book.stated(submission), manifest), name, stamp=stamp)


def lines_of(pdf: bytes, page: int | None) -> tuple[str, ...]:
    """Return the lines of a page (from 1) that hold a figure; of all pages where it is not known."""
    with Preview(pdf) as preview:
        known = page is not None and 1 <= page <= preview.pages
        wanted = [page - 1] if known and page is not None else range(preview.pages)
        lines = [line.strip() for each in wanted for line in preview.text(each).splitlines()]
    return tuple(line for line in lines if any(letter.isdigit() for letter in line))
