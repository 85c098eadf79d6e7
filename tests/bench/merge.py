"""The merge of a county: beside the bare work it cannot do without, and how it grows with the county.

The bare work: read each file, open its seal where there is one, verify signature and hashes with the
library, read the tables with Python's csv, and put the rows into a bare SQLite with executemany, with
the same pragmas and in transactions of as many files. Both take 25 files in turn, so that a change of
the machine's speed meets both alike.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from eduapp.exchange import sealing, signing
from eduapp.services import jobs
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, trust
from eduapp.services.hand_off.applicants import Applicant
from eduapp.services.keys import county_keys
from tests.bench.goals import Found
from tests.bench.merge_files import (
    COUNTY,
    YEAR,
    Model,
    chain_of,
    code_of,
    key_of,
    models,
    submission_of,
    write_stick,
)
from tests.services.hand_off import PASSPHRASE

if TYPE_CHECKING:
    from eduapp.services.county.books import CountyBook

SCHOOLS, CHUNK, TURNS = 1000, 25, 15
GOAL_ONE_SCHOOL = 1.5
GOAL_MERGE, GOAL_MEMORY, GOAL_REPLACE, GOAL_GAP = 2.0, 1.15, 3.0, 0.5
PRAGMAS = ("locking_mode=EXCLUSIVE", "journal_mode=DELETE", "synchronous=FULL")


def county(path: Path, schools: int, passphrase: str | None = None) -> CountyBook:
    """Make a county that admits the keys of its schools; with a passphrase it has keys of its own."""
    book = county_books.create_county(path, COUNTY, "某县", YEAR, ("national-2017",))
    if passphrase:
        county_keys.establish(book.workbook, passphrase)
    asking = [applicant(code_of(each), key_of(each).public) for each in range(1, schools + 1)]
    trust.admit_applicants(book, asking, None)
    return book


def applicant(school: str, key: signing.PublicKey) -> Applicant:
    """Return a key as a request asks for it."""
    return Applicant(
        key,
        COUNTY,
        school,
        "",
        YEAR,
        practice=False,
        writer="",
        archive=None,
        replaces=None,
        file="",
        code=school,
        bearing=school,
    )


class BareWork:
    """The limit: what must be done at the least, with what Python and its libraries offer."""

    def __init__(self, path: Path, identities: tuple[sealing.Identity, ...]) -> None:
        self._identities = identities
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._known: set[str] = set()

    def take(self, paths: list[Path]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for path in paths:
            self._take(path)
        self._connection.execute("COMMIT")

    def _take(self, path: Path) -> None:
        data = path.read_bytes()
        if self._identities:
            data = sealing.unseal(data, self._identities)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        listed = files["SHA256SUMS"]
        signing.verify(files["SHA256SUMS.sig"], signing.SUBMISSION, listed)
        for line in listed.decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(files[name]).hexdigest() == digest
        school = json.loads(files["datapackage.json"])["eduapp"]["school"]
        for name, content in files.items():
            if name.startswith("data/"):
                header, *rows = csv.reader(io.StringIO(content.decode()))
                self._insert(name.removeprefix("data/").removesuffix(".csv"), header, school, rows)

    def _insert(self, table: str, header: list[str], school: str, rows: list[list[str]]) -> None:
        columns = ["in_school", *header]
        if table not in self._known:
            named = ", ".join(f'"{column}"' for column in columns)
            self._connection.execute(f'CREATE TABLE "{table}" ({named}, PRIMARY KEY (in_school, id))')
            self._known.add(table)
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(
            f'INSERT INTO "{table}" VALUES ({marks})',  # noqa: S608 - the names are the program's own
            [(school, *(cell or None for cell in row)) for row in rows],
        )

    def close(self) -> None:
        self._connection.close()


@dataclass
class InTurn:
    """What one merge took beside the bare work, in seconds, chunk by chunk; the longest silence of it."""

    merge: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    silence: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The whole merge over the whole bare work."""
        return sum(self.merge) / sum(self.bare)


