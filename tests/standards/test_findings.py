"""The catalogue of checks: each code fires at its condition and not just beside it."""

import pytest

from eduapp.services import checking, entry, workbooks
from eduapp.standards.results import Severity
from tests.standards.drafts import codes, make, report

CLASS = {"name": "一(1)", "grade": "1", "pupils": "40"}
BANDS = ("to_25", "26_30", "31_35", "36_40", "41_45", "46_50", "51_55", "56_60", "61_65", "from_66")


def bands(*counts, at="primary"):
    return {f"{at}.classes_{name}": str(n) for name, n in zip(BANDS, counts, strict=False)}


# code, severity, kind, cells that fire, cells just beside that do not
CELLS = [
    (
        "sum.class_bands",
        "hard",
        "211",
        {"primary.classes": "6", **bands(0, 1, 2, 3, 1, 0, 0, 0, 0, 0)},
        {"primary.classes": "7"},
    ),
    (
        "sum.class_bands",
        "hard",
        "211",
        {"primary.classes": "8", **bands(0, 1, 2, 3, 1, 0, 0, 0, 0, 0)},
        {"primary.classes": "7"},
    ),
    ("sum.class_bands", "hard", "211", {"primary.classes": "3", **bands(4)}, {"primary.classes": "4"}),
    (
        "sum.class_bands",
        "hard",
        "312",
        {"school_total.classes": "3", **bands(4, at="school_total")},
        {"school_total.classes": "9"},
    ),
    (
        "sum.degrees",
        "hard",
        "211",
        {"primary.teachers": "9", "primary.associate": "5", "primary.doctor": "5"},
        {"primary.teachers": "10"},
    ),
    (
        "sum.degrees",
        "hard",
        "312",
        {"school_total.teachers": "9", "primary.master": "5", "lower_secondary.bachelor": "5"},
        {"school_total.teachers": "10"},
    ),
    (
        "max.backbone",
        "hard",
        "211",
        {"primary.teachers": "9", "primary.backbone": "10"},
        {"primary.backbone": "9"},
    ),
    (
        "max.backbone",
        "hard",
        "211",
        {"primary.teachers": "9", "primary.certified": "10"},
        {"primary.certified": "9"},
    ),
    (
        "max.backbone",
        "hard",
        "211",
        {"primary.teachers": "9", "primary.trained": "10"},
        {"primary.trained": "9"},
    ),
    (
        "max.backbone",
        "hard",
        "211",
        {"school_total.teachers": "9", "school_total.trained": "10"},
        {"school_total.trained": "9"},
    ),
    (
        "max.backbone",
        "hard",
        "312",
        {"school_total.teachers": "9", "primary.backbone": "5", "lower_secondary.backbone": "5"},
        {"primary.backbone": "4"},
    ),
    (
        "max.backbone",
        "hard",
        "211",
        {"primary.teachers": "9", "school_total.backbone": "10"},
        {"school_total.backbone": "9"},
    ),
    (
        "max.indoor_sports",
        "hard",
        "211",
        {"school_total.indoor_sports_area": "100.0001", "school_total.teaching_area": "100"},
        {"school_total.teaching_area": "100.0001"},
    ),
    (
        "max.catchment",
        "hard",
        "211",
        {"primary.pupils": "99", "primary.catchment_pupils": "100"},
        {"primary.pupils": "100"},
    ),
    (
        "max.catchment",
        "hard",
        "312",
        {"lower_secondary.pupils": "9", "primary.pupils": "500", "lower_secondary.catchment_pupils": "10"},
        {"lower_secondary.pupils": "10"},
    ),
    (
        "max.graduates",
        "hard",
        "311",
        {
            "lower_secondary.graduates": "106",
            "lower_secondary.cohort": "100",
            "lower_secondary.transferred_in": "5",
        },
        {"lower_secondary.graduates": "105"},
    ),
    (
        "max.graduates",
        "hard",
        "311",
        {
            "lower_secondary.transferred_out": "100",
            "lower_secondary.died": "6",
            "lower_secondary.cohort": "100",
            "lower_secondary.transferred_in": "5",
        },
        {"lower_secondary.died": "5"},
    ),
    (
        "sum.rooms",
        "hard",
        "211",
        {
            "school_total.music_rooms": "2",
            "school_total.music_rooms_96": "1",
            "school_total.music_rooms_73": "2",
        },
        {"school_total.music_rooms": "3"},
    ),
    (
        "sum.rooms",
        "hard",
        "211",
        {"school_total.art_rooms": "0", "school_total.art_rooms_61": "1"},
        {"school_total.art_rooms": "1"},
    ),
    ("code.school", "hard", "211", {"school.code": "21号"}, {"school.code": "2143000001"}),
    ("code.school", "hard", "211", {"school.code": "21/43000001"}, {"school.code": "2143000001"}),
    ("code.school", "hard", "211", {"school.code": "2" * 41}, {"school.code": "2143000001"}),
    ("code.school", "soft", "211", {"school.code": "2" * 40}, {"school.code": "2143000001"}),
    ("code.school", "soft", "211", {"school.code": "214300001"}, {"school.code": "2143000001"}),
    ("code.school", "soft", "211", {"school.code": "21430000012"}, {"school.code": "2143000001.0"}),
    ("code.school", "soft", "211", {"school.code": "A-1_b"}, {"school.code": "２１43000001"}),
    ("code.school", "soft", "211", {"school.code": "3143000001"}, {"school.code": "２１43000001"}),
    ("code.school", "soft", "345", {"school.code": "3143000001"}, {"school.code": "3443000001"}),
    ("unread", "hard", "211", {"school_total.field_area": "约500"}, {"school_total.field_area": "500"}),
    ("unread", "hard", "211", {"primary.pupils": "12 13"}, {"primary.pupils": "1 213"}),
    ("unread", "hard", "211", {"primary.pupils": "-1"}, {"primary.pupils": "0"}),
    (
        "range.equipment",
        "soft",
        "211",
        {"primary.pupils": "100", "funding.equipment_value": "0.9999"},
        {"funding.equipment_value": "1"},
    ),
    (
        "range.equipment",
        "soft",
        "211",
        {"primary.pupils": "100", "funding.equipment_value": "500.0001"},
        {"funding.equipment_value": "500"},
    ),
    (
        "range.area",
        "soft",
        "211",
        {"primary.pupils": "100", "school_total.teaching_area": "19.9999"},
        {"school_total.teaching_area": "20"},
    ),
    (
        "range.area",
        "soft",
        "211",
        {"primary.pupils": "100", "school_total.field_area": "10000.0001"},
        {"school_total.field_area": "10000"},
    ),
    (
        "art.subtotal",
        "soft",
        "211",
        {"primary.music": "2", "primary.fine_art": "2", "primary.art": "4"},
        {"primary.art": "3"},
    ),
    (
        "art.subtotal",
        "soft",
        "211",
        {"school_total.music": "1", "school_total.fine_art": "0", "school_total.art": "1"},
        {"school_total.music": "0"},
    ),
    ("flag.contradiction", "soft", "211", {"school.small_classes": "是", **bands(0, 0, 1)}, bands(3, 2, 0)),
    (
        "flag.contradiction",
        "soft",
        "211",
        {"school.small_rural": "是", "primary.pupils": "100"},
        {"primary.pupils": "99"},
    ),
    (
        "flag.contradiction",
        "soft",
        "211",
        {"school.small_rural": "是", "primary.pupils": "49"},
        {"primary.pupils": "50"},
    ),
    (
        "flag.contradiction",
        "soft",
        "211",
        {"school.planned_by_2010": "是", "school.built_year": "2011"},
        {"school.built_year": "2010"},
    ),
    (
        "flag.contradiction",
        "soft",
        "211",
        {"school.planned_by_2016": "是", "school.built_year": "2017"},
        {"school.built_year": "2016"},
    ),
    (
        "flag.contradiction",
        "soft",
        "211",
        {"school.planned_by_2010": "是", "school.planned_by_2016": "否"},
        {"school.planned_by_2016": "是"},
    ),
    (
        "stage.undivided",
        "soft",
        "312",
        {"school_total.teachers": "9"},
        {"primary.teachers": "5", "lower_secondary.teachers": "4"},
    ),
    ("stage.undivided", "soft", "312", {"school_total.classes": "9"}, {"lower_secondary.pupils": "0"}),
    ("stage.foreign", "soft", "211", {"lower_secondary.pupils": "1"}, {"lower_secondary.pupils": "0"}),
]
CODE_OF = {
    "211": "2143000001",
    "311": "3143000001",
    "312": "3143000001",
    "341": "3443000001",
    "345": "3443000001",
}


