"""Ending a round: the report is frozen to a list of submissions; what comes later opens a revision.

A closed list is a decision like any other, in the chain and signed with it. Its moment is the set of its
ids and the decisions before it; the fingerprint of that moment is the one on its papers. What else a
report stands on (the county's own records, its school list, the standards) is not frozen: its digest is, so
that a paper made later says when it is another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from db.problems import Problem
from db.records.catalog import COUNTY_RECORDS
from db.records.spec import carried
from db.records.values import clean
from eduapp.services import jobs
from eduapp.services.county.books import UNCHECKED
from eduapp.services.county.signed_log import Position
from eduapp.services.merge.decisions import CLOSE
from eduapp.services.merge.listing import listing_of
from eduapp.services.merge.moment import Moment
from eduapp.services.personal import require_unnumbered
from eduapp.standards.fingerprints import in_words

if TYPE_CHECKING:
    from collections.abc import Generator

    from eduapp.services.county.books import CountyBook
    from eduapp.services.jobs import Progress
    from eduapp.services.merge.admission import Header
    from eduapp.services.merge.decisions import Decision, Details
    from eduapp.services.merge.listing import Listing
    from eduapp.services.merge.member import Member

MOST_NAMED = 5


@dataclass(frozen=True)
class Revision:
    """A closed list: its number from 1, its fingerprint as shown, the ids, who said why and when."""

    number: int
    fingerprint: str
    ids: frozenset[str]
    reason: str
    at: str
    decision: str
    place: int
    """How many decisions were taken before."""
    signed: bool
    basis: str
    """What `basis_of` said then."""
    version: int = 1
    """Of its fingerprint."""
    log: Position = field(default_factory=Position)
    """How far the county's log was."""

    @property
    def fingerprint_words(self) -> str:
        """The fingerprint as it is shown behind its name."""
        return in_words(self.fingerprint, self.version)


def close_round(book: CountyBook, reason: str) -> Revision:
    """Freeze the list at once; see `closing_round`."""
    return jobs.run(closing_round(book, reason))


def closing_round(book: CountyBook, reason: str) -> Generator[Progress, None, Revision]:
    """Freeze the list as it stands; return it.

    Every school is judged anew from its stored bytes, and what is kept of it held against that.
    Raises Problem `reason-missing`, `close-nothing`, `close-conflicts`, `close-unchecked` (a practice
    county may close with unchecked keys), `close-unchanged`, and what signing raises.
    """
    why = clean(reason)
    if not why:
        raise Problem("reason-missing")
    require_unnumbered(("理由", why))  # said again by what writes it, but before long work
    yield from book.verify_stored()
    _require_ready(book)
    yield from book.judging.prove()
    moment, number = book.moment, len(revisions(book)) + 1
    ids = tuple(sorted({each.id for each in moment.members}))
    details: Details = {
        "number": number,
        "fingerprint": moment.fingerprint,
        "fingerprint_version": moment.version,
        "log_number": book.log.at.number,
        "log_link": book.log.at.link,
        "ids": ids,
        "basis": basis_of(book),
    }
    book.decide(CLOSE, "", why, details=details)
    return revisions(book)[-1]


def revisions(book: CountyBook) -> tuple[Revision, ...]:
    """Return the closed lists, the first one first."""
    closed = [(place, each) for place, each in enumerate(book.decisions) if each.kind == CLOSE]
    return tuple(_revision(number, place, each) for number, (place, each) in enumerate(closed, 1))


def fingerprint_of(decision: Decision) -> str:
    """Return the fingerprint of a closing as it is shown behind its name."""
    return _revision(0, 0, decision).fingerprint_words


