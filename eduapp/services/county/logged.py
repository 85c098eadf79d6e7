"""A county's workbook whose stored files, admissions and decisions are bound by the county's signed log."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from db import journal, store, thin
from db.problems import Problem
from db.records.stored import Misstored
from db.workbook import now, who
from eduapp.services.books import OpenBook
from eduapp.services.county import held, kept, own_facts, signed_log
from eduapp.services.county.signed_log import Position, SignedLog
from eduapp.services.jobs import Progress
from eduapp.services.keys import county_keys, known
from eduapp.services.keys.known import Seen
from eduapp.services.merge.admission import HOWS, Admission
from eduapp.services.merge.decisions import CLOSE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Generator, Iterator, Sequence

    from db.door import Door
    from db.records.draft import Draft
    from db.records.edits import Edit
    from db.workbook import Workbook
    from eduapp.exchange.members import LogPosition
    from eduapp.exchange.sealing import Identity
    from eduapp.exchange.submission import Opened, Unverified
    from eduapp.services.county.kept import Received, Refused, Unkept
    from eduapp.services.county.signed_log import Line
    from eduapp.services.merge.admission import Copy, Place
    from eduapp.services.merge.decisions import Decision


_BEFORE_LOG: Final = frozenset({"0001", "0002", "0003", "0004", "0005", "0006"})
"""Revisions of a workbook's tables without a log."""


EXPECTED, LIST_BEFORE, ADMITTED = "expected_school", "list_before", "admitted_key"
EXPECTED_COLUMNS: Final = ("code", "name", "kind")
LIST_BEFORE_COLUMNS: Final = ("submission",)
ADMITTED_COLUMNS: Final = ("public_key", "school", "name", "how", "at", "archive", "before", "form")
"""In the order of `Admitted`."""
_CONTENT: Final = "SELECT content FROM submission WHERE id = ? AND public_key = ?"


@dataclass(frozen=True)
class Admitted:
    """A row of the register as it lies in the workbook: a person's act.

    `school` is the reference to a listed school; its code where it was on no list then, and in rows of an
    older release (`Listing.bearing`).
    """

    public_key: str
    school: str
    name: str
    how: str
    at: str
    archive: str | None
    before: str | None
    form: int

    def __post_init__(self) -> None:
        """Refuse what no release writes: it was put there past the program."""
        if self.how not in HOWS:
            raise Misstored(self.how)

    @property
    def act(self) -> Admission:
        """What follows from it is judged by."""
        return Admission(self.public_key, self.school, self.how, self.before, self.form)

    @property
    def line(self) -> Line:
        """Its line in the log."""
        return signed_log.admit(
            (self.school, self.public_key),
            self.how,
            self.before,
            self.archive,
            self.form,
            self.name,
            self.at,
        )


