"""What the schools' submissions already tell of a county's own numbers: their sums, never written over them.

教师交流轮岗 (政府保障程度第11项) is added up from 编制与岗位, 民办规模 from the schools' pupils.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from db.records.choices import PRIVATE

if TYPE_CHECKING:
    from eduapp.standards.data import SchoolData

RECORD: Final = "county_people"
FROM_STAFFING: Final = ("eligible", "rotated", "rotated_backbone")
FIELDS: Final = (*FROM_STAFFING, "compulsory_pupils", "private_pupils")
"""The fields of `county_people` (人) that schools give."""

SchoolCounts = Mapping[str, int | None]
"""Field -> what one school gives (人); None where it does not."""


@dataclass(frozen=True)
class Sum:
    """A field's sum over the schools (人): how many of the `schools` expected have given it."""

    total: int
    answered: int
    schools: int

    @property
    def complete(self) -> bool:
        """Whether every school has given it, so that the county's number should be the same."""
        return 0 < self.schools == self.answered

    @property
    def words(self) -> str:
        """The sum as it is shown beside the county's number."""
        part = "" if self.complete else f",{self.answered} / {self.schools} 校有数"
        return f"各校合计 {self.total} 人{part}"


Rollup = Mapping[str, Sum]
"""Field -> sum; fields that no school gives are not there."""


def counts_in(data: SchoolData) -> SchoolCounts:
    """Return what a school gives; its pupils only when every section of it has said how many."""
    staffing = data.draft.only("staffing")
    given: dict[str, int | None] = {name: _count(staffing[name]) for name in FROM_STAFFING}
    parts = [data.figure("pupils", stage).value for stage in data.facts.stages]
    known = [int(part) for part in parts if part is not None]
    pupils = sum(known) if known and len(known) == len(parts) else None
    given["compulsory_pupils"] = pupils
    # Who does not say 公办 or 民办 is not counted as either.
    own = data.facts.ownership
    given["private_pupils"] = None if own is None else (pupils if own == PRIVATE else 0)
    return given


def rollup(schools: Iterable[SchoolCounts], missing: int = 0) -> Rollup:
    """Add up what schools give; `missing` are expected schools without a submission that counts."""
    given = list(schools)
    sums = {}
    for name in FIELDS:
        values = [value for each in given if (value := each[name]) is not None]
        if values:
            sums[name] = Sum(sum(values), len(values), len(given) + missing)
    return sums


def _count(cell: object) -> int | None:
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else None
