"""The overlay of the 2024 procedure: what it inherits, when it applies, how it says so, what is refused."""

import datetime
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from db.problems import Problem
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections, judge
from eduapp.standards.packs.reader import load, parse
from eduapp.standards.wording import relaxations_note, section_text, sentence
from tests.standards.drafts import make, report, verdicts
from tests.standards.test_cases import CASES

BASE, OVER = load("national-2017"), load("national-2024")
TEXT = resources.read_text("standards", "national-2024.toml")
FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2027, 12, 31)
DAY = datetime.timedelta(1)
LARGE = {"primary.pupils": "2400", "school.planned_by_2010": "是"}
RANK = ("unmet", "floor", "insufficient_data", "met")


def judged_by(each):
    """A verdict without the name of the standard."""
    return replace(each, standard="")


def test_it_inherits_the_items_and_adds_dated_relaxations():
    assert OVER.over == "national-2017"
    assert (OVER.indicators, OVER.coefficient_limits) == (BASE.indicators, BASE.coefficient_limits)
    assert (OVER.floor_share, OVER.pass_at_least, OVER.common) == (
        BASE.floor_share,
        BASE.pass_at_least,
        BASE.common,
    )
    assert OVER.sha256 == hashlib.sha256(f"{TEXT}\n{BASE.sha256}".encode()).hexdigest()
    assert BASE.relaxations == ()
    assert [(each.indicator.code, each.condition) for each in OVER.relaxations] == [
        ("R3", "small_rural"),
        ("R5", "dense_centre"),
        ("G3", "planned_by_2016"),
        ("G3", "small_classes"),
        ("G4", "planned_by_2010_or_migrants"),
    ]
    for each in OVER.relaxations:
        assert (each.valid_from, each.valid_to) == (FIRST, LAST)
        cited = each.indicator.citation
        assert (cited.number, cited.valid_from, cited.valid_to) == ("教督厅函〔2024〕10号", FIRST, LAST)
    # The overlay judges whenever its base does: before and after its relaxations, too.
    assert OVER.in_force(FIRST - DAY)
    assert OVER.in_force(LAST + DAY)
    assert not OVER.in_force(BASE.valid_from - DAY)


def test_both_standards_stand_side_by_side_and_the_first_judges_the_section():
    cells = {"school.dense_centre": "是", "primary.pupils": "1000", "school_total.gym_area": "0"}
    cells |= {"school_total.field_area": "7000", "school_total.rented_area": "500"}
    draft = make("211", cells | {"school_total.other_sports_area": "0"})
    both = report(draft, standards=("national-2017", "national-2024"))
    assert both.standards == ("national-2017", "national-2024")
    found = [each for each in both.sections[0].verdicts if each.code == "R5"]
    assert [(each.standard, each.outcome) for each in found] == [
        ("national-2017", "floor"),
        ("national-2024", "met"),
    ]
    assert [each.citation.number for each in found] == ["教督〔2017〕6号", "教督厅函〔2024〕10号"]
    assert section_text(both.sections[0]) == "小学:7 项中 0 项达标"
    turned = report(draft, standards=("national-2024", "national-2017"))
    assert section_text(turned.sections[0]) == "小学:7 项中 1 项达标"
    codes = [each.code for each in both.school_level]
    assert codes.count("G4") == 2


def test_the_sentence_names_the_relaxation_and_its_end():
    found = verdicts(report(make("211", LARGE | {"primary.pupils": "2401"}), standards=["national-2024"]))
    said = sentence(found["G4"])
    assert said.startswith("超出 1 人;按教督厅函〔2024〕10号放宽(")
    assert said.endswith("至 2027-12-31")
    assert found["G4"].citation.clause.startswith("政府保障程度第4项")
    plain = verdicts(report(make("211", LARGE), standards=["national-2024"], on=LAST + DAY))["G4"]
    assert (sentence(plain), plain.citation.number) == ("超出 400 人", "教督〔2017〕6号")


def test_a_day_is_needed_where_there_are_relaxations():
    data = SchoolData(make("211", LARGE))
    assert judge(data, BASE, BASE.indicator("G4"), None).outcome == "unmet"
    assert judge(data, OVER, OVER.indicator("G5"), None).outcome == "insufficient_data"
    with pytest.raises(ValueError, match="G4"):
        judge(data, OVER, OVER.indicator("G4"), None)
    with pytest.raises(ValueError, match="R3"):
        evaluate_sections(data, OVER)
    with pytest.raises(ValueError, match="G3"):
        evaluate_school(data, OVER)


