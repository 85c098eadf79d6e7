"""Where the words go: a reader that leaves, a full disk, streams that were closed before the start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import ROOT

pytestmark = pytest.mark.not_on_windows("closes streams through a POSIX shell")
COMMANDS = {
    "records": "records --json",
    "check": "school check {book}",
    "board": "county keys {county} --json",
    "merge": "county merge {county} {folder} --json",
    "trust": "county trust {county} {file} --unchecked",
    "verify": "verify {file}",
    "help": "--help",
    "no such": "nothing",
    "problem": "school check {folder}/x",
}

LONG = ("board", "merge", "trust", "verify")
"""Each starts with what a county needs loaded."""


def each(names):
    return [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in names]


def shell(command, redirection, **places):
    places = {name: f"'{path}'" for name, path in places.items()}
    line = f"{sys.executable} -m eduapp {command.format(**places)} {redirection}"
    return subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {line}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=240,
    )


@pytest.fixture
def at(book, county, file):
    """Run a command line of the above, redirected in a way."""
    return lambda name, how: shell(
        COMMANDS[name], how, book=book, county=county, file=file, folder=file.parent
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", each(COMMANDS))
def test_a_reader_that_leaves_changes_neither_the_exit_code_nor_what_is_done(at, name, cli, county):
    wanted = at(name, "> /dev/null").returncode
    assert wanted in {0, 1, 2}
    for how in ("| true", ">&-", "<&-"):
        done = at(name, how)
        assert done.returncode == wanted, (how, done)
        for word in ("Traceback", "Broken", "internal-error", "Errno", "ignored"):
            assert word not in done.stderr, (how, done.stderr)
    if name == "trust":
        assert cli("county", "merge", county, county.parent / "U盘", "--json").json["accepted"] == 1


@pytest.mark.parametrize("name", each(["records", "check", "board", "verify"]))
def test_what_could_not_be_written_is_said(at, name):
    done = at(name, "> /dev/full")
    assert done.returncode == 2
    assert "[output-failed]" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("how", ["2>&-", ">&- 2>&-", "2> /dev/full", "<&- >&- 2>&-"])
def test_without_ears_for_complaints_the_exit_code_still_says_it(at, how):
    assert at("problem", how).returncode == 2
    assert at("no such", how).returncode == 2
    assert at("records", how).returncode == 0
