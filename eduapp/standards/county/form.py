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
from functools import partial
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import SCHOOL_KIND, SchoolKind, Stage
from db.records.values import Unread
from eduapp.standards.county.data import CountyData, units
from eduapp.standards.county.formulas import EVIDENCE
from eduapp.standards.figures import CLASS_BANDS
from eduapp.standards.formulas.measure import YUAN_PER_WAN
from eduapp.standards.results import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from db.records.draft import Draft
    from db.records.rows import Row
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.results import Verdict
    from eduapp.standards.standard import Indicator, Standard

    Number = Decimal | int | Fraction

SINGLE = ("county_profile", "county_funding", "county_people", "county_satisfaction")
STAFFED = ("classes", "pupils", "staff", "teachers")
"""What table Ⅰ adds up by stage (班, 人)."""
RETENTION = ("graduates", "cohort", "transferred_in", "died", "transferred_out")
"""What 巩固率 is made of, in the order of the form (人)."""
_SIZE_GROUPS: tuple[tuple[str, tuple[SchoolKind, ...]], ...] = (
    ("小学", (SchoolKind.PRIMARY, SchoolKind.TEACHING_POINT)),
    ("初中", (SchoolKind.LOWER_SECONDARY, SchoolKind.COMPLETE_SECONDARY)),
    ("一贯制学校", (SchoolKind.NINE_YEAR, SchoolKind.TWELVE_YEAR)),
)


@dataclass(frozen=True)
class Added:
    """A number added up over schools: `known` over the `counted` ones that have it, not over `lacking`."""

    known: Number
    counted: int
    lacking: tuple[str, ...] = ()

    @property
    def value(self) -> Number | None:
        """The number; None while a school that it concerns lacks it, or when there is no school."""
        return None if self.lacking or not self.counted else self.known


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
    schools = tuple(sorted(schools, key=lambda each: (each.facts.code, each.submission)))
    county = CountyData(draft, schools)
    items = {each.code: each for each in standard.on(on)} if standard else {}
    points_from = standard.common.teaching_point_from if standard else 0
    points = [each for each in (*schools, *campuses) if each.facts.kind is SchoolKind.TEACHING_POINT]
    return CountyForm(
        records={
            f"{record}.{name}": county.value(f"{record}.{name}").value
            for record in SINGLE
            for name in RECORDS[record].fields
        },
        kinds={kind: sum(each.facts.kind is kind for each in schools) for kind in SchoolKind},
        unknown_kinds=tuple(_name(each) for each in schools if each.facts.kind is None),
        points=Added(len(points), len(points) or 1),
        points_large=_added(points, lambda each: _at_least(each, points_from), empty=True),
        points_from=points_from,
        totals={(name, stage): _total(schools, name, stage) for name in STAFFED for stage in Stage},
        answers=_answers(schools, items),
        oversized=tuple(_oversized(schools, items["G4"])) if "G4" in items else (),
        large_classes=tuple(_large_classes(schools, items["G5"])) if "G5" in items else (),
        small_schools=_small_schools(schools, items["G6"]) if schools and "G6" in items else None,
        retention=dict(_retention(schools)) if "Q1" in items else {},
        monitoring=dict(_monitored(county.rows("county_monitoring"))),
        documents=_documents(county.rows(EVIDENCE)),
    )


def _name(entry: SchoolEntry) -> str:
    return entry.facts.name or entry.facts.code


def _added(
    entries: Iterable[SchoolEntry], number: Callable[[SchoolEntry], Number | None], *, empty: bool = False
) -> Added:
    """Add up a number of schools; `empty`: over no schools it is 0, not unknown."""
    found = [(_name(each), number(each)) for each in entries]
    known = [value for _, value in found if value is not None]
    lacking = tuple(name for name, value in found if value is None)
    return Added(sum(known, 0), len(known) or int(empty), lacking)


# --- table Ⅰ ---


def _at_least(entry: SchoolEntry, pupils: int) -> int | None:
    own = [value for (name, _), value in entry.figures.items() if name == "pupils"]
    known = [value for value in own if value is not None]
    if len(known) < len(own):
        return None
    return int(sum(known) >= pupils)


def _total(entries: Iterable[SchoolEntry], name: str, stage: Stage) -> Added:
    having = [each for each in entries if (name, stage) in each.figures]
    return _added(having, lambda each: each.figures[name, stage])


