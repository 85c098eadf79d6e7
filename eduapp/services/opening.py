"""Opening a workbook as the book of its role, checked and read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import workbook
from db.problems import Problem
from eduapp.services.books import COUNTY, SCHOOL, OpenBook

if TYPE_CHECKING:
    from pathlib import Path


def open_any(path: Path) -> OpenBook:
    """Open a school's or a county's workbook; raises Problem."""
    opened = workbook.open_to_load(path)
    role = opened.meta.get("role")
    if role == SCHOOL:
        from eduapp.services.workbooks import school_in  # noqa: PLC0415 - a county counts no school

        return school_in(opened)
    if role == COUNTY:
        from eduapp.services.county.books import county_in  # noqa: PLC0415 - a school never loads the county's

        return county_in(opened)
    opened.close()
    raise Problem("not-a-workbook", path=str(path))
