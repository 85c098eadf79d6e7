"""The schools of a county judged: each once, and again only when something it follows from is other.

What was judged stands in memory by its submissions and what is laid on them, and in the workbook as a kept
entry (`kept_entries`), which is used once the stored bytes have been held against their line of the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from db.problems import Problem
from eduapp.services.county.kept_entries import BOARD, NAMES, EntryAsked, EntryStore, KeptEntry, codec
from eduapp.services.jobs import Progress
from eduapp.services.merge.by_export import is_site
from eduapp.standards.campuses import CampusData
from eduapp.standards.county.data import BY_EXPORT
from eduapp.standards.county.groups import Groups
from eduapp.standards.county.report import not_reported, school_entry
from eduapp.standards.county.rollup import counts_in
from eduapp.standards.data import SchoolData
from eduapp.standards.grouping import grouped

if TYPE_CHECKING:
    import datetime
    from collections.abc import Generator, Iterator, Sequence

    from db.records.draft import Draft
    from db.workbook import Workbook
    from eduapp.services.county.kept import Received
    from eduapp.services.county.signed_log import SignedLog
    from eduapp.services.county.statements import Statements
    from eduapp.services.merge.admission import Copy
    from eduapp.services.merge.listing import Expected
    from eduapp.services.merge.member import Member
    from eduapp.services.merge.merging import SchoolView
    from eduapp.services.merge.moment import Moment
    from eduapp.services.merge.overlays import Overlay, Placed
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.rollup import SchoolCounts
    from eduapp.standards.standard import Standard

    Submissions = tuple[str, ...]
    Laid = tuple[str, ...]
    """A submission, what the list says of its school, and the overlays on it."""
    Meant = tuple[Submissions, str, datetime.date, tuple[Laid, ...]]


class JudgedBook(Protocol):
    """What judging asks of a county's book."""

    workbook: Workbook
    log: SignedLog
    statements: Statements
    received: dict[str, Received]
    expected: dict[str, Expected]

    @property
    def moment(self) -> Moment: ...  # noqa: D102 - see CountyBook
    @property
    def standards(self) -> tuple[Standard, ...]: ...  # noqa: D102
    @property
    def reference_date(self) -> datetime.date: ...  # noqa: D102
    def view(self) -> dict[str, SchoolView]: ...  # noqa: D102
    def draft_of(self, submission: str, moment: Moment | None = None) -> Draft: ...  # noqa: D102
    def overlays_on(  # noqa: D102
        self, submission: str, moment: Moment | None = None
    ) -> tuple[Overlay, ...]: ...
    def member(self, submission: str, moment: Moment | None = None) -> Member: ...  # noqa: D102
    def school_of(self, submission: str, moment: Moment | None = None) -> str: ...  # noqa: D102
    def require_stored(self, copy: Copy) -> None: ...  # noqa: D102


