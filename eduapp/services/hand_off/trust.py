"""Whose key is admitted: by the 30 digits of the paper form, by the key before, or unchecked.

A key asks to be admitted by a request (`.edukey`) or by a submission it signed; both are an `Applicant`.
The program compares digits that were typed or scanned, nobody compares by eye. Keys that are revoked
speak no more, but for the last good submission and what lies before it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import journal
from db.problems import Problem
from db.tables import ADMITTED, ROUND_FILE
from db.workbook import now, who
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.key_request import SUFFIX, read_request, require_vouched
from eduapp.exchange.round_file import read_round
from eduapp.exchange.signing import PublicKey, allowed_signers, parse_digits
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import Unverified, inspect
from eduapp.services.county.books import PAPER, UNCHECKED, AdmittedKey
from eduapp.services.keys import county as county_keys
from eduapp.services.merge.decisions import REVOKE
from eduapp.services.packing import UNKNOWN_COUNTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from eduapp.exchange.key_request import KeyRequest
    from eduapp.services.county.books import CountyBook, Received
    from eduapp.services.merge.decisions import Decision

ROTATED = "rotated"
"""A key that the checked key before it signed for (换发): no paper is needed."""
FORM, NOTICE = "K", "R"
"""What the QR codes of keys begin with after EDUAPP1: a school's form (登记表), a county's notice."""
_SCANNED = re.compile(r"EDUAPP1\s+(\S+)\s*(.*)", re.DOTALL)
_FORM = re.compile(r"(\S+)\s+([0-9]{30})")


@dataclass(frozen=True)
class Applicant:
    """A key that asks to be admitted for a school. `county` is "-" where the school was not told its code.

    `archive` is the age recipient of its computer, `before` the key that signed for this one.
    """

    key: PublicKey
    county: str
    school: str
    name: str
    year: int
    practice: bool
    archive: str | None
    before: PublicKey | None
    file: str


@dataclass(frozen=True)
class Requests:
    """Requests found in folders: those that ask, those admitted at once (换发), files that are none."""

    asking: tuple[Applicant, ...]
    rotated: tuple[Applicant, ...]
    troubled: tuple[tuple[str, Problem], ...]


# --- admitting ---


def admit(book: CountyBook, file: Path, digits: str) -> Applicant:
    """Admit the key of a request or a submission when the digits of the paper form are its fingerprint.

    Raises Problem `digits-differ`, `digits-unreadable`, `form-other-school`, `not-a-key-form`,
    `key-revoked`, and those of the file.
    """
    found = read_applicant(book, file)
    admit_applicants(book, [found], digits)
    return found


def admit_unchecked(book: CountyBook, files: Sequence[Path]) -> list[Applicant]:
    """Admit the keys of files without paper; recorded, printed and shown as unchecked."""
    found = [read_applicant(book, file) for file in files]
    admit_applicants(book, found, None)
    return found


def admit_held(book: CountyBook, submission: str, digits: str | None) -> None:
    """Admit the key of a held submission, by digits or (None) unchecked."""
    about = inspect(book.content(submission), book.identities)
    admit_applicants(book, [_of_submission(about, book.received[submission].file_name)], digits)


def admit_applicants(book: CountyBook, found: Sequence[Applicant], digits: str | None) -> None:
    """Admit keys, by digits that fit each of them or (None) unchecked."""
    stopped = revocations(book)
    for each in found:
        if (each.school, each.key.line) in stopped:
            raise Problem("key-revoked", name=each.name)
        if digits is not None and digits_of_form(digits, each) != each.key.fingerprint:
            raise Problem("digits-differ", path=each.file, name=each.name)
    how = UNCHECKED if digits is None else PAPER
    with book.workbook.transaction() as connection:
        for each in found:
            _write(connection, each.key, each.school, each.name, how, each.archive)
    book.reload()


def admit_rotated(
    book: CountyBook,
    school: str,
    name: str,
    key: PublicKey,
    replaces: tuple[PublicKey, bytes] | None,
    archive: str | None = None,
    *,
    connection: Connection | None = None,
) -> bool:
    """Admit a key that an admitted key of its school signed for; False where there is none.

    It is as good as the key before: after one that nobody checked it is unchecked too. Inside a
    transaction of the caller give its `connection`.
    """
    before = follows(book, school, key, replaces)
    if before is None:
        return False
    how = UNCHECKED if before.how == UNCHECKED else ROTATED
    kept = archive or before.archive
    if connection is None:
        with book.workbook.transaction() as own:
            _write(own, key, school, name, how, kept)
    else:
        _write(connection, key, school, name, how, kept)
    book.keys = [*book.keys, AdmittedKey(key.line, school, name, how, now(), kept)]
    return True


def follows(
    book: CountyBook, school: str, key: PublicKey, replaces: tuple[PublicKey, bytes] | None
) -> AdmittedKey | None:
    """Return the admitted key that signed for a new one; None where it is unknown or either is revoked.

    Raises Problem `signature-invalid` when what it carries is no signature of the key before.
    """
    if replaces is None or is_admitted(book, school, key):
        return None
    require_vouched(replaces, key)
    return _before(book, school, key, replaces[0])


# --- reading what asks ---


def read_applicant(book: CountyBook, file: Path) -> Applicant:
    """Return who asks by a file, a request or a submission, for this county and round.

    Raises Problem `other-county`, `other-round`, `practice-data`, and those of the file.
    """
    found = _read(book, file)
    _require_own(book, found.county, found.year, found.name, practice=found.practice)
    return found


def read_requests(book: CountyBook, paths: Iterable[Path]) -> Requests:
    """Read the requests of files and folders; those that a known key signed for are admitted at once."""
    asking: dict[tuple[str, str], Applicant] = {}
    rotated: list[Applicant] = []
    troubled: list[tuple[str, Problem]] = []
    for file in _request_files(paths):
        try:
            found = read_applicant(book, file)
        except Problem as problem:
            troubled.append((str(file), problem))
            continue
        if _rotate(book, found):
            rotated.append(found)
        else:
            asking[found.school, found.key.line] = found
    return Requests(tuple(asking.values()), tuple(rotated), tuple(troubled))


def match(found: Iterable[Applicant], typed: str) -> Applicant:
    """Return which of several requests a form is about, by the digits typed or scanned from it.

    Raises Problem `digits-fit-none`, `digits-unreadable`, `not-a-key-form`.
    """
    scanned = _scanned(typed)
    digits = scanned[1] if scanned else parse_digits(typed)
    for each in found:
        if each.key.fingerprint == digits and (scanned is None or _same_school(scanned[0], each.school)):
            return each
    raise Problem("digits-fit-none")


def digits_of_form(typed: str, of: Applicant) -> str:
    """Return the 30 digits that were typed, or scanned from the QR code of a school's form.

    Raises Problem `digits-unreadable`, `form-other-school`, `not-a-key-form`.
    """
    scanned = _scanned(typed)
    if scanned is None:
        return parse_digits(typed)
    if not _same_school(scanned[0], of.school):
        raise Problem("form-other-school", school=scanned[0], name=of.name, own=of.school)
    return scanned[1]


# --- the register ---


def is_admitted(book: CountyBook, school: str, key: PublicKey) -> bool:
    """Whether a key may speak for a school; a revoked one still counts as admitted."""
    line = key.line
    return any(each.public_key == line and each.school == school for each in book.keys)


def revoke(book: CountyBook, school: str, key: str, last_good: str, reason: str) -> Decision:
    """Revoke a key for a school from a submission on: what follows the last good one counts no more.

    `key` is a public key line, `last_good` a submission it signed ("" for none). Raises Problem
    `key-unknown`, `submission-unknown`, `reason-missing`.
    """
    if not any(each.public_key == key and each.school == school for each in book.keys):
        raise Problem("key-unknown", school=school)
    if not reason.strip():
        raise Problem("reason-missing")
    if last_good:
        known = book.received.get(last_good)
        if known is None or (known.member.school, known.public_key) != (school, key):
            raise Problem("submission-unknown", id=last_good)
    return book.decide(REVOKE, last_good, reason, details={"key": key, "school": school})


def revocations(book: CountyBook) -> Mapping[tuple[str, str], str]:
    """Return (school, public key) -> the last good submission ("" for none) of every revoked key."""
    return {
        (each.told("school"), each.told("key")): each.submission
        for each in book.decisions
        if each.kind == REVOKE
    }


def reason_to_hold(book: CountyBook, school: str, name: str, key: PublicKey) -> Problem | None:
    """Return why a submission can only be held: its school is not on the list, its key not admitted."""
    if book.expected and school not in book.expected:
        return Problem("school-not-listed", name=name, school=school)
    if not is_admitted(book, school, key):
        return Problem("key-not-admitted", name=name, digits=key.digits)
    return None


def why_held(book: CountyBook, held: Received) -> Problem | None:
    """Return why a held submission still waits; None when it can be tried again."""
    school, line = held.member.school, held.public_key
    if is_stopped(book, school, line, held.member.id):
        return Problem("key-revoked", name=held.name)
    return reason_to_hold(book, held.member.school, held.name, PublicKey.from_line(held.public_key))


def digits_of(public_key: str) -> str:
    """Return the 30 digits of a key of the register, in six groups of five."""
    return PublicKey.from_line(public_key).digits


def signers(book: CountyBook) -> str:
    """Return the register in OpenSSH's allowed_signers form, for checking without this program.

    Revoked keys are left out: stock tools know no last good submission.
    """
    stopped = revocations(book)
    valid = (each for each in book.keys if (each.school, each.public_key) not in stopped)
    return allowed_signers([(each.school, PublicKey.from_line(each.public_key)) for each in valid])


# --- what a submission must be, before its tables are read ---


def require_own(book: CountyBook, about: Unverified) -> None:
    """Raise a Problem unless a submission may be taken or held: key, recipients, county, round, kind.

    Raises `key-revoked`, `plain-refused`, `other-recipients`, `other-county`, `other-round`,
    `practice-data`, in the order of submission.md §1.
    """
    manifest = about.manifest
    here = book.received.get(about.id)
    if here is None or not here.admitted:  # what came in already comes in no second time
        if is_stopped(book, manifest.school, about.key.line, about.id):
            raise Problem("key-revoked", name=manifest.name)
        _require_recipients(book, about)
    _require_own(book, manifest.county, manifest.year, manifest.name, practice=manifest.practice)
    if manifest.round != str(book.year):
        raise Problem("other-round", name=manifest.name, year=manifest.year, own=book.year)


def is_stopped(book: CountyBook, school: str, public_key: str, submission: str) -> bool:
    """Whether a key is revoked for a school and a submission is neither its last good one nor before it."""
    last_good = revocations(book).get((school, public_key))
    if not last_good:
        return last_good is not None
    before = {each.member.id: each.member.prev for each in book.received.values()}
    at: str | None = last_good
    seen: set[str] = set()
    while at and at not in seen:
        if at == submission:
            return False
        seen.add(at)
        at = before.get(at)
    return True


def _require_recipients(book: CountyBook, about: Unverified) -> None:
    wanted = county_keys.recipients(book.workbook)
    if not wanted:
        return
    name, named = about.manifest.name, set(about.manifest.recipients)
    if not about.sealed:
        raise Problem("plain-refused", name=name)
    if not set(wanted) <= named and not any(each <= named for each in _earlier_recipients(book)):
        raise Problem("other-recipients", name=name)


def _earlier_recipients(book: CountyBook) -> list[set[str]]:
    """Return the recipients of the county's earlier epochs: a school may not have read the newest file."""
    with book.workbook.transaction() as connection:
        rows = [bytes(content) for (content,) in connection.execute(select(ROUND_FILE.c.content))]
    found = (set(read_round(content).said.certificate.recipients) for content in rows)
    return [each for each in found if each]