@pytest.mark.parametrize(("code", "severity", "kind", "fires", "beside"), CELLS)
def test_a_check_of_cells_fires_at_its_condition_and_not_beside_it(code, severity, kind, fires, beside):
    own = {"school.code": CODE_OF[kind]}
    # Unsuffixed totals of a school of two stages have a finding of their own.
    others = {"stage.undivided"} - {code} if "school_total" in str(fires) else set()
    assert set(codes(make(kind, own | fires))) - others == {code}
    assert set(codes(make(kind, own | fires | beside))) - others == set()
    (found,) = [each for each in report(make(kind, own | fires)).findings if each.code == code]
    assert found.severity == severity
    assert found.text
    assert "None" not in found.text
    assert found.open


# code, rows that fire, rows just beside
ROWS = [
    (
        "range.class_size",
        {"school_class": [CLASS | {"pupils": "81"}]},
        {"school_class": [CLASS | {"pupils": "80"}]},
    ),
    (
        "range.class_size",
        {"school_class": [CLASS | {"pupils": "0"}]},
        {"school_class": [CLASS | {"pupils": "1"}]},
    ),
    (
        "range.area",
        {"room": [{"kind": "音乐教室", "area": "9.9999"}]},
        {"room": [{"kind": "音乐教室", "area": "10"}]},
    ),
    (
        "range.area",
        {"room": [{"kind": "办公室", "area": "500.0001"}]},
        {"room": [{"kind": "办公室", "area": "500"}]},
    ),
    (
        "teacher.twice",
        {"teacher": [{"name": "王芳", "birth_month": "1985-03"}, {"name": "王芳", "birth_month": "1985-03"}]},
        {"teacher": [{"name": "王芳", "birth_month": "1985-03"}, {"name": "王芳", "birth_month": "1985-04"}]},
    ),
    ("unread", {"teacher": [{"degree": "很高"}]}, {"teacher": [{"degree": "大专"}]}),
    ("unread", {"homework": [{"school_class": "没有的班"}]}, {"homework": [{"school_class": ""}]}),
]


