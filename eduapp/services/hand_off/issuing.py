"""The county issues its round file: list, register, revocations, recipients, standards and dates, signed.

The number only rises, on this computer also for a workbook that was restored; where nothing changed the
stored bytes are given again.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db import journal, thin
from db.problems import Problem
from db.workbook import now, who
from eduapp.exchange.manifest import StandardUsed
from eduapp.exchange.round_file import (
    ListedSchool,
    RegisteredKey,
    Round,
    RoundFile,
    SeenWriter,
    build_round,
    read_round,
    round_name,
)
from eduapp.exchange.signing import PublicKey
from eduapp.exchange.stick import write_safely
from eduapp.services.county import held, register, signed_log
from eduapp.services.county.held import DEMAND, DUE
from eduapp.services.hand_off import chains, trust
from eduapp.services.keys import county_keys

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.exchange.authority import Certificate
    from eduapp.services.county.books import AdmittedKey, CountyBook
    from eduapp.services.merge.merging import Member


@dataclass(frozen=True)
class IssuedRound:
    """A round file: its bytes, what it says, its name for people."""

    data: bytes
    said: Round
    name: str


@dataclass(frozen=True)
class RoundState:
    """The last round file and whether it still says what is so; `last` is None before the first."""

    last: Round | None = None
    at: str = ""
    current: bool = False


def due_of(book: CountyBook) -> str:
    """Return the day by which schools are asked to hand in; "" for none."""
    return book.workbook.meta.get(DUE, "")


def demands_passphrase(book: CountyBook) -> bool:
    """Whether schools must put their key under a passphrase."""
    return book.workbook.meta.get(DEMAND) == "1"


def set_due(book: CountyBook, day: str) -> None:
    """Set the day by which schools hand in, "" for none; raises Problem `date-unreadable`."""
    text = day.strip()
    if text:
        try:
            text = datetime.date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise Problem("date-unreadable", text=day) from error
    _set(book, DUE, text)


def demand_passphrase(book: CountyBook, *, demanded: bool) -> None:
    """Ask schools for a passphrase on their keys, or no more."""
    _set(book, DEMAND, str(int(demanded)))


def county_digits(book: CountyBook) -> str:
    """Return the 30 digits of the county's root for its notice; "" before there are keys."""
    certificate = county_keys.certificate_of(book.workbook)
    return certificate.root.digits if certificate else ""


def issue_round(book: CountyBook) -> IssuedRound:
    """Return the round file of the workbook as it stands, signed and kept in it.

    Raises Problem `county-keys-none`, `county-keys-missing`, `county-key-locked`, `text-not-allowed`.
    """
    certificate = _certificate(book)
    register.sign(book)
    last, newest = _last(book), county_keys.issued_before(book.workbook)
    said = _said(book, certificate)
    if last is not None and _is_current(last[0].said, said) and last[0].said.order >= newest:
        return IssuedRound(last[1], last[0].said, round_name(last[0].said))
    before = (newest, last[0].said.order if last else (0, 0))
    version = max((each for epoch, each in before if epoch == certificate.epoch), default=0) + 1
    said = replace(said, version=version)
    data = build_round(said, county_keys.signing_key(book.workbook))
    _keep(book, data)
    county_keys.mark_issued(book.workbook, *said.order)
    return IssuedRound(data, said, round_name(said))


def write_round(book: CountyBook, folder: Path) -> Path:
    """Write the round file into a folder or onto a stick, compared; return where it lies.

    Raises the Problems of `issue_round` and of the folder.
    """
    return write_issued(folder, issue_round(book))


def write_issued(folder: Path, issued: IssuedRound) -> Path:
    """Write a round file that was issued into a folder, compared; raises the Problems of the folder."""
    return write_safely(folder, issued.name, issued.data)


