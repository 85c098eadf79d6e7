"""The box at the foot of a paper that persons sign and the school or county stamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.printing import blocks
from eduapp.printing.paper_tables import Cell, Span, form_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.printing.blocks import Block

_ROW = 27.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """What is printed into the box; an empty text leaves the place for the pen."""

    filled_by: str = ""
    checked_by: str = ""
    head: str = ""
    phone: str = ""
    date: str = ""


def signature_box(values: Signatures | None = None, seal_of: str = "") -> Block:
    """Return the box with 填表人, 审核人, 负责人, 联系电话, 填表日期 and the place for the seal.

    seal_of: whose seal belongs there, printed above （盖章）. The box is never torn by a page end.
    """
    given = values or Signatures()
    date = given.date or "　　　　年　　　月　　　日"
    rows: list[list[str | Cell]] = [
        ["填表人", _value(given.filled_by), "审核人", _value(given.checked_by), _seal(seal_of)],
        ["负责人", _value(given.head), "联系电话", _value(given.phone), ""],
        ["填表日期", _value(date), "", "", ""],
    ]
    return form_table(
        rows,
        [12, 21, 12, 21, 34],
        header_rows=0,
        spans=[Span(0, 4, rows=3), Span(2, 1, columns=3)],
        row_height=_ROW,
        together=True,
    )


def signed(body: Sequence[Block], values: Signatures | None = None, seal_of: str = "") -> list[Block]:
    """Return a paper's blocks and the box under them; it takes along what it signs, never a page alone."""
    kept = [blocks.with_next(each) for each in (*body, blocks.gap(5))]
    return [*kept, signature_box(values, seal_of=seal_of)]


def _value(text: str) -> Cell:
    return Cell(text, align="c")


def _seal(seal_of: str) -> Cell:
    return Cell(f"{seal_of}\n（盖章）" if seal_of else "（盖章）", align="c")
