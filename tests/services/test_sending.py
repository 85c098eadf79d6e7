"""What leaves a school: the same bytes for the same data, no person, everything else."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import frictionless
import pytest

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.personal_numbers import KEPT_HOME
from db.tables import SENT
from eduapp.exchange import stick
from eduapp.exchange.container import read_container
from eduapp.exchange.submission import inspect
from eduapp.services import checking, entry, jobs, workbooks
from eduapp.services.hand_off import sending
from eduapp.services.keys import writer
from eduapp.services.packing import carried, pack, unpack
from tests.services.schools import CODE, PERSONAL, change, computer, export, fill, make


@pytest.fixture
def book(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        yield book


def files_of(made):
    return read_container(Path(made.path).read_bytes())


def manifest_of(made):
    return json.loads(files_of(made)["datapackage.json"])["eduapp"]


def table(made, name):
    return list(csv.DictReader(io.StringIO(files_of(made)[f"data/{name}.csv"].decode())))


def explain(book):
    for finding in checking.check(book).findings:
        if finding.severity == "soft":
            entry.set_reason(book, finding.id, "已核实")


def test_unchanged_data_gives_the_stored_bytes(book, tmp_path):
    first = export(book, tmp_path / "U盘")
    data = Path(first.path).read_bytes()
    assert export(book, tmp_path / "U盘").path == first.path
    assert len(list((tmp_path / "U盘").iterdir())) == 1
    other = export(book, tmp_path / "另一个U盘")
    assert (other.id, other.seq) == (first.id, 1)
    assert Path(other.path).read_bytes() == data
    assert len(sending.sent(book)) == 1


def test_a_change_gives_the_next_of_the_chain(book, tmp_path):
    made = [export(book, tmp_path / "U盘")]
    for pupils in (84, 85):
        change(book, pupils)
        made.append(export(book, tmp_path / "U盘"))
    assert [each.seq for each in made] == [1, 2, 3]
    said = [manifest_of(each) for each in made]
    assert [each["prev"] for each in said] == [None, made[0].id, made[1].id]
    assert len({each["writer"] for each in said}) == 1
    assert len({each.data_id for each in made}) == 3
    assert len(list((tmp_path / "U盘").iterdir())) == 3
    # Back to what was: a new word, not the old file.
    change(book, 84)
    again = export(book, tmp_path / "U盘")
    assert (again.seq, again.data_id) == (4, made[1].data_id)


def test_reopened_it_still_gives_the_stored_bytes(tmp_path):
    with make(tmp_path) as book:
        fill(book)
        first = export(book, tmp_path / "U盘")
    with workbooks.open_school(tmp_path / f"{CODE}.edubook") as book:
        assert export(book, tmp_path / "U盘").id == first.id


def test_the_manifest_says_reasons_standards_and_verdicts(book, tmp_path):
    for name in ("school_class", "room"):
        entry.set_complete(book, name, complete=True)
    explain(book)
    said = manifest_of(export(book, tmp_path / "U盘", "final"))
    soft = {each.id for each in checking.check(book).findings}
    assert soft
    assert said["reasons"] == dict.fromkeys(soft, "已核实")
    (standard,) = said["standards"]
    assert standard == {"id": "national-2017", "sha256": book.standards[0].sha256}
    assert said["sections"]["room"] == "complete"
    assert said["sections"]["teacher"] == "draft"
    by_code = {each["code"]: each for each in said["verdicts"] if each.get("stage") == "primary"}
    report = checking.check(book)
    judged = [
        *report.sections[0].verdicts,
        *(each for each in report.school_level if each.stage == "primary"),
    ]
    assert {each.code: str(each.outcome) for each in judged} == {
        code: each["verdict"] for code, each in by_code.items()
    }
    assert (said["state"], said["school"], said["county"], said["year"]) == ("final", CODE, "430900", 2026)
    assert said["practice"] is False


def test_an_explanation_alone_makes_a_new_submission_with_the_same_data_id(book, tmp_path):
    first = export(book, tmp_path / "U盘")
    explain(book)
    second = export(book, tmp_path / "U盘")
    assert second.seq == 2
    assert second.data_id == first.data_id


def test_no_person_is_in_the_file(book, tmp_path):
    entry.set_cell(book, "school_total", "-", "field_area", "约500")
    keys = list(book.draft.rows["teacher"])
    entry.set_cell(book, "teacher", keys[0], "name", "孙" * 201)  # unread, and still a name
    entry.set_cell(book, "teacher", keys[1], "degree", "博后")
    made = export(book, tmp_path / "U盘")
    data = Path(made.path).read_bytes()
    names = [*PERSONAL.values(), "孙悟空空", "猪八戒戒", "孙孙", "1985-03", "1979-11"]
    for name in names:
        assert name.encode() not in data, name
    unread = {(row["record"], row["field"]): row["text"] for row in table(made, "unread")}
    assert unread == {("school_total", "field_area"): KEPT_HOME, ("teacher", "degree"): KEPT_HOME}
    personal = [field for spec in RECORDS.values() for field in spec.fields.values() if field.item.personal]
    assert {field.name for field in personal} >= {*PERSONAL, "name", "birth_month"}
    header = files_of(made)["data/teacher.csv"].decode().splitlines()[0].split(",")
    assert not {"name", "birth_month"} & set(header)


def test_tombstones_travel(book, tmp_path):
    (room,) = book.draft.rows["room"]
    export(book, tmp_path / "U盘")
    entry.delete_rows(book, "room", [room])
    made = export(book, tmp_path / "U盘")
    assert [(row["record"], row["key"]) for row in table(made, "deleted")] == [("room", room)]
    assert table(made, "room") == []


def test_what_is_packed_is_what_is_unpacked(book):
    entry.set_cell(book, "school_total", "-", "field_area", "约500")
    entry.delete_rows(book, "room", list(book.draft.rows["room"]))
    back = unpack(pack(book.draft, personal=True))
    assert back.tombstones == book.draft.tombstones
    for record, rows in book.draft.rows.items():
        names = [field.name for field in carried(RECORDS[record], personal=True)]
        wanted = {key: [row[name] for name in names] for key, row in rows.items()}
        assert {key: [row[name] for name in names] for key, row in back.rows[record].items()} == wanted
        assert list(back.rows[record]) == list(rows)


# --- stock tools ---


def unzip(made, folder):
    with zipfile.ZipFile(made.path) as file:
        file.extractall(folder)
    return folder


@pytest.mark.not_on_windows("no ssh-keygen there")
def test_stock_tools_verify_a_file(book, tmp_path):
    made = export(book, tmp_path / "U盘")
    folder = unzip(made, tmp_path / "aus")
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    about = inspect(Path(made.path).read_bytes())
    (tmp_path / "signers").write_text(f"{CODE} {about.key.line}\n", encoding="utf-8")
    verify = ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", CODE,
              "-n", "submission@eduapp", "-s", folder / "SHA256SUMS.sig"]  # fmt: skip
    listed = (folder / "SHA256SUMS").read_bytes()
    good = subprocess.run(verify, input=listed, capture_output=True, check=False)
    assert good.returncode == 0, good.stderr
    bad = subprocess.run(verify, input=listed.replace(b"a", b"b", 1), capture_output=True, check=False)
    assert bad.returncode != 0


@pytest.mark.slow
def test_frictionless_finds_a_file_valid_also_after_a_class_is_deleted(book, tmp_path):
    first = list(book.draft.rows["school_class"])[0]  # noqa: RUF015 - rows are no iterator
    for number in range(2):
        made = export(book, tmp_path / "U盘")
        folder = unzip(made, tmp_path / f"aus{number}")
        report = frictionless.validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["type", "note"])
        assert len(table(made, "homework")) == 2
        if not number:
            entry.delete_rows(book, "school_class", [first])
    # The homework of the deleted class keeps the words it was known by, at home.
    assert [row["text"] for row in table(made, "unread")] == [KEPT_HOME]
    assert [row["school_class"] == "" for row in table(made, "homework")].count(True) == 1


# --- writers ---


@pytest.mark.slow
def test_a_restored_backup_gets_a_new_writer(tmp_path):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        fill(book)
        first = export(book, tmp_path / "U盘")
        backup = book.workbook.backup("测试")
        change(book, 90)
        second = export(book, tmp_path / "U盘")
    shutil.copy(backup, path)
    with workbooks.open_school(path) as book:
        change(book, 91)
        third = export(book, tmp_path / "U盘")
    said = [manifest_of(each) for each in (first, second, third)]
    assert said[0]["writer"] == said[1]["writer"] != said[2]["writer"]
    assert (third.seq, said[2]["prev"]) == (1, None)
    assert said[2]["seen"] == {said[0]["writer"]: 1}  # it knew the first, never the second
    keys = {inspect(Path(each.path).read_bytes()).key for each in (first, second, third)}
    assert len(keys) == 2


@pytest.mark.slow
def test_two_copies_on_one_computer_never_say_two_things_under_one_number(tmp_path):
    path, copy = tmp_path / f"{CODE}.edubook", tmp_path / "copy.edubook"
    with make(tmp_path) as book:
        fill(book)
        export(book, tmp_path / "U盘")
    shutil.copy(path, copy)
    told = {}
    for turn, place in enumerate((path, copy, path, copy, copy, path)):
        with workbooks.open_school(place) as book:
            change(book, 100 + turn)
            made = export(book, tmp_path / "U盘")
            assert told.setdefault((manifest_of(made)["writer"], made.seq), made.id) == made.id


def test_another_computer_is_another_writer(tmp_path, monkeypatch):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        first = export(book, tmp_path / "U盘")
    with computer(monkeypatch, tmp_path / "PC2"), workbooks.open_school(path) as book:
        second = export(book, tmp_path / "U盘")
    assert manifest_of(second)["writer"] != manifest_of(first)["writer"]
    assert manifest_of(second)["seen"] == {manifest_of(first)["writer"]: 1}
    assert second.data_id == first.data_id
    with workbooks.open_school(path) as book:  # carried back: the first writer goes on
        third = manifest_of(export(book, tmp_path / "U盘"))
    assert (third["writer"], third["seq"]) == (manifest_of(first)["writer"], 2)
    assert third["seen"] == {manifest_of(second)["writer"]: 1}


def key_files(home):
    """The file of the key and the one that tells what was written last."""
    found = sorted((home / "eduapp" / "keys").iterdir(), key=lambda each: each.suffix, reverse=True)
    assert [each.suffix for each in found] == [".key", ".json"]
    return found


@pytest.mark.not_on_windows("rights are given by lists there, not by a mode")
def test_the_key_file_is_the_owners_alone(book, tmp_path, home):
    export(book, tmp_path / "U盘")
    assert {each.stat().st_mode & 0o777 for each in key_files(home)} == {0o600}


def test_a_damaged_key_file_is_a_problem(book, tmp_path, home):
    export(book, tmp_path / "U盘")
    path, marks = key_files(home)
    assert json.loads(marks.read_text()).keys() == {"writer", "last", "school"}  # no secret
    for damaged in ("", "{}", "[]", "null", '{"writer": "a", "key": "AAAA", "last": 1}', "\udcff"):
        path.write_text(damaged, encoding="utf-8", errors="surrogateescape")
        with pytest.raises(Problem) as raised:
            export(book, tmp_path / "U盘")
        assert raised.value.code in {"writer-key-damaged", "key-damaged"}
        assert raised.value.text
        assert path.read_bytes() == damaged.encode(errors="surrogateescape")


def test_a_crash_between_the_workbook_and_the_key_file_loses_no_number(book, tmp_path, monkeypatch):
    def cut(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "mark", cut)
        with pytest.raises(KeyboardInterrupt):
            export(book, tmp_path / "U盘")
    first = sending.sent(book)[0]
    made = export(book, tmp_path / "U盘")
    assert made.id == first.id
    change(book, 99)
    assert export(book, tmp_path / "U盘").seq == 2
    assert writer.writer_of(book.workbook).last == 2


# --- the stick ---


@pytest.mark.parametrize("fault", ["full", "missing", "pulled"])
def test_a_stick_that_fails_costs_nothing(book, tmp_path, monkeypatch, fault):
    folder = tmp_path / "U盘"
    with monkeypatch.context() as patch:
        if fault != "missing":
            folder.mkdir()
        if fault == "full":
            patch.setattr(stick.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 10, 0))
        if fault == "pulled":

            def pulled(_part, _target):
                raise OSError(5, "Input/output error")

            patch.setattr(stick, "_rename_new", pulled)
        with pytest.raises(Problem) as raised:
            jobs.run(sending.export(book, folder, "draft"))
    wanted = {"full": "folder-full", "missing": "folder-missing", "pulled": "folder-io"}
    assert raised.value.code == wanted[fault]
    assert not folder.exists() or list(folder.iterdir()) == []
    with book.workbook.transaction() as connection:
        (kept,) = connection.execute(SENT.select()).all()
    made = export(book, folder)
    assert Path(made.path).read_bytes() == kept.content
    assert (made.id, made.seq) == (kept.id, 1)


# --- approval ---


def test_approved_records_are_closed_until_reopened(book, tmp_path):
    with pytest.raises(Problem) as raised:
        sending.approve(book)
    assert raised.value.code == "findings-open"
    explain(book)
    sending.approve(book)
    with pytest.raises(Problem) as raised:
        change(book, 7)
    assert raised.value.code == "approved-closed"
    assert export(book, tmp_path / "U盘", "final").state == "final"
    sending.reopen(book)
    change(book, 84)
    assert not book.approved


def test_a_draft_and_a_final_of_the_same_data_are_two_words(book, tmp_path):
    draft = export(book, tmp_path / "U盘")
    explain(book)
    final = export(book, tmp_path / "U盘", "final")
    assert (draft.seq, final.seq) == (1, 2)
    assert draft.data_id == final.data_id
    assert {Path(each.path).name.split("_")[3] for each in (draft, final)} == {"draft", "final"}
