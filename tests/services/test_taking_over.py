"""接续: two clerks on two computers, and a new computer: the state goes over whole and can be undone."""

from __future__ import annotations

import copy
import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from db import journal
from db.problems import Problem
from db.tables import TAKEN
from eduapp.exchange.container import read_container
from eduapp.exchange.package import tables_of
from eduapp.exchange.round_file import RegisteredKey
from eduapp.exchange.submission import build, inspect
from eduapp.services import backups, entry, jobs, workbooks
from eduapp.services.hand_off import rounds, sending, taking_over
from eduapp.services.keys import writer
from tests.services.round_files import Issuer, registered
from tests.services.schools import CODE, change, computer, export, fill, make

OTHER = "2143000002"


@pytest.fixture
def issuer():
    return Issuer()


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """Two computers of one school: at(1) and at(2) switch to a computer and give its open workbook."""
    books = {}
    for number in (1, 2):
        (tmp_path / f"电脑{number}").mkdir()

    @contextmanager
    def at(number):
        folder = tmp_path / f"电脑{number}"
        with computer(monkeypatch, folder / "密钥"):
            if number not in books:
                books[number] = make(folder)
            yield books[number]

    yield at
    for book in books.values():
        book.close()


def refused(code, action):
    with pytest.raises(Problem) as caught:
        action()
    assert caught.value.code == code
    assert caught.value.text


def file_of(pair, stick, number=2, *, filled=True):
    with pair(number) as book:
        if filled:
            fill(book)
        return Path(export(book, stick).path)


def taken_over(book, path, *, unchecked=True):
    offer = taking_over.look(book, path)
    return taking_over.take(book, taking_over.rehearse(book, offer, unchecked=unchecked))


def rows_of(draft):
    return {name: {key: dict(row) for key, row in rows.items()} for name, rows in draft.rows.items()}


def stored(book):
    with book.workbook.transaction() as connection:
        return list(connection.execute(TAKEN.select()))


# --- the state goes over ---


@pytest.mark.slow
def test_an_empty_new_computer_gets_every_row_and_cell(pair, stick):
    path = file_of(pair, stick)
    with pair(2) as theirs:
        wanted = {name: list(rows) for name, rows in theirs.draft.rows.items()}
        area = next(iter(theirs.draft.rows["room"].values()))["area"]
    with pair(1) as book:
        taken_over(book, path)
        assert {name: list(rows) for name, rows in book.draft.rows.items()} == wanted
        assert next(iter(book.draft.rows["room"].values()))["area"] == area
        assert book.draft.section("primary")["pupils"] == 83
        on_disk = book.path
        book.close()
        with workbooks.open_school(on_disk) as again:
            assert rows_of(again.draft) == rows_of(book.draft)


def test_personal_cells_stay_where_a_plain_file_states_none(pair, stick):
    path = file_of(pair, stick)
    with pair(1) as book:
        entry.set_cell(book, "school", "-", "principal", "本机校长")
        taking = taking_over.rehearse(book, taking_over.look(book, path), unchecked=True)
        assert taking.plain
        assert ("school", "principal") not in {(each.record, each.field) for each in taking.differences}
        taking_over.take(book, taking)
        assert book.draft.only("school")["principal"] == "本机校长"
        assert {row["name"] for row in book.draft.rows["teacher"].values()} == {None}


@pytest.mark.slow
def test_a_sealed_file_brings_them(pair, stick, issuer):
    issuer.sealing = True
    keys = {}
    for number in (1, 2):
        with pair(number) as book:
            rounds.trust_county(book, issuer.issue(), issuer.digits)
            keys[number] = registered(book)
    for number in (1, 2):
        with pair(number) as book:
            rounds.accept(book, issuer.issue(1, keys=keys.values()))
    path = file_of(pair, stick)
    with pair(1) as book:
        offer = taking_over.look(book, path)
        assert offer.signer is taking_over.FileSigner.REGISTERED
        taking = taking_over.rehearse(book, offer)
        assert not taking.plain
        taking_over.take(book, taking)
        assert book.draft.only("school")["principal"] == "郑王冯丙"
        assert [row["name"] for row in book.draft.rows["teacher"].values()] == ["孙悟空空", "猪八戒戒"]


def test_what_is_only_here_goes_and_is_shown_before(pair, stick):
    path = file_of(pair, stick)
    with pair(1) as book:
        entry.add_rows(book, "room", [{"name": "本机的房间", "kind": "普通教室", "area": "60"}])
        before = rows_of(book.draft)
        taking = taking_over.rehearse(book, taking_over.look(book, path), unchecked=True)
        assert rows_of(book.draft) == before, "a rehearsal changes nothing"
        assert (taking.rows_gone, taking.rows_new > 0) == (1, True)
        gone = [each for each in taking.differences if each.row == "本机的房间"]
        assert [each.right for each in gone] == ["(无此行)"]
        changes = taking_over.take(book, taking)
        assert "本机的房间" not in {row["name"] for row in book.draft.rows["room"].values()}
        entry.apply(book, changes.inverse())
        assert rows_of(book.draft) == before


