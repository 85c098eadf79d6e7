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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.problems import Problem
from eduapp.exchange.sealing import Identity
from eduapp.exchange.stick import PART
from eduapp.exchange.submission import inspect
from eduapp.services import backups, entry, workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, sending
from eduapp.services.practice import hand_off as practice_hand_off
from tests.faults import children
from tests.faults.boundary import SHORT, Boundary
from tests.faults.material import Material, damage, finish
from tests.faults.pace import Pace
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
_A_ROUND = 3
"""Points of each kind in one round, where the time decides how many rounds there are."""


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

    identities: tuple[Identity, ...] = ()

    def start(self) -> None:
        self.path = self.fresh()
        self.stick = self.folder / "stick"

    def fresh(self) -> Path:
        return self.material.fresh_school(self.folder)

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
            inspect(data, self.identities)


class SealedExportScene(ExportScene):
    """The same, sealed to a county: its key folder is asked for more than a signature."""

    def fresh(self) -> Path:
        self.identities = self.material.sealed.identities
        return self.material.sealed.fresh_school(self.folder)


class MergeScene(Scene):
    """A county's merge of a folder."""

    @property
    def submissions(self) -> Path:
        return self.material.submissions

    def start(self) -> None:
        self.path = self.material.fresh_county(self.folder / "county")

    def merge(self) -> str:
        with county_books.open_county(self.path) as book:
            report = finish(intake.merge(book, [self.submissions]))
            told = [each for each in report.files if each.outcome != intake.ACCEPTED]
            for each in told:
                if each.outcome == intake.REFUSED and not _CHINESE.search(each.text):
                    raise RuntimeError(f"refused without words: {each}")
            return f"{book.fingerprint} {len(report.files) - len(told)}"

    def undisturbed(self) -> tuple[str, int]:
        """Return what a merge without faults says, and how many calls it makes on the stick."""
        self.start()

        def child(tell: children.Tell) -> None:
            boundary = Boundary((self.submissions,))
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
        files = {each.read_bytes() for each in self.submissions.iterdir()}
        kept = set(kept_submissions(self.path).values())
        self.tally.expect(kept <= files, f"{when}: a submission was stored that is not whole")
        ended = children.run(lambda tell: tell(self.merge()))
        said = ended.told[0].rpartition(" ")[0] if ended.told else ended.error[-300:]
        self.tally.expect(said == wanted, f"{when}: merged afterwards: {said}, not {wanted}")


class SealedMergeScene(MergeScene):
    """A county that encrypts takes in sealed files of schools whose keys it has admitted by their forms."""

    @property
    def submissions(self) -> Path:
        return self.material.sealed.submissions

    def start(self) -> None:
        sealed = self.material.sealed
        self.path = sealed.fresh_county(self.folder / "county")
        with county_books.open_county(self.path) as book:
            practice_hand_off.enter(book, sealed.stick, sealed.forms)


class RestoreScene(Scene):
    """A backup is put in the place of a school's workbook."""

    def start(self) -> None:
        self.path = self.material.fresh_school(self.folder)
        with workbooks.open_school(self.path) as book:
            self.copy = book.workbook.backup("测试")
            entry.add_rows(book, "room", [{"name": "恢复前才有的", "area": "60"}])

    def restore(self) -> str:
        return str(backups.restore(self.path, self.copy).path)

    def rooms(self) -> int:
        with workbooks.open_school(self.path) as book:
            return len(book.draft.rows["room"])

    def check(self, kind: str, when: str) -> None:
        """It is what it was or what the copy is, whole; and afterwards it can be restored."""
        for each in (self.path, *backups_of(self.path)):
            self.whole(each, when)
        rooms = self.rooms()
        self.tally.expect(rooms in {self.before, self.before + 1}, f"{when}: {rooms} rooms")
        self.tally.expect(kind != "done" or rooms == self.before, f"{when}: said to be restored and is not")
        ended = children.run(lambda tell: tell(self.restore()))
        self.tally.expect(not ended.error and self.rooms() == self.before, f"{when}: {ended.error[-300:]}")

    before = 0

    def calls(self) -> int:
        """Return how many calls an undisturbed restore makes in the workbook's folder."""
        self.start()
        self.before = self.rooms() - 1

        def child(tell: children.Tell) -> None:
            boundary = Boundary((self.path.parent,))
            boundary.install()
            self.restore()
            tell(len(boundary.calls))

        ended = children.run(child)
        if ended.error:
            raise RuntimeError(ended.error)
        return int(ended.told[0])


def backups_of(path: Path) -> list[Path]:
    return sorted(path.parent.glob("备份/*.edubook"))


