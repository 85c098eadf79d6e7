"""The merge: a pure function of the set of submissions and the decisions about them.

Order of arrival, repetition and grouping play no part; nothing here reads a clock or a file
(docs/architecture.md, "A merge"). Within one writer the number orders; `prev` proves a fork where both
sides are there; `seen` says that a later writer of the same school knew an earlier one's work.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.services.merge.decisions import CLOSE, RESTORE, REVOKE, SETTLE, WITHDRAW, Decision
from eduapp.services.merge.heads import heads_of
from eduapp.services.merge.listing import Listing
from eduapp.services.merge.member import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["DRAFT", "FINAL", "RESTORE", "REVOKE", "SETTLE", "WITHDRAW", "Decision", "Member"]

FINAL, DRAFT = "final", "draft"


@dataclass(frozen=True)
class SchoolView:
    """A school in the merged view: what counts, the heads in conflict, and its latest submission.

    `not_chosen` are the heads that a person put behind another; they stay in the set.
    """

    school: str
    counts: Member
    heads: tuple[Member, ...]
    latest: Member
    not_chosen: tuple[Member, ...] = ()

    @property
    def conflict(self) -> bool:
        """Whether a person must settle between heads."""
        return len(self.heads) > 1


def view(
    members: Iterable[Member],
    decisions: Sequence[Decision],
    links: Mapping[str, str | None] | None = None,
    listing: Listing | None = None,
) -> dict[str, SchoolView]:
    """Return the schools of a set, by code.

    Per school the latest final wins, else the latest draft; a draft after a final changes only
    `latest`. Several heads: all are kept, and until one is settled the same one stands for every
    reader (the highest number, then the smallest id). `links`, `listing`: see `revoked`.
    """
    gone = withdrawn(decisions)
    left = {member for member in members if member.id not in gone}
    by_id: dict[str, Member] = {}
    # The id does not cover the signer: one id by two keys is one submission.
    for member in left - revoked(left, decisions, links, listing):
        by_id[member.id] = min(by_id.get(member.id, member), member, key=lambda each: each.key)
    by_school: dict[str, list[Member]] = defaultdict(list)
    for member in by_id.values():
        by_school[member.school].append(member)
    behind = _put_behind(decisions, by_id)
    return {school: _school(school, by_school[school], behind) for school in sorted(by_school)}


FINGERPRINT = 2
"""The version of the fingerprint that is printed today; closed rounds and old papers keep theirs."""


def fingerprint(
    members: Iterable[Member], decisions: Iterable[Decision], version: int = FINGERPRINT
) -> bytes:
    """Return the SHA-256 over the sorted ids of all members and decisions: equal sets, equal print.

    Ending a round changes no table and no print: what was announced still stands on the next page.
    Version 1 was over everything that had ever come in; version 2 is over what is accepted, whose bytes the
    county's log binds, and says so.
    """
    deciding = {f"decision {each.id}" for each in decisions if each.kind != CLOSE}
    lines = sorted({f"submission {each.id}" for each in members} | deciding)
    if version > 1:
        lines.insert(0, f"fingerprint {version}")
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).digest()


def withdrawn(decisions: Sequence[Decision]) -> frozenset[str]:
    """Return the ids that are taken out: the last word on each counts."""
    last = {each.submission: each.kind for each in decisions if each.kind in {WITHDRAW, RESTORE}}
    return frozenset(name for name, kind in last.items() if kind == WITHDRAW)


def revoked(
    members: Iterable[Member],
    decisions: Sequence[Decision],
    links: Mapping[str, str | None] | None = None,
    listing: Listing | None = None,
) -> frozenset[Member]:
    """Return the members whose key was revoked for their school, but the last good one and its ancestors.

    The last word on each key counts. Ancestry is by `prev` alone: where a link is missing nothing is
    proved, and what lies before it leaves too (docs/submission.md, "4. Every proof"). `links` (id -> the id
    before it) may know more than the members: an id is a digest of what it names, whoever sent it. The
    members' schools are the codes of `listing`.
    """
    at = listing or Listing()
    last = {
        (at.about_code(each), each.detail("key")): each.submission
        for each in decisions
        if each.kind == REVOKE
    }
    if not last:
        return frozenset()
    known = set(members)
    before = {each.id: each.prev for each in known} | dict(links or {})
    good = {place: ancestry(submission, before) for place, submission in last.items()}
    return frozenset(
        each
        for each in known
        if (each.school, each.key) in last and each.id not in good[each.school, each.key]
    )


def ancestry(start: str, before: Mapping[str, str | None]) -> frozenset[str]:
    """Return a submission and those before it by `prev`, as far as they are known or named."""
    found: set[str] = set()
    at: str | None = start
    while at and at not in found:
        found.add(at)
        at = before.get(at)
    return frozenset(found)


def _put_behind(decisions: Sequence[Decision], standing: Mapping[str, Member]) -> set[str]:
    """Return the heads put behind another; the last word holds, and none for one that is not there."""
    behind: set[str] = set()
    for each in decisions:
        if each.kind == SETTLE and each.submission in standing:
            behind |= set(each.over)
            behind.discard(each.submission)
    return behind


def _school(school: str, members: list[Member], behind: set[str]) -> SchoolView:
    if len(members) == 1:  # most schools hand in once: nothing to weigh
        return SchoolView(school, members[0], (members[0],), members[0])
    finals = [member for member in members if member.state == FINAL]
    heads = sorted(heads_of(finals or members, members), key=_rank)
    standing = [head for head in heads if head.id not in behind] or heads
    not_chosen = tuple(head for head in heads if head not in standing)
    latest = min(heads_of(members, members), key=_rank) if finals else heads[0]
    return SchoolView(school, standing[0], tuple(standing), latest, not_chosen)


def _rank(member: Member) -> tuple[int, str]:
    return (-member.seq, member.id)
