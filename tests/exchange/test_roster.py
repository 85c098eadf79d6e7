"""The school list: one county's schools, everything left out is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from db.problems import Problem
from db.records.choices import SchoolKind
from eduapp.exchange.roster import Roster, RosterEntry, read_roster

REAL = Path(__file__).parents[3] / "shared" / "real" / "学校名录.xlsx"
HEADER = ["学校代码", "学校名称", "区县代码", "区县名称", "学校类型", "办学性质", "城乡类型"]


def listed(path: Path, *rows: list[object], header: list[str] = HEADER) -> Path:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "名录"
    page.append(["某某市学校名录"])
    page.append(header)
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def row(code: object, name: str, county: object = 430900.0, kind: str = "小学") -> list[object]:
    return [code, name, county, "某县", kind, "公办", "镇区"]


def read(tmp_path: Path, *rows: list[object]) -> Roster:
    return read_roster(listed(tmp_path / "a.xlsx", *rows), "430900")


@pytest.mark.skipif(not REAL.exists(), reason="the real list is not here")
def test_the_real_list():
    everything = read_roster(REAL, None)
    assert (len(everything.schools), everything.rows_read) == (130, 130)
    assert all(school.kind and school.ownership for school in everything.schools)
    assert "130 所" in everything.notes[0]
    own = read_roster(REAL, "210102")
    assert len(own.schools) == 10
    assert len(own.ignored) == 12
    assert own.schools[0] == RosterEntry(
        "210102001", "和平区第一九年一贯制", SchoolKind.NINE_YEAR, "镇区", "public"
    )
    assert {school for school in everything.schools if school.code.startswith("210102")} == set(own.schools)


@pytest.mark.skipif(not REAL.exists(), reason="the real list is not here")
def test_a_county_that_is_not_on_the_list():
    with pytest.raises(Problem) as caught:
        read_roster(REAL, "430900")
    assert caught.value.code == "no-schools-of-county"
    assert "210102 和平区" in caught.value.text
    assert "430900" in caught.value.text


def test_only_rows_of_the_own_county(tmp_path):
    others = row("2143000002", "乙", 430901), row(2143000003, "丙", None)
    roster = read(tmp_path, row(2143000001.0, "甲"), *others)
    assert [school.code for school in roster.schools] == ["2143000001"]
    assert [note.reason for note in roster.ignored] == ["「丙」没有区县代码", "1 行属于其他区县"]
    assert roster.notes == ()


def test_a_list_without_counties_is_taken_whole(tmp_path):
    path = listed(tmp_path / "a.xlsx", ["甲", "2143000001"], header=["校名", "学校标识码"])
    roster = read_roster(path, "430900")
    assert roster.schools == (RosterEntry("2143000001", "甲", None, "", None),)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("九年一贯制", SchoolKind.NINE_YEAR),
        (" 九年一贯制学校 ", SchoolKind.NINE_YEAR),
        ("完全中学", SchoolKind.COMPLETE_SECONDARY),
        ("初级中学", SchoolKind.LOWER_SECONDARY),
        ("教学点", SchoolKind.TEACHING_POINT),
        ("312", SchoolKind.NINE_YEAR),
        ("实验学校", None),
    ],
)
def test_words_for_the_kind(tmp_path, words, kind):
    roster = read(tmp_path, row(2143000001.0, "甲", kind=words))
    assert roster.schools[0].kind == kind
    assert ["实验学校" in note for note in roster.notes] == ([] if kind else [True])


def test_a_code_that_comes_twice_is_taken_once(tmp_path):
    roster = read(tmp_path, row(2143000001.0, "甲"), row("2143000001", "乙"))
    assert [school.name for school in roster.schools] == ["甲"]
    assert roster.ignored[0].where == "名录 A4"
    assert all(part in roster.ignored[0].reason for part in ("2143000001", "甲", "乙", "名录 A3"))


def test_rows_without_code_or_name_are_told_and_empty_ones_passed_over(tmp_path):
    roster = read(tmp_path, row(None, "甲"), [None] * 7, row(2143000001.0, ""), row(2143000002.0, "丙"))
    assert [school.name for school in roster.schools] == ["丙"]
    assert [note.where for note in roster.ignored] == ["名录 A3", "名录 A5"]


def test_an_odd_code_is_a_note_not_a_refusal(tmp_path):
    roster = read(tmp_path, row(210102001.0, "甲"))
    assert roster.schools[0].code == "210102001"
    assert "10 位" in roster.notes[0]
    assert "以名录为准" in roster.notes[0]


@pytest.mark.parametrize("code", ["A-1_b", "7", "a" * 40])
def test_the_list_says_what_a_code_is(tmp_path, code):
    assert read(tmp_path, row(code, "甲")).schools[0].code == code


@pytest.mark.parametrize("code", ["21号", "21/43", "a" * 41])
def test_a_code_that_cannot_name_a_file_is_told_and_left_out(tmp_path, code):
    roster = read(tmp_path, row(code, "甲"), row("2143000002", "乙"))
    assert [school.name for school in roster.schools] == ["乙"]
    assert code in roster.ignored[0].reason


def test_something_else_is_no_list(tmp_path):
    with pytest.raises(Problem) as caught:
        read_roster(listed(tmp_path / "a.xlsx", ["x"], header=["甲", "乙"]), "430900")
    assert caught.value.code == "no-known-columns"
    assert "学校代码" in caught.value.text


def test_a_school_with_a_number_of_a_person_is_not_listed(tmp_path):
    """The list goes into the round file, in the clear."""
    found = read(tmp_path, row("2143000001", "城关小学 13800138000"), row("2143000002", "河口完小"))
    assert [each.code for each in found.schools] == ["2143000002"]
    assert "手机号" in found.ignored[0].reason


def test_sums_and_footers_are_no_schools(tmp_path):
    roster = read(
        tmp_path,
        row(2143000001.0, "甲"),
        ["合计", 1, "所学校"],
        [None, "制表人:某某", "审核人:某某"],
        ["注:以上"],
    )
    assert [school.name for school in roster.schools] == ["甲"]
    assert len(roster.ignored) == 3
    assert roster.rows_read == 4


@pytest.mark.parametrize(
    ("name", "own"),
    [("清河县", True), ("某省某市清河县", True), ("清河", True), ("南山县", False), ("", True)],
)
def test_a_list_that_names_counties_without_their_codes(tmp_path, name, own):
    header = ["学校代码", "学校名称", "区县名称"]
    path = listed(
        tmp_path / "a.xlsx", ["2143000001", "甲", "清河县"], ["2143000002", "乙", name], header=header
    )
    roster = read_roster(path, "430900", "清河县")
    assert [school.name for school in roster.schools] == ["甲", "乙"][: 1 + own]
    assert [note.reason for note in roster.ignored] == ([] if own else ["1 行属于其他区县"])


@pytest.mark.parametrize("code", ["2.14399E+09", "2.1E9", "2E+09"])
def test_a_code_that_lost_its_digits_is_refused_with_its_cell(tmp_path, code):
    roster = read(tmp_path, row(code, "甲"), row("'2143000002", "乙"))
    assert [school.code for school in roster.schools] == ["2143000002"]
    assert roster.ignored[0].where == "名录 A3"
    assert code in roster.ignored[0].reason


def test_what_is_no_school_of_compulsory_education_is_left_out(tmp_path):
    header = ["学校名称", "学校标识码"]
    rows = ["某某大学", "4143010001"], ["某某幼儿园", "1143010002"], ["甲", "2143000001"]
    roster = read_roster(listed(tmp_path / "a.xlsx", *rows, header=header), "430900")
    assert [school.name for school in roster.schools] == ["甲"]
    with pytest.raises(Problem, match="高等学校 1 所") as raised:
        read_roster(listed(tmp_path / "b.xlsx", rows[0], header=header), "430900")
    assert raised.value.code == "no-schools-of-county"


# --- what a list has beside schools ---


def test_a_footer_a_code_table_universities_and_lost_codes_become_no_schools(tmp_path):
    found = read(
        tmp_path,
        row("2143000001", "甲小学"),
        row("2.14399E+09", "乙小学"),
        row(2143990001.5, "丙小学"),
        row("4143010001", "某某大学", kind="大学"),
        row("10532", "某某学院", kind=""),
        row("1143000001", "某幼儿园", kind="幼儿园"),
        row("3143000009", "县一中", kind="高级中学"),
        row("211", "小学", county=None, kind=""),
        ["合计", "6 所", None, None, None, None, None],
        ["制表人：张三", None, None, None, None, None, None],
    )
    assert [each.name for each in found.schools] == ["甲小学"]
    told = {each.where: each.reason for each in found.ignored}
    assert "科学记数" in told["名录 A4"]
    assert "2143990001.5" in told["名录 A5"]
    assert "不是义务教育学校" in told["名录 A6"]
    assert all(told[f"名录 A{at}"].endswith("不是义务教育学校") for at in (7, 8, 9))
    assert "没有区县代码" in told["名录 A10"] or "代码表" in told["名录 A10"]
    assert found.rows_read == 10


def test_a_sheet_of_codes_is_no_list_of_schools(tmp_path):
    path = listed(tmp_path / "a.xlsx", row("2143000001", "甲小学"))
    book = Workbook()
    book.worksheets[0].title = "代码表"
    for line in (
        ["代码", "名称"],
        ["211", "小学"],
        ["218", "教学点"],
        ["311", "初级中学"],
        ["111", "幼儿园"],
    ):
        book.worksheets[0].append(line)
    page = book.create_sheet("名录")
    for line in (HEADER, row("2143000001", "甲小学")):
        page.append(line)
    book.save(path)
    found = read_roster(path, "430900")
    assert [each.code for each in found.schools] == ["2143000001"]
    assert any("是代码表(4 行)" in each.reason for each in found.ignored)
    assert found.rows_read == 5


def test_what_else_a_list_says_of_a_school_is_taken(tmp_path):
    header = [*HEADER, "乡镇", "办学状态", "联系人", "联系电话"]
    rows = [
        [*row("2143000001", "甲小学"), "南湾湖镇", "在办", "王主任", "0737-5550101"],
        [*row("2143000002", "乙小学"), "北洲子镇", "撤并", "", ""],
    ]
    path = listed(tmp_path / "a.xlsx", *rows, header=header)
    found = read_roster(path, "430900")
    (one,) = found.schools
    assert (one.township, one.contact, one.telephone) == ("南湾湖镇", "王主任", "0737-5550101")
    assert [(each.id, each.where) for each in found.questions] == [("closed:2143000002", "名录 A4")]
    assert found.left["asked"] == 1
    taken = read_roster(path, "430900", answers={"closed:2143000002": "take"})
    assert len(taken.schools) == 2
    assert taken.questions == ()


def test_rows_of_another_county_are_asked_about_once_a_county(tmp_path):
    path = listed(
        tmp_path / "a.xlsx",
        row("2143000001", "甲小学"),
        row("2143000002", "乙小学", 430901),
        row("2143000003", "丙小学", 430901),
    )
    found = read_roster(path, "430900")
    assert [each.id for each in found.questions] == ["county:430901"]
    assert found.left["asked"] == 2
    assert len(read_roster(path, "430900", answers={"county:430901": "take"}).schools) == 3
    left = read_roster(path, "430900", answers={"county:430901": "leave"})
    assert (len(left.schools), left.questions) == (1, ())
    with pytest.raises(Problem) as caught:
        read_roster(path, "430900", answers={"county:430901": "也许"})
    assert caught.value.code == "answers-unfit"


def test_what_is_no_code_and_no_name_is_refused(tmp_path):
    found = read(
        tmp_path,
        row("-", "甲小学"),
        row("无", "乙小学"),
        row("2143000001", "#N/A"),
        row("#REF!", "丙小学"),
        row("2143000002", "丁小学"),
    )
    assert [school.name for school in found.schools] == ["丁小学"]
    assert len(found.ignored) == 4


@pytest.mark.parametrize(
    ("name", "kind"), [("清河特校", "特殊教育学校"), ("清河特殊教育学校", ""), ("清河聋校", "聋校")]
)
def test_a_school_for_special_needs_is_no_school_that_reports(tmp_path, name, kind):
    found = read(tmp_path, row("5143000001", name, kind=kind), row("2143000002", "丁小学"))
    assert [school.name for school in found.schools] == ["丁小学"]
    assert "不列为应报学校" in found.ignored[0].reason


@pytest.mark.parametrize("names", [("2025", "2026"), ("2026", "2025"), ("名录(旧)", "名录")])
def test_an_earlier_list_in_a_further_sheet_is_asked_about(tmp_path, names):
    book = Workbook()
    book.worksheets[0].title = names[0]
    book.create_sheet(names[1])
    old = min(names) if names[0].isdecimal() else names[0]
    for page in book.worksheets:
        page.append(HEADER)
        page.append(row("2143000001", "甲小学"))
        if page.title == old:
            page.append(row("2143000002", "旧小学"))
    book.save(tmp_path / "a.xlsx")
    found = read_roster(tmp_path / "a.xlsx", "430900")
    assert [school.name for school in found.schools] == ["甲小学"]
    assert (found.rows_read, found.left["other_sheet"]) == (3, 2)
    (question,) = found.questions
    taken = read_roster(tmp_path / "a.xlsx", "430900", answers={question.id: "take"})
    assert {school.name for school in taken.schools} == {"甲小学", "旧小学"}


def test_a_list_that_names_schools_as_units_is_known(tmp_path):
    header = ["机构代码", "单位名称", "区县代码", "区县名称", "办学类型"]
    found = read_roster(
        listed(tmp_path / "a.xlsx", ["2143000001", "甲小学", 430900, "某县", "小学"], header=header), "430900"
    )
    assert [school.code for school in found.schools] == ["2143000001"]
