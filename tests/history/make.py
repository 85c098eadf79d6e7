"""Makes the files of a folder here with the program of a commit; run with that program, see README.md.

`python -P make.py FOLDER`, the clone of the commit on PYTHONPATH: two schools of the practice county, so
small that a file stays under 300 KB. Names and places of modules are those of every commit so far.
"""

from __future__ import annotations

import datetime
import gzip
import importlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PRACTICE = ("eduapp.services.practice.making", "eduapp.services.practice")
YEAR = 2026
SHOWN, OTHERS = "2143990005", ("2143990004",)
"""The school that is kept, of three grades, and who stands beside it on the county's list."""


def practice_module():
    for name in PRACTICE:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        if hasattr(module, "PLANS"):
            return module
    raise SystemExit("this commit has no practice county")


def two_weeks(year):
    return [datetime.date(year, 9, 1) + datetime.timedelta(days=each) for each in (0, 1, 2, 6, 7, 8)]


def made(job):
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value


def said(*arguments):
    """What the command line of the commit prints with --json; its exit code says only what is open."""
    command = [sys.executable, "-P", "-m", "eduapp", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode())
    return done.stdout


def keep(content, target):
    """A file packed, byte for byte: its empty pages, or its words, are most of it."""
    target.with_name(f"{target.name}.gz").write_bytes(gzip.compress(content, mtime=0))


def keep_folder(folder, target):
    """What lies beside workbooks on a computer: writers' keys, the county's under its passphrase."""
    with tarfile.open(target, "w:gz") as packed:
        packed.add(folder, ".")


def main(target):
    target.mkdir(parents=True)
    practice = practice_module()
    plans = tuple(each for each in practice.PLANS if each.code in {SHOWN, *OTHERS})
    shown = next(each for each in plans if each.code == SHOWN)
    practice.PLANS, practice._school_days = plans, two_weeks
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["EDUAPP_DATA"] = str(folder / "data")
        sealed = hasattr(practice, "make_sealed")
        if sealed:
            secret = folder / "passphrase"
            secret.write_text(f"{practice.practice_hand_off.PASSPHRASE}{YEAR}", encoding="utf-8")
            os.environ["EDUAPP_PASSPHRASE_FILE"] = str(secret)
        county, _ = made((practice.make_sealed if sealed else practice.make)(folder, YEAR))
        stick = folder / practice.STICK
        school = folder / "学校" / f"{shown.name}.edubook"
        for ending, base in (("eduround", "round"), ("edureceipt", "receipt"), ("edukey", "request")):
            found = sorted(stick.rglob(f"*.{ending}"))
            mine = [each for each in found if shown.name in each.name or SHOWN in each.name] or found
            if mine:
                keep(mine[-1].read_bytes(), target / f"{base}.{ending}")
        (sent,) = (each for each in stick.rglob("*.edusub") if shown.name in each.name)
        keep(sent.read_bytes(), target / ("sealed.edusub" if sealed else "submission.edusub"))
        for name, book in (("school", school), ("county", county)):
            keep(said(name, "check", book), target / f"{name}.json")
            keep(book.read_bytes(), target / f"{name}.edubook")
        keep_folder(Path(os.environ["EDUAPP_DATA"]), target / "computer.tar.gz")
        if sealed:  # the same school's file as it is made without a county's keys
            with practice.make_school(folder / "plain.edubook", shown, YEAR) as book:
                plain = folder / "plain"
                plain.mkdir()
                practice.hand_over(book, plain, shown.state)
            (sent,) = plain.rglob("*.edusub")
            keep(sent.read_bytes(), target / "submission.edusub")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
