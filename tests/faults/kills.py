"""kill -9 at a random moment of real work: entry, export, merge, and the upgrade of an old workbook.

Promised: the workbook opens and SQLite's full check finds nothing; every save that was acknowledged is
there, and of the one under way all or nothing; a file under its final name is whole; a merge leaves whole
submissions and, run again, ends with the fingerprint of an undisturbed run.
"""

from __future__ import annotations

import itertools
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alembic.command  # noqa: F401 - loaded before the forks: half a second

from db import journal
from db.records.draft import Draft
from db.records.edits import Edit
from eduapp.exchange import receipt_file, round_file
from eduapp.exchange.sealing import Identity
from eduapp.exchange.stick import PART
from eduapp.exchange.submission import inspect
from eduapp.services import backups, workbooks
from eduapp.services.changes import Changes
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, sending, taking
from eduapp.services.merge import merging
from eduapp.services.practice import hand_off as practice_hand_off
from tests.faults import children
from tests.faults.data_folder import use_data_folder
from tests.faults.editing import any_edit
from tests.faults.material import HISTORY, Material, damage, draft_in, finish, snapshot
from tests.faults.pace import Pace
from tests.faults.stored import journal_lines, kept_submissions, sent_files
from tests.faults.tally import Tally, say

SHARES = {
    "entry": 5,
    "export": 3,
    "sealed export": 2,
    "merge": 4,
    "admission, sealed files, decisions": 3,
    "restore": 2,
    "upgrade": 2,
}
_TELLING = 200
_ENOUGH = 20
"""Broken promises of one kind after which a run stops: they are all of one cause."""
_AT_THE_START = 0.2
"""The share of kills whose clock runs from the start of the process: they meet the opening."""


class Announced:
    """A workbook that tells of every commit before and after it: what entering needs of one, no more."""

    def __init__(self, book: Any, tell: children.Tell) -> None:
        self._book, self._tell = book, tell
        self.draft, self.approved, self.standards = book.draft, book.approved, book.standards

    def commit(self, edits: list[Edit], text: str) -> Changes:
        if edits:
            self._tell(("wanted", list(edits)))
        changes: Changes = self._book.commit(edits, text)
        if edits:
            self._tell(("saved",))
        return changes


class Kind:
    """One kind of work; `step` does one round of it and kills it."""

    name = ""
    span = 0.1
    """Seconds that the work takes, or that it is let to go on."""

    def __init__(self, material: Material, folder: Path, dice: random.Random) -> None:
        self.material, self.folder, self.dice = material, folder / self.name, dice
        self.tally = Tally(f"kill -9: {self.name}")
        self.start()

    def start(self) -> None:
        """Make what the rounds work on."""
        raise NotImplementedError

    def use_data_folder(self) -> None:
        """Let the program have this kind's key files again."""
        use_data_folder(self.folder / "data")

    def step(self) -> None:
        raise NotImplementedError

    @staticmethod
    def seconds_of(work: Callable[[], object]) -> float:
        """Return how long work takes in a child: machines differ, and the clock of the kills follows."""
        began = time.monotonic()
        ended = children.run(lambda _tell: work())
        if ended.error:
            raise RuntimeError(ended.error)
        return time.monotonic() - began

    def killed(self, work: children.Work) -> children.Ended:
        early = self.dice.random() < _AT_THE_START
        wait = self.dice.uniform(0, self.span)
        ended = children.kill_after(work, wait, once_told=not early)
        self.tally.faults += ended.killed
        if not ended.killed:
            self.tally.seen["ended before the kill"] += 1
        self.tally.expect(not ended.error, f"{self.name}: the work itself failed: {ended.error}")
        return ended

    def check_file(self, path: Path) -> None:
        """SQLite's full check of the workbook and of the copies beside it."""
        for each in (path, *path.parent.glob("备份/*.edubook")):
            found = damage(each)
            self.tally.expect(not found, f"{self.name}: {each.name}: {found}")


