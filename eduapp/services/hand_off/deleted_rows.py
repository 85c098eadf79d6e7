"""Which deleted rows a submission names: those that were handed over, or may have been.

A row that came in and went out again between two hand-overs (an undone paste) is known to nobody outside and
stays unsaid. The journal says it: it has every row that came and went, and every hand-over. Whatever it does
not prove travels as deleted: what it does not know, and what went before the writer changed (a restored or
copied workbook may lack what its earlier life handed over).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import journal
from eduapp.services.keys import keyring, writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eduapp.services.books import SchoolBook

    Place = tuple[str, str]

SENT, TAKEN, RESTORED = "sent", "taken", "restored"
_EARLIER = "?"
"""Stands for the writer of an earlier life of which the journal knows nothing."""


def deleted_to_say(book: SchoolBook) -> frozenset[Place]:
    """Return (record, key) of the deleted rows that a submission now has to name."""
    gone = frozenset(book.draft.tombstones)
    if not gone:
        return gone
    own = str(keyring.marks(writer.key_path(book.workbook)).get("writer", ""))
    earlier = _EARLIER if book.workbook.meta.get("workbook_before") else ""
    with book.workbook.history() as door:
        writers = dict(door.execute("SELECT id, writer FROM sent"))
        lines = journal.comings_and_goings(door, (SENT, TAKEN, RESTORED))
        return gone - _never_outside(lines, writers, (earlier, own))


def _never_outside(
    lines: Iterable[tuple[str, str, str, str]], writers: Mapping[str, str], ends: tuple[str, str]
) -> set[Place]:
    """Return the rows that came and went while nothing was handed over.

    lines: (record, key, what, said); writers: of each submission by its id; ends: the writer before the
    first line ("" where there was none) and the one after the last.
    """
    (last, own), hand_overs, known = ends, 0, set(writers)
    there: dict[Place, int] = {}
    unseen: set[Place] = set()
    outside: set[Place] = set()
    for record, key, what, said in lines:
        place = record, key
        if what == journal.ROW_IN:
            there[place] = hand_overs
        elif what == journal.ROW_OUT:
            (unseen if there.pop(place, None) == hand_overs else outside).add(place)
        else:
            hand_overs += 1
            by = writers.get(said, _EARLIER) if what == SENT else last
            if what != SENT or last not in {"", by}:
                outside |= unseen
            last = by
            known.discard(said)
    if known or last not in {"", own}:
        outside |= unseen
    return unseen - outside
