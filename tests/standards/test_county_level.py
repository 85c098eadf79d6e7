"""The county's own verdicts: cases as data (tests/cases/county), the 2012 composite, campuses."""

import random
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from db.records.catalog import COUNTY_RECORDS
from db.records.draft import Draft, empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY, Rows
from eduapp.standards.campuses import CampusData
from eduapp.standards.county.report import school_entry, standard_report
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.grouping import grouped
from eduapp.standards.packs.reader import load
from eduapp.standards.wording import sentence
from tests.standards.drafts import DAY, make, read
from tests.standards.rolls import roll_of
from tests.standards.test_cases import MEMBERS

FOLDER = Path(__file__).parents[1] / "cases" / "county"


def cases():
    for path in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def county_draft(cells, rows):
    draft = Draft(rows={name: Rows() for name in COUNTY_RECORDS})
    for path, text in cells.items():
        record, field = path.split(".")
        if not len(draft.rows[record]):
            draft.apply(InsertRow(record, ONLY, 1, empty_row(record)))
        draft.rows[record][ONLY][field] = read(record, field, text)
    for record, listed in rows.items():
        for number, row in enumerate(listed, 1):
            filled = {name: read(record, name, text) for name, text in row.items()}
            draft.apply(InsertRow(record, f"{number:032x}", number, empty_row(record) | filled))
    return draft


def entry_of(school, standard, on, number):
    cells = {"school.name": school["name"], "school.code": f"21430000{number:02}"} | school.get("set", {})
    data = SchoolData(make(school["kind"], cells, rows=school.get("rows")), on=on)
    return school_entry(data, standard, school.get("state", "final"), f"s{number}", on)


def judged(case):
    on, standard = case.get("on", DAY), load(case.get("standard", "national-2017"))
    entries = [entry_of(each, standard, on, at) for at, each in enumerate(case.get("schools", ()), 1)]
    draft = county_draft(case.get("set", {}), case.get("rows", {}))
    conflicts = [
        entry.facts.code
        for entry, each in zip(entries, case.get("schools", ()), strict=True)
        if each.get("conflict")
    ]
    listed = case.get("listed", True)
    roll = roll_of(entries, case.get("missing", 0), listed=listed, conflicts=conflicts)
    return standard_report(entries, standard, on, draft, roll)


@pytest.mark.parametrize("case", list(cases()))
def test_county_records_and_schools_in_verdicts_out(case):
    found = {}
    for each in judged(case).county_level:
        found[f"{each.stage}.{each.code}" if each.stage else each.code] = each
        assert sentence(each) or each.outcome == "met", f"{each.code} does not say why"
    expected = {}
    for name, value in case["expect"].items():
        for member, part in (value if isinstance(value, dict) else {"verdict": value}).items():
            expected[name, member] = part
    assert {(name, member): MEMBERS[member](found[name]) for name, member in expected} == expected


def test_a_county_without_records_of_its_own_is_asked_all_the_same():
    verdicts = standard_report([], load("national-2017"), DAY, None).county_level
    asked = [each.code for each in load("national-2017").on(DAY) if each.county]
    assert list(dict.fromkeys(each.code for each in verdicts)) == asked
    assert not {each.outcome for each in verdicts} & {"met", "unmet"}


# Two sections of 100 pupils with 1 - c and 1 + c of everything have a coefficient of exactly c each.
def basic(number, share, stage="primary", **change):
    kind = "211" if stage == "primary" else "311"
    cells = {"school.organiser": "7", "school.ownership": "公办", f"{stage}.pupils": "100"}
    cells |= {f"{stage}.{name}": "0" for name in ("associate", "master", "doctor")}
    cells |= {f"{stage}.{name}": str(share) for name in ("teachers", "bachelor", "middle_titles")}
    cells |= {
        f"school_total.{name}": str(share) for name in ("teaching_area", "field_area", "computers", "books")
    }
    cells |= {"school_total.indoor_sports_area": "0", "school_total.gym_area": "0"}
    cells |= {"funding.equipment_value": str(share)} | change
    return entry_of({"name": f"校{number}", "kind": kind, "set": cells}, load("national-2012"), DAY, number)


def composite(*entries, stage="primary"):
    report = standard_report(entries, load("national-2012"), DAY, None, roll_of(entries))
    return next(each for each in report.stages if each.stage == stage)


