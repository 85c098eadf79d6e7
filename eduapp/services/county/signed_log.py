"""The county's log of intake: what is stored is bound to what came, and nothing can be cut off unseen.

Every file that is kept, let go, refused or left as a name, every admission and every decision is a line; each
line's link is the SHA-256 over the link before and the line, and the county signs the last link of every
transaction that adds to it. A county without keys keeps the chain unsigned: it then shows damage and clumsy
changes, but whoever can write the file can write another chain.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from db import thin
from db.problems import Problem
from db.records.stored import read_stored
from eduapp.exchange.signing import LOG as NAMESPACE
from eduapp.exchange.signing import verify
from eduapp.services.keys import county_keys

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from db.door import Door
    from db.workbook import Workbook
    from eduapp.services.county.kept import Received, Refused, Unkept
    from eduapp.services.merge.admission import Copy, Place
    from eduapp.services.merge.decisions import Decision

FACTS, KEEP, READ, DROP, REFUSE, NAME = "facts", "keep", "read", "drop", "refuse", "name"
ADMIT, DECIDE, FAIL, CLEAR, SIGN, HOLD = "admit", "decide", "fail", "clear", "sign", "hold"
"""The kinds of lines. `facts` begins the log; `name` is a file of which only the name stays; `fail` is what
an older workbook held wrongly, until `clear`; `sign` is for a signature's sake, where keys came later; `hold`
is what stands at a place of the workbook from then on (`held`)."""
TABLE = "intake_log"
UNSIGNED: Final = (
    "本县没有建立密钥,收文记录没有签名:能改写这个工作簿文件的人,可以连县名、名单、收到的数据和决定一起改,程序看不出来。"
    "以前建立过密钥的,这里却没有,就不是原来的工作簿,请从备份恢复。"
)
"""What a person is told of a county without keys where something is decided that stands on its workbook."""
Line: TypeAlias = tuple[str, ...]
"""A kind and what belongs to it, all text."""
_FIRST: Final = ""
_READ: Final = "1"
_OLDER: Final = {"fail": 2, "facts": 5, "decide": 3}
"""Cells of a `fail` that does not say which submission it was, of `facts` without the county's name, of a
`decide` without the time of the decision."""
_ADMIT_CELLS: Final = 9
"""Of a line of the register without a reason; the reason of a 换发 follows."""
_CELLS: Final = {
    FACTS: 6,
    KEEP: 19,
    READ: 3,
    DROP: 3,
    REFUSE: 12,
    NAME: 7,
    ADMIT: _ADMIT_CELLS,
    DECIDE: 4,
    FAIL: 4,
    CLEAR: 2,
    SIGN: 1,
    HOLD: 5,
}


@dataclass(frozen=True)
class Position:
    """How long the log was, and its last link: what a mark, a round file or a closing remembers."""

    number: int = 0
    link: str = _FIRST


@dataclass
class SignedLog:
    """The log as it stands, and what it says of the tables beside it."""

    at: Position = field(default_factory=Position)
    links: list[str] = field(default_factory=list)
    signed: bool = False
    """Whether the last line carries a signature of the county's."""
    facts: Line | None = None
    files: dict[Copy, tuple[int, Line]] = field(default_factory=dict)
    """What is kept: the number of its line, and the line; its last cell says whether it was read by now."""
    refused: dict[Copy, Line] = field(default_factory=dict)
    named: dict[Copy, Line] = field(default_factory=dict)
    """Of which only the name stays."""
    admitted: dict[Place, Line] = field(default_factory=dict)
    decided: list[Line] = field(default_factory=list)
    failed: dict[str, Copy] = field(default_factory=dict)
    """Digests of what an older workbook held that was not what its row said, and which file it was to be.

    What was read again whole is no longer among them, nor what a person accepted.
    """
    held: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """What stands at each place beside files, admissions and decisions; empty before it was taken in."""

    def follow(self, line: Line) -> None:
        """Take a line on; raises ValueError for one that no release writes."""
        wanted = _CELLS.get(line[0] if line else "")
        older = bool(line) and len(line) == _OLDER.get(line[0])
        reasoned = bool(reason_of(line)) and line[_ADMIT_CELLS:] == (reason_of(line),)
        if len(line) != wanted and not (older or reasoned):
            raise ValueError(line)
        link = _link(self.at.link, line)
        self.at = Position(self.at.number + 1, link)
        self.links.append(link)
        kind, *cells = line
        if kind == FACTS:
            self.facts = line
        elif kind == ADMIT:
            self.admitted[cells[0], cells[1]] = line
        elif kind == DECIDE:
            self.decided.append(line)
        elif kind == FAIL:
            self.failed[cells[0]] = (cells[1], cells[2]) if cells[1:] else ("", "")
        elif kind == CLEAR:
            self.failed.pop(cells[0], None)
        elif kind == HOLD:
            self._follow_place((cells[0], cells[1]), (cells[2], cells[3]))
        elif kind != SIGN:
            self._follow_file(kind, (cells[0], cells[1]), line)

    def _follow_place(self, place: tuple[str, str], row: tuple[str, str]) -> None:
        if row[0]:
            self.held[place] = row
        else:
            self.held.pop(place, None)

    def _follow_file(self, kind: str, copy: Copy, line: Line) -> None:
        if kind == KEEP:
            self.files[copy] = (self.at.number, line)
            self.refused.pop(copy, None)
            self.named.pop(copy, None)
        elif kind == READ and copy in self.files:
            number, known = self.files[copy]
            self.files[copy] = (number, (*known[:-1], _READ))
        elif kind == DROP:
            self.files.pop(copy, None)
        elif kind == REFUSE:
            self.refused[copy] = line
        elif kind == NAME:
            self.named[copy] = line

    def digest_of(self, copy: Copy) -> tuple[int, str] | None:
        """Return the number and the SHA-256 of a kept file's bytes; None where the log does not know it."""
        found = self.files.get(copy)
        return (found[0], found[1][3]) if found else None

    def untimed(self, decided: Sequence[Decision]) -> list[Decision]:
        """Return the decisions whose lines, of an older release, do not say when they were made."""
        lines = zip(self.decided, decided, strict=False)
        return [found for line, found in lines if len(line) == _OLDER[DECIDE]]

    def has(self, position: Position) -> bool:
        """Whether the log was once at a position."""
        if not position.number:
            return True
        return position.number <= self.at.number and self.links[position.number - 1] == position.link


