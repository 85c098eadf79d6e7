"""Decisions: what a person decided about the set, as a chain of plain values.

The tables are a pure function of the set and of this chain (docs/architecture.md, "A merge"). Each kind
says by `submission` and `details` what it is about.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

WITHDRAW, RESTORE, SETTLE = "withdraw", "restore", "settle"
"""Take a submission out, put it back, choose one of several heads."""
OVERLAY, LIFT = "overlay", "lift"
"""Put another value into one cell of a school, take that back (eduapp.services.merge.overlays)."""
REVOKE = "revoke"
"""A key no longer speaks for a school: details `key` (public key line) and `school`; `submission` is the
last good one, "" for none."""
CLOSE = "close"
"""End a round: its list is frozen (eduapp.services.county.closing)."""
LIST = "list"
"""What the school list says from now on: details `rows` (what changes), `digest` (of the whole list after),
`links` (eduapp.services.merge.listing)."""
STATEMENT, UNSTATE = "statement", "unstate"
"""What the statistics say of the county's sites: details `content`, `file`, `on`, `sites`; take that back.
`over` are the statements that it replaces (eduapp.services.merge.by_export)."""
KIND_WORDS = {
    WITHDRAW: "撤回",
    RESTORE: "恢复",
    SETTLE: "裁定采用",
    OVERLAY: "县级更正",
    LIFT: "撤销更正",
    REVOKE: "停用密钥",
    CLOSE: "结束本轮",
    LIST: "学校名单",
    STATEMENT: "年报导出",
    UNSTATE: "撤回年报导出",
}

Detail = str | int | bool | None | Sequence[str]
Details = Mapping[str, Detail]


@dataclass(frozen=True, eq=False)
class Decision:
    """A person's decision; `over` are the heads a settled one was put before, `details` by its kind.

    Decisions form a chain: `prev` is the id of the one before, so that taking out, putting back and
    taking out again is not the same as the first two. `at` is for reading and decides nothing; the
    signature (armored SSHSIG over `message`) proves who decided and is no part of what was decided.
    """

    kind: str
    submission: str
    over: tuple[str, ...]
    reason: str
    prev: str = ""
    at: str = ""
    details: Details = field(default_factory=dict)
    signature: bytes = b""

    def __post_init__(self) -> None:
        """Close the details: a decision never changes."""
        closed = {
            name: tuple(each) if isinstance(each, list) else each for name, each in self.details.items()
        }
        object.__setattr__(self, "details", MappingProxyType(closed))

    def __eq__(self, other: object) -> bool:
        """Whether the same was decided, after the same."""
        return isinstance(other, Decision) and self.message == other.message

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(self.message)

    @cached_property
    def message(self) -> bytes:
        """What is signed: the canonical JSON of what was decided, and after what."""
        said: list[object] = [self.kind, self.submission, sorted(self.over), self.reason, self.prev]
        if self.details:  # left out where there are none: ids of decisions from before stay what they were
            said.append(json.loads(self.details_text))
        return _canonical(said).encode()

    @property
    def said(self) -> tuple[object, ...]:
        """What was decided, whenever that was."""
        return self.kind, self.submission, sorted(self.over), self.reason, dict(self.details)

    @property
    def details_text(self) -> str:
        """The details as canonical JSON: sorted keys, no spaces."""
        return _canonical(dict(self.details))

    @cached_property
    def id(self) -> str:
        """The SHA-256 of the message."""
        return hashlib.sha256(self.message).hexdigest()

    def detail(self, name: str) -> str:
        """Return a detail that is text; "" where there is none."""
        found = self.details.get(name)
        return found if isinstance(found, str) else ""


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Return a set of decisions as they follow each other, however they came and however often.

    Several chains (two counties', joined) stand one after the other in the order of their first ids;
    each keeps its own order, and decisions about different schools do not touch each other.
    """
    known = {each.id: each for each in decisions}
    after: dict[str, list[str]] = defaultdict(list)
    for name in sorted(known):
        before = known[name].prev
        after[before if before in known else ""].append(name)
    ordered: list[Decision] = []
    ahead = after[""][::-1]
    while ahead:
        at = ahead.pop()
        ordered.append(known[at])
        ahead += after[at][::-1]
    return ordered


_ON_FILES = frozenset({WITHDRAW, RESTORE, SETTLE})


def said_before(decisions: Sequence[Decision], new: Decision) -> Decision | None:
    """Return the decision that says what a new one would, where nothing was decided on its matter since.

    Said again it would change no table, and yet the fingerprint on every paper. Of files and of revocations:
    corrections, the list and closings look for themselves.
    """
    for each in reversed(decisions):
        if _is_of_one_matter(each, new):
            return each if each.said == new.said else None
    return None


def _is_of_one_matter(one: Decision, other: Decision) -> bool:
    if {one.kind, other.kind} <= _ON_FILES:
        return not {one.submission, *one.over}.isdisjoint({other.submission, *other.over})
    return one.kind == other.kind == REVOKE and one.detail("key") == other.detail("key")


def in_words(decision: Decision) -> str:
    """Write a decision for people: 「裁定采用：经电话核实」."""
    word = KIND_WORDS.get(decision.kind, decision.kind)
    return f"{word}：{decision.reason}" if decision.reason else word


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