# --- tables Ⅳ and Ⅴ ---


def _judged(entries: Iterable[SchoolEntry], code: str) -> Iterator[tuple[SchoolEntry, Verdict]]:
    for entry in entries:
        for verdict in entry.of_item(code):
            yield entry, verdict


def _answers(entries: Iterable[SchoolEntry], codes: Iterable[str]) -> dict[str, SchoolsByOutcome]:
    """Return for each item whose it was answered how; each school is looked at once."""
    names: dict[str, dict[Outcome, dict[str, None]]] = {code: {} for code in codes}
    for entry in entries:
        name = _name(entry)
        for verdict in entry.school_level:
            found = names.get(verdict.code)
            if found is not None:
                found.setdefault(verdict.outcome, {})[name] = None
    return {
        code: SchoolsByOutcome({outcome: tuple(each) for outcome, each in found.items()})
        for code, found in names.items()
    }


def _oversized(entries: Iterable[SchoolEntry], item: Indicator) -> Iterator[Oversized]:
    judged = list(_judged(entries, item.code))
    for words, kinds in _SIZE_GROUPS:
        by_limit: dict[Decimal, list[SchoolKind]] = {}
        for kind in kinds:
            limit = item.threshold(None, kind)
            if limit is not None:
                by_limit.setdefault(limit, []).append(kind)
        names = dict(SCHOOL_KIND.options)
        for limit, own in by_limit.items():
            said = words if len(by_limit) == 1 else "、".join(names[kind] for kind in own)
            chosen = [(entry, verdict) for entry, verdict in judged if entry.facts.kind in own]
            large = [_over(verdict, limit) for _, verdict in chosen]
            lacking = tuple(
                _name(entry) for (entry, _), over in zip(chosen, large, strict=True) if over is None
            )
            relaxed = tuple(
                _name(entry)
                for (entry, verdict), over in zip(chosen, large, strict=True)
                if over and verdict.outcome is Outcome.MET
            )
            counted = len(chosen) - len(lacking)
            total = Added(sum(map(bool, large)), counted or int(bool(judged) and not chosen), lacking)
            yield Oversized(said, limit, total, relaxed)


def _over(verdict: Verdict, limit: Decimal) -> bool | None:
    return None if verdict.value is None else verdict.value > limit


def _large_classes(entries: Iterable[SchoolEntry], item: Indicator) -> Iterator[LargeClasses]:
    entries = list(entries)
    for stage in Stage:
        limit = int(item.terms.limits[stage])
        having = [each for each in entries if stage in each.classes]
        count = _added(having, partial(_large, stage=stage, limit=limit), empty=bool(entries))
        yield LargeClasses(stage, limit, count)


def _large(entry: SchoolEntry, stage: Stage, limit: int) -> int | None:
    """Return the classes over a limit: by the class list where it decides, else by the form's bands."""
    listed = entry.large_classes.get(stage)
    if listed is not None:
        return listed
    bands = [entry.figures.get((name, stage)) for name, low, _ in CLASS_BANDS if low > limit]
    known = [int(band) for band in bands if band is not None]
    return sum(known) if len(known) == len(bands) else None


def _small_schools(entries: Iterable[SchoolEntry], item: Indicator) -> SmallSchoolMoney:
    judged = _judged(units(entries, item.judged.what), item.code)
    small = [entry for entry, found in judged if found.outcome is not Outcome.NOT_APPLICABLE]
    pupils = _added(small, lambda each: each.figures.get(("pupils_before", None)), empty=True)
    money = _added(small, lambda each: each.figures.get(("granted", None)), empty=True)
    in_yuan = Added(Fraction(money.known) * YUAN_PER_WAN, money.counted, money.lacking)
    return SmallSchoolMoney(int(item.terms.pupils), len(small), pupils, in_yuan)


def _retention(entries: Iterable[SchoolEntry]) -> Iterator[tuple[str, Added]]:
    judged = [pair for pair in _judged(entries, "Q1") if pair[1].outcome is not Outcome.NOT_APPLICABLE]
    for name in RETENTION:
        values = [
            (_name(entry), next((part.value for part in verdict.inputs if part.figure == name), None))
            for entry, verdict in judged
        ]
        known = [value for _, value in values if value is not None]
        lacking = tuple(school for school, value in values if value is None)
        yield name, Added(sum(known), len(known), lacking)


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
