"""The merge is a pure function of the set: order, repetition and grouping play no part."""

from __future__ import annotations

import hashlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from eduapp.services.merge.merging import DRAFT, FINAL, Member, fingerprint, revoked, view
from eduapp.services.merge.overlays import overlays_of

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
                key=f"key {draw(st.sampled_from((writer, 'new')))}",
            )
        )
    return made


KINDS = (WITHDRAW, RESTORE, SETTLE, REVOKE, OVERLAY, LIFT, CLOSE)


@st.composite
def decided(draw, members, *, most=5, kinds=KINDS):
    """Decisions of all kinds about a set, in the order they were taken."""
    names = [each.id for each in members]
    decisions = []
    for number in range(draw(st.integers(0, most))):
        last = decisions[-1].id if decisions else ""
        kind, chosen = draw(st.sampled_from(kinds)), draw(st.sampled_from(members))
        over, details, about = (), {}, chosen.id
        if kind == SETTLE:
            others = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
            over = tuple(sorted(set(others) - {chosen.id}))
        elif kind == REVOKE:
            details = {"school": chosen.school, "key": chosen.key}
            about = draw(st.sampled_from(("", chosen.id)))
        elif kind == OVERLAY:
            about, details = "", overlaid(chosen.school, draw(st.sampled_from("ab")), str(number))
        elif kind == LIFT:
            before = [each.id for each in decisions if each.kind == OVERLAY]
            about, details = "", {"overlay": draw(st.sampled_from(before)) if before else ""}
        elif kind == CLOSE:
            about, details = "", {"number": 1, "fingerprint": "", "ids": sorted(names)}
        decisions.append(Decision(kind, about, over, f"理由{number}", last, details=details))
    return decisions


def overlaid(school, key, value, base=None):
    where = {"school": school, "record": "school_total", "key": key, "field": "teaching_area"}
    return where | {"base": base, "value": value}


@st.composite
def with_decisions(draw, kinds=KINDS):
    """A set and decisions of all kinds about it."""
    members = draw(histories())
    return members, draw(decided(members, kinds=kinds))


# --- order, repetition, grouping ---


