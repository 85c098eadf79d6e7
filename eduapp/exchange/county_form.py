"""The official county form (区县填报表格): read by its labels, and written back blank or filled.

Its rows and their homes stand in `resources/forms/county_form.toml`. The rows of the workbook itself
(区县名称, 区县代码, 填报年度) are read as cells of WORKBOOK: they are compared, never recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from db.problems import Problem
from db.records.spec import Field, Item
from db.records.values import Cell, Code, Text
from eduapp.exchange.official_form import (
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

WORKBOOK: Final = "workbook"
"""Stands for the record in the cells of the rows that name the county and the year."""
FACTS: Final = {
    f"{WORKBOOK}.{name}": Field(WORKBOOK, name, item)
    for name, item in (
        ("name", Item("区县名称", Text())),
        ("county", Item("区县代码", Code())),
        ("year", Item("填报年度", Text())),
    )
}


def rows_of_form() -> tuple[FormRow, ...]:
    """Return the 20 rows of the form in order."""
    return _form().rows


def is_form(sheets: Iterable[Sheet]) -> bool:
    """Whether a spreadsheet is the form."""
    return _form().is_on(sheets)


def read_form(path: Path) -> FormReading:
    """Read a filled form; a blank value states nothing, it is no cell and no zero.

    Raises Problem `not-the-county-form` when no visible sheet has the columns 填报项目 and 填报值 over
    rows of this form, and what `read_sheets` raises.
    """
    reading = _form().read(path)
    if not reading.rows_read:
        raise Problem("not-the-county-form", path=str(path))
    return reading


def write_form(path: Path, values: Mapping[Key, Cell]) -> None:
    """Write the form as it is printed, with the given values; a value that is not there stays blank.

    Numbers are numbers, in the units of the records, which are the form's (pay in 万元, special-school
    money in 元). Reading the file gives the same values. Raises the Problems of `write_workbook`.
    """
    _form().write(path, rows_of_form(), values)


@cache
def _form() -> OfficialForm:
    raw = load_form("county_form")
    rows = load_rows(raw, FACTS)
    return OfficialForm(raw["sheet"], tuple(raw["columns"]), rows, homes_of(rows), _why_unknown)


def _why_unknown(label: str) -> str:
    return f"「{short(label)}」不是区县填报表格中的项目"
