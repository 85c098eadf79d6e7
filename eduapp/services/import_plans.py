"""The import of a list in the window: what a person corrects, rehearsed again until it is taken over."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.personal_numbers import numbers_in
from db.records.values import clean
from eduapp.exchange.profile_people import columns_read, main_sheet
from eduapp.exchange.profiles import PEOPLE, PUPILS, headed, profiles
from eduapp.exchange.sheet_cells import column_letters
from eduapp.exchange.sheet_layout import (
    NO_HEADING,
    OWN_SHEETS,
    Reading,
    best_reading,
    guessed,
    headings_of,
    is_personal,
    reading_at,
    samples,
    with_offers,
)
from eduapp.exchange.sheet_text import HEADER_ROWS, MONEY, found_in
from eduapp.services import importing_own, reading_memory
from eduapp.services.answers import NO_ANSWERS, UNITS, with_column
from eduapp.services.import_lines import lines
from eduapp.services.importing_exports import import_export
from eduapp.services.importing_lists import OpenedSheets, import_list, opened, profile_for
from eduapp.services.pairing import Mode
from eduapp.services.pasting import Keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eduapp.exchange.profiles import Profile
    from eduapp.exchange.sheet_cells import Sheet
    from eduapp.services.answers import Answers
    from eduapp.services.books import SchoolBook
    from eduapp.services.import_lines import ImportLine
    from eduapp.services.import_reports import ImportReport

MASKED: Final = "●●●"
"""What is shown of a column that says who a person is."""
MOST_COLUMNS: Final = 60
"""Columns that a person can place; a list of the trade has fewer."""
MONEY_UNITS: Final = UNITS
_SHOWN: Final = 3
_LONG: Final = re.compile(r"\d{15}")


@dataclass(frozen=True)
class ImportPlan:
    """A file on its way into a list, and everything that a person said of it."""

    record: str
    file: OpenedSheets
    answers: Answers
    mode: Mode = Mode.UPDATE
    corrected: bool = False
    """Whether a person corrected how it is read."""
    profile: Profile | None = None
    """Of the export of another system, how it is read: a person does not place its columns."""

    @property
    def reading(self) -> Reading:
        """How its sheet is read."""
        reading = self.answers.reading
        if reading is None:
            raise RuntimeError(self.file.path)
        return reading

    @property
    def places_columns(self) -> bool:
        """Whether a person places columns: of a list all, of people in an export those that it leaves."""
        return self.profile is None or self.profile.reads == PEOPLE

    @property
    def sheet(self) -> Sheet:
        """The sheet that is read."""
        return next(each for each in self.file.sheets if each.name == self.reading.sheet)

    @property
    def sheets(self) -> list[str]:
        """The sheets to choose from."""
        return [each.name for each in self.file.sheets if each.name not in OWN_SHEETS]

    def on_sheet(self, name: str) -> ImportPlan:
        """Read another sheet, as it is guessed."""
        sheet = next(each for each in self.file.sheets if each.name == name)
        memory = self.answers.memory
        return self._read(guessed(sheet, self.record, memory) or _unknown(sheet, self.record))

    def under(self, row: int) -> ImportPlan:
        """Take another row, counted from 1, for the heading; 0: there is none."""
        return self._read(reading_at(self.sheet, self.record, row - 1, self.answers.memory))

    def with_column(self, column: int, field: str) -> ImportPlan:
        """Read a column as another field, "" to leave it out; of an export one that its profile leaves."""
        columns = with_column(self.reading.columns, column, field)
        if self.profile is not None:
            placed = {at: name for at, name in columns.items() if name}
            return self._read(_offered(self.profile, self.file, replace(self.reading, columns=placed)))
        units = {at: unit for at, unit in self.reading.units.items() if columns.get(at)}
        return self._read(
            with_offers(self.sheet, self.record, replace(self.reading, columns=columns, units=units))
        )

    def with_all_offered(self) -> ImportPlan:
        """Read every column that may be a field as that field."""
        plan = self
        while plan.reading.offered:
            at, name = next(iter(plan.reading.offered.items()))
            plan = plan.with_column(at, name)
        return plan

    def into(self, record: str) -> ImportPlan:
        """Read the file for another list, as it is guessed; what was said of the first one is let go."""
        return replace(into_list(record, self.file), mode=self.mode)

    def in_unit(self, column: int, unit: str) -> ImportPlan:
        """Read a column of money in another unit."""
        return self._read(replace(self.reading, units={**self.reading.units, column: unit}))

    def answered(self, question: str, answer: str) -> ImportPlan:
        """Answer a question, or take the answer back."""
        said = {id_: each for id_, each in self.answers.said.items() if id_ != question}
        said |= {question: answer} if answer else {}
        return replace(self, answers=replace(self.answers, said=said))

    def in_mode(self, mode: Mode) -> ImportPlan:
        """Treat the rows there are in another way."""
        return replace(self, mode=mode)

    def _read(self, reading: Reading) -> ImportPlan:
        return replace(self, answers=replace(self.answers, reading=reading, said={}), corrected=True)


@dataclass(frozen=True)
class ColumnShown:
    """A column as a person sees it: where it is, its heading, some of its values, and what it is read as."""

    at: int
    letters: str
    heading: str
    values: str
    field: str
    offered: str
    unit: str
    """The unit of a column of money; "" for another column."""
    by_profile: str | None = None
    """The field as which an export's profile reads it, "" where it only looks at it; None for neither."""


