"""Tables Ⅱ-1, Ⅱ-2 and Ⅲ of the national application form: what schools have, and how evenly.

Rounding is the form's: half up, values and means 2 places, percentages 1, coefficients 3. A number
that is not known is an empty cell or a word, never 0.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from db.records.choices import ORGANISER, SchoolKind, Stage
from eduapp.printing.county_tables import (
    COEFFICIENT_PLACES,
    INSUFFICIENT,
    MEAN_PLACES,
    NOTHING,
    PERCENT_PLACES,
    UNDEFINED,
    Entry,
    TableData,
    TableRows,
    headings,
    named,
    numbered,
    section_name,
)
from eduapp.printing.head import prose
from eduapp.printing.paper_tables import Span
from eduapp.standards.county import settling
from eduapp.standards.numbers import rounded, shown
from eduapp.standards.results import Outcome
from eduapp.standards.wording import OUTCOME_WORDS, STAGE_NAMES, UNLISTED, rounding_flips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.report import CountyReport, StageIndicator, StageReport
    from eduapp.standards.results import SectionResult, Verdict

_ALL = 100
_FIRST_VALUE = 6
_NOT_UNIFORM = {SchoolKind.NINE_YEAR, SchoolKind.TWELVE_YEAR}


# --- Ⅱ-1 ---


def shares(report: CountyReport) -> TableData:
    """Table Ⅱ-1: how many sections of each stage meet each item, and as a share."""
    titles = [*headings(report.stages), "综合评估"]
    table = TableRows([["", "", *titles], ["", "", *numbered(len(titles))]])
    table.spans.append(Span(0, 0, rows=2, columns=2))
    for stage in report.stages:
        total = len(stage.rows)
        counts = [each.sections_met for each in stage.indicators] + [stage.passed]
        numbers: list[Entry] = [*counts] if total else [NOTHING] * len(counts)
        shares: list[Entry] = (
            [rounded(Fraction(100 * count, total), PERCENT_PLACES) for count in counts] if total else numbers
        )
        first = table.add([STAGE_NAMES[stage.stage], "达标学校总数", *numbers])
        second = table.add(["", "达标学校比例（%）", *shares])
        table.spans.append(Span(first, 0, rows=2))
        if stage.passed < total and _falls_short(stage):
            table.unmet.add((second, len(titles) + 1))
        for place, (count, share) in enumerate(zip(counts, shares, strict=True), 2):
            if count < total and share == _ALL:
                table.flipped.add((second, place))
    return TableData(
        key="Ⅱ-1",
        by_section=True,
        title="表Ⅱ-1　小学、初中资源配置基本情况",
        header_rows=2,
        rows=tuple(table.rows),
        widths=(7, 15, *([11] * len(titles))),
        align="c" * (2 + len(titles)),
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_share_notes(report), *table.legend()),
    )


def _falls_short(stage: StageReport) -> bool:
    """Whether not all sections can pass any more, whatever those say that have not said their last word."""
    found = stage.settlement
    return not found.waiting or (found.high is not None and found.high < len(stage.rows) + len(found.missing))


def _share_notes(report: CountyReport) -> Iterator[str]:
    totals = "，".join(f"{STAGE_NAMES[stage.stage]} {len(stage.rows)} 所" for stage in report.stages)
    yield f"注：比例以参加评估的全部学校（{totals}，一贯制学校和完全中学按学段计）为分母，保留一位小数。"
    yield from open_notes(report.stages)
    yield from _passing_notes(report.stages)
    for stage in report.stages:
        lacking = [
            f"{each.short} {each.sections - each.counted} 所"
            for each in stage.indicators
            if each.counted < each.sections
        ]
        if lacking:
            yield f"{STAGE_NAMES[stage.stage]}{INSUFFICIENT}而未计入达标的：{'、'.join(lacking)}。"


def _passing_notes(stages: Sequence[StageReport]) -> Iterator[str]:
    for stage in stages:
        low, high = stage.settlement.low, stage.settlement.high
        if stage.settlement.waiting and low is not None and high is not None:
            yield f"{STAGE_NAMES[stage.stage]}综合评估达标学校最终至少 {low} 所、至多 {high} 所。"


# --- Ⅱ-2 ---


def schools(report: CountyReport) -> TableData:
    """Table Ⅱ-2: each section with its values, and which of them meet the standard."""
    titles = headings(report.stages)
    columns = [
        "序号",
        "学校名称",
        "举办者类型",
        "在校生数",
        "年级数",
        "班级数",
        *titles,
        "该校综合评估是否达标",
    ]
    remark = "备注（注明有哪几项指标达标，哪几项指标达到85%）"
    table = TableRows([[*columns, remark], [*numbered(len(columns)), ""]])
    for stage in report.stages:
        if stage.rows:
            group = table.add([f"{STAGE_NAMES[stage.stage]}（{len(stage.rows)} 所）", *[""] * len(columns)])
            table.spans.append(Span(group, 0, columns=len(columns) + 1))
        for number, (entry, section) in enumerate(stage.rows, 1):
            _add_school(table, number, entry, section)
    if not any(stage.rows for stage in report.stages):
        empty = table.add(["没有参加评估的学校", *[""] * len(columns)])
        table.spans.append(Span(empty, 0, columns=len(columns) + 1))
    return TableData(
        key="Ⅱ-2",
        by_section=True,
        title="表Ⅱ-2　小学、初中资源配置基本情况（分学校）",
        header_rows=2,
        rows=tuple(table.rows),
        widths=(4, 15, 5, 5.5, 4.5, 4.5, *([7.6] * len(titles)), 7, 25),
        align="cl" + "c" * 4 + "r" * len(titles) + "cl",
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_school_notes(report, len(titles)), *table.legend()),
    )


def _add_school(table: TableRows, number: int, entry: SchoolEntry, section: SectionResult) -> None:
    row, stage = len(table.rows), section.stage
    values = [value_entry(verdict) for verdict in section.verdicts]
    for place, verdict in enumerate(section.verdicts, _FIRST_VALUE):
        if verdict.outcome in {Outcome.UNMET, Outcome.FLOOR}:
            table.unmet.add((row, place))
        if rounding_flips(verdict):
            table.flipped.add((row, place))
    if section.outcome is Outcome.UNMET:
        table.unmet.add((row, _FIRST_VALUE + len(values)))
    passed = {Outcome.MET: "是", Outcome.UNMET: "否"}.get(section.outcome, OUTCOME_WORDS[section.outcome])
    table.add(
        [
            number,
            section_name(entry, stage),
            _organiser(entry),
            *(_known(count) for count in (section.pupils, entry.grades.get(stage), entry.classes.get(stage))),
            *values,
            passed,
            _remark(section.verdicts),
        ],
    )


def value_entry(verdict: Verdict) -> Entry:
    """Return a section's value as a cell."""
    return INSUFFICIENT if verdict.value is None else rounded(verdict.value, verdict.decimals)


