"""The figures: named quantities of a school or a section that formulas need.

Each is declared once: the form's fields that state it, and the rows that add up to it. A list
decides once its page is ticked 「本表已填全」, or where no total was declared (design §2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.records import choices
from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.values import Unread

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from db.records.rows import Row
    from eduapp.standards.facts import Facts

    Amount = int | Decimal | None
    """What a row adds; 0 when it does not count, None when that cannot be known."""


@dataclass(frozen=True)
class FromRows:
    """How a list adds up: what a row adds, and to which stages (empty for the school as a whole)."""

    record: str
    fields: tuple[str, ...]
    """The fields the amount hangs on: what "which rows feed it" and "what is missing" name."""
    amount: Callable[[Row], Amount]
    stages: Callable[[Row, Facts], tuple[Stage, ...]] | None = None


@dataclass(frozen=True)
class Figure:
    """A named quantity. `record` and `fields` are where a total is declared; fields are summed.

    `by_stage`: one value a section; `staged_total`: the school's unsuffixed total may stand for it.
    """

    name: str
    record: str
    fields: tuple[str, ...]
    by_stage: bool
    rows: FromRows | None = None
    label_: str = ""

    @property
    def staged_total(self) -> bool:
        """Whether the form asks it without a stage too (cli.md, staff and class items)."""
        return self.by_stage and bool(self.fields) and self.fields[0] in RECORDS["school_total"].fields

    @property
    def label(self) -> str:
        """The name people know: the form's, or what only rows can tell."""
        return self.label_ or RECORDS[self.record].fields[self.fields[0]].item.label

    @property
    def unit(self) -> str:
        """The unit of the declared field."""
        return RECORDS[self.record].fields[self.fields[0]].item.unit if self.fields else "人"


def _known(cell: object) -> bool:
    return cell is not None and not isinstance(cell, Unread)


def _all(*conditions: bool | None) -> Amount:
    """Return 1 when all hold, 0 when one does not, None when that cannot be known."""
    if any(condition is False for condition in conditions):
        return 0
    return None if any(condition is None for condition in conditions) else 1


def _in(row: Row, field: str, wanted: frozenset[str] | set[str]) -> bool | None:
    return row[field] in wanted if _known(row[field]) else None


def _is(row: Row, field: str) -> bool | None:
    cell = row[field]
    return cell if isinstance(cell, bool) else None


def _teacher_stages(row: Row, facts: Facts) -> tuple[Stage, ...]:
    """Return the stage a teacher counts for; unknown in a school of two counts in both as unknown."""
    stage = row["stage"]
    if not isinstance(stage, str):
        return facts.stages if len(facts.stages) == 1 else ()
    return (Stage(stage),) if stage != choices.SENIOR_HIGH else ()


def _class_stages(row: Row, facts: Facts) -> tuple[Stage, ...]:
    grade = row["grade"]
    if not isinstance(grade, str):
        return facts.stages if len(facts.stages) == 1 else ()
    return (choices.stage_of_grade(grade, facts.system),)


def _quantity(field: str) -> Callable[[Row], Amount]:
    return lambda row: row[field] if _known(row[field]) else None  # type: ignore[return-value]


def _teacher(*tests: Callable[[Row], bool | None], fields: tuple[str, ...]) -> FromRows:
    return FromRows(
        "teacher",
        ("stage", "post", *fields),
        lambda row: _all(_in(row, "post", choices.FULL_TIME_POSTS), *(test(row) for test in tests)),
        _teacher_stages,
    )


def _teachers_with(field: str, wanted: set[str]) -> FromRows:
    return _teacher(lambda row: _in(row, field, wanted), fields=(field,))


def _area_of(record: str, kinds: frozenset[str] | set[str]) -> FromRows:
    def amount(row: Row) -> Amount:
        kind = _in(row, "kind", kinds)
        if kind is False:
            return 0
        return row["area"] if kind and _known(row["area"]) else None  # type: ignore[return-value]

    return FromRows(record, ("kind", "area"), amount)


def _rooms_of(kind: str, low: int | None = None, high: int | None = None) -> FromRows:
    def fits(row: Row) -> bool | None:
        if low is None:
            return True
        area = row["area"]
        if not _known(area):
            return None
        return low <= area and (high is None or area < high)  # type: ignore[operator]

    return FromRows("room", ("kind", "area"), lambda row: _all(_in(row, "kind", {kind}), fits(row)))


