"""The figures: named quantities of a school or a section that formulas need.

Each is declared once: the form's fields that state it, and the rows that add up to it. A list
decides once its page is ticked 「本表已填全」, or where no total was declared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from db.records import choices
from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.values import Unread
from eduapp.standards.counting import RENTED, ground_faults, has_expired, not_certified_yet, not_there_yet
from eduapp.standards.training import trained

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping

    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.school_facts import Facts
    from eduapp.standards.training import Hours, HoursDue

    Amount = int | Decimal | None
    """What a row adds; 0 when it does not count, None when that cannot be known."""

ALWAYS, FILLED, ANY = "always", "filled", "any"
"""When a list speaks at all: always; once its column is filled in every row that counts; once a row
counts (a list that need not hold the thing, as visiting teachers in a list of teachers)."""


@dataclass(frozen=True)
class FromRows:
    """How a list adds up: what a row adds, and to which stages (empty for the school as a whole)."""

    record: str
    fields: tuple[str, ...]
    """The fields the amount hangs on: what "which rows feed it" and "what is missing" name."""
    amount: Callable[[Row], Amount]
    stages: Callable[[Row, Facts], tuple[Stage, ...]] | None = None
    decides: str = ALWAYS
    unless: Callable[[Row, datetime.date | None], bool] | None = None
    """Which rows do not count on the day judged."""
    refused: Callable[[Row, datetime.date | None], Amount] | None = None
    """What a row would add if it could count: no part of a declared total either."""


@dataclass(frozen=True)
class Joined:
    """How lists that belong together are counted: (draft, hours by teacher, facts, stage, (day, terms))."""

    record: str
    count: Callable[
        [Draft, Mapping[str, Hours], Facts, Stage | None, tuple[datetime.date | None, HoursDue]], int | None
    ]
    reads: tuple[str, ...] = ()
    """The fields (`record.field`) that it joins."""


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
    joined: Joined | None = None
    unit_: str = "人"
    """The unit of what only rows can tell."""

    @property
    def list_name(self) -> str:
        """The list that can tell it; empty when it is only declared."""
        return self.rows.record if self.rows else self.joined.record if self.joined else ""

    @property
    def staged_total(self) -> bool:
        """Whether the form asks it without a stage too (docs/cli.md, staff and class items)."""
        return self.by_stage and bool(self.fields) and self.fields[0] in RECORDS["school_total"].fields

    @property
    def label(self) -> str:
        """The name people know: the form's, or what only rows can tell."""
        return self.label_ or RECORDS[self.record].fields[self.fields[0]].item.label

    @property
    def unit(self) -> str:
        """The unit of the declared field, else of what the rows count."""
        return RECORDS[self.record].fields[self.fields[0]].item.unit if self.fields else self.unit_


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


def _not(answer: bool | None) -> bool | None:  # noqa: FBT001 - a three-valued answer is what it takes
    return None if answer is None else not answer


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


def _teacher(
    *tests: Callable[[Row], bool | None],
    fields: tuple[str, ...],
    posts: frozenset[str] = choices.FULL_TIME_POSTS,
    decides: str = ALWAYS,
    unless: Callable[[Row, datetime.date | None], bool] = not_there_yet,
) -> FromRows:
    return FromRows(
        "teacher",
        ("stage", "post", *fields),
        lambda row: _all(_in(row, "post", posts), *(test(row) for test in tests)),
        _teacher_stages,
        decides,
        unless,
    )


def _visiting(subject: str) -> FromRows:
    return _teacher(
        lambda row: _in(row, "subject", {subject}),
        fields=("subject",),
        posts=choices.VISITING_POSTS,
        decides=ANY,
    )


def _staff_on(post: str) -> FromRows:
    return FromRows(
        "teacher", ("post",), lambda row: _all(_in(row, "post", {post})), decides=ANY, unless=not_there_yet
    )


def _pupils_in(record: str, field: str = "", wanted: str = "", decides: str = ALWAYS) -> FromRows:
    """Count the pupils of a ledger's lines of one kind (or of all)."""

    def amount(row: Row) -> Amount:
        fits = _in(row, field, {wanted}) if field else True
        if fits is False:
            return 0
        return row["pupils"] if fits and isinstance(row["pupils"], int) else None

    return FromRows(record, tuple(name for name in (field, "pupils") if name), amount, decides=decides)


def _in_wan(field: str) -> Callable[[Row], Amount]:
    """Read an amount in 元 as 万元, exactly."""

    def amount(row: Row) -> Amount:
        yuan = row[field]
        return yuan.scaleb(-4) if isinstance(yuan, Decimal) else None

    return amount


def _campus(row: Row, facts: Facts) -> tuple[Stage, ...]:
    del facts
    stage = row["stage"]
    return (Stage(stage),) if isinstance(stage, str) else ()


def _own(name: str, rows: FromRows | None) -> Figure:
    """A figure of one stage's own campus: stated for the stage, or rows that name it."""
    staged = replace(rows, fields=(*rows.fields, "stage"), stages=_campus, decides=FILLED) if rows else None
    return _section(f"own_{name}", rows=staged)


