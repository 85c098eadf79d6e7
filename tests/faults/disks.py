"""A full disk, errors, and a stick that is pulled, at every point of an export and of a merge.

Promised: what a person is told is a Problem, in Chinese; no file under a final name that is not whole; the
workbook is whole; once the fault is over, the same work succeeds as if nothing had been.
"""

from __future__ import annotations

import errno
import os
import random
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.problems import Problem
from eduapp.exchange.stick import PART
from eduapp.exchange.submission import inspect
from eduapp.services import workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, sending
from tests.faults import children
from tests.faults.boundary import SHORT, Boundary
from tests.faults.material import Material, damage, finish
from tests.faults.stored import kept_submissions, sent_files
from tests.faults.tally import Tally, say

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
FAULTS = {
    "full": (errno.ENOSPC, False),
    "an error": (errno.EIO, False),
    "write-protected from then on": (errno.EROFS, True),
    "pulled (no such device)": (errno.ENODEV, True),
    "pulled (no such folder)": (errno.ENOENT, True),
    "pulled (errors)": (errno.EIO, True),
    "cut short once": (SHORT, False),
}
_ROOM = 1024


def told_of(work: Callable[[], str]) -> tuple[str, str]:
    """Return ("done", what came of it) or ("problem", its words); anything else goes through."""
    try:
        return "done", work()
    except Problem as problem:
        return "problem", f"{problem.code}: {problem.text}"


@dataclass
class Scene:
    """One kind of work in a folder that is made anew for each fault."""

    material: Material
    folder: Path
    tally: Tally

    def outcome(self, work: Callable[[], str], prepare: Callable[[], object], when: str) -> str:
        """Work in a child that `prepare` has spoilt; return "done", "problem" or "" for anything else."""

        def child(tell: children.Tell) -> None:
            prepare()
            tell(told_of(work))

        ended = children.run(child)
        self.tally.faults += 1
        if ended.error or not ended.told:
            self.tally.broken.append(f"{when}: no Problem but {ended.error.strip().splitlines()[-1:]}")
            return ""
        kind, words = ended.told[0]
        if kind == "problem":
            code, _, text = words.partition(": ")
            self.tally.expect(_CHINESE.search(text), f"{when}: no words for people: {words}")
            self.tally.seen[f"told: {code}"] += 1
        else:
            self.tally.seen["went through all the same"] += 1
        return str(kind)

    def whole(self, path: Path, when: str) -> None:
        found = damage(path)
        self.tally.expect(not found, f"{when}: {path.name}: {found}")


class ExportScene(Scene):
    """A school's export onto a stick."""

    def start(self) -> None:
        self.path = self.material.fresh_school(self.folder)
        self.stick = self.folder / "stick"

    def export(self) -> str:
        with workbooks.open_school(self.path) as book:
            return str(finish(sending.export(book, self.stick, "draft")).path)

    def calls(self, root: Path) -> int:
        """Return how many calls an undisturbed export makes under a folder."""
        self.start()

        def child(tell: children.Tell) -> None:
            boundary = Boundary((root,))
            boundary.install()
            self.export()
            tell(len(boundary.calls))

        ended = children.run(child)
        if ended.error:
            raise RuntimeError(ended.error)
        return int(ended.told[0])

    def check(self, kind: str, when: str) -> None:
        """Look at what the fault left, then export undisturbed."""
        self.whole(self.path, when)
        self._check_stick(when)
        if kind == "done":
            there = [each for each in self.stick.iterdir() if not each.name.endswith(PART)]
            self.tally.expect(there, f"{when}: said to be written and not there")
        ended = children.run(lambda tell: tell(self.export()))
        again = ended.told and Path(ended.told[0])
        self.tally.expect(again and again.is_file(), f"{when}: no export afterwards: {ended.error[-300:]}")
        self._check_stick(f"{when}, again")

    def _check_stick(self, when: str) -> None:
        kept = [content for _, content in sent_files(self.path).values()]
        for path in self.stick.iterdir():
            if path.name.endswith(PART):
                self.tally.seen["unfinished .part files left"] += 1
                continue
            data = path.read_bytes()
            self.tally.expect(data in kept, f"{when}: {path.name} has {len(data)} bytes that no one made")
            inspect(data)


class MergeScene(Scene):
    """A county's merge of a folder."""

    def start(self) -> None:
        self.path = self.material.fresh_county(self.folder / "county")

    def merge(self, source: Path | None = None) -> str:
        with county_books.open_county(self.path) as book:
            report = finish(intake.merge(book, [source or self.material.submissions]))
            told = [each for each in report.files if each.outcome != intake.ACCEPTED]
            for each in told:
                if each.outcome == intake.REFUSED and not _CHINESE.search(each.text):
                    raise RuntimeError(f"refused without words: {each}")
            return f"{book.fingerprint} {len(report.files) - len(told)}"

    def undisturbed(self) -> tuple[str, int]:
        """Return what a merge without faults says, and how many calls it makes on the stick."""
        self.start()

        def child(tell: children.Tell) -> None:
            boundary = Boundary((self.material.submissions,))
            boundary.install()
            tell((self.merge(), len(boundary.calls)))

        ended = children.run(child)
        if ended.error:
            raise RuntimeError(ended.error)
        said, calls = ended.told[0]
        return said.rpartition(" ")[0], calls

    def check(self, wanted: str, when: str) -> None:
        """Look at what the fault left, then merge undisturbed."""
        self.whole(self.path, when)
        files = {each.read_bytes() for each in self.material.submissions.iterdir()}
        kept = set(kept_submissions(self.path).values())
        self.tally.expect(kept <= files, f"{when}: a submission was stored that is not whole")
        ended = children.run(lambda tell: tell(self.merge()))
        said = ended.told[0].rpartition(" ")[0] if ended.told else ended.error[-300:]
        self.tally.expect(said == wanted, f"{when}: merged afterwards: {said}, not {wanted}")


