"""What the county's pages show, gathered in one go: plain values, made off the window's thread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eduapp.services.county import closing
from eduapp.services.county import records as county_records
from eduapp.services.county.reports import Source, county_report, sources_of
from eduapp.services.hand_off import issuing, questions, trust
from eduapp.services.hand_off.board import board_rows, held_rows, history_rows, school_names
from eduapp.services.hand_off.issuing import RoundState
from eduapp.services.hand_off.last_figures import keep_figures
from eduapp.services.merge.by_export import NOTHING, ExportStanding
from eduapp.services.merge.listing import Listing
from eduapp.services.papers import paper_check
from ui.county.cells import Cells

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from db.problems import Problem
    from eduapp.services.county.books import AdmittedKey, CountyBook, Received
    from eduapp.services.county.closing import Revision
    from eduapp.services.hand_off.board import BoardRow, HeldRow, HistoryRow, SchoolState
    from eduapp.services.jobs import Progress
    from eduapp.services.merge.merging import Decision, SchoolView
    from eduapp.services.merge.overlays import Placed
    from eduapp.standards.county.report import CountyReport
    from eduapp.standards.county.rollup import Rollup


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
    notices: tuple[Problem, ...] = ()
    """What should be said of the entries that are kept of schools."""
    listing: Listing = field(default_factory=Listing)
    """Who has which code, and had."""
    standing: ExportStanding = NOTHING
    """What the county states of the statistics' export."""
    asked: tuple[questions.PlacedQuestion, ...] = ()
    """What the county asks about single cells, and how each question stands."""

    @property
    def counts(self) -> Counter[SchoolState]:
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


def gather(book: CountyBook, before: Snapshot | None = None) -> Generator[Progress, None, Snapshot]:
    """Compute everything the pages show; how schools that did not change look is taken from `before`."""
    report = yield from county_report(book)
    view = book.view()
    lines = {each.public_key for each in book.received.values()} | {each.public_key for each in book.keys}
    digits = {line: trust.digits_of(line) for line in lines}
    conflicts = sorted(
        (school for school in view.values() if len(school.heads) + len(school.not_chosen) > 1),
        key=lambda each: (not each.conflict, each.school),
    )
    keep_figures(book, report)
    return Snapshot(
        report=report,
        board=board_rows(book, _kinds(book, report), report.differences, digits),
        held=held_rows(book),
        history=history_rows(book),
        conflicts=tuple(conflicts),
        decisions=tuple(book.decisions),
        keys=tuple(sorted(book.keys, key=lambda each: (each.school, each.at))),
        names=school_names(book),
        received=dict(book.received),
        expected=len(book.expected),
        cells=Cells(report, before.cells if before else None),
        sources=sources_of(book),
        rollup=county_records.rollup(book),
        digits=digits,
        papers=paper_check.held_by(book),
        overlays=book.overlays(),
        revisions=closing.revisions(book),
        changed=closing.is_changed(book),
        round_state=issuing.state_of(book),
        stopped=trust.revocations(book),
        notices=book.judging.notices,
        listing=book.listing,
        standing=book.moment.standing,
        asked=questions.placed(book),
    )


def _kinds(book: CountyBook, report: CountyReport) -> dict[str, str]:
    """Return each school's kind as it says it itself, by code."""
    said = {book.received[each.submission].member.school: each.facts.kind for each in report.schools}
    return {code: kind for code, kind in said.items() if kind}
