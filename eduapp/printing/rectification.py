"""整改台账 on paper, A4 across: each line with what is judged of it now and its state, to be signed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from eduapp.printing import blocks
from eduapp.printing.fonts import UNMET
from eduapp.printing.head import BLANK, PaperHead, prose
from eduapp.printing.paper_tables import form_table
from eduapp.printing.sheet import Paper, render
from eduapp.printing.signature import Signatures, signature_box
from eduapp.standards.rectification import STATE_WORDS, LineState, RectificationLine, item_words
from eduapp.standards.wording import STAGE_NAMES

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from eduapp.printing.blocks import Block
    from eduapp.standards.county.report import CountyReport

TITLE, COUNTY_TITLE = "问题整改台账", "县级问题整改台账"
RULE = (
    "问题 → 措施 → 责任人 → 期限 → 销号。填了完成日期，并且引起整改的指标现已达标(或不再适用)的，才是已销号；"
    "填了完成日期而指标仍未达标的为待核。"
)
_HEADINGS = (
    "序号",
    "指标",
    "学段",
    "问题",
    "整改措施",
    "责任人",
    "整改期限",
    "完成日期",
    "现在的判定",
    "状态",
)
_WIDTHS = (2.2, 6, 2.6, 14, 12, 4, 5.6, 5.6, 11, 4)
_SCHOOL_WIDTH = 7
_ALIGN = "clclllccll"
_SIZE = 8.5
_BLANK_ROWS, _BLANK_HEIGHT = 11, 24.0
_OPEN_STATES = frozenset({LineState.OVERDUE, LineState.UNPROVED})
"""States that are marked: somebody has to look at them."""


def rectification(
    head: PaperHead, lines: Sequence[RectificationLine], on: datetime.date | None, *, blank: bool = False
) -> bytes:
    """Return the ledger of a school as a PDF; `on` is the day that told 逾期; blank is for the pen."""
    paper = head.paper(TITLE, orientation="landscape")
    whose = f"学校名称：{head.school or BLANK * 5}　　学校代码：{head.school_code or BLANK * 3}"
    if blank:
        return render(paper, [*_lead(whose), *_blank(), *_foot(head.signatures, head.school)])
    body = _body(lines, on, school=False)
    return render(paper, [*_lead(whose), *body, *_foot(head.signatures, head.school)])


def county_rectification(
    report: CountyReport,
    own: Sequence[RectificationLine],
    schools: Sequence[RectificationLine],
    *,
    qr: str = "",
) -> bytes:
    """Return the county's ledger as a PDF: its own lines, then those of its schools' ledgers.

    qr: the text of the QR code on each page, as `Paper` has it.
    """
    paper = Paper(
        title=COUNTY_TITLE,
        subject=f"{report.name}（{report.code}）",
        year=f"{report.year} 学年",
        orientation="landscape",
        code=report.fingerprint,
        code_label=report.fingerprint_label,
        qr=qr,
        practice=report.practice,
    )
    parts = _lead(f"区县：{report.name}　　{report.coverage}")
    parts += [blocks.heading("一、县级台账"), *_body(own, report.on, school=True)]
    parts += [blocks.heading("二、各校台账(按上报文件)"), *_body(schools, report.on, school=True)]
    note = "注：责任人是个人信息，不随上报文件上传，各校台账的责任人见学校存档。"
    return render(paper, [*parts, blocks.with_next(blocks.note(note)), *_foot(Signatures(), report.name)])


def _lead(whose: str) -> list[Block]:
    return [blocks.paragraph(whose), blocks.note(RULE)]


def _body(lines: Sequence[RectificationLine], on: datetime.date | None, *, school: bool) -> list[Block]:
    counts = Counter(line.state for line in lines)
    said = "，".join(f"{STATE_WORDS[state]} {counts[state]} 条" for state in LineState if counts[state])
    parts: list[Block] = [blocks.paragraph(f"共 {len(lines)} 条{f'：{said}' if said else ''}。")]
    headings, widths, align = _layout(school=school)
    rows: list[Sequence[str]] = [headings]
    rows += [_row(number, line, school=school) for number, line in enumerate(lines, 1)]
    if not lines:
        rows.append(["", "无", *([""] * (len(headings) - 2))])
    last = len(headings) - 1
    marked = {(at, last) for at, line in enumerate(lines, 1) if line.state in _OPEN_STATES}
    table = form_table(rows, widths, align=align, shade_cells=marked, size=_SIZE, dense=True)
    parts.append(blocks.with_next(table))
    if on is not None:
        legend = f"注：逾期按 {on.isoformat()} 判定；加底纹并标“{UNMET}”的为逾期或待核。"
        parts.append(blocks.with_next(blocks.note(legend)))
    return parts


def _layout(*, school: bool) -> tuple[list[str], list[float], str]:
    headings, widths, align = list(_HEADINGS), list(_WIDTHS), _ALIGN
    if school:
        headings.insert(1, "学校")
        widths.insert(1, _SCHOOL_WIDTH)
        align = f"{align[0]}l{align[1:]}"
    return headings, [float(each) for each in widths], align


def _row(number: int, line: RectificationLine, *, school: bool) -> list[str]:
    days = ("" if day is None else day.isoformat() for day in (line.deadline, line.done))
    stage = STAGE_NAMES[line.stage] if line.stage else ""
    texts = [item_words(line.item), stage, line.problem, line.measure, line.owner]
    row = [str(number), *map(prose, texts), *days, prose(line.now), STATE_WORDS[line.state]]
    if school:
        row.insert(1, line.school or "县级")
    return row


def _blank() -> list[Block]:
    headings, widths, align = _layout(school=False)
    rows = [headings, *([""] * len(headings) for _ in range(_BLANK_ROWS))]
    return [blocks.with_next(form_table(rows, widths, align=align, size=_SIZE, row_height=_BLANK_HEIGHT))]


def _foot(signatures: Signatures, seal_of: str) -> list[Block]:
    return [blocks.with_next(blocks.gap(4)), signature_box(signatures, seal_of=seal_of)]
