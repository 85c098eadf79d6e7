"""`./run bench [NAME]`: benchmarks, each a table of ratios from one run, never a bare time."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.bench import edit, solver

if TYPE_CHECKING:
    from collections.abc import Callable

BENCHMARKS: dict[str, Callable[[], int]] = {"edit": edit.run, "solver": solver.run}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    return max(BENCHMARKS[name]() for name in names or BENCHMARKS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