CLASS_BANDS: tuple[tuple[str, int, int | None], ...] = (
    ("classes_to_25", 0, 25),
    ("classes_26_30", 26, 30),
    ("classes_31_35", 31, 35),
    ("classes_36_40", 36, 40),
    ("classes_41_45", 41, 45),
    ("classes_46_50", 46, 50),
    ("classes_51_55", 51, 55),
    ("classes_56_60", 56, 60),
    ("classes_61_65", 61, 65),
    ("classes_from_66", 66, None),
)
"""The form's bands of class size: field, smallest, largest."""


def _classes_between(low: int, high: int | None) -> FromRows:
    def amount(row: Row) -> Amount:
        size = row["pupils"]
        return int(low <= size and (high is None or size <= high)) if isinstance(size, int) else None

    return FromRows("school_class", ("grade", "pupils"), amount, _class_stages)


def _section(name: str, *fields: str, rows: FromRows | None = None) -> Figure:
    return Figure(name, "section_total", fields or (name,), by_stage=True, rows=rows)


def _school(name: str, record: str = "school_total", rows: FromRows | None = None) -> Figure:
    return Figure(name, record, (name,), by_stage=False, rows=rows)


def _degree(name: str, label: str, code: str) -> Figure:
    fields = (name,) if name in RECORDS["section_total"].fields else ()
    return Figure(
        name, "section_total", fields, by_stage=True, rows=_teachers_with("degree", {code}), label_=label
    )


_DECLARED = (
    _section(
        "pupils",
        rows=FromRows("school_class", ("grade", "pupils"), _quantity("pupils"), _class_stages),
    ),
    _section("catchment_pupils"),
    _section("classes", rows=FromRows("school_class", ("grade",), lambda _row: 1, _class_stages)),
    *(_section(name, rows=_classes_between(low, high)) for name, low, high in CLASS_BANDS),
    _section("teachers", rows=_teacher(fields=())),
    _degree("associate", "专科学历教师人数", "31"),
    _degree("bachelor", "本科学历教师人数", "21"),
    _degree("master", "硕士学历教师人数", "14"),
    _degree("doctor", "博士研究生学历教师人数", "11"),
    _degree("graduate_class", "研究生班学历教师人数", "17"),
    _degree("dapu", "大普学历教师人数", "28"),
    _section("backbone", rows=_teachers_with("backbone", {"county", "city", "province", "national"})),
    _section("certified", rows=_teacher(lambda row: _is(row, "certificate"), fields=("certificate",))),
    _section("trained"),
    _section("pe", rows=_teachers_with("subject", {"pe"})),
    _section("music", rows=_teachers_with("subject", {"music"})),
    _section("fine_art", rows=_teachers_with("subject", {"fine_art"})),
    _section("art", rows=_teachers_with("subject", {"art"})),
    _section("visiting_pe"),
    _section("visiting_music"),
    _section("visiting_fine_art"),
    _section("visiting_art"),
    _section("graduates"),
    _section("cohort"),
    _section("transferred_in"),
    _section("transferred_out"),
    _section("died"),
    _school("migrants"),
    _school("senior_high_pupils"),
    _school("teaching_area", rows=_area_of("room", choices.TEACHING_ROOMS)),
    _school("indoor_sports_area", rows=_area_of("room", {"indoor_sports"})),
    _school("gym_area", rows=_area_of("sports_ground", {"gym"})),
    _school("field_area", rows=_area_of("sports_ground", {"field"})),
    _school("rented_area", rows=_area_of("sports_ground", {"rented"})),
    _school("other_sports_area", rows=_area_of("sports_ground", {"other"})),
    _school(
        "multimedia_rooms", rows=FromRows("room", ("multimedia",), lambda row: _all(_is(row, "multimedia")))
    ),
    _school("music_rooms", rows=_rooms_of("music")),
    _school("music_rooms_96", rows=_rooms_of("music", 96)),
    _school("music_rooms_73", rows=_rooms_of("music", 73, 96)),
    _school("music_rooms_61", rows=_rooms_of("music", 61, 73)),
    _school("art_rooms", rows=_rooms_of("art")),
    _school("art_rooms_90", rows=_rooms_of("art", 90)),
    _school("art_rooms_67", rows=_rooms_of("art", 67, 90)),
    _school("art_rooms_61", rows=_rooms_of("art", 61, 67)),
    _school("equipment_value", "funding", FromRows("equipment", ("value",), _quantity("value"))),
    _school("budget", "funding"),
    _school("final_account", "funding"),
    _school("training_budget", "funding"),
)
FIGURES: dict[str, Figure] = {figure.name: figure for figure in _DECLARED}
FIGURES_OF: dict[str, tuple[Figure, ...]] = {
    record: tuple(figure for figure in _DECLARED if figure.rows and figure.rows.record == record)
    for record in RECORDS
}
