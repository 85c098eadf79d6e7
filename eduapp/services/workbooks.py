"""Making and opening workbooks, for a school or a county; where the program keeps its own files."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db import files, workbook
from db.problems import Problem
from db.records.catalog import RECORDS, SCHOOL_RECORDS
from db.records.choices import Stage
from db.records.codes import is_code
from db.records.draft import empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY
from db.records.values import MAX_TEXT, Unreadable, clean
from eduapp.services.books import COUNTY, SCHOOL, YEARS, OpenBook, SchoolBook, require_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.services.carrying import Carried

NATIONAL = "national-2017"
YEAR_BEGINS = (9, 1)


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
    standards: tuple[str, ...] = ()
    """By which it is judged; the usual ones of its year where none are named."""
    practice: bool = False


def usual_standards(year: int) -> tuple[str, ...]:
    """Return what a new workbook of a school year is judged by: the procedure in force when it begins.

    That is the national standard with the relaxations laid over it while any of them holds.
    """
    if year not in YEARS:
        return (NATIONAL,)
    from eduapp.standards.packs.reader import load, standard_ids  # noqa: PLC0415 - an opened workbook has them

    day = datetime.date(year, *YEAR_BEGINS)
    over = (load(each) for each in standard_ids())
    laid = (standard for standard in over if standard.over == NATIONAL)
    in_force = [each.id for each in laid if any(one.in_force(day) for one in each.relaxations)]
    return (in_force[-1] if in_force else NATIONAL,)


def _require_known(standards: Sequence[str]) -> None:
    """Raise Problem when a standard is not known."""
    from eduapp.standards.packs.reader import load  # noqa: PLC0415 - as above

    for standard in standards:
        load(standard)


def school_year(today: datetime.date | None = None) -> int:
    """Return the first calendar year of the school year that holds on a day (it begins on 1 September)."""
    day = today or datetime.datetime.now().astimezone().date()
    return day.year if (day.month, day.day) >= YEAR_BEGINS else day.year - 1


def create_school(path: Path, school: NewSchool, earlier: Path | None = None) -> SchoolBook:
    """Make a school's workbook and open it; raises Problem (exists, unknown standard, bad value).

    earlier: the same school's workbook of a year before, whose profile, lists and figures are carried
    over (see `carrying`); what `school` states itself goes before the profile.
    """
    from eduapp.services import carrying  # noqa: PLC0415 - loads the figures: who opens a workbook has them later

    standards = school.standards or usual_standards(school.year)
    _require_known(standards)
    stated = {
        name: _read(name, value)
        for name, value in (
            ("code", school.code),
            ("name", school.name),
            ("kind", school.kind),
            ("area_class", school.area_class),
            ("built_year", school.built_year),
        )
    }
    carried = None if earlier is None else _carried(earlier, school)
    profile: Row = empty_row("school") | (carried.profile if carried else {})
    profile |= {name: cell for name, cell in stated.items() if cell is not None or carried is None}
    opened = workbook.create(path, _meta(SCHOOL, school.year, school.county, standards, school.practice))
    try:
        carrying.write_first(opened, _first_rows(profile), carried)
        return SchoolBook(opened)
    except Exception:
        opened.close()
        files.remove(path)
        raise


def next_year(earlier: Path) -> NewSchool:
    """Return what a school's workbook suggests for the year after it; raises Problem."""
    with open_school(earlier) as book:
        facts = book.draft.only("school")

        def text(name: str) -> str:
            cell = facts[name]
            return cell if isinstance(cell, str) else ""

        return NewSchool(
            code=text("code"),
            name=text("name"),
            kind=text("kind"),
            year=book.year + 1,
            area_class=text("area_class") or None,
            county=book.county,
            standards=tuple(each.id for each in book.standards),
            practice=book.practice,
        )


def choose_standards(book: OpenBook, ids: Sequence[str]) -> None:
    """Judge a workbook by other standards from now on; written durably, with a line in the journal.

    Raises Problem when none is named, one is not known, or the workbook is 审核通过.
    """
    named = tuple(dict.fromkeys(ids))
    if not named:
        raise Problem("standards-none")
    _require_known(named)
    if book.workbook.meta.get("approved") == "1":
        raise Problem("approved-closed")
    before, after = book.workbook.meta["standards"], " ".join(named)
    if before == after:
        return
    book.set_facts("standards", f"{before} → {after}", standards=after)


def _carried(earlier: Path, school: NewSchool) -> Carried:
    from eduapp.services import carrying  # noqa: PLC0415 - as above

    with open_school(earlier) as book:
        carrying.require_earlier(book, clean(school.code), school.year, practice=school.practice)
        return carrying.carry(book)


def _first_rows(profile: Row) -> list[InsertRow]:
    """Return the rows every school's workbook has."""
    rows = [
        InsertRow(name, ONLY, 1, profile if name == "school" else empty_row(name))
        for name, spec in SCHOOL_RECORDS.items()
        if spec.rows == "one"
    ]
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
    opened = workbook.open_to_load(path)
    if opened.meta.get("role") != SCHOOL:
        opened.close()
        raise Problem("not-a-school-workbook", path=str(path))
    return school_in(opened)


def school_in(opened: workbook.Workbook) -> SchoolBook:
    """Return the school of an open workbook; the workbook is closed where that fails."""
    try:
        require_facts(opened)
        book = SchoolBook(opened)
        # A later release has more records, and power can fail between the making of a file and its rows.
        first = _first_rows(empty_row("school"))
        missing = [row for row in first if row.key not in book.draft.rows[row.record]]
        if missing:
            opened.apply(missing)
            book = SchoolBook(opened)
    except Exception:
        opened.close()
        raise
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
    _require_known(standards)
    for label, text in (("区县代码", code), ("区县名称", name)):
        if not clean(text):
            raise Problem("value-unreadable", label=label, text=text, why="不能为空")
    if len(clean(name)) > MAX_TEXT:  # its keys' certificate could not say it, and no round file be written
        raise Problem("value-unreadable", label="区县名称", text=name, why=f"不超过 {MAX_TEXT} 个字")
    return _meta(COUNTY, year, code, standards, practice) | {"name": clean(name)}


def _meta(role: str, year: int, county: str, standards: tuple[str, ...], practice: bool) -> dict[str, str]:  # noqa: FBT001
    import uuid  # noqa: PLC0415 - a new workbook alone needs a name

    if year not in YEARS:
        why = f"应为 {YEARS[0]} 到 {YEARS[-1]} 的年份"
        raise Problem("value-unreadable", label="学年", text=str(year), why=why)
    if county and not is_code(county):
        raise Problem(
            "value-unreadable", label="区县代码", text=county, why="只能用数字、英文字母、短横线和下划线"
        )
    return {
        "role": role,
        "workbook": uuid.uuid4().hex,
        "year": str(year),
        "county": county,
        "standards": " ".join(standards),
        "practice": str(int(practice)),
        "approved": "0",
    }
