"""Whose file stands behind the county's tables: plain values that the paper and the spreadsheet list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A school's submission that counts. `submission` is its full id, `digits` are its signer's.

    number: how many times that computer had reported. received: when it came, ISO 8601, local.
    decisions: what the county decided about it, as words.
    checked: whether the key was compared with paper. unsettled: several heads await a person, and
    this one stands meanwhile (docs/architecture.md, "A merge").
    """

    school: str
    name: str
    state: str
    submission: str
    digits: str
    checked: bool
    unsettled: bool
    number: int = 0
    received: str = ""
    file_name: str = ""
    decisions: tuple[str, ...] = ()
    key_reason: str = ""
    """Why the key was admitted beside another of its school (换发)."""