def _teachers_with(field: str, wanted: set[str]) -> FromRows:
    return _teacher(lambda row: _in(row, field, wanted), fields=(field,))


def _area_of(record: str, kinds: frozenset[str] | set[str]) -> FromRows:
    def amount(row: Row) -> Amount:
        kind = _in(row, "kind", kinds)
        if kind is False:
            return 0
        return row["area"] if kind and _known(row["area"]) else None  # type: ignore[return-value]

    return FromRows(record, ("kind", "area"), amount)


def _rented_area() -> FromRows:
    """Rented grounds, as far as they may count: how far one is has to be known."""
    plain = _area_of("sports_ground", {RENTED})

    def amount(row: Row) -> Amount:
        if row["kind"] != RENTED:
            return plain.amount(row)
        if ground_faults(row):
            return 0
        return plain.amount(row) if isinstance(row["walk_minutes"], int) else None

    def refused(row: Row, on: datetime.date | None) -> Amount:
        return plain.amount(row) or 0 if ground_faults(row) or has_expired(row, on) else 0

    fields = (*plain.fields, "contract", "contract_until", "exclusive", "walk_minutes")
    return FromRows("sports_ground", fields, amount, unless=has_expired, refused=refused)


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


def _ledger(name: str, label: str, rows: FromRows, unit: str = "人") -> Figure:
    """A figure that only a ledger can tell."""
    return Figure(name, rows.record, (), by_stage=False, rows=rows, label_=label, unit_=unit)


def _backbone_of(level: str, words: str) -> Figure:
    """Backbone teachers of one level: only the list of teachers tells it."""
    rows = FromRows(
        "teacher",
        ("post", "backbone"),
        lambda row: _all(_in(row, "post", choices.FULL_TIME_POSTS), _in(row, "backbone", {level})),
        unless=not_there_yet,
    )
    return _ledger(f"backbone_{level}", f"{words}骨干教师人数", rows)


def _room_count(kind: str, flag: str = "") -> Figure:
    """How many rooms there are of a kind, or of them those with `flag`."""
    rows = FromRows(
        "room",
        ("kind", flag) if flag else ("kind",),
        lambda row: _all(_in(row, "kind", {kind}), _is(row, flag) if flag else True),
    )
    label = dict(choices.ROOM_KIND.options)[kind]
    said = f"{RECORDS['room'].fields[flag].item.label}的" if flag else ""
    return _ledger(f"{kind}_{flag or 'rooms'}", f"{said}{label}间数", rows, "间")


def _art_part_timer(
    name: str,
    label: str,
    *tests: Callable[[Row], bool | None],
    unless: Callable[[Row, datetime.date | None], bool] = not_there_yet,
) -> Figure:
    """Part-time and walking teachers of PE and the arts, or of them those who pass a test."""
    rows = FromRows(
        "teacher",
        ("post", "subject", "certificate"),
        lambda row: _all(
            _in(row, "post", choices.VISITING_POSTS),
            _in(row, "subject", choices.ARTS_AND_PE),
            *(test(row) for test in tests),
        ),
        unless=unless,
    )
    return _ledger(name, label, rows)


