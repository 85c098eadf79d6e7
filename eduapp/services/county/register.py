"""The school list and what schools say otherwise: 与名册不符, and the decisions that take it over.

What the list says of a school (code, name, kind, whose campus it is) counts; a school's own statement that
differs has no effect until a person takes it over. In a workbook of an older release the links that
schools had stated count as before until a person confirms them; what is stated after that counts no more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.services.merge import stating
from eduapp.services.merge.decisions import LIST
from eduapp.services.merge.listing import Expected
from eduapp.standards.county.register import Difference, PendingLink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.moment import Moment
    from eduapp.services.merge.stating import SchoolIdentity

CHANGED, TAKEN_OVER = "更改学校名单", "采用学校所报"
CONFIRMED, SIGNED = "确认校区关系", "签署学校名单"
"""The reasons of list decisions, where nobody gave another."""


def differences(book: CountyBook, moment: Moment | None = None) -> tuple[Difference, ...]:
    """Return where the submissions that count differ from the list, by school; each is read once."""
    at, told = moment or book.moment, book.statements
    return tuple(
        each
        for school, view in at.view.items()
        for each in stating.differences(
            told.said_at(view.counts.id, at), at.listing.by_code.get(school), told.parent_of(school, at)
        )
    )


def differs(book: CountyBook, school: str, said: SchoolIdentity) -> tuple[str, ...]:
    """Return in words where what a file says, which may be only rehearsed, differs from the list."""
    listing, parent = book.moment.listing, book.statements.parent_of(school, book.moment)
    said = replace(said, parent=listing.current(said.parent))
    found = stating.differences(said, listing.by_code.get(school), parent)
    return tuple(each.text for each in found)


def pending_links(book: CountyBook, moment: Moment | None = None) -> tuple[PendingLink, ...]:
    """Return the links of before that still count without a decision."""
    at = moment or book.moment
    return tuple(
        PendingLink(school, book.statements.said(at.view[school].counts.id).name, parent)
        for school, parent in sorted(book.statements.links_before(at).items())
        if parent in at.view
    )


def take_over(book: CountyBook, schools: Collection[str] | None = None, reason: str = "") -> tuple[str, ...]:
    """Take what schools say of themselves into the list, by one decision; return whose it was.

    `schools` are codes, None for all that differ. Raises Problem `register-agrees`, `parent-not-listed`.
    """
    wanted = {each.school for each in differences(book) if each.field != stating.CODE}
    chosen = sorted(wanted if schools is None else wanted & set(schools))
    if not chosen:
        raise Problem("register-agrees")
    rows = [_as_said(book, school) for school in chosen]
    parents = _parents(book, (each.parent or "" for each in rows))
    book.set_expected([*parents, *rows], reason or TAKEN_OVER)
    return tuple(chosen)


def confirm_links(
    book: CountyBook, schools: Collection[str] | None = None, reason: str = ""
) -> tuple[str, ...]:
    """Settle the links of before: those of some schools (None for all) become the list's, others end.

    Raises Problem `links-none`.
    """
    pending = pending_links(book)
    if not pending:
        raise Problem("links-none")
    chosen = [each for each in pending if schools is None or each.school in schools]
    rows = [replace(_as_said(book, each.school), parent=each.parent) for each in chosen]
    parents = _parents(book, (each.parent for each in chosen))
    book.set_expected([*parents, *rows], reason or CONFIRMED, links=True)
    return tuple(each.school for each in chosen)


def sign(book: CountyBook) -> None:
    """Sign the list as it stands where it was decided before the county had keys."""
    if not is_signed(book.decisions):
        book.set_expected((), SIGNED, again=True)


def is_signed(decisions: Iterable[Decision]) -> bool:
    """Whether the list as it stands is signed: each decision about it covers the whole by its digest."""
    last = [decision for decision in decisions if decision.kind == LIST][-1:]
    return all(each.signature for each in last)


def _as_said(book: CountyBook, school: str) -> Expected:
    """Return a school as its submission that counts says it is."""
    said = book.statements.said_at(book.view()[school].counts.id, book.moment)
    listed = book.expected.get(school)
    name = said.name or (listed.name if listed else "")
    return Expected(school, name, said.kind or (listed.kind if listed else None), said.campus)


def _parents(book: CountyBook, codes: Iterable[str]) -> list[Expected]:
    """Return rows for schools that have campuses and are not on the list themselves, but have reported."""
    missing = {code for code in codes if code not in book.expected and code in book.view()}
    return [replace(_as_said(book, code), parent=None) for code in sorted(missing)]
