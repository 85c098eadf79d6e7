"""A county's open workbook: its own records, the schools it expects, the keys it admits, the submissions.

The set of submissions alone decides the merge and its fingerprint; the records stand beside it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from db import files, journal, store, thin, workbook
from db.problems import Problem
from db.records.catalog import COUNTY_RECORDS
from db.records.draft import empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY
from db.records.values import clean
from db.workbook import now, who
from eduapp.services.books import COUNTY, require_facts
from eduapp.services.changes import Changes
from eduapp.services.county import contacts, kept, linked, signed_log
from eduapp.services.county.kept import Received
from eduapp.services.county.key_register import AdmittedKey, keys_of
from eduapp.services.county.logged import (
    ADMITTED,
    ADMITTED_COLUMNS,
    EXPECTED,
    EXPECTED_COLUMNS,
    LIST_BEFORE,
    LIST_BEFORE_COLUMNS,
    Admitted,
    LoggedBook,
    drops,
)
from eduapp.services.county.statements import Statements
from eduapp.services.keys import county_keys, known
from eduapp.services.merge import admission, decision_log, overlays
from eduapp.services.merge.admission import KEY_REVOKED, PAPER, UNCHECKED, Judged
from eduapp.services.merge.by_export import is_site
from eduapp.services.merge.decisions import LIST, RESTORE, SETTLE, WITHDRAW, Decision, Details, said_before
from eduapp.services.merge.listing import (
    IMPORTED,
    Expected,
    Listed,
    listed_id,
    listing_of,
    said_in,
    said_of,
    stated_rows,
)
from eduapp.services.merge.merging import SchoolView
from eduapp.services.merge.moment import Moment
from eduapp.services.personal import require_unnumbered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from db.records.draft import Draft
    from db.records.edits import Edit
    from db.workbook import Workbook
    from eduapp.exchange.roster import Roster
    from eduapp.services.county.judging import Judging
    from eduapp.services.county.kept import Unkept
    from eduapp.services.merge.admission import Copy, Header
    from eduapp.services.merge.merging import Member
    from eduapp.services.merge.overlays import Overlay, Placed

__all__ = [
    "PAPER",
    "UNCHECKED",
    "AdmittedKey",
    "CountyBook",
    "Expected",
    "Received",
    "create_county",
    "import_roster",
    "list_roster",
    "open_county",
    "read_list",
]


class CountyBook(LoggedBook):
    """An open county workbook. Use `create_county` or `open_county`."""

    _moment: Moment

    def __init__(self, opened: Workbook) -> None:
        """Read the records, the set, the list, the register and the decisions."""
        super().__init__(opened)
        self._verified: set[tuple[str, bytes]] = set()
        self.statements = Statements(self.stated, self._take_kept)
        with opened.reading() as door:
            self.draft = store.load(door, COUNTY_RECORDS)
        self.reload()
        if self.check_log():
            self.follow()
        else:
            self.keys = _with_reasons(self)
        linked.take_in(self, self.statements, self.moment)

    @cached_property
    def judging(self) -> Judging:
        """What the submissions come to."""
        from eduapp.services.county.judging import Judging  # noqa: PLC0415 - loads every formula; a board has none

        return Judging(self)

    def _take_kept(self, submission: str) -> bool:
        return self.judging.take_kept(submission)

    @property
    def code(self) -> str:
        """The county's 6-digit code."""
        return self.workbook.meta["county"]

    @property
    def name(self) -> str:
        """The county's name."""
        return self.workbook.meta["name"]

    @property
    def approved(self) -> bool:
        """Whether the county's own records are closed: never, 审核通过 is a school's."""
        return False

    @property
    def members(self) -> list[Member]:
        """The set: every accepted submission, heads, older and conflicting ones alike, one of each id."""
        return [each.member for each in self.received.values() if each.admitted]

    @property
    def held(self) -> list[Received]:
        """Submissions that wait: for their key, for their school on the list, to be read."""
        return [
            each
            for each in self.copies.values()
            if each.why not in {"", KEY_REVOKED} and not self.received[each.member.id].admitted
        ]

    @property
    def missing(self) -> list[Unkept]:
        """Files of admitted keys whose bytes were not kept while the keys were not admitted."""
        return [head for head in self.unkept.values() if self.judged.is_known(head.school, head.public_key)]

    @property
    def headers(self) -> list[Header]:
        """What is known of each file that is judged."""
        return [*(each.header for each in self.copies.values()), *self.flawed.values()]

    @property
    def fingerprint(self) -> str:
        """合并指纹: 6 groups of 5 digits over what is accepted and the decisions."""
        return self.moment.fingerprint

    @property
    def unchecked_keys(self) -> int:
        """Keys admitted without paper."""
        return sum(each.how == UNCHECKED for each in self.keys)

    @property
    def old_form_keys(self) -> int:
        """Keys that stand by an old form."""
        return sum(each.is_old for each in self.keys)

    @property
    def unsigned_decisions(self) -> int:
        """Decisions that nobody signed: all of them while the county has no keys."""
        return sum(not each.signature for each in self.decisions)

    @property
    def moment(self) -> Moment:
        """The set and the decisions as they stand."""
        return self._moment

    def view(self) -> dict[str, SchoolView]:
        """Return the merged view of the set."""
        return self.moment.view

    def overlays(self, moment: Moment | None = None) -> tuple[Placed, ...]:
        """Return the county's overlays of single cells, each with whether it holds, by school.

        Submissions under an overlay are opened for it, each once.
        """
        return tuple(_placed(self, moment or self.moment))

    def reload(self) -> None:
        """Read the files, the list, the register and the decisions again from the workbook."""
        with self.workbook.reading() as door:
            self._list_before = tuple(
                Listed(listed_id(self.code, code), code, name, kind, decided=False)
                for code, name, kind in thin.select(door, EXPECTED, EXPECTED_COLUMNS)
            )
            before = thin.select(door, LIST_BEFORE, LIST_BEFORE_COLUMNS)
            self.statements.linked = frozenset(each for (each,) in before)
            self.admissions = [Admitted(*row) for row in thin.select(door, ADMITTED, ADMITTED_COLUMNS)]
            self.copies = kept.received_in(door)
            self.unkept = kept.unkept_in(door)
            self.refused = kept.refused_in(door)
            self.decisions = list(decision_log.read(door))
        self.flawed = {each.header.copy: each.header for each in self.refused if each.flawed}
        self._follow_decisions()

    def _follow_decisions(self, judged: Judged | None = None) -> None:
        """Follow the decisions; `judged` is what is accepted by them, where that is known."""
        decision_log.check(self.decisions, self.own_keys, self._verified)
        if judged is not None:  # no decision about the list, none about a key
            self.judged = judged
            self._moment = self._moment_of(self._moment.members)
            return
        self.listing = listing_of(self.decisions, self._list_before)
        self.expected = {
            code: Expected(code, each.name, each.kind, self.listing.parent_of(code))
            for code, each in self.listing.by_code.items()
        }
        self.follow()

    def add_received(self, received: Iterable[Received]) -> None:
        """Follow what `kept.keep` wrote; `settle` then says what came of it."""
        for each in received:
            self.copies[each.header.copy] = each
            self.unkept.pop(each.header.copy, None)

    def let_go(self, rest: Iterable[Unkept]) -> None:
        """Follow that only the names of files stay."""
        for each in rest:
            self.copies.pop(each.copy, None)
            self.unkept[each.copy] = each

    def settle(self, headers: Mapping[Copy, Header]) -> None:
        """Follow a run of intake: which files are kept, what is known of them by now."""
        self.flawed = {copy: each for copy, each in headers.items() if each.flawed}
        self.copies = {
            copy: replace(each, header=headers[copy])
            for copy, each in self.copies.items()
            if copy in headers and copy not in self.flawed
        }
        self.follow()

    def judge(self, headers: Collection[Header]) -> Judged:
        """Return what is accepted of some files by what this county decided."""
        acts = [each.act for each in self.admissions]
        named = {each.id: each.prev for each in self.unkept.values()}
        return admission.judge(headers, acts, self.decisions, self.listing, named)

    def follow(self) -> None:
        """Judge what is kept anew: a county of thousands is not read again for one stick."""
        self.judged = self.judge(self.headers)
        self.copies = {
            copy: each.judged(self.judged.why[copy], self.judged.code_of(each.header))
            for copy, each in sorted(self.copies.items())
        }
        self.keys = keys_of(self.judged, self.admissions, self.copies.values())
        self.keys = _with_reasons(self)
        ranked = sorted(self.copies.values(), key=lambda each: (not each.admitted, each.public_key))
        shown = {each.member.id: each for each in reversed(ranked)}
        self.received = dict(sorted(shown.items()))
        self._moment = self._moment_of(tuple(self.members))

    def _moment_of(self, members: tuple[Member, ...]) -> Moment:
        return Moment(members, tuple(self.decisions), links=self.judged.links, before=self._list_before)

    def commit(self, edits: Sequence[Edit], text: str) -> Changes:
        """Write edits of the county's own records and follow them; raises Problem, then nothing changed.

        Where the county has keys they are bound by its log: Problem `county-key-locked`.
        """
        if edits:
            self.write_own(edits)
            for edit in edits:
                self.draft.apply(edit)
        return Changes(tuple(edits), text)

    def content(self, submission: str, public_key: str = "") -> bytes:
        """Return the bytes of a submission: of the one that counts of several signers', or of one of them."""
        return self.stored((submission, public_key or self.received[submission].public_key))

    def stated(self, submission: str) -> Draft:
        """Return what a submission states, or the export of a site; it was verified when it came in."""
        if is_site(submission):
            return self.moment.export_sites[submission].draft()
        from eduapp.exchange.submission import open_verified  # noqa: PLC0415 - an opening opens no file
        from eduapp.services.packing import draft_of  # noqa: PLC0415 - as above

        found = open_verified(self.content(submission), lambda _manifest, _key: None, self.identities)
        self.require_same(self.received[submission], found)
        return draft_of(found)

    def draft_of(self, submission: str, moment: Moment | None = None) -> Draft:
        """Return what counts of a submission (or a site of the export), with the county's overlays."""
        if is_site(submission):
            at = moment or self.moment
            return self.statements.draft_of_site(at.export_sites[submission], at)
        draft = self.stated(submission)
        self.statements.note(submission, draft)
        for each in overlays.apply(draft, self.overlays_on(submission, moment)):
            self.judging.placed[each.overlay.decision, submission] = each
        self.statements.apply_list(draft, self.school_of(submission, moment), moment or self.moment)
        return draft

    def overlays_on(self, submission: str, moment: Moment | None = None) -> tuple[Overlay, ...]:
        """Return the overlays laid on a submission, held or out of date; none where it does not count."""
        if is_site(submission):
            return ()
        return (moment or self.moment).overlays_on(self.member(submission, moment))

    def member(self, submission: str, moment: Moment | None = None) -> Member:
        """Return what the merge knows of a submission at a moment: schools change their codes."""
        known = (moment or self.moment).by_id.get(submission)
        return known or self.received[submission].member

    def school_of(self, submission: str, moment: Moment | None = None) -> str:
        """Return the code of the school that a submission, or a site of the export, is of at a moment."""
        if is_site(submission):
            return (moment or self.moment).export_sites[submission].school
        return self.member(submission, moment).school

    def set_expected(
        self, schools: Iterable[Expected], reason: str = IMPORTED, *, links: bool = False, again: bool = False
    ) -> Decision | None:
        """Add schools to the list or bring them up to date, by one decision; None where nothing changes.

        `links`, `again`: see `listing.said_of`. Raises Problem `parent-not-listed`, and what signing raises.
        """
        listing = self.moment.listing
        said = said_of(listing, stated_rows(listing, self.code, schools), links=links, again=again)
        return self.decide(LIST, "", reason, details=said) if said else None

    def discard_held(self, submission: str, reason: str) -> None:
        """Undo the import of a held submission: its bytes go, the journal keeps who took it out and why.

        Held ones are no part of the set, so no decision is needed; the file can be imported again.
        Raises Problem `submission-unknown` for one that is not held.
        """
        held = [copy for copy in self.copies.values() if copy.member.id == submission and not copy.admitted]
        if not held:
            raise Problem("submission-unknown", id=submission)
        with self.writing() as (door, lines):
            gone = [each.header.copy for each in held]
            kept.drop(door, gone)
            lines.extend(drops(gone))
            said = f"{submission} {held[0].member.school} {held[0].file_name} {clean(reason)}"
            journal.note(door, "discard-held", said, who(), now())
        self.reload()

    def decide(
        self,
        kind: str,
        submission: str,
        reason: str,
        over: Sequence[str] = (),
        details: Details | None = None,
    ) -> Decision:
        """Write a decision, signed where the county has keys; return it, or the one that says it already.

        Raises Problem `submission-unknown` when it is about one that is not there, `text-numbered`, and
        what signing raises (`county-key-locked`); then nothing is written.
        """
        require_unnumbered(("理由", reason), *said_in(details or {}, self.listing))
        if (submission or kind in {WITHDRAW, RESTORE, SETTLE}) and submission not in self.received:
            raise Problem("submission-unknown", id=submission)
        last = self.decisions[-1].id if self.decisions else ""
        decision = Decision(kind, submission, tuple(sorted(over)), clean(reason), last, now(), details or {})
        if (same := said_before(self.decisions, decision)) is not None:
            return same
        signature = county_keys.decision_signer(self.workbook, decision.message)
        if signature is not None:
            decision = replace(decision, signature=signature)
        with self.writing() as (door, lines):
            decision_log.write(door, decision, len(self.decisions))
            lines.append(signed_log.decide(decision))
            about = submission or decision.detail("digest") or decision.details_text
            journal.note(door, kind, about, who(), now())
        with self.workbook.reading() as door:  # all else that is kept is what it was
            written = decision_log.read_next(door, self.decisions)
        judged = _judged_after(self, written)
        self.decisions.append(written)
        self._follow_decisions(judged)
        return decision


