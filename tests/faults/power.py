"""Power loss at every moment of what the program asks of the disk, and errors of that disk.

The program's own SQL and pragmas are replayed over a disk in memory; after each prefix of what that disk was
asked, the power goes (see `platter`) and the result is opened with the SQLite inside Python. Promised: its
full check finds nothing, and the workbook says what it said after the last acknowledged transaction, or
after the one under way.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from pathlib import Path

import apsw

from db.workbook import open_workbook
from tests.faults import recording
from tests.faults.disk import Disk
from tests.faults.material import Material, damage
from tests.faults.pace import Pace
from tests.faults.platter import Platter
from tests.faults.recording import Recording
from tests.faults.replay import NAME, Replay, replay, state_of
from tests.faults.tally import Tally, say

CONTROLS = {
    "synchronous=OFF": {"PRAGMA synchronous=FULL": "PRAGMA synchronous=OFF"},
    "no exclusive lock": {"PRAGMA locking_mode=EXCLUSIVE": "PRAGMA locking_mode=NORMAL"},
}
"""Pragmas instead of the program's own, for which the same simulator must find broken promises."""
_OPENED_BY_THE_PROGRAM = 0.03
_A_ROUND = 400
"""Power losses of one round over all recordings, where the time decides how many rounds there are."""
_CREATED = 3
"""Transactions after which a new workbook is one: its mark, its tables, its own facts."""


def recordings(material: Material, folder: Path, edits: int) -> list[Recording]:
    """Record the program at work."""
    return [
        recording.school(material, folder / "recorded-school", edits),
        recording.county(material, folder / "recorded-county"),
        recording.office(material, folder / "recorded-office"),
        recording.upgrade(folder / "recorded-upgrade"),
    ]


class Judge:
    """Opens what is left of a workbook and compares it with what was acknowledged."""

    def __init__(
        self, source: Recording, run: Replay, tally: Tally, folder: Path, dice: random.Random
    ) -> None:
        self.source, self.run, self.tally, self.dice = source, run, tally, dice
        self.folder = folder / "judged"
        self._known: dict[bytes, tuple[str, str]] = {}

    def judge(self, files: dict[str, bytes], saved: int, when: str) -> None:
        allowed = self.run.states[saved : saved + 2]
        found, state = self._opened(files)
        self.tally.faults += 1
        if found:
            self.tally.seen["damaged"] += 1
            self.tally.broken.append(f"{self.source.name}, {when}: damaged: {found[:200]}")
        elif state not in allowed:
            earlier = state in self.run.states[:saved]
            words = "an acknowledged save is lost" if earlier else "says what it never said"
            self.tally.seen[words] += 1
            self.tally.broken.append(f"{self.source.name}, {when}: {words}")
        elif state != allowed[0]:
            self.tally.seen["the transaction under way was there, whole"] += 1
        is_workbook = bool(self.source.image) or saved >= _CREATED
        if not found and is_workbook and self.dice.random() < _OPENED_BY_THE_PROGRAM:
            self._open_with_the_program(files, when)

    def _opened(self, files: dict[str, bytes]) -> tuple[str, str]:
        """Return what SQLite's full check finds and what the workbook says; equal files are opened once."""
        key = hashlib.sha256(repr(sorted((n, hashlib.sha256(d).digest()) for n, d in files.items())).encode())
        known = self._known.get(key.digest())
        if known is None:
            path = self._place(files)
            known = self._known[key.digest()] = damage(path), _state_in(path)
            self.tally.seen["different results opened"] += 1
        return known

    def _open_with_the_program(self, files: dict[str, bytes], when: str) -> None:
        try:
            open_workbook(self._place(files)).close()
        except Exception as error:  # noqa: BLE001 - whatever keeps it from opening is what this looks for
            self.tally.broken.append(f"{self.source.name}, {when}: the program does not open it: {error!r}")
        else:
            self.tally.seen["opened by the program too"] += 1

    def _place(self, files: dict[str, bytes]) -> Path:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for name, data in files.items():
            (self.folder / Path(name).name).write_bytes(data)
        return self.folder / Path(NAME).name


def _state_in(path: Path) -> str:
    raw = sqlite3.connect(path)
    try:
        return state_of(raw)
    except sqlite3.Error as error:
        return f"unreadable: {error}"
    finally:
        raw.close()


def lose_power(
    source: Recording, tally: Tally, folder: Path, dice: random.Random, pace: Pace, control: str = ""
) -> None:
    """Lose power after every prefix of a recording's log, as often as wanted in all, spread evenly."""
    with tally.clock():
        run = replay(source, instead=CONTROLS.get(control))
        if not control:
            tally.expect(run.states[-1].split()[1] == source.result, f"{source.name}: the replay differs")
        tally.seen["statements of the program replayed"] += run.statements
        tally.seen["transactions acknowledged"] += len(run.states) - 1
        judge = Judge(source, run, tally, folder, dice)
        platter = Platter()
        if source.image:
            platter.names, platter.contents = {NAME: 1}, {1: source.image}
        owed = 0.0
        for place, event in enumerate(run.disk.log, 1):
            platter.follow(event)
            owed += pace.wanted / len(run.disk.log)
            while owed >= 1:
                owed -= 1
                if pace.is_over:
                    return
                judge.judge(platter.after_power_loss(dice), platter.saved, f"event {place}")


def fail_disk(source: Recording, tally: Tally, folder: Path, dice: random.Random, pace: Pace) -> None:
    """Let the disk fail (full, or error; once, or for good) at points spread over a recording."""
    with tally.clock():
        whole = replay(source)
        for number in range(pace.wanted):
            if pace.is_over:
                return
            at = 1 + number * whole.disk.changes // pace.wanted
            error, for_good = dice.choice((apsw.IOError, apsw.FullError)), dice.random() < 0.5
            run = replay(source, Disk(fail_at=at, for_good=for_good, error=error))
            tally.expect(run.failed, f"{source.name}: the failure at change {at} was not noticed")
            saved = len(run.states) - 1
            files = {name: bytes(run.disk.contents[file]) for name, file in run.disk.names.items()}
            judge = Judge(source, whole, tally, folder, dice)
            judge.judge(files, max(saved, 0), f"{error.__name__} at change {at}")


def run(material: Material, folder: Path, dice: random.Random, pace: Pace, tallies: list[Tally]) -> None:
    """Do all of it, the controls first: without them the rest proves nothing."""
    losses, failures = Tally("power loss (replay)"), Tally("disk errors inside a workbook (replay)")
    controls = [Tally(f"power loss, control: {name}", control=True) for name in CONTROLS]
    tallies += [losses, failures, *controls]
    size = min(pace.wanted, _A_ROUND) if pace.is_timed else pace.wanted
    sources = recordings(material, folder, edits=12 + size // 200)
    for name, tally in zip(CONTROLS, controls, strict=True):
        lose_power(sources[0], tally, folder, dice, pace.of(60 + size // 20), name)
    for source in sources:
        fail_disk(source, failures, folder, dice, pace.of(4 + size // 100))
    while pace.goes_on(losses.faults):
        for source in sources:
            lose_power(source, losses, folder, dice, pace.of(size // len(sources) + 2))
            say(f"   {losses.faults} power losses, {len(losses.broken)} broken promises")
