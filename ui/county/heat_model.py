"""The rows of the heat map: sections × indicators, the lines over all of them, and what a line leaves out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.services.checking import is_tick
from eduapp.standards import wording
from eduapp.standards.county import settling
from eduapp.standards.county.data import BY_EXPORT
from eduapp.standards.numbers import shown
from eduapp.standards.packs.reader import load
from eduapp.standards.results import Outcome, Verdict
from ui.common.static_table import Column, Look
from ui.common.theme import DONE, TROUBLE
from ui.county.page_widgets import fits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from eduapp.standards.county.data import SchoolEntry
    from eduapp.standards.county.report import CountyReport, StageIndicator, StageReport
    from eduapp.standards.results import SectionResult, Settlement
    from ui.common.theme import Theme
    from ui.county.cells import Cells, VerdictCell

COEFFICIENT_DECIMALS = 3
FIRST, FIRST_OF_SCHOOLS = 2, 1
"""Columns before the indicators: the school and, in a stage, its pupils."""
PARTIAL_MARK = "＊"
MOST_NAMED = 8
FIRST_WIDE, LATIN_WIDTH = 0x2E80, 0.55
"""Where letters as wide as 国 begin, and how wide the others are beside it."""


@dataclass(frozen=True, eq=False)
class HeatPlace:
    """Whose row it is; without a section it is the school as a whole."""

    entry: SchoolEntry
    section: SectionResult | None
    cells: tuple[VerdictCell, ...]


@dataclass(frozen=True)
class Marks:
    """How rows look; `unsettled` are the codes of schools whose heads await a person."""

    theme: Theme
    unsettled: frozenset[str] = frozenset()


Rows = tuple[list[list[Look | str]], list[HeatPlace]]
"""Cells and keys."""


def stage_columns(report: StageReport) -> list[Column]:
    """Return the columns of a stage's map."""
    found = [Column("学校", 9), Column("学生数", 4, right=True)]
    found += [
        Column(f"{each.code}\n{each.short}", 4, right=True, help=f"{each.title}({each.unit})")
        for each in report.indicators
    ]
    return [*found, Column("达标项", 5, help="7 项至少 6 项达标、其余达到 85%,整体才算达标")]


def stage_rows(report: StageReport, cells: Cells, marks: Marks, needle: str, *, unmet: bool) -> Rows:
    """Return a stage's sections."""
    rows: list[list[Look | str]] = []
    keys: list[HeatPlace] = []
    for entry, section in report.rows:
        if unmet and section.outcome is Outcome.MET:
            continue
        if not fits(needle, entry.facts.name, entry.facts.code):
            continue
        own = cells[report.standard, entry.submission, report.stage]
        rows.append(
            [
                name_look(entry, marks),
                Look("—" if section.pupils is None else str(section.pupils), order=_order(section.pupils)),
                *(cell_look(cell, marks.theme) for cell in own),
                _section_look(section, marks.theme),
            ]
        )
        keys.append(HeatPlace(entry, section, own))
    return rows, keys


def verdict_at(place: HeatPlace, column: int) -> Verdict | None:
    """Return the verdict of a cell; None beside the indicators."""
    at = column - (FIRST_OF_SCHOOLS if place.section is None else FIRST)
    return place.cells[at].verdict if 0 <= at < len(place.cells) else None


def foot_rows(report: StageReport, theme: Theme) -> list[list[Look | str]]:
    """Return the lines over all sections: coefficient, limit, mean, how many pass."""
    each = report.indicators
    composite = shown(report.composite, COEFFICIENT_DECIMALS)
    blank = Look("")
    return [
        [
            "差异系数",
            blank,
            *(_coefficient(one, theme) for one in each),
            _composite(report, f"综合 {composite}", theme),
        ],
        ["限值", blank, *(_limit(one.limit, theme) for one in each), _limit(report.composite_limit, theme)],
        ["县均值", blank, *(_mean(one, theme) for one in each), blank],
        [
            "达标 / 达85%",
            blank,
            *(Look(f"{one.sections_met} / {one.sections_floor}") for one in each),
            Look(f"{report.passed} 个整体", tip=f"{len(report.rows)} 个学段中 {report.passed} 个整体达标")
            if load(report.standard).pass_at_least
            else blank,
        ],
    ]


def partial_text(report: StageReport) -> str:
    """Say which lines are not over all sections: 「高学历教师按已有 29/30 个学段 0.412」."""
    said = [
        f"{one.short}按已有 {one.counted}/{one.sections} 个学段 "
        f"{shown(one.partial.coefficient, COEFFICIENT_DECIMALS)}"
        for one in report.indicators
        if one.counted < one.sections
    ]
    return f"{PARTIAL_MARK} 数据不足,差异系数暂不判定:" + ";".join(said) if said else ""


def stage_summary(report: StageReport) -> str:
    """Say how a stage stands as a whole."""
    name = wording.STAGE_NAMES[report.stage]
    if not report.rows:
        return f"{name}:还没有学段数据"
    said, standard = _stage_said(report, name), load(report.standard)
    judges = standard.pass_at_least or standard.coefficient_limits or standard.composite_limits
    return f"{said};{settled_text(report.settlement)}" if judges else said