# --- the lines ---


def facts(county: str, year: str, practice: str, before: str, name: str) -> Line:
    """Return the line of whose workbook it is; `before`: the digest of what counted before any decision."""
    return (FACTS, county, year, practice, before, name)


def keep(received: Received, digest: str) -> Line:
    """Return the line of a kept file: all that is believed of it without opening it."""
    member = received.header.member  # as the file says: its bytes are bound, not what the list makes of it
    seen = json.dumps(dict(member.seen), sort_keys=True)
    told = (str(received.year), received.name, received.data_id, str(int(received.practice)))
    came = (received.file_name, received.received, str(int(received.header.read)))
    return (
        KEEP,
        member.id,
        member.key,
        digest,
        member.school,
        str(member.seq),
        member.prev or "",
        member.writer,
        member.state,
        seen,
        received.header.before or "",
        str(received.header.size),
        *told,
        *came,
    )


def read_now(copy: Copy) -> Line:
    """Return the line of a kept file whose tables were read and are in order."""
    return (READ, *copy)


def refuse(each: Refused) -> Line:
    """Return the line of what was refused: a county signs such rows into receipts, and some name keys."""
    known = (each.school, each.name, each.code, each.text, each.file_name, each.at)
    return (
        REFUSE,
        each.id,
        each.public_key,
        *known,
        str(int(each.flawed)),
        each.before or "",
        each.prev or "",
    )


def name(each: Unkept) -> Line:
    """Return the line of a file of which only the name stays."""
    return (NAME, *each.copy, each.school, each.name, each.file_name, each.prev or "")


