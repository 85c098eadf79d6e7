"""What became of what a school handed in: the county's receipts, the telephone code, the questions.

A receipt is signed; it is believed once the 30 digits of the county's notice were typed. Before that it
is kept and shown, and everything that comes from it says so. Of one county's receipts (one root key) the
newest decides, by epoch and number, never by a clock; only between a receipt and a telephone call on this
computer the later one does. A number says nothing across roots: while none is believed and receipts of
several lie here, none of them masks another, and nothing is decided.
"""

from __future__ import annotations

import datetime
import hmac
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from db import journal
from db.problems import Problem
from db.records.catalog import SCHOOL_RECORDS
from db.records.spec import carried
from db.tables import PHONED, RECEIPT, SENT, TAKEN
from db.workbook import now, who
from eduapp.exchange import receipt_file
from eduapp.exchange.receipt_file import PHONE_DIGITS, STATUSES, ReceiptFile, phone_code, read_receipt
from eduapp.exchange.stick import read_limited
from eduapp.exchange.submission import inspect, open_verified
from eduapp.services.hand_off import own_files, rounds, sending
from eduapp.services.hand_off.asked_cells import AskedCell, CorrectedCell, is_personal
from eduapp.services.keys import writer
from eduapp.services.packing import draft_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from db.records.draft import Draft
    from eduapp.exchange.receipt_file import Receipt, ReceiptLine
    from eduapp.exchange.signing import PublicKey
    from eduapp.services.books import SchoolBook
    from eduapp.services.hand_off.sending import Sent

MAX_RECEIPT_BYTES: Final = 4 * 1024 * 1024
UNCHECKED: Final = "县级密钥未核对"
"""Stands beside everything that comes from a receipt of a county whose 30 digits were not typed yet."""


_WAITS: Final = (
    "县里有 {0} 个以本校名义、由未登记的密钥签名的文件。如果这台电脑的密钥还没有登记,"
    "请打印登记表,盖章后交县里;登记后自动接收,不用重新上报。"
)
SEVERAL: Final = "有 {0} 套县级密钥签的回执,不知道哪一套是本县的:请按县里的通知录入 30 位数字"
"""Said of every submission while receipts of several roots lie here and no county is believed."""


class HandedInState(StrEnum):
    """How a submission stands, as far as this school knows."""

    UNCONFIRMED = "已交出,未确认"
    ACCEPTED = "已接收"
    TO_CORRECT = "需更正"
    SUPERSEDED = "被新文件取代"
    CONFLICT = "有冲突,待县里裁定"
    HELD = "待县里核验"
    REFUSED = "被退回"
    WITHDRAWN = "已撤回"
    LOST = "县里没有,请再交一次"


_STATES: Final[Mapping[str, HandedInState]] = {
    receipt_file.ACCEPTED: HandedInState.ACCEPTED,
    receipt_file.TO_CORRECT: HandedInState.TO_CORRECT,
    receipt_file.SUPERSEDED: HandedInState.SUPERSEDED,
    receipt_file.CONFLICT: HandedInState.CONFLICT,
    receipt_file.HELD: HandedInState.HELD,
    receipt_file.REFUSED: HandedInState.REFUSED,
    receipt_file.WITHDRAWN: HandedInState.WITHDRAWN,
}


@dataclass(frozen=True)
class Standing:
    """A submission with its state. `text` says why or what to do; `by_phone`: proved by the 12 digits."""

    sent: Sent
    state: HandedInState
    text: str = ""
    checked: bool = True
    by_phone: bool = False

    @property
    def words(self) -> str:
        """The state as it is shown: 「已接收(电话)」, 「已接收(县级密钥未核对)」."""
        if self.by_phone:
            return f"{self.state}(电话)"
        return self.state if self.checked else f"{self.state}({UNCHECKED})"


