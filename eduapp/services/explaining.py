"""Explain-why: everything behind one verdict, and what changed since the submission before.

A submission never changes, so what was read out of one is kept; a click then costs no reading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from db import journal
from db.problems import Problem
from db.records.catalog import RECORDS
from db.tables import SENT
from eduapp.services import checking, comparing
from eduapp.services.comparing import Stated
from eduapp.services.packing import draft_of
from eduapp.standards import wording
from eduapp.standards.evaluate import judge
from eduapp.standards.explained import Beside, Comparison, Explanation, FedFigure, FedRow, Since
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.packs.reader import load
from eduapp.standards.strictness import WORDS, Strictness, compare, national_item

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from db.records.choices import SchoolKind
    from eduapp.services.books import SchoolBook
    from eduapp.services.checking import Records
    from eduapp.services.county.books import CountyBook
    from eduapp.services.merge.merging import Member
    from eduapp.standards.formulas.measure import Feed
    from eduapp.standards.results import Verdict
    from eduapp.standards.standard import Indicator, Standard

SHOWN_ROWS = 40
"""Rows listed of a figure; the others are counted."""
ALL = 1_000_000
STATE_WORDS = {"final": "正式", "draft": "草稿"}
NATIONAL = "国家标准"
RELAXED = f"{WORDS[Strictness.LAXER]}(限值相同,按放宽条款计算)"
OTHER, NO_NATIONAL = "与国家标准算法不同,不作比较", "国家标准没有这一项"
NO_EARLIER = "这是该校的第一份上报文件,没有更早的可比。"
NOT_REPORTED = "该校还没有上报:数字来自上年教育事业统计全县导出。"


@dataclass(frozen=True)
class _Last:
    """The submission made last, without its bytes."""

    id: str
    seq: int
    state: str
    at: str


@dataclass(frozen=True)
class Before:
    """What to compare with: a submission as it was read, and how it is named."""

    stated: Stated
    about: str


class Explainer:
    """Explains the verdicts of an open school workbook; keeps the last submission opened."""

    def __init__(self, book: SchoolBook) -> None:
        """Open nothing yet."""
        self._book = book
        self._opened: tuple[str, Stated | Problem] | None = None

    @property
    def ready(self) -> bool:
        """Whether the next explanation reads no submission: there is none, or it was read already."""
        last = self._last()
        return last is None or (self._opened is not None and self._opened[0] == last.id)

    def prepare(self) -> None:
        """Read the last submission and judge it: for a worker, where it is long."""
        last = self._last()
        stated = self._stated(last) if last is not None else None
        if isinstance(stated, Stated):
            day = self._book.reference_date
            for standard in self._book.standards:
                for verdict in stated.verdicts(standard, day).values():
                    stated.offenders(verdict)

    def explain(
        self,
        verdict: Verdict,
        on: datetime.date | None = None,
        *,
        compared: bool = True,
        limit: int = SHOWN_ROWS,
    ) -> Explanation:
        """Explain a verdict as the workbook stands, judged on a day (by default its reference date).

        compared: with what changed since the last submission, a draft too. limit: rows listed of a
        figure.
        """
        book = self._book
        before = self._before() if compared else Comparison(Since.NOT_ASKED)
        found = explain_records(book, verdict, book.standards, on or book.reference_date, before, limit)
        return replace(found, since=self._with_names(found.since))

    def _before(self) -> Before | Comparison:
        last = self._last()
        if last is None:
            return Comparison(Since.NEVER)
        about = f"上次上报({STATE_WORDS[last.state]},第 {last.seq} 次,{_minute(last.at)})"
        stated = self._stated(last)
        if isinstance(stated, Problem):
            return Comparison(Since.UNREADABLE, about, stated.text)
        return Before(stated, about)

    def _with_names(self, since: Comparison) -> Comparison:
        """Call deleted rows by the names the journal keeps: people's names are in no submission."""
        gone: dict[str, set[str]] = {}
        for each in since.rows:
            if each.gone:
                gone.setdefault(each.row.record, set()).add(each.row.key)
        if not gone:
            return since
        with self._book.workbook.reading() as door:
            names = {record: journal.deleted_titles(door, record, keys) for record, keys in gone.items()}

        def named(row: FedRow) -> FedRow:
            return replace(row, name=names.get(row.record, {}).get(row.key, row.name))

        return replace(since, rows=tuple(replace(each, row=named(each.row)) for each in since.rows))

    def _last(self) -> _Last | None:
        query = select(SENT.c.id, SENT.c.seq, SENT.c.state, SENT.c.at)
        query = query.order_by(SENT.c.at.desc(), SENT.c.seq.desc()).limit(1)
        with self._book.workbook.transaction() as connection:
            row = connection.execute(query).first()
        return _Last(*row) if row else None

    def _stated(self, last: _Last) -> Stated | Problem:
        if self._opened is None or self._opened[0] != last.id:
            self._opened = (last.id, self._read(last.id))
        return self._opened[1]

    def _read(self, submission: str) -> Stated | Problem:
        from eduapp.exchange.submission import open_verified  # noqa: PLC0415 - cryptography: not at the start
        from eduapp.services.keys.writer import archives_of  # noqa: PLC0415 - the same

        query = select(SENT.c.content).where(SENT.c.id == submission)
        with self._book.workbook.transaction() as connection:
            content = bytes(connection.execute(query).scalar_one())
        try:
            # Our own bytes out of our own workbook: nobody else has to admit the key.
            archives = archives_of(self._book.workbook)
            return Stated(draft_of(open_verified(content, lambda _manifest, _key: None, archives)))
        except Problem as problem:
            return problem