class Judging:
    """What a county's submissions come to; the figures never hang on what is kept of them."""

    def __init__(self, book: JudgedBook) -> None:
        """Begin with nothing judged."""
        self._book = book
        self._entries: dict[Meant, SchoolEntry] = {}
        self._counts: dict[Laid, SchoolCounts] = {}
        self._unproved: set[Meant] = set()
        """What was taken from kept entries."""
        self._laid_at: tuple[Moment, dict[str, Laid]] | None = None
        self.placed: dict[tuple[str, str], Placed] = {}
        """Decision and submission -> where an overlay stands in it."""
        self.questions: dict[str, Any] = {}
        """Question -> how it was compared with a submission (eduapp.services.hand_off.questions)."""
        self.groups = Groups()
        """What the schools of the last report answered together."""
        self.store = EntryStore(book.workbook)

    def entry(
        self,
        submissions: Submissions,
        standard: Standard,
        on: datetime.date,
        moment: Moment | None = None,
    ) -> SchoolEntry:
        """Return a school judged by a standard: its submission, then those of its campuses."""
        meant = self._meant(submissions, standard, on, moment)
        if meant not in self._entries:
            self._judge(submissions, (standard,), on, moment)
        return self._entries[meant]

    def entries(
        self,
        submissions: Submissions,
        standards: Sequence[Standard],
        on: datetime.date,
        moment: Moment | None = None,
    ) -> list[SchoolEntry]:
        """Return a school judged by several standards; its files are opened only where nothing kept fits."""
        meant = [self._meant(submissions, each, on, moment) for each in standards]
        if not all(each in self._entries for each in meant):
            asked = self._asked(submissions, standards, on, moment)
            kept = self._read(asked, submissions, standards) if asked else None
            if kept is not None:
                self._take(kept, submissions, standards, on, moment)
            else:
                self._judge(submissions, standards, on, moment)
                if asked and self._is_usual(standards, on, moment):
                    self.store.add(asked, self._kept(submissions, standards, on, moment), codec())
        return [self._entries[each] for each in meant]

    def counts_of(self, submission: str) -> SchoolCounts:
        """Return what a submission tells of the county's own numbers."""
        laid = self._laid(submission, None)
        if laid not in self._counts:
            self._counts[laid] = counts_in(SchoolData(self._book.draft_of(submission)))
        return self._counts[laid]

    def take_kept(self, submission: str) -> bool:
        """Take what is kept of a school's submission, as the county usually judges it; say whether it was."""
        book = self._book
        standards = _usual(book)
        asked = self._asked((submission,), standards, book.reference_date, None)
        self.store.open()
        kept = self._read(asked, (submission,), standards) if asked else None
        if kept is not None:
            self._take(kept, (submission,), standards, book.reference_date, None)
        return kept is not None

    def keep(self) -> Generator[Progress, None, None]:
        """Judge what counts and keep it: what a run of intake ends with, for the next opening."""
        book, standards = self._book, _usual(self._book)
        self.store.open()
        ahead = list(_counted(book))
        for done, submissions in enumerate(ahead):
            yield Progress("计算", done, len(ahead))
            self.entries(submissions, standards, book.reference_date)
        self.store.write()

    def prove(self) -> Generator[Progress, None, None]:
        """Judge every school that counts anew from its files, and hold what is kept of it against that.

        Long: what a closing asks for. What differs is written down (`store.changed`) and kept anew.
        """
        book, standards = self._book, _usual(self._book)
        self.store.open()
        ahead = list(_counted(book))
        for done, submissions in enumerate(ahead):
            yield Progress("按上报文件复算", done, len(ahead))
            before = self.entries(submissions, standards, book.reference_date)
            meant = {self._meant(submissions, each, book.reference_date, None) for each in standards}
            if meant.isdisjoint(self._unproved):
                continue
            self._judge(submissions, standards, book.reference_date, None)
            asked = self._asked(submissions, standards, book.reference_date, None)
            if self.entries(submissions, standards, book.reference_date) != before and asked:
                self.store.refuse(asked.place)
                self.store.add(asked, self._kept(submissions, standards, book.reference_date, None), codec())
        self.store.write()

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What should be said of the kept entries; the figures are right without them."""
        names = [self._name_of(place) for place in self.store.changed]
        changed = Problem("kept-entry-changed", count=len(names), names="、".join(names))
        failed = self.store.failed
        unwritten = [Problem("kept-entries-unwritten", reason=failed.text)] if failed else []
        return (*([changed] if names else []), *unwritten)

    def _name_of(self, place: str) -> str:
        code, *rest = place.split()
        if code in NAMES and (rest or code == BOARD):
            return " ".join([NAMES[code], *(each[:8] for each in rest)])
        listed = self._book.expected.get(code)
        return listed.name if listed and listed.name else code

    def _judge(
        self,
        submissions: Submissions,
        standards: Sequence[Standard],
        on: datetime.date,
        moment: Moment | None,
    ) -> None:
        """Open the files of a school and judge them by some standards."""
        book = self._book
        parts = [SchoolData(book.draft_of(each, moment), on=on) for each in submissions]
        for submission, part in zip(submissions, parts, strict=True):
            self._counts[self._laid(submission, moment)] = counts_in(part)
        data = CampusData(parts[0], parts[1:]) if len(parts) > 1 else parts[0]
        stated = any(map(is_site, submissions))
        state = BY_EXPORT if stated else book.received[submissions[0]].member.state
        own = book.school_of(submissions[0], moment)
        campuses = [code for each in submissions[1:] if (code := book.school_of(each, moment)) != own]
        for standard in standards:
            meant = self._meant(submissions, standard, on, moment)
            entry = school_entry(data, standard, state, submissions[0], on, campuses)
            self._entries[meant] = not_reported(entry) if stated else entry
            self._unproved.discard(meant)

    def _take(
        self,
        kept: KeptEntry,
        submissions: Submissions,
        standards: Sequence[Standard],
        on: datetime.date,
        moment: Moment | None,
    ) -> None:
        for submission, said, counts, placed in zip(
            submissions, kept.said, kept.counts, kept.placed, strict=True
        ):
            self._book.statements.keep(submission, said)
            self._counts[self._laid(submission, moment)] = counts
            for each in placed:
                self.placed[each.overlay.decision, submission] = each
        for standard, entry in zip(standards, kept.entries, strict=True):
            meant = self._meant(submissions, standard, on, moment)
            self._entries[meant] = entry
            self._unproved.add(meant)

    def _kept(
        self,
        submissions: Submissions,
        standards: Sequence[Standard],
        on: datetime.date,
        moment: Moment | None,
    ) -> KeptEntry:
        book = self._book
        return KeptEntry(
            tuple(book.statements.said(each) for each in submissions),
            tuple(dict(self._counts[self._laid(each, moment)]) for each in submissions),
            tuple(
                tuple(self.placed[laid.decision, each] for laid in book.overlays_on(each, moment))
                for each in submissions
            ),
            tuple(self._entries[self._meant(submissions, each, on, moment)] for each in standards),
        )

    def _asked(
        self,
        submissions: Submissions,
        standards: Sequence[Standard],
        on: datetime.date,
        moment: Moment | None,
    ) -> EntryAsked | None:
        """Return which kept entry is meant; None where the log does not say the digests of the files.

        What stands by the export is judged anew: its figures are few and lie in a decision.
        """
        if any(map(is_site, submissions)):
            return None
        book, parts, digests = self._book, [], []
        for each in submissions:
            received = book.received[each]
            logged = book.log.digest_of((each, received.public_key))
            if logged is None:
                return None
            member = received.member
            digests.append(logged[1])
            parts.append((member.school, member.key, member.state, *self._laid(each, moment)))
        judged = ([each.sha256 for each in standards], on.isoformat())
        return EntryAsked(_place(book, submissions), (*parts, *judged), tuple(digests))

    def _read(
        self, asked: EntryAsked, submissions: Submissions, standards: Sequence[Standard]
    ) -> KeptEntry | None:
        """Return a kept entry, once the stored bytes fit the log; raises Problem `stored-file-changed`."""
        for each in submissions:
            self._book.require_stored((each, self._book.received[each].public_key))
        found: KeptEntry | None = self.store.read(asked, codec())
        if found is not None and not found.is_of(len(submissions), len(standards)):
            self.store.refuse(asked.place)
            return None
        return found

    def _is_usual(self, standards: Sequence[Standard], on: datetime.date, moment: Moment | None) -> bool:
        """Whether it is what every opening asks for: only that is kept, one entry a school."""
        book = self._book
        now = moment is None or moment.revision is None
        return now and on == book.reference_date and tuple(standards) == _usual(book)

    def _meant(
        self, submissions: Submissions, standard: Standard, on: datetime.date, moment: Moment | None
    ) -> Meant:
        laid = tuple(self._laid(each, moment) for each in submissions)
        return submissions, standard.sha256, on, laid

    def _laid(self, submission: str, moment: Moment | None) -> Laid:
        book = self._book
        at = moment or book.moment
        if self._laid_at is None or self._laid_at[0] is not at:
            self._laid_at = at, self._laid_before(at)
        known = self._laid_at[1]
        if submission not in known:
            school = book.school_of(submission, at)
            laid = (each.decision for each in book.overlays_on(submission, at))
            known[submission] = (submission, book.statements.list_key(school, at), *laid)
        return known[submission]

    def _laid_before(self, at: Moment) -> dict[str, Laid]:
        """Return what is laid on submissions as at the last moment: on those of other schools it is the same.

        What the list says is the same by the same list; overlays lie on what counts of their schools.
        """
        last, known = self._laid_at or (None, {})
        # Links of before, that a school stated, move with its files.
        moves = self._book.statements.linked and not at.listing.settled
        if last is None or last.listing is not at.listing or moves:
            return {}
        overlaid = {*last.overlays, *at.overlays}
        moved = {each.view[code].counts.id for each in (last, at) for code in overlaid if code in each.view}
        return {name: laid for name, laid in known.items() if name not in moved and not is_site(name)}


def _usual(book: JudgedBook) -> tuple[Standard, ...]:
    """Return the standards by which the county is judged on its day."""
    return tuple(standard for standard in book.standards if standard.in_force(book.reference_date))


def _counted(book: JudgedBook) -> Iterator[Submissions]:
    """Yield what counts of each school alone, and of those that have campuses all of it together."""
    view = book.view()
    yield from ((each.counts.id,) for each in view.values())
    groups = grouped({code: book.statements.parent_of(code, book.moment) for code in view})
    for code, campuses in groups.items():
        if campuses:
            yield tuple(view[each].counts.id for each in (code, *campuses))


def _place(book: JudgedBook, submissions: Submissions) -> str:
    """Return the name of a kept entry: the codes of the school and of the campuses merged into it."""
    return " ".join(book.received[each].member.school for each in submissions)
