"""Many files at once: strangers' files, one school's many files, and what order may not do."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from eduapp.exchange.signing import WriterKey
from eduapp.exchange.submission import build, inspect
from eduapp.exchange.voucher import vouch
from eduapp.services import jobs
from eduapp.services.county import reports as county_reports
from eduapp.services.hand_off import intake, receipts, taking, trust
from eduapp.services.merge import admission
from eduapp.services.packing import pack
from tests.attacks.offices import opened, outcome
from tests.services.intakes import STRANGER, forged
from tests.services.schools import CODE, change, county, export


@pytest.mark.slow
def test_three_keys_in_all_six_orders_and_forms_before_and_after(school, tmp_path):
    keys = [WriterKey(bytes([number]) * 32) for number in (1, 2, 3)]
    files = []
    for number, key in enumerate(keys):
        change(school, 100 * (number + 1))
        writer = f"{number}f0e0d0c-0b0a-4908"
        replaces = vouch(keys[number - 1], "430900", CODE, writer, key.public) if number else None
        seen = {f"{before}f0e0d0c-0b0a-4908": 1 for before in range(number)}
        made = forged(school, key=key, writer=writer, replaces=replaces, seen=seen)
        files.append(tmp_path / f"{number}.edusub")
        files[-1].write_bytes(made.data)
    found = set()
    for turn, (order, late) in enumerate(itertools.product(itertools.permutations(files), (False, True))):
        with county(tmp_path / f"{turn}.edubook") as book:
            if not late:
                trust.admit_unchecked(book, [files[0]])
            for file in order:
                outcome(book, file)
            if late:
                trust.admit_unchecked(book, [files[0]])
                intake.retry_held(book)
            assert (len(book.members), book.held) == (3, [])
            found.add((book.fingerprint, book.view()[CODE].counts.id))
            outcome(book, *files)
            found.add((book.fingerprint, book.view()[CODE].counts.id))
    assert len(found) == 1


# --- strangers ---


def strangers(school, folder, count):
    folder.mkdir()
    for number in range(count):
        key = WriterKey(number.to_bytes(32, "big"))
        made = forged(school, key=key, writer=f"{number:08x}-0b0a-4908")
        (folder / f"{number}.edusub").write_bytes(made.data)
    return folder


@pytest.mark.slow
def test_three_hundred_strangers_are_one_count_and_change_nothing_printed(office, school, tmp_path):
    made = export(school, tmp_path / "U盘")
    trust.admit_unchecked(office, [Path(made.path)])
    outcome(office, made.path)
    before = office.fingerprint
    assert {each for each, _ in outcome(office, strangers(school, tmp_path / "陌生", 300))} == {"held"}
    assert office.fingerprint == before
    said = receipts.receipt_of(office, CODE)
    assert ([line.id for line in said.lines], said.strangers) == ([made.id], 300)


@pytest.mark.slow
def test_beyond_the_budget_only_names_stay_and_the_form_brings_it_back(office, school, tmp_path, monkeypatch):
    monkeypatch.setattr(admission, "BUDGET", admission.Budget(files=10, bytes=1 << 30))
    made = export(school, tmp_path / "U盘")
    folder = strangers(school, tmp_path / "陌生", 30)
    report = jobs.run(intake.merge(office, [folder, Path(made.path)]))
    assert (report.counts["held"], len(office.copies), len(office.unkept)) == (31, 10, 21)
    told = [each for each in report.files if each.code == "bytes-not-kept"]
    assert len(told) == 21
    assert "字节未留,需要时再读一次" in told[0].text
    trust.admit_unchecked(office, [Path(made.path)])
    if (made.id, inspect(Path(made.path).read_bytes()).key.line) in office.unkept:
        assert jobs.run(county_reports.county_report(office)).unkept == 1
    intake.retry_held(office)
    outcome(office, made.path)
    assert office.view()[CODE].counts.id == made.id
    assert jobs.run(county_reports.county_report(office)).unkept == 0
    path = office.path
    office.close()
    assert opened(path) == ""


# --- one school's many files ---


@pytest.mark.slow
def test_a_hundred_files_of_one_school_are_taken_in_seconds_and_none_is_dropped(
    office, school, tmp_path, monkeypatch
):
    monkeypatch.setattr(taking, "MANY", 100)
    monkeypatch.setattr(admission, "BUDGET", admission.Budget(files=0, bytes=0))
    first = forged(school)
    paths, prev = [], None
    for number in range(1, 101):
        made = build(replace(first.manifest, seq=number, prev=prev), pack(school.draft), STRANGER)
        prev = made.id
        paths.append(tmp_path / f"{number}.edusub")
        paths[-1].write_bytes(made.data)
    trust.admit_unchecked(office, paths[:1])
    begin = time.process_time()
    report = jobs.run(intake.merge(office, paths))
    assert time.process_time() - begin < 20
    assert (report.counts["accepted"], report.counts["older"]) == (1, 99)
    assert office.view()[CODE].counts.id == prev
    assert "100" in report.notes[0]
    assert json.dumps(report.notes, ensure_ascii=False)