@dataclass(frozen=True)
class Known:
    """What is known of everything that was handed in. `number` 0: no receipt yet.

    `others`: submissions in the newest receipt that were not made with this workbook; `strangers`: files
    in this school's name whose key the county has not admitted; `roots`: how many counties' receipts lie
    here, by their root keys, more than one only while none is believed.
    """

    standings: tuple[Standing, ...]
    questions: tuple[AskedCell, ...]
    corrections: tuple[CorrectedCell, ...]
    number: int = 0
    checked: bool = True
    county: str = ""
    others: int = 0
    strangers: int = 0
    roots: int = 0


@dataclass(frozen=True)
class ReadReceipt:
    """A receipt that was read. `new`: not known before; `older`: a newer one is known, it changes nothing."""

    said: Receipt
    checked: bool
    new: bool
    older: bool
    known: Known


@dataclass(frozen=True)
class _KeptReceipt:
    """A receipt that was kept. `named_before`: the submissions that earlier ones speak of."""

    file: ReceiptFile
    at: str
    named_before: frozenset[str] = frozenset()

    @property
    def order(self) -> tuple[int, int, str]:
        said = self.file.said
        return said.certificate.epoch, said.number, self.file.id


def read(book: SchoolBook, data: bytes) -> ReadReceipt:
    """Keep a receipt and say what it changes; one that is not believed yet is kept as unchecked.

    Raises Problem: those of the file, `county-differs`, `county-root-differs`, `receipt-other-school`,
    `receipt-other-year`, `receipt-practice`, `receipt-old-key`.
    """
    found = read_receipt(data)
    said = found.said
    checked = _is_believed(book, said)
    if not _is_ours(book, said):
        raise Problem("receipt-other-school", name=said.name, school=said.school)
    if said.year != book.year:
        raise Problem("receipt-other-year", year=said.year, own=book.year)
    if said.practice != book.practice:
        raise Problem("receipt-practice")
    root = said.certificate.root
    before = _newest(book, root)
    new = _keep(book, found, data, checked=checked)
    at = _KeptReceipt(found, "")
    older = before is not None and before.file.id != found.id and before.order > at.order
    return ReadReceipt(said, checked, new, older, known(book, root))


def read_file(book: SchoolBook, path: Path) -> ReadReceipt:
    """Read a receipt from a stick or folder: `read`, and the Problems of reading a file."""
    return read(book, read_limited(path, MAX_RECEIPT_BYTES))


def known(book: SchoolBook, root: PublicKey | None = None) -> Known:
    """Return what is known now; while no county is believed, `root` tells whose receipts are asked for."""
    made, roots = sending.sent(book), _roots(book)
    newest = _newest(book, root or next(iter(roots))) if root or len(roots) == 1 else None
    phoned = _phoned(book)
    if newest is None:
        text = SEVERAL.format(len(roots)) if len(roots) > 1 else ""
        standings = tuple(_standing(each, None, phoned, checked=True, text=text) for each in made)
        return Known(standings, (), (), roots=len(roots))
    said = newest.file.said
    checked = _root_is_believed(book, said)
    own = {each.id for each in made} | _taken(book)
    return Known(
        standings=tuple(_standing(each, newest, phoned, checked=checked) for each in made),
        questions=_questions(book, said, checked=checked),
        corrections=tuple(
            CorrectedCell(each.record, each.key, each.field, each.base, each.value, each.reason)
            for each in said.overlays
        ),
        number=said.number,
        checked=checked,
        county=said.certificate.name,
        others=sum(line.id not in own for line in said.lines),
        strangers=said.strangers,
        roots=len(roots),
    )


