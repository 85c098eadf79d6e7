"""指标核对表: one page for the principal to read and sign, and one for each local plan.

Each item with value, threshold, mark and what is missing, documents with their numbers, and what is
still to be mended. Where one page could not be read, it takes a second one; nothing is set smaller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from db.records.catalog import RECORDS
from db.records.choices import Stage
from db.records.values import Unread
from eduapp.printing import blocks
from eduapp.printing.head import (
    BLANK,
    FLIPPED,
    FLIPPED_NOTE,
    PLAIN_HALF_UP,
    JudgedSchool,
    PaperHead,
    citation_line,
    kind_boxes,
    prose,
    relaxed_line,
    result_text,
)
from eduapp.printing.paper_tables import UNMET_LEGEND, Cell, Span, form_table
from eduapp.printing.sheet import pages_of, render_book
from eduapp.printing.signature import signature_box
from eduapp.standards.formulas import FORMULAS
from eduapp.standards.formulas.measure import SCHOOL
from eduapp.standards.numbers import plain
from eduapp.standards.results import Outcome, Severity
from eduapp.standards.wording import (
    OUTCOME_WORDS,
    SEVERITY_WORDS,
    STAGE_NAMES,
    bare_threshold,
    rounding_flips,
    section_text,
    sentence,
    value_text,
    value_with_unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eduapp.printing.blocks import Block
    from eduapp.printing.sheet import Paper
    from eduapp.standards.results import Citation, Verdict
    from eduapp.standards.standard import Indicator, Standard

TITLE = "指标核对表"
DOCUMENT = "document"
NOT_REGISTERED = "未登记"
NOT_JUDGED = "只列数值"
_HEADINGS = ("指标", "学段", "本校数值", "标准", "结果", "还差多少、说明")
_GROUP_WIDTH, _WIDTHS = 6.8, (42, 7.5, 16, 17, 16.5, 37.5)
_DOCUMENT_HEADINGS = ("凭文件认定的项目", "结果", "文号") * 2
_DOCUMENT_WIDTHS = (46, 12, 17.5) * 2
_BLANK_DOCUMENT_WIDTHS = (42, 16, 17.5) * 2
"""Both boxes, □是 □否, stand on one line."""
_GROUPS = {"R": "资源\n配置", "G": "政府\n保障", "Q": "教育\n质量"}
_SHADED = frozenset({Outcome.UNMET, Outcome.FLOOR})
_RESULT_COLUMN = 4
_NAME, _SIGNED = 48, 20


@dataclass(frozen=True)
class _Fit:
    """How much is said: text size, characters of a remark, findings listed and their characters."""

    size: float
    remark: int
    findings: int
    finding: int


_FITS = (
    _Fit(9.0, 120, 8, 80),
    _Fit(8.5, 120, 6, 60),
    _Fit(8.0, 120, 5, 50),
    _Fit(7.5, 120, 4, 45),
    _Fit(7.5, 80, 2, 40),
    _Fit(7.5, 80, 0, 0),
    _Fit(7.2, 80, 0, 0),
)
"""What is tried for one page; 7.2 pt is the smallest that is read without a glass."""
_TWO_PAGES = (_Fit(8.5, 120, 8, 80), _Fit(8.0, 80, 4, 45))


def checklist(
    head: PaperHead, standard: Standard, judged: JudgedSchool | None = None, others: Sequence[Standard] = ()
) -> bytes:
    """Return the papers as a PDF, filled from `judged`, or blank without it.

    The first is by `standard`; each of `others` (local plans, the rules of 2012) has its own behind it.
    """
    head = _shortened(head)
    first = head.paper(standard.title + TITLE)
    parts = [(first, _fitted(first, lambda fit: list(_blocks(head, standard, judged, fit))))]
    for other in others:
        if not _items(other, judged):
            continue
        paper = head.paper(other.title + TITLE)
        parts.append((paper, list(_blocks(head, other, judged, _TWO_PAGES[0], national=False))))
    return render_book(parts)


def _fitted(paper: Paper, make: Callable[[_Fit], list[Block]]) -> list[Block]:
    """Return the blocks in the largest type that fits one page, else in the usual one on two."""
    made: list[Block] = []
    for pages, fits in ((1, _FITS), (2, _TWO_PAGES)):
        for fit in fits:
            made = make(fit)
            if pages_of(paper, made) <= pages:
                return made
    return made


def _blocks(
    head: PaperHead, standard: Standard, judged: JudgedSchool | None, fit: _Fit, *, national: bool = True
) -> Iterator[Block]:
    name = head.school or BLANK * 5
    code = head.school_code or BLANK * 3
    yield blocks.paragraph(f"学校名称：{name}　　学校代码：{code}", bold=True)
    if national:
        yield blocks.paragraph(kind_boxes(head.kind))
    items = _items(standard, judged)
    numbers = [item for item in items if item.formula != DOCUMENT]
    if numbers:
        yield _numbers(head, standard, judged, fit, numbers)
    documents = [item for item in items if item.formula == DOCUMENT]
    if documents:
        yield _documents(standard, judged, fit, documents)
    if judged is not None and national:
        yield from _conclusions(judged, fit)
    shown_values = f"{UNMET_LEGEND}{PLAIN_HALF_UP}" if judged is not None else "注："
    relaxed = relaxed_line([standard], judged.report.on if judged else None) if national else ""
    flips = judged is not None and any(rounding_flips(each) for each in _verdicts(judged, standard))
    cited = citation_line(standard, _cited(standard, judged))
    yield blocks.with_next(blocks.note(f"{shown_values}{FLIPPED_NOTE * flips}{cited}{relaxed}"))
    yield blocks.with_next(blocks.paragraph("以上数据已经核对，真实、准确。", size=fit.size + 0.5))
    yield signature_box(head.signatures, seal_of=head.school)


def _cited(standard: Standard, judged: JudgedSchool | None) -> list[tuple[str, Citation]]:
    """Return where the limits stand that are printed, by the code of their item."""
    if judged is not None:
        return [(each.code, each.citation) for each in _verdicts(judged, standard)]
    return [(each.code, each.citation) for each in _items(standard, judged)]


def _items(standard: Standard, judged: JudgedSchool | None) -> list[Indicator]:
    """Return what the standard asks of a school, in the order of the pack, as in force on the day."""
    day = judged.report.on if judged else None
    return [item for item in standard.on(day) if item.formula]


def _verdicts(judged: JudgedSchool, standard: Standard) -> Iterator[Verdict]:
    for section in judged.report.sections:
        yield from (verdict for verdict in section.verdicts if verdict.standard == standard.id)
    yield from (verdict for verdict in judged.report.school_level if verdict.standard == standard.id)


# --- items with a number ---


def _numbers(
    head: PaperHead, standard: Standard, judged: JudgedSchool | None, fit: _Fit, items: Sequence[Indicator]
) -> Block:
    rows: list[Sequence[str | Cell]] = [_HEADINGS]
    labels, spans, shaded = [""], [], []
    for indicator in items:
        start = len(rows)
        for stage, verdict in _asked(head, standard, judged, indicator):
            if verdict is not None and verdict.outcome in _SHADED:
                shaded.append((len(rows), _RESULT_COLUMN))
            cells = _row(indicator, head, stage, verdict, fit, blank=judged is None)
            rows.append(cells if len(rows) == start else ("", *cells[1:]))
            labels.append(_GROUPS.get(indicator.code[0], "") if standard.below is None else "")
        spans += [Span(start, 0, rows=len(rows) - start)] * (len(rows) - start > 1)
    if any(labels):
        return _laid(*_with_groups(rows, labels, spans, shaded), fit, blank=judged is None)
    return _laid(rows, spans, shaded, fit, blank=judged is None)


def _with_groups(
    rows: Sequence[Sequence[str | Cell]],
    labels: Sequence[str],
    spans: Sequence[Span],
    shaded: Sequence[tuple[int, int]],
) -> tuple[list[Sequence[str | Cell]], list[Span], list[tuple[int, int]]]:
    """Put the name of its group beside each run of rows."""
    wider: list[Sequence[str | Cell]] = [("类别", *rows[0])]
    joined = [replace(span, column=span.column + 1) for span in spans]
    for label, run in groupby(labels[1:]):
        first, count = len(wider), len(list(run))
        wider += [
            (Cell(label if place == first else "", bold=True), *rows[place])
            for place in range(first, first + count)
        ]
        joined += [Span(first, 0, rows=count)] * (count > 1)
    return wider, joined, [(row, column + 1) for row, column in shaded]


def _laid(
    rows: Sequence[Sequence[str | Cell]],
    spans: Sequence[Span],
    shaded: Sequence[tuple[int, int]],
    fit: _Fit,
    *,
    blank: bool,
) -> Block:
    grouped = len(rows[0]) > len(_HEADINGS)
    return form_table(
        rows,
        (_GROUP_WIDTH, *_WIDTHS) if grouped else _WIDTHS,
        spans=spans,
        align="c" * grouped + "lcrccl",
        shade_cells=shaded,
        size=fit.size,
        row_height=fit.size * 1.9 if blank else 0.0,
        dense=True,
    )


def _asked(
    head: PaperHead, standard: Standard, judged: JudgedSchool | None, indicator: Indicator
) -> Iterator[tuple[Stage | None, Verdict | None]]:
    """Yield the stages an indicator is asked for, with the verdict where there is one."""
    if judged is not None:
        own = [verdict for verdict in _verdicts(judged, standard) if verdict.code == indicator.code]
        if own:
            yield from ((each.stage, each) for each in own)
            return
    staged = FORMULAS[indicator.formula].scope != SCHOOL
    yield from ((stage, None) for stage in (head.stages if staged else (None,)))


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
    value = value_with_unit(verdict)
    if flips and not verdict.words:
        value = f"{value_text(verdict)}{flips} {verdict.unit}"
    # A shaded cell gets its mark from the table, so that it carries one and not two.
    result = OUTCOME_WORDS[verdict.outcome] if verdict.outcome in _SHADED else result_text(verdict.outcome)
    if verdict.value is not None and verdict.threshold is None:
        result = NOT_JUDGED
    # What is met needs no account of how; what is relaxed, near the edge or local is said.
    # Nor is what stands in words beside it.
    silent = verdict.outcome is Outcome.MET or (verdict.words and verdict.value is not None)
    said = replace(verdict, note="") if silent else verdict
    remark = _short(prose(sentence(said)), fit.remark)
    return (name, where, value, _limit(verdict), Cell(result, align="c"), remark)


def _limit(verdict: Verdict) -> str:
    """Return the threshold; what of it is inferred is said in full by the page of the item (指标说明)."""
    return bare_threshold(verdict) + _inferred(verdict.citation)


def _inferred(citation: Citation) -> str:
    return "(推定)" if citation.inferred else ""


def _limit_text(indicator: Indicator, head: PaperHead, stage: Stage | None) -> str:
    """Return the threshold as the pack has it; by kind, all of them while the kind is not known."""
    if not indicator.has_limit:
        return "—"
    sign = "≤" if indicator.is_upper_limit else "≥"
    limit = indicator.threshold(stage, head.kind)
    limits = sorted(set(indicator.at_most_by_kind.values())) if limit is None else [limit]
    return " / ".join(f"{sign} {plain(each)}" for each in limits) + _inferred(indicator.citation)


# --- items with a document ---


def _documents(
    standard: Standard, judged: JudgedSchool | None, fit: _Fit, items: Sequence[Indicator]
) -> Block:
    """Return the documents two to a row: the item, whether it is met, the document's number."""
    entries = [_document(standard, judged, each) for each in items]
    half = -(-len(entries) // 2)
    entries += [("", "", "", False)] * (2 * half - len(entries))
    rows: list[Sequence[str | Cell]] = [_DOCUMENT_HEADINGS]
    shaded = []
    for place, pair in enumerate(zip(entries[:half], entries[half:], strict=True), 1):
        shaded += [(place, 3 * side + 1) for side, entry in enumerate(pair) if entry[3]]
        rows.append([text for entry in pair for text in entry[:3]])
    return form_table(
        rows,
        _BLANK_DOCUMENT_WIDTHS if judged is None else _DOCUMENT_WIDTHS,
        align="lcl" * 2,
        shade_cells=shaded,
        size=fit.size,
        row_height=0.0 if judged is not None else fit.size * 1.9,
        dense=True,
        together=True,
    )


def _document(
    standard: Standard, judged: JudgedSchool | None, indicator: Indicator
) -> tuple[str, str, str, bool]:
    """Return the item, its result, the documents' numbers, and whether it fails."""
    name = f"{indicator.code} {indicator.title}"
    if judged is None:
        return (name, blocks.tick(None), "", False)
    verdict = next(
        (judgement for judgement in _verdicts(judged, standard) if judgement.code == indicator.code), None
    )
    own = [row for row in judged.data.draft.rows["evidence"].values() if row["item"] == indicator.code]
    if verdict is None or not own:
        return (name, "", NOT_REGISTERED, False)
    numbers = [str(row["number"]) for row in own if row["number"] and not isinstance(row["number"], Unread)]
    if verdict.outcome is Outcome.INSUFFICIENT:
        return (name, "", prose("；".join([*numbers, verdict.note])), False)
    failed = verdict.outcome in _SHADED
    result = OUTCOME_WORDS[verdict.outcome] if failed else result_text(verdict.outcome)
    return (name, result, "、".join(numbers), failed)


def _conclusions(judged: JudgedSchool, fit: _Fit) -> Iterator[Block]:
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
