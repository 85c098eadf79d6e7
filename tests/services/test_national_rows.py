"""Rows of the statistics' export of a county: each is counted, and what is not taken of one is said."""

from __future__ import annotations

import pytest

from eduapp.services.county import national
from eduapp.services.county.books import Expected
from tests.services import national_exports as exports
from tests.services.schools import CODE, NAME, county


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        book.set_expected([Expected(CODE, NAME, "211")])
        yield book


def test_what_a_row_says_of_no_stage_and_an_unknown_word_for_counting_are_told(office, tmp_path):
    office.set_expected([Expected("3143000009", "丁学校", "312"), Expected(CODE, NAME, "211")])
    lines = [
        exports.line("丁学校", kind="九年一贯制学校", m15=None),
        exports.line(NAME, counted="待定"),
    ]
    path = exports.write(tmp_path / "全县.xlsx", lines, sheets=False)
    found = national.rehearse(office, path)
    assert (found.rows["new"], found.rows["sums"], found.reading.rows_read) == (2, 1, 3)
    told = "\n".join(each.reason for each in found.ignored)
    assert "「丁学校」看不出是哪个学段,学生数、教师数等没有采用" in told
    assert f"「{NAME}」是否计校数的「待定」读不出来,按计校数" in told
    assert "看不出" not in told.replace("「丁学校」看不出", "")
    staged = {site.name: any("/-/" not in place for place in site.cells) for site in found.sites}
    assert staged == {"丁学校": False, NAME: True}


def test_a_name_that_is_left_out_is_named_now_and_the_next_time(office, tmp_path):
    path = exports.write(tmp_path / "全县.xlsx", [exports.line(NAME), exports.line("别的小学")])
    for answers in ({"school:别的小学": national.LEAVE}, {}):
        found = national.rehearse(office, path, answers)
        assert found.rows["refused"] == 1
        assert "「别的小学」按所作的回答不采用。" in found.notes
        national.take_over(office, found)
