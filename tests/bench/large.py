"""A school of 60,000 rows of homework: opening and handing over, beside what neither can do without.

Opening stands beside the opening of 1,000 rows and a bare read of the rows, once within a running program
and once as whole commands (CPU, both). Handing over stands beside packing the rows into a signed
package and sealing it. All in turn in one run; every export has a cell that was changed before it.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from eduapp.exchange import sealing
from eduapp.exchange.package import SUBMISSION, build_package
from eduapp.services import entry, jobs, workbooks
from eduapp.services.hand_off import rounds, sending
from eduapp.services.keys import county_keys, writer
from tests.bench import edit, processes, schools
from tests.bench.goals import Found
from tests.services import hand_off
from tests.services.schools import county

if TYPE_CHECKING:
    from collections.abc import Callable

    from eduapp.services.books import SchoolBook

FEW, MANY, TURNS = 1_000, 60_000, 5
SMALL_OPENINGS, BARE_READS, EXPORTS = 3.0, 1.5, 3.0


def run() -> list[Found]:
    print(f"large: {MANY} rows of homework beside {FEW}, {TURNS} turns")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = schools.small(folder, FEW), schools.small(folder, MANY)
        with workbooks.open_school(many) as book:
            equal = edit.equal_to_recomputation(book)
        found = [_opening(few, many), _commands(folder, few, many), _export(folder, many)]
    return [*found, Found("large: not equal to a full recomputation", float(not equal), 0.0, "")]


def _opening(few: Path, many: Path) -> Found:
    openings = [lambda: _open(few), lambda: _open(many), lambda: _read(many)]
    small, whole, read = _medians(openings, clock=time.process_time)
    print(f"  opening: few {small * 1e3:.0f} ms, many {whole * 1e3:.0f} ms, bare read {read * 1e3:.0f} ms")
    return _allowed("large: opening, of 3 x few + 1.5 x bare read", whole, small, read)


def _commands(folder: Path, few: Path, many: Path) -> Found:
    bare = f"import sqlite3; sqlite3.connect({str(many)!r}).execute('SELECT * FROM homework').fetchall()"  # noqa: S608 - written here
    commands = {
        "few": (["-m", "eduapp", "school", "check", str(few)], 1),
        "many": (["-m", "eduapp", "school", "check", str(many)], 1),
        "python": (["-c", "import sqlite3"], 0),
        "read": (["-c", bare], 0),
    }
    small, whole, nothing, read = map(processes.cpu, processes.in_turn(commands, folder, TURNS).values())
    print(f"  school check, CPU: few {small:.2f} s, many {whole:.2f} s, bare read {read - nothing:.2f} s")
    return _allowed("large: school check, of 3 x few + 1.5 x bare read", whole, small, read - nothing)


def _export(folder: Path, path: Path) -> Found:
    with county(folder / "county.edubook") as office, workbooks.open_school(path) as book:
        county_keys.establish(office.workbook, hand_off.PASSPHRASE)
        hand_off.believe(book, office)
        whole, bare = _medians(
            [lambda: _hand_over(book, folder), lambda: _bytes_and_seal(book)], _changing(book)
        )
    print(f"  export {whole * 1e3:.0f} ms, canonical bytes and seal {bare * 1e3:.0f} ms")
    return Found("large: sealed export, of canonical bytes + seal", whole / bare, EXPORTS)


def _changing(book: SchoolBook) -> Callable[[int], None]:
    """Return what changes a cell before each turn: an unchanged school hands over the stored bytes."""
    key = book.draft.rows["homework"].key_at(0)

    def change(turn: int) -> None:
        entry.set_cell(book, "homework", key, "planned", str(10 + turn))

    return change


def _hand_over(book: SchoolBook, folder: Path) -> None:
    made = jobs.run(sending.export(book, folder, "draft"))
    Path(made.path).unlink()


def _bytes_and_seal(book: SchoolBook) -> None:
    own = writer.writer_of(book.workbook)
    data = build_package(SUBMISSION, {}, sending.tables_to_send(book), own.key)
    sealing.seal(data, rounds.recipients_for(book, own))


def _allowed(path: str, whole: float, small: float, read: float) -> Found:
    return Found(path, whole / (SMALL_OPENINGS * small + BARE_READS * read), 1.0)


def _medians(
    jobs_: list[Callable[[], None]],
    before: Callable[[int], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Return the median seconds of each, taken in turn, the first turn uncounted."""
    times: list[list[float]] = [[] for _ in jobs_]
    for turn in range(TURNS + 1):
        if before:
            before(turn)
        for work, taken in zip(jobs_, times, strict=True):
            begin = clock()
            work()
            taken.extend([clock() - begin] if turn else [])
    return [*map(median, times)]


def _open(path: Path) -> None:
    workbooks.open_school(path).close()


def _read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("SELECT * FROM homework").fetchall()
