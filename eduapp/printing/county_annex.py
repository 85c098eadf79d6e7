"""The annexes: the county by each further standard.

As the form of 2012 asks: what meets its standard has a 1, what does not stays empty and shaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eduapp.printing.county_items import outcome_text
from eduapp.printing.county_resources import (
    coefficient_entry,
    coefficient_flips,
    composite_entry,
    mean_entry,
    open_notes,
    partial_notes,
    value_entry,
)
from eduapp.printing.county_tables import (
    COEFFICIENT_PLACES,
    NOTHING,
    Entry,
    TableData,
    TableRows,
    headings,
    named,
    section_name,
)
from eduapp.printing.head import prose
from eduapp.printing.paper_tables import Span
from eduapp.standards.numbers import plain, rounded
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Outcome
from eduapp.standards.wording import (
    OUTCOME_WORDS,
    STAGE_NAMES,
    rounding_flips,
    threshold_text,
    threshold_with_unit,
    value_with_unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eduapp.standards.county.report import CountyReport, StageReport, StandardReport
    from eduapp.standards.results import Settlement, Verdict

_UPRIGHT = 4
"""The most values a section may have for its table to stand upright."""
_MET = 1
_FAILED = frozenset({Outcome.UNMET, Outcome.FLOOR})
_CONVENTION = "注：达标的填1，不达标的不填并加底纹；数据不足的写明。"


def of_standard(report: CountyReport, other: StandardReport, number: int) -> Iterator[TableData]:
    """Yield the annexes of a further standard: its sections with coefficients, and the county's items."""
    if any(stage.indicators for stage in other.stages):
        yield _sections(other, number)
        number += 1
    if other.county_level:
        yield _items(report, other, number)


# --- sections, means, coefficients ---


def _sections(other: StandardReport, number: int) -> TableData:
    standard = load(other.standard)
    titles = headings(other.stages)
    judged = any(map(_judges, other.stages))
    table = TableRows([["序号", "学校名称", "在校生数", *titles, *["达标"] * judged]])
    for stage in other.stages:
        if stage.rows:
            _add_stage(table, stage, judged=judged)
    if len(table.rows) == 1:
        empty = table.add(["没有纳入这项标准的学校", *[""] * (len(titles) + 2 + judged)])
        table.spans.append(Span(empty, 0, columns=len(titles) + 3 + judged))
    return TableData(
        key=f"附表{number}",
        by_section=True,
        title=f"附表{number}　{standard.title}：各校指标值与校际均衡",
        header_rows=1,
        rows=tuple(table.rows),
        widths=(4, 17, 7, *([8.6] * len(titles)), *[9] * judged),
        align="cl" + "c" + "r" * len(titles) + "c" * judged,
        signed=False,
        orientation="portrait" if len(titles) <= _UPRIGHT else "landscape",
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_section_notes(other), *table.legend()),
    )


def _judges(stage: StageReport) -> bool:
    """Whether the standard says of a section, or of the stage as a whole, that it passes."""
    sections = any(section.outcome is not Outcome.NOT_APPLICABLE for _, section in stage.rows)
    return sections or stage.composite_limit is not None


def _add_stage(table: TableRows, stage: StageReport, *, judged: bool) -> None:
    count = len(stage.indicators)
    head = table.add([f"{STAGE_NAMES[stage.stage]}（{len(stage.rows)} 所）", *[""] * (count + 2 + judged)])
    table.spans.append(Span(head, 0, columns=count + 3 + judged))
    for number, (entry, section) in enumerate(stage.rows, 1):
        at = len(table.rows)
        for place, verdict in enumerate(section.verdicts, 3):
            if verdict.outcome in _FAILED:
                table.unmet.add((at, place))
            if rounding_flips(verdict):
                table.flipped.add((at, place))
        if section.outcome is Outcome.UNMET:
            table.unmet.add((at, count + 3))
        values = [value_entry(verdict) for verdict in section.verdicts]
        pupils: Entry = "" if section.pupils is None else section.pupils
        passed = NOTHING if section.outcome is Outcome.NOT_APPLICABLE else _filled(section.outcome)
        table.add([number, section_name(entry, stage.stage), pupils, *values, *[passed] * judged])
    means = [mean_entry(stage, each, each.decimals) for each in stage.indicators]
    last = [NOTHING] * judged
    _add_foot(table, "全县平均值", [*means, *last])
    coefficients = [coefficient_entry(stage, each) for each in stage.indicators]
    at = _add_foot(table, "差异系数", [*coefficients, *last])
    for place, each in enumerate(stage.indicators, 3):
        if each.settlement.standing(each.outcome) is Outcome.UNMET:
            table.unmet.add((at, place))
        if coefficient_flips(each):
            table.flipped.add((at, place))
    if stage.composite_limit is not None:
        _add_composite(table, stage, count)


def _add_foot(table: TableRows, words: str, cells: Sequence[Entry]) -> int:
    at = table.add([words, "", "", *cells])
    table.spans.append(Span(at, 0, columns=3))
    return at