def merge_in_turn(book: CountyBook, paths: list[Path], bare: BareWork) -> InTurn:
    """Merge all files once, pausing after each chunk for the bare work on the same files."""
    found = InTurn()
    job = intake.merge(book, paths)
    for start in range(0, len(paths), CHUNK):
        chunk = paths[start : start + CHUNK]
        begin, done = time.perf_counter(), -1
        while done < start + len(chunk):
            told = time.perf_counter()
            done = next(job).done
            found.silence = max(found.silence, time.perf_counter() - told)
        if start + len(chunk) == len(paths):
            found.counts = jobs.run(job).counts
        middle = time.perf_counter()
        bare.take(chunk)
        found.merge.append(middle - begin)
        found.bare.append(time.perf_counter() - middle)
    return found


def speed(folder: Path, paths: list[Path], book: CountyBook, kind: str) -> list[Found]:
    """Measure a merge beside the bare work, and its longest silence."""
    bare = BareWork(folder / "bare.db", book.identities)
    found = merge_in_turn(book, paths, bare)
    bare.close()
    (folder / "bare.db").unlink()
    per_file = [1e3 * sum(times) / len(paths) for times in (found.merge, found.bare)]
    print(f"  {'':26}{'ms a file':>10}{'/ bare work':>13}")
    print(f"  {'bare work':26}{per_file[1]:10.2f}{1:13.2f}")
    print(f"  {'merge':26}{per_file[0]:10.2f}{found.ratio:13.2f}")
    return [
        Found(f"merge: {kind}, of the bare work", found.ratio, GOAL_MERGE),
        Found(f"merge: {kind}, longest silence", found.silence, GOAL_GAP, "s"),
        _right(
            f"{kind}, not all came in",
            found.counts["accepted"] == len(paths) == sum(found.counts.values()),
        ),
    ]


def _right(what: str, right: bool) -> Found:
    """Return a result that must be none: `what` says what is wrong where it is one."""
    return Found(f"merge: {what}", float(not right), 0.0, "")


def cancelled(folder: Path, paths: list[Path]) -> Found:
    """Cancel a merge in the middle, then run it again: only whole ones may be left."""
    half = len(paths) // 2
    with county(folder / "cancelled.edubook", len(paths)) as book:
        job = intake.merge(book, paths)
        while next(job).done < half:
            pass
        job.close()
        book.reload()
        left = [each.id for each in book.members]
        whole = all(book.stated(each).only("school")["code"] for each in left)
        report = jobs.run(intake.merge(book, paths))
    print(f"  cancelled after {half} of {len(paths)}: {len(left)} left, whole: {'yes' if whole else 'NO'}")
    print(f"  run again: {report.sum_text}")
    return _right(
        "cancelled, others than whole ones are left",
        whole
        and len(left) == half
        and (report.counts["unchanged"], report.counts["accepted"], report.read)
        == (half, len(paths) - half, len(paths)),
    )


def memory(folder: Path, stick: Path, sizes: tuple[int, int]) -> list[Found]:
    """Measure the peak of the resident set of a merge of few and of many schools."""
    peaks, right = [], True
    for size in sizes:
        path = folder / f"{size}.edubook"
        county(path, size).close()
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.merge_once", path, stick, str(size)],
            check=True, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        said = json.loads(done.stdout)
        right &= said["counts"]["accepted"] == size
        peaks.append(said["peak"])
        print(
            f"  {size:6} schools: peak RSS {said['peak'] / 1024:.0f} MiB"
            f" ({said['before'] / 1024:.0f} before the merge)"
        )
    return [
        Found(f"merge: memory of {sizes[1]} schools, of {sizes[0]}", peaks[1] / peaks[0], GOAL_MEMORY),
        _right("for its memory, not all came in", right),
    ]


