"""A county with keys and a school whose files it took in, for the tests of receipts and questions."""

from __future__ import annotations

from pathlib import Path

from db.tables import QUESTION, RECEIPT
from eduapp.services import jobs
from eduapp.services.hand_off import handed_in, intake, receipts, trust
from tests.services.schools import CODE, change, export


def take_in(office, folder, *made):
    """Admit the keys of files and merge a folder."""
    trust.admit_unchecked(office, [Path(each.path) for each in made])
    return jobs.run(intake.merge(office, [folder]))


def handed(office, book, folder, pupils=None, state="draft"):
    """One submission on its way from a school into the county's set."""
    if pupils is not None:
        change(book, pupils)
    made = export(book, folder, state)
    take_in(office, folder, made)
    return made


def write(office, folder, schools=None):
    """Write the receipts; returns the report."""
    folder.mkdir(exist_ok=True)
    return jobs.run(receipts.issue(office, folder, schools))


def receipt_bytes(office, folder, school=CODE):
    """The receipt of one school as it lies on the stick."""
    (row,) = [each for each in write(office, folder).rows if each.school == school]
    return Path(row.path).read_bytes()


def statuses(office, school=CODE):
    """Submission id -> status."""
    return {line.id: line.status for line in receipts.receipt_of(office, school).lines}


def states(book):
    """Submission id -> state in words."""
    return {each.sent.id: each.words for each in handed_in.known(book).standings}


def kept(book, table=RECEIPT):
    with book.workbook.transaction() as connection:
        return connection.execute(table.select()).all()


def asked(office):
    with office.workbook.transaction() as connection:
        return connection.execute(QUESTION.select()).all()
