"""What whoever can write the county's file tries against the signed log itself: its keys, its signatures."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.cli import main as run
from eduapp.exchange.authority import certify
from eduapp.exchange.signing import DECISION, LOG, WriterKey
from eduapp.services import backups, jobs
from eduapp.services.county.books import Expected, open_county
from eduapp.services.hand_off import intake, issuing, trust
from eduapp.services.keys import county_keys
from eduapp.services.merge.decisions import WITHDRAW, Decision
from tests.attacks.test_intake_attacks import opened, outcome, tamper
from tests.services.hand_off import PASSPHRASE
from tests.services.schools import CODE, county, export, fill, make

THIEF = WriterKey(b"\x07" * 32)


@pytest.fixture
def signed(tmp_path):
    """A county that signs, with a file and a decision, closed; its path and the file's id."""
    with make(tmp_path) as school, county(tmp_path / "county.edubook") as book:
        fill(school)
        made = export(school, tmp_path / "U盘")
        county_keys.establish(book.workbook, None)
        trust.admit_unchecked(book, [Path(made.path)])
        outcome(book, made.path)
        intake.undo(book, [made.id], "学校来电")
        path = book.path
    assert opened(path) == ""
    return path, made.id


def strip(path):
    """Take every signature out, and rebuild the chain without the withdrawal."""
    with closing(sqlite3.connect(path)) as raw:
        lines = [json.loads(line) for (line,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
    rebuild(path, [each for each in lines if each[0] != "decide"])
    tamper(path, ("DELETE FROM decision", ()))


def rebuild(path, lines, key=None):
    link, rows = "", []
    for number, line in enumerate(lines, 1):
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        link = hashlib.sha256(f"{link}\n{text}".encode()).hexdigest()
        rows.append([number, text, link, None])
    if key is not None:
        said = json.dumps(["log", len(rows), link], separators=(",", ":")).encode()
        rows[-1][3] = key.sign(LOG, said)
    tamper(path, ("DELETE FROM intake_log", ()))
    tamper(path, *(("INSERT INTO intake_log VALUES (?,?,?,?)", row) for row in rows))


def remove_keys(path):
    for name in ("certificate", "certificates", "signing_keys", "keys"):
        tamper(path, ("DELETE FROM meta WHERE name = ?", (name,)))


def hide(path):
    """Take out all that shows that there were keys."""
    taken = ("DELETE FROM journal", "DELETE FROM round_file", "DELETE FROM issued_receipt")
    tamper(path, *((each, ()) for each in taken))


def elsewhere(path, monkeypatch, tmp_path):
    """Go to another computer with the file, without the county's folder of keys."""
    monkeypatch.setenv("EDUAPP_DATA", str(tmp_path / "other"))


# --- the keys are taken out ---


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [False, True])
def test_a_county_whose_keys_were_taken_out_is_no_county_without_keys(signed, hidden):
    path, _ = signed
    strip(path)
    remove_keys(path)
    if hidden:
        hide(path)
    assert opened(path) == "county-keys-changed"


@pytest.mark.slow
def test_it_is_known_by_its_id_in_another_place_and_by_its_place_under_another_id(signed, tmp_path):
    path, _ = signed
    strip(path)
    remove_keys(path)
    hide(path)
    moved = tmp_path / "moved.edubook"
    shutil.copy(path, moved)
    assert opened(moved) == "county-keys-changed"
    tamper(path, ("UPDATE meta SET value = 'x' WHERE name = 'workbook'", ()))
    assert opened(path) == "county-keys-changed"
    tamper(moved, ("UPDATE meta SET value = 'y' WHERE name = 'workbook'", ()))
    assert opened(moved) == "county-keys-changed"  # by the key of the county that this computer holds


@pytest.mark.slow
def test_what_shows_that_there_were_keys_is_enough_on_any_computer(signed, tmp_path, monkeypatch):
    path, _ = signed
    strip(path)
    remove_keys(path)
    elsewhere(path, monkeypatch, tmp_path)
    assert opened(path) == "county-keys-removed"
    assert (
        run(["county", "accept", str(path), "--reason", "没有问题"]) == 2
    )  # no word of a person's mends that
    assert opened(path) == "county-keys-removed"


@pytest.mark.slow
def test_a_second_county_workbook_without_keys_still_opens(signed, tmp_path):
    (tmp_path / "二").mkdir()
    with county(tmp_path / "second.edubook") as book, make(tmp_path / "二") as school:
        fill(school)
        made = export(school, tmp_path / "U盘二")
        trust.admit_unchecked(book, [Path(made.path)])
        path = book.path
    assert opened(path) == ""


# --- keys are put in ---


@pytest.mark.slow
def test_a_key_that_nobody_certified_signs_no_log(signed):
    path, _ = signed
    with closing(sqlite3.connect(path)) as raw:
        lines = [json.loads(line) for (line,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
    add = "UPDATE meta SET value = value || char(10) || ? WHERE name = 'signing_keys'"
    tamper(path, (add, (THIEF.public.line,)))
    assert opened(path) == ""
    rebuild(path, [*lines, ["sign"]], THIEF)
    assert opened(path) == "log-signature-invalid"


@pytest.mark.slow
def test_a_decision_signed_by_a_key_that_was_put_in_is_not_in_the_log(signed):
    path, submission = signed
    with open_county(path) as book:
        last = book.decisions[-1].id
    made = Decision(WITHDRAW, submission, (), "假的", last)
    made = replace(made, signature=THIEF.sign(DECISION, made.message))
    add = "UPDATE meta SET value = value || char(10) || ? WHERE name = 'signing_keys'"
    row = (made.id, 1, WITHDRAW, submission, "", "假的", "2026-01-01", "{}", made.signature)
    tamper(path, (add, (THIEF.public.line,)), ("INSERT INTO decision VALUES (?,?,?,?,?,?,?,?,?)", row))
    assert opened(path) == "decision-unlogged"


@pytest.mark.slow
@pytest.mark.parametrize("with_id", [False, True])
def test_another_root_in_the_place_of_the_countys_is_said(signed, with_id):
    path, _ = signed
    root = WriterKey(b"\x08" * 32)
    made = certify(root, "430900", "桃江县", 1, THIEF.public, ())
    text = json.dumps(made.to_json(), ensure_ascii=False)
    with closing(sqlite3.connect(path)) as raw:
        lines = [json.loads(line) for (line,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
    rebuild(path, lines, THIEF)
    tamper(
        path,
        ("UPDATE meta SET value = ? WHERE name = 'certificate'", (text,)),
        ("UPDATE meta SET value = ? WHERE name = 'signing_keys'", (THIEF.public.line,)),
        ("UPDATE meta SET value = ? WHERE name = 'keys'", (root.public.fingerprint[:10],)),
        ("DELETE FROM meta WHERE name = 'certificates'", ()),
    )
    if with_id:
        tamper(path, ("UPDATE meta SET value = 'x' WHERE name = 'workbook'", ()))
    assert opened(path) == "county-keys-changed"


@pytest.mark.slow
def test_other_facts_hide_no_mark(signed):
    path, _ = signed
    before = path.read_bytes()
    with open_county(path) as book:
        intake.restore(book, book.members[0].id)
    for name, value in (("keys", "0000000000"), ("year", "2031")):
        path.write_bytes(before)
        tamper(path, ("UPDATE meta SET value = ? WHERE name = ?", (value, name)))
        assert opened(path) == "log-behind"


def test_the_key_before_a_renewal_still_counts_and_is_certified(tmp_path):
    with county(tmp_path / "county.edubook") as book:
        paper = county_keys.establish(book.workbook, None)
        issuing.issue_round(book)
        county_keys.renew(book.workbook, paper.words, None)
        assert len(county_keys.certified_keys(book.workbook)) == 2
        assert county_keys.certified_keys(book.workbook) == county_keys.own_keys(book.workbook)


# --- the signatures are taken out ---


@pytest.mark.slow
def test_a_chain_without_signatures_is_not_signed_again_by_itself(signed, home, tmp_path):
    path, submission = signed
    strip(path)
    hide(path)
    assert opened(path) == "log-behind"
    for each in home.rglob("*.json"):  # a computer that has the key and no mark
        each.unlink()
    assert opened(path) == "log-not-signed"
    tamper(path, ("DELETE FROM intake_log", ()))
    assert opened(path) == "log-not-signed"
    assert run(["county", "board", str(path), "--json"]) == 2
    assert run(["county", "accept", str(path), "--reason", "与存档逐一核对"]) == 0
    with open_county(path) as book:
        assert (book.log.signed, [each.id for each in book.members]) == (True, [submission])


@pytest.mark.slow
def test_a_computer_without_the_key_does_not_show_such_a_chain_either(signed, tmp_path, monkeypatch):
    path, _ = signed
    strip(path)
    hide(path)
    elsewhere(path, monkeypatch, tmp_path)
    assert opened(path) == "log-not-signed"


@pytest.mark.slow
def test_accepting_asks_for_the_passphrase_and_then_signs(tmp_path, home, monkeypatch):
    with county(tmp_path / "county.edubook") as book:
        trusted = county_keys.establish(book.workbook, PASSPHRASE)
        assert trusted.escrow
        book.set_expected([Expected(CODE, "完小", "211")])
        path = book.path
    tamper(path, ("UPDATE intake_log SET signature = NULL", ()))
    for each in home.rglob("*.json"):
        each.unlink()
    assert opened(path) == "log-not-signed"
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(secret))
    assert run(["county", "accept", str(path), "--reason", "已核对"]) == 0
    with open_county(path) as book:
        assert book.log.signed


@pytest.mark.slow
def test_a_backup_that_a_person_restores_opens(signed):
    path, _ = signed
    copy = open_and_copy(path)
    with open_county(path) as book:
        intake.restore(book, book.members[0].id if book.members else next(iter(book.received)))
    backups.restore(path, copy)
    assert opened(path) == ""


def open_and_copy(path):
    with open_county(path) as book:
        return book.workbook.backup("试")


# --- what failed is said ---


@pytest.mark.slow
def test_what_an_older_workbook_held_wrongly_stays_said(tmp_path, capsys):
    with make(tmp_path) as school, county(tmp_path / "county.edubook") as book:
        fill(school)
        made = export(school, tmp_path / "U盘")
        trust.admit_unchecked(book, [Path(made.path)])
        outcome(book, made.path)
        county_keys.establish(book.workbook, None)
        path = book.path
    tamper(path, ("UPDATE submission SET content = ?", (b"x",)))
    for _ in range(2):  # at the first opening, and at each one after it
        capsys.readouterr()
        run(["county", "board", str(path), "--json"])
        (failed,) = json.loads(capsys.readouterr().out)["failed"]
        assert failed["code"] == "stored-file-changed"
        run(["county", "board", str(path)])
        assert "核对旧工作簿时取出的文件" in capsys.readouterr().out
        run(["county", "check", str(path), "--json"])
        assert json.loads(capsys.readouterr().out)["failed"] == [failed]
    with open_county(path) as book:
        (failed,) = book.failed
        assert jobs.run(intake.merge(book, [Path(made.path)])).counts["accepted"] == 1
        assert book.view()[CODE].counts.id == made.id
        assert book.failed == []  # read again, whole
    with open_county(path) as book:
        assert (book.failed, [each.id for each in book.refused]) == ([], [failed.id])
    (row,) = noted(path, "failed-read-again")
    assert row["who"]
    assert row["at"]
    assert failed.id in row["new"]
    tamper(path, ("DELETE FROM intake_log WHERE line LIKE '[\"clear\",%'", ()))
    assert opened(path) == "log-unsigned"


def noted(path, field):
    with closing(sqlite3.connect(path)) as raw:
        raw.row_factory = sqlite3.Row
        return list(raw.execute("SELECT * FROM journal WHERE field = ?", (field,)))


@pytest.mark.slow
def test_what_failed_is_cleared_by_a_person_who_saw_it_and_says_why(tmp_path, capsys):
    with make(tmp_path) as school, county(tmp_path / "county.edubook") as book:
        fill(school)
        made = export(school, tmp_path / "U盘")
        trust.admit_unchecked(book, [Path(made.path)])
        outcome(book, made.path)
        county_keys.establish(book.workbook, None)
        path = book.path
    tamper(path, ("UPDATE submission SET content = ?", (b"x",)))

    def accepted():
        assert run(["county", "accept", str(path), "--reason", "学校已撤点,原件没有了", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        return len(said["failed"]), len(said["cleared"])

    assert accepted() == (1, 0)  # told for the first time by this very command: nobody saw it before
    assert accepted() == (0, 1)
    assert accepted() == (0, 0)
    run(["county", "board", str(path), "--json"])
    assert json.loads(capsys.readouterr().out)["failed"] == []
    (row,) = noted(path, "failed-accepted")
    assert "学校已撤点" in row["new"]


def test_a_problem_names_what_to_do():
    for code in ("log-not-signed", "county-keys-changed"):
        assert "county accept" in Problem(code, number=1, path="x").text
