"""The commit before beside this tree: opening, intake and export as whole commands, in turns.

Each command is a process of its own, as a person starts it. What is compared is the processor's time, which
what else runs here changes least; the time of the clock is told beside. What a start costs by itself
(`records`) is also taken off, so that a faster start does not hide slower work.

An intake judges the schools that came and keeps what it found (docs/decisions/0028); a program of before did
that in every command that asks for a figure. So two rows stand beside each other: the intake alone, and the
intake with the first `county check` after it, by which both programs have done the same work and say the same
figures, which is compared. A second `county check` is told as well: it is what is gained.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeAlias

from tests.bench import before_make

ROOT = Path(__file__).resolve().parents[2]
TURNS, SCHOOLS, GOAL = 3, 100, 1.2
START, OPENING, INTAKE, EXPORT = "start", "opening and checking", "intake", "export"
FIRST, SECOND = "first county check", "second county check"
JUDGED = "intake + first check"
GOALS = (OPENING, INTAKE, JUDGED, EXPORT)
"""What is held to the goal; the rest is told beside."""


class Taken(NamedTuple):
    """What a command took: seconds of the processor, and of the clock."""

    work: float
    clock: float


Figures: TypeAlias = dict[tuple[str, str], object]
"""Of each stage and item the mean and the coefficient, where there is one."""


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

    def figures(self) -> Figures:
        """Return what the county comes to, as the last intake left it."""
        county = self._folder / before_make.COUNTY
        said: dict[str, Any] = json.loads(
            self._said(["-m", "eduapp", "county", "check", str(county), "--json"])
        )
        return {
            (stage, each["code"]): (each["mean"], each["coefficient"])
            for stage, found in said["stages"].items()
            for each in found["indicators"]
            if each["coefficient"] is not None
        }

    def _run(self, arguments: list[str]) -> Taken:
        begin, used = time.perf_counter(), _used()
        self._said(arguments)
        return Taken(_used() - used, time.perf_counter() - begin)

    def _said(self, arguments: list[str]) -> str:
        done = subprocess.run(
            [sys.executable, "-P", *arguments], check=False, env=self._environment, cwd=self._folder.parent,
            capture_output=True, encoding="utf-8",
        )  # fmt: skip
        if done.returncode > (arguments[0] == "-m"):  # of a command, 1 is an answer too
            message = f"{arguments} ended with {done.returncode}: {done.stderr}"
            raise RuntimeError(message)
        return done.stdout

    def once(self) -> dict[str, Taken]:
        """Run each command once; return what it took."""
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
            FIRST: ["county", "check", str(county)],
            SECOND: ["county", "check", str(county)],
            EXPORT: ["school", "export", str(school), str(drive), "--draft"],
        }
        taken = {name: self._run(["-m", "eduapp", *words]) for name, words in commands.items()}
        if not any(drive.iterdir()):
            message = f"nothing was exported in {drive}"
            raise RuntimeError(message)
        both = (one + other for one, other in zip(taken[INTAKE], taken[FIRST], strict=True))
        return taken | {JUDGED: Taken(*both)}


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
            times: list[dict[str, list[Taken]]] = [{}, {}]
            for _ in range(TURNS):
                for tree, found in zip(trees, times, strict=True):
                    for job, taken in tree.once().items():
                        found.setdefault(job, []).append(taken)
            _require_same(*(tree.figures() for tree in trees))
        finally:
            subprocess.run([*git, "worktree", "remove", "--force", source], check=True)
    before, now = ({job: _median(row) for job, row in each.items()} for each in times)
    print(f"  {'now / before':40}{'without the start':>18}{'seconds before, now':>24}{'by the clock':>14}")
    for job in (START, *GOALS, FIRST, SECOND):
        old, new = before[job], now[job]
        ratio = new.work / old.work
        starts = 2 if job == JUDGED else 1
        rest = (each[job].work - starts * each[START].work for each in (now, before))
        work = "" if job == START else f"{next(rest) / next(rest):.2f}"
        goal = f"  goal <= {GOAL}: {'met' if ratio <= GOAL else 'NOT met'}" if job in GOALS else ""
        clock = new.clock / old.clock
        print(f"  {job:24}{ratio:16.2f}{work:>18}{old.work:14.2f}{new.work:10.2f}{clock:14.2f}{goal}")
    return 0


def _median(found: list[Taken]) -> Taken:
    return Taken(*(median(each) for each in zip(*found, strict=True)))


def _used() -> float:
    """Return the processor's seconds of all commands that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _require_same(before: Figures, now: Figures) -> None:
    """Hold the figures of both trees against each other, of all that both know."""
    both = before.keys() & now.keys()
    other = {each: (before[each], now[each]) for each in both if before[each] != now[each]}
    if other or not both:
        message = f"of {len(both)} figures that both say, these differ: {other}"
        raise RuntimeError(message)
    print(f"  both say the same of {len(both)} figures")