def points(calls: int, wanted: int, dice: random.Random) -> Iterator[tuple[int, str]]:
    """Yield (call, fault): every call at least once where there are so many, all faults in turn."""
    names = list(FAULTS)
    for number in range(wanted):
        at = 1 + number % calls if wanted >= calls else 1 + number * calls // wanted
        yield at, names[(number + number // max(calls, 1)) % len(names)] if number else dice.choice(names)


def exports(scene: ExportScene, dice: random.Random, wanted: int) -> None:
    """The stick's calls fail, one after another; then those of the user's own folder of key files."""
    for root in (scene.folder / "stick", scene.folder / "data"):
        calls = scene.calls(root)
        scene.tally.seen[f"calls of one undisturbed export under {root.name}/"] = calls
        for at, fault in points(calls, wanted if root.name == "stick" else wanted // 2, dice):
            scene.start()
            number, for_good = FAULTS[fault]
            boundary = Boundary((root,), at, number, for_good)
            when = f"export, {root.name} {fault} at call {at}"
            scene.check(scene.outcome(scene.export, boundary.install, when), when)


def merges(scene: MergeScene, dice: random.Random, wanted: int) -> None:
    """The stick that is read from fails at one call after another."""
    said, calls = scene.undisturbed()
    scene.tally.seen["calls of one undisturbed merge on the stick"] = calls
    for at, fault in points(calls, wanted, dice):
        scene.start()
        number, for_good = FAULTS[fault]
        boundary = Boundary((scene.material.submissions,), at, number, for_good)
        when = f"merge, stick {fault} at call {at}"
        scene.outcome(scene.merge, boundary.install, when)
        scene.check(said, when)


def file_limits(export: ExportScene, merge: MergeScene, wanted: int) -> None:
    """No file may grow beyond a size: SQLite and the stick meet it alike (RLIMIT_FSIZE)."""
    wanted_fingerprint, _ = merge.undisturbed()
    top = merge.path.stat().st_size
    for number in range(wanted):
        size = (number + 1) * top // wanted
        merge.start()
        when = f"merge, no file beyond {size} bytes"
        merge.outcome(merge.merge, lambda size=size: _limit(size), when)
        merge.check(wanted_fingerprint, when)
    export.start()
    export.export()
    top = export.path.stat().st_size
    for number in range(wanted):
        size = (number + 1) * top // wanted
        export.start()
        when = f"export, no file beyond {size} bytes"
        export.check(export.outcome(export.export, lambda size=size: _limit(size), when), when)


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def can_mount(folder: Path) -> bool:
    """Tell whether small file systems can be made here: by root, outside most containers."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    try:
        with mounted(folder, _ROOM):
            return True
    except subprocess.CalledProcessError:
        return False


@contextmanager
def mounted(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a file system of its own with that much room."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def _mount(*arguments: object) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True, capture_output=True)


def full_disks(export: ExportScene, merge: MergeScene, folder: Path, wanted: int) -> None:
    """A real file system runs full under the county's workbook, and under the stick."""
    wanted_fingerprint, _ = merge.undisturbed()
    used = _kilobytes(merge.folder / "county")
    merge.start()
    least = _kilobytes(merge.folder / "county")
    for number in range(wanted):
        room = least + number * (used - least + 256) // wanted
        when = f"merge, disk of {room} KiB"
        with mounted(folder / "disk", room) as disk:
            scene = MergeScene(merge.material, disk, merge.tally)
            scene.start()
            scene.outcome(scene.merge, int, when)
            _mount("-o", f"remount,size={room + 65536}k", disk)
            scene.check(wanted_fingerprint, when)
    for number in range(wanted):
        room = 4 + number * 200 // wanted
        when = f"export, stick of {room} KiB"
        export.start()
        with mounted(export.stick, room):
            kind = export.outcome(export.export, int, when)
            _mount("-o", f"remount,size={room + 65536}k", export.stick)
            export.check(kind, when)


def _kilobytes(folder: Path) -> int:
    return sum(-(-each.stat().st_size // 4096) * 4 + 4 for each in folder.rglob("*"))


def run(material: Material, folder: Path, dice: random.Random, wanted: int, until: float) -> list[Tally]:
    """Do all of it: at least `wanted` points each, and more until a time of the monotonic clock."""
    tallies = [Tally("export: stick and key folder fail"), Tally("merge: stick fails")]
    limits, full = Tally("export and merge: files cannot grow"), Tally("export and merge: full file system")
    first = True
    while first or time.monotonic() < until:
        first = False
        with tallies[0].clock():
            exports(ExportScene(material, folder / "export", tallies[0]), dice, wanted)
        with tallies[1].clock():
            merges(MergeScene(material, folder / "merge", tallies[1]), dice, wanted)
    scenes = [
        (ExportScene(material, folder / "export", tally), MergeScene(material, folder / "merge", tally))
        for tally in (limits, full)
    ]
    with limits.clock():
        file_limits(*scenes[0], wanted // 4)
    if can_mount(folder / "disk"):
        with full.clock():
            full_disks(*scenes[1], folder, wanted // 2)
    else:
        full.seen["skipped: no file system can be mounted here"] += 1
    tallies += [limits, full]
    for each in tallies:
        say(f"   {each.kind}: {each.faults} faults, {len(each.broken)} broken promises")
    return tallies
