"""How each school stands, and what became of every submission that came: nothing here is judged.

Only the list, the heads of the submissions and the register of keys are read: no file is opened, so that
the board stands before any figure does, and while the county's key is locked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from db.characters import quoted
from db.records.choices import SCHOOL_KIND
from eduapp.exchange.signing import digits_of_line
from eduapp.services.county import contacts, standing
from eduapp.services.merge import merging
from eduapp.services.merge.admission import KEY_REVOKED, PAPER, ROTATED
from eduapp.services.merge.merging import FINAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from eduapp.services.county.books import AdmittedKey, CountyBook, Received
    from eduapp.services.county.kept import Refused
    from eduapp.services.merge.merging import SchoolView
    from eduapp.standards.county.register import Difference


class SchoolState(StrEnum):
    """How a school stands on the board."""

    FINAL = "已报"
    DRAFT = "草稿"
    EXPORT = "来自年报"
    """It has not reported, or a site of it has not: what counts is what the statistics say."""
    MISSING = "未报"
    CONFLICT = "冲突"
    HELD = "待核验"


class FileStanding(StrEnum):
    """What became of a submission of the set."""

    COUNTS = "计入汇总"
    CONFLICT = "冲突待裁定"
    ASIDE = "裁定不采用"
    SUPERSEDED = "已被取代"
    LATER_DRAFT = "草稿,只作进度"
    WITHDRAWN = "已撤回"
    REVOKED = "密钥已停用"
    HELD = "待核验"


@dataclass(frozen=True)
class BoardRow:
    """A school on the board; `received` is what counts, else what is held, None while nothing came."""

    code: str
    name: str
    kind: str
    """In words; "" where it is not known."""
    listed: bool
    """Whether it is on the list; every school is where there is none."""
    state: SchoolState
    received: Received | None
    key: AdmittedKey | None
    """The admitted key that signed `received`; None where it is not admitted."""
    key_digits: str
    """Its 30 digits; "" without a key."""
    came: int
    """Submissions of this school that came, held ones too."""
    held: int
    later_draft: bool
    """Whether a draft came after the final."""
    differs: tuple[str, ...] = ()
    """与名册不符, in words."""
    by_export: tuple[str, ...] = ()
    """The codes of its sites, itself or campuses, that stand by the statistics."""
    on_list: bool = False
    """Whether the list names it."""
    contact: str = ""
    """Its township and whom to call, as a school list says."""

    @property
    def called(self) -> str:
        """Its name as people are told it: by the list; in quotes what a file that does not count says."""
        known = self.on_list or self.state is not SchoolState.HELD
        return self.name if known else f"自称{quoted(self.name)}"

    @property
    def key_how(self) -> str:
        """How the key was admitted: "paper", "unchecked", "rotated", or "" where none is."""
        return self.key.how if self.key else ""

    @property
    def key_words(self) -> str:
        """How the key was admitted, in words, "" where none is."""
        return how_admitted(self.key.how, self.key.reason) if self.key else ""


@dataclass(frozen=True)
class HeldRow:
    """A held submission; `why` is the Problem's code, "" when it can be tried again."""

    received: Received
    why: str


@dataclass(frozen=True)
class HistoryRow:
    """A submission that came, and what became of it."""

    received: Received
    standing: FileStanding


def board_rows(
    book: CountyBook,
    kinds: Mapping[str, str] | None = None,
    differences: Iterable[Difference] = (),
    digits: Mapping[str, str] | None = None,
) -> tuple[BoardRow, ...]:
    """Return every school that is expected, has reported or has something held, by code.

    `kinds`: what schools say of their own kind, by code, where the list says none. `digits`: of public
    keys, where they are known already; those of others are then not shown.
    """
    view, names, kinds = book.view(), school_names(book), kinds or {}
    came = Counter(each.member.school for each in book.received.values())
    held: dict[str, list[Received]] = {}
    for each in book.held:
        held.setdefault(each.member.school, []).append(each)
    keys = {each.place: each for each in book.keys}
    differs: dict[str, tuple[str, ...]] = {}
    for one in differences:
        differs[one.school] = (*differs.get(one.school, ()), one.text)
    stated, known = standing.standing_by_list(book.moment), contacts.contacts_of(book.workbook)
    rows = []
    for code in sorted({*book.expected, *view, *held}):
        found, waiting, listed = view.get(code), held.get(code, []), book.expected.get(code)
        counts = book.received[found.counts.id] if found else None
        shown = counts or (waiting[0] if waiting else None)
        key = keys.get((code, shown.public_key)) if shown else None
        kind = (listed.kind if listed else None) or kinds.get(code)
        rows.append(
            BoardRow(
                code=code,
                name=names.get(code, ""),
                kind=SCHOOL_KIND.show(kind) if kind else "",
                listed=listed is not None or not book.expected,
                on_list=listed is not None,
                state=state_of(found, waiting, by_export=code in stated),
                received=shown,
                key=key,
                key_digits=_digits(key, digits),
                came=came[code],
                held=len(waiting),
                later_draft=found is not None and found.latest.id != found.counts.id,
                differs=differs.get(code, ()),
                by_export=stated.get(code, ()),
                contact=known[code].words if code in known else "",
            )
        )
    return tuple(rows)


