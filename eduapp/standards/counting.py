"""When a row does not count though it stands in its list: the conditions that findings name and figures obey.

Said once: the finding tells them, and no figure counts what a finding says cannot count.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.records.rows import Row
    from db.records.values import Cell

RENTED, WALK_MINUTES = "rented", 10
"""A rented ground counts with a contract, for the school alone while it teaches, 10 minutes away on foot
(the 2024 procedure on city-centre grounds)."""


def ground_faults(row: Row) -> dict[str, str]:
    """Return why a rented ground cannot count, by field; how far it is may be unknown still."""
    if row["kind"] != RENTED:
        return {}
    minutes = row["walk_minutes"]
    far = isinstance(minutes, int) and minutes > WALK_MINUTES
    wrong = {
        "contract": "" if isinstance(row["contract"], str) else "没有填合同文号",
        "exclusive": "" if row["exclusive"] is True else "上课时段不是本校专用(或没有填)",
        "walk_minutes": f"步行 {minutes} 分钟,超过 {WALK_MINUTES} 分钟" if far else "",
    }
    return {name: words for name, words in wrong.items() if words}


DAYS = frozenset({"hired", "certificate_date", "contract_until"})
"""The fields that decide whether a row counts on a day."""


def has_expired(row: Row, on: datetime.date | None) -> bool:
    """Whether the contract of a rented ground has run out on the day."""
    until = row["contract_until"]
    return row["kind"] == RENTED and on is not None and isinstance(until, datetime.date) and until < on


def is_after(row: Row, field: str, on: datetime.date | None) -> bool:
    """Whether a date of a row lies after the day: what it tells was not so yet."""
    return lies_after(row[field], on)


def lies_after(cell: Cell, on: datetime.date | None) -> bool:
    """Whether a cell holds a date after the day."""
    return on is not None and isinstance(cell, datetime.date) and cell > on


def not_there_yet(row: Row, on: datetime.date | None) -> bool:
    """Whether a teacher was hired after the day."""
    return is_after(row, "hired", on)


def not_certified_yet(row: Row, on: datetime.date | None) -> bool:
    """Whether a teacher was hired or got the certificate after the day."""
    return not_there_yet(row, on) or is_after(row, "certificate_date", on)