def _require_own(book: CountyBook, county: str, year: int, name: str, *, practice: bool) -> None:
    if county not in {book.code, UNKNOWN_COUNTY}:
        raise Problem("other-county", name=name, county=county, own=book.code)
    if year != book.year:
        raise Problem("other-round", name=name, year=year, own=book.year)
    if practice and not book.practice:
        raise Problem("practice-data", name=name)


# --- parts ---


def _read(book: CountyBook, file: Path) -> Applicant:
    """Read a file by what it is; its ending decides only which Problem a file that is neither raises."""
    data = read_limited(file, MAX_BYTES)
    try:
        return _of_request(read_request(data), file.name)
    except Problem as problem:
        if file.suffix.lower() == SUFFIX:
            raise
        if problem.code not in {"other-kind", "damaged"}:
            raise
    return _of_submission(inspect(data, book.identities), file.name)


def _of_request(request: KeyRequest, file: str) -> Applicant:
    said = request.said
    return Applicant(
        key=request.key,
        county=said.county,
        school=said.school,
        name=said.name,
        year=said.year,
        practice=said.practice,
        archive=said.archive,
        before=request.before,
        file=file,
    )


def _of_submission(about: Unverified, file: str) -> Applicant:
    said = about.manifest
    if said.replaces is not None:
        require_vouched(said.replaces, about.key)
    return Applicant(
        key=about.key,
        county=said.county,
        school=said.school,
        name=said.name,
        year=said.year,
        practice=said.practice,
        archive=None,
        before=said.replaces[0] if said.replaces else None,
        file=file,
    )


