"""换码 changes codes and nothing else: the same county without it, in any order, is its recount."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from eduapp.services.merge import admission, merging
from eduapp.services.merge.admission import PAPER, Admission, Header
from eduapp.services.merge.decisions import LIST, REVOKE, Decision
from eduapp.services.merge.listing import BOUND, REFERENCE, Listed, listing_of, said_of
from eduapp.services.merge.merging import FINAL, Member
from eduapp.services.merge.relisting import recoded
from tests.services.intake_histories import SCHOOLS, history, hold, play

HISTORIES = 200


def id_of(home):
    """As `Desk` lists the schools of a history."""
    return f"{home}-id"


def of_one_home(made):
    """Let every key be one school's, so that each file has one home."""

    def own(key, school):
        return f"{key} {school}" if key and key.startswith("stranger") else key

    return replace(
        made,
        listed=SCHOOLS,
        headers=[
            replace(
                each,
                member=replace(each.member, key=own(each.member.key, each.member.school)),
                before=own(each.before, each.member.school),
            )
            for each in made.headers
        ],
        broken=set(),
    )


def changes(dice, count):
    """List decisions: new codes, swaps, and newcomers under codes that were left; and who had which code."""
    rows = [Listed(id_of(code), code, f"{code}校", None, decided=False) for code in SCHOOLS]
    had = {code: {code} for code in SCHOOLS}
    found = []
    for number in range(count):
        listing = listing_of(found, rows)
        codes = list(listing.by_code)
        one = dice.choice(codes)
        left = sorted(set(listing.takings) - set(codes))
        turn = dice.random()
        if turn < 0.25 and left:
            new = [Listed(f"newcomer{number}", dice.choice(left), f"新校{number}", None)]
        elif turn < 0.5:
            new = recoded(listing, one, dice.choice([each for each in codes if each != one]), swap=True)
        else:
            new = recoded(listing, one, dice.choice([f"N{number}", *left]))
        for row in new:
            had.setdefault(row.id.removesuffix("-id"), set()).add(row.code)
        found.append(Decision(LIST, "", (), "换码", details=said_of(listing, new)))
    return found, had


def with_changes(made, dice, count):
    """The same history in a county whose schools change codes: files name any code their school ever has."""
    lists, had = changes(dice, count)
    headers = [
        replace(each, member=replace(each.member, school=dice.choice(sorted(had[each.member.school]))))
        for each in made.headers
    ]
    acts = [replace(each, school=REFERENCE + id_of(each.school)) for each in made.acts]
    decisions = []
    ordered = iter(made.decisions), iter(lists)
    mixed = [False] * len(made.decisions) + [True] * len(lists)
    for is_list in dice.sample(mixed, len(mixed)):
        one = next(ordered[is_list])
        details = dict(one.details)
        if one.kind == REVOKE:
            details = {**details, BOUND: REFERENCE + id_of(one.detail("school"))}
        last = decisions[-1].id if decisions else ""
        decisions.append(replace(one, prev=last, details=details))
    return replace(made, headers=headers, acts=acts, decisions=decisions)


def by_home(desk, made):
    """What is accepted, and each home's heads: with codes left out."""
    judged = desk.judge()
    homes = {each.member.id: REFERENCE + id_of(each.member.school) for each in made.headers}
    view = desk.shown()[3]
    code = {listed.code: listed.reference for listed in desk.listing.schools.values()}
    for copy, header in desk.kept.items():
        if judged.place_of(header) in judged.register:
            assert judged.place_of(header)[0] == homes[copy[0]]
    return (
        desk.shown()[0],
        sorted(judged.why.items()),
        {code[each.school]: (each.counts.id, sorted(one.id for one in each.heads)) for each in view.values()},
        sorted((school, key, entry.how) for (school, key), entry in judged.register.items()),
    )


@pytest.mark.slow
def test_a_county_whose_codes_change_counts_what_one_without_counts():
    seed = random.randrange(10**6)
    for number in range(HISTORIES):
        dice = random.Random(f"{seed} {number}")
        plain = of_one_home(history(dice, dice.choice((5, 12))))
        changed = with_changes(plain, dice, dice.randint(1, 6))
        whole = list(range(len(plain.headers)))
        try:
            expected = by_home(play(plain, whole, dice), plain)
            for _ in range(3):
                assert by_home(play(changed, dice.sample(whole, len(whole)), dice), plain) == expected
            hold(changed, dice, some=4)
        except AssertionError as error:
            pytest.fail(f"seed {seed} {number}: {error}")


def at(code, key, name="m", **more):
    return Header(Member(name, code, f"w-{key}", 1, None, FINAL, {}, key), more.get("before"), 1, read=True)


def judged(headers, acts, lists):
    rows = [Listed(id_of(code), code, code, None) for code in SCHOOLS]
    return admission.judge(headers, acts, lists, listing_of(lists, rows), {})


def listed(*rows):
    return Decision(LIST, "", (), "换码", details={"rows": [each.to_text() for each in rows]})


def test_what_was_kept_by_code_alone_means_the_first_that_took_it():
    moved = listed(Listed(id_of("A"), "N", "A", None))
    taken = listed(Listed("newcomer", "A", "新校", None))
    found = judged([at("A", "k"), at("N", "k", "n")], [Admission("k", "A", PAPER)], [moved, taken])
    assert set(found.why.values()) == {""}
    assert {found.code_of(each) for each in (at("A", "k"), at("N", "k"))} == {"N"}
    assert found.code_of(at("A", "stranger")) == "A"
    assert not found.is_known("A", "stranger")


def test_a_key_of_two_schools_that_swapped_speaks_for_the_one_that_has_the_code():
    swapped = listed(Listed(id_of("A"), "B", "A", None), Listed(id_of("B"), "A", "B", None))
    acts = [Admission("k", REFERENCE + id_of(each), PAPER) for each in ("A", "B")]
    found = judged([at("A", "k")], acts, [swapped])
    assert found.place("A", "k") == (REFERENCE + id_of("B"), "k")
    assert found.place("B", "k") == (REFERENCE + id_of("A"), "k")


def test_a_revocation_says_which_school_beside_its_code():
    moved = listed(Listed(id_of("A"), "N", "A", None))
    taken = listed(Listed("newcomer", "A", "新校", None))
    acts = [Admission("k", REFERENCE + id_of("A"), PAPER), Admission("k2", f"{REFERENCE}newcomer", PAPER)]
    about = {"school": "A", "key": "k2", BOUND: f"{REFERENCE}newcomer"}
    revoke = Decision(REVOKE, "", (), "失窃", details=about)
    found = judged([at("A", "k"), at("A", "k2", "n")], acts, [moved, taken, revoke])
    assert found.why == {("m", "k"): "", ("n", "k2"): admission.KEY_REVOKED}
    members = [
        replace(each.member, school=found.code_of(each)) for each in (at("A", "k"), at("A", "k2", "n"))
    ]
    assert list(merging.view(members, [moved, taken, revoke], listing=found.listing)) == ["N"]
