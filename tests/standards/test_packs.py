"""Packs that are refused, each with its line and its reason: whole standards, overlays, local plans."""

import pytest

import resources
from db.problems import Problem
from eduapp.standards.packs.reader import chosen, parse

NATIONAL = resources.read_text("standards", "national-2017.toml")
BASIC = resources.read_text("standards", "national-2012.toml")
OVERLAY = resources.read_text("standards", "national-2024.toml")
LOCAL = """
id = "somewhere-2025"
title = "某县方案"
beside = "national-2017"
document = "某县实施方案"
number = "某政〔2025〕1号"
level = "county"
valid_from = 2025-01-01
numbered = ["1", "2"]

[[indicator]]
code = "Q4"
name = "training_budget"
title = "教师培训经费"
short = "培训经费"
clause = "第1条"
unit = "%"
scale = 100
decimals = 1
explanation = "不低于 6%。"
covers = ["1"]
at_least = "6"

[[indicator]]
code = "MX1"
name = "village_plan"
title = "村小规划"
short = "村小规划"
clause = "第2条"
unit = "项"
scale = 1
decimals = 0
explanation = "有规划文件。"
covers = ["2"]
county = "document"
at_least = "1"
"""


def refused(text):
    with pytest.raises(Problem) as raised:
        parse(text, "甲市.toml")
    assert raised.value.code == "pack-invalid"
    said = raised.value.text
    assert "甲市.toml" in said
    return said


def line_of(text, wanted, nth=1):
    """The line on which the nth table of a kind begins (or the first line that begins with a word)."""
    found = [at for at, line in enumerate(text.splitlines(), 1) if line.startswith(wanted)]
    return f"第 {found[nth - 1]} 行"


def test_the_plans_of_these_tests_are_in_order():
    assert [each.code for each in parse(LOCAL, "甲市").indicators] == ["Q4", "MX1"]
    for text in (NATIONAL, BASIC, OVERLAY):
        assert parse(text, "甲市").indicators


ITEM = "[[indicator]]"
G7_FIRST = "valid_to = 2025-02-28\n"
# text, old, new, where the fault's table begins, what is said
ITEMS = [
    (NATIONAL, 'clause = "资源配置第3项"\n', "", 3, ["R3", "clause"]),
    (NATIONAL, 'explanation = "学校体育馆与', 'explained = "学校体育馆与', 5, ["R5", "explanation"]),
    (NATIONAL, 'name = "school_size"', 'name = "school_sizes"', 11, ["G4", "school_sizes"]),
    (NATIONAL, 'formula = "document"', 'formula = "documents"', 28, ["Q3", "documents"]),
    (NATIONAL, 'county = "teacher_pay"', 'county = "teachers_pay"', 18, ["G8", "teachers_pay"]),
    (NATIONAL, 'county = "pooled"', 'county = "pool"', 19, ["G9", "pool"]),
    (NATIONAL, 'county = "document"\nat_least', 'county = "schools"\nat_least', 8, ["G1", "逐校判定"]),
    (
        NATIONAL,
        'limits_by_stage = { primary = "4.5"',
        'county = "pooled"\n' + 'limits_by_stage = { primary = "4.5"',
        4,
        ["R4", "逐校判定"],
    ),
    (
        NATIONAL,
        'unit = "%"\nscale = 100\ndecimals = 1\nexplanation = "义务教育学校教师年平均',
        'unit = "元"\nscale = 100\ndecimals = 1\nexplanation = "义务教育学校教师年平均',
        18,
        ["G8", "%", "元"],
    ),
    (NATIONAL, 'unit = "个"', 'unit = "班"', 13, ["G5", "个", "班"]),
    (NATIONAL, 'backbone_at_least = "20"\n', "", 21, ["G11", "backbone_at_least"]),
    (NATIONAL, 'backbone_at_least = "20"', "backbone_at_least = 20", 21, ["G11", "backbone_at_least", "20"]),
    (NATIONAL, 'visits_at_least = "85"', 'visits_at_least = "八成五"', 36, ["S1", "八成五"]),
    (NATIONAL, 'below = "0.15"', "below = 0.15", 35, ["Q9", "below"]),
    (NATIONAL, "level = 3", 'level = "Ⅲ"', 35, ["Q9", "level"]),
    (NATIONAL, "pupils = 100", 'pupils = "一百"', 14, ["G6", "pupils"]),
    (NATIONAL, "with_document = true", 'with_document = "是"', 18, ["G8", "with_document"]),
    (
        NATIONAL,
        'limits = { primary = "45", lower_secondary = "50" }',
        'limits = { primary = "45" }',
        13,
        ["G5", "lower_secondary"],
    ),
    (NATIONAL, 'limits = { 1 = "0", 2 = "0",', 'limits = { 1 = "0",', 34, ["Q8", "2"]),
    (NATIONAL, '8 = "90", 9 = "90" }', '8 = "90", 9 = "90", 10 = "90" }', 34, ["Q8", "10"]),
    (NATIONAL, 'short = "学校规模"', 'short = "学校规模"\ncolour = "red"', 11, ["G4", "colour"]),
    (NATIONAL, G7_FIRST, "valid_to = 2017-04-18\n", 16, ["G7", "2017-04-18", "早于"]),
    (NATIONAL, G7_FIRST, 'valid_to = "2025-02-28"\n', 16, ["G7", "valid_to"]),
    (
        NATIONAL,
        'at_least = "95"',
        'limits_by_stage = { primary = "95", lower_secondary = "95" }',
        26,
        ["Q1", "limits_by_stage"],
    ),
    (NATIONAL, 'at_least = "6000"', 'at_most_by_kind = { "211" = "6000" }', 16, ["G7"]),
    (BASIC, 'name = "books_per_pupil"', 'name = "books"', 5, ["B5", "books"]),
    (LOCAL, 'clause = "第2条"\n', "", 2, ["MX1", "clause"]),
    (LOCAL, 'at_least = "6"', 'at_least = "6"\nformula = "budget"', 1, ["Q4", "budget"]),
    (LOCAL, 'unit = "%"', 'unit = "元"', 1, ["Q4", "%"]),
    (LOCAL, 'covers = ["1"]', "covers = 1", 1, ["Q4", "covers"]),
    (LOCAL, 'county = "document"', 'county = "document"\npolitics = "是"', 2, ["MX1", "politics"]),
]


