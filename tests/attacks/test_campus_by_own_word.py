"""A school that merges itself into another by its own word: the county's list says whose campus it is."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from db.problems import Problem
from db.tables import DECISION, EXPECTED, LIST_BEFORE
from eduapp.printing.county_tables import coverage_text
from eduapp.services import entry, jobs
from eduapp.services.county import books as county_books
from eduapp.services.county import closing, register
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import intake, issuing, trust
from eduapp.services.keys import county_keys
from eduapp.services.merge.listing import Expected
from tests.services.schools import CODE, change, county, export, make

A, B = CODE, "2143000002"
LISTED = [Expected(A, "明德小学", "211"), Expected(B, "乙校", "211")]


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        yield book


@pytest.fixture
def stick(tmp_path):
    (tmp_path / "U盘").mkdir()
    return tmp_path / "U盘"


def hand_in(folder, stick, code, name, pupils, *, parent="", kind="211"):
    with make(folder, code, name, kind) as school:
        change(school, pupils)
        if parent:
            entry.set_cell(school, "school", "-", "counted", "否")
            entry.set_cell(school, "school", "-", "parent_code", parent)
        return export(school, stick)


def both(office, tmp_path, stick, *, parent=A):
    """A honest, B 不计校数 and a part of A by its own word; both keys admitted."""
    hand_in(tmp_path, stick, A, "明德小学", 200)
    hand_in(tmp_path, stick, B, "乙校", 300, parent=parent)
    trust.admit_unchecked(office, sorted(stick.glob("*.edusub")))
    jobs.run(intake.merge(office, [stick]))


def pupils(office, revision=None):
    report = jobs.run(county_report(office, revision=revision))
    return {
        entry.facts.code: section.pupils for entry in report.schools for section in entry.sections
    }, report


def as_of_before(office):
    """Make the workbook one in which campuses were the schools' word, as the migration leaves it."""
    with office.workbook.transaction() as connection:
        for each in office.members:
            connection.execute(LIST_BEFORE.insert().values(submission=each.id))
        for each in office.expected.values():
            connection.execute(EXPECTED.insert().values(code=each.code, name=each.name, kind=each.kind))
        connection.execute(DECISION.delete())
    office.reload()


@pytest.mark.slow
@pytest.mark.parametrize("listed", [True, False])
def test_a_schools_own_word_has_no_effect_and_is_said(office, tmp_path, stick, listed):
    if listed:
        office.set_expected(LISTED)
    both(office, tmp_path, stick)
    counted, report = pupils(office)
    assert counted == {A: 200, B: 300}
    assert report.campuses == ()
    (difference,) = report.differences
    assert (difference.school, difference.field) == (B, "campus")
    assert "与名册不符" in difference.text
    assert "与名册不符 1 处" in coverage_text(report)
    assert report.links_pending == ()


@pytest.mark.slow
@pytest.mark.parametrize("parent", ["2143000099", B, "-", "'; DROP TABLE school; --"])
def test_a_claim_on_nobody_changes_nothing_either(office, tmp_path, stick, parent):
    office.set_expected(LISTED)
    both(office, tmp_path, stick, parent=parent)
    counted, report = pupils(office)
    assert counted == {A: 200, B: 300}
    assert [each.field for each in report.differences] == ["campus"]


@pytest.mark.slow
def test_what_the_list_says_counts_against_the_schools_word(office, tmp_path, stick):
    """The list makes B a campus of A; B says that it is a school of its own, or of a third one."""
    office.set_expected([*LISTED[:1], Expected(B, "乙校", "211", A)])
    both(office, tmp_path, stick, parent="2143000077")
    counted, report = pupils(office)
    assert counted == {A: 500}
    assert [each.facts.code for each in report.campuses] == [B]
    assert [each.field for each in report.differences] == ["campus"]


def test_name_and_kind_are_the_lists_word_too(office, tmp_path, stick):
    office.set_expected(LISTED)
    hand_in(tmp_path, stick, A, "明德九年一贯制学校", 200, kind="312")
    trust.admit_unchecked(office, sorted(stick.glob("*.edusub")))
    jobs.run(intake.merge(office, [stick]))
    _, report = pupils(office)
    (school,) = report.schools
    assert (school.facts.name, school.facts.kind) == ("明德小学", "211")
    assert {each.field for each in report.differences} == {"name", "kind"}


@pytest.mark.slow
def test_taking_it_over_is_one_decision_that_the_fingerprint_covers(office, tmp_path, stick):
    office.set_expected(LISTED)
    both(office, tmp_path, stick)
    before, decisions = office.fingerprint, len(office.decisions)
    assert register.take_over(office) == (B,)
    assert len(office.decisions) == decisions + 1
    assert office.fingerprint != before
    counted, report = pupils(office)
    assert (counted, report.differences) == ({A: 500}, ())
    with pytest.raises(Problem) as raised:
        register.take_over(office)
    assert raised.value.code == "register-agrees"
    office.set_expected([Expected(B, "乙校", "211", "")])  # and back
    assert pupils(office)[0] == {A: 200, B: 300}


