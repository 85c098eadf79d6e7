"""What a county asks of its schools about single cells; the receipt carries it to the school.

A question answers itself: as soon as the submission that counts states something else in that cell, or
no longer has its row. That is a comparison of two texts, no message and no clock.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from db import journal, thin
from db.problems import Problem
from db.records.catalog import SCHOOL_RECORDS
from db.records.spec import carried
from db.records.values import clean
from db.workbook import now, who
from eduapp.services.county.held import ASKED, QUESTION, QUESTION_COLUMNS
from eduapp.services.county.kept_entries import QUESTION as QUESTION_PLACE
from eduapp.services.county.kept_entries import EntryAsked
from eduapp.services.county.plain_data import Codec
from eduapp.services.differences import cell_text, row_label
from eduapp.services.personal import says_personal, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from db.records.draft import Draft
    from eduapp.services.county.books import CountyBook

MAX_TEXT: Final = 300
"""The longest question, in characters: it must fit beside a cell."""

_GONE = object()


@dataclass(frozen=True)
class Compared:
    """A question held against a submission: whether it answers it, the row's name and the cell, as shown."""

    submission: str
    answered: bool
    row: str
    stated: str


_NOTHING = Compared("", answered=False, row="", stated="")


class QuestionState(StrEnum):
    """How a question stands."""

    OPEN = "待学校更正"
    ANSWERED = "学校已改"
    CLOSED = "已结束"


@dataclass(frozen=True)
class Question:
    """A question as it was asked. `base` is the cell's carried text then; None: empty, or personal."""

    id: str
    school: str
    submission: str
    record: str
    key: str
    field: str
    base: str | None
    text: str
    at: str
    closed: str | None

    @property
    def personal(self) -> bool:
        """Whether the cell holds personal data, which a receipt must not repeat."""
        return SCHOOL_RECORDS[self.record].fields[self.field].item.personal


@dataclass(frozen=True)
class PlacedQuestion:
    """A question on what its school states now: where it is, in words, and how it stands."""

    question: Question
    state: QuestionState
    label: str
    """「班级 · 学生数(人)」."""
    row: str
    """「一年级(1)班」; "" where the record has one row or the row is gone."""
    stated: str
    """What the school states in the cell now, as shown; "" where the row is gone."""


def ask(book: CountyBook, school: str, submission: str, place: tuple[str, str, str], text: str) -> Question:
    """Ask about a cell (record, row, field) of a submission; the same question again is the same one.

    Raises Problem `question-empty`, `question-too-long`, `question-personal` (a receipt travels in the
    clear), `question-no-cell`, `submission-unknown`, and those of opening the submission.
    """
    said = clean(text)
    if not said:
        raise Problem("question-empty")
    if len(said) > MAX_TEXT:
        raise Problem("question-too-long", most=MAX_TEXT)
    received = book.received.get(submission)
    if received is None or not received.admitted or received.member.school != school:
        raise Problem("submission-unknown", id=submission[:8])
    draft = book.stated(submission)
    record, key, name = place
    spec = SCHOOL_RECORDS.get(record)
    if spec is None or name not in spec.fields or key not in draft.rows[record]:
        raise Problem("question-no-cell", record=record, key=key, field=name)
    if says_personal(said, texts_of(draft, record, key)):
        raise Problem("question-personal")
    for known in questions(book):
        same = (known.school, known.record, known.key, known.field, known.text, known.submission)
        if known.closed is None and same == (school, record, key, name, said, submission):
            return known
    field = spec.fields[name]
    # What is personal lies encrypted in the submission and nowhere else; it is compared there.
    base = None if field.item.personal else carried(field, draft.rows[record][key][name])[0]
    made = Question(uuid.uuid4().hex, school, submission, record, key, name, base, said, now(), None)
    with book.writing(holds={ASKED}) as (door, _):
        thin.insert(door, QUESTION, [vars(made)])
        journal.note(door, "question", f"{school} {record} {key} {name}", who(), now())
    return made


def close(book: CountyBook, question: str) -> None:
    """End a question that no longer matters; Problem `question-unknown` when it is not open."""
    with book.writing(holds={ASKED}) as (door, _):
        if not thin.update(door, QUESTION, {"id": question, "closed": None}, {"closed": now()}):
            raise Problem("question-unknown", id=question[:8])
        journal.note(door, "question-closed", question, who(), now())


