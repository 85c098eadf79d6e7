"""The dialog that makes a county's workbook."""

from __future__ import annotations

import pytest

from eduapp.services.county.books import open_county
from ui.common import theme as themes
from ui.county.new_county import NewCountyDialog


@pytest.fixture
def dialog(qtbot, tmp_path):
    made = NewCountyDialog(themes.light())
    qtbot.addWidget(made)
    made.place.text.setText(str(tmp_path))
    made.name.setText("永安县")
    made.code.setText("430900")
    made.year.setText("2026")
    return made


def test_the_workbook_is_made(dialog):
    dialog.make()
    with open_county(dialog.path) as book:
        assert (book.name, book.code, book.year, book.practice) == ("永安县", "430900", 2026, False)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", " ", "区县名称"),
        ("code", "4309", "6 位数字"),
        ("code", "43090O", "6 位"),
        ("year", "二六", "学年"),
    ],
)
def test_what_is_missing_is_said(dialog, field, text, said):
    getattr(dialog, field).setText(text)
    dialog.make()
    assert said in dialog.message.text
    assert dialog.path is None


def test_nothing_is_overwritten(dialog):
    dialog.make()
    first = dialog.path
    dialog.path = None
    dialog.make()
    assert dialog.path is None
    assert first.name in dialog.message.text
