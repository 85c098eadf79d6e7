"""Data packs: the national one says what docs/standards.md says; a pack that is not in order is refused."""

import datetime
from decimal import Decimal

import pytest

import resources
from db.problems import Problem
from eduapp.standards.packs.reader import load, parse, standard_ids

# docs/standards.md, "Resources": code, 小学, 初中; the floor is 85 % of each.
TABLE = [
    ("R1", "degree_teachers_per_100", "4.2", "5.3", "3.57", "4.505"),
    ("R2", "backbone_teachers_per_100", "1", "1", "0.85", "0.85"),
    ("R3", "pe_art_teachers_per_100", "0.9", "0.9", "0.765", "0.765"),
    ("R4", "teaching_area_per_pupil", "4.5", "5.8", "3.825", "4.93"),
    ("R5", "sports_area_per_pupil", "7.5", "10.2", "6.375", "8.67"),
    ("R6", "equipment_value_per_pupil", "2000", "2500", "1700", "2125"),
    ("R7", "multimedia_rooms_per_100", "2.3", "2.4", "1.955", "2.04"),
]
# docs/standards.md, "Government": code, name, threshold (None: by kind or stage).
SINGLE_ITEMS = [
    ("G1", "layout_plan", "1"),
    ("G2", "unified_standards", "1"),
    ("G3", "music_art_rooms", "1"),
    ("G4", "school_size", None),
    ("G4V", "attached_vocational_classes", "1"),
    ("G5", "class_size", "0"),
    ("G6", "small_school_funding", "100"),
    ("G6", "small_school_funding", "100"),
    ("G7", "special_education_funding", "6000"),
    ("G7", "special_education_funding", "7000"),
    ("G8", "teacher_pay", "100"),
    ("G9", "training_hours", "100"),
    ("G10", "post_allocation", "1"),
    ("G11", "teacher_rotation", "10"),
    ("G12", "teacher_certificates", "100"),
    ("G13", "nearby_enrolment", None),
    ("G14", "senior_high_quota", "50"),
    ("G15", "migrant_children", "85"),
    ("Q1", "retention", "95"),
    ("Q2", "disabled_enrolment", "95"),
    ("Q3", "charter_and_digital_management", "1"),
    ("Q4", "training_budget", "5"),
    ("Q5", "digital_teaching", "1"),
    ("Q6", "moral_education", "1"),
    ("Q7", "curriculum", "1"),
    ("Q7", "curriculum", "1"),
    ("Q8", "homework_load", "0"),
    ("Q9", "national_monitoring", "100"),
    ("S1", "public_satisfaction", "85"),
    ("V1", "exam_admission", "1"),
    ("V2", "school_choice", "1"),
    ("V3", "key_schools", "1"),
    ("V4", "unfilled_posts", "1"),
    ("V5", "major_accidents", "1"),
    ("V6", "after_school_burden", "1"),
]
NATIONAL = resources.read_text("standards", "national-2017.toml")


def test_the_national_numbers_are_those_of_the_table():
    standard = load("national-2017")
    for code, name, primary, lower, floor_primary, floor_lower in TABLE:
        each = standard.indicator(code)
        assert each.name == name
        assert each.by_stage == {"primary": Decimal(primary), "lower_secondary": Decimal(lower)}
        assert each.by_stage["primary"] * standard.floor_share == Decimal(floor_primary)
        assert each.by_stage["lower_secondary"] * standard.floor_share == Decimal(floor_lower)
    others = standard.indicators[len(TABLE) :]
    assert [each.code for each in standard.indicators[: len(TABLE)]] == [row[0] for row in TABLE]
    limits = [each.threshold(None, None) for each in others]
    found = [
        (each.code, each.name, None if limit is None else str(limit))
        for each, limit in zip(others, limits, strict=True)
    ]
    assert found == SINGLE_ITEMS


def test_the_national_pack_beside_the_table():
    standard = load("national-2017")
    assert standard.pass_at_least == 6
    assert standard.coefficient_limits == {"primary": Decimal("0.50"), "lower_secondary": Decimal("0.45")}
    assert standard.indicator("G13").by_stage == {"primary": Decimal(100), "lower_secondary": Decimal(95)}
    sizes = {"211": 2000, "218": 2000, "311": 2000, "341": 2000, "312": 2500, "345": 2500}
    assert standard.indicator("G4").at_most_by_kind == sizes
    assert standard.indicator("G5").terms.limits == {"primary": 45, "lower_secondary": 50}
    minutes = {grade: 0 if grade < 3 else (60 if grade < 7 else 90) for grade in range(1, 10)}
    assert standard.indicator("Q8").terms.limits == minutes
    weights = {"primary": Decimal(1), "lower_secondary": Decimal("1.1"), "senior_high": Decimal("1.32")}
    assert standard.common.weights == weights
    assert standard.common.teaching_point_from == 50
    assert (standard.document, standard.number) == ("县域义务教育优质均衡发展督导评估办法", "教督〔2017〕6号")
    assert not standard.in_force(datetime.date(2017, 4, 18))
    assert standard.in_force(datetime.date(2017, 4, 19))


