"""The official school form (学校填报表格): read by its labels, and written back for those who want it.

Its rows and their homes stand in `resources/forms/school_form.toml`; labels are compared folded and
never rewritten. Nothing is judged here: a contradiction of the workbook is the importing service's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import resources
from db.problems import Problem
from db.records.catalog import RECORDS, field_of
from db.records.choices import STAGE, SchoolKind, Stage
from db.records.spec import Field
from db.records.values import Cell, Choice, Text, Unread, YesNo
from eduapp.exchange.sheet_text import Cleaned, Header, Ignored, find_header, fold, text_at, tidy
from eduapp.exchange.spreadsheets import Choices, Column, Entry, Sheet, Table, read_sheets, write_workbook

Key = tuple[str, str | None, str]
"""(record, stage or None, field): a place in the records that the form can speak of."""

_BY_STAGE: Final = "section_total"
_SUFFIX: Final = re.compile(r"^(.*)\(([^()]+)\)$")
_SENIOR_HIGH: Final = frozenset({"高中", "高中部"})


@dataclass(frozen=True)
class FormRow:
    """One row of the form as it is printed; `no` is None for a row that we add."""

    category: str
    label: str
    unit: str
    required: bool
    key: Key
    no: int | None = None
    note: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def field(self) -> Field:
        """The field that keeps the row's value."""
        return RECORDS[self.key[0]].fields[self.key[2]]

    @property
    def by_stage(self) -> bool:
        """Whether the field exists for each stage, so that the label may carry a stage."""
        return self.key[2] in RECORDS[_BY_STAGE].fields

    @property
    def base(self) -> str:
        """The label without a stage, as it is printed: what a stage's suffix is put behind."""
        for label in (self.label, *self.aliases):
            bare = re.sub("（(小学|初中)）$", "", label)
            if bare != label:
                return bare
        return self.label


@dataclass(frozen=True)
class FormCell:
    """A value of the form and its place in the records; `text` is what an entry would type."""

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
class _Form:
    sheet: str
    columns: tuple[dict[str, Any], ...]
    rows: tuple[FormRow, ...]

    @property
    def headings(self) -> dict[str, str]:
        return {
            fold(text): column["name"]
            for column in self.columns
            for text in (column["label"], *column.get("aliases", ()))
        }


def rows_of_form() -> tuple[FormRow, ...]:
    """Return the rows of the form in order, with the row 高中学生人数 that we add."""
    return _form().rows


@cache
def _form() -> _Form:
    raw = tomllib.loads(resources.read_text("forms", "school_form.toml"))
    return _Form(raw["sheet"], tuple(raw["columns"]), tuple(_row(entry) for entry in raw["rows"]))


def _row(entry: dict[str, Any]) -> FormRow:
    target = field_of(entry["target"])
    return FormRow(
        category=entry["category"],
        label=entry["label"],
        unit=entry["unit"],
        required=entry["required"],
        key=(target.record, Stage(entry["stage"]) if "stage" in entry else None, target.name),
        no=entry.get("no"),
        note=entry.get("note", ""),
        aliases=tuple(entry.get("aliases", ())),
    )


@cache
def _known() -> dict[str, Key]:
    """Folded label -> place: as printed, by alias, and with a stage where the field has one."""
    known = {}
    for row in rows_of_form():
        for label in (row.label, *row.aliases):
            known[fold(label)] = row.key
    for row in rows_of_form():
        if row.by_stage:
            for words, stage in _stage_words():
                known.setdefault(fold(f"{row.base}({words})"), (_BY_STAGE, stage, row.key[2]))
    return known


def _stage_words() -> Iterator[tuple[str, Stage]]:
    yield from ((words, Stage(code)) for code, words in STAGE.options)
    yield from ((words, Stage(code)) for words, code in STAGE.aliases)


# ---------------------------------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------------------------------
def read_form(path: Path) -> FormReading:
    """Read a filled form; a blank value states nothing, it is no cell and no zero.

    Raises Problem `not-the-school-form` when no visible sheet has the columns 填报项目 and 填报值 over
    rows of this form, and what `read_sheets` raises.
    """
    reader = _Reader()
    for sheet in read_sheets(path):
        header = find_header(sheet, _form().headings, least=2)
        if header is not None and {"label", "value"} <= header.columns.keys():
            reader.read(sheet, header)
    if not reader.rows_read:
        raise Problem("not-the-school-form", path=str(path))
    return FormReading(
        tuple(reader.cells.values()), tuple(reader.ignored), tuple(reader.cleaned), reader.rows_read
    )


