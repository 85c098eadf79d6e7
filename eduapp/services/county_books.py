"""A county's open workbook: its own records, the schools it expects, the keys it admits, the submissions.

The set of submissions alone decides the merge and its fingerprint; the records stand beside it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import journal, store, workbook
from db.problems import Problem
from db.records.catalog import COUNTY_RECORDS
from db.records.draft import empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY
from db.tables import ADMITTED, DECISION, EXPECTED, SUBMISSION
from db.workbook import now, who
from eduapp.exchange.signing import grouped, thirty_digits
from eduapp.exchange.submission import Unverified, open_verified
from eduapp.services import merging
from eduapp.services.books import COUNTY, OpenBook
from eduapp.services.changes import Changes
from eduapp.services.merging import Decision, Member, SchoolView
from eduapp.services.packing import draft_of
from eduapp.services.workbooks import county_meta
from eduapp.standards.campuses import CampusData
from eduapp.standards.county.data import SchoolEntry
from eduapp.standards.county.report import school_entry
from eduapp.standards.county.rollup import Told, told_by
from eduapp.standards.data import SchoolData
from eduapp.standards.standard import Standard

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from db.records.draft import Draft
    from db.records.edits import Edit
    from db.workbook import Workbook
    from eduapp.exchange.roster import Roster

PAPER, UNCHECKED = "paper", "unchecked"
"""How a key was admitted: by the digits of the paper form, or without paper."""


@dataclass(frozen=True)
class Expected:
    """A school of the school list (学校名单)."""

    code: str
    name: str
    kind: str | None


@dataclass(frozen=True)
class AdmittedKey:
    """A key of the key register (密钥登记)."""

    public_key: str
    school: str
    name: str
    how: str
    at: str


@dataclass(frozen=True)
class Received:
    """A submission as it lies in the workbook. `admitted` is False while it is only held."""

    member: Member
    name: str
    year: int
    data_id: str
    public_key: str
    practice: bool
    file_name: str
    received: str
    admitted: bool


class CountyBook(OpenBook):
    """An open county workbook. Use `create_county` or `open_county`."""

    def __init__(self, opened: Workbook) -> None:
        """Read the records, the set, the list, the register and the decisions."""
        super().__init__(opened)
        self._entries: dict[tuple[tuple[str, ...], str, datetime.date], SchoolEntry] = {}
        self._told: dict[str, Told] = {}
        with opened.transaction() as connection:
            self.draft = store.load(connection, COUNTY_RECORDS)
        self.reload()

    @property
    def code(self) -> str:
        """The county's 6-digit code."""
        return self.workbook.meta["county"]

    @property
    def name(self) -> str:
        """The county's name."""
        return self.workbook.meta["name"]

    @property
    def approved(self) -> bool:
        """Whether the county's own records are closed: never, 审核通过 is a school's."""
        return False

    @property
    def members(self) -> list[Member]:
        """The set: every admitted submission, heads, older and conflicting ones alike."""
        return [each.member for each in self.received.values() if each.admitted]

    @property
    def held(self) -> list[Received]:
        """Submissions kept until their key is admitted or their school is on the list."""
        return [each for each in self.received.values() if not each.admitted]

    @property
    def fingerprint(self) -> str:
        """合并指纹: 6 groups of 5 digits over the set and the decisions."""
        return self.fingerprint_of(self.members)

    def fingerprint_of(self, members: Iterable[Member]) -> str:
        """Return the fingerprint of another set under this county's decisions (a rehearsal)."""
        return grouped(thirty_digits(merging.fingerprint(members, self.decisions)))

    @property
    def unchecked_keys(self) -> int:
        """Keys admitted without paper."""
        return sum(each.how == UNCHECKED for each in self.keys)

    def view(self) -> dict[str, SchoolView]:
        """Return the merged view of the set."""
        return merging.view(self.members, self.decisions)

    def reload(self) -> None:
        """Read the set, the list, the register and the decisions again from the file."""
        with self.workbook.transaction() as connection:
            self.expected = {row.code: Expected(*row) for row in connection.execute(select(EXPECTED))}
            self.keys = [AdmittedKey(*row) for row in connection.execute(select(ADMITTED))]
            self.received = {each.member.id: each for each in _received(connection)}
            self.decisions = list(_decisions(connection))

    def commit(self, edits: Sequence[Edit], text: str) -> Changes:
        """Write edits of the county's own records and follow them; raises Problem, then nothing changed."""
        if edits:
            self.workbook.apply(edits)
            for edit in edits:
                self.draft.apply(edit)
        return Changes(tuple(edits), text)

    def content(self, submission: str) -> bytes:
        """Return the bytes of a submission."""
        query = select(SUBMISSION.c.content).where(SUBMISSION.c.id == submission)
        with self.workbook.transaction() as connection:
            return bytes(connection.execute(query).scalar_one())

    def draft_of(self, submission: str) -> Draft:
        """Return what a submission states; it was verified and admitted when it came in."""
        return draft_of(open_verified(self.content(submission), lambda _manifest, _key: None))

    def entry(self, submissions: tuple[str, ...], standard: Standard, on: datetime.date) -> SchoolEntry:
        """Return a school judged by a standard: its submission, then those of its campuses.

        Kept, since submissions never change.
        """
        found = self._entries.get((submissions, standard.sha256, on))
        if found is None:
            parts = [SchoolData(self.draft_of(each), on=on) for each in submissions]
            for submission, part in zip(submissions, parts, strict=True):
                self._told[submission] = told_by(part)
            data = CampusData(parts[0], parts[1:]) if len(parts) > 1 else parts[0]
            state = self.received[submissions[0]].member.state
            found = school_entry(data, standard, state, submissions[0], on)
            self._entries[submissions, standard.sha256, on] = found
        return found

    def told(self, submission: str) -> Told:
        """Return what a submission tells of the county's own numbers (kept, as `entry` is)."""
        if submission not in self._told:
            self._told[submission] = told_by(SchoolData(self.draft_of(submission)))
        return self._told[submission]

    def set_expected(self, schools: Iterable[Expected]) -> None:
        """Add schools to the list or bring them up to date."""
        rows = [{"code": each.code, "name": each.name, "kind": each.kind} for each in schools]
        if rows:
            statement = upsert(EXPECTED)
            changed = {"name": statement.excluded.name, "kind": statement.excluded.kind}
            with self.workbook.transaction() as connection:
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["code"], set_=changed), rows
                )
        self.reload()

    def decide(self, kind: str, submission: str, reason: str, over: Sequence[str] = ()) -> None:
        """Write a decision about a submission; raises Problem when it is not in the set."""
        if submission not in self.received:
            raise Problem("submission-unknown", id=submission)
        last = self.decisions[-1].id if self.decisions else ""
        decision = Decision(kind, submission, tuple(sorted(over)), reason, last)
        values = {
            "id": decision.id,
            "seq": len(self.decisions),
            "kind": kind,
            "submission": submission,
            "over": " ".join(decision.over),
            "reason": reason,
            "at": now(),
        }
        with self.workbook.transaction() as connection:
            connection.execute(insert(DECISION).values(values))
            journal.note(connection, kind, submission, who(), now())
        self.reload()


