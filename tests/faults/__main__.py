"""`./run faults [--minutes N]`: processes killed, power lost, disks full, sticks pulled; a table of counts.

Without --minutes: 1,000 kills, 5,000 power losses and 50 points of each work on failing disks; with it as
much more as fits into that time. Exit 1 when a promise did not hold: a damaged file, an acknowledged save
that is lost, half a file under a final name, an error without words for people; or when a control held.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import apsw

from tests.faults import disks, kills, material, power
from tests.faults.tally import Tally, say, table


@dataclass(frozen=True)
class Wanted:
    """The least of a run."""

    kills: int
    power_losses: int
    points: int
    schools: int


LONG, SHORT = Wanted(1000, 5000, 50, 8), Wanted(24, 300, 7, 4)
PARTS = ("disks", "power", "kills")
_SHARE_OF_POWER = 0.4
"""Of the time that --minutes gives; kills have the rest."""


def arguments_of(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description="The long fault runs.")
    parser.add_argument("--minutes", type=float, default=0.0, help="go on for so long")
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
    with tempfile.TemporaryDirectory(prefix="eduapp-faults-", ignore_cleanup_errors=True) as folder:
        tallies = inflict(chosen, Path(folder), random.Random(seed))
    for tally in tallies:
        for line in () if tally.control else tally.broken:
            say(f"   BROKEN: {tally.kind}: {line}")
    say(table(tallies))
    failed = [tally.kind for tally in tallies if tally.failed]
    say(f"failed: {', '.join(failed)}" if failed else "every promise held, and every control broke")
    return int(bool(failed))


def inflict(chosen: argparse.Namespace, folder: Path, dice: random.Random) -> list[Tally]:
    began = time.monotonic()
    end = began + chosen.minutes * 60
    wanted = SHORT if chosen.short else LONG
    say("== making a practice county to work on")
    made = material.make(folder / "material", wanted.schools)
    tallies: list[Tally] = []
    if "disks" in chosen.only:
        say("== disks: full, failing, pulled out")
        tallies += disks.run(made, folder, dice, wanted.points, began)
    if "power" in chosen.only:
        say("== power loss, over a disk in memory")
        share = _SHARE_OF_POWER if "kills" in chosen.only else 1.0
        tallies += power.run(made, folder, dice, wanted.power_losses, began + chosen.minutes * 60 * share)
    if "kills" in chosen.only:
        say("== kill -9")
        tallies += kills.run(made, folder, dice, wanted.kills, end)
    return tallies


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