class Entry(Kind):
    """A clerk types, pastes, deletes, ticks; the parent follows the same edits in memory and compares."""

    name = "entry"

    def start(self) -> None:
        self.path = self.material.fresh_school(self.folder)
        with workbooks.open_school(self.path) as book:
            self.model = book.draft
        self.lines = journal_lines(self.path)
        self.span = self.seconds_of(self._some_edits)

    def _some_edits(self) -> None:
        path, dice = shutil.copy(self.path, self.folder / "timed.edubook"), random.Random(1)
        with workbooks.open_school(Path(path)) as book:
            for _ in range(6):
                any_edit(book, dice)

    def step(self) -> None:
        seed = self.dice.random()

        def work(tell: children.Tell) -> None:
            dice = random.Random(seed)
            with workbooks.open_school(self.path) as book:
                tell(("open",))
                announced = Announced(book, tell)
                while True:
                    any_edit(announced, dice)

        ended = self.killed(work)
        saved, under_way = _commits(ended.told)
        with workbooks.open_school(self.path) as book:
            found = book.draft
        self._compare(found, saved, under_way)
        self.model, self.lines = found, journal_lines(self.path)
        self.check_file(self.path)
        self.tally.seen["acknowledged saves checked"] += len(saved)

    def _compare(self, found: Draft, saved: list[list[Edit]], under_way: list[Edit]) -> None:
        for edits in saved:
            _follow(self.model, edits)
        lines = self.lines + _lines(saved)
        stored = journal_lines(self.path)
        if snapshot(found) == snapshot(self.model):
            self.tally.expect(stored == lines, f"entry: {stored} lines in the journal, {lines} were saved")
            return
        _follow(self.model, under_way)
        whole = under_way and snapshot(found) == snapshot(self.model)
        self.tally.expect(whole, f"entry: lost or half saved after {len(saved)} saves; last {under_way[:2]}")
        lines += _lines([under_way])
        self.tally.expect(stored == lines, f"entry: {stored} lines in the journal, {lines} were saved")
        self.tally.seen["the save under way was there, whole"] += 1


class Export(Kind):
    """A clerk changes a cell and exports, again and again, onto one stick; every fifth kill on a new PC."""

    name = "export"
    _ROUNDS_A_SCHOOL = 5

    identities: tuple[Identity, ...] = ()

    def fresh(self) -> Path:
        return self.material.fresh_school(self.folder)

    def start(self) -> None:
        self.path = self.fresh()
        self.stick, self.round, self.reported = self.folder / "stick", 0, {}
        if not self.tally.faults:
            self.span = 2 * self.seconds_of(self._one_export)
            self.path = self.fresh()

    def _one_export(self) -> None:
        with workbooks.open_school(self.path) as book:
            finish(sending.export(book, self.stick, "draft"))

    def step(self) -> None:
        if self.round == self._ROUNDS_A_SCHOOL:
            self.start()
        self.round += 1
        seed = self.dice.random()

        def work(tell: children.Tell) -> None:
            dice = random.Random(seed)
            with workbooks.open_school(self.path) as book:
                tell(("open",))
                while True:
                    if dice.random() < 0.8:
                        any_edit(book, dice)
                    sent = finish(sending.export(book, self.stick, "draft"))
                    tell(("sent", sent.path, sent.id))

        ended = self.killed(work)
        self.reported |= {path: name for kind, path, name in (each for each in ended.told if len(each) == 3)}
        workbooks.open_school(self.path).close()
        self.check_file(self.path)
        self.check_stick()

    def check_stick(self) -> None:
        """Every file under a final name is whole and in the workbook; every reported one is there."""
        kept = sent_files(self.path)
        numbers = sorted(seq for seq, _ in kept.values())
        self.tally.expect(numbers == list(range(1, len(kept) + 1)), f"export: made under {numbers}")
        for path in self.stick.iterdir():
            if path.name.endswith(PART):
                self.tally.seen["unfinished .part files left"] += 1
                continue
            data = path.read_bytes()
            self.tally.expect(
                any(data == content for _, content in kept.values()),
                f"export: {path.name} ({len(data)} bytes) is not what the workbook keeps",
            )
            inspect(data, self.identities)
            self.tally.seen["whole files on the stick read"] += 1
        for path, name in self.reported.items():
            there = Path(path).is_file() and name in kept and Path(path).read_bytes() == kept[name][1]
            self.tally.expect(there, f"export: {path} was reported as written and is not there")


class SealedExport(Export):
    """The same, sealed to the county whose round file the school has read."""

    name = "sealed export"

    def fresh(self) -> Path:
        self.identities = self.material.sealed.identities
        return self.material.sealed.fresh_school(self.folder)


