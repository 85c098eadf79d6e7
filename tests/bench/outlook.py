"""What a coefficient can still become with a tenth of the schools missing: time over the number of schools.

What stands behind a page of the outlook for one indicator: the enclosure over all fillings and what each
section adds to the coefficient of those that are there. The exponent is that of CPU time over schools.
"""

from __future__ import annotations

import math
import random
import time
from fractions import Fraction
from statistics import median

from eduapp.standards.county.intervals import Box, contributions, enclosure
from tests.bench.goals import Found

SIZES, TURNS = (1_000, 3_000, 9_000), 3
GOAL = 1.1


def run() -> list[Found]:
    print(f"outlook: one indicator, a tenth of {SIZES} schools missing, {TURNS} turns")
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    for turn in range(TURNS + 1):
        for size in SIZES:
            sections, boxes = _county(size)
            begin = time.process_time()
            enclosure([(pupils, value) for _, pupils, value in sections], boxes)
            contributions(sections)
            times[size].extend([time.process_time() - begin] if turn else [])
    found = [median(times[size]) for size in SIZES]
    print(
        "  "
        + ", ".join(f"{size} schools {each * 1e3:.0f} ms" for size, each in zip(SIZES, found, strict=True))
    )
    exponent = math.log(found[-1] / found[0]) / math.log(SIZES[-1] / SIZES[0])
    return [Found("outlook: exponent of time over schools", exponent, GOAL, "")]


def _county(size: int) -> tuple[list[tuple[str, int, Fraction]], list[Box]]:
    """Return sections (school, pupils, value as a quotient of counts) and a box of each missing one."""
    dice = random.Random(size)
    known: list[tuple[str, int, Fraction]] = []
    boxes: list[Box] = []
    for number in range(size):
        pupils = dice.randint(20, 2_000)
        value = Fraction(dice.randint(100, 900) * pupils // 100, pupils)
        if number % 10:
            known.append((str(number), pupils, value))
        else:
            share = Fraction(1, 10)
            low, high = value * (1 - share), value * (1 + share)
            boxes.append(Box(math.floor(pupils * (1 - share)), math.ceil(pupils * (1 + share)), low, high))
    return known, boxes
