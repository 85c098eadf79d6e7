"""County items of X区, 朔州 and 汉中/略阳 over real drafts: just below, at and above; missing is not zero."""

from __future__ import annotations

import datetime

import pytest

from db.records.catalog import COUNTY_RECORDS
from db.records.draft import Draft, empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY, Rows
from eduapp.standards.county.report import school_entry, standard_report
from eduapp.standards.data import SchoolData
from eduapp.standards.packs.reader import load
from tests.standards.drafts import DAY, make, read
from tests.standards.rolls import roll_of

X, SZ, HZ = "x-district-2024", "shuozhou-2016", "hanzhong-2023"
CODES = {each.name: each.code for each in load(HZ).indicators}


def county_draft(cells=None, rows=None):
    draft = Draft(rows={name: Rows() for name in COUNTY_RECORDS})
    for name, spec in COUNTY_RECORDS.items():
        if not spec.is_list:
            draft.apply(InsertRow(name, ONLY, 1, empty_row(name)))
    for path, text in (cells or {}).items():
        record, field = path.split(".")
        draft.rows[record][ONLY][field] = read(record, field, text)
    for record, listed in (rows or {}).items():
        for number, row in enumerate(listed, 1):
            filled = {name: read(record, name, text) for name, text in row.items()}
            draft.apply(InsertRow(record, f"{number:032x}", number, empty_row(record) | filled))
    return draft


def verdicts(plan, schools=(), cells=None, rows=None, *, on=DAY, missing=0):
    """The county's verdicts by code; each school is (kind, cells) or (kind, cells, rows)."""
    standard = load(plan)
    below = standard.below
    entries = {standard.id: [], below.id: []}
    for number, (kind, texts, *more) in enumerate(schools, 1):
        named = {"school.name": f"{number}校", "school.code": f"{2143000000 + number}"}
        draft = make(kind, named | texts, rows=more[0] if more else None)
        for each in (standard, below):
            entries[each.id].append(school_entry(SchoolData(draft, on=on), each, "final", str(number), on))
    draft = county_draft(cells, rows)
    report = standard_report(
        entries[plan], standard, on, draft, roll_of(entries[plan], missing), entries[below.id]
    )
    return {(each.code, each.stage) if each.stage else each.code: each for each in report.county_level}


def classes(*pairs):
    return {
        "school_class": [
            {"name": f"{g}-{i}", "grade": str(g), "pupils": str(p)} for i, (g, p) in enumerate(pairs)
        ]
    }


# --- X区 ---


def test_large_schools_by_type_and_by_the_national_limit():
    schools = [("211", {"primary.pupils": "2001"})] * 11 + [("311", {"lower_secondary.pupils": "2001"})] * 4
    schools += [("312", {"primary.pupils": "1500", "lower_secondary.pupils": "700"})]
    schools += [("312", {"primary.pupils": "1500", "lower_secondary.pupils": "1001"})]
    schools += [("211", {"primary.pupils": "2000"})]
    found = verdicts(X, schools)["XQ1"]
    assert (found.outcome, found.value) == ("unmet", 17)
    assert "小学 11 所、初中 4 所、九年一贯制 2 所" in found.note
    assert "按国家标准超规模的 16 所" in found.note


def test_no_large_school_is_met_and_an_unknown_one_is_not_zero():
    assert verdicts(X, [("211", {"primary.pupils": "2000"})])["XQ1"].outcome == "met"
    assert (
        verdicts(X, [("211", {"primary.pupils": "2000"}), ("211", {})])["XQ1"].outcome == "insufficient_data"
    )


def test_the_percentage_of_a_tier_is_over_all_its_classes():
    schools = [
        ("211", {}, classes((1, 46), (1, 45), (2, 51))),
        ("211", {}, classes((1, 45), (1, 45), (2, 50), (3, 50), (4, 50))),
        ("311", {}, classes((7, 50), (8, 56))),
    ]
    found = verdicts(X, schools)
    assert (found["XQ2"].numerator, found["XQ2"].denominator, found["XQ2"].value) == (1, 4, 25)
    assert (found["XQ3"].numerator, found["XQ3"].denominator) == (1, 4)
    assert (found["XQ4"].outcome, found["XQ4"].denominator) == ("met", 1)
    assert (found["XQ5"].outcome, found["XQ5"].value) == ("unmet", 100)


def posts(total, held):
    return {"staffing.establishment": str(total), "staffing.in_post": str(held), "staffing.off_post": "0"}


