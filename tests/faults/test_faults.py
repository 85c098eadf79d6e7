"""The short form of `./run faults`, and that its instruments see what they are for."""

from __future__ import annotations

import errno
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db import digests
from db.problems import Problem
from eduapp.exchange.stick import write_safely
from eduapp.services import workbooks
from tests.faults import children, kills, material
from tests.faults.boundary import SHORT, Boundary
from tests.faults.disk import Disk, Link, Saved, Sync, SyncFolder, Unlink, Write
from tests.faults.pace import Pace, TimeUp, alarm, shared
from tests.faults.platter import Platter
from tests.faults.recording import Recording
from tests.faults.replay import NAME, replay
from tests.faults.tally import Tally, table

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.not_on_windows("forks, and asks /proc for names")


@pytest.mark.slow
def test_the_short_fault_run_keeps_every_promise():
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.faults", "--short"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "every promise held, and every control broke" in done.stdout


@pytest.mark.slow
def test_a_timed_run_ends_in_its_time_and_says_what_it_did_not_reach():
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.faults", "--minutes", "0.1"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert time.monotonic() - began < 66
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "faults in" in done.stdout
    assert "not reached in the time" in done.stdout


def test_a_part_that_hangs_is_cut_off_and_what_was_counted_stays():
    tally = Tally("hangs", faults=3)

    def hang():
        while True:
            try:
                time.sleep(1)
            except Exception:  # noqa: BLE001 - as the code under test may
                tally.expect(False, "caught")

    with pytest.raises(TimeUp), alarm(time.monotonic() + 0.05):
        hang()
    assert (tally.faults, tally.broken) == (3, [])


def test_the_time_is_shared_and_what_one_leaves_the_others_have():
    end = time.monotonic() + 60
    ends = [until for _, until in shared({"a": 0.5, "b": 0.25, "c": 0.25}, end)]
    assert ends[0] == pytest.approx(end - 30, abs=1)
    assert ends[1] == pytest.approx(end - 30, abs=1)  # nothing was used of the first share
    assert ends[2] == pytest.approx(end, abs=0.1)
    timed, counted = Pace(5, time.monotonic() - 1), Pace(5)
    assert [timed.goes_on(0), counted.goes_on(4), counted.goes_on(5)] == [False, True, False]


# --- what is counted ---


def test_a_broken_promise_fails_a_run_and_a_control_that_held_does_too():
    kept, broken = Tally("kept"), Tally("broken", broken=["a save was lost"])
    useless = Tally("useless", faults=9, control=True)
    control = Tally("control", faults=9, broken=["x"], control=True)
    assert [each.failed for each in (kept, broken, useless, control)] == [False, True, True, False]
    assert not Tally("a control that was not reached", control=True).failed
    assert "(control: must break)" in table([control])


@pytest.mark.slow
def test_a_save_that_is_gone_is_seen(tmp_path):
    made = material.make(tmp_path / "material", 1)
    typing = kills.Entry(made, tmp_path, random.Random(1))
    with sqlite3.connect(typing.path) as raw:
        raw.execute("DELETE FROM room WHERE id = (SELECT max(id) FROM room)")
        digests.recount(raw)
    raw.close()
    with workbooks.open_school(typing.path) as book:
        found = book.draft
    typing._compare(found, [], [])
    assert "lost or half saved" in typing.tally.broken[0]


@pytest.mark.slow
def test_half_a_file_on_the_stick_and_one_that_is_missing_are_seen(tmp_path):
    made = material.make(tmp_path / "material", 1)
    sending = kills.Export(made, tmp_path, random.Random(1))
    whole = next(made.submissions.iterdir()).read_bytes()
    (sending.stick / "half.edusub").write_bytes(whole[: len(whole) // 2])
    sending.reported = {str(sending.stick / "gone.edusub"): "0" * 64}
    with pytest.raises(Problem):  # the county's reader has the last word
        sending.check_stick()
    (sending.stick / "half.edusub").unlink()
    sending.check_stick()
    assert "is not what the workbook keeps" in sending.tally.broken[0]
    assert "reported as written and is not there" in sending.tally.broken[1]


# --- children ---


@pytest.mark.slow
def test_a_child_tells_until_it_is_killed():
    def work(tell):
        number = 0
        while True:
            tell(number)
            number += 1

    ended = children.kill_after(work, 0.05, once_told=True)
    assert ended.killed
    assert not ended.error
    assert ended.told == list(range(len(ended.told)))
    assert len(ended.told) > 10


def test_what_a_child_raises_is_told():
    ended = children.run(lambda tell: [tell("begun"), 1 / 0])
    assert (ended.told, ended.killed) == (["begun"], False)
    assert "ZeroDivisionError" in ended.error


# --- where Python meets the system ---


CALLS_OF_A_WRITE = 15


@pytest.mark.slow
@pytest.mark.parametrize("at", range(1, CALLS_OF_A_WRITE + 1))
def test_each_call_on_the_stick_can_fail(tmp_path, at):
    def work(tell):
        boundary = Boundary((tmp_path,), at, errno.ENODEV, for_good=True)
        boundary.install()
        try:
            write_safely(tmp_path, "x.edusub", b"whole" * 1000)
        finally:
            tell(boundary.calls)

    ended = children.run(work)
    assert "db.problems.Problem" in ended.error
    assert len(ended.told[0]) >= at
    assert not (tmp_path / "x.edusub").exists() or (tmp_path / "x.edusub").read_bytes() == b"whole" * 1000


@pytest.mark.slow
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOENT, errno.EACCES, errno.ENOSPC])
def test_each_call_of_opening_a_workbook_can_fail_and_has_words(tmp_path, number):
    path = tmp_path / "甲校.edubook"
    workbooks.create_school(path, workbooks.NewSchool("2143000001", "甲校", "211", 2026)).close()
    calls = 0
    while True:
        calls += 1

        def work(tell, at=calls):
            boundary = Boundary((tmp_path,), at, number)
            boundary.install()
            try:
                workbooks.open_school(path).close()
            finally:
                tell(len(boundary.calls))

        ended = children.run(work)
        if ended.told[0] < calls:
            break
        assert not ended.error or "db.problems.Problem" in ended.error, ended.error
    assert calls > 3


