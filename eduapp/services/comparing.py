"""One verdict on two states of a school's records: what it was, what it is, and which rows made it so.

Rows belong together by their id. Only what feeds the verdict is named: a change elsewhere is none here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from eduapp.services import checking
from eduapp.services.differences import cell_text, row_label
from eduapp.standards import wording
from eduapp.standards.data import ROWS, SchoolData
from eduapp.standards.evaluate import evaluate_school, evaluate_sections
from eduapp.standards.explained import Change, Comparison, FedRow, RowChange, Since
from eduapp.standards.figures import FIGURES
from eduapp.standards.packs.reader import load
from eduapp.standards.tally import contributions

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from db.records.choices import Stage
    from db.records.draft import Draft
    from db.records.spec import RecordSpec
    from eduapp.services.checking import Records
    from eduapp.standards.figures import Figure
    from eduapp.standards.formulas.measure import Feed
    from eduapp.standards.results import Input, Verdict
    from eduapp.standards.school_facts import Facts
    from eduapp.standards.standard import Standard

    Verdicts = dict[tuple[str, Stage | None], Verdict]
    """By code and stage."""
    Part = tuple[str, Stage | None, str]

ADDED, REMOVED, CHANGED = "新增", "删除", "修改"
OVER, NO_LONGER_OVER = "新超限", "不再超限"
ABSENT = "—"
NOT_USED = "未用到"
EVERY = 1_000_000
DOCUMENTS = "evidence"
NO_ITEM_THEN = "那时没有这个学段"
NO_STANDARD_ITEM = "那时没有这一项"


class Stated:
    """What a submission states, with its figures counted once and its verdicts kept."""

    def __init__(self, draft: Draft) -> None:
        """Take over a draft that changes no more."""
        self.draft = draft
        self._judged: dict[tuple[str, datetime.date], Verdicts] = {}
        self._offenders: dict[tuple[str, str], list[Feed]] = {}

    @cached_property
    def data(self) -> SchoolData:
        """The figures."""
        return SchoolData(self.draft)

    def verdicts(self, standard: Standard, day: datetime.date) -> Verdicts:
        """Return the verdicts by a standard on a day."""
        place = (standard.sha256, day)
        if place not in self._judged:
            self._judged[place] = verdicts_of(self.data, standard, day)
        return self._judged[place]

    def offenders(self, verdict: Verdict) -> list[Feed]:
        """Return the cells that break the limit of a verdict one by one."""
        place = (verdict.standard, verdict.code)
        if place not in self._offenders:
            self._offenders[place] = checking.offenders(self, verdict, EVERY)
        return self._offenders[place]


def verdicts_of(data: SchoolData, standard: Standard, day: datetime.date) -> Verdicts:
    """Return every verdict of a standard on a school, by code and stage."""
    sections = (each for section in evaluate_sections(data, standard, day) for each in section.verdicts)
    found = (*sections, *evaluate_school(data, standard, day))
    return {(each.code, each.stage): each for each in found}


def name_of(draft: Draft, record: str, key: str, before: Draft | None = None) -> str:
    """Return how people know a row; of one that is gone, as the draft before knew it.

    People's names do not travel: at a county a teacher is known by the number of the row.
    """
    spec = RECORDS[record]
    gone = key not in draft.rows[record]
    where = before if gone else draft
    if where is None or key not in where.rows[record]:
        return "(已删除)"
    label = row_label(where, spec, key)
    if not label:
        return spec.label
    nameless = not where.rows[record][key].get(spec.title_field)
    return f"{'原' if gone else ''}{spec.label}{label}" if nameless and spec.is_list else label


def compare(
    then: Stated, now: Records, verdict: Verdict, day: datetime.date, offenders: Sequence[Feed]
) -> Comparison:
    """Compare a verdict with the one the same standard gives on the same day to the earlier records.

    offenders: the cells that break its limit now. All rows that changed are in the result.
    """
    earlier = then.verdicts(load(verdict.standard), day).get((verdict.code, verdict.stage))
    changes = tuple(_changes(earlier, verdict))
    rows = [
        *_row_changes(then, now, earlier, verdict),
        *_offender_changes(then, now, verdict, offenders),
        *_document_changes(then, now, verdict.code),
    ]
    state = Since.CHANGED if changes or rows else Since.SAME
    return Comparison(state, changes=changes, rows=tuple(rows), rows_total=len(rows))


def _changes(then: Verdict | None, now: Verdict) -> Iterator[Change]:
    if then is None:
        missing = NO_ITEM_THEN if now.stage else NO_STANDARD_ITEM
        yield Change("结论", missing, wording.OUTCOME_WORDS[now.outcome])
        yield Change("数值", ABSENT, _value(now))
        return
    pairs = (
        ("结论", wording.OUTCOME_WORDS[then.outcome], wording.OUTCOME_WORDS[now.outcome]),
        ("数值", _value(then), _value(now)),
        ("标准", wording.threshold_text(then), wording.threshold_text(now)),
        ("说明", then.note or ABSENT, now.note or ABSENT),
        ("放宽", then.remark or ABSENT, now.remark or ABSENT),
    )
    moved = then.value != now.value
    for label, was, stands in pairs:
        if was != stands:
            yield Change(label, was, stands)
        elif label == "数值" and moved:
            yield Change(label, f"{was}(未舍入时不同)", stands)
    yield from _figure_changes(then.inputs, now.inputs)


def _value(verdict: Verdict) -> str:
    return wording.value_with_unit(verdict)


def _figure_changes(then: Iterable[Input], now: Iterable[Input]) -> Iterator[Change]:
    """Yield the figures that are put in otherwise: another number, or another source."""
    before = {_place(part): part for part in then}
    after = {_place(part): part for part in now}
    for place in dict.fromkeys((*after, *before)):
        was, stands = before.get(place), after.get(place)
        if was is None or stands is None or (was.value, was.source) != (stands.value, stands.source):
            part = stands or was
            if part is not None:
                stage = f"({wording.STAGE_NAMES[part.stage]})" if part.stage else ""
                yield Change(
                    f"{part.label}{stage}",
                    wording.figure_text(was) if was else NOT_USED,
                    wording.figure_text(stands) if stands else NOT_USED,
                )


def _place(part: Input) -> Part:
    # Two inputs may stand on one figure (rooms below the form's bands): the label tells them apart.
    return part.figure, part.stage, part.label


def _row_changes(
    then: Stated, now: Records, earlier: Verdict | None, verdict: Verdict
) -> Iterator[RowChange]:
    """Yield the rows whose share in a figure is another; a list that did not decide had none."""
    if earlier is None:
        return
    before = {_place(part): part for part in earlier.inputs}
    told: set[tuple[str, str]] = set()
    facts = now.data.facts
    for part in verdict.inputs:
        figure, was = FIGURES[part.figure], before.get(_place(part))
        if figure.rows is None or was is None or {part.source, was.source} != {ROWS}:
            continue
        record = figure.rows.record
        old, new = then.draft.rows[record], now.draft.rows[record]
        for key in dict.fromkeys((*new, *old)):
            shares = (
                _share(figure, then.draft, then.data.facts, key, part.stage),
                _share(figure, now.draft, facts, key, part.stage),
            )
            if shares[0] != shares[1] and (record, key) not in told:
                told.add((record, key))
                yield _row_change(then, now, figure, key)


def _share(figure: Figure, draft: Draft, facts: Facts, key: str, stage: Stage | None) -> list[object]:
    """Return what a row adds to a figure of a section; nothing where it does not count or does not exist."""
    if figure.rows is None or key not in draft.rows[figure.rows.record]:
        return []
    found = contributions(figure, draft.rows[figure.rows.record][key], facts)
    return [amount for _name, where, amount in found if stage in {None, where}]


def _row_change(then: Stated, now: Records, figure: Figure, key: str) -> RowChange:
    if figure.rows is None:
        message = f"{figure.name} has no rows"
        raise ValueError(message)
    record, fields = figure.rows.record, figure.rows.fields
    spec = RECORDS[record]
    was, stands = key in then.draft.rows[record], key in now.draft.rows[record]
    title = name_of(now.draft, record, key, then.draft)
    row = FedRow(record, key, fields[0], title)
    if was and stands:
        pairs = [
            (_cells(then.draft, spec, key, (each,)), _cells(now.draft, spec, key, (each,))) for each in fields
        ]
        differing = [pair for pair in pairs if pair[0] != pair[1]]
        first = next(
            (name for name, pair in zip(fields, pairs, strict=True) if pair[0] != pair[1]), fields[0]
        )
        was_text, now_text = ("、".join(pair[side] for pair in differing) for side in (0, 1))
        return RowChange(CHANGED, FedRow(record, key, first, title), was_text, now_text)
    if stands:
        return RowChange(ADDED, row, "", _cells(now.draft, spec, key, fields))
    return RowChange(REMOVED, row, _cells(then.draft, spec, key, fields), "", gone=True)


def documents_of(draft: Draft, code: str) -> dict[str, str]:
    """Return the documents registered for an item: the key of the row and what it says."""
    spec, found = RECORDS[DOCUMENTS], {}
    for key, row in draft.rows[DOCUMENTS].items():
        if row["item"] == code:
            filled = [name for name in spec.fields if name != "item" and row[name] is not None]
            found[key] = _cells(draft, spec, key, filled)
    return found


def _document_changes(then: Stated, now: Records, code: str) -> Iterator[RowChange]:
    """Yield the documents of an item that are new, gone or say something else."""
    before, after = documents_of(then.draft, code), documents_of(now.draft, code)
    for key in dict.fromkeys((*after, *before)):
        was, stands = before.get(key), after.get(key)
        if was != stands:
            word = ADDED if was is None else REMOVED if stands is None else CHANGED
            row = FedRow(DOCUMENTS, key, "item", RECORDS[DOCUMENTS].label)
            gone = key not in now.draft.rows[DOCUMENTS]
            yield RowChange(word, row, was or "", stands or "", gone=gone)


def _cells(draft: Draft, spec: RecordSpec, key: str, fields: Iterable[str]) -> str:
    row = draft.rows[spec.name][key]
    return "、".join(
        f"{spec.fields[name].item.label} {cell_text(draft, spec.fields[name], row[name])}"
        for name in dict.fromkeys(fields)
    )


def _offender_changes(
    then: Stated, now: Records, verdict: Verdict, offenders: Sequence[Feed]
) -> Iterator[RowChange]:
    """Yield the classes and class-days that break a limit now and did not then, or the other way."""
    before = {(each.record, each.key): each for each in then.offenders(verdict)}
    after = {(each.record, each.key): each for each in offenders}

    def named(feed: Feed) -> str:
        if not RECORDS[feed.record].title_field:
            return RECORDS[feed.record].label
        return name_of(now.draft, feed.record, feed.key, then.draft)

    # A class-day is found by one of its rows: another row of the same day says the same.
    same = {(named(feed), feed.text) for feed in before.values()}
    same &= {(named(feed), feed.text) for feed in after.values()}
    for place, feed in (before | after).items():
        if (named(feed), feed.text) in same:
            continue
        was, stands = before.get(place), after.get(place)
        yield RowChange(
            CHANGED if was and stands else OVER if stands else NO_LONGER_OVER,
            FedRow(feed.record, feed.key, feed.field, named(feed)),
            was.text if was else "",
            stands.text if stands else "",
            gone=feed.key not in now.draft.rows[feed.record],
        )
