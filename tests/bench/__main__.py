"""`./run bench [NAME...]`: times as ratios within one run; absolute times are this machine's today."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from tests.bench import edit, merge, solver

if TYPE_CHECKING:
    from collections.abc import Callable


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="edit, solver, merge; none: all")
    parser.add_argument(
        "--schools", type=int, default=merge.SCHOOLS, help=f"schools of the merge ({merge.SCHOOLS})"
    )
    given = parser.parse_args(arguments)
    benchmarks: dict[str, Callable[[], int]] = {
        "edit": edit.run,
        "solver": solver.run,
        "merge": partial(merge.run, given.schools),
    }
    unknown = [name for name in given.names if name not in benchmarks]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are: {', '.join(benchmarks)}")
    return max(benchmarks[name]() for name in given.names or benchmarks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