@pytest.mark.parametrize(
    ("stage", "low", "limit"), [("primary", 35, "0.65"), ("lower_secondary", 45, "0.55")]
)
def test_the_composite_of_2012_at_below_and_above_its_limit(stage, low, limit):
    at = composite(basic(1, low, stage), basic(2, 200 - low, stage), stage=stage)
    assert (at.composite, at.composite_limit, at.composite_outcome) == (Decimal(limit), Decimal(limit), "met")
    books = "school_total.books"
    above = composite(
        basic(1, low, stage, **{books: str(low - 1)}),
        basic(2, 200 - low, stage, **{books: str(201 - low)}),
        stage=stage,
    )
    assert (above.composite, above.composite_outcome) == (Decimal(limit) + Decimal("0.00125"), "unmet")
    below = composite(
        basic(1, low, stage, **{books: str(low + 1)}),
        basic(2, 200 - low, stage, **{books: str(199 - low)}),
        stage=stage,
    )
    assert (below.composite, below.composite_outcome) == (Decimal(limit) - Decimal("0.00125"), "met")


def test_no_single_coefficient_is_judged_by_the_rules_of_2012():
    report = composite(basic(1, 1), basic(2, 199))
    assert {each.outcome for each in report.indicators} == {"not_applicable"}
    assert report.composite_outcome == "unmet"


def test_one_value_that_is_missing_leaves_the_composite_open():
    report = composite(basic(1, 35), basic(2, 165, **{"school_total.books": ""}))
    assert (report.composite, report.composite_outcome) == (None, "insufficient_data")


def test_whom_the_rules_of_2012_leave_out_takes_no_part():
    alone = composite(basic(1, 90), basic(2, 110))
    private = basic(3, 1, **{"school.ownership": "民办"})
    point = basic(4, 1, **{"school.kind": "218"})
    foreign = basic(5, 1, **{"school.organiser": "5"})
    assert composite(basic(1, 90), basic(2, 110), private, point, foreign) == alone


# --- campuses that are not counted as schools ---

SHARED = ("teaching_area", "indoor_sports_area", "gym_area", "field_area", "multimedia_rooms", "computers")
OWN = ("pupils", "associate", "bachelor", "master", "doctor", "backbone", "pe", "music", "fine_art", "art")
OWN += ("teachers", "certified", "trained", "classes", "middle_titles")


def totals(dice, stages):
    cells = {f"school_total.{name}": dice.randint(0, 4000) for name in (*SHARED, "books", "migrants")}
    cells["school_total.teaching_area"] += cells["school_total.indoor_sports_area"]
    cells |= {f"{stage}.{name}": dice.randint(1, 100) for stage in stages for name in OWN}
    for stage in stages:
        # What excludes itself is not judged: more than all teachers there are none of a kind.
        cells[f"{stage}.teachers"] += 500
        cells[f"{stage}.pupils"] += 4000
    names = ("equipment_value", "training_budget", "pupils_before", "granted")
    cells["funding.budget"] = dice.randint(90, 180)
    return cells | {f"funding.{name}": dice.randint(0, 90) for name in names}


def as_texts(cells):
    return {name: str(value) for name, value in cells.items()}


def outcomes(data, standard):
    sections = evaluate_sections(data, standard, DAY)
    found = {(each.stage, v.code): v for each in sections for v in each.verdicts}
    found |= {(each.stage, each.code): each for each in evaluate_school(data, standard, DAY)}
    said = {name: (each.outcome, each.numerator, each.denominator) for name, each in found.items()}
    for apart in ("G5", "G6", "Q8"):
        said.pop((None, apart), None)  # each site is judged by itself
    return said, [(each.stage, each.pupils, each.outcome, each.met) for each in sections]


@pytest.mark.parametrize("standard", ["national-2017", "national-2024", "national-2012"])
@pytest.mark.parametrize("seed", range(12))
def test_a_school_with_campuses_is_the_same_school_typed_as_one(standard, seed):
    dice = random.Random(seed)
    kind, stages = dice.choice(
        [("211", ["primary"]), ("311", ["lower_secondary"]), ("312", ["primary", "lower_secondary"])]
    )
    profile = {"school.ownership": "公办", "school.boarding": "否", "school.area_class": "111"}
    parts = [totals(dice, stages) for _ in range(dice.randint(2, 4))]
    quotas = {"funding.quota_primary": "720", "funding.quota_lower_secondary": "940"}
    merged = CampusData(
        SchoolData(make(kind, profile | quotas | as_texts(parts[0])), on=DAY),
        [SchoolData(make(kind, as_texts(each)), on=DAY) for each in parts[1:]],
    )
    one = {name: sum(each[name] for each in parts) for name in parts[0]}
    typed = SchoolData(make(kind, profile | quotas | as_texts(one)), on=DAY)
    assert outcomes(merged, load(standard)) == outcomes(typed, load(standard))


