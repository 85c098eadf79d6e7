"""A school's data that follow its workbook: what an edit does not touch is not judged again.

Everything that is judged reads records and sums through the doors here, and each door notes what was read
(`memory`). What was typed tells the doors that are other now (`follow`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from db.records.catalog import RECORDS
from db.records.draft import Draft
from db.records.edits import DeleteRow, InsertRow, SetCell, SetComplete
from db.records.rows import Rows
from eduapp.standards.data import SchoolData
from eduapp.standards.homework import HomeworkTally
from eduapp.standards.memory import Memory
from eduapp.standards.tally import People, Tally
from eduapp.standards.training import Trained
from eduapp.standards.training import trained as count_trained

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from db.records.choices import Stage
    from db.records.edits import Edit
    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.standards.data import Value
    from eduapp.standards.figures import Amount, Joined
    from eduapp.standards.homework import ClassHomework
    from eduapp.standards.tally import Contribution
    from eduapp.standards.training import Hours, HoursDue

    Day = datetime.date
    Lock = AbstractContextManager[object]

ROWS, COLUMN, CELL, SIZE, COMPLETE, SUM = "rows", "column", "cell", "size", "complete", "sum"
"""Sources: a list as a whole, a column of it, a cell of a form, which rows there are, a tick, a sum."""
HOMEWORK, DAYS, CLASSES, PEOPLE, TRAINED = (
    "homework",
    "homework days",
    "homework classes",
    "people",
    "trained",
)
"""Sources of the sums: a class's homework, how many days have any, which classes have, people, training."""


class _Cells(Mapping[str, "Cell"]):
    """The row of a form; each of its cells is a source."""

    def __init__(self, cells: Row, place: tuple[str, str], memory: Memory) -> None:
        self._cells, self._place, self._memory = cells, place, memory

    def __getitem__(self, name: str) -> Cell:
        self._memory.read((CELL, *self._place, name))
        return self._cells[name]

    def __contains__(self, name: object) -> bool:
        return name in self._cells

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)


class _Rows(Rows):
    """The rows of a record, read through the memory; those of a list are one source together."""

    def __init__(self, rows: Rows, record: str, memory: Memory) -> None:
        self._rows, self._record, self._memory = rows, record, memory
        self._is_list = RECORDS[record].is_list

    def _read(self, *sources: str) -> None:
        for each in sources:
            self._memory.read((each, self._record))

    def _row(self, key: str) -> Row:
        row = self._rows[key]
        return row if self._is_list else cast("Row", _Cells(row, (self._record, key), self._memory))

    def __len__(self) -> int:
        self._read(SIZE)
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        self._read(SIZE)
        return iter(self._rows)

    def __contains__(self, key: object) -> bool:
        self._read(SIZE)
        return key in self._rows

    def __getitem__(self, key: str) -> Row:
        self._read(*((SIZE, ROWS) if self._is_list else (SIZE,)))
        return self._row(key)

    def items(self) -> Iterator[tuple[str, Row]]:
        return ((key, self[key]) for key in self) if not self._is_list else self._all().items()

    def values(self) -> Iterator[Row]:
        return (self[key] for key in self) if not self._is_list else self._all().values()

    def _all(self) -> Rows:
        self._read(SIZE, ROWS)
        return self._rows

    def column(self, field: str) -> list[tuple[str, Cell]]:
        self._read(SIZE)
        self._memory.read((COLUMN, self._record, field))
        return self._rows.column(field)

    def key_at(self, index: int) -> str:
        self._read(SIZE)
        return self._rows.key_at(index)

    def index_of(self, key: str) -> int:
        self._read(SIZE)
        return self._rows.index_of(key)

    def position_of(self, key: str) -> int:
        self._read(SIZE)
        return self._rows.position_of(key)


class _Ticks:
    """Which lists are complete, asked one by one: nothing else can be asked of it."""

    def __init__(self, complete: set[str], memory: Memory) -> None:
        self._complete, self._memory = complete, memory

    def __contains__(self, record: object) -> bool:
        self._memory.read((COMPLETE, record))
        return record in self._complete


class _Draft(Draft):
    """A draft read through the memory. What came with the workbook (`previous`) never changes."""

    def __init__(self, draft: Draft, memory: Memory) -> None:
        super().__init__(
            {name: _Rows(rows, name, memory) for name, rows in draft.rows.items()},
            cast("set[str]", _Ticks(draft.complete, memory)),
            draft.reasons,
            draft.tombstones,
            draft.previous,
        )
        self._records = draft

    def known_as(self, record: str, text: str) -> list[str]:
        self.rows[record].values()
        return self._records.known_as(record, text)


class _Homework(HomeworkTally):
    """The sums over homework, read through the memory."""

    def __init__(self, homework: HomeworkTally, memory: Memory) -> None:
        self._homework, self._memory = homework, memory

    def of_class(self, key: str) -> ClassHomework:
        self._memory.read((HOMEWORK, key))
        self._memory.read(DAYS)
        return self._homework.of_class(key)

    def days_over(self, key: str, limit: int) -> Iterator[tuple[Day, int]]:
        self._memory.read((HOMEWORK, key))
        return self._homework.days_over(key, limit)

    def count_over(self, key: str, limit: int) -> int:
        self._memory.read((HOMEWORK, key))
        return self._homework.count_over(key, limit)

    @property
    def classes(self) -> Iterator[str]:
        self._memory.read(CLASSES)
        return self._homework.classes

    @property
    def any(self) -> bool:
        self._memory.read(DAYS)
        return self._homework.any


