"""Where nothing is filled in, nothing is met and nothing is left out that data could still turn."""

import datetime

import pytest

from db.records.catalog import RECORDS
from eduapp.standards.packs.reader import standard_ids
from tests.standards.drafts import make, report

KINDS = ("", "211", "218", "311", "312", "341", "345")
DAYS = (datetime.date(2018, 12, 31), datetime.date(2026, 9, 1), datetime.date(2026, 12, 31))
BY_KIND = ("没有小学", "没有初中", "这类学校不参加本项评估", "这项不针对本类学校")
"""What the kind of school alone says, whatever is filled in."""
NO_PUPILS = {"primary.pupils": "0", "lower_secondary.pupils": "0"}
STAGES = {"211": ("primary",), "218": ("primary",), "311": ("lower_secondary",), "341": ("lower_secondary",)}


def said(kind, standard, day, **made):
    judged = report(make(kind, **made), standards=(standard,), on=day)
    return [*(each for section in judged.sections for each in section.verdicts), *judged.school_level]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("standard", standard_ids())
def test_an_empty_workbook_has_nothing_met_and_nothing_that_does_not_apply(standard, kind):
    for day in DAYS:
        for each in said(kind, standard, day):
            assert each.outcome != "met", each.code
            if each.outcome == "not_applicable":
                assert each.note in BY_KIND, (each.code, each.note)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind])
@pytest.mark.parametrize("standard", standard_ids())
def test_no_pupils_are_no_reason_to_be_met_or_left_out(standard, kind):
    """Nobody has pupils of 0: the numbers are still to come, however many lists are ticked."""
    lists = {name for name, spec in RECORDS.items() if spec.is_list}
    for complete in ((), ("school_class",)):
        assert set(complete) <= lists
        for day in DAYS:
            for each in said(kind, standard, day, cells=NO_PUPILS, complete=complete):
                assert each.outcome != "met", (each.code, complete)
                if each.outcome == "not_applicable":
                    own = {"没有小学": "primary", "没有初中": "lower_secondary"}.get(each.note)
                    assert each.note in BY_KIND, (each.code, each.note)
                    assert own not in STAGES.get(kind, ("primary", "lower_secondary")), each.code
