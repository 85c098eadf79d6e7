"""The gap solver against the evaluation itself: one unit less must not do, and no plan is cheaper."""

import itertools
import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from db.problems import Problem
from eduapp.standards.costs import costs
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_sections
from eduapp.standards.packs.reader import load
from eduapp.standards.solver import PUPILS, cheapest, gaps, supply_of
from tests.standards.drafts import DAY, make, place
from tests.standards.random_schools import school

STANDARD = load("national-2017")
PRICES = {name: each.yuan for name, each in costs().items()}
SCHOOLS = 2000
HIRED, ALSO_HIRED = "degree_teachers_per_100", "pe_art_teachers_per_100"
"""Indicators that one new teacher serves together."""


def step(figure):
    return Decimal("0.0001") if figure == "equipment_value" else Decimal(1)


def shift(draft, figure, stage, units):
    """Write a figure changed by whole units into the draft; returns how to put it back."""
    path = {
        "equipment_value": "funding.equipment_value",
        "senior_high_pupils": "school_total.senior_high_pupils",
    }.get(figure, f"{stage or 'school_total'}.{figure}")
    record, key, field = place(path)
    row = draft.rows[record][key]
    before = row[field]
    row[field] = before + int(units) if isinstance(before, int) else before + units * step(figure)

    def back():
        row[field] = before

    return back


def outcomes(draft):
    return {
        (section.stage, each.code): each.outcome
        for section in evaluate_sections(SchoolData(draft), STANDARD, DAY)
        for each in section.verdicts
    }


def passes(draft):
    return all(section.outcome == "met" for section in evaluate_sections(SchoolData(draft), STANDARD, DAY))


def with_plan(draft, changes, judge):
    undo = [shift(draft, each.figure, each.stage, amount) for each, amount in changes]
    found = judge(draft)
    for back in reversed(undo):
        back()
    return found


def check_way(draft, gap, way):
    """The change does what is asked, and one unit nearer (or further) does not."""
    key = (gap.verdict.stage, gap.verdict.code)
    met = gap.verdict.outcome == "met"

    def is_met(units):
        back = shift(draft, way.figure, way.stage, units)
        found = outcomes(draft).get(key)
        back()
        return found == "met"

    if way.change is None:
        whole = [part for part in gap.verdict.inputs if (part.figure, part.stage) == (way.figure, way.stage)]
        least = 1 if way.is_pupils and way.stage == gap.verdict.stage else 0
        assert not is_met(-(int(whole[0].value) - least))
        return
    assert is_met(way.change)
    if way.figure in PUPILS or way.figure == "indoor_sports_area":
        assert not is_met(way.change + 1)
    else:
        assert not is_met(way.change - 1)
    assert met or way.change


