"""A school's own key and its county's files: the form to be printed, the request, what lies on the stick."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from db import journal
from db.problems import Problem
from db.records.codes import is_code
from db.records.values import clean
from db.workbook import now, who
from eduapp.exchange import stick
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.key_request import Request, build_request, request_name
from eduapp.exchange.round_file import read_round
from eduapp.exchange.signing import grouped
from eduapp.exchange.voucher import form_digits
from eduapp.services.hand_off import rounds
from eduapp.services.keys import keyring, writer
from eduapp.services.keys.passphrases import require_strong
from eduapp.services.packing import UNKNOWN_COUNTY
from eduapp.services.personal import require_public
from eduapp.standards.packs.reader import chosen, load, standard_ids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eduapp.exchange.manifest import StandardUsed
    from eduapp.exchange.round_file import Round
    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.rounds import County, OnStick
    from eduapp.services.keys.writer import Writer

COUNTY_CODE = "区县代码"
PAPER = "registration"
"""The name of 登记表 among the papers of a school."""
_MARK = "EDUAPP1 K2"
"""What the QR code of 登记表 begins with: 2 is the form of its digits (eduapp.exchange.voucher)."""
_SCANNED = re.compile(r"EDUAPP\d+ .*", re.ASCII)
_NOTICE = re.compile(r"EDUAPP1 R \S+ (\d{30})", re.ASCII)
_FOREIGN = frozenset({"round-older", "round-other-year", "round-practice", "county-differs"})
"""What a round file on a stick may be without anything being wrong: an old one, one for others."""


class KeyStanding(StrEnum):
    """How this computer's key stands with the county."""

    UNREGISTERED = "unregistered"
    PAPER = "paper"
    ROTATED = "rotated"
    UNCHECKED = "unchecked"
    REVOKED = "revoked"
    OLD_FORM = "old_form"
    """Admitted by the digits of an old form, which covered the key alone: a new form is asked for."""
    OTHER_SCHOOL = "other_school"
    """The code was changed after the key had spoken: it speaks for nobody until the county admits it."""
    LOCKED = "locked"
    """Not known before the passphrase is given."""


@dataclass(frozen=True)
class OwnKey:
    """This computer's key as it is shown.

    `digits` of its form in six groups of five; "" while there can be no form: the key is locked, or
    `missing` names what must be filled in first. `follows` says that the key before vouches for it: the
    county needs no paper then. `made_for` is the code the key was made for, where that is another than
    the workbook's; `code_now` the one that the county's list has for this school by now (换码), where it is.
    """

    standing: KeyStanding
    digits: str
    follows: bool
    protected: bool
    missing: tuple[str, ...] = ()
    made_for: str = ""
    code_now: str = ""


@dataclass(frozen=True)
class RoundDemand:
    """What the round file in force asks for.

    `standards` are the ids of the county; `others` is True where the workbook is judged by others,
    `missing` names those that this program does not have, or has in another edition.
    """

    said: Round
    standards: tuple[str, ...]
    others: bool
    missing: tuple[str, ...]


@dataclass(frozen=True)
class PickedUp:
    """What was taken from a stick.

    `accepted` is the new round file in force, `unbelieved` the counties whose digits were not typed yet,
    `troubles` what should be looked at, `receipts` those for this school (nobody has read them yet).
    """

    accepted: Round | None
    unbelieved: tuple[str, ...]
    troubles: tuple[Problem, ...]
    receipts: tuple[Path, ...]


def own_key(book: SchoolBook) -> OwnKey:
    """Return this computer's key and how it stands; it is made where there is none yet.

    Raises Problem `writer-key-damaged`.
    """
    protected = is_protected(book)
    if is_locked(book):
        return OwnKey(KeyStanding.LOCKED, "", follows=False, protected=True)
    own = writer.writer_of(book.workbook)
    standing, made_for, missing = _standing(book), _made_for(book, own), missing_for_form(book)
    if made_for and standing is KeyStanding.UNREGISTERED:
        standing = KeyStanding.OTHER_SCHOOL
    silent = bool(missing) or standing is KeyStanding.OTHER_SCHOOL
    digits = "" if silent else grouped(_form_digits(book, own))
    return OwnKey(
        standing,
        digits,
        follows=_follows(book, own),
        protected=protected,
        missing=missing,
        made_for=made_for if standing is KeyStanding.OTHER_SCHOOL else "",
        code_now=_code_now(book),
    )


def _follows(book: SchoolBook, own: Writer) -> bool:
    """Whether the key before can pass its place on to this one: one that was revoked cannot."""
    before = own.replaces
    revoked = {each.key.line for each in rounds.own_school_keys(book) if each.revoked is not None}
    return before is not None and not before.is_old and before.key.line not in revoked


