"""Who asks to be admitted, by a request or a submission, and what its paper form covers.

The 30 digits of a form are over its county, its school and its key (eduapp.exchange.voucher); they are
typed, or scanned from its QR code. What a school is called is the word of the county's list.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.characters import quoted
from db.problems import Problem
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.key_request import SUFFIX, read_request
from eduapp.exchange.signing import parse_digits
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import Unverified, inspect
from eduapp.exchange.voucher import FORM, form_digits
from eduapp.services.packing import UNKNOWN_COUNTY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from eduapp.exchange.key_request import KeyRequest, Request
    from eduapp.exchange.manifest import Manifest
    from eduapp.exchange.signing import PublicKey
    from eduapp.exchange.voucher import Voucher
    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.kept import Received

OLD_MARK, FORM_MARK = "K", f"K{FORM}"
"""What the QR codes of forms (登记表) begin with after EDUAPP1: those of the key alone, those of today."""
_SCANNED = re.compile(r"EDUAPP1\s+(\S+)\s*(.*)", re.DOTALL)
_FORM = re.compile(r"(\S+)\s+(\S+)\s+([0-9]{30})")


@dataclass(frozen=True)
class Applicant:
    """A key that asks to be admitted for a school. `county` is "-" where the school was not told its code.

    `school` is the code that it names and its form covers, `code` the one that the school it means has now:
    another where it names an old one. `name` is what it calls itself, `listed` the list's name for that
    school ("" where there is none), `others` are schools that had the code before.
    `archive` is the age recipient of its computer, `replaces` the voucher of the key before.
    """

    key: PublicKey
    county: str
    school: str
    name: str
    year: int
    practice: bool
    writer: str
    archive: str | None
    replaces: Voucher | None
    file: str
    code: str
    bearing: str
    """Which school it means (eduapp.services.merge.listing)."""
    listed: str = ""
    others: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What people are shown: the list's name, else the stranger's own word in quotes."""
        return self.listed or quoted(self.name)

    @property
    def place(self) -> tuple[str, str]:
        """What names a line of the register: the school's code now and the public key line."""
        return self.code, self.key.line


def read_applicant(book: CountyBook, file: Path) -> Applicant:
    """Return who asks by a file, a request or a submission, for this county and round.

    Raises Problem `other-county`, `other-round`, `practice-data`, and those of the file.
    """
    found = _read(book, file)
    require_of_county(book, found.county, found.year, found.name, practice=found.practice)
    return found


def held_applicant(book: CountyBook, held: Received) -> Applicant:
    """Return who asks by a held submission."""
    return _of_submission(book, inspect(book.content(*held.header.copy), book.identities), held.file_name)


def listed_name(book: CountyBook, school: str) -> str:
    """Return the list's name for a school; "" where the list has none."""
    listed = book.expected.get(school)
    return listed.name if listed else ""


def match(book: CountyBook, found: Iterable[Applicant], typed: str) -> Applicant:
    """Return which of several requests a form is about, by the digits typed or scanned from it.

    Raises Problem `digits-fit-none`, `digits-unreadable`, `form-outdated`, `not-a-key-form`.
    """
    scanned = _scanned(typed)
    digits = scanned.digits if scanned else parse_digits(typed)
    old = None
    for each in found:
        fits = scanned is None or scanned.is_about(book, each)
        if fits and form_digits(book.code, each.school, each.key) == digits:
            return each
        if each.key.fingerprint == digits:
            old = each
    if old is not None:
        raise Problem("form-outdated", name=old.called)
    raise Problem("digits-fit-none")


def require_covered(book: CountyBook, of: Applicant, typed: str) -> None:
    """Raise a Problem unless digits, typed or scanned, cover county, school and key."""
    scanned = _scanned(typed)
    digits = scanned.digits if scanned else parse_digits(typed)
    if scanned is not None and not scanned.is_about(book, of):
        raise Problem("form-other-school", school=scanned.school, name=of.called, own=of.school)
    if digits == of.key.fingerprint:
        raise Problem("form-outdated", name=of.called)
    if digits != form_digits(book.code, of.school, of.key):
        raise Problem("digits-differ", path=of.file, name=of.called)


