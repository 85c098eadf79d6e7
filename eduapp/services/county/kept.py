"""What of the files that were offered lies in a county's workbook, and how it is written there.

Three tables: the submissions that are kept, those of which only the name stays (a key that nobody
admitted, beyond what is kept of those), and what no decision can make acceptable.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from db import thin
from db.records.stored import Misstored, read_stored
from db.workbook import now
from eduapp.services.merge.admission import Header
from eduapp.services.merge.merging import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from db.door import Door
    from db.problems import Problem
    from eduapp.exchange.submission import Opened, Unverified
    from eduapp.services.merge.admission import Copy

SUBMISSION, UNKEPT, REFUSED = "submission", "unkept", "refused"
_HEAD: Final = (
    *("id", "public_key", "before", "school", "name", "year", "writer", "seq", "prev", "seen", "state"),
    *("data_id", "practice", "file_name", "received", "read", "size"),
)
"""What is known of a submission without its bytes."""


@dataclass(frozen=True)
class Received:
    """A submission as it lies in the workbook. `why`: the code of what it waits for, "" once accepted.

    `school` is the code now of the school it is of, where that is another than the one it names.
    """

    header: Header
    name: str
    year: int
    data_id: str
    practice: bool
    file_name: str
    received: str
    why: str = ""
    school: str = ""

    @cached_property
    def member(self) -> Member:
        """What the merge knows of it: of the school that it is of, whichever code it names."""
        stated = self.header.member
        return replace(stated, school=self.school) if self.school else stated

    def judged(self, why: str, school: str) -> Received:
        """Return it with what came of it; the same one where nothing is other."""
        return self if (self.why, self.school) == (why, school) else replace(self, why=why, school=school)

    @property
    def public_key(self) -> str:
        """Its signer's public key line."""
        return self.header.member.key

    @property
    def admitted(self) -> bool:
        """Whether it belongs to the set."""
        return not self.why


@dataclass(frozen=True)
class Unkept:
    """A file of which only this stays: its bytes are not here, and it is read again when it is needed."""

    id: str
    public_key: str
    school: str
    name: str
    file_name: str
    prev: str | None

    @property
    def copy(self) -> Copy:
        """What it is known by."""
        return self.id, self.public_key


@dataclass(frozen=True)
class Refused:
    """A row of what no decision can make acceptable; see `db.tables.REFUSED`."""

    id: str
    public_key: str
    flawed: bool
    before: str | None
    prev: str | None
    school: str
    name: str
    code: str
    text: str
    file_name: str
    at: str

    @property
    def header(self) -> Header:
        """What counts of it where only its tables are no good: what its signer passed on and named."""
        member = Member(self.id, self.school, "", 0, self.prev, "", {}, self.public_key)
        return Header(member, self.before, 0, read=False, flawed=True)

    @property
    def in_words(self) -> str:
        """Which file it was and why it was refused."""
        return self.text if self.file_name in self.text else f"{self.file_name}:{self.text}"

    def says_as(self, other: Refused) -> bool:
        """Whether another one says the same of the same file, whenever and under whatever name it came."""
        return replace(other, file_name=self.file_name, at=self.at) == self


def member_of(about: Unverified | Opened) -> Member:
    """Return what the merge knows of a file that was inspected."""
    said = about.manifest
    seen = dict(said.seen)
    return Member(about.id, said.school, said.writer, said.seq, said.prev, said.state, seen, about.key.line)


def header_of(about: Unverified, size: int, *, read: bool) -> Header:
    """Return the header of a file that was inspected; who signed for its key was proved before."""
    voucher = about.manifest.replaces
    passed_on = voucher is not None and not voucher.is_old  # one of the old form admits nothing
    return Header(member_of(about), voucher.key.line if voucher and passed_on else None, size, read)


_REFUSAL: Final = tuple(each.name for each in fields(Refused))

# --- reading ---


def received_in(door: Door) -> dict[Copy, Received]:
    """Read the submissions without their bytes."""
    rows = thin.select_named(door, SUBMISSION, _HEAD, order="id, public_key")
    found = map(_received_of, rows)
    return {each.header.copy: each for each in found}


def unkept_in(door: Door) -> dict[Copy, Unkept]:
    """Read what only the name is left of."""
    found = (Unkept(*row) for row in thin.select(door, UNKEPT, [each.name for each in fields(Unkept)]))
    return {each.copy: each for each in found}


def refused_in(door: Door) -> list[Refused]:
    """Read what was refused for good."""
    return [_refused_of(row) for row in thin.select_named(door, REFUSED, _REFUSAL)]


