"""A cell that the county changed in what a school handed in: listed with every report that counts it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChangedCell:
    """One cell: whose, where, what the school stated, what counts instead, why and since when.

    `decision` is the id of the county's decision, `label` the page and the item, `row` how people know
    the row (empty where the page has one row).
    """

    school: str
    name: str
    label: str
    row: str
    before: str
    after: str
    reason: str
    at: str
    decision: str
