"""A spreadsheet that is dropped on a county: known by its headings for what it is, and rehearsed as that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.problems import Problem
from eduapp.services.county import national, school_rows

if TYPE_CHECKING:
    from pathlib import Path

    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.national import NationalRehearsal
    from eduapp.services.county.school_rows import ListRehearsal


def rehearse(book: CountyBook, path: Path) -> NationalRehearsal | ListRehearsal | None:
    """Rehearse an all-county export or a school list; None for the county's official form.

    The form is rehearsed by whom it is shown. Raises Problem `county-file-unknown` for anything else, and
    what reading and the rehearsals raise.
    """
    from eduapp.exchange import county_form, national_export, roster  # noqa: PLC0415 - spreadsheet libraries
    from eduapp.exchange.sheet_reading import file_bytes, read_sheets  # noqa: PLC0415 - as above
    from eduapp.exchange.sheet_text import found_in  # noqa: PLC0415 - as above

    data = file_bytes(path)
    sheets = read_sheets(path, data)
    if national_export.is_export(sheets):
        return national.rehearse(book, path, read=(data, sheets))
    if county_form.is_form(sheets):
        return None
    if roster.is_list(sheets):
        return school_rows.rehearse(book, path)
    raise Problem("county-file-unknown", path=str(path), found=found_in(sheets))
