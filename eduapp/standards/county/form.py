"""The numbers of the national application form (申报表Ⅰ-Ⅵ) that a county's verdicts do not hold.

Computed once from the judged schools and the county's own records, so that paper and spreadsheet say
the same. Missing is never zero: a sum that lacks a school says which.
Source: 申报表 and its notes, as seen in docs/standards.md, "National form".
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import SCHOOL_KIND, SchoolKind, Stage
from db.records.values import Unread
from eduapp.standards.county.added import (
    RETENTION,
    Added,
    ClassesOver,
    NamesByOutcome,
    OfUnknownKind,
    OverLimit,
    PointsFrom,
    Retained,
    SmallSchools,
    Total,
)
from eduapp.standards.county.county_data import CountyData
from eduapp.standards.county.formulas import EVIDENCE
from eduapp.standards.county.groups import Schools
from eduapp.standards.county.settling import KINDS
from eduapp.standards.formulas.measure import YUAN_PER_WAN
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.standard import Indicator, Standard


SINGLE = ("county_profile", "county_funding", "county_people", "county_satisfaction")
STAFFED = ("classes", "pupils", "staff", "teachers")
"""What table Ⅰ adds up by stage (班, 人)."""
_SIZE_GROUPS: tuple[tuple[str, tuple[SchoolKind, ...]], ...] = (
    ("小学", (SchoolKind.PRIMARY, SchoolKind.TEACHING_POINT)),
    ("初中", (SchoolKind.LOWER_SECONDARY, SchoolKind.COMPLETE_SECONDARY)),
    ("一贯制学校", (SchoolKind.NINE_YEAR, SchoolKind.TWELVE_YEAR)),
)


@dataclass(frozen=True)
class Document:
    """A document of the county that answers an item."""

    met: bool | None
    number: str
    date: datetime.date | None
    files: str
    note: str


@dataclass(frozen=True)
class SchoolsByOutcome:
    """How the schools answer an item that each of them must meet: their names by outcome."""

    names: Mapping[Outcome, tuple[str, ...]]

    def of(self, outcome: Outcome) -> tuple[str, ...]:
        """Return the schools with an outcome."""
        return self.names.get(outcome, ())

    @property
    def asked(self) -> int:
        """The schools whom the item concerns."""
        return sum(len(each) for outcome, each in self.names.items() if outcome is not Outcome.NOT_APPLICABLE)


@dataclass(frozen=True)
class Oversized:
    """政府保障 4: the schools of a group above their limit, by the plain limit of the pack."""

    words: str
    limit: Decimal
    count: Added
    relaxed: tuple[str, ...] = ()
    """Schools of them that meet a relaxed limit."""


@dataclass(frozen=True)
class LargeClasses:
    """政府保障 5: the classes of a stage above its limit."""

    stage: Stage
    limit: int
    count: Added


@dataclass(frozen=True)
class SmallSchoolMoney:
    """政府保障 6: the schools under `limit` pupils, their pupils (人) and money (元) of the year before."""

    limit: int
    schools: int
    pupils: Added
    money: Added


@dataclass(frozen=True)
class CountyForm:
    """What the tables say beside the verdicts; all numbers are exact."""

    records: Mapping[str, Decimal | int | None]
    """The county's own numbers by `record.field`; None where they are not known."""
    kinds: Mapping[SchoolKind, int]
    unknown_kinds: tuple[str, ...]
    points: Added
    """教学点, and how many of them have `points_from` pupils or more."""
    points_large: Added
    points_from: int
    totals: Mapping[tuple[str, Stage], Added]
    answers: Mapping[str, SchoolsByOutcome]
    oversized: tuple[Oversized, ...] = ()
    large_classes: tuple[LargeClasses, ...] = ()
    small_schools: SmallSchoolMoney | None = None
    retention: Mapping[str, Added] = field(default_factory=dict)
    monitoring: Mapping[str, tuple[int | None, Decimal | None]] = field(default_factory=dict)
    documents: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)

    def record(self, path: str) -> Decimal | int | None:
        """Return a number of the county's own records; None where it is not known."""
        return self.records.get(path)