class Restore(Kind):
    """A backup is put in the place of a workbook; killed at it, the workbook is the one or the other."""

    name = "restore"

    def start(self) -> None:
        self.path = self.material.fresh_school(self.folder)
        with workbooks.open_school(self.path) as book:
            self.copy = book.workbook.backup("测试")
            then = snapshot(book.draft)
            any_edit(book, random.Random(3))
            self.wanted = [then, snapshot(book.draft)]
        self.image = self.path.read_bytes()
        self.span = self.seconds_of(lambda: backups.restore(self.path, self.copy))
        self.path.write_bytes(self.image)

    def step(self) -> None:
        def work(tell: children.Tell) -> None:
            tell(("begin",))
            backups.restore(self.path, self.copy)
            tell(("done",))

        ended = self.killed(work)
        found = draft_in(self.path)
        self.tally.expect(found in self.wanted, "restore: neither what it was nor what the backup is")
        restored = found == self.wanted[0]
        self.tally.expect(restored or ("done",) not in ended.told, "restore: said to be done and is not")
        self.tally.seen["was restored" if restored else "was what it had been"] += 1
        self.check_file(self.path)
        self.path.write_bytes(self.image)


class Merge(Kind):
    """A county takes in a folder; killed, it goes on where it was until the folder is done."""

    name = "merge"

    def start(self) -> None:
        self.files = {each.read_bytes() for each in self.material.submissions.iterdir()}
        self.path = self.material.fresh_county(self.folder)
        began = time.monotonic()
        self.wanted = self._finish()
        self.span = 0.8 * (time.monotonic() - began)  # the opening is mostly not in it
        self.again()

    def again(self) -> None:
        self.path = self.material.fresh_county(self.folder)
        self.before: set[str] = set()

    def _finish(self) -> str:
        with county_books.open_county(self.path) as book:
            report = finish(intake.merge(book, [self.material.submissions]))
            self.tally.expect(not report.needs_person, f"merge: {report.sum_text}")
            return str(book.fingerprint)

    def step(self) -> None:
        files = self.dice.choice((1, 3, taking.BATCH_FILES))

        def work(tell: children.Tell) -> None:
            taking.BATCH_FILES = files  # so that a small folder has several transactions, too
            with county_books.open_county(self.path) as book:
                tell(("open",))
                finish(intake.merge(book, [self.material.submissions]))
                tell(("done",))

        ended = self.killed(work)
        with county_books.open_county(self.path) as book:
            fingerprint = book.fingerprint
        kept = kept_submissions(self.path)
        self.check_file(self.path)
        self.tally.expect(set(kept.values()) <= self.files, "merge: a submission stored is not whole")
        self.tally.expect(self.before <= set(kept), "merge: a submission that was stored is gone")
        self.tally.seen[f"kills at {len(kept) * 4 // len(self.files) * 25:>3} % of the folder or later"] += 1
        self.before = set(kept)
        done = ("done",) in ended.told
        if done or self.dice.random() < 0.1:
            if not done:
                fingerprint = self._finish()
            self.tally.expect(fingerprint == self.wanted, f"merge: {fingerprint}, not {self.wanted}")
            self.tally.seen["merges ended after kills, with the undisturbed fingerprint"] += 1
            self.again()


class Office(Kind):
    """A county admits keys by their forms, takes in sealed files, answers them, and decides.

    Killed, it does all of it again: what was there stays, and in the end it is what an undisturbed run made.
    """

    name = "admission, sealed files, decisions"

    def start(self) -> None:
        self.again()
        began = time.monotonic()
        with county_books.open_county(self.path) as book:
            self.work(book, lambda _said: None)
            self.wanted = (book.fingerprint, len(book.decisions), sorted(each.id for each in book.members))
        self.span = time.monotonic() - began
        self.again()

    def again(self) -> None:
        self.path = self.material.sealed.fresh_county(self.folder)
        self.stick = Path(shutil.copytree(self.material.sealed.stick, self.folder / "stick"))
        self.before: tuple[set[str], list[str], set[str]] = (set(), [], set())

    def work(self, book: Any, tell: children.Tell) -> None:
        finish(practice_hand_off.receive(book, self.stick, self.material.sealed.forms))
        tell(("received",))
        one, other = sorted(each.id for each in book.members)[:2]
        for kind, submission, decide in (
            (merging.WITHDRAW, one, lambda: intake.undo(book, [one])),
            (merging.WITHDRAW, other, lambda: intake.undo(book, [other])),
            (merging.RESTORE, other, lambda: intake.restore(book, other)),
        ):
            if not any((each.kind, each.submission) == (kind, submission) for each in book.decisions):
                decide()
                tell(("decided", kind, submission))

    def step(self) -> None:
        def work(tell: children.Tell) -> None:
            with county_books.open_county(self.path) as book:
                tell(("open",))
                self.work(book, tell)
                tell(("done",))

        ended = self.killed(work)
        with county_books.open_county(self.path) as book:  # checks the chain of decisions and its signatures
            keys = {each.public_key for each in book.keys}
            decisions = [each.id for each in book.decisions]
            members = {each.id for each in book.members}
            fingerprint = book.fingerprint
            told = {each[1:] for each in ended.told if each[0] == "decided"}
            there = {(each.kind, each.submission) for each in book.decisions}
        self.check_file(self.path)
        was = self.before
        self.tally.expect(was[0] <= keys, "office: an admitted key is gone")
        self.tally.expect(was[1] == decisions[: len(was[1])], "office: the decisions are not those of before")
        self.tally.expect(was[2] <= members, "office: a submission that was accepted is gone")
        self.tally.expect(told <= there, "office: a decision that was acknowledged is not there")
        self.before = keys, decisions, members
        for file in self.stick.iterdir():
            if file.suffix in {round_file.SUFFIX, receipt_file.SUFFIX}:
                read = (
                    round_file.read_round if file.suffix == round_file.SUFFIX else receipt_file.read_receipt
                )
                read(file.read_bytes())
                self.tally.seen["whole round files and receipts read"] += 1
        if ("done",) in ended.told:
            found = (fingerprint, len(decisions), sorted(members))
            self.tally.expect(found == self.wanted, f"office: {found[:2]}, not {self.wanted[:2]}")
            self.tally.seen["runs ended after kills, as the undisturbed one"] += 1
            self.again()


