"""Rows of a spreadsheet of schools beside the school list: what becomes of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.services.pairing import ROW_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eduapp.exchange.roster import Roster, RosterEntry
    from eduapp.services.merge.listing import Expected


def accounted(expected: Mapping[str, Expected], roster: Roster) -> dict[str, int]:
    """Count the rows of a spreadsheet by what becomes of them; their sum is `rows_read`.

    `asked` are rows of other counties: whether they belong here, a person must say.
    """
    counts = dict.fromkeys(ROW_WORDS, 0) | dict(roster.left)
    for each in roster.schools:
        there = expected.get(each.code)
        counts["new" if there is None else "changed" if _differs(there, each) else "unchanged"] += 1
    counts["refused"] = roster.rows_read - sum(counts.values())
    return counts


def _differs(there: Expected, said: RosterEntry) -> bool:
    """Whether a row says anything of a school that the list has otherwise; what it does not say stays."""
    kind = said.kind is not None and said.kind != there.kind
    parent = said.parent is not None and (said.parent or None) != (there.parent or None)
    return said.name != there.name or kind or parent
