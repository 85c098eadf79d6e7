"""What whoever can write the county's file tries with what is kept of the schools: the figures stay right."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from eduapp.cli import main as run
from eduapp.exchange import sealing
from eduapp.services import jobs
from eduapp.services.county import correcting
from eduapp.services.county.books import open_county
from eduapp.services.county.reports import county_report
from eduapp.services.hand_off import trust
from eduapp.services.keys import county_keys, keyring
from tests.attacks.test_intake_attacks import outcome, tamper
from tests.services.hand_off import PASSPHRASE
from tests.services.schools import CODE, change, county, export, fill, make

OTHER = "2143000002"
EVERY = pytest.mark.parametrize("kept", ["plain", "signing", "sealing"], indirect=True)
BOUND = pytest.mark.parametrize("kept", ["signing", "sealing"], indirect=True)
"""A county without keys has its row digests only: docs/decisions/0028-kept-entries.md."""
SEALED = pytest.mark.parametrize("kept", ["sealing"], indirect=True)
PLAIN = pytest.mark.parametrize("kept", ["plain"], indirect=True)
KEPT = "SELECT place, key, content, mac FROM kept_entry ORDER BY place"
PUT = "INSERT OR REPLACE INTO kept_entry (place, key, content, mac) VALUES (?, ?, ?, ?)"


def rows(path):
    with closing(sqlite3.connect(path)) as raw:
        return {row[0]: row for row in raw.execute(KEPT)}


def report_of(path):
    """The report as another process would make it, and the schools whose kept entry did not fit."""
    with open_county(path) as book:
        found = jobs.run(county_report(book))
        return found, list(book.judging.store.changed)


def hand_in(book, school, stick):
    made = export(school, stick)
    trust.admit_unchecked(book, [Path(made.path)])
    outcome(book, made.path)


@pytest.fixture
def kept(request, tmp_path):
    """A county with two schools whose report was made: its path, that report, and an older entry of one."""
    passphrase = PASSPHRASE if request.param == "sealing" else None
    with (
        make(tmp_path) as first,
        make(tmp_path, OTHER, "乙小学") as second,
        county(tmp_path / "county.edubook") as book,
    ):
        fill(first)
        fill(second)
        change(second, 91)
        hand_in(book, first, tmp_path / "U盘")
        hand_in(book, second, tmp_path / "U盘")
        if request.param != "plain":
            county_keys.establish(book.workbook, passphrase)
        jobs.run(county_report(book))
        with book.workbook.reading() as raw:
            older = next(row for row in raw.execute(KEPT) if row[0] == CODE)
        correcting.correct(book, CODE, ("section_total", "primary", "pupils"), "84", "核对学籍")
        found = jobs.run(county_report(book))
        path = book.path
    assert report_of(path) == (found, [])
    return path, found, older, request.param


@pytest.mark.slow
@EVERY
def test_the_figures_are_the_same_without_what_is_kept(kept):
    path, found, _, _ = kept
    assert set(rows(path)) == {CODE, OTHER}
    tamper(path, ("DELETE FROM kept_entry", ()))
    assert report_of(path) == (found, [])
    assert set(rows(path)) == {CODE, OTHER}


@pytest.mark.slow
@EVERY
def test_an_older_entry_of_the_same_school_is_not_used(kept):
    path, found, older, _ = kept
    tamper(path, (PUT, older))  # as it was: it is for what the school stated before
    assert report_of(path) == (found, [])


def refused(kept, *statements):
    """Whether the changed entries are judged anew, said once and put right."""
    path, found, _, _how = kept
    tamper(path, *statements)
    again, changed = report_of(path)
    assert again == found
    assert report_of(path) == (found, [])
    return changed


@pytest.mark.slow
@BOUND
def test_an_older_entry_under_the_new_key_does_not_fit(kept):
    path, _, older, _how = kept
    assert refused(kept, (PUT, (CODE, rows(path)[CODE][1], *older[2:]))) == [CODE]


@pytest.mark.slow
@BOUND
def test_an_entry_of_another_school_does_not_fit(kept):
    path, _, _, _how = kept
    there = rows(path)
    swapped = [(PUT, (a, there[a][1], *there[b][2:])) for a, b in ((CODE, OTHER), (OTHER, CODE))]
    assert sorted(refused(kept, *swapped)) == [CODE, OTHER]


@pytest.mark.slow
@BOUND
def test_a_figure_that_was_edited_does_not_fit(kept):
    path, _, _, how = kept
    place, key, content, mac = rows(path)[CODE]
    with open_county(path) as book:
        who = book.identities
        plain = zlib.decompress(sealing.unseal(content, who) if how == "sealing" else content)
        assert b'"84"' in plain or b"84" in plain
        edited = zlib.compress(plain.replace(b"84", b"99"))
        if how == "sealing":
            edited = sealing.seal(edited, [who[0].recipient])
    assert refused(kept, (PUT, (place, key, edited, mac))) == [CODE]


@pytest.mark.slow
@EVERY
def test_what_is_no_entry_is_judged_anew(kept):
    path, _, _, _ = kept
    for plain in (b"{}", b"[1,2,3,4]", b"[" * 200_000, b"\xff", None):
        place, key, _, mac = rows(path)[CODE]
        content = b"x" if plain is None else zlib.compress(plain)
        assert refused(kept, (PUT, (place, key, content, mac))) == [CODE]


@pytest.mark.slow
@PLAIN
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("times", [0, 2])
def test_an_entry_of_another_number_of_files_or_standards_is_judged_anew(kept, number, times):
    path, _, _, _ = kept
    place, key, content, mac = rows(path)[CODE]
    said = json.loads(zlib.decompress(content))
    said[number] *= times
    edited = zlib.compress(json.dumps(said).encode())
    assert refused(kept, (PUT, (place, key, edited, mac))) == [CODE]


def test_what_is_no_school_is_named_for_what_it_is(tmp_path):
    with county(tmp_path / "county.edubook") as book:
        book.judging.store.changed += ["board", "question 0123456789", CODE]
        (notice,) = book.judging.notices
        assert f"有 3 项与本县存下时的不同:总表的上次数字、提问 01234567、{CODE}。" in notice.text


@pytest.mark.slow
@BOUND
def test_without_its_mac_an_entry_is_not_used(kept):
    path, _, _, _how = kept
    place, key, content, mac = rows(path)[CODE]
    assert refused(kept, (PUT, (place, key, content, None))) == [CODE]
    place, key, content, mac = rows(path)[CODE]
    assert refused(kept, (PUT, (place, key, content, bytes(len(mac))))) == [CODE]


@pytest.mark.slow
@SEALED
def test_while_the_key_is_locked_none_is_used(kept, monkeypatch):
    path, _, _, _how = kept
    before = rows(path)
    monkeypatch.setattr(keyring, "_opened", {})
    with open_county(path) as book:
        book.judging.store.open()
        (submission,) = [each.counts.id for each in book.view().values() if each.school == CODE]
        assert not book.judging.take_kept(submission)
    assert rows(path) == before


@pytest.mark.slow
@BOUND
def test_a_changed_entry_is_said_by_the_command_line(kept, capsys):
    path, _, _, _how = kept
    place, key, content, mac = rows(path)[CODE]
    tamper(path, (PUT, (place, key, content[:-1], mac)))
    assert run(["county", "check", str(path), "--json"]) == 1
    assert "[kept-entry-changed]" in capsys.readouterr().err
    run(["county", "check", str(path), "--json"])
    assert "[kept-entry-changed]" not in capsys.readouterr().err


@pytest.mark.slow
@PLAIN
def test_judging_anew_finds_a_figure_that_nothing_bound(kept):
    """In a county without keys whoever can write the file can write an entry: the closing still finds it."""
    path, found, _, _how = kept
    place, key, content, _ = rows(path)[CODE]
    edited = zlib.compress(zlib.decompress(content).replace(b"84", b"99"))
    tamper(path, (PUT, (place, key, edited, None)))
    wrong, changed = report_of(path)
    assert (wrong == found, changed) == (False, [])
    with open_county(path) as book:
        jobs.run(book.judging.prove())
        assert book.judging.store.changed == [CODE]
        assert [each.code for each in book.judging.notices] == ["kept-entry-changed"]
        assert jobs.run(county_report(book)) == found
    assert report_of(path) == (found, [])
