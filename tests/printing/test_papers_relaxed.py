"""A self-evaluation judged with relaxations says which item was relaxed, by what and till when."""

from __future__ import annotations

import datetime
import re

import pytest

from eduapp.printing.head import JudgedSchool, PaperHead
from eduapp.printing.preview import Preview
from eduapp.printing.self_evaluation import self_evaluation
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Outcome, Report
from tests.standards.drafts import make

ON = datetime.date(2026, 9, 1)


@pytest.mark.parametrize(
    ("standard", "outcome"), [("national-2017", Outcome.UNMET), ("national-2024", Outcome.MET)]
)
def test_a_relaxed_item_is_named(standard, outcome):
    plan = {"item": "G4", "met": "是", "number": "某教〔2026〕1号", "date": "2026-03-01", "files": "建设规划"}
    cells = {"primary.pupils": "2300", "school.planned_by_2010": "是"}
    draft = make("211", cells, rows={"evidence": [plan]})
    chosen, data = load(standard), SchoolData(draft)
    report = Report(ON, (standard,), evaluate_sections(data, chosen, ON), evaluate_school(data, chosen, ON))
    assert next(each for each in report.school_level if each.code == "G4").outcome is outcome
    pdf = self_evaluation(PaperHead(), chosen, JudgedSchool(data, report))
    with Preview(pdf) as preview:
        text = re.sub(r"\s", "", "".join(preview.text(page) for page in range(preview.pages)))
    assert ("学校规模：按教督厅函〔2024〕10号放宽" in text) is (outcome is Outcome.MET)