def check_plan(draft, plan):
    full = [(each, each.amount) for each in plan.changes]
    assert with_plan(draft, full, passes)
    for number, (each, amount) in enumerate(full):
        fewer = [*full]
        fewer[number] = (each, amount - 1)
        assert not with_plan(draft, fewer, passes), each
    after = with_plan(draft, full, outcomes)
    kept = {(section.stage, code) for section in plan.sections for code in section.at_floor}
    assert {key for key, outcome in after.items() if outcome == "floor"} == kept


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 8))])
def test_no_smaller_change_and_no_smaller_plan_passes(part):
    """2,000 random schools in all: every way of every eighth, the plan of each."""
    dice = random.Random(part)
    seen = Counter()
    for turn in range(SCHOOLS // 8):
        draft, kind, _ = school(dice)
        found = gaps(SchoolData(draft), STANDARD, DAY)
        for section in found:
            for gap in section.gaps:
                seen[gap.verdict.outcome] += 1
                assert gap.short == gap.verdict.gap.short
                if turn % 8 == 0:
                    for way in gap.ways:
                        check_way(draft, gap, way)
        plan = cheapest(found, STANDARD, PRICES)
        assert not plan.left_out
        check_plan(draft, plan)
        seen[kind] += 1
        seen["floor kept"] += any(each.at_floor for each in plan.sections)
    assert min(seen[each] for each in ("met", "floor", "unmet", "312", "345", "floor kept")) > 10


def cost_of(amounts, prices):
    """Each thing at its price; a new teacher who serves R1 and R3 is paid once, the dearer of the two."""
    cost = 0
    hired = {stage: amount for (name, _, stage), amount in amounts.items() if name == HIRED}
    for (name, _, stage), amount in amounts.items():
        same = min(amount, hired.get(stage, 0)) if name == ALSO_HIRED else 0
        cost += prices[name] * (amount - same) + max(0, prices[name] - prices[HIRED]) * same
    return cost


@pytest.mark.slow
def test_brute_force_over_all_smaller_spendings_finds_nothing_cheaper():
    """Small schools: every combination of whole changes up to what alone would do, tried by evaluation."""
    dice = random.Random(11)
    tried = 0
    for _ in range(4000):
        draft, _, _ = school(dice, largest=60)
        found = gaps(SchoolData(draft), STANDARD, DAY)
        totals = {}
        for section in found:
            for gap in section.gaps:
                way = gap.ways[0]
                total = (gap.verdict.name, way.figure, way.stage)
                totals[total] = max(totals.get(total, 0), gap.short)
        # Only money and areas beyond reach of enumeration are left out by choosing such schools.
        size = 1
        for most in totals.values():
            size *= most + 1
        if not 6 <= size <= 400:
            continue
        prices = {name: Decimal(dice.randint(1, 9)) for name in PRICES}
        plan = cheapest(found, STANDARD, prices)
        best = None
        for amounts in itertools.product(*(range(most + 1) for most in totals.values())):
            cost = cost_of(dict(zip(totals, amounts, strict=True)), prices)
            if best is not None and cost >= best:
                continue
            undo = [
                shift(draft, figure, stage, amount)
                for (_, figure, stage), amount in zip(totals, amounts, strict=True)
            ]
            best = cost if passes(draft) else best
            for back in reversed(undo):
                back()
        assert plan.cost == Fraction(best)
        tried += 1
        if tried == 60:
            break
    assert tried >= 40


TWO = {"primary.pupils": "100", "lower_secondary.pupils": "100"}


def plenty(stage):
    return {
        f"{stage}.{name}": "50"
        for name in (
            "associate",
            "bachelor",
            "master",
            "doctor",
            "backbone",
            "pe",
            "music",
            "fine_art",
            "art",
        )
    }


def whole(**changed):
    cells = {"teaching_area": "9000", "indoor_sports_area": "0", "gym_area": "0", "field_area": "9000"}
    cells |= {"multimedia_rooms": "50"} | changed
    return {f"school_total.{name}": text for name, text in cells.items()} | {"funding.equipment_value": "900"}


def test_a_shared_total_is_bought_once_for_the_larger_need():
    cells = TWO | plenty("primary") | plenty("lower_secondary") | whole(teaching_area="0", field_area="0")
    draft = make("312", cells)
    plan = cheapest(gaps(SchoolData(draft), STANDARD, DAY), STANDARD, PRICES)
    # D = 100 + 110 = 210. Teaching: 4.5 x 210 = 945 and 5.8 x 210 / 1.1 = 1107.27; sports: 1575 and 1947.27.
    amounts = {each.code: each.amount for each in plan.changes}
    # Both sections leave 教学用房 at 85 %: the larger need is 0.85 x 1107.27 = 941.18.
    assert amounts == {"R4": 942, "R5": 1948}
    assert [each.at_floor for each in plan.sections] == [("R4",), ("R4",)]
    assert {each.stage for each in plan.changes} == {None}
    assert plan.cost == 942 * 3000 + 1948 * 400


@pytest.mark.parametrize(
    ("degree", "sport", "cost"),
    # 100 pupils want 5 with a degree (4 for 85 %) and 1 of PE or the arts, for 85 % as well.
    [("10", "10", 40), ("10", "12", 42), ("12", "10", 48)],
)
def test_a_new_teacher_of_pe_with_a_degree_is_paid_once(degree, sport, cost):
    none = {f"primary.{name}": "0" for name in ("associate", "bachelor", "master", "doctor")}
    none |= {f"primary.{name}": "0" for name in ("pe", "music", "fine_art", "art")}
    draft = make("211", {"primary.pupils": "100"} | plenty("primary") | none | whole())
    own = {HIRED: Decimal(degree), ALSO_HIRED: Decimal(sport)}
    plan = cheapest(gaps(SchoolData(draft), STANDARD, DAY), STANDARD, PRICES | own)
    amounts = {each.code: each.amount for each in plan.changes}
    assert amounts["R3"] == 1
    assert plan.cost == cost
    assert {each.code: each.shared for each in plan.changes} == {"R1": 0, "R3": 1}


def test_the_price_decides_what_stays_at_the_floor():
    cells = {"primary.pupils": "1000"} | plenty("primary") | whole(teaching_area="0", field_area="0")
    found = gaps(SchoolData(make("211", cells)), STANDARD, DAY)
    dear = cheapest(found, STANDARD, PRICES | {"sports_area_per_pupil": Decimal(9000)})
    assert dear.sections[0].at_floor == ("R5",)
    assert cheapest(found, STANDARD, PRICES).sections[0].at_floor == ("R4",)


def test_ties_go_to_the_first_indicator_of_the_standard():
    cells = {"primary.pupils": "1000"} | plenty("primary") | whole(teaching_area="0", field_area="0")
    found = gaps(SchoolData(make("211", cells)), STANDARD, DAY)
    # Staying at the floor saves 675 ㎡ and 1125 ㎡: at 5 and 3 元 the same.
    prices = PRICES | {"teaching_area_per_pupil": Decimal(5), "sports_area_per_pupil": Decimal(3)}
    assert cheapest(found, STANDARD, prices).sections[0].at_floor == ("R4",)


def test_a_school_that_passes_needs_nothing_and_shows_its_room():
    cells = {"primary.pupils": "100"} | plenty("primary") | whole()
    found = gaps(SchoolData(make("211", cells)), STANDARD, DAY)
    plan = cheapest(found, STANDARD, PRICES)
    assert (plan.changes, plan.cost, plan.sections[0].at_floor) == ((), 0, ())
    r7 = found[0].gaps[6]
    assert [(way.figure, way.change, way.after) for way in r7.ways] == [
        ("multimedia_rooms", -47, 3),  # 2.3 a hundred
        ("pupils", 2073, 2173),
    ]


def test_indoor_sports_rooms_can_be_given_back_to_lessons():
    cells = (
        {"primary.pupils": "100"} | plenty("primary") | whole(teaching_area="500", indoor_sports_area="80")
    )
    ways = gaps(SchoolData(make("211", cells)), STANDARD, DAY)[0].gaps[3].ways
    assert [(way.figure, way.change, way.after) for way in ways] == [
        ("teaching_area", 30, 530),
        ("indoor_sports_area", -30, 50),
        ("pupils", -7, 93),
    ]


def test_a_section_with_missing_data_is_left_out_and_named():
    cells = TWO | plenty("primary") | whole(teaching_area="0")
    plan = cheapest(gaps(SchoolData(make("312", cells)), STANDARD, DAY), STANDARD, PRICES)
    assert [each.stage for each in plan.sections] == ["primary"]
    assert [each.code for each in plan.left_out[0].unsolved] == ["R1", "R2", "R3"]
    assert {each.code for each in plan.changes} == {"R4"}


def test_a_small_teaching_point_is_not_planned():
    found = gaps(SchoolData(make("218", {"primary.pupils": "49"})), STANDARD, DAY)
    plan = cheapest(found, STANDARD, PRICES)
    assert (plan.sections, plan.changes, len(plan.left_out)) == ((), (), 1)


@pytest.mark.parametrize("price", ["0", "-1"])
def test_a_price_of_nothing_is_refused(price):
    with pytest.raises(Problem, match="单价必须大于 0"):
        cheapest((), STANDARD, PRICES | {"teaching_area_per_pupil": Decimal(price)})


def test_every_indicator_of_sections_has_a_price_and_a_total():
    names = {each.name for each in STANDARD.indicators if each.by_section}
    assert set(PRICES) == names
    assert names > {name for name in names if supply_of(name).of_school} > set()