@pytest.mark.slow
@pytest.mark.parametrize("day", [FIRST - DAY, LAST + DAY])
def test_outside_its_dates_it_judges_every_case_as_the_base_does(day):
    for case in CASES[::3]:
        kind, cells, other = case.values
        draft = make(kind, cells, rows=other.get("rows"), complete=other.get("complete", ()))
        plain, relaxed = (report(draft, standards=[name], on=day) for name in ("national-2017", OVER.id))
        assert [judged_by(each) for each in relaxed.school_level] == [
            judged_by(each) for each in plain.school_level
        ]
        assert [section.outcome for section in relaxed.sections] == [
            section.outcome for section in plain.sections
        ]


def drawn(strategy):
    return st.none() | strategy.map(str)


FLAGS = ("planned_by_2010", "planned_by_2016", "dense_centre", "small_rural", "small_classes")
SCHOOL = {
    **{f"school.{flag}": st.sampled_from(["", "是", "否"]) for flag in FLAGS},
    "primary.pupils": drawn(st.integers(45, 105) | st.integers(1900, 2600)),
    "lower_secondary.pupils": drawn(st.integers(20, 60) | st.integers(0, 3100)),
    "school_total.migrants": drawn(st.integers(0, 1600)),
    "primary.classes": drawn(st.integers(0, 26)),
    "lower_secondary.classes": drawn(st.integers(0, 13)),
    **{
        f"{stage}.{name}": drawn(st.integers(0, 2))
        for stage in ("primary", "lower_secondary")
        for name in ("pe", "music", "fine_art", "art", "visiting_pe", "visiting_music", "visiting_art")
    },
    **{
        f"school_total.{name}": drawn(st.integers(0, 2))
        for name in (
            *("music_rooms", "music_rooms_96", "music_rooms_73", "music_rooms_61"),
            *("art_rooms", "art_rooms_90", "art_rooms_67", "art_rooms_61"),
        )
    },
    **{
        f"school_total.{name}": drawn(st.integers(0, 20_000))
        for name in ("gym_area", "field_area", "other_sports_area", "rented_area")
    },
}


@given(st.sampled_from(["211", "218", "311", "312", "341", "345"]), st.fixed_dictionaries(SCHOOL))
def test_a_relaxation_never_makes_a_verdict_worse_and_only_its_items_change(kind, cells):
    draft = make(kind, {path: text for path, text in cells.items() if text})
    plain, relaxed = (
        {
            name: each
            for name, each in verdicts(report(draft, standards=[standard])).items()
            if ":" not in name
        }
        for standard in ("national-2017", OVER.id)
    )
    assert list(plain) == list(relaxed)
    for name, before in plain.items():
        after = relaxed[name]
        if before.code not in {"R3", "R5", "G3", "G4"} or before.outcome == "not_applicable":
            assert judged_by(after) == judged_by(before)
            continue
        if not after.remark.startswith("按"):
            assert replace(judged_by(after), remark="") == judged_by(before)
        if before.outcome == "met" or after.outcome != "insufficient_data":
            assert RANK.index(after.outcome) >= RANK.index(before.outcome) or before.value is None
        if kind == "345" and before.code == "G4":
            assert after.threshold == 2500


def test_what_the_screen_says_of_relaxations():
    assert relaxations_note([BASE]) == "2024 年规程的放宽条款尚未计入"
    assert relaxations_note([BASE], FIRST) == "2024 年规程的放宽条款尚未计入"
    assert relaxations_note([BASE, OVER]) == "已按 2024 年规程计入放宽条款,至 2027-12-31"
    assert relaxations_note([OVER], LAST) == "已按 2024 年规程计入放宽条款,至 2027-12-31"
    late = "2028-01-01 不在 2024 年规程放宽条款的有效期内,未计入放宽条款"
    assert relaxations_note([OVER], LAST + DAY) == late


def test_every_condition_is_used_by_the_pack():
    assert {each.condition for each in OVER.relaxations} == set(CONDITIONS)


