"""Which deleted rows a submission names: those that were handed over, or may have been.

A row that came in and went out again between two hand-overs (an undone paste) is known to nobody outside and
stays unsaid. The journal says it: it has every row that came and went, and every hand-over. Whatever it does
not prove travels as deleted.

What the tables name follows from the records and the journal alone, never from whose key signs: the data
code on paper is made of them, and must be that of the file whichever copy of the workbook makes it. What an
earlier life of the workbook (restored, copied) may have handed over is said in the manifest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db import journal
from eduapp.services.keys import keyring, writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eduapp.services.books import SchoolBook

    Place = tuple[str, str]

SENT, TAKEN, RESTORED = "sent", "taken", "restored"
_EARLIER = "?"
"""Stands for the writer of an earlier life of which the journal knows nothing."""


class Deleted(NamedTuple):
    """Deleted rows as (record, key): what the tables name, and what an earlier life may have handed over."""

    tables: frozenset[Place]
    earlier: frozenset[Place]


def deleted_to_say(book: SchoolBook) -> Deleted:
    """Return the deleted rows that a submission now has to name."""
    gone = frozenset(book.draft.tombstones)
    if not gone:
        return Deleted(gone, gone)
    own = str(keyring.marks(writer.key_path(book.workbook)).get("writer", ""))
    earlier = _EARLIER if book.workbook.meta.get("workbook_before") else ""
    with book.workbook.reading() as door:
        writers = dict(door.execute("SELECT id, writer FROM sent"))
        lines = journal.comings_and_goings(door, (SENT, TAKEN, RESTORED))
        unseen, perhaps = _never_outside(lines, writers, (earlier, own))
    return Deleted(gone - unseen, gone & unseen & perhaps)


def _never_outside(
    lines: Iterable[tuple[str, str, str, str]], writers: Mapping[str, str], ends: tuple[str, str]
) -> tuple[set[Place], set[Place]]:
    """Return the rows that came and went while nothing was handed over, and those gone before another life.

    lines: (record, key, what, said); writers: of each submission by its id; ends: the writer before the
    first line ("" where there was none) and the one after the last.
    """
    (last, own), hand_overs, known = ends, 0, set(writers)
    there: dict[Place, int] = {}
    unseen: set[Place] = set()
    outside: set[Place] = set()
    perhaps: set[Place] = set()
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
                perhaps |= unseen
            last = by
            known.discard(said)
    if known:  # made by a release that wrote no line of it: when, nobody knows
        outside |= unseen
    if last not in {"", own}:
        perhaps |= unseen
    return unseen - outside, perhaps
