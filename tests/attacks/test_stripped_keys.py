"""A county's workbook from which its keys were taken out: another id, another place, another computer.

Whoever does it rebuilds the chain, counts the rows anew and takes out what is named here but for one trace.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from eduapp.cli import main as run
from eduapp.services import entry, jobs
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import intake, issuing, questions, receipts, trust
from eduapp.services.keys import county_keys
from tests.attacks.test_intake_attacks import opened, tamper
from tests.attacks.test_log_attacks import elsewhere, rebuild
from tests.services.hand_off import PASSPHRASE, believe
from tests.services.schools import CODE, county, export, fill, make

FACTS = ("certificate", "certificates", "signing_keys", "keys", "drill")


@pytest.fixture
def keyed(tmp_path):
    """A county that encrypts, with all that it ever writes, closed; and one file that was not sealed."""
    with make(tmp_path) as school, county(tmp_path / "county.edubook") as book:
        county_keys.establish(book.workbook, PASSPHRASE)
        fill(school)
        plain = Path(export(school, tmp_path / "U盘").path)
        believe(school, book)
        made = export(school, tmp_path / "U盘二")
        jobs.run(intake.merge(book, [plain]))  # refused: it is not sealed
        trust.admit_unchecked(book, [Path(made.path)])
        jobs.run(intake.merge(book, [Path(made.path)]))
        issuing.issue_round(book)
        entry.set_cell(book, "county_funding", "-", "gdp", "1000")
        intake.undo(book, [made.id], "学校来电")
        intake.restore(book, made.id)
        key = next(iter(book.stated(made.id).rows["school_class"]))
        questions.ask(book, CODE, made.id, ("school_class", key, "pupils"), "请核对")
        jobs.run(receipts.issue(book, tmp_path / "U盘"))
        jobs.run(county_report(book))
        path = book.path
    return path, plain


def unsigned(path):
    """The county's decisions as a county without keys would have written them: their ids are the same."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE decision SET signature = NULL")
        raw.commit()


def strip(path, *spared):
    """Take out all that shows that there were keys, but for what is spared."""
    with closing(sqlite3.connect(path)) as raw:
        lines = [json.loads(each) for (each,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
    if "signed decision" not in spared:
        unsigned(path)
    gone = {"hold", "sign"} - ({"hold"} if "hold line" in spared else set())
    lines = [each for each in lines if each[0] not in gone]
    if "decide line" not in spared:
        lines = [[*each[:2], ""] if each[0] == "decide" else each for each in lines]
    taken = {
        "round file": "DELETE FROM round_file",
        "receipt": "DELETE FROM issued_receipt",
        "journal": "DELETE FROM journal",
        "refusal": "DELETE FROM refused",
        "kept entry": "DELETE FROM kept_entry",
        "sealed file": "UPDATE submission SET content = x'00'",
    }
    if "refusal" not in spared:
        lines = [each for each in lines if each[0] != "refuse"]
    rebuild(path, lines)
    tamper(path, *((each, ()) for name, each in taken.items() if name not in spared))
    tamper(path, *(("DELETE FROM meta WHERE name = ?", (each,)) for each in FACTS if each not in spared))
    tamper(path, ("UPDATE meta SET value = 'x' WHERE name = 'workbook'", ()))


TRACES = (
    "round file",
    "receipt",
    "journal",
    "refusal",
    "kept entry",
    "sealed file",
    "hold line",
    "decide line",
    "signed decision",
    "certificates",
    "signing_keys",
    "keys",
    "drill",
)


@pytest.mark.slow
def test_each_trace_of_keys_is_enough_and_none_is_mended_by_a_persons_word(keyed, tmp_path, monkeypatch):
    path, _ = keyed
    before, found = path.read_bytes(), {}
    elsewhere(path, monkeypatch, tmp_path)
    for number, spared in enumerate(TRACES):
        (tmp_path / str(number)).mkdir()
        moved = tmp_path / str(number) / "other.edubook"
        moved.write_bytes(before)
        strip(moved, spared)
        accepted = ["county", "accept", str(moved), "--reason", "没有问题"]
        found[spared] = (opened(moved), run(accepted), opened(moved))
    wanted = ("county-keys-removed", 2, "county-keys-removed")
    assert found == dict.fromkeys(TRACES, wanted)


@pytest.mark.slow
def test_where_nothing_is_left_the_computer_that_knew_it_still_says_so(keyed, tmp_path):
    path, _ = keyed
    moved = tmp_path / "moved.edubook"
    shutil.copy(path, moved)
    strip(moved)
    assert opened(moved) == "county-keys-changed"


@pytest.mark.slow
def test_elsewhere_a_workbook_without_any_trace_says_that_it_has_no_keys(tmp_path, monkeypatch, capsys):
    with make(tmp_path) as school, county(tmp_path / "county.edubook") as book:
        county_keys.establish(book.workbook, None)
        fill(school)
        believe(school, book)
        made = export(school, tmp_path / "U盘")
        trust.admit_unchecked(book, [Path(made.path)])
        jobs.run(intake.merge(book, [Path(made.path)]))
        issuing.issue_round(book)
        digits, path = issuing.county_digits(book), book.path
    assert digits in board(path, capsys)
    elsewhere(path, monkeypatch, tmp_path)
    strip(path, "sealed file")
    assert "没有建立密钥" in board(path, capsys)
    run(["county", "board", str(path), "--json"])
    assert json.loads(capsys.readouterr().out)["digits"] is None
    assert run(["county", "receipt", str(path), str(tmp_path / "U盘")]) == 0  # with a root of its own
    (receipt,) = (tmp_path / "U盘").glob("*.edureceipt")
    capsys.readouterr()
    assert run(["school", "receipt", str(school.path), str(receipt)]) == 2
    assert "county-root-differs" in capsys.readouterr().err


def board(path, capsys):
    capsys.readouterr()
    run(["county", "board", str(path)])
    return capsys.readouterr().out
