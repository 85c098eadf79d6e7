"""Whose key is admitted: by the 30 digits of the paper form, by the key before, or unchecked.

A key asks to be admitted by a request (`.edukey`) or by a submission it signed; both are an `Applicant`.
The program compares digits that were typed or scanned, nobody compares by eye; they cover county, school
and key, so a school's form admits no key for another school. What a school is called is the list's word;
a key beside one that stands by paper already is 换发 and needs a reason. Keys that are revoked speak no
more, but for the last good submission and what lies before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from db import journal, thin
from db.problems import Problem
from db.records.values import clean
from db.workbook import now, who
from eduapp.exchange.key_request import SUFFIX
from eduapp.exchange.round_file import read_round
from eduapp.exchange.signing import PublicKey, allowed_signers, digits_of_line
from eduapp.exchange.voucher import FORM
from eduapp.services.county import held, signed_log
from eduapp.services.county.logged import ADMITTED
from eduapp.services.county.naming import called
from eduapp.services.hand_off.applicants import (
    applicant,
    held_applicant,
    read_applicant,
    require_county,
    require_covered,
    require_of_county,
)
from eduapp.services.keys import county_keys
from eduapp.services.merge import admission
from eduapp.services.merge.admission import KEY_REVOKED, NOT_ADMITTED, NOT_LISTED, PAPER, UNCHECKED, UNREAD
from eduapp.services.merge.decisions import REVOKE
from eduapp.services.personal import require_unnumbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from db.door import Door
    from eduapp.exchange.key_request import Request
    from eduapp.exchange.manifest import Manifest
    from eduapp.exchange.submission import Unverified
    from eduapp.services.county.books import AdmittedKey, CountyBook
    from eduapp.services.county.kept import Received
    from eduapp.services.county.signed_log import Line
    from eduapp.services.hand_off.applicants import Applicant
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.listing import Listing

_ADMISSION: Final = ("how", "before", "archive", "form", "name", "at")
ID_DIGITS = 8
"""So many digits of an id stand in a file's name, and are enough to name it by."""
NEED_REASON = frozenset({"key-replaces", "code-had-others"})
"""Problems that end where a person writes down why a key is admitted all the same."""
ROTATED = admission.ROTATED
"""A key that the checked key before it vouches for (换发): no paper is needed."""


@dataclass(frozen=True)
class Requests:
    """Requests found in folders: those that ask, those admitted at once (换发), files that are none."""

    asking: tuple[Applicant, ...]
    rotated: tuple[Applicant, ...]
    troubled: tuple[tuple[str, Problem], ...]


# --- admitting ---


def admit(book: CountyBook, file: Path, digits: str, reason: str = "") -> Applicant:
    """Admit the key of a request or a submission when the digits of the paper form cover it.

    Raises Problem `digits-differ`, `digits-unreadable`, `form-outdated`, `form-other-school`,
    `not-a-key-form`, `key-revoked`, those of `NEED_REASON`, and those of the file.
    """
    found = read_applicant(book, file)
    admit_applicants(book, [found], digits, reason)
    return found


def admit_unchecked(
    book: CountyBook, files: Sequence[Path], reason: str = ""
) -> tuple[list[Applicant], list[tuple[Path, Problem]]]:
    """Admit the keys of files without paper; recorded, printed and shown as unchecked.

    What is wrong with one file keeps none of the others out. Returns who was admitted, and the files
    that admit nobody, each with its Problem.
    """
    found: list[Applicant] = []
    troubled: list[tuple[Path, Problem]] = []
    for file in files:
        try:
            each = read_applicant(book, file)
            _require_admissible(book, each, reason)
        except Problem as problem:
            troubled.append((file, problem))
        else:
            found.append(each)
    admit_applicants(book, found, None, reason)
    return found, troubled


def admit_held(
    book: CountyBook, submission: str, digits: str | None, public_key: str = "", reason: str = ""
) -> None:
    """Admit the key of a held submission, by digits or (None) unchecked.

    `public_key` names one of several signers whose copies of it are held.
    """
    held = next(copy for copy in book.copies.values() if _is(copy, submission, public_key))
    admit_applicants(book, [held_applicant(book, held)], digits, reason)


def admit_applicants(
    book: CountyBook, found: Sequence[Applicant], digits: str | None, reason: str = ""
) -> None:
    """Admit keys, by digits that fit each of them or (None) unchecked.

    A school that has a key by paper already gets another only with a reason (换发): Problem `key-replaces`;
    so does one whose code was another's: `code-had-others`.
    """
    for each in found:
        if digits is not None:
            require_covered(book, each, digits)
        _require_admissible(book, each, reason)
    how = UNCHECKED if digits is None else PAPER
    with book.writing() as (door, lines):
        for each in found:
            known = book.reason_of((each.bearing, each.key.line)) or book.reason_of(each.place)
            lines.extend(_write(door, book.listing, each, how, reason=clean(reason) or known))
    book.reload()


