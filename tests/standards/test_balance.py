"""校际差异系数: the worked example, and an independent computation in exact fractions."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest

from db.records.choices import Stage
from eduapp.standards.county.balance import balance, composite, within
from eduapp.standards.county.report import school_entry, stage_reports
from eduapp.standards.data import SchoolData
from eduapp.standards.numbers import shown
from eduapp.standards.packs.reader import load
from tests.standards.drafts import make, verdict

BOOKS = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)]
"""docs/standards.md, "Coefficient": pupils and books of five schools."""


def exact_square(sections):
    """The square of the coefficient, by Σpx² - (Σpx)²/Σp: another way than the program's."""
    pupils = sum(p for p, _ in sections)
    first = sum((p * x for p, x in sections), Fraction(0))
    second = sum((p * x * x for p, x in sections), Fraction(0))
    return (second - first * first / pupils) * pupils / (first * first)


def same_root(coefficient, square):
    return abs(Fraction(coefficient) ** 2 - square) <= square * Fraction(1, 10**30)


def test_worked_example_of_the_coefficient():
    found = balance([(p, Fraction(books, p)) for p, books in BOOKS])
    assert shown(found.mean, 6) == "6.334437"
    assert shown(found.coefficient, 6) == "0.515257"
    assert shown(found.coefficient, 3) == "0.515"
    for wrong in ("0.488771", "0.546462", "0.463919"):  # unweighted, sample, unweighted about the ratio
        assert abs(found.coefficient - Decimal(wrong)) > Decimal("0.02")


def test_worked_example_of_the_split():
    draft = make(
        "312",
        {
            "primary.pupils": "166",
            "lower_secondary.pupils": "210",
            "school_total.teaching_area": "23226",
            "school_total.indoor_sports_area": "0",
        },
    )
    primary, lower = verdict(draft, "primary.R4"), verdict(draft, "lower_secondary.R4")
    assert primary.denominator == lower.denominator == 397
    assert shown(primary.value, 6) == "58.503778"
    assert shown(lower.value, 6) == "64.354156"
    assert shown(primary.value * 166, 3) == "9711.627"
    assert shown(lower.value * 210, 3) == "13514.373"
    assert primary.value * 166 + lower.value * 210 == 23226


@pytest.mark.parametrize("hundred", range(10))
def test_a_thousand_random_counties_in_exact_fractions(hundred):
    for seed in range(100 * hundred, 100 * hundred + 100):
        check_random_county(random.Random(seed))


def check_random_county(chance):
    sections = [
        (
            chance.randint(1, 3000),
            Fraction(chance.choice([0, chance.randint(0, 10**9)]), 10**4 * chance.randint(1, 99)),
        )
        for _ in range(chance.randint(1, 40))
    ]
    found = balance(sections)
    totals = sum((p * x for p, x in sections), Fraction(0))
    assert found.mean == totals / sum(p for p, _ in sections)
    if not totals:
        assert found.coefficient is None
        return
    square = exact_square(sections)
    assert same_root(found.coefficient, square)
    for limit in ("0.45", "0.50"):
        assert within(sections, Decimal(limit)) == (square <= Fraction(limit) ** 2)


def test_nothing_to_compute_is_not_zero():
    assert balance([]).mean is None
    assert balance([]).coefficient is None
    assert balance([(100, Fraction(0)), (50, Fraction(0))]).coefficient is None
    assert balance([(100, Fraction(0)), (50, Fraction(0))]).mean == 0
    assert balance([(7, Fraction(5))]).coefficient == 0
    assert composite([]) is None
    assert composite([Decimal(1), None]) is None


def test_the_limit_itself_is_within():
    assert within([(1, Fraction(1)), (1, Fraction(3))], Decimal("0.5"))
    assert not within([(1, Fraction(1)), (1, Fraction(3))], Decimal("0.49999"))


def test_composite_is_the_plain_mean():
    seven = [Decimal(n) / 10 for n in (1, 2, 3, 4, 5, 6, 7)]
    assert composite(seven) == Decimal("0.4")
    assert shown(composite([Decimal(1), Decimal(0), Decimal(0)]), 12) == "0.333333333333"


# --- through records ---

STANDARD = load("national-2017")
WEIGHTS = {"primary": Fraction(1), "lower_secondary": Fraction("1.1"), "senior": Fraction("1.32")}
KINDS = {
    "211": ["primary"],
    "218": ["primary"],
    "311": ["lower_secondary"],
    "312": ["primary", "lower_secondary"],
    "341": ["lower_secondary"],
    "345": ["primary", "lower_secondary"],
}


