"""`./run windows faults [--runs N]`: a file held by another program, a place gone, TerminateProcess.

Promised: whoever lets go within the waits costs nothing, whoever does not is said to hold the file; a place
that goes is said to be gone; every save that was acknowledged is there. Nothing is left under a working name.
Exit 1 when a promise did not hold. A full or write-protected disk is not made: Wine's disks are folders
of the system below; `tests/db/test_files.py` scripts what Windows says of them.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from db import files
from db.problems import Problem
from eduapp.exchange.files import replace_whole
from eduapp.exchange.stick import write_safely
from eduapp.services import entry, workbooks

PATIENCE = sum(files.WAITS)
SURE = 0.2
"""Seconds by which a clock and a thread of this run may differ."""
TYPING = """
import sys
from pathlib import Path
from eduapp.services import entry, workbooks
with workbooks.open_school(Path(sys.argv[1])) as book:
    print("open", flush=True)
    for number in range(1, 100000):
        entry.set_cell(book, "section_total", "primary", "pupils", str(number))
        print(number, flush=True)
"""


class BrokenError(Exception):
    """A promise that did not hold."""


def require(holds, what):
    if not holds:
        raise BrokenError(what)


def held(folder, dice):
    """Another program holds the file that is to be replaced, and lets others read it or not."""
    import _winapi

    path, seconds = folder / "表.xlsx", dice.uniform(0, PATIENCE + 2)
    path.write_bytes(b"old")
    handle = _winapi.CreateFile(str(path), 0x80000000, dice.choice((0, 1)), 0, 3, 0, 0)
    releasing = threading.Thread(target=lambda: (time.sleep(seconds), _winapi.CloseHandle(handle)))
    releasing.start()
    began = time.monotonic()
    try:
        replace_whole(path, b"new")
        said = "replaced"
    except Problem as problem:
        said = problem.code
    took = time.monotonic() - began
    releasing.join()
    require(path.read_bytes() == (b"new" if said == "replaced" else b"old"), "half a file")
    require([each.name for each in folder.iterdir()] == [path.name], "something is left")
    # By the clock of this run: a shared machine oversleeps.
    in_time, waited = seconds <= took + SURE, seconds >= PATIENCE - SURE
    right = in_time if said == "replaced" else waited and said == "file-in-use"
    require(right, f"{said} after {took:.2f} s, held for {seconds:.2f} s")
    return said


def place_gone(folder, dice):
    """The folder that is written to goes at a random moment: before, in, after the write.

    Wine makes no drive letters while it runs, so the folder behind one goes; Windows' word for both is 3.
    """
    place, away = folder / "U盘", folder / "拔下"
    place.mkdir()
    data = dice.randbytes(2_000_000)
    stop, refused = threading.Event(), []

    def pull():
        time.sleep(dice.uniform(0, 0.1))
        while not stop.is_set():
            try:
                place.rename(away)
            except OSError:  # something in it is open: whoever pulls holds it as much as we do
                refused.append(1)
                time.sleep(0.01)
                continue
            return

    pulling = threading.Thread(target=pull)
    pulling.start()
    try:
        write_safely(place, "x.edusub", data)
        said = "written"
    except Problem as problem:
        said = problem.code
    stop.set()
    pulling.join()
    right = {"written", "folder-missing", *(["file-in-use"] if refused else [])}
    require(said in right, f"said: {said}")
    left = away if away.exists() else place
    whole = [each.name for each in left.iterdir() if not each.name.endswith(files.PART)]
    require(whole in ([], ["x.edusub"]), "another name")
    require(said != "written" or whole == ["x.edusub"], "said to be written and is not there")
    require(not whole or (left / "x.edusub").read_bytes() == data, "half a file under its final name")
    return said


def terminated(folder, dice):
    """TerminateProcess while a cell is typed again and again: what was acknowledged is there."""
    path = folder / "校.edubook"
    workbooks.create_school(path, workbooks.NewSchool("2143000001", "甲", "211", 2026)).close()
    with subprocess.Popen(
        [sys.executable, "-c", TYPING, str(path)], stdout=subprocess.PIPE, text=True, env=os.environ
    ) as child:
        require(child.stdout.readline().strip() == "open", "the child did not open the workbook")
        time.sleep(dice.uniform(0, 0.5))
        child.kill()
        told = [int(line) for line in child.stdout.read().split()]
    with workbooks.open_school(path) as book:
        found = book.draft.rows["section_total"]["primary"]["pupils"]
        last = told[-1] if told else 0
        require((found or 0) in {last, last + 1}, f"{found} after {last} was acknowledged")
        entry.set_cell(book, "section_total", "primary", "pupils", "7")
    return "kept"


KINDS = {"held": held, "place gone": place_gone, "terminated": terminated}


def run(name, runs, dice):
    """Do one kind so many times; returns what was said, and the promises that did not hold."""
    said, broken = Counter(), []
    for number in range(runs):
        with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
            try:
                said[KINDS[name](Path(folder), dice)] += 1
            except BrokenError as error:
                broken.append(f"run {number}: {error}")
    return said, broken


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="./run windows faults")
    parser.add_argument("--runs", type=int, default=200, help="of each kind")
    parser.add_argument("--only", choices=KINDS, nargs="+", default=list(KINDS))
    parser.add_argument("--seed", type=int, default=None)
    chosen = parser.parse_args(arguments)
    if sys.platform != "win32":
        sys.stdout.write("these faults need Windows, or Wine: ./run windows faults\n")
        return 2
    sys.stdout.reconfigure(encoding="utf-8")
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    sys.stdout.write(f"== seed {seed}\n")
    failed = 0
    for name in chosen.only:
        began = time.monotonic()
        said, broken = run(name, chosen.runs, random.Random(f"{seed} {name}"))
        failed |= bool(broken)
        sys.stdout.write(f"{name}: {dict(said)}, {len(broken)} broken, {time.monotonic() - began:.0f} s\n")
        sys.stdout.write("".join(f"   {each}\n" for each in broken[:20]))
        sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