def state_of(
    found: SchoolView | None, waiting: Collection[Received], *, by_export: bool = False
) -> SchoolState:
    """Return how a school stands by what counts of it, what waits, and whether it stands by the export."""
    if by_export and not (found and found.conflict):
        return SchoolState.EXPORT
    if found is None:
        return SchoolState.HELD if waiting else SchoolState.MISSING
    if found.conflict:
        return SchoolState.CONFLICT
    return SchoolState.FINAL if found.counts.state == FINAL else SchoolState.DRAFT


def school_names(book: CountyBook) -> dict[str, str]:
    """Return school code -> name: the list's word, else what its submissions say."""
    names = {each.member.school: each.name for each in book.received.values()}
    return names | {code: each.name for code, each in book.expected.items()}


def held_rows(book: CountyBook) -> tuple[HeldRow, ...]:
    """Return what is held and why, by school and by when it came."""
    from eduapp.services.hand_off import trust  # noqa: PLC0415 - the board itself tells no reasons

    rows = []
    for each in sorted(book.held, key=lambda held: (held.member.school, held.received)):
        why = trust.why_held(each)
        rows.append(HeldRow(each, why.code if why else ""))
    return tuple(rows)


def history_rows(book: CountyBook) -> tuple[HistoryRow, ...]:
    """Return every submission that came and what became of it, the newest first."""
    view, gone = book.view(), merging.withdrawn(book.decisions)
    newest = sorted(book.received.values(), key=lambda each: (each.received, each.member.id), reverse=True)
    return tuple(HistoryRow(each, standing_of(each, view, gone)) for each in newest)


def standing_of(each: Received, view: Mapping[str, SchoolView], gone: frozenset[str]) -> FileStanding:
    """Return what became of a submission; `gone` are the ids that were withdrawn."""
    member = each.member
    if each.why == KEY_REVOKED:
        return FileStanding.REVOKED
    if not each.admitted:
        return FileStanding.HELD
    if member.id in gone:
        return FileStanding.WITHDRAWN
    found = view[member.school]
    if member.id in {head.id for head in found.heads}:
        return FileStanding.CONFLICT if found.conflict else FileStanding.COUNTS
    if member.id in {head.id for head in found.not_chosen}:
        return FileStanding.ASIDE
    return FileStanding.LATER_DRAFT if member.id == found.latest.id else FileStanding.SUPERSEDED


def refused_of(book: CountyBook) -> dict[str, tuple[Refused, ...]]:
    """Return what was refused for good, by the code now of the school it named; under "" what names none."""
    found: dict[str, tuple[Refused, ...]] = {}
    for each in sorted(book.refused, key=lambda refused: (refused.at, refused.id)):
        school = book.listing.code_of(book.judged.place(each.school, each.public_key)[0])
        found[school] = (*found.get(school, ()), each)
    return found


def how_admitted(how: str, reason: str = "") -> str:
    """Return how a key was admitted, in words, with the reason of a 换发 by a new form."""
    words = {"": "未登记", PAPER: "纸质核验", ROTATED: "凭原密钥换发"}.get(how, "未核验")
    return f"{words},换发理由:{reason}" if reason else words


def _digits(key: AdmittedKey | None, digits: Mapping[str, str] | None) -> str:
    if key is None:
        return ""
    return digits_of_line(key.public_key) if digits is None else digits.get(key.public_key, "")
