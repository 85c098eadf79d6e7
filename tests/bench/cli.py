"""The command line beside bare Python: what a person waits for before anything is done."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench import schools
from tests.bench.goals import Found
from tests.bench.processes import cpu, in_turn

TURNS = 15
BARE = "bare python"
GOALS = {"--help": 6.0, "school --help": 6.0, "school check": 20.0, "school set": 20.0, "records": 20.0}


def run() -> list[Found]:
    print(f"cli: CPU of whole commands beside bare Python, {TURNS} turns")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        school = str(schools.small(folder))
        commands = {
            BARE: (["-c", "pass"], 0),
            "--help": (["-m", "eduapp", "--help"], 0),
            "school --help": (["-m", "eduapp", "school", "--help"], 0),
            "school check": (["-m", "eduapp", "school", "check", school], 1),
            "school set": (["-m", "eduapp", "school", "set", school, "funding", "-", "budget", "12.5"], 0),
            "records": (["-m", "eduapp", "records"], 0),
        }
        runs = in_turn(commands, folder, TURNS)
    base = cpu(runs[BARE])
    for each, taken in runs.items():
        print(f"  {each:<16}{cpu(taken) * 1e3:8.1f} ms{cpu(taken) / base:8.2f} x")
    return [
        Found(f"cli: {each}, of bare Python", cpu(runs[each]) / base, goal) for each, goal in GOALS.items()
    ]
