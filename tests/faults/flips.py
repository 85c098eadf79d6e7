"""Single bits of a workbook turned at random: each is said, or changes nothing that the workbook says."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from db.problems import Problem
from db.workbook import open_to_load
from tests.faults.material import Material, digest
from tests.faults.pace import Pace
from tests.faults.tally import Tally, say

UNCHANGED = "opened, every row as it was"
_A_ROUND = 100


def run(material: Material, folder: Path, dice: random.Random, pace: Pace, tallies: list[Tally]) -> None:
    """Turn bits by turns in a school's workbook and in a county's with submissions in it."""
    school, county = (Tally(f"bits turned in a {name}'s workbook") for name in ("school", "county"))
    tallies += [school, county]
    filled = material.filled_county(folder / "filled")
    while pace.goes_on(school.faults + county.faults):
        for tally, path in ((school, material.school), (county, filled)):
            turn(path, folder, dice, min(_A_ROUND, max(1, pace.wanted // 2)), tally)
            say(f"   {tally.kind}: {tally.faults}, silent {len(tally.broken)}")


def turn(original: Path, folder: Path, dice: random.Random, count: int, tally: Tally) -> None:
    """Turn one bit at a time and open what comes of it as the program does."""
    whole = original.read_bytes()
    path = folder / "turned.edubook"
    known = identity_of(Path(shutil.copy(original, path)))
    with tally.clock():
        for _ in range(count):
            at, bit = dice.randrange(len(whole)), dice.randrange(8)
            turned = bytearray(whole)
            turned[at] ^= 1 << bit
            path.write_bytes(turned)
            tally.faults += 1
            _judge(tally, path, known, f"byte {at} bit {bit}")


def identity_of(path: Path) -> str:
    """Return the digest of all rows of all tables as an opened workbook gives them.

    Opened as a school's window does: records are counted as they are read, all else before.
    """
    with open_to_load(path) as opened:
        opened.load()
        with opened.reading() as raw:
            return digest(raw)


def _judge(tally: Tally, path: Path, known: str, where: str) -> None:
    try:
        found = identity_of(path)
    except Problem as problem:
        tally.seen[problem.code] += 1
        tally.expect(problem.what and problem.advice, f"{where}: {problem.code} without words")
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody was told in words
        tally.broken.append(f"{where}: {type(error).__name__}: {error}")
    else:
        tally.seen[UNCHANGED] += 1
        tally.expect(found == known, f"{where}: silent")