BACKBONE_LEVELS = {code: words for code, words in choices.BACKBONE.options if code not in {"none", "school"}}
"""县级 and above, by code."""
ROOMS_COUNTED = (
    "classroom",
    "laboratory",
    "science",
    "computer",
    "counselling",
    "labour",
    "team",
    "resource",
)
"""Kinds of rooms that local plans ask for one by one."""
_PREMISES = {
    "teaching_area": _area_of("room", choices.TEACHING_ROOMS),
    "indoor_sports_area": _area_of("room", {"indoor_sports"}),
    "gym_area": _area_of("sports_ground", {"gym"}),
    "field_area": _area_of("sports_ground", {"field"}),
    "rented_area": _rented_area(),
    "other_sports_area": _area_of("sports_ground", {"other", "adapted"}),
    "multimedia_rooms": FromRows("room", ("multimedia",), lambda row: _all(_is(row, "multimedia"))),
}
_OWN_PREMISES = {"teaching_area", "indoor_sports_area", "gym_area", "field_area", "multimedia_rooms"}
_DECLARED = (
    _section(
        "pupils",
        rows=FromRows("school_class", ("grade", "pupils"), _quantity("pupils"), _class_stages),
    ),
    _section(
        "catchment_pupils",
        rows=FromRows("school_class", ("grade", "catchment"), _quantity("catchment"), _class_stages, FILLED),
    ),
    _section("classes", rows=FromRows("school_class", ("grade",), lambda _row: 1, _class_stages)),
    *(_section(name, rows=_classes_between(low, high)) for name, low, high in CLASS_BANDS),
    _section("teachers", rows=_teacher(fields=())),
    _degree("associate", "专科学历教师人数", "31"),
    _degree("bachelor", "本科学历教师人数", "21"),
    _degree("master", "硕士学历教师人数", "14"),
    _degree("doctor", "博士研究生学历教师人数", "11"),
    _degree("graduate_class", "研究生班学历教师人数", "17"),
    _degree("dapu", "大普学历教师人数", "28"),
    _section("backbone", rows=_teachers_with("backbone", set(BACKBONE_LEVELS))),
    _section(
        "certified",
        rows=_teacher(
            lambda row: _is(row, "certificate"),
            fields=("certificate", "certificate_date"),
            unless=not_certified_yet,
        ),
    ),
    Figure(
        "trained",
        "section_total",
        ("trained",),
        by_stage=True,
        joined=Joined(
            "training",
            trained,
            (
                "training.teacher",
                "training.year",
                "training.hours",
                "teacher.stage",
                "teacher.post",
                "teacher.hired",
            ),
        ),
    ),
    _section("staff"),
    _section(
        "middle_titles",
        rows=_teacher(
            lambda row: _in(row, "title", choices.MIDDLE_TITLES), fields=("title",), decides=FILLED
        ),
    ),
    _section("pe", rows=_teachers_with("subject", {"pe"})),
    _section("music", rows=_teachers_with("subject", {"music"})),
    _section("fine_art", rows=_teachers_with("subject", {"fine_art"})),
    _section("art", rows=_teachers_with("subject", {"art"})),
    _section("visiting_pe", rows=_visiting("pe")),
    _section("visiting_music", rows=_visiting("music")),
    _section("visiting_fine_art", rows=_visiting("fine_art")),
    _section("visiting_art", rows=_visiting("art")),
    _section("graduates"),
    _section("cohort"),
    _section("transferred_in"),
    _section("transferred_out"),
    _section("died"),
    _section("intake"),
    _section("catchment_intake"),
    _school("migrants", rows=_pupils_in("care", "kind", "migrant", ANY)),
    _ledger("left_behind", "留守儿童人数", _pupils_in("care", "kind", "left_behind")),
    _ledger("special_pupils", "特殊教育学生人数", _pupils_in("special_needs")),
    _ledger("integrated_pupils", "随班就读学生人数", _pupils_in("special_needs", "mode", "integrated")),
    *(_backbone_of(level, words) for level, words in BACKBONE_LEVELS.items()),
    *(_room_count(kind) for kind in ROOMS_COUNTED),
    *(_room_count("classroom", flag) for flag in ("multimedia", "network")),
    _art_part_timer("art_part_timers", "兼职、走教的体育艺术教师人数"),
    _art_part_timer(
        "certified_art_part_timers",
        "其中持教师资格证的兼职、走教体育艺术教师人数",
        lambda row: _is(row, "certificate"),
        unless=not_certified_yet,
    ),
    _ledger(
        "uncertified_teaching",
        "上课教师中没有教师资格证的人数",
        FromRows(
            "teacher",
            ("post", "certificate"),
            lambda row: _all(_in(row, "post", choices.TEACHING_POSTS), _not(_is(row, "certificate"))),
        ),
    ),
    _school("senior_high_pupils"),
    *(_school(name, rows=rows) for name, rows in _PREMISES.items()),
    _school("music_rooms", rows=_rooms_of("music")),
    _school("music_rooms_96", rows=_rooms_of("music", 96)),
    _school("music_rooms_73", rows=_rooms_of("music", 73, 96)),
    _school("music_rooms_61", rows=_rooms_of("music", 61, 73)),
    _school("art_rooms", rows=_rooms_of("art")),
    _school("art_rooms_90", rows=_rooms_of("art", 90)),
    _school("art_rooms_67", rows=_rooms_of("art", 67, 90)),
    _school("art_rooms_61", rows=_rooms_of("art", 61, 67)),
    _school("computers"),
    _school("books"),
    _school("attached_kindergarten"),
    _school("attached_primary"),
    *(_school(f"nine_year_{name}") for name in ("cohort", "in", "out", "died")),
    _school("equipment_value", "funding", FromRows("equipment", ("value",), _quantity("value"))),
    *(_own(name, rows) for name, rows in _PREMISES.items() if name in _OWN_PREMISES),
    *(_own(name, None) for name in ("equipment_value", "computers", "books")),
    *(
        _school(name, "funding")
        for name in (
            "budget",
            "final_account",
            "training_budget",
            "pupils_before",
            "granted",
            "quota_primary",
            "quota_lower_secondary",
            "special_pupils_before",
            "special_granted",
        )
    ),
    _school("training_spent", "funding", FromRows("training_expense", ("amount",), _in_wan("amount"))),
    *(_school(name, "staffing") for name in ("establishment", "positions", "in_post", "contract")),
    _school("off_post", "staffing", _staff_on("off_post")),
    _school("substitutes", "staffing", _staff_on("substitute")),
    *(_school(name, "staffing") for name in ("eligible", "rotated", "rotated_backbone")),
)
FIGURES: dict[str, Figure] = {figure.name: figure for figure in _DECLARED}
FIGURES_OF: dict[str, tuple[Figure, ...]] = {
    record: tuple(figure for figure in _DECLARED if figure.rows and figure.rows.record == record)
    for record in RECORDS
}
