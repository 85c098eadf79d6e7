"""Importing a list: read as a person said, paired with the rows there are, asked where it is not plain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from db.garbage import no_collection
from db.problems import Problem
from db.records.catalog import RECORDS
from db.records.values import Reference
from eduapp.exchange.list_reading import Wanted, rows_on
from eduapp.exchange.near_names import nearest
from eduapp.exchange.profile_people import fields_of
from eduapp.exchange.profiles import PUPILS, named, recognised
from eduapp.exchange.sheet_cells import column_letters
from eduapp.exchange.sheet_layout import best_reading
from eduapp.exchange.sheet_text import Ignored
from eduapp.services import answers as asking
from eduapp.services import entry, pasting, short_days
from eduapp.services.import_reports import ImportReport, UnreadText, written
from eduapp.services.pairing import ROW_WORDS, Mode, pair
from eduapp.services.pasting import Keep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eduapp.exchange.list_reading import ListReading
    from eduapp.exchange.profiles import Profile
    from eduapp.exchange.sheet_cells import Sheet
    from eduapp.services.answers import Answers, FileQuestion
    from eduapp.services.books import SchoolBook
    from eduapp.services.pairing import Paired


@dataclass(frozen=True)
class OpenedSheets:
    """A file that was read, or a block that was pasted: its sheets, before anything is made of them."""

    path: Path
    sheets: tuple[Sheet, ...]


def opened(path: Path) -> OpenedSheets:
    """Read a file's sheets; raises the Problems of `read_sheets`."""
    from eduapp.exchange.sheet_reading import read_sheets  # noqa: PLC0415 - the libraries are heavy

    return OpenedSheets(path, tuple(read_sheets(path)))


def profile_for(file: OpenedSheets, record: str = "", name: str = "") -> Profile | None:
    """Return the profile by which a file is read: the one named, else what its headings say; None for none.

    Of a list of people its own columns may say more than the profile would; a roster of pupils is never a
    list: raises Problem `file-is-roster` where it was to be one that is not counted from it. Raises Problem
    `profile-unknown`.
    """
    if name:
        return named(name)
    found = recognised(file.sheets)
    if found is None or not record:
        return found
    if found.reads == PUPILS:
        if record not in _COUNTED:
            raise Problem(
                "file-is-roster", path=str(file.path), label=found.label, record=RECORDS[record].label
            )
        return found
    best = best_reading(file.sheets, record)
    own = len(best[0].places) if best else 0
    return found if record == found.record and fields_of(found, file.sheets) >= own else None


_COUNTED: Final = frozenset({"school_class", "care", "special_needs"})


