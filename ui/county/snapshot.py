"""What the county's pages show, gathered in one go: plain values, made off the window's thread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from db.records.choices import SCHOOL_KIND
from eduapp.services.county import closing, register
from eduapp.services.county import records as county_records
from eduapp.services.county.books import PAPER
from eduapp.services.county.reports import Source, county_report, sources_of
from eduapp.services.hand_off import issuing, questions, trust
from eduapp.services.hand_off.issuing import RoundState
from eduapp.services.merge import merging
from eduapp.services.merge.admission import KEY_REVOKED
from eduapp.services.merge.merging import FINAL
from eduapp.services.papers import paper_check
from ui.county.cells import cells_of

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from eduapp.services.county.books import AdmittedKey, CountyBook, Received
    from eduapp.services.county.closing import Revision
    from eduapp.services.jobs import Progress
    from eduapp.services.merge.merging import Decision, SchoolView
    from eduapp.services.merge.overlays import Placed
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.county.rollup import Rollup
    from ui.county.cells import Cells


class State(StrEnum):
    """How a school stands on the board."""

    FINAL = "已报"
    DRAFT = "草稿"
    MISSING = "未报"
    CONFLICT = "冲突"
    HELD = "待核验"


class Standing(StrEnum):
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
    listed: bool
    state: State
    received: Received | None
    key_how: str
    """"paper", "unchecked" or "" where no key is admitted."""
    key_digits: str
    came: int
    """Submissions of this school that came, held ones too."""
    held: int
    later_draft: bool
    """Whether a draft came after the final."""
    differs: tuple[str, ...] = ()
    """与名册不符, in words."""


@dataclass(frozen=True)
class HeldRow:
    """A held submission; `why` is the Problem's code, "" when it can be tried again."""

    received: Received
    why: str


@dataclass(frozen=True)
class HistoryRow:
    """A submission that came, and what became of it."""

    received: Received
    standing: Standing


