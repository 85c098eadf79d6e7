"""指标核对表: one page for the principal to read and sign.

Each indicator with value, threshold, mark and what is missing, and what is still to be mended.
It is one A4 page whatever a school has typed: texts are shortened, and say where the rest stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import Stage
from eduapp.printing import blocks
from eduapp.printing.head import (
    BLANK,
    FLIPPED,
    FLIPPED_NOTE,
    PLAIN_HALF_UP,
    Judged,
    PaperHead,
    citation_line,
    kind_boxes,
    prose,
    relaxed_line,
    result_text,
)
from eduapp.printing.sheet import pages_of, render
from eduapp.printing.signature import signature_box
from eduapp.printing.tables import UNMET_LEGEND, Cell, Span, form_table
from eduapp.standards.numbers import plain
from eduapp.standards.results import Outcome, Severity
from eduapp.standards.wording import (
    OUTCOME_WORDS,
    SEVERITY_WORDS,
    STAGE_NAMES,
    rounding_flips,
    section_text,
    sentence,
    threshold_text,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eduapp.printing.blocks import Block
    from eduapp.standards.results import Verdict
    from eduapp.standards.standard import Indicator, Standard

TITLE = "指标核对表"
_HEADINGS = ("类别", "指标", "学段", "本校数值", "标准", "结果", "还差多少、说明")
_WIDTHS = (9, 31, 8, 17, 13, 17, 48)
_GROUPS = {"R": "资源\n配置", "G": "政府\n保障", "Q": "教育\n质量"}
_SHADED = frozenset({Outcome.UNMET, Outcome.FLOOR})
_RESULT_COLUMN = 5
_NAME, _SIGNED = 48, 20


@dataclass(frozen=True)
class _Fit:
    """How much is said: text size, characters of a remark, findings listed and their characters."""

    size: float
    remark: int
    findings: int
    finding: int


_FITS = (
    _Fit(9.0, 80, 8, 80),
    _Fit(8.5, 60, 6, 60),
    _Fit(8.0, 50, 5, 50),
    _Fit(7.5, 40, 4, 45),
    _Fit(7.0, 26, 3, 40),
    _Fit(6.5, 16, 0, 0),
)


def checklist(head: PaperHead, standard: Standard, judged: Judged | None = None) -> bytes:
    """Return the page as a PDF, filled from `judged`, or blank without it."""
    head = _shortened(head)
    paper = head.paper(standard.title + TITLE)
    made: list[Block] = []
    for fit in _FITS:
        made = list(_blocks(head, standard, judged, fit))
        if pages_of(paper, made) == 1:
            break
    return render(paper, made)


def _blocks(head: PaperHead, standard: Standard, judged: Judged | None, fit: _Fit) -> Iterator[Block]:
    name = head.school or BLANK * 5
    code = head.school_code or BLANK * 3
    yield blocks.paragraph(f"学校名称：{name}　　学校代码：{code}", bold=True)
    yield blocks.paragraph(kind_boxes(head.kind))
    yield _table(head, standard, judged, fit)
    if judged is not None:
        yield from _conclusions(judged, fit)
    shown_values = f"{UNMET_LEGEND}{PLAIN_HALF_UP}" if judged is not None else "注："
    relaxed = relaxed_line([standard], judged.report.on if judged else None)
    flips = judged is not None and any(rounding_flips(each) for each in _verdicts(judged))
    yield blocks.note(f"{shown_values}{FLIPPED_NOTE * flips}{citation_line(standard)}{relaxed}")
    yield blocks.paragraph("以上数据已经核对，真实、准确。", size=fit.size + 0.5)
    yield signature_box(head.signatures, seal_of=head.school)


def _table(head: PaperHead, standard: Standard, judged: Judged | None, fit: _Fit) -> Block:
    rows: list[Sequence[str | Cell]] = [_HEADINGS]
    spans: list[Span] = []
    shaded: list[tuple[int, int]] = []
    for letter, label in _GROUPS.items():
        first = len(rows)
        for indicator in (each for each in standard.indicators if each.code.startswith(letter)):
            start = len(rows)
            for stage, verdict in _asked(head, standard, judged, indicator):
                if verdict is not None and verdict.outcome in _SHADED:
                    shaded.append((len(rows), _RESULT_COLUMN))
                cells = _row(indicator, head, stage, verdict, fit, blank=judged is None)
                rows.append(["" if len(rows) > first else Cell(label, bold=True), *cells])
            for place in range(start + 1, len(rows)):
                rows[place] = [rows[place][0], "", *rows[place][2:]]
            spans += [Span(start, 1, rows=len(rows) - start)] * (len(rows) - start > 1)
        spans += [Span(first, 0, rows=len(rows) - first)] * (len(rows) - first > 1)
    return form_table(
        rows,
        _WIDTHS,
        spans=spans,
        align="clcrccl",
        shade_cells=shaded,
        size=fit.size,
        row_height=0.0 if judged is not None else 20.0,
        dense=True,
    )


def _asked(
    head: PaperHead, standard: Standard, judged: Judged | None, indicator: Indicator
) -> Iterator[tuple[Stage | None, Verdict | None]]:
    """Yield the stages an indicator is asked for, with the verdict where there is one."""
    stages: Sequence[Stage | None] = (None,)
    if indicator.by_stage:
        stages = head.stages
        if judged is not None and judged.report.sections:
            stages = [section.stage for section in judged.report.sections]
    for stage in stages:
        yield stage, judged.verdict(standard.id, indicator.code, stage) if judged else None


def _row(
    indicator: Indicator,
    head: PaperHead,
    stage: Stage | None,
    verdict: Verdict | None,
    fit: _Fit,
    *,
    blank: bool,
) -> tuple[str | Cell, ...]:
    name = f"{indicator.code} {indicator.title}"
    where = STAGE_NAMES[stage] if stage else "全校"
    if verdict is None:
        return (name, where, "", _limit_text(indicator, head, stage), blocks.tick(None) if blank else "", "")
    flips = FLIPPED if rounding_flips(verdict) else ""
    value = f"{value_text(verdict)}{flips} {verdict.unit}" if verdict.value is not None else "—"
    # A shaded cell gets its mark from the table, so that it carries one and not two.
    result = OUTCOME_WORDS[verdict.outcome] if verdict.outcome in _SHADED else result_text(verdict.outcome)
    remark = _short(prose(sentence(verdict)), fit.remark)
    return (name, where, value, threshold_text(verdict), Cell(result, align="c"), remark)


def _limit_text(indicator: Indicator, head: PaperHead, stage: Stage | None) -> str:
    """Return the threshold as the pack has it; by kind, all of them while the kind is not known."""
    sign = "≤" if indicator.is_upper_limit else "≥"
    limit = indicator.threshold(stage, head.kind)
    if limit is not None:
        return f"{sign} {plain(limit)}"
    return " / ".join(f"{sign} {plain(each)}" for each in sorted(set(indicator.at_most_by_kind.values())))


def _verdicts(judged: Judged) -> Iterator[Verdict]:
    for section in judged.report.sections:
        yield from section.verdicts
    yield from judged.report.school_level


def _conclusions(judged: Judged, fit: _Fit) -> Iterator[Block]:
    report = judged.report
    sections = "；".join(
        f"{section_text(section)}（综合：{OUTCOME_WORDS[section.outcome]}）"
        if section.outcome is not Outcome.NOT_APPLICABLE
        else section_text(section)
        for section in report.sections
    )
    if sections:
        yield blocks.paragraph(f"资源配置　{prose(sections)}", size=fit.size + 0.5, bold=True)
    open_ones = report.open_findings
    counts = "，".join(
        f"{SEVERITY_WORDS[severity]} {sum(each.severity is severity for each in open_ones)} 项{todo}"
        for severity, todo in ((Severity.HARD, "待修改"), (Severity.SOFT, "待修改或说明"))
    )
    given = len(report.findings) - len(open_ones)
    explained = f"；已说明 {given} 项" if given else ""
    yield blocks.paragraph(f"数据校验　{counts}{explained}", size=fit.size + 0.5, bold=True)
    listed = open_ones[: fit.findings]
    for number, each in enumerate(listed, 1):
        text = f"{number}. 【{SEVERITY_WORDS[each.severity]}】{RECORDS[each.record].label}：{each.text}"
        yield blocks.note(_short(prose(text), fit.finding))
    if len(open_ones) > len(listed):
        yield blocks.note(f"另有 {len(open_ones) - len(listed)} 项，见“检查”页。")


def _shortened(head: PaperHead) -> PaperHead:
    """Return the head with texts that leave room for the page's matter."""
    given = head.signatures
    return replace(
        head,
        school=_short(head.school, _NAME),
        school_code=_short(head.school_code, _SIGNED),
        signatures=replace(
            given,
            filled_by=_short(given.filled_by, _SIGNED),
            checked_by=_short(given.checked_by, _SIGNED),
            head=_short(given.head, _SIGNED),
            phone=_short(given.phone, _SIGNED),
            date=_short(given.date, _SIGNED),
        ),
    )


def _short(text: str, most: int) -> str:
    """Return `text` with at most `most` characters, an ellipsis saying that there is more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
