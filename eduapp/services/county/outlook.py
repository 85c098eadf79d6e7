"""What the county's figures can still become, over a report that was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.services.county import last_round
from eduapp.services.jobs import Progress
from eduapp.standards.county.outlook import Ground, Outlook, indicator_outlook, stage_outlook
from eduapp.standards.packs.reader import load

if TYPE_CHECKING:
    from collections.abc import Generator

    from eduapp.services.county.books import CountyBook
    from eduapp.standards.county.report import CountyReport


def county_outlook(book: CountyBook, report: CountyReport) -> Generator[Progress, None, Outlook]:
    """Compute intervals, 已定 / 未定 and contributions of each stage's indicators, by each standard."""
    ground = ground_of(book, report)
    by_standard = [report.stages, *(each.stages for each in report.others)]
    todo = [
        (load(stage.standard), stage, place > 0)
        for place, stages in enumerate(by_standard)
        for stage in stages
        if stage.indicators
    ]
    total, done = sum(len(stage.indicators) for _, stage, _ in todo), 0
    found = []
    for standard, stage, further in todo:
        indicators = []
        for each in stage.indicators:
            indicators.append(indicator_outlook(stage, each, standard, ground, report.on))
            done += 1
            yield Progress("推算区间", done, total)
        found.append(stage_outlook(stage, standard, indicators, standard.title if further else ""))
    return Outlook(tuple(found), ground, last_round.last_year(book))


def ground_of(book: CountyBook, report: CountyReport) -> Ground:
    """Gather who is absent, what they had in the round before, and the county's share."""
    names = {code: school.name for code, school in book.expected.items()}
    stated = {code for entry in report.by_export for code in entry.codes}
    return Ground(
        absent=tuple(each for each in report.roll.absent if each.code not in stated),
        last=last_round.last_sections(book),
        share=last_round.share_of(book),
        listed=report.roll.listed,
        names=names | {entry.facts.code: entry.facts.name for entry in (*report.schools, *report.by_export)},
    )
