"""What a local plan's item names when it is explained: the classes that break it, the national one beside."""

import pytest

from eduapp.services import checking, entry, explaining, workbooks


@pytest.fixture
def book(tmp_path):
    ids = ("national-2017", "datonghu-2025")
    school = workbooks.NewSchool("2143000001", "甲校", "211", 2026, standards=ids)
    with workbooks.create_school(tmp_path / "甲.edubook", school) as book:
        classes = [
            {"name": "一(1)", "grade": "一年级", "pupils": "46"},
            {"name": "二(1)", "grade": "二年级", "pupils": "50", "came_in": "2", "went_out": "1"},
            {"name": "三(1)", "grade": "三年级", "pupils": "50", "came_in": "1", "went_out": "1"},
        ]
        entry.add_rows(book, "school_class", classes)
        yield book


def verdict(book, code, standard="datonghu-2025"):
    found = checking.check(book).school_level
    return next(each for each in found if (each.standard, each.code) == (standard, code))


@pytest.mark.parametrize(
    ("code", "standard", "names"),
    [
        ("G5", "national-2017", ["一(1)", "二(1)", "三(1)"]),
        ("G5", "datonghu-2025", ["一(1)"]),
        ("DTH20", "datonghu-2025", ["二(1)"]),
    ],
)
def test_the_classes_that_break_an_item(book, code, standard, names):
    found = checking.offenders(book, verdict(book, code, standard))
    assert [book.draft.rows["school_class"][each.key]["name"] for each in found] == names


def test_an_item_that_numbers_cannot_compare_says_how_it_differs(book):
    beside = explaining.explain(book, verdict(book, "G5")).beside
    assert [each.than for each in beside] == [
        "国家标准",
        "宽于国家标准(国家标准限所有班级,本条只限起始年级),还须达到国家标准",
    ]


def test_a_room_count_is_fed_by_its_rows_and_has_its_unit(book):
    entry.add_rows(
        book, "room", [{"name": "资源室", "kind": "特殊教育资源教室", "area": "40", "multimedia": "否"}]
    )
    part = book.data.figure("resource_rooms")
    assert (part.value, part.unit) == (1, "间")
    assert len(checking.feeds(book, part)) == 1