def state_of(book: CountyBook) -> RoundState:
    """Return the last round file and whether list, register and dates are still the same.

    The last numbers of the writers move with every merge: for them alone no school waits for a new file.
    """
    last = _last(book)
    certificate = county_keys.certificate_of(book.workbook)
    if last is None or certificate is None:
        return RoundState()
    newest = county_keys.issued_before(book.workbook)
    said = replace(_said(book, certificate), writers=last[0].said.writers)
    current = _is_current(last[0].said, said) and last[0].said.order >= newest
    return RoundState(last[0].said, last[2], current)


def _certificate(book: CountyBook) -> Certificate:
    certificate = county_keys.certificate_of(book.workbook)
    if certificate is None:
        raise Problem("county-keys-none")
    return certificate


def _is_current(last: Round, now_said: Round) -> bool:
    return replace(now_said, version=last.version, log=last.log, chains=last.chains) == last


def _said(book: CountyBook, certificate: Certificate) -> Round:
    """Return what the workbook says now, its tables in the order in which they are read back."""
    stopped = trust.revocations(book)
    keys = [
        RegisteredKey(
            PublicKey.from_line(each.public_key),
            each.school,
            each.how,
            each.archive,
            stopped.get((each.school, each.public_key)),
        )
        for each in book.keys
    ]
    return Round(
        certificate=certificate,
        version=1,
        round=str(book.year),
        year=book.year,
        practice=book.practice,
        due=due_of(book),
        passphrase=demands_passphrase(book),
        standards=tuple(StandardUsed(each.id, each.sha256) for each in book.standards),
        schools=tuple(
            ListedSchool(code, each.name or code, each.kind or None)
            for code, each in sorted(book.expected.items())
        ),
        keys=tuple(sorted(keys, key=lambda each: f"{each.school}/{each.key.fingerprint}")),
        writers=_writers(book.members),
        log=book.log_position,
        chains=chains.chains_of(book),
        renew=tuple(sorted(_place(each) for each in book.keys if each.is_old and each.place not in stopped)),
    )


def _place(key: AdmittedKey) -> str:
    return f"{key.school}/{PublicKey.from_line(key.public_key).fingerprint}"


def _writers(members: list[Member]) -> tuple[SeenWriter, ...]:
    """Return the last number of each writer of the set; none of one that two schools claim."""
    last: dict[str, Member] = {}
    schools: dict[str, set[str]] = {}
    for each in members:
        schools.setdefault(each.writer, set()).add(each.school)
        known = last.get(each.writer)
        if known is None or (each.seq, each.id) > (known.seq, known.id):
            last[each.writer] = each
    return tuple(
        SeenWriter(writer, each.school, each.seq, each.id)
        for writer, each in sorted(last.items())
        if len(schools[writer]) == 1
    )


def _last(book: CountyBook) -> tuple[RoundFile, bytes, str] | None:
    """Return the newest round file of this county, its bytes, and when it was issued."""
    columns, newest = ("id", "content", "at"), "epoch DESC, version DESC LIMIT 1"
    with book.workbook.reading() as door:
        row = next(thin.select(door, held.ROUND_FILE, columns, order=newest), None)
    if row is None:
        return None
    made, content, at = row
    book.require_held((held.ROUND, made), content)
    return read_round(content), content, at


def _keep(book: CountyBook, data: bytes) -> None:
    made = read_round(data)
    (epoch, version), at = made.said.order, now()
    with book.writing() as (door, lines):
        values = {"id": made.id, "epoch": epoch, "version": version, "at": at, "content": data}
        thin.insert(door, held.ROUND_FILE, [values])
        row = held.round_row(epoch, version, at)
        lines.append(signed_log.hold((held.ROUND, made.id), row, held.digest_of(data)))
        journal.note(door, "round", made.id, who(), now())


def _set(book: CountyBook, name: str, value: str) -> None:
    before = book.workbook.meta.get(name, "")
    if before == value:
        return
    book.set_facts(name, f"{before} → {value}", **{name: value})
