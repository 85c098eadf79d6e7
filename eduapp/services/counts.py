"""The running sums over a school's lists and what is found in single rows, counted in portions.

A workbook is shown before it is counted: until its turn a row is pending, and an edit of it need not be
followed. Whatever was edited in between, the sums are in the end those of the rows (property test).
"""

from __future__ import annotations

from itertools import islice
from threading import RLock
from typing import TYPE_CHECKING

from db.records.edits import DeleteRow, InsertRow, SetCell, SetReason
from eduapp.standards.checks.kept import RowFindings
from eduapp.standards.live import LiveData
from eduapp.standards.school_facts import facts_of
from eduapp.standards.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from typing import Any

    from db.records.draft import Draft
    from db.records.edits import Edit

PORTION = 500
"""Rows of one portion: some milliseconds, for which alone a window may have to wait."""


class Counts:
    """What is counted of a draft, and which of its rows still wait."""

    def __init__(self, draft: Draft, on: date) -> None:
        """Start with every row pending; rows count as they do on a day."""
        self._draft, self._on = draft, on
        self._live: LiveData | None = None
        self._lock = RLock()  # a job and the window may both be the first to ask what a row comes to
        self.facts = facts_of(draft.only("school"))
        self.tally = Tally(None, self.facts, on)
        self.row_findings = RowFindings(draft, judged=False)
        self._pending = {record: dict.fromkeys(rows) for record, rows in draft.rows.items() if rows}

    @property
    def complete(self) -> bool:
        """Whether no row is pending."""
        return not self._pending

    def take_portion(self, size: int | None = PORTION) -> bool:
        """Count so many of the rows that wait (None: all of one record); False where none did."""
        with self._lock:
            if not self._pending:
                return False
            record, waiting = next(iter(self._pending.items()))
            keys = list(islice(waiting, size))
            self._take_in(record, keys)
            self._drop(record, keys)
            return True

    def finish(self) -> None:
        """Count everything that waits, now."""
        while self.take_portion(None):
            pass

    @property
    def live(self) -> LiveData:
        """The figures with what was judged of them, once all is counted; who judges holds the lock."""
        with self._lock:
            if self._live is None:
                self._live = LiveData(self._draft, self.tally, self._on, self._lock)
            return self._live

    def _take_in(self, record: str, keys: Collection[str]) -> None:
        rows = self._draft.rows[record]
        self.tally.count(record, [rows[key] for key in keys], 1)
        self.row_findings.judge(record, keys)

    def follow(self, kind: type[Edit], record: str, run: Sequence[Any]) -> None:
        """Follow edits of one kind on one record that are written, on the draft too."""
        with self._lock:
            self._follow(kind, record, run)
            if self._live is not None:
                self._live.follow(kind, record, run)

    def _follow(self, kind: type[Edit], record: str, run: Sequence[Any]) -> None:
        draft = self._draft
        if kind is SetCell:
            self._follow_cells(record, run)
        elif kind is InsertRow:
            draft.apply_run(kind, record, run)
            self._take_in(record, [edit.key for edit in run])
        elif kind is DeleteRow:
            counted = self._counted(record, [edit.key for edit in run])
            self.tally.count(record, [draft.rows[record][key] for key in counted], -1)
            self.row_findings.forget(record, counted)
            self._drop(record, [edit.key for edit in run])
            draft.apply_run(kind, record, run)
        else:
            draft.apply_run(kind, record, run)
            for edit in run if kind is SetReason else ():
                self.row_findings.explain(edit.finding)

    def _follow_cells(self, record: str, run: Sequence[SetCell]) -> None:
        """Take rows out as they stood and in as they stand, each once however many cells change."""
        rows = self._draft.rows[record]
        keys = self._counted(record, dict.fromkeys(edit.key for edit in run))
        self.tally.count(record, [rows[key] for key in keys], -1)
        self._draft.apply_run(SetCell, record, run)
        self._take_in(record, keys)

    def _counted(self, record: str, keys: Collection[str]) -> list[str]:
        """Return those of some rows that are counted already."""
        waiting = self._pending.get(record, {})
        return [key for key in keys if key not in waiting]

    def _drop(self, record: str, keys: Collection[str]) -> None:
        """Let rows wait no longer: they are counted, or about to go."""
        waiting = self._pending.get(record)
        if waiting is None:
            return
        for key in keys:
            waiting.pop(key, None)
        if not waiting:
            del self._pending[record]
