"""A workbook judged by several standards: what is offered, what the plan leaves to others, the papers."""

from __future__ import annotations

import pytest

from db.problems import Problem
from eduapp.services import checking, entry, planning, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.papers import reporting
from eduapp.standards.wording import section_text
from tests.services.schools import fill, make

BASIC, LOCAL = "national-2012", "datonghu-2025"


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as opened:
        fill(opened)
        yield opened


def choose(book, *ids):
    workbooks.choose_standards(book, ids)


def codes(found):
    return [each.verdict.code for each in found]


def codes_of(words):
    return [each.split(" ")[0] for each in words]


def test_a_document_is_chosen_from_the_items_of_the_workbooks_own_standards(book):
    national = codes_of(entry.options(book, "evidence", "item"))
    assert "Q3" in national
    assert not any(code.startswith("DTH") for code in national)
    choose(book, "national-2017", LOCAL)
    both = codes_of(entry.options(book, "evidence", "item"))
    assert both[: len(national)] == national
    assert "DTH04A" in both
    assert entry.options(book, "evidence", "met") is None
    assert entry.options(book, "school", "kind") is None


def test_the_code_of_another_standards_item_is_still_read(book):
    entry.add_row(book, "evidence", {"item": "DTH04A"})
    assert [row["item"] for row in book.draft.rows["evidence"].values()] == ["DTH04A"]


def test_the_county_chooses_from_its_own_standards_too(tmp_path):
    path = tmp_path / "县.edubook"
    with county_books.create_county(path, "430900", "某县", 2026, ("national-2017",)) as county:
        found = codes_of(entry.options(county, "county_evidence", "item"))
        assert "G1" in found
        assert not any(code.startswith(("DTH", "HZ", "HH")) for code in found)
        assert "R4" in codes_of(entry.options(county, "county_rectification", "item"))


def test_a_document_that_is_not_complete_is_found_again(book):
    assert entry.open_document(book, "Q3") is None
    entry.add_row(book, "evidence", {"item": "Q3", "met": "是"})
    key = book.draft.rows["evidence"].key_at(0)
    assert entry.open_document(book, "Q3") == (key, "number")
    for field, text in {"number": "1号", "date": "2026-09-01", "files": "章程"}.items():
        entry.set_cell(book, "evidence", key, field, text)
    assert entry.open_document(book, "Q3") is None


def test_a_further_standard_is_not_counted_into_the_section(book):
    alone = section_text(checking.check(book).sections[0])
    choose(book, "national-2017", BASIC)
    assert section_text(checking.check(book).sections[0]) == alone
    assert alone.startswith("小学:7 项中")


def test_trying_out_judges_by_every_standard(book):
    choose(book, "national-2017", BASIC, LOCAL)
    tried, report = planning.what_if(book, {}), checking.check(book)
    assert (tried.sections, tried.school_level) == (report.sections, report.school_level)
    assert {each.standard for each in tried.sections[0].verdicts} == {"national-2017", BASIC, LOCAL}


def test_what_the_plan_does_not_speak_of_is_listed(book):
    found = planning.others_open(checking.check(book))
    states = [each.state for each in found]
    assert states == sorted(states, key=planning.STATES.index)
    assert {each.verdict.code: each.state for each in found}["Q3"] == "缺材料"
    assert not any(code.startswith("R") for code in codes(found))
    rows = {"name": "三（1）班", "grade": "3", "pupils": "70"}
    entry.add_row(book, "school_class", rows)
    entry.set_complete(book, "school_class", complete=True)
    classes = {each.verdict.code: each for each in planning.others_open(checking.check(book))}["G5"]
    assert classes.state == "未达标"
    assert "1 个班超过" in classes.missing


def test_a_local_item_that_says_nothing_more_is_listed_once(book):
    national = codes(planning.others_open(checking.check(book)))
    choose(book, "national-2017", LOCAL)
    both = codes(planning.others_open(checking.check(book)))
    assert "DTH04A" in both
    assert both.count("Q3") == national.count("Q3") == 1
    assert "R2" not in both  # the same limit as the national one, which the plan speaks of


def test_there_is_no_self_evaluation_by_a_standard_that_judges_no_school(book):
    choose(book, BASIC)
    assert reporting.SELF_EVALUATION not in dict(reporting.school_papers(book.standards))
    for blank in (False, True):
        with pytest.raises(Problem) as raised:
            reporting.print_school(book, reporting.SELF_EVALUATION, blank=blank)
        assert raised.value.code == "self-evaluation-no-standard"
    assert reporting.print_school(book, reporting.DEFAULT_SCHOOL_PAPER).startswith(b"%PDF")
    choose(book, "national-2017", BASIC)
    assert reporting.SELF_EVALUATION in dict(reporting.school_papers(book.standards))


def test_every_paper_stands_in_one_group():
    groups = reporting.school_paper_groups()
    names = [name for _, papers in groups for name, _ in papers]
    assert names == [name for name, _ in reporting.school_papers()]
    assert len(set(names)) == len(names)
    assert all(papers for _, papers in groups)
