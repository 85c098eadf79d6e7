"""The merge is a pure function of the set: order, repetition and grouping play no part."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduapp.services.merging import (
    DRAFT,
    FINAL,
    RESTORE,
    SETTLE,
    WITHDRAW,
    Decision,
    Member,
    fingerprint,
    view,
)

pytestmark = pytest.mark.slow

WRITERS = ("a", "b", "c")


def member(name, seq, prev=None, *, writer="a", state=FINAL, school="S", seen=None):
    return Member(name, school, writer, seq, prev, state, seen or {})


@st.composite
def histories(draw):
    """What schools can send: chains, forks, lost links, several writers, claims of having seen."""
    made = []
    for number in range(draw(st.integers(1, 9))):
        school, writer = draw(st.sampled_from("PQ")), draw(st.sampled_from(WRITERS))
        own = [each for each in made if (each.school, each.writer) == (school, writer)]
        before = draw(st.sampled_from(own)) if own else None
        lost = draw(st.integers(0, 3)) == 0
        made.append(
            Member(
                id=f"m{number}",
                school=school,
                writer=writer,
                seq=(before.seq if before else 0) + 1 + (1 if lost else 0),
                prev=f"lost{number}" if lost else before.id if before else None,
                state=draw(st.sampled_from((FINAL, DRAFT))),
                seen=draw(st.dictionaries(st.sampled_from(WRITERS), st.integers(1, 4), max_size=2)),
            )
        )
    return made


@st.composite
def with_decisions(draw):
    """A set and decisions of all kinds about it, in the order they were taken."""
    members = draw(histories())
    names = [each.id for each in members]
    decisions = []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from((WITHDRAW, RESTORE, SETTLE)))
        over = draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if kind == SETTLE else []
        last = decisions[-1].id if decisions else ""
        chosen = draw(st.sampled_from(names))
        over = tuple(sorted(set(over) - {chosen}))
        decisions.append(Decision(kind, chosen, over, f"理由{number}", last))
    return members, decisions


# --- order, repetition, grouping ---


@given(with_decisions(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(case, chance):
    members, decisions = case
    again = members + chance.choices(members, k=5)
    chance.shuffle(again)
    assert view(again, decisions) == view(members, decisions)
    assert fingerprint(again, decisions) == fingerprint(members, decisions)


@given(with_decisions(), st.integers(0, 9), st.integers(0, 9))
def test_grouping_changes_nothing(case, first, second):
    members, decisions = case
    one, two = sorted((min(first, len(members)), min(second, len(members))))
    a, b, c = set(members[:one]), set(members[one:two]), set(members[two:])
    assert view((a | b) | c, decisions) == view(a | (b | c), decisions) == view(members, decisions)
    assert fingerprint(c | a | b, decisions) == fingerprint(members, decisions)
    assert view(a | a, decisions) == view(a, decisions)


@given(histories())
def test_a_school_s_view_depends_on_its_own_submissions_alone(members):
    whole = view(members, [])
    for school, found in whole.items():
        assert view([each for each in members if each.school == school], []) == {school: found}


@given(histories())
def test_another_set_has_another_fingerprint(members):
    prints = {fingerprint(members[:size], []) for size in range(len(members) + 1)}
    assert len(prints) == len(members) + 1


# --- withdrawing ---


@given(with_decisions(), st.data())
def test_withdrawing_gives_the_view_of_never_having_had_it(case, data):
    members, decisions = case
    gone = data.draw(st.sampled_from(members))
    withdraw = Decision(WITHDRAW, gone.id, (), "重复", decisions[-1].id if decisions else "")
    never = [each for each in members if each is not gone]
    about_others = [each for each in decisions if each.submission != gone.id]
    assert view(members, [*decisions, withdraw]) == view(never, about_others)


@given(histories(), st.data())
def test_putting_back_gives_the_view_from_before(members, data):
    name = data.draw(st.sampled_from(members)).id
    out = Decision(WITHDRAW, name, (), "误收")
    back = Decision(RESTORE, name, (), "恢复", out.id)
    assert view(members, [out, back]) == view(members, [])


def test_taking_out_twice_is_told_from_putting_back_by_the_fingerprint():
    one = [member("m1", 1)]
    out = Decision(WITHDRAW, "m1", (), "误收")
    back = Decision(RESTORE, "m1", (), "恢复", out.id)
    again = Decision(WITHDRAW, "m1", (), "误收", back.id)
    assert view(one, [out, back]) != view(one, [out, back, again])
    assert fingerprint(one, [out, back]) != fingerprint(one, [out, back, again])


# --- what counts ---


@given(with_decisions())
def test_every_school_with_a_submission_left_has_one_that_counts(case):
    members, decisions = case
    last = {each.submission: each.kind for each in decisions if each.kind != SETTLE}
    left = {each.school for each in members if last.get(each.id) != WITHDRAW}
    found = view(members, decisions)
    assert set(found) == left
    for each in found.values():
        assert each.counts == each.heads[0]
        assert not set(each.heads) & set(each.aside)


@given(histories())
def test_a_final_always_wins_over_drafts(members):
    for school, found in view(members, []).items():
        own = [each for each in members if each.school == school]
        if any(each.state == FINAL for each in own):
            assert {each.state for each in found.heads} == {FINAL}


def test_within_a_writer_the_number_orders_and_a_lost_link_is_no_fork():
    chain = [member("m1", 1), member("m2", 2, "m1"), member("m5", 5, "m4")]
    random.Random(1).shuffle(chain)
    found = view(chain, [])["S"]
    assert found.counts.id == "m5"
    assert not found.conflict


def test_a_fork_leaves_two_heads_and_the_same_one_stands_for_every_reader():
    members = [member("m1", 1), member("left", 2, "m1"), member("right", 2, "m1")]
    found = view(members, [])["S"]
    assert [each.id for each in found.heads] == ["left", "right"]
    longer = [*members, member("right3", 3, "right")]
    assert [each.id for each in view(longer, [])["S"].heads] == ["right3", "left"]


@pytest.mark.parametrize(
    ("seen", "heads"), [({}, ["b1", "m2"]), ({"a": 1}, ["b1", "m2"]), ({"a": 2}, ["b1"])]
)
def test_a_new_computer_supersedes_what_it_has_seen(seen, heads):
    members = [
        member("m1", 1),
        member("m2", 2, "m1"),
        member("b1", 1, writer="b", seen=seen),
    ]
    assert sorted(each.id for each in view(members, [])["S"].heads) == heads


def test_writers_that_claim_to_have_seen_each_other_stand_both():
    ring = [
        member("a1", 1, seen={"c": 9}),
        member("b1", 1, writer="b", seen={"a": 9}),
        member("c1", 1, writer="c", seen={"b": 9}),
    ]
    found = view(ring, [])["S"]
    assert {each.id for each in found.heads} == {"a1", "b1", "c1"}


def test_a_draft_after_a_final_changes_only_the_latest_word():
    found = view([member("m1", 1), member("m2", 2, "m1", state=DRAFT)], [])["S"]
    assert (found.counts.id, found.latest.id) == ("m1", "m2")
    assert not found.conflict


# --- settling ---


def fork():
    return [member("m1", 1), member("left", 2, "m1"), member("right", 2, "m1")]


def test_settling_puts_one_head_before_the_others_and_keeps_them():
    found = view(fork(), [Decision(SETTLE, "right", ("left",), "以校长签字为准")])["S"]
    assert (found.counts.id, [each.id for each in found.aside]) == ("right", ["left"])
    assert not found.conflict


def test_a_person_can_change_their_mind():
    first = Decision(SETTLE, "right", ("left",), "以校长签字为准")
    second = Decision(SETTLE, "left", ("right",), "经电话核实", first.id)
    found = view(fork(), [first, second])["S"]
    assert (found.counts.id, found.conflict) == ("left", False)


def test_what_continues_the_chosen_head_stays_chosen_and_the_other_side_asks_again():
    settled = [Decision(SETTLE, "right", ("left",), "以校长签字为准")]
    onward = [*fork(), member("right3", 3, "right")]
    assert view(onward, settled)["S"].counts.id == "right3"
    assert not view(onward, settled)["S"].conflict
    assert view([*onward, member("left3", 3, "left")], settled)["S"].conflict


def test_settling_for_one_that_was_taken_out_holds_no_more():
    settle = Decision(SETTLE, "right", ("left",), "以校长签字为准")
    out = Decision(WITHDRAW, "right", (), "误收", settle.id)
    found = view([*fork(), member("third", 2, "m1")], [settle, out])["S"]
    assert {each.id for each in found.heads} == {"left", "third"}
