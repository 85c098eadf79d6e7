"""The two scripts, as far as they can be tried without making another environment."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.not_on_windows("the scripts need bash")


def run(*arguments, cwd=None, script=ROOT / "run", **environment):
    env = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    return subprocess.run(
        ["bash", str(script), *arguments],
        cwd=cwd or ROOT,
        env=env | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def copy(tmp_path):
    """The script in a folder of its own, so that an environment made there is nobody's."""
    folder = tmp_path / "a folder 中文"
    folder.mkdir()
    shutil.copy(ROOT / "run", folder)
    (folder / "requirements.lock").write_text("", encoding="utf-8")
    return folder


def stub(folder, name, text):
    """A program of that name, first on the PATH that is returned."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(folder)


def test_without_a_screen_one_line_names_the_demo():
    done = run()
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "./run demo" in done.stderr


def test_help_lists_every_job_and_an_unknown_one_is_an_error():
    text = (ROOT / "run").read_text(encoding="utf-8")
    jobs = re.findall(r"^    (\w+)\) (?:run_|need_)", text, re.MULTILINE)
    assert set(jobs) == {
        "demo",
        "test",
        "cli",
        "bench",
        "build",
        "windows",
        "coverage",
        "vectors",
        "faults",
        "mutants",
    }
    listed = run("help")
    assert listed.returncode == 0
    assert [job for job in jobs if f"./run {job}" not in listed.stdout] == []
    unknown = run("nonsense")
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_no_python_of_ours_is_said_in_both_languages(copy, tmp_path):
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        path = stub(tmp_path / "bin", name, "exit 127")
    done = run("cli", script=copy / "run", PATH=f"{path}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == 3
    assert "Python 3.11" in done.stderr
    assert "需要 Python" in done.stderr
    assert not (copy / ".venv").exists()


@pytest.mark.slow
def test_an_interrupted_install_does_not_look_done(copy):
    (copy / "requirements.lock").write_text("no-such-package==0 --hash=sha256:" + "0" * 64, encoding="utf-8")
    env = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1"}
    done = run("cli", script=copy / "run", **env)
    assert done.returncode == 3, done.stderr
    assert (copy / ".venv").exists()
    assert not (copy / ".venv" / "installed.lock").exists()
    (copy / "requirements.lock").write_text("", encoding="utf-8")
    assert "making .venv" in run("cli", script=copy / "run", **env).stderr
    assert (copy / ".venv" / "installed.lock").exists()


def test_the_scripts_name_no_path_of_one_machine():
    for name in ("run", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8").removeprefix("#!/usr/bin/env bash")
        assert re.findall(r"(?<![\w.$}*])/(?:home|root|work|usr|opt|Users)\b", text) == [], name
        assert os.access(ROOT / name, os.X_OK)


def test_the_build_machine_runs_the_tests_last():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()
    assert lines[-1] == "exec bash ./run test"
