"""One merge in a process of its own: prints its report's sum and the most memory it ever held.

``python -m tests.bench.merge_once WORKBOOK STICK COUNT``. The memory is the peak of the resident set
(VmHWM of this process alone; only Linux tells it), in KiB, before and after the merge.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake


def peak() -> int:
    """Return the peak of the resident set so far, in KiB."""
    found = re.search(
        r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE
    )
    return int(found[1]) if found else 0


def main() -> None:
    workbook, stick, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    paths = sorted(stick.iterdir())[:count]
    with county_books.open_county(workbook) as book:
        before = peak()
        report = jobs.run(intake.merge(book, paths))
    print(json.dumps({"before": before, "peak": peak(), "counts": report.counts}))


if __name__ == "__main__":
    main()
