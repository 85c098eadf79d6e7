"""Checks over intake, posts, grounds, ledgers and dates: each fires at its condition and not beside it."""

from __future__ import annotations

import datetime

import pytest

from db.records.catalog import RECORDS
from db.records.draft import empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY
from eduapp.services.checking import check_draft
from eduapp.standards.packs.reader import load
from tests.standards.drafts import DAY, make, read

STANDARDS = [load("national-2017")]
CLASS_KEY, TEACHER = "c" * 32, "d" * 32
CLASS = {"id": CLASS_KEY, "name": "一(1)", "grade": "1", "pupils": "40"}
RENTED = {
    "name": "体育中心",
    "kind": "校外租赁场馆",
    "area": "900",
    "contract": "租字3号",
    "contract_until": "2027-08-31",
    "exclusive": "是",
    "walk_minutes": "10",
}


def school(rows=None, *, kind="211", staffing=None, **cells):
    draft = make(kind, {path.replace("__", "."): text for path, text in cells.items()}, rows=rows)
    if "staffing" in draft.rows and not len(draft.rows["staffing"]):
        draft.apply(InsertRow("staffing", ONLY, 1, empty_row("staffing")))
    for name, text in (staffing or {}).items():
        draft.rows["staffing"][ONLY][name] = read("staffing", name, text)
    return draft


def found(draft, code, on=DAY):
    report = check_draft(draft, on, STANDARDS)
    return [each for each in report.findings if each.code == code]


# code, severity, what fires, what stands just beside it
CELLS = [
    (
        "max.catchment_intake",
        "hard",
        {"primary__intake": "40", "primary__catchment_intake": "41"},
        {"primary__intake": "40", "primary__catchment_intake": "40"},
    ),
    (
        "max.nine_year",
        "hard",
        {
            "school_total__nine_year_cohort": "40",
            "school_total__nine_year_in": "2",
            "school_total__nine_year_out": "40",
            "school_total__nine_year_died": "3",
        },
        {
            "school_total__nine_year_cohort": "40",
            "school_total__nine_year_in": "2",
            "school_total__nine_year_out": "40",
            "school_total__nine_year_died": "2",
        },
    ),
    (
        "max.campus",
        "hard",
        {"school_total__teaching_area": "900", "primary__own_teaching_area": "900.5"},
        {"school_total__teaching_area": "900", "primary__own_teaching_area": "900"},
    ),
]


@pytest.mark.parametrize(("code", "severity", "fires", "beside"), CELLS)
def test_a_check_of_totals(code, severity, fires, beside):
    (finding,) = found(school(**fires), code)
    assert finding.severity == severity
    assert not found(school(**beside), code)


def test_separate_campuses_add_up_over_the_stages():
    cells = {"school_total__teaching_area": "900", "primary__own_teaching_area": "500"}
    assert not found(school(kind="312", **cells, lower_secondary__own_teaching_area="400"), "max.campus")
    (finding,) = found(school(kind="312", **cells, lower_secondary__own_teaching_area="401"), "max.campus")
    assert "901" in finding.text
    assert "900" in finding.text


@pytest.mark.parametrize(
    ("code", "severity", "fires", "beside"),
    [
        (
            "staffing.over",
            "soft",
            {"establishment": "40", "in_post": "38", "off_post": "3"},
            {"establishment": "40", "in_post": "38", "off_post": "2"},
        ),
        ("staffing.over", "soft", {"establishment": "40", "in_post": "41"}, {"in_post": "41"}),
        (
            "max.rotated",
            "hard",
            {"rotated": "3", "rotated_backbone": "4"},
            {"rotated": "3", "rotated_backbone": "3"},
        ),
    ],
)
def test_a_check_of_posts(code, severity, fires, beside):
    (finding,) = found(school(staffing=fires), code)
    assert finding.severity == severity
    assert not found(school(staffing=beside), code)