def fail(digest: str, copy: Copy) -> Line:
    """Return the line of what an older workbook held wrongly; `copy`: the file it was to be, if one."""
    return (FAIL, digest, *copy)


def clear(digest: str) -> Line:
    """Return the line by which what failed is done with: it was read again whole, or a person accepts it."""
    return (CLEAR, digest)


def failed_in(door: Door) -> Iterator[str]:
    """Yield the digests of the lines of what failed, out of a log that is not verified yet."""
    begin = f'["{FAIL}",'
    for (line,) in thin.select(door, TABLE, ("line",)):
        if line.startswith(begin):
            yield str(json.loads(line)[1])


def drop(copy: Copy) -> Line:
    """Return the line of a file whose bytes are let go."""
    return (DROP, *copy)


def admit(
    place: Place, how: str, before: str | None, archive: str | None, form: int, name: str, at: str
) -> Line:
    """Return the line of a person's admission of a key, with the form of its proof."""
    return (ADMIT, *place, how, before or "", archive or "", str(form), name, at)


def with_reason(line: Line, reason: str) -> Line:
    """Return the line of an admission with its reason: it stands here alone, "" for none."""
    return (*line, reason) if reason else line


def reason_of(line: Line) -> str:
    """Return the reason of an admission, "" for none and for any other line."""
    return line[_ADMIT_CELLS] if line[:1] == (ADMIT,) and len(line) > _ADMIT_CELLS else ""


def decide(decision: Decision) -> Line:
    """Return the line of a decision, whether it is signed and when: its own chain covers none of the two."""
    return (DECIDE, decision.id, "signed" if decision.signature else "", decision.at)


def hold(place: tuple[str, str], row: str, content: str = "") -> Line:
    """Return the line of what stands at a place now, "" for nothing, and the SHA-256 of its bytes."""
    return (HOLD, *place, row, content)


# --- reading and checking ---


def read(door: Door, certified: Collection[str]) -> SignedLog:
    """Read the log and check its chain and its last signature, by a key that the county's root certified.

    Raises Problem `log-damaged` (the first line that is not as it was), `log-unsigned` (lines after the
    last signed one), `log-signature-invalid`.
    """
    log, signed, signature = SignedLog(), 0, b""
    rows = thin.select(door, TABLE, ("number", "line", "link", "signature"), order="number")
    for number, line, link, sealed in rows:
        try:
            log.follow(tuple(str(each) for each in read_stored(line)))
        except (ValueError, IndexError, TypeError) as error:
            raise Problem("log-damaged", number=number) from error
        if (number, link) != (log.at.number, log.at.link):
            raise Problem("log-damaged", number=log.at.number)
        if sealed:
            signed, signature = number, bytes(sealed)
    if signed:
        if signed != log.at.number:
            raise Problem("log-unsigned", number=signed + 1)
        _verify(log.at, signature, certified)
        log.signed = True
    return log


def check(
    log: SignedLog,
    facts_now: Line,
    received: Mapping[Copy, Received],
    admitted: Iterable[Line],
    decided: Sequence[Decision],
) -> None:
    """Hold the tables against the log; raises Problem by the number of what is other.

    `workbook-facts-changed`, `stored-file-missing`, `stored-file-unlogged`, `stored-file-changed`,
    `register-changed`, `decisions-missing`, `decision-unlogged`, `decision-unsigned`,
    `decision-time-changed`.
    """
    if log.facts is None or log.facts != facts_now[: len(log.facts)]:
        raise Problem("workbook-facts-changed")
    _check_files(log, received)
    register = {(line[1], line[2]): line for line in admitted}
    for place in sorted({*register, *log.admitted}):
        if register.get(place, ()) != log.admitted.get(place, ())[:_ADMIT_CELLS]:
            raise Problem("register-changed", school=place[0])
    _check_decisions(log, decided)


