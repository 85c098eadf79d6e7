"""Signed paper against what the county counts: from the school's printer to the officer's answer."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace

import pypdfium2
import pytest

from db.problems import Problem
from eduapp.cli import parser
from eduapp.exchange.data_code import Origin, data_code, data_digits, page_text
from eduapp.services import entry, jobs
from eduapp.services.county import reports as county_reports
from eduapp.services.hand_off import intake, issuing, trust
from eduapp.services.papers import paper_check, printing_log, reporting, stated
from eduapp.services.papers.paper_check import PaperOutcome
from eduapp.services.papers.printing_log import PrintStanding
from eduapp.services.practice import hand_off as practice_hand_off
from tests.services.schools import CODE, NAME, change, county, export, fill, make


def scan(data_id, school=CODE, year=2026, paper="checklist", origin=Origin.SCHOOL):
    text = page_text(origin, school, year, paper, data_id)
    return text.replace("{page}", "1").replace("{pages}", "2")


def asked(book, text):
    return paper_check.check(paper_check.held_by(book), text)


@pytest.fixture
def school(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        yield book


@pytest.fixture
def desk(tmp_path):
    with county(tmp_path / "县.edubook") as book:
        yield book


def take(desk, *folders):
    for folder in folders:
        paths = sorted(folder.iterdir())
        trust.admit_unchecked(desk, paths)
        jobs.run(intake.merge(desk, paths))


def test_the_data_that_count_match_typed_and_scanned(school, desk, tmp_path):
    made = export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    typed, scanned = asked(desk, data_code(made.data_id)), asked(desk, scan(made.data_id))
    assert typed.words == "码与已收文件相符(12 位,可被有意撞出)"
    assert scanned.words == "码与已收文件相符"
    for found in (typed, scanned):
        assert found.outcome is PaperOutcome.MATCHES
        assert "一致" not in found.text
        assert (found.school, found.name, found.state, found.seq) == (CODE, NAME, "draft", 1)
        assert found.submission == made.id
        assert "第 1 次草稿上报" in found.text
    assert (typed.paper, typed.page) == ("", None)
    assert (scanned.paper, scanned.page, scanned.pages) == ("指标核对表(签字盖章)", 1, 2)


def test_it_is_the_same_only_when_a_person_said_so_of_that_page(school, desk, tmp_path):
    made = export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    typed, first = data_code(made.data_id), scan(made.data_id)
    done = paper_check.confirm(desk, asked(desk, first), "王五")
    assert (done.outcome, done.words) == (PaperOutcome.CONFIRMED, "一致")
    assert done.by.startswith("王五(")
    again = asked(desk, first)
    assert (again.outcome, again.by, again.at, again.text) == (
        PaperOutcome.CONFIRMED,
        done.by,
        done.at,
        done.text,
    )
    others = [typed, scan(made.data_id, paper="teacher"), first.replace(" 1/2 ", " 2/2 ")]
    assert {asked(desk, each).outcome for each in others} == {PaperOutcome.MATCHES}
    before = desk.fingerprint
    paper_check.confirm(desk, asked(desk, typed))
    assert asked(desk, typed).words == "一致"
    assert desk.fingerprint == before
    change(school, 84)
    export(school, tmp_path / "二")
    take(desk, tmp_path / "二")
    assert asked(desk, first).outcome is PaperOutcome.CHANGED  # what counts now nobody compared
    for text in (first, "1234", scan("0" * 64)):
        with pytest.raises(Problem) as told:
            paper_check.confirm(desk, asked(desk, text))
        assert told.value.code == "paper-not-to-confirm"


@pytest.mark.slow
def test_the_page_of_the_file_shows_its_own_figures(school, desk, tmp_path):
    """As the school's own print of these data, whatever stands on the sheet."""
    made = export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    for paper in ("checklist", "teacher", "self-evaluation", "room"):
        found = asked(desk, scan(made.data_id, paper=paper))
        assert found.paper_name == paper
        shown = stated.lines_of(stated.paper_of(desk, made.id, found.paper_name), None)
        own = stated.lines_of(reporting.print_school(school, paper), None)
        assert len(set(own) - set(shown)) <= 4, paper  # personal fields stay at home
        assert len(shown) > 3
    assert any("1.20" in line for line in stated.lines_of(stated.paper_of(desk, made.id, "checklist"), 1))


def test_two_states_with_one_typed_code_are_not_taken_for_each_other(school, desk, tmp_path):
    """What a birthday search finds in a second: both handed in, the typed code names neither."""
    made = export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    held = paper_check.held_by(desk)
    (got,) = held.by_data[made.data_id]
    twin = f"{int(made.data_id, 16) + 10**10:064x}"
    other = replace(got, data_id=twin, header=replace(got.header, member=replace(got.member, id="f" * 64)))
    both = replace(
        held,
        by_data={**held.by_data, twin: (other,)},
        by_digits={data_digits(twin): frozenset({twin, made.data_id})},
    )
    found = paper_check.check(both, data_code(made.data_id))
    assert found.outcome is PaperOutcome.UNREADABLE
    assert "扫描二维码" in found.text
    assert paper_check.check(both, scan(made.data_id)).outcome is PaperOutcome.MATCHES