def test_vacant_posts_of_all_schools_are_reported():
    found = verdicts(X, [("211", posts(100, 60)), ("211", posts(500, 65))], missing=2)["XQ6"]
    assert (found.outcome, found.value) == ("not_applicable", 475)
    assert "只报告,不设标准" in found.note
    assert "还有 2 所未上报" in found.note
    lacking = verdicts(X, [("211", posts(100, 60)), ("211", {})])["XQ6"]
    assert lacking.outcome == "insufficient_data"
    assert "2校" in lacking.note


@pytest.mark.parametrize(
    ("left", "on", "outcome"),
    [
        (324, datetime.date(2025, 9, 1), "met"),
        (325, datetime.date(2026, 12, 30), "met"),
        (99, datetime.date(2026, 12, 31), "met"),
        (326, datetime.date(2026, 12, 30), "unmet"),
        (101, datetime.date(2026, 12, 31), "unmet"),
        (475 - 150 - 225, datetime.date(2026, 12, 31), "met"),
    ],
)
def test_posts_that_are_left(left, on, outcome):
    found = verdicts(X, [("211", posts(475, 475 - left))], on=on)
    assert found["XQ9"].outcome == outcome


def test_posts_that_are_left_have_no_limit_before_the_recruiting():
    assert "XQ9" not in verdicts(X, [("211", posts(475, 0))], on=datetime.date(2025, 8, 31))


@pytest.mark.parametrize(("number", "outcome"), [("229", "unmet"), ("230", "met"), ("231", "met")])
def test_recruits_by_their_document(number, outcome):
    row = {
        "item": "XQ10",
        "met": "是",
        "value": number,
        "number": "人社1号",
        "date": "2025-08-30",
        "files": "名单",
    }
    assert verdicts(X, rows={"county_evidence": [row]})["XQ10"].outcome == outcome
    undated = {name: text for name, text in row.items() if name != "date"}
    assert verdicts(X, rows={"county_evidence": [undated]})["XQ10"].outcome == "insufficient_data"


def project(name, kind, **more):
    return {"name": name, "kind": kind} | more


@pytest.mark.parametrize(("places", "outcome"), [("2099", "unmet"), ("2100", "met"), ("2101", "met")])
def test_new_places_of_finished_projects(places, outcome):
    done = project("中学", "新建", places=places, done="2025-09-01")
    later = project("小学", "新建", places="500", done="2026-09-02")
    reused = project("旧楼", "闲置资源改造", places="900", money="1000", done="2025-09-01")
    found = verdicts(X, rows={"county_project": [done, later, reused]})
    assert found["XQ13"].outcome == outcome
    assert (found["XQ15"].outcome, found["XQ15"].value) == ("not_applicable", 1000)
    assert found["XQ16"].outcome == "insufficient_data"  # its area is not filled in
    assert found["XQ17"].value == 900


def test_projects_that_nobody_listed_are_not_zero():
    assert verdicts(X)["XQ13"].outcome == "insufficient_data"


def rooms(area, pupils="100"):
    return {
        "primary.pupils": pupils,
        "school_total.teaching_area": area,
        "school_total.indoor_sports_area": "0",
    }


def test_the_share_of_schools_that_fail_an_item():
    schools = [("211", rooms("450")), ("211", rooms("449")), ("211", rooms("300")), ("211", rooms("451"))]
    found = verdicts(X, schools)["XQ20"]
    assert (found.numerator, found.denominator, found.outcome) == (2, 4, "unmet")  # the floor is no pass
    assert verdicts(X, schools[::3])["XQ20"].outcome == "met"
    assert verdicts(X, [schools[0], ("211", {"primary.pupils": "10"})])["XQ20"].outcome == "insufficient_data"
    assert verdicts(X, schools)["XQ21"].outcome == "not_applicable"


# --- 朔州 ---


def basic(scale, **more):
    """A primary school of 100 pupils whose eight figures are all `scale` times the same."""
    texts = {
        "primary.pupils": "100",
        "school.organiser": "县级教育部门",
        "school_total.teaching_area": str(1000 * scale),
        "school_total.indoor_sports_area": "0",
        "school_total.gym_area": "0",
        "school_total.field_area": str(1000 * scale),
        "funding.equipment_value": str(10 * scale),
        "school_total.computers": str(10 * scale),
        "school_total.books": str(1000 * scale),
        "primary.teachers": str(10 * scale),
        "primary.associate": str(5 * scale),
        "primary.bachelor": "0",
        "primary.master": "0",
        "primary.doctor": "0",
        "primary.middle_titles": str(5 * scale),
    }
    return texts | more