AGAIN = """
[[relaxation]]
indicator = "G4"
condition = "planned_by_2010_or_migrants"
clause = "又一条"
explanation = "又一条"
terms = { migrants_above = "0.5" }
at_most_by_kind = { "211" = "2500" }
"""
BROKEN = [
    ('over = "national-2017"', 'over = "national-1999"', ["over", "national-1999", "national-2017"]),
    ('over = "national-2017"', 'over = "national-2024"', ["over", "national-2024"]),
    ('over = "national-2017"', 'over = ""', ["over"]),
    ('number = "教督厅函〔2024〕10号"\n', "", ["number"]),
    ('condition = "small_rural"', 'condition = "nice_school"', ["放宽条款 1", "R3", "nice_school", "条件"]),
    ('condition = "small_rural"\n', "", ["放宽条款 1", "condition"]),
    ('indicator = "G4"', 'indicator = "G99"', ["放宽条款 5", "G99"]),
    ('clause = "资源配置第3项(乡村小规模学校)"\n', "", ["放宽条款 1", "clause"]),
    ('clause = "资源配置第3项(乡村小规模学校)"', 'clause = " "', ["放宽条款 1", "clause"]),
    ("valid_to = 2027-12-31\n", "", ["放宽条款 1", "valid_to"]),
    ("valid_from = 2024-01-01\n", "", ["放宽条款 1", "valid_from"]),
    ("valid_to = 2027-12-31", "valid_to = 2023-12-31", ["放宽条款 1", "2023-12-31", "2024-01-01"]),
    ("valid_to = 2027-12-31", 'valid_to = "2027-12-31"', ["放宽条款 1", "valid_to", "不加引号"]),
    ("pupils_from = 50, ", "", ["放宽条款 1", "terms.pupils_from"]),
    ("pupils_from = 50", 'pupils_from = "50"', ["放宽条款 1", "terms.pupils_from"]),
    ("class_below = 30", "class_under = 30", ["放宽条款 4", "terms", "class_under"]),
    ('migrants_above = "0.5"', "migrants_above = 0.5", ["放宽条款 5", "terms.migrants_above", "引号"]),
    ('"visiting_art"]', '"visiting_chess"]', ["放宽条款 1", "adds", "visiting_chess"]),
    ('"visiting_art"]', '"rented_area"]', ["放宽条款 1", "rented_area", "单位", "㎡", "人"]),
    ('"rented_area"]', '"migrants"]', ["放宽条款 2", "migrants", "单位", "㎡"]),
    ('adds = ["other_sports_area", "rented_area"]', "adds = []", ["放宽条款 2", "adds"]),
    ('adds = ["other_sports_area", "rented_area"]', "", ["放宽条款 2", "没有写放宽了什么"]),
    ('adds = ["other_sports_area", "rented_area"]', 'add = ["rented_area"]', ["放宽条款 2", "不认识 add"]),
    ('music = ["music_rooms_96", "music_rooms_73"]', 'music = "music_rooms_73"', ["放宽条款 3", "music"]),
    ('"211" = "54"', '"219" = "54"', ["放宽条款 4", "smallest_by_kind", "219"]),
    ('"211" = "54"', '"211" = 54', ["放宽条款 4", "smallest_by_kind.211", "54"]),
    ('"312" = "3000"', '"312" = "2499"', ["放宽条款 5", "at_most_by_kind.312", "2499"]),
    ('"312" = "3000"', '"999" = "3000"', ["放宽条款 5", "at_most_by_kind", "999"]),
    ('"312" = "3000"', '"312" = "三千"', ["放宽条款 5", "at_most_by_kind.312", "三千"]),
    ('indicator = "G4"', 'indicator = "Q4"', ["放宽条款 5", "Q4", "at_most_by_kind"]),
    ('level = "national"', 'level = "national"\nfloor_share = "0.8"', ["不认识 floor_share"]),
    ('at_most_by_kind = { "211" = "2400"', AGAIN + 'at_most_by_kind = { "211" = "2400"', []),
]


@pytest.mark.parametrize(("old", "new", "said"), BROKEN)
def test_an_overlay_that_is_not_in_order_is_refused_with_place_and_reason(old, new, said):
    assert old in TEXT
    with pytest.raises(Problem) as raised:
        parse(TEXT.replace(old, new, 1), "甲市.toml")
    assert raised.value.code == "pack-invalid"
    for part in ("甲市.toml", *said):
        assert part in raised.value.text


@pytest.mark.parametrize(
    ("dates", "refused"),
    [
        ("", True),
        ("valid_from = 2027-12-31\nvalid_to = 2029-12-31\n", True),
        ("valid_from = 2028-01-01\nvalid_to = 2029-12-31\n", False),
        ("valid_from = 2023-01-01\nvalid_to = 2024-01-01\n", True),
        ("valid_from = 2023-01-01\nvalid_to = 2023-12-31\n", False),
    ],
)
def test_two_relaxations_of_an_item_on_one_condition_may_not_meet(dates, refused):
    text = TEXT + AGAIN + dates
    if not refused:
        found = parse(text, "甲市.toml").relaxations
        assert [each.indicator.code for each in found] == ["R3", "R5", "G3", "G3", "G4", "G4"]
        return
    with pytest.raises(Problem) as raised:
        parse(text, "甲市.toml")
    for part in ("重叠", "G4/planned_by_2010_or_migrants", "5", "6"):
        assert part in raised.value.text


def test_without_relaxations_it_is_refused():
    head = TEXT[: TEXT.index("[[relaxation]]")]
    for text in (head, head + "relaxation = []\n"):
        with pytest.raises(Problem) as raised:
            parse(text, "甲市.toml")
        assert "relaxation" in raised.value.text