def settled_text(found: Settlement) -> str:
    """Say 已定, or 未定 with the counts of those without a last word: 「未定(未报 2 校,草稿 1 校)」."""
    counts = (
        ("未报", found.missing),
        ("草稿", found.drafts),
        ("冲突", found.conflicts),
        ("数据矛盾", found.contradicting),
    )
    said = ",".join(f"{word} {len(group)} 校" for word, group in counts if group)
    return f"未定({said})" if found.listed and said else wording.settled_word(found)


def _stage_said(report: StageReport, name: str) -> str:
    within = sum(one.settlement.so_far is Outcome.MET for one in report.indicators)
    if report.composite_limit is not None:
        composite = shown(report.composite, COEFFICIENT_DECIMALS)
        word = wording.OUTCOME_WORDS[report.composite_outcome]
        return (
            f"{name}:{len(report.rows)} 个学段;综合差异系数 {composite}(≤ {report.composite_limit:f}),{word}"
        )
    whole = f"{len(report.rows)} 个学段中 {report.passed} 个整体达标"
    stated = sum(entry.state == BY_EXPORT for entry, _ in report.rows)
    if stated:
        name += f"({stated} 个学段按上年教育事业统计测算)"
    if not load(report.standard).pass_at_least:
        whole = f"{len(report.rows)} 个学段,本标准不判学段整体"
    if all(one.limit is None for one in report.indicators):
        return f"{name}:{whole},差异系数不设限值"
    return f"{name}:{whole};差异系数 {len(report.indicators)} 项中 {within} 项在限值以内"


def school_columns(schools: Sequence[SchoolEntry], rows: Sequence[Sequence[Look | str]]) -> list[Column]:
    """Return the columns of the school-level table, wide enough for what stands in them."""
    first = {verdict.code: verdict for verdict in (schools[0].school_level if schools else ())}
    shorts = {code: load(verdict.standard).indicator(code).short for code, verdict in first.items()}
    return [Column("学校", 9)] + [
        Column(
            f"{code}\n{shorts[code]}", _letters(rows, at), right=True, help=f"{verdict.title}({verdict.unit})"
        )
        for at, (code, verdict) in enumerate(first.items(), FIRST_OF_SCHOOLS)
    ]


def _letters(rows: Sequence[Sequence[Look | str]], column: int) -> int:
    """Return how many Chinese letters the longest text of a column takes; Latin ones are half as wide."""
    cells = (row[column] for row in rows)
    texts = {each if isinstance(each, str) else each.text for each in cells}
    widths = (sum(1.0 if ord(letter) > FIRST_WIDE else LATIN_WIDTH for letter in text) for text in texts)
    return max(4, math.ceil(max(widths, default=0)))


COUNTY_COLUMNS = (
    Column("代码", 3),
    Column("指标", 13),
    Column("判定", 5),
    Column("值", 5, right=True),
    Column("要求", 10, right=True),
    Column(
        "定否",
        4,
        help="已定:有关学校都已正式上报;未定:还有未报、草稿、冲突或矛盾的数据",
    ),
    Column("说明", 20),
)


def county_rows(
    verdicts: Sequence[Verdict], marks: Marks, needle: str, *, unmet: bool
) -> tuple[list[list[Look | str]], list[Verdict]]:
    """Return the county's own items, and the verdicts as keys."""
    rows: list[list[Look | str]] = []
    keys: list[Verdict] = []
    theme = marks.theme
    for verdict in verdicts:
        if (unmet and _so_far(verdict) is not Outcome.UNMET) or not fits(needle, verdict.title, verdict.code):
            continue
        colour, word = theme.outcome_color(verdict.outcome), wording.OUTCOME_WORDS[verdict.outcome]
        stage = f"({wording.STAGE_NAMES[verdict.stage]})" if verdict.stage else ""
        said, tick = wording.sentence(verdict) or verdict.note, is_tick(verdict, county=True)
        rows.append(
            [
                verdict.code,
                Look(f"{verdict.title}{stage}", tip=verdict.title),
                Look(
                    f"{theme.outcome_mark(verdict.outcome)} {word}",
                    colour,
                    theme.outcome_tint(verdict.outcome),
                ),
                "" if tick else wording.value_text(verdict),
                "有材料" if tick else wording.threshold_text(verdict),
                settled_look(verdict.settlement, theme),
                Look(said, tip=said),
            ]
        )
        keys.append(verdict)
    return rows, keys


def _so_far(verdict: Verdict) -> Outcome:
    return verdict.settlement.so_far if verdict.settlement else verdict.outcome


def settled_look(found: Settlement | None, theme: Theme) -> Look:
    """Return 已定 or 未定 as a cell; who has not said the last word on hovering."""
    if found is None:
        return Look("")
    word = wording.settled_word(found)
    tip = ";".join((word, *settling.words(found)))
    if found.settled:
        return Look(f"{DONE} 已定", theme.good, tip=tip)
    return Look(f"{theme.outcome_mark(Outcome.UNSETTLED)} 未定", theme.warn, theme.soft_tint, tip=tip)


