"""三个增长 and 两个只增不减 over two years, at, just below and just above."""

import datetime

import pytest

from eduapp.standards.packs.reader import load
from tests.standards.test_local_county import county_verdicts

GROWN = {
    "appropriation": "110",
    "appropriation_before": "100",
    "revenue": "109",
    "revenue_before": "100",
    "per_pupil": "9001",
    "per_pupil_before": "9000",
    "teacher_pay": "10.1",
    "teacher_pay_before": "10",
    "running_per_pupil": "721",
    "running_per_pupil_before": "720",
    "spending": "120",
    "spending_before": "120",
}
DAY = datetime.date(2018, 12, 31)


def judged(standard, code, day=DAY, **changed):
    case = {"on": day, "records": {"county_funding": GROWN | changed}}
    return county_verdicts(case, load(standard))[code]


@pytest.mark.parametrize(
    ("changed", "outcome", "held"),
    [
        ({}, "met", 3),
        ({"revenue": "110"}, "unmet", 2),  # as fast is not faster
        ({"revenue": "109.999999"}, "met", 3),
        ({"revenue": "110.000001"}, "unmet", 2),
        ({"per_pupil": "9000"}, "unmet", 2),
        ({"teacher_pay": "10"}, "unmet", 2),
        ({"running_per_pupil": "720"}, "unmet", 2),
        ({"running_per_pupil": "720", "teacher_pay": ""}, "unmet", 2),
        ({"teacher_pay": ""}, "insufficient_data", None),
        ({"appropriation_before": "0"}, "insufficient_data", None),
        ({"appropriation": "99", "revenue": "98"}, "met", 3),  # both fell, this one less
    ],
)
def test_three_growths(changed, outcome, held):
    found = judged("shuozhou-2016", "SZ7A", **changed)
    assert (found.outcome, found.value) == (outcome, held)


def test_a_document_is_still_asked_for_what_no_number_says():
    found = judged("hanzhong-2023", "HZH43", datetime.date(2026, 9, 1))
    assert (found.outcome, "佐证材料" in found.note) == ("insufficient_data", True)
    assert judged("hanzhong-2023", "HZH43", datetime.date(2026, 9, 1), spending="119").outcome == "unmet"