class Upgrade(Kind):
    """Workbooks of every released version are opened by this one; killed at it, they open again."""

    name = "upgrade"

    def start(self) -> None:
        self.old = sorted(HISTORY.glob("*/school.edubook"))
        self.wanted = {}
        for old in self.old:
            path = self._copy(old)
            began = time.monotonic()
            ended = children.run(lambda tell, path=path: tell(draft_in(path)))
            self.span = 0.6 * (time.monotonic() - began)  # a half of it was reading what it says
            self.tally.expect(not ended.error, f"upgrade: {ended.error}")
            self.wanted[old] = ended.told[0]

    def _copy(self, old: Path) -> Path:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return Path(shutil.copy(old, self.folder / "school.edubook"))

    def step(self) -> None:
        old = self.dice.choice(self.old)
        path = self._copy(old)

        def work(tell: children.Tell) -> None:
            tell(("begin",))
            workbooks.open_school(path).close()

        self.killed(work)
        try:
            found = draft_in(path)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from opening is what this looks for
            self.tally.broken.append(f"upgrade of {old.parent.name}: does not open any more: {error!r}")
            return
        self.tally.expect(found == self.wanted[old], f"upgrade of {old.parent.name}: says something else now")
        self.check_file(path)
        self.tally.seen["opened and said the same"] += 1


KINDS = {kind.name: kind for kind in (Entry, Export, SealedExport, Merge, Office, Restore, Upgrade)}


def run(material: Material, folder: Path, dice: random.Random, pace: Pace, tallies: list[Tally]) -> None:
    """Do all kinds in turn: as many kills as wanted in all, or until the time is over."""
    kinds: list[Kind] = []
    for kind in KINDS.values():
        if pace.is_over:
            return
        kinds.append(kind(material, folder, dice))
        tallies.append(kinds[-1].tally)
    turns = [kind for kind in kinds for _ in range(SHARES[kind.name])]
    dice.shuffle(turns)
    told = 0
    for kind in itertools.cycle(turns):
        done = sum(each.tally.faults for each in kinds)
        if done >= told + _TELLING:
            say(f"   {done} kills, {sum(len(each.tally.broken) for each in kinds)} broken promises")
            told = done
        every = pace.is_timed or all(each.tally.faults for each in kinds)
        if every and not pace.goes_on(done):
            break
        with kind.tally.clock():
            kind.use_data_folder()
            kind.step()
        if len(kind.tally.broken) >= _ENOUGH:
            break


def _commits(told: list[Any]) -> tuple[list[list[Edit]], list[Edit]]:
    """Return the edits that were acknowledged, and those that were under way."""
    saved: list[list[Edit]] = []
    under_way: list[Edit] = []
    for kind, *rest in told:
        if kind == "wanted":
            under_way = rest[0]
        elif kind == "saved":
            saved.append(under_way)
            under_way = []
    return saved, under_way


def _follow(model: Draft, edits: list[Edit]) -> None:
    for edit in edits:
        model.apply(edit)


def _lines(commits: list[list[Edit]]) -> int:
    return sum(len(journal.lines(edits)["key"]) for edits in commits)
