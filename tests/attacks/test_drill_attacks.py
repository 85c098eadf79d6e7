"""What a drill of the escrow key said is bound: no editor passes one, or takes a failed one back."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from eduapp.exchange import sealing
from eduapp.exchange.sealing import new_identity
from eduapp.services.county import drill
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import trust
from eduapp.services.keys import county_keys, keyring
from tests.attacks.offices import opened, outcome
from tests.attacks.test_intake_attacks import tamper
from tests.attacks.test_log_attacks import rebuild
from tests.cli.running import run
from tests.services.hand_off import PASSPHRASE, believe
from tests.services.schools import change, county, export, fill, make

PASSED, FAILED = "2026-11-30T08:00:00+08:00 3 3 1", "2026-11-30T08:00:00+08:00 2 3 1"
OLD = "2025-11-30T08:00:00+08:00"
"""What releases wrote down that bound no drill."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A county that encrypts, with a school's file; its folder and what lies in the safe."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDUAPP_DATA", str(folder / "data"))
        with county(folder / "county.edubook") as office, make(folder) as school:
            paper = county_keys.establish(office.workbook, PASSPHRASE)
            fill(school)
            believe(school, office)
            sent = export(school, folder / "U盘")
            trust.admit_unchecked(office, [Path(sent.path)])
            assert outcome(office, sent.path) == [("accepted", "")]
            change(school, 84)
            again = export(school, folder / "U盘")
            inner = sealing.unseal(Path(again.path).read_bytes(), office.identities)
    (folder / "口令").write_text(PASSPHRASE, encoding="utf-8")
    return folder, paper, inner


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """The same on this computer, locked: the workbook's path, and what lies in the safe."""
    folder, paper, _ = made
    path = folder / "county.edubook"
    before = path.read_bytes()
    data = {each: each.read_bytes() for each in (folder / "data").rglob("*") if each.is_file()}
    monkeypatch.setenv("EDUAPP_DATA", str(folder / "data"))
    monkeypatch.setattr(keyring, "_opened", {})
    yield path, paper
    path.write_bytes(before)
    for each, content in data.items():
        each.write_bytes(content)


def drilled(path, monkeypatch, *secrets, unlocked=True):
    """`county drill`, as in a process of its own."""
    monkeypatch.setattr(keyring, "_opened", {})
    if unlocked:
        monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(path.parent / "口令"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(secrets)))
    done = run("county", "drill", path, "--json")
    monkeypatch.delenv("EDUAPP_PASSPHRASE_FILE", raising=False)
    monkeypatch.setattr(keyring, "_opened", {})
    return done.code, json.loads(done.out)


def said(path):
    done = run("county", "keys", path, "--json").json
    return done["drill"], done["last_drill"]


def put(path, value):
    tamper(path, ("UPDATE meta SET value = ? WHERE name = 'drill'", (value,)))


@pytest.mark.slow
def test_a_drill_that_never_was_is_damage(place):
    path, _ = place
    assert said(path) == (None, None)
    for each in (PASSED, FAILED, OLD, "x"):
        put(path, each)
        assert opened(path) == "workbook-facts-changed", each
    tamper(path, ("DELETE FROM meta WHERE name = 'drill'", ()))
    assert opened(path) == ""  # none is none


@pytest.mark.slow
def test_day_and_outcome_of_a_drill_are_bound_passed_or_not(place, made, monkeypatch):
    path, paper = place
    code, done = drilled(path, monkeypatch, paper.escrow)
    assert (code, done["passed"], done["opened"], done["stored"]) == (0, True, 1, 1)
    day, last = said(path)
    assert day == last["at"] == done["at"]
    assert (last["opened"], last["stored"], last["passed"]) == (1, 1, True)
    kept = f"{day} 1 1 1"
    for each in ("", OLD, PASSED, f"{day} 1 2 1", f"{day} 1 1 2", day, f"2027{day[4:]} 1 1 1"):
        put(path, each)
        assert opened(path) == "workbook-facts-changed", each
    put(path, kept)
    assert opened(path) == ""
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(path.parent / "口令"))
    with open_county(path) as office:  # one more file, and a stranger's key in the escrow's place
        strangers = [new_identity().recipient for _ in range(2)]
        stray = path.parent / "stray.edusub"
        stray.write_bytes(sealing.seal(made[2], (county_keys.recipients(office.workbook)[0], *strangers)))
        assert outcome(office, stray) == [("accepted", "")]
    code, done = drilled(path, monkeypatch, paper.escrow)
    assert (code, done["passed"], done["opened"], done["stored"]) == (2, False, 1, 2)
    assert [each["file"] for each in done["unopened"]] == ["stray.edusub"]
    day, last = said(path)
    assert (day, last["opened"], last["stored"], last["passed"]) == (None, 1, 2, False)
    put(path, kept)
    assert opened(path) == "workbook-facts-changed"


@pytest.mark.slow
def test_a_locked_county_is_tried_and_told_that_nothing_was_written_down(place, monkeypatch):
    path, paper = place
    code, done = drilled(path, monkeypatch, paper.escrow, unlocked=False)
    assert (code, done["passed"], done["written"], done["at"]) == (1, True, False, None)
    assert said(path) == (None, None)


@pytest.mark.slow
def test_what_an_older_release_wrote_down_is_taken_in_once_and_proves_nothing(place, monkeypatch):
    """Its log held no drill; from the first opening in which the county can sign it does."""
    path, _ = place
    unbind(path, monkeypatch)
    put(path, OLD)
    day, last = said(path)
    assert (day, last["at"], last["stored"], last["passed"]) == (None, OLD, None, False)
    put(path, PASSED)  # not of that release
    assert opened(path) == "workbook-facts-changed"
    put(path, OLD)
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(path.parent / "口令"))
    with open_county(path) as office:
        length = office.log.at.number
    with open_county(path) as office:
        assert office.log.at.number == length
        assert drill.last(office.workbook) == drill.Last(OLD)
    monkeypatch.delenv("EDUAPP_PASSPHRASE_FILE")
    put(path, OLD.replace("2025", "2026"))
    assert opened(path) == "workbook-facts-changed"


def unbind(path, monkeypatch):
    """Let the log be one that was signed without a line about drills."""
    with closing(sqlite3.connect(path)) as raw:
        lines = [json.loads(line) for (line,) in raw.execute("SELECT line FROM intake_log ORDER BY number")]
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(path.parent / "口令"))
    with open_county(path) as office:
        key = county_keys.signing_key(office.workbook)
    rebuild(path, [each for each in lines if each[:3] != ["hold", "fact", "drill"]], key)
    county_keys.accept_log(path)
    monkeypatch.delenv("EDUAPP_PASSPHRASE_FILE")
    monkeypatch.setattr(keyring, "_opened", {})
