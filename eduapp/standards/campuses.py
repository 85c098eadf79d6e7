"""A school together with the campuses and 教学点 that are not counted as schools (不计校数).

They are merged into the school they belong to before anything is computed (docs/standards.md, "Scope").
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.draft import Draft
from db.records.rows import Rows
from eduapp.standards.data import DECLARED, MISSING, ClassSize, SchoolData
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas.allocation import ATTACHED
from eduapp.standards.results import Input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.standards.school_facts import Facts
    from eduapp.standards.training import HoursDue

SENIOR_HIGH_PUPILS = "senior_high_pupils"
NOT_ADDED = frozenset({"quota_primary", "quota_lower_secondary"})
"""Norms a pupil: the same for all, never a sum."""


class CampusData(SchoolData):
    """The figures of a school and its campuses added up; its facts are the school's own."""

    def __init__(self, school: SchoolData, campuses: Sequence[SchoolData]) -> None:
        """Put a school and its campuses together."""
        self.sites = (school, *campuses)
        super().__init__(_joined([each.draft for each in self.sites]), school.tally, school.on)
        self.facts = replace(self.facts, kind=_kind([each.facts for each in self.sites]))

    @property
    def parts(self) -> tuple[SchoolData, ...]:
        """The school and its campuses."""
        return self.sites

    def counting(self, terms: HoursDue) -> CampusData:
        """Return the same data with training counted on other terms, at every site."""
        found = super().counting(terms)
        found.sites = tuple(each.counting(terms) for each in self.sites)
        return found

    def _figure(self, name: str, stage: Stage | None) -> Input:
        """Return a figure added up; missing while a campus that has the stage lacks it."""
        inputs = [
            SchoolData.figure(each, name, stage)
            for each in self.sites
            if not FIGURES[name].by_stage or stage in each.facts.stages
        ] or [SchoolData.figure(self.sites[0], name, stage)]
        if name == SENIOR_HIGH_PUPILS:
            # A campus without 高中 is not asked for its pupils.
            high = [each.facts.kind is not None and each.facts.kind.has_senior_high for each in self.sites]
            asked = [part for part, own in zip(inputs, high, strict=True) if own or part.value is not None]
            inputs = asked or inputs
        return _added(name, inputs)

    def undivided(self, name: str) -> int | None:
        """Return the undivided totals added up; None while a part has not said."""
        values = [each.undivided(name) for each in self.sites]
        known = [value for value in values if value is not None]
        total = sum(known) if len(known) == len(values) else None
        figure = FIGURES[name]
        told = self._told(Input(name, figure.label, None, total, figure.unit, DECLARED)).value
        return None if told is None else int(told)

    @property
    def has_homework(self) -> bool:
        """Whether any part has recorded homework."""
        return any(each.has_homework for each in self.sites)

    def homework_days_over(self, key: str, limit: int) -> int:
        """Return the days of a class over a limit, wherever the class is."""
        return sum(each.homework_days_over(key, limit) for each in self.sites)

    def _whole(self, name: str) -> Input:
        """Return a staff figure of all sections and campuses together."""
        return _added(name, [SchoolData.whole(each, name) for each in self.sites])

    def classes(self) -> list[ClassSize] | None:
        """Return all classes when each part's list decides about them."""
        decided = [SchoolData.classes(each) is not None for each in self.sites]
        return self.own_classes if all(decided) else None

    def _listed(self) -> list[ClassSize]:
        """The classes of all lists."""
        return [one for each in self.sites for one in each.listed_classes]


def _joined(drafts: list[Draft]) -> Draft:
    """Return the records of a school with the lists of its campuses behind its own.

    What has one row is the school's; a list is complete when every part has ticked it.
    """
    found = Draft(complete=set.intersection(*(each.complete for each in drafts)))
    for record, own in drafts[0].rows.items():
        if not RECORDS[record].is_list:
            found.rows[record] = own
            continue
        joined = found.rows[record] = Rows()
        for each in drafts:
            for key, row in each.rows[record].items():
                if key not in joined:
                    joined.insert(key, joined.next_position(), row)
    return found


def _kind(parts: list[Facts]) -> SchoolKind | None:
    """Return the kind of a school with its campuses: a campus may bring a stage that the school lacks."""
    own = parts[0].kind
    kinds = [each.kind for each in parts if each.kind is not None]
    if own is None or all(set(each.stages) <= set(own.stages) for each in kinds):
        return own
    high = any(each.has_senior_high for each in kinds)
    return SchoolKind.TWELVE_YEAR if high else SchoolKind.NINE_YEAR


def _added(name: str, inputs: list[Input]) -> Input:
    if name in NOT_ADDED:
        return next((one for one in inputs if one.value is not None), inputs[0])
    known = [one for one in inputs if one.value is not None]
    enough = len(known) == len(inputs) or (known and name in ATTACHED)
    value = sum(each.value for each in known if each.value is not None) if enough else None
    sources = {each.source for each in known}
    source = MISSING if value is None else sources.pop() if len(sources) == 1 else DECLARED
    first = inputs[0]
    return Input(first.figure, first.label, first.stage, value, first.unit, source)
