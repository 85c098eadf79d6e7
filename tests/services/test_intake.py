"""Taking submissions in: each file an outcome by name and reason, and the sum adds up."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from db.problems import Problem
from db.tables import REFUSED
from eduapp.exchange.submission import inspect
from eduapp.exchange.text_tables import Table, field_schema
from eduapp.services import entry, jobs, packing, workbooks
from eduapp.services.books import SchoolBook
from eduapp.services.checking import check
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, taking, trust
from tests.services.intakes import admit, forged, judged, outcome, resigned, stored, take
from tests.services.schools import CODE, change, computer, county, export, fill, make

ROOT = Path(__file__).parents[2]


# --- the ordinary ways ---


@pytest.mark.slow
def test_the_same_file_twice_an_older_one_and_the_newest(book, school, stick):
    first = export(school, stick)
    change(school, 84)
    second = export(school, stick)
    admit(book, first)
    assert outcome(take(book, Path(second.path))) == ("accepted", "")
    before = judged(book)
    assert outcome(take(book, Path(first.path))) == ("older", "superseded")
    assert outcome(take(book, Path(first.path))) == ("unchanged", "")
    report = take(book, stick)
    assert (report.counts["unchanged"], report.read, report.needs_person) == (2, 2, False)
    shutil.copy(first.path, stick / "anders.edusub")
    assert take(book, stick).counts["unchanged"] == 3
    assert judged(book) == before


def test_the_county_judges_as_the_school_does(book, school, stick):
    """Also where the school ticked its lists as complete, and declared totals that differ."""
    for record, field, text in [
        ("school_total", "backbone", "40"),
        ("school_total", "multimedia_rooms", "9"),
    ]:
        entry.set_cell(school, record, "-", field, text)
    for record in ("teacher", "room", "school_class"):
        entry.set_complete(school, record, complete=True)
    made = export(school, stick)
    admit(book, made)
    take(book, stick)
    (found,) = judged(book)[0]
    own = check(school)
    assert found.sections == own.sections
    assert found.school_level == own.school_level


@pytest.mark.slow
def test_a_draft_after_a_final_changes_only_the_board(book, school, stick):
    for record in ("school_class", "teacher"):
        entry.delete_rows(school, record, list(school.draft.rows[record]))
    entry.delete_rows(school, "homework", list(school.draft.rows["homework"]))
    final = export(school, stick, "final")
    admit(book, final)
    take(book, stick)
    before = judged(book)
    change(school, 90)
    draft = export(school, stick)
    assert outcome(take(book, Path(draft.path))) == ("older", "draft-after-final")
    assert judged(book) == before
    view = book.view()[CODE]
    assert (view.counts.id, view.latest.id, view.conflict) == (final.id, draft.id, False)


@pytest.mark.slow
def test_two_computers_make_two_heads_and_a_person_settles(book, tmp_path, stick, monkeypatch):
    with make(tmp_path) as first:
        fill(first)
        one = export(first, stick)
    copy = shutil.copy(tmp_path / f"{CODE}.edubook", tmp_path / "copy.edubook")
    with workbooks.open_school(tmp_path / f"{CODE}.edubook") as first:
        change(first, 84)
        two = export(first, stick)
    with computer(monkeypatch, tmp_path / "PC2"), workbooks.open_school(copy) as second:
        change(second, 85)
        three = export(second, stick)
    admit(book, one, two, three)
    report = take(book, stick)
    assert (report.read, report.counts["conflict"], report.counts["older"]) == (3, 2, 1)
    view = book.view()[CODE]
    assert {head.id for head in view.heads} == {two.id, three.id}
    assert take(book, stick).counts["unchanged"] == 3
    intake.settle(book, CODE, three.id, "第二台电脑的为准")
    assert (book.view()[CODE].conflict, book.view()[CODE].counts.id) == (False, three.id)
    intake.settle(book, CODE, two.id, "改判")
    assert book.view()[CODE].counts.id == two.id
    for wrong in (one.id, "0" * 64):
        with pytest.raises(Problem) as raised:
            intake.settle(book, CODE, wrong, "")
        assert raised.value.code == "submission-unknown"


@pytest.mark.slow
def test_a_fork_of_one_writer_is_a_conflict(book, school, stick):
    base = forged(school, seq=1)
    change(school, 84)
    left = forged(school, seq=2, prev=base.id)
    change(school, 85)
    right = forged(school, seq=2, prev=base.id)
    for number, made in enumerate((base, left, right)):
        (stick / f"{number}.edusub").write_bytes(made.data)
    trust.admit_unchecked(book, [stick / "0.edusub"])
    assert [each.outcome for each in take(book, stick).files] == ["older", "conflict", "conflict"]


# --- files that are wrong ---


def test_damaged_files_and_others(book, school, stick):
    data = Path(export(school, stick).path).read_bytes()
    for old in stick.iterdir():
        old.unlink()
    for number, at in enumerate(range(0, len(data), max(1, len(data) // 25))):
        bad = bytearray(data)
        bad[at] ^= 1 << (number % 8)
        (stick / f"flip{number}.edusub").write_bytes(bad)
    (stick / "half.edusub").write_bytes(data[: len(data) // 2])
    (stick / "tail.edusub").write_bytes(data + b"\n")
    (stick / "empty.EDUSUB").write_bytes(b"")
    (stick / "umbenannt.zip").write_bytes(data[:-1])  # known by its beginning
    (stick / "读我.txt").write_text("x", encoding="utf-8")
    (stick / "dir").mkdir()
    (stick / "dir" / "表.xlsx").write_bytes(b"PK\x03\x04")
    report = take(book, stick)
    assert sorted(Path(each).name for each in report.others) == ["表.xlsx", "读我.txt"]
    assert report.counts["refused"] == report.read >= 29
    assert all(each.code and each.text for each in report.files)
    assert {each.outcome for each in report.files} == {"refused"}
    assert stored(book) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"county": "430901"}, "other-county"),
        ({"year": 2025, "round": "2025"}, "other-round"),
        ({"round": "2026b"}, "other-round"),
        ({"practice": True}, "practice-data"),
        ({"school": "2143000002"}, "manifest-invalid"),  # its tables are another school's
    ],
)
def test_what_is_not_for_this_county_is_refused(book, school, stick, members, code):
    made = forged(school, **members)
    (stick / "a.edusub").write_bytes(made.data)
    if code == "manifest-invalid" or set(members) == {"round"}:  # the key is not to blame
        trust.admit_unchecked(book, [stick / "a.edusub"])
    else:
        _, [(_, problem)] = trust.admit_unchecked(book, [stick / "a.edusub"])
        assert problem.code == code
    assert outcome(take(book, stick)) == ("refused", code)
    assert stored(book) == []
    assert judged(book)[0] == ()


def test_a_school_that_was_not_told_its_county_is_taken(book, school, stick):
    made = forged(school, county=packing.UNKNOWN_COUNTY)
    (stick / "a.edusub").write_bytes(made.data)
    trust.admit_unchecked(book, [stick / "a.edusub"])
    assert outcome(take(book, stick)) == ("accepted", "")


def _broken_tables(school):
    good = {table.name: table for table in packing.pack(school.draft)}
    text = [field_schema("id", "string"), field_schema("position", "string")]
    profile = good["school"]
    yield [table for name, table in good.items() if name != "school"]
    yield [*(each for each in good.values() if each.name != "room"), Table("room", (text[0],), (("a",),))]
    yield [*(each for each in good.values() if each.name != "room"),
           Table("room", tuple(text), (("a", "eins"),))]  # fmt: skip
    yield [*(each for each in good.values() if each.name != "room"),
           Table("room", tuple(text), (("a", "1"),), primary_key="position")]  # fmt: skip
    yield [*(each for each in good.values() if each.name != "section_total"),
           Table("section_total", tuple(text), (("kindergarten", "1"),))]  # fmt: skip
    yield [*(each for each in good.values() if each.name != "unread"), Table("unread", (text[0],), (("a",),))]
    yield [*(each for each in good.values() if each.name != "deleted"), Table("deleted", (text[0],), ())]
    at = profile.header.index("kind")
    row = tuple("999" if column == at else cell for column, cell in enumerate(profile.rows[0]))
    yield [*(each for each in good.values() if each.name != "school"),
           Table("school", profile.fields, (row,))]  # fmt: skip


@pytest.mark.slow
def test_tables_of_an_admitted_key_that_are_none_of_ours_are_refused(book, school, stick):
    for number, tables in enumerate(_broken_tables(school)):
        (stick / f"{number}.edusub").write_bytes(forged(school, tables=tables).data)
    trust.admit_unchecked(book, [stick / "0.edusub"])
    report = take(book, stick)
    assert {each.outcome for each in report.files} == {"refused"}
    assert {each.code for each in report.files} <= {"manifest-invalid", "column-type"}
    assert judged(book)[0] == ()


def test_a_table_that_is_absent_says_nothing_and_one_that_is_new_is_carried(book, school, stick):
    own = [table for table in packing.pack(school.draft) if table.name not in {"homework", "room"}]
    new = Table("canteen", (field_schema("id", "string"), field_schema("meals", "integer")), (("a", "5"),))
    made = forged(school, tables=[*own, new], sections={"canteen": "complete", "room": "draft"})
    (stick / "a.edusub").write_bytes(made.data)
    trust.admit_unchecked(book, [stick / "a.edusub"])
    assert outcome(take(book, stick)) == ("accepted", "")
    assert book.content(made.id) == made.data
    (found,) = judged(book)[0]
    assert found.facts.code == CODE


# --- crashes ---

MERGE = """
import sys, os, signal
from pathlib import Path
from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, taking
taking.BATCH_FILES, taking.BATCH_SECONDS = 2, 3600.0
with county_books.open_county(Path(sys.argv[1])) as book:
    def watch(progress):
        if progress.done == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
    jobs.run(intake.merge(book, [Path(sys.argv[2])]), watch)