class CountyExplainer:
    """Explains the verdicts on submissions of a county's set; keeps the last few opened."""

    KEPT = 8

    def __init__(self, book: CountyBook) -> None:
        """Open nothing yet."""
        self._book = book
        self._opened: dict[tuple[str, ...], Stated] = {}

    def explain(
        self, verdict: Verdict, submission: str, on: datetime.date | None = None, *, limit: int = SHOWN_ROWS
    ) -> Explanation:
        """Explain a verdict on a submission, compared with the school's submission before it."""
        book, day = self._book, on or self._book.reference_date
        now = self.stated(submission)
        stated = submission not in book.received  # by the export: no file of the school's own
        earlier = None if stated else before_of(book.received[submission].member, book.members)
        if earlier is None:
            why = NOT_REPORTED if stated else NO_EARLIER
            before: Before | Comparison = Comparison(Since.NEVER, why=why)
        else:
            came = _minute(book.received[earlier.id].received)
            about = f"该校上一份上报({STATE_WORDS[earlier.state]},第 {earlier.seq} 次,{came} 接收)"
            before = Before(self.stated(earlier.id), about)
        return explain_records(now, verdict, book.standards, day, before, limit)

    def stated(self, submission: str) -> Stated:
        """Return what counts of a submission; it was verified when it came in."""
        key = (submission, *(each.decision for each in self._book.overlays_on(submission)))
        found = self._opened.pop(key, None) or Stated(self._book.draft_of(submission))
        self._opened[key] = found
        while len(self._opened) > self.KEPT:
            self._opened.pop(next(iter(self._opened)))
        return found


def explain(book: SchoolBook, verdict: Verdict, on: datetime.date | None = None) -> Explanation:
    """Explain a verdict of a school workbook once; a window keeps an `Explainer`."""
    return Explainer(book).explain(verdict, on)


def find_verdict(
    records: Records, standards: Sequence[Standard], on: datetime.date, code: str, stage: str | None = None
) -> Verdict:
    """Return the first standard's verdict on an item, of the named section or of the first there is.

    Raises Problem `verdict-unknown` naming the items there are.
    """
    in_force = [each for each in standards if each.in_force(on)]
    judged = [
        each for standard in in_force for each in comparing.verdicts_of(records.data, standard, on).values()
    ]
    for each in judged:
        if each.code == code and stage in {None, "", each.stage}:
            return each
    known = dict.fromkeys(f"{each.code}:{each.stage}" if each.stage else each.code for each in judged)
    raise Problem(
        "verdict-unknown", item=f"{code}:{stage}" if stage else code, known="、".join(known) or "(无)"
    )


def outline(verdict: Verdict, day: datetime.date) -> Explanation:
    """Say of a verdict what it says itself, while the records behind it are still being read."""
    standard = load(verdict.standard)
    item = standard.indicator(verdict.code, day)
    own = item.citation
    return Explanation(
        verdict=verdict,
        standard=f"{standard.title} {standard.number}",
        formula=own.explanation,
        numbers=wording.formula_text(verdict),
        relaxed=None if verdict.citation in item.citations else own,
        figures=tuple(FedFigure(part, (), 0) for part in verdict.inputs),
    )


