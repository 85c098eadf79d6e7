"""The standards of a workbook: offered, chosen when it is made, chosen anew later on."""

import pytest
from sqlalchemy import select

from db.problems import Problem
from db.tables import JOURNAL
from eduapp.services import workbooks
from eduapp.services.checking import check
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import sending
from eduapp.services.offers import in_order, offers, said_of


@pytest.fixture
def place(tmp_path):
    return tmp_path / "甲校.edubook"


def new(place, *standards):
    school = workbooks.NewSchool("2143000001", "甲校", "211", 2026, standards=standards or ("national-2017",))
    return workbooks.create_school(place, school)


def test_the_usual_national_standard_is_offered_first_and_local_plans_apart():
    found = offers()
    assert [each.id for each in found.first] == ["national-2024", "national-2017"]
    assert [each.id for each in offers(2023).first] == ["national-2017", "national-2024"]
    assert {"datonghu-2025", "huize-2023"} <= {each.id for each in found.local}
    assert [each.id for each in found.second] == ["national-2012"]
    assert "大通湖区优质均衡创建方案(大通湖区2025年3月4日印发)" in [each.words for each in found.local]


def test_the_national_standard_stands_first_whatever_the_order_of_choosing():
    assert in_order(["datonghu-2025", "national-2012", "national-2024"]) == (
        "national-2024",
        "national-2012",
        "datonghu-2025",
    )


def test_a_choice_is_kept_in_the_file_and_judges(place):
    with new(place) as book:
        assert check(book).standards == ("national-2017",)
        workbooks.choose_standards(book, ["national-2017", "datonghu-2025"])
        assert check(book).standards == ("national-2017", "datonghu-2025")
    with workbooks.open_school(place) as book:
        assert [each.id for each in book.standards] == ["national-2017", "datonghu-2025"]
        with book.workbook.transaction() as connection:
            lines = connection.execute(select(JOURNAL.c.new).where(JOURNAL.c.field == "standards")).all()
        assert [line.new for line in lines] == ["national-2017 → national-2017 datonghu-2025"]


def test_a_local_plan_alone_brings_the_national_standard_it_stands_beside(place):
    with new(place, "huize-2023") as book:
        assert [each.id for each in book.standards] == ["national-2017", "huize-2023"]


@pytest.mark.parametrize(("ids", "code"), [([], "standards-none"), (["no-such"], "standard-unknown")])
def test_what_cannot_be_chosen_changes_nothing(place, ids, code):
    with new(place) as book:
        with pytest.raises(Problem) as raised:
            workbooks.choose_standards(book, ids)
        assert raised.value.code == code
        assert [each.id for each in book.standards] == ["national-2017"]


def test_an_approved_workbook_is_closed(place):
    with new(place) as book:
        book.workbook.set_meta(approved="1")
        with pytest.raises(Problem) as raised:
            workbooks.choose_standards(book, ["datonghu-2025"])
        assert raised.value.code == "approved-closed"
        sending.reopen(book)
        workbooks.choose_standards(book, ["datonghu-2025"])


def test_a_county_too(tmp_path):
    with county_books.create_county(
        tmp_path / "县.edubook", "430900", "县", 2026, ("national-2017",)
    ) as book:
        workbooks.choose_standards(book, ["national-2017", "huize-2023"])
        assert [each.id for each in book.standards] == ["national-2017", "huize-2023"]


@pytest.mark.parametrize(
    ("year", "usual"),
    [
        (2017, "national-2017"),
        (2023, "national-2017"),
        (2024, "national-2024"),
        (2026, "national-2024"),
        (2027, "national-2024"),
        (2028, "national-2017"),
    ],
)
def test_a_new_workbook_takes_the_procedure_in_force(tmp_path, year, usual):
    """The relaxations of 2024 hold from 2024-01-01 to 2027-12-31."""
    assert workbooks.usual_standards(year) == (usual,)
    school = workbooks.NewSchool("2143000001", "甲校", "211", year)
    with workbooks.create_school(tmp_path / "甲.edubook", school) as book:
        assert [each.id for each in book.standards] == [usual]


def test_the_choice_is_said_in_one_line():
    assert said_of(["national-2024"]) == (
        "执行标准:国家标准 2017,加 2024 年放宽条款(教督厅函〔2024〕10号);读入县里的批次文件后,以县里选的为准"
    )
    assert said_of(["datonghu-2025", "national-2017"], county=True) == (
        "执行标准:国家标准 2017(教督〔2017〕6号)、大通湖区优质均衡创建方案(大通湖区2025年3月4日印发);"
        "随批次文件发给学校"
    )
