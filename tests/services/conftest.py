"""A county, a stick and a filled school for the tests of intake."""

from __future__ import annotations

import pytest

from tests.services.schools import county, fill, make


@pytest.fixture
def book(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        yield book


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "U盘"
    folder.mkdir()
    return folder


@pytest.fixture
def school(tmp_path):
    with make(tmp_path) as school:
        fill(school)
        yield school
