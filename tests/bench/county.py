"""A county's first screen, an act, a command and a paper, and how each grows with the county.

Figures are CPU of one process, in seconds for each 100 schools of the county or (an act) for the whole; an
exponent is the slope of log time over log schools between the smallest county and the largest. Each county is
made once, in bulk, of schools that all differ; the kept entries are there, as intake leaves them.
"""

from __future__ import annotations

import gc
import math
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from eduapp.services import jobs
from eduapp.services.county.books import open_county
from eduapp.services.county.outlook import county_outlook
from eduapp.services.county.reports import county_report, sources_of
from eduapp.services.hand_off import intake, last_figures, questions
from eduapp.services.papers import reporting
from tests.bench import counties
from tests.bench.goals import Found
from ui.county.sketch import sketch_of
from ui.county.snapshot import gather

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.report import CountyReport
    from ui.county.snapshot import Snapshot

SIZES = (300, 1_000, 3_000)
TURNS = 3
GOAL_FIRST, GOAL_ACT, GOAL_EXPONENT = 0.3, 0.1, 1.1
PER = 100
OPENING, BOARD, FIRST, REPORT, AGAIN, ACT = (
    "opening the workbook",
    "board",
    "first screen",
    "report",
    "refresh, nothing new",
    "after an act",
)
ASKED, PAPER, OUTLOOK = "after a question on one school", "paper", "outlook"


@dataclass
class Clock:
    """CPU seconds of this process, by name."""

    times: dict[str, list[float]] = field(default_factory=dict)

    def take(self, name: str, action: Callable[..., Any], *given: object) -> Any:
        """Run something, write down what it took, and return what it gave."""
        begin = time.process_time()
        result = action(*given)
        self.times.setdefault(name, []).append(time.process_time() - begin)
        return result

    @property
    def medians(self) -> dict[str, float]:
        return {name: median(each) for name, each in self.times.items()}


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Return the slope between the smallest and the largest; 0 where the clock saw nothing."""
    if len(sizes) < 2 or min(times[0], times[-1]) <= 0:
        return 0.0
    return math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])


def measured(path: Path) -> dict[str, float]:
    """Open a county, look at it, do something, look again; the median CPU of each by name."""
    clock = Clock()
    for _ in range(TURNS):
        book = clock.take(OPENING, open_county, path)
        clock.take(BOARD, sketch_of, book)
        shown = clock.take(FIRST, _shown, book, None)
        gc.freeze()  # as the window does once a workbook is open
        shown = clock.take(AGAIN, _shown, book, shown)
        submission = book.members[len(book.members) // 2].id
        for act in (_undo, intake.restore):
            shown = clock.take(ACT, _after, act, book, submission, shown)
        clock.take(OUTLOOK, _outlook, book, shown.report)
        clock.take(PAPER, _paper, book, shown.report)
        _ask(book, clock)
        book.close()
        gc.unfreeze()
        with open_county(path) as again:
            report = clock.take(REPORT, _report, again)
            assert report.schools == shown.report.schools
    return clock.medians


def _shown(book: CountyBook, before: Snapshot | None) -> Snapshot:
    return jobs.run(gather(book, before))


def _after(act: Callable[..., object], book: CountyBook, submission: str, before: Snapshot) -> Snapshot:
    act(book, submission)
    return _shown(book, before)


def _undo(book: CountyBook, submission: str) -> None:
    intake.undo(book, [submission])


def _report(book: CountyBook) -> CountyReport:
    return jobs.run(county_report(book))


def _outlook(book: CountyBook, report: CountyReport) -> None:
    jobs.run(county_outlook(book, report))


def _paper(book: CountyBook, report: CountyReport) -> None:
    reporting.print_county(report, sources_of(book))


def _keep(book: CountyBook) -> None:
    jobs.run(book.judging.keep())


def _ask(book: CountyBook, clock: Clock) -> None:
    """Ask one school about a cell: how the questions stand is then asked of the county."""
    (school, view), *_ = book.view().items()
    row = next(iter(book.stated(view.counts.id).rows["school_class"]))
    asked = questions.ask(book, school, view.counts.id, ("school_class", row, "pupils"), "请核实")
    clock.take(ASKED, questions.placed, book)
    questions.close(book, asked.id)


def run(sizes: Sequence[int] = SIZES) -> list[Found]:
    """Print all sizes and the exponents; return what has a goal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["EDUAPP_DATA"] = str(folder / "data")
        models = counties.made_models(folder)
        rows: dict[str, list[float]] = {}
        print(f"county: CPU seconds (and for each {PER} schools), median of {TURNS}")
        for size in sizes:
            path = folder / f"{size}.edubook"
            with counties.county_of(path, models, size) as book:
                clock = Clock()
                clock.take("judging what came, once", _keep, book)
                last_figures.keep_figures(book, _report(book))
            for row, seconds in (clock.medians | measured(path)).items():
                rows.setdefault(row, []).append(seconds)
            path.unlink()
        _print(sizes, rows)
        return _found(sizes, rows)


def _print(sizes: Sequence[int], rows: dict[str, list[float]]) -> None:
    print(f"  {'':34}" + "".join(f"{size:>18,}" for size in sizes) + "   exponent")
    for row, times in rows.items():
        cells = (f"{each:9.3f} ({each * PER / size:6.3f})" for size, each in zip(sizes, times, strict=True))
        print(f"  {row:34}" + "".join(f"{cell:>18}" for cell in cells) + f"{exponent(sizes, times):11.2f}")


def _found(sizes: Sequence[int], rows: dict[str, list[float]]) -> list[Found]:
    last = f"{sizes[-1]:,} schools"
    per_100 = PER / sizes[-1]
    goals = [
        Found(f"county of {last}: {row}, each {PER}", rows[row][-1] * per_100, GOAL_FIRST, "s")
        for row in (FIRST, REPORT)
    ]
    near = min(range(len(sizes)), key=lambda at: abs(sizes[at] - 1_000))
    goals.append(Found(f"county of {sizes[near]:,} schools: {ACT}", rows[ACT][near], GOAL_ACT, "s"))
    if len(sizes) > 1:
        goals += [
            Found(f"county growth: {row}", exponent(sizes, rows[row]), GOAL_EXPONENT, "exp")
            for row in (FIRST, REPORT, ACT, OUTLOOK, PAPER)
        ]
        goals.append(Found(f"county growth: {ASKED}", exponent(sizes, rows[ASKED]), 0.5, "exp"))
    return goals
