"""The county's statement of the statistics: what it stands for, what replaces it, what it never says."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from db.problems import Problem
from db.records.choices import Stage
from eduapp.services import jobs
from eduapp.services.county import closing, national
from eduapp.services.county.books import Expected, open_county
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import intake
from eduapp.services.hand_off.board import SchoolState, board_rows
from eduapp.services.keys import county_keys, keyring
from eduapp.services.merge import decision_log
from eduapp.services.merge.by_export import StatedSite, said_of, standing_of
from eduapp.services.merge.decisions import OVERLAY, STATEMENT, UNSTATE, Decision, in_order
from eduapp.standards.results import Outcome
from tests.services import national_exports as exports
from tests.services.hand_off import PASSPHRASE
from tests.services.intakes import admit
from tests.services.schools import CODE, NAME, county, export, make
from tests.services.schools import fill as fill_school
from tests.services.sealed_county import SealedCounty

OTHER, CAMPUS = "2143000002", "2143000003"
LIST = [
    Expected(CODE, NAME, "211"),
    Expected(OTHER, "乙小学", "211"),
    Expected("3143000001", "丙中学", "311"),
]


@pytest.fixture
def office(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        book.set_expected(LIST)
        yield book


@pytest.fixture
def school(tmp_path):
    with make(tmp_path) as book:
        fill_school(book)
        yield book


def file_of(tmp_path, *lines, name="全县.xlsx", **shape):
    return exports.write(tmp_path / name, lines, **shape)


def three(tmp_path, **more):
    return file_of(
        tmp_path,
        exports.line(NAME, **more),
        exports.line("乙小学", pupils=300),
        exports.line("丙中学", Stage.LOWER_SECONDARY, kind="初级中学", pupils=500),
    )


def state(book, path, answers=None):
    return national.take_over(book, national.rehearse(book, path, answers), on="2026-10-01")


def reported(book):
    return jobs.run(county_report(book))


def states(book):
    return {row.code: row.state for row in board_rows(book)}


def test_who_stands_by_the_export_has_not_reported(office, tmp_path):
    state(office, three(tmp_path))
    report = reported(office)

    assert (report.reported, report.final, report.expected, report.complete) == (0, 0, 3, False)
    assert {each.code for each in report.roll.absent} == {CODE, OTHER, "3143000001"}
    assert set(states(office).values()) == {SchoolState.EXPORT}
    primary = report.stages[0]
    assert [(entry.facts.code, section.pupils) for entry, section in primary.rows] == [
        (CODE, 600),
        (OTHER, 300),
    ]
    first = primary.indicators[0]
    assert first.balance.coefficient is not None
    assert first.outcome is Outcome.UNSETTLED
    assert [each.code for each in first.settlement.missing] == [CODE, OTHER]
    assert (first.sections_met, first.sections_floor, primary.passed) == (0, 0, 0)
    assert not [
        each for each in report.county_level if each.outcome is Outcome.MET and not each.settlement.settled
    ]


@pytest.mark.slow
def test_a_schools_own_file_replaces_the_export_whole_and_its_withdrawal_brings_it_back(
    office, school, tmp_path
):
    state(office, three(tmp_path))
    stated = reported(office)
    made = export(school, tmp_path / "U盘")
    jobs.run(intake.merge(office, [Path(made.path)]))
    assert states(office)[CODE] is SchoolState.EXPORT  # held: it replaces nothing
    assert [row.held for row in board_rows(office) if row.code == CODE] == [1]

    admit(office, made)
    intake.retry_held(office)
    report = reported(office)
    assert states(office)[CODE] is SchoolState.DRAFT
    assert [each.facts.code for each in report.by_export] == [OTHER, "3143000001"]
    assert report.reported == 1
    (own,) = [entry for entry, _ in report.stages[0].rows if entry.facts.code == CODE]
    assert own.sections[0].pupils == 83
    # Nothing of the export is left in it: what the school did not say is not known.
    assert next(each for each in own.sections[0].verdicts if each.code == "R6").value is None
    assert set(report.roll.drafts) == {CODE}

    intake.undo(office, [made.id])
    back = reported(office)
    assert [stage.rows for stage in back.stages] == [stage.rows for stage in stated.stages]


@pytest.mark.slow
def test_the_order_of_arrival_plays_no_part(school, tmp_path):
    made = export(school, tmp_path / "U盘", "draft")
    path = three(tmp_path)
    found = []
    for first in (True, False):
        with county(tmp_path / f"县{first}.edubook") as book:
            book.set_expected(LIST)
            admit(book, made)
            if first:
                state(book, path)
            jobs.run(intake.merge(book, [Path(made.path)]))
            if not first:
                state(book, path)
            report = reported(book)
            found.append((book.fingerprint, report.stages, report.schools, report.by_export, report.roll))
    assert found[0] == found[1]


def test_the_same_file_states_nothing_new_and_a_second_one_replaces_the_first(office, tmp_path):
    first = state(office, three(tmp_path))
    assert state(office, three(tmp_path)) is None
    print_before = office.fingerprint

    found = national.rehearse(office, file_of(tmp_path, exports.line(NAME, pupils=612), name="再.xlsx"))
    assert (found.rows["changed"], found.removed) == (1, 2)
    second = national.take_over(office, found)
    assert second.over == (first.id,)
    assert office.fingerprint != print_before
    assert states(office) == {
        CODE: SchoolState.EXPORT,
        OTHER: SchoolState.MISSING,
        "3143000001": SchoolState.MISSING,
    }
    assert reported(office).stages[0].rows[0][1].pupils == 612


def test_a_withdrawn_statement_stands_for_nobody(office, tmp_path):
    made = state(office, three(tmp_path))
    national.withdraw(office, made.id[:12])
    assert set(states(office).values()) == {SchoolState.MISSING}
    assert reported(office).by_export == ()
    with pytest.raises(Problem) as caught:
        national.withdraw(office, made.id[:12])
    assert caught.value.code == "submission-unknown"
    # and it can be stated again
    assert state(office, three(tmp_path)) is not None
    assert set(states(office).values()) == {SchoolState.EXPORT}


def test_a_name_that_is_nearly_one_is_offered_and_asked_once(office, tmp_path):
    path = file_of(tmp_path, exports.line("明徳小学"), exports.line("毫不相干学校"))
    found = national.rehearse(office, path)
    assert found.sites == ()
    assert [(each.id, [code for code, _ in each.offered]) for each in found.questions] == [
        ("school:明徳小学", [CODE]),
        ("school:毫不相干学校", []),
    ]
    assert found.rows["asked"] == 2
    with pytest.raises(Problem) as caught:
        national.take_over(office, found)
    assert caught.value.code == "export-empty"

    answers = {"school:明徳小学": CODE, "school:毫不相干学校": national.LEAVE}
    state(office, path, answers)
    assert [each.facts.name for each in reported(office).by_export] == [NAME]
    again = national.rehearse(office, path)
    assert again.questions == ()
    assert (again.rows["unchanged"], again.rows["refused"]) == (1, 1)


@pytest.mark.parametrize("answer", ["2143009999", "", "别的"])
def test_an_answer_that_is_no_school_is_a_problem(office, tmp_path, answer):
    path = file_of(tmp_path, exports.line("明徳小学"))
    with pytest.raises(Problem) as caught:
        national.rehearse(office, path, {"school:明徳小学": answer})
    assert caught.value.code == "answers-unfit"


def test_whose_a_listed_site_is_becomes_the_lists_word(office, tmp_path):
    office.set_expected([Expected(CAMPUS, "明德小学东校区", "211")])
    path = file_of(tmp_path, exports.line(NAME), exports.line("明德小学东校区", counted=0, pupils=100))
    found = national.rehearse(office, path)
    assert [(each.id, each.offered[0]) for each in found.questions] == [("site:明德小学东校区", (CODE, NAME))]

    state(office, path, {"site:明德小学东校区": CODE})
    assert office.listing.parent_of(CAMPUS) == CODE
    assert national.not_counted(office, national.rehearse(office, path)) == [(CAMPUS, CODE)]
    (entry,) = reported(office).by_export
    assert (entry.facts.code, entry.campuses, entry.sections[0].pupils) == (CODE, (CAMPUS,), 700)


@pytest.mark.slow
def test_a_site_that_is_on_no_list_is_a_part_of_its_school(office, school, tmp_path):
    path = file_of(tmp_path, exports.line(NAME), exports.line("山里的点", counted="否", pupils=30))
    state(office, path, {"site:山里的点": CODE})
    (entry,) = reported(office).by_export
    assert (entry.facts.code, entry.sections[0].pupils, entry.campuses) == (CODE, 630, ())
    assert national.rehearse(office, path).questions == ()
    made = export(school, tmp_path / "U盘")
    admit(office, made)
    jobs.run(intake.merge(office, [Path(made.path)]))
    report = reported(office)
    assert (report.by_export, report.schools[0].sections[0].pupils) == ((), 83)


@pytest.mark.slow
def test_a_school_one_of_whose_sites_stands_by_the_export_counts_as_by_the_export(office, school, tmp_path):
    office.set_expected([Expected(CAMPUS, "东校区", "211", CODE)])
    path = file_of(tmp_path, exports.line(NAME), exports.line("东校区", counted=0, pupils=100))
    state(office, path)
    made = export(school, tmp_path / "U盘")
    admit(office, made)
    jobs.run(intake.merge(office, [Path(made.path)]))

    report = reported(office)
    assert (report.reported, report.schools, report.campuses) == (0, (), ())
    (entry,) = report.by_export
    assert (entry.state, entry.sections[0].pupils) == ("export", 183)
    assert {each.code for each in report.roll.absent} >= {CODE, CAMPUS}
    assert states(office)[CODE] is SchoolState.EXPORT
    assert CODE in {each.code for each in report.stages[0].settlement.missing}


def test_rows_that_are_not_ours_are_told_and_a_row_twice_is_nobodys(office, tmp_path):
    path = file_of(
        tmp_path,
        exports.line(NAME),
        exports.line("邻县小学", county="邻县"),
        exports.line("乙小学"),
        exports.line("乙小学"),
        exports.line("县一中", "senior_high", kind="高级中学"),
    )
    found = national.rehearse(office, path)
    assert sum(found.rows.values()) == found.reading.rows_read
    assert (found.rows["new"], found.rows["refused"], found.rows["sums"]) == (1, 4, 2)
    reasons = "\n".join(each.reason for each in found.ignored)
    for words in ("1 行属于其他区县", "「乙小学」有 2 行", "「高级中学」不是义务教育学校"):
        assert words in reasons


def test_figures_of_the_school_that_differ_between_its_stages_are_not_taken(office, tmp_path):
    office.set_expected([Expected("3143000009", "丁学校", "312")])
    path = file_of(
        tmp_path,
        exports.line("丁学校", kind="九年一贯制学校", m19=5000),
        exports.line("丁学校", Stage.LOWER_SECONDARY, kind="九年一贯制学校", m19=6000),
    )
    found = national.rehearse(office, path)
    assert "教学及辅助用房总面积」不同(5000、6000)" in "\n".join(each.reason for each in found.ignored)
    (site,) = found.sites
    assert "school_total/-/teaching_area" not in site.cells
    assert site.cells["section_total/lower_secondary/pupils"] == "600"


@pytest.mark.slow
def test_an_export_is_as_wide_as_the_statistics_are(office, tmp_path):
    more = tuple(("补充资料", f"第 {number} 项") for number in range(600))
    (site,) = national.rehearse(office, file_of(tmp_path, exports.line(NAME), more=more)).sites
    (narrow,) = national.rehearse(office, file_of(tmp_path, exports.line(NAME))).sites
    assert site == narrow
    assert site.cells["school_total/-/field_area"] == "6000.0000"


def test_groups_that_are_written_once_stand_over_their_columns(office, tmp_path):
    path = file_of(tmp_path, exports.line(NAME), exports.line("乙小学", pupils=300), merged="once")
    (one, other) = national.rehearse(office, path).sites
    known = {each.name: each for each in (one, other)}
    assert (
        known[NAME].cells == national.rehearse(office, file_of(tmp_path, exports.line(NAME))).sites[0].cells
    )
    assert known["乙小学"].cells["section_total/primary/bachelor"] == "20"


def test_a_file_of_one_stage_speaks_of_that_stage(office, tmp_path):
    office.set_expected([Expected("3143000009", "丁学校", "312")])
    nine = {"kind": "九年一贯制学校"}
    primary = file_of(
        tmp_path, exports.line("丁学校", **nine), exports.line(NAME), name="小学.xlsx", sheets=False
    )
    lower = file_of(
        tmp_path,
        exports.line("丁学校", Stage.LOWER_SECONDARY, pupils=400, **nine),
        exports.line("丙中学", Stage.LOWER_SECONDARY, kind="初级中学"),
        name="初中.xlsx",
        sheets=False,
    )
    state(office, primary)
    first = {each.facts.code for each in reported(office).by_export}
    assert first == {"3143000009", CODE}
    found = national.rehearse(office, lower)
    assert (found.rows["changed"], found.rows["new"], found.removed) == (1, 1, 0)
    state(office, lower)
    report = reported(office)
    assert {each.facts.code for each in report.by_export} == {"3143000009", CODE, "3143000001"}
    both = next(each for each in report.by_export if each.facts.code == "3143000009")
    assert [section.pupils for section in both.sections] == [600, 400]
    # the same stage again, without one school: that school leaves, the other stage stays
    state(office, file_of(tmp_path, exports.line(NAME), name="小学.xlsx", sheets=False))
    both = next(each for each in reported(office).by_export if each.facts.code == "3143000009")
    assert [section.pupils for section in both.sections] == [None, 400]


@pytest.mark.slow
def test_the_order_of_files_of_one_stage_plays_no_part(tmp_path):
    found = []
    lines = {
        "小学.xlsx": [exports.line("丁学校", kind="九年一贯制学校")],
        "初中.xlsx": [exports.line("丁学校", Stage.LOWER_SECONDARY, kind="九年一贯制学校", pupils=400)],
    }
    for order in (("小学.xlsx", "初中.xlsx"), ("初中.xlsx", "小学.xlsx")):
        with county(tmp_path / f"{order[0]}.edubook") as book:
            book.set_expected([Expected("3143000009", "丁学校", "312")])
            for name in order:
                state(book, file_of(tmp_path, *lines[name], name=name, sheets=False))
            found.append(
                (book.moment.standing.statement.content, [e.sections for e in reported(book).by_export])
            )
    assert found[0] == found[1]


def test_the_kind_of_school_says_more_than_the_name_of_a_sheet(office, tmp_path):
    line = exports.line("丙中学", Stage.LOWER_SECONDARY, kind="初级中学", pupils=500)
    path = file_of(tmp_path, line, exports.line(NAME), name="全县小学.xlsx", sheets=False)
    found = national.rehearse(office, path)
    assert found.reading.level == ""
    cells = {each.name: each.cells for each in found.sites}
    assert cells["丙中学"]["section_total/lower_secondary/pupils"] == "500"


def test_two_schools_of_one_name_are_asked_about(office, tmp_path):
    office.set_expected([Expected("2143000077", NAME, "211")])
    (asked,) = national.rehearse(office, file_of(tmp_path, exports.line(NAME))).questions
    assert asked.offered == ((CODE, NAME), ("2143000077", NAME))
    assert "不止一所" in asked.text
    state(office, file_of(tmp_path, exports.line(NAME)), {asked.id: "2143000077"})
    assert [each.facts.code for each in reported(office).by_export] == ["2143000077"]


def test_another_kind_than_the_lists_is_told_and_the_list_stands(office, tmp_path):
    found = national.rehearse(office, file_of(tmp_path, exports.line(NAME, kind="九年一贯制学校")))
    assert found.notes == (f"「{NAME}」导出里是九年一贯制,名单里是小学,以名单为准。",)


def test_a_column_of_sums_stands_for_its_heading(office, tmp_path, monkeypatch):
    longer = tuple(
        (*path, "计") if path[-1] in {"本科", "专科", "体育与健康", "网络多媒体教室（间）"} else path
        for path in exports.HEADINGS
    )
    plain = national.rehearse(office, file_of(tmp_path, exports.line(NAME))).sites
    monkeypatch.setattr(exports, "HEADINGS", longer)
    monkeypatch.setattr(exports, "DEPTH", max(map(len, longer)))
    assert national.rehearse(office, file_of(tmp_path, exports.line(NAME))).sites == plain


def test_without_a_list_nothing_can_be_stated(tmp_path):
    with county(tmp_path / "县.edubook") as book, pytest.raises(Problem) as caught:
        national.rehearse(book, three(tmp_path))
    assert caught.value.code == "export-no-list"


def test_a_statement_that_was_changed_in_the_workbook_is_damage(tmp_path):
    path = tmp_path / "县.edubook"
    with county(path) as book:
        book.set_expected(LIST)
        state(book, three(tmp_path))
    with contextlib.closing(sqlite3.connect(path)) as raw, raw:
        (details,) = raw.execute("SELECT details FROM decision WHERE kind = 'statement'").fetchone()
        assert '\\"600\\"' in details
        changed = details.replace('\\"600\\"', '\\"601\\"')
        raw.execute("UPDATE decision SET details = ? WHERE kind = 'statement'", [changed])
    with pytest.raises(Problem) as caught:
        open_county(path)
    assert caught.value.code == "workbook-damaged"


@pytest.mark.parametrize(
    "cells",
    [
        {"section_total/primary/pupils": "-1"},
        {"section_total/primary/pupils": 600},
        {"section_total/-/pupils": "600"},
        {"school_class/1/pupils": "600"},
        {"section_total/primary/nothing": "600"},
        {"pupils": "600"},
    ],
)
def test_what_no_release_states_is_no_sound_statement(cells):
    def sound(told):
        said = said_of([StatedSite("school", NAME, "211", part=False, cells=told)], "f" * 64, "", "")
        return decision_log.is_sound(Decision(STATEMENT, "", (), "", details=said))

    assert sound({"section_total/primary/pupils": "600"})
    assert not sound(cells)
    good = statement(600)
    assert not decision_log.is_sound(replace(good, details={**good.details, "content": "0" * 64}))


@pytest.mark.slow
def test_a_county_with_keys_signs_its_statement_and_a_locked_one_makes_none(tmp_path):
    (tmp_path / "做").mkdir()
    with SealedCounty(tmp_path / "做").at(tmp_path / "县.edubook") as book:
        book.set_expected(LIST)
        found = national.rehearse(book, three(tmp_path))
        keyring.forget(county_keys._path(book.workbook))
        before = len(book.decisions)
        with pytest.raises(Problem) as caught:
            national.take_over(book, found)
        assert caught.value.code == "county-key-locked"
        assert len(book.decisions) == before
        assert national.rehearse(book, three(tmp_path)).sites == found.sites  # looking needs no key
        county_keys.unlock(book.workbook, PASSPHRASE)
        made = national.take_over(book, found)
        assert made.signature
        assert book.moment.standing.statement.signed
        print_ = book.fingerprint
    with open_county(tmp_path / "县.edubook") as book:
        assert book.fingerprint == print_
        assert set(states(book).values()) == {SchoolState.EXPORT}


@pytest.mark.slow
def test_a_closed_list_keeps_the_statement_it_stood_on(tmp_path):
    with make(tmp_path, practice=True) as school, county(tmp_path / "县.edubook", practice=True) as book:
        book.set_expected(LIST)
        state(book, three(tmp_path))
        made = export(school, tmp_path / "U盘")
        admit(book, made)
        jobs.run(intake.merge(book, [Path(made.path)]))
        closed = reported(book)
        revision = closing.close_round(book, "测算")
        national.withdraw(book, book.moment.standing.statement.decision)
        now = reported(book)
        assert (len(closed.by_export), len(now.by_export)) == (2, 0)
        again = jobs.run(county_report(book, revision=revision.number))
        assert again.by_export == closed.by_export
        assert again.stages == closed.stages


# --- two officers' chains, joined ---


def statement(pupils, prev="", over=()):
    site = StatedSite("school", NAME, "211", part=False, cells={"section_total/primary/pupils": str(pupils)})
    said = said_of([site], "f" * 64, "全县.xlsx", "2026-10-01")
    return Decision(STATEMENT, "", tuple(over), "", prev, details=said)


@pytest.mark.parametrize("turned", [False, True])
def test_two_statements_that_did_not_know_each_other_fork_and_other_decisions_do_not(turned):
    root = Decision(OVERLAY, "", (), "开头")
    one, other = statement(600, root.id), statement(601, root.id)
    beside = Decision(OVERLAY, "", (), "旁边", root.id)

    def stands(*decisions):
        return standing_of(in_order(decisions[::-1] if turned else decisions))

    assert stands(root, one, beside).statement.content == one.detail("content")
    forked = stands(root, one, other)
    assert forked.statement is None
    assert {each.decision for each in forked.forked} == {one.id, other.id}
    # equal content is one matter, said twice
    same = replace(one, reason="另一人")
    assert stands(root, one, same).statement.content == one.detail("content")
    # who knows of both decides
    third = statement(602, one.id, [one.id, other.id])
    assert stands(root, one, other, third).statement.decision == third.id
    gone = Decision(UNSTATE, "", (one.id, other.id), "", one.id)
    assert stands(root, one, other, gone).statement is None
