"""Tables Ⅱ-1, Ⅱ-2 and Ⅲ of the national application form and the list of sources, as plain rows.

The paper and the spreadsheet are made from these, so that headings, rounding and notes stand once.
Rounding is the form's: half up, values and means 2 places, percentages 1, coefficients 3. A number
that is not known is an empty cell or a word, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from db.records.choices import ORGANISER, SchoolKind, Stage
from eduapp.printing.head import FLIPPED, FLIPPED_NOTE, PLAIN_HALF_UP, prose, relaxed_line
from eduapp.printing.tables import UNMET_LEGEND, Span
from eduapp.standards.numbers import rounded, shown
from eduapp.standards.results import Outcome
from eduapp.standards.standard import load
from eduapp.standards.wording import OUTCOME_WORDS, STAGE_NAMES, rounding_flips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from eduapp.printing.county_sources import Source
    from eduapp.standards.county import CountyReport, SchoolEntry, StageIndicator, StageReport
    from eduapp.standards.results import SectionResult, Verdict

Entry = str | int | Decimal
"""A cell: a number already rounded as prescribed (its places are shown all), or a text."""

MEAN_PLACES, COEFFICIENT_PLACES, PERCENT_PLACES = 2, 3, 1
_ALL = 100
_ID_DIGITS = 16
_SHADED_LEGEND = "注：加底纹的，为未达到标准。"
NOTHING = "——"
UNDEFINED = "无法计算"
INSUFFICIENT = OUTCOME_WORDS[Outcome.INSUFFICIENT]
_FIRST_VALUE = 6
_MOST_NAMED = 40
_SECTION_OF = {Stage.PRIMARY: "小学部", Stage.LOWER_SECONDARY: "初中部"}
_WITH_UNIT = ("㎡", "元")
_NOT_UNIFORM = {SchoolKind.NINE_YEAR, SchoolKind.TWELVE_YEAR}


@dataclass(frozen=True)
class TableData:
    """A table as plain rows, its header's `header_rows` first; all rows are of equal length.

    widths: the columns' shares. align: a letter a column. spans count rows and columns from 0.
    unmet: (row, column) of the cells that fail their standard. flipped: cells whose rounded number
    would be judged otherwise than the exact one; they get the mark ※ that `notes` explain.
    """

    key: str
    title: str
    header_rows: int
    rows: tuple[tuple[Entry, ...], ...]
    widths: tuple[float, ...]
    align: str
    spans: tuple[Span, ...] = ()
    unmet: frozenset[tuple[int, int]] = frozenset()
    flipped: frozenset[tuple[int, int]] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def sheet_notes(self) -> tuple[str, ...]:
        """The notes for a spreadsheet: there cells are shaded, and numbers stay numbers without a ×."""
        return tuple(_SHADED_LEGEND if note == UNMET_LEGEND else note for note in self.notes)

    def text(self, row: int, column: int) -> str:
        """Return a cell as paper shows it, with its mark."""
        entry = self.rows[row][column]
        text = f"{entry:f}" if isinstance(entry, Decimal) else str(entry)
        return text + FLIPPED if (row, column) in self.flipped else text


class _Rows:
    """A table while its rows are added."""

    def __init__(self, header: Sequence[Sequence[Entry]]) -> None:
        self.rows: list[tuple[Entry, ...]] = [tuple(row) for row in header]
        self.spans: list[Span] = []
        self.unmet: set[tuple[int, int]] = set()
        self.flipped: set[tuple[int, int]] = set()

    def add(self, row: Sequence[Entry]) -> int:
        """Add a row and return its number."""
        self.rows.append(tuple(row))
        return len(self.rows) - 1

    def legend(self) -> Iterator[str]:
        """Yield what explains the marks that were set."""
        if self.unmet:
            yield UNMET_LEGEND
        if self.flipped:
            yield FLIPPED_NOTE


def sheets(report: CountyReport, sources: Sequence[Source] = ()) -> tuple[TableData, ...]:
    """Return the tables Ⅱ-1, Ⅱ-2 and Ⅲ of a county, and where `sources` are given, their list."""
    listed = (_sources(sources),) if sources else ()
    return (_shares(report), _schools(report), _balance(report), *listed)


def basis_text(report: CountyReport) -> str:
    """Say as of which day and by which documents the tables judge."""
    documents = dict.fromkeys(
        f"《{verdict.citation.document}》（{verdict.citation.number}）"
        for stage in report.stages
        for _, section in stage.rows[:1]
        for verdict in section.verdicts
    )
    day = f"统计时点 {report.on}。"
    by = f"依据：{'、'.join(documents)}。" if documents else ""
    relaxed = relaxed_line(map(load, report.standards), report.on)
    return f"数据来源：各校上报文件。{day}{by}{relaxed}{PLAIN_HALF_UP}"


def coverage_text(report: CountyReport, sources: Sequence[Source] = ()) -> str:
    """Say how much of the county stands behind its tables, and what was not checked or settled."""
    parts = [f"报送 {prose(report.coverage)}", f"未经核对的密钥 {report.unchecked_keys} 个"]
    if report.expected is None:
        parts.append("没有学校名单，是否报齐不明")
    elif not report.complete:
        parts.append("尚未报齐，结果为阶段性结果")
    unsettled = sum(each.unsettled for each in sources)
    if unsettled:
        parts.append(f"{unsettled} 校有冲突未裁定")
    return "；".join(parts)


def _headings(report: CountyReport) -> list[str]:
    indicators = report.stages[0].indicators if report.stages else ()
    return [f"{each.title}（{each.unit}）" if each.unit in _WITH_UNIT else each.title for each in indicators]


def _numbered(count: int) -> list[str]:
    return [f"L{number}" for number in range(1, count + 1)]


# --- Ⅱ-1 ---


def _shares(report: CountyReport) -> TableData:
    headings = [*_headings(report), "综合评估"]
    table = _Rows([["", "", *headings], ["", "", *_numbered(len(headings))]])
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
        if stage.passed < total:
            table.unmet.add((second, len(headings) + 1))
        for place, (count, share) in enumerate(zip(counts, shares, strict=True), 2):
            if count < total and share == _ALL:
                table.flipped.add((second, place))
    return TableData(
        key="Ⅱ-1",
        title="表Ⅱ-1　小学、初中资源配置基本情况",
        header_rows=2,
        rows=tuple(table.rows),
        widths=(7, 15, *([11] * len(headings))),
        align="c" * (2 + len(headings)),
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_share_notes(report), *table.legend()),
    )


def _share_notes(report: CountyReport) -> Iterator[str]:
    totals = "，".join(f"{STAGE_NAMES[stage.stage]} {len(stage.rows)} 所" for stage in report.stages)
    yield f"注：比例以参加评估的全部学校（{totals}，一贯制学校和完全中学按学段计）为分母，保留一位小数。"
    for stage in report.stages:
        lacking = [
            f"{each.short} {each.sections - each.counted} 所"
            for each in stage.indicators
            if each.counted < each.sections
        ]
        if lacking:
            yield f"{STAGE_NAMES[stage.stage]}{INSUFFICIENT}而未计入达标的：{'、'.join(lacking)}。"


# --- Ⅱ-2 ---


def _schools(report: CountyReport) -> TableData:
    headings = _headings(report)
    columns = [
        "序号",
        "学校名称",
        "举办者类型",
        "在校生数",
        "年级数",
        "班级数",
        *headings,
        "该校综合评估是否达标",
    ]
    remark = "备注（注明有哪几项指标达标，哪几项指标达到85%）"
    table = _Rows([[*columns, remark], [*_numbered(len(columns)), ""]])
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
        title="表Ⅱ-2　小学、初中资源配置基本情况（分学校）",
        header_rows=2,
        rows=tuple(table.rows),
        widths=(4, 15, 5, 5.5, 4.5, 4.5, *([7.6] * len(headings)), 7, 25),
        align="cl" + "c" * 4 + "r" * len(headings) + "cl",
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_school_notes(report, len(headings)), *table.legend()),
    )


def _add_school(table: _Rows, number: int, entry: SchoolEntry, section: SectionResult) -> None:
    row, stage = len(table.rows), section.stage
    values = [_value(verdict) for verdict in section.verdicts]
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
            _section_name(entry, stage),
            _organiser(entry),
            *(_known(count) for count in (section.pupils, entry.grades.get(stage), entry.classes.get(stage))),
            *values,
            passed,
            _remark(section.verdicts),
        ],
    )


def _value(verdict: Verdict) -> Entry:
    return INSUFFICIENT if verdict.value is None else rounded(verdict.value, verdict.decimals)


def _known(count: int | None) -> Entry:
    """Leave a place open where the number is not known: a section without a grade or a class is none."""
    return count or ""


def _organiser(entry: SchoolEntry) -> Entry:
    return int(entry.facts.organiser) if entry.facts.organiser else ""


def _section_name(entry: SchoolEntry, stage: Stage) -> str:
    kind = entry.facts.kind
    part = f"（{_SECTION_OF[stage]}）" if kind and kind.shares else ""
    return f"{entry.facts.name or entry.facts.code}{part}" + ("〔草稿〕" if entry.state != "final" else "")


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
        yield f"不参加评估、未列入上表的教学点 {len(left_out)} 个：{_named(left_out)}。"
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
        names = [_section_name(entry, section.stage) for entry, section in rows if not known(entry, section)]
        if names:
            yield f"{words}未填报、表中留空的 {len(names)} 所：{_named(names)}。"


def _named(names: Sequence[str]) -> str:
    return "、".join(names[:_MOST_NAMED]) + ("等" if len(names) > _MOST_NAMED else "")


# --- Ⅲ ---


def _balance(report: CountyReport) -> TableData:
    headings = [*_headings(report), "综合"]
    table = _Rows([["", "", *headings], ["", "", *_numbered(len(headings))]])
    table.spans.append(Span(0, 0, rows=2, columns=2))
    for stage in report.stages:
        means = [_mean(stage, each) for each in stage.indicators]
        coefficients = [_coefficient(stage, each) for each in stage.indicators]
        first = table.add([STAGE_NAMES[stage.stage], "全县平均值", *means, NOTHING])
        second = table.add(["", "差异系数", *coefficients, _composite(stage)])
        table.spans.append(Span(first, 0, rows=2))
        for place, each in enumerate(stage.indicators, 2):
            if each.outcome is Outcome.UNMET:
                table.unmet.add((second, place))
            if _coefficient_flips(each):
                table.flipped.add((second, place))
    return TableData(
        key="Ⅲ",
        title="表Ⅲ　县域义务教育校际均衡情况",
        header_rows=2,
        rows=tuple(table.rows),
        widths=(7, 12, *([11] * len(headings))),
        align="c" * (2 + len(headings)),
        spans=tuple(table.spans),
        unmet=frozenset(table.unmet),
        flipped=frozenset(table.flipped),
        notes=(*_balance_notes(report), *table.legend()),
    )


def _mean(stage: StageReport, each: StageIndicator) -> Entry:
    if not stage.rows:
        return NOTHING
    return INSUFFICIENT if each.balance.mean is None else rounded(each.balance.mean, MEAN_PLACES)


def _coefficient(stage: StageReport, each: StageIndicator) -> Entry:
    if not stage.rows:
        return NOTHING
    if each.balance.mean is None:
        return INSUFFICIENT
    coefficient = each.balance.coefficient
    return UNDEFINED if coefficient is None else rounded(coefficient, COEFFICIENT_PLACES)


def _composite(stage: StageReport) -> Entry:
    if not stage.rows:
        return NOTHING
    if stage.composite is not None:
        return rounded(stage.composite, COEFFICIENT_PLACES)
    undecided = any(each.balance.mean is None for each in stage.indicators)
    return INSUFFICIENT if undecided else UNDEFINED


def _coefficient_flips(each: StageIndicator) -> bool:
    """Whether the rounded coefficient stands on the other side of its limit than the exact one."""
    if each.balance.coefficient is None:
        return False
    within = rounded(each.balance.coefficient, COEFFICIENT_PLACES) <= each.limit
    return within != (each.outcome is Outcome.MET)


def _balance_notes(report: CountyReport) -> Iterator[str]:
    yield (
        "注：全县平均值保留两位小数，差异系数保留三位小数。"
        "差异系数按在校生数加权，综合为各项差异系数的平均数。"
    )
    limits = [
        f"{STAGE_NAMES[stage.stage]}不高于 {stage.indicators[0].limit:f}"
        for stage in report.stages
        if stage.indicators
    ]
    if limits:
        yield f"各项差异系数：{'，'.join(limits)}。"
    for stage in report.stages:
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


# --- sources ---


def _sources(sources: Sequence[Source]) -> TableData:
    table = _Rows([["序号", "学校代码", "学校名称", "类别", "上报编号", "签名密钥数字", "密钥核对"]])
    for number, each in enumerate(sources, 1):
        state = "正式" if each.state == "final" else "草稿"
        table.add(
            [
                number,
                each.school,
                each.name,
                state + ("，冲突未裁定" if each.unsettled else ""),
                each.submission[:_ID_DIGITS],
                each.digits,
                "已与纸质核对" if each.checked else "未经核对",
            ]
        )
    return TableData(
        key="附表",
        title="附表　数据来源（计入汇总的上报文件）",
        header_rows=1,
        rows=tuple(table.rows),
        widths=(4, 10, 22, 12, 16, 24, 10),
        align="cclcccc",
        notes=tuple(_source_notes(sources)),
    )


def _source_notes(sources: Sequence[Source]) -> Iterator[str]:
    yield (
        f"注：上报编号为文件内 SHA256SUMS 的 SHA-256 的前 {_ID_DIGITS} 位，文件名末尾是其前 8 位；"
        "凭编号可找到原文件，凭密钥数字可核对签名人。"
    )
    unsettled = [each.name for each in sources if each.unsettled]
    if unsettled:
        yield (
            f"有几个互不相承的上报文件、尚未裁定、暂按其中一个计入的 {len(unsettled)} 所："
            f"{_named(unsettled)}。"
        )