@pytest.mark.parametrize(
    ("scales", "value", "outcome"),
    [((20, 20), 0, "met"), ((7, 33), 0.65, "met"), ((6, 34), 0.7, "unmet")],
)
def test_the_composite_of_the_2012_rules(scales, value, outcome):
    found = verdicts(SZ, [("211", basic(each)) for each in scales])["SZ3A"]
    assert (float(found.value), found.outcome) == (value, outcome)


def test_a_composite_with_a_hole_is_not_computed():
    whole, hole = basic(5), basic(5)
    del hole["school_total.books"]
    found = verdicts(SZ, [("211", whole), ("211", hole)])
    assert found["SZ3A"].outcome == "insufficient_data"
    assert found["SZ3B"].outcome == "insufficient_data"


@pytest.mark.parametrize(
    ("people", "schools", "outcome"),
    [("29.9999", "0", "not_applicable"), ("30", "0", "unmet"), ("30", "1", "met"), ("30.0001", "1", "met"),
     ("", "1", "insufficient_data"), ("31", "", "insufficient_data")],
)  # fmt: skip
def test_a_special_school_from_300_000_people(people, schools, outcome):
    cells = {"county_profile.population": people, "county_profile.special_schools": schools}
    assert verdicts(SZ, cells=cells)["SZ18B"].outcome == outcome


def test_projects_that_are_due():
    done = project("甲", "维修", planned="2026-08-31", done="2026-08-30")
    late = project("乙", "维修", planned="2026-09-01")
    ahead = project("丙", "维修", planned="2026-09-02")
    assert verdicts(SZ, rows={"county_project": [done, ahead]})["SZ5A"].outcome == "met"
    found = verdicts(SZ, rows={"county_project": [done, late, ahead]})["SZ5A"]
    assert (found.outcome, found.value) == ("unmet", 50)
    assert "乙" in found.note
    assert verdicts(SZ, rows={"county_project": [ahead]})["SZ5A"].outcome == "not_applicable"
    undated = project("丁", "维修")
    assert verdicts(SZ, rows={"county_project": [done, undated]})["SZ5A"].outcome == "insufficient_data"


def test_money_a_pupil_in_the_country_and_in_town():
    town = {"school.area_class": "主城区", "funding.granted": "10", "funding.pupils_before": "100"}
    country = {"school.area_class": "村庄", "funding.granted": "6", "funding.pupils_before": "50"}
    found = verdicts(SZ, [("211", town), ("211", country)])["SZ8B"]
    assert (found.outcome, found.value) == ("not_applicable", 120)
    assert "乡村生均 1200.00 元" in found.note
    assert verdicts(SZ, [("211", town), ("211", {})])["SZ8B"].outcome == "insufficient_data"


@pytest.mark.parametrize(
    ("on", "code", "there"),
    [
        (datetime.date(2016, 12, 30), "SZ3C", False),
        (datetime.date(2016, 12, 31), "SZ3C", True),
        (datetime.date(2017, 12, 30), "SZ3C", True),
        (datetime.date(2017, 12, 31), "SZ3C", True),
        (datetime.date(2017, 12, 30), "SZ3D", False),
        (datetime.date(2017, 12, 31), "SZ3D", True),
        (datetime.date(2018, 12, 30), "SZ3E", False),
        (datetime.date(2018, 12, 31), "SZ3E", True),
    ],
)
def test_the_milestones_have_their_days(on, code, there):
    assert (code in verdicts(SZ, [("211", {})], on=on)) is there


@pytest.mark.parametrize(
    ("which", "asked"),
    [
        (("140624", "怀仁县"), "SZ3D"),
        (("140681", "怀仁市"), "SZ3D"),
        (("999999", "怀仁市"), "SZ3D"),
        (("140681", ""), "SZ3D"),
        (("140602", "朔城区"), "SZ3C"),
        (("140622", "应县"), "SZ3C"),
        (("140623", "右玉县"), None),
        (("430900", "某县"), None),
    ],
)
def test_a_milestone_is_for_the_counties_it_names(which, asked):
    report = standard_report([], load("shuozhou-2016"), DAY, None, which=which)
    found = {each.code: each for each in report.county_level}
    for code in ("SZ3C", "SZ3D"):
        wanted = "insufficient_data" if code == asked else "not_applicable"
        assert found[code].outcome == wanted, found[code].note
    if asked is None:
        assert found["SZ3D"].note == "本条只对怀仁县、怀仁市"


