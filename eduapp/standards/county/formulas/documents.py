"""Items of the county that a document answers, or that are listed and never computed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from eduapp.standards.county.groups import JoinedInOrder
from eduapp.standards.county.measure import EVIDENCE, CountyFormula
from eduapp.standards.county.settling import Adds
from eduapp.standards.formulas.documents import (
    POLITICS,
    OfItem,
    answered,
    listed_only,
    measure_of,
    stated_of,
)
from eduapp.standards.formulas.measure import Measure, NotApplicable, named
from eduapp.standards.results import Outcome
from eduapp.standards.terms import PlainText, Terms, TermTable, WholeNumber, term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eduapp.standards.county.county_data import CountyData
    from eduapp.standards.county.data import SchoolEntry


@dataclass(frozen=True, kw_only=True)
class CountyDocument(OfItem):
    """The counties an item is for, by code; all where none is named."""

    counties: Mapping[str, str] | None = term("只对", TermTable(str, PlainText()), default=None)


@dataclass(frozen=True, kw_only=True)
class RecentDocument(OfItem):
    """How many years old the newest document may be."""

    years: int = term("年数", WholeNumber(1))


@dataclass(frozen=True, kw_only=True)
class Why(Terms):
    """Why an item is not computed."""

    why: str = term("理由", PlainText())


def document(county: CountyData, terms: CountyDocument) -> Measure | NotApplicable:
    """A tick of the county with its document; a school that declares otherwise decides against it.

    Where schools declare too, one that has not leaves it open. `counties` are those an item is for.
    """
    code, meant = terms.code, terms.counties
    if meant and not county.is_one_of(meant):
        return NotApplicable(f"本条只对{'、'.join(meant.values())}")
    against = _declaring(county, code, Outcome.UNMET)
    if against:
        note = f"{len(against)} 所学校登记为未达到:{named(against)}"
        return Measure(Fraction(0), Fraction(1), (), "项", note=note)
    rows = county.rows(EVIDENCE)
    if listed_only(rows, terms):
        return POLITICS
    found, silent = measure_of(answered(rows, code)), _declaring(county, code, Outcome.INSUFFICIENT)
    if silent and found.numerator:
        return replace(found, also=None, note=f"{len(silent)} 所学校没有登记:{named(silent)}")
    return found


def _declaring(county: CountyData, code: str, outcome: Outcome) -> tuple[str, ...]:
    """Return the schools whose own declaration on an item has an outcome."""
    found: tuple[str, ...] = county.entries.ask(_Declaring(code, outcome))
    return found


@dataclass(frozen=True)
class _Declaring(JoinedInOrder):
    """The names of the schools whose own declaration on an item has an outcome."""

    code: str
    outcome: Outcome

    def of(self, schools: Sequence[SchoolEntry]) -> tuple[str, ...]:
        return tuple(
            entry.facts.name
            for entry in schools
            for each in entry.of_item(self.code)
            if each.outcome is self.outcome
        )


def stated(county: CountyData, terms: OfItem) -> Measure:
    """A number of the county that a document states."""
    return stated_of(answered(county.rows(EVIDENCE), terms.code), terms.unit)


def recent_document(county: CountyData, terms: RecentDocument) -> Measure:
    """A tick of the county whose newest document is not older than `years` years on the day."""
    code, on = terms.code, county.on
    found = answered(county.rows(EVIDENCE), code)
    dates = [row["date"] for row in county.rows(EVIDENCE) if row["item"] == code]
    known = [date for date in dates if isinstance(date, datetime.date)]
    if found.met is not True or on is None or not known:
        return measure_of(found)
    newest, years = max(known), terms.years
    since = (on.year - years, on.month, on.day)
    if (newest.year, newest.month, newest.day) >= since:
        return measure_of(found)
    note = f"最近一份是 {newest.isoformat()},已超过 {years} 年"
    return Measure(Fraction(0), Fraction(1), (), "项", note=note)


def not_computed(county: CountyData, terms: Why) -> NotApplicable:
    """An item that is listed and never computed; `why` says why."""
    del county
    return NotApplicable(terms.why)


FORMULAS: dict[str, CountyFormula] = {
    "document": CountyFormula(
        document,
        CountyDocument,
        "项",
        schools=lambda asking, kind, terms: asking.of_school(terms.code, kind),
        adds=Adds.VETO,
    ),
    "stated": CountyFormula(stated, OfItem),
    "recent_document": CountyFormula(recent_document, RecentDocument, "项"),
    "not_computed": CountyFormula(not_computed, Why, "项"),
}
