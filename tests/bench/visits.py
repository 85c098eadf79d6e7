"""What the first visit of every page, and the first press of every button and command, takes of the window.

Each is a process of its own over a copy of the workbook: whatever is loaded and made at the first time is
paid there. Told is the longest stretch of the window's thread between two turns of its loop, as CPU of that
thread: a loaded machine does not lengthen it. Dialogs that the system draws on a clerk's computer (files,
printing) are told beside: offscreen they are Qt's own, and Qt's building of them is in the stretch.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from eduapp.services import jobs
from eduapp.services.hand_off import intake
from tests.bench import merge, merge_files, schools
from tests.bench.goals import Found
from tests.bench.processes import measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.edit import Size

GOAL = 50.0
SHOWN = 8
COUNTY_SCHOOLS = 12
OPEN = """
import sys
from pathlib import Path
from ui.app import Program, make_application
app = make_application()
program = Program(app)
wanted = [each for each in sys.argv[1:2] if each.endswith('.edubook')]
assert program.start(Path(wanted[0]) if wanted else None)
"""
_DRIVE = """
import json, os, time
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMenu
window = program.windows[0] if program.windows else None
longest = 0.0
def turn():
    global last, longest
    now = time.thread_time()
    longest, last = max(longest, now - last), now
def settle(page=None):
    end, calm = time.monotonic() + 60, 0
    while calm < 20 and time.monotonic() < end:
        app.processEvents()
        there = page is None or window.pages.made(page)
        idle = window is None or (not window.jobs.busy and window.rest.over)
        calm = calm + 1 if there and idle else 0
        time.sleep(0.002)
def actions():
    if window is None:
        return []
    found = list(window._tools.actions())
    for each in found:
        if each.menu() is not None:
            found += each.menu().actions()
    return [each for each in found if each.text() and each.menu() is None and each.isEnabled()]
def buttons(page):
    all_ = (window.pages[page] if window else program.start_page).findChildren(QAbstractButton)
    return [each for each in all_ if each.isVisible() and each.isEnabled() and each.text()]
def end():
    ours = (window, program.start_page)
    shown = [type(each).__name__ for each in app.topLevelWidgets() if each.isVisible() and each not in ours]
    print(json.dumps([longest * 1e3, shown]))
    sys.stdout.flush()
    os._exit(0)
def watch(act, page=None):
    global last
    timer = QTimer(app, interval=0)
    timer.timeout.connect(turn)
    last = time.thread_time()
    timer.start()
    begun, calm = time.monotonic(), [0]
    def look():
        busy = window is not None and (window.jobs.busy or (page is not None and not window.pages.made(page)))
        for owner in filter(None, (program, window, program.start_page)):
            busy = busy or any(each.isRunning() for each in owner.findChildren(QThread))
        calm[0] = 0 if busy else calm[0] + 1
        if calm[0] > 25 or time.monotonic() - begun > 30:
            end()
    later = QTimer(app, interval=10)
    later.timeout.connect(look)
    later.start()
    QTimer.singleShot(0, act)
    app.exec()
settle()
kind, page, number = (sys.argv[1 + (window is not None):] + ["", "", ""])[:3]
if kind == "list" and window is None:
    print(json.dumps([["button", "", at, each.text()] for at, each in enumerate(buttons(""))]))
    sys.stdout.flush()
    os._exit(0)
elif kind == "list":
    found = [["page", name, 0, name] for name in window.pages]
    found += [["command", "", at, each.text()] for at, each in enumerate(actions())]
    for name in window.pages:
        window.visit_page(name)
        settle(name)
        found += [["button", name, at, each.text()] for at, each in enumerate(buttons(name))]
    print(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)
elif kind == "page":
    watch(lambda: window.visit_page(page), page)
elif kind == "command":
    watch(actions()[int(number)].trigger)
else:
    if window is not None:
        window.visit_page(page)
        settle(page)
    watch(buttons(page)[int(number)].click)
"""
SYSTEMS = {"QFileDialog", "QPrintDialog"}


def run() -> list[Found]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [
            Found(f"visits: {words} ({worst[1]})", worst[0], GOAL, "ms")
            for words, workbook in (
                ("start page", None),
                ("school", schools.small(folder)),
                ("county", county(folder, COUNTY_SCHOOLS)),
            )
            for worst in [_visited(words, workbook, folder)]
        ]


def county(folder: Path, count: int, size: Size = merge_files.TYPICAL) -> Path:
    """Make a county into which a number of schools has reported."""
    path = folder / f"{count} 校.edubook"
    own = folder / str(count)
    own.mkdir()
    with merge.county(path, count) as book:
        sent = list(merge_files.write_stick(own / "U盘", merge_files.models(own, typical=size), count))
        jobs.run(intake.merge(book, sent))
    return path


def _visited(words: str, workbook: Path | None, folder: Path) -> tuple[float, str]:
    """Do everything once; return the longest stretch in ms and what it was."""
    wanted = json.loads(_once(workbook, folder, ["list"]))
    told = []
    for kind, page, number, text in wanted:
        longest, shown = json.loads(_once(workbook, folder, [kind, page, str(number)]))
        place = f"{page} > {text}" if page and kind == "button" else text
        told.append((longest, place, shown))
    ours = [each for each in told if not SYSTEMS & set(each[2])]
    others = [each for each in told if SYSTEMS & set(each[2])]
    print(f"visits: {words}: {len(told)} pages, commands and buttons; longest stretch of the window's thread")
    _print(ours)
    if others:
        print("  and with a dialog that is the system's elsewhere:")
        _print(others)
    worst = max(ours)
    return worst[0], worst[1]


def _print(told: Iterable[tuple[float, str, list[str]]]) -> None:
    for longest, place, shown in sorted(told, reverse=True)[:SHOWN]:
        print(f"  {longest:8.0f} ms  {place}" + (f"  [{', '.join(shown)}]" if shown else ""))


def _once(workbook: Path | None, folder: Path, arguments: list[str]) -> str:
    if workbook is None:
        return measure(["-c", OPEN + _DRIVE, *arguments], folder).said
    own = folder / "once" / workbook.name
    shutil.rmtree(own.parent, ignore_errors=True)
    own.parent.mkdir()
    shutil.copy(workbook, own)
    return measure(["-c", OPEN + _DRIVE, str(own), *arguments], folder).said
