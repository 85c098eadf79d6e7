"""What the fault runs work on: a school, a county and a folder of submissions, made by the program itself."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import sqlite3
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from db.records.draft import Draft
from eduapp.services import workbooks
from eduapp.services.county import books as county_books
from eduapp.services.hand_off import intake, trust
from eduapp.services.practice import making as practice
from eduapp.services.practice.plans import PLANS
from tests.faults import sealing
from tests.faults.data_folder import use_data_folder

YEAR = 2026
HISTORY = Path(__file__).resolve().parents[1] / "history"
SEALED_SCHOOLS = 3

Result = TypeVar("Result")


@dataclass(frozen=True)
class Material:
    """Originals; a run works on copies. `submissions` holds one file a school, as on a stick."""

    folder: Path
    school: Path
    data: Path
    county: Path
    submissions: Path
    sealed: sealing.Sealed

    def fresh_school(self, to: Path) -> Path:
        """Make a folder with a copy of the school, an empty stick, no key files; return the workbook."""
        shutil.rmtree(to, ignore_errors=True)
        (to / "stick").mkdir(parents=True)
        use_data_folder(to / "data")
        return Path(shutil.copy(self.school, to / "school.edubook"))

    def fresh_county(self, to: Path) -> Path:
        """Make a folder with a copy of the county's workbook; return it."""
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(parents=True)
        use_data_folder(to / "data")
        return Path(shutil.copy(self.county, to / "county.edubook"))

    def filled_county(self, to: Path) -> Path:
        """Make a county's workbook that took in all submissions and decided on one; return it, closed."""
        path = self.fresh_county(to)
        with county_books.open_county(path) as book:
            finish(intake.merge(book, [self.submissions]))
            intake.undo(book, [book.members[0].id])
        return path


def make(folder: Path, schools: int) -> Material:
    """Make the originals: the practice county, and the files of its first `schools` schools, admitted."""
    use_data_folder(folder / "data")
    submissions = folder / "submissions"
    submissions.mkdir(parents=True)
    plans = [dataclasses.replace(plan, homework=0) for plan in PLANS[:schools]]
    for plan in plans:
        path = folder / f"{plan.code}.edubook"
        with practice.make_school(path, plan, YEAR) as book:
            practice.hand_over(book, submissions, plan.state)
    school = folder / "school.edubook"
    practice.make_school(school, dataclasses.replace(PLANS[2], homework=0), YEAR).close()
    county = folder / "county.edubook"
    with practice.make_county(county, YEAR) as book:
        trust.admit_unchecked(book, sorted(submissions.glob("*.edusub")))
    sealed = sealing.make(folder / "sealed", plans[:SEALED_SCHOOLS])
    return Material(folder, school, folder / "data", county, submissions, sealed)


def finish(job: Generator[Any, None, Result]) -> Result:
    """Run a job of the services to its end."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            result: Result = stop.value
            return result


def snapshot(draft: Draft) -> dict[str, Any]:
    """Return all that a draft says, as plain values that can be compared."""
    rows = {
        name: sorted((key, table.position_of(key), dict(row)) for key, row in table.items())
        for name, table in draft.rows.items()
    }
    return {
        "rows": rows,
        "complete": set(draft.complete),
        "reasons": dict(draft.reasons),
        "tombstones": set(draft.tombstones),
        "previous": dict(draft.previous),
    }


def draft_in(path: Path) -> dict[str, Any]:
    """Return what a school's workbook says, opened as the program opens it."""
    with workbooks.open_school(path) as book:
        return snapshot(book.draft)


def damage(path: Path) -> str:
    """Return what SQLite's own full check finds wrong in a workbook that is closed; "" for nothing."""
    raw = sqlite3.connect(path)
    try:
        found = [str(row[0]) for row in raw.execute("PRAGMA integrity_check")]
        found += [f"foreign key: {row}" for row in raw.execute("PRAGMA foreign_key_check")]
    except sqlite3.Error as error:
        found = [str(error)]
    finally:
        raw.close()
    return "" if found == ["ok"] else "; ".join(found)


def digest(raw: Any) -> str:
    """Return the SHA-256 of every row of every table, whatever the order of pages in the file."""
    total = hashlib.sha256()
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    for name in [row[0] for row in raw.execute(tables)]:
        total.update(repr(name).encode())
        for row in raw.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):  # noqa: S608 - our own tables
            total.update(repr(tuple(row)).encode())
    return total.hexdigest()
