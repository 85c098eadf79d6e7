"""`./run bench [NAME...] [--all]`: ratios within one run; absolute times are this machine's today."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from tests.bench import (
    before,
    bulk,
    bundle,
    cli,
    county,
    edit,
    faulty,
    grid,
    growth,
    importing,
    large,
    merge,
    outlook,
    paper,
    solver,
    start,
    visits,
)
from tests.bench.goals import Found, table

if TYPE_CHECKING:
    from collections.abc import Callable

    Benchmark = Callable[[], list[Found] | int]


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(","))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="one or more; none or --all: all but `before`"
    )
    parser.add_argument("--all", action="store_true", help="all of them, and one table at the end")
    parser.add_argument(
        "--schools", type=int, default=merge.SCHOOLS, help=f"schools of the merge ({merge.SCHOOLS})"
    )
    parser.add_argument("--revision", default="HEAD~1", help="what `before` builds beside this tree (HEAD~1)")
    parser.add_argument(
        "--sizes", type=_sizes, default=county.SIZES, help="schools of `county` and `growth` (300,1000,3000)"
    )
    parser.add_argument(
        "--rows", type=_sizes, default=growth.ROWS, help="rows of the list of `growth` (1000,10000,100000)"
    )
    given = parser.parse_args(arguments)
    benchmarks: dict[str, Benchmark] = {
        "cli": cli.run,
        "start": start.run,
        "visits": visits.run,
        "edit": edit.run,
        "paste": bulk.paste,
        "faulty": faulty.run,
        "outlook": outlook.run,
        "import": importing.run,
        "large": large.run,
        "grid": grid.opening,
        "scroll": grid.scrolling,
        "paper": paper.run,
        "solver": solver.run,
        "merge": partial(merge.run, given.schools),
        "bundle": bundle.run,
        "county": partial(county.run, given.sizes),
    }
    usual = list(benchmarks)
    benchmarks["memory"] = start.run  # told by the same processes
    benchmarks["growth"] = partial(growth.run, given.sizes, given.rows)  # `county`, and lists
    benchmarks["before"] = partial(before.run, given.revision)
    unknown = [name for name in given.names if name not in benchmarks]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are: {', '.join(benchmarks)}")
    found: list[Found] = []
    wrong = 0
    for name in usual if given.all else given.names or usual:
        result = benchmarks[name]()
        if isinstance(result, int):
            wrong = max(wrong, result)
        else:
            found += result
    if found:
        print(table(found))
    return max(wrong, int(any(not each.met for each in found if not each.goal)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
