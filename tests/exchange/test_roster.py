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
        ("职业高中", None),
    ],
)
def test_words_for_the_kind(tmp_path, words, kind):
    roster = read(tmp_path, row(2143000001.0, "甲", kind=words))
    assert roster.schools[0].kind == kind
    assert ["职业高中" in note for note in roster.notes] == ([] if kind else [True])


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