def _judged_after(book: CountyBook, decision: Decision) -> Judged | None:
    """Return what is accepted after one decision more, where that is plain."""
    if decision.submission in {name for name, _ in book.unkept}:
        return None
    return admission.after(book.judged, decision, book.decisions, book.headers)


def _placed(book: CountyBook, at: Moment) -> Iterator[Placed]:
    """Yield where the overlays of a moment stand."""
    placed = book.judging.placed
    for school, own in at.overlays.items():
        counts = at.view[school].counts.id if school in at.view else ""
        if counts and any((each.decision, counts) not in placed for each in own):
            book.draft_of(counts, at)
        for each in own:  # its school may have another code than when it was placed
            found = replace(placed[each.decision, counts], overlay=each) if counts else None
            yield found or overlays.nowhere(each)


def _with_reasons(book: CountyBook) -> list[AdmittedKey]:
    """Return the register with the reasons of admissions from the log, where they are bound."""
    acts = [(each.school, each.public_key) for each in book.admissions]
    now = book.judged.listing.code_now
    said = {(now(act[0]), act[1]): why for act in acts if (why := book.reason_of(act))}
    return [replace(each, reason=said.get(each.place, "")) for each in book.keys] if said else book.keys


def create_county(
    path: Path, code: str, name: str, year: int, standards: tuple[str, ...], *, practice: bool = False
) -> CountyBook:
    """Make a county's workbook and open it; raises Problem, `text-numbered` for one."""
    require_unnumbered(("区县代码", code), ("区县名称", name))
    from eduapp.services.workbooks import county_meta  # noqa: PLC0415 - a new workbook alone

    opened = workbook.create(path, county_meta(code, name, year, standards, practice=practice))
    try:
        known.begin(opened)
        return _with_single_rows(CountyBook(opened))
    except Exception:
        opened.close()
        files.remove(path)
        raise