def doc(code, met="是"):
    return {"item": code, "met": met, "number": "某教〔2026〕1号", "date": "2026-03-01", "files": "材料一"}


CLASSES = {"school_class": [{"id": "c" * 32, "name": "三1", "grade": "3", "pupils": "45"}]}
LARGE = {"school_class": [{"id": "d" * 32, "name": "四1", "grade": "4", "pupils": "46"}]}


def merged_of(first, *campuses):
    parts = [SchoolData(make(kind, cells, rows=rows), on=DAY) for kind, cells, rows in (first, *campuses)]
    return CampusData(parts[0], parts[1:])


def said_of(data, standard="national-2017"):
    return {each.code: each for each in evaluate_school(data, load(standard), DAY)}


CENTRE = {"primary.pupils": "300", "funding.pupils_before": "300", "funding.quota_primary": "720",
          "funding.granted": "21.6", "school.name": "中心校"}  # fmt: skip


def village(**changed):
    cells = {"primary.pupils": "20", "funding.pupils_before": "20", "funding.quota_primary": "720"}
    return ("218", cells | {"funding.granted": "7.2", "school.name": "村小"} | changed, {})


@pytest.mark.parametrize("standard", ["national-2017", "datonghu-2025", "hanzhong-2023", "shuozhou-2016"])
@pytest.mark.parametrize(
    ("granted", "outcome"),
    [
        ("1.44", "unmet"),
        ("7.199999", "unmet"),
        ("7.2", "met"),
        ("7.200001", "met"),
        ("", "insufficient_data"),
    ],
)
def test_a_village_school_of_a_centre_has_the_money_of_a_hundred(standard, granted, outcome):
    """Merged, the two have 320 pupils and no item on schools under 100 would look at either."""
    data = merged_of(("211", CENTRE, {}), village(**{"funding.granted": granted}))
    (found,) = [v for v in said_of(data, standard).values() if v.name == "small_school_funding"]
    assert found.outcome == outcome
    if outcome != "met":
        assert "村小" in found.note
        assert "中心校" not in found.note


def test_a_village_school_of_a_hundred_is_none_of_the_small_ones():
    data = merged_of(("211", CENTRE, {}), village(**{"funding.pupils_before": "100"}))
    assert said_of(data)["G6"].outcome == "not_applicable"


def test_size_and_rooms_are_asked_of_all_sites_together():
    centre = CENTRE | {"primary.pupils": "1990", "primary.classes": "13", "school_total.music_rooms_96": "1"}
    rooms = {"primary.classes": "12", "school_total.music_rooms_96": "2", "school_total.art_rooms_90": "3"}
    data = merged_of(("211", centre | {"school_total.art_rooms_90": "0"}, {}), village(**rooms))
    said = said_of(data)
    assert (said["G4"].outcome, said["G4"].value) == ("unmet", 2010)
    assert (said["G3"].outcome, said["G3"].numerator) == (
        "met",
        6,
    )  # ceil(25 / 12) of each, wherever they are


def test_the_county_names_the_site_that_misses_it():
    merged = merged_of(
        ("211", CENTRE, {}), village(**{"funding.granted": "1.44", "school.code": "2143000002"})
    )
    standard = load("national-2017")
    entry = school_entry(merged, standard, "final", "x", DAY)
    found = standard_report([entry], standard, DAY, None).county_level
    (small,) = [each for each in found if each.code == "G6"]
    assert small.outcome == "unmet"
    assert "1 所未达标:中心校(村小)" in small.note


def test_a_village_school_of_a_centre_is_on_the_list_of_small_ones():
    standard = load("huize-2023")
    part = village(**{"school.area_class": "220"})
    merged = merged_of(("211", CENTRE | {"school.area_class": "121"}, {}), part)
    entry = school_entry(merged, standard, "final", "x", DAY)
    found = standard_report([entry], standard, DAY, None).county_level
    (listed,) = [each for each in found if each.code == "HZ04A"]
    assert listed.value == 1
    assert "村小 20 人" in listed.note