def on_paper(book: CountyBook, of: Applicant) -> list[AdmittedKey]:
    """Return the other keys of a school that stand by paper, or by the word of one that does.

    None for a key that stands by paper itself, or that one of these vouches for.
    """
    stopped = revocations(book)
    own = [key for key in book.keys if key.school == of.code and key.how != UNCHECKED]
    if of.key.line in {each.public_key for each in own}:
        return []
    return [key for key in own if key.place not in stopped]


def admit_rotated(
    book: CountyBook, said: Request | Manifest | Applicant, key: PublicKey, archive: str | None = None
) -> bool:
    """Admit a key for which an admitted key of its school vouches; False where there is none.

    It is as good as the key before, and for as long: after one that nobody checked it is unchecked too,
    after one by an old form it stands by the old form. Raises Problem `signature-invalid` when what it
    carries is no signature of the key before for exactly this county, school, writer and key.
    """
    voucher = said.replaces
    if voucher is None or is_admitted(book, said.school, key):
        return False
    voucher.require_fits(said.county, said.school, said.writer, key)
    if not _passes_on(book, said.school, voucher.key, key) or voucher.is_old:
        return False
    with book.writing() as (door, lines):
        found = applicant(book, said, key, archive, "")
        lines.extend(_write(door, book.listing, found, ROTATED, voucher.key.line))
    book.reload()
    return True


# --- reading what asks ---


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
        asking[found.place] = found
    rotated = _rotate(book, asking)
    return Requests(tuple(asking.values()), tuple(rotated), tuple(troubled))


# --- the register ---


def is_admitted(book: CountyBook, school: str, key: PublicKey) -> bool:
    """Whether a key may speak for a school that a code means; a revoked one still counts as admitted."""
    return book.judged.is_known(school, key.line)


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
    return book.decide(REVOKE, last_good, reason, details={"key": key, **book.listing.naming(school)})


def revoke_after(book: CountyBook, school: str, last_good: str, reason: str) -> Decision:
    """Revoke the key that signed a submission of a school, given by its first 8 digits or more.

    Raises Problem `submission-unknown` where none or several fit, and those of `revoke`.
    """
    code = book.listing.current(school)
    fits = [
        copy
        for copy in book.copies.values()
        if copy.member.school == code and copy.admitted and copy.member.id.startswith(last_good.lower())
    ]
    if len(last_good) < ID_DIGITS or len(fits) != 1:
        raise Problem("submission-unknown", id=last_good)
    return revoke(book, code, fits[0].public_key, fits[0].member.id, reason)


def revocations(book: CountyBook) -> Mapping[tuple[str, str], str]:
    """Return (code now, public key) -> the last good submission ("" for none) of every revoked key."""
    stopped = admission.revocations(book.decisions, book.listing)
    return {(book.listing.code_of(school), key): good for (school, key), good in stopped.items()}


def why_held(held: Received) -> Problem | None:
    """Return why a held submission still waits; None when it can be tried again."""
    if held.why in {"", UNREAD}:
        return None
    return why_waiting(held.why, held.name, held.member.school)


def why_waiting(why: str, name: str, school: str) -> Problem:
    """Say why a submission waits, by the code of `admission.judge`."""
    told = {
        KEY_REVOKED: Problem("key-revoked", name=name),
        NOT_LISTED: Problem("school-not-listed", name=name, school=school),
        NOT_ADMITTED: Problem("key-not-admitted", name=name),
        UNREAD: Problem("unread", name=name),
    }
    return told[why]


def digits_of(public_key: str) -> str:
    """Return the 30 digits of a key of the register, in six groups of five."""
    return digits_of_line(public_key)


def signers(book: CountyBook) -> str:
    """Return the register in OpenSSH's allowed_signers form, for checking without this program.

    Revoked keys are left out: stock tools know no last good submission. A key stands under the codes that
    its school had, too, but for those that another school has now.
    """
    stopped, listing = revocations(book), book.listing
    return allowed_signers(
        [
            (code, PublicKey.from_line(each.public_key))
            for each in book.keys
            if each.place not in stopped
            for code in listing.codes_of(each.school)
            if listing.current(code) == each.school
        ]
    )


# --- what a submission must be, before its tables are read ---


def require_fitting_voucher(about: Unverified) -> None:
    """Raise Problem `signature-invalid` for a voucher that is not of exactly this key, school and writer."""
    said = about.manifest
    if said.replaces is not None:
        said.replaces.require_fits(said.county, said.school, said.writer, about.key)


