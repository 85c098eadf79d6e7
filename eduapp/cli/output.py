"""What the command line prints: one JSON object, or plain lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db.problems import Problem
from eduapp.cli.saying import DONE, NEEDS_PERSON, PROBLEM, complain, print_json, say
from eduapp.services.entry import number_of
from eduapp.standards import wording
from eduapp.standards.county import settling
from eduapp.standards.numbers import exact_text, plain
from eduapp.standards.numbers import shown as shown_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eduapp.services.books import RecordBook, SchoolBook
    from eduapp.services.county.books import CountyBook
    from eduapp.services.county.logged import LoggedBook
    from eduapp.standards.county.register import Difference, PendingLink
    from eduapp.standards.county.report import CountyReport, StageIndicator, StageReport
    from eduapp.standards.results import Citation, Finding, Place, Report, SectionResult, Settlement, Verdict

__all__ = [
    "DONE",
    "NEEDS_PERSON",
    "PROBLEM",
    "ask_for_another_passphrase",
    "complain",
    "complain_of_kept",
    "county_json",
    "county_lines",
    "failed_json",
    "failed_lines",
    "finding_json",
    "finding_lines",
    "print_json",
    "report_json",
    "report_lines",
    "say",
    "section_json",
    "verdict_json",
    "verdict_line",
]


def ask_for_another_passphrase() -> None:
    """Say that the passphrase in use is an older one, which would not be accepted today."""
    from eduapp.services.keys.passphrases import suggestion  # noqa: PLC0415 - reads lists of words

    problem = Problem("passphrase-old", words=suggestion().typed)
    complain(f"{problem.command_text} [{problem.code}]")


def complain_of_kept(book: CountyBook) -> bool:
    """Say what is the matter with what is kept of the schools; return whether a person must look at it."""
    for each in book.judging.notices:
        complain(f"{each.command_text} [{each.code}]")
    return bool(book.judging.store.changed)


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """Shape a verdict as docs/cli.md says."""
    gap = verdict.gap
    return {
        "code": verdict.code,
        "name": verdict.name,
        "title": verdict.title,
        "stage": verdict.stage,
        "standard": verdict.standard,
        "scale": verdict.scale,
        "numerator": exact_text(verdict.numerator),
        "denominator": exact_text(verdict.denominator),
        "value": exact_text(verdict.value),
        "shown": wording.value_text(verdict) if verdict.value is not None else None,
        "unit": verdict.unit,
        "threshold": None if verdict.threshold is None else plain(verdict.threshold),
        "direction": "at_most" if verdict.at_most else "at_least",
        "inferred": list(verdict.citation.inferred),
        "inputs_of": verdict.inputs_of,
        "floor": None if verdict.floor is None else plain(verdict.floor),
        "verdict": verdict.outcome,
        "gap": gap and {"short": str(gap.short), "unit": gap.unit, "pupils_head_room": gap.pupils_head_room},
        "note": wording.sentence(verdict),
        "citation": _citation_json(verdict.citation),
        **({"contradictions": list(verdict.contradictions)} if verdict.contradictions else {}),
        **(settlement_json(verdict.settlement) if verdict.settlement else {}),
    }


def settlement_json(found: Settlement) -> dict[str, Any]:
    """Shape whether a verdict of the county stands: who has not said the last word, by code."""
    codes = {
        "missing": found.missing,
        "drafts": found.drafts,
        "conflicts": found.conflicts,
        "contradicting": found.contradicting,
    }
    return {
        "settled": found.settled,
        "so_far": found.so_far,
        **{name: [each.code for each in group] for name, group in codes.items()},
        "bounds": _bounds_json(found),
    }


def _bounds_json(found: Settlement) -> list[str | None] | None:
    """Write the bounds of what is still open; an end that nothing bounds is null."""
    return None if found.low is None else [exact_text(found.low), exact_text(found.high)]


def _citation_json(cited: Citation) -> dict[str, Any]:
    """Shape where the number shown stands, and the clause without a number that refers to it."""
    place = _place_json(cited.place)
    return place if cited.referring is None else place | {"referring": _place_json(cited.referring)}


def _place_json(place: Place) -> dict[str, Any]:
    return {"document": f"{place.document}({place.number})", "number": place.number, "clause": place.clause}


def section_json(section: SectionResult) -> dict[str, Any]:
    """Shape a section."""
    return {
        "stage": section.stage,
        "pupils": section.pupils,
        "verdict": section.outcome,
        "met": section.met,
        "indicators": [verdict_json(verdict) for verdict in section.verdicts],
    }


def finding_json(book: RecordBook, finding: Finding) -> dict[str, Any]:
    """Shape a finding; its key is the row's number in the order shown."""
    return {
        "id": finding.id,
        "severity": finding.severity,
        "record": finding.record,
        "key": number_of(book, finding.record, finding.key),
        "field": finding.field,
        "code": finding.code,
        "text": finding.text,
        "reason": finding.reason,
    }