@pytest.mark.slow
@given(with_decisions(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(case, chance):
    members, decisions = case
    again = members + chance.choices(members, k=5)
    chance.shuffle(again)
    assert view(again, decisions) == view(members, decisions)
    assert fingerprint(again, decisions) == fingerprint(members, decisions)


@pytest.mark.slow
@given(with_decisions(), st.integers(0, 9), st.integers(0, 9))
def test_grouping_changes_nothing(case, first, second):
    members, decisions = case
    one, two = sorted((min(first, len(members)), min(second, len(members))))
    a, b, c = set(members[:one]), set(members[one:two]), set(members[two:])
    assert view((a | b) | c, decisions) == view(a | (b | c), decisions) == view(members, decisions)
    assert fingerprint(c | a | b, decisions) == fingerprint(members, decisions)
    assert view(a | a, decisions) == view(a, decisions)


@pytest.mark.slow
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


@pytest.mark.slow
@given(with_decisions(), st.data())
def test_withdrawing_gives_the_view_of_never_having_had_it(case, data):
    members, decisions = case
    gone = data.draw(st.sampled_from(members))
    withdraw = Decision(WITHDRAW, gone.id, (), "重复", decisions[-1].id if decisions else "")
    never = [each for each in members if each is not gone]
    # A revocation that names it stays: it is about a key.
    about_others = [each for each in decisions if each.submission != gone.id or each.kind == REVOKE]
    assert view(members, [*decisions, withdraw]) == view(never, about_others)


@pytest.mark.slow
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


# --- revoking a key ---


@pytest.mark.slow
@given(with_decisions(), st.data())
def test_revoking_gives_the_view_of_never_having_had_what_is_after_the_last_good_one(case, data):
    members, decisions = case
    one = data.draw(st.sampled_from(members))
    good = data.draw(st.sampled_from(["", *(each.id for each in members)]))
    place = {"school": one.school, "key": one.key}
    last = decisions[-1].id if decisions else ""
    revoke = Decision(REVOKE, good, (), "电脑丢失", last, details=place)
    gone = {each.submission: each.kind for each in decisions if each.kind in {WITHDRAW, RESTORE}}
    before = {each.id: each.prev for each in members if gone.get(each.id) != WITHDRAW}
    kept, at = set(), good
    while at in before:
        kept.add(at)
        at = before[at]
    never = [each for each in members if (each.school, each.key) != (one.school, one.key) or each.id in kept]
    earlier = [
        each for each in decisions if each.kind != REVOKE or dict(each.details) != place
    ]  # the last word on a key counts
    assert view(members, [*decisions, revoke]) == view(never, earlier)


def test_a_lost_link_proves_nothing_about_a_revoked_key():
    chain = [
        Member(name, "S", "a", seq, prev, FINAL, {}, "stolen")
        for name, seq, prev in (("m1", 1, None), ("m3", 3, "m2"), ("m4", 4, "m3"))
    ]
    place = {"school": "S", "key": "stolen"}
    assert view(chain, [Decision(REVOKE, "m3", (), "丢失", details=place)])["S"].counts.id == "m3"
    assert revoked(chain, [Decision(REVOKE, "m3", (), "丢失", details=place)]) == {chain[0], chain[2]}
    assert view(chain, [Decision(REVOKE, "", (), "丢失", details=place)]) == {}
    assert view(chain, [Decision(REVOKE, "", (), "丢失", details=place | {"school": "T"})])["S"]


def test_one_submission_by_two_keys_stands_until_both_are_revoked():
    both = [Member("m1", "S", "a", 1, None, FINAL, {}, key) for key in ("k1", "k2")]
    first = Decision(REVOKE, "", (), "丢失", details={"school": "S", "key": "k1"})
    second = Decision(REVOKE, "", (), "丢失", first.id, details={"school": "S", "key": "k2"})
    assert view(both, [])["S"].counts.id == "m1"
    assert not view(both, [])["S"].conflict
    assert view(both, [first])["S"].counts.key == "k2"
    many = [Member("m1", "S", "a", 1, None, FINAL, {}, f"k{number}") for number in range(9)]
    assert view(many, [])["S"].counts.key == "k0"
    assert view(both, [first, second]) == {}
    assert fingerprint(both, []) == fingerprint(both[:1], [])


# --- decisions as a set: chains, two counties ---


@pytest.mark.slow
@given(with_decisions(), st.randoms(use_true_random=False))
def test_a_set_of_decisions_has_one_order(case, chance):
    members, decisions = case
    mixed = decisions * 2
    chance.shuffle(mixed)
    assert in_order(mixed) == decisions
    assert view(members, in_order(mixed)) == view(members, decisions)
    assert overlays_of(in_order(mixed)) == overlays_of(decisions)


@pytest.mark.slow
@given(st.data(), st.randoms(use_true_random=False))
def test_two_counties_join_the_same_way_in_both_orders(data, chance):
    """As a prefecture does: other schools, other submissions, a chain of decisions each."""
    ours, theirs = data.draw(histories()), data.draw(histories())
    theirs = [renamed(each) for each in theirs]
    left, right = data.draw(decided(ours)), data.draw(decided(theirs))
    joined, mixed = [*ours, *theirs], [*left, *right]
    chance.shuffle(mixed)
    assert in_order(mixed) == in_order([*right, *left]) == in_order([*left, *right])
    whole = view(joined, in_order(mixed))
    assert whole == view(joined, in_order([*right, *left])) == view(theirs + ours, in_order([*left, *right]))
    assert whole == view(ours, left) | view(theirs, right)
    assert set(overlays_of(in_order(mixed))) == {*overlays_of(left), *overlays_of(right)}
    assert fingerprint(joined, mixed) == fingerprint(theirs + ours, [*right, *left])


def renamed(each):
    prev = f"x{each.prev}" if each.prev else None
    return Member(
        f"x{each.id}", each.school.lower(), each.writer, each.seq, prev, each.state, each.seen, each.key
    )


@given(with_decisions(), st.data())
def test_each_decision_changes_the_fingerprint_but_the_end_of_a_round(case, data):
    members, decisions = case
    prints = [fingerprint(members, decisions[:size]) for size in range(len(decisions) + 1)]
    for decision, before, after in zip(decisions, prints, prints[1:], strict=False):
        assert (before == after) is (decision.kind == CLOSE)
    assert len(set(prints)) == len(prints) - sum(each.kind == CLOSE for each in decisions)


def test_decisions_from_before_keep_their_ids():
    said = ["settle", "m2", ["m1", "m3"], "经电话核实", ""]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    made = Decision(SETTLE, "m2", ("m3", "m1"), "经电话核实", at="2026-01-01", signature=b"any")
    assert made.message == text
    assert made.id == hashlib.sha256(text).hexdigest()
    assert made == Decision(SETTLE, "m2", ("m1", "m3"), "经电话核实")


def test_details_are_part_of_what_was_decided_and_never_change():
    cell = overlaid("S", "-", "12")
    made = Decision(OVERLAY, "", (), "实地核查", details=cell)
    assert made != Decision(OVERLAY, "", (), "实地核查", details=cell | {"value": "13"})
    assert made == Decision(OVERLAY, "", (), "实地核查", details=dict(reversed(cell.items())))
    with pytest.raises(TypeError):
        made.details["value"] = "13"
    cell["value"] = "13"
    assert made.detail("value") == "12"


# --- overlays ---


@pytest.mark.slow
@given(with_decisions(kinds=(OVERLAY, LIFT)), st.data())
def test_lifting_takes_out_that_overlay_alone(case, data):
    _, decisions = case
    standing = overlays_of(decisions)
    if standing:
        one = data.draw(st.sampled_from(standing))
        lift = Decision(LIFT, "", (), "撤销", decisions[-1].id, details={"overlay": one.decision})
        assert overlays_of([*decisions, lift]) == tuple(each for each in standing if each != one)


@pytest.mark.slow
@given(with_decisions())
def test_there_is_one_overlay_a_cell_and_it_is_the_last_word(case):
    _, decisions = case
    found = overlays_of(decisions)
    assert len({each.cell for each in found}) == len(found)
    for each in found:
        later = [one for one in decisions if one.kind == OVERLAY and one.details["key"] == each.key]
        assert [one for one in later if one.detail("school") == each.school][-1].id == each.decision


# --- what counts ---


@pytest.mark.slow
@given(with_decisions())
def test_every_school_with_a_submission_left_has_one_that_counts(case):
    members, decisions = case
    last = {each.submission: each.kind for each in decisions if each.kind in {WITHDRAW, RESTORE}}
    kept = [each for each in members if last.get(each.id) != WITHDRAW]
    left = {each.school for each in set(kept) - revoked(kept, decisions)}
    found = view(members, decisions)
    assert set(found) == left
    for each in found.values():
        assert each.counts == each.heads[0]
        assert not set(each.heads) & set(each.not_chosen)


@pytest.mark.slow
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


def test_a_draft_after_a_final_changes_only_the_latest_submission():
    found = view([member("m1", 1), member("m2", 2, "m1", state=DRAFT)], [])["S"]
    assert (found.counts.id, found.latest.id) == ("m1", "m2")
    assert not found.conflict


# --- settling ---


def fork():
    return [member("m1", 1), member("left", 2, "m1"), member("right", 2, "m1")]


def test_settling_puts_one_head_before_the_others_and_keeps_them():
    found = view(fork(), [Decision(SETTLE, "right", ("left",), "以校长签字为准")])["S"]
    assert (found.counts.id, [each.id for each in found.not_chosen]) == ("right", ["left"])
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