def test_a_stick_that_gives_back_half_is_seen(tmp_path):
    def work(tell):
        boundary = Boundary((tmp_path,))
        boundary.install()
        write_safely(tmp_path, "x.edusub", b"whole")
        boundary.at, boundary.number = len(boundary.calls) + 1 + boundary.calls.index("read"), SHORT
        tell(boundary.calls)
        write_safely(tmp_path, "y.edusub", b"whole")

    ended = children.run(work)
    assert {"open", "write", "fsync", "read", "link", "unlink", "disk_usage"} <= set(ended.told[0])
    assert len(ended.told[0]) == CALLS_OF_A_WRITE
    assert "folder-io" in ended.error or "读回的内容" in ended.error
    assert [each.name for each in tmp_path.iterdir()] == ["x.edusub"]


# --- a disk that loses power ---


def lost(events, tries=200):
    """All folders that may be found after these events."""
    platter = Platter()
    for event in events:
        platter.follow(event)
    dice = random.Random(1)
    found = [platter.after_power_loss(dice) for _ in range(tries)]
    return {json.dumps({name: data.hex() for name, data in each.items()}, sort_keys=True) for each in found}


def contents(found, name="a"):
    return {bytes.fromhex(json.loads(each)[name]) for each in found if name in json.loads(each)}


def test_what_was_synced_stays_and_what_was_not_may_go():
    made = [Link("a", 1), Write(1, 0, b"old"), Sync(1), SyncFolder()]
    assert contents(lost(made)) == {b"old"}
    assert contents(lost([*made, Write(1, 0, b"new")])) == {b"old", b"new"}
    assert contents(lost([*made, Write(1, 0, b"new"), Sync(1)])) == {b"new"}


def test_a_name_stays_only_with_its_folder():
    made = [Link("a", 1), Write(1, 0, b"x"), Sync(1)]
    assert {"a" in json.loads(each) for each in lost(made)} == {True, False}
    gone = [*made, SyncFolder(), Unlink("a")]
    assert {"a" in json.loads(each) for each in lost(gone)} == {True, False}
    assert {"a" in json.loads(each) for each in lost([*gone, SyncFolder()])} == {False}


def test_writes_tear_and_change_places():
    made = [Link("a", 1), SyncFolder(), Write(1, 0, b"o" * 1024), Sync(1), Write(1, 0, b"n" * 1024)]
    found = contents(lost(made))
    assert {b"o" * 512 + b"n" * 512, b"n" * 512 + b"o" * 512} <= found
    both = [*made[:4], Write(1, 0, b"1"), Write(1, 512, b"2")]
    assert any(each[0] == ord("o") and each[512] == ord("2") for each in contents(lost(both)))


def test_a_replay_marks_each_acknowledged_transaction():
    sql = ["PRAGMA synchronous=FULL", "BEGIN", "CREATE TABLE t (x)", "COMMIT", "INSERT INTO t VALUES (1)"]
    run = replay(Recording("two", sessions=[[*sql, "SELECT * FROM t"]]))
    assert [each.number for each in run.disk.log if isinstance(each, Saved)] == [1, 2]
    assert len(set(run.states)) == 3
    failed = replay(Recording("two", sessions=[sql]), Disk(fail_at=3, for_good=True))
    assert failed.failed
    assert len(failed.states) == 1


def test_the_replayed_file_is_a_database(tmp_path):
    sql = ["CREATE TABLE t (x)", "INSERT INTO t VALUES ('清河县')"]
    disk = replay(Recording("one", sessions=[sql])).disk
    (tmp_path / "file").write_bytes(disk.contents[disk.names[NAME]])
    raw = sqlite3.connect(tmp_path / "file")
    assert raw.execute("SELECT x FROM t").fetchall() == [("清河县",)]
    raw.close()
