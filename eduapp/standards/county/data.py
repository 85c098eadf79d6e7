"""What a county is judged by: its schools as they stand, and its own records."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from db.records.catalog import RECORDS
from db.records.values import Unread
from eduapp.standards.county.groups import NO_SCHOOLS, Schools
from eduapp.standards.county.roll import UNLISTED, Roll
from eduapp.standards.data import DECLARED, MISSING
from eduapp.standards.formulas.measure import SITE
from eduapp.standards.results import Input

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from db.records.choices import Stage
    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.contradictions import Asked, Number, Place
    from eduapp.standards.results import SectionResult, Verdict
    from eduapp.standards.school_facts import Facts

BY_EXPORT: Final = "export"
"""The state of a school that has not reported and stands by the statistics, beside "final" and "draft"."""


@dataclass(frozen=True)
class SchoolEntry:
    """A school as the county counts it. `grades` and `classes` are None where they are not known."""

    facts: Facts
    state: str
    submission: str
    sections: tuple[SectionResult, ...]
    school_level: tuple[Verdict, ...]
    grades: dict[Stage, int | None]
    classes: dict[Stage, int | None]
    large_classes: dict[Stage, int | None]
    figures: dict[tuple[str, Stage | None], Decimal | int | None] = field(default_factory=dict)
    """The figures that the county adds up (county.ADDED_UP), by name and stage."""
    campuses: tuple[str, ...] = ()
    """The codes of the campuses that are counted in it."""
    sites: tuple[SchoolEntry, ...] = ()
    """The school without its campuses, and each of them, judged apart; none where there is one site."""

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of all whose word it is: its own, then those of its campuses."""
        return (self.facts.code, *self.campuses)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All that is judged of it."""
        return (*(each for section in self.sections for each in section.verdicts), *self.school_level)

    @cached_property
    def contradicting(self) -> frozenset[str]:
        """The codes of the items whose numbers contradict themselves."""
        return frozenset(each.code for each in self.verdicts if each.contradictions)

    def of_item(self, code: str) -> tuple[Verdict, ...]:
        """Return the verdicts of one of the school's items, by stage where it has several."""
        return self._by_item.get(code, ())

    @cached_property
    def _by_item(self) -> dict[str, tuple[Verdict, ...]]:
        found: dict[str, tuple[Verdict, ...]] = {}
        for each in self.school_level:
            found[each.code] = (*found.get(each.code, ()), each)
        return found


def units(entries: Iterable[SchoolEntry], judged: str) -> list[SchoolEntry]:
    """Return what an item of schools looks at: schools, or each of their sites."""
    return [each for entry in entries for each in ((entry.sites if judged == SITE else ()) or (entry,))]


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
