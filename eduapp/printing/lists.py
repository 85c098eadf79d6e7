"""A list of a school (班级, 教师, 校舍, ...) as a table: headings, widths and totals from its spec."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from db.records.values import Unreadable, YesNo
from eduapp.printing import blocks
from eduapp.printing.fitting import ListColumn, fit
from eduapp.printing.head import BLANK
from eduapp.printing.paper_tables import Cell, Span, form_table
from eduapp.printing.sheet import render_steps
from eduapp.printing.signature import signature_box
from eduapp.standards.numbers import plain

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from db.records.spec import Field, RecordSpec
    from eduapp.printing.blocks import Block
    from eduapp.printing.fitting import Fitted
    from eduapp.printing.head import PaperHead
    from eduapp.printing.sheet import Drawn

TITLE = "登记表"
_NUMBER = "序号"
_TOTAL = "合计"
_NOT_SUMMED = frozenset({"年", "分钟", "节"})
"""Units of numbers that say something of their row alone."""
_SINGLE = frozenset({("evidence", "value")})
_BLANK_ROWS = {"portrait": 24, "landscape": 14}
_BLANK_HEIGHTS = {"portrait": 20.0, "landscape": 19.0}


def record_list(
    head: PaperHead,
    spec: RecordSpec,
    rows: Sequence[Sequence[str]] | None = None,
    *,
    complete: bool = False,
) -> bytes:
    """Return the list as a PDF; see `record_list_steps`."""
    drawing = record_list_steps(head, spec, rows, complete=complete)
    while True:
        try:
            next(drawing)
        except StopIteration as done:
            return bytes(done.value)


def record_list_steps(
    head: PaperHead,
    spec: RecordSpec,
    rows: Sequence[Sequence[str]] | None = None,
    *,
    complete: bool = False,
) -> Generator[Drawn, None, bytes]:
    """Draw the list page by page: yields after each one, returns the PDF.

    rows: the texts as shown on screen, one for each field of `spec` in its order; None prints a blank
    page of rows for the pen. complete: 「本表已填全」 is ticked. A column of numbers is summed exactly;
    one with a text that is no number has no total. Raises ValueError for a row that does not fit.
    """
    fields = list(spec.fields.values())
    if any(len(row) != len(fields) for row in rows or ()):
        msg = f"every row of {spec.name} needs {len(fields)} texts"
        raise ValueError(msg)
    fitted = fit([ListColumn(_NUMBER, 2), *(ListColumn(each.heading, each.item.chars) for each in fields)])
    paper = head.paper(f"{spec.label}{TITLE}", orientation=fitted.orientation)
    empty = [[""] * len(fields)] * _BLANK_ROWS[paper.orientation]
    body = empty if rows is None else rows
    said = "" if rows is None else _count(len(rows))
    parts: list[Block] = [
        blocks.paragraph(
            f"学校名称：{head.school or BLANK * 5}　　学校代码：{head.school_code or BLANK * 3}"
        ),
        blocks.with_next(_table(fields, fitted, body, blank=rows is None)),
        blocks.with_next(blocks.note(f"注：本表已填全 {blocks.box(complete)}。{said}")),
        blocks.with_next(blocks.gap(4)),
        signature_box(head.signatures, seal_of=head.school),
    ]
    return (yield from render_steps([(paper, parts)]))


def _count(rows: int) -> str:
    return f"共 {rows} 条记录。" if rows else "没有记录。"


def _table(fields: Sequence[Field], fitted: Fitted, body: Sequence[Sequence[str]], *, blank: bool) -> Block:
    rows: list[Sequence[str | Cell]] = [(_NUMBER, *(each.heading for each in fields))]
    rows += [(str(number), *row) for number, row in enumerate(body, 1)] or [[""] * len(fitted.widths)]
    summed = [_is_summed(each) for each in fields]
    spans: list[Span] = []
    if any(summed) and body:
        totals = ["" if blank else _total(each, [row[at] for row in body]) for at, each in enumerate(fields)]
        first = summed.index(True)
        if first:
            spans.append(Span(len(rows), 0, columns=first + 1))
        rows.append([Cell(text, bold=True) for text in (_TOTAL, *totals)])
    return form_table(
        rows,
        fitted.widths,
        spans=spans,
        align="c" + "".join(_align(each) for each in fields),
        size=fitted.size,
        row_height=_BLANK_HEIGHTS[fitted.orientation] if blank else 0.0,
        dense=True,
    )


def _align(each: Field) -> str:
    return "r" if each.item.kind.numeric else "c" if isinstance(each.item.kind, YesNo) else "l"


def _is_summed(each: Field) -> bool:
    """Whether a column has a sum that says something: pupils, hours, areas, money."""
    own = (each.record, each.name) not in _SINGLE
    return each.item.kind.numeric and each.item.unit not in _NOT_SUMMED and own


def _total(each: Field, texts: Sequence[str]) -> str:
    """Sum a column of numbers; empty for other columns and where a text is no number."""
    if not _is_summed(each):
        return ""
    total = Decimal(0)
    for text in filter(None, texts):
        try:
            value = each.item.kind.parse(text)
        except Unreadable:
            return "—"
        total += Decimal(str(value))
    return plain(total)
