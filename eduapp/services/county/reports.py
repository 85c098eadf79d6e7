"""The county's report: the schools that count, judged, and the figures over their sections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from db.records.choices import SchoolKind
from eduapp.exchange.signing import digits_of_line
from eduapp.printing.county_sources import Source
from eduapp.services.county import closing, register, standing
from eduapp.services.county.books import PAPER
from eduapp.services.jobs import Progress
from eduapp.services.merge import overlays
from eduapp.services.merge.decisions import LIST, OVERLAY, REVOKE, in_words
from eduapp.services.merge.merging import FINAL
from eduapp.standards.county.form import county_form
from eduapp.standards.county.groups import Schools
from eduapp.standards.county.report import CountyReport, standard_report
from eduapp.standards.county.roll import Absent, Roll
from eduapp.standards.packs.reader import chosen

if TYPE_CHECKING:
    import datetime
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.decisions import Decision
    from eduapp.services.merge.listing import Listing
    from eduapp.services.merge.merging import Member
    from eduapp.services.merge.moment import Moment
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.report import StandardReport
    from eduapp.standards.standard import Standard

    Alone = dict[str, list[SchoolEntry]]
    """School code -> the school by itself, judged by each standard."""

__all__ = ["Source", "county_report", "sources_of"]


def county_report(
    book: CountyBook,
    on: datetime.date | None = None,
    standards: Sequence[str] | None = None,
    revision: int | None = None,
) -> Generator[Progress, None, CountyReport]:
    """Compute the report of the set as it stands: a pure function of it, in school-code order.

    With `revision` that of a closed list: its submissions and the decisions before it was closed. The
    county's own records are today's; the report says where they differ. Raises Problem `revision-unknown`,
    `revision-incomplete`.
    """
    moment = closing.moment_of(book, revision)
    day = on or book.reference_date
    named = chosen(standards) if standards else book.standards
    used = [standard for standard in named if standard.in_force(day)]
    alone = yield from _alone(book, moment, used, day)
    groups = standing.groups_of(book, moment)
    roll = roll_of(book, moment)
    reports = _judged(book, moment, (used, day), alone, groups, roll)
    first = reports[0] if reports else None
    report = CountyReport(
        code=book.code,
        name=book.name,
        year=book.year,
        on=day,
        standards=tuple(standard.id for standard in used),
        fingerprint=moment.fingerprint,
        expected=len(moment.listing.schools) or None,
        roll=roll,
        schools=first.schools if first else (),
        stages=first.stages if first else (),
        unchecked_keys=book.unchecked_keys,
        practice=book.practice,
        county_level=first.county_level if first else (),
        others=tuple(reports[1:]),
        campuses=_campuses(alone, groups, book, moment),
        by_export=first.by_export if first else (),
        whole_fingerprint=moment.digest.hex(),
        fingerprint_version=moment.version,
        unkept=len(book.missing),
        failed=tuple(each.in_words for each in book.failed),
        changed=overlays.changed_cells(book.overlays(moment), _names(book, moment)),
        unsigned_decisions=_unsigned(moment.decisions) if book.own_keys else 0,
        revision=moment.revision,
        other_basis=closing.basis_differs(book, moment.revision),
    )
    form = county_form(report.schools, report.campuses, used[0] if used else None, day, book.draft)
    return _with_list(replace(report, form=form), book, moment)


def _campuses(
    alone: Alone, groups: Mapping[str, Sequence[str]], book: CountyBook, moment: Moment
) -> tuple[SchoolEntry, ...]:
    """Return the campuses of the schools that have reported."""
    stated = standing.standing_by_export(book, moment)
    return tuple(
        alone[each][0] for code, campuses in groups.items() if code not in stated for each in campuses
    )


def _with_list(report: CountyReport, book: CountyBook, moment: Moment) -> CountyReport:
    """Add what schools say otherwise than the list, and the keys that stand by an old form."""
    return replace(
        report,
        old_form_keys=book.old_form_keys,
        differences=register.differences(book, moment),
        links_pending=register.pending_links(book, moment),
    )


def _alone(
    book: CountyBook, moment: Moment, used: Sequence[Standard], day: datetime.date
) -> Generator[Progress, None, Alone]:
    """Return each school judged by itself; all that is stored is looked at, superseded files too."""
    found: Alone = {}
    book.judging.store.open()
    codes = standing.codes_of(moment)
    for done, code in enumerate(codes, 1):
        if used:
            found[code] = book.judging.entries(standing.parts_of(moment, code), used, day, moment)
        yield Progress("计算", done, len(codes))
    yield from book.verify_stored()
    return found


def _judged(
    book: CountyBook,
    moment: Moment,
    by: tuple[Sequence[Standard], datetime.date],
    alone: Alone,
    groups: Mapping[str, Sequence[str]],
    roll: Roll,
) -> list[StandardReport]:
    """Judge the county by standards on a day; `groups`: each school with the campuses counted in it."""
    standards, day = by
    reports: list[StandardReport] = []
    judged: dict[str, Schools] = {}
    by_school = [
        book.judging.entries(
            tuple(part for each in (code, *campuses) for part in standing.parts_of(moment, each)),
            standards,
            day,
            moment,
        )
        if campuses or code not in alone
        else alone[code]
        for code, campuses in groups.items()
    ]
    book.judging.store.write()
    book.judging.groups.turn()
    for place, standard in enumerate(standards):
        entries = Schools((each[place] for each in by_school), book.judging.groups)
        # A local plan asks for what the national one said, relaxed or not.
        judged[standard.over or standard.id] = entries
        below = judged.get(standard.beside, Schools())
        reports.append(
            standard_report(entries, standard, day, book.draft, roll, below, (book.code, book.name))
        )
    return reports


def roll_of(book: CountyBook, moment: Moment) -> Roll:
    """Return who the school list expects and has not come at a moment, and whose word is not the last one.

    A school one of whose sites stands by the export has not come.
    """
    view, names, listed = moment.view, _names(book, moment), moment.listing.by_code
    stated = standing.standing_by_export(book, moment)
    return Roll(
        listed=bool(listed),
        absent=tuple(
            Absent(code, each.name, SchoolKind(each.kind) if each.kind else None)
            for code, each in listed.items()
            if code not in view or code in stated
        ),
        drafts={code: names[code] for code, each in view.items() if each.counts.state != FINAL},
        conflicts={code: names[code] for code, each in view.items() if each.conflict},
    )


def sources_of(book: CountyBook, revision: int | None = None) -> tuple[Source, ...]:
    """Return whose file stands behind each school's numbers, in school-code order; of a closed list too."""
    keys = {each.place: each for each in book.keys}
    moment = closing.moment_of(book, revision)
    about, names = DecisionsAbout(moment.decisions, moment.listing), _names(book, moment)
    found = []
    for school, view in moment.view.items():
        got = book.received[view.counts.id]
        key = keys.get((got.member.school, got.public_key))
        found.append(
            Source(
                school=school,
                name=names[school],
                state=view.counts.state,
                submission=view.counts.id,
                digits=digits_of_line(got.public_key),
                checked=key is not None and key.how == PAPER,
                key_reason=key.reason if key else "",
                unsettled=view.conflict,
                number=view.counts.seq,
                received=got.received,
                file_name=got.file_name,
                decisions=tuple(in_words(each) for each in about.of(view.counts)),
            )
        )
    return tuple(found)


