"""The rows of a list as they stand on somebody's sheets, each accounted for; nothing is taken silently."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.catalog import LISTS, RECORDS
from eduapp.exchange.sheet_layout import (
    NO_HEADING,
    NOTHING_KNOWN,
    Reading,
    best_reading,
    field_called,
    headings_of,
)
from eduapp.exchange.sheet_rows import HEADING, ROW, SUM, row_kind, short_text
from eduapp.exchange.sheet_text import Cleaned, Ignored, fold, found_in, tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    places: tuple[RowPlace, ...] = field(default=(), compare=False)
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
    places: list[RowPlace] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)
    others: dict[str, int] = field(default_factory=dict)
    hidden: int = 0
    _tidied: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Texts already tidied, by field and unit: a list repeats a few words."""

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
            tuple(self.places),
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
        self._tell_columns(sheet, reading)
        headings = self._headings(sheet, reading)
        numbering = {
            at for at, text in enumerate(headings_of(sheet, reading)) if fold(text) in _NUMBERING
        } - reading.columns.keys()
        for index in range(reading.heading + 1, len(sheet.rows)):
            row = sheet.rows[index]
            if not any(row):
                continue
            kind = row_kind(row, headings)
            if index in sheet.hidden and kind == ROW:
                self.hidden += 1
            if index in sheet.hidden and kind == ROW and not self.wanted.hidden:
                self.left[HIDDEN] += 1
                if self.wanted.hidden is None:
                    self.ignored.append(Ignored(sheet.where(index, 0), "隐藏或筛选掉的行,没有导入"))
            elif kind == ROW:
                if not self._row(sheet, reading, index) and _says_more(row, numbering):
                    self.left[REFUSED] += 1
                    self.ignored.append(Ignored(sheet.where(index, 0), NOTHING_OF_IT))
            else:
                self.left[SUMS] += 1
                if kind != HEADING:
                    said = "合计行" if kind == SUM else f"说明行:{short_text(row)}"
                    self.ignored.append(Ignored(sheet.where(index, 0), said))

    def tell_sheet(self, sheet: Sheet, reading: Reading) -> None:
        """Say that a further sheet looks like the same list."""
        headings = self._headings(sheet, reading)
        rows = sum(any(row) and row_kind(row, headings) == ROW for row in sheet.rows[reading.heading + 1 :])
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

    def _row(self, sheet: Sheet, reading: Reading, index: int) -> bool:
        """Take a row; return whether a column that is read says anything."""
        found, row = {}, sheet.rows[index]
        for name, column in reading.places.items():
            raw = row[column] if column < len(row) else None
            if not raw:
                continue
            shown = sheet.units.get((index, column), "") if sheet.units else ""
            unit = reading.units.get(column, "")
            key = (name, unit, shown or raw)
            text = self._tidied.get(key)
            if text is None:
                text = tidy(self.spec.fields[name], shown or raw, unit)
                self._tidied[key] = text
            if text:
                found[name] = text
            if text and text != raw:
                before = f"{raw}(显示为 {shown})" if shown else raw
                self.cleaned.append(Cleaned(sheet.where(index, column), before, text))
        if found:
            self.rows.append(found)
            self.places.append(RowPlace(sheet.where(index, 0), row_id(sheet.name, index, found)))
        return bool(found)

    def _tell_columns(self, sheet: Sheet, reading: Reading) -> None:
        for column, text in enumerate(headings_of(sheet, reading)):
            filled = any(map(str.strip, _texts(sheet.rows[reading.heading + 1 :], column)))
            if column in reading.columns or not filled or fold(text) in _NUMBERING:
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


def _says_more(row: Row, numbering: Collection[int]) -> bool:
    """Whether a row says more than its own number: a template can be numbered down to its end."""
    return any(text and text.strip() for at, text in enumerate(row) if at not in numbering)


def _texts(rows: Iterable[Row], column: int) -> Iterator[str]:
    """Return the texts of a column, without its empty cells."""
    return filter(None, [row[column] for row in rows if column < len(row)])


def row_id(sheet: str, index: int, row: Mapping[str, str]) -> str:
    """Return what a row is known by: another place or another text is another row."""
    said = "\x1f".join([sheet, str(index), *(f"{name}={text}" for name, text in sorted(row.items()))])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10]
