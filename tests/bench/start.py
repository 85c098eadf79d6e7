"""The windows beside a bare Qt window: CPU until a page is on screen and its first cell takes what is typed.

Beside it, in the same processes: memory held, and what a cold file cache would have to fetch until then
(the cache itself cannot be emptied everywhere): files opened, bytes read, and the bytes touched of files
that are mapped (libraries, fonts). Told by Python's audit hook and by /proc; elsewhere 0.

In processes of their own: the longest gap between two ticks of a 5 ms timer in the first five seconds,
and what each page's first visit takes of the window's thread.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from eduapp.services import jobs
from eduapp.services.hand_off import intake
from tests.bench import merge, merge_files, schools
from tests.bench.goals import Found
from tests.bench.processes import Run, cpu, in_turn, measure

TURNS, GAP_TURNS = 7, 3
BARE, PAGE, SCHOOL = "bare Qt window", "start page", "school, first cell writable"
COUNTY = "county of 12, board readable"
GOALS = {PAGE: 1.35, SCHOOL: 2.5, COUNTY: 2.5}
GOAL_MEMORY, GOAL_GAP, GOAL_VISIT = 1.7, 50.0, 50.0
COUNTY_SCHOOLS = 12

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
_OPEN = """
import sys
from pathlib import Path
from ui.app import Program, make_application
app = make_application()
program = Program(app)
assert program.start(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
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
assert window.board.table.rowCount() == 12
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
print(max(gaps[1:]) * 1e3)
sys.stdout.flush()
os._exit(0)
"""


_VISIT = """
import os, sys, time
window = program.windows[0]
def settle(page=None):
    longest, end = 0.0, time.monotonic() + 60
    while time.monotonic() < end:
        begun = time.thread_time()
        app.processEvents()
        longest = max(longest, time.thread_time() - begun)
        there = page is None or window.pages.made(page)
        if there and not window.jobs.busy and window.rest.over:
            return longest
        time.sleep(0.002)
settle()
if len(sys.argv) < 3:
    print(*window.pages)
else:
    page = sys.argv[2]
    begun = time.thread_time()
    window.visit_page(page)
    taken = time.thread_time() - begun
    print(max(taken, settle(page), settle(page)) * 1e3)
sys.stdout.flush()
os._exit(0)
"""
"""What the first visit of a page takes of the window's thread at a stretch, in a process of its own."""


def run() -> list[Found]:
    print(f"start: CPU of whole processes beside a bare Qt window, {TURNS} turns")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        school, county = str(schools.small(folder)), str(_county(folder))
        runs = in_turn(
            {
                BARE: (["-c", _OPENED + _BARE + _END], 0),
                PAGE: (["-c", _OPENED + _OPEN + _END], 0),
                SCHOOL: (["-c", _OPENED + _OPEN + _TYPE + _END, school], 0),
                COUNTY: (["-c", _OPENED + _OPEN + _BOARD + _END, county], 0),
            },
            folder,
            TURNS,
        )
        watched = _OPEN.replace("program = ", _TICKS + "program = ") + _WATCH
        gaps = in_turn({each: (["-c", watched, each], 0) for each in (school, county)}, folder, GAP_TURNS)
        visits = [found for each in (school, county) for found in _visits(each, folder)]
    base, held = cpu(runs[BARE]), _held(runs[BARE])
    for each, taken in runs.items():
        files, read, touched, _ = taken[0].said.split()
        print(
            f"  {each:<28}{cpu(taken) * 1e3:8.0f} ms{cpu(taken) / base:7.2f} x{_held(taken):7.0f} MB"
            f"  cold: {files} files, {int(read) / 1e6:.1f} MB read, {int(touched) / 1e6:.1f} MB mapped"
        )
    gap = max(median(float(each.said) for each in taken) for taken in gaps.values())
    longest, where = max(visits)
    print(f"  longest gap of a 5 ms timer: {gap:.0f} ms; longest first visit: {longest:.0f} ms ({where})")
    return [
        *(
            Found(f"start: {each}, of a bare Qt window", cpu(runs[each]) / base, goal)
            for each, goal in GOALS.items()
        ),
        Found("memory: small school open, of a bare Qt window", _held(runs[SCHOOL]) / held, GOAL_MEMORY),
        Found("start: longest gap of a 5 ms timer", gap, GOAL_GAP, "ms"),
        Found(f"start: first visit of a page ({where})", longest, GOAL_VISIT, "ms"),
    ]


def _county(folder: Path) -> Path:
    """Make a county into which a small number of schools has reported."""
    path = folder / "县.edubook"
    with merge.county(path, COUNTY_SCHOOLS) as book:
        sent = list(merge_files.write_stick(folder / "U盘", merge_files.models(folder), COUNTY_SCHOOLS))
        jobs.run(intake.merge(book, sent))
    return path


def _visits(workbook: str, folder: Path) -> list[tuple[float, str]]:
    """Return what each page's first visit takes of the window's thread at a stretch, in ms, and its name."""
    code = ["-c", _OPEN + _VISIT, workbook]
    names = measure(code, folder).said.split()
    return [(float(measure([*code, name], folder).said), name) for name in names]


def _held(runs: list[Run]) -> float:
    """Return the median of what the processes held at the end, in MB."""
    return median(int(each.said.split()[3]) / 1024 for each in runs)
