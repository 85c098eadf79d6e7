"""A county over a round, step by step at random: what arrives when, how often and in which heap is no matter.

The same set and chain, taken in shuffled, repeated and in parts, must give equal tables at every step; a
closed list must stay what it was whatever comes after.
"""

from __future__ import annotations

import random
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.records.draft import Draft, empty_row
from db.records.rows import ONLY
from eduapp.services.merge import merging, overlays
from eduapp.services.merge.decisions import (
    CLOSE,
    LIFT,
    OVERLAY,
    RESTORE,
    REVOKE,
    SETTLE,
    WITHDRAW,
    Decision,
    in_order,
)
from eduapp.services.merge.merging import DRAFT, FINAL, Member
from eduapp.services.merge.moment import Moment
from tests.examples import examples

RECORD, FIELD = "school_total", "teaching_area"
AREAS = ("900.0000", "1200.0000", "1250.5000")
SCHOOLS, WRITERS = ("P", "Q", "R"), ("a", "b")


def stated(area):
    """A draft that states one area."""
    draft = Draft()
    draft.rows[RECORD].insert(ONLY, 1, empty_row(RECORD) | {FIELD: Decimal(area)})
    return draft


def tables(moment, areas):
    """What counts: each school's submission, its area under the overlays, where each overlay stands."""
    found = {}
    for school, each in moment.view.items():
        draft = stated(areas[each.counts.id])
        placed = overlays.apply(draft, moment.overlays_on(each.counts))
        cell = draft.rows[RECORD][ONLY][FIELD]
        found[school] = (
            each.counts.id,
            each.conflict,
            str(cell),
            tuple((one.holds, one.stated) for one in placed),
        )
    return found