def take_phone_code(book: SchoolBook, submission: str, digits: str) -> Standing:
    """Take the 12 digits that the county read out for a submission; return how it stands by them.

    Raises Problem `phone-code-unreadable`, `phone-code-wrong`, `phone-code-none` (the file was not
    encrypted), `submission-unknown`, `passphrase-needed`.
    """
    spoken = unicodedata.normalize("NFKC", digits)
    typed = "".join(ch for ch in spoken if not ch.isspace() and ch not in "-_.")
    if len(typed) != PHONE_DIGITS or not (typed.isascii() and typed.isdigit()):
        raise Problem("phone-code-unreadable", count=PHONE_DIGITS)
    secret = _secret_of(book, submission)
    fits = [each for each in STATUSES if hmac.compare_digest(phone_code(secret, submission, each), typed)]
    if not fits:
        raise Problem("phone-code-wrong")
    statement = upsert(PHONED).values(submission=submission, status=fits[0], at=now())
    again = {name: statement.excluded[name] for name in ("status", "at")}
    with book.workbook.transaction() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["submission"], set_=again))
        journal.note(connection, "phoned", f"{submission} {fits[0]}", who(), now())
    made = next(handed for handed in sending.sent(book) if handed.id == submission)
    return Standing(made, _STATES[fits[0]], by_phone=True)


# --- believing ---


def _is_believed(book: SchoolBook, said: Receipt) -> bool:
    """Whether a receipt is of the county that is believed; False while none is. Problem for another."""
    try:
        rounds.require_believed(book, said.certificate)
    except Problem as problem:
        if problem.code == "county-not-trusted":
            return False
        raise
    in_force = rounds.in_force(book)
    if in_force is not None and said.certificate.epoch < in_force.certificate.epoch:
        raise Problem("receipt-old-key", name=said.certificate.name)
    return True


def _is_ours(book: SchoolBook, said: Receipt) -> bool:
    """Whether a receipt is this school's: a code alone may be another school's by now (换码).

    One that speaks of files made here is. Else the code must be the one under which the county has this
    school, and the listed school the one that earlier receipts about files made here were of.
    """
    code = rounds.code_at_county(book)
    if said.school not in {book.facts.code, code}:
        return False
    own = {each.id for each in sending.sent(book)} | _taken(book)
    if any(line.id in own for line in said.lines):
        return True
    before = {
        row.id
        for each in _kept(book)
        if each.file.said.certificate.root == said.certificate.root
        and any(line.id in own for line in each.file.said.lines)
        for row in each.file.said.listed
    }
    other = before and said.listed and before.isdisjoint(row.id for row in said.listed)
    return said.school == code and not other


def _root_is_believed(book: SchoolBook, said: Receipt) -> bool:
    county = rounds.county_of(book)
    return county is not None and county.root == said.certificate.root


# --- what is kept ---


def _keep(book: SchoolBook, found: ReceiptFile, data: bytes, *, checked: bool) -> bool:
    with book.workbook.transaction() as connection:
        row = connection.execute(select(RECEIPT.c.checked).where(RECEIPT.c.id == found.id)).first()
        if row is None:
            values = {"id": found.id, "at": now(), "checked": int(checked), "content": data}
            connection.execute(insert(RECEIPT).values(values))
            journal.note(connection, "receipt", found.id, who(), now())
        elif checked and not row.checked:
            connection.execute(update(RECEIPT).where(RECEIPT.c.id == found.id).values(checked=1))
        return row is None


def _kept(book: SchoolBook) -> list[_KeptReceipt]:
    """Return all receipts; once a county is believed, only of that one."""
    with book.workbook.transaction() as connection:
        rows = connection.execute(select(RECEIPT.c.content, RECEIPT.c.at)).all()
    kept = [_KeptReceipt(read_receipt(bytes(row.content)), row.at) for row in rows]
    if rounds.county_of(book) is not None:
        kept = [receipt for receipt in kept if _root_is_believed(book, receipt.file.said)]
    return kept


def _roots(book: SchoolBook) -> frozenset[PublicKey]:
    return frozenset(each.file.said.certificate.root for each in _kept(book))


def _newest(book: SchoolBook, root: PublicKey) -> _KeptReceipt | None:
    """Return the newest receipt of a root."""
    kept = [kept_receipt for kept_receipt in _kept(book) if kept_receipt.file.said.certificate.root == root]
    if not kept:
        return None
    *earlier, newest = sorted(kept, key=lambda each: each.order)
    named = frozenset(line.id for each in earlier for line in each.file.said.lines)
    return replace(newest, named_before=named)