@pytest.mark.slow
def test_cells_ticks_and_reasons_follow(pair, stick):
    path = file_of(pair, stick)
    with pair(1) as book:
        taken_over(book, path)
    with pair(2) as theirs:
        entry.set_cell(theirs, "section_total", "primary", "pupils", "约九十")
        entry.set_complete(theirs, "room", complete=True)
        entry.set_reason(theirs, "x:y", "已核实")
        room = next(iter(theirs.draft.rows["room"]))
        entry.set_cell(theirs, "room", room, "area", "61")
        path = Path(export(theirs, stick).path)
    with pair(1) as book:
        taking = taking_over.rehearse(book, taking_over.look(book, path), unchecked=True)
        assert {(each.record, each.field) for each in taking.differences} == {
            ("room", "area"),
        }
        assert (taking.rows_new, taking.rows_gone) == (0, 0)
        before = book.draft.section("primary")["pupils"]
        taking_over.take(book, taking)
        # Unread text does not travel in a plain file: what is said here stays, and the file counts it.
        assert book.draft.section("primary")["pupils"] == before
        assert taking.offer.manifest.kept_home == {"section_total.pupils": 1}
        assert "room" in book.draft.complete


# --- lineage ---


@pytest.mark.slow
def test_the_next_submission_has_seen_the_one_taken_over(pair, stick):
    path = file_of(pair, stick)
    about = inspect(path.read_bytes())
    with pair(1) as book:
        taken_over(book, path)
        (line,) = stored(book)
        assert (line.id, line.writer, line.seq, line.content) == (
            about.id,
            about.manifest.writer,
            1,
            path.read_bytes(),
        )
        change(book, 90)
        made = export(book, stick)
        said = json.loads(read_container(Path(made.path).read_bytes())["datapackage.json"])["eduapp"]
        assert said["seen"] == {about.manifest.writer: 1}


@pytest.mark.slow
def test_there_and_back_again(pair, stick):
    path = file_of(pair, stick)
    with pair(1) as book:
        taken_over(book, path)
        change(book, 90)
        path = Path(export(book, stick).path)
    with pair(2) as theirs:
        offer = taking_over.look(theirs, path)
        assert offer.unseen == 0, "that computer had taken ours over"
        taking_over.take(theirs, taking_over.rehearse(theirs, offer, unchecked=True))
        assert theirs.draft.section("primary")["pupils"] == 90


@pytest.mark.slow
def test_work_that_the_other_computer_never_saw_is_said(pair, stick):
    path = file_of(pair, stick)
    with pair(1) as book:
        entry.set_cell(book, "section_total", "primary", "pupils", "70")
        export(book, stick)
        change(book, 71)
        export(book, stick)
        assert taking_over.look(book, path).unseen == 2


def test_a_backup_and_a_line_in_the_journal_are_made(pair, stick):
    path = file_of(pair, stick)
    with pair(1) as book:
        taken_over(book, path)
        assert any("接续前" in each.occasion for each in backups.backups_of(book.path))
        with book.workbook.transaction() as connection:
            lines = journal.entries(connection, "", "")
        assert [line.new for line in lines if line.field == "taken"] == [inspect(path.read_bytes()).id]


def test_when_it_cannot_be_written_nothing_is(pair, stick, monkeypatch):
    path = file_of(pair, stick)
    with pair(1) as book:
        taking = taking_over.rehearse(book, taking_over.look(book, path), unchecked=True)
        before = copy.deepcopy(rows_of(book.draft))

        def broken(*_):
            raise Problem("disk-full", path="x")

        with monkeypatch.context() as patch:
            patch.setattr(taking_over.journal, "note", broken)
            refused("disk-full", lambda: taking_over.take(book, taking))
        assert rows_of(book.draft) == before
        assert stored(book) == []
        on_disk = book.path
        book.close()
        with workbooks.open_school(on_disk) as again:
            assert rows_of(again.draft) == before


# --- who may ---


def test_without_a_round_file_a_person_must_say_so(pair, stick):
    path = file_of(pair, stick)
    with pair(1) as book:
        offer = taking_over.look(book, path)
        assert offer.signer is taking_over.FileSigner.UNKNOWN
        refused("take-unchecked", lambda: taking_over.rehearse(book, offer))


