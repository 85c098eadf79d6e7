"""What stands in a county's workbook beside files and decisions, written past the program."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from db.problems import Problem
from eduapp.cli import main as run
from eduapp.exchange.authority import certify
from eduapp.exchange.roster import Roster, RosterEntry
from eduapp.exchange.round_file import build_round, read_round
from eduapp.exchange.sealing import new_identity
from eduapp.exchange.signing import WriterKey
from eduapp.services import entry, jobs, workbooks
from eduapp.services.county import contacts, last_round, reports
from eduapp.services.county.books import Expected, open_county
from eduapp.services.hand_off import intake, issuing, questions, receipts, school_keys, trust
from eduapp.services.keys import county_keys, keyring
from eduapp.services.merge.decisions import WITHDRAW
from tests.attacks.test_intake_attacks import opened, outcome, tamper
from tests.attacks.test_log_attacks import elsewhere, rebuild
from tests.services.hand_off import PASSPHRASE
from tests.services.schools import CODE, county, export, fill, form_of, make

THIEF = WriterKey(b"\x07" * 32)


@pytest.fixture
def kept(tmp_path):
    """A county that signs, with a question, two round files, two receipts and numbers of its own; closed."""
    with make(tmp_path) as school, county(tmp_path / "county.edubook") as book:
        fill(school)
        made = export(school, tmp_path / "U盘")
        county_keys.establish(book.workbook, None)
        trust.admit_unchecked(book, [Path(made.path)])
        outcome(book, made.path)
        for day in ("2026-10-01", "2026-11-01"):
            issuing.set_due(book, day)
            issuing.issue_round(book)
        key = next(iter(book.stated(made.id).rows["school_class"]))
        for text in ("请核对人数", "请核对名称"):
            questions.ask(book, CODE, made.id, ("school_class", key, "pupils"), text)
            jobs.run(receipts.issue(book, tmp_path / "U盘"))
        entry.set_cell(book, "county_funding", "-", "gdp", "1000")
        for topic in ("甲", "乙"):
            entry.add_row(book, "county_meeting", {"topic": topic})
        entry.set_complete(book, "county_meeting", complete=True)
        last_round.set_share(book, "30")
        known = RosterEntry(CODE, "明德小学", None, "", None, contact="李老师", telephone="0737-5200001")
        contacts.keep(book, Roster((known,), ()))
        intake.undo(book, [made.id], "学校来电")
        intake.restore(book, made.id)
        path = book.path
    assert opened(path) == ""
    return path


def changed(path, statement, *values):
    tamper(path, (statement, values))
    return opened(path)


PUT_IN = (
    "INSERT INTO question SELECT 'x', school, submission, record, \"key\", field, base, '请改', at, NULL"
    " FROM question LIMIT 1"
)
ATTACKS = {
    "a question in the county's name": (PUT_IN, "question-changed"),
    "a question with other words": ("UPDATE question SET text = '没有问题'", "question-changed"),
    "a question that is closed": ("UPDATE question SET closed = at", "question-changed"),
    "a question that is gone": ("DELETE FROM question WHERE text = '请核对人数'", "question-changed"),
    "the order of questions": (
        "UPDATE question SET at = '2000' || at WHERE text = '请核对名称'",
        "question-changed",
    ),
    "a receipt that is gone": ("DELETE FROM issued_receipt WHERE number = 1", "issued-changed"),
    "a receipt of another number": (
        "UPDATE issued_receipt SET number = 9 WHERE number = 2",
        "issued-changed",
    ),
    "a receipt of another day": ("UPDATE issued_receipt SET at = '2026-01-01'", "issued-changed"),
    "a receipt of another school": (
        "INSERT INTO issued_receipt SELECT '2143000002', number, id, at, content FROM issued_receipt LIMIT 1",
        "issued-changed",
    ),
    "a round file that is gone": ("DELETE FROM round_file WHERE version = 1", "issued-changed"),
    "a round file of another number": (
        "UPDATE round_file SET version = 7 WHERE version = 1",
        "issued-changed",
    ),
    "another number of the county's": ("UPDATE county_funding SET gdp = 1", "county-records-changed"),
    "a number that is gone": ("UPDATE county_funding SET gdp = NULL", "county-records-changed"),
    "a row that is gone": ("DELETE FROM county_meeting WHERE topic = '甲'", "county-records-changed"),
    "the order of rows": (
        "UPDATE county_meeting SET position = 9 WHERE topic = '甲'",
        "county-records-changed",
    ),
    "a list that is not complete": ("DELETE FROM complete", "county-records-changed"),
    "an unread text": (
        "INSERT INTO unread VALUES ('county_funding', '-', 'revenue', '约五百万')",
        "county-records-changed",
    ),
    "a reason": ("INSERT INTO reason VALUES ('x', '已说明')", "county-records-changed"),
    "another last round": (
        "INSERT INTO last_round VALUES ('2143000001', 'primary', 'R1', 83, '9', '1')",
        "county-records-changed",
    ),
    "other standards": (
        "UPDATE meta SET value = 'national-2024' WHERE name = 'standards'",
        "workbook-facts-changed",
    ),
    "another name": ("UPDATE meta SET value = '邻县' WHERE name = 'name'", "workbook-facts-changed"),
    "another day": ("UPDATE meta SET value = '2027-01-01' WHERE name = 'due'", "workbook-facts-changed"),
    "no passphrase wanted": (
        "INSERT INTO meta VALUES ('passphrase_demand', '1')",
        "workbook-facts-changed",
    ),
    "another telephone": (
        "UPDATE meta SET value = replace(value, '5200001', '5200009') WHERE name = 'list_contacts'",
        "workbook-facts-changed",
    ),
    "no telephones": ("DELETE FROM meta WHERE name = 'list_contacts'", "workbook-facts-changed"),
    "another time of a decision": (
        "UPDATE decision SET at = '2026-09-01T08:00:00+08:00'",
        "decision-time-changed",
    ),
    "another share": (
        "UPDATE meta SET value = '1' WHERE name = 'last_round_share'",
        "workbook-facts-changed",
    ),
}


@pytest.mark.slow
def test_what_was_written_past_the_program_is_said(kept):
    before, found = kept.read_bytes(), {}
    for attack, (statement, _) in ATTACKS.items():
        kept.write_bytes(before)
        found[attack] = changed(kept, statement)
    assert found == {attack: code for attack, (_, code) in ATTACKS.items()}


@pytest.mark.slow
def test_it_is_said_on_any_computer(kept, tmp_path, monkeypatch):
    elsewhere(kept, monkeypatch, tmp_path)
    assert opened(kept) == ""
    assert changed(kept, "UPDATE county_funding SET gdp = 1") == "county-records-changed"


@pytest.mark.slow
def test_a_round_file_that_was_put_in_widens_no_recipients(kept):
    with closing(sqlite3.connect(kept)) as raw:
        (content,) = raw.execute("SELECT content FROM round_file WHERE version = 2").fetchone()
    row = foreign_round(content)
    assert changed(kept, "INSERT INTO round_file VALUES (?,?,?,?,?)", *row) == "issued-changed"


def foreign_round(content):
    """The row of a round file that says of itself that it is this county's, with recipients of a thief's."""
    said = read_round(bytes(content)).said
    root, recipients = WriterKey(b"\x08" * 32), (new_identity().recipient, new_identity().recipient)
    made = certify(root, said.certificate.county, said.certificate.name, 1, THIEF.public, recipients)
    data = build_round(replace(said, certificate=made, version=3, log=None), THIEF)
    return read_round(data).id, 1, 3, "2026-09-01", data


@pytest.mark.slow
def test_bytes_that_were_swapped_are_found_before_they_are_used(kept, tmp_path):
    before = kept.read_bytes()
    uses = {
        "UPDATE round_file SET content = x'00'": issuing.state_of,
        "UPDATE issued_receipt SET content = x'00'": lambda book: jobs.run(receipts.issue(book, tmp_path)),
    }
    for statement, use in uses.items():
        kept.write_bytes(before)
        assert changed(kept, statement) == ""
        with open_county(kept) as book, pytest.raises(Problem) as raised:
            use(book)
        assert raised.value.code == "issued-changed"


@pytest.mark.slow
def test_every_act_of_the_program_is_followed(kept, tmp_path):
    with open_county(kept) as book:
        questions.close(book, questions.questions(book)[0].id)
        done = entry.set_cell(book, "county_funding", "-", "gdp", "2000")
        entry.apply(book, done.inverse())
        entry.set_complete(book, "county_meeting", complete=False)
        workbooks.choose_standards(book, ["national-2024"])
        issuing.demand_passphrase(book, demanded=True)
        issuing.issue_round(book)
        jobs.run(receipts.issue(book, tmp_path / "U盘"))
        book.decide(WITHDRAW, next(iter(book.received)), "试")
        first = questions.questions(book)[0]
    assert opened(kept) == ""
    assert first.closed


def test_a_county_without_keys_writes_no_such_lines_and_begins_with_its_keys(tmp_path):
    with county(tmp_path / "county.edubook") as book:
        entry.set_cell(book, "county_funding", "-", "gdp", "1000")
        path = book.path
        assert book.log.at.number == 0
    assert changed(path, "UPDATE county_funding SET gdp = 2") == ""
    with open_county(path) as book:
        county_keys.establish(book.workbook, None)
        issuing.issue_round(book)
    assert changed(path, "UPDATE county_funding SET gdp = 3") == "county-records-changed"


@pytest.mark.slow
def test_a_log_from_before_these_lines_takes_in_once_what_stands_there(kept):
    with closing(sqlite3.connect(kept)) as raw:
        lines = [json.loads(each) for (each,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
        (content,) = raw.execute("SELECT content FROM round_file WHERE version = 2").fetchone()
    with open_county(kept) as book:
        key = county_keys.signing_key(book.workbook)
    rebuild(kept, [each for each in lines if each[0] != "hold"], key)
    tamper(kept, ("DELETE FROM round_file", ()), ("DELETE FROM issued_receipt", ()))
    tamper(kept, ("INSERT INTO round_file VALUES (?,?,?,?,?)", foreign_round(content)))
    county_keys.accept_log(kept)
    with open_county(kept) as book:
        (failed,) = book.failed
        assert failed.code == "issued-changed"
        assert issuing.state_of(book).last is None
    assert opened(kept) == ""
    assert changed(kept, "UPDATE county_funding SET gdp = 3") == "county-records-changed"


@pytest.mark.slow
def test_numbers_of_the_county_are_locked_with_its_key(tmp_path):
    with county(tmp_path / "county.edubook") as book:
        county_keys.establish(book.workbook, PASSPHRASE)
        issuing.issue_round(book)
        path = book.path
        keyring.forget(county_keys._path(book.workbook))
    with open_county(path) as book:
        with pytest.raises(Problem) as raised:
            entry.set_cell(book, "county_funding", "-", "gdp", "1000")
        assert raised.value.code == "county-key-locked"
        assert book.draft.rows["county_funding"]["-"]["gdp"] is None


# --- why a key was admitted beside another ---


@pytest.mark.slow
def test_the_reason_of_another_key_is_bound_and_shown(tmp_path, capsys):
    (tmp_path / "二").mkdir()
    office = county(tmp_path / "county.edubook")
    with make(tmp_path) as first, make(tmp_path / "二") as school, office as book:
        book.set_expected([Expected(CODE, "明德小学", "211")])
        county_keys.establish(book.workbook, None)
        trust.admit(book, school_keys.write_request(first, tmp_path), school_keys.scan_text(first))
        fill(school)
        made = export(school, tmp_path / "U盘")
        digits = form_of(Path(made.path))
        trust.admit(book, Path(made.path), digits, "硬盘坏了,校长来电")
        outcome(book, made.path)
        trust.admit(book, Path(made.path), digits)  # again, with nothing more to say
        path = book.path
    with open_county(path) as book:
        assert [each.reason for each in book.keys] == ["", "硬盘坏了,校长来电"]
        assert [each.key_reason for each in reports.sources_of(book)] == ["硬盘坏了,校长来电"]
    assert run(["county", "board", str(path)]) == 0
    assert "换发理由:硬盘坏了,校长来电" in capsys.readouterr().out
    run(["county", "board", str(path), "--json"])
    (row,) = json.loads(capsys.readouterr().out)["schools"]
    assert row["key_reason"] == "硬盘坏了,校长来电"
    other = "UPDATE intake_log SET line = replace(line, '硬盘坏了', '本人申请')"
    assert changed(path, other) == "log-damaged"
