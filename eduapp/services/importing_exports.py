"""The export of another system by its profile: lists are paired, totals set, no pupil is named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from db.records.catalog import RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.edits import SetCell, runs
from db.records.values import clean
from eduapp.exchange.class_names import number_of_class, usual_name
from eduapp.exchange.profile_people import main_sheet, read_people
from eduapp.exchange.profile_pupils import read_pupils
from eduapp.exchange.profile_tables import read_tables
from eduapp.exchange.profiles import OWN, PEOPLE, PUPILS
from eduapp.exchange.sheet_layout import Reading
from eduapp.exchange.sheet_text import Ignored
from eduapp.services import answers as asking
from eduapp.services import entry, statistics_sources
from eduapp.services.import_reports import ImportReport, UnreadText, written
from eduapp.services.pairing import ROW_WORDS, Mode, pair
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from db.records.draft import Draft
    from db.records.edits import Edit
    from eduapp.exchange.profiles import Export, MadeRow, Profile, TotalCell
    from eduapp.services.answers import Answers, FileQuestion
    from eduapp.services.books import SchoolBook
    from eduapp.services.changes import Changes
    from eduapp.services.importing_lists import OpenedSheets
    from eduapp.services.pairing import Paired
    from eduapp.standards.standard import Standard


@dataclass(frozen=True)
class _Ahead:
    """A book as it stands after edits that are not written: what is read next refers to rows of them."""

    draft: Draft
    approved: bool
    standards: tuple[Standard, ...]

    def commit(self, edits: Sequence[Edit], text: str) -> Changes:
        """Refuse: these records are nobody's file."""
        raise RuntimeError(text, edits)


def read_export(
    book: SchoolBook,
    profile: Profile,
    file: OpenedSheets,
    *,
    hidden: bool = False,
    extra: Mapping[int, str] | None = None,
) -> Export:
    """Read a file by a profile, and columns that a person placed; raises Problem `profile-unfit`."""
    stages = _stages(book)
    only = STAGE_NAMES[stages[0]] if len(stages) == 1 else ""
    return read_by(profile, file, book.year, only, hidden=hidden, extra=extra)


def read_by(
    profile: Profile,
    file: OpenedSheets,
    year: int,
    stage: str = "",
    *,
    hidden: bool = False,
    extra: Mapping[int, str] | None = None,
) -> Export:
    """Read a file by a profile, for a school of one `stage` (小学, 初中) or of any; see `read_export`."""
    if profile.reads == PEOPLE:
        return read_people(profile, file.sheets, file.path, hidden=hidden, extra=extra)
    if profile.reads == PUPILS:
        return read_pupils(profile, file.sheets, file.path, year=year, stage=stage, hidden=hidden)
    return read_tables(profile, file.sheets, file.path)


def answers_of(content: Mapping[str, Any], profile: Profile, file: OpenedSheets) -> Answers:
    """Return a file's answers for an export: of people also columns that the profile does not read.

    Raises Problem `answers-unfit`.
    """
    main = main_sheet(profile, file.sheets) if profile.reads == PEOPLE else None
    if main is None or "columns" not in content:
        return asking.answers_alone(content)
    rest = {name: said for name, said in content.items() if name != "columns"}
    reading = Reading(main.sheet.name, main.row, main.row)
    return replace(
        asking.answers_alone(rest),
        reading=asking.with_columns(reading, main.sheet, profile.record, content["columns"]),
    )


