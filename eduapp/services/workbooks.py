"""Making and opening workbooks, for a school or a county; where the program keeps its own files."""

from __future__ import annotations

import datetime
import os
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from db import workbook
from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.draft import empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY
from db.records.values import Unreadable, clean
from eduapp.services.books import COUNTY, SCHOOL, SchoolBook
from eduapp.standards.standard import load

if TYPE_CHECKING:
    from db.records.rows import Row
    from db.records.values import Cell

NATIONAL = "national-2017"
DATA_FOLDER_VARIABLE = "EDUAPP_DATA"
YEAR_BEGINS = (9, 1)
YEARS = range(1900, 2100)


@dataclass(frozen=True)
class NewSchool:
    """What must be known to make a school's workbook."""

    code: str
    name: str
    kind: str
    year: int
    area_class: str | None = None
    built_year: int | None = None
    county: str = ""
    standards: tuple[str, ...] = field(default=(NATIONAL,))
    practice: bool = False


def is_code(text: str) -> bool:
    """Whether a code can travel in a submission: up to 40 digits or plain letters."""
    return re.fullmatch(r"[0-9A-Za-z_-]{1,40}", text, re.ASCII) is not None


def school_year(today: datetime.date | None = None) -> int:
    """Return the first calendar year of the school year that holds on a day (it begins on 1 September)."""
    day = today or datetime.datetime.now().astimezone().date()
    return day.year if (day.month, day.day) >= YEAR_BEGINS else day.year - 1


def data_folder() -> Path:
    """Return the folder of this user's own files (writer keys), made when it is not there."""
    chosen = os.environ.get(DATA_FOLDER_VARIABLE)
    folder = Path(chosen) if chosen else platformdirs.user_data_path("eduapp", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def create_school(path: Path, school: NewSchool) -> SchoolBook:
    """Make a school's workbook and open it; raises Problem (exists, unknown standard, bad value)."""
    for standard in school.standards:
        load(standard)
    profile: Row = empty_row("school") | {
        name: _read(name, value)
        for name, value in (
            ("code", school.code),
            ("name", school.name),
            ("kind", school.kind),
            ("area_class", school.area_class),
            ("built_year", school.built_year),
        )
    }
    opened = workbook.create(
        path, _meta(SCHOOL, school.year, school.county, school.standards, school.practice)
    )
    try:
        opened.apply(_first_rows(profile))
        return SchoolBook(opened)
    except Exception:
        opened.close()
        path.unlink(missing_ok=True)
        raise


def _first_rows(profile: Row) -> list[InsertRow]:
    """Return the rows every school's workbook has."""
    rows = [InsertRow("school", ONLY, 1, profile)]
    rows += [InsertRow(name, ONLY, 1, empty_row(name)) for name in ("school_total", "funding")]
    return rows + [
        InsertRow("section_total", stage, i, empty_row("section_total")) for i, stage in enumerate(Stage)
    ]


def _read(field: str, value: str | int | None) -> Cell:
    text = "" if value is None else clean(str(value))
    item = RECORDS["school"].fields[field].item
    try:
        return item.kind.parse(text) if text else None
    except Unreadable as error:
        raise Problem("value-unreadable", label=item.label, text=text, why=str(error)) from error


def open_school(path: Path) -> SchoolBook:
    """Open a school's workbook; raises Problem, also when it is a county's."""
    opened = workbook.open_workbook(path)
    if opened.meta.get("role") != SCHOOL:
        opened.close()
        raise Problem("not-a-school-workbook", path=str(path))
    book = SchoolBook(opened)
    # Power can fail between the making of the file and its first rows.
    missing = [row for row in _first_rows(empty_row("school")) if row.key not in book.draft.rows[row.record]]
    if missing:
        opened.apply(missing)
        book = SchoolBook(opened)
    return book


def role_of(path: Path) -> str:
    """Return whose workbook a file is, "school" or "county"; raises Problem when it is none."""
    with workbook.open_workbook(path) as opened:
        role = opened.meta.get("role")
    if role is None:
        raise Problem("not-a-workbook", path=str(path))
    return role


def county_meta(
    code: str, name: str, year: int, standards: tuple[str, ...], *, practice: bool
) -> dict[str, str]:
    """Return the facts of a new county workbook."""
    for standard in standards:
        load(standard)
    for label, text in (("区县代码", code), ("区县名称", name)):
        if not clean(text):
            raise Problem("value-unreadable", label=label, text=text, why="不能为空")
    return _meta(COUNTY, year, code, standards, practice) | {"name": name}


def _meta(role: str, year: int, county: str, standards: tuple[str, ...], practice: bool) -> dict[str, str]:  # noqa: FBT001
    if year not in YEARS:
        why = f"应为 {YEARS[0]} 到 {YEARS[-1]} 的年份"
        raise Problem("value-unreadable", label="学年", text=str(year), why=why)
    if county and not is_code(county):
        raise Problem("value-unreadable", label="区县代码", text=county, why="应为数字")
    return {
        "role": role,
        "workbook": uuid.uuid4().hex,
        "year": str(year),
        "county": county,
        "standards": " ".join(standards),
        "practice": str(int(practice)),
        "approved": "0",
    }