@no_collection()
def import_list(
    book: SchoolBook,
    record: str,
    source: Path | OpenedSheets,
    *,
    keep: Keep = Keep.EMPTY,
    mode: Mode = Mode.UPDATE,
    answers: Answers | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Take over the rows of a filled list; what is there already is changed, not added (`mode`).

    `keep` says what stays of identity and mobile numbers. What a person must decide on is a question and
    left out until `answers` says it; where required columns are missing nothing is taken before a person
    says so. Raises Problem `no-known-columns`, `answers-unfit`, and what reading raises.
    """
    file = source if isinstance(source, OpenedSheets) else opened(source)
    given = answers or asking.NO_ANSWERS
    reading, asked = asking.decided(file.sheets, record, given)
    wanted = Wanted(
        reading,
        {asking.TAKE: True, asking.LEAVE: False}.get(given.says(asking.HIDDEN)),
        {
            name.removeprefix(asking.SHEET): answer == asking.TAKE
            for name, answer in given.said.items()
            if name.startswith(asking.SHEET)
        },
    )
    rows = rows_on(file.sheets, record, file.path, wanted, given.memory)
    units = _units_asked(record, rows)
    asked |= {question.id: question for question in units.values()}
    said = {at: given.says(question.id) for at, question in units.items() if given.says(question.id)}
    if said and rows.reading:
        read = replace(rows.reading, units={**rows.reading.units, **said})
        rows = rows_on(file.sheets, record, file.path, replace(wanted, reading=read), given.memory)
    years = short_days.years_asked(record, rows, book.year)
    asked |= {question.id: question for question in years.values()}
    said_years = {name: given.says(question.id) for name, question in years.items()}
    rows = short_days.with_years(rows, {name: said for name, said in said_years.items() if said})
    rows, numbers = pasting.list_without(record, rows, keep)
    return _Import(book, record, rows, numbers, given, asked, mode).done(dry_run=dry_run)


_LARGE: Final = Decimal(1_000)
"""万元 in one row of a list (ten million yuan): more than a school has in one thing."""


def _units_asked(record: str, rows: ListReading) -> dict[int, FileQuestion]:
    """Return, by column, what is asked of the money in 万元 whose unit nothing in the file says."""
    fields, found = RECORDS[record].fields, dict[int, asking.FileQuestion]()
    reading = rows.reading
    for at, name in reading.columns.items() if reading else ():
        if not name or fields[name].item.unit != "万元" or (reading and at in reading.units):
            continue
        amounts = [amount for row in rows.rows if (amount := _amount(row.get(name, "")))]
        if amounts and max(amounts) >= _LARGE:
            label, largest = fields[name].item.label, f"{max(amounts).normalize():f}"
            found[at] = asking.unit_asked(column_letters(at), label, largest, "万元")
    return found


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except ArithmeticError:
        return None
    return amount if amount.is_finite() else None


@dataclass
class _Import:
    book: SchoolBook
    record: str
    rows: ListReading
    numbers: int
    given: Answers
    asked: dict[str, FileQuestion]
    mode: Mode

    def done(self, *, dry_run: bool) -> ImportReport:
        """Pair, ask, write (or not) and tell."""
        rows, paired = self.rows, pair(self.book, self.record, self.rows.rows, self.mode, self._said())
        self._ask(paired)
        needless = asking.require_fitting(self.given, self.asked)
        open_units = any(id_.startswith(asking.UNIT) and not self.given.says(id_) for id_ in self.asked)
        stopped = open_units or (bool(rows.missing) and self.given.says(asking.MISSING) != asking.YES)
        gone = set(range(len(rows.rows))) if stopped else {*paired.asked, *paired.skipped}
        text = f"导入{RECORDS[self.record].label}"
        changes, report = written(self.book, [] if stopped else paired.edits, text, dry_run=dry_run)
        return ImportReport(
            rows.rows_read,
            sum(len(row) for at, row in enumerate(rows.rows) if at not in gone),
            (*rows.ignored, *self._told(paired), *needless),
            rows.cleaned,
            self.numbers,
            changes,
            report,
            rows=self._accounted(paired, stopped=stopped),
            removed=0 if stopped else paired.removed,
            missing=rows.missing,
            unread=tuple(self._unread(paired)),
            reading=rows.reading,
            **self.given.parted(self.asked),
        )

    def _said(self) -> dict[int, str]:
        """Return what was said of rows by their place, a KEY of the command line as the row's own key."""
        if not any(id_.startswith(asking.ROW) for id_ in self.given.said):
            return {}
        places = {f"{asking.ROW}{each.id}": at for at, each in enumerate(self.rows.places)}
        there = self.book.draft.rows[self.record]
        answers = {places[id_]: answer for id_, answer in self.given.said.items() if id_ in places}
        return {at: asking.row_said(answer, there) for at, answer in answers.items()}

    def _ask(self, paired: Paired) -> None:
        """Note every question of the file, answered or not."""
        rows, fields = self.rows, RECORDS[self.record].fields
        if rows.missing:
            labels = "、".join(fields[name].item.label for name in rows.missing)
            text = f"没有必填的列:{labels}。仍要导入吗"
            self._note(asking.FileQuestion(asking.MISSING, "", text, (asking.YES,)))
        if rows.hidden:
            self._note(asking.hidden_asked(rows.hidden))
        for name, count in rows.others.items():
            text = f"工作表「{name}」也有 {count} 行。要导入吗"
            self._note(asking.FileQuestion(f"{asking.SHEET}{name}", name, text, (asking.TAKE, asking.LEAVE)))
        for at, each in sorted((paired.asked | paired.answered).items()):
            numbers = [entry.number_of(self.book, self.record, key) for key in each.keys]
            self._note(asking.row_asked(rows.places[at], each.why, numbers))

    def _note(self, question: FileQuestion) -> None:
        self.asked[question.id] = question

    def _told(self, paired: Paired) -> list[Ignored]:
        return [
            Ignored(self.rows.places[at].where, f"没有导入,请核对:{each.why}")
            for at, each in paired.asked.items()
        ]

    def _unread(self, paired: Paired) -> Iterator[UnreadText]:
        """Yield the texts that are kept unread, with the row that may be meant where one is named."""
        fields = RECORDS[self.record].fields
        titles: dict[str, list[str]] = {}
        for at, name in paired.unread:
            if at in paired.asked or at in paired.skipped:
                continue
            kind, text = fields[name].item.kind, self.rows.rows[at][name]
            near = ""
            if isinstance(kind, Reference):
                if kind.record not in titles:
                    titles[kind.record] = [
                        entry.title_of(self.book, kind.record, key)
                        for key in self.book.draft.rows[kind.record]
                    ]
                near = nearest(text, titles[kind.record]) or ""
            yield UnreadText(self.rows.places[at].where, fields[name].item.label, text, near)

    def _accounted(self, paired: Paired, *, stopped: bool) -> dict[str, int]:
        """Return what became of each row; while nothing is taken, whatever would change anything is asked."""
        counts = {
            "new": paired.new,
            "changed": paired.changed,
            "unchanged": paired.unchanged,
            "asked": len(paired.asked),
            "refused": len(paired.skipped),
        }
        if stopped:
            counts["asked"] += counts.pop("new") + counts.pop("changed")
        return dict.fromkeys(ROW_WORDS, 0) | counts | dict(self.rows.left)
