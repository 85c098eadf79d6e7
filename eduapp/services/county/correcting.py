"""Correcting one cell of a school for the county (县级更正), and taking that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import SCHOOL_RECORDS
from db.records.spec import carried
from db.records.values import Unread, clean
from eduapp.services import entry
from eduapp.services.differences import cell_text
from eduapp.services.merge.decisions import LIFT, OVERLAY
from eduapp.services.merge.overlays import overlays_of
from eduapp.services.personal import require_impersonal

if TYPE_CHECKING:
    from db.records.draft import Draft
    from db.records.spec import Field
    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.decisions import Details

CLOSED_FIELDS = frozenset({("school", "code"), ("school", "name")})
"""What says which school it is: the signature and the register stand on it."""


@dataclass(frozen=True)
class _Records:
    """A draft as what reading a cell needs."""

    draft: Draft


def correct(book: CountyBook, school: str, place: tuple[str, str, str], typed: str, reason: str) -> None:
    """Put a typed value into a cell (record, row, field) of a school's submission that counts.

    Raises Problem `overlay-no-submission`, `overlay-no-cell`, `overlay-closed-field`, `overlay-personal`,
    `overlay-unreadable`, `overlay-unchanged`, `reason-missing`, `reason-personal`.
    """
    found, why = book.view().get(school), clean(reason)
    if found is None:
        raise Problem("overlay-no-submission", school=school)
    if not why:
        raise Problem("reason-missing")
    draft = book.stated(found.counts.id)
    field = _field(draft, place)
    record, key, name = place
    old = draft.rows[record][key][name]
    require_impersonal(draft, why)
    new = entry.read(_Records(draft), record, name, typed)
    label = f"{SCHOOL_RECORDS[record].label} · {field.item.label}"
    if isinstance(new, Unread):
        raise Problem("overlay-unreadable", cell=label, text=new.text)
    if new == old:
        raise Problem("overlay-unchanged", cell=label, text=cell_text(draft, field, old))
    base, unread = carried(field, old)
    value, _ = carried(field, new)
    details: Details = {
        **book.listing.naming(school),
        "record": record,
        "key": key,
        "field": name,
        "base": base,
        "value": value,
        **({"unread": True} if unread else {}),
    }
    book.decide(OVERLAY, "", why, details=details)


def lift(book: CountyBook, decision: str, reason: str) -> None:
    """Take an overlay back; raises Problem `overlay-unknown` when it does not stand (any more)."""
    if decision not in {each.decision for each in overlays_of(book.decisions)}:
        raise Problem("overlay-unknown", id=decision[:8])
    book.decide(LIFT, "", clean(reason) or "撤销更正", details={"overlay": decision})


def _field(draft: Draft, place: tuple[str, str, str]) -> Field:
    record, key, name = place
    spec = SCHOOL_RECORDS.get(record)
    if spec is None or name not in spec.fields or key not in draft.rows[record]:
        raise Problem("overlay-no-cell", record=record, key=key, field=name)
    if (record, name) in CLOSED_FIELDS:
        raise Problem("overlay-closed-field", cell=spec.fields[name].item.label)
    if spec.fields[name].item.personal:  # decisions lie in the workbook and go into receipts unsealed
        raise Problem("overlay-personal", cell=spec.fields[name].item.label)
    return spec.fields[name]