@dataclass(frozen=True)
class Snapshot:
    """All that the pages show of one moment of the book."""

    report: CountyReport
    board: tuple[BoardRow, ...]
    held: tuple[HeldRow, ...]
    history: tuple[HistoryRow, ...]
    conflicts: tuple[SchoolView, ...]
    """Schools with several heads, settled ones at the end."""
    decisions: tuple[Decision, ...]
    keys: tuple[AdmittedKey, ...]
    names: Mapping[str, str]
    """School code -> name."""
    received: Mapping[str, Received]
    expected: int
    cells: Cells
    sources: tuple[Source, ...]
    """What the tables stand on, for paper."""
    rollup: Rollup
    """What the schools' submissions tell of the county's own numbers."""
    digits: Mapping[str, str]
    """Public key -> its 30 digits, of every key that signed or is registered."""
    papers: paper_check.Held
    """What signed papers are checked against."""
    overlays: tuple[Placed, ...] = ()
    """The county's overlays of single cells, held and out of date."""
    revisions: tuple[Revision, ...] = ()
    """The lists that were closed."""
    changed: bool = True
    """Whether anything came or was decided since the last one."""
    round_state: RoundState = field(default_factory=RoundState)
    """The last round file, and whether it still says what is so."""
    stopped: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(School, public key) of the revoked keys -> the last good submission."""
    asked: tuple[questions.Placed, ...] = ()
    """What the county asks about single cells, and how each question stands."""

    @property
    def counts(self) -> Counter[State]:
        """Schools by state."""
        return Counter(row.state for row in self.board)

    @property
    def open_conflicts(self) -> int:
        """Schools a person must settle."""
        return sum(each.conflict for each in self.conflicts)

    @property
    def unsettled(self) -> frozenset[str]:
        """Codes of the schools a person must settle."""
        return frozenset(each.school for each in self.conflicts if each.conflict)

    @property
    def coverage(self) -> str:
        """「41 / 44 校」; without a school list only what came."""
        reported = self.report.reported
        return f"{reported} / {self.expected} 校" if self.expected else f"{reported} 校(无学校名单)"


def gather(book: CountyBook) -> Generator[Progress, None, Snapshot]:
    """Compute everything the pages show; long the first time, since every submission is read."""
    report = yield from county_report(book)
    view = book.view()
    names = {each.member.school: each.name for each in book.received.values()}
    names |= {code: each.name for code, each in book.expected.items()}
    lines = {each.public_key for each in book.received.values()} | {each.public_key for each in book.keys}
    digits = {line: trust.digits_of(line) for line in lines}
    conflicts = sorted(
        (each for each in view.values() if len(each.heads) + len(each.aside) > 1),
        key=lambda each: (not each.conflict, each.school),
    )
    return Snapshot(
        report=report,
        board=_board(book, view, names, _kinds(book, report), digits),
        held=_held(book),
        history=_history(book, view),
        conflicts=tuple(conflicts),
        decisions=tuple(book.decisions),
        keys=tuple(sorted(book.keys, key=lambda each: (each.school, each.at))),
        names=names,
        received=dict(book.received),
        expected=len(book.expected),
        cells=cells_of(report),
        sources=sources_of(book),
        rollup=county_records.rollup(book),
        digits=digits,
        papers=paper_check.held_by(book),
        overlays=book.overlays(),
        revisions=closing.revisions(book),
        changed=closing.is_changed(book),
        round_state=issuing.state_of(book),
        stopped=trust.revocations(book),
        asked=questions.placed(book),
    )


def _board(
    book: CountyBook,
    view: Mapping[str, SchoolView],
    names: Mapping[str, str],
    kinds: Mapping[str, str],
    digits: Mapping[str, str],
) -> tuple[BoardRow, ...]:
    came = Counter(each.member.school for each in book.received.values())
    held: dict[str, list[Received]] = {}
    for each in book.held:
        held.setdefault(each.member.school, []).append(each)
    how = {(each.public_key, each.school): each.how for each in book.keys}
    differs: dict[str, tuple[str, ...]] = {}
    for one in register.differences(book):
        differs[one.school] = (*differs.get(one.school, ()), one.text)
    rows = []
    for code in sorted({*book.expected, *view, *held}):
        found, waiting = view.get(code), held.get(code, [])
        counts = book.received[found.counts.id] if found else None
        shown = counts or (waiting[0] if waiting else None)
        key = shown.public_key if shown else ""
        rows.append(
            BoardRow(
                code=code,
                name=names.get(code, ""),
                kind=kinds.get(code, ""),
                listed=code in book.expected or not book.expected,
                state=_state(found, waiting),
                received=shown,
                key_how=how.get((key, code), ""),
                key_digits=digits[key] if (key, code) in how else "",
                came=came[code],
                held=len(waiting),
                later_draft=found is not None and found.latest.id != found.counts.id,
                differs=differs.get(code, ()),
            )
        )
    return tuple(rows)


def _state(found: SchoolView | None, waiting: list[Received]) -> State:
    if found is None:
        return State.HELD if waiting else State.MISSING
    if found.conflict:
        return State.CONFLICT
    return State.FINAL if found.counts.state == FINAL else State.DRAFT


def _kinds(book: CountyBook, report: CountyReport) -> dict[str, str]:
    """Return each school's kind in words: the school list's, else what the school says of itself."""
    said = {book.received[each.submission].member.school: each.facts.kind for each in report.schools}
    listed = {code: each.kind for code, each in book.expected.items() if each.kind}
    return {code: SCHOOL_KIND.show(kind) for code, kind in (said | listed).items() if kind}


def _held(book: CountyBook) -> tuple[HeldRow, ...]:
    rows = []
    for each in sorted(book.held, key=lambda held: (held.member.school, held.received)):
        why = trust.why_held(each)
        rows.append(HeldRow(each, why.code if why else ""))
    return tuple(rows)


def _history(book: CountyBook, view: Mapping[str, SchoolView]) -> tuple[HistoryRow, ...]:
    gone = merging.withdrawn(book.decisions)
    newest = sorted(book.received.values(), key=lambda each: (each.received, each.member.id), reverse=True)
    return tuple(HistoryRow(each, _standing(each, view, gone)) for each in newest)


def _standing(each: Received, view: Mapping[str, SchoolView], gone: frozenset[str]) -> Standing:
    member = each.member
    if each.why == KEY_REVOKED:
        return Standing.REVOKED
    if not each.admitted:
        return Standing.HELD
    if member.id in gone:
        return Standing.WITHDRAWN
    found = view[member.school]
    if member.id in {head.id for head in found.heads}:
        return Standing.CONFLICT if found.conflict else Standing.COUNTS
    if member.id in {head.id for head in found.aside}:
        return Standing.ASIDE
    return Standing.LATER_DRAFT if member.id == found.latest.id else Standing.SUPERSEDED


def how_admitted(how: str) -> str:
    """Return how a key was admitted, in words."""
    return {"": "未登记", PAPER: "纸质核验", trust.ROTATED: "凭原密钥换发"}.get(how, "未核验")
