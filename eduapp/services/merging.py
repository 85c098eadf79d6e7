"""The merge: a pure function of the set of submissions and the decisions about them.

Order of arrival, repetition and grouping play no part; nothing here reads a clock or a file
(submission.md §3). Within one writer the number orders; `prev` proves a fork where both sides are
there; `seen` says that a later writer of the same school knew an earlier one's work.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FINAL, DRAFT = "final", "draft"
WITHDRAW, RESTORE, SETTLE = "withdraw", "restore", "settle"
"""Kinds of decision: take a submission out, put it back, choose one of several heads."""


@dataclass(frozen=True)
class Member:
    """What the merge knows of a submission of the set."""

    id: str
    school: str
    writer: str
    seq: int
    prev: str | None
    state: str
    seen: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Decision:
    """A person's decision about a submission; `over` are the heads a settled one was put before.

    Decisions form a chain: `prev` is the id of the one before, so that taking out, putting back and
    taking out again is not the same as the first two. `at` is for reading and decides nothing.
    """

    kind: str
    submission: str
    over: tuple[str, ...]
    reason: str
    prev: str = ""
    at: str = field(default="", compare=False)

    @property
    def id(self) -> str:
        """The SHA-256 of what was decided, and after what."""
        said = [self.kind, self.submission, sorted(self.over), self.reason, self.prev]
        return hashlib.sha256(
            json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest()


@dataclass(frozen=True)
class SchoolView:
    """A school in the merged view: what counts, the heads in conflict, and its latest word.

    `aside` are the heads that a person put behind another; they stay in the set.
    """

    school: str
    counts: Member
    heads: tuple[Member, ...]
    latest: Member
    aside: tuple[Member, ...] = ()

    @property
    def conflict(self) -> bool:
        """Whether a person must settle between heads."""
        return len(self.heads) > 1


def view(members: Iterable[Member], decisions: Sequence[Decision]) -> dict[str, SchoolView]:
    """Return the schools of a set, by code.

    Per school the latest final wins, else the latest draft; a draft after a final changes only
    `latest`. Several heads: all are kept, and until one is settled the same one stands for every
    reader (the highest number, then the smallest id).
    """
    gone = withdrawn(decisions)
    by_school: dict[str, list[Member]] = defaultdict(list)
    for member in set(members):
        if member.id not in gone:
            by_school[member.school].append(member)
    behind = _put_behind(decisions, gone)
    return {school: _school(school, by_school[school], behind) for school in sorted(by_school)}


def fingerprint(members: Iterable[Member], decisions: Iterable[Decision]) -> bytes:
    """Return the SHA-256 over the sorted ids of all members and decisions: equal sets, equal print."""
    lines = sorted(
        {f"submission {each.id}" for each in members} | {f"decision {each.id}" for each in decisions}
    )
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).digest()


def withdrawn(decisions: Sequence[Decision]) -> frozenset[str]:
    """Return the ids that are taken out: the last word on each counts."""
    last = {each.submission: each.kind for each in decisions if each.kind in {WITHDRAW, RESTORE}}
    return frozenset(name for name, kind in last.items() if kind == WITHDRAW)


def _put_behind(decisions: Sequence[Decision], gone: frozenset[str]) -> set[str]:
    """Return the heads put behind another; the last word holds, and none for one that was taken out."""
    behind: set[str] = set()
    for each in decisions:
        if each.kind == SETTLE and each.submission not in gone:
            behind |= set(each.over)
            behind.discard(each.submission)
    return behind


def _school(school: str, members: list[Member], behind: set[str]) -> SchoolView:
    finals = [each for each in members if each.state == FINAL]
    heads = sorted(_heads(finals or members, members), key=_rank)
    standing = [each for each in heads if each.id not in behind] or heads
    aside = tuple(each for each in heads if each not in standing)
    latest = min(_heads(members, members), key=_rank)
    return SchoolView(school, standing[0], tuple(standing), latest, aside)


def _rank(member: Member) -> tuple[int, str]:
    return (-member.seq, member.id)


def _heads(candidates: list[Member], known: list[Member]) -> list[Member]:
    """Return those that nothing supersedes which they do not supersede themselves, over any steps.

    Writers can claim to have seen each other; then all of such a ring stand, and there is always one.
    """
    by_id = {each.id: each for each in known}
    over = {
        each.id: {other.id for other in candidates if _supersedes(other, each, by_id)} for each in candidates
    }
    above = {name: _reached(name, over) for name in over}
    return [each for each in candidates if all(each.id in above[other] for other in above[each.id])]


def _reached(start: str, steps: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(steps[start])
    while ahead:
        at = ahead.pop()
        if at not in found:
            found.add(at)
            ahead += steps[at]
    return found


def _supersedes(later: Member, earlier: Member, by_id: Mapping[str, Member]) -> bool:
    if later.id == earlier.id:
        return False
    if later.writer != earlier.writer:
        return later.seen.get(earlier.writer, 0) >= earlier.seq
    return later.seq > earlier.seq and not _is_fork(later, earlier, by_id)


def _is_fork(later: Member, earlier: Member, by_id: Mapping[str, Member]) -> bool:
    """Whether the chain of `prev` from the later one passes beside the earlier one.

    A missing link proves nothing: a lost stick costs nothing.
    """
    at: Member | None = later
    while at is not None and at.seq > earlier.seq:
        if at.prev is None or (at.seq == earlier.seq + 1 and at.prev != earlier.id):
            return True
        at = by_id.get(at.prev)
    return at is not None and at.id != earlier.id
