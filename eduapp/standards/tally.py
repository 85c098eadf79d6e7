"""Running sums over the lists, so that one edited cell costs the same in a large school.

After any sequence of edits the sums equal those counted anew from the rows (property test).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from eduapp.standards.counting import DAYS
from eduapp.standards.figures import FIGURES_OF
from eduapp.standards.homework import HomeworkTally
from eduapp.standards.training import Hours, add_hours
from eduapp.standards.twins import Twins

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from db.records.choices import Stage
    from db.records.draft import Draft
    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.standards.figures import Amount, Figure
    from eduapp.standards.school_facts import Facts

    Contribution = tuple[str, Stage | None, Amount]


def contributions(
    figure: Figure, row: Row, facts: Facts, on: datetime.date | None = None
) -> Iterator[Contribution]:
    """Yield what a row adds to a figure, stage by stage; a row of unknown stage is unknown in each.

    On a day it adds nothing where it does not count then; without a day that is left open.
    """
    rows = figure.rows
    if rows is None or (rows.unless and rows.unless(row, on)):
        return
    amount = rows.amount(row)
    if amount == 0:
        return
    if rows.stages is None:
        yield figure.name, None, amount
        return
    stages = rows.stages(row, facts)
    if stages:
        for stage in stages:
            yield figure.name, stage, amount
    elif not _belongs_elsewhere(figure, row):
        for stage in facts.stages:
            yield figure.name, stage, None


def _belongs_elsewhere(figure: Figure, row: Row) -> bool:
    """Whether the row's stage is known and is none of the compulsory ones (高中 teachers)."""
    return figure.rows is not None and figure.rows.record == "teacher" and isinstance(row["stage"], str)


class People:
    """How many teachers say which stage: kept row by row."""

    READS = frozenset({"stage"})
    """The fields of a teacher's row that are counted."""

    def __init__(self) -> None:
        """Start with nobody."""
        self.stages: Counter[str] = Counter()

    def count(self, row: Row, sign: int) -> None:
        """Take a teacher in (+1) or out (-1)."""
        stage = row["stage"]
        if isinstance(stage, str):
            self.stages[stage] += sign


class Tally:
    """The sums of all lists of a school, as they count on a day; without a day that is left open."""

    def __init__(self, draft: Draft | None, facts: Facts, on: datetime.date | None = None) -> None:
        """Count every row of a draft; None: start with no rows."""
        self.on = on
        self._facts = facts
        self._sums: dict[tuple[str, Stage | None], list[Decimal | int]] = defaultdict(lambda: [0, 0])
        self.homework = HomeworkTally()
        self._hours: dict[str, Hours] = defaultdict(Hours)
        self._people = People()
        self._twins = Twins()
        self._before: dict[tuple[str, Stage | None], list[Decimal | int]] = {}
        for record, rows in draft.rows.items() if draft is not None else ():
            self.count(record, list(rows.values()), 1)

    @property
    def hours(self) -> dict[str, Hours]:
        """The hours of training by teacher."""
        return self._hours

    @property
    def people(self) -> People:
        """The teachers by what they say of themselves."""
        return self._people

    def repeated(self, record: str) -> int:
        """Return how many rows of a list repeat another."""
        return self._twins.more(record)

    def second_of_twins(self, record: str, rows: Iterable[tuple[str, Row]]) -> str:
        """Return the key of the second row of the first that is twice in a list of amounts; "" for none."""
        return self._twins.second(record, rows)

    def count(self, record: str, rows: Sequence[Row], sign: int) -> None:
        """Take rows of a record in (+1) or out (-1); a changed row goes out as it stood and comes in anew."""
        self._twins.count(record, rows, sign)
        if record == "homework":
            self.homework.count(rows, sign)
            return
        if record == "teacher":
            for row in rows:
                self._people.count(row, sign)
        if record == "training":
            for row in rows:
                add_hours(self._hours, row, sign)
        if record in FIGURES_OF:
            for alike in _alike(record, rows):
                self._count(record, alike, sign)

    def total(self, name: str, stage: Stage | None, without: Iterable[Contribution] = ()) -> Amount:
        """Return a figure's sum over its rows but for some; None while a row that may count is unknown."""
        total, unknown = self._sums.get((name, stage), (0, 0))
        for own, at, amount in without:
            if (own, at) == (name, stage):
                unknown -= amount is None
                total -= amount or 0
        return None if unknown else total

    def moved(self) -> list[tuple[str, Stage | None]]:
        """Return the sums (figure, stage) that are other than they were when this was last asked."""
        before, self._before = self._before, {}
        return [place for place, sums in before.items() if sums != self._sums[place]]

    def unknown_rows(self, name: str, stage: Stage | None) -> int:
        """Return how many rows keep a figure from being known."""
        return int(self._sums.get((name, stage), (0, 0))[1])

    def _count(self, record: str, alike: Sequence[Row], sign: int) -> None:
        """Count rows that have the same in all fields that are declared to count, by one of them."""
        cells = alike[0] if len(alike) == 1 else _Counted(record, alike[0])
        figures = FIGURES_OF[record]
        found = [each for figure in figures for each in contributions(figure, cells, self._facts, self.on)]
        if isinstance(cells, _Counted) and cells.beyond:
            for row in alike:
                self._count(record, [row], sign)
            return
        times = sign * len(alike)
        for name, stage, amount in found:
            sums = self._sums[name, stage]
            if (name, stage) not in self._before:
                self._before[name, stage] = [*sums]
            if amount is None:
                sums[1] += times
            else:
                sums[0] += times * amount


_FEW = 16
"""Up to so many rows it does not pay to look for those that are alike."""


@cache
def _fields(record: str) -> tuple[str, ...]:
    """Return the fields that figures of a list say they hang on."""
    declared = {name for figure in FIGURES_OF[record] if figure.rows for name in figure.rows.fields} | DAYS
    return tuple(name for name in RECORDS[record].fields if name in declared)


def _alike(record: str, rows: Sequence[Row]) -> Iterable[list[Row]]:
    """Sort rows by what they have in the declared fields: a list repeats itself."""
    if len(rows) <= _FEW:
        return ([row] for row in rows)
    fields, found = _fields(record), defaultdict(list)
    for row in rows:
        found[tuple([row[name] for name in fields])].append(row)
    return found.values()


class _Counted(dict[str, "Cell"]):
    """The declared fields of a row; `beyond`: another was looked at, what comes out is that row's alone."""

    def __init__(self, record: str, row: Row) -> None:
        super().__init__({name: row[name] for name in _fields(record)})
        self._row, self.beyond = row, False

    def __missing__(self, name: str) -> Cell:
        self.beyond = True
        return self._row[name]
