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

from sqlalchemy import insert, select, update

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
from eduapp.services.county import signed_log
from eduapp.services.keys import county as county_keys
from eduapp.services.merge import admission
from eduapp.services.merge.admission import KEY_REVOKED, NOT_ADMITTED, NOT_LISTED, PAPER, UNCHECKED, UNREAD
from eduapp.services.merge.decisions import REVOKE
from eduapp.services.packing import UNKNOWN_COUNTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from eduapp.exchange.key_request import KeyRequest
    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.kept import Received
    from eduapp.services.county.signed_log import Line
    from eduapp.services.merge.decisions import Decision

ROTATED = admission.ROTATED
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


def admit_unchecked(
    book: CountyBook, files: Sequence[Path]
) -> tuple[list[Applicant], list[tuple[Path, Problem]]]:
    """Admit the keys of files without paper; recorded, printed and shown as unchecked.

    What is wrong with one file keeps none of the others out. Returns who was admitted, and the files
    that admit nobody, each with its Problem.
    """
    found: list[Applicant] = []
    troubled: list[tuple[Path, Problem]] = []
    for file in files:
        try:
            applicant = read_applicant(book, file)
            _require_not_stopped(book, applicant)
        except Problem as problem:
            troubled.append((file, problem))
        else:
            found.append(applicant)
    admit_applicants(book, found, None)
    return found, troubled


def admit_held(book: CountyBook, submission: str, digits: str | None, public_key: str = "") -> None:
    """Admit the key of a held submission, by digits or (None) unchecked.

    `public_key` names one of several signers whose copies of it are held.
    """
    held = next(each for each in book.copies.values() if _is(each, submission, public_key))
    about = inspect(book.content(*held.header.copy), book.identities)
    admit_applicants(book, [_of_submission(about, held.file_name)], digits)


def admit_applicants(book: CountyBook, found: Sequence[Applicant], digits: str | None) -> None:
    """Admit keys, by digits that fit each of them or (None) unchecked."""
    for each in found:
        _require_not_stopped(book, each)
        if digits is not None and digits_of_form(digits, each) != each.key.fingerprint:
            raise Problem("digits-differ", path=each.file, name=each.name)
    how = UNCHECKED if digits is None else PAPER
    with book.writing() as (connection, lines):
        for each in found:
            lines.extend(_write(connection, each.key, each.school, each.name, how, each.archive))
    book.reload()


def admit_rotated(
    book: CountyBook,
    school: str,
    name: str,
    key: PublicKey,
    replaces: tuple[PublicKey, bytes] | None,
    archive: str | None = None,
) -> bool:
    """Admit a key that an admitted key of its school signed for; False where there is none.

    It is as good as the key before, and for as long: after one that nobody checked it is unchecked too.
    Raises Problem `signature-invalid` when what it carries is no signature of the key before.
    """
    if replaces is None or is_admitted(book, school, key):
        return False
    require_vouched(replaces, key)
    before = replaces[0]
    stopped = revocations(book)
    if not is_admitted(book, school, before) or {(school, before.line), (school, key.line)} & set(stopped):
        return False
    with book.writing() as (connection, lines):
        lines.extend(_write(connection, key, school, name, ROTATED, archive, before.line))
    book.reload()
    return True


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
    troubled: list[tuple[str, Problem]] = []
    for file in _request_files(paths):
        try:
            found = read_applicant(book, file)
        except Problem as problem:
            troubled.append((str(file), problem))
            continue
        asking[found.school, found.key.line] = found
    rotated = _rotate(book, asking)
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
    return (school, key.line) in book.judged.register


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
        known = book.copies.get((last_good, key))
        if known is None or known.member.school != school:
            raise Problem("submission-unknown", id=last_good)
    return book.decide(REVOKE, last_good, reason, details={"key": key, "school": school})


def revocations(book: CountyBook) -> Mapping[tuple[str, str], str]:
    """Return (school, public key) -> the last good submission ("" for none) of every revoked key."""
    return admission.revocations(book.decisions)


def why_held(held: Received) -> Problem | None:
    """Return why a held submission still waits; None when it can be tried again."""
    if held.why in {"", UNREAD}:
        return None
    return why_waiting(held.why, held.name, held.member.school, PublicKey.from_line(held.public_key).digits)


def why_waiting(why: str, name: str, school: str, digits: str) -> Problem:
    """Say why a submission waits, by the code of `admission.judge`."""
    told = {
        KEY_REVOKED: Problem("key-revoked", name=name),
        NOT_LISTED: Problem("school-not-listed", name=name, school=school),
        NOT_ADMITTED: Problem("key-not-admitted", name=name, digits=digits),
        UNREAD: Problem("unread", name=name),
    }
    return told[why]


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


