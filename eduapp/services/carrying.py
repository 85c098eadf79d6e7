"""A new school year from the workbook of the year before: what stays is carried, what was is compared with.

The profile and the lists that do not change by themselves come along (people's names too: it is the
school's own file); classes, totals, money, homework and ledgers are filled in anew. Nothing is ticked
「本表已填全」: what was whole last year is not whole this year until somebody says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from db import journal, store
from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.edits import InsertRow
from db.records.values import Reference
from db.workbook import now, who
from eduapp.standards.figures import FIGURES
from eduapp.standards.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.records.choices import Stage
    from db.records.draft import Draft
    from db.records.rows import Row
    from db.workbook import Workbook
    from eduapp.services.books import SchoolBook
    from eduapp.standards.data import SchoolData

CARRIED_LISTS = ("teacher", "room", "sports_ground", "equipment")
NOTE = "carried"
"""What the journal calls the making of a workbook from an earlier one."""


@dataclass(frozen=True)
class Carried:
    """What comes out of an earlier workbook. `previous`: (figure, stage or "") -> its value as text."""

    profile: Row
    rows: tuple[InsertRow, ...]
    previous: dict[tuple[str, str], str]
    source: str
    """The earlier workbook's own id and year, for the journal."""


def require_earlier(book: SchoolBook, code: str, year: int, *, practice: bool) -> None:
    """Refuse a workbook that is not this school's of a year before.

    Raises Problem `earlier-other-school`, `earlier-not-earlier`, `earlier-practice`.
    """
    facts = book.facts
    if facts.code != code:
        raise Problem("earlier-other-school", name=facts.name, other=facts.code, school=code)
    if book.year >= year:
        raise Problem("earlier-not-earlier", earlier=book.year, year=year)
    if book.practice != practice:
        raise Problem("earlier-practice")


def carry(book: SchoolBook) -> Carried:
    """Read what an earlier workbook hands on; nothing is written in it."""
    return Carried(
        profile=dict(book.draft.only("school")),
        rows=tuple(_rows(book)),
        previous=dict(_previous(book.data)),
        source=f"{book.workbook.meta['workbook']} {book.year}",
    )


def write_first(opened: Workbook, rows: Sequence[InsertRow], carried: Carried | None) -> None:
    """Write the first rows of a new workbook, and what was carried, in one transaction."""
    every = [*rows, *(carried.rows if carried else ())]
    with opened.writing() as door:
        store.write(door, every)
        journal.append(door, every, who(), now())
        if carried is None:
            return
        journal.note(door, NOTE, carried.source, who(), now())
        values = [(name, stage, value) for (name, stage), value in carried.previous.items()]
        door.executemany("INSERT INTO previous_figure (name, stage, value) VALUES (?, ?, ?)", values)


def said(draft: Draft) -> str:
    """Say what a new workbook has from the one before."""
    counts = "、".join(f"{RECORDS[name].label} {len(draft.rows[name])} 行" for name in CARRIED_LISTS)
    return f"已从上一年工作簿带入:{counts};上年数据 {len(draft.previous)} 项"


def _rows(book: SchoolBook) -> Iterator[InsertRow]:
    for record in CARRIED_LISTS:
        rows = book.draft.rows[record]
        # What a cell refers to may stay behind.
        dropped = [
            name
            for name, field in RECORDS[record].fields.items()
            if isinstance(field.item.kind, Reference) and field.item.kind.record not in CARRIED_LISTS
        ]
        for key, row in rows.items():
            yield InsertRow(record, key, rows.position_of(key), row | dict.fromkeys(dropped))


def _previous(data: SchoolData) -> Iterator[tuple[tuple[str, str], str]]:
    for name, figure in FIGURES.items():
        places: tuple[Stage | None, ...] = data.sections if figure.by_stage else (None,)
        for stage in places:
            value = data.figure(name, stage).value
            if value is not None:
                yield (name, str(stage or "")), plain(Decimal(value))
