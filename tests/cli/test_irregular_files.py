"""What is no file under a file's name: pipes, sockets, devices, folders, links that lead nowhere.

Whatever opens a file from a stick or a folder says so and goes on; a pipe would be waited for for ever.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
from pathlib import Path

import pytest

from db import backups, files
from db.problems import Problem
from eduapp.exchange import sheet_reading, stick
from eduapp.services import workbooks
from eduapp.services.backups import backups_of
from eduapp.services.county.books import open_county
from eduapp.services.hand_off import rounds, school_keys, trust
from tests.cli.running import refused

pytestmark = pytest.mark.not_on_windows("no pipe, socket or device lies in a folder there")
SECONDS = 240


@pytest.fixture(autouse=True)
def _patience():
    """Waiting for a pipe that nobody writes ends the test, not the run."""

    def stop(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def pipe(path):
    os.mkfifo(path)


def sock(path):
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(str(path))


def device(path):
    path.symlink_to("/dev/zero")


def loop(path):
    path.symlink_to(path.name)


KINDS = {"pipe": pipe, "socket": sock, "device": device, "folder": os.mkdir, "loop": loop}


@pytest.fixture(params=KINDS)
def irregular(request, tmp_path, monkeypatch):
    """Make one of them under a name, at the top of a stick of its own; sockets want short paths."""
    folder = tmp_path / "U"
    folder.mkdir()

    def make(name):
        monkeypatch.chdir(folder)
        KINDS[request.param]((folder / name).relative_to(folder))
        return folder / name

    return make


def code_of(call, *arguments):
    with pytest.raises(Problem) as raised:
        call(*arguments)
    assert raised.value.text
    return raised.value.code


def test_every_door_to_files_refuses_it(irregular):
    path = irregular("x.edusub")
    assert code_of(stick.read_limited, path, 1000) == "not-a-file"
    assert code_of(sheet_reading.read_sheets, path) == "not-a-file"


@pytest.mark.slow
def test_a_merge_names_it_and_takes_the_rest(cli, county, file, irregular):
    path = irregular("坏.edusub")
    file.rename(path.parent / file.name)
    done = cli("county", "merge", county, path.parent, "--json")
    told = {Path(each["path"]).name: (each["outcome"], each["code"]) for each in done.json["files"]}
    assert told == {"坏.edusub": ("refused", "not-a-file"), file.name: ("held", "key-not-admitted")}
    assert (done.code, done.json["read"]) == (1, 2)
    again = cli("county", "merge", county, path, "--json").json["files"]
    assert [each["code"] for each in again] == ["not-a-file"]


def test_the_door_to_files_reads_none_and_waits_for_none(irregular):
    with pytest.raises(OSError, match=r"\S"):
        files.read(irregular("x.bin"), 64)


def test_a_merge_passes_others_by_without_opening_them(cli, county, irregular):
    path = irregular("某物")
    done = cli("county", "merge", county, path.parent, "--json")
    assert done.code == 0
    assert done.json["read"] == 0


@pytest.mark.slow
def test_each_command_that_names_a_file_refuses_it(cli, county, book, irregular, monkeypatch):
    path = irregular("x.bin")
    for arguments in (
        ("county", "trust", county, path, "--digits", "1" * 30),
        ("county", "trust", county, path, "--unchecked"),
        ("county", "import", county, path),
        (
            "county",
            "new",
            county.with_name("新.edubook"),
            "--code",
            "430900",
            "--name",
            "某县",
            "--schools",
            path,
        ),
        ("county", "schools", county, path),
        ("school", "import", book, path),
        ("school", "import", book, path, "--list", "teacher"),
        ("school", "import", book, path, "--profile", "pupil-register"),
        ("school", "trust", book, path, "--digits", "1" * 30),
        ("school", "round", book, path),
        ("school", "receipt", book, path),
        ("school", "take", book, path),
        ("verify", path),
    ):
        refused(cli(*arguments), "not-a-file")
    accepted = cli("school", "import", book, book, "--accept", path)
    assert (accepted.code, path.name in accepted.err) == (2, True)
    assert cli("school", "check", path).code == 2
    monkeypatch.setenv("EDUAPP_PASSPHRASE_FILE", str(path))
    refused(cli("school", "passphrase", book), "passphrase-file-unreadable")


def test_requests_are_read_past_it(county, irregular):
    path = irregular("x.edukey")
    with open_county(county) as office:
        found = trust.read_requests(office, [path.parent])
    assert [(Path(name).name, each.code) for name, each in found.troubled] == [("x.edukey", "not-a-file")]


def test_what_the_county_left_is_read_past_it(book, irregular):
    path = irregular("x.eduround")
    with workbooks.open_school(book) as school:
        found = rounds.on_stick(school, path.parent)
        done = school_keys.pick_up(school, found)
    assert [each.code for each in done.troubles] == ["not-a-file"]


def test_a_list_of_backups_does_not_open_it(book, tmp_path, irregular):
    made = irregular("x.edubook")
    folder = book.parent / backups.FOLDER
    folder.mkdir(exist_ok=True)
    made.rename(folder / f"{book.stem}_20260101-010101-000000_定时.edubook")
    assert backups_of(book) == ()