def points(calls: int, wanted: int, dice: random.Random) -> Iterator[tuple[int, str]]:
    """Yield (call, fault): every call at least once where there are so many, all faults in turn."""
    names, begin = list(FAULTS), dice.randrange(calls)
    for number in range(wanted):
        at = 1 + (number % calls if wanted >= calls else (begin + number * calls // wanted) % calls)
        yield at, names[(number + number // max(calls, 1)) % len(names)] if number else dice.choice(names)


def exports(scene: ExportScene, dice: random.Random, pace: Pace) -> None:
    """The stick's calls fail, one after another; then those of the user's own folder of key files."""
    for root in (scene.folder / "stick", scene.folder / "data"):
        calls = scene.calls(root)
        scene.tally.seen[f"calls of one undisturbed export under {root.name}/"] = calls
        for at, fault in points(calls, pace.wanted if root.name == "stick" else pace.wanted // 2, dice):
            if pace.is_over:
                return
            scene.start()
            number, for_good = FAULTS[fault]
            boundary = Boundary((root,), at, number, for_good)
            when = f"export, {root.name} {fault} at call {at}"
            scene.check(scene.outcome(scene.export, boundary.install, when), when)


def restores(scene: RestoreScene, dice: random.Random, pace: Pace) -> None:
    """The calls in the workbook's folder fail, one after another, while a backup is put back."""
    calls = scene.calls()
    scene.tally.seen["calls of one undisturbed restore in the folder"] = calls
    for at, fault in points(calls, pace.wanted, dice):
        if pace.is_over:
            return
        scene.start()
        number, for_good = FAULTS[fault]
        if number == SHORT:
            continue  # SQLite writes the pages itself; what Python is handed here is never read in part
        boundary = Boundary((scene.path.parent,), at, number, for_good)
        when = f"restore, {fault} at call {at}"
        scene.check(scene.outcome(scene.restore, boundary.install, when), when)


def merges(scene: MergeScene, dice: random.Random, pace: Pace) -> None:
    """The stick that is read from fails at one call after another."""
    said, calls = scene.undisturbed()
    scene.tally.seen["calls of one undisturbed merge on the stick"] = calls
    for at, fault in points(calls, pace.wanted, dice):
        if pace.is_over:
            return
        scene.start()
        number, for_good = FAULTS[fault]
        boundary = Boundary((scene.submissions,), at, number, for_good)
        when = f"merge, stick {fault} at call {at}"
        scene.outcome(scene.merge, boundary.install, when)
        scene.check(said, when)


def file_limits(export: ExportScene, merge: MergeScene, pace: Pace) -> None:
    """No file may grow beyond a size: SQLite and the stick meet it alike (RLIMIT_FSIZE)."""
    wanted, (wanted_fingerprint, _) = pace.wanted, merge.undisturbed()
    top = merge.path.stat().st_size
    for number in range(wanted):
        if pace.is_over:
            return
        size = (number + 1) * top // wanted
        merge.start()
        when = f"merge, no file beyond {size} bytes"
        merge.outcome(merge.merge, lambda size=size: _limit(size), when)
        merge.check(wanted_fingerprint, when)
    export.start()
    export.export()
    top = export.path.stat().st_size
    for number in range(wanted):
        if pace.is_over:
            return
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


def full_disks(export: ExportScene, merge: MergeScene, folder: Path, pace: Pace) -> None:
    """A real file system runs full under the county's workbook, and under the stick."""
    wanted, (wanted_fingerprint, _) = pace.wanted, merge.undisturbed()
    used = _kilobytes(merge.folder / "county")
    merge.start()
    least = _kilobytes(merge.folder / "county")
    for number in range(wanted):
        if pace.is_over:
            return
        room = least + number * (used - least + 256) // wanted
        when = f"merge, disk of {room} KiB"
        with mounted(folder / "disk", room) as disk:
            scene = MergeScene(merge.material, disk, merge.tally)
            scene.start()
            scene.outcome(scene.merge, int, when)
            _mount("-o", f"remount,size={room + 65536}k", disk)
            scene.check(wanted_fingerprint, when)
    for number in range(wanted):
        if pace.is_over:
            return
        room = 4 + number * 200 // wanted
        when = f"export, stick of {room} KiB"
        export.start()
        with mounted(export.stick, room):
            kind = export.outcome(export.export, int, when)
            _mount("-o", f"remount,size={room + 65536}k", export.stick)
            export.check(kind, when)


def _kilobytes(folder: Path) -> int:
    return sum(-(-each.stat().st_size // 4096) * 4 + 4 for each in folder.rglob("*"))


def run(material: Material, folder: Path, dice: random.Random, pace: Pace, tallies: list[Tally]) -> None:
    """Do all of it: as many points each as wanted or, by time, rounds of a few until it is over."""
    kinds = {
        "export: stick and key folder fail": lambda tally, each: exports(
            ExportScene(material, folder / "export", tally), dice, each
        ),
        "sealed export: stick and key folder fail": lambda tally, each: exports(
            SealedExportScene(material, folder / "sealed-export", tally), dice, each
        ),
        "merge: stick fails": lambda tally, each: merges(
            MergeScene(material, folder / "merge", tally), dice, each
        ),
        "sealed merge: stick fails": lambda tally, each: merges(
            SealedMergeScene(material, folder / "sealed-merge", tally), dice, each
        ),
        "restore: the workbook's folder fails": lambda tally, each: restores(
            RestoreScene(material, folder / "restore", tally), dice, each
        ),
        "export and merge: files cannot grow": lambda tally, each: file_limits(
            ExportScene(material, folder / "export", tally),
            MergeScene(material, folder / "merge", tally),
            each.of(-(-each.wanted // 4)),
        ),
        "export and merge: full file system": lambda tally, each: _full(material, folder, tally, each),
    }
    made = [Tally(name) for name in kinds]
    tallies += made
    share = pace.of(min(pace.wanted, _A_ROUND)) if pace.is_timed else pace
    rounds = 0
    while not pace.is_over and (pace.is_timed or not rounds):
        rounds += 1
        for tally in made:
            if pace.is_over:
                break
            with tally.clock():
                kinds[tally.kind](tally, share)
    for each in made:
        say(f"   {each.kind}: {each.faults} faults, {len(each.broken)} broken promises")


def _full(material: Material, folder: Path, tally: Tally, pace: Pace) -> None:
    if not can_mount(folder / "disk"):
        tally.seen["skipped: no file system can be mounted here"] = 1
        return
    export = ExportScene(material, folder / "export", tally)
    full_disks(export, MergeScene(material, folder / "merge", tally), folder, pace.of(-(-pace.wanted // 2)))