def report_json(book: SchoolBook, report: Report) -> dict[str, Any]:
    """Shape a school's report."""
    facts = book.facts
    return {
        "school": {"code": facts.code, "name": facts.name, "kind": facts.kind},
        "standards": list(report.standards),
        "on": report.on.isoformat(),
        "sections": [section_json(section) for section in report.sections],
        "school_level": [verdict_json(verdict) for verdict in report.school_level],
        "findings": [finding_json(book, finding) for finding in report.findings],
    }


def report_lines(report: Report) -> Iterable[str]:
    """Write a school's report for a person."""
    for section in report.sections:
        yield f"{wording.section_text(section)}({wording.OUTCOME_WORDS[section.outcome]})"
        yield from (verdict_line(verdict) for verdict in section.verdicts)
    yield "学校:"
    yield from (verdict_line(verdict) for verdict in report.school_level)
    yield from finding_lines(report.findings)


def finding_lines(findings: Iterable[Finding]) -> Iterable[str]:
    """Write findings for a person, with the id that `school reason` takes."""
    for finding in findings:
        reason = f"(说明:{finding.reason})" if finding.reason else ""
        yield f"{wording.SEVERITY_WORDS[finding.severity]} {finding.text}{reason} [{finding.id}]"


def verdict_line(verdict: Verdict) -> str:
    """Write a verdict on one line."""
    said = wording.sentence(verdict)
    if verdict.settlement:
        said = ";".join(part for part in (wording.settled_word(verdict.settlement), said) if part)
    return (
        f"  {wording.OUTCOME_MARKS[verdict.outcome]} {verdict.code} {verdict.title} "
        f"{wording.value_text(verdict)}({wording.threshold_text(verdict)}){'  ' + said if said else ''}"
    )


def county_json(report: CountyReport) -> dict[str, Any]:
    """Shape a county's report."""
    return {
        "standards": list(report.standards),
        "fingerprint": report.fingerprint,
        "fingerprint_version": report.fingerprint_version,
        "unkept": report.unkept,
        "reported": report.reported,
        "final": report.final,
        "expected": report.expected,
        "complete": report.complete,
        "by_export": [entry.facts.code for entry in report.by_export],
        "unchecked_keys": report.unchecked_keys,
        "old_form_keys": report.old_form_keys,
        "changed_cells": len(report.changed),
        **differences_json(report.differences, report.links_pending),
        "unsigned_decisions": report.unsigned_decisions,
        "practice": report.practice,
        "stages": {
            stage.stage: _stage_json(stage, [by.stages[at] for by in report.others])
            for at, stage in enumerate(report.stages)
        },
        "county_level": [
            verdict_json(verdict)
            for verdicts in (report.county_level, *(by.county_level for by in report.others))
            for verdict in verdicts
        ],
        "schools": [
            {
                "code": entry.facts.code,
                "name": entry.facts.name,
                "stage": section.stage,
                "verdict": section.outcome,
                "met": section.met,
                "state": entry.state,
                "values": {verdict.code: exact_text(verdict.value) for verdict in section.verdicts},
            }
            for entry in (*report.schools, *report.by_export)
            for section in entry.sections
        ],
    }


def _stage_json(stage: StageReport, others: Sequence[StageReport]) -> dict[str, Any]:
    """Shape a stage: counts by the first standard, and the items of all of them."""
    shaped = {
        "sections": len(stage.rows),
        **settlement_json(stage.settlement),
        "passed": stage.passed,
        "indicators": [_indicator_json(each) for by in (stage, *others) for each in by.indicators],
        "composite": exact_text(stage.composite),
    }
    composites = [
        {
            "standard": by.standard,
            "composite": exact_text(by.composite),
            "limit": plain(by.composite_limit),
            "verdict": by.composite_outcome,
            "settled": by.settlement.settled,
        }
        for by in (stage, *others)
        if by.composite_limit is not None
    ]
    return shaped | ({"composites": composites} if composites else {})


