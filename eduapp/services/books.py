"""A school's open workbook: its draft in memory, the running sums over it, its own facts.

Everything that changes it goes through `commit`: written durably first, then followed in memory.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Protocol, Self

from db import journal
from db.problems import Problem
from db.records.codes import is_code
from db.records.edits import SetCell, SetReason, runs
from db.workbook import now, who
from eduapp.services.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from db.records.draft import Draft
    from db.records.edits import Edit
    from db.workbook import Workbook
    from eduapp.services.counts import Counts
    from eduapp.standards.checks.kept import RowFindings
    from eduapp.standards.data import SchoolData
    from eduapp.standards.live import LiveData
    from eduapp.standards.school_facts import Facts
    from eduapp.standards.standard import Standard
    from eduapp.standards.tally import Tally

SCHOOL, COUNTY = "school", "county"
"""The roles of a workbook (meta `role`)."""
YEARS = range(1900, 2100)


class Recorded(Protocol):
    """What reading and showing a cell needs: the records it stands among."""

    @property
    def draft(self) -> Draft:
        """The records as they stand; its `rows` name the records of this kind of workbook."""


class RecordBook(Recorded, Protocol):
    """What entering needs of a workbook, a school's or a county's: its records and the way to write them."""

    @property
    def approved(self) -> bool:
        """Whether the records are closed (审核通过); only a school's can be."""

    @property
    def standards(self) -> tuple[Standard, ...]:
        """The standards chosen for this workbook, the national one first."""

    def commit(self, edits: Sequence[Edit], text: str) -> Changes:
        """Write edits in one durable transaction and follow them; raises Problem, then nothing changed."""


def require_facts(workbook: Workbook) -> None:
    """Raise Problem `workbook-damaged` unless a workbook has the facts that every one has."""
    meta = workbook.meta
    year, county = meta.get("year", ""), meta.get("county")
    sound = year.isascii() and year.isdecimal() and int(year) in YEARS
    sound = sound and bool(meta.get("workbook")) and county is not None and "standards" in meta
    sound = sound and {meta.get("practice"), meta.get("approved")} <= {"0", "1"}
    if meta.get("role") == COUNTY:
        sound = sound and bool(county and is_code(county)) and bool(meta.get("name"))
    if not sound:
        raise Problem("workbook-damaged", path=str(workbook.path))


class OpenBook:
    """What the open workbook of a school and of a county have in common: the file and its own facts."""

    def __init__(self, workbook: Workbook) -> None:
        """Take over an open workbook."""
        self.workbook = workbook

    @property
    def path(self) -> Path:
        """Where the workbook lies."""
        return self.workbook.path

    @property
    def year(self) -> int:
        """The school year's first calendar year; the round is that year."""
        return int(self.workbook.meta["year"])

    @property
    def practice(self) -> bool:
        """Whether these are practice data, which a real county refuses."""
        return self.workbook.meta["practice"] == "1"

    @property
    def reference_date(self) -> datetime.date:
        """统计时点: 1 September of the school year."""
        return datetime.date(self.year, 9, 1)

    @property
    def standards(self) -> tuple[Standard, ...]:
        """The standards chosen for this workbook, the national one first."""
        from eduapp.standards.packs.reader import chosen  # noqa: PLC0415 - typing waits for no judging

        return chosen(self.standards_named)

    @property
    def standards_named(self) -> tuple[str, ...]:
        """The ids of the standards as they were chosen."""
        return tuple(self.workbook.meta["standards"].split())

    def set_facts(self, note: str, said: str, **facts: str) -> None:
        """Write facts of the workbook and a line of the journal (`note`, `said`); raises Problem."""
        self.workbook.set_meta(**facts)
        with self.workbook.writing() as door:
            journal.note(door, note, said, who(), now())

    def close(self) -> None:
        """Close the file and let its lock go."""
        self.workbook.close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


class SchoolBook(OpenBook):
    """An open school workbook. Use `workbooks.create_school` or `workbooks.open_school`."""

    def __init__(self, workbook: Workbook) -> None:
        """Read the whole draft; it is counted by whoever first asks what it comes to."""
        super().__init__(workbook)
        self.draft = workbook.load()

    _counts: Counts | None = None
    """What is counted of the draft by now."""

    @property
    def county(self) -> str:
        """The county's code; empty when it is not known yet."""
        return self.workbook.meta["county"]

    @property
    def approved(self) -> bool:
        """Whether 审核通过 holds: records are then closed until 取消审核."""
        return self.workbook.meta["approved"] == "1"

    @property
    def place(self) -> str:
        """Where the clerk was: the window's own words, kept for the next start."""
        return self.workbook.meta.get("place", "")

    def remember_place(self, place: str) -> None:
        """Keep where the clerk is."""
        if place != self.place:
            self.workbook.set_meta(place=place)

    @property
    def facts(self) -> Facts:
        """What the school says of itself that decides which rules apply."""
        from eduapp.standards.school_facts import facts_of  # noqa: PLC0415 - here and below: a county counts no school

        return facts_of(self.draft.only("school"))

    @property
    def data(self) -> SchoolData:
        """The figures as they stand."""
        from eduapp.standards.data import SchoolData  # noqa: PLC0415 - typing waits for no counting

        return SchoolData(self.draft, self.tally, self.reference_date)

    @property
    def is_counted(self) -> bool:
        """Whether what the records come to can be asked without waiting."""
        return self._counts is not None and self._counts.complete

    def count_some(self) -> bool:
        """Count some of the rows that wait; False where none did. The book may be edited in between."""
        return self._counting().take_portion()

    @property
    def tally(self) -> Tally:
        """The running sums over the lists."""
        return self._counted().tally

    @property
    def row_findings(self) -> RowFindings:
        """What is found in single rows."""
        return self._counted().row_findings

    @property
    def live(self) -> LiveData:
        """The figures with what was judged of them; after an edit only what it touches is judged again."""
        return self._counted().live

    def _counted(self) -> Counts:
        counts = self._counting()
        counts.finish()
        return counts

    def _counting(self) -> Counts:
        from eduapp.services.counts import Counts  # noqa: PLC0415 - loads the figures: not before the first page

        if self._counts is None:
            self._counts = Counts(self.draft, self.reference_date)
        return self._counts

    def commit(
        self, edits: Sequence[Edit], text: str, beside: Callable[[Connection], None] | None = None
    ) -> Changes:
        """Write edits in one durable transaction and follow them; raises Problem, then nothing changed.

        `beside` writes what belongs to them into the same transaction. While the workbook is 审核通过
        only explanations can be written.
        """
        if self.approved and any(not isinstance(edit, SetReason) for edit in edits):
            raise Problem("approved-closed")
        if edits or beside is not None:
            self.workbook.apply(edits, beside)
            self._follow(edits)
        return Changes(tuple(edits), text)

    def _follow(self, edits: Sequence[Edit]) -> None:
        recount = False
        for kind, record, run in runs(edits):
            recount = recount or (kind is SetCell and record == "school")
            if self._counts is None:
                self.draft.apply_run(kind, record, run)
            else:
                self._counts.follow(kind, record, run)
        if recount and self._counts is not None and self._counts.facts != self.facts:
            self._counts = None  # what the school says of itself is other now: every row may count otherwise