class LoggedBook(OpenBook):
    """What binds a county's book to its log; the tables themselves are the county book's own."""

    draft: Draft
    """The county's own records; read before the log is checked."""

    def __init__(self, opened: Workbook) -> None:
        """Begin with an empty log; `check_log` reads it."""
        super().__init__(opened)
        self.log = SignedLog()
        self.copies: dict[Copy, Received] = {}
        self.unkept: dict[Copy, Unkept] = {}
        self.refused: list[Refused] = []
        """What was refused, as it lay in the workbook when that was read last."""
        self.decisions: list[Decision] = []
        self.admissions: list[Admitted] = []
        self._sound: set[Copy] = set()

    @property
    def failed(self) -> list[Refused]:
        """Files of an older workbook that were not what their rows said when the log was begun.

        One that was read again whole since, or that a person accepted (`accept_failed`), is not among them.
        """
        return [each for each in self.refused if each.id in self.log.failed and not each.public_key]

    @property
    def own_keys(self) -> list[str]:
        """The county's own signing keys, old ones too, as public key lines; empty without keys."""
        return sorted(key.line for key in county_keys.own_keys(self.workbook))

    @property
    def identities(self) -> tuple[Identity, ...]:
        """What opens the submissions sealed to this county; raises Problem `county-key-locked`."""
        return county_keys.identities(self.workbook)

    def check_log(self) -> bool:
        """Read the log and hold it against the tables and against what this computer saw of it.

        Raises the Problems of `signed_log`. Where there is none yet it is begun, if the county can sign;
        returns whether it was.
        """
        with self.workbook.reading() as door:
            certified = {key.line for key in county_keys.certified_keys(self.workbook)}
            self.log = signed_log.read(door, certified)
        for position, where in _known_positions(self):
            signed_log.check_position(self.log, position, where)
        if self.log.at.number:
            admitted = [each.line for each in self.admissions]
            signed_log.check(self.log, self._facts, self.copies, admitted, self.decisions)
        own_facts.check(self.workbook, self.copies, self.stored)
        if not _is_before_log(self):
            signed_log.check_names(self.log, self.refused, self.unkept.values())
        if self.log.held:
            with self.workbook.reading() as door:
                held.check(door, self.log.held, self.draft)
            held.check_times(self.log.held, _untimed(self))
        if held.DRILLED not in self.log.held and " " in self.workbook.meta.get(known.DRILL, ""):
            raise held.problem_of(held.DRILLED)  # of this release, and it signs what it writes there
        self._require_signed()
        _note_seen(self)
        due = self._is_due() or self._holds_nothing() or self._is_behind()
        due = due and county_keys.can_sign(self.workbook)
        if due:
            self.begin_log()
        return due

    @contextmanager
    def writing(
        self, *, mark: bool = True, holds: Collection[str] = ()
    ) -> Iterator[tuple[sqlite3.Connection, list[Line]]]:
        """One transaction with its lines of the log. Raises Problem, then nothing is written.

        `mark`: this computer remembers how far the log is; a run of many does so at its end. `holds`: the
        parts beside files and decisions (`held`) that are written; their lines are added here.
        """
        self.begin_log()
        first = [] if self.log.at.number else [self._facts]
        with signed_log.writing(self.workbook, self.log) as (door, lines):
            lines.extend(first)
            yield door, lines
            lines.extend(self._read_again(door, lines))
            if self.log.held:
                there = held.rows_of(door, holds)
                changed = held.differing(there, self.log.held, holds)
                lines.extend(signed_log.hold(each, there.get(each, "")) for each in changed)
        if mark:
            self.mark_log()

    def _read_again(self, door: Door, lines: Sequence[Line]) -> list[Line]:
        """Return the lines that clear what failed and is kept whole by now; the journal says who read it."""
        kept_now = {(line[1], line[2]) for line in lines if line[0] == signed_log.KEEP}
        again = [digest for digest, copy in self.log.failed.items() if copy in kept_now]
        for each in again:
            journal.note(door, "failed-read-again", each, who(), now())
        return list(map(signed_log.clear, again))

    def set_facts(self, note: str, said: str, **facts: str) -> None:
        """Write facts of the workbook, bound by the log; raises Problem, then nothing is written."""
        with self.writing(holds={held.FACT}) as (door, _):
            rows = [{"name": name, "value": value} for name, value in facts.items()]
            thin.put(door, held.META, rows, ("name",))
            journal.note(door, note, said, who(), now())
        self.workbook.meta |= facts

    def reason_of(self, place: Place) -> str:
        """Return why a key was admitted beside another of its school, "" where nobody had to say."""
        return signed_log.reason_of(self.log.admitted.get(place, ()))

    def write_own(self, edits: Sequence[Edit]) -> None:
        """Write edits of the county's own records, bound by the log where the county has keys."""
        if not (self.log.held or self._holds_nothing()):
            self.workbook.apply(edits)
            return
        with self.writing(holds={held.OWN}) as (door, _):
            store.write(door, edits)
            journal.append(door, edits, who(), now())

    def require_held(self, place: held.Place, content: bytes) -> None:
        """Hold the bytes of an issued file against the log before they are used; Problem `issued-changed`."""
        known = self.log.held.get(place)
        if known is not None and known[1] != held.digest_of(content):
            raise held.problem_of(place)

    def mark_log(self) -> None:
        """Let this computer remember how far the log is."""
        county_keys.mark_log(self.workbook, self.log.at.number, self.log.at.link)

    def begin_log(self) -> None:
        """Verify a workbook from before its log, or from before its keys, whole, and sign it once.

        What is not what its row says is refused and listed in `failed`. Raises Problem `county-key-locked`
        and what signing raises.
        """
        if self._is_due():
            self._begin_files()
        elif self._holds_nothing():
            first = [] if self.log.at.number else [self._facts]
            with signed_log.writing(self.workbook, self.log) as (door, lines):
                lines.extend([*first, *self._hold_all(door)])
        elif self._is_behind():
            with signed_log.writing(self.workbook, self.log) as (door, lines):
                late = held.late(door, self.log.held, _untimed(self))
                lines.extend(signed_log.hold(*each) for each in late)
        else:
            return
        with self.workbook.reading() as door:
            self.refused = kept.refused_in(door)
        self.mark_log()

    def _begin_files(self) -> None:
        found = [self._examined(each) for each in self.copies.values()]
        fresh = not self.log.at.number
        first = self._facts if fresh else (signed_log.SIGN,)
        with signed_log.writing(self.workbook, self.log) as (door, lines):
            lines.append(first)
            lines.extend([signed_log.refuse(each) for each in self.refused] if fresh else [])
            for received, digest, problem in found:
                if problem is not None:
                    lines.extend(self._refuse(door, received, problem, digest))
                    lines.extend([] if fresh else [signed_log.drop(received.header.copy)])
                elif fresh:
                    kept.set_before(door, received.header.copy, received.header.before)
                    lines.append(signed_log.keep(received, digest))
            if fresh:
                lines.extend([each.line for each in self.admissions])
                lines.extend([signed_log.decide(each) for each in self.decisions])
            lines.extend(self._hold_all(door))
        self.copies = {each.header.copy: each for each, _, problem in found if problem is None}

    def stored(self, copy: Copy) -> bytes:
        """Return the bytes of a kept file; before their first use they are held against the log.

        Raises Problem `stored-file-changed` with the number of its line.
        """
        with self.workbook.reading() as raw:
            data = bytes(raw.execute(_CONTENT, copy).fetchone()[0])
        logged = self.log.digest_of(copy)
        if logged is not None and copy not in self._sound:
            if hashlib.sha256(data).hexdigest() != logged[1]:
                raise Problem("stored-file-changed", number=logged[0], path=self.copies[copy].file_name)
            self._sound.add(copy)
        return data

    def require_stored(self, copy: Copy) -> None:
        """Hold the bytes of a kept file against the log, once since the workbook was opened; see `stored`."""
        if copy not in self._sound:
            self.stored(copy)

    def require_same(self, kept_as: Received, found: Opened | Unverified) -> None:
        """Hold a stored file that was opened against its row, and against whose workbook this is.

        Raises Problem `stored-file-changed`, `workbook-facts-changed`. The log binds bytes; a county without
        keys has none that binds, and the id then still does.
        """
        if (kept.member_of(found), found.data_id) != (kept_as.header.member, kept_as.data_id):
            number, _ = self.log.digest_of(kept_as.header.copy) or (0, "")
            raise Problem("stored-file-changed", number=number, path=kept_as.file_name)
        own_facts.require_of(self.workbook.meta, found.manifest)

    def verify_stored(self) -> Generator[Progress, None, None]:
        """Hold the bytes of all kept files against the log, each once since the workbook was opened."""
        ahead = [copy for copy in self.copies if copy not in self._sound]
        for done, copy in enumerate(ahead):
            yield Progress("核对已存文件", done, len(ahead))
            self.stored(copy)

    @property
    def log_position(self) -> LogPosition | None:
        """How far the log is, as round files and receipts carry it; None while there is none."""
        at = self.log.at
        return (at.number, at.link) if at.number else None

    @property
    def _facts(self) -> Line:
        """Whose workbook it is, and what counts in it that no file and no decision says."""
        with self.workbook.reading() as door:
            expected = thin.select(door, EXPECTED, EXPECTED_COLUMNS, order="code")
            linked = thin.select(door, LIST_BEFORE, LIST_BEFORE_COLUMNS, order="submission")
            before = [list(expected), list(linked)]
        digest = hashlib.sha256(json.dumps(before, ensure_ascii=False).encode()).hexdigest()
        meta = self.workbook.meta
        return signed_log.facts(meta["county"], meta["year"], meta["practice"], digest, meta["name"])

    def _require_signed(self) -> None:
        """Refuse a log that lost its signature, or a workbook that lost its log, where the county has keys.

        It is signed again by itself only where this computer saw it end just there, or where the workbook was
        from before there was a log. Else a person must say so (`county_keys.accept_log`). Raises Problem
        `log-not-signed`.
        """
        unsigned = county_keys.certificate_of(self.workbook) is not None and self._is_due()
        if not unsigned or self.workbook.upgraded_from in _BEFORE_LOG:
            return
        if not county_keys.has_seen_log(self.workbook, self.log.at.number, self.log.at.link):
            raise Problem("log-not-signed", number=self.log.at.number)

    def _is_due(self) -> bool:
        if not self.log.at.number:
            return bool(self.copies or self.admissions or self.decisions or self.refused)
        return bool(self.own_keys) and not self.log.signed

    def _holds_nothing(self) -> bool:
        """Whether the county has keys and its log does not yet say what stands beside files and decisions."""
        return not self.log.held and county_keys.certificate_of(self.workbook) is not None

    def _is_behind(self) -> bool:
        """Whether the log is of a release that bound less."""
        return bool(self.log.held) and held.is_behind(self.log.held, _untimed(self))

    def _hold_all(self, door: Door) -> Iterator[Line]:
        """Yield the lines that take in what stands there now; what is no county's of ours is refused."""
        if not self._holds_nothing():
            return
        contents: dict[held.Place, str] = {}
        own = county_keys.certificate_of(self.workbook)
        for place, data in list(held.contents_of(door)):
            contents[place] = held.digest_of(data)
            if (problem := held.problem_of_issued(place, data, own)) is not None:
                held.drop(door, place)
                name = problem.facts["file"]
                yield from _failed(door, contents[place], problem, str(name))
        for place, row in sorted(held.rows_of(door, held.EVERY).items()):
            yield signed_log.hold(place, row, contents.get(place, ""))
        for key, row in sorted(held.confirmed_in(door).items()):
            yield signed_log.hold((held.PAPER, key), row)
        if untimed := _untimed(self):
            yield signed_log.hold(held.TIMES, held.times_of(untimed))

    def _examined(self, each: Received) -> tuple[Received, str, Problem | None]:
        """Return a stored file with what it says of itself, its digest, and what is wrong with it."""
        copy = each.header.copy
        with self.workbook.reading() as raw:
            data = bytes(raw.execute(_CONTENT, copy).fetchone()[0])
        digest = hashlib.sha256(data).hexdigest()
        logged = self.log.digest_of(copy)
        if logged is not None:
            bad = digest != logged[1]
            problem = Problem("stored-file-changed", number=logged[0], path=each.file_name) if bad else None
            return each, digest, problem
        from eduapp.exchange.submission import inspect  # noqa: PLC0415 - an opening opens no file

        try:
            about = inspect(data, self.identities)
            before = _before(about)
            self.require_same(each, about)
        except Problem as problem:
            # Given up at a renewal: nothing opens it, it counts for nothing, and it stays what it is.
            return each, digest, None if problem.code == "not-for-us" else problem
        return replace(each, header=replace(each.header, before=before)), digest, None

    def _refuse(self, door: Door, each: Received, problem: Problem, digest: str) -> list[Line]:
        kept.drop(door, [each.header.copy])
        return _failed(door, digest, problem, each.file_name, each.header.copy)


