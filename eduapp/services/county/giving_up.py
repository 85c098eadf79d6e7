"""What nothing opens any more after a renewal: taken out of the view, so that the rest can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from db import journal
from db.problems import Problem
from db.tables import SUBMISSION
from db.workbook import now, who
from eduapp.exchange import sealing
from eduapp.services.merge.decisions import WITHDRAW
from eduapp.services.merge.merging import withdrawn

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook

REASON = "县级密钥换发以后打不开"


def give_up_closed(book: CountyBook) -> tuple[str, ...]:
    """Withdraw the submissions that no key of the county opens, drop the held ones; return file names.

    Raises Problem `county-key-locked`.
    """
    gone, closed = withdrawn(book.decisions), []
    for each in list(book.received.values()):
        if each.member.id in gone or _opens(book, each.member.id):
            continue
        closed.append(each.file_name)
        if each.admitted:
            book.decide(WITHDRAW, each.member.id, REASON)
        else:
            with book.workbook.transaction() as connection:
                connection.execute(delete(SUBMISSION).where(SUBMISSION.c.id == each.member.id))
                journal.note(connection, "given-up", each.member.id, who(), now())
    book.reload()
    return tuple(closed)


def _opens(book: CountyBook, submission: str) -> bool:
    content = book.content(submission)
    if not sealing.is_sealed(content):
        return True
    try:
        sealing.unseal(content, book.identities)
    except Problem as problem:
        if problem.code != "not-for-us":
            raise
        return False
    return True
