"""The windows beside a bare Qt window: CPU until a page is on screen and its first cell takes what is typed.

Beside it, in the same processes: memory held, and the longest gap between two ticks of a 5 ms timer in the
first five seconds. With a cold file cache the disk decides: the files and bytes read until then are counted
from the modules and fonts loaded (the cache itself cannot be emptied everywhere).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from tests.bench import schools
from tests.bench.goals import Found
from tests.bench.processes import Run, cpu, in_turn

TURNS, GAP_TURNS = 7, 3
BARE, PAGE, SCHOOL = "bare Qt window", "start page", "school, first cell writable"
GOALS = {PAGE: 1.35, SCHOOL: 2.5}
GOAL_MEMORY, GOAL_GAP = 1.7, 50.0

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
import os, resource, sys
files = [getattr(each, "__file__", None) for each in list(sys.modules.values())]
sizes = [os.path.getsize(each) for each in files if each and os.path.exists(each)]
print(len(sizes), sum(sizes), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
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


def run() -> list[Found]:
    print(f"start: CPU of whole processes beside a bare Qt window, {TURNS} turns")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        school = str(schools.small(folder))
        runs = in_turn(
            {
                BARE: (["-c", _BARE + _END], 0),
                PAGE: (["-c", _OPEN + _END], 0),
                SCHOOL: (["-c", _OPEN + _TYPE + _END, school], 0),
            },
            folder,
            TURNS,
        )
        watched = _OPEN.replace("program = ", _TICKS + "program = ") + _WATCH
        gaps = in_turn({SCHOOL: (["-c", watched, school], 0)}, folder, GAP_TURNS)[SCHOOL]
    base, held = cpu(runs[BARE]), _held(runs[BARE])
    for each, taken in runs.items():
        files, size, _ = taken[0].said.split()
        print(
            f"  {each:<28}{cpu(taken) * 1e3:8.0f} ms{cpu(taken) / base:7.2f} x{_held(taken):7.0f} MB"
            f"  {files} modules, {int(size) / 1e6:.1f} MB of them"
        )
    gap = median(float(each.said) for each in gaps)
    print(f"  longest gap of a 5 ms timer in five seconds: {gap:.0f} ms")
    return [
        *(
            Found(f"start: {each}, of a bare Qt window", cpu(runs[each]) / base, goal)
            for each, goal in GOALS.items()
        ),
        Found("memory: small school open, of a bare Qt window", _held(runs[SCHOOL]) / held, GOAL_MEMORY),
        Found("start: longest gap of a 5 ms timer", gap, GOAL_GAP, "ms"),
    ]


def _held(runs: list[Run]) -> float:
    """Return the median of what the processes held at the end, in MB."""
    return median(int(each.said.split()[2]) / 1024 for each in runs)
