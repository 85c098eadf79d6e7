"""One run of intake: files are read one after the other, and judged all together.

What is taken is written in batches, each one transaction: a crash leaves whole submissions, the first
ones. Who is admitted is decided over everything that is kept and everything that was read, so that no order
and no batch shows; tables are read once nothing else stands in the way.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import Unverified, inspect
from eduapp.services.county import kept, register, signed_log
from eduapp.services.county.logged import drops, lines_of
from eduapp.services.hand_off.trust import require_fitting_voucher, require_own
from eduapp.services.keys import county_keys
from eduapp.services.merge import admission, merging
from eduapp.services.merge.admission import UNREAD, Header
from eduapp.services.merge.listing import REFERENCE
from eduapp.services.merge.moment import Moment
from eduapp.services.merge.stating import SchoolIdentity, identity_of
from eduapp.services.packing import draft_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.kept import Received, Unkept
    from eduapp.services.county.signed_log import Line
    from eduapp.services.merge.admission import Copy, Judged

    Step = Callable[[sqlite3.Connection, list[Line]], Received | None]
    """What writes one submission, or what became of it."""

BATCH_FILES, BATCH_BYTES, BATCH_SECONDS = 25, 8 * 1024 * 1024, 0.3
"""A batch is written when it has this much of any: a crash loses no more than that."""
MANY: Final = 500
"""So many files of one key are said in a plain line; none of them is ever dropped."""


@dataclass(frozen=True)
class ReadFile:
    """A file as it was read: what it says of itself, "" where that cannot be told.

    `problem` is what refuses it for good.
    """

    path: str
    problem: Problem | None = None
    id: str = ""
    key: str = ""
    school: str = ""
    name: str = ""
    state: str = ""
    digits: str = ""
    outdated: bool = False
    """Whether the key before vouches for its key in the old form, which admits nothing."""

    @property
    def copy(self) -> Copy:
        """What it is known by."""
        return self.id, self.key


class Taking:
    """What is kept, as it grows by what is read: in the workbook, or (dry run) only in memory."""

    def __init__(self, book: CountyBook, *, dry_run: bool, shown: Mapping[str, str] | None = None) -> None:
        """Begin a run; raises Problem `county-key-locked`: no file is refused for that.

        `shown`: path -> id of what a person was shown; nothing else is taken then.
        """
        self._book, self._dry_run, self._shown = book, dry_run, shown
        self._identities = book.identities
        self._secret = county_keys.budget_secret(book.workbook)
        self.judged: Judged = book.judged
        self.moment: Moment = book.moment
        self.view_before = book.view()
        self.accepted_before = frozenset(each.id for each in book.members)
        self.withdrawn = merging.withdrawn(book.decisions)
        self.unkept: set[Copy] = set(book.unkept)
        self.flaws: dict[Copy, Problem] = {}
        """Files whose tables are no good, though their key is admitted."""
        self._headers: dict[Copy, Header] = dict(book.flawed)
        self._headers |= {copy: each.header for copy, each in book.copies.items()}
        self._fresh: dict[Copy, Path] = {}
        self._said: dict[str, SchoolIdentity] = {}
        self._names: dict[Copy, tuple[str, str]] = {}
        self._batch: list[Step] = []
        self._batch_bytes = 0
        self._batch_began = 0.0
        self._failed = False
        self._gone: list[Unkept] = []

    def take(self, path: Path) -> ReadFile:
        """Read one file and keep it; what is wrong with it is its outcome."""
        data = b""
        try:
            data = read_limited(path, MAX_BYTES)
            about = inspect(data, self._identities)
        except Problem as problem:
            if data:
                digest = hashlib.sha256(data).hexdigest()
                self._later(partial(_refuse, about=digest, problem=problem, file_name=path.name), 0)
            return ReadFile(str(path), problem)
        read = _read(str(path), about)
        if self._shown is not None and self._shown.get(read.path) != read.id:
            return replace(read, problem=Problem("file-not-shown"))
        try:
            require_own(self._book, about, accepted=self._is_accepted(read.copy))
            require_fitting_voucher(about)
        except Problem as problem:
            self._later(partial(_refuse, about=about, problem=problem, file_name=path.name), 0)
            return replace(read, problem=problem)
        known = self._headers.get(read.copy)
        if known is None or (known.flawed and self._is_clear(known)):
            self._add(about, data, path)
        return read

    def read_waiting(self) -> list[ReadFile]:
        """Read the tables of what nothing else stands in the way of, as far as keys lead.

        Returns those that waited in the workbook before this run.
        """
        came: list[ReadFile] = []
        self.write()
        while True:
            self._judge()
            waiting = [copy for copy, why in self.judged.why.items() if why == UNREAD]
            if not waiting:
                return came
            came += [read for copy in sorted(waiting) if (read := self._read_now(copy)) is not None]
            self.write()

    def finish(self) -> None:
        """Write the rest, keep within the bounds, and let the book follow."""
        if self._failed:
            return
        self.write()
        self._judge()
        self._keep_within()
        if self._dry_run:
            accepted = (
                replace(each.member, school=self.judged.code_of(each))
                for copy, each in self._headers.items()
                if not self.judged.why[copy]
            )
            members = sorted(admission.one_each(accepted).values(), key=lambda each: each.id)
            self.moment = Moment(tuple(members), tuple(self._book.decisions), links=self.judged.links)
        else:
            self._book.mark_log()
            self._book.settle(self._headers)
            self.moment = self._book.moment

    def write(self) -> None:
        """Write what was taken since the last batch, in one transaction; raises Problem, then none of it."""
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        if not batch:
            return
        written: list[Received | None] = []
        try:
            with self._book.writing(mark=False) as (door, lines):
                written.extend(each(door, lines) for each in batch)
        except Exception:
            self._failed = True
            self._book.reload()
            raise
        self._book.add_received(received for received in written if received is not None)

    @property
    def accepted(self) -> frozenset[str]:
        """The ids of the set as it stands now."""
        return frozenset(each.id for each in self.moment.members)

    @property
    def missing(self) -> int:
        """Files of admitted keys whose bytes were not kept."""
        return sum(self.judged.is_known(each.school, each.public_key) for each in self._left_out())

    def differs(self, each: ReadFile) -> tuple[str, ...]:
        """Return in words where a file whose tables were read says otherwise than the school list."""
        said = self._said.get(each.id)
        return register.differs(self._book, each.school, said) if said else ()

    def under_its_code(self, each: ReadFile) -> ReadFile:
        """Return a file under the code that its school has now, whichever code it names."""
        header = self._headers.get(each.copy)
        code = self.judged.code_of(header) if header else self._book.listing.current(each.school)
        return replace(each, school=code)

    def many(self) -> list[tuple[str, int]]:
        """Return (name, files) of the admitted keys with very many of them."""
        admitted = {copy: self.judged.place_of(each) for copy, each in self._headers.items()}
        named = {place: copy for copy, place in admitted.items() if place in self.judged.register}
        counts = Counter(place for place in admitted.values() if place in named)
        return [
            (self._name_of(named[place])[0], counts[place])
            for place in sorted(counts)
            if counts[place] >= MANY
        ]

    def _is_accepted(self, copy: Copy) -> bool:
        known = self._book.copies.get(copy)
        return known is not None and known.admitted

    def _judge(self) -> None:
        self.judged = self._book.judge(self._headers.values())

    def _add(self, about: Unverified, data: bytes, path: Path) -> None:
        """Keep a file; its tables are read at once where its key is known."""
        header = kept.header_of(about, len(data), read=False)
        copy = header.copy
        if self._is_clear(header):
            if not self._tables_are_good(about, path.name):
                return
            header = replace(header, read=True)
        self._headers[copy], self._fresh[copy] = header, path
        self._names[copy] = about.manifest.name, path.name
        self._later(partial(_keep, about=about, data=data, file_name=path.name, read=header.read), len(data))
        self.unkept.discard(copy)

    def _is_clear(self, header: Header) -> bool:
        """Whether nothing stands in the way already now; files only ever add keys to the register."""
        place = self.judged.place_of(header)
        stopped = self.judged.is_stopped(place, header.member.id)
        listed = place[0].startswith(REFERENCE) or not self._book.expected
        return place in self.judged.register and not stopped and listed

    def _tables_are_good(self, about: Unverified, file_name: str) -> bool:
        """Read the tables; a file of bad ones is refused, but what its signer passed on or named stays."""
        try:
            self._said[about.id] = identity_of(draft_of(about.opened(lambda _manifest, _key: None)))
        except Problem as problem:
            header = kept.header_of(about, 0, read=False)
            self.flaws[header.copy] = problem
            known = self._headers.get(header.copy)
            self._headers[header.copy] = replace(header, flawed=True)
            refuse = partial(
                _refuse_flawed,
                about=about,
                problem=problem,
                file_name=file_name,
                flawed=header,
                known=known,
            )
            self._later(refuse, 0)
            return False
        return True

    def _read_now(self, copy: Copy) -> ReadFile | None:
        """Read the tables of a kept file; return it where it waited in the workbook before this run."""
        path = self._fresh.get(copy)
        again = read_limited(path, MAX_BYTES) if path and self._dry_run else self._book.content(*copy)
        about = inspect(again, self._identities)
        if kept_as := self._book.copies.get(copy):
            self._book.require_same(kept_as, about)
        name = self._name_of(copy)[1]
        if self._tables_are_good(about, name):
            self._headers[copy] = replace(self._headers[copy], read=True)
            self._later(partial(_mark_read, copy=copy), 0)
        read = replace(_read(name, about), problem=self.flaws.get(copy))
        return None if path else read

    def _keep_within(self) -> None:
        """Let go of what is beyond the bounds of keys that nobody admitted; only its name stays."""
        waiting = [header for header in self._headers.values() if self.judged.is_strange(header)]
        keep = admission.within(waiting, self._secret, admission.BUDGET)
        gone = [header for header in waiting if header.copy not in keep]
        self.unkept |= {each.copy for each in gone}
        self._gone = [self._unkept_of(each) for each in gone]
        if not gone or self._dry_run:
            return
        with self._book.writing() as (door, lines):
            kept.drop(door, [each.copy for each in gone])
            kept.leave_unkept(door, self._gone)
            lines.extend(drops([each.copy for each in gone]))
            lines.extend(signed_log.name(each) for each in self._gone)
        self._book.let_go(self._gone)

    def _left_out(self) -> list[Unkept]:
        known = [each for copy, each in self._book.unkept.items() if copy in self.unkept]
        return [*{each.copy: each for each in [*known, *self._gone]}.values()]

    def _unkept_of(self, each: Header) -> Unkept:
        name, file_name = self._name_of(each.copy)
        member = each.member
        return kept.Unkept(member.id, member.key, member.school, name, file_name, member.prev)

    def _name_of(self, copy: Copy) -> tuple[str, str]:
        """Return what the school calls itself and the file's name."""
        known = self._book.copies.get(copy)
        return (known.name, known.file_name) if known else self._names[copy]

    def _later(self, submission: Step, size: int) -> None:
        """Put one submission into the batch, and write the batch when it has grown enough."""
        if self._dry_run:
            return
        if not self._batch:
            self._batch_began = time.monotonic()
        self._batch.append(submission)
        self._batch_bytes += size
        full = len(self._batch) >= BATCH_FILES or self._batch_bytes >= BATCH_BYTES
        if full or time.monotonic() - self._batch_began >= BATCH_SECONDS:
            self.write()