@pytest.mark.parametrize("name", standard_ids())
def test_a_shipped_pack_loads_under_its_own_id_with_citations(name):
    standard = load(name)
    assert standard.id == name
    for each in standard.indicators:
        assert each.citation.document
        assert each.citation.clause
        assert each.citation.explanation


BROKEN = [
    ('clause = "资源配置第1项"\n', "", ["R1", "clause"]),
    ('clause = "资源配置第4项"', 'clause = " "', ["R4", "clause"]),
    ('clause = "资源配置(校际差异系数)"\n', "", ["差异系数", "clause"]),
    ('document = "县域义务教育优质均衡发展督导评估办法"\n', "", ["document"]),
    ('name = "backbone_teachers_per_100"', 'name = "happy_teachers"', ["R2", "happy_teachers"]),
    ('code = "R2"', 'code = "R1"', ["重复", "R1"]),
    ('limits_by_stage = { primary = "4.2", lower_secondary = "5.3" }', "", ["R1", "阈值"]),
    ('primary = "4.2"', 'primary = "四点二"', ["R1", "primary", "四点二"]),
    ('primary = "4.2"', "primary = 4.2", ["R1", "primary", "4.2"]),
    ('primary = "4.2"', 'primary = "-4.2"', ["R1", "-4.2"]),
    ('primary = "4.2"', 'primary = "NaN"', ["R1", "NaN"]),
    ('{ primary = "4.2"', '{ kindergarten = "4.2"', ["R1", "kindergarten"]),
    ('"211" = "2000"', '"999" = "2000"', ["G4", "999"]),
    ('at_least = "95"', 'at_least = "95"\nat_most = "95"', ["Q1", "阈值"]),
    ('limits = { primary = "45", lower_secondary = "50" }\n', "", ["G5", "limits"]),
    ('limits = { primary = "45"', 'limits = { primary = "45.5"', ["G5", "45.5"]),
    ('music = "music_rooms_96"', 'music = "music_rooms_95"', ["G3", "music_rooms_95"]),
    ('"doctor"], lower', '"professor"], lower', ["R1", "professor"]),
    (
        'lower_secondary = ["bachelor", "master", "doctor"]',
        "lower_secondary = []",
        ["R1", "levels.lower_secondary"],
    ),
    ("valid_from = 2017-04-19", 'valid_from = "2017-04-19"', ["valid_from"]),
    ("valid_from = 2017-04-19", "valid_from = 2017-04-19T00:00:00", ["valid_from"]),
    ("valid_from = 2017-04-19", "valid_from = 2017-02-30", []),
    ("valid_from = 2017-04-19\n", "", ["valid_from"]),
    ('code = "Q4"', 'code = "Q4"\nvalid_to = "明年"', ["Q4", "valid_to", "明年"]),
    ("pass_at_least = 6", "pass_at_least = 0", ["pass_at_least"]),
    ('floor_share = "0.85"', "floor_share = 0.85", ["floor_share"]),
    ('senior_high = "1.32"', 'senior_high = "0"', ["senior_high"]),
    (', senior_high = "1.32"', "", ["senior_high"]),
    ("teaching_point_from = 50\n", "", ["teaching_point_from"]),
    ('at_most = { primary = "0.50", lower', "at_most = { lower", ["差异系数", "primary"]),
    ("[coefficient]", "[coefficients]", ["coefficient"]),
    ('decimals = 2\nexplanation = "小学看', 'explanation = "小学看', ["R1", "decimals"]),
    ('short = "高学历教师"\n', "", ["R1", "short"]),
    ("[[indicator]]", "[[indicator", []),
]


@pytest.mark.parametrize(("old", "new", "said"), BROKEN)
def test_a_pack_that_is_not_in_order_is_refused_with_place_and_reason(old, new, said):
    assert old in NATIONAL
    with pytest.raises(Problem) as raised:
        parse(NATIONAL.replace(old, new, 1), "甲市.toml")
    assert raised.value.code == "pack-invalid"
    text = raised.value.text
    assert "甲市.toml" in text
    for part in said:
        assert part in text


def test_a_pack_of_nothing():
    with pytest.raises(Problem) as raised:
        parse("", "空.toml")
    assert raised.value.code == "pack-invalid"


def test_an_unknown_standard_is_named_beside_the_known_ones():
    with pytest.raises(Problem) as raised:
        load("../national-2017")
    assert raised.value.code == "standard-unknown"
    assert "national-2017" in raised.value.text