def require_own(book: CountyBook, about: Unverified, *, accepted: bool = False) -> None:
    """Raise a Problem where no decision can make a submission acceptable: county, recipients, round, kind.

    Raises `other-county`, `plain-refused`, `other-recipients`, `recipients-missing`, `other-round`,
    `practice-data`, in the order of docs/submission.md, "1. The package": another county's file is sent
    home before anything is asked of it that only our own schools can do. `accepted`: it came in before;
    what came in is asked for no seal again.
    """
    manifest = about.manifest
    require_county(book, manifest.county, manifest.name)
    if not accepted:
        _require_recipients(book, about)
    require_of_county(book, manifest.county, manifest.year, manifest.name, practice=manifest.practice)
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
    own = county_keys.certificate_of(book.workbook)
    with book.workbook.reading() as door:
        rows = list(thin.select(door, held.ROUND_FILE, ("id", "content")))
    found: list[set[str]] = []
    for made, content in rows:
        book.require_held((held.ROUND, made), content)
        said = read_round(content).said.certificate
        if own is not None and said.root == own.root:
            found.append(set(said.recipients))
    return [each for each in found if each]


# --- parts ---


def _passes_on(book: CountyBook, school: str, before: PublicKey, key: PublicKey) -> bool:
    """Whether a key may pass its place on to another: it is admitted, and neither is revoked."""
    bearing, _ = place = book.judged.place(school, before.line)
    either = {place, (bearing, key.line)}
    stopped = admission.revocations(book.decisions, book.listing)
    return place in book.judged.register and not either & set(stopped)


def _require_admissible(book: CountyBook, each: Applicant, reason: str) -> None:
    """Raise Problem `key-revoked`, `text-numbered`; `code-had-others`, `key-replaces`: it needs a reason.

    A form covers a code, and a code that was given again can stand on a form from before.
    """
    require_unnumbered(("理由", reason))
    if each.place in revocations(book):
        raise Problem("key-revoked", name=each.called)
    if each.others and not clean(reason) and not is_admitted(book, each.school, each.key):
        before = "、".join(f"{called(book, code, '')}({code})" for code in each.others)
        raise Problem("code-had-others", name=each.called, school=each.school, before=before)
    if not clean(reason) and (known := on_paper(book, each)):
        raise Problem("key-replaces", name=each.called, school=each.school, at=known[-1].at[:10])


def _rotate(book: CountyBook, asking: dict[tuple[str, str], Applicant]) -> list[Applicant]:
    """Admit those whose key before is admitted, as far as they lead; their vouchers were checked."""
    rotated: list[Applicant] = []
    while True:
        found = [
            (each, voucher.key)
            for each in asking.values()
            if (voucher := each.replaces) is not None
            and not voucher.is_old
            and not is_admitted(book, each.school, each.key)
            and _passes_on(book, each.school, voucher.key, each.key)
        ]
        if not found:
            return rotated
        with book.writing() as (door, lines):
            for each, before in found:
                lines.extend(_write(door, book.listing, each, ROTATED, before.line))
                del asking[each.place]
        book.reload()
        rotated += [each for each, _ in found]


def _is(each: Received, submission: str, public_key: str) -> bool:
    return each.member.id == submission and public_key in {"", each.public_key}


def _request_files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.rglob("*") if file.suffix.lower() == SUFFIX)
        else:
            files.append(path)
    return list(dict.fromkeys(files))


def _write(
    door: Door,
    listing: Listing,
    each: Applicant,
    how: str,
    before: str | None = None,
    reason: str = "",
) -> list[Line]:
    """Write a key into the register; what is worth more is never taken back by what is worth less.

    Returns the line of the log.
    """
    values = {"how": how, "at": now(), "archive": each.archive, "before": before, "form": FORM}
    rows = thin.select(door, ADMITTED, ("school",), {"public_key": each.key.line})
    school = next((kept for (kept,) in rows if listing.bearing(kept) == each.bearing), each.bearing)
    place = {"public_key": each.key.line, "school": school}
    known = next(thin.select_named(door, ADMITTED, _ADMISSION, place), None)
    kept = {name: value for name, value in values.items() if name != "archive" or value}
    if known is None:
        thin.insert(door, ADMITTED, [place | {"name": each.listed or each.name} | values])
    elif before is None and (
        known["before"] is not None or admission.outranks((how, FORM), (known["how"], known["form"]))
    ):
        thin.update(door, ADMITTED, place, kept)
    elif how == PAPER and each.archive:
        thin.update(door, ADMITTED, place, {"archive": each.archive, "at": now()})
    said = " ".join(one for one in (*each.place, reason) if one)
    journal.note(door, f"key-{how}", said, who(), now())
    (written,) = thin.select(door, ADMITTED, _ADMISSION, place)
    return [signed_log.with_reason(signed_log.admit((school, each.key.line), *written), reason)]