class DecisionsAbout:
    """The decisions that touch a submission: about it, over it, its school's cells, its key.

    Found by what they are about: a county takes as many decisions as it has schools.
    """

    def __init__(self, decisions: Iterable[Decision], listing: Listing) -> None:
        """Sort decisions by what they are about, schools by their codes in `listing`."""
        self._places: dict[tuple[str, ...], list[tuple[int, Decision]]] = {}
        abouts: dict[str, set[tuple[str, ...]]] = {}
        for number, each in enumerate(decisions):
            about: set[tuple[str, ...]] = {(name,) for name in (each.submission, *each.over) if name}
            if each.kind == OVERLAY:
                about.add(("school", listing.about_code(each)))
            elif each.kind == REVOKE:
                about.add(("school", listing.about_code(each), each.detail("key")))
            about |= abouts.get(each.detail("overlay"), set())
            abouts[each.id] = about
            for place in about:
                self._places.setdefault(place, []).append((number, each))

    def of(self, member: Member) -> list[Decision]:
        """Return those that touch a submission, in the order they were taken."""
        places = (member.id,), ("school", member.school), ("school", member.school, member.key)
        found = {number: each for place in places for number, each in self._places.get(place, ())}
        return [found[number] for number in sorted(found)]


def decisions_about(decisions: Iterable[Decision], listing: Listing, member: Member) -> list[Decision]:
    """Return the decisions that touch one submission; see `DecisionsAbout`."""
    return DecisionsAbout(decisions, listing).of(member)


def _unsigned(decisions: Sequence[Decision]) -> int:
    """Count what nobody signed; a signed word on the list covers all that was decided of it before."""
    covered = register.is_signed(decisions)
    return sum(not each.signature and not (covered and each.kind == LIST) for each in decisions)


def _names(book: CountyBook, moment: Moment) -> dict[str, str]:
    """Return school code at a moment -> name: the list's where it was decided, else as submissions say."""
    listed = {code: each.name for code, each in moment.listing.by_code.items()}
    decided = {code: each.name for code, each in moment.listing.by_code.items() if each.decided and each.name}
    known = {each.school: book.received[name].name for name, each in moment.by_id.items()}
    return listed | known | decided