def _rotate(book: CountyBook, found: Applicant) -> bool:
    """Admit an applicant whose key before is admitted; its signature was checked when it was read."""
    before = None
    if found.before is not None and not is_admitted(book, found.school, found.key):
        before = _before(book, found.school, found.key, found.before)
    if before is None:
        return False
    how = UNCHECKED if before.how == UNCHECKED else ROTATED
    with book.workbook.transaction() as connection:
        _write(connection, found.key, found.school, found.name, how, found.archive)
    book.reload()
    return True


def _before(book: CountyBook, school: str, key: PublicKey, before: PublicKey) -> AdmittedKey | None:
    stopped = revocations(book)
    if (school, before.line) in stopped or (school, key.line) in stopped:
        return None
    known = (each for each in book.keys if each.public_key == before.line and each.school == school)
    return next(known, None)


def _request_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(each for each in path.rglob("*") if each.suffix.lower() == SUFFIX)
        else:
            files.append(path)
    return list(dict.fromkeys(files))


def _scanned(typed: str) -> tuple[str, str] | None:
    """Return (school code, 30 digits) of a scanned form; None for digits typed by hand.

    Raises Problem `not-a-key-form` for a QR code of another paper.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    code = _SCANNED.fullmatch(text.upper())
    if code is None:
        return None
    form = _FORM.fullmatch(code[2].strip()) if code[1] == FORM else None
    if form is None:
        raise Problem("not-a-key-form")
    return form[1], form[2]


def _same_school(scanned: str, school: str) -> bool:
    return scanned.casefold() == school.casefold()


def _write(
    connection: Connection, key: PublicKey, school: str, name: str, how: str, archive: str | None
) -> None:
    """Write a key into the register; paper outranks the rest and is never taken back by it."""
    statement = upsert(ADMITTED).values(
        public_key=key.line, school=school, name=name, how=how, at=now(), archive=archive
    )
    if how == PAPER:
        changed = {"how": PAPER, "at": now()} | ({"archive": archive} if archive else {})
        statement = statement.on_conflict_do_update(index_elements=["public_key", "school"], set_=changed)
    else:
        statement = statement.on_conflict_do_nothing()
    connection.execute(statement)
    journal.note(connection, f"key-{how}", f"{school} {key.line}", who(), now())
