"""上一轮: what each section had in the round before, taken from the county's workbook of that year.

The values are computed again by the standards of this workbook, so that both rounds mean the same.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

from db import journal, thin
from db.problems import Problem
from db.records.choices import Stage
from db.workbook import now, who
from eduapp.services.county.books import open_county
from eduapp.services.county.held import BEFORE, FACT, LAST_COLUMNS, LAST_ROUND, META, SHARE, YEAR
from eduapp.services.county.reports import county_report
from eduapp.standards.county.outlook import LastSection

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from eduapp.services.county.books import CountyBook
    from eduapp.services.jobs import Progress
    from eduapp.standards.county.data import SchoolEntry

DEFAULT_SHARE = Fraction(1, 5)
WHOLE, LEFT_OUT = "", "-"
"""The codes of the rows without a value: of a section's pupils alone; with the id of a standard behind it,
of a section which that standard left out."""


def carry_over(book: CountyBook, earlier: Path) -> Generator[Progress, None, int]:
    """Take the sections of an earlier year's county workbook; return how many there were.

    What was taken before is replaced. Raises Problem: not a county's workbook, another county's, not an
    earlier year, practice beside real data, nothing in it.
    """
    standards = [standard.id for standard in book.standards]
    with open_county(earlier) as old:
        _check(book, old)
        report = yield from county_report(old, book.reference_date, standards)
        year, text = str(old.year), f"{old.year} {old.fingerprint}"
    judged = [(report.schools, report.standards[0] if report.standards else "")]
    judged += [(each.schools, each.standard) for each in report.others]
    found: dict[tuple[str, str, str], dict[str, object]] = {}
    for schools, standard in judged:
        for entry in schools:
            for row in _rows(entry, standard):
                found.setdefault((entry.facts.code, str(row["stage"]), str(row["code"])), row)
    if not found:
        raise Problem("last-round-empty", path=str(earlier))
    _write(book, list(found.values()), year, text)
    return len({(school, stage) for school, stage, _ in found})


def last_sections(book: CountyBook) -> dict[tuple[str, Stage], LastSection]:
    """Return what each section had in the round before, by school code and stage."""
    now_at = book.listing.code_now  # the earlier workbook knew a school by its code of then
    pupils: dict[tuple[str, Stage], int] = {}
    values: dict[tuple[str, Stage], dict[str, Fraction]] = {}
    left_out: dict[tuple[str, Stage], set[str]] = {}
    with book.workbook.reading() as door:
        for school, stage, code, count, numerator, denominator in thin.select(door, LAST_ROUND, LAST_COLUMNS):
            at = now_at(school), Stage(stage)
            pupils[at] = count
            own = values.setdefault(at, {})
            if code.startswith(LEFT_OUT):
                left_out.setdefault(at, set()).add(code.removeprefix(LEFT_OUT))
            elif code != WHOLE:
                own[code] = Fraction(int(numerator), int(denominator))
    return {
        at: LastSection(count, values[at], frozenset(left_out.get(at, ()))) for at, count in pupils.items()
    }


def last_year(book: CountyBook) -> int | None:
    """Return the school year of the round that was taken over; None where none was."""
    text = book.workbook.meta.get(YEAR)
    return int(text) if text else None


def share_of(book: CountyBook) -> Fraction:
    """Return by which part a missing section's pupils and values may differ from the round before."""
    text = book.workbook.meta.get(SHARE)
    return Fraction(text) if text else DEFAULT_SHARE


def set_share(book: CountyBook, percent: str) -> None:
    """Set that part, in percent from 0 to 100; raises Problem("share-unreadable")."""
    try:
        number = Decimal(percent.strip().removesuffix("%").removesuffix("\uff05").strip())
    except InvalidOperation as error:
        raise Problem("share-unreadable", text=percent) from error
    if not (number.is_finite() and 0 <= number <= 100):  # noqa: PLR2004 - percent
        raise Problem("share-unreadable", text=percent)
    share = Fraction(number) / 100
    before = share_of(book)
    book.set_facts(SHARE, f"{before} → {share}", **{SHARE: str(share)})


def _check(book: CountyBook, old: CountyBook) -> None:
    if old.code != book.code:
        raise Problem("last-round-county", name=f"{old.name}({old.code})", own=f"{book.name}({book.code})")
    if old.year >= book.year:
        raise Problem("last-round-not-earlier", year=str(old.year), own=str(book.year))
    if old.practice != book.practice:
        raise Problem("last-round-practice", path=str(old.path))


def _rows(entry: SchoolEntry, standard: str) -> Iterator[dict[str, object]]:
    for section in entry.sections:
        if section.pupils is None:
            continue
        shared = {"school": entry.facts.code, "stage": section.stage.value, "pupils": section.pupils}
        nothing = {"numerator": "", "denominator": ""}
        yield {**shared, "code": WHOLE, **nothing}
        if not section.counts:
            yield {**shared, "code": LEFT_OUT + standard, **nothing}
        for verdict in section.verdicts:
            value = verdict.value
            if value is not None:
                numbers = {"numerator": str(value.numerator), "denominator": str(value.denominator)}
                yield {**shared, "code": verdict.code, **numbers}


def _write(book: CountyBook, rows: list[dict[str, object]], year: str, text: str) -> None:
    with book.writing(holds={BEFORE, FACT}) as (door, _):
        thin.delete(door, LAST_ROUND)
        thin.insert(door, LAST_ROUND, rows)
        thin.put(door, META, [{"name": YEAR, "value": year}], ("name",))
        journal.note(door, "last-round", text, who(), now())
    book.workbook.meta[YEAR] = year