def _known(count: int | None) -> Entry:
    """Leave a place open where the number is not known: a section without a grade or a class is none."""
    return count or ""


def _organiser(entry: SchoolEntry) -> Entry:
    return int(entry.facts.organiser) if entry.facts.organiser else ""


def _remark(verdicts: Sequence[Verdict]) -> str:
    """Say by the form's column numbers which values meet the standard and which its 85 %."""
    places: dict[Outcome, list[int]] = {}
    for number, verdict in enumerate(verdicts, _FIRST_VALUE + 1):
        places.setdefault(verdict.outcome, []).append(number)
    words = {
        Outcome.MET: "达标",
        Outcome.FLOOR: "达到85%",
        Outcome.UNMET: "未达到85%",
        Outcome.INSUFFICIENT: INSUFFICIENT,
    }
    if len(places.get(Outcome.MET, ())) == len(verdicts):
        return f"{len(verdicts)} 项全部达标"
    return "；".join(f"{word}：{_runs(places[each])}" for each, word in words.items() if each in places)


def _runs(numbers: Iterable[int]) -> str:
    """Write column numbers with their runs joined: 「L7-L10、L12」."""
    texts = []
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        texts.append(f"L{members[0]}" + (f"-L{members[-1]}" if len(members) > 1 else ""))
    return "、".join(texts)