def test_an_import_is_one_signed_decision_and_the_same_list_is_none(office):
    county_keys.establish(office.workbook, None)
    office.set_expected(LISTED)
    (decision,) = office.decisions
    assert (decision.kind, len(decision.details["rows"])) == ("list", 2)
    assert decision.detail("digest") == office.moment.listing.digest
    assert decision.signature
    office.set_expected(LISTED)
    assert office.decisions == [decision]
    office.set_expected([Expected(A, "明德中心小学", "211")])
    assert len(office.decisions) == 2
    assert set(office.expected) == {A, B}


def test_a_list_of_before_the_keys_is_signed_with_the_first_round_file(office):
    office.set_expected(LISTED)
    county_keys.establish(office.workbook, None)
    assert not register.is_signed(office.decisions)
    issuing.issue_round(office)
    assert register.is_signed(office.decisions)
    assert pupils(office)[1].unsigned_decisions == 0
    count = len(office.decisions)
    issuing.issue_round(office)
    assert len(office.decisions) == count


def test_equal_lists_give_equal_fingerprints(tmp_path):
    prints = set()
    for name in ("甲", "乙"):
        with county(tmp_path / f"{name}.edubook") as book:
            book.set_expected(LISTED if name == "甲" else LISTED[::-1])
            prints.add(book.fingerprint)
    assert len(prints) == 1


# --- a workbook of before ---


@pytest.mark.slow
def test_links_of_before_count_until_they_are_decided_and_new_ones_do_not(office, tmp_path, stick):
    office.set_expected(LISTED)
    both(office, tmp_path, stick)
    as_of_before(office)
    counted, report = pupils(office)
    assert counted == {A: 500}
    assert [(each.school, each.parent) for each in report.links_pending] == [(B, A)]
    assert "1 个校区关系待确认" in coverage_text(report)
    # C claims to be a part of A only now: without effect.
    later = tmp_path / "U盘2"
    later.mkdir()
    made = hand_in(tmp_path, later, "2143000003", "丙校", 400, parent=A)
    office.set_expected([Expected("2143000003", "丙校", "211")])
    trust.admit_unchecked(office, [later / made.file_name])
    jobs.run(intake.merge(office, [later]))
    assert pupils(office)[0] == {A: 500, "2143000003": 400}


@pytest.mark.slow
@pytest.mark.parametrize(("chosen", "counted"), [(None, {A: 500}), ((), {A: 200, B: 300})])
def test_the_links_are_decided_once(office, tmp_path, stick, chosen, counted):
    office.set_expected(LISTED)
    both(office, tmp_path, stick)
    as_of_before(office)
    register.confirm_links(office, chosen)
    found, report = pupils(office)
    assert (found, report.links_pending) == (counted, ())
    with pytest.raises(Problem) as raised:
        register.confirm_links(office)
    assert raised.value.code == "links-none"


@pytest.mark.slow
def test_a_closed_round_keeps_its_links(tmp_path, stick):
    with county_books.create_county(
        tmp_path / "县.edubook", "430900", "某县", 2026, ("national-2017",), practice=True
    ) as office:
        made = {}
        for code, name, count, parent in ((A, "明德小学", 200, ""), (B, "乙校", 300, A)):
            with make(tmp_path, code, name, practice=True) as school:
                change(school, count)
                if parent:
                    entry.set_cell(school, "school", "-", "counted", "否")
                    entry.set_cell(school, "school", "-", "parent_code", parent)
                made[code] = export(school, stick)
        trust.admit_unchecked(office, sorted(stick.glob("*.edusub")))
        jobs.run(intake.merge(office, [stick]))
        as_of_before(office)
        closing.close_round(office, "结束")
        register.confirm_links(office, ())
        assert pupils(office)[0] == {A: 200, B: 300}
        then, report = pupils(office, 1)
        assert then == {A: 500}
        assert len(report.links_pending) == 1


# --- the sheet ---


def test_the_list_sheet_may_say_whose_campus_a_school_is(office, tmp_path):
    sheet = Workbook()
    sheet.active.append(["学校代码", "学校名称", "学校类型", "校区所属"])
    for row in (
        (A, "明德小学", "小学", None),
        (B, "乙校", "小学", A),
        ("2143000003", "丙校", "小学", "明德小学"),
        ("2143000004", "丁校", "小学", "没有的学校"),
        ("2143000005", "戊校", "小学", "独立"),
    ):
        sheet.active.append(row)
    sheet.save(tmp_path / "名单.xlsx")
    roster = county_books.import_roster(office, tmp_path / "名单.xlsx")
    assert {code: each.parent for code, each in office.expected.items()} == {
        A: "", B: A, "2143000003": A, "2143000004": "", "2143000005": "",
    }  # fmt: skip
    assert any("丁校" in note for note in roster.notes)
