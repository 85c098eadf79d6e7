"""Every released version's workbook and submission must open in this one and say the same.

A folder per version: `school.edubook` and `submission.edusub` as that version wrote them, and
`school.json`, what its `school check --json` said. Never regenerated.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eduapp.cli.output import report_json
from eduapp.exchange.submission import open_verified
from eduapp.services import workbooks
from eduapp.services.checking import check, check_draft
from eduapp.services.packing import draft_of

VERSIONS = sorted(
    path.name for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name[0].isdigit()
)
each_version = pytest.mark.parametrize("version", VERSIONS)


def kept(version, name):
    return Path(__file__).parent / version / name


def judged(report):
    """The verdicts of a report, by standard, code and stage."""
    found = {}
    for section in report["sections"]:
        for each in section["indicators"]:
            found[each["standard"], each["code"], section["stage"]] = each["value"], each["verdict"]
    for each in report["school_level"]:
        found[each["standard"], each["code"], None] = each["value"], each["verdict"]
    return found


@each_version
def test_its_workbook_opens_and_says_the_same(version, tmp_path):
    path = shutil.copy(kept(version, "school.edubook"), tmp_path / "school.edubook")
    said = json.loads(kept(version, "school.json").read_text("utf-8"))
    with workbooks.open_school(Path(path)) as book:
        now = report_json(book, check(book))
    assert {key: judged(now)[key] for key in judged(said)} == judged(said)
    assert {each["id"] for each in said["findings"]} <= {each["id"] for each in now["findings"]}


@pytest.mark.slow
@each_version
def test_its_submission_is_read_and_says_the_same_as_its_workbook(version, tmp_path):
    opened = open_verified(kept(version, "submission.edusub").read_bytes(), lambda _manifest, _key: None)
    path = shutil.copy(kept(version, "school.edubook"), tmp_path / "school.edubook")
    with workbooks.open_school(Path(path)) as book:
        report, day, standards = check(book), book.reference_date, book.standards
    carried = check_draft(draft_of(opened), day, standards)
    assert (carried.sections, carried.school_level) == (report.sections, report.school_level)