def _school_notes(report: CountyReport, values: int) -> Iterator[str]:
    rows = {stage.stage: stage.rows for stage in report.stages}
    primary, lower = rows.get(Stage.PRIMARY, ()), rows.get(Stage.LOWER_SECONDARY, ())
    codes = "、".join(f"{words}为{code}" for code, words in ORGANISER.options)
    last = _FIRST_VALUE + values
    yield (
        f"注：1.小学学校总数 {len(primary)} 所"
        f"（其中：一贯制学校的小学部有 {_kinds(primary, _NOT_UNIFORM)} 所，"
        f"50人及以上教学点有 {_kinds(primary, {SchoolKind.TEACHING_POINT})} 个），"
        f"初中学校总数 {len(lower)} 所（其中：一贯制学校的初中部 {_kinds(lower, _NOT_UNIFORM)} 所，"
        f"完全中学的初中部 {_kinds(lower, {SchoolKind.COMPLETE_SECONDARY})} 所）。"
        f"2.举办者类型处填写代码：{codes}。"
        f"3.L{_FIRST_VALUE + 1}-L{last} 数值均保留两位小数。"
    )
    left_out = [
        entry.facts.name
        for entry in report.schools
        if any(section.outcome is Outcome.NOT_APPLICABLE for section in entry.sections)
    ]
    if left_out:
        yield f"不参加评估、未列入上表的教学点 {len(left_out)} 个：{named(left_out)}。"
    if report.campuses:
        names = [each.facts.name or each.facts.code for each in report.campuses]
        yield f"不计校数、数据已并入所属学校的教学点和校区 {len(names)} 个：{named(names)}。"
    everyone = [(entry, section) for stage in report.stages for entry, section in stage.rows]
    yield from _missing(everyone)


def _kinds(rows: Sequence[tuple[SchoolEntry, SectionResult]], kinds: set[SchoolKind]) -> int:
    return sum(entry.facts.kind in kinds for entry, _ in rows)


def _missing(rows: Sequence[tuple[SchoolEntry, SectionResult]]) -> Iterator[str]:
    """Yield, column by column, whose number is not known."""
    asked: dict[str, Callable[[SchoolEntry, SectionResult], object]] = {
        "举办者类型": lambda entry, _: entry.facts.organiser,
        "在校生数": lambda _, section: section.pupils,
        "年级数": lambda entry, section: entry.grades.get(section.stage),
        "班级数": lambda entry, section: entry.classes.get(section.stage),
    }
    for words, known in asked.items():
        names = [section_name(entry, section.stage) for entry, section in rows if not known(entry, section)]
        if names:
            yield f"{words}未填报、表中留空的 {len(names)} 所：{named(names)}。"


# --- Ⅲ ---


def balance(report: CountyReport) -> TableData:
    """Table Ⅲ: the county's means and coefficients of variation."""
    titles = [*headings(report.stages), "综合"]
    table = TableRows([["", "", *titles], ["", "", *numbered(len(titles))]])
    table.spans.append(Span(0, 0, rows=2, columns=2))
    for stage in report.stages:
        means = [mean_entry(stage, each) for each in stage.indicators]
        coefficients = [coefficient_entry(stage, each) for each in stage.indicators]
        first = table.add([STAGE_NAMES[stage.stage], "全县平均值", *means, NOTHING])
        second = table.add(["", "差异系数", *coefficients, composite_entry(stage)])
        table.spans.append(Span(first, 0, rows=2))
        for place, each in enumerate(stage.indicators, 2):
            if each.settlement.standing(each.outcome) is Outcome.UNMET:
                table.unmet.add((second, place))
            if coefficient_flips(each):
                table.flipped.add((second, place))
    return TableData(
        key="Ⅲ",
        by_section=True,
        title="表Ⅲ　县域义务教育校际均衡情况",
        header_rows=2,
        rows=tuple(table.rows),
        widths=(7, 12, *([11] * len(titles))),
        align="c" * (2 + len(titles)),
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_balance_notes(report), *table.legend()),
    )


