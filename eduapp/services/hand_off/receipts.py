"""The county's receipts (回执): what became of each submission of a school, signed, on the same stick.

A receipt is a pure function of the set, the decisions, the questions, the overlays and what was
refused: the order in which files came plays no part, and the same state gives the stored bytes again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from db import journal, thin
from db.files import require_folder
from db.problems import Problem
from db.workbook import now, who
from eduapp.exchange import stick
from eduapp.exchange.receipt_file import (
    ACCEPTED,
    CONFLICT,
    HELD,
    STATUSES,
    SUPERSEDED,
    TO_CORRECT,
    WITHDRAWN,
    AskedQuestion,
    Overlaid,
    Receipt,
    ReceiptLine,
    build_receipt,
    phone_code,
    read_receipt,
    receipt_name,
)
from eduapp.exchange.receipt_file import REFUSED as REFUSED_STATUS
from eduapp.exchange.submission import inspect
from eduapp.services.county import held, kept, signed_log
from eduapp.services.hand_off import chains, questions
from eduapp.services.jobs import Progress
from eduapp.services.keys import county_keys
from eduapp.services.merge import merging
from eduapp.services.merge.admission import KEY_REVOKED, UNREAD
from eduapp.services.merge.decisions import WITHDRAW

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Mapping
    from pathlib import Path

    from eduapp.exchange.authority import Certificate
    from eduapp.exchange.chains import Chains
    from eduapp.exchange.receipt_file import Decided, OnList
    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.kept import Received, Refused
    from eduapp.services.merge.merging import SchoolView
    from eduapp.services.merge.overlays import Placed

STATUS_WORDS: Final[Mapping[str, str]] = {
    ACCEPTED: "已接收",
    TO_CORRECT: "需更正",
    SUPERSEDED: "已被取代",
    CONFLICT: "有冲突",
    HELD: "待核验",
    REFUSED_STATUS: "拒收",
    WITHDRAWN: "已撤回",
}
HELD_TEXTS: Final[Mapping[str, str]] = {
    "key-not-admitted": "县里还没有登记这台电脑的签名密钥。请打印登记表,盖章后交县里;"
    "登记后自动接收,不用重新上报。",
    "school-not-listed": "本校不在县里的学校名单中。请与县里核对学校代码和名称;名单补上后自动接收。",
}
"""What a school does about a held file, by why it is held: the county's own text is for the county."""
_HELD_OTHERWISE: Final = "文件已留存,等待县里核验。请与县里联系。"
_CONFLICT: Final = (
    "本校有两个互不相承的上报文件,例如在两台电脑上各填了一份。两份都已留存,请告诉县里以哪一份为准。"
)
_ASIDE: Final = "县里裁定采用本校的另一个上报文件。"
_LATER_DRAFT: Final = "这是正式上报之后的草稿,只作进度参考;汇总仍以正式文件为准。"
_KEY_REVOKED: Final = "签这个文件的密钥已停用。请在密钥有效的电脑上重新上报,或重新办理登记表。"
_GROUP: Final = 4


@dataclass(frozen=True)
class Issued:
    """A school's receipt as it lies on the stick; `again`: nothing changed, these are the stored bytes."""

    school: str
    name: str
    number: int
    path: str
    again: bool
    counts: Mapping[str, int]
    questions: int
    overlays: int

    @property
    def text(self) -> str:
        """What the receipt says, in short: 「已接收 1、已被取代 2;提问 1」."""
        parts = [f"{STATUS_WORDS[each]} {self.counts[each]}" for each in STATUSES if self.counts[each]]
        said = "、".join(parts) or "没有上报文件"
        asked = f";提问 {self.questions} 处" if self.questions else ""
        return said + asked + (f";县级更正 {self.overlays} 格" if self.overlays else "")