"""


@pytest.mark.slow
@pytest.mark.not_on_windows("kill -9; TerminateProcess is tried by ./run windows faults")
def test_killed_between_files_it_leaves_the_first_submissions_whole_and_runs_on(tmp_path, stick):
    """Batches of two: killed after the third file there are two, then after one more there are still two."""
    made = []
    for number in range(1, 6):
        with make(tmp_path, f"214300000{number}", f"第{number}校") as school:
            change(school, 100 + number)
            made.append(export(school, stick))
    path = tmp_path / "县.edubook"
    with county(path) as book:
        admit(book, *made)
    for killed_after, count in ((1, 0), (3, 2), (3, 2), (5, 4)):
        done = subprocess.run(
            [sys.executable, "-c", MERGE, path, stick, str(killed_after)],
            cwd=ROOT,
            env=os.environ,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
        with county_books.open_county(path) as book:
            assert sorted(each.id for each in book.members) == sorted(each.id for each in made[:count])
            assert len(judged(book)[0]) == count
    with county_books.open_county(path) as book:
        report = take(book, stick)
        assert (report.counts["accepted"], report.counts["unchanged"]) == (1, 4)
        assert len(judged(book)[0]) == 5


@pytest.mark.slow
def test_cancelled_between_files_it_leaves_whole_submissions(book, tmp_path, stick):
    for number in range(1, 4):
        with make(tmp_path, f"214300000{number}", f"第{number}校") as school:
            admit(book, export(school, stick))
    job = intake.merge(book, [stick])
    while next(job).done < 2:
        pass
    job.close()
    assert len(book.members) == 2
    assert len(judged(book)[0]) == 2
    at_hand = book.received
    book.reload()
    assert book.received == at_hand
    report = take(book, stick)
    assert (report.counts["unchanged"], report.counts["accepted"]) == (2, 1)


@pytest.mark.slow
def test_what_is_at_hand_after_a_merge_is_what_the_file_holds(book, school, stick, tmp_path):
    """The set is followed, not read again: admitted, held, and a stranger's copies of both."""
    first = export(school, stick)
    (stick / "fake.edusub").write_bytes(resigned(Path(first.path).read_bytes()))
    for files in ([stick / "fake.edusub"], [Path(first.path)], [stick]):
        take(book, *files)
        at_hand, print_ = list(book.received.items()), book.fingerprint
        book.reload()
        assert (list(book.received.items()), book.fingerprint) == (at_hand, print_)
    admit(book, first)
    assert len(intake.retry_held(book)) == 1
    change(school, 84)
    export(school, stick)
    take(book, stick)
    at_hand, print_ = list(book.received.items()), book.fingerprint
    book.reload()
    assert (list(book.received.items()), book.fingerprint) == (at_hand, print_)
    assert len(at_hand) == 2


