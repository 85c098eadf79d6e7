"""The chain of decisions in a county's workbook: written, read, and its signatures checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from db import thin
from db.problems import Problem
from db.records.catalog import SCHOOL_RECORDS
from db.records.choices import SchoolKind
from db.records.stored import read_stored
from db.records.values import Unreadable
from eduapp.exchange.signing import DECISION as NAMESPACE
from eduapp.exchange.signing import verify
from eduapp.services.merge import by_export
from eduapp.services.merge.decisions import CLOSE, LIST, OVERLAY, STATEMENT, Decision
from eduapp.services.merge.listing import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from db.door import Door
    from eduapp.services.merge.decisions import Details
    from eduapp.services.merge.listing import Listed

TABLE = "decision"
_COLUMNS: Final = ("id", "seq", "kind", "submission", "over", "reason", "at", "details", "signature")


def read(door: Door) -> Iterator[Decision]:
    """Yield the decisions in their order; raises Problem `decision-damaged`."""
    last = ""
    for row in thin.select_named(door, TABLE, _COLUMNS, order="seq"):
        yield (decision := _decision_of(row, last))
        last = decision.id


def read_next(door: Door, decisions: Sequence[Decision]) -> Decision:
    """Return the one that was written after all others; raises Problem `decision-damaged`."""
    (row,) = thin.select_named(door, TABLE, _COLUMNS, {"seq": len(decisions)})
    return _decision_of(row, decisions[-1].id if decisions else "")


def _decision_of(row: Mapping[str, Any], last: str) -> Decision:
    decision = Decision(
        kind=row["kind"],
        submission=row["submission"],
        over=tuple(row["over"].split()),
        reason=row["reason"],
        prev=last,
        at=row["at"],
        details=_details_of(row["details"], row["seq"] + 1),
        signature=bytes(row["signature"] or b""),
    )
    if decision.id != row["id"] or not is_sound(decision):
        raise Problem("decision-damaged", number=row["seq"] + 1)
    return decision


def is_sound(decision: Decision) -> bool:
    """Whether what a decision is about can be read: no release writes another one."""
    try:
        if decision.kind == LIST:
            known = by_export.known_names([decision]).values()
            return all(map(_is_row, rows_of(decision))) and all(each.is_sound for each in known)
        if decision.kind == STATEMENT:
            return by_export.is_sound(decision)
        if decision.kind == OVERLAY:
            kind = SCHOOL_RECORDS[decision.detail("record")].fields[decision.detail("field")].item.kind
            texts = decision.details.get("value"), decision.details.get("base")
            unread = decision.details.get("unread") is True
            for text in texts[: 1 if unread else 2]:
                if isinstance(text, str):
                    kind.uncarry(text)
        if decision.kind == CLOSE:
            ids = decision.details.get("ids")
            return isinstance(ids, tuple) and all(isinstance(each, str) for each in ids)
    except (ValueError, TypeError, LookupError, AttributeError, Unreadable):
        return False
    return True


def _is_row(row: Listed) -> bool:
    texts = all(isinstance(each, str) for each in (row.id, row.code, row.name, row.parent))
    return texts and (row.kind is None or SchoolKind(row.kind) in SchoolKind)


def _details_of(text: str, number: int) -> Details:
    try:
        found = read_stored(text)
    except ValueError as error:
        raise Problem("decision-damaged", number=number) from error
    if not isinstance(found, dict):
        raise Problem("decision-damaged", number=number)
    return found


def write(door: Door, decision: Decision, number: int) -> None:
    """Write a decision as the last of the chain; `number` is how many there were."""
    values = {
        "id": decision.id,
        "seq": number,
        "kind": decision.kind,
        "submission": decision.submission,
        "over": " ".join(sorted(decision.over)),
        "reason": decision.reason,
        "at": decision.at,
        "details": decision.details_text,
        "signature": decision.signature or None,
    }
    thin.insert(door, TABLE, [values])


def check(decisions: Iterable[Decision], own_keys: Iterable[str], known: set[tuple[str, bytes]]) -> None:
    """Verify the signatures there are; `known` remembers what was verified before.

    Those from before the county had keys stay unsigned. Raises Problem `decision-unsigned`: one after the
    first signed one; `decision-signature-invalid`: it does not fit, or is of a key that is not the county's.
    """
    own = frozenset(own_keys)
    signing = False
    for number, each in enumerate(decisions, 1):
        if not each.signature and signing:
            raise Problem("decision-unsigned", number=number, reason=each.reason)
        signing = signing or bool(each.signature)
        if not each.signature or (each.id, each.signature) in known:
            continue
        try:
            key = verify(each.signature, NAMESPACE, each.message)
        except Problem as problem:
            raise Problem("decision-signature-invalid", number=number, reason=each.reason) from problem
        if key.line not in own:
            raise Problem("decision-signature-invalid", number=number, reason=each.reason)
        known.add((each.id, each.signature))
