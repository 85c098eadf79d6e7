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
from eduapp.services.keys import county_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.services.county.held import Place, Row
    from eduapp.services.county.logged import LoggedBook
    from eduapp.services.county.statements import Statements
    from eduapp.services.merge.moment import Moment


_SAID = "="
"""Before what was said: a line without anything would say that nothing is known."""


def bound_in(held: Mapping[Place, Row]) -> dict[str, str]:
    """Return what the log holds of links: submission -> the school it called itself a part of, or ""."""
    return {key: row.removeprefix(_SAID) for (part, key), (row, _) in held.items() if part == LINK}


def take_in(book: LoggedBook, said: Statements, moment: Moment) -> int:
    """Let the log hold what the files say, once, where the county can sign; return how many were read.

    Without keys, and while they are locked, the files that count are read at each opening. What cannot be
    opened is left: it is said where it is needed.
    """
    said.bound = bound_in(book.log.held)
    ahead = _unbound(said, moment)
    signs = county_keys.certificate_of(book.workbook) is not None and county_keys.can_sign(book.workbook)
    if not (ahead and signs):
        return 0
    found = {each: campus for each in ahead if (campus := _read(said, each)) is not None}
    with book.writing() as (_, lines):
        lines.extend(signed_log.hold((LINK, each), _SAID + campus) for each, campus in found.items())
    said.bound = bound_in(book.log.held)
    return len(found)


def words(book: LoggedBook, said: Statements, moment: Moment) -> list[str]:
    """Say what an opening costs while links wait that the log does not hold."""
    count = len(_unbound(said, moment))
    if not count:
        return []
    how = "确认校区关系以后" if county_keys.certificate_of(book.workbook) is None else "打开县级密钥一次以后"
    first = f"旧版本收的 {count} 个上报文件,每次打开都要先读其中计数的,才知道谁是谁的校区"
    return [f"{first};{how}不再读。"]


def _unbound(said: Statements, moment: Moment) -> list[str]:
    """Return whose word still counts and does not stand in the log."""
    if moment.listing.settled:
        return []
    return sorted({each.id for each in moment.members} & set(said.linked) - said.bound.keys())


def _read(said: Statements, submission: str) -> str | None:
    try:
        return said.campus_of(submission)
    except Problem:
        return None