@pytest.mark.parametrize(("code", "fires", "beside"), ROWS)
def test_a_check_of_rows_fires_at_its_condition_and_not_beside_it(code, fires, beside):
    def found(rows):
        return [each for each in codes(make("218", rows=rows)) if each != "grade.missing"]

    assert found(fires) == [code]
    assert found(beside) == []


def test_twins_without_a_birth_month_may_be_two_people():
    assert codes(make("211", rows={"teacher": [{"name": "王芳"}, {"name": "王芳"}]})) == []


def grades(*numbers):
    return {"school_class": [CLASS | {"name": f"{n}班", "grade": str(n)} for n in numbers]}


@pytest.mark.parametrize(
    ("kind", "system", "listed", "missing"),
    [
        ("211", "", range(1, 7), None),
        ("211", "", range(1, 6), "6"),
        ("211", "五四制", range(1, 6), None),
        ("211", "五四制", range(1, 5), "5"),
        ("311", "", (7, 9), "8"),
        ("311", "", (7, 8, 9), None),
        ("311", "五四制", (7, 8, 9), "6"),
        ("312", "", range(2, 10), "1"),
        ("341", "", (7, 8, 9), None),
        ("218", "", (1,), None),
    ],
)
def test_a_grade_without_a_class(kind, system, listed, missing):
    draft = make(kind, {"school.code": ""}, rows=grades(*listed), system=system)
    found = [each.text for each in report(draft).findings if each.code == "grade.missing"]
    assert found == ([f"没有 {missing} 年级的班级"] if missing else [])


def test_a_stage_without_pupils_misses_no_grade():
    rows = grades(1, 2, 3, 4, 5, 6)
    assert codes(make("312", {"school.code": "3143000001", "lower_secondary.pupils": "0"}, rows=rows)) == []


def test_homework_gaps_are_counted_for_classes_that_have_records():
    one, two, three = "a" * 32, "b" * 32, "c" * 32
    rows = grades(1, 2, 3)
    for key, row in zip((one, two, three), rows["school_class"], strict=True):
        row["id"] = key
    entry_of = {"subject": "语文", "written": "否"}
    rows["homework"] = [
        {"date": f"2026-09-{day:02}", "school_class": key} | entry_of
        for key, days in ((one, (1, 2, 3)), (two, (1,)))
        for day in days
    ]
    found = [each for each in report(make("218", rows=rows)).findings if each.code == "homework.gap"]
    assert [(each.key, "2 个上课日" in each.text) for each in found] == [(two, True)]


def test_homework_of_a_class_that_was_deleted():
    key = "a" * 32
    day = {"date": "2026-09-01", "school_class": key, "written": "否"}
    homework = [day | {"subject": subject} for subject in ("语文", "数学")]
    assert codes(make("218", rows={"homework": homework})) == ["homework.class_gone"]
    listed = [CLASS | {"id": key}]
    assert codes(make("218", rows={"school_class": listed, "homework": homework})) == []