@dataclass(frozen=True)
class Rehearsal:
    """What a plan would do, and how its sheet is read."""

    plan: ImportPlan
    report: ImportReport
    columns: tuple[ColumnShown, ...]
    lines: tuple[ImportLine, ...]


def started(record: str, path: Path) -> ImportPlan:
    """Open a file for a list, read as it was corrected before or as it is guessed; raises what reading does.

    Where nothing is known of it the person says it all. A workbook or a submission of the school is known by
    its first bytes. The export of another system is read by its
    profile, and is asked for before anything of the file is looked at; with `record` "" it must be one:
    raises Problem `file-of-no-system`, and `file-is-roster` for a list that no roster fills.
    """
    if importing_own.is_own(path):
        return ImportPlan(record, OpenedSheets(path, ()), NO_ANSWERS, profile=importing_own.WORKBOOK)
    file = opened(path)
    profile = profile_for(file, record)
    if profile is not None:
        return by_profile(profile, file, record)
    if not record:
        known = "、".join(each.label for each in profiles().values())
        raise Problem("file-of-no-system", path=str(path), known=known, found=found_in(file.sheets))
    return into_list(record, file)


def by_profile(profile: Profile, file: OpenedSheets, record: str = "") -> ImportPlan:
    """Begin with an export, read by its profile."""
    return ImportPlan(record, file, replace(NO_ANSWERS, reading=_beside(profile, file)), profile=profile)


def into_list(record: str, file: OpenedSheets) -> ImportPlan:
    """Begin with a list, read as it was corrected before or as it is guessed."""
    memory = reading_memory.Remembered()
    best = best_reading(file.sheets, record, memory)
    reading = best[0] if best else _unknown(_fullest(file), record)
    return ImportPlan(record, file, replace(NO_ANSWERS, reading=reading, memory=memory))


def _beside(profile: Profile, file: OpenedSheets) -> Reading | None:
    """Return which columns a person placed before beside a profile; None where it is none of people."""
    main = main_sheet(profile, file.sheets) if profile.reads == PEOPLE else None
    if main is None:
        return None
    reading = Reading(main.sheet.name, main.row, main.row)
    headings = headings_of(main.sheet, reading)
    known = reading_memory.Remembered().recall(profile.record, headings, profile.name) or {}
    return _offered(
        profile, file, replace(reading, columns={at: name for at, (name, _) in known.items() if name})
    )


def _offered(profile: Profile, file: OpenedSheets, reading: Reading) -> Reading:
    """Return a reading beside a profile with what the columns may be that the profile leaves."""
    sheet = next(each for each in file.sheets if each.name == reading.sheet)
    read = columns_read(profile, file.sheets)
    return with_offers(sheet, profile.record, reading, read.fields, read.columns)


