"""What is done to the selected cells and rows of a grid: paste, fill, clear, delete.

Only what is seen selected is touched: neither cells between two selected ones, nor hidden columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication

from db.records.edits import SetCell
from eduapp.services import entry, pasted_blocks, pasting
from ui.common import numbers_question
from ui.common.clipboard import Block, from_mime
from ui.common.record_table import EDIT, RecordTable
from ui.common.sheet_view import SheetView
from ui.common.workspace import ChangesCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtWidgets import QWidget

    from db.records.values import Cell as Value
    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes
    from ui.common.theme import Theme

Cell = tuple[int, int]
LONG_PASTE = 100
"""Rows from which on a bulk act runs as a job."""
ASKED_FROM = 10
"""Rows from which on deleting asks."""
NAMED = 3
"""Rows that the question names."""


class SheetBlocks(SheetView):
    """A grid over a RecordTable whose selected cells are changed as a block."""

    noted = Signal(str)
    """One sentence for the page's line: what of a paste did not fit, why nothing happened."""
    done = Signal(str)
    """What a bulk act changed: it can be taken back at once."""
    long_job = Signal(str, object, object)
    """(text, function, done): work that must not run in the window's thread."""
    table: RecordTable

    def __init__(self, model: RecordTable, theme: Theme, parent: QWidget | None = None) -> None:
        """Show a table."""
        super().__init__(theme, parent)
        self.table = model

    # --- blocks ---

    def paste(self) -> None:
        """Paste the clipboard's block from the current cell on; a heading row places its columns."""
        block = from_mime(QGuiApplication.clipboard().mimeData())
        if not block or not self.currentIndex().isValid():
            return
        if self._refuse_closed():
            return
        cells = self.selected_cells()
        rows, columns = self.selected_area()
        if len(block) == 1 and len(block[0]) == 1 and cells > 1:
            treated = self._without_numbers([self.table.fields[columns[0]].name], block)
            if treated is not None:
                text = treated[1][0][0]
                self._write_selected(lambda _row, _column: text, self.tr("粘贴"))
            return
        treated = self._without_numbers(*self._placed(block))
        if treated is None or not all(treated):
            return
        names, block = treated
        first = min(rows) if rows else self.currentIndex().row()
        if self.table.rearranged:
            self._paste_filtered(first, names, block)
        else:
            self._paste(first, names, block)

    def cut(self) -> None:
        """Copy the selected cells and empty them."""
        self.copy()
        self.clear_cells()

    def fill_down(self) -> None:
        """Copy the first row of each selected block into those below; into a single one, the one above."""
        if self._refuse_closed():
            return
        texts: dict[Cell, str] = {}
        for rows, columns in self.selected_blocks():
            source = rows[0] if len(rows) > 1 else rows[0] - 1
            if source < 0:
                continue
            for column in columns:
                above = str(self.table.index(source, column).data(EDIT) or "")
                texts |= {(row, column): above for row in (rows[1:] if len(rows) > 1 else rows)}
        self._write(texts.keys(), lambda row, column: texts[row, column], self.tr("向下填充"))

    def fill_same(self) -> None:
        """Write what stands in the current cell into every selected cell."""
        index = self.currentIndex()
        if self.selected_cells() > 1 and not self._refuse_closed():
            text = str(index.data(EDIT) or "")
            self._write_selected(lambda _row, _column: text, self.tr("填入选中的格"))

    def clear_cells(self) -> None:
        """Empty the selected cells."""
        if not self._refuse_closed():
            self._write_selected(lambda _row, _column: "", self.tr("清除内容"))

    def delete_rows(self) -> None:
        """Delete the selected rows; many are asked for first, undo brings them back."""
        rows = sorted({row for rows, _ in self.selected_blocks() for row in rows})
        keys = [self.table.keys[row] for row in rows if row < len(self.table.keys)]
        if not keys or self._refuse_closed() or not self._sure_of(keys):
            return
        record = self.table.spec.name
        words = self.tr("删除 {0} 行").format(len(keys))
        self._run(words, lambda book: entry.delete_rows(book, record, keys), len(keys))

    # --- what is selected ---

    def is_filled(self, row: int, column: int) -> bool:
        return self.table.is_filled(row, column)

    def last_row_of_data(self) -> int:
        return len(self.table.keys) - 1

    # --- inside ---

    def _without_numbers(self, names: list[str], block: Block) -> tuple[list[str], Block] | None:
        """Ask what goes on of identity and mobile numbers in a block; None: nothing is pasted."""
        record = self.table.spec.name
        found = pasting.numbered(record, pasting.block_of(names, block))
        if not found:
            return names, block
        keep = numbers_question.ask(found, self.window())
        return None if keep is None else pasting.block_kept(record, names, block, keep)

    def _placed(self, block: Block) -> tuple[list[str], Block]:
        """Return the fields of the block's columns and the block without its heading and strays."""
        visible = [c for c in range(self.table.columnCount()) if not self.isColumnHidden(c)]
        placed = pasted_blocks.placed(self.table.spec.name, block)
        if placed is not None:
            if placed.unknown:
                self.noted.emit(self.tr("没有这些列,未粘贴:{0}").format("、".join(placed.unknown)))
            elif placed.left:
                self.noted.emit(self.tr("{0} 行是合计、说明或表头,未粘贴").format(placed.left))
            return placed.fields, placed.lines
        start = self.selected_area()[1] or [self.currentIndex().column()]
        columns = [c for c in visible if c >= start[0]]
        widest = max(len(line) for line in block)
        if widest > len(columns):
            self.noted.emit(self.tr("粘贴的内容比表格多 {0} 列,多出的未粘贴").format(widest - len(columns)))
        names = [self.table.fields[c].name for c in columns[:widest]]
        return names, [line[: len(names)] for line in block]

    def _paste(self, first: int, names: Sequence[str], block: Block) -> None:
        record = self.table.spec.name

        def work(book: RecordBook) -> Changes:
            return entry.paste(book, record, first, names, block)

        self._run(self.tr("粘贴 {0} 行").format(len(block)), work, len(block))

    def _paste_filtered(self, first: int, names: Sequence[str], block: Block) -> None:
        shown = len(self.table.keys)
        if first + len(block) > shown:
            self.noted.emit(self.tr("正在筛选或排序:粘贴的行多于显示的行。请先显示全部,再粘贴。"))
            return
        columns = [self.table.place_of(self.table.keys[first], name).column() for name in names]

        def text(row: int, column: int) -> str | None:
            line, place = block[row - first], columns.index(column)
            return line[place] if place < len(line) else None

        self._write(
            [(first + down, column) for down in range(len(block)) for column in columns],
            text,
            self.tr("粘贴 {0} 行").format(len(block)),
        )

    def _write_selected(self, text: Callable[[int, int], str | None], words: str) -> bool:
        cells = [(row, c) for rows, columns in self.selected_blocks() for row in rows for c in columns]
        return self._write(cells, text, words)

    def _write(self, cells: Iterable[Cell], text: Callable[[int, int], str | None], words: str) -> bool:
        """Write `text(row, column)` into cells that exist; None leaves one alone. False: it was refused."""
        fields, record, keys = self.table.fields, self.table.spec.name, self.table.keys
        places = [(keys[row], fields[c].name, row, c) for row, c in dict.fromkeys(cells) if row < len(keys)]
        if not places:
            return True

        def work(book: RecordBook) -> Changes:
            typed = ((key, name, text(row, column)) for key, name, row, column in places)
            read: list[tuple[str, str, str, Value]] = [
                (record, key, name, entry.read(book, record, name, each))
                for key, name, each in typed
                if each is not None
            ]
            return entry.set_cells(book, read, words)

        return self._run(words, work, len({row for _, _, row, _ in places}))

    def _run(self, words: str, work: Callable[[RecordBook], Changes], size: int) -> bool:
        """Write a bulk act, a large one by a job; then say what it changed and bring it into sight."""
        workspace = self.table.workspace
        if size < LONG_PASTE:
            before = workspace.undo_stack.index()
            written = workspace.edit(work)
            if written and workspace.undo_stack.index() != before:
                self._tell_done(words)
            return written
        if not workspace.ready(lambda: self._run(words, work, size)):
            return False

        def done(changes: Changes) -> None:
            workspace.adopt(changes)
            self._tell_done(words)

        self.long_job.emit(words, lambda: work(workspace.book), done)
        return True

    def _tell_done(self, words: str) -> None:
        stack = self.table.workspace.undo_stack
        command = stack.command(stack.index() - 1)
        edits = command.changes.edits if isinstance(command, ChangesCommand) else ()
        cells = sum(isinstance(each, SetCell) for each in edits)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        if len(edits) > 1:
            self.done.emit(self.tr("{0}:改了 {1} 格").format(words, cells) if cells == len(edits) else words)

    def _sure_of(self, keys: Sequence[str]) -> bool:
        """Ask before many rows go; whether they shall."""
        if len(keys) < ASKED_FROM:
            return True
        from ui.common.deleting_question import ask  # noqa: PLC0415 - few acts ask

        names = [str(self.table.index(self.table.keys.index(key), 0).data() or "") for key in keys[:NAMED]]
        return ask(self.window(), len(keys), [each for each in names if each])

    def _refuse_closed(self) -> bool:
        if self.table.workspace.book.approved:
            self._say_closed()
            return True
        return False

    def _say_closed(self) -> None:
        self.noted.emit(self.tr("已审核通过,数据不能再改。需要修改时,先到「上报」页取消审核。"))
