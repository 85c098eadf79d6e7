"""换码, 更名 and the other changes of one listed school, as the rows of a list decision. Pure.

The school keeps its id through all of them, and with it keys, campuses, corrections and receipts.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.codes import is_code
from db.records.values import MAX_TEXT, clean

if TYPE_CHECKING:
    from eduapp.services.merge.listing import Listed, Listing


class Act(StrEnum):
    """What happens to a school of the list."""

    NEW = "新设"
    RECODE = "换码"
    RENAME = "更名"
    KIND = "改类型"
    CAMPUS = "校区"


def recoded(listing: Listing, code: str, new: str, *, swap: bool = False) -> tuple[Listed, ...]:
    """Return the rows after a school took a new code; with `swap` it and the one that has it change codes.

    Raises Problem `school-unlisted`, `code-unusable`, `code-same`, `code-taken`, `code-free` (to swap with).
    """
    school, wanted = listed(listing, code), clean(new)
    if not is_code(wanted):
        raise Problem("code-unusable", text=wanted)
    if wanted == code:
        raise Problem("code-same", school=code, name=school.name)
    other = listing.by_code.get(wanted)
    if other is None:
        if swap:
            raise Problem("code-free", school=wanted)
        return (replace(school, code=wanted, decided=True),)
    if not swap:
        raise Problem("code-taken", school=wanted, name=other.name)
    return replace(school, code=wanted, decided=True), replace(other, code=code, decided=True)


def renamed(listing: Listing, code: str, name: str) -> Listed:
    """Return the row after a school took a new name; raises Problem `school-unlisted`, those of `named`."""
    return replace(listed(listing, code), name=named(code, name), decided=True)


def named(code: str, name: str) -> str:
    """Return the name of a school as it is listed; raises Problem `name-missing`, `name-too-long`.

    It goes into receipts and round files, whose names are no longer.
    """
    wanted = clean(name)
    if not wanted:
        raise Problem("name-missing", school=code)
    if len(wanted) > MAX_TEXT:
        raise Problem("name-too-long", school=code, most=MAX_TEXT)
    return wanted


def listed(listing: Listing, code: str) -> Listed:
    """Return the school that has a code; raises Problem `code-left`, `school-unlisted`."""
    found = listing.by_code.get(code)
    if found is not None:
        return found
    now = listing.current(code)
    if now != code:
        raise Problem("code-left", school=code, name=listing.by_code[now].name, now=now)
    raise Problem("school-unlisted", school=code)