def _read(path: str, about: Unverified) -> ReadFile:
    said = about.manifest
    outdated = said.replaces is not None and said.replaces.is_old
    digits = about.key.digits
    return ReadFile(
        path, None, about.id, about.key.line, said.school, said.name, said.state, digits, outdated=outdated
    )


def _keep(
    door: sqlite3.Connection, lines: list[Line], about: Unverified, data: bytes, file_name: str, *, read: bool
) -> Received:
    received = kept.keep(door, about, data, file_name, read=read)
    lines.append(lines_of(received, data))
    return received


def _refuse(
    door: sqlite3.Connection,
    lines: list[Line],
    about: Unverified | str,
    problem: Problem,
    file_name: str,
    flawed: Header | None = None,
) -> None:
    refused = kept.refuse(door, about, problem, file_name, flawed)
    if refused is not None:
        lines.append(signed_log.refuse(refused))


def _refuse_flawed(
    door: sqlite3.Connection,
    lines: list[Line],
    about: Unverified,
    problem: Problem,
    file_name: str,
    flawed: Header,
    known: Header | None,
) -> None:
    _refuse(door, lines, about, problem, file_name, flawed)
    if known is not None and not known.flawed:
        kept.drop(door, [flawed.copy])
        lines.extend(drops([flawed.copy]))


def _mark_read(door: sqlite3.Connection, lines: list[Line], copy: Copy) -> None:
    kept.mark_read(door, copy)
    lines.append(signed_log.read_now(copy))
