"""What has been recorded, as it stands: drafts of rows, ticks, explanations.

The same value is read from a workbook at a school and from a submission at the county. A county's own
records are a draft too, over its own catalog.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from db.records.catalog import RECORDS, SCHOOL_RECORDS
from db.records.choices import Stage
from db.records.edits import DeleteRow, Edit, InsertRow, SetCell, SetComplete, SetReason
from db.records.rows import ONLY, Row, Rows


@dataclass
class Draft:
    """What a school (or a county) has recorded, in memory: rows as drafts, ticks and explanations."""

    rows: dict[str, Rows] = field(default_factory=lambda: {name: Rows() for name in SCHOOL_RECORDS})
    complete: set[str] = field(default_factory=set)
    reasons: dict[str, str] = field(default_factory=dict)
    tombstones: set[tuple[str, str]] = field(default_factory=set)
    previous: dict[tuple[str, str], str] = field(default_factory=dict)
    """(figure, stage or "") -> last round's value as text."""

    def only(self, record: str) -> Row:
        """Return the row of a record that has one row; all cells empty when it is not there yet."""
        return self._row(record, ONLY)

    def section(self, stage: Stage) -> Row:
        """Return the totals of a stage; all cells empty when they are not there yet."""
        return self._row("section_total", stage)

    def _row(self, record: str, key: str) -> Row:
        rows = self.rows[record]
        return rows[key] if key in rows else empty_row(record)

    def apply(self, edit: Edit) -> None:
        """Follow one edit that the store has written."""
        match edit:
            case SetCell():
                self.rows[edit.record][edit.key][edit.field] = edit.new
            case InsertRow():
                self.rows[edit.record].insert(edit.key, edit.position, dict(edit.cells))
                self.tombstones.discard((edit.record, edit.key))
            case DeleteRow():
                self.rows[edit.record].delete(edit.key)
                self.tombstones.add((edit.record, edit.key))
            case SetComplete():
                (self.complete.add if edit.new else self.complete.discard)(edit.record)
            case SetReason():
                self.reasons.pop(edit.finding, None)
                if edit.new:
                    self.reasons[edit.finding] = edit.new


def empty_row(record: str) -> Row:
    """Return a row of a record with nothing filled in."""
    return dict.fromkeys(RECORDS[record].fields)
