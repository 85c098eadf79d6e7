"""The commit before beside this tree: opening, intake and export as whole commands, in turns.

Each command is a process of its own, as a person starts it. What a start costs by itself (`records`) is
told beside and also taken off, so that a faster start does not hide slower work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench import before_make

ROOT = Path(__file__).resolve().parents[2]
TURNS, SCHOOLS, GOAL = 5, 100, 1.2
START, OPENING, INTAKE, EXPORT = "start", "opening and checking", "intake", "export"
TREES = ("before", "now")


class Tree:
    """A tree of the program with files of its own to work on."""

    def __init__(self, source: Path, folder: Path) -> None:
        self._folder = folder
        self._environment = os.environ | {
            "PYTHONPATH": str(source),
            "EDUAPP_DATA": str(folder / "data"),
            "EDUAPP_PASSPHRASE_FILE": str(folder / before_make.SECRET),
        }
        self._run([before_make.__file__, str(folder), str(SCHOOLS)])
        shutil.copy(folder / before_make.COUNTY, folder / "empty.edubook")
        shutil.copytree(folder / "data", folder / "data before")

    def _run(self, arguments: list[str]) -> float:
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-P", *arguments], check=False, env=self._environment, cwd=self._folder.parent,
            capture_output=True, encoding="utf-8",
        )  # fmt: skip
        if done.returncode > (arguments[0] == "-m"):  # of a command, 1 is an answer too
            message = f"{arguments} ended with {done.returncode}: {done.stderr}"
            raise RuntimeError(message)
        return time.perf_counter() - begin

    def once(self) -> dict[str, float]:
        """Run each command once; return the seconds it took."""
        county, school = self._folder / before_make.COUNTY, self._folder / before_make.SCHOOL
        shutil.copy(self._folder / "empty.edubook", county)
        # The computer's own marks go back with it: a county that lost its last files is told so.
        shutil.rmtree(self._folder / "data")
        shutil.copytree(self._folder / "data before", self._folder / "data")
        drive = self._folder / "drive"
        shutil.rmtree(drive, ignore_errors=True)
        drive.mkdir()
        commands = {
            START: ["records"],
            OPENING: ["school", "check", str(school)],
            INTAKE: ["county", "merge", str(county), str(self._folder / before_make.STICK)],
            EXPORT: ["school", "export", str(school), str(drive), "--draft"],
        }
        taken = {name: self._run(["-m", "eduapp", *words]) for name, words in commands.items()}
        if not any(drive.iterdir()):
            message = f"nothing was exported in {drive}"
            raise RuntimeError(message)
        return taken


def run(revision: str = "HEAD~1") -> int:
    """Print the ratios; a missed goal is only said."""
    print(f"before: {revision} beside this tree; {TURNS} turns, {SCHOOLS} sealed files, a large school")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "tree"
        git = ["git", "-C", str(ROOT)]
        subprocess.run([*git, "worktree", "add", "--quiet", "--detach", source, revision], check=True)
        try:
            trees = [Tree(source, folder / "before"), Tree(ROOT, folder / "now")]
            times: list[dict[str, list[float]]] = [{}, {}]
            for _ in range(TURNS):
                for tree, found in zip(trees, times, strict=True):
                    for job, seconds in tree.once().items():
                        found.setdefault(job, []).append(seconds)
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", source], check=True)
    before, now = ({job: median(row) for job, row in each.items()} for each in times)
    print(f"  {'':24}{'now / before':>14}{'without the start':>20}")
    for job in before:
        print(f"  {job:24}{now[job] / before[job]:14.2f}", end="")
        if job == START:
            print()
            continue
        work = (now[job] - now[START]) / (before[job] - before[START])
        print(f"{work:20.2f}  goal <= {GOAL}: {'met' if now[job] / before[job] <= GOAL else 'NOT met'}")
    return 0
