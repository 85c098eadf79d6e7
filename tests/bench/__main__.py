"""`./run bench [NAME...] [--all]`: ratios within one run; absolute times are this machine's today.

With --all each runs in a process of its own: none is measured in what another left in memory, and one that
fails costs its own figures alone.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
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
    from collections.abc import Callable, Iterable

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
    parser.add_argument("--found", type=Path, help=argparse.SUPPRESS)  # where one of --all leaves its figures
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
    if given.all or not given.names:
        options = [f"--{name}={_said(getattr(given, name))}" for name in ("schools", "sizes", "rows")]
        return _told(found for name in usual for found in _apart(name, options))
    wrong, found = 0, list[Found]()
    for name in given.names:
        result = benchmarks[name]()
        if isinstance(result, int):
            wrong = max(wrong, result)
        else:
            found += result
    if given.found:
        given.found.write_text(json.dumps([asdict(each) for each in found]), "utf-8")
        return wrong
    return max(wrong, _told(found))


def _said(value: int | tuple[int, ...]) -> str:
    return str(value) if isinstance(value, int) else ",".join(map(str, value))


def _apart(name: str, options: list[str]) -> list[Found]:
    """Run one benchmark in a process of its own; return what it found, or that it ended without."""
    with tempfile.TemporaryDirectory() as folder:
        left, begin = Path(folder) / "found.json", time.monotonic()
        command = [sys.executable, "-m", "tests.bench", name, f"--found={left}", *options]
        code = subprocess.run(command, check=False).returncode
        print(f"  {name} took {time.monotonic() - begin:.0f} s", flush=True)
        if code == 0 and left.exists():
            return [Found(**each) for each in json.loads(left.read_text("utf-8"))]
    return [Found(f"{name}: ended with {code}, without figures", math.inf, 0.0, "")]


def _told(found: Iterable[Found]) -> int:
    """Print the one table; return 1 where a result is wrong: what must be none is some."""
    listed = [*found]
    if listed:
        print(table(listed))
    return int(any(not each.met for each in listed if not each.goal))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