def invent(chance, number):
    """A school with plain numbers: {"kind", stage: {...}, totals}."""
    kind = chance.choice(list(KINDS))
    school = {"kind": kind, "code": f"{kind[:2]}43{number:06}", "stages": {}}
    for stage in KINDS[kind]:
        pupils = chance.randint(20, 70) if kind == "218" else chance.randint(60, 1500)
        degrees = [chance.randint(0, pupils // 10) for _ in range(4)]
        arts = [chance.choice([0, chance.randint(0, 12)]) for _ in range(4)]
        backbone = chance.choice([0, chance.randint(0, 30)])
        school["stages"][stage] = {"pupils": pupils, "degrees": degrees, "arts": arts, "backbone": backbone}
    school["senior"] = chance.randint(0, 1500) if kind in {"341", "345"} else 0
    indoor = Fraction(chance.randint(0, 9999), 10)
    school |= {"indoor": indoor, "area": indoor + Fraction(chance.randint(0, 10**7), 10**4)}
    school |= {"gym": chance.randint(0, 900), "field": chance.randint(0, 20000)}
    return school | {
        "equipment": Fraction(chance.randint(0, 5 * 10**8), 10**6),
        "rooms": chance.randint(0, 60),
    }


def text(number):
    return (
        str(Decimal(number.numerator) / Decimal(number.denominator))
        if isinstance(number, Fraction)
        else str(number)
    )


def cells_of(school):
    cells = {"school.code": school["code"]}
    for stage, part in school["stages"].items():
        cells[f"{stage}.pupils"] = part["pupils"]
        cells |= dict(
            zip(
                [f"{stage}.{n}" for n in ("associate", "bachelor", "master", "doctor")],
                part["degrees"],
                strict=True,
            )
        )
        cells |= dict(
            zip([f"{stage}.{n}" for n in ("pe", "music", "fine_art", "art")], part["arts"], strict=True)
        )
        cells[f"{stage}.backbone"] = part["backbone"]
    if school["kind"] in {"341", "345"}:
        cells["school_total.senior_high_pupils"] = school["senior"]
    names = {
        "area": "teaching_area",
        "indoor": "indoor_sports_area",
        "gym": "gym_area",
        "field": "field_area",
    }
    cells |= {
        f"school_total.{field}": school[name]
        for name, field in (names | {"rooms": "multimedia_rooms"}).items()
    }
    cells["funding.equipment_value"] = school["equipment"]
    return {path: text(value) for path, value in cells.items()}


def value_of(school, stage, code):
    """The seven by hand: docs/standards.md, "Coefficient"."""
    part = school["stages"][stage]
    degrees = part["degrees"] if stage == "primary" else part["degrees"][1:]
    staff = {"R1": sum(degrees), "R2": part["backbone"], "R3": sum(part["arts"])}
    if code in staff:
        return Fraction(100 * staff[code], part["pupils"])
    total = {
        "R4": school["area"] - school["indoor"],
        "R5": Fraction(school["gym"] + school["field"]),
        "R6": school["equipment"] * 10_000,
        "R7": Fraction(100 * school["rooms"]),
    }[code]
    weighted = sum(WEIGHTS[each] * other["pupils"] for each, other in school["stages"].items())
    return total * WEIGHTS[stage] / (weighted + WEIGHTS["senior"] * school["senior"])


def entries_of(schools):
    return [
        school_entry(SchoolData(make(school["kind"], cells_of(school))), STANDARD, "final", school["code"])
        for school in schools
    ]


@pytest.mark.parametrize("seed", range(25))
def test_means_coefficients_and_values_of_a_county_from_its_records(seed):
    chance = random.Random(seed)
    schools = [invent(chance, number) for number in range(chance.randint(2, 14))]
    for report in stage_reports(entries_of(schools), STANDARD):
        counted = [
            school
            for school in schools
            if report.stage in school["stages"]
            and not (school["kind"] == "218" and school["stages"]["primary"]["pupils"] < 50)
        ]
        assert [entry.facts.code for entry, _ in report.rows] == sorted(school["code"] for school in counted)
        for each in report.indicators:
            own = [
                (s["stages"][report.stage]["pupils"], value_of(s, report.stage, each.code)) for s in counted
            ]
            assert each.sections == each.counted == len(own)
            if not own:
                assert each.balance.mean is None
                continue
            assert each.balance.mean == sum((p * x for p, x in own), Fraction(0)) / sum(p for p, _ in own)
            if each.balance.mean:
                assert same_root(each.balance.coefficient, exact_square(own))
                assert (each.outcome == "met") == (exact_square(own) <= Fraction(each.limit) ** 2)


def county(*values):
    """Schools of 小学 with 100 pupils each and so many 骨干 ("" where the school has not said)."""
    drafts = [make("211", {"primary.pupils": "100", "primary.backbone": value}) for value in values]
    entries = [school_entry(SchoolData(draft), STANDARD, "final", str(n)) for n, draft in enumerate(drafts)]
    primary = stage_reports(entries, STANDARD)[0]
    assert primary.stage is Stage.PRIMARY
    return next(each for each in primary.indicators if each.code == "R2")


def test_a_zero_enters_the_coefficient():
    assert county("1", "1").balance.coefficient == 0
    found = county("2", "0")
    assert found.balance.mean == 1
    assert found.balance.coefficient == 1
    assert found.outcome == "unmet"


def test_a_missing_value_is_not_zero():
    found = county("2", "")
    assert found.outcome == "insufficient_data"
    assert found.balance.coefficient is None
    assert found.partial.mean == 2
    assert (found.sections, found.counted, found.sections_met) == (2, 1, 1)


def test_all_zero_cannot_be_computed():
    found = county("0", "0")
    assert found.balance.mean == 0
    assert found.balance.coefficient is None
    assert found.outcome == "insufficient_data"


def test_the_order_of_arrival_plays_no_part():
    chance = random.Random(7)
    entries = entries_of([invent(chance, number) for number in range(10)])
    first = stage_reports(entries, STANDARD)
    chance.shuffle(entries)
    assert stage_reports(entries, STANDARD) == first