def create_county(
    path: Path, code: str, name: str, year: int, standards: tuple[str, ...], *, practice: bool = False
) -> CountyBook:
    """Make a county's workbook and open it; raises Problem."""
    opened = workbook.create(path, county_meta(code, name, year, standards, practice=practice))
    try:
        return _with_single_rows(CountyBook(opened))
    except Exception:
        opened.close()
        path.unlink(missing_ok=True)
        raise


def open_county(path: Path) -> CountyBook:
    """Open a county's workbook; raises Problem, also when it is a school's."""
    opened = workbook.open_workbook(path)
    if opened.meta.get("role") != COUNTY:
        opened.close()
        raise Problem("not-a-county-workbook", path=str(path))
    try:
        return _with_single_rows(CountyBook(opened))
    except Exception:
        opened.close()
        raise


def _with_single_rows(book: CountyBook) -> CountyBook:
    """Add the rows every county's workbook has: new ones lack them, and those of an older release."""
    book.commit(
        [
            InsertRow(name, ONLY, 1, empty_row(name))
            for name, spec in COUNTY_RECORDS.items()
            if not spec.is_list and ONLY not in book.draft.rows[name]
        ],
        "",
    )
    return book


def import_roster(book: CountyBook, path: Path) -> Roster:
    """Take the county's own schools from a spreadsheet into the school list."""
    return list_roster(book, read_list(path, book.code))


def read_list(path: Path, county: str) -> Roster:
    """Read a county's school list without taking it in; raises Problem."""
    from eduapp.exchange.roster import read_roster  # noqa: PLC0415 - the spreadsheet libraries are heavy

    return read_roster(path, county)


def list_roster(book: CountyBook, roster: Roster) -> Roster:
    """Take the schools of a spreadsheet that was read into the school list."""
    book.set_expected(Expected(each.code, each.name, each.kind) for each in roster.schools)
    return roster


def keep(connection: Connection, about: Unverified, data: bytes, file_name: str, *, admitted: bool) -> None:
    """Write a submission into the set, or among the held ones, inside the caller's transaction.

    The id does not cover the signer: two held copies of one id by two signers are kept apart, since
    either may be a stranger's, and both give way to the one whose key is admitted.
    """
    manifest, place = about.manifest, about.id
    if admitted:
        connection.execute(delete(SUBMISSION).where(SUBMISSION.c.id == _second_place(about)))
    else:
        query = select(SUBMISSION.c.public_key).where(SUBMISSION.c.id == about.id)
        if connection.execute(query).scalar() not in {None, about.key.line}:
            place = _second_place(about)
    statement = upsert(SUBMISSION).values(
        id=place,
        school=manifest.school,
        name=manifest.name,
        year=manifest.year,
        writer=manifest.writer,
        seq=manifest.seq,
        prev=manifest.prev,
        seen=json.dumps(dict(manifest.seen), sort_keys=True),
        state=manifest.state,
        data_id=about.data_id,
        public_key=about.key.line,
        practice=manifest.practice,
        file_name=file_name,
        received=now(),
        admitted=admitted,
        content=data,
    )
    again = ("public_key", "file_name", "received", "admitted", "content")
    changed = {name: statement.excluded[name] for name in again}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


def _second_place(about: Unverified) -> str:
    """Return where a held copy lies when another signer's copy has its id already."""
    return hashlib.sha256(f"{about.id} {about.key.line}".encode()).hexdigest()


def _decisions(connection: Connection) -> Iterable[Decision]:
    last = ""
    for row in connection.execute(select(DECISION).order_by(DECISION.c.seq)):
        decision = Decision(row.kind, row.submission, tuple(row.over.split()), row.reason, last, row.at)
        yield decision
        last = decision.id


def _received(connection: Connection) -> Iterable[Received]:
    columns = [column for column in SUBMISSION.c if column.name != "content"]
    for row in connection.execute(select(*columns)):
        member = Member(row.id, row.school, row.writer, row.seq, row.prev, row.state, json.loads(row.seen))
        yield Received(
            member=member,
            name=row.name,
            year=row.year,
            data_id=row.data_id,
            public_key=row.public_key,
            practice=bool(row.practice),
            file_name=row.file_name,
            received=row.received,
            admitted=bool(row.admitted),
        )