def county_form(
    schools: Iterable[SchoolEntry],
    campuses: Iterable[SchoolEntry],
    standard: Standard | None,
    on: datetime.date,
    draft: Draft | None = None,
) -> CountyForm:
    """Compute the form's numbers for schools judged by a standard on a day; `draft` is the county's own.

    `campuses` are counted within their schools: only as 教学点 they appear by themselves.
    """
    schools = Schools.taken(schools).in_order(lambda each: (each.facts.code, each.submission))
    campuses = Schools.taken(campuses)
    county = CountyData(draft, schools)
    items = {each.code: each for each in standard.on(on)} if standard else {}
    points_from = standard.common.teaching_point_from if standard else 0
    counts = schools.ask(KINDS)
    points = counts.get(SchoolKind.TEACHING_POINT, 0) + campuses.ask(KINDS).get(SchoolKind.TEACHING_POINT, 0)
    large = PointsFrom(points_from)
    return CountyForm(
        records={
            f"{record}.{name}": county.value(f"{record}.{name}").value
            for record in SINGLE
            for name in RECORDS[record].fields
        },
        kinds={kind: counts.get(kind, 0) for kind in SchoolKind},
        unknown_kinds=schools.ask(OfUnknownKind()),
        points=Added(points, points or 1),
        points_large=large.joined([schools.ask(large), campuses.ask(large)]).over_none,
        points_from=points_from,
        totals={(name, stage): schools.ask(Total(name, stage)) for name in STAFFED for stage in Stage},
        answers=_answers(schools, items),
        oversized=tuple(_oversized(schools, items["G4"])) if "G4" in items else (),
        large_classes=tuple(_large_classes(schools, items["G5"])) if "G5" in items else (),
        small_schools=_small_schools(schools, items["G6"]) if schools and "G6" in items else None,
        retention={name: schools.ask(Retained(name)) for name in RETENTION} if "Q1" in items else {},
        monitoring=dict(_monitored(county.rows("county_monitoring"))),
        documents=_documents(county.rows(EVIDENCE)),
    )


# --- tables Ⅳ and Ⅴ ---


def _answers(schools: Schools, codes: Iterable[str]) -> dict[str, SchoolsByOutcome]:
    """Return for each item whose it was answered how."""
    found = schools.ask(NamesByOutcome())
    by_code: dict[str, dict[Outcome, tuple[str, ...]]] = {code: {} for code in codes}
    for (code, outcome), names in found.items():
        if code in by_code:
            by_code[code][outcome] = names
    return {code: SchoolsByOutcome(names) for code, names in by_code.items()}


def _oversized(schools: Schools, item: Indicator) -> Iterator[Oversized]:
    for words, kinds in _SIZE_GROUPS:
        by_limit: dict[Decimal, list[SchoolKind]] = {}
        for kind in kinds:
            limit = item.threshold(None, kind)
            if limit is not None:
                by_limit.setdefault(limit, []).append(kind)
        names = dict(SCHOOL_KIND.options)
        for limit, own in by_limit.items():
            said = words if len(by_limit) == 1 else "、".join(names[kind] for kind in own)
            found = schools.ask(OverLimit(item.code, tuple(own), limit))
            yield Oversized(said, limit, found.count, found.relaxed)


def _large_classes(schools: Schools, item: Indicator) -> Iterator[LargeClasses]:
    for stage in Stage:
        limit = int(item.terms.limits[stage])
        found = schools.ask(ClassesOver(stage, limit))
        yield LargeClasses(stage, limit, found.over_none if schools else found)


def _small_schools(schools: Schools, item: Indicator) -> SmallSchoolMoney:
    found = schools.ask(SmallSchools(item.code, item.judged.what))
    money = found.money.over_none
    in_yuan = Added(Fraction(money.known) * YUAN_PER_WAN, money.counted, money.lacking)
    return SmallSchoolMoney(int(item.terms.pupils), found.schools, found.pupils.over_none, in_yuan)


def _monitored(rows: Iterable[Row]) -> Iterator[tuple[str, tuple[int | None, Decimal | None]]]:
    for row in sorted(rows, key=_year):
        subject, level, difference = row["subject"], row["level"], row["difference"]
        if isinstance(subject, str):
            yield (
                subject,
                (
                    level if isinstance(level, int) else None,
                    difference if isinstance(difference, Decimal) else None,
                ),
            )


def _year(row: Row) -> int:
    """Return the year of a monitoring, so that the newest of a subject stands last."""
    year = row["year"]
    return year if isinstance(year, int) else 0


def _documents(rows: Iterable[Row]) -> dict[str, tuple[Document, ...]]:
    found: dict[str, list[Document]] = {}
    for row in rows:
        item, met, day = row["item"], row["met"], row["date"]
        if isinstance(item, str):
            number, files, note = (_text(row[name]) for name in ("number", "files", "note"))
            found.setdefault(item, []).append(
                Document(
                    met if isinstance(met, bool) else None,
                    number,
                    day if isinstance(day, datetime.date) else None,
                    files,
                    note,
                )
            )
    return {item: tuple(each) for item, each in found.items()}


def _text(cell: object) -> str:
    return "" if cell is None or isinstance(cell, Unread) else str(cell)