def test_the_number_of_schools_says_what_it_counts():
    found = verdicts(HZ, [("211", {}), ("211", {}), ("312", {})])[CODES["schools"]]
    assert (found.outcome, found.value) == ("not_applicable", 3)
    assert "小学 2 所、九年一贯制 1 所" in found.note
    assert "不含幼儿园" in found.note


def test_policy_is_listed_and_not_judged():
    found = verdicts(SZ)
    assert {found[code].outcome for code in ("SZ1", "SZ2", "SZ20", "SZ21", "SZ22")} == {"not_applicable"}


# --- 汉中 / 略阳 ---


def test_totals_come_from_the_schools():
    schools = [
        ("211", {"primary.pupils": "100", "primary.teachers": "9", "primary.backbone": "3"}),
        (
            "311",
            {
                "lower_secondary.pupils": "50",
                "lower_secondary.teachers": "6",
                "lower_secondary.backbone": "3",
            },
        ),
    ]
    found = verdicts(HZ, schools, missing=1)
    assert [found[CODES[name]].value for name in ("schools", "pupils", "teachers")] == [2, 150, 15]
    assert found[CODES["backbone_share"]].value == 40
    assert "还有 1 所未上报" in found[CODES["pupils"]].note


@pytest.mark.parametrize(
    ("private", "outcome"),
    [("49", "not_applicable"), ("51", "not_applicable"), ("", "insufficient_data")],
)
def test_the_share_of_private_schools_is_only_reported(private, outcome):
    """The speech says what the share is, not what it may be."""
    cells = {"county_people.compulsory_pupils": "1000", "county_people.private_pupils": private}
    found = verdicts(HZ, cells=cells)[CODES["private_share"]]
    assert found.outcome == outcome
    assert found.threshold is None


@pytest.mark.parametrize(
    ("backbone", "outcome"), [("19", "unmet"), ("20", "met"), ("49", "met"), ("", "insufficient_data")]
)
def test_backbone_among_the_rotated(backbone, outcome):
    cells = {"county_people.rotated": "100", "county_people.rotated_backbone": backbone}
    assert verdicts(HZ, cells=cells)[CODES["rotated_backbone"]].outcome == outcome


def passing(**more):
    """A primary school of 100 pupils that meets all seven, unless `more` says otherwise."""
    texts = {
        "primary.pupils": "100",
        "primary.associate": "5",
        "primary.bachelor": "0",
        "primary.master": "0",
        "primary.doctor": "0",
        "primary.backbone": "1",
        "primary.pe": "1",
        "primary.music": "0",
        "primary.fine_art": "0",
        "primary.art": "0",
        "school_total.teaching_area": "450",
        "school_total.indoor_sports_area": "0",
        "school_total.gym_area": "0",
        "school_total.field_area": "750",
        "funding.equipment_value": "20",
        "school_total.multimedia_rooms": "3",
    }
    return texts | more


def test_the_share_of_schools_that_pass_is_that_of_the_verdicts():
    code = CODES["schools_passing"]
    good, floor = (
        passing(),
        passing(**{"school_total.teaching_area": "400"}),
    )  # six of seven, the last at 85 %
    bad = passing(**{"school_total.teaching_area": "300"})
    found = verdicts(HZ, [("211", good), ("211", floor), ("211", bad)])[code]
    assert (found.numerator, found.denominator, found.outcome) == (2, 3, "not_applicable")
    unknown = passing(**{"school_total.teaching_area": ""})
    lacking = verdicts(HZ, [("211", good), ("211", unknown)])[code]
    assert lacking.outcome == "insufficient_data"
    assert "2校" in lacking.note
    assert verdicts(HZ)[code].outcome == "not_applicable"


def test_projects_by_kind():
    listed = [
        project("甲", "新建", places="1600", area="100.5", money="15500"),
        project("乙", "运动场地", places="0", area="2000", money="100"),
        project("丙", "维修", places="0", area="10", money="1", done="2026-01-01"),
    ]
    found = verdicts(HZ, rows={"county_project": listed})
    names = ("projects", "project_money", "project_places", "building_area", "ground_area", "done_places")
    assert [float(found[CODES[name]].value) for name in names] == [3, 15601, 1600, 100.5, 2000, 0]


def test_special_education_beside_the_nation():
    cells = {"county_profile.special_schools": "1", "county_funding.special_pupils": "1"}
    found = verdicts(HZ, cells=cells | {"county_funding.special_funds": "6000"})["G7"]
    assert found.outcome == "met"
    assert found.remark.startswith("宽于国家标准(≥ 7000元")
