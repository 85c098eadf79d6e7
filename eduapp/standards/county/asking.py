"""Which kinds of school an item concerns: read off what it says of a school that has filled in nothing.

Of a school that has not come only the kind is known, where the county's list says it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind, Stage
from db.records.draft import Draft, empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from eduapp.standards.standard import Standard

    Place = tuple[str, Stage | None]
    Kinds = Mapping[Place, tuple[set[SchoolKind], set[SchoolKind]]]

_MOST_PACKS = 16


class Asking:
    """What a standard asks of each kind of school on a day."""

    def __init__(self, standard: Standard, on: datetime.date | None) -> None:
        """Ask a standard on a day."""
        self.standard, self._on = standard, on

    def of_school(self, code: str, kind: SchoolKind, stage: Stage | None = None) -> bool:
        """Whether an item of schools concerns a kind, at a stage or (without one) at any.

        What no kind is asked while nothing is filled in is no matter of the kind: it may concern all.
        """
        own = [
            found for place, found in self._kinds.items() if place[0] == code and stage in {None, place[1]}
        ]
        return any(kind in (asked or listed) for asked, listed in own)

    @property
    def _kinds(self) -> Kinds:
        return _kinds_of(_Pack(self.standard.sha256, self.standard), self._on)


@dataclass(frozen=True)
class _Pack:
    """A standard, known by its digest."""

    sha256: str
    standard: Standard = field(compare=False)


@lru_cache(maxsize=_MOST_PACKS)
def _kinds_of(pack: _Pack, on: datetime.date | None) -> Kinds:
    """Return by item and stage: the kinds that are asked, and all that have the item."""
    found: dict[Place, tuple[set[SchoolKind], set[SchoolKind]]] = {}
    for kind in SchoolKind:
        for verdict in evaluate_school(_blank(kind, on), pack.standard, on):
            asked, listed = found.setdefault((verdict.code, verdict.stage), (set(), set()))
            listed.add(kind)
            if verdict.outcome is not Outcome.NOT_APPLICABLE:
                asked.add(kind)
    return found


def has_section(standard: Standard, kind: SchoolKind, stage: Stage) -> bool:
    """Whether a kind of school has a section in a stage that the standard does not leave out by kind."""
    return stage in kind.stages and kind not in standard.common.without_kinds


def _blank(kind: SchoolKind, on: datetime.date | None) -> SchoolData:
    draft = Draft()
    draft.apply(InsertRow("school", ONLY, 1, empty_row("school") | {"kind": kind.value}))
    return SchoolData(draft, on=on)