def require_own(book: CountyBook, about: Unverified, *, accepted: bool = False) -> None:
    """Raise a Problem where no decision can make a submission acceptable: county, recipients, round, kind.

    Raises `other-county`, `plain-refused`, `other-recipients`, `recipients-missing`, `other-round`,
    `practice-data`, in the order of submission.md §1: another county's file is sent home before anything is
    asked of it that only our own schools can do. `accepted`: it came in before; what came in is asked for no
    seal again.
    """
    manifest = about.manifest
    _require_county(book, manifest.county, manifest.name)
    if not accepted:
        _require_recipients(book, about)
    _require_own(book, manifest.county, manifest.year, manifest.name, practice=manifest.practice)
    if manifest.round != str(book.year):
        raise Problem("other-round", name=manifest.name, year=manifest.year, own=book.year)


def _require_recipients(book: CountyBook, about: Unverified) -> None:
    wanted = county_keys.recipients(book.workbook)
    if not wanted:
        return
    name, named = about.manifest.name, set(about.manifest.recipients)
    if not about.sealed:
        raise Problem("plain-refused", name=name)
    if not set(wanted) <= named and not any(each <= named for each in _earlier_recipients(book)):
        raise Problem("other-recipients", name=name)
    if about.stanzas < len(named):  # whether one of them is our escrow key, only a drill can tell
        raise Problem("recipients-missing", name=name, named=len(named), found=about.stanzas)


def _earlier_recipients(book: CountyBook) -> list[set[str]]:
    """Return the recipients of the county's earlier epochs: a school may not have read the newest file."""
    with book.workbook.transaction() as connection:
        rows = [bytes(content) for (content,) in connection.execute(select(ROUND_FILE.c.content))]
    found = (set(read_round(content).said.certificate.recipients) for content in rows)
    return [each for each in found if each]


def _require_county(book: CountyBook, county: str, name: str) -> None:
    if county not in {book.code, UNKNOWN_COUNTY}:
        raise Problem("other-county", name=name, county=county, own=book.code)


def _require_own(book: CountyBook, county: str, year: int, name: str, *, practice: bool) -> None:
    _require_county(book, county, name)
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


def _require_not_stopped(book: CountyBook, applicant: Applicant) -> None:
    if (applicant.school, applicant.key.line) in revocations(book):
        raise Problem("key-revoked", name=applicant.name)


def _rotate(book: CountyBook, asking: dict[tuple[str, str], Applicant]) -> list[Applicant]:
    """Admit those whose key before is admitted, as far as they lead; their signatures were checked."""
    rotated: list[Applicant] = []
    stopped = revocations(book)
    while True:
        found = [
            each
            for each in asking.values()
            if each.before is not None
            and not is_admitted(book, each.school, each.key)
            and is_admitted(book, each.school, each.before)
            and not {(each.school, each.before.line), (each.school, each.key.line)} & set(stopped)
        ]
        if not found:
            return rotated
        with book.writing() as (connection, lines):
            for each in found:
                before = each.before.line if each.before else None
                lines.extend(
                    _write(connection, each.key, each.school, each.name, ROTATED, each.archive, before)
                )
                del asking[each.school, each.key.line]
        book.reload()
        rotated += found


def _is(each: Received, submission: str, public_key: str) -> bool:
    return each.member.id == submission and public_key in {"", each.public_key}


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
    connection: Connection,
    key: PublicKey,
    school: str,
    name: str,
    how: str,
    archive: str | None,
    before: str | None = None,
) -> list[Line]:
    """Write a key into the register; what is worth more is never taken back by what is worth less.

    Returns the line of the log.
    """
    values = {"name": name, "how": how, "at": now(), "archive": archive, "before": before}
    place = (ADMITTED.c.public_key == key.line, ADMITTED.c.school == school)
    known = connection.execute(select(ADMITTED.c.how, ADMITTED.c.before).where(*place)).first()
    if known is None:
        connection.execute(insert(ADMITTED).values(public_key=key.line, school=school, **values))
    elif before is None and (known.before is not None or admission.outranks(how, known.how)):
        changed = {"how": how, "at": now(), "before": None} | ({"archive": archive} if archive else {})
        connection.execute(update(ADMITTED).where(*place).values(**changed))
    elif how == PAPER and archive:
        connection.execute(update(ADMITTED).where(*place).values(archive=archive, at=now()))
    journal.note(connection, f"key-{how}", f"{school} {key.line}", who(), now())
    columns = (ADMITTED.c.how, ADMITTED.c.before, ADMITTED.c.archive)
    stands = connection.execute(select(*columns).where(*place)).one()
    return [signed_log.admit((school, key.line), stands.how, stands.before, stands.archive)]
