"""The official school form (学校填报表格): read by its labels, and written back for those who want it.

Its rows and their homes stand in `resources/forms/school_form.toml`; a label may carry a stage.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.choices import STAGE, SchoolKind, Stage
from db.records.spec import Field
from db.records.values import Cell
from eduapp.exchange.official_form import (
    SUFFIX,
    FormCell,
    FormReading,
    FormRow,
    Key,
    OfficialForm,
    homes_of,
    load_form,
    load_rows,
    short,
)
from eduapp.exchange.sheet_cells import Sheet
from eduapp.exchange.sheet_text import fold

__all__ = ["FormCell", "FormReading", "FormRow", "Key", "is_form", "read_form", "rows_of_form", "write_form"]

_BY_STAGE: Final = "section_total"
_SENIOR_HIGH: Final = frozenset({"高中", "高中部"})


def rows_of_form() -> tuple[FormRow, ...]:
    """Return the rows of the form in order, with the row 高中学生人数 that we add."""
    return _form().rows


def is_form(sheets: Iterable[Sheet]) -> bool:
    """Whether a spreadsheet is the form."""
    return _form().is_on(sheets)


def read_form(path: Path) -> FormReading:
    """Read a filled form; a blank value states nothing, it is no cell and no zero.

    Raises Problem `not-the-school-form` when no visible sheet has the columns 填报项目 and 填报值 over
    rows of this form, and what `read_sheets` raises.
    """
    reading = _form().read(path)
    if not reading.rows_read:
        raise Problem("not-the-school-form", path=str(path))
    return reading


def write_form(path: Path, values: Mapping[Key, Cell], kind: SchoolKind | None) -> None:
    """Write the form as it is printed, with the given values; a value that is not there stays blank.

    Numbers are numbers, in the units of the records, which are the form's. A stage's value for which
    the form has no row gets one, with the stage's suffix, after its item; 高中学生人数 appears where the
    kind has 高中 or a value is given. Places that the form does not ask for are not written. Reading
    the file gives the same values. Raises the Problems of `write_workbook`.
    """
    _form().write(path, _printed(values, kind), values)


@cache
def _form() -> OfficialForm:
    raw = load_form("school_form")
    rows = load_rows(raw)
    return OfficialForm(raw["sheet"], tuple(raw["columns"]), rows, _homes(rows), _why_unknown)


def _homes(rows: tuple[FormRow, ...]) -> dict[str, tuple[Key, Field]]:
    """Folded label -> place: as printed, by alias, and with a stage where the field has one."""
    homes = homes_of(rows)
    for row in rows:
        field = _stage_field(row)
        if field is None:
            continue
        for words, stage in _stage_words():
            homes.setdefault(fold(f"{_base(row)}({words})"), ((_BY_STAGE, stage, row.key[2]), field))
    return homes


def _stage_field(row: FormRow) -> Field | None:
    """Return the field of a stage for a row's item, so that its label may carry a stage; else None."""
    return RECORDS[_BY_STAGE].fields.get(row.key[2])


def _base(row: FormRow) -> str:
    """Return the label without a stage, as it is printed: what a stage's suffix is put behind."""
    for label in (row.label, *row.aliases):
        bare = re.sub("（(小学|初中)）$", "", label)
        if bare != label:
            return bare
    return row.label


def _stage_words() -> Iterator[tuple[str, Stage]]:
    yield from ((words, Stage(code)) for code, words in STAGE.options)
    yield from ((words, Stage(code)) for words, code in STAGE.aliases)


def _why_unknown(label: str) -> str:
    found = SUFFIX.match(fold(label))
    if found and found[1] in _form().homes:
        if found[2] in _SENIOR_HIGH:
            return f"「{short(label)}」是高中的数据,只收义务教育学段"
        if found[2] in {fold(words) for words, _ in _stage_words()}:
            return f"「{short(label)}」按全校填报,不分学段"
    return f"「{short(label)}」不是学校填报表格中的项目"


def _printed(values: Mapping[Key, Cell], kind: SchoolKind | None) -> Iterator[FormRow]:
    """Yield the form's rows, and after each item the stages' rows that the form lacks."""
    done = {row.key for row in rows_of_form()}
    for row in rows_of_form():
        senior = kind is not None and kind.has_senior_high
        if row.no is not None or senior or values.get(row.key) is not None:
            yield row
        field = _stage_field(row)
        for code, words in STAGE.options:
            key = (_BY_STAGE, Stage(code), row.key[2])
            if field and key not in done and values.get(key) is not None:
                done.add(key)
                label = f"{_base(row)}（{words}）"
                yield FormRow(row.category, label, row.unit, required=False, key=key, field=field)