@dataclass(frozen=True)
class IssueReport:
    """All receipts of one run."""

    rows: tuple[Issued, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        """Submissions by status, over all receipts."""
        found: Counter[str] = Counter()
        for each in self.rows:
            found.update(each.counts)
        return found

    @property
    def again(self) -> int:
        """Receipts that say what the last one said."""
        return sum(each.again for each in self.rows)

    @property
    def sum_text(self) -> str:
        """The sums as they are shown; both add up."""
        fresh = len(self.rows) - self.again
        total = sum(self.counts.values())
        parts = " + ".join(f"{STATUS_WORDS[each]} {self.counts[each]}" for each in STATUSES)
        return f"回执 {len(self.rows)} 份 = 新写 {fresh} + 无变化 {self.again};上报文件 {total} 个 = {parts}"


class Material:
    """What all receipts of one moment (or those of one school) are made of, read once."""

    def __init__(self, book: CountyBook, school: str | None = None) -> None:
        """Read it; submissions under questions are opened, those under overlays when they are asked for."""
        self.book = book
        self.certificate: Certificate | None = county_keys.certificate_of(book.workbook)
        self.view = book.view()
        self.gone = merging.withdrawn(book.decisions)
        self.reasons = {each.submission: each.reason for each in book.decisions if each.kind == WITHDRAW}
        self.asked = questions.open_questions(book, school)
        self.received: dict[str, list[Received]] = defaultdict(list)
        self.refused: dict[str, list[Refused]] = defaultdict(list)
        self.strangers: Counter[str] = Counter()
        """School -> files in its name that none of its admitted keys signed."""
        judged, listing = book.judged, book.listing
        for received in book.copies.values():
            if judged.place_of(received.header) in judged.register:
                self.received[received.member.school].append(received)
            else:
                self.strangers[received.member.school] += 1
        self.strangers.update(listing.current(each.school) for each in book.unkept.values())
        with book.workbook.reading() as door:
            for row in kept.refused_in(door):
                if not row.school:
                    continue
                place = judged.place(row.school, row.public_key)
                if place in judged.register:
                    self.refused[listing.code_of(place[0])].append(row)
                else:
                    self.strangers[listing.current(row.school)] += 1

    @cached_property
    def placed(self) -> Mapping[str, list[Placed]]:
        """The county's overlays by school."""
        found: dict[str, list[Placed]] = defaultdict(list)
        for each in self.book.overlays():
            found[each.overlay.school].append(each)
        return found

    @cached_property
    def chains(self) -> Chains:
        """How far the chain of decisions and the list are."""
        return chains.chains_of(self.book)

    @cached_property
    def decisions(self) -> Mapping[str, tuple[Decided, ...]]:
        """The decisions about each school, as they travel."""
        return chains.decisions_by_school(self.book)

    @cached_property
    def listed(self) -> Mapping[str, OnList]:
        """Each school's row of the list."""
        return chains.listed(self.book)

    @property
    def schools(self) -> list[str]:
        """Every school that there is anything to say to."""
        # A stranger can name any code: of those only schools of the list are told.
        named = {stranger for stranger in self.strangers if stranger in self.book.expected}
        return sorted({*self.received, *self.refused, *self.asked, *self.placed, *named})

    def name_of(self, school: str) -> str:
        """Return a school's name: the list's, else what it says of itself."""
        listed = self.book.expected.get(school)
        if listed:
            return listed.name
        said = [each.name for each in self.received[school]] + [each.name for each in self.refused[school]]
        return max(said, default=school)


def receipt_of(book: CountyBook, school: str, number: int = 1, material: Material | None = None) -> Receipt:
    """Return what the county says to a school now. Raises Problem `county-keys-none`."""
    at = material or Material(book)
    if at.certificate is None:
        raise Problem("county-keys-none")
    return Receipt(
        certificate=at.certificate,
        number=number,
        round=str(book.year),
        year=book.year,
        practice=book.practice,
        school=school,
        name=at.name_of(school),
        strangers=at.strangers[school],
        log=book.log_position,
        chains=at.chains,
        decisions=at.decisions.get(school, ()),
        listed=tuple(listed for listed in (at.listed.get(school),) if listed),
        lines=tuple(sorted(_lines(at, school), key=lambda line: line.id)),
        questions=tuple(
            AskedQuestion(each.id, each.submission, each.record, each.key, each.field, each.text, each.base)
            for each in sorted(at.asked.get(school, ()), key=lambda each: each.id)
        ),
        overlays=tuple(
            sorted(
                (_overlaid(each) for each in at.placed.get(school, ()) if each.holds),
                key=lambda each: each.id,
            )
        ),
    )


def issue(
    book: CountyBook, folder: Path, schools: Collection[str] | None = None
) -> Generator[Progress, None, IssueReport]:
    """Write the receipt of every school (or of the schools of one stick) into a folder.

    The bytes are kept in the workbook before they go to the stick. Raises Problem
    `county-keys-none`, `county-keys-missing`, `county-key-locked`, `folder-missing` and those of a stick.
    """
    require_folder(folder)
    yield Progress("核对各校情况")
    yield from book.verify_stored()
    at = Material(book)
    wanted = [code for code in at.schools if schools is None or code in schools]
    key = county_keys.signing_key(book.workbook)
    before, kept_as = _marked(book), _kept_as(book)
    made: list[tuple[Receipt, bytes, bool]] = []
    try:
        for done, school in enumerate(wanted):
            yield Progress("签名", done, len(wanted))
            known = _last(book, kept_as.get(school, ()))
            least = before.get(school, 0)
            if known is not None and known[0].number >= least:
                said = receipt_of(book, school, known[0].number, at)
                if replace(said, log=known[0].log, chains=known[0].chains) == known[0]:
                    made.append((known[0], known[1], True))
                    continue
                least = known[0].number
            said = receipt_of(book, school, least + 1, at)
            data = build_receipt(said, key)
            _keep(book, said, data)
            made.append((said, data, False))
    finally:
        book.mark_log()
        numbers = {book.listing.holder(said.school): said.number for said, _, _ in made}
        county_keys.mark_receipts(book.workbook, numbers)
    rows = []
    for done, (said, data, again) in enumerate(made):
        yield Progress("写入并核对", done, len(made))
        rows.append(_issued(said, stick.write_safely(folder, receipt_name(said), data), again=again))
    yield Progress("已写入并核对", len(made), len(made))
    return IssueReport(tuple(rows))


def issue_back(
    book: CountyBook, places: Mapping[Path, Collection[str]]
) -> Generator[Progress, None, IssueReport]:
    """Write receipts onto the sticks from which files came: folder -> the schools whose files lay there."""
    rows: list[Issued] = []
    for folder, schools in places.items():
        report = yield from issue(book, folder, schools)
        rows += report.rows
    return IssueReport(tuple(rows))


def status_of(book: CountyBook, submission: str, material: Material | None = None) -> str:
    """Return what the receipt says of a submission; raises Problem `submission-unknown`."""
    received = book.received.get(submission)
    if received is None:
        raise Problem("submission-unknown", id=submission[:8])
    return _line(material or Material(book, received.member.school), received).status


def phone_code_of(book: CountyBook, submission: str) -> tuple[str, str] | None:
    """Return (status, the 12 digits in groups of four) to be read out; None for a file that was not sealed.

    Raises Problem `submission-unknown`, `county-key-locked`.
    """
    status = status_of(book, submission)
    about = inspect(book.content(submission), book.identities)
    secret = about.manifest.receipt_secret
    if not about.sealed or secret is None:
        return None
    return status, in_groups(phone_code(secret, about.id, status))


def in_groups(digits: str) -> str:
    """Return digits as they are read out: 「1234 5678 9012」."""
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


# --- what is said of each submission ---


def _lines(at: Material, school: str) -> Iterable[ReceiptLine]:
    known: dict[str, Received] = {}
    for each in at.received[school]:  # two of its keys can have signed one list; the one that counts speaks
        if each.member.id not in known or each.admitted:
            known[each.member.id] = at.book.received[each.member.id] if each.admitted else each
    yield from (_line(at, each) for each in known.values())
    for row in at.refused[school]:
        if row.id not in known:  # refused once, taken in later: the set speaks
            yield ReceiptLine(row.id, REFUSED_STATUS, code=row.code, text=row.text)


def _line(at: Material, received: Received) -> ReceiptLine:
    member = received.member
    seq = str(member.seq)
    if received.why == KEY_REVOKED:
        return ReceiptLine(member.id, REFUSED_STATUS, seq, KEY_REVOKED, _KEY_REVOKED)
    if not received.admitted:
        code = None if received.why == UNREAD else received.why
        return ReceiptLine(member.id, HELD, seq, code, HELD_TEXTS.get(code or "", _HELD_OTHERWISE))
    if member.id in at.gone:
        return ReceiptLine(member.id, WITHDRAWN, seq, "withdrawn", at.reasons.get(member.id) or None)
    return _standing(at, at.view[member.school], member.id, seq)


def _standing(at: Material, view: SchoolView, submission: str, seq: str) -> ReceiptLine:
    if submission in {head.id for head in view.heads}:
        if view.conflict:
            return ReceiptLine(submission, CONFLICT, seq, "conflict", _CONFLICT)
        return ReceiptLine(submission, TO_CORRECT if at.asked.get(view.school) else ACCEPTED, seq)
    if submission in {head.id for head in view.not_chosen}:
        return ReceiptLine(submission, SUPERSEDED, seq, "settled", _ASIDE)
    if submission == view.latest.id:
        return ReceiptLine(submission, SUPERSEDED, seq, "draft-after-final", _LATER_DRAFT)
    return ReceiptLine(submission, SUPERSEDED, seq)


def _overlaid(placed: Placed) -> Overlaid:
    """Return an overlay as it travels; personal cells have none."""
    each = placed.overlay
    return Overlaid(each.decision, each.record, each.key, each.field, each.reason, each.base, each.value)


def _issued(said: Receipt, path: Path, *, again: bool) -> Issued:
    counts = Counter(line.status for line in said.lines)
    return Issued(
        said.school, said.name, said.number, str(path), again, counts, len(said.questions), len(said.overlays)
    )


# --- what was issued ---


def _marked(book: CountyBook) -> dict[str, int]:
    """Return the highest number that this computer gave each school, under any code it had."""
    found: dict[str, int] = {}
    for holder, number in county_keys.receipts_before(book.workbook).items():
        school = book.listing.code_now(holder)
        found[school] = max(number, found.get(school, 0))
    return found


def _kept_as(book: CountyBook) -> dict[str, list[str]]:
    """Return each school's code now -> as what it stands beside its receipts: their numbers go on."""
    found: dict[str, list[str]] = defaultdict(list)
    with book.workbook.reading() as door:
        for holder in sorted({school for (school,) in thin.select(door, held.ISSUED, ("school",))}):
            found[book.listing.code_now(holder)].append(holder)
    return found


def _last(book: CountyBook, kept_as: Collection[str]) -> tuple[Receipt, bytes] | None:
    columns, newest = ("number", "school", "content"), "number DESC LIMIT 1"
    with book.workbook.reading() as door:
        rows = [
            row
            for each in kept_as
            for row in thin.select(door, held.ISSUED, columns, {"school": each}, order=newest)
        ]
    if not rows:
        return None
    number, school, content = max(rows)
    book.require_held((held.RECEIPT, held.receipt_key(school, number)), content)
    return read_receipt(content).said, content


def _keep(book: CountyBook, said: Receipt, data: bytes) -> None:
    made, at, holder = read_receipt(data).id, now(), book.listing.holder(said.school)
    values = {"school": holder, "number": said.number, "id": made, "at": at, "content": data}
    place = (held.RECEIPT, held.receipt_key(holder, said.number))
    with book.writing(mark=False) as (door, lines):
        thin.insert(door, held.ISSUED, [values])
        lines.append(signed_log.hold(place, f"{made} {at}", held.digest_of(data)))
        journal.note(door, "receipt", f"{said.school} {said.number}", who(), now())
