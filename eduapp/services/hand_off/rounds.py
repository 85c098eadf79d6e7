"""What a school knows of its county: the root it believes, the round file in force, to whom it seals.

A county is believed when the 30 digits of its notice were typed; after that its files speak for
themselves. A round file older than one seen before is refused, on this computer also by a workbook
that was restored.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from db import files as disk
from db import handed, journal
from db.problems import Problem
from db.records.codes import is_code
from db.workbook import now, who
from eduapp.exchange import round_file
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.files import problems
from eduapp.exchange.receipt_file import SUFFIX as RECEIPT_SUFFIX
from eduapp.exchange.receipt_file import read_receipt
from eduapp.exchange.round_file import SUFFIX, RegisteredKey, Round, read_round
from eduapp.exchange.signing import PublicKey, parse_digits
from eduapp.exchange.stick import read_limited
from eduapp.services.keys import keyring, writer
from eduapp.services.packing import UNKNOWN_COUNTY
from eduapp.services.workbooks import choose_standards
from eduapp.standards.packs.reader import chosen, standard_ids

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.exchange.authority import Certificate
    from eduapp.services.books import SchoolBook
    from eduapp.services.keys.writer import Writer

ROOT, COUNTY_NAME = "county_root", "county_name"
"""Facts of a school's workbook: the county's root key as its digits were typed, and the county's name."""


@dataclass(frozen=True)
class County:
    """The county that this school believes."""

    code: str
    name: str
    root: PublicKey


@dataclass(frozen=True)
class OnStick:
    """What the county left for this school in a folder, and files of it that are for others."""

    rounds: tuple[Path, ...]
    receipts: tuple[Path, ...]


def county_of(book: SchoolBook) -> County | None:
    """Return the county whose digits were typed; None before that."""
    meta = book.workbook.meta
    if not meta.get(ROOT):
        return None
    return County(meta["county"], meta.get(COUNTY_NAME, ""), PublicKey.from_line(meta[ROOT]))


def trust_county(book: SchoolBook, data: bytes, digits: str) -> County:
    """Believe the county of a round file or a receipt when the digits of its notice are its root's.

    Raises Problem `digits-unreadable`, `county-digits-differ`, `county-differs`.
    """
    certificate = certificate_in(data)
    _require_same_county(book, certificate)
    if parse_digits(digits) != certificate.root.fingerprint:
        raise Problem("county-digits-differ", name=certificate.name)
    book.workbook.set_meta(
        **{ROOT: certificate.root.line, COUNTY_NAME: certificate.name, "county": certificate.county}
    )
    with book.workbook.writing() as door:
        journal.note(door, "county-trusted", certificate.root.line, who(), now())
    return County(certificate.county, certificate.name, certificate.root)


def certificate_in(data: bytes) -> Certificate:
    """Return the certificate that a round file or a receipt carries; it fits its own root, no more."""
    try:
        return read_round(data).said.certificate
    except Problem as problem:
        if problem.code != "other-kind":
            raise
        return read_receipt(data).said.certificate


def require_believed(book: SchoolBook, certificate: Certificate) -> None:
    """Raise a Problem unless a file is of the county whose digits were typed."""
    _require_same_county(book, certificate)
    known = county_of(book)
    if known is None:
        raise Problem("county-not-trusted", name=certificate.name)
    if known.root != certificate.root:
        raise Problem("county-root-differs", name=certificate.name)


def accept(book: SchoolBook, data: bytes) -> Round:
    """Take a round file; the same one again changes nothing.

    Raises Problem `county-not-trusted`, `county-root-differs`, `county-differs`, `round-other-year`,
    `round-practice`, `round-older`, `round-forked`, and those of the file.
    """
    found = read_round(data)
    said = found.said
    require_believed(book, said.certificate)
    _require_of_workbook(book, said)
    root = said.certificate.root  # numbers of another root say nothing: that county may have begun anew
    known = [file for file in _stored(book) if file.said.certificate.root == root]
    newest = max((each.said.order for each in known), default=(0, 0))
    if found.id in {each.id for each in known if each.said.order == newest}:
        return said
    if said.order == newest:
        raise Problem("round-forked", version=said.version)
    if said.order < max(newest, writer.round_seen(book.workbook, root.line)):
        raise Problem("round-older", version=said.version)
    with book.workbook.writing() as door:
        handed.keep_round(door, found.id, said.order, now(), data)
        journal.note(door, "round", found.id, who(), now())
    writer.mark_round(book.workbook, root.line, *said.order)
    _follow(book, said)
    return said


def _follow(book: SchoolBook, said: Round) -> None:
    """Judge the workbook by the county's standards from now on: its round file decides.

    What this program does not have, and what is signed already (审核通过), stays as it is and is said.
    """
    ids = tuple(dict.fromkeys(each.id for each in said.standards))
    if not ids or not set(ids) <= set(standard_ids()) or book.workbook.meta.get("approved") == "1":
        return
    if {each.id for each in chosen(ids)} != {each.id for each in book.standards}:
        choose_standards(book, ids)


def in_force(book: SchoolBook) -> Round | None:
    """Return the newest round file of the county that is believed now; None when there is none."""
    county = county_of(book)
    if county is None:
        return None
    with book.workbook.reading() as door:
        for content in handed.round_files(door):
            said = _said(content)
            if said.certificate.root == county.root:
                return said
    return None


