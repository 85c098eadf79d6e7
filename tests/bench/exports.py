"""A county's figures from the all-county export of 500 schools, beside calamine alone on the same file.

From the file to means and coefficients: rehearsed, stated, judged, in a new workbook each time.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from python_calamine import CalamineWorkbook

from db.records.choices import Stage
from eduapp.services import jobs
from eduapp.services.county import national
from eduapp.services.county.books import Expected, create_county
from eduapp.services.county.reports import county_report
from tests.bench.goals import Found, ratio
from tests.services import national_exports

SCHOOLS, COLUMNS, TURNS = 500, 300, 3
GOAL = 60.0


def run() -> list[Found]:
    print(f"import: a county of {SCHOOLS} schools from an export of {COLUMNS} columns, {TURNS} turns")
    bare: list[float] = []
    whole: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export, listed = _export(folder / "全县.xlsx")
        for turn in range(TURNS + 1):
            begin = time.perf_counter()
            _bare(export)
            read = time.perf_counter()
            _figures(folder / f"{turn}.edubook", export, listed)
            done = time.perf_counter()
            if turn:
                bare.append(read - begin)
                whole.append(done - read)
    print(f"  calamine {median(bare) * 1e3:.0f} ms, to the coefficients {median(whole) * 1e3:.0f} ms")
    return [
        Found("import: a county from an export of 500 schools, of calamine alone", ratio(whole, bare), GOAL)
    ]


def _export(path: Path) -> tuple[Path, list[Expected]]:
    lines, listed = [], []
    for number in range(SCHOOLS):
        name, both = f"第{number}学校", number % 3 == 0
        kind = "九年一贯制学校" if both else "小学"
        lines.append(national_exports.line(name, kind=kind, pupils=200 + number))
        if both:
            lines.append(national_exports.line(name, Stage.LOWER_SECONDARY, kind=kind, pupils=150 + number))
        listed.append(Expected(f"2143{number:06}", name, "312" if both else "211"))
    more = tuple((f"补充{at // 10}", f"第{at}项") for at in range(COLUMNS - len(national_exports.HEADINGS)))
    for each in lines:
        each.values |= dict.fromkeys(more, 7)
    return national_exports.write(path, lines, more=more), listed


def _figures(path: Path, export: Path, listed: list[Expected]) -> None:
    with create_county(path, "430900", "某县", 2026, ("national-2017",)) as book:
        book.set_expected(listed)
        national.take_over(book, national.rehearse(book, export))
        report = jobs.run(county_report(book))
        assert len(report.by_export) == SCHOOLS
        assert all(
            each.balance.coefficient is not None for stage in report.stages for each in stage.indicators
        )


def _bare(path: Path) -> None:
    with CalamineWorkbook.from_path(path) as workbook:
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