def test_an_older_paper_says_which_submission_it_shows(school, desk, tmp_path):
    first = export(school, tmp_path / "一")
    change(school, 84)
    second = export(school, tmp_path / "二")
    take(desk, tmp_path / "一", tmp_path / "二")
    old, new = asked(desk, data_code(first.data_id)), asked(desk, data_code(second.data_id))
    assert (old.outcome, old.seq) == (PaperOutcome.CHANGED, 1)
    assert "纸上是第 1 次" in old.text
    assert "现在计入的是第 2 次" in old.text
    assert (new.outcome, new.seq) == (PaperOutcome.MATCHES, 2)

    intake.undo(desk, [second.id])
    assert asked(desk, data_code(first.data_id)).outcome is PaperOutcome.MATCHES
    taken_out = asked(desk, data_code(second.data_id))
    assert taken_out.outcome is PaperOutcome.CHANGED
    assert "(已撤回)" in taken_out.text


def test_data_that_never_came(school, desk, tmp_path):
    other = hashlib.sha256(b"never sent").hexdigest()
    assert asked(desk, data_code(other)).outcome is PaperOutcome.NOT_RECEIVED
    nothing = asked(desk, scan(other))
    assert nothing.outcome is PaperOutcome.NOT_RECEIVED
    assert CODE in nothing.text

    export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    assert asked(desk, data_code(other)).outcome is PaperOutcome.NOT_RECEIVED
    scanned = asked(desk, scan(other))  # the QR code says whose it is
    assert (scanned.outcome, scanned.name) == (PaperOutcome.CHANGED, NAME)
    assert "第 1 次草稿上报" in scanned.text
    assert asked(desk, scan(other, year=2025)).outcome is PaperOutcome.NOT_RECEIVED


def test_what_is_only_held_does_not_count(school, desk, tmp_path):
    made = export(school, tmp_path / "一")
    jobs.run(intake.merge(desk, [tmp_path / "一"]))
    found = asked(desk, data_code(made.data_id))
    assert found.outcome is PaperOutcome.NOT_RECEIVED
    assert "待核验" in found.text


def test_slips_of_the_finger_are_no_changed_data(school, desk, tmp_path):
    digits = data_digits(export(school, tmp_path / "一").data_id)
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert asked(desk, wrong).outcome is PaperOutcome.MISTYPED
    assert asked(desk, digits[:-1]).outcome is PaperOutcome.UNREADABLE
    assert asked(desk, "").outcome is PaperOutcome.UNREADABLE


def test_two_schools_with_one_code_are_not_guessed(school, desk, tmp_path):
    made = export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    held = paper_check.held_by(desk)
    (got,) = held.by_data[made.data_id]
    twin = f"{int(made.data_id, 16) + 10**10:064x}"
    assert data_digits(twin) == data_digits(made.data_id)
    member = replace(got.member, id="f" * 64, school="2143000002")
    other = replace(got, data_id=twin, header=replace(got.header, member=member))
    both = replace(
        held,
        by_data={**held.by_data, twin: (other,)},
        by_digits={data_digits(twin): frozenset({twin, made.data_id})},
    )
    assert paper_check.check(both, data_code(twin)).outcome is PaperOutcome.UNREADABLE
    assert paper_check.check(both, scan(made.data_id)).outcome is PaperOutcome.MATCHES


@pytest.mark.slow
def test_where_files_are_sealed_the_personal_fields_are_bound_too(school, desk, tmp_path):
    stick = tmp_path / "一"
    stick.mkdir()
    before = printing_log.data_id_now(school)
    told = practice_hand_off.begin(desk, stick)
    practice_hand_off.join(school, told, issuing.county_digits(desk), stick)
    bound = printing_log.data_id_now(school)
    assert bound != before
    made = export(school, tmp_path / "二")
    assert made.data_id == bound
    trust.admit_unchecked(desk, sorted((tmp_path / "二").iterdir()))
    jobs.run(intake.merge(desk, [tmp_path / "二"]))
    assert asked(desk, data_code(bound)).outcome is PaperOutcome.MATCHES
    entry.set_cell(school, "school", "-", "principal", "另一位校长")
    assert printing_log.data_id_now(school) != bound


@pytest.mark.slow
def test_a_county_paper_knows_the_merge_it_shows(school, desk, tmp_path):
    export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    report = jobs.run(county_reports.county_report(desk))
    shown = scan(report.whole_fingerprint, "430900", paper="IV", origin=Origin.COUNTY)
    assert asked(desk, shown).outcome is PaperOutcome.MATCHES
    assert asked(desk, report.fingerprint).outcome is PaperOutcome.MATCHES
    foreign = scan(report.whole_fingerprint, "430901", paper="IV", origin=Origin.COUNTY)
    assert asked(desk, foreign).outcome is PaperOutcome.NOT_RECEIVED

    change(school, 85)
    export(school, tmp_path / "二")
    take(desk, tmp_path / "二")
    assert asked(desk, shown).outcome is PaperOutcome.CHANGED
    assert asked(desk, report.fingerprint).outcome is PaperOutcome.CHANGED


