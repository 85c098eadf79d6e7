"""What table Ⅰ adds up: a school that lacks a number is named, and no other number stands in for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.records.choices import SchoolKind, Stage
from eduapp.standards.county.added import PointsFrom
from eduapp.standards.county.report import school_entry
from eduapp.standards.data import SchoolData
from eduapp.standards.packs.reader import load
from tests.standards.drafts import DAY, make


@pytest.fixture(scope="module")
def point():
    """A 教学点 without figures."""
    draft = make(SchoolKind.TEACHING_POINT, {"school.name": "甲点"})
    entry = school_entry(SchoolData(draft, on=DAY), load("national-2017"), "final", "s", DAY)
    assert entry.facts.kind is SchoolKind.TEACHING_POINT
    return replace(entry, figures={})


@pytest.mark.parametrize(
    ("primary", "lower", "known", "counted", "lacking"),
    [
        (60, 39, 0, 1, ()),
        (60, 40, 1, 1, ()),
        (60, 41, 1, 1, ()),
        (120, None, 0, 0, ("甲点",)),
        (None, None, 0, 0, ("甲点",)),
    ],
)
def test_points_with_so_many_pupils(point, primary, lower, known, counted, lacking):
    figures = {("pupils", Stage.PRIMARY): primary, ("pupils", Stage.LOWER_SECONDARY): lower}
    found = PointsFrom(100).of([replace(point, figures={**figures, ("classes", Stage.PRIMARY): 900})])
    assert (found.known, found.counted, found.lacking) == (known, counted, lacking)


def test_only_points_are_counted(point):
    school = replace(point, facts=replace(point.facts, kind=SchoolKind.PRIMARY))
    assert PointsFrom(100).of([school]).counted == 0