@dataclass
class _Reader:
    cells: dict[Key, FormCell] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)
    rows_read: int = 0

    def read(self, sheet: Sheet, header: Header) -> None:
        """Read a sheet that has at least one row of this form; another sheet says nothing to us."""
        label_at, value_at = header.columns["label"], header.columns["value"]
        rows = [
            (index, text_at(row, label_at), text_at(row, value_at))
            for index, row in enumerate(sheet.rows)
            if index > header.row
        ]
        if all(_place(label) is None for _, label, _ in rows):
            return
        for index, label, value in rows:
            where = sheet.where(index, value_at)
            if _form().headings.get(fold(label)) == "label":
                continue  # the header again, on a second page
            if fold(label):
                self.rows_read += 1
                self._item(label, value, where)
            elif value.strip():
                self.ignored.append(Ignored(where, f"「{_short(value)}」前面没有填报项目"))

    def _item(self, label: str, value: str, where: str) -> None:
        key = _place(label)
        if key is None:
            if value.strip():
                self.ignored.append(Ignored(where, _why_unknown(label)))
            return
        record, stage, name = key
        text = tidy(RECORDS[record].fields[name], value)
        if not text:
            return
        first = self.cells.get(key)
        if first is None:
            self.cells[key] = FormCell(record, Stage(stage) if stage else None, name, text, where)
            if text != value:
                self.cleaned.append(Cleaned(where, value, text))
        elif first.text == text:
            self.ignored.append(Ignored(where, f"「{_short(label)}」重复,与 {first.where} 的值相同"))
        else:
            self.ignored.append(
                Ignored(
                    where,
                    f"「{_short(label)}」填了两个不同的值:{first.where} 为「{_short(first.text)}」,"
                    f"此处为「{_short(text)}」;采用前者",
                )
            )


def _place(label: str) -> Key | None:
    """Find a label's place; one that is unknown is tried without a running number or a unit behind it."""
    key = fold(label)
    if key in _known():
        return _known()[key]
    bare = re.sub(r"^\(?\d{1,2}[).、]", "", key)
    found = _SUFFIX.match(bare)
    return _known().get(found[1] if found and found[2] in _units() else bare)


@cache
def _units() -> frozenset[str]:
    return frozenset(fold(row.unit) for row in rows_of_form() if row.unit)


def _why_unknown(label: str) -> str:
    found = _SUFFIX.match(fold(label))
    if found and found[1] in _known():
        if found[2] in _SENIOR_HIGH:
            return f"「{_short(label)}」是高中的数据,只收义务教育学段"
        if found[2] in {fold(words) for words, _ in _stage_words()}:
            return f"「{_short(label)}」按全校填报,不分学段"
    return f"「{_short(label)}」不是学校填报表格中的项目"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else plain[:39] + "…"  # noqa: PLR2004 - what fits in a line


# ---------------------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------------------
def write_form(path: Path, values: Mapping[Key, Cell], kind: SchoolKind | None) -> None:
    """Write the form as it is printed, with the given values; a value that is not there stays blank.

    Numbers are numbers, in the units of the records, which are the form's. A stage's value for which
    the form has no row gets one, with the stage's suffix, after its item; 高中学生人数 appears where the
    kind has 高中 or a value is given. Places that the form does not ask for are not written. Reading
    the file gives the same values. Raises the Problems of `write_workbook`.
    """
    form = _form()
    rows: list[list[Entry]] = [[column["label"] for column in form.columns]]
    choices = []
    value_column = [column["name"] for column in form.columns].index("value") + 1
    for row in _printed(values, kind):
        rows.append(_entries(row, values.get(row.key)))
        options = _options(row.field)
        if options:
            choices.append(Choices(value_column, len(rows), len(rows), options))
    columns = tuple(Column(column["width"]) for column in form.columns)
    write_workbook(path, [Table(form.sheet, columns, rows, choices=tuple(choices), landscape=True)])


def _printed(values: Mapping[Key, Cell], kind: SchoolKind | None) -> Iterator[FormRow]:
    """Yield the form's rows, and after each item the stages' rows that the form lacks."""
    done = {row.key for row in rows_of_form()}
    for row in rows_of_form():
        senior = kind is not None and kind.has_senior_high
        if row.no is not None or senior or values.get(row.key) is not None:
            yield row
        for code, words in STAGE.options:
            key = (_BY_STAGE, Stage(code), row.key[2])
            if row.by_stage and key not in done and values.get(key) is not None:
                done.add(key)
                yield FormRow(row.category, f"{row.base}（{words}）", row.unit, required=False, key=key)


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