@pytest.mark.parametrize(("text", "old", "new", "nth", "said"), ITEMS)
def test_a_fault_in_an_item_is_told_with_the_line_the_item_begins_on(text, old, new, nth, said):
    assert old in text
    broken = text.replace(old, new, 1)
    words = refused(broken)
    assert line_of(broken, ITEM, nth) in words
    for part in said:
        assert part in words


WHOLE = [
    (
        NATIONAL,
        "valid_from = 2025-03-01",
        "valid_from = 2025-02-28",
        (ITEM, 17),
        ["G7", "重叠"],
    ),
    (NATIONAL, G7_FIRST, "", (ITEM, 17), ["G7", "重叠"]),
    (NATIONAL, 'code = "G2"', 'code = "G1"', (ITEM, 9), ["G1", "重复"]),
    (NATIONAL, 'code = "Q5"', 'code = "Q10"', ("numbered", 1), ["Q5"]),
    (NATIONAL, "pass_at_least = 6", "pass_at_least = 8", ("pass_at_least", 1), ["8", "7"]),
    (
        NATIONAL,
        "pass_at_least = 6",
        "pass_at_least = 0",
        ("pass_at_least", 1),
        ["pass_at_least"],
    ),
    (
        NATIONAL,
        "valid_from = 2017-04-19",
        "valid_from = 2017-04-19\nvalid_to = 2017-04-18",
        ("valid_from", 1),
        ["早于"],
    ),
    (NATIONAL, 'floor_share = "0.85"', 'floor_share = "八五"', ("floor_share", 1), ["八五"]),
    (
        NATIONAL,
        "teaching_point_from = 50",
        'teaching_point_from = "50"',
        ("teaching_point_from", 1),
        ["50"],
    ),
    (
        NATIONAL,
        'at_most = { primary = "0.50", lower_secondary = "0.45" }',
        "",
        ("[coefficient]", 1),
        ["差异系数"],
    ),
    (NATIONAL, 'weighting = "enrolment"', "", ("[coefficient]", 1), ["weighting"]),
    (NATIONAL, 'level = "national"', 'level = "national"\nvalidfrom = 2017-04-19', "第", ["validfrom"]),
    (BASIC, 'lower_secondary = "0.55"', 'junior = "0.55"', ("[coefficient]", 1), ["junior"]),
    (BASIC, 'without_kinds = ["218"]', 'without_kinds = ["999"]', "第", ["999"]),
    (
        LOCAL,
        'beside = "national-2017"',
        'beside = "national-2018"',
        ("beside", 1),
        ["national-2018"],
    ),
    (
        LOCAL,
        'beside = "national-2017"',
        'beside = "national-2024"',
        ("beside", 1),
        ["national-2024", "再铺一层"],
    ),
    (LOCAL, 'county = "document"', 'county = "document"\nnational = "G99"', "第", ["MX1", "G99"]),
    (LOCAL, 'numbered = ["1", "2"]', 'numbered = ["1", "2", "3"]', ("numbered", 1), ["3"]),
    (LOCAL, 'numbered = ["1", "2"]', 'numbered = ["1"]', ("numbered", 1), ["2"]),
    (LOCAL, 'numbered = ["1", "2"]', "numbered = []", ("numbered", 1), ["numbered"]),
    (LOCAL, 'level = "county"', 'level = "county"\npass_at_least = 6', "第", ["pass_at_least"]),
    (LOCAL, 'number = "某政〔2025〕1号"\n', "", "第 1 行", ["number"]),
    (LOCAL, "valid_from = 2025-01-01\n", "", "第", ["valid_from"]),
    (
        OVERLAY,
        'over = "national-2017"',
        'over = "national-2024"',
        ("over", 1),
        ["national-2024"],
    ),
    (OVERLAY, 'over = "national-2017"', 'over = "nowhere"', ("over", 1), ["nowhere"]),
]


