"""What the official forms have in common: rows of 填报项目 and 填报值, read by label, written as printed.

A form's rows and their homes stand in `resources/forms/`; labels are compared folded and never
rewritten. Nothing is judged here: a contradiction of the workbook is the importing service's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import resources
from db.records.catalog import field_of
from db.records.choices import Stage
from db.records.spec import Field
from db.records.values import Cell, Choice, Text, Unread, YesNo
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_reading import read_sheets
from eduapp.exchange.sheet_text import Cleaned, FoundHeader, Ignored, find_header, fold, text_at, tidy
from eduapp.exchange.spreadsheets import Choices, Entry, SheetColumn, SheetTable, write_workbook

Key = tuple[str, str | None, str]
"""(record, stage or None, field): a place in the records that a form can speak of."""


@dataclass(frozen=True)
class FormRow:
    """One row of a form as it is printed; `no` is None for a row that we add."""

    category: str
    label: str
    unit: str
    required: bool
    key: Key
    field: Field
    """The field that keeps the row's value."""
    no: int | None = None
    note: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormCell:
    """A value of a form and its place in the records; `text` is what an entry would type."""

    record: str
    stage: Stage | None
    field: str
    text: str
    where: str


@dataclass(frozen=True)
class FormReading:
    """What a form says, what was left out of it, and which texts were tidied."""

    cells: tuple[FormCell, ...]
    ignored: tuple[Ignored, ...]
    cleaned: tuple[Cleaned, ...]
    rows_read: int


@dataclass(frozen=True)
class OfficialForm:
    """A form: its sheet, columns and rows, and how its labels are understood.

    `homes` maps folded labels to the field they speak of and its place; `why_unknown(label)` says why
    a row of another label was left out.
    """

    sheet: str
    columns: tuple[dict[str, Any], ...]
    rows: tuple[FormRow, ...]
    homes: Mapping[str, tuple[Key, Field]]
    why_unknown: Callable[[str], str]

    @property
    def headings(self) -> dict[str, str]:
        """Folded column heading -> the column's name."""
        return {
            fold(text): column["name"]
            for column in self.columns
            for text in (column["label"], *column.get("aliases", ()))
        }

    def home(self, label: str) -> tuple[Key, Field] | None:
        """Find a label's place; one that is unknown is tried without a running number or a unit behind."""
        key = fold(label)
        if key in self.homes:
            return self.homes[key]
        bare = re.sub(r"^\(?\d{1,2}[).、]", "", key)
        found = SUFFIX.match(bare)
        units = {fold(row.unit) for row in self.rows if row.unit}
        return self.homes.get(found[1] if found and found[2] in units else bare)

    def read(self, path: Path) -> FormReading:
        """Read a filled form; a blank value states nothing, it is no cell and no zero.

        `rows_read` is 0 when no visible sheet has the columns 填报项目 and 填报值 over rows of this
        form. Raises what `read_sheets` raises.
        """
        reader = _FormReader(self, self.headings)
        for sheet in read_sheets(path):
            header = find_header(sheet, reader.headings, least=2)
            if header is not None and {"label", "value"} <= header.columns.keys():
                reader.read(sheet, header)
        return FormReading(
            tuple(reader.cells.values()), tuple(reader.ignored), tuple(reader.cleaned), reader.rows_read
        )

    def is_on(self, sheets: Iterable[Sheet]) -> bool:
        """Whether a spreadsheet is this form: rows of its own under 填报项目 and 填报值."""
        for sheet in sheets:
            header = find_header(sheet, self.headings, least=2)
            if header is not None and {"label", "value"} <= header.columns.keys():
                at = header.columns["label"]
                labels = [text_at(row, at) for row in sheet.rows[header.row + 1 :]]
                if sum(bool(text) and self.home(text) is not None for text in labels) >= _OWN_ROWS:
                    return True
        return False

    def write(self, path: Path, printed: Iterable[FormRow], values: Mapping[Key, Cell]) -> None:
        """Write rows as they are printed, with the given values; a value that is not there stays blank.

        Numbers are numbers, in the units of the records, which are the form's. Reading the file gives
        the same values. Raises the Problems of `write_workbook`.
        """
        rows: list[list[Entry]] = [[column["label"] for column in self.columns]]
        choices = []
        value_column = [column["name"] for column in self.columns].index("value") + 1
        for row in printed:
            rows.append(_entries(row, values.get(row.key)))
            options = _options(row.field)
            if options:
                choices.append(Choices(value_column, len(rows), len(rows), options))
        columns = tuple(SheetColumn(column["width"]) for column in self.columns)
        write_workbook(path, [SheetTable(self.sheet, columns, rows, choices=tuple(choices), landscape=True)])