def _indicator_json(each: StageIndicator) -> dict[str, Any]:
    return {
        "code": each.code,
        "title": each.title,
        "standard": each.standard,
        "mean": exact_text(each.balance.mean),
        "coefficient": exact_text(each.balance.coefficient),
        "limit": None if each.limit is None else f"{each.limit:f}",
        "verdict": each.outcome,
        "sections_met": each.sections_met,
        "sections_floor": each.sections_floor,
        **settlement_json(each.settlement),
        "partial": {
            "sections": each.counted,
            "mean": exact_text(each.partial.mean),
            "coefficient": exact_text(each.partial.coefficient),
        },
    }


def differences_json(found: tuple[Difference, ...], pending: tuple[PendingLink, ...]) -> dict[str, Any]:
    """Shape what is 与名册不符 and the campus links that wait, for every command that shows them."""
    return {
        "differences": [
            {
                "school": each.school,
                "name": each.name,
                "field": each.field,
                "listed": each.listed,
                "stated": each.stated,
                "text": each.text,
            }
            for each in found
        ],
        "links_pending": [
            {"school": each.school, "name": each.name, "campus_of": each.parent} for each in pending
        ],
    }


def difference_lines(found: tuple[Difference, ...], pending: tuple[PendingLink, ...]) -> list[str]:
    """Write them for a person."""
    lines = [each.text for each in found]
    if pending:
        lines.append(f"{len(pending)} 个校区关系待确认(用 county register 的 --confirm-links):")
        lines += [f"  {each.name}({each.school})属于 {each.parent}" for each in pending]
    return lines


def failed_json(book: LoggedBook) -> dict[str, Any]:
    """Shape the files of an older workbook that were not what their rows said: taken out, once."""
    return {
        "failed": [{"file": each.file_name, "code": each.code, "text": each.text} for each in book.failed]
    }


def failed_lines(book: LoggedBook) -> Iterable[str]:
    """Say the same for people."""
    yield from (f"核对旧工作簿时取出的文件:{each.in_words}" for each in book.failed)


def county_lines(report: CountyReport) -> Iterable[str]:
    """Write a county's report for a person."""
    yield f"{report.name} {report.year} 学年  {report.coverage}  合并指纹 {report.fingerprint_words}"
    if report.unchecked_keys:
        yield f"未核验的密钥 {report.unchecked_keys} 个"
    if report.old_form_keys:
        yield f"旧式登记的密钥 {report.old_form_keys} 个:请这些学校重新打印登记表"
    yield from difference_lines(report.differences, report.links_pending)
    if report.changed:
        yield f"县级更正 {len(report.changed)} 格"
    if report.unsigned_decisions:
        yield f"未签名的县级决定 {report.unsigned_decisions} 条"
    for by in (
        (report.stages, report.county_level),
        *((each.stages, each.county_level) for each in report.others),
    ):
        stages, county_level = by
        for stage in stages:
            yield from _stage_lines(stage)
        yield from (verdict_line(verdict) for verdict in county_level)


def _stage_lines(stage: StageReport) -> Iterable[str]:
    if not stage.indicators:
        return
    name = wording.STAGE_NAMES[stage.stage]
    state = ";".join((wording.settled_word(stage.settlement), *settling.words(stage.settlement)))
    yield f"{name}:{len(stage.rows)} 个学段,综合达标 {stage.passed}({stage.standard})  {state}"
    for each in stage.indicators:
        mean, coefficient = each.balance.mean, each.balance.coefficient
        shown = shown_number(mean, 2), shown_number(coefficient, 3)
        limit = f"(≤ {each.limit})" if each.limit is not None else ""
        yield (
            f"  {wording.OUTCOME_MARKS[each.outcome]} {each.code} {each.title} 均值 {shown[0]} "
            f"差异系数 {shown[1]}{limit}  达标 {each.sections_met}/{each.sections}  "
            f"{wording.settled_word(each.settlement)}"
        )
    if stage.composite_limit is not None:
        mark = wording.OUTCOME_MARKS[stage.composite_outcome]
        yield f"  {mark} 综合差异系数 {shown_number(stage.composite, 3)}(≤ {stage.composite_limit})"