def check_names(log: SignedLog, refused: Iterable[Refused], unkept: Iterable[Unkept]) -> None:
    """Hold what was refused and what only the name is left of against the log, also where there is none.

    They name keys that pass their place on, and what stood before what: a row that nobody logged decides
    nothing. Raises Problem `named-file-changed`.
    """
    for known, rows in ((log.refused, map(refuse, refused)), (log.named, map(name, unkept))):
        there = {(line[1], line[2]): line for line in rows}
        for copy in sorted({*there, *known}):
            line = there.get(copy) or known[copy]
            if known.get(copy) != there.get(copy):
                raise Problem("named-file-changed", path=copy[0][:8], school=line[3])


def _check_files(log: SignedLog, received: Mapping[Copy, Received]) -> None:
    for copy, (number, line) in log.files.items():
        there = received.get(copy)
        if there is None:
            raise Problem("stored-file-missing", number=number, school=line[4])
        if keep(there, line[3]) != line:
            raise Problem("stored-file-changed", number=number, path=there.file_name)
    for copy, each in received.items():
        if copy not in log.files:
            raise Problem("stored-file-unlogged", path=each.file_name, school=each.member.school)


def _check_decisions(log: SignedLog, decided: Sequence[Decision]) -> None:
    for number, (wanted, found) in enumerate(zip(log.decided, decided, strict=False), 1):
        if wanted[1] != found.id:
            raise Problem("decision-damaged", number=number)
        now_is = decide(found)[: len(wanted)]
        if wanted[2] != now_is[2]:
            raise Problem("decision-unsigned", number=number, reason=found.reason)
        if wanted != now_is:
            raise Problem("decision-time-changed", which=f"第 {number} 条决定")
    if len(decided) < len(log.decided):
        missing = len(log.decided) - len(decided)
        raise Problem("decisions-missing", number=len(decided) + 1, count=missing)
    if len(decided) > len(log.decided):
        raise Problem("decision-unlogged", number=len(log.decided) + 1)


def check_position(log: SignedLog, known: Position, where: str) -> None:
    """Hold the log against a position that was written down elsewhere.

    Raises Problem `log-behind` (lines were cut off, or an older copy of the workbook lies here),
    `log-differs`. `where` says in words where it was written down.
    """
    if known.number > log.at.number:
        raise Problem("log-behind", number=log.at.number, known=known.number, where=where)
    if not log.has(known):
        raise Problem("log-differs", number=known.number, where=where)


# --- writing ---


@contextmanager
def writing(workbook: Workbook, log: SignedLog) -> Iterator[tuple[sqlite3.Connection, list[Line]]]:
    """One transaction with the lines that belong to it, signed where the county has keys.

    Lines that are put into the list are written with what they say. Raises Problem, then nothing is
    written: what signing raises (`county-key-locked`, `county-keys-missing`, `county-keys-behind`).
    """
    lines: list[Line] = []
    with workbook.writing() as door:
        yield door, lines
        signed = _append(door, workbook, log.at, lines)
    for line in lines:
        log.follow(line)
    if lines:
        log.signed = signed


def _append(door: Door, workbook: Workbook, at: Position, lines: Sequence[Line]) -> bool:
    if not lines:
        return False
    rows: list[dict[str, object]] = []
    for number, line in enumerate(lines, at.number + 1):
        at = Position(number, _link(at.link, line))
        rows.append({"number": number, "line": _text(line), "link": at.link, "signature": None})
    signature = county_keys.log_signer(workbook, _message(at))
    rows[-1]["signature"] = signature
    thin.insert(door, TABLE, rows)
    return signature is not None


def _verify(at: Position, signature: bytes, certified: Collection[str]) -> None:
    try:
        key = verify(signature, NAMESPACE, _message(at))
    except Problem as problem:
        raise Problem("log-signature-invalid", number=at.number) from problem
    if key.line not in certified:
        raise Problem("log-signature-invalid", number=at.number)


def _message(at: Position) -> bytes:
    return json.dumps(["log", at.number, at.link], separators=(",", ":")).encode()


def _text(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _link(before: str, line: Line) -> str:
    return hashlib.sha256(f"{before}\n{_text(line)}".encode()).hexdigest()
