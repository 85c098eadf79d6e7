"""A grid for typing into the rows of a record: type over, paste, fill, clear, add and delete rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from eduapp.services import entry, pasted_blocks, pasting
from ui.common import numbers_question
from ui.common.cell_painter import CellPainter
from ui.common.clipboard import Block, from_mime
from ui.common.editors import CellEditor, OptionsEditor, editor_for, leaving_key
from ui.common.plain import Menu
from ui.common.plain_heading import PlainHeading
from ui.common.record_table import EDIT, RecordTable
from ui.common.sheet_view import SheetView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from db.records.values import Cell
    from eduapp.services.books import RecordBook
    from eduapp.services.changes import Changes
    from ui.common.theme import Theme

    Index = QModelIndex | QPersistentModelIndex

MAX_WIDTH = 12
"""Widest column in full-width characters."""
MIN_SEEN = 12
"""Pixels of the first column that no longer say who a row is about."""
LONG_PASTE = 100
"""Rows from which on a paste runs as a job."""
HINTS = QAbstractItemDelegate.EndEditHint


class SheetDelegate(CellPainter):
    """Makes the editor of a cell's kind and leaves it as a spreadsheet does."""

    left = Signal(int, int)
    """(rows, columns) to move by after the text was written."""

    def __init__(self, view: QTableView, table: RecordTable) -> None:
        """Make the editors of one grid."""
        super().__init__(view, table)
        self._table = table

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        if not isinstance(model, RecordTable):
            return super().createEditor(parent, option, index)
        column = index.column()
        editor = editor_for(model.fields[column].item, model.titles, parent, offered=model.options(column))
        editor.setFrame(False)
        if isinstance(editor, OptionsEditor):
            editor.chosen.connect(lambda: self._leave(editor, (0, 0)))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, CellEditor):
            editor.setText(str(index.data(EDIT) or ""))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, CellEditor):
            model.setData(index, editor.taken, EDIT)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)  # type: ignore[attr-defined]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, CellEditor):
            step = leaving_key(watched, event)
            if step is not None:
                self._leave(watched, step)
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._key(watched, event)
        return super().eventFilter(watched, event)

    def _key(self, editor: CellEditor, event: QEvent) -> bool:
        """Let the editor have every other key; Escape closes its list first, then the editor."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.closeEditor.emit(editor, HINTS.RevertModelCache)
            return True
        return False

    def _leave(self, editor: CellEditor, step: tuple[int, int]) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, HINTS.NoHint)
        if not self._table.refused:
            self.left.emit(*step)


class SheetEditor(SheetView):
    """A grid over a RecordTable."""

    noted = Signal(str)
    """One sentence for the page's line: what of a paste did not fit, why nothing happened."""
    long_job = Signal(str, object, object)
    """(text, function, done): work that must not run in the window's thread."""

    def __init__(self, model: RecordTable, theme: Theme, parent: QWidget | None = None) -> None:
        """Make a grid for typing."""
        super().__init__(theme, parent)
        self._typed = False
        self.table = model
        self.setHorizontalHeader(PlainHeading(theme, self))
        self.setModel(model)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.AnyKeyPressed)
        delegate = SheetDelegate(self, model)
        delegate.left.connect(self.move_by)
        self.setItemDelegate(delegate)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        for column, width in enumerate(model.widths(self.font(), MAX_WIDTH)):
            self.setColumnWidth(column, width)
        self.verticalHeader().setMinimumWidth(36)
        self.horizontalScrollBar().valueChanged.connect(self._name_rows)

    def _name_rows(self) -> None:
        """Name the rows beside their numbers while the first column is scrolled out of sight."""
        gone = self.columnViewportPosition(0) + self.columnWidth(0) <= MIN_SEEN
        if not self.isColumnHidden(0) and self.table.name_rows(on=gone):
            self.updateGeometries()

    # --- keys ---

    def event(self, event: QEvent) -> bool:
        """What is typed is text: a letter without a key of its own would be taken for a shortcut, and lost.

        Writing pads, remote controls and some input methods of Windows send such letters (VK_PACKET).
        """
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_text(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        key, matches = event.key(), event.matches
        if matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif matches(QKeySequence.StandardKey.Cut):
            self.copy()
            self.clear_cells()
        elif control and key == Qt.Key.Key_D:
            self.fill_down()
        elif control and key == Qt.Key.Key_Minus:
            self.delete_rows()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.clear_cells()
        elif key == Qt.Key.Key_F2:
            self._edit_inside()
        elif self._closed(event):
            self._say_closed()
        else:
            self._typed = bool(event.text().strip())
            super().keyPressEvent(event)
            self._typed = False

    def edit(self, index, trigger=None, event=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Open a cell's editor; one opened by a key is left by the arrow keys."""
        if trigger is None:
            super().edit(index)
            return None
        opened = super().edit(index, trigger, event)
        editor = self.indexWidget(index)
        if opened and isinstance(editor, CellEditor) and self._typed:
            editor.typed_over = True
        return opened

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Close an editor whose text was written or given up; one that was refused stays, with its text."""
        if self.table.refused and hint != HINTS.RevertModelCache:
            place = QPersistentModelIndex(self.indexAt(editor.geometry().center()))
            QTimer.singleShot(0, self, lambda: self._return_to(place))
            return
        self.table.refused = False
        super().closeEditor(editor, hint)

    def _return_to(self, place: QPersistentModelIndex) -> None:
        """Go back to the editor that stayed open, unless its page is left."""
        index = self.model().index(place.row(), place.column())
        editor = self.indexWidget(index)
        if isinstance(editor, CellEditor) and editor.isVisible():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            editor.setFocus()

    # --- blocks ---

    def paste(self) -> None:
        """Paste the clipboard's block from the current cell on; a heading row places its columns."""
        block = from_mime(QGuiApplication.clipboard().mimeData())
        if not block or not self.currentIndex().isValid():
            return
        if self._refuse_closed():
            return
        rows, columns = self.selected_area()
        if len(block) == 1 and len(block[0]) == 1 and len(rows) * len(columns) > 1:
            treated = self._without_numbers([self.table.fields[columns[0]].name], block)
            if treated is not None:
                text = treated[1][0][0]
                self._write(rows, columns, lambda _row, _column: text, self.tr("粘贴"))
            return
        treated = self._without_numbers(*self._placed(block))
        if treated is None or not all(treated):
            return
        names, block = treated
        first = min(rows) if rows else self.currentIndex().row()
        if self.table.filtered:
            self._paste_filtered(first, names, block)
        else:
            self._paste(first, names, block)

    def fill_down(self) -> None:
        """Copy the first selected row into the rows below; of a single cell, the one above into it."""
        rows, columns = self.selected_area()
        if not rows or self._refuse_closed():
            return
        source = rows[0] if len(rows) > 1 else rows[0] - 1
        targets = rows[1:] if len(rows) > 1 else rows
        if source < 0:
            return
        texts = {c: str(self.table.index(source, c).data(EDIT) or "") for c in columns}
        self._write(targets, columns, lambda _row, column: texts[column], self.tr("向下填充"))

    def clear_cells(self) -> None:
        """Empty the selected cells."""
        rows, columns = self.selected_area()
        if rows and not self._refuse_closed():
            self._write(rows, columns, lambda _row, _column: "", self.tr("清除内容"))

    def delete_rows(self) -> None:
        """Delete the selected rows; undo brings them back."""
        rows, _ = self.selected_area()
        keys = [self.table.keys[row] for row in rows if row < len(self.table.keys)]
        if keys and not self._refuse_closed():
            record = self.table.spec.name
            self.table.workspace.edit(lambda book: entry.delete_rows(book, record, keys))

    def add_row(self) -> None:
        """Go to the empty row at the end."""
        self.go_to(self.table.index(self.table.rowCount() - 1, 0))

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
            self.noted.emit(self.tr("正在筛选:粘贴的行多于显示的行。请先显示全部,再粘贴。"))
            return
        columns = [self.table.place_of(self.table.keys[first], name).column() for name in names]

        def text(row: int, column: int) -> str | None:
            line, place = block[row - first], columns.index(column)
            return line[place] if place < len(line) else None

        self._write(
            range(first, first + len(block)), columns, text, self.tr("粘贴 {0} 行").format(len(block))
        )

    def _write(
        self, rows: range, columns: Sequence[int], text: Callable[[int, int], str | None], words: str
    ) -> None:
        """Write `text(row, column)` into cells that exist; None leaves a cell alone."""
        fields, record = self.table.fields, self.table.spec.name
        keys = {row: self.table.keys[row] for row in rows if row < len(self.table.keys)}

        def work(book: RecordBook) -> Changes:
            typed = ((key, fields[c].name, text(row, c)) for row, key in keys.items() for c in columns)
            read: list[tuple[str, str, str, Cell]] = [
                (record, key, name, entry.read(book, record, name, each))
                for key, name, each in typed
                if each is not None
            ]
            return entry.set_cells(book, read, words)

        self._run(words, work, len(keys))

    def _run(self, words: str, work: Callable[[RecordBook], Changes], rows: int) -> None:
        workspace = self.table.workspace
        if rows < LONG_PASTE:
            workspace.edit(work)
        elif workspace.ready(lambda: self._run(words, work, rows)):
            self.long_job.emit(words, lambda: work(workspace.book), workspace.adopt)

    def _edit_inside(self) -> None:
        index = self.currentIndex()
        if not index.isValid() or self._refuse_closed():
            return
        super().edit(index)
        editor: Any = self.indexWidget(index)
        if isinstance(editor, CellEditor):
            editor.deselect()
            editor.end(False)
            if isinstance(editor, OptionsEditor):
                editor.open_list()

    def _closed(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier}
        return self.table.workspace.book.approved and plain and bool(event.text().strip())

    def _refuse_closed(self) -> bool:
        if self.table.workspace.book.approved:
            self._say_closed()
            return True
        return False

    def _say_closed(self) -> None:
        self.noted.emit(self.tr("已审核通过,数据不能再改。需要修改时,先到「上报」页取消审核。"))

    def _open_menu(self, place: QPoint) -> None:
        menu = self.make_menu()
        menu.exec(self.viewport().mapToGlobal(place))
        menu.deleteLater()

    def make_menu(self) -> Menu:
        """Return the menu of the right mouse button."""
        menu = Menu(self)
        menu.addAction(self.tr("复制\tCtrl+C"), self.copy)
        menu.addAction(self.tr("粘贴\tCtrl+V"), self.paste)
        menu.addAction(self.tr("向下填充\tCtrl+D"), self.fill_down)
        menu.addAction(self.tr("清除内容\tDel"), self.clear_cells)
        menu.addSeparator()
        menu.addAction(self.tr("新增一行"), self.add_row)
        menu.addAction(self.tr("删除选中的行\tCtrl+-"), self.delete_rows)
        return menu


def _is_text(event: QKeyEvent) -> bool:
    """Whether a key writes something, and is no command."""
    commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return event.text().isprintable() and bool(event.text()) and not event.modifiers() & commands