def mean_entry(stage: StageReport, each: StageIndicator, places: int = MEAN_PLACES) -> Entry:
    """Return the county's mean as a cell."""
    if not stage.rows:
        return NOTHING
    return INSUFFICIENT if each.balance.mean is None else rounded(each.balance.mean, places)


def coefficient_entry(stage: StageReport, each: StageIndicator) -> Entry:
    """Return the coefficient of variation as a cell."""
    if not stage.rows:
        return NOTHING
    if each.balance.mean is None:
        return INSUFFICIENT
    coefficient = each.balance.coefficient
    return UNDEFINED if coefficient is None else rounded(coefficient, COEFFICIENT_PLACES)


def composite_entry(stage: StageReport) -> Entry:
    """Return the mean of the coefficients as a cell."""
    if not stage.rows:
        return NOTHING
    if stage.composite is not None:
        return rounded(stage.composite, COEFFICIENT_PLACES)
    undecided = any(each.balance.mean is None for each in stage.indicators)
    return INSUFFICIENT if undecided else UNDEFINED


def coefficient_flips(each: StageIndicator) -> bool:
    """Whether the rounded coefficient stands on the other side of its limit than the exact one."""
    if each.balance.coefficient is None or each.limit is None:
        return False
    within = rounded(each.balance.coefficient, COEFFICIENT_PLACES) <= each.limit
    return within != (each.settlement.so_far is Outcome.MET)


def _balance_notes(report: CountyReport) -> Iterator[str]:
    yield (
        "注：全县平均值保留两位小数，差异系数保留三位小数。"
        "差异系数按在校生数加权，综合为各项差异系数的平均数。"
    )
    limits = [
        f"{STAGE_NAMES[stage.stage]}不高于 {limit:f}"
        for stage in report.stages
        for limit in [each.limit for each in stage.indicators[:1]]
        if limit is not None
    ]
    if limits:
        yield f"各项差异系数：{'，'.join(limits)}。"
    yield from open_notes(report.stages)
    yield from partial_notes(report.stages)


def open_notes(stages: Sequence[StageReport]) -> Iterator[str]:
    """Yield why the figures of a stage are not settled: who has not said the last word, how many may pass."""
    for stage in stages:
        found = stage.settlement
        if stage.indicators and not found.listed:
            yield f"{STAGE_NAMES[stage.stage]}未定（{UNLISTED}），表中数字按已报学校计算。"
        elif stage.indicators and found.waiting:
            said = "；".join(settling.words(found))
            yield f"{STAGE_NAMES[stage.stage]}未定：{prose(said)}。表中数字按已报学校计算。"


def partial_notes(stages: Sequence[StageReport]) -> Iterator[str]:
    """Yield what the sections that have a value would give, where others lack it."""
    for stage in stages:
        for each in stage.indicators:
            if each.counted < each.sections:
                yield f"{STAGE_NAMES[stage.stage]}“{each.short}”{INSUFFICIENT}：{_partial(each)}"


def _partial(each: StageIndicator) -> str:
    """Say what the sections that have the value would give."""
    if not each.counted:
        return f"{each.sections} 所都没有数据。"
    return (
        f"{each.sections} 所中 {each.counted} 所有数据，按这 {each.counted} 所计算，"
        f"平均值 {shown(each.partial.mean, MEAN_PLACES)}，"
        f"差异系数 {shown(each.partial.coefficient, COEFFICIENT_PLACES)}，仅供参考。"
    )