def missing_for_form(book: SchoolBook) -> tuple[str, ...]:
    """Return what must be filled in before 登记表 can be printed: its digits cover county and school."""
    facts = book.facts
    wanted = {
        "学校代码": is_code(facts.code),
        "学校名称": bool(facts.name),
        "学校类型": facts.kind is not None,
        COUNTY_CODE: is_code(book.county),
    }
    return tuple(label for label, there in wanted.items() if not there)


def set_county(book: SchoolBook, code: str) -> None:
    """Fill in the county's code, as the county's notice says it.

    Raises Problem `county-code-unreadable`; `county-differs` where the county's digits were typed already.
    """
    stated, known = clean(code), rounds.county_of(book)
    if not is_code(stated):
        raise Problem("county-code-unreadable", text=stated)
    if known is not None and known.code != stated:
        raise Problem("county-differs", name=known.name, county=known.code, own=stated)
    if stated == book.county:
        return
    book.workbook.set_meta(county=stated)
    with book.workbook.transaction() as connection:
        journal.note(connection, "county", stated, who(), now())


def renew(book: SchoolBook) -> None:
    """Put the key of this workbook aside; the next one is new, made for the school as it is stated now.

    Another workbook that was copied from this one keeps the key. Raises Problem `passphrase-needed`.
    """
    writer.writer_of(book.workbook)
    writer.leave_key(book.workbook)
    with book.workbook.transaction() as connection:
        journal.note(connection, "key-renewed", book.workbook.meta["workbook"], who(), now())


def is_locked(book: SchoolBook) -> bool:
    """Whether a person must give the passphrase before anything can be signed or opened here."""
    return keyring.is_locked(_key_file(book))


def is_protected(book: SchoolBook) -> bool:
    """Whether this computer's key lies under a passphrase."""
    return keyring.is_protected(_key_file(book))


def unlock(book: SchoolBook, passphrase: str) -> None:
    """Open the key for this process; raises Problem `passphrase-wrong`."""
    keyring.open_with(_key_file(book), passphrase)


def protect(book: SchoolBook, passphrase: str) -> None:
    """Put the key under a passphrase, or under another one once it is open; touches the key file alone.

    Raises Problem `passphrase-short`, `passphrase-weak`, `passphrase-needed`.
    """
    require_strong(passphrase, about(book))
    path = writer.key_path(book.workbook)
    keyring.store(path, keyring.load(path), passphrase)


def has_weak_passphrase(book: SchoolBook) -> bool:
    """Whether this computer's open key lies under a passphrase that would not be accepted today."""
    return keyring.is_weakly_protected(_key_file(book), about(book))


def about(book: SchoolBook) -> tuple[str, ...]:
    """Return what everybody knows of the school: no passphrase is made of it."""
    facts = book.facts
    return tuple(text for text in (facts.code, facts.name, book.county) if text)


def request_of(book: SchoolBook) -> bytes:
    """Return 登记申请 of this computer's key: equal bytes for an equal key and profile.

    Raises Problem `profile-incomplete`, `passphrase-needed`.
    """
    own = rounds.speaker(book)
    return build_request(_said(book, own), own.key)


def write_request(book: SchoolBook, folder: Path) -> Path:
    """Write 登记申请文件 into a folder, as safely as a submission; raises Problem."""
    own = rounds.speaker(book)
    name = request_name(_said(book, own), own.key.public)
    return stick.write_safely(folder, name, request_of(book))


def scan_text(book: SchoolBook) -> str:
    """Return what the QR code of 登记表 says: a scanner types it into the county's field."""
    own = _form_writer(book)
    return f"{_MARK} {book.county} {book.facts.code} {_form_digits(book, own)}"


def form(book: SchoolBook) -> bytes:
    """Return 登记表 as PDF: equal bytes for an equal key and profile.

    Raises Problem `form-incomplete`, `key-other-school`.
    """
    from eduapp.printing.registration import Registration, registration  # noqa: PLC0415 - the PDF library is heavy

    own = _form_writer(book)
    said = _said(book, own)
    return registration(
        Registration(
            school=said.name,
            code=said.school,
            kind=book.facts.kind,
            county=said.county,
            year=said.year,
            digits=grouped(_form_digits(book, own)),
            scan=scan_text(book),
            follows=_follows(book, own),
            practice=said.practice,
        )
    )


