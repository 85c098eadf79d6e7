"""`./run faults [--minutes N]`: bits turned, files damaged, processes killed, power lost, disks full; counts.

Without --minutes: 2,000 bits, 2,400 damaged spreadsheets, 1,000 kills, 5,000 power losses, 50 points of
each work on failing disks and 5,000 histories of intake in any order, 200 of them through real workbooks
too. With it every part has its
share of that time, the run ends within a minute of it, and the table says what was done and what was not
reached. Exit 1 when a promise did not hold: a turned bit that changes something and is not said, a damaged
file, an acknowledged save that is lost, half a file under a final name, an error without words for people,
an order that shows; or when a control held.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

from tests.faults import disks, flips, histories, kills, material, power, sheets
from tests.faults.material import Material
from tests.faults.pace import Pace, TimeUp, alarm, shared
from tests.faults.tally import Tally, say, table


@dataclass(frozen=True)
class Wanted:
    """The least of a run."""

    kills: int
    power_losses: int
    points: int
    schools: int
    flips: int
    histories: int
    sheets: int


LONG, SHORT = Wanted(1000, 5000, 50, 8, 2000, 5000, 2400), Wanted(24, 300, 7, 4, 60, 25, 80)
Part = Callable[[Material, Path, random.Random, Pace, list[Tally]], None]
PARTS: dict[str, tuple[str, float, Part]] = {
    "flips": ("bits turned in closed workbooks", 0.1, flips.run),
    "sheets": ("damaged spreadsheets", 0.1, sheets.run),
    "disks": ("disks: full, failing, pulled out", 0.25, disks.run),
    "power": ("power loss, over a disk in memory", 0.25, power.run),
    "intake": ("intake in any order", 0.1, histories.run),
    "kills": ("kill -9", 0.2, kills.run),
}
"""What is said of a part, its share of the time that --minutes gives, and what does it."""
_GRACE = 40
"""Seconds after the end at which what still runs is cut off."""


def arguments_of(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description="The long fault runs.")
    parser.add_argument("--minutes", type=float, default=0.0, help="so long, and no minute longer")
    parser.add_argument("--short", action="store_true", help="the few rounds that ./run test does")
    parser.add_argument("--seed", type=int, default=None, help="the same dice as in another run")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="some parts of it")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    chosen = arguments_of(arguments)
    if not hasattr(os, "fork"):
        say("the fault runs need a system with fork (Linux)")
        return 2
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    say(f"== seed {seed}; SQLite {sqlite3.sqlite_version}, in the replay {apsw.sqlite_lib_version()}")
    tallies: list[Tally] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="eduapp-faults-", ignore_cleanup_errors=True) as folder:
        try:
            inflict(chosen, Path(folder), random.Random(seed), tallies)
        except TimeUp:
            say("== the time is over: what was under way was cut off")
    say(f"== {sum(each.faults for each in tallies)} faults in {(time.monotonic() - began) / 60:.1f} minutes")
    for tally in tallies:
        for line in () if tally.control else tally.broken:
            say(f"   BROKEN: {tally.kind}: {line}")
    say(table(tallies))
    failed = [tally.kind for tally in tallies if tally.failed]
    unreached = [tally.kind for tally in tallies if not tally.is_reached and not tally.seen]
    if unreached:
        say(f"not reached in the time: {', '.join(unreached)}")
    reached = "" if not unreached else ", as far as it was reached"
    say(f"failed: {', '.join(failed)}" if failed else f"every promise held, and every control broke{reached}")
    return int(bool(failed))


def inflict(chosen: argparse.Namespace, folder: Path, dice: random.Random, tallies: list[Tally]) -> None:
    end = time.monotonic() + chosen.minutes * 60 if chosen.minutes else math.inf
    wanted = SHORT if chosen.short else LONG
    counts = {
        "flips": wanted.flips,
        "sheets": wanted.sheets,
        "disks": wanted.points,
        "power": wanted.power_losses,
        "intake": wanted.histories,
        "kills": wanted.kills,
    }
    with alarm(end + _GRACE):
        say("== making a practice county to work on")
        made = material.make(folder / "material", wanted.schools)
        shares = {name: PARTS[name][1] for name in PARTS if name in chosen.only}
        for name, until in shared(shares, end):
            words, _, run = PARTS[name]
            say(f"== {words}")
            run(made, folder, dice, Pace(counts[name], until), tallies)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
