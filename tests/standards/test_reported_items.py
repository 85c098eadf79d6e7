"""Items that are only reported: they must say so, have no limit, and nothing judges their number."""

from __future__ import annotations

import pytest

import resources
from db.problems import Problem
from eduapp.standards.packs.reader import load, parse
from tests.standards.drafts import make, report, verdicts

PLAN = "hanzhong-2023"
TEXT = resources.read_text("standards", f"{PLAN}.toml")


def test_a_missing_limit_is_refused_unless_the_item_says_that_it_is_only_reported():
    with pytest.raises(Problem) as caught:
        parse(TEXT.replace("reported = true", "", 1), PLAN)
    assert "阈值应恰好写一种" in caught.value.facts["why"]
    assert "第 " in caught.value.facts["why"]


@pytest.mark.parametrize("wrong", ['reported = true\nat_least = "1"', "reported = false", "reported = 1"])
def test_only_reported_means_without_a_limit(wrong):
    with pytest.raises(Problem) as caught:
        parse(TEXT.replace("reported = true", wrong, 1), PLAN)
    assert "只报告" in caught.value.facts["why"]


def test_the_number_stands_with_a_note_and_no_verdict():
    code = next(each.code for each in load(PLAN).indicators if each.name == "in_post")
    judged = report(make("211", {"staffing.in_post": "38"}), standards=["national-2017", PLAN])
    found = verdicts(judged)[f"{PLAN}:{code}"]
    assert (found.outcome, found.value, found.gap) == ("not_applicable", 38, None)
    assert found.note == "只报告,不设标准"


@pytest.mark.parametrize("name", ["x-district-2024", "shuozhou-2016", PLAN])
def test_every_numbered_part_of_the_document_is_answered(name):
    plan = load(name)
    answered = {number for each in plan.indicators for number in each.covers}
    assert answered == set(plan.numbered)
