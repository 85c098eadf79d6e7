"""The county's overlays (县级更正): another value in one cell of a school, with its reason.

What the school handed in stays what it is; an overlay is a decision beside it. It holds only while the
submission that counts states in that cell exactly what the county saw when it decided; after that it is
listed as out of date and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.characters import unclosing
from db.records.catalog import SCHOOL_RECORDS
from db.records.spec import carried
from eduapp.services.differences import EMPTY, cell_text, row_label
from eduapp.services.merge.decisions import LIFT, OVERLAY, Decision
from eduapp.services.merge.listing import Listing
from eduapp.standards.county.changed import ChangedCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from db.records.draft import Draft
    from db.records.spec import Field
    from db.records.values import Cell


@dataclass(frozen=True)
class Overlay:
    """An overlay as it was decided. `base` and `value` are carried texts, None for an empty cell.

    `unread`: the cell held text that could not be read, and `base` is that text as it was typed.
    """

    decision: str
    school: str
    record: str
    key: str
    field: str
    base: str | None
    value: str | None
    reason: str
    at: str
    unread: bool = False

    @property
    def cell(self) -> tuple[str, str, str, str]:
        """School, record, row and field."""
        return self.school, self.record, self.key, self.field


@dataclass(frozen=True)
class Placed:
    """An overlay on what its school states now; it `holds` while the school states its base."""

    overlay: Overlay
    holds: bool
    stated: str
    """What the school states in the cell now, as shown; empty where there is no such row any more."""
    before: str
    after: str
    label: str
    row: str


def overlays_of(decisions: Iterable[Decision], listing: Listing | None = None) -> tuple[Overlay, ...]:
    """Return the overlays that stand, in the order of their cells; the last word on a cell counts.

    Their schools are the codes of `listing`.
    """
    at = listing or Listing()
    found: dict[tuple[str, str, str, str], Overlay] = {}
    for each in decisions:
        if each.kind == OVERLAY:
            overlay = _overlay(each, at.about_code(each))
            found[overlay.cell] = overlay
        elif each.kind == LIFT:
            lifted = each.detail("overlay")
            found = {cell: kept for cell, kept in found.items() if kept.decision != lifted}
    return tuple(found[cell] for cell in sorted(found))


def by_school(overlays: Iterable[Overlay]) -> dict[str, tuple[Overlay, ...]]:
    """Return the overlays of each school."""
    found: dict[str, list[Overlay]] = defaultdict(list)
    for each in overlays:
        found[each.school].append(each)
    return {school: tuple(own) for school, own in found.items()}


def apply(draft: Draft, overlays: Sequence[Overlay]) -> tuple[Placed, ...]:
    """Put a school's overlays into what it states; return where each stands, held or out of date.

    Different cells do not touch each other: all are compared with what the school states.
    """
    placed = tuple(_placed(draft, each) for each in overlays)
    for each in placed:
        if each.holds:
            field = SCHOOL_RECORDS[each.overlay.record].fields[each.overlay.field]
            row = draft.rows[each.overlay.record][each.overlay.key]
            row[field.name] = _cell(field, each.overlay.value)
    return placed


def changed_cells(placed: Iterable[Placed], names: Mapping[str, str]) -> tuple[ChangedCell, ...]:
    """Return the cells that the county changed and what counts is other for it; `names` by school code."""
    return tuple(
        ChangedCell(
            school=each.overlay.school,
            name=names.get(each.overlay.school, ""),
            label=each.label,
            row=each.row,
            before=each.before,
            after=each.after,
            reason=each.overlay.reason,
            at=each.overlay.at,
            decision=each.overlay.decision,
        )
        for each in placed
        if each.holds
    )


def _overlay(decision: Decision, school: str) -> Overlay:
    base, value = decision.details.get("base"), decision.details.get("value")
    return Overlay(
        decision=decision.id,
        school=school,
        record=decision.detail("record"),
        key=decision.detail("key"),
        field=decision.detail("field"),
        base=base if isinstance(base, str) else None,
        value=value if isinstance(value, str) else None,
        reason=decision.reason,
        at=decision.at,
        unread=decision.details.get("unread") is True,
    )


def _placed(draft: Draft, each: Overlay) -> Placed:
    spec = SCHOOL_RECORDS[each.record]
    field = spec.fields[each.field]
    there = each.key in draft.rows[each.record]
    now = draft.rows[each.record][each.key][each.field] if there else None
    before = (
        f"「{unclosing(each.base or '')}」"
        if each.unread
        else cell_text(draft, field, _cell(field, each.base))
    )
    return Placed(
        overlay=each,
        holds=there and carried(field, now) == (each.base, each.unread),
        stated=cell_text(draft, field, now) if there else "",
        before=before,
        after=cell_text(draft, field, _cell(field, each.value)),
        label=f"{spec.label} · {field.heading}",
        row=row_label(draft, spec, each.key) if there else "",
    )


def nowhere(each: Overlay) -> Placed:
    """Return an overlay of a school that has nothing that counts."""
    spec = SCHOOL_RECORDS[each.record]
    label = f"{spec.label} · {spec.fields[each.field].heading}"
    before, after = each.base or EMPTY, each.value or EMPTY
    return Placed(each, holds=False, stated="", before=before, after=after, label=label, row="")


def _cell(field: Field, text: str | None) -> Cell:
    return None if text is None else field.item.kind.uncarry(text)
