"""Which files come in: a pure function of what was offered and what was decided, to its fixpoint.

(headers of the files that are kept, admissions, decisions, school list) -> which are accepted and why each
other one is not. Keys speak for a school of the list, not for its code (`listing`): a file names a code, and
means the school among those that ever had it for which its key speaks. A file can bring the signature by
which an admitted key passes its place on to a new one (换发); such keys are followed as far as they lead.
When a file came, in which batch, behind which other one and how often plays no part, and nothing here reads a
disk, a clock or a signature.
"""

from __future__ import annotations

import heapq
import hmac
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from eduapp.services.merge import merging
from eduapp.services.merge.decisions import LIST, RESTORE, REVOKE, WITHDRAW, Decision
from eduapp.services.merge.listing import REFERENCE, Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from eduapp.services.merge.merging import Member

PAPER, ROTATED, UNCHECKED = "paper", "rotated", "unchecked"
"""How a key was admitted: by the digits of the paper form, by the key before it, or without paper."""
HOWS: Final = (PAPER, ROTATED, UNCHECKED)
NOT_LISTED, NOT_ADMITTED, KEY_REVOKED = "school-not-listed", "key-not-admitted", "key-revoked"
UNREAD, FLAWED = "unread", "flawed"
"""Nothing stands in the way any more, but nobody has read the tables yet: that is done after trust. Or they
were read and are no good: then the file is refused whatever is decided."""

Place: TypeAlias = tuple[str, str]
"""Bearing of a school (`listing`) and public key line: who speaks for whom."""
Copy: TypeAlias = tuple[str, str]
"""Id and public key line: the id does not cover the signer, so two signers of one list are two files."""


@dataclass(frozen=True)
class Header:
    """What is known of a kept file without its tables. `before`: the key that signed for this file's own."""

    member: Member
    before: str | None = None
    size: int = 0
    read: bool = True
    """Whether its tables were read and are in order."""
    flawed: bool = False
    """Whether they were read and are no good: what its signer passed on or named stands all the same."""

    @property
    def copy(self) -> Copy:
        """What it is known by."""
        return self.member.id, self.member.key


@dataclass(frozen=True)
class Admission:
    """A person's act: a key may speak for a school. `before`: only as long as that one passes it on.

    `school` is a reference to it, or the code under which it was kept (`Listing.bearing`).
    """

    key: str
    school: str
    how: str
    before: str | None = None
    form: int = 0
    """The form of the proof; the higher covers more."""


@dataclass(frozen=True)
class RegisterEntry:
    """A line of the register: how the key came in, and after which one ("" for an act of its own).

    `form` is that of the proof it, or the first key before it, was admitted by.
    """

    how: str
    before: str = ""
    form: int = 0


@dataclass(frozen=True)
class Judged:
    """What follows. `why` has every file: "" for one that is accepted, else the code of what it waits for."""

    register: Mapping[Place, RegisterEntry]
    why: Mapping[Copy, str]
    links: Mapping[str, str | None]
    """Id -> the id before it, of all that nobody withdrew."""
    good: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    """Of each revoked key: the ids that stay good."""
    listing: Listing = field(default_factory=Listing)

    def place(self, code: str, key: str) -> Place:
        """Return for which school a key speaks that names a code; where for none, whom the code means."""
        bearers = self.listing.bearers(code)
        places = self.register, self.good  # a revoked key may stand in the register no more
        found = (each for known in places for each in bearers if (each, key) in known)
        return next(found, bearers[0]), key

    def place_of(self, each: Header) -> Place:
        """Return for which school a file speaks, by which key."""
        return self.place(each.member.school, each.member.key)

    def is_known(self, code: str, key: str) -> bool:
        """Whether a key that names a code speaks for a school that has it or had it."""
        return self.place(code, key) in self.register

    def code_of(self, each: Header) -> str:
        """Return the code now of the school that a file is of."""
        return self.listing.code_of(self.place_of(each)[0])

    def is_strange(self, each: Header) -> bool:
        """Whether a file takes room that it shares with all of keys that nobody admitted."""
        unknown = self.place_of(each) not in self.register and self.why[each.copy] not in {"", UNREAD}
        return unknown and not each.flawed

    def is_stopped(self, place: Place, submission: str) -> bool:
        """Whether a key is revoked and a submission is neither its last good one nor before it."""
        return place in self.good and submission not in self.good[place]


def judge(
    headers: Collection[Header],
    admissions: Iterable[Admission],
    decisions: Sequence[Decision],
    listing: Listing,
    named: Mapping[str, str | None],
) -> Judged:
    """Return what is accepted of all that is kept, and why the rest is not.

    `listing` is empty for a county without a list; `named`: id -> the id before it, of files of which only
    the name stays. What was withdrawn passes nothing on and links nothing: the rest stands as if it had
    never come.
    """
    gone = merging.withdrawn(decisions)
    stopped = revocations(decisions, listing)
    acts = [replace(each, school=listing.bearing(each.school)) for each in admissions]
    passed = _passed(headers, listing, lambda each: each.member.id not in gone)
    register = _register(acts, passed, stopped)
    links = {name: prev for name, prev in named.items() if name not in gone}
    links |= {each.member.id: each.member.prev for each in headers if each.member.id not in gone}
    good = {place: merging.ancestry(last, links) for place, last in stopped.items()}
    found = Judged(register, {}, links, good, listing)
    own = _passed(headers, listing, lambda each: each.member.id in gone)
    of_gone = replace(found, register=_register(acts, passed + own, stopped)) if own else found
    why = {each.copy: _why(each, of_gone if each.member.id in gone else found) for each in headers}
    return replace(found, why=why)