_OWN_ROWS = 2
"""So many rows of a form make a sheet it."""
SUFFIX = re.compile(r"^(.*)\(([^()]+)\)$")
"""A folded label with brackets behind it."""


def load_form(name: str) -> dict[str, Any]:
    """Return the declared content of a form of `resources/forms/`."""
    return tomllib.loads(resources.read_text("forms", f"{name}.toml"))


def load_rows(raw: Mapping[str, Any], others: Mapping[str, Field] | None = None) -> tuple[FormRow, ...]:
    """Return a form's rows in order; `others` are targets that are no field of a record."""
    return tuple(_row(entry, others or {}) for entry in raw["rows"])


def homes_of(rows: Sequence[FormRow]) -> dict[str, tuple[Key, Field]]:
    """Map the folded labels of rows, as printed and by alias, to their fields and places."""
    return {fold(label): (row.key, row.field) for row in rows for label in (row.label, *row.aliases)}


def short(text: str) -> str:
    """Return a label as it fits in a line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else plain[:39] + "…"  # noqa: PLR2004 - what fits in a line


def _row(entry: dict[str, Any], others: Mapping[str, Field]) -> FormRow:
    target = others.get(entry["target"]) or field_of(entry["target"])
    return FormRow(
        category=entry["category"],
        label=entry["label"],
        unit=entry["unit"],
        required=entry["required"],
        key=(target.record, Stage(entry["stage"]) if "stage" in entry else None, target.name),
        field=target,
        no=entry.get("no"),
        note=entry.get("note", ""),
        aliases=tuple(entry.get("aliases", ())),
    )


@dataclass
class _FormReader:
    form: OfficialForm
    headings: dict[str, str]
    cells: dict[Key, FormCell] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)
    rows_read: int = 0
    shown: str = ""
    """How the value at hand is shown where that is in another unit than it is kept."""

    def read(self, sheet: Sheet, header: FoundHeader) -> None:
        """Read a sheet that has at least one row of this form; another sheet says nothing to us."""
        label_at, value_at = header.columns["label"], header.columns["value"]
        rows = [
            (index, text_at(row, label_at), text_at(row, value_at))
            for index, row in enumerate(sheet.rows)
            if index > header.row
        ]
        if all(self.form.home(label) is None for _, label, _ in rows):
            return
        for index, label, value in rows:
            where = sheet.where(index, value_at)
            if index in sheet.hidden and value.strip() and self.form.home(label) is not None:
                self.rows_read += 1
                self.ignored.append(Ignored(where, f"「{short(label)}」在隐藏或筛选掉的行里,没有导入"))
                continue
            self.shown = sheet.units.get((index, value_at), "")
            if self.headings.get(fold(label)) == "label":
                continue  # the header again, on a second page
            if fold(label):
                self.rows_read += 1
                self._item(label, value, where)
            elif value.strip():
                self.ignored.append(Ignored(where, f"「{short(value)}」前面没有填报项目"))

    def _item(self, label: str, value: str, where: str) -> None:
        home = self.form.home(label)
        if home is None:
            if value.strip():
                self.ignored.append(Ignored(where, self.form.why_unknown(label)))
            return
        key, target = home
        record, stage, name = key
        text = tidy(target, self.shown or value)
        if not text:
            return
        first = self.cells.get(key)
        if first is None:
            self.cells[key] = FormCell(record, Stage(stage) if stage else None, name, text, where)
            if text != value:
                before = f"{value}(显示为 {self.shown})" if self.shown else value
                self.cleaned.append(Cleaned(where, before, text))
        elif first.text == text:
            self.ignored.append(Ignored(where, f"「{short(label)}」重复,与 {first.where} 的值相同"))
        else:
            self.ignored.append(
                Ignored(
                    where,
                    f"「{short(label)}」填了两个不同的值:{first.where} 为「{short(first.text)}」,"
                    f"此处为「{short(text)}」;采用前者",
                )
            )


def _entries(row: FormRow, value: Cell) -> list[Entry]:
    return [
        row.no,
        row.category,
        row.label,
        row.unit,
        _entry(row.field, value),
        YesNo().show(row.required),
        row.note,
    ]


def _entry(target: Field, value: Cell) -> Entry:
    kind = target.item.kind
    if value is None:
        return "" if isinstance(kind, Text) else None
    if isinstance(value, Unread):
        return value.text
    return value if kind.numeric else kind.show(value)


def _options(target: Field) -> tuple[str, ...]:
    kind = target.item.kind
    if isinstance(kind, Choice):
        return tuple(words for _, words in kind.options)
    return (YesNo().show(value=True), YesNo().show(value=False)) if isinstance(kind, YesNo) else ()
