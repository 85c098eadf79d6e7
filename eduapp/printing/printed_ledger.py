"""A ledger (台账) on paper: what is selected or added up from the lists, with its basis and its sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eduapp.printing import blocks
from eduapp.printing.fitting import ListColumn, fit
from eduapp.printing.fonts import UNMET
from eduapp.printing.head import BLANK
from eduapp.printing.paper_tables import Cell, form_table
from eduapp.printing.sheet import render
from eduapp.printing.signature import signature_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eduapp.printing.blocks import Block
    from eduapp.printing.fitting import Fitted
    from eduapp.printing.head import PaperHead

_NUMBER = ListColumn("序号", 2, "c")
_BLANK_ROWS = {"portrait": 22, "landscape": 12}
_BLANK_HEIGHT = 20.0


@dataclass(frozen=True)
class LedgerTable:
    """One table of a ledger. `rows` hold a text a column; `unmet` are (row, column), both from 0.

    `totals` is the last row, a text a column; none when there is nothing to add up.
    """

    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    totals: tuple[str, ...] = ()
    heading: str = ""
    unmet: frozenset[tuple[int, int]] = frozenset()
    numbered: bool = True


@dataclass(frozen=True)
class PrintedLedger:
    """What a ledger says: its rule above, its tables (the main one first), its remarks below."""

    title: str
    basis: str
    tables: tuple[LedgerTable, ...]
    facts: tuple[str, ...] = ()
    """Sentences with this school's numbers, between the rule and the table; not on a blank form."""
    notes: tuple[str, ...] = ()
    unmet: str = ""
    """What the marked cells are: 「还差学时」."""


def ledger(head: PaperHead, content: PrintedLedger, *, blank: bool = False) -> bytes:
    """Return a ledger as a PDF; blank prints the main table's headings over empty rows for the pen.

    Raises ValueError for a row that does not fit its columns.
    """
    main = content.tables[0]
    fitted = fit(_columns(main))
    paper = head.paper(content.title, orientation=fitted.orientation)
    parts: list[Block] = [
        blocks.paragraph(
            f"学校名称：{head.school or BLANK * 5}　　学校代码：{head.school_code or BLANK * 3}"
        ),
        blocks.note(content.basis),
    ]
    if blank:
        empty = tuple(("",) * len(main.columns) for _ in range(_BLANK_ROWS[fitted.orientation]))
        parts.append(_table(LedgerTable(main.columns, empty, numbered=main.numbered), fitted, _BLANK_HEIGHT))
    else:
        parts += [blocks.paragraph(each) for each in content.facts]
        for table in content.tables:
            parts += [blocks.heading(table.heading)] if table.heading else []
            laid_out = _table(table, fitted if table is main else fit(_columns(table)))
            parts.append(blocks.with_next(laid_out))
        if any(table.unmet for table in content.tables):
            legend = f"注：加底纹并标“{UNMET}”的，为{content.unmet}。"
            parts.append(blocks.with_next(blocks.note(legend)))
        parts += [blocks.with_next(blocks.note(f"注：{each}")) for each in content.notes]
    parts += [blocks.with_next(blocks.gap(4)), signature_box(head.signatures, seal_of=head.school)]
    return render(paper, parts)


def _columns(table: LedgerTable) -> tuple[ListColumn, ...]:
    return (_NUMBER, *table.columns) if table.numbered else table.columns


def _table(table: LedgerTable, fitted: Fitted, row_height: float = 0.0) -> Block:
    columns, shift = _columns(table), int(table.numbered)
    rows: list[Sequence[str | Cell]] = [[each.heading for each in columns]]
    for number, row in enumerate(table.rows, 1):
        rows.append([str(number), *row] if table.numbered else row)
    if not table.rows:
        rows.append(["无" if at == shift else "" for at in range(len(columns))])
    if table.totals:
        lead = ["合计"] if table.numbered else []
        rows.append([Cell(text, bold=True) for text in (*lead, *table.totals)])
    return form_table(
        rows,
        fitted.widths,
        align="".join(each.align for each in columns),
        shade_cells={(row + 1, column + shift) for row, column in table.unmet},
        size=fitted.size,
        row_height=row_height,
        dense=True,
    )
