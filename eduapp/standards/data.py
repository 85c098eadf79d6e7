"""A school's data as the formulas see them: facts, figures with their source, classes, homework.

Made from a draft, at a school or at a county; the formulas never see a row.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

from db.records import choices
from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.values import Unread
from eduapp.standards.contradictions import CLASSES
from eduapp.standards.figures import ALWAYS, ANY, FIGURES, FILLED
from eduapp.standards.results import Input
from eduapp.standards.school_facts import Facts, facts_of
from eduapp.standards.tally import Tally, contributions
from eduapp.standards.training import FORM

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Hashable, Mapping
    from decimal import Decimal

    from db.records.draft import Draft
    from db.records.rows import Row
    from db.records.values import Cell
    from eduapp.standards.contradictions import Asked, Clash, Number, Place
    from eduapp.standards.figures import Figure, FromRows, Joined
    from eduapp.standards.homework import ClassHomework
    from eduapp.standards.tally import Contribution
    from eduapp.standards.training import HoursDue

    Value = TypeVar("Value")


ROWS, DECLARED, MISSING = "rows", "declared", ""
"""Where a figure came from."""

STAFF_UNIT = "人"
_NOT_YET = object()


@dataclass(frozen=True)
class ClassSize:
    """A class as the class and homework rules see it."""

    key: str
    name: str
    stage: Stage | None
    grade: int | None
    pupils: int | None
    homework: ClassHomework


class SchoolData:
    """The figures of a school at one moment, resolved when asked for; make a new one after an edit.

    The rules of docs/cli.md for items without a stage: in a school of one stage they mean that stage, in a
    school of two they stay the school's total and no section has them; nothing is guessed.
    """

    def __init__(self, draft: Draft, tally: Tally | None = None, on: datetime.date | None = None) -> None:
        """Look at a draft through its running sums (counted anew when there are none) on a day.

        Without a day nothing that hangs on one can be counted from rows (hours of five years).
        """
        self.draft = draft
        self.on = on
        self.facts: Facts = facts_of(draft.only("school"))
        if tally is None or tally.on not in {None, on}:
            tally = Tally(draft, self.facts, on)
        self.tally = tally
        self.clashes: tuple[Clash, ...] | None = None
        """What clashes in it, where that is not looked for in it (`clashes.clashes_of`)."""
        self.asked: Asked | None = None
        self.supposed: Mapping[Place, Number] = {}
        self.unsure: frozenset[str] = frozenset()
        self.terms = FORM
        """On which terms training is counted (`counting`)."""
        self.origin: SchoolData = self
        """The data that this is a view of (`watching`, `supposing`, `counting`): itself where it is none."""
        self._answers: dict[Hashable, Any] = {}

    @property
    def parts(self) -> tuple[SchoolData, ...]:
        """The sites it consists of: itself."""
        return (self,)

    def once(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what `make` works out of the records, the first time it is asked for.

        Its views share it: what they change (`supposed`, `asked`) `make` must not read.
        """
        found = self._answers.get(key, _NOT_YET)
        if found is _NOT_YET:
            found = self._answers[key] = make()
        return found  # type: ignore[no-any-return] # what `make` returned

    def judged(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is judged of it, now; data that follows its workbook keeps it (`live`)."""
        del key
        return make()

    def watching(self, asked: Asked) -> Self:
        """Return the same data, noting in `asked` which figures are read."""
        found = copy(self)
        found.asked = asked
        return found

    def supposing(self, values: Mapping[Place, Number], classes: frozenset[str]) -> Self:
        """Return the data with other figures; the sizes of `classes` (keys) are not known."""
        found = copy(self)
        found.supposed, found.unsure = values, classes
        return found

    def counting(self, terms: HoursDue) -> Self:
        """Return the same data with training counted on other terms."""
        found = copy(self)
        found.terms = terms
        return found

    def _told(self, part: Input) -> Input:
        """Return what a formula is told of a figure: noted where it is watched, or what is supposed."""
        place = part.figure, part.stage
        if self.asked is not None:
            self.asked[place] = part.value
        supposed = self.supposed.get(place)
        return part if supposed is None else replace(part, value=supposed)

    def figure(self, name: str, stage: Stage | None = None) -> Input:
        """Return a figure of a section (or of the school) with its value and source."""
        return self._told(self._figure(name, stage))

    def whole(self, name: str) -> Input:
        """Return a staff figure for all sections together.

        The school's unsuffixed total stands for it unless the school has 高中, whose staff would be
        mixed in (docs/standards.md, "School form", G9 and G12).
        """
        return self._told(self._whole(name))

    def _figure(self, name: str, stage: Stage | None) -> Input:
        terms = self.terms if FIGURES[name].joined else None
        return self.once(("figure", name, stage, terms), lambda: self._worked_out(name, stage))

    def _worked_out(self, name: str, stage: Stage | None) -> Input:
        figure = FIGURES[name]
        declared = self._declared(figure, stage)
        counted, has_rows = self._counted(figure, stage)
        decided = figure.list_name in self.draft.complete and has_rows
        if decided or (declared is None and has_rows):
            value, source = counted, ROWS
        else:
            value, source = (
                self._admitted(figure, declared, counted),
                DECLARED if declared is not None else MISSING,
            )
        return Input(name, figure.label, stage, value, figure.unit, source)

    def both(self, name: str, stage: Stage | None) -> tuple[Decimal | int | None, Decimal | int | None]:
        """Return (declared, counted) of a figure; counted is None when there are no rows."""
        return self.once(("both", name, stage, self.terms), lambda: self._both(FIGURES[name], stage))

    def _both(self, figure: Figure, stage: Stage | None) -> tuple[Decimal | int | None, Decimal | int | None]:
        counted, has_rows = self._counted(figure, stage)
        return self._declared(figure, stage), counted if has_rows else None

    @property
    def sections(self) -> tuple[Stage, ...]:
        """The sections there are: stages of the kind that have pupils or have not said (not 0)."""
        return tuple(stage for stage in self.facts.stages if self._figure("pupils", stage).value != 0)

    def stated(self, record: str, stage: Stage | None, field: str) -> Decimal | int | None:
        """Return what the lists say of a form item that nobody declared; None when they say nothing."""
        for figure in FIGURES.values():
            if figure.fields != (field,):
                continue
            if figure.record == record:
                return self.figure(figure.name, stage).value
            if record == "school_total" and figure.staged_total and len(self.sections) == 1:
                return self.figure(figure.name, self.sections[0]).value
        return None

    def rows(self, record: str) -> list[Row]:
        """Return the rows of a list, for what only rows can tell (documents, areas of single rooms)."""
        return list(self.draft.rows[record].values())

    def column(self, record: str, field: str) -> list[tuple[str, Cell]]:
        """Return a column of a list by row, for a rule that looks at nothing else of it."""
        return self.draft.rows[record].column(field)

    def undivided(self, name: str) -> int | None:
        """Return what the form says of the school as a whole, not divided among its stages."""
        value = _value(self.draft.only("school_total")[name])
        figure = FIGURES[name]
        told = self._told(Input(name, figure.label, None, value, figure.unit, DECLARED)).value
        return told if isinstance(told, int) else None

    @property
    def has_homework(self) -> bool:
        """Whether any homework is recorded."""
        return self.once("homework", lambda: self.tally.homework.any)

    @property
    def homework_classes(self) -> frozenset[str]:
        """The keys of the classes that have homework, also of classes that were deleted."""
        return self.once("homework of", lambda: frozenset(self.tally.homework.classes))

    def homework_days_over(self, key: str, limit: int) -> int:
        """Return on how many days a class was over a limit (minutes)."""
        return self.tally.homework.count_over(key, limit)

    def _whole(self, name: str) -> Input:
        parts = [self._figure(name, stage) for stage in self.sections]
        exact = [part for part in parts if part.value is not None and not self._is_mixed(name, part)]
        if parts and len(exact) == len(parts):
            total = sum(part.value for part in exact if part.value is not None)
            return Input(name, parts[0].label, None, total, parts[0].unit, exact[0].source)
        declared = _value(self.draft.only("school_total")[name])
        kind = self.facts.kind
        usable = declared if kind and not kind.has_senior_high else None
        figure = FIGURES[name]
        source = MISSING if usable is None else DECLARED
        return Input(name, figure.label, None, usable, figure.unit, source)

    def classes(self) -> list[ClassSize] | None:
        """Return the classes when the class list decides about them; None when it does not."""
        parts = [self._figure("classes", stage) for stage in self.facts.stages or (None,)]
        return self.own_classes if all(part.source == ROWS for part in parts) else None

    @property
    def own_classes(self) -> list[ClassSize]:
        """The classes of the list that count: none of a stage that the kind of school has not."""
        own = {None, *(self.facts.stages or Stage)}
        return [school_class for school_class in self.listed_classes if school_class.stage in own]

    @property
    def listed_classes(self) -> list[ClassSize]:
        """The classes of the list, whether it decides or not."""
        if self.asked is not None:
            self.asked[CLASSES] = None
        listed = self.once("classes", self._listed)
        if not self.unsure:
            return listed
        return [replace(each, pupils=None) if each.key in self.unsure else each for each in listed]

    def _listed(self) -> list[ClassSize]:
        return [
            self.once(("class", key), partial(self._class, key)) for key in self.draft.rows["school_class"]
        ]

    def _class(self, key: str) -> ClassSize:
        row = self.draft.rows["school_class"][key]
        grade, pupils, name = row["grade"], row["pupils"], row["name"]
        number = int(grade) if isinstance(grade, str) else None
        stages = self.facts.stages
        stage = (
            choices.stage_of_grade(grade, self.facts.system)
            if isinstance(grade, str)
            else (stages[0] if len(stages) == 1 else None)
        )
        return ClassSize(
            key,
            name if isinstance(name, str) else "",
            stage,
            number,
            pupils if isinstance(pupils, int) else None,
            self.tally.homework.of_class(key),
        )

    def _is_mixed(self, name: str, part: Input) -> bool:
        """Whether a section's staff figure is really the total of a school with 高中."""
        kind = self.facts.kind
        if part.unit != STAFF_UNIT:
            return False
        if part.source != DECLARED or part.stage is None or kind is None:
            return False
        return kind.has_senior_high and _value(self.draft.section(part.stage)[name]) is None

    def _counted(self, figure: Figure, stage: Stage | None) -> tuple[Decimal | int | None, bool]:
        """Return what the list says and whether it says anything (an empty list only when complete)."""
        record = figure.list_name
        if not record or not (len(self.draft.rows[record]) or record in self.draft.complete):
            return None, False
        if figure.joined:
            return self._joined(figure.joined, stage), self.on is not None
        assert figure.rows  # noqa: S101 - a list name comes from rows or from a join
        total = self.tally.total(figure.name, stage, self._not_counted(figure))
        silent = {
            ALWAYS: False,
            FILLED: total is None,
            # A list that is filled in and has none says so.
            ANY: total == 0 and record not in self.draft.complete,
        }[figure.rows.decides]
        return (None, False) if silent else (total, True)

    def _joined(self, joined: Joined, stage: Stage | None) -> int | None:
        """Return what lists that belong together say of a stage."""
        return joined.count(self.draft, self.tally.hours, self.facts, stage, (self.on, self.terms))

    def _admitted(
        self, figure: Figure, declared: Decimal | int | None, counted: Decimal | int | None
    ) -> Decimal | int | None:
        """Return a declared total without what its list says cannot count; never less than what counts."""
        rows = figure.rows
        if declared is None or rows is None or rows.refused is None:
            return declared
        refused = (rows.refused(row, self.on) for row in self.draft.rows[rows.record].values())
        return max(declared - sum(each or 0 for each in refused), counted or 0, 0)

    def _not_counted(self, figure: Figure) -> list[Contribution]:
        """Return what rows have added, to sums that know no day, that do not count on the day."""
        rows = figure.rows
        if rows is None or rows.unless is None or self.on is None or self.tally.on is not None:
            return []
        later = self.once(("later", rows.record, rows.unless), lambda: self._later(rows))
        return [each for row in later for each in contributions(figure, row, self.facts)]

    def _later(self, rows: FromRows) -> list[Row]:
        listed = self.draft.rows[rows.record].values()
        return [row for row in listed if rows.unless and rows.unless(row, self.on)]

    def _declared(self, figure: Figure, stage: Stage | None) -> Decimal | int | None:
        if not figure.fields:
            return None
        if not figure.by_stage:
            return _value(self.draft.only(figure.record)[figure.fields[0]])
        if stage is None:
            return None
        own = _value(self.draft.section(stage)[figure.fields[0]])
        if own is None and figure.staged_total and self._single(stage):
            return _value(self.draft.only("school_total")[figure.fields[0]])
        return own

    def _single(self, stage: Stage) -> bool:
        """Whether the school has this stage only: its other compulsory stage is absent or empty."""
        if stage not in self.facts.stages:
            return False
        others = [other for other in self.facts.stages if other != stage]
        return all(self._figure("pupils", other).value == 0 for other in others)


def _value(cell: object) -> Decimal | int | None:
    return None if cell is None or isinstance(cell, Unread) else cell  # type: ignore[return-value]


def field_label(record: str, field: str) -> str:
    """Return the label of a field."""
    return RECORDS[record].fields[field].item.label
