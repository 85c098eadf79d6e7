"""The heads of a school against the rules written out pair by pair; and what a thousand files cost."""

from __future__ import annotations

import random
import time

import pytest

from eduapp.services.merge.heads import heads_of
from eduapp.services.merge.merging import DRAFT, FINAL, Member

WRITERS = "abc"


def supersedes(later, earlier, by_id):
    if later.id == earlier.id:
        return False
    if later.writer != earlier.writer:
        return later.seen.get(earlier.writer, 0) >= earlier.seq
    return later.seq > earlier.seq and not is_fork(later, earlier, by_id)


def is_fork(later, earlier, by_id):
    at = later
    while at is not None and at.seq > earlier.seq:
        if at.prev is None or (at.seq == earlier.seq + 1 and at.prev != earlier.id):
            return True
        at = by_id.get(at.prev)
    return at is not None and at.id != earlier.id


def by_pairs(candidates, known):
    """Nothing stands over a head that it does not stand over itself, over any steps."""
    by_id = {each.id: each for each in known}
    over = {
        each.id: {other.id for other in candidates if supersedes(other, each, by_id)} for each in candidates
    }

    def reached(start):
        found, ahead = set(), list(over[start])
        while ahead:
            at = ahead.pop()
            if at not in found:
                found.add(at)
                ahead += over[at]
        return found

    above = {name: reached(name) for name in over}
    return [each for each in candidates if all(each.id in above[other] for other in above[each.id])]


def history(dice):
    """Chains, forks, lost links, gaps in the numbers, claims of having seen."""
    made = []
    for number in range(dice.randint(1, 10)):
        writer = dice.choice(WRITERS)
        own = [each for each in made if each.writer == writer]
        before = dice.choice(own) if own else None
        prev = f"lost{number}" if dice.randint(0, 2) == 0 else before.id if before else None
        seen = {each: dice.randint(1, 5) for each in dice.sample(WRITERS, dice.randint(0, 2))}
        seq = (before.seq if before else 0) + 1 + dice.choice((0, 0, 0, 1, 2))
        made.append(
            Member(f"m{number}-{dice.random()}", "S", writer, seq, prev, dice.choice((FINAL, DRAFT)), seen)
        )
    return made


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_heads_are_those_of_the_rules_pair_by_pair(seed):
    dice = random.Random(seed)
    for _ in range(1500):
        known = history(dice)
        for candidates in ([each for each in known if each.state == FINAL], known):
            assert heads_of(candidates, known) == by_pairs(candidates, known)


def one_computer(count):
    return [
        Member(f"m{number}", "S", "w", number, f"m{number - 1}" if number > 1 else None, FINAL, {})
        for number in range(1, count + 1)
    ]


def many_computers(count):
    """Each restored from the one before: a writer each, which has seen the ones before it."""
    return [
        Member(
            f"m{number}", "S", f"w{number}", 1, None, FINAL, {f"w{number - back}": 1 for back in (1, 2, 3)}
        )
        for number in range(1, count + 1)
    ]


def forks(count):
    return [Member(f"m{number}", "S", "w", 2, "m0", FINAL, {}) for number in range(1, count + 1)]


@pytest.mark.parametrize("make", [one_computer, many_computers, forks])
def test_thirty_times_the_files_of_one_school_do_not_take_a_thousand_times_as_long(make):
    few, many = (min(seconds_for(make(count)) for _ in range(2)) for count in (200, 6000))
    assert len(heads_of(make(400), make(400))) == (400 if make is forks else 1)
    assert many < 300 * few


def seconds_for(members):
    """Processor's seconds of one round, over as many rounds as a clock needs that steps by 1/64 s."""
    rounds, taken, begin = 0, 0.0, time.process_time()
    while taken < 0.1:
        heads_of(members, members)
        rounds, taken = rounds + 1, time.process_time() - begin
    return taken / rounds