def _fullest(file: OpenedSheets) -> Sheet:
    own = [each for each in file.sheets if each.name not in OWN_SHEETS] or list(file.sheets)
    return max(own, key=lambda each: sum(map(bool, each.rows)))


def _unknown(sheet: Sheet, record: str) -> Reading:
    """Return a reading of a sheet that names nothing known: under the first row with several texts."""
    rows = enumerate(sheet.rows[:HEADER_ROWS])
    first = next((at for at, row in rows if sum(map(bool, row)) > 1), NO_HEADING)
    return reading_at(sheet, record, first)


def rehearse(book: SchoolBook, plan: ImportPlan) -> Rehearsal:
    """Say what a plan would do; writes nothing."""
    report = _import(book, plan, Keep.EMPTY, dry_run=True)
    columns = _columns(plan) if plan.profile is None else _headings(plan, plan.profile)
    return Rehearsal(plan, report, tuple(columns), tuple(lines(book, report)))


def _import(book: SchoolBook, plan: ImportPlan, keep: Keep, *, dry_run: bool) -> ImportReport:
    if plan.profile is importing_own.WORKBOOK:
        return importing_own.import_own(
            book, plan.file.path, plan.record, mode=plan.mode, answers=plan.answers, dry_run=dry_run
        )
    if plan.profile is not None:
        return import_export(
            book, plan.profile, plan.file, mode=plan.mode, answers=plan.answers, dry_run=dry_run
        )
    return import_list(
        book, plan.record, plan.file, keep=keep, mode=plan.mode, answers=plan.answers, dry_run=dry_run
    )


def take(book: SchoolBook, plan: ImportPlan, keep: Keep) -> ImportReport:
    """Take a plan over; how it was corrected is known again for a file with the same headings."""
    done = _import(book, plan, keep, dry_run=False)
    reading = plan.answers.reading
    if plan.corrected and reading is not None and reading.heading != NO_HEADING:
        by = plan.profile.name if plan.profile else ""
        record = plan.profile.record if plan.profile else plan.record
        reading_memory.remember(record, headings_of(plan.sheet, reading), reading, by)
    return done


def _headings(plan: ImportPlan, profile: Profile) -> Iterator[ColumnShown]:
    """Yield the headings of an export's main sheet; of a roster nothing that stands under them."""
    main = next((place for sheet in plan.file.sheets if (place := headed(sheet, profile.groups))), None)
    if main is None:
        return
    reading = plan.answers.reading
    read = columns_read(profile, plan.file.sheets).columns if profile.reads == PEOPLE else {}
    sampled = samples(main.sheet, Reading(main.sheet.name, main.row, main.row))
    for at, text in enumerate(main.sheet.rows[main.row]):
        if text and at < MOST_COLUMNS:
            values = sampled[at][:_SHOWN]
            hides = profile.reads == PUPILS or is_personal(text)
            shown = MASKED if hides and values else "、".join(map(_shown, values))
            yield ColumnShown(
                at,
                column_letters(at),
                _shown(text),
                shown,
                reading.columns.get(at, "") if reading else "",
                reading.offered.get(at, "") if reading else "",
                "",
                read.get(at),
            )


def _columns(plan: ImportPlan) -> list[ColumnShown]:
    reading, sheet, fields = plan.reading, plan.sheet, RECORDS[plan.record].fields
    found, sampled = [], samples(sheet, reading)
    for at, heading in enumerate(headings_of(sheet, reading)[:MOST_COLUMNS]):
        values = sampled[at][:_SHOWN]
        if not heading and not values:
            continue
        name = reading.columns.get(at, "")
        own = fields[name].item.unit if name else ""
        found.append(
            ColumnShown(
                at,
                column_letters(at),
                _shown(heading),
                MASKED if is_personal(heading) and values else "、".join(map(_shown, values)),
                name,
                reading.offered.get(at, ""),
                reading.units.get(at, own) if own in MONEY else "",
            )
        )
    return found


def _shown(text: str) -> str:
    return MASKED if numbers_in(clean(text)) or _LONG.search(text) else text
