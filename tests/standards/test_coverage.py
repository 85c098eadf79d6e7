"""docs/standards-coverage.md: made from the packs, nothing missing, nothing without citation or source."""

from pathlib import Path

import pytest

from eduapp.standards.packs.coverage import coverage_text, covered, way
from eduapp.standards.packs.reader import load, standard_ids
from eduapp.standards.packs.sources import sources
from eduapp.standards.standard import POOLED

PAGE = Path(__file__).parents[2] / "docs" / "standards-coverage.md"
STANDARDS = [load(each) for each in standard_ids()]
DOCUMENTS = [each for each in STANDARDS if not each.over]

each_document = pytest.mark.parametrize("standard", DOCUMENTS, ids=lambda each: each.id)


def test_the_page_is_the_one_made_from_the_packs():
    assert PAGE.read_text(encoding="utf-8") == coverage_text(), "run ./run coverage"


@each_document
def test_every_number_of_a_document_is_answered_and_no_item_is_beside_it(standard):
    found = covered(standard)
    assert standard.numbered
    assert tuple(found) == standard.numbered
    assert all(found.values())


def test_the_national_text_is_whole():
    wanted = (
        [f"R{i}" for i in range(1, 8)] + [f"G{i}" for i in range(1, 16)] + [f"Q{i}" for i in range(1, 10)]
    )
    wanted += ["S1", *(f"V{i}" for i in range(1, 7))]
    assert list(load("national-2017").numbered) == wanted
    assert list(load("national-2012").numbered) == [f"B{i}" for i in range(1, 9)]
    relaxed = {(each.indicator.code, each.condition) for each in load("national-2024").relaxations}
    assert {code for code, _ in relaxed} == {"R3", "R5", "G3", "G4"}
    assert len(relaxed) == 5


def missing(item):
    """What an item does not say of itself, of what it must."""
    said = {
        "document": item.citation.document,
        "number": item.citation.number,
        "clause": item.citation.clause,
        "explanation": item.citation.explanation,
        "sources": sources(item) or (item.politics and "只列出" in way(item)),
        "formula": item.formula or item.county,
        "formula of the pooled": item.county != POOLED or item.formula,
    }
    return [name for name, value in said.items() if not value]


@each_document
def test_every_item_says_where_it_stands_and_what_feeds_it(standard):
    assert standard.indicators
    found = {f"{item.code} {item.citation.valid_from}": missing(item) for item in standard.indicators}
    assert {name: what for name, what in found.items() if what} == {}


def test_what_feeds_an_item_is_found_by_watching_its_formula():
    national = load("national-2017")
    fed = {
        code: set(sources(national.indicator(code))) for code in ("R1", "G5", "G8", "G9", "G13", "Q3", "Q8")
    }
    assert {("teacher", "degree"), ("section_total", "bachelor"), ("section_total", "pupils")} <= fed["R1"]
    assert ("school_class", "pupils") in fed["G5"]
    assert {("county_funding", "teacher_pay"), ("county_evidence", "")} <= fed["G8"]
    assert {("training", "hours"), ("teacher", "hired"), ("section_total", "trained")} <= fed["G9"]
    assert {("school", "boarding"), ("school", "area_class"), ("school_class", "catchment")} <= fed["G13"]
    assert fed["Q3"] == {("evidence", "")}
    assert ("homework", "measured") in fed["Q8"]
    relaxed = load("national-2024").relaxations[0]
    with_condition = sources(relaxed.indicator, (relaxed,))
    assert {("school", "small_rural"), ("section_total", "visiting_pe")} <= set(with_condition)


def test_what_the_rules_of_2012_ask_beside_their_items_stands_as_what_it_is():
    parts = load("national-2012").parts
    assert [each.title for each in parts] == [
        "学校达到办学基本标准",
        "县级政府推进工作评估",
        "公众满意度调查",
    ]
    page = coverage_text()
    for each in parts:
        assert each.here.startswith("不评判")
        assert each.asks in page
        assert each.source in page
