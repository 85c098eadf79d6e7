"""`./run bench [NAME...]`: times as ratios within one run; absolute times are this machine's today."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from tests.bench import before, edit, merge, solver

if TYPE_CHECKING:
    from collections.abc import Callable


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="edit, solver, merge, before; none: the first three"
    )
    parser.add_argument(
        "--schools", type=int, default=merge.SCHOOLS, help=f"schools of the merge ({merge.SCHOOLS})"
    )
    parser.add_argument("--revision", default="HEAD~1", help="what `before` builds beside this tree (HEAD~1)")
    given = parser.parse_args(arguments)
    benchmarks: dict[str, Callable[[], int]] = {
        "edit": edit.run,
        "solver": solver.run,
        "merge": partial(merge.run, given.schools),
    }
    usual = list(benchmarks)
    benchmarks["before"] = partial(before.run, given.revision)
    unknown = [name for name in given.names if name not in benchmarks]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are: {', '.join(benchmarks)}")
    return max(benchmarks[name]() for name in given.names or usual)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