def _phoned(book: SchoolBook) -> dict[str, tuple[str, str]]:
    with book.workbook.transaction() as connection:
        return {row.submission: (row.status, row.at) for row in connection.execute(select(PHONED))}


def _taken(book: SchoolBook) -> set[str]:
    """Return the ids of the school's other computer's submissions whose state was taken over here."""
    with book.workbook.transaction() as connection:
        return set(connection.execute(select(TAKEN.c.id)).scalars())


# --- how each stands ---


def _standing(
    made: Sent,
    newest: _KeptReceipt | None,
    phoned: Mapping[str, tuple[str, str]],
    *,
    checked: bool,
    text: str = "",
) -> Standing:
    line = _line_of(newest, made.id)
    call = phoned.get(made.id)
    if call is not None and (line is None or newest is None or _moment(call[1]) >= _moment(newest.at)):
        return Standing(made, _STATES[call[0]], by_phone=True)
    if newest is None:
        return Standing(made, HandedInState.UNCONFIRMED, text)
    if line is None:
        lost = made.id in newest.named_before
        state = HandedInState.LOST if lost else HandedInState.UNCONFIRMED
        waits = _WAITS.format(newest.file.said.strangers) if newest.file.said.strangers else ""
        return Standing(made, state, waits, checked=checked or not lost)
    return Standing(made, _STATES[line.status], line.text or "", checked)


def _line_of(newest: _KeptReceipt | None, submission: str) -> ReceiptLine | None:
    lines = newest.file.said.lines if newest else ()
    return next((line for line in lines if line.id == submission), None)


def _moment(at: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(at)


def _questions(book: SchoolBook, said: Receipt, *, checked: bool) -> tuple[AskedCell, ...]:
    found = []
    opened: dict[str, Draft | None] = {}
    for each in said.questions:
        asked = AskedCell(
            each.id, each.submission, each.record, each.key, each.field, each.text, each.base, checked=checked
        )
        if is_personal(asked.place):
            asked = _with_own_base(book, asked, opened)
        found.append(asked)
    return tuple(found)


def _with_own_base(book: SchoolBook, asked: AskedCell, opened: dict[str, Draft | None]) -> AskedCell:
    """Put in what a personal cell said when it was asked about: from the sealed file kept here."""
    if asked.submission not in opened:
        opened[asked.submission] = _stated(book, asked.submission)
    draft = opened[asked.submission]
    if draft is None or asked.key not in draft.rows[asked.record]:
        return replace(asked, known=False)
    row = draft.rows[asked.record][asked.key]
    field = SCHOOL_RECORDS[asked.record].fields[asked.field]
    return replace(asked, base=carried(field, row[asked.field])[0])


def _stated(book: SchoolBook, submission: str) -> Draft | None:
    """Return what a submission of this school states; None where it cannot be opened here now."""
    content = _content(book, submission)
    if content is None:
        return None
    try:
        found = open_verified(content, lambda _manifest, _key: None, writer.archives_of(book.workbook))
    except Problem as problem:
        if problem.code in {"passphrase-needed", "not-for-us"}:
            return None
        raise
    own_files.require_same(book.workbook, submission, found)
    return draft_of(found)


def _secret_of(book: SchoolBook, submission: str) -> str:
    content = _content(book, submission)
    if content is None:
        raise Problem("submission-unknown", id=submission[:8])
    about = inspect(content, writer.archives_of(book.workbook))
    own_files.require_same(book.workbook, submission, about)
    if about.manifest.receipt_secret is None:
        raise Problem("phone-code-none")
    return about.manifest.receipt_secret


def _content(book: SchoolBook, submission: str) -> bytes | None:
    """Return the stored bytes: of this workbook's own, or of the school's other computer."""
    with book.workbook.transaction() as connection:
        for table in (SENT, TAKEN):
            found = connection.execute(select(table.c.content).where(table.c.id == submission)).scalar()
            if found is not None:
                return bytes(found)
    return None
