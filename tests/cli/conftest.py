from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import CODE, run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def cli():
    """Run one command in this process; see running.py."""
    return run


@pytest.fixture
def process():
    """Run one command as a program of its own."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "eduapp", *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=240,
        )

    return run


@pytest.fixture
def book(cli, tmp_path):
    path = tmp_path / "明德.edubook"
    done = cli("school", "new", path, "--code", CODE, "--name", "明德小学", "--kind", "211", "--year", "2026",
               "--area-class", "121", "--built", "1998", "--county", "430900",
               "--standard", "national-2017")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    return path


@pytest.fixture
def county(cli, tmp_path):
    path = tmp_path / "县.edubook"
    new = ("county", "new", path, "--code", "430900", "--name", "某县", "--year", "2026")
    assert cli(*new, "--standard", "national-2017").code == 0
    return path


@pytest.fixture
def file(cli, book, tmp_path):
    """A draft of the school as it lies on the stick."""
    stick = tmp_path / "U盘"
    stick.mkdir()
    assert cli("school", "export", book, stick, "--draft").code == 0
    (path,) = stick.iterdir()
    return path
