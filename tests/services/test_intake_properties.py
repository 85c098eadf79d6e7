"""Intake is a pure function: order, repetition, batches and two computers play no part."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from eduapp.services.merge import merging
from eduapp.services.merge.admission import PAPER, Admission, Budget, Header, after, within
from eduapp.services.merge.decisions import RESTORE, REVOKE, SETTLE, WITHDRAW, Decision
from eduapp.services.merge.merging import FINAL, Member
from tests.examples import examples
from tests.services.intake_histories import Desk, History, history, hold, orders, play

HISTORIES = 400
"""Of five to forty files each; every one is played in a dozen orders."""


def file(name, key, *, seq=1, before=None, school="A", prev=None, size=1):
    return Header(Member(name, school, f"w-{key}", seq, prev, FINAL, {}, key), before, size, read=False)


@pytest.mark.slow
def test_no_order_no_batch_and_no_repeat_shows():
    count, played = examples(HISTORIES), 0
    seed = random.randrange(10**6)
    for number in range(count):
        dice = random.Random(f"{seed} {number}")
        try:
            played += hold(history(dice, dice.choice((5, 5, 12, 40))), dice, some=12)
        except AssertionError as error:
            pytest.fail(f"seed {seed} {number}: {error}")
    assert played > count


def test_three_keys_one_after_the_other_come_in_whatever_the_order():
    """K1→K2→K3, three honest files on one stick; the form of K1 comes late."""
    files = [
        file("one", "k1"),
        file("two", "k2", before="k1"),
        file("three", "k3", before="k2"),
    ]
    made = History(files, acts=[Admission("k1", "A", PAPER)])
    for order in orders(3, random.Random(0)):
        for seed in range(20):
            desk = play(made, order, random.Random(seed))
            assert desk.shown()[0] == ["one", "three", "two"]


def test_what_a_revoked_key_passed_on_waits_for_a_form_of_its_own():
    files = [file("one", "k1"), file("two", "k2", before="k1"), file("three", "k3", before="k2")]
    revoke = Decision(REVOKE, "one", (), "失窃", details={"school": "A", "key": "k1"})
    made = History(files, acts=[Admission("k1", "A", PAPER)], decisions=[revoke])
    desk = play(made, [0, 1, 2], random.Random(0))
    assert desk.shown()[0] == ["one"]
    desk.acts.append(Admission("k2", "A", PAPER))
    desk.settle()
    assert desk.shown()[0] == ["one", "three", "two"]


def test_after_a_revocation_a_chain_with_a_late_link_is_whole_at_the_first_reading():
    """0 ← 1 ← 2, the last good one is 2, and 0 is read before 1."""
    chain = [file("m0", "k"), file("m1", "k", seq=2, prev="m0"), file("m2", "k", seq=3, prev="m1")]
    revoke = Decision(REVOKE, "m2", (), "失窃", details={"school": "A", "key": "k"})
    made = History(chain, acts=[Admission("k", "A", PAPER)], decisions=[revoke])
    for order in orders(3, random.Random(0)):
        for seed in range(10):
            assert play(made, order, random.Random(seed)).shown()[0] == ["m0", "m1", "m2"]


def test_what_follows_after_one_decision_more_is_what_all_of_them_give():
    dice, plain = random.Random(7), Counter()
    for _ in range(150):
        made = history(dice)
        desk = play(made, list(range(len(made.headers))), dice)
        kept, decisions = list(desk.kept.values()), list(desk.decisions)
        for name in dice.sample([each.member.id for each in kept], min(3, len(kept))):
            kinds = dice.choices([WITHDRAW, RESTORE, SETTLE], k=2)
            decisions += [Decision(each, name, (), "理由", str(number)) for number, each in enumerate(kinds)]
        for number, decision in enumerate(decisions):
            desk.decisions = decisions[:number]
            found = after(desk.judge(), decision, desk.decisions, kept)
            desk.decisions = decisions[: number + 1]
            if found is not None:
                plain[decision.kind] += 1
                assert found == desk.judge(), (number, decisions)
    assert {*plain} == {WITHDRAW, RESTORE, SETTLE}


@pytest.mark.slow
def test_a_strangers_files_change_no_fingerprint():
    dice = random.Random(5)
    for _ in range(200):
        made = history(dice)
        desk = play(made, list(range(len(made.headers))), dice)
        before = desk.shown()
        desk.offer(file(f"x{number}", f"nobody{number}", school="A") for number in range(5))
        assert desk.shown()[4] == before[4]
        assert (desk.shown()[3], desk.shown()[5]) == (before[3], before[5])


@pytest.mark.slow
def test_withdrawing_gives_the_tables_of_never_having_had_it():
    dice = random.Random(6)
    for _ in range(400):
        made = history(dice)
        whole = list(range(len(made.headers)))
        gone = dice.choice(made.headers)
        last = made.decisions[-1].id if made.decisions else ""
        out = Decision(WITHDRAW, gone.member.id, (), "误收", last)
        desk = play(replace(made, decisions=[*made.decisions, out]), whole, dice)
        left = [at for at in whole if made.headers[at].member.id != gone.member.id]
        about = [each for each in made.decisions if each.submission != gone.member.id or each.kind == REVOKE]
        never = play(replace(made, decisions=about), left, dice)
        assert desk.shown()[3] == never.shown()[3]


# --- bounds ---


def test_each_stranger_keeps_its_newest_and_none_takes_anothers_place():
    many = [file(f"m{number:03}", "loud", seq=number) for number in range(300)]
    quiet = [file(f"q{number}", f"quiet{number}") for number in range(20)]
    kept = within([*many, *quiet], b"secret", Budget(files=30, bytes=10**9))
    assert {copy for copy in kept if copy[1] != "loud"} == {each.copy for each in quiet}
    assert sorted(copy[0] for copy in kept if copy[1] == "loud") == [f"m{n}" for n in range(290, 300)]


def test_what_is_kept_is_a_function_of_the_set_and_between_keys_of_the_countys_secret():
    strangers = [file(f"m{number}", f"k{number}", size=10) for number in range(50)]
    budget = Budget(files=20, bytes=150)
    kept = within(strangers, b"one", budget)
    assert len(kept) == 15
    assert within(reversed(strangers), b"one", budget) == kept != within(strangers, b"two", budget)


@pytest.mark.slow
def test_beyond_the_bounds_only_what_is_not_kept_differs_until_it_is_read_again():
    dice = random.Random(8)
    differed = 0
    for _ in range(300):
        made = history(dice, 25)
        whole = list(range(len(made.headers)))
        ample = play(made, whole, dice)
        narrow = play(made, dice.sample(whole, len(whole)), dice, Budget(files=2, bytes=150))
        lost = set(narrow.unkept) & set(ample.kept)
        differed += bool(lost)
        assert set(narrow.kept) | lost >= set(ample.kept)
        narrow.offer(made.headers)
        narrow.offer(made.headers)
        accepted = set(ample.shown()[0])
        assert set(narrow.shown()[0]) == accepted
        assert narrow.shown()[4] == ample.shown()[4]
    assert differed > 20


def test_files_of_admitted_keys_are_never_dropped():
    made = History(
        [file(f"m{number}", "k", seq=number + 1) for number in range(50)],
        acts=[Admission("k", "A", PAPER)],
    )
    desk = Desk(made, Budget(files=0, bytes=0), acts=made.acts)
    desk.offer(made.headers)
    assert len(desk.kept) == 50
    assert merging.withdrawn([]) == frozenset()