# --- writing, inside the caller's transaction ---


def keep(door: Door, about: Unverified, data: bytes, file_name: str, *, read: bool) -> Received:
    """Write a submission with its bytes; what was written down of it as not kept or refused goes."""
    manifest, header = about.manifest, header_of(about, len(data), read=read)
    values = {
        "id": about.id,
        "public_key": about.key.line,
        "before": header.before,
        "school": manifest.school,
        "name": manifest.name,
        "year": manifest.year,
        "writer": manifest.writer,
        "seq": manifest.seq,
        "prev": manifest.prev,
        "seen": json.dumps(dict(manifest.seen), sort_keys=True),
        "state": manifest.state,
        "data_id": about.data_id,
        "practice": manifest.practice,
        "file_name": file_name,
        "received": now(),
        "read": read,
        "size": len(data),
    }
    thin.insert(door, SUBMISSION, [values | {"content": data}])
    for table in (UNKEPT, REFUSED):
        thin.delete(door, table, _place((about.id, about.key.line)))
    return _received_of(values)


def mark_read(door: Door, copy: Copy) -> None:
    """Write down that the tables of a submission are in order."""
    thin.update(door, SUBMISSION, _place(copy), {"read": 1})


def set_before(door: Door, copy: Copy, before: str | None) -> None:
    """Write down who signed for the signer of a submission, which an older release did not."""
    thin.update(door, SUBMISSION, _place(copy), {"before": before})


def drop(door: Door, copies: Iterable[Copy]) -> None:
    """Take submissions out with their bytes."""
    for each in copies:
        thin.delete(door, SUBMISSION, _place(each))


def leave_unkept(door: Door, rest: Iterable[Unkept]) -> None:
    """Write down that only the name of files stays."""
    rows = [asdict(each) | {"at": now()} for each in rest]
    for row in rows:
        if not thin.has(door, UNKEPT, _place((row["id"], row["public_key"]))):
            thin.insert(door, UNKEPT, [row])


def refuse(
    door: Door,
    about: Unverified | str,
    problem: Problem,
    file_name: str,
    flawed: Header | None = None,
) -> Refused | None:
    """Write down what was refused for good; `about` is a digest where nobody can say what the file is.

    `flawed`: only its tables are no good, and this is known of it. Returns None where nothing new is said:
    the same once more, or another reason for a file whose tables are no good.
    """
    said = None if isinstance(about, str) else about.manifest
    refused = Refused(
        id=about if isinstance(about, str) else about.id,
        public_key="" if isinstance(about, str) else about.key.line,
        flawed=flawed is not None,
        before=flawed.before if flawed else None,
        prev=flawed.member.prev if flawed else None,
        school=said.school if said else "",
        name=said.name if said else "",
        code=problem.code,
        text=problem.text,
        file_name=file_name,
        at=now(),
    )
    place = _place((refused.id, refused.public_key))
    known = next(map(_refused_of, thin.select_named(door, REFUSED, _REFUSAL, place)), None)
    if known is not None and (known.says_as(refused) or (known.flawed and not refused.flawed)):
        return None
    thin.delete(door, REFUSED, place)
    thin.insert(door, REFUSED, [asdict(refused)])
    return refused


def _place(copy: Copy) -> dict[str, object]:
    return dict(zip(("id", "public_key"), copy, strict=True))


def _refused_of(row: Mapping[Any, Any]) -> Refused:
    return Refused(**{**row, "flawed": bool(row["flawed"])})


def _seen_of(text: str) -> dict[str, int]:
    """Read what a submission saw of other writers; what no release writes is damage."""
    try:
        found = read_stored(text)
    except ValueError as error:
        raise Misstored(text) from error
    if not isinstance(found, dict) or not all(isinstance(each, int) for each in found.values()):
        raise Misstored(text)
    return found


def _received_of(row: Mapping[Any, Any]) -> Received:
    """Return a submission from its row, without its bytes."""
    member = Member(
        id=row["id"],
        school=row["school"],
        writer=row["writer"],
        seq=row["seq"],
        prev=row["prev"],
        state=row["state"],
        seen=_seen_of(row["seen"]),
        key=row["public_key"],
    )
    return Received(
        header=Header(member, row["before"], row["size"], bool(row["read"])),
        name=row["name"],
        year=row["year"],
        data_id=row["data_id"],
        practice=bool(row["practice"]),
        file_name=row["file_name"],
        received=row["received"],
    )
