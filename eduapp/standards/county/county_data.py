"""A county at one moment, as its formulas look at it: its own records, and its schools as they are judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.values import Unread
from eduapp.standards.county.groups import NO_SCHOOLS, Schools
from eduapp.standards.county.roll import UNLISTED, Roll
from eduapp.standards.data import DECLARED, MISSING
from eduapp.standards.results import Input

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.contradictions import Asked, Number, Place
    from eduapp.standards.county.data import SchoolEntry


@dataclass(frozen=True)
class CountyData:
    """A county at one moment: its own records (None when it has none), and each school judged."""

    draft: Draft | None
    entries: Schools
    roll: Roll = UNLISTED
    """Who is expected, and whose word is not the last one."""
    on: datetime.date | None = None
    """The day judged: what hangs on a year (meetings a quarter) needs one."""

    below: Schools = NO_SCHOOLS
    """The same schools judged by the standard that a local plan stands beside."""

    code: str = ""
    name: str = ""
    """Which county it is: an item can be for some by name."""

    def __post_init__(self) -> None:
        """Take schools so that they can be asked together."""
        object.__setattr__(self, "entries", Schools.taken(self.entries))
        object.__setattr__(self, "below", Schools.taken(self.below))

    partial: bool = False
    """Whether it is a part of the county, to which others may still add; see `without`."""

    def is_one_of(self, counties: Mapping[str, str]) -> bool:
        """Whether it is one of some counties, by code or by name; a county of no name may be any."""
        known = self.code or self.name
        return not known or self.code in counties or self.name in counties.values()

    def without(self, codes: frozenset[str]) -> CountyData:
        """Return a part of the county: no school that has one of the codes, its own or a campus's."""

        def stays(entry: SchoolEntry) -> bool:
            return codes.isdisjoint(entry.codes)

        return replace(self, entries=self.entries.where(stays), below=self.below.where(stays), partial=True)

    asked: Asked | None = None
    """Where it is noted which fields are read."""
    supposed: Mapping[Place, Number] = field(default_factory=dict)
    """Other values than the records have: what a contradiction leaves possible."""

    def watching(self, asked: Asked) -> CountyData:
        """Return the same county, noting in `asked` which of its fields are read."""
        return replace(self, asked=asked)

    def supposing(self, values: Mapping[Place, Number], classes: frozenset[str]) -> CountyData:
        """Return the county with other values in its records; classes are the schools' own."""
        del classes
        return replace(self, supposed=values)

    def value(self, path: str) -> Input:
        """Return a field `record.field` of a county record that has one row."""
        record, name = path.split(".")
        item = RECORDS[record].fields[name].item
        cell = self.draft.only(record)[name] if self.draft else None
        value = None if cell is None or isinstance(cell, Unread) else cell
        place = path, None
        if self.asked is not None:
            self.asked[place] = value  # type: ignore[assignment]
        value = self.supposed.get(place, value)
        return Input(path, item.label, None, value, item.unit, DECLARED if value is not None else MISSING)  # type: ignore[arg-type]

    def rows(self, record: str) -> list[Row]:
        """Return the rows of a county list."""
        return list(self.draft.rows[record].values()) if self.draft else []
