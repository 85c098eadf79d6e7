"""The county's school list (学校名单) as a fold of its decisions: who a school is, is the list's word alone.

A listed school has an id of its own, made once from the code it was first listed under; its code, name,
kind and the school it belongs to (校区) may change, each time by a decision. What a school says of itself
has no effect on these. Pure: nothing here reads a file.

A code can pass from one school to another, so it names nobody for ever. A *bearing* is who is meant where a
code was written: the school's `REFERENCE` where it was ever listed, else the code itself. Keys, decisions and
receipts are bound to bearings; a code is what people read and what files say.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import count
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.stored import read_stored
from db.records.values import clean, comparison_key
from eduapp.services.merge.decisions import LIST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from eduapp.services.merge.decisions import Decision, Details

IMPORTED = "导入学校名单"
"""The reason of a list decision, where nobody gave another."""
BOUND: Final = "listed"
"""The detail of a decision about a school that says which one, beside its code then."""
REFERENCE: Final = "id:"
"""Begins the reference to a listed school by its id; no code has a colon (db.records.codes)."""
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

    @property
    def reference(self) -> str:
        """What keys, decisions and receipts are bound to."""
        return REFERENCE + self.id

    def to_text(self) -> str:
        """Return the row as a decision keeps it."""
        said = [self.id, self.code, self.name, self.kind, self.parent]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Listed:
        """Return a row from what a decision keeps."""
        number, code, name, kind, parent = read_stored(text)
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


def listed_id(county: str, code: str, time: int = 1) -> str:
    """Return the id of a school first listed under a code: equal in every workbook of the county.

    `time`: the how manieth school it is whose first code that was; codes are given again.
    """
    again = f" {time}" if time > 1 else ""
    return hashlib.sha256(f"listed school {county} {code}{again}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Listing:
    """The list at a moment, by id. `settled`: no stated link of before counts any more.

    `takings`: code -> the ids of the schools that took it, in that order; who left it stands there too.
    `names`: id -> the names that the school had.
    """

    schools: Mapping[str, Listed] = field(default_factory=dict)
    settled: bool = False
    takings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Listed]:
        """The schools by their code, in its order."""
        found = sorted(self.schools.values(), key=lambda one: (one.code, one.id))
        return {each.code: each for each in found}

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

    def holder(self, code: str) -> str:
        """Return who a code means now: who has it, else who had it last, else the code itself."""
        found = self.by_code.get(code)
        if found is not None:
            return found.reference
        takings = self.takings.get(code)
        return REFERENCE + takings[-1] if takings else code

    def bearers(self, code: str) -> tuple[str, ...]:
        """Return whom a code may mean: who has it first, then those before, last to first; or itself."""
        before = [REFERENCE + each for each in reversed(self.takings.get(code, ()))]
        return tuple(dict.fromkeys([self.holder(code), *before]))

    def bearing(self, kept: str) -> str:
        """Return whom a kept reference means, or a code that was kept while no school was listed under it.

        Such a code means the first school that took it: another that takes it later inherits nothing.
        """
        takings = self.takings.get(kept)
        return REFERENCE + takings[0] if takings else kept

    def code_of(self, bearing: str) -> str:
        """Return the code of a bearing now: of what was never listed the code itself."""
        found = self.schools.get(bearing.removeprefix(REFERENCE)) if bearing.startswith(REFERENCE) else None
        return found.code if found else bearing

    def code_now(self, kept: str) -> str:
        """Return the code now of whom a kept reference or code means."""
        return self.code_of(self.bearing(kept))

    def current(self, code: str) -> str:
        """Return the code now of whom a code means that somebody wrote: an old code finds its school."""
        return self.code_of(self.holder(code))

    def codes_of(self, code: str) -> tuple[str, ...]:
        """Return all codes of the school that has one now, that one first."""
        found = self.by_code.get(code)
        if found is None:
            return (code,)
        had = sorted(each for each, takers in self.takings.items() if found.id in takers)
        return tuple(dict.fromkeys([code, *had]))

    def naming(self, code: str) -> dict[str, str]:
        """Return how a decision names the school that has a code: by it, and which school that is."""
        bearing = self.holder(code)
        return {"school": code} if bearing == code else {"school": code, BOUND: bearing}

    def about(self, decision: Decision) -> str:
        """Return the bearing of the school that a decision is about, by its details."""
        return self.bearing(decision.detail(BOUND) or decision.detail("school"))

    def about_code(self, decision: Decision) -> str:
        """Return the code now of the school that a decision is about."""
        return self.code_of(self.about(decision))


def listing_of(decisions: Iterable[Decision], before: Sequence[Listed] = ()) -> Listing:
    """Return the list that decisions amount to, over the rows there were before the first of them."""
    return _listing(tuple(decision for decision in decisions if decision.kind == LIST), tuple(before))


@lru_cache(maxsize=4)  # most decisions are not about the list: it is the same after them
def _listing(decisions: Sequence[Decision], before: Sequence[Listed]) -> Listing:
    schools = {each.id: each for each in before}
    takings: dict[str, list[str]] = defaultdict(list)
    names: dict[str, set[str]] = defaultdict(set)
    for old in before:
        takings[old.code].append(old.id)
        names[old.id].add(comparison_key(old.name))
    settled = False
    for each in decisions:
        for row in rows_of(each):
            known = schools.get(row.id)
            if known is None or known.code != row.code:
                takings[row.code].append(row.id)
            schools[row.id] = row
            names[row.id].add(comparison_key(row.name))
        settled = settled or each.details.get(LINKS) is True
    taken = {code: tuple(own) for code, own in takings.items()}
    return Listing(schools, settled, taken, {name: frozenset(own) for name, own in names.items()})


def rows_of(decision: Decision) -> tuple[Listed, ...]:
    """Return the rows that a list decision states."""
    rows = decision.details.get("rows")
    return tuple(map(Listed.from_text, rows)) if isinstance(rows, tuple) else ()


def stated_rows(listing: Listing, county: str, schools: Iterable[Expected]) -> Iterator[Listed]:
    """Yield the rows that schools would have in a list.

    Raises Problem `parent-not-listed`, `code-former`, `names-moved`. What is not said (no name, no kind, a
    `parent` of None) stays as the list has it. A code that a school left is another school's only where that
    has another name.
    """
    stated = {each.code: each for each in schools}
    _require_names_stay(listing, stated)
    ids = {code: _new_id(listing, county, each) for code, each in stated.items()}
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


def _require_names_stay(listing: Listing, stated: Mapping[str, Expected]) -> None:
    """Refuse rows that put a school's name under another code and another name under its own.

    Codes were changed then, and by code the rows would give each school the other one's keys.
    """
    renamed = {
        comparison_key(each.name): each
        for code, each in listing.by_code.items()
        if code in stated and _is_another(stated[code].name, each.name)
    }
    for code, row in stated.items():
        moved = renamed.get(comparison_key(row.name))
        here = listing.by_code.get(code)
        if moved is not None and (here is None or _is_another(row.name, here.name)):
            raise Problem("names-moved", name=moved.name, before=moved.code, school=code)


def _is_another(name: str, known: str) -> bool:
    return bool(clean(name) and known) and comparison_key(name) != comparison_key(known)


def _new_id(listing: Listing, county: str, new: Expected) -> str:
    """Return the id of a school that is listed under a code which no school has now."""
    for one in listing.takings.get(new.code, ()) if new.code not in listing.by_code else ():
        if not clean(new.name) or comparison_key(new.name) in listing.names.get(one, ()):
            now = listing.schools[one]
            raise Problem("code-former", school=new.code, name=now.name, now=now.code)
    ids = (listed_id(county, new.code, time) for time in count(1))
    return next(code for code in ids if code not in listing.schools)


def said_in(details: Details, listing: Listing) -> Iterator[tuple[str, str]]:
    """Yield what a decision says anew, with its label: codes and names not on the list yet, the 文号."""
    rows = details.get("rows", ())
    for each in map(Listed.from_text, rows if isinstance(rows, tuple | list) else ()):
        before = listing.schools.get(each.id)
        if before is None or before.code != each.code:
            yield "学校代码", each.code
        if before is None or before.name != each.name:
            yield "学校名称", each.name
    yield "文号", str(details.get("document") or "")


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
