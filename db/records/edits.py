"""The edits of a workbook: plain values, each with its inverse.

Every mutation of a school's records is a sequence of these, written together with its journal lines
in one transaction (docs/architecture.md, "An edit").
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.records.rows import Row
    from db.records.values import Cell


@dataclass(frozen=True)
class SetCell:
    """One cell from `old` to `new`."""

    record: str
    key: str
    field: str
    old: Cell
    new: Cell

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return SetCell(self.record, self.key, self.field, self.new, self.old)


@dataclass(frozen=True)
class InsertRow:
    """A row that comes in at `position`."""

    record: str
    key: str
    position: int
    cells: Row

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return DeleteRow(self.record, self.key, self.position, self.cells)


@dataclass(frozen=True)
class DeleteRow:
    """A row that goes; it leaves a tombstone."""

    record: str
    key: str
    position: int
    cells: Row

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return InsertRow(self.record, self.key, self.position, self.cells)


@dataclass(frozen=True)
class SetComplete:
    """「本表已填全」 ticked or not."""

    record: str
    old: bool
    new: bool

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return SetComplete(self.record, self.new, self.old)


@dataclass(frozen=True)
class SetReason:
    """The explanation (说明) of a soft finding; empty when there is none."""

    finding: str
    old: str
    new: str

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return SetReason(self.finding, self.new, self.old)


Edit = SetCell | InsertRow | DeleteRow | SetComplete | SetReason


def runs(edits: Iterable[Edit]) -> Iterator[tuple[type[Edit], str, list[Any]]]:
    """Yield edits, in order, as runs of one kind on one record ("" for reasons)."""
    for (kind, record), run in groupby(edits, key=lambda edit: (type(edit), getattr(edit, "record", ""))):
        yield kind, record, list(run)