class County(RuleBasedStateMachine):
    """One county; `members` and `decisions` in the order they came here."""

    sent = Bundle("sent")

    def __init__(self):
        super().__init__()
        self.members, self.decisions, self.areas, self.made = [], [], {}, []
        self.closed = []
        self.chance = random.Random(0)

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed):
        self.chance.seed(seed)

    @property
    def moment(self):
        return Moment(tuple(self.members), tuple(self.decisions))

    # --- what schools do ---

    @rule(
        target=sent,
        school=st.sampled_from(SCHOOLS),
        writer=st.sampled_from(WRITERS),
        area=st.sampled_from(AREAS),
        state=st.sampled_from((FINAL, DRAFT)),
        back=st.integers(0, 2),
        lost=st.booleans(),
        seen=st.booleans(),
    )
    def send(self, school, writer, area, state, back, lost, seen):
        """Hand in after an earlier one (a restored copy forks), perhaps with a lost stick between."""
        own = [each for each in self.made if (each.school, each.writer) == (school, writer)]
        before = own[-1 - back] if len(own) > back else None
        others = {
            each.writer: each.seq for each in self.made if each.school == school and each.writer != writer
        }
        name = f"m{len(self.made)}"
        member = Member(
            id=name,
            school=school,
            writer=writer,
            seq=(before.seq if before else 0) + 1 + lost,
            prev=f"lost before {name}" if lost else before.id if before else None,
            state=state,
            seen=others if seen else {},
            key=f"key of {writer}",
        )
        self.made.append(member)
        self.areas[name] = area
        return member

    # --- what the county does ---

    @rule(member=sent)
    def take(self, member):
        """Take a file in, also one that is there already."""
        before, there = self.moment, member in self.members
        self.members.append(member)
        assert there == (self.moment.fingerprint == before.fingerprint)

    @precondition(lambda self: self.made)
    @rule()
    def take_what_came(self):
        """A stick with everything that was handed in so far."""
        self.members += self.made

    @precondition(lambda self: self.moment.overlays)
    @rule(data=st.data(), area=st.sampled_from(AREAS))
    def hand_in_again(self, data, area):
        """A school that the county corrected states something else, or the same again."""
        found = self.moment.view.get(data.draw(st.sampled_from(sorted(self.moment.overlays))))
        if found:
            one, name = found.counts, f"m{len(self.made)}"
            seq = max(
                each.seq for each in self.made if (each.school, each.writer) == (one.school, one.writer)
            )
            again = Member(name, one.school, one.writer, seq + 1, one.id, FINAL, {}, one.key)
            self.areas[name] = area
            self.made.append(again)
            self.members.append(again)

    def decide(self, kind, about, reason="", over=(), details=None):
        last = self.decisions[-1].id if self.decisions else ""
        self.decisions.append(Decision(kind, about, tuple(sorted(over)), reason, last, details=details or {}))

    @precondition(lambda self: self.members)
    @rule(data=st.data())
    def withdraw(self, data):
        """Taking one out gives the tables of never having had it; putting it back gives those from before."""
        one, before = data.draw(st.sampled_from(self.members)), self.moment
        gone = one.id in merging.withdrawn(self.decisions)
        self.decide(WITHDRAW, one.id, "误收")
        never = Moment(tuple(each for each in self.members if each.id != one.id), before.decisions)
        assert tables(self.moment, self.areas) == tables(never, self.areas)
        if data.draw(st.booleans()):
            self.decide(RESTORE, one.id, "恢复")
            if not gone:
                assert tables(self.moment, self.areas) == tables(before, self.areas)

    @precondition(lambda self: any(each.conflict for each in self.moment.view.values()))
    @rule(data=st.data())
    def settle(self, data):
        """Choosing a head leaves no conflict, and it counts."""
        torn = [each for each in self.moment.view.values() if each.conflict]
        found = data.draw(st.sampled_from(torn))
        chosen = data.draw(st.sampled_from((*found.heads, *found.not_chosen)))
        others = [each.id for each in (*found.heads, *found.not_chosen) if each.id != chosen.id]
        self.decide(SETTLE, chosen.id, "经电话核实", others)
        after = self.moment.view[found.school]
        assert (after.counts.id, after.conflict) == (chosen.id, False)

    @precondition(lambda self: self.members)
    @rule(data=st.data())
    def revoke(self, data):
        """No submission of a revoked key counts but the last good one and those before it."""
        one = data.draw(st.sampled_from(self.members))
        good = data.draw(st.sampled_from(["", one.id]))
        self.decide(REVOKE, good, "电脑丢失", details={"school": one.school, "key": one.key})
        found = self.moment.view.get(one.school)
        if found and found.counts.key == one.key:
            assert good
            assert found.counts.seq <= one.seq

    @precondition(lambda self: self.moment.view)
    @rule(data=st.data(), value=st.sampled_from((*AREAS, None)))
    def overlay(self, data, value):
        """An overlay holds at once."""
        found = data.draw(st.sampled_from(list(self.moment.view.values())))
        where = {"school": found.school, "record": RECORD, "key": ONLY, "field": FIELD}
        self.decide(
            OVERLAY, "", "核查", details=where | {"base": self.areas[found.counts.id], "value": value}
        )
        expected = str(None if value is None else Decimal(value))
        assert tables(self.moment, self.areas)[found.school][2] == expected

    @precondition(lambda self: self.moment.overlays)
    @rule(data=st.data())
    def lift(self, data):
        """After lifting, what the school states counts."""
        school = data.draw(st.sampled_from(sorted(self.moment.overlays)))
        (one,) = self.moment.overlays[school]
        self.decide(LIFT, "", "撤销", details={"overlay": one.decision})
        found = self.moment.view.get(school)
        if found:
            assert tables(self.moment, self.areas)[school][2] == str(Decimal(self.areas[found.counts.id]))

    @precondition(lambda self: self.members)
    @rule()
    def close(self):
        """Freeze the list."""
        moment = self.moment
        ids = sorted({each.id for each in self.members})
        self.closed.append((len(self.decisions), frozenset(ids), moment.digest, tables(moment, self.areas)))
        details = {"number": len(self.closed), "fingerprint": moment.fingerprint, "ids": ids}
        self.decide(CLOSE, "", "结束本轮", details=details)

    # --- what always holds ---

    @invariant()
    def the_order_and_the_repeats_are_no_matter(self):
        members, decisions = self.members * 2, self.decisions * 2
        self.chance.shuffle(members)
        self.chance.shuffle(decisions)
        other = Moment(tuple(members), tuple(in_order(decisions)))
        assert other.digest == self.moment.digest
        assert other.view == self.moment.view
        assert tables(other, self.areas) == tables(self.moment, self.areas)

    @invariant()
    def the_heaps_are_no_matter(self):
        at = self.chance.randint(0, len(self.members))
        one, two = set(self.members[:at]), set(self.members[at:])
        for joined in (one | two, two | one, one | one | two):
            assert Moment(tuple(joined), tuple(self.decisions)).digest == self.moment.digest
            assert merging.view(joined, self.decisions) == self.moment.view

    @invariant()
    def an_overlay_holds_only_on_what_the_county_saw(self):
        moment = self.moment
        for school, (counts, _, cell, _) in tables(moment, self.areas).items():
            area = self.areas[counts]
            laid = [each for each in moment.overlays.get(school, ()) if each.base == area]
            value = laid[0].value if laid else area
            assert cell == str(None if value is None else Decimal(value))

    @invariant()
    def closed_lists_stay_what_they_were(self):
        for place, ids, digest, said in self.closed:
            members = tuple(each for each in self.members if each.id in ids)
            then = Moment(members, tuple(self.decisions[:place]))
            assert then.digest == digest
            assert tables(then, self.areas) == said


County.TestCase.settings = settings(max_examples=examples(40), stateful_step_count=30, deadline=None)
TestCounty = County.TestCase
