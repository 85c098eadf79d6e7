"""What nothing opens any more after a renewal: taken out of the view, so that the rest can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import journal
from db.problems import Problem
from db.workbook import now, who
from eduapp.exchange import sealing
from eduapp.services.county import kept
from eduapp.services.county.logged import drops
from eduapp.services.merge.decisions import WITHDRAW
from eduapp.services.merge.merging import withdrawn

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.admission import Copy

REASON = "县级密钥换发以后打不开"


def give_up_closed(book: CountyBook) -> tuple[str, ...]:
    """Withdraw the submissions that no key of the county opens, drop the held ones; return file names.

    Raises Problem `county-key-locked`.
    """
    gone, closed = withdrawn(book.decisions), []
    for each in list(book.copies.values()):
        if each.member.id in gone or _opens(book, each.header.copy):
            continue
        closed.append(each.file_name)
        if each.admitted:
            book.decide(WITHDRAW, each.member.id, REASON)
            gone |= {each.member.id}
        else:
            with book.writing() as (door, lines):
                kept.drop(door, [each.header.copy])
                lines.extend(drops([each.header.copy]))
                journal.note(door, "given-up", each.member.id, who(), now())
    book.reload()
    return tuple(closed)


def _opens(book: CountyBook, copy: Copy) -> bool:
    content = book.content(*copy)
    if not sealing.is_sealed(content):
        return True
    try:
        sealing.unseal(content, book.identities)
    except Problem as problem:
        if problem.code != "not-for-us":
            raise
        return False
    return True