def _add_composite(table: TableRows, stage: StageReport, count: int) -> None:
    composite = composite_entry(stage)
    said = f"{composite:f}" if not isinstance(composite, str | int) else str(composite)
    limit = stage.composite_limit
    flips = (
        limit is not None
        and stage.composite is not None
        and (rounded(stage.composite, COEFFICIENT_PLACES) <= limit) != (stage.composite <= limit)
    )
    text = f"综合差异系数 {said}（标准：不高于 {limit}）"
    at = table.add([text, *[""] * (count + 2), _given(stage.composite_outcome, stage.settlement)])
    table.spans.append(Span(at, 0, columns=count + 3))
    if stage.settlement.standing(stage.composite_outcome) is Outcome.UNMET:
        table.unmet.add((at, count + 3))
    if flips:
        table.flipped.add((at, 0))


def _filled(outcome: Outcome) -> Entry:
    """Fill in an outcome as the form of 2012 does."""
    if outcome is Outcome.MET:
        return _MET
    return "" if outcome in _FAILED else OUTCOME_WORDS[outcome]


def _given(outcome: Outcome, settlement: Settlement | None) -> Entry:
    """Fill in an outcome of the county once it is settled."""
    if settlement is None:
        return _filled(outcome)
    standing = settlement.standing(outcome)
    return (
        _filled(standing)
        if standing is not Outcome.UNSETTLED
        else outcome_text(standing, listed=settlement.listed)
    )


def _section_notes(other: StandardReport) -> Iterator[str]:
    standard = load(other.standard)
    yield f"{_CONVENTION}依据：《{standard.document}》（{standard.number}）。"
    for stage in other.stages:
        limits = {each.limit for each in stage.indicators if each.limit is not None}
        if limits:
            words = "、".join(plain(limit) for limit in sorted(limits))
            yield f"{STAGE_NAMES[stage.stage]}各项差异系数不高于 {words}。"
        thresholds = [
            f"{verdict.title} {threshold_text(verdict)}"
            for _, section in stage.rows[:1]
            for verdict in section.verdicts
            if verdict.threshold is not None
        ]
        if thresholds:
            yield f"{STAGE_NAMES[stage.stage]}标准：{'，'.join(thresholds)}。"
    remarks = dict.fromkeys(
        f"{STAGE_NAMES[stage.stage]}{verdict.title}：{prose(verdict.remark)}"
        for stage in other.stages
        for _, section in stage.rows[:1]
        for verdict in section.verdicts
        if verdict.remark
    )
    if remarks:
        yield f"与国家标准比较——{'；'.join(remarks)}。"
    yield from open_notes(other.stages)
    yield from partial_notes(other.stages)
    listed = {id(entry) for stage in other.stages for entry, _ in stage.rows}
    out = [entry.facts.name or entry.facts.code for entry in other.schools if id(entry) not in listed]
    if out:
        yield f"不在这项标准评估范围、未列入上表的 {len(out)} 所：{named(out)}。"


# --- the county's items ---


def _items(report: CountyReport, other: StandardReport, number: int) -> TableData:
    standard = load(other.standard)
    table = TableRows([["序号", "项目", "本县", "标准", "达标", "说明"]])
    for place, verdict in enumerate(other.county_level, 1):
        at = len(table.rows)
        if verdict.standing in _FAILED:
            table.unmet.add((at, 4))
        if rounding_flips(verdict):
            table.flipped.add((at, 2))
        reported = verdict.threshold is None and verdict.value is not None
        filled = NOTHING if reported else _given(verdict.outcome, verdict.settlement)
        said = _said(other, verdict)
        table.add([place, _title(verdict), _value(verdict), _limit(verdict), filled, said])
    return TableData(
        key=f"附表{number}",
        title=f"附表{number}　{standard.title}：县级项目",
        header_rows=1,
        rows=tuple(table.rows),
        widths=(5, 25, 12, 12, 9, 37),
        align="clcccl",
        signed=False,
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(
            f"{_CONVENTION}依据：《{standard.document}》（{standard.number}），统计时点 {report.on}。",
            *table.legend(),
        ),
        orientation="portrait",
    )


def _title(verdict: Verdict) -> str:
    stage = f"（{STAGE_NAMES[verdict.stage]}）" if verdict.stage else ""
    return f"{verdict.title}{stage}（{verdict.code}，{_place(verdict)}）"


def _place(verdict: Verdict) -> str:
    """Return the clause of the number shown; with its document's number where that is not the standard's."""
    cited = verdict.citation
    return cited.clause if cited.number == load(verdict.standard).number else cited.words


def _value(verdict: Verdict) -> Entry:
    if verdict.value is None or verdict.outcome is Outcome.INSUFFICIENT:
        return ""
    if verdict.unit == "项":
        return NOTHING
    return value_with_unit(verdict)


def _limit(verdict: Verdict) -> str:
    if verdict.unit == "项":
        return "凭文件认定"
    return threshold_with_unit(verdict) if verdict.threshold is not None else NOTHING


def _said(other: StandardReport, verdict: Verdict) -> str:
    """Say how the item stands to the national one, and what the numbers cannot say."""
    remarks = [verdict.remark] if verdict.remark else _school_remarks(other, verdict.code)
    return prose("；".join([*remarks, *[verdict.note] * bool(verdict.note)]))


def _school_remarks(other: StandardReport, code: str) -> list[str]:
    """Return what is said at the schools of an item that every school must meet, once."""
    found = (each for entry in other.schools for each in entry.school_level if each.code == code)
    return list(dict.fromkeys(each.remark for each in found if each.remark))
