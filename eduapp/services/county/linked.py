"""Campuses by the schools' own word, from before the list decided: read once, then bound by the log.

In a workbook of a release before the list's word on campuses the word of its submissions counts until the
county confirms the links. It stands in the files alone, and a board hangs on it; so an opening read and
opened every file that counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.services.county import signed_log
from eduapp.services.county.held import LINK
from eduapp.services.keys import county as keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.held import Place, Row


_SAID = "="
"""Before what was said: a line without anything would say that nothing is known."""


def bound_in(held: Mapping[Place, Row]) -> dict[str, str]:
    """Return what the log holds of links: submission -> the school it called itself a part of, or ""."""
    return {key: row.removeprefix(_SAID) for (part, key), (row, _) in held.items() if part == LINK}


def take_in(book: CountyBook) -> int:
    """Let the log hold what the files say, once, where the county can sign; return how many were read.

    Without keys, and while they are locked, the files that count are read at each opening. What cannot be
    opened is left: it is said where it is needed.
    """
    said = book.statements
    said.bound = bound_in(book.log.held)
    ahead = sorted({each.id for each in book.members} & set(said.linked) - said.bound.keys())
    signs = keys.certificate_of(book.workbook) is not None and keys.can_sign(book.workbook)
    if not ahead or not signs or book.moment.listing.settled:
        return 0
    found = {each: campus for each in ahead if (campus := _read(book, each)) is not None}
    with book.writing() as (_, lines):
        lines.extend(signed_log.hold((LINK, each), _SAID + campus) for each, campus in found.items())
    said.bound = bound_in(book.log.held)
    return len(found)


def words(book: CountyBook) -> list[str]:
    """Say what an opening costs while links wait that the log does not hold."""
    linked = {each.id for each in book.members} & set(book.statements.linked) - book.statements.bound.keys()
    if not linked or book.moment.listing.settled:
        return []
    how = "确认校区关系以后" if keys.certificate_of(book.workbook) is None else "打开县级密钥一次以后"
    said = f"旧版本收的 {len(linked)} 个上报文件,每次打开都要先读其中计数的,才知道谁是谁的校区"
    return [f"{said};{how}不再读。"]


def _read(book: CountyBook, submission: str) -> str | None:
    try:
        return book.statements.campus_of(submission)
    except Problem:
        return None