@pytest.mark.slow
def test_a_batch_that_cannot_be_written_leaves_the_ones_before(book, tmp_path, stick, monkeypatch):
    monkeypatch.setattr(taking, "BATCH_FILES", 2)
    monkeypatch.setattr(taking, "BATCH_SECONDS", 3600.0)
    made = []
    for number in range(1, 6):
        with make(tmp_path, f"214300000{number}", f"第{number}校") as school:
            made.append(export(school, stick))
    admit(book, *made)
    with book.workbook.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON submission WHEN NEW.school = '2143000004'"
            " BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(sqlite3.IntegrityError):
        jobs.run(intake.merge(book, [stick]))
    assert {each.id for each in book.members} == {each.id for each in made[:2]}
    with book.workbook.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    report = take(book, stick)
    assert (report.counts["unchanged"], report.counts["accepted"]) == (2, 3)


@pytest.mark.slow
def test_refused_files_are_written_down_for_the_receipt_until_they_come_in(book, school, stick):
    wrong = forged(school, county="430901")
    broken = forged(school, tables=next(_broken_tables(school)))
    for name, made in (("a", wrong), ("b", broken)):
        (stick / f"{name}.edusub").write_bytes(made.data)
    (stick / "c.edusub").write_bytes(wrong.data[:-1])  # nobody can say whose this is
    trust.admit_unchecked(book, [stick / "b.edusub"])
    jobs.run(intake.merge(book, [stick], dry_run=True))
    assert refusals(book) == []
    assert take(book, stick).counts["refused"] == 3
    take(book, stick)
    damaged = hashlib.sha256(wrong.data[:-1]).hexdigest()
    assert refusals(book) == sorted([
        (damaged, "", "", "damaged", "c.edusub"),
        (wrong.id, CODE, "明德小学", "other-county", "a.edusub"),
        (broken.id, CODE, "明德小学", "manifest-invalid", "b.edusub"),
    ])  # fmt: skip
    with book.workbook.transaction() as connection:
        connection.execute(REFUSED.update().values(id="0" * 64).where(REFUSED.c.id == wrong.id))
        connection.execute(
            REFUSED.update()
            .values(id=(later := export(school, stick)).id, public_key=signer_of(later))
            .where(REFUSED.c.id == broken.id)
        )
    trust.admit_unchecked(book, [each for each in stick.iterdir() if CODE in each.name])
    assert take(book, stick).counts["accepted"] == 1
    assert (wrong.id, "other-county") in {(each[0], each[3]) for each in refusals(book)}
    assert {each[0] for each in refusals(book)} == {"0" * 64, wrong.id, broken.id, damaged}