def replacing(folder: Path, large_path: Path, made: list[Model], schools: int) -> list[Found]:
    """Measure the time of one file into a county of many schools beside one into an empty county, in turn.

    The copy that a merge makes at most once an hour is made before the clock starts, and told beside.
    """
    times: tuple[list[float], list[float]] = ([], [])
    right = True
    with county_books.open_county(large_path) as large:
        begin = time.perf_counter()
        large.workbook.backup("合并前")
        copied = time.perf_counter() - begin
        for turn in range(1, TURNS + 1):
            name = folder / f"{turn}.edusub"
            with county(folder / f"empty{turn}.edubook", schools) as empty:
                empty.workbook.backup("合并前")
                for book, seq, own in ((large, 2, times[0]), (empty, 1, times[1])):
                    name.write_bytes(submission_of(made[turn % len(made)], turn, seq)[0])
                    begin = time.perf_counter()
                    report = jobs.run(intake.merge(book, [name]))
                    own.append(time.perf_counter() - begin)
                    (each,) = report.files
                    right &= (each.outcome, each.replaces) == ("accepted", book is large)
        right &= len(large.members) == schools + TURNS
    ratio = median(times[0]) / median(times[1])
    for label, own in (("one of all replaced", times[0]), ("one into an empty county", times[1])):
        print(f"  {label:26}{median(own) * 1e3:10.2f} ms")
    print(
        f"  the hourly copy of the large county, when it is due: {copied / median(times[1]):.1f} x the first"
    )
    return [
        Found(f"merge: one of {schools} schools replaced, of the first", ratio, GOAL_REPLACE),
        _right("replacing, not each one replaced its own", right),
    ]


def of_one_school(folder: Path, made: list[Model], paths: list[Path]) -> list[Found]:
    """Measure what many files of one school take beside as many of as many schools, in turn by chunks."""
    own = list(chain_of(folder / "one", made[0], 1, len(paths)))
    times: list[list[float]] = [[], []]
    right = True
    with (
        county(folder / "one.edubook", 1) as one,
        county(folder / "many.edubook", len(paths)) as many,
    ):
        many.workbook.backup("合并前")
        one.workbook.backup("合并前")
        for start in range(0, len(paths), len(paths) // 4 or 1):
            for book, files, taken in ((one, own, times[0]), (many, paths, times[1])):
                begin = time.perf_counter()
                report = jobs.run(intake.merge(book, files[start : start + (len(paths) // 4 or 1)]))
                taken.append(time.perf_counter() - begin)
                right &= report.counts["accepted"] + report.counts["older"] == report.read
        right &= len(one.members) == len(many.members) == len(paths)
    ratio = sum(times[0]) / sum(times[1])
    for label, taken in (("files of one school", times[0]), ("of as many schools", times[1])):
        print(f"  {len(paths):6} {label:26}{sum(taken):8.2f} s")
    return [
        Found("merge: files of one school, of as many schools", ratio, GOAL_ONE_SCHOOL),
        _right("one school's files, not all came in", right),
    ]


def run(schools: int = SCHOOLS) -> list[Found]:
    """Measure all; a wrong result has the goal 0, a missed goal is only said."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["EDUAPP_DATA"] = str(folder / "data")
        print(
            f"merge: {schools} submissions of schools as they are, then the same sealed; making {2 * schools}"
        )
        made = models(folder)
        paths = list(write_stick(folder / "stick", made, 2 * schools))
        print(f"  a file has {paths[0].stat().st_size / 1024:.0f} KiB")
        with county(folder / "plain.edubook", schools) as book:
            found = speed(folder, paths[:schools], book, "as they are")
        (folder / "plain.edubook").unlink()
        print("merge, sealed:")
        found += sealed(folder, schools)
        print("merge, one school's files:")
        found += of_one_school(folder, made, paths[:schools])
        print("merge, cancelled:")
        found.append(cancelled(folder, paths[: max(schools // 5, 4)]))
        print("merge, memory:")
        found += memory(folder, folder / "stick", (max(schools // 5, 1), 2 * schools))
        print(f"merge, one of {2 * schools} schools replaced:")
        found += replacing(folder, folder / f"{2 * schools}.edubook", made, 2 * schools)
    return found


def sealed(folder: Path, schools: int) -> list[Found]:
    """Measure the speed of sealed files: the county's working and escrow key and the school's archive."""
    with county(folder / "sealed.edubook", schools, passphrase=PASSPHRASE) as book:
        archive = sealing.new_identity().recipient
        made = models(folder / "data", (*county_keys.recipients(book.workbook), archive))
        stick = folder / "sealed"
        found = speed(folder, list(write_stick(stick, made, schools)), book, "sealed")
    shutil.rmtree(stick)
    (folder / "sealed.edubook").unlink()
    return found
