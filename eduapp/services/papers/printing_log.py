"""What a school printed last, and whether its paper still shows the data as they stand.

A paper shows more than the tables that travel: which lists are whole, the standards, the reasons, and
whether it was printed before 审核通过. All of it is kept beside the data id.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from db.workbook import now

if TYPE_CHECKING:
    from eduapp.services.books import SchoolBook

_DRAFT, _FINAL = "draft", "final"
_DIGITS = 16
EXPLANATION = "why:"
"""Begins the name of a paper that explains one verdict: made to be read, never signed."""


class PrintStanding(StrEnum):
    """Whether the last print of a paper still holds."""

    NEVER = "never"
    SAME = "same"
    CHANGED = "changed"
    WAS_DRAFT = "was_draft"
    """The data are the same, but it was printed as a draft and 审核 has passed since."""


@dataclass(frozen=True)
class Stamp:
    """What a paper shows. `settings` stands for all that is no table; draft: printed before 审核通过."""

    data_id: str
    settings: str
    draft: bool


@dataclass(frozen=True)
class Printed:
    """The last print of a paper: its name, what it showed, and when (ISO, this computer's clock)."""

    paper: str
    stamp: Stamp
    at: str

    def standing(self, present: Stamp) -> PrintStanding:
        """Say whether it still holds."""
        if (self.stamp.data_id, self.stamp.settings) != (present.data_id, present.settings):
            return PrintStanding.CHANGED
        return PrintStanding.WAS_DRAFT if self.stamp.draft and not present.draft else PrintStanding.SAME


def data_id_now(book: SchoolBook) -> str:
    """Return the data id that an export would have now, in hexadecimal."""
    from eduapp.exchange.submission import data_id_of  # noqa: PLC0415 - cryptography: not at the window's start
    from eduapp.services.hand_off.sending import tables_to_send  # noqa: PLC0415 - as above

    return data_id_of(tables_to_send(book))


def stamp_of(book: SchoolBook) -> Stamp:
    """Return what a paper that is made now shows."""
    draft = book.draft
    said = [
        sorted(draft.complete),
        [(each.id, each.sha256) for each in book.standards],
        sorted(draft.reasons.items()),
    ]
    settings = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:_DIGITS]
    return Stamp(data_id_now(book), settings, draft=not book.approved)


def note_printed(book: SchoolBook, paper: str, stamp: Stamp) -> None:
    """Write down that a paper was printed or saved, with what it shows; raises Problem."""
    shown = f"{stamp.data_id} {stamp.settings} {_DRAFT if stamp.draft else _FINAL}"
    with book.workbook.writing() as raw:
        raw.execute(
            "INSERT INTO printed (paper, data_id, at) VALUES (?, ?, ?)"
            " ON CONFLICT (paper) DO UPDATE SET data_id = excluded.data_id, at = excluded.at",
            (paper, shown, now()),
        )


def printed(book: SchoolBook) -> dict[str, Printed]:
    """Return the last print of each paper, by its name."""
    with book.workbook.reading() as raw:
        rows = raw.execute("SELECT paper, data_id, at FROM printed ORDER BY paper").fetchall()
    return {paper: Printed(paper, _stamp(data_id), at) for paper, data_id, at in rows}


def stale_papers(book: SchoolBook) -> tuple[Printed, ...]:
    """Return the papers that no longer show what the workbook holds, explanations left out.

    Packs the whole draft: some tenths of a second for a large school, so ask for it in a job.
    """
    found = [paper for paper in printed(book).values() if not paper.paper.startswith(EXPLANATION)]
    if not found:
        return ()
    present = stamp_of(book)
    return tuple(paper for paper in found if paper.standing(present) is not PrintStanding.SAME)


def _stamp(shown: str) -> Stamp:
    data_id, settings, state, *_ = (*shown.split(), "", "")
    return Stamp(data_id, settings, draft=state == _DRAFT)