def explain_records(
    records: Records,
    verdict: Verdict,
    standards: Iterable[Standard],
    day: datetime.date,
    before: Before | Comparison,
    limit: int,
) -> Explanation:
    """Explain a verdict on records; `before` is what to compare with, or why there is nothing.

    limit: rows listed of a figure and of the changes; all are counted.
    """
    offenders = checking.offenders(records, verdict, ALL)
    since = before
    if isinstance(since, Before):
        found = comparing.compare(since.stated, records, verdict, day, offenders)
        since = replace(found, about=since.about, rows=found.rows[:limit])
    return replace(
        outline(verdict, day),
        figures=tuple(_figures(records, verdict, limit)),
        offenders=tuple(_row(records, each) for each in offenders[:limit]),
        offenders_total=len(offenders),
        documents=tuple(
            FedRow(comparing.DOCUMENTS, key, "item", said or RECORDS[comparing.DOCUMENTS].label)
            for key, said in comparing.documents_of(records.draft, verdict.code).items()
        ),
        beside=tuple(_beside(records, verdict, standards, day)),
        since=since,
    )


def before_of(member: Member, members: Iterable[Member]) -> Member | None:
    """Return the submission a school made before this one; None where the set has none.

    Of the same writer the last smaller number (a lost stick leaves a hole), else the last one of
    another writer that this one had seen.
    """
    others = [each for each in members if each.school == member.school and each.id != member.id]
    same = [other for other in others if other.writer == member.writer and other.seq < member.seq]
    if same:
        return max(same, key=lambda each: (each.id == member.prev, each.seq, each.id))
    seen = [other for other in others if member.seen.get(other.writer, 0) >= other.seq]
    return max(seen, key=lambda each: (each.seq, each.id), default=None)


def _figures(records: Records, verdict: Verdict, limit: int) -> Iterable[FedFigure]:
    for part in verdict.inputs:
        found = checking.feeds(records, part, ALL)
        yield FedFigure(part, tuple(_row(records, each) for each in found[:limit]), len(found))


def _row(records: Records, feed: Feed) -> FedRow:
    spec = RECORDS[feed.record]
    if spec.title_field:
        name = comparing.name_of(records.draft, feed.record, feed.key)
        return FedRow(feed.record, feed.key, feed.field, name, feed.text)
    name = feed.text or spec.fields[feed.field].item.label
    return FedRow(feed.record, feed.key, feed.field, name)


def _beside(
    records: Records, verdict: Verdict, standards: Iterable[Standard], day: datetime.date
) -> Iterable[Beside]:
    """Yield the verdict and those of the other standards on the same item, the national one first."""
    chosen = {each.id: each for each in (*standards, load(verdict.standard))}
    for each in list(chosen.values()):
        for lower in (each.over, each.beside):
            if lower:
                chosen.setdefault(lower, load(lower))
    own = _item(load(verdict.standard), verdict, day)
    found = {}
    for standard in chosen.values():
        if standard.id == verdict.standard:
            found[standard.id] = verdict
        elif standard.in_force(day):
            same = next((each for each in standard.on(day) if _same_item(each, own)), None)
            if same is not None:
                found[standard.id] = judge(records.data, standard, same, verdict.stage, day)
    for one in sorted(found.values(), key=lambda each: not _is_national(chosen[each.standard])):
        source = chosen[one.standard]
        than = _than(one, found.get(source.over or source.beside), records.data.facts.kind, day)
        title = f"{source.title}(加放宽条款)" if source.over else source.title
        yield Beside(title, source.number, one, than, own=one is verdict)


def _item(standard: Standard, verdict: Verdict, day: datetime.date) -> Indicator:
    return standard.indicator(verdict.code, day)


def _same_item(one: Indicator, other: Indicator) -> bool:
    """Whether two items ask the same: a local one names its national one, others share the name."""
    if not one.formula or FORMULAS[one.formula].scope != FORMULAS[other.formula].scope:
        return False
    return (one.national or one.code) == (other.national or other.code) or one.name == other.name


def _is_national(standard: Standard) -> bool:
    """Whether it is a national standard itself: not one laid over it, not a local plan beside it."""
    return not standard.over and not standard.beside


def _than(verdict: Verdict, national: Verdict | None, kind: SchoolKind | None, day: datetime.date) -> str:
    """Say how an item stands to the national one: worked out from thresholds and direction, never typed."""
    standard = load(verdict.standard)
    if _is_national(standard):
        return NATIONAL
    item = _item(standard, verdict, day)
    if standard.below is not None:
        other = national_item(item, standard.below, day)
        found = compare(item, other, verdict.stage, kind) if other else None
        return WORDS[found] if found else item.differs or (OTHER if other else NO_NATIONAL)
    if national is None or verdict.threshold is None or national.threshold is None:
        return OTHER
    if verdict.threshold != national.threshold:
        stricter = (verdict.threshold < national.threshold) == verdict.at_most
        return WORDS[Strictness.STRICTER if stricter else Strictness.LAXER]
    return WORDS[Strictness.EQUAL] if verdict.citation in item.citations else RELAXED


def _minute(at: str) -> str:
    """Return a time as people read it, without seconds and zone."""
    return at[:16].replace("T", " ")
