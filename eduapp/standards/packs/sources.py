"""Which records feed an item: found by watching what its formulas read, never typed.

The formulas run over a school (of each kind) and a county with nothing filled in; every cell, list and
fact they ask for is noted.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, cast

from db.records.catalog import COUNTY_RECORDS, RECORDS, SCHOOL_RECORDS
from db.records.choices import SchoolKind, Stage
from db.records.draft import Draft, empty_row
from db.records.edits import InsertRow
from db.records.rows import ONLY, Rows
from eduapp.standards.conditions import CONDITIONS
from eduapp.standards.county.county_data import CountyData
from eduapp.standards.county.formulas import COUNTY_FORMULAS, EVIDENCE
from eduapp.standards.county.groups import Schools
from eduapp.standards.data import SchoolData
from eduapp.standards.figures import FIGURES
from eduapp.standards.formulas import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from db.records.rows import Row
    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.groups import Answer, GroupQuestion
    from eduapp.standards.results import Input
    from eduapp.standards.school_facts import Facts
    from eduapp.standards.standard import Indicator, Relaxation

Seen = set[tuple[str, str]]
"""(record, field); the field is empty where only the list as a whole is known."""
SCHOOLS = ("", "")
"""Stands for the schools' own verdicts and figures, added up by the county."""
_ANY_DAY = datetime.date(2026, 9, 1)
_PROFILE = {"stages": "kind"}
"""Facts that are read off another field."""


class _NotedCells(dict[str, Any]):
    """A row that notes which of its cells are read."""

    def __init__(self, record: str, cells: Row, seen: Seen) -> None:
        super().__init__(cells)
        self._record, self._seen = record, seen

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever the cell holds
        self._seen.add((self._record, name))
        return super().__getitem__(name)


class _NotedLists(dict[str, Rows]):
    """The rows of all records; notes which lists are read."""

    def __init__(self, names: dict[str, Any], seen: Seen) -> None:
        super().__init__({name: Rows() for name in names})
        self._seen = seen

    def __getitem__(self, record: str) -> Rows:
        if RECORDS[record].is_list:
            self._seen.add((record, ""))
        return super().__getitem__(record)


class _NotedDraft(Draft):
    """Records with nothing filled in, that note what is read of them."""

    def __init__(self, names: dict[str, Any], seen: Seen) -> None:
        super().__init__(rows=_NotedLists(names, seen))
        self._seen = seen

    def only(self, record: str) -> Row:
        return _NotedCells(record, super().only(record), self._seen)

    def section(self, stage: Stage) -> Row:
        return _NotedCells("section_total", super().section(stage), self._seen)


class _Facts:
    """The profile's facts; notes which are asked for."""

    def __init__(self, facts: Facts, seen: Seen) -> None:
        self._facts, self._seen = facts, seen

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the fact is
        field = _PROFILE.get(name, name)
        if field in RECORDS["school"].fields and field not in {"name", "code"}:
            self._seen.add(("school", field))
        return getattr(self._facts, name)


class _School(SchoolData):
    """A school of a kind with nothing filled in, that notes what is asked of it."""

    def __init__(self, kind: SchoolKind, seen: Seen) -> None:
        draft = _NotedDraft(SCHOOL_RECORDS, seen)
        draft.apply(InsertRow("school", ONLY, 1, empty_row("school") | {"kind": kind.value}))
        super().__init__(draft, on=_ANY_DAY)
        self._seen = seen
        seen.clear()
        self.facts = cast("Facts", _Facts(self.facts, seen))

    def _figure(self, name: str, stage: Stage | None) -> Input:
        figure = FIGURES[name]
        if figure.rows:
            self._seen.update((figure.rows.record, field) for field in figure.rows.fields)
        if figure.joined:
            self._seen.update(_paths(figure.joined.reads))
        self._seen.update((figure.record, field) for field in figure.fields)
        return super()._figure(name, stage)


class _Entries(Schools):
    """No schools; notes that somebody wanted to look at them."""

    seen: Seen

    def __iter__(self) -> Iterator[SchoolEntry]:
        self.seen.add(SCHOOLS)
        return super().__iter__()

    def __len__(self) -> int:
        self.seen.add(SCHOOLS)
        return super().__len__()

    def ask(self, question: GroupQuestion[Answer]) -> Answer:
        self.seen.add(SCHOOLS)
        return super().ask(question)


def _paths(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for path in names:
        record, _, field = path.partition(".")
        yield record, field


def sources(indicator: Indicator, relaxations: tuple[Relaxation, ...] = ()) -> tuple[tuple[str, str], ...]:
    """Return the (record, field) that feed an item, in the order of the records and their fields."""
    found: Seen = set()
    if indicator.formula:
        found |= set(_paths(FORMULAS[indicator.formula].reads))
        for kind in SchoolKind:
            found |= _read_by_school(kind, indicator, relaxations)
    if indicator.county in COUNTY_FORMULAS:
        found |= _read_by_county(indicator)
    named = {record for record, field in found if field}
    places = [(record, field) for record in RECORDS for field in ("", *RECORDS[record].fields)]
    kept = [place for place in (SCHOOLS, *places) if place in found and (place[1] or place[0] not in named)]
    return tuple(kept)


def _read_by_school(kind: SchoolKind, indicator: Indicator, relaxations: tuple[Relaxation, ...]) -> Seen:
    seen: Seen = set()
    school = _School(kind, seen)
    items = [indicator, *(each.indicator for each in relaxations)]
    for stage in kind.stages:
        for item in items:
            FORMULAS[item.formula].compute(school, stage, item.terms)
    for each in relaxations:
        CONDITIONS[each.condition].ask(school, each.terms)
    if indicator.with_document or any(each.plan for each in relaxations):
        seen.add(("evidence", ""))
    return seen


def _read_by_county(indicator: Indicator) -> Seen:
    seen: Seen = set()
    entries = _Entries()
    entries.seen = seen
    county = CountyData(_NotedDraft(COUNTY_RECORDS, seen), entries, on=_ANY_DAY, below=entries)
    COUNTY_FORMULAS[indicator.county].compute(county, indicator.county_terms)
    if indicator.county == "document" and not indicator.formula:
        # It looks whether a school declares otherwise; of this item none is asked.
        seen.discard(SCHOOLS)
    if indicator.with_document:
        seen.add((EVIDENCE, ""))
    return seen


def source_text(places: tuple[tuple[str, str], ...]) -> str:
    """Write what feeds an item as people know it: 「教师(学历、在岗情况);佐证材料」."""
    records: dict[str, list[str]] = {}
    for record, field in places:
        fields = records.setdefault(record, [])
        if field:
            fields.append(RECORDS[record].fields[field].item.label)
    return ";".join(
        ("各校判定与填报数" if not record else RECORDS[record].label)
        + (f"({'、'.join(dict.fromkeys(fields))})" if fields else "")
        for record, fields in records.items()
    )