def questions(book: CountyBook) -> tuple[Question, ...]:
    """Return everything that was asked, closed ones too, in the order it was asked."""
    with book.workbook.reading() as door:
        found = [Question(*row) for row in thin.select(door, QUESTION, QUESTION_COLUMNS, order="at, id")]
    return tuple(replace(each, school=_school_of(book, each)) for each in found)


def _school_of(book: CountyBook, asked: Question) -> str:
    """Return the code that the school has now which was asked: that of the submission it was asked about."""
    about = book.received.get(asked.submission)
    return about.member.school if about else book.listing.code_now(asked.school)


def placed(book: CountyBook) -> tuple[PlacedQuestion, ...]:
    """Return every question with its place in words and how it stands.

    A submission is opened for a question that can still change, and for each of the school's once.
    """
    by_school: dict[str, list[Question]] = defaultdict(list)
    for each in questions(book):
        by_school[each.school].append(each)
    book.judging.store.open()
    found = tuple(each for school, asked in by_school.items() for each in _of_school(book, school, asked))
    book.judging.store.write()
    return found


def open_questions(book: CountyBook, school: str | None = None) -> Mapping[str, tuple[Question, ...]]:
    """Return the questions that wait for their school, by school code; of all schools, or of one."""
    found: dict[str, list[Question]] = defaultdict(list)
    by_school: dict[str, list[Question]] = defaultdict(list)
    for each in questions(book):
        if each.closed is None and school in {None, each.school}:
            by_school[each.school].append(each)
    for code, asked in by_school.items():
        for found_at in _of_school(book, code, asked):
            if found_at.state is QuestionState.OPEN:
                found[code].append(found_at.question)
    return {code: tuple(waiting) for code, waiting in found.items()}


def _of_school(book: CountyBook, school: str, asked: list[Question]) -> Iterator[PlacedQuestion]:
    """Yield a school's questions; its submission is opened where one of them was not compared with it yet."""
    view = book.view().get(school)
    counts = view.counts.id if view else ""
    compared = book.judging.questions
    for each in asked:
        if each.id not in compared:
            kept = book.judging.store.read(_asked(each), _form())
            if kept is not None:
                compared[each.id] = kept
    ahead = [
        question
        for question in asked
        if question.closed is None and _is_due(compared.get(question.id), counts)
    ]
    if ahead:
        draft = book.stated(counts)
        before: dict[str, Draft] = {}
        for each in ahead:
            compared[each.id] = _compared(book, each, counts, draft, before)
            book.judging.store.add(_asked(each), compared[each.id], _form())
    for each in asked:
        found = compared.get(each.id, _NOTHING) if counts else _NOTHING
        spec = SCHOOL_RECORDS[each.record]
        label = f"{spec.label} · {spec.fields[each.field].heading}"
        yield PlacedQuestion(each, _state(each, found), label, found.row, found.stated)


def _is_due(found: Compared | None, counts: str) -> bool:
    return bool(counts) and (found is None or found.submission != counts)


def _state(asked: Question, found: Compared) -> QuestionState:
    if asked.closed is not None:
        return QuestionState.CLOSED
    return QuestionState.ANSWERED if found.answered else QuestionState.OPEN


def _compared(
    book: CountyBook, asked: Question, counts: str, draft: Draft, before: dict[str, Draft]
) -> Compared:
    """Compare what counts of a school with what was asked about."""
    spec = SCHOOL_RECORDS[asked.record]
    field, there = spec.fields[asked.field], asked.key in draft.rows[asked.record]
    cell = draft.rows[asked.record][asked.key][asked.field] if there else None
    told = carried(field, cell)[0] if there else _GONE
    return Compared(
        counts,
        answered=counts != asked.submission and told != _base(book, asked, before),
        row=row_label(draft, spec, asked.key) if there else "",
        stated=cell_text(draft, field, cell) if there else "",
    )


def _asked(question: Question) -> EntryAsked:
    """Return under what a comparison is kept; it says itself with which submission."""
    return EntryAsked(f"{QUESTION_PLACE} {question.id}", (*vars(question).values(),)[:-1], ())


@cache
def _form() -> Codec:
    return Codec(Compared, {})


def _base(book: CountyBook, asked: Question, opened: dict[str, Draft]) -> str | None:
    """Return what the cell said when it was asked about; a personal one is read where it lies sealed."""
    if not asked.personal:
        return asked.base
    if asked.submission not in opened:
        opened[asked.submission] = book.stated(asked.submission)
    row = opened[asked.submission].rows[asked.record][asked.key]
    return carried(SCHOOL_RECORDS[asked.record].fields[asked.field], row[asked.field])[0]
