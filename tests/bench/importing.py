"""A list of 5,000 rows in a spreadsheet: reading it, and rehearsing its import, beside calamine alone.

All three read the same file, in turn; CPU of this process. The rehearsal reads, judges the school as it would
then be and writes nothing.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from python_calamine import CalamineWorkbook

from eduapp.exchange.list_sheets import read_list, write_list
from eduapp.services import importing, workbooks
from tests.bench import exports, schools
from tests.bench.goals import Found, ratio

ROWS, TURNS = 5_000, 7
GOAL_READ, GOAL_REHEARSED = 3.0, 6.0


def run() -> list[Found]:
    print(f"import: a spreadsheet of {ROWS} rows read and rehearsed beside calamine alone, {TURNS} turns")
    times: dict[str, list[float]] = {"calamine": [], "read": [], "rehearsed": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        school, sheet = schools.small(folder), folder / "教室.xlsx"
        rows = [
            {"name": f"室{i}", "kind": "classroom", "area": 50 + i % 40, "multimedia": bool(i % 3)}
            for i in range(ROWS)
        ]
        write_list(sheet, "room", rows)  # type: ignore[arg-type] # whole numbers are written as numbers, too
        with workbooks.open_school(school) as book:
            works: dict[str, Callable[[], object]] = {
                "calamine": lambda: _bare(sheet),
                "read": lambda: read_list(sheet, "room"),
                "rehearsed": lambda: importing.import_list(book, "room", sheet, dry_run=True),
            }
            for turn in range(TURNS + 1):
                for each, work in works.items():
                    begin = time.process_time()
                    work()
                    times[each].extend([time.process_time() - begin] if turn else [])
    print("  " + ", ".join(f"{each} {median(found) * 1e3:.0f} ms" for each, found in times.items()))
    return [
        Found(
            "import: reading 5,000 rows, of calamine alone",
            ratio(times["read"], times["calamine"]),
            GOAL_READ,
        ),
        Found(
            "import: rehearsal of them, of calamine alone",
            ratio(times["rehearsed"], times["calamine"]),
            GOAL_REHEARSED,
        ),
        *exports.run(),
    ]


def _bare(path: Path) -> None:
    with CalamineWorkbook.from_path(path) as workbook:
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