def import_export(
    book: SchoolBook,
    profile: Profile,
    file: OpenedSheets,
    *,
    mode: Mode = Mode.UPDATE,
    answers: Answers | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Take over an export in one step; raises what reading it raises, `answers-unfit`, `approved-closed`."""
    given = answers or asking.NO_ANSWERS
    hidden = given.says(asking.HIDDEN) == asking.TAKE
    extra = {at: name for at, name in given.reading.columns.items() if name} if given.reading else None
    export = read_export(book, profile, file, hidden=hidden, extra=extra)
    done = take_export(book, export, mode=mode, answers=answers, dry_run=dry_run)
    if not dry_run:
        statistics_sources.note_export(book, export, file.sheets)
    return done


def take_export(
    book: SchoolBook,
    export: Export,
    *,
    mode: Mode = Mode.UPDATE,
    answers: Answers | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Take over what was read of an export in one step; raises `answers-unfit`, `approved-closed`."""
    return _Taking(book, export, answers or asking.NO_ANSWERS, mode).done(dry_run=dry_run)


@dataclass
class _Taking:
    book: SchoolBook
    export: Export
    given: Answers
    mode: Mode
    edits: list[Edit] = field(default_factory=list)
    told: list[Ignored] = field(default_factory=list)
    unread: list[UnreadText] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    asked: dict[str, FileQuestion] = field(default_factory=dict)
    removed: int = 0
    values: int = 0

    def __post_init__(self) -> None:
        """Start from what is recorded."""
        self.ahead = _Ahead(self.book.draft.copied(), self.book.approved, self.book.standards)

    def done(self, *, dry_run: bool) -> ImportReport:
        """Pair the lists, set the totals, write (or not) and tell."""
        export = self.export
        if export.hidden:
            self.asked[asking.HIDDEN] = asking.hidden_asked(export.hidden)
        if "school_class" in export.lists:
            self._list("school_class", self._classes(export.lists["school_class"]))
        for record, rows in export.lists.items():
            if record != "school_class":
                self._list(record, self._referred(record, rows))
        self._totals(export.cells)
        self.told += asking.require_fitting(self.given, self.asked)
        changes, report = written(self.book, self.edits, f"导入{export.profile.label}", dry_run=dry_run)
        return ImportReport(
            export.rows_read,
            self.values,
            (*export.ignored, *self.told),
            export.cleaned,
            export.numbers,
            changes,
            report,
            rows=self._rows(),
            removed=self.removed,
            missing=self._missing(),
            unread=tuple(self.unread),
            **self.given.parted(self.asked),
        )

    def _rows(self) -> dict[str, int]:
        """Return what became of the file's rows; tables of figures have none."""
        if not self.export.lists and self.export.profile.reads != PUPILS:
            return {}
        return dict.fromkeys(ROW_WORDS, 0) | self.counts + Counter(self.export.left)

    def _missing(self) -> tuple[str, ...]:
        """Return the required fields of a list that the export says of nobody; told, they stop nothing."""
        record = self.export.profile.record
        said = {name for row in self.export.lists.get(record, ()) for name in row.texts}
        fields = RECORDS[record].fields if said else {}
        return tuple(name for name, each in fields.items() if each.item.required and name not in said)

    # --- lists ---

    def _list(self, record: str, rows: Sequence[MadeRow]) -> None:
        """Pair the rows of a list with what is there after the edits so far."""
        texts = [{name: clean(text) for name, text in each.texts.items()} for each in rows]
        mode = self.mode if self._is_main(record) else Mode.UPDATE
        paired = pair(self.ahead, record, texts, mode, self._said(record, rows))
        edits = _kept_beside(paired, rows)
        moved = {paired.rows[edit.key] for edit in edits if isinstance(edit, SetCell)}
        still = {at for at, became in paired.became.items() if became == "changed" and at not in moved}
        paired.became |= dict.fromkeys(still, "unchanged")
        self._ask(record, rows, paired)
        self._account(record, rows, paired)
        self.values += sum(
            len(row) for at, row in enumerate(texts) if at not in {*paired.asked, *paired.skipped}
        )
        self.edits += edits
        for kind, name, run in runs(edits):
            self.ahead.draft.apply_run(kind, name, run)

    def _is_main(self, record: str) -> bool:
        """Whether the rows of the file are counted by this list; of a workbook every row is of some list."""
        profile = self.export.profile
        return profile.reads == OWN or record == (profile.record or "school_class")

    def _account(self, record: str, rows: Sequence[MadeRow], paired: Paired) -> None:
        """Count the file's rows by what became of what was made of them; lists that follow count no more."""
        if not self._is_main(record):
            return
        self.removed += paired.removed
        for at, each in enumerate(rows):
            self.counts[paired.became[at]] += each.weight

    def _said(self, record: str, rows: Sequence[MadeRow]) -> dict[int, str]:
        there = self.ahead.draft.rows[record]
        answers = {
            at: self.given.says(f"{asking.ROW}{each.place.id}")
            for at, each in enumerate(rows)
            if each.place.id
        }
        return {at: asking.row_said(answer, there) for at, answer in answers.items() if answer}

    def _ask(self, record: str, rows: Sequence[MadeRow], paired: Paired) -> None:
        for at, each in sorted((paired.asked | paired.answered).items()):
            place = rows[at].place
            numbers = [entry.number_of(self.ahead, record, key) for key in each.keys]
            if place.id:
                question = asking.row_asked(place, each.why, numbers)
                self.asked[question.id] = question
            if at in paired.asked:
                label = RECORDS[record].label
                self.told.append(Ignored(place.where, f"{label}没有导入,请核对:{each.why}"))
        for at, name in paired.unread:
            if at not in paired.asked and at not in paired.skipped:
                label = RECORDS[record].fields[name].item.label
                self.unread.append(UnreadText(rows[at].place.where, label, rows[at].texts[name]))

    # --- classes ---

    def _classes(self, rows: Sequence[MadeRow]) -> list[MadeRow]:
        """Give each class of the roster the name that it has here, or the usual one."""
        return [
            replace(each, texts={**each.texts, "name": self._name(each)}) if each.school_class else each
            for each in rows
        ]

    def _name(self, row: MadeRow) -> str:
        key = self._class_key(row)
        there = self.ahead.draft.rows["school_class"]
        if key:
            return str(there[key]["name"])
        grade, name = row.school_class or ("", "")
        return usual_name(grade, name)

    def _class_key(self, row: MadeRow) -> str:
        """Return the key of the class that a row is about; "" where there is none or there are several."""
        grade, name = row.school_class or ("", "")
        number = number_of_class(name)
        found = [
            key
            for key, each in self.ahead.draft.rows["school_class"].items()
            if each["grade"] == grade
            and isinstance(each["name"], str)
            and (clean(name) == each["name"] or (number and number_of_class(each["name"]) == number))
        ]
        return found[0] if len(found) == 1 else ""

    def _referred(self, record: str, rows: Sequence[MadeRow]) -> list[MadeRow]:
        """Refer to the classes, and leave out counts of nobody that nothing is recorded of."""
        if not any(each.school_class for each in rows):
            return list(rows)
        choice = next(name for name in RECORDS[record].identity if name != "school_class")
        there = {(row["school_class"], row[choice]) for row in self.ahead.draft.rows[record].values()}
        found = []
        for each in rows:
            key = self._class_key(each)
            code = entry.read(self.ahead, record, choice, each.texts[choice])
            if key and (each.texts["pupils"] != "0" or (key, code) in there):
                found.append(replace(each, texts={**each.texts, "school_class": key}))
        return found

    # --- totals ---

    def _totals(self, cells: Sequence[TotalCell]) -> None:
        """Set the figures of rows that are no list; of a school without that stage they are told."""
        whole = _whole_home(self.book)
        for each in cells:
            record, key = (each.record, each.stage or "-") if each.record else whole
            rows = self.ahead.draft.rows[record]
            if record == "section_total" and (key not in _stages(self.book)):
                self.told.append(Ignored(each.where, f"本校没有{STAGE_NAMES[Stage(key)]}学段,没有导入"))
                self._account_pupils(each, "refused")
                continue
            cell = entry.read(self.ahead, record, each.field, each.text)
            old = rows[key][each.field]
            self.values += 1
            moves = old != cell and not (self.mode is Mode.FILL and old is not None)
            if moves:
                self.edits.append(SetCell(record, key, each.field, old, cell))
            self._account_pupils(each, "changed" if moves else "unchanged")

    def _account_pupils(self, cell: TotalCell, became: str) -> None:
        """Count the rows of a roster without classes: each is in one stage's number of pupils."""
        if self.export.profile.reads == PUPILS and not self.export.lists and cell.field == "pupils":
            self.counts[became] += int(cell.text)


def _kept_beside(paired: Paired, rows: Sequence[MadeRow]) -> list[Edit]:
    """Return the edits without those that would say less than what is there: 县级 in place of 省级."""
    kept: list[Edit] = []
    for edit in paired.edits:
        at = paired.rows.get(edit.key) if isinstance(edit, SetCell) else None
        words = rows[at].beside.get(edit.field, ()) if at is not None and isinstance(edit, SetCell) else ()
        if isinstance(edit, SetCell) and edit.old is not None and words:
            kind = RECORDS[edit.record].fields[edit.field].item.kind
            if edit.old in {kind.parse(word) for word in words}:
                continue
        kept.append(edit)
    return kept


def _stages(book: SchoolBook) -> tuple[Stage, ...]:
    """Return the stages of a school; both where its kind is not said."""
    kind = book.draft.only("school")["kind"]
    return SchoolKind(str(kind)).stages if isinstance(kind, str) else tuple(Stage)


def _whole_home(book: SchoolBook) -> tuple[str, str]:
    """Return where a figure of the whole school stands: with its only stage, else in the school's totals."""
    kind, stages = book.draft.only("school")["kind"], _stages(book)
    senior = isinstance(kind, str) and SchoolKind(kind).has_senior_high
    return ("section_total", stages[0]) if len(stages) == 1 and not senior else ("school_total", "-")