def school_rows(report: CountyReport, cells: Cells, marks: Marks, needle: str, *, unmet: bool) -> Rows:
    """Return the schools as wholes."""
    rows: list[list[Look | str]] = []
    keys: list[HeatPlace] = []
    for entry in report.schools:
        own = cells[report.standards[0], entry.submission, None]
        if unmet and all(each.outcome is not Outcome.UNMET for each in own):
            continue
        if fits(needle, entry.facts.name, entry.facts.code):
            rows.append([name_look(entry, marks), *(cell_look(cell, marks.theme) for cell in own)])
            keys.append(HeatPlace(entry, None, own))
    return rows, keys


def cell_look(cell: VerdictCell, theme: Theme) -> Look:
    """Return a verdict as a cell: mark, value and tint; the sentence on hovering."""
    outcome = cell.outcome
    return Look(
        f"{theme.outcome_mark(outcome)} {cell.text}".rstrip(),
        theme.outcome_color(outcome),
        theme.outcome_tint(outcome),
        tip=cell.tip,
        order=cell.order,
    )


def name_look(entry: SchoolEntry, marks: Marks) -> Look:
    """Return a school's name; a draft and an open conflict say so."""
    theme, tip = marks.theme, f"{entry.facts.code} {entry.facts.name}"
    if entry.facts.code in marks.unsettled:
        more = "有几个互不相承的上报文件,尚未裁定,暂按其中一个计入"
        return Look(f"{TROUBLE}(冲突){entry.facts.name}", theme.bad, tip=f"{tip}:{more}")
    if entry.state == BY_EXPORT:
        more = "没有上报,数字来自上年教育事业统计导出"
        return Look(f"(年报){entry.facts.name}", theme.warn, tip=f"{tip}:{more}")
    if entry.state != "final":
        return Look(f"{entry.facts.name}(草稿)", theme.warn, tip=tip)
    return Look(entry.facts.name, tip=tip)


def left_out_text(schools: Sequence[SchoolEntry], report: StageReport | None) -> str:
    """Name the schools that a stage's map leaves out by rule, and the rule: 教学点 under 50 pupils."""
    by_rule: dict[str, list[str]] = {}
    for entry in schools:
        for section in entry.sections:
            if report is not None and section.stage is report.stage and not section.counts:
                by_rule.setdefault(section.note, []).append(entry.facts.name)
    return "".join(f"{rule},未列入上表 {len(names)} 个:{_first(names)}。" for rule, names in by_rule.items())


def campuses_text(campuses: Sequence[SchoolEntry]) -> str:
    """Name the campuses and 教学点 that are counted within the school they belong to."""
    names = [each.facts.name or each.facts.code for each in campuses]
    return f"不单独计校数、已并入所属学校 {len(names)} 个:{_first(names)}。" if names else ""


def _first(names: Sequence[str]) -> str:
    return "、".join(names[:MOST_NAMED]) + ("等" if len(names) > MOST_NAMED else "")


def _section_look(section: SectionResult, theme: Theme) -> Look:
    mark, word = theme.outcome_mark(section.outcome), wording.OUTCOME_WORDS[section.outcome]
    return Look(
        f"{mark} {section.met} / {len(section.verdicts)}",
        theme.outcome_color(section.outcome),
        theme.outcome_tint(section.outcome),
        tip=f"{wording.section_text(section)};整体{word}",
        order=float(section.met),
    )


def _coefficient(one: StageIndicator, theme: Theme) -> Look:
    colour, tint = theme.outcome_color(one.outcome), theme.outcome_tint(one.outcome)
    if one.balance.coefficient is None:
        partial = shown(one.partial.coefficient, COEFFICIENT_DECIMALS)
        tip = f"按已有 {one.counted}/{one.sections} 个学段 {partial}"
        return Look(f"{theme.outcome_mark(one.outcome)} {partial}{PARTIAL_MARK}", theme.dim, tip=tip)
    value = shown(one.balance.coefficient, COEFFICIENT_DECIMALS)
    tip = ";".join((wording.settled_word(one.settlement), *settling.words(one.settlement)))
    return Look(f"{theme.outcome_mark(one.outcome)} {value}", colour, tint, tip=tip)


def _limit(limit: Decimal | None, theme: Theme) -> Look:
    return Look("" if limit is None else f"≤ {limit:f}", theme.dim)


def _composite(report: StageReport, text: str, theme: Theme) -> Look:
    if report.composite_limit is None:
        return Look(text, theme.dim)
    outcome = report.composite_outcome
    return Look(
        f"{theme.outcome_mark(outcome)} {text}", theme.outcome_color(outcome), theme.outcome_tint(outcome)
    )


def _mean(one: StageIndicator, theme: Theme) -> Look:
    if one.balance.mean is None:
        return Look(f"{shown(one.partial.mean, one.decimals)}{PARTIAL_MARK}", theme.dim)
    return Look(shown(one.balance.mean, one.decimals))


def _order(value: int | None) -> float | None:
    return None if value is None else float(value)
