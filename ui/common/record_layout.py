"""Which records stand on a page: its tabs, each a list of rows or a form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    Place = tuple[str, str, str]


@dataclass(frozen=True)
class FormColumn:
    """A row of a record shown as a column: its heading (empty: none) and where it is."""

    title: str
    record: str
    key: str


@dataclass(frozen=True)
class FormGroup:
    """Fields under one title; each column shows those that its record has."""

    title: str
    fields: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    note: str = ""

    @property
    def places(self) -> Iterator[Place]:
        """Yield the cells, line by line."""
        for name in self.fields:
            for column in self.columns:
                if name in RECORDS[column.record].fields:
                    yield (column.record, column.key, name)


@dataclass(frozen=True)
class PaneLayout:
    """A tab of a page: a list of rows, or a form."""

    title: str
    record: str = ""
    groups: tuple[FormGroup, ...] = ()
    note: str = ""

    def shows(self, record: str, key: str, field: str) -> bool:
        """Whether a cell is in this tab, made or not."""
        return record == self.record if self.record else (record, key, field) in self._places

    @cached_property
    def _places(self) -> frozenset[tuple[str, str, str]]:
        return frozenset(place for group in self.groups for place in group.places)


@dataclass(frozen=True)
class PageLayout:
    """A page with its tabs, and the figures summed up in the status line."""

    name: str
    title: str
    panes: tuple[PaneLayout, ...]
    figures: tuple[tuple[str, str], ...] = ()
