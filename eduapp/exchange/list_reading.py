"""The rows of a list as they stand on somebody's sheets, each accounted for; nothing is taken silently."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final, overload

from db.garbage import no_collection
from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from db.records.months import Month
from db.records.values import Day, Reference, Text
from eduapp.exchange.sheet_cells import as_seen, cell_name
from eduapp.exchange.sheet_layout import (
    NO_HEADING,
    NOTHING_KNOWN,
    Reading,
    best_reading,
    field_called,
    headings_of,
)
from eduapp.exchange.sheet_rows import HEADING, SUM, other_rows, short_text
from eduapp.exchange.sheet_text import Cleaned, Ignored, fold, found_in, text_at, tidied, tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from db.records.spec import RecordSpec
    from eduapp.exchange.sheet_cells import Row, Sheet
    from eduapp.exchange.sheet_layout import LayoutMemory

SUMS, HIDDEN, OTHER_SHEET, REFUSED = "sums", "hidden", "other_sheet", "refused"
"""Why rows were not taken: as the answer of an import counts them."""
NOTHING_OF_IT: Final = "在要导入的各列里没有内容,没有导入"
"""Why a row is refused that says something, but in other columns alone: what it says may name somebody."""
_NUMBERING: Final = frozenset({"序号", "编号", "no", "no.", "行号"})


@dataclass(frozen=True)
class Wanted:
    """What a person said of a file: how it is read, and what beyond the plain rows of one sheet is taken."""

    reading: Reading | None = None
    hidden: bool | None = None
    """Whether hidden rows are taken; None where nobody said."""
    sheets: Mapping[str, bool] = field(default_factory=dict)
    """Whether further sheets are taken, too, by name."""


NOTHING_SAID: Final = Wanted()


@dataclass(frozen=True)
class RowPlace:
    """Where a row of a file stands, and what it is known by while the file stays as it is."""

    where: str
    id: str = ""


@dataclass(frozen=True)
class RowPlaces(Sequence[RowPlace]):
    """The places of many rows, each made when it is asked for: few rows are ever asked about."""

    sheets: list[str] = field(default_factory=list)
    indexes: list[int] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> RowPlace: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[RowPlace]: ...

    def __getitem__(self, at: int | slice) -> RowPlace | Sequence[RowPlace]:
        if isinstance(at, slice):
            return RowPlaces(self.sheets[at], self.indexes[at], self.rows[at])
        sheet, index = self.sheets[at], self.indexes[at]
        return RowPlace(cell_name(sheet, index, 0), row_id(sheet, index, self.rows[at]))


@dataclass(frozen=True)
class ListReading:
    """The rows of a list as texts by field name, without blanks; and everything that was not taken.

    `missing` names the required fields that the spreadsheet does not have. `left` counts the rows that
    were not taken, by why: sums and notes, hidden, on another sheet. `hidden` and `others` count the rows
    that a person decides on, taken or not: of the sheets read, and by the name of each further sheet.
    """

    rows: tuple[dict[str, str], ...]
    ignored: tuple[Ignored, ...]
    cleaned: tuple[Cleaned, ...]
    missing: tuple[str, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    places: Sequence[RowPlace] = field(default=(), compare=False)
    reading: Reading | None = field(default=None, compare=False)
    hidden: int = 0
    others: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Every row under the heading that says something."""
        return len(self.rows) + sum(self.left.values())


def read_list(path: Path, record: str) -> ListReading:
    """Read the rows of a list from a file as it stands: see `rows_on`; raises what `read_sheets` raises."""
    if record not in LISTS:
        raise KeyError(record)
    from eduapp.exchange.sheet_reading import read_sheets  # noqa: PLC0415 - loads the spreadsheet libraries

    return rows_on(read_sheets(path), record, path)


@no_collection()
def rows_on(
    sheets: Sequence[Sheet],
    record: str,
    path: Path,
    wanted: Wanted = NOTHING_SAID,
    memory: LayoutMemory = NOTHING_KNOWN,
) -> ListReading:
    """Read the rows of a list from sheets: of the one that has the most of it, or as a person said.

    Columns are found by heading, in any order. Rows that a person does not see and further sheets are
    told, and taken only where that was said. A referred row stays what was typed: the entry service knows
    the rows. Raises Problem `no-known-columns` where no heading is known and none was said.
    """
    spec = RECORDS[record]
    best = best_reading(sheets, record, memory)
    found = [best[0], *best[1]] if best else []
    main = wanted.reading or (best[0] if best else None)
    if main is None:
        expected = "、".join(each.heading for each in spec.fields.values())
        raise Problem("no-known-columns", path=str(path), expected=expected, found=found_in(sheets))
    reader = _ListReader(spec, wanted)
    readings = {each.sheet: each for each in found} | {main.sheet: main}
    for sheet in sheets:
        own = readings.get(sheet.name)
        if own is not None and (own is main or wanted.sheets.get(sheet.name)):
            reader.read(sheet, own, further=own is not main)
        elif own is not None:
            reader.tell_sheet(sheet, own)
    return reader.done(main)