class _Tally(Tally):
    """The running sums, read through the memory."""

    def __init__(self, tally: Tally, memory: Memory) -> None:
        self._tally, self._memory = tally, memory
        self.on = tally.on
        self.homework = _Homework(tally.homework, memory)

    def total(self, name: str, stage: Stage | None, without: Iterable[Contribution] = ()) -> Amount:
        self._memory.read((SUM, name, stage))
        return self._tally.total(name, stage, without)

    def unknown_rows(self, name: str, stage: Stage | None) -> int:
        self._memory.read((SUM, name, stage))
        return self._tally.unknown_rows(name, stage)

    def repeated(self, record: str) -> int:
        self._memory.read((ROWS, record))
        return self._tally.repeated(record)

    def second_of_twins(self, record: str, rows: Iterable[tuple[str, Row]]) -> str:
        self._memory.read((ROWS, record))
        return self._tally.second_of_twins(record, rows)

    @property
    def people(self) -> People:
        self._memory.read(PEOPLE)
        return self._tally.people

    @property
    def hours(self) -> dict[str, Hours]:
        self._memory.read((SIZE, "training"))
        self._memory.read((ROWS, "training"))
        return self._tally.hours


class LiveData(SchoolData):
    """The figures of an open school, judged again only as far as edits reach.

    Whoever judges by it holds `alone`, the lock of those who count. On another day, or after the school is
    another kind of school, make a new one.
    """

    def __init__(self, draft: Draft, tally: Tally, on: datetime.date, alone: Lock) -> None:
        """Look at a draft through its running sums, both of which others keep up to date."""
        self.memory, self.alone = Memory(), alone
        self._records, self._sums = draft, tally
        super().__init__(_Draft(draft, self.memory), _Tally(tally, self.memory), on)
        self._trained: dict[HoursDue, Trained] = {}
        self._days = tally.homework.days
        tally.moved()
        tally.homework.moved()

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what `make` works out of the records; again only when what it read is other."""
        return self.memory.answer(key, make)

    def judged(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is judged of it, kept; of a view that supposes or watches it is worked out now."""
        return self.memory.answer(key, make) if self.origin is self else make()

    def follow(self, kind: type[Edit], record: str, run: Sequence[Any]) -> None:
        """Hear of edits of one kind on one record that the draft and the sums have followed."""
        self.memory.change([*self._sources(kind, record, run), *self._moved()])

    def _sources(self, kind: type[Edit], record: str, run: Sequence[Any]) -> Iterator[Hashable]:
        """Yield what is other now of the draft itself."""
        if kind is SetComplete:
            yield COMPLETE, record
        if kind not in {SetCell, InsertRow, DeleteRow}:
            return
        if kind is SetCell:
            fields = {edit.field for edit in run}
        else:
            yield SIZE, record
            fields = set(RECORDS[record].fields)
        if not RECORDS[record].is_list:
            yield from ((CELL, record, edit.key, name) for edit in run for name in fields)
            return
        yield ROWS, record
        yield from ((COLUMN, record, name) for name in fields)
        if record == "homework":
            yield CLASSES
        if record == "teacher" and not People.READS.isdisjoint(fields):
            yield PEOPLE
        if record == "teacher" and not Trained.READS.isdisjoint(fields):
            yield from self._train(edit.key for edit in run)
        if record == "training":
            yield from self._train(self._teachers(run))

    def _moved(self) -> Iterator[Hashable]:
        """Yield the sums that are other now."""
        yield from ((SUM, *place) for place in self._sums.moved())
        yield from ((HOMEWORK, key) for key in self._sums.homework.moved())
        days = self._sums.homework.days
        if days != self._days:
            self._days = days
            yield DAYS

    def _teachers(self, run: Sequence[Any]) -> set[Cell]:
        """Return whose training edits of its list are about, before and after."""
        found: set[Cell] = set()
        for edit in run:
            if isinstance(edit, SetCell):
                found.add(self._records.rows[edit.record][edit.key]["teacher"])
                found.update((edit.old, edit.new) if edit.field == "teacher" else ())
            else:
                found.add(edit.cells["teacher"])
        return found

    def _train(self, keys: Iterable[Cell]) -> Iterator[Hashable]:
        rows, hours = self._records.rows["teacher"], self._sums.hours
        named = [key for key in keys if isinstance(key, str)]
        there = {key: rows[key] for key in named if key in rows}
        for terms, trained in self._trained.items():
            if [key for key in named if trained.judge(key, there.get(key), hours)]:
                yield TRAINED, terms

    def _joined(self, joined: Joined, stage: Stage | None) -> int | None:
        if joined.count is not count_trained or self.on is None:
            return super()._joined(joined, stage)
        self.memory.read((TRAINED, self.terms))
        if self.terms not in self._trained:
            rows = self._records.rows["teacher"]
            self._trained[self.terms] = Trained(self.on, self.terms, rows.items(), self._sums.hours)
        return self._trained[self.terms].count(stage, self.facts)
