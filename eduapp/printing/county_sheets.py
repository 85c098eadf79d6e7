"""All tables of the county's papers in the order of the application form, as plain rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eduapp.printing import (
    county_annex,
    county_facts,
    county_items,
    county_provenance,
    county_resources,
    county_survey,
)
from eduapp.printing.county_tables import BY_STATISTICS
from eduapp.standards.county.form import county_form
from eduapp.standards.packs.reader import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eduapp.printing.county_sources import Source
    from eduapp.printing.county_tables import TableData
    from eduapp.standards.county.report import CountyReport


def sheets(report: CountyReport, sources: Sequence[Source] = ()) -> tuple[TableData, ...]:
    """Return tables Ⅰ to Ⅵ, then annexes: vetoes, further standards, cells the county changed, `sources`.

    Ⅳ, Ⅴ, Ⅵ and the vetoes only where the first standard has such items: the 2012 rules do not.
    """
    return tuple(_headed(report, each) for each in _sheets(report, sources))


def _headed(report: CountyReport, table: TableData) -> TableData:
    """Head a table by what it is computed of, where schools that have not reported are in it."""
    if not report.by_export or not table.by_section:
        return table
    return replace(table, title=f"{table.title}（{BY_STATISTICS}）")


def _sheets(report: CountyReport, sources: Sequence[Source]) -> Iterator[TableData]:
    standard = load(report.standards[0]) if report.standards else None
    form = report.form or county_form(report.schools, report.campuses, standard, report.on)
    yield county_facts.facts(report, form)
    yield county_resources.shares(report)
    yield county_resources.schools(report)
    yield county_resources.balance(report)
    yield from county_items.items(report, form)
    if "S1" in form.answers:
        yield county_survey.survey(report, form)
    number = 0
    if "V1" in form.answers:
        number += 1
        yield county_survey.vetoes(report, form, number)
    for other in report.others:
        for table in county_annex.of_standard(report, other, number + 1):
            number += 1
            yield table
    yield from county_provenance.annexes(sources, report.changed, number + 1)