def after(
    judged: Judged, decision: Decision, decisions: Sequence[Decision], headers: Collection[Header]
) -> Judged | None:
    """Return what follows after one decision more where that is plain; None: all is judged anew (`judge`).

    `decisions` are those taken before it. Most are between files or about cells: then the same is accepted.
    A file that is withdrawn or comes back is a link more or less, where no key was passed on by a file that
    is or was out, and none is revoked: else what hangs on it must be found.
    """
    if decision.kind not in {LIST, REVOKE, WITHDRAW, RESTORE}:
        return judged
    if decision.kind in {LIST, REVOKE} or judged.good:
        return None
    out = merging.withdrawn(decisions) | {decision.submission}
    about = [each for each in headers if each.member.id in out]
    if any(each.before for each in about):
        return None
    links = {name: prev for name, prev in judged.links.items() if name != decision.submission}
    if decision.kind == RESTORE:
        links |= {each.member.id: each.member.prev for each in about if each.member.id == decision.submission}
    return replace(judged, links=links)


def _passed(
    headers: Iterable[Header], listing: Listing, chosen: Callable[[Header], bool]
) -> list[tuple[Place, str]]:
    """Return which keys files pass on, and which key before signed for each.

    A voucher names a code; it passes on the place of each school that has it or had it, for which the key
    before speaks.
    """
    return [
        ((bearer, each.member.key), each.before)
        for each in headers
        if each.before and chosen(each)
        for bearer in listing.bearers(each.member.school)
    ]


def revocations(decisions: Iterable[Decision], listing: Listing) -> dict[Place, str]:
    """Return of every revoked key its last good submission, "" for none; the last word counts."""
    return {
        (listing.about(each), each.detail("key")): each.submission
        for each in decisions
        if each.kind == REVOKE
    }


def one_each(members: Iterable[Member]) -> dict[str, Member]:
    """Return one member of each id, the same one for every reader: that of the smallest key."""
    found: dict[str, Member] = {}
    for each in members:
        known = found.get(each.id)
        if known is None or each.key < known.key:
            found[each.id] = each
    return found


def outranks(how: tuple[str, int], other: tuple[str, int]) -> bool:
    """Whether one way of coming in, with the form of its proof, is worth more than another."""
    return _rank(*how) < _rank(*other)


def _rank(how: str, form: int) -> tuple[bool, int, int]:
    """What counts first: that somebody checked it, then how much the proof covers, then how it came in."""
    return how == UNCHECKED, -form, HOWS.index(how)


def _register(
    acts: Iterable[Admission], passed: Iterable[tuple[Place, str]], stopped: Mapping[Place, str]
) -> dict[Place, RegisterEntry]:
    """Follow the keys from those that people admitted; of several ways in the best one counts.

    A revoked key passes nothing on: what it signed for was signed by whoever had it. What it had passed
    on is asked for a paper form of its own.
    """
    after: dict[Place, set[str]] = defaultdict(set)
    ahead: list[tuple[tuple[bool, int, int], str, str, str, str, int]] = []
    for act in acts:
        if act.before is None:
            ahead.append((_rank(act.how, act.form), "", act.school, act.key, act.how, act.form))
        else:
            after[act.school, act.before].add(act.key)
    for (school, key), before in passed:
        after[school, before].add(key)
    heapq.heapify(ahead)
    found: dict[Place, RegisterEntry] = {}
    while ahead:
        _, before, school, key, how, form = heapq.heappop(ahead)
        if (school, key) in found:
            continue
        found[school, key] = RegisterEntry(how, before, form)
        if (school, key) not in stopped:
            then = _inherited(how)
            for next_key in after.get((school, key), ()):
                heapq.heappush(ahead, (_rank(then, form), key, school, next_key, then, form))
    return found


def _inherited(how: str) -> str:
    """Return what a key is worth that one of this worth signed for."""
    return UNCHECKED if how == UNCHECKED else ROTATED


def _why(each: Header, found: Judged) -> str:
    place = found.place_of(each)
    if found.is_stopped(place, each.member.id):
        return KEY_REVOKED
    if found.listing.schools and not place[0].startswith(REFERENCE):
        return NOT_LISTED
    if place not in found.register:
        return NOT_ADMITTED
    if each.flawed:
        return FLAWED
    return "" if each.read else UNREAD


# --- what is kept of keys that nobody admitted ---


@dataclass(frozen=True)
class Budget:
    """What all keys that nobody admitted may lie in the workbook with, together."""

    files: int
    bytes: int


BUDGET: Final = Budget(files=2000, bytes=1 << 30)
"""A county of 1,500 schools whose forms come after their files, and strangers beside them."""


def within(waiting: Iterable[Header], secret: bytes, budget: Budget = BUDGET) -> frozenset[Copy]:
    """Return which files of keys that nobody admitted are kept: a function of the set alone.

    Every key's newest comes first (highest number, then smallest id), then every key's second, and so on:
    whoever sends many takes nothing from one who sends one. Between keys the county's secret decides:
    nobody can try keys until one has a good place.
    """
    by_key: dict[str, list[Header]] = defaultdict(list)
    for each in waiting:
        by_key[each.member.key].append(each)
    ordered = []
    for key, own in by_key.items():
        place = hmac.digest(secret, key.encode(), "sha256")
        own.sort(key=lambda each: (-each.member.seq, each.member.id))
        ordered += [(rank, place, each.member.id, each) for rank, each in enumerate(own)]
    ordered.sort(key=lambda each: each[:3])
    kept: set[Copy] = set()
    size = 0
    for _, _, _, each in ordered[: budget.files]:
        size += each.size
        if size > budget.bytes:
            break
        kept.add(each.copy)
    return frozenset(kept)
