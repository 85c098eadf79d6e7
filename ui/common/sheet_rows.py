"""What a grid does with whole rows, and what it fills in by itself: today, the value above, a series."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from db.records.months import Month
from db.records.values import Day, Text
from eduapp.services import pasting, row_order, series
from ui.common.clipboard import from_mime
from ui.common.record_table import EDIT
from ui.common.sheet_blocks import Cell, SheetBlocks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes

SEEDS = 2
"""Cells that a series may begin with."""


class SheetRows(SheetBlocks):
    """A grid whose rows are put between others, moved, and filled."""

    # --- rows ---

    def insert_rows(self) -> None:
        """Put as many empty rows above the selected ones as are selected."""
        count = len({row for rows, _ in self.selected_blocks() for row in rows})
        self._insert([{}] * max(1, count), self.tr("插入 {0} 行"))

    def paste_rows(self) -> None:
        """Put the rows of the clipboard above the current one; nothing that stands there is written over."""
        block = from_mime(QGuiApplication.clipboard().mimeData())
        if not block or self._refuse_closed():
            return
        treated = self._without_numbers(*self._placed(block))
        if treated is not None and all(treated):
            names, lines = treated
            self._insert(pasting.block_of(names, lines), self.tr("粘贴为 {0} 个新行"))

    def rows_up(self) -> None:
        """Move the selected rows up by one."""
        self._shift(-1)

    def rows_down(self) -> None:
        """Move the selected rows down by one."""
        self._shift(1)

    # --- what is filled in ---

    def fill_today(self) -> None:
        """Write today's date into the selected cells of columns that hold dates."""
        today = datetime.datetime.now().astimezone().date()

        def text(_row: int, column: int) -> str | None:
            kind = self.table.fields[column].item.kind
            if isinstance(kind, Month):
                return f"{today:%Y-%m}"
            return today.isoformat() if isinstance(kind, Day | Text) else None

        if self._refuse_closed():
            return
        if all(text(0, column) is None for _, columns in self.selected_blocks() for column in columns):
            self.noted.emit(self.tr("这一列不填日期。"))
            return
        self._fill_in(text, self.tr("填入今天的日期"))

    def fill_above(self) -> None:
        """Write what stands above the first selected row into every selected cell of its column."""
        tops = [min(rows) for rows, _ in self.selected_blocks()]
        if not tops or min(tops) == 0 or self._refuse_closed():
            return
        above = min(tops) - 1

        def text(_row: int, column: int) -> str:
            return str(self.table.index(above, column).data(EDIT) or "")

        self._fill_in(text, self.tr("填上一行的内容"))

    def fill_series(self) -> None:
        """Go on from the first cells of each selected column: 1 3 → 5 7, 一年级 → 二年级, (1)班 → (2)班."""
        if self._refuse_closed():
            return
        texts: dict[Cell, str] = {}
        for rows, columns in self.selected_blocks():
            for column in columns:
                texts |= self._series(rows, column)
        if not texts:
            self.noted.emit(self.tr("看不出序列:请先填好第一格(或前两格),从它起选中要填的格,再按一次。"))
            return
        self._write(texts.keys(), lambda row, column: texts[row, column], self.tr("填充序列"))

    # --- inside ---

    def _series(self, rows: range, column: int) -> dict[Cell, str]:
        shown = [row for row in rows if row < len(self.table.keys)]
        filled = [self.is_filled(row, column) for row in shown[:SEEDS]]
        seeds = 2 if len(shown) > SEEDS and all(filled) else 1
        first = [str(self.table.index(row, column).data(EDIT) or "") for row in shown[:seeds]]
        kind = self.table.fields[column].item.kind
        found = series.go_on(kind, first, len(shown) - seeds) or []
        return {(row, column): text for row, text in zip(shown[seeds:], found, strict=False)}

    def _fill_in(self, text: Callable[[int, int], str | None], words: str) -> None:
        """Write into the selected cells; into the empty row as one types there."""
        index = self.currentIndex()
        if index.row() < len(self.table.keys) or self.selected_cells() > 1:
            self._write_selected(text, words)
            return
        given = text(index.row(), index.column())
        if given:
            self.table.setData(index, given)

    def _insert(self, texts: Sequence[Mapping[str, str]], words: str) -> None:
        table, record = self.table, self.table.spec.name
        if self._refuse_closed() or self._refuse_rearranged():
            return
        tops = [min(rows) for rows, _ in self.selected_blocks()]
        at = min(min(tops, default=len(table.keys)), len(table.keys))
        column = max(0, self.currentIndex().column())

        def work(book: RecordBook) -> Changes:
            return row_order.insert_rows(book, record, at, [table.defaults | dict(each) for each in texts])

        if self._run(words.format(len(texts)), work, len(table.keys) - at + len(texts)):
            self.caret.go(at, column)

    def _shift(self, step: int) -> None:
        record = self.table.spec.name
        rows = sorted(
            {row for rows, _ in self.selected_blocks() for row in rows if row < len(self.table.keys)}
        )
        if not rows or self._refuse_closed() or self._refuse_rearranged():
            return
        first, last = rows[0], rows[-1]
        if rows != list(range(first, last + 1)):
            self.noted.emit(self.tr("只能移动连在一起的行。"))
            return
        self.table.workspace.edit(lambda book: row_order.move_rows(book, record, first, last, step))

    def _refuse_rearranged(self) -> bool:
        if self.table.rearranged:
            self.noted.emit(self.tr("正在筛选或排序,行的先后不是录入的顺序。先恢复录入顺序,再插入或移动行。"))
        return self.table.rearranged