@lru_cache(maxsize=2)
def _said(content: bytes) -> Round:
    """Return what a stored round file says, verified once for the same bytes: an export asks many times."""
    return read_round(content).said


def sealed_to(book: SchoolBook) -> tuple[str, ...]:
    """Return the county's recipients; none while it does not ask for encryption."""
    said = in_force(book)
    return said.certificate.recipients if said else ()


def recipients_for(book: SchoolBook, own: Writer) -> tuple[str, ...]:
    """Return to whom a submission is sealed: the county, this computer, the school's other computers."""
    county = sealed_to(book)
    if not county:
        return ()
    fellows = {each.archive for each in own_school_keys(book) if each.archive and each.revoked is None}
    return tuple(dict.fromkeys([*county, own.archive.recipient, *sorted(fellows)]))


def own_school_keys(book: SchoolBook) -> tuple[RegisteredKey, ...]:
    """Return the register's keys of this school, by the round file in force."""
    said = in_force(book)
    if said is None:
        return ()
    code = code_at_county(book)
    return tuple(key for key in said.keys if key.school == code)


def code_at_county(book: SchoolBook) -> str:
    """Return the code under which the county has this school; the workbook's own where nobody says another.

    After 换码 the register names the key that was made for the workbook's code under another one.
    """
    said, code = in_force(book), book.facts.code
    if said is None:
        return code
    try:
        own = writer.writer_of(book.workbook)
    except Problem as problem:
        if problem.code in {"passphrase-needed", "writer-key-damaged"}:  # said by whoever must have the key
            return code
        raise
    named = {each.school for each in said.keys if each.key == own.key.public}
    moved = code not in named and len(named) == 1 and writer.school_of(book.workbook, own) == code
    return named.pop() if moved else code


def own_key(book: SchoolBook) -> RegisteredKey | None:
    """Return how this computer's key stands in the register; None when it is not there."""
    line = writer.writer_of(book.workbook).key.public.line
    return next((key for key in own_school_keys(book) if key.key.line == line), None)


def speaker(book: SchoolBook) -> Writer:
    """Return the writer that may speak for the school of this workbook, in a draft or a request too.

    Raises Problem `profile-incomplete`; `key-other-school` where the code was changed after the key had
    spoken, and the county has not admitted it for the new one; `county-differs`, `round-other-year`,
    `round-practice` where the workbook is not of the county and year whose round file it took.
    """
    facts, said = book.facts, in_force(book)
    if said is not None:
        _require_of_workbook(book, said)
    if not is_code(facts.code) or not facts.name or facts.kind is None:
        raise Problem("profile-incomplete")
    own = writer.writer_of(book.workbook)
    made_for = writer.school_of(book.workbook, own)
    if made_for == facts.code:
        return own
    registered = own_key(book)
    if made_for and (registered is None or registered.revoked is not None):
        raise Problem("key-other-school", own=made_for, school=facts.code)
    writer.bind(book.workbook, facts.code)
    return own


def require_protected(book: SchoolBook) -> None:
    """Raise Problem `passphrase-demanded` when the county asks for a passphrase and there is none."""
    said = in_force(book)
    if said and said.passphrase and not keyring.is_protected(writer.key_path(book.workbook)):
        raise Problem("passphrase-demanded", name=said.certificate.name)


def on_stick(book: SchoolBook, folder: Path) -> OnStick:
    """Return the county's files for this school at the top of a folder or in its subfolders of one level.

    By their names alone: what is no file is said by whoever reads it. Raises Problem `folder-missing`,
    `folder-read-only`, `folder-io`.
    """
    with problems(folder):
        if not folder.is_dir():
            return OnStick((), ())
        top = disk.listed(folder)
        files = sorted([*top, *(each for below in top if below.is_dir() for each in disk.listed(below))])
    codes = tuple(f"{code}_" for code in {book.facts.code, code_at_county(book)})
    return OnStick(
        tuple(path for path in files if path.suffix.lower() == SUFFIX),
        tuple(
            path for path in files if path.suffix.lower() == RECEIPT_SUFFIX and path.name.startswith(codes)
        ),
    )


def require_own_stick(book: SchoolBook, folder: Path) -> None:
    """Raise Problem `stick-of-other-county` when a folder holds round files, and none of the believed county.

    What cannot be read there says nothing about whose stick it is.
    """
    county = county_of(book)
    if county is None:
        return
    others: list[Certificate] = []
    for path in on_stick(book, folder).rounds:
        try:
            certificate = certificate_in(read_limited(path, MAX_BYTES))
        except Problem:
            continue
        if certificate.root == county.root:
            return
        others.append(certificate)
    if others:
        raise Problem("stick-of-other-county", name=others[0].name, own=county.name)


def _require_of_workbook(book: SchoolBook, said: Round) -> None:
    _require_same_county(book, said.certificate)
    if said.year != book.year:
        raise Problem("round-other-year", year=said.year, own=book.year)
    if said.practice != book.practice:
        raise Problem("round-practice")


def _require_same_county(book: SchoolBook, certificate: Certificate) -> None:
    own = book.county or UNKNOWN_COUNTY
    if own not in {certificate.county, UNKNOWN_COUNTY}:
        raise Problem("county-differs", name=certificate.name, county=certificate.county, own=own)


def _stored(book: SchoolBook) -> list[round_file.RoundFile]:
    with book.workbook.reading() as door:
        contents = list(handed.round_files(door))
    return [read_round(content) for content in contents]