def require_county(book: CountyBook, county: str, name: str) -> None:
    """Raise Problem `other-county` unless a file is for this county, or for none that it was told."""
    if county not in {book.code, UNKNOWN_COUNTY}:
        raise Problem("other-county", name=name, county=county, own=book.code)


def require_of_county(book: CountyBook, county: str, year: int, name: str, *, practice: bool) -> None:
    """Raise Problem `other-county`, `other-round`, `practice-data` unless a file is for this workbook."""
    require_county(book, county, name)
    if year != book.year:
        raise Problem("other-round", name=name, year=year, own=book.year)
    if practice and not book.practice:
        raise Problem("practice-data", name=name)


# --- parts ---


def _read(book: CountyBook, file: Path) -> Applicant:
    """Read a file by what it is; its ending decides only which Problem a file that is neither raises."""
    data = read_limited(file, MAX_BYTES)
    try:
        return _of_request(book, read_request(data), file.name)
    except Problem as problem:
        if file.suffix.lower() == SUFFIX:
            raise
        if problem.code not in {"other-kind", "damaged"}:
            raise
    return _of_submission(book, inspect(data, book.identities), file.name)


def _of_request(book: CountyBook, request: KeyRequest, file: str) -> Applicant:
    return applicant(book, request.said, request.key, request.said.archive, file)


def _of_submission(book: CountyBook, about: Unverified, file: str) -> Applicant:
    said = about.manifest
    if said.replaces is not None:
        said.replaces.require_fits(said.county, said.school, said.writer, about.key)
    return applicant(book, said, about.key, None, file)


def applicant(
    book: CountyBook, said: Request | Manifest | Applicant, key: PublicKey, archive: str | None, file: str
) -> Applicant:
    """Return who asks by what a file says of a key."""
    listing = book.listing
    bearing = _meant(book, said, key)
    code = listing.code_of(bearing)
    others = (bearer for bearer in listing.bearers(said.school) if bearer != bearing)
    return Applicant(
        key=key,
        code=code,
        bearing=bearing,
        others=tuple(listing.code_of(each) for each in others),
        county=said.county,
        school=said.school,
        name=said.name,
        year=said.year,
        practice=said.practice,
        writer=said.writer,
        archive=archive,
        replaces=said.replaces,
        file=file,
        listed=listed_name(book, code),
    )


def _meant(book: CountyBook, said: Request | Manifest | Applicant, key: PublicKey) -> str:
    """Return which school is meant by the code that a file names.

    The one for which its key speaks already, or the key before that vouches for it; else whose code it is.
    """
    judged, voucher = book.judged, said.replaces
    own = judged.place(said.school, key.line)
    if own not in judged.register and voucher is not None and not voucher.is_old:
        before = judged.place(said.school, voucher.key.line)
        own = before if before in judged.register else own
    return own[0]


@dataclass(frozen=True)
class _Scanned:
    """What the QR code of a form says."""

    county: str
    school: str
    digits: str

    def is_about(self, book: CountyBook, each: Applicant) -> bool:
        """Whether the form is of this county and of an applicant's school; scanners may change case."""
        said, wanted = (self.county, self.school), (book.code, each.school)
        return all(one.casefold() == other.casefold() for one, other in zip(said, wanted, strict=True))


def _scanned(typed: str) -> _Scanned | None:
    """Return what was scanned from a form; None for digits typed by hand.

    Raises Problem `not-a-key-form` for a QR code of another paper, `form-outdated` for one of an old form.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    code = _SCANNED.fullmatch(text.upper())
    if code is None:
        return None
    if code[1] == OLD_MARK:
        raise Problem("form-outdated", name=code[2].split(" ")[0])
    form = _FORM.fullmatch(code[2].strip()) if code[1] == FORM_MARK else None
    if form is None:
        raise Problem("not-a-key-form")
    return _Scanned(form[1], form[2], form[3])