@dataclass
class _ListReader:
    spec: RecordSpec
    wanted: Wanted
    rows: list[dict[str, str]] = field(default_factory=list)
    places: RowPlaces = field(default_factory=RowPlaces)
    ignored: list[Ignored] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)
    others: dict[str, int] = field(default_factory=dict)
    hidden: int = 0

    def done(self, main: Reading) -> ListReading:
        """Return what was read."""
        fields = self.spec.fields
        missing = [name for name, each in fields.items() if each.item.required and name not in self.known]
        return ListReading(
            tuple(self.rows),
            tuple(self.ignored),
            tuple(self.cleaned),
            tuple(missing),
            dict(self.left),
            self.places,
            main,
            self.hidden,
            self.others,
        )

    def read(self, sheet: Sheet, reading: Reading, *, further: bool) -> None:
        """Take the rows under a heading."""
        before = len(self.rows)
        self._read(sheet, reading)
        if further:
            self.others[sheet.name] = len(self.rows) - before

    def _read(self, sheet: Sheet, reading: Reading) -> None:
        self.known |= set(reading.places)
        sheet = as_seen(sheet, self._named_by(sheet, reading))
        self._tell_columns(sheet, reading)
        first = reading.heading + 1
        filled = [index for index, row in enumerate(sheet.rows[first:], first) if any(row)]
        others = other_rows(sheet, first, self._headings(sheet, reading))
        hidden = [index for index in filled if index in sheet.hidden and index not in others]
        left = set(others if self.wanted.hidden else [*others, *hidden])
        taken = [index for index in filled if index not in left] if left else filled
        told = [*self._tell_others(sheet, others), *self._tell_hidden(sheet, hidden)]
        told += self._take(sheet, reading, taken)
        self.ignored += [each for _, each in sorted(told, key=itemgetter(0))]

    def _tell_others(self, sheet: Sheet, others: Mapping[int, str]) -> Iterator[tuple[int, Ignored]]:
        """Count and tell rows that are no rows of the list, each with its index."""
        self.left.update({SUMS: len(others)} if others else {})
        for index, kind in others.items():
            if kind != HEADING:
                said = "合计行" if kind == SUM else f"说明行:{short_text(sheet.rows[index])}"
                yield index, Ignored(sheet.where(index, 0), said)

    def _tell_hidden(self, sheet: Sheet, hidden: Sequence[int]) -> Iterator[tuple[int, Ignored]]:
        """Count hidden rows, and tell them as they are left out while nobody said."""
        self.hidden += len(hidden)
        if hidden and not self.wanted.hidden:
            self.left[HIDDEN] += len(hidden)
        for index in hidden if self.wanted.hidden is None else ():
            yield index, Ignored(sheet.where(index, 0), "隐藏或筛选掉的行,没有导入")

    def _take(self, sheet: Sheet, reading: Reading, taken: Sequence[int]) -> Iterator[tuple[int, Ignored]]:
        """Take rows, and tell those that say something, but nothing in a column that is read."""
        headings = enumerate(headings_of(sheet, reading))
        numbering = {at for at, text in headings if fold(text) in _NUMBERING} - reading.columns.keys()
        rows = self._rows(sheet, reading, taken)
        for index, row in zip(taken, rows, strict=True) if not all(rows) else ():
            if not row and _says_more(sheet.rows[index], numbering):
                self.left[REFUSED] += 1
                yield index, Ignored(sheet.where(index, 0), NOTHING_OF_IT)
        self.rows += filter(None, rows)
        self.places.sheets.extend([sheet.name] * sum(map(bool, rows)))
        self.places.indexes.extend(index for index, row in zip(taken, rows, strict=True) if row)
        self.places.rows.extend(filter(None, rows))

    def _named_by(self, sheet: Sheet, reading: Reading) -> set[int]:
        """Return the columns that are read as the eye sees them, not by what a cell keeps: names, and days.

        Of days only what is kept as a number with a point: 2015.1 that is shown as 「2015.10」.
        """
        kinds = {at: self.spec.fields[name].item.kind for at, name in reading.columns.items() if name}
        dotted = {
            at
            for row, at in sheet.looks
            if isinstance(kinds.get(at), Day | Month) and _DOTTED.fullmatch(text_at(sheet.rows[row], at))
        }
        return dotted | {at for at, kind in kinds.items() if isinstance(kind, Text | Reference)}

    def tell_sheet(self, sheet: Sheet, reading: Reading) -> None:
        """Say that a further sheet looks like the same list."""
        headings = self._headings(sheet, reading)
        first = reading.heading + 1
        rows = sum(map(any, sheet.rows[first:])) - len(other_rows(sheet, first, headings))
        if rows:
            self.left[OTHER_SHEET] += rows
            self.others[sheet.name] = rows
            said = f"工作表「{sheet.name}」也有 {rows} 行,没有导入"
            if sheet.name not in self.wanted.sheets:
                self.ignored.append(Ignored(sheet.where(reading.heading, 0), said))

    @staticmethod
    def _headings(sheet: Sheet, reading: Reading) -> dict[int, str]:
        if reading.heading == NO_HEADING:
            return {}
        texts = headings_of(sheet, reading)
        return {at: texts[at] for at in reading.places.values() if texts[at]}

    def _rows(self, sheet: Sheet, reading: Reading, taken: Sequence[int]) -> list[dict[str, str]]:
        """Return the texts of rows by field, without blanks, read column by column; note what was tidied."""
        columns: dict[str, list[str]] = {}
        cleaned: list[tuple[int, Cleaned]] = []
        for name, column in reading.places.items():
            texts, tidy_ones = self._column(sheet, reading, column, taken)
            if any(texts):
                columns[name] = texts
            cleaned += tidy_ones
        self.cleaned += [each for _, each in sorted(cleaned, key=itemgetter(0))]
        if not columns:
            return [{} for _ in taken]
        names = [*columns]
        return [
            dict(zip(names, row, strict=True))
            if all(row)
            else {name: text for name, text in zip(names, row, strict=True) if text}
            for row in zip(*columns.values(), strict=True)
        ]

    def _column(
        self, sheet: Sheet, reading: Reading, column: int, taken: Sequence[int]
    ) -> tuple[list[str], list[tuple[int, Cleaned]]]:
        """Return the texts of rows in a column, tidied, and what was tidied, with the place of its row."""
        if column >= sheet.width:
            return [""] * len(taken), []
        cells = sheet.columns[column]
        raw = [cells[index] or "" for index in taken]
        each, unit = self.spec.fields[reading.columns[column]], reading.units.get(column, "")
        read = tidied(each, {*filter(None, raw)}, unit)
        texts = [read[text] if text else "" for text in raw]
        changed = {text for text, after in read.items() if after and after != text}
        before = {at: text for at, text in enumerate(raw) if text in changed} if changed else {}
        for at, index in enumerate(taken) if sheet.units else ():
            shown, text = sheet.units.get((index, column)), raw[at]
            if shown and text:
                texts[at] = tidy(each, shown, unit)
                before[at] = f"{text}(显示为 {shown})"
        cleaned = [
            (at, Cleaned(sheet.where(taken[at], column), text, after))
            for at, text in before.items()
            if (after := texts[at]) and after != raw[at]
        ]
        return texts, cleaned

    def _tell_columns(self, sheet: Sheet, reading: Reading) -> None:
        for column, text in enumerate(headings_of(sheet, reading)):
            if column in reading.columns or fold(text) in _NUMBERING:
                continue
            if not any(map(str.strip, filter(None, sheet.columns[column][reading.heading + 1 :]))):
                continue
            called = field_called(self.spec.name, text)
            taken = reading.places.get(called[1], column) if called else column
            near = reading.offered.get(column)
            reason = "不是本表的项目"
            if taken != column:
                reason = f"重复,采用{'前面' if taken < column else '后面'}的一列"
            elif near:
                reason = f"没有导入,像是「{self.spec.fields[near].item.label}」"
            where = sheet.where(max(reading.heading, 0), column)
            self.ignored.append(Ignored(where, f"「{text or '(无标题)'}」列{reason}"))


_DOTTED: Final = re.compile(r"\d{4}\.\d", re.ASCII)


def _says_more(row: Row, numbering: Collection[int]) -> bool:
    """Whether a row says more than its own number: a template can be numbered down to its end."""
    return any(text and text.strip() for at, text in enumerate(row) if at not in numbering)


def row_id(sheet: str, index: int, row: Mapping[str, str]) -> str:
    """Return what a row is known by: another place or another text is another row."""
    said = "\x1f".join([sheet, str(index), *(f"{name}={text}" for name, text in sorted(row.items()))])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10]
