"""Cases of the county as data ([[county]] in tests/cases/local-*.toml): records in, verdicts out."""

import tomllib
from pathlib import Path

import pytest

import resources
from db.problems import Problem
from db.records.catalog import COUNTY_RECORDS
from db.records.draft import Draft, empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY, Rows
from eduapp.standards.county.report import school_entry, standard_report
from eduapp.standards.data import SchoolData
from eduapp.standards.packs.reader import load, parse
from eduapp.standards.strictness import compare
from tests.standards.drafts import DAY, make, read
from tests.standards.rolls import roll_of
from tests.standards.test_cases import MEMBERS

FOLDER = Path(__file__).parents[1] / "cases"


def cases():
    for path in (FOLDER / "local-datonghu.toml", FOLDER / "local-huize.toml"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in data["county"]:
            yield pytest.param(case | {"standard": data["standards"][-1]}, id=f"{path.stem}: {case['name']}")


def county_draft(records):
    """A county's records: a table is its one row, a list its rows."""
    draft = Draft(rows={name: Rows() for name in COUNTY_RECORDS})
    for name, spec in COUNTY_RECORDS.items():
        rows = records.get(name, {} if not spec.is_list else [])
        for number, row in enumerate(rows if spec.is_list else [rows], 1):
            filled = {field: read(name, field, text) for field, text in row.items()}
            key = f"{number:032x}" if spec.is_list else ONLY
            draft.apply(InsertRow(name, key, number, empty_row(name) | filled))
    return draft


def county_verdicts(case, standard):
    on = case.get("on", DAY)
    entries = []
    for number, school in enumerate(case.get("schools", []), 1):
        cells = {"school.code": f"21430000{number:02}", "school.name": f"{number}校"} | school.get("set", {})
        entries.append(
            school_entry(
                SchoolData(make(school["kind"], cells), on=on),
                standard,
                school.get("state", "final"),
                "x",
                on,
            )
        )
    draft = county_draft(case.get("records", {}))
    found = standard_report(
        entries, standard, on, draft, roll_of(entries, case.get("missing", 0))
    ).county_level
    return {each.code: each for each in found}


@pytest.mark.parametrize("case", list(cases()))
def test_records_in_verdicts_out(case):
    found = county_verdicts(case, load(case["standard"]))
    said = {}
    for code, value in case["expect"].items():
        wanted = value if isinstance(value, dict) else {"verdict": value}
        for member, part in wanted.items():
            if member == "absent":
                said[code] = (code not in found, part)
            else:
                said[f"{code}.{member}"] = (MEMBERS[member](found[code]), part)
    assert {name: pair for name, pair in said.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("name", ["datonghu-2025", "huize-2023"])
def test_every_item_of_the_document_is_a_row(name):
    standard = load(name)
    covered = {number for each in standard.indicators for number in each.covers}
    assert covered == set(standard.numbered)
    for each in standard.indicators:
        assert each.covers
        assert each.citation.document
        assert each.citation.number
        assert each.citation.explanation
        own = each.citation.referring or each.citation.place
        assert own.document == standard.document
        assert own.clause.removesuffix("条").split("第")[-1] in each.covers[0]


@pytest.mark.parametrize("name", ["datonghu-2025", "huize-2023"])
def test_politics_is_listed_and_never_computed(name):
    standard = load(name)
    politics = [each for each in standard.indicators if each.politics]
    assert politics
    found = county_verdicts({}, standard)
    for each in politics:
        assert found[each.code].outcome == "not_applicable"
        assert found[each.code].note


def test_exam_ranks_stay_uncomputed_whatever_is_filed():
    row = {"item": "HZ07D", "met": "是", "number": "1", "date": "2026-05-01", "files": "名单"}
    found = county_verdicts({"records": {"county_evidence": [row]}}, load("huize-2023"))
    assert found["HZ07D"].outcome == "met"
    assert found["HZ07C"].outcome == "not_applicable"
    assert "一票否决" in found["HZ07C"].note


def test_only_a_local_item_says_how_it_differs():
    text = resources.read_text("standards", "national-2017.toml")
    with pytest.raises(Problem) as raised:
        parse(text.replace('code = "R1"\n', 'code = "R1"\ndiffers = "宽于"\n'), "x")
    assert "differs" in raised.value.text


def test_items_counted_otherwise_are_not_compared():
    local, national = load("datonghu-2025"), load("national-2017")
    for code, expected in (("Q1", "stricter"), ("G7", "laxer"), ("R7", "equal"), ("G5", None), ("G3", None)):
        stage = "primary" if code == "R7" else None
        assert compare(local.indicator(code), national.indicator(code, DAY), stage, None) == expected
