"""Widgets of ui.common over a real workbook."""

from __future__ import annotations

import pytest

from eduapp.services import checking, entry, workbooks


@pytest.fixture
def theme(qapp):
    from ui.common import theme as themes

    chosen = themes.light()
    qapp.setPalette(themes.palette_of(chosen))
    return chosen


@pytest.fixture
def book(tmp_path):
    school = workbooks.NewSchool("2143000123", "老河口完小", "211", 2026)
    with workbooks.create_school(tmp_path / "校.edubook", school) as opened:
        yield opened


@pytest.fixture
def workspace(qapp, book):
    from ui.common.workspace import Workspace

    made = Workspace(book, entry.apply, checking.check)
    yield made
    made._timer.stop()
