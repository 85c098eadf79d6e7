"""教基 forms to copy from: on paper, as a spreadsheet in the layout of the statistics' own tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eduapp.services import statistics_forms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eduapp.exchange.spreadsheets import Entry
    from eduapp.printing.printed_ledger import PrintedLedger
    from eduapp.services.books import SchoolBook
    from eduapp.services.statistics_forms import Form

PREFIX: Final = "statistics:"
_BASIS: Final = (
    "由本校的班级、教师等记录和填报合计算出,供抄录到教育事业统计各表,"
    "统计时点为 9 月 1 日。空格是本程序不知道的,不是 0。"
)


def papers() -> tuple[tuple[str, str], ...]:
    """Return (name, title) of each form."""
    return tuple(
        (f"{PREFIX}{statistics_forms.short_number(each['number'])}", f"{each['number']} {each['title']}")
        for each in statistics_forms.declared()
    )


def content(book: SchoolBook, name: str) -> PrintedLedger:
    """Return a form as it is printed; raises Problem `form-unknown`."""
    from eduapp.printing.fitting import ListColumn  # noqa: PLC0415 - of this paper alone
    from eduapp.printing.printed_ledger import LedgerTable, PrintedLedger  # noqa: PLC0415 - as above

    (form,) = statistics_forms.forms(book, name.removeprefix(PREFIX))
    columns = (
        ListColumn("指标名称", 8),
        *(ListColumn(label, max(2, min(4, len(label))), "r") for label in form.columns),
    )
    rows = tuple((line.label, *(_text(cell.value) for cell in line.cells)) for line in form.lines)
    table = LedgerTable(columns, rows, numbered=False)
    return PrintedLedger(f"{form.number} {form.title}", _BASIS, (table,), notes=form.notes)


def write_forms(book: SchoolBook, path: Path, number: str = "") -> tuple[Form, ...]:
    """Write the forms as a spreadsheet, a sheet each; raises Problem `form-unknown` and those of writing."""
    from eduapp.exchange.spreadsheets import SheetColumn, SheetTable, write_workbook  # noqa: PLC0415 - half a second

    found = statistics_forms.forms(book, number)
    tables = []
    for form in found:
        head, *lines = form.table
        blank = [None] * (len(head) - 1)
        title = [f"{form.number} {form.title}", *blank]
        rows: list[Sequence[Entry]] = [title, head, ["甲", *range(1, len(head))], *lines]
        tall = len(rows)
        rows += [[note, *blank] for note in form.notes]
        columns = (SheetColumn(28), *(SheetColumn(max(6, 2 * len(str(label)) + 2)) for label in head[1:]))
        wide = (1, *range(tall + 1, len(rows) + 1))
        merged = tuple((at, 1, at, len(head)) for at in wide)
        tables.append(SheetTable(form.number, columns, rows, header_rows=3, merged=merged, landscape=True))
    write_workbook(path, tables)
    return found


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