def moment_of(book: CountyBook, revision: int | None = None) -> Moment:
    """Return the moment of a closed list, or the present.

    Raises Problem `revision-unknown`; `revision-incomplete` when a submission of the list is not there
    or the fingerprint is another: then the workbook was changed from outside.
    """
    if revision is None:
        return book.moment
    known = revisions(book)
    if not 1 <= revision <= len(known):
        raise Problem("revision-unknown", number=revision, count=len(known))
    found = known[revision - 1]
    # What was accepted then may have lost its key since: of each id the copy of a registered signer, if any.
    there = [each for copy, each in book.copies.items() if copy[0] in found.ids]
    decisions, before = tuple(book.decisions[: found.place]), book.moment.before
    listing = listing_of(decisions, before)
    registered = [copy for copy in there if book.judged.place_of(copy.header) in book.judged.register]
    signed = {each.member.id for each in registered}
    counted = (*registered, *(copy for copy in there if copy.member.id not in signed))
    members = tuple(_member_then(book, each.header, listing) for each in counted)
    moment = Moment(members, decisions, revision, found.version, book.judged.links, before)
    if moment.fingerprint != found.fingerprint:
        raise Problem("revision-incomplete", number=revision)
    return moment


def _member_then(book: CountyBook, header: Header, listing: Listing) -> Member:
    """Return a submission under the code that its school had in a list."""
    bearing = book.judged.place_of(header)[0]
    code = listing.code_of(bearing)
    return header.member if code == bearing else replace(header.member, school=code)


def basis_of(book: CountyBook) -> str:
    """Return the SHA-256 of what a report stands on beside the submissions and decisions."""
    lines = [f"standard {each.id} {each.sha256}" for each in book.standards]
    lines += sorted(f"expected {code}" for code in book.expected)
    for name, spec in COUNTY_RECORDS.items():
        for key, row in sorted(book.draft.rows[name].items()):
            cells = (carried(field, row[field.name])[0] for field in spec.fields.values())
            lines.append("\t".join((name, key, *("" if cell is None else cell for cell in cells))))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def basis_differs(book: CountyBook, revision: int | None) -> bool:
    """Whether the county's own records, school list or standards are others than when a list was closed."""
    return revision is not None and revisions(book)[revision - 1].basis != basis_of(book)


def is_changed(book: CountyBook) -> bool:
    """Whether anything came or was decided since the last list was closed; True while none is."""
    known = revisions(book)
    if not known:
        return True
    last = known[-1]
    return len(book.decisions) > last.place + 1 or {each.id for each in book.members} != last.ids


def unchecked_behind(book: CountyBook) -> tuple[str, ...]:
    """Return the names of the schools that count by a key which was admitted without paper."""
    unchecked = {(each.public_key, each.school) for each in book.keys if each.how == UNCHECKED}
    counted = (book.received[found.counts.id] for found in book.view().values())
    return tuple(each.name for each in counted if (each.public_key, each.member.school) in unchecked)


def _require_ready(book: CountyBook) -> None:
    view = book.view()
    if not view:
        raise Problem("close-nothing")
    open_conflicts = [book.received[each.counts.id].name for each in view.values() if each.conflict]
    if open_conflicts:
        raise Problem("close-conflicts", count=len(open_conflicts), names=_some(open_conflicts))
    unchecked = unchecked_behind(book)
    if unchecked and not book.practice:
        raise Problem("close-unchecked", count=len(unchecked), names=_some(unchecked))
    if not is_changed(book):
        raise Problem("close-unchanged", number=len(revisions(book)))


def _revision(count: int, place: int, decision: Decision) -> Revision:
    ids = decision.details.get("ids")
    version, number = decision.details.get("fingerprint_version"), decision.details.get("log_number")
    return Revision(
        number=count,
        fingerprint=decision.detail("fingerprint"),
        ids=frozenset(ids) if isinstance(ids, tuple) else frozenset(),
        reason=decision.reason,
        at=decision.at,
        decision=decision.id,
        place=place,
        signed=bool(decision.signature),
        basis=decision.detail("basis"),
        version=version if isinstance(version, int) else 1,
        log=Position(number if isinstance(number, int) else 0, decision.detail("log_link")),
    )


def _some(names: list[str] | tuple[str, ...]) -> str:
    return "、".join(names[:MOST_NAMED]) + (" 等" if len(names) > MOST_NAMED else "")
