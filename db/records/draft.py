"""What has been recorded, as it stands: drafts of rows, ticks, explanations.

The same value is read from a workbook at a school and from a submission at the county. A county's own
records are a draft too, over its own catalog.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db.records.catalog import RECORDS, SCHOOL_RECORDS
from db.records.choices import Stage
from db.records.edits import DeleteRow, Edit, InsertRow, SetCell, SetComplete, SetReason
from db.records.rows import ONLY, Row, Rows
from db.records.titles import Titles

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Draft:
    """What a school (or a county) has recorded, in memory: rows as drafts, ticks and explanations."""

    rows: dict[str, Rows] = field(default_factory=lambda: {name: Rows() for name in SCHOOL_RECORDS})
    complete: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)
    tombstones: set[tuple[str, str]] = field(default_factory=set)
    previous: dict[tuple[str, str], str] = field(default_factory=dict)
    """(figure, stage or "") -> last round's value as text."""
    _titles: dict[str, Titles] = field(default_factory=dict, init=False, repr=False, compare=False)

    def only(self, record: str) -> Row:
        """Return the row of a record that has one row; all cells empty when it is not there yet."""
        return self._row(record, ONLY)

    def section(self, stage: Stage) -> Row:
        """Return the totals of a stage; all cells empty when they are not there yet."""
        return self._row("section_total", stage)

    def _row(self, record: str, key: str) -> Row:
        rows = self.rows[record]
        return rows[key] if key in rows else empty_row(record)

    def copied(self) -> Draft:
        """Return a draft of its own that says the same: what cells hold never changes, so rows share it."""
        return Draft(
            {name: rows.copied() for name, rows in self.rows.items()},
            set(self.complete),
            dict(self.reasons),
            set(self.tombstones),
            dict(self.previous),
        )

    def known_as(self, record: str, text: str) -> list[str]:
        """Return the keys of the rows of a list that people may mean by a text; looked up, not searched."""
        titles = self._titles.get(record)
        if titles is None or titles.rows is not self.rows[record]:
            titles = self._titles[record] = Titles(record, self.rows[record])
        return titles.known_as(text)

    def apply(self, edit: Edit) -> None:
        """Follow one edit that the store has written."""
        self.apply_run(type(edit), getattr(edit, "record", ""), [edit])

    def apply_run(self, kind: type[Edit], record: str, run: Sequence[Any]) -> None:
        """Follow edits of one kind on one record that the store has written."""
        if kind is SetCell:
            for edit in run:
                self._set(edit)
        elif kind is InsertRow:
            self._insert(record, run)
        elif kind is DeleteRow:
            self._delete(record, run)
        elif kind is SetComplete:
            (self.complete.add if run[-1].new else self.complete.discard)(record)
        else:
            self._explain(run)

    def _insert(self, record: str, run: Sequence[InsertRow]) -> None:
        new = [(edit.key, edit.position, dict(edit.cells)) for edit in run]
        if len(new) == 1:
            self.rows[record].insert(*new[0])
        else:
            self.rows[record].fill(new)
        self.tombstones.difference_update((record, edit.key) for edit in run)
        if record in self._titles:
            for key, _, row in new:
                self._titles[record].enter(key, row)

    def _delete(self, record: str, run: Sequence[DeleteRow]) -> None:
        rows = self.rows[record]
        if record in self._titles:
            for edit in run:
                self._titles[record].leave(edit.key, rows[edit.key])
        rows.delete_all([edit.key for edit in run])
        self.tombstones.update((record, edit.key) for edit in run)

    def _explain(self, run: Sequence[SetReason]) -> None:
        for edit in run:
            self.reasons.pop(edit.finding, None)
            if edit.new:
                self.reasons[edit.finding] = edit.new

    def _set(self, edit: SetCell) -> None:
        row, titles = self.rows[edit.record][edit.key], self._titles.get(edit.record)
        if titles is None or edit.field != RECORDS[edit.record].title_field:
            row[edit.field] = edit.new
            return
        titles.leave(edit.key, row)
        row[edit.field] = edit.new
        titles.enter(edit.key, row)


def empty_row(record: str) -> Row:
    """Return a row of a record with nothing filled in."""
    return dict.fromkeys(RECORDS[record].fields)
