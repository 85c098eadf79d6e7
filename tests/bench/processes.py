"""Whole processes measured: CPU seconds (user and system), peak memory, taken in turn with a bare one."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """One process from its start to its end."""

    cpu: float
    peak_mb: float
    said: str


def measure(arguments: list[str], folder: Path, code: int = 0) -> Run:
    """Run Python with arguments, its own files under `folder`; it must end with `code`."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "EDUAPP_DATA": str(folder / "data"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "",  # as `./run` does: nobody compiles everything at every start
        "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX") or str(folder / "bytecode"),
    }
    with subprocess.Popen(
        [sys.executable, "-P", *arguments], env=environment, cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
    ) as program:  # fmt: skip
        said = program.stdout.read() if program.stdout else ""
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode != code:
        raise RuntimeError(f"{arguments} ended with {program.returncode}: {said}")
    return Run(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def in_turn(commands: dict[str, tuple[list[str], int]], folder: Path, turns: int) -> dict[str, list[Run]]:
    """Run every command once a turn, and once before uncounted: compiled files, the disk's cache."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(turns + 1):
        for name, (arguments, code) in commands.items():
            taken = measure(arguments, folder, code)
            if turn:
                found[name].append(taken)
    return found


def cpu(runs: list[Run]) -> float:
    """Return the median CPU seconds."""
    return median(each.cpu for each in runs)


def peak(runs: list[Run]) -> float:
    """Return the median of the most memory held, in MB."""
    return median(each.peak_mb for each in runs)
