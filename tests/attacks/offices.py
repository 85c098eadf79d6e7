"""What the attacks on a county's workbook ask of it."""

from __future__ import annotations

from pathlib import Path

from db.problems import Problem
from eduapp.services import jobs
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import intake


def outcome(book, *files):
    report = jobs.run(intake.merge(book, [Path(file) for file in files]))
    assert report.read == len(report.files) == sum(report.counts.values())
    return [(each.outcome, each.code) for each in report.files]


def opened(path):
    """The code with which a workbook is refused, "" when it opens."""
    try:
        open_county(path).close()
    except Problem as problem:
        return problem.code if problem.text else "no text"
    return ""