@pytest.mark.slow
def test_the_command_line_answers_with_its_exit_code(school, desk, tmp_path, capsys):
    made = export(school, tmp_path / "一")
    take(desk, tmp_path / "一")
    desk.close()
    place = str(tmp_path / "县.edubook")
    typed = ["county", "paper", place, *data_code(made.data_id).split()]
    assert parser.main(typed) == 1  # the figures wait for a person
    out = capsys.readouterr().out
    assert out.startswith(f"码与已收文件相符(12 位,可被有意撞出) 自称「{NAME}」({CODE})")  # no list names it
    assert "一致" not in out
    assert re.search(r"R2 .* 1\.20 人", out)
    assert parser.main([*typed, "--confirm", "--by", "王五", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["outcome"], said["words"], said["typed"]) == ("confirmed", "一致", True)
    assert said["confirmed"]["by"].startswith("王五(")
    assert parser.main(typed) == 0
    assert capsys.readouterr().out.startswith(f"一致 自称「{NAME}」({CODE})")
    assert parser.main(["county", "paper", place, scan("0" * 64), "--confirm"]) == 2
    assert "[paper-not-to-confirm]" in capsys.readouterr().err
    assert parser.main(["county", "paper", place, scan("0" * 64), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["outcome"], said["school"], said["page"]) == ("changed", CODE, 1)
    assert parser.main(["county", "paper", place, "1234", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problem"] == "paper-code-unreadable"


# --- what the school printed ---


def stands(book):
    present = printing_log.stamp_of(book)
    return {name: each.standing(present) for name, each in printing_log.printed(book).items()}


def test_paper_is_stale_from_the_first_changed_cell_until_it_is_undone(school):
    assert printing_log.printed(school) == {}
    assert printing_log.stale_papers(school) == ()
    printing_log.note_printed(school, "checklist", printing_log.stamp_of(school))
    assert stands(school) == {"checklist": PrintStanding.SAME}

    done = entry.set_cell(school, "section_total", "primary", "pupils", "84")
    assert stands(school) == {"checklist": PrintStanding.CHANGED}
    printing_log.note_printed(school, "teacher", printing_log.stamp_of(school))
    assert [each.paper for each in printing_log.stale_papers(school)] == ["checklist"]

    entry.apply(school, done.inverse())
    assert stands(school) == {"checklist": PrintStanding.SAME, "teacher": PrintStanding.CHANGED}
    printing_log.note_printed(school, "teacher", printing_log.stamp_of(school))
    assert printing_log.stale_papers(school) == ()


def test_what_travels_in_no_table_makes_paper_stale_too(school):
    printing_log.note_printed(school, "checklist", printing_log.stamp_of(school))
    data_id = printing_log.data_id_now(school)
    entry.set_complete(school, "school_class", complete=True)
    assert printing_log.data_id_now(school) == data_id
    assert stands(school) == {"checklist": PrintStanding.CHANGED}
    entry.set_complete(school, "school_class", complete=False)
    assert stands(school) == {"checklist": PrintStanding.SAME}


def test_a_draft_that_was_approved_since_says_so(school):
    stamp = printing_log.stamp_of(school)
    assert stamp.draft
    printing_log.note_printed(school, "checklist", stamp)
    printing_log.note_printed(school, "why:R2", replace(stamp, settings="other"))
    school.workbook.set_meta(approved="1")
    assert stands(school)["checklist"] is PrintStanding.WAS_DRAFT
    assert [each.paper for each in printing_log.stale_papers(school)] == ["checklist"]


@pytest.mark.slow
def test_the_command_line_writes_down_what_it_prints_but_no_blank_form(school, tmp_path):
    data_id = printing_log.data_id_now(school)
    place, out = school.path, tmp_path / "x.pdf"
    school.close()
    assert parser.main(["school", "print", str(place), str(out), "--blank"]) == 0
    assert parser.main(["school", "print", str(place), str(out), "--paper", "teacher"]) == 0
    with reporting_book(place) as book:
        (one,) = printing_log.printed(book).values()
        assert (one.paper, one.stamp.data_id) == ("teacher", data_id)
        assert one.standing(printing_log.stamp_of(book)) is PrintStanding.SAME


def reporting_book(path):
    from eduapp.services import workbooks

    return workbooks.open_school(path)


@pytest.mark.slow
def test_a_changed_cell_changes_the_code_of_every_paper(school):
    names = [name for name, _ in reporting.school_papers(school.standards)]

    def codes():
        code = data_digits(printing_log.data_id_now(school))
        for name in names:
            document = pypdfium2.PdfDocument(reporting.print_school(school, name))
            pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
            document.close()
            assert all(f"数据码{code}" in page for page in pages), name
        return code

    before = codes()
    change(school, 90)
    assert codes() != before