def open_county(path: Path) -> CountyBook:
    """Open a county's workbook; raises Problem, also when it is a school's."""
    opened = workbook.open_workbook(path)
    if opened.meta.get("role") != COUNTY:
        opened.close()
        raise Problem("not-a-county-workbook", path=str(path))
    return county_in(opened)


def county_in(opened: workbook.Workbook) -> CountyBook:
    """Return the county of an open workbook; the workbook is closed where that fails."""
    try:
        require_facts(opened)
        known.require_own(opened, county_keys.certificate_of(opened))
        county_keys.catch_up(opened)
        return _with_single_rows(CountyBook(opened))
    except Exception:
        opened.close()
        raise


def _with_single_rows(book: CountyBook) -> CountyBook:
    """Add the rows every county's workbook has: new ones lack them, and those of an older release.

    A row without a cell says nothing, so no line of the log is due, which a locked county could not sign.
    """
    missing = [
        InsertRow(name, ONLY, 1, empty_row(name))
        for name, spec in COUNTY_RECORDS.items()
        if not spec.is_list and ONLY not in book.draft.rows[name]
    ]
    if missing:
        book.workbook.apply(missing)
        for each in missing:
            book.draft.apply(each)
    return book


def import_roster(book: CountyBook, path: Path) -> Roster:
    """Take the county's own schools from a spreadsheet into the school list."""
    return list_roster(book, read_list(path, book.code, book.name))


def read_list(path: Path, county: str, name: str = "", answers: Mapping[str, str] | None = None) -> Roster:
    """Read a county's school list without taking it in; raises Problem."""
    from eduapp.exchange.roster import read_roster  # noqa: PLC0415 - the spreadsheet libraries are heavy

    return read_roster(path, county, name, answers)


def list_roster(book: CountyBook, roster: Roster) -> Roster:
    """Take the schools of a spreadsheet that was read into the school list."""
    book.set_expected(Expected(each.code, each.name, each.kind, each.parent) for each in roster.schools)
    contacts.keep(book, roster)
    return roster
