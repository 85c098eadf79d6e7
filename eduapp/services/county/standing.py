"""Which schools of a county stand by their own files, and which by the export of the statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from eduapp.standards.grouping import grouped

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from eduapp.services.county.statements import Statements
    from eduapp.services.merge.moment import Moment


class StandingBook(Protocol):
    """What is asked of a county's book: whose campus a school is, at a moment."""

    statements: Statements


def codes_of(moment: Moment) -> list[str]:
    """Return the codes of all that has figures at a moment, in order."""
    return sorted({*moment.view, *moment.by_export}) if moment.by_export else list(moment.view)


def parts_of(moment: Moment, code: str) -> tuple[str, ...]:
    """Return what counts of a code: its submission, else the sites of the export that stand for it."""
    found = moment.view.get(code)
    if found is not None:
        return (found.counts.id,)
    return tuple(each.id for each in moment.by_export.get(code, ()))


def groups_of(book: StandingBook, moment: Moment) -> dict[str, list[str]]:
    """Return each school with its campuses, by code."""
    return grouped({code: book.statements.parent_of(code, moment) for code in codes_of(moment)})


def standing_by_list(moment: Moment) -> dict[str, tuple[str, ...]]:
    """Return what `standing_by_export` does by the list alone: without a file that had to be opened."""
    stated, listing = moment.by_export, moment.listing
    if not stated:
        return {}
    groups = grouped({code: listing.parent_of(code) for code in codes_of(moment)})
    return _stated(groups, stated) | {each: (each,) for each in stated if each not in groups}


def standing_by_export(book: StandingBook, moment: Moment) -> dict[str, tuple[str, ...]]:
    """Return the schools that count as by the export, each with its sites that stand by it, by code.

    One site is enough: a school whose own file came stands by the export while a campus of it does.
    """
    stated = moment.by_export
    return _stated(groups_of(book, moment), stated) if stated else {}


def _stated(groups: Mapping[str, Sequence[str]], stated: Collection[str]) -> dict[str, tuple[str, ...]]:
    found = {
        code: tuple(each for each in (code, *campuses) if each in stated) for code, campuses in groups.items()
    }
    return {code: sites for code, sites in found.items() if sites}