def signer_of(made):
    return inspect(Path(made.path).read_bytes()).key.line


def refusals(book):
    columns = (REFUSED.c.id, REFUSED.c.school, REFUSED.c.name, REFUSED.c.code, REFUSED.c.file_name)
    with book.workbook.transaction() as connection:
        return sorted(tuple(row) for row in connection.execute(select(*columns)))


@pytest.mark.slow
def test_a_backup_is_made_before_a_merge(book, school, stick, tmp_path):
    admit(book, export(school, stick))
    take(book, stick)
    backups = list((tmp_path / "备份").iterdir())
    assert [each.name.rsplit("_", 1)[1] for each in backups] == ["合并前.edubook"]
    with county_books.open_county(backups[0]) as old:
        assert old.members == []
    change(school, 84)
    export(school, stick)
    assert take(book, stick).counts["accepted"] == 1
    assert list((tmp_path / "备份").iterdir()) == backups  # the next one is due in an hour


@pytest.mark.slow
def test_a_backup_that_fails_stops_no_merge_and_is_said(book, school, stick, tmp_path):
    admit(book, export(school, stick))
    (tmp_path / "备份").write_text("是文件")
    assert jobs.run(intake.merge(book, [stick], dry_run=True)).notes == ()
    report = jobs.run(intake.merge(book, [stick]))
    assert report.counts["accepted"] == 1
    (note,) = report.notes
    assert "备份没有做成" in note
    assert str(tmp_path / "备份") in note


def test_cancelled_while_the_backup_is_made_it_takes_nothing_in(book, school, stick, tmp_path):
    admit(book, export(school, stick))
    job = intake.merge(book, [stick])
    assert next(job).text == "备份"
    job.close()
    assert (book.members, stored(book)) == ([], [])
    assert {each.suffix for each in (tmp_path / "备份").iterdir()} <= {".edubook"}
    assert take(book, stick).counts["accepted"] == 1


def test_a_school_is_not_a_county(tmp_path, school):
    assert isinstance(school, SchoolBook)
    school.close()
    with pytest.raises(Problem) as raised:
        county_books.open_county(tmp_path / f"{CODE}.edubook")
    assert raised.value.code == "not-a-county-workbook"
    workbooks.open_school(tmp_path / f"{CODE}.edubook").close()  # its lock was let go
