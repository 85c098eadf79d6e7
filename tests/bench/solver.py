"""还差多少 for 2,000 random schools: the gaps and the cheapest plan, beside judging the same school once.

Both are done in turn for each school, so that a change of the machine's speed meets both alike.
"""

from __future__ import annotations

import random
import time
from statistics import median

from eduapp.standards.costs import costs
from eduapp.standards.data import SchoolData
from eduapp.standards.evaluate import evaluate_sections
from eduapp.standards.packs.reader import load
from eduapp.standards.solver import cheapest, gaps
from tests.bench.goals import Found
from tests.standards.drafts import DAY
from tests.standards.random_schools import school

SCHOOLS, GOAL_MS = 2000, 50.0


def run() -> list[Found]:
    print(f"solver: gaps of every indicator and the cheapest plan, {SCHOOLS} random schools, in turn")
    standard, dice = load("national-2017"), random.Random(2017)
    prices = {name: each.yuan for name, each in costs().items()}
    judging, solving = [], []
    for _ in range(SCHOOLS):
        data = SchoolData(school(dice)[0])
        begin = time.perf_counter()
        evaluate_sections(data, standard, DAY)
        middle = time.perf_counter()
        cheapest(gaps(data, standard, DAY), standard, prices)
        solving.append(time.perf_counter() - middle)
        judging.append(middle - begin)
    print(f"  {'':14}{'median ms':>10}{'p95 ms':>9}{'median / judge':>16}")
    for name, times in (("judge once", judging), ("solve", solving)):
        p95 = sorted(times)[int(len(times) * 0.95)]
        ratio = median(times) / median(judging)
        print(f"  {name:14}{median(times) * 1e3:10.2f}{p95 * 1e3:9.2f}{ratio:16.2f}")
    return [Found("solver: gaps and the cheapest plan, median", median(solving) * 1e3, GOAL_MS, "ms")]