# code, severity, field it is shown at, record, the row that fires, the row just beside it
ROWS = [
    ("max.class_part", "hard", "catchment", "school_class", {"pupils": "40", "catchment": "41"},
     {"pupils": "40", "catchment": "40"}),
    ("max.class_part", "hard", "boarders", "school_class", {"pupils": "40", "boarders": "41"},
     {"pupils": "40", "boarders": "40"}),
    ("ground.rented", "soft", "contract", "sports_ground", RENTED | {"contract": ""}, RENTED),
    ("ground.rented", "soft", "exclusive", "sports_ground", RENTED | {"exclusive": "否"}, RENTED),
    ("ground.rented", "soft", "exclusive", "sports_ground", RENTED | {"exclusive": ""}, RENTED),
    ("ground.rented", "soft", "walk_minutes", "sports_ground", RENTED | {"walk_minutes": "11"}, RENTED),
    ("ground.expired", "soft", "contract_until", "sports_ground", RENTED | {"contract_until": "2026-08-31"},
     RENTED | {"contract_until": "2026-09-01"}),
    ("date.order", "hard", "ends", "rotation", {"begins": "2025-09-01", "ends": "2025-08-31"},
     {"begins": "2025-09-01", "ends": "2025-09-01"}),
    ("date.order", "hard", "returned", "at_risk", {"found": "2026-09-10", "returned": "2026-09-09"},
     {"found": "2026-09-10", "returned": "2026-09-10"}),
    ("date.future", "soft", "hired", "teacher", {"name": "甲", "hired": "2026-09-02"},
     {"name": "甲", "hired": "2026-09-01"}),
    ("date.future", "soft", "certificate_date", "teacher", {"certificate_date": "2026-09-02"},
     {"certificate_date": "2026-09-01"}),
    ("date.future", "soft", "date", "training_expense", {"date": "2027-09-01"}, {"date": "2027-08-31"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "severity", "field", "record", "fires", "beside"), ROWS)
def test_a_check_of_rows(code, severity, field, record, fires, beside):
    (finding,) = found(school({record: [fires]}), code)
    assert (finding.severity, finding.record, finding.field) == (severity, record, field)
    assert not found(school({record: [beside]}), code)


def test_only_rented_grounds_need_a_contract():
    own = {"name": "操场", "kind": "校内体育场", "area": "900", "contract_until": "2020-01-01"}
    draft = school({"sports_ground": [own]})
    assert not found(draft, "ground.rented")
    assert not found(draft, "ground.expired")


def test_one_rented_ground_is_one_finding_that_keeps_its_reason():
    bare = {"name": "体育中心", "kind": "校外租赁场馆", "area": "900"}
    (finding,) = found(school({"sports_ground": [bare | {"id": "e" * 32}]}), "ground.rented")
    assert "合同" in finding.text
    assert "专用" in finding.text
    (later,) = found(
        school({"sports_ground": [bare | {"id": "e" * 32, "contract": "租字3号"}]}), "ground.rented"
    )
    assert later.field != finding.field
    assert later.id == finding.id


@pytest.mark.parametrize(
    ("record", "counts", "fires"),
    [
        ("special_needs", [("mode", "随班就读", "20"), ("mode", "特教班", "21")], True),
        ("special_needs", [("mode", "随班就读", "20"), ("mode", "特教班", "20")], False),
        # A left-behind child may be poor too: kinds do not add up.
        ("care", [("kind", "留守儿童", "40"), ("kind", "家庭经济困难学生", "40")], False),
        ("care", [("kind", "留守儿童", "40"), ("kind", "留守儿童", "1")], True),
    ],
)
def test_pupils_of_a_ledger_are_pupils_of_the_class(record, counts, fires):
    rows = [{"school_class": CLASS_KEY, name: words, "pupils": count} for name, words, count in counts]
    hits = found(school({"school_class": [CLASS], record: rows}), "max.class_part")
    assert bool(hits) == fires
    if fires:
        assert hits[0].severity == "hard"
        assert "41" in hits[0].text
        assert "一(1)" in hits[0].text


def test_a_class_whose_size_is_not_known_says_nothing_of_its_ledgers():
    rows = [{"school_class": CLASS_KEY, "mode": "随班就读", "pupils": "99"}]
    draft = school({"school_class": [CLASS | {"pupils": ""}], "special_needs": rows})
    assert not found(draft, "max.class_part")


def test_the_school_year_of_a_day_in_spring_ends_in_august():
    draft = school({"training_expense": [{"date": "2026-09-01"}]})
    assert found(draft, "date.future", on=datetime.date(2026, 3, 1))
    assert not found(draft, "date.future", on=DAY)


def test_a_document_that_lacks_its_number_is_no_finding():
    row = {"item": "Q3", "met": "是"}
    report = check_draft(school({"evidence": [row]}), DAY, STANDARDS)
    assert not [each for each in report.findings if each.record == "evidence"]


def test_every_field_that_is_checked_exists():
    for _, _, field, record, *_ in ROWS:
        assert field in RECORDS[record].fields