@pytest.mark.slow
def test_with_a_round_file_only_a_registered_key_may(pair, stick, issuer):
    path = file_of(pair, stick)
    with pair(2) as theirs:
        line = registered(theirs)
    with pair(1) as book:
        rounds.trust_county(book, issuer.issue(), issuer.digits)
        rounds.accept(book, issuer.issue(1, keys=[registered(book)]))
        refused("take-not-registered", lambda: taking_over.look(book, path))
        foreign = RegisteredKey(line.key, OTHER, "paper", line.archive)
        rounds.accept(book, issuer.issue(2, keys=[foreign]))
        refused("take-not-registered", lambda: taking_over.look(book, path))
        rounds.accept(book, issuer.issue(3, keys=[RegisteredKey(line.key, CODE, "paper", None, "")]))
        refused("take-revoked", lambda: taking_over.look(book, path))
        last_good = inspect(path.read_bytes()).id
        rounds.accept(book, issuer.issue(4, keys=[RegisteredKey(line.key, CODE, "paper", None, last_good)]))
        assert taking_over.look(book, path).signer is taking_over.FileSigner.REGISTERED
        rounds.accept(book, issuer.issue(5, keys=[line]))
        assert taking_over.rehearse(book, taking_over.look(book, path)).rows_new > 0


@pytest.mark.slow
def test_a_restored_workbook_may_go_on_from_its_own_last_file(tmp_path, stick):
    path = tmp_path / f"{CODE}.edubook"
    with make(tmp_path) as book:
        fill(book)
        export(book, stick)
        saved = book.workbook.backup("测试")
        change(book, 99)
        last = export(book, stick)
    backups.restore(path, saved)
    with workbooks.open_school(path) as book:
        offer = taking_over.look(book, Path(last.path))
        assert offer.signer is taking_over.FileSigner.OWN
        taking_over.take(book, taking_over.rehearse(book, offer))
        assert book.draft.section("primary")["pupils"] == 99
        said = jobs.run(sending.export(book, stick, "draft"))
        assert inspect(Path(said.path).read_bytes()).manifest.seen == {offer.manifest.writer: 2}


@pytest.mark.slow
def test_other_school_year_practice_own_and_closed(pair, stick, tmp_path, monkeypatch):
    path = file_of(pair, stick)
    with computer(monkeypatch, tmp_path / "别处"):
        strange = {}
        for name, facts in {
            "school": {"code": OTHER},
            "year": {"year": 2025},
            "practice": {"practice": True},
        }.items():
            folder = tmp_path / name
            folder.mkdir()
            with make(folder, **facts) as other:
                strange[name] = Path(export(other, folder / "U盘").path)
    with pair(1) as book:
        refused("take-other-school", lambda: taking_over.look(book, strange["school"]))
        refused("take-other-year", lambda: taking_over.look(book, strange["year"]))
        refused("take-practice", lambda: taking_over.look(book, strange["practice"]))
        own = Path(export(book, stick).path)
        refused("take-own", lambda: taking_over.look(book, own))
        book.workbook.set_meta(approved="1")
        refused("approved-closed", lambda: taking_over.look(book, path))


@pytest.mark.slow
def test_no_step_back_behind_what_was_taken_over(pair, stick):
    first = file_of(pair, stick)
    with pair(2) as theirs:
        change(theirs, 84)
        second = Path(export(theirs, stick).path)
    with pair(1) as book:
        taken_over(book, second)
        refused("take-older", lambda: taking_over.look(book, first))
        taking = taking_over.rehearse(book, taking_over.look(book, second), unchecked=True)
        assert taking.differences == ()  # the same again: allowed, and nothing to do
        assert taking_over.take(book, taking).edits == ()
        assert len(stored(book)) == 1


def test_two_contents_under_one_number(pair, stick, tmp_path):
    with pair(2) as theirs:
        fill(theirs)
        first = Path(export(theirs, stick).path)
        # A copied key: the marks beside it are put back, and it says another thing under the same number.
        own = writer.writer_of(theirs.workbook)
        made = inspect(first.read_bytes())
        forged = build(replace(made.manifest, state="final"), tables_of(made.package), own.key)
        second = tmp_path / "复制.edusub"
        second.write_bytes(forged.data)
    with pair(1) as book:
        taken_over(book, first)
        refused("take-forked", lambda: taking_over.look(book, second))


def test_damage_is_refused_and_nothing_written(pair, stick, tmp_path):
    path = file_of(pair, stick)
    data = bytearray(path.read_bytes())
    data[-200] ^= 1
    bad = tmp_path / "坏.edusub"
    bad.write_bytes(bytes(data))
    with pair(1) as book, pytest.raises(Problem):
        taking_over.look(book, bad)
