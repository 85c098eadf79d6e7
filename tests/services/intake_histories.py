"""Histories of intake without disk and without keys: what is offered, what is decided, in any order.

`Desk` keeps what `Taking` and `CountyBook` keep and judges with the same functions; a history is run on it
in many orders, and everything that a county shows must be the same.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field, replace

from eduapp.services.merge import admission, merging
from eduapp.services.merge.admission import (
    PAPER,
    UNCHECKED,
    Admission,
    Budget,
    Header,
)
from eduapp.services.merge.decisions import RESTORE, REVOKE, SETTLE, WITHDRAW, Decision
from eduapp.services.merge.listing import Listed, listing_of
from eduapp.services.merge.merging import DRAFT, FINAL, Member

SCHOOLS = ("A", "B", "C")
SECRET = b"the county's"
AMPLE = Budget(files=10_000, bytes=1 << 40)


@dataclass
class History:
    """What schools and strangers can send, and what a county can decide about it."""

    headers: list[Header] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    """Copies whose tables are no good: seen only once their key is admitted."""
    acts: list[Admission] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    listed: tuple[str, ...] = ()


@dataclass
class Desk:
    """A county that takes files in batches, admits keys and decides in between."""

    history: History
    budget: Budget = AMPLE
    kept: dict = field(default_factory=dict)
    unkept: dict = field(default_factory=dict)
    acts: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    listed: tuple = ()

    def offer(self, headers):
        for each in headers:
            if each.copy not in self.kept:
                self.kept[each.copy] = replace(each, read=False)
                self.unkept.pop(each.copy, None)
        self.settle()

    def settle(self):
        while waiting := [copy for copy, why in self.judge().why.items() if why == admission.UNREAD]:
            for copy in waiting:
                broken = copy in self.history.broken
                self.kept[copy] = replace(self.kept[copy], read=not broken, flawed=broken)
        judged = self.judge()
        strangers = [each for each in self.kept.values() if judged.is_strange(each)]
        keep = admission.within(strangers, SECRET, self.budget)
        for each in strangers:
            if each.copy not in keep:
                del self.kept[each.copy]
                self.unkept[each.copy] = each

    @property
    def listing(self):
        before = [Listed(f"{code}-id", code, f"{code}校", None, decided=False) for code in self.listed]
        return listing_of(self.decisions, before)

    def judge(self):
        named = {each.member.id: each.member.prev for each in self.unkept.values()}
        return admission.judge(self.kept.values(), self.acts, self.decisions, self.listing, named)

    def shown(self):
        """All that is printed, shown or sent: accepted, held, refused, tables, fingerprint, receipts."""
        judged = self.judge()
        accepted = admission.one_each(
            replace(each.member, school=judged.code_of(each))
            for copy, each in self.kept.items()
            if not judged.why[copy]
        )
        own = {
            copy: why
            for copy, why in judged.why.items()
            if judged.place_of(self.kept[copy]) in judged.register
        }
        return (
            sorted(accepted),
            sorted(judged.why.items()),
            sorted(judged.register.items()),
            merging.view(accepted.values(), self.decisions, judged.links, self.listing),
            merging.fingerprint(accepted.values(), self.decisions),
            sorted(own.items()),
        )


def history(dice: random.Random, most: int = 12) -> History:
    """Schools with chains of restored computers, thieves, strangers, late forms, revocations, withdrawals."""
    made = History(listed=dice.choice(((), (), SCHOOLS, SCHOOLS[:2])))
    keys: dict[str, list[str]] = {school: [f"{school}1"] for school in SCHOOLS}
    for number in range(dice.randint(2, most)):
        school = dice.choice(SCHOOLS)
        own = keys[school]
        before = None
        if dice.random() < 0.3:
            before = dice.choice(own)
            own.append(f"{school}{len(own) + 1}")
        key = own[-1] if before else dice.choice(own)
        if dice.random() < 0.15:
            key, before = f"stranger{dice.randint(1, 3)}", dice.choice((None, *own))
        made.headers.append(_header(dice, made.headers, number, school, key, before))
        if dice.random() < 0.1:
            made.broken.add(made.headers[-1].copy)
        if dice.random() < 0.1 and before is None and key in own:  # the same list, signed by somebody else
            again = replace(made.headers[-1].member, key=f"stranger{dice.randint(1, 3)}")
            made.headers.append(Header(again, None, 10, read=False))
    for school in SCHOOLS:
        for key in dice.sample(keys[school], dice.randint(0, min(2, len(keys[school])))):
            made.acts.append(Admission(key, school, dice.choice((PAPER, UNCHECKED))))
        if len(keys[school]) > 1 and dice.random() < 0.2:
            made.acts.append(Admission(keys[school][1], school, admission.ROTATED, keys[school][0]))
    made.decisions = _decisions(dice, made, keys)
    return made


def _header(dice, earlier, number, school, key, before):
    own = [each.member for each in earlier if (each.member.school, each.member.key) == (school, key)]
    last = dice.choice(own) if own else None
    lost = dice.random() < 0.2
    prev = f"lost{number}" if lost else last.id if last else None
    seq = (last.seq if last else 0) + 1 + lost
    seen = {f"w-{dice.choice('ABC')}{dice.randint(1, 3)}": dice.randint(1, 3)} if dice.random() < 0.4 else {}
    state = dice.choice((FINAL, DRAFT))
    member = Member(f"m{number:02}-{dice.random()}", school, f"w-{key}", seq, prev, state, seen, key)
    return Header(member, before, dice.randint(1, 100), read=False)


def _decisions(dice, made, keys):
    found: list[Decision] = []

    def decide(kind, about, over=(), **details):
        last = found[-1].id if found else ""
        found.append(Decision(kind, about, tuple(sorted(over)), f"理由{len(found)}", last, details=details))

    members = [each.member for each in made.headers]
    for _ in range(dice.randint(0, 4)):
        one = dice.choice(members)
        kind = dice.choice((WITHDRAW, WITHDRAW, RESTORE, SETTLE, REVOKE, REVOKE))
        if kind == REVOKE:
            key = dice.choice(keys[one.school])
            good = [each.id for each in members if (each.school, each.key) == (one.school, key)]
            decide(REVOKE, dice.choice(["", *good]), school=one.school, key=key)
        elif kind == SETTLE:
            others = [each.id for each in members if each.school == one.school and each.id != one.id]
            decide(SETTLE, one.id, dice.sample(others, min(2, len(others))))
        else:
            decide(kind, one.id)
    return found


def play(made: History, order: list[int], dice: random.Random, budget: Budget = AMPLE) -> Desk:
    """Run a history: files in this order, in random batches with repeats, acts and decisions in between."""
    desk = Desk(made, budget)
    acts, decisions = made.acts[:], made.decisions[:]
    dice.shuffle(acts)
    listed = [made.listed] if made.listed else []
    ahead = list(order)
    while ahead or acts or decisions or listed:
        turn = dice.random()
        if ahead and turn < 0.6:
            size = dice.randint(1, len(ahead))
            batch, ahead = ahead[:size], ahead[size:]
            repeats = dice.choices(order, k=dice.randint(0, 2))
            desk.offer(made.headers[at] for at in [*batch, *repeats])
        elif acts and turn < 0.8:
            desk.acts.append(acts.pop())
            desk.settle()
        elif decisions and turn < 0.95:  # one county decides: its decisions are a chain
            desk.decisions.append(decisions.pop(0))
            desk.settle()
        elif listed:
            desk.listed = listed.pop()
            desk.settle()
    return desk


def orders(count: int, dice: random.Random) -> list[list[int]]:
    """All orders of up to five files, else a hundred random ones."""
    if count <= 5:
        return [list(each) for each in itertools.permutations(range(count))]
    return [dice.sample(range(count), count) for _ in range(100)]


def exchanged(made: History, dice: random.Random) -> list[Desk]:
    """Two computers of one county: each reads a part, then each reads what the other one has."""
    at = dice.randint(0, len(made.headers))
    order = dice.sample(range(len(made.headers)), len(made.headers))
    desks = [play(made, part, random.Random(dice.random())) for part in (order[:at], order[at:])]
    had = [list(each.kept.values()) for each in desks]
    for desk, other in zip(desks, had[::-1], strict=True):
        desk.offer(other)
    return desks


def hold(made: History, dice: random.Random, some: int | None = None) -> int:
    """Play a history in its orders; every county shows the same. Returns how many were played."""
    found = orders(len(made.headers), dice)
    if some is not None and len(found) > some:
        found = dice.sample(found, some)
    expected = play(made, list(range(len(made.headers))), dice).shown()
    for order in found:
        desk = play(made, order, dice)
        assert desk.shown() == expected
        desk.offer(made.headers)  # A + A = A
        assert desk.shown() == expected
    for desk in exchanged(made, dice):
        assert desk.shown() == expected
    return len(found) + 3
