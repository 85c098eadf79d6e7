"""The windows beside a bare Qt window: CPU until a page is on screen and its first cell takes what is typed.

Beside it, in the same processes: memory held, and what a cold file cache would have to fetch until then
(the cache itself cannot be emptied everywhere): files opened, bytes read, and the bytes touched of files
that are mapped (libraries, fonts). Told by Python's audit hook and by /proc; elsewhere 0.

A county is opened twice: its board of the last time can be read while the workbook is checked, and is no
part of an opening before which there was none (`checked`). In processes of their own: the longest gap between
two ticks of a 5 ms timer in the first five seconds, put before other programs where the system allows it, so
that the gap is the window's own. What pages and dialogs take at their first visit: `visits`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from statistics import median
from textwrap import indent

from tests.bench import schools, visits
from tests.bench.edit import Size
from tests.bench.goals import Found
from tests.bench.processes import Run, cpu, in_turn, measure
from tests.bench.visits import OPEN

TURNS, GAP_TURNS = 7, 3
BARE, PAGE, SCHOOL = "bare Qt window", "start page", "school, first cell writable"
COUNTIES = (12, 300, 1_500)
SMALL = Size(teachers=10, classes=6, rooms=20, homework=60, training=10)
"""A school of those counties: their number is what is measured."""
GOALS = {PAGE: 1.35, SCHOOL: 2.5}
GOAL_BOARD, GOAL_MEMORY, GOAL_GAP = 2.5, 1.7, 50.0

_OPENED = """
import sys
opened = set()
def note(event, given):
    if event in ("open", "sqlite3.connect"):
        opened.add(str(given[0]))
sys.addaudithook(note)
"""
_BARE = """
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("义务教育优质均衡"))
window.resize(1093, 614)
window.show()
"""
_TYPE = """
from PySide6.QtTest import QTest
from ui.common.editors import CellEditor
window = program.windows[0]
editor = window.records["school"].panes[0].form.editors["school", "-", "principal"]
editor.setFocus()
QTest.keyClicks(editor, "x")
assert "x" in editor.text()
"""
_BOARD = """
import time
window = program.windows[0]
end = time.monotonic() + 120
while not window.board.table.rowCount() and time.monotonic() < end:
    app.processEvents()
    time.sleep(0.002)
assert window.board.table.rowCount() == int(sys.argv[2])
"""
_LAST = """
import sys
from pathlib import Path
from ui.app import Program, make_application
app = make_application()
class Looking(Program):
    def show_glimpse(self, path):
        found = super().show_glimpse(path)
        assert found.table.rowCount() == int(sys.argv[2])
{end}
Looking(app).start(Path(sys.argv[1]))
"""
_CLOSE = """
program.windows[0].close()
"""
_FIRST = """
import os
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
    alone = True
except (AttributeError, OSError):
    alone = False
"""
_TICKS = """
import time
from PySide6.QtCore import QTimer
gaps, last = [], time.perf_counter()
def tick():
    global last
    now = time.perf_counter()
    gaps.append(now - last)
    last = now
timer = QTimer(app, interval=5)
timer.timeout.connect(tick)
timer.start()
"""
_END = """
app.processEvents()
import os, re, resource
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])  # its own alone
    read = int(re.search(r"rchar: (\\d+)", open("/proc/self/io").read())[1])
    parts = re.split(r"\\n(?=[0-9a-f]+-[0-9a-f]+ )", open("/proc/self/smaps").read())
except OSError:
    read, parts = 0, []
touched = [
    1024 * int(re.search(r"Rss: +(\\d+)", part)[1]) for part in parts if " /" in part.split("\\n")[0]
]
print(len(opened), read, sum(touched), peak)
sys.stdout.flush()
os._exit(0)
"""
_WATCH = """
import os, sys, time
end = time.perf_counter() + 5
while time.perf_counter() < end:
    app.processEvents()
    time.sleep(0.001)
print(max(gaps[1:]) * 1e3, alone)
sys.stdout.flush()
os._exit(0)
"""


def run() -> list[Found]:
    print(f"start: CPU of whole processes beside a bare Qt window, {TURNS} turns")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        school = str(schools.small(folder))
        counties = {count: _county(folder, count) for count in COUNTIES}
        commands = {
            BARE: ["-c", _OPENED + _BARE + _END],
            PAGE: ["-c", _OPENED + OPEN + _END],
            SCHOOL: ["-c", _OPENED + OPEN + _TYPE + _END, school],
        }
        last = _OPENED + _LAST.format(end=indent(_END, " " * 8))
        for count, (path, other) in counties.items():
            commands |= {
                _board(count): ["-c", last, path, str(count)],
                _checked(count): ["-c", _OPENED + OPEN + _BOARD + _END, other, str(count)],
            }
        runs = in_turn({each: (command, 0) for each, command in commands.items()}, folder, TURNS)
        watched = _FIRST + OPEN.replace("program = ", _TICKS + "program = ") + _WATCH
        looked = [school, *(each for path, other in counties.values() for each in (path, other))]
        gaps = in_turn({each: (["-c", watched, each], 0) for each in looked}, folder, GAP_TURNS)
    return [*_of_starts(runs), _of_gaps(gaps)]


def _of_starts(runs: dict[str, list[Run]]) -> list[Found]:
    base, held = cpu(runs[BARE]), _held(runs[BARE])
    for each, taken in runs.items():
        files, read, touched, _ = taken[0].said.split()
        print(
            f"  {each:<40}{cpu(taken) * 1e3:8.0f} ms{cpu(taken) / base:7.2f} x{_held(taken):7.0f} MB"
            f"  cold: {files} files, {int(read) / 1e6:.1f} MB read, {int(touched) / 1e6:.1f} MB mapped"
        )
    few = COUNTIES[0]
    goals = GOALS | {_board(count): GOAL_BOARD for count in COUNTIES} | {_checked(few): GOAL_BOARD}
    return [
        *(Found(f"start: {each}", cpu(runs[each]) / base, goal) for each, goal in goals.items()),
        Found("memory: small school open, of a bare Qt window", _held(runs[SCHOOL]) / held, GOAL_MEMORY),
    ]


def _of_gaps(gaps: dict[str, list[Run]]) -> Found:
    longest = {each: median(float(one.said.split()[0]) for one in taken) for each, taken in gaps.items()}
    alone = all(one.said.split()[1] == "True" for taken in gaps.values() for one in taken)
    said = ", ".join(f"{Path(each).stem} {gap:.0f} ms" for each, gap in longest.items())
    beside = "put before other programs" if alone else "beside what else runs here"
    print(f"  longest gap of a 5 ms timer, {beside}: {said}")
    return Found("start: longest gap of a 5 ms timer", max(longest.values()), GOAL_GAP, "ms")


def _county(folder: Path, count: int) -> tuple[str, str]:
    """Make a county that was looked at and closed, and a copy of it that nobody has looked at."""
    path = visits.county(folder, count, SMALL)
    other = path.with_name(f"{path.stem}首次{path.suffix}")
    shutil.copy(path, other)
    measure(["-c", OPEN + _CLOSE, str(path)], folder)
    return str(path), str(other)


def _board(count: int) -> str:
    return f"county of {count:,}, board of the last time"


def _checked(count: int) -> str:
    return f"county of {count:,}, checked board"


def _held(runs: list[Run]) -> float:
    """Return the median of what the processes held at the end, in MB."""
    return median(int(each.said.split()[3]) / 1024 for each in runs)
