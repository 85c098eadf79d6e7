"""What stands in a county's file beside its log: no word is believed for lying there, and nothing breaks."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import workbook
from db.problems import Problem
from eduapp.cli import main as run
from eduapp.exchange.data_code import data_digits
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import trust
from eduapp.services.keys import county_keys
from tests.attacks.offices import opened, outcome
from tests.attacks.test_intake_attacks import tamper
from tests.services.schools import county, export, fill, make

DEEP = "[" * 200_000
WORDS = "UPDATE journal SET {} WHERE field = 'paper-confirmed'"
FORGED = (
    "INSERT INTO journal (at, who, record, key, field, old, new)"
    " SELECT at, who, '', '', 'paper-confirmed', NULL, ? FROM journal LIMIT 1"
)


@pytest.fixture(params=["keys", "no keys"])
def compared(request, tmp_path, capsys):
    """A county whose person compared a sheet: its path, the typed code, whether it has keys, the word."""
    with make(tmp_path) as school, county(tmp_path / "county.edubook") as book:
        if request.param == "keys":
            county_keys.establish(book.workbook, None)
        fill(school)
        made = export(school, tmp_path / "U盘")
        trust.admit_unchecked(book, [Path(made.path)])
        outcome(book, made.path)
        path, code = book.path, data_digits(made.data_id)
    assert said(path, code, capsys) == ""
    assert run(["county", "paper", str(path), code, "--confirm", "--by", "钱会计"]) in {0, 1}
    assert "钱会计" in said(path, code, capsys)
    with closing(sqlite3.connect(path)) as raw:
        (word,) = raw.execute("SELECT new FROM journal WHERE field = 'paper-confirmed'").fetchone()
    return path, code, request.param == "keys", word


def said(path, code, capsys):
    """What is said of a sheet that a person compared; "" where nobody did."""
    capsys.readouterr()
    assert run(["county", "paper", str(path), code]) in {0, 1}
    told = capsys.readouterr()
    assert "internal-error" not in told.err
    return told.out if "确认一致" in told.out else ""


@pytest.mark.slow
def test_a_word_that_was_put_into_the_journal_confirms_no_sheet(compared, capsys):
    path, code, keyed, word = compared
    before = said(path, code, capsys)
    tamper(path, (FORGED, (word.replace("钱会计", "贼"),)))
    assert ("贼" in said(path, code, capsys)) is not keyed  # without keys nothing binds anybody's word
    if keyed:
        assert said(path, code, capsys) == before
        tamper(path, ("DELETE FROM journal WHERE field = 'paper-confirmed'", ()))
        assert said(path, code, capsys) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    ["at = '9999-99-99'", "at = ''", "new = NULL", "new = ''", "new = 'x'", "new = 'x y'", "record = 'x'"],
)
def test_a_journal_line_that_no_release_writes_breaks_nothing(compared, change, capsys):
    path, code, keyed, _ = compared
    tamper(path, (WORDS.format(change), ()))
    assert bool(said(path, code, capsys)) is keyed


@pytest.mark.slow
def test_what_was_compared_before_there_were_keys_stays_compared(compared, capsys):
    path, code, keyed, _ = compared
    if keyed:
        return
    with open_county(path) as book:
        county_keys.establish(book.workbook, None)
    assert "钱会计" in said(path, code, capsys)
    tamper(path, ("DELETE FROM journal", ()))
    assert "钱会计" in said(path, code, capsys)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE submission SET seen = ?", "workbook-damaged"),
        ("UPDATE intake_log SET line = ? WHERE number = 1", "log-damaged"),
        ("UPDATE decision SET details = ?", "decision-damaged"),
        ("UPDATE meta SET value = ? WHERE name = 'certificate'", "workbook-damaged"),
        ("UPDATE meta SET value = ? WHERE name = 'certificates'", "workbook-damaged"),
    ],
)
def test_a_text_nested_without_end_is_damage(compared, statement, code):
    path, _, keyed, _ = compared
    with open_county(path) as book:
        book.set_expected([])
        book.decide("list", "", "再签一次", details={"rows": [], "digest": ""})
    tamper(path, (statement, (DEEP,)))
    assert opened(path) == (code if keyed or "meta" not in statement else "")


def recount(path):
    tamper(path)


def test_an_upgrade_makes_no_damage_right(tmp_path):
    """A file of an earlier revision that has digests is held to them before it is counted anew."""
    with make(tmp_path) as school:
        fill(school)
        path = school.path
    older = tmp_path / "older.edubook"
    shutil.copy(path, older)
    with closing(sqlite3.connect(older)) as raw, raw:  # as the revision before the last left it
        raw.execute("DROP TABLE kept_entry")
        raw.execute("DELETE FROM row_digest WHERE name = 'kept_entry'")
        raw.execute("DELETE FROM row_digest WHERE name = 'alembic_version'")
        raw.execute("UPDATE alembic_version SET version_num = '0010'")
    recount(older)
    whole = older.read_bytes()
    workbook.open_workbook(older).close()
    older.write_bytes(whole)
    with closing(sqlite3.connect(older)) as raw, raw:
        raw.execute("UPDATE section_total SET pupils = 99")
    with pytest.raises(Problem) as caught:
        workbook.open_workbook(older)
    assert caught.value.code == "workbook-damaged"