def test_a_list_and_the_declared_total_that_differ_are_both_named():
    teachers = [{"name": f"师{n}", "stage": "小学", "post": "在编在岗", "subject": "语文"} for n in range(40)]
    fires = make("211", {"primary.teachers": "42"}, rows={"teacher": teachers})
    (found,) = [each for each in report(fires).findings if each.code == "rows.totals"]
    assert "40" in found.text
    assert "42" in found.text
    assert found.severity == Severity.SOFT
    assert codes(make("211", {"primary.teachers": "40"}, rows={"teacher": teachers})) == []


def test_only_full_time_teachers_on_post_are_counted():
    posts = ["在编在岗", "合同", "借入在岗", "在编不在岗", "借出", "临时代课", "兼职", "工勤或教辅"]
    teachers = [{"name": f"师{n}", "stage": "小学", "post": post} for n, post in enumerate(posts)]
    assert codes(make("211", {"primary.teachers": "3"}, rows={"teacher": teachers})) == []
    assert codes(make("211", {"primary.teachers": "4"}, rows={"teacher": teachers})) == ["rows.totals"]


@pytest.mark.parametrize(
    ("before", "now", "jumps"),
    [
        ("100", "120", False),
        ("100", "121", True),
        ("100", "79", True),
        ("100", "80", False),
        ("10", "15", False),
        ("10", "16", True),
        ("0", "5", False),
        ("0", "6", True),
    ],
)
def test_a_jump_from_last_round_is_more_than_20_percent_and_more_than_5(before, now, jumps):
    draft = make("211", {"primary.pupils": now})
    draft.previous[("pupils", "primary")] = before
    assert codes(draft) == (["year.jump"] if jumps else [])


# --- the suffix rules of docs/cli.md ---


@pytest.mark.parametrize(
    ("kind", "cells", "expected"),
    [
        ("211", {}, []),
        ("311", {}, []),
        ("312", {}, ["stage.undivided"]),
        ("312", {"lower_secondary.pupils": "0"}, []),
        ("341", {}, ["art.senior"]),
        ("341", {"lower_secondary.backbone": "3"}, []),
        ("345", {}, ["art.senior", "stage.undivided"]),
        ("345", {"primary.backbone": "3"}, ["art.senior", "stage.undivided"]),
        ("345", {"primary.backbone": "3", "lower_secondary.backbone": "3"}, []),
    ],
)
def test_an_unsuffixed_staff_item(kind, cells, expected):
    own = {"school.code": CODE_OF[kind], "school_total.backbone": "6"}
    assert codes(make(kind, own | cells)) == expected


def test_an_unsuffixed_class_item_of_a_complete_secondary_school_is_the_lower_stages():
    assert codes(make("341", {"school.code": "3443000001", "school_total.classes": "6"})) == []


def test_a_standard_that_is_not_met_is_no_finding():
    cells = {
        "primary.pupils": "2600",
        "primary.backbone": "1",
        "primary.teachers": "10",
        "primary.trained": "3",
    }
    draft = make("211", cells | bands(0, 0, 0, 0, 0, 5, 5, 0, 0, 0))
    judged = report(draft)
    assert {each.outcome for each in judged.school_level} & {"unmet"}
    assert codes(draft) == []


# --- reasons ---


def test_a_soft_finding_closes_with_its_reason_and_a_hard_one_does_not():
    draft = make(
        "211", {"school.small_rural": "是", "primary.pupils": "100", "primary.catchment_pupils": "101"}
    )
    found = {each.code: each for each in report(draft).findings}
    draft.reasons = {each.id: "已核对" for each in found.values()}
    after = {each.code: each for each in report(draft).findings}
    assert not after["flag.contradiction"].open
    assert after["flag.contradiction"].reason == "已核对"
    assert after["max.catchment"].open
    assert [each.code for each in report(draft).open_findings] == ["max.catchment"]


def test_ids_of_findings_are_unique_and_keep_while_the_place_is(tmp_path):
    with workbooks.create_school(tmp_path / "a.edubook", workbooks.NewSchool("1", "", "312", 2026)) as book:
        entry.add_rows(book, "room", [{"area": "1"}, {"area": "2"}])
        entry.add_rows(book, "school_class", [{"pupils": "0"}, {"pupils": "x"}])
        entry.set_cell(book, "school_total", "-", "teachers", "x")
        first = [each.id for each in checking.check(book).findings]
        assert len(first) == len(set(first)) >= 6
        entry.set_cell(book, "room", book.draft.rows["room"].key_at(0), "area", "1.5")
        assert [each.id for each in checking.check(book).findings] == first
