"""Schools asked in groups: the same answers as asked all at once, and few asked anew after an act."""

import random
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from eduapp.standards.county.balance import Deviations, Moments, balance
from eduapp.standards.county.form import county_form
from eduapp.standards.county.groups import Groups, Schools
from eduapp.standards.county.report import school_entry, standard_report
from eduapp.standards.data import SchoolData
from eduapp.standards.packs.reader import load
from tests.standards.drafts import DAY
from tests.standards.rolls import roll_of
from tests.standards.test_judging_properties import draft_of, some_school

PACKS = ("national-2017", "national-2012", "x-district-2024", "datonghu-2025", "huize-2023", "shuozhou-2016")


class AtOnce(Schools):
    """Schools that are asked all at once, each time."""

    def ask(self, question):
        return question.of(tuple(self))

    def _of(self, schools):
        return AtOnce(schools)


def models(dice, standard, count=12):
    return [
        school_entry(SchoolData(draft_of(*some_school(dice)), on=DAY), standard, "final", "s", DAY)
        for _ in range(count)
    ]


def school_of(dice, entries, number):
    """One of the models under a code, a name and a submission of its own."""
    entry = dice.choice(entries)
    facts = replace(entry.facts, code=f"2143{number:06d}", name=f"第{dice.randint(1, 90)}学校")
    state = dice.choice(["final", "final", "draft", "export"])
    return replace(entry, facts=facts, state=state, submission=f"{number} {dice.random()}")


def judged(schools, standard, roll):
    report = standard_report(schools, standard, DAY, None, roll, schools)
    return report, county_form(report.schools, schools, standard, DAY)


@pytest.mark.parametrize(
    "pack", [PACKS[0], *(pytest.param(each, marks=pytest.mark.slow) for each in PACKS[1:])]
)
def test_after_any_acts_a_county_is_judged_as_from_nothing(pack):
    dice, standard, groups = random.Random(pack), load(pack), Groups()
    entries = models(dice, standard)
    there = {number: school_of(dice, entries, number) for number in range(1, 70)}
    for _ in range(6):
        roll = roll_of(there.values(), dice.choice([0, 3]), conflicts=[f"2143{dice.randint(1, 70):06d}"])
        now = [there[number] for number in sorted(there)]
        groups.turn()
        assert judged(Schools(now, groups), standard, roll) == judged(AtOnce(now), standard, roll)
        for _ in range(dice.randint(0, 3)):
            number = dice.randint(1, 75)
            if there.pop(number, None) is None or dice.random() < 0.6:
                there[number] = school_of(dice, entries, number)


@dataclass(frozen=True)
class Codes:
    """The codes of schools in their order; `asked` notes of how many each answer was made."""

    asked: list

    def __hash__(self):
        return id(self.asked)

    def of(self, schools):
        self.asked.append(len(schools))
        return tuple(each.facts.code for each in schools)

    def joined(self, answers):
        self.asked.append(len(answers))
        return tuple(code for each in answers for code in each)


@pytest.fixture(scope="module")
def thousand():
    dice = random.Random(1)
    entries = models(dice, load(PACKS[0]), 2)
    return [school_of(dice, entries, number) for number in range(1, 1001)]


@pytest.mark.parametrize("act", ["gone", "changed", "come"])
@pytest.mark.parametrize("place", [0, 17, 500, 999])
def test_one_act_asks_the_groups_around_its_school_and_no_other(thousand, act, place):
    groups, question = Groups(), Codes([])
    schools = [*thousand]
    if act == "come":
        schools.pop(place)
    assert Schools(schools, groups).ask(question) == tuple(each.facts.code for each in schools)
    groups.turn()
    after = [*thousand]
    if act == "gone":
        after.pop(place)
    elif act == "changed":
        after[place] = replace(after[place], submission="another")
    question.asked.clear()
    assert Schools(after, groups).ask(question) == tuple(each.facts.code for each in after)
    assert 0 < sum(question.asked) <= 100, question.asked
    question.asked.clear()
    groups.turn()
    assert len(Schools(after, groups).ask(question)) == len(after)
    assert question.asked == []


def test_what_two_reports_did_not_ask_is_given_up(thousand):
    groups, question = Groups(), Codes([])
    Schools(thousand, groups).ask(question)
    for _ in range(2):
        groups.turn()
    question.asked.clear()
    Schools(thousand, groups).ask(question)
    assert sum(question.asked) > len(thousand)


def test_few_schools_none_and_all_with_one_code(thousand):
    question = Codes([])
    for schools in ([], thousand[:1], thousand[:24], thousand[:25], [thousand[0]] * 200):
        assert Schools(schools).ask(question) == tuple(each.facts.code for each in schools)


@pytest.mark.parametrize("seed", range(30))
def test_a_coefficient_follows_from_any_parts_of_its_sections(seed):
    dice = random.Random(seed)
    sections = [
        (dice.randint(0, 900), Fraction(dice.choice([0, dice.randint(0, 10**6)]), dice.randint(1, 900)))
        for _ in range(dice.randint(1, 60))
    ]
    borders = sorted(dice.choices(range(len(sections) + 1), k=5))
    parts = [sections[first:end] for first, end in zip([0, *borders], [*borders, len(sections)], strict=True)]
    joined = Moments.joined(Moments.of(each) for each in parts)
    assert joined.balance == balance(sections)
    if joined.first:
        found = Deviations(sections)
        assert joined.balance.mean == found.mean
        assert Fraction(*joined.square) == Fraction(*found.square)