def test_classes_over_the_limit_are_added_up_over_the_sites():
    second = {"school_class": [LARGE["school_class"][0] | {"id": "e" * 32}, *CLASSES["school_class"]]}
    data = merged_of(("211", {"school.name": "甲"}, LARGE), ("218", {"school.name": "乙"}, second))
    found = said_of(data)["G5"]
    assert (found.outcome, found.value, found.gap.short) == ("unmet", 2, 2)
    assert "甲、乙" in found.note


def test_a_campus_brings_its_classes_homework_and_documents():
    homework = [{"date": "2026-09-01", "school_class": "d" * 32, "written": "是", "planned": "61"}]
    rows = LARGE | {"homework": homework, "evidence": [doc("V2", "否")]}
    said = said_of(merged_of(("211", {}, CLASSES | {"evidence": [doc("V2")]}), ("218", {}, rows)))
    assert (said["G5"].outcome, said["G5"].note) == ("unmet", "分校区未达标:甲校;1 个班超过班额:四1 46 人")
    assert (said["Q8"].outcome, said["V2"].outcome) == ("unmet", "unmet")
    assert "超过当天限时 1 日" in said["Q8"].note
    assert said["G4"].numerator == 91


def test_rooms_of_a_campus_count_below_the_bands_of_the_form():
    cells = {"school.small_classes": "是", "primary.classes": "6"}
    room = {"room": [{"kind": "音乐教室", "area": "54"}, {"kind": "美术教室", "area": "54"}]}
    room |= {"evidence": [{"item": "G3", "met": "是", "number": "某教〔2026〕1号", "date": "2026-03-01"}]}
    room["evidence"][0]["files"] = "建设规划"
    data = merged_of(("211", cells, None), ("218", {"primary.classes": "5"}, room))
    alone = said_of(SchoolData(make("211", cells, rows=room), on=DAY), "national-2024")["G3"]
    assert alone.outcome == "met"
    assert said_of(data, "national-2024")["G3"].outcome == "insufficient_data"
    listed = merged_of(("211", cells, {"room": [{"kind": "普通教室", "area": "60"}]}), ("218", {}, room))
    assert said_of(listed, "national-2024")["G3"].outcome == "insufficient_data"
    both = merged_of(
        ("211", cells, {"room": [{"kind": "普通教室", "area": "60"}]}),
        ("218", {"primary.classes": "5"}, room),
    )
    assert said_of(both, "national-2024")["G3"].outcome == "met"


def test_a_campus_with_a_stage_that_the_school_lacks_makes_it_a_school_of_both():
    lower = {"lower_secondary.pupils": "400", "school_total.teaching_area": "5000"}
    primary = {"primary.pupils": "600", "school_total.teaching_area": "1000"}
    nothing = {"school_total.indoor_sports_area": "0"}
    data = merged_of(("311", lower | nothing, None), ("211", primary | nothing, None))
    typed = SchoolData(
        make("312", lower | primary | nothing | {"school_total.teaching_area": "6000"}), on=DAY
    )
    standard = load("national-2017")
    assert data.sections == typed.sections == ("primary", "lower_secondary")
    assert outcomes(data, standard) == outcomes(typed, standard)


def test_a_campus_without_senior_high_is_not_asked_for_its_pupils():
    cells = {"lower_secondary.pupils": "500", "school_total.senior_high_pupils": "1000"}
    data = merged_of(("341", cells, None), ("311", {"lower_secondary.pupils": "100"}, None))
    assert data.figure("senior_high_pupils").value == 1000
    assert data.figure("pupils", "lower_secondary").value == 600


def test_a_campus_that_lacks_a_figure_leaves_it_open_and_a_quota_is_no_sum():
    whole = {"primary.pupils": "60", "funding.quota_primary": "720", "school_total.books": "100"}
    data = merged_of(("211", whole, None), ("218", {"primary.pupils": "20"}, None))
    assert data.figure("pupils", "primary").value == 80
    assert data.figure("books").value is None
    assert data.figure("quota_primary").value == 720
    assert data.figure("attached_kindergarten").value is None


def test_campuses_are_grouped_with_the_school_they_name():
    assert grouped({"1": "", "2": "1", "3": "1", "4": ""}) == {"1": ["2", "3"], "4": []}
    assert grouped({"2": "9"}) == {"2": []}  # its school has not reported
    assert grouped({"1": "", "2": "1", "3": "2"}) == {"1": ["2"], "3": []}  # a campus of a campus
    assert grouped({"1": "1"}) == {"1": []}  # its own
