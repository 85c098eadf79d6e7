"""Handing over: the slip that goes with the stick, from the file as it lies in the school's workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from db.problems import Problem
from db.records.catalog import LISTS, SCHOOL_RECORDS
from db.tables import SENT
from eduapp.exchange.data_code import Origin, data_code, grouped, page_text
from eduapp.printing import slip as paper
from eduapp.services.hand_off import viewing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eduapp.exchange.manifest import Manifest
    from eduapp.services.books import SchoolBook


def print_slip(book: SchoolBook, submission: str) -> bytes:
    """Return 上报文件交接单 of a submission that was made here, as PDF.

    Raises Problem `submission-unknown`, `passphrase-needed` (sealed, and this computer's key is locked).
    """
    about = viewing.inspect_sent(book, submission)
    query = select(SENT.c.file_name, SENT.c.at).where(SENT.c.id == submission)
    with book.workbook.transaction() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise Problem("submission-unknown", id=submission)
    manifest = about.manifest
    given = paper.Slip(
        school=manifest.name,
        code_of_school=manifest.school,
        county=viewing.county_text(manifest),
        year=manifest.year,
        round=manifest.round,
        final=manifest.state == "final",
        seq=manifest.seq,
        practice=manifest.practice,
        sealed=about.sealed,
        file_name=row.file_name,
        id=about.id,
        id_groups=grouped(about.id[: viewing.SHORT]),
        code=data_code(about.data_id),
        qr=page_text(Origin.SCHOOL, manifest.school, manifest.year, paper.NAME, about.data_id),
        signer=about.form_digits,
        made=row.at[:16].replace("T", " "),
        standards=tuple(viewing.standard_title(each) for each in manifest.standards),
        lists=tuple(_lists(manifest, {each.name: len(each.rows) for each in viewing.tables_of(about)})),
    )
    return paper.slip(given)


def _lists(manifest: Manifest, rows: dict[str, int]) -> Iterator[paper.SlipList]:
    """Yield the lists that have rows or were ticked; an empty one that is ticked says 「没有」."""
    for name in LISTS:
        complete = manifest.sections.get(name) == "complete"
        if rows.get(name) or complete:
            yield paper.SlipList(title=SCHOOL_RECORDS[name].label, rows=rows.get(name, 0), complete=complete)
