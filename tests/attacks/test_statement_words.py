"""What strangers write beside the figures of the statistics: no person's number is in a statement."""

from __future__ import annotations

import pytest

from db.problems import Problem
from db.records.values import MAX_TEXT
from eduapp.services import jobs
from eduapp.services.county import national, reports
from eduapp.services.county.books import Expected
from eduapp.services.papers import reporting
from tests.services import national_exports as exports
from tests.services.persons import identity
from tests.services.schools import CODE, county

NUMBERS = {"identity": identity(), "mobile": "13812345678", "in full width": "１３８１２３４５６７８"}
NAME = "明德小学"


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        book.set_expected([Expected(CODE, NAME, "211")])
        yield book


def stated(book, folder, *lines, answers=None, name="全县.xlsx"):
    found = national.rehearse(book, exports.write(folder / name, lines), answers)
    return found, national.take_over(book, found)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("counted", [0, 1], ids=["a part", "a school"])
def test_a_name_with_a_number_is_left_out_and_said(office, tmp_path, number, counted):
    name = f"{number}教学点"
    lines = [exports.line(NAME, county="某县"), exports.line(name, county="某县", counted=counted)]
    found, made = stated(
        office, tmp_path, *lines, answers={f"{'school' if counted else 'site'}:{name}": CODE}
    )
    assert found.rows["refused"] == 1
    assert [each.reason for each in found.ignored][:1] == ["学校名称里有身份证号或手机号"]
    assert found.needs_person
    assert number not in made.details_text
    assert number.encode() not in office.path.read_bytes()


@pytest.mark.parametrize("length", [MAX_TEXT, MAX_TEXT + 1])
def test_a_name_is_as_long_as_a_name_of_the_list(office, tmp_path, length):
    name = "校" * length
    lines = [exports.line(NAME, county="某县"), exports.line(name, county="某县", counted=0)]
    found, made = stated(office, tmp_path, *lines, answers={f"site:{name}": CODE})
    fits = length <= MAX_TEXT
    assert (name in made.details_text, found.rows["refused"]) == (fits, 0 if fits else 1)
    assert fits or "超过 200 个字" in found.ignored[0].reason


def test_nothing_but_such_names_is_no_statement(office, tmp_path):
    with pytest.raises(Problem) as caught:
        stated(office, tmp_path, exports.line(f"{NAME}{NUMBERS['identity']}", county="某县"))
    assert caught.value.code == "export-empty"


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_the_name_of_the_file_is_printed_without_it(office, tmp_path, number):
    _, made = stated(office, tmp_path, exports.line(NAME, county="某县"), name=f"李{number}.xlsx")
    assert made.detail("file_name") == "李.xlsx"
    report = jobs.run(reports.county_report(office))
    reporting.write_county_tables(report, tmp_path / "申报表.xlsx", reports.sources_of(office))
    assert number.encode() not in office.path.read_bytes()