def typed_digits(text: str) -> str:
    """Return the digits of what was typed, or scanned from the county's notice.

    Raises Problem `not-a-county-notice` for the QR code of another paper.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    if _SCANNED.fullmatch(plain) is None:
        return text
    found = _NOTICE.fullmatch(plain)
    if found is None:
        raise Problem("not-a-county-notice")
    return found[1]


def believe(book: SchoolBook, files: Sequence[Path], text: str) -> County:
    """Believe the county whose 30 digits were typed or scanned: the file that fits them proves its name.

    Raises Problem `county-file-missing`, `digits-unreadable`, `not-a-county-notice`,
    `county-digits-differ`, `county-differs`, those of the files.
    """
    digits = typed_digits(text)
    failed: list[Problem] = []
    for path in files:
        try:
            return rounds.trust_county(book, stick.read_limited(path, MAX_BYTES), digits)
        except Problem as problem:
            failed.append(problem)
    if not failed:
        raise Problem("county-file-missing")
    # Of many files the one that came nearest to being ours says best what is wrong.
    raise next((problem for problem in failed if problem.code == "county-digits-differ"), failed[0])


def accept_file(book: SchoolBook, path: Path) -> Round:
    """Take the round file that a person chose; raises Problem."""
    return rounds.accept(book, stick.read_limited(path, MAX_BYTES))


def pick_up(book: SchoolBook, found: OnStick) -> PickedUp:
    """Take the newest round file of the believed county among those found; what is for others is let be."""
    before = rounds.in_force(book)
    unbelieved: list[str] = []
    troubles: list[Problem] = []
    for data in _newest_first(found.rounds, troubles):
        try:
            rounds.accept(book, data)
            break
        except Problem as problem:
            if problem.code == "county-not-trusted":
                unbelieved.append(str(problem.facts["name"]))
            elif problem.code not in _FOREIGN:
                troubles.append(problem)
    now = rounds.in_force(book)
    accepted = now if now is not None and (before is None or now.order > before.order) else None
    return PickedUp(accepted, tuple(dict.fromkeys(unbelieved)), tuple(troubles), found.receipts)


def demand(book: SchoolBook) -> RoundDemand | None:
    """Return what the round file in force asks for; None while there is none."""
    said = rounds.in_force(book)
    if said is None:
        return None
    ids = tuple(dict.fromkeys(each.id for each in said.standards))
    missing = tuple(each.id for each in said.standards if not _is_here(each))
    wanted = {each.id for each in chosen([standard for standard in ids if standard in standard_ids()])}
    return RoundDemand(said, ids, bool(ids) and wanted != {each.id for each in book.standards}, missing)


def _key_file(book: SchoolBook) -> Path:
    """Return the key file that is opened first: a restored workbook's own is made from the one before."""
    own, former = writer.key_path(book.workbook), writer.former_key_path(book.workbook)
    return former if former is not None and not own.exists() else own


def _standing(book: SchoolBook) -> KeyStanding:
    """Return how this computer's key stands in the register of the round file in force."""
    registered, said = rounds.own_key(book), rounds.in_force(book)
    if registered is None:
        return KeyStanding.UNREGISTERED
    if registered.revoked is not None:
        return KeyStanding.REVOKED
    if said is not None and registered.place in said.renew:
        return KeyStanding.OLD_FORM
    return KeyStanding(registered.how)


def _made_for(book: SchoolBook, own: Writer) -> str:
    """Return the code a key was made for where it is another than the workbook's; "" else."""
    made_for = writer.school_of(book.workbook, own)
    return made_for if made_for != book.facts.code else ""


def _code_now(book: SchoolBook) -> str:
    code = rounds.code_at_county(book)
    return code if code != book.facts.code else ""


def _form_writer(book: SchoolBook) -> Writer:
    """Return the writer whose form may be printed.

    Raises Problem `profile-incomplete`, `form-incomplete`, `key-other-school`.
    """
    own, missing = rounds.speaker(book), missing_for_form(book)
    if missing:
        raise Problem("form-incomplete", fields="、".join(missing))
    return own


def _form_digits(book: SchoolBook, own: Writer) -> str:
    return form_digits(book.county, book.facts.code, own.key.public)


def _said(book: SchoolBook, own: Writer) -> Request:
    facts = book.facts
    require_public(facts.code, facts.name)
    return Request(
        county=book.county or UNKNOWN_COUNTY,
        school=facts.code,
        name=facts.name,
        kind=facts.kind or "",
        year=book.year,
        practice=book.practice,
        writer=own.id,
        archive=own.archive.recipient,
        replaces=own.replaces,
    )


def _newest_first(paths: Sequence[Path], troubles: list[Problem]) -> list[bytes]:
    """Return the contents of round files, of the highest number first."""
    read: list[tuple[tuple[int, int], bytes]] = []
    for path in paths:
        try:
            data = stick.read_limited(path, MAX_BYTES)
            read.append((read_round(data).said.order, data))
        except Problem as problem:
            troubles.append(problem)
    return [data for _, data in sorted(read, key=lambda each: each[0], reverse=True)]


def _is_here(asked: StandardUsed) -> bool:
    return asked.id in standard_ids() and load(asked.id).sha256 == asked.sha256
