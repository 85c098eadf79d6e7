"""A school as a county counts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from eduapp.standards.formulas.measure import SITE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from db.records.choices import Stage
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