def _failed(door: Door, digest: str, problem: Problem, file: str, copy: Copy = ("", "")) -> list[Line]:
    refused = kept.refuse(door, digest, problem, file)
    journal.note(door, "log-failed", f"{copy[0] or digest} {file}", who(), now())
    return [signed_log.fail(digest, copy), *([signed_log.refuse(refused)] if refused else [])]


def _untimed(book: LoggedBook) -> list[Decision]:
    """Return the decisions of which an older log does not say when they were made."""
    return book.log.untimed(book.decisions)


def _is_before_log(book: LoggedBook) -> bool:
    """Whether nothing but plain refusals stands without a log: those there were before it."""
    plain = not book.unkept and not any(each.flawed for each in book.refused)
    return not book.log.at.number and plain


def _note_seen(book: LoggedBook) -> None:
    """Let this computer know the workbook by what it is now; its log contains all that was seen of it."""
    certificate, at = county_keys.certificate_of(book.workbook), book.log.at
    now_is = Seen(known.mark_of(certificate), at.number, at.link) if certificate else Seen("")
    known.note(book.workbook, now_is)


def _known_positions(book: LoggedBook) -> Iterator[tuple[Position, str]]:
    """Yield how far the log was when that was written down elsewhere, and where."""
    yield Position(*county_keys.log_mark(book.workbook)), "这台电脑的记录"
    for seen in known.seen(book.workbook):
        yield Position(seen.number, seen.link), "这台电脑的记录"
    for each in book.decisions:
        number = each.details.get("log_number")
        if each.kind == CLOSE and isinstance(number, int):
            yield Position(number, each.detail("log_link")), "结束本轮的决定"
    if book.log.held:  # what was issued is bound by lines of the log itself
        return
    with book.workbook.reading() as door:
        rounds = list(
            thin.select(door, held.ROUND_FILE, ("content",), order="epoch DESC, version DESC LIMIT 1")
        )
        receipts = list(thin.select(door, held.ISSUED, ("content",), order="rowid DESC LIMIT 1"))
    if not rounds and not receipts:
        return
    from eduapp.exchange.receipt_file import read_receipt  # noqa: PLC0415 - only where nothing is held
    from eduapp.exchange.round_file import read_round  # noqa: PLC0415 - as above

    for (content,) in rounds:
        if log := read_round(bytes(content)).said.log:
            yield Position(*log), "最近的批次文件"
    for (content,) in receipts:
        if log := read_receipt(bytes(content)).said.log:
            yield Position(*log), "最近的回执"


def _before(about: Unverified) -> str | None:
    said = about.manifest
    if said.replaces is None:
        return None
    said.replaces.require_fits(said.county, said.school, said.writer, about.key)
    return kept.header_of(about, 0, read=False).before


def lines_of(received: Received, data: bytes) -> Line:
    """Return the line of a file that was just written."""
    return signed_log.keep(received, hashlib.sha256(data).hexdigest())


def drops(copies: Sequence[Copy]) -> list[Line]:
    """Return the lines of files that are let go."""
    return [signed_log.drop(each) for each in copies]
