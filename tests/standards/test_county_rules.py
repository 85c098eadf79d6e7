"""What cannot be in a county's records, what is likely in another unit, what its schools say otherwise."""

from __future__ import annotations

from decimal import Decimal

import pytest

from db.records.catalog import COUNTY_RECORDS
from db.records.draft import Draft, empty_row
from db.records.rows import ONLY, Rows
from db.records.values import Unread
from eduapp.standards.county.rollup import FIELDS, Sum, rollup
from eduapp.standards.county.rules import USUAL, WITHIN, county_findings
from eduapp.standards.results import Severity


def draft(**records):
    """A county's draft: a dict a record of one row, a list of dicts a list."""
    made = Draft(rows={name: Rows() for name in COUNTY_RECORDS})
    for name, spec in COUNTY_RECORDS.items():
        rows = records.get(name, [] if spec.is_list else {})
        for number, cells in enumerate(rows if spec.is_list else [rows], 1):
            made.rows[name].insert(f"r{number}" if spec.is_list else ONLY, number, empty_row(name) | cells)
    return made


def found(sums=None, **records):
    return [(each.severity, each.code, each.field) for each in county_findings(draft(**records), sums)]


def kind_of(record, field, number):
    return COUNTY_RECORDS[record].fields[field].item.kind.parse(str(number))


@pytest.mark.parametrize("rule", WITHIN, ids=lambda rule: f"{rule.record}.{rule.parts[-1]}")
def test_a_part_may_be_as_large_as_its_whole_and_no_larger(rule):
    """The numbers around stay out of the other rules' way by being blank."""
    whole = {rule.whole: kind_of(rule.record, rule.whole, 50)}
    parts = dict.fromkeys(rule.parts, 0) | {rule.parts[-1]: 50}
    cells = {name: kind_of(rule.record, name, value) for name, value in parts.items()}
    assert found(**{rule.record: whole | cells}) == []
    cells[rule.parts[0]] = kind_of(rule.record, rule.parts[0], 1 if len(parts) > 1 else 51)
    (finding,) = list(county_findings(draft(**{rule.record: whole | cells})))
    assert (finding.severity, finding.code, finding.field) == (Severity.HARD, rule.code, rule.parts[-1])
    for name in (*rule.parts, rule.whole):
        assert COUNTY_RECORDS[rule.record].fields[name].item.label in finding.text
    assert found(**{rule.record: cells}) == []  # a blank whole states nothing
    assert found(**{rule.record: whole}) == []


def test_each_rule_of_parts_names_fields_that_are_there():
    for rule in WITHIN:
        assert {rule.whole, *rule.parts} <= COUNTY_RECORDS[rule.record].fields.keys()
    covered = {rule.whole for rule in WITHIN} | {name for rule in WITHIN for name in rule.parts}
    people = set(COUNTY_RECORDS["county_people"].fields) | set(COUNTY_RECORDS["county_satisfaction"].fields)
    assert people <= covered


@pytest.mark.parametrize("rule", USUAL, ids=lambda rule: rule.field)
def test_a_number_in_another_unit_is_asked_about(rule):
    for value, expected in (
        (rule.low, []),
        (rule.high, []),
        (rule.high * 2, [rule.field]),
        (0, [rule.field]),
    ):
        cells = {rule.field: kind_of(rule.record, rule.field, value)}
        assert [field for _, _, field in found(**{rule.record: cells})] == expected


@pytest.mark.parametrize(
    ("funds", "pupils", "asked"),
    [
        ("240", 31, True),  # 240 万元 typed where 元 are asked
        ("2400000", 31, False),
        ("0", 31, False),
        ("3099.99", 31, True),
        ("3100", 31, False),
        ("31000001", 31, True),
        ("240", None, True),
        ("10000", None, False),
        ("240", 0, True),
        (None, 31, False),
    ],
)
def test_special_school_money_is_in_yuan(funds, pupils, asked):
    cells = {"special_funds": funds and Decimal(funds), "special_pupils": pupils}
    expected = [(Severity.SOFT, "range.special_funds", "special_funds")] if asked else []
    assert found(county_funding=cells) == expected


def test_a_rate_of_difference_is_a_share_and_a_subject_stands_once_a_year():
    rows = [
        {"subject": "chinese", "difference": Decimal("0.1499"), "year": 2025},
        {"subject": "chinese", "difference": Decimal(1), "year": 2024},
        {"subject": "mathematics", "difference": Decimal(12), "year": 2025},
        {"subject": "chinese", "difference": Decimal("0.2"), "year": 2025},
        {"difference": Decimal("0.2")},
        {"difference": Decimal("0.2")},
    ]
    assert [(each.code, each.key) for each in county_findings(draft(county_monitoring=rows))] == [
        ("range.difference", "r3"),
        ("monitoring.twice", "r4"),
    ]


def test_text_that_cannot_be_read_is_hard_and_counts_as_nothing():
    cells = {"eligible": Unread("约500"), "rotated": 600}
    assert found(county_people=cells) == [(Severity.HARD, "unread", "eligible")]


def told(**values):
    return dict.fromkeys(FIELDS) | values


def test_the_schools_sums_count_who_tells():
    sums = rollup([told(eligible=20, rotated=0), told(eligible=30), told()], missing=1)
    assert sums == {"eligible": Sum(50, 2, 4), "rotated": Sum(0, 1, 4)}
    assert (sums["eligible"].complete, sums["eligible"].words) == (False, "各校合计 50 人,2 / 4 校有数")
    assert rollup([told(eligible=20)])["eligible"].words == "各校合计 20 人"
    assert rollup([]) == {}


@pytest.mark.parametrize(
    ("typed", "sums", "differs"),
    [
        (50, Sum(50, 2, 2), False),
        (51, Sum(50, 2, 2), True),
        (49, Sum(50, 2, 2), True),
        (None, Sum(50, 2, 2), False),
        (80, Sum(50, 2, 3), False),  # the third school may have 30
        (49, Sum(50, 2, 3), True),  # what two schools tell is more already
    ],
)
def test_a_typed_number_is_held_against_the_schools_sum(typed, sums, differs):
    made = list(county_findings(draft(county_people={"eligible": typed}), {"eligible": sums}))
    assert [(each.severity, each.code) for each in made] == (
        [(Severity.SOFT, "rollup.differs")] if differs else []
    )
    assert all(f"{typed} 人" in each.text and "各校合计 50 人" in each.text for each in made)