@pytest.mark.parametrize(("text", "old", "new", "line", "said"), WHOLE)
def test_a_fault_of_the_whole_is_told_with_its_line(text, old, new, line, said):
    assert old in text
    broken = text.replace(old, new, 1)
    words = refused(broken)
    assert (line_of(broken, *line) if isinstance(line, tuple) else line) in words
    for part in said:
        assert part in words


RELAXED = [
    ('indicator = "R5"', 'indicator = "R9"', 2, ["R9"]),
    ('indicator = "R5"', 'indicator = "G8"', 2, ["G8", "县级"]),
    ('indicator = "R5"', 'indicator = "G7"', 2, ["G7", "不同有效期"]),
    ('condition = "dense_centre"', 'condition = "dense"', 2, ["dense"]),
    (
        'adds = ["other_sports_area", "rented_area"]',
        'adds = ["other_sports_area", "rented_rooms"]',
        2,
        ["rented_rooms"],
    ),
    ('adds = ["other_sports_area", "rented_area"]', 'adds = ["music_rooms"]', 2, ["间", "㎡"]),
    ('adds = ["other_sports_area", "rented_area"]', "", 2, ["R5"]),
    ("terms = { class_below = 30 }", "terms = { class_under = 30 }", 4, ["class_under"]),
    ("terms = { class_below = 30 }", 'terms = { class_below = "30" }', 4, ["class_below"]),
    ('"312" = "3000" }', '"312" = "2500" }', 5, []),
    ('"211" = "2400"', '"211" = "1999"', 5, ["1999", "放宽"]),
    ('clause = "政府保障程度第4项', 'klause = "政府保障程度第4项', 5, ["clause"]),
]


@pytest.mark.parametrize(("old", "new", "nth", "said"), RELAXED)
def test_a_fault_in_a_relaxation_is_told_with_the_line_it_begins_on(old, new, nth, said):
    assert old in OVERLAY
    broken = OVERLAY.replace(old, new, 1)
    words = refused(broken)
    assert line_of(broken, "[[relaxation]]", nth) in words
    for part in said:
        assert part in words


def test_two_relaxations_of_one_thing_whose_dates_meet():
    again = OVERLAY.replace('condition = "small_classes"', 'condition = "planned_by_2016"', 1)
    again = again.replace("terms = { class_below = 30 }\n", "", 1)
    words = refused(again)
    assert line_of(again, "[[relaxation]]", 4) in words
    assert "重叠" in words


def test_dated_thresholds_of_one_code_may_follow_each_other_with_a_gap():
    text = NATIONAL.replace("valid_from = 2025-03-01", "valid_from = 2025-03-15", 1)
    assert len([each for each in parse(text, "甲市").indicators if each.code == "G7"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "indicator = 3",
        'id = "x"\nindicator = []',
        "[[indicator]]\n[[indicator",
        '"',
        "= =",
        "\0",
        LOCAL + "=",
        "beside = 3",
    ],
)
def test_what_is_no_pack_is_refused_with_a_line(text):
    assert "第 " in refused(text)


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (["datonghu-2025"], ["national-2017", "datonghu-2025"]),
        (["datonghu-2025", "national-2017"], ["national-2017", "datonghu-2025"]),
        (["datonghu-2025", "national-2024"], ["national-2024", "datonghu-2025"]),
        (["national-2024", "datonghu-2025"], ["national-2024", "datonghu-2025"]),
        (["national-2012", "datonghu-2025"], ["national-2012", "national-2017", "datonghu-2025"]),
    ],
)
def test_a_local_plan_brings_the_national_standard_once_and_stands_behind_it(ids, found):
    assert [each.id for each in chosen(ids)] == found
