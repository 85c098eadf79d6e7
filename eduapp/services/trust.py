"""Whose key is admitted: by the 30 digits of the paper form, or unchecked, which is shown everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects.sqlite import insert as upsert

from db import journal
from db.problems import Problem
from db.tables import ADMITTED
from db.workbook import now, who
from eduapp.exchange.container import MAX_BYTES
from eduapp.exchange.signing import PublicKey, allowed_signers, parse_digits
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import Unverified, inspect
from eduapp.services.county_books import PAPER, UNCHECKED
from eduapp.services.packing import UNKNOWN_COUNTY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eduapp.exchange.manifest import Manifest
    from eduapp.services.county_books import CountyBook, Received


def admit(book: CountyBook, file: Path, digits: str) -> Unverified:
    """Admit the key that signed a file when the digits typed from paper are its fingerprint.

    The program compares, nobody compares by eye. Raises Problem `digits-differ`, `digits-unreadable`.
    """
    about = inspect(read_limited(file, MAX_BYTES))
    require_own(book, about.manifest)
    if parse_digits(digits) != about.key.fingerprint:
        raise Problem("digits-differ", path=file.name, name=about.manifest.name)
    _admit(book, [about], PAPER)
    return about


def admit_unchecked(book: CountyBook, files: Sequence[Path]) -> list[Unverified]:
    """Admit the keys of files without paper; recorded, printed and shown as unchecked."""
    found = [inspect(read_limited(file, MAX_BYTES)) for file in files]
    for about in found:
        require_own(book, about.manifest)
    _admit(book, found, UNCHECKED)
    return found


def admit_held(book: CountyBook, submission: str, digits: str | None) -> None:
    """Admit the key of a held submission, by digits or (None) unchecked."""
    about = inspect(book.content(submission))
    if digits is not None and parse_digits(digits) != about.key.fingerprint:
        raise Problem("digits-differ", path=submission[:8], name=about.manifest.name)
    _admit(book, [about], UNCHECKED if digits is None else PAPER)


def is_admitted(book: CountyBook, school: str, key: PublicKey) -> bool:
    """Whether a key may speak for a school."""
    return any(each.public_key == key.line and each.school == school for each in book.keys)


def reason_to_hold(book: CountyBook, school: str, name: str, key: PublicKey) -> Problem | None:
    """Return why a submission can only be held: its school is not on the list, its key not admitted."""
    if book.expected and school not in book.expected:
        return Problem("school-not-listed", name=name, school=school)
    if not is_admitted(book, school, key):
        return Problem("key-not-admitted", name=name, digits=key.digits)
    return None


def why_held(book: CountyBook, held: Received) -> Problem | None:
    """Return why a held submission still waits; None when it can be tried again."""
    return reason_to_hold(book, held.member.school, held.name, PublicKey.from_line(held.public_key))


def digits_of(public_key: str) -> str:
    """Return the 30 digits of a key of the register, in six groups of five."""
    return PublicKey.from_line(public_key).digits


def signers(book: CountyBook) -> str:
    """Return the register in OpenSSH's allowed_signers form, for checking without this program."""
    return allowed_signers([(each.school, PublicKey.from_line(each.public_key)) for each in book.keys])


def require_own(book: CountyBook, manifest: Manifest) -> None:
    """Raise a Problem unless a submission is for this county, this round and this kind of data."""
    if manifest.county not in {book.code, UNKNOWN_COUNTY}:
        raise Problem("other-county", name=manifest.name, county=manifest.county, own=book.code)
    if manifest.year != book.year or manifest.round != str(book.year):
        raise Problem("other-round", name=manifest.name, year=manifest.year, own=book.year)
    if manifest.practice and not book.practice:
        raise Problem("practice-data", name=manifest.name)


def _admit(book: CountyBook, found: Sequence[Unverified], how: str) -> None:
    """Write keys into the register; paper outranks unchecked and is never taken back by it."""
    with book.workbook.transaction() as connection:
        for about in found:
            statement = upsert(ADMITTED).values(
                public_key=about.key.line,
                school=about.manifest.school,
                name=about.manifest.name,
                how=how,
                at=now(),
            )
            if how == PAPER:
                statement = statement.on_conflict_do_update(
                    index_elements=["public_key", "school"], set_={"how": PAPER, "at": now()}
                )
            else:
                statement = statement.on_conflict_do_nothing()
            connection.execute(statement)
            journal.note(connection, f"key-{how}", f"{about.manifest.school} {about.key.line}", who(), now())
    book.reload()
