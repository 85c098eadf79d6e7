"""How far the county's chain of decisions and its school list were, as round files and receipts carry it.

Nothing of it binds a school. It is what a county that lost its workbook holds itself against: which
decisions there were, and what its list said (docs/submission.md, chapter 3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from eduapp.exchange.members import SHA256, Members, invalid, number_of, text_of

if TYPE_CHECKING:
    from eduapp.exchange.canonical import Json

_HEAD: Final = re.compile(rf"(?:{SHA256.pattern})?", re.ASCII)
_PARTS: Final = 3


@dataclass(frozen=True)
class Chain:
    """A chain as it stood: how long it was, the id of its last decision ("" for none), its SHA-256."""

    number: int
    head: str
    digest: str


@dataclass(frozen=True)
class Chains:
    """The chain of decisions (its digest: of their ids, one a line) and the school list (of its rows).

    The head of the list is the last decision about it.
    """

    decisions: Chain
    listing: Chain

    def to_json(self) -> Json:
        """Return the member."""
        named = (("decisions", self.decisions), ("list", self.listing))
        return {name: [each.number, each.head, each.digest] for name, each in named}


def chains_of(value: Json, where: str) -> Chains | None:
    """Return what a member says; None where there is none. Raises Problem `manifest-invalid`."""
    if value is None:
        return None
    members = Members(value, where)
    return Chains(*(_chain(members.take(name), f"{where}.{name}") for name in ("decisions", "list")))


def _chain(value: Json, where: str) -> Chain:
    if not isinstance(value, list) or len(value) != _PARTS:
        raise invalid(where)
    return Chain(
        number_of(value[0], where, 0), text_of(value[1], _HEAD, where), text_of(value[2], SHA256, where)
    )
