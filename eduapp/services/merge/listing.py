"""The county's school list (学校名单) as a fold of its decisions: who a school is, is the list's word alone.

A listed school has an id of its own, made once from the code it was first listed under; its code, name,
kind and the school it belongs to (校区) may change, each time by a decision. What a school says of itself
has no effect on these. Pure: nothing here reads a file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.values import clean
from eduapp.services.merge.decisions import LIST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from eduapp.services.merge.decisions import Decision, Details

IMPORTED = "导入学校名单"
"""The reason of a list decision, where nobody gave another."""
LINKS = "links"
"""The detail of a list decision that settles the campus links which schools stated before there were any."""


@dataclass(frozen=True)
class Listed:
    """A school of the list. `parent` is the id of the school it is counted within, "" for none.

    `decided` is False for a row of an older workbook that no decision has taken over yet: its kind and
    name are then no more than a note, and the school's own statement counts.
    """

    id: str
    code: str
    name: str
    kind: str | None
    parent: str = ""
    decided: bool = True

    def to_text(self) -> str:
        """Return the row as a decision keeps it."""
        said = [self.id, self.code, self.name, self.kind, self.parent]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Listed:
        """Return a row from what a decision keeps."""
        number, code, name, kind, parent = json.loads(text)
        return cls(number, code, name, kind, parent)


@dataclass(frozen=True)
class Expected:
    """A school as the list expects it. `parent`: the code of the school it is a campus of, "" for none.

    Given to the list, a `parent` of None says nothing.
    """

    code: str
    name: str
    kind: str | None
    parent: str | None = None


def listed_id(county: str, code: str) -> str:
    """Return the id of a school first listed under a code: equal in every workbook of the county."""
    return hashlib.sha256(f"listed school {county} {code}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Listing:
    """The list at a moment, by id. `settled`: no stated link of before counts any more."""

    schools: Mapping[str, Listed] = field(default_factory=dict)
    settled: bool = False

    @cached_property
    def by_code(self) -> dict[str, Listed]:
        """The schools by their code, in its order."""
        return {each.code: each for each in sorted(self.schools.values(), key=lambda one: one.code)}

    def parent_of(self, code: str) -> str:
        """Return the code of the school that a school is counted within; "" for none."""
        found = self.by_code.get(code)
        parent = self.schools.get(found.parent) if found else None
        return parent.code if parent else ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the whole list, in the order of ids."""
        lines = (each.to_text() for _, each in sorted(self.schools.items()))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def listing_of(decisions: Iterable[Decision], before: Sequence[Listed] = ()) -> Listing:
    """Return the list that decisions amount to, over the rows there were before the first of them."""
    schools = {each.id: each for each in before}
    settled = False
    for each in decisions:
        if each.kind == LIST:
            schools |= {row.id: row for row in rows_of(each)}
            settled = settled or each.details.get(LINKS) is True
    return Listing(schools, settled)


def rows_of(decision: Decision) -> tuple[Listed, ...]:
    """Return the rows that a list decision states."""
    rows = decision.details.get("rows")
    return tuple(map(Listed.from_text, rows)) if isinstance(rows, tuple) else ()


def stated_rows(listing: Listing, county: str, schools: Iterable[Expected]) -> Iterator[Listed]:
    """Yield the rows that schools would have in a list; raises Problem `parent-not-listed`.

    What is not said (no name, no kind, a `parent` of None) stays as the list has it.
    """
    stated = {each.code: each for each in schools}
    ids = {code: listed_id(county, code) for code in stated}
    ids |= {code: each.id for code, each in listing.by_code.items()}
    for code, each in stated.items():
        known = listing.by_code.get(code) or Listed(ids[code], code, "", None)
        parent = known.parent
        if each.parent is not None:
            if each.parent and (each.parent not in ids or each.parent == code):
                raise Problem("parent-not-listed", name=each.name, school=code, parent=each.parent)
            parent = ids[each.parent] if each.parent else ""
        name, kind = clean(each.name) or known.name, each.kind or known.kind
        yield replace(known, name=name, kind=kind, parent=parent, decided=True)


def said_of(
    listing: Listing, rows: Iterable[Listed], *, links: bool = False, again: bool = False
) -> Details | None:
    """Return what a decision says of rows, each id once; None where it would change nothing.

    `links` settles the stated links of before; `again` says the list again, as it stands.
    """
    last = {each.id: each for each in rows}
    changed = [each for name, each in sorted(last.items()) if listing.schools.get(name) != each]
    if not (changed or again or (links and not listing.settled)):
        return None
    after = Listing({**listing.schools, **last})
    said: Details = {"rows": [each.to_text() for each in changed], "digest": after.digest}
    return {**said, LINKS: True} if links else said
