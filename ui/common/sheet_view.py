"""A grid with the habits of a spreadsheet: moving, copying, the sum of what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.common.cell_painter import CellPainter
from ui.common.clipboard import to_text
from ui.common.plain_heading import RowHeading
from ui.common.record_table import DISPLAY
from ui.common.selection_sum import SelectionSum
from ui.common.theme import table_sheet

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QPersistentModelIndex

    from ui.common.theme import Theme

    Index = QModelIndex | QPersistentModelIndex


class SheetView(QTableView):
    """A read-only grid: any model will do. Enter moves down, Tab right, Ctrl+C copies the block."""

    place_changed = Signal(object)
    """The current cell."""
    selection_moved = Signal()
    """Other cells are selected."""
    selection_said = Signal(str)
    """Count and sum of the selected cells, as a spreadsheet's status line says them; "" for one cell.

    Of many cells the sum follows when it is counted; an edit of what is selected is said, too.
    """
    opened = Signal(object)
    """Enter or a double click on a cell of a read-only grid."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Make an empty grid; `setModel` later."""
        super().__init__(parent)
        self.setViewport(_viewport())
        self.theme = theme
        self.setStyleSheet(table_sheet(theme))
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows = RowHeading(theme, self)
        self.setVerticalHeader(rows)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(theme.row_height(self.font()))
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        heading = self.horizontalHeader()
        heading.setHighlightSections(False)
        heading.setMinimumSectionSize(40)
        heading.setFixedHeight(theme.row_height(self.font()))
        self._anchor = -1
        self._sum = SelectionSum(self)
        self._sum.said.connect(self.selection_said)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.modelAboutToBeReset.connect(self._keep_place)
            model.modelReset.connect(self._restore_place)
            self._sum.follow(model)

    def go_to(self, index: QModelIndex) -> None:
        """Make a cell current, in sight and focused."""
        if index.isValid():
            self._set_single(index)
        self.setFocus()

    def end_editing(self) -> None:
        """Write and close the open editor. Never takes the keyboard: the page may be hidden by now."""
        editor = self.indexWidget(self.currentIndex())
        if editor is not None:
            self.commitData(editor)
            self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def move_by(self, rows: int, columns: int) -> None:
        """Move the current cell; Tab past the last column goes to the next row's first."""
        model, current = self.model(), self.currentIndex()
        if not model.rowCount():
            return
        row, column = current.row(), current.column()
        if columns:
            self._anchor = column if self._anchor < 0 else self._anchor
            row, column = self._across(row, column, columns)
        elif rows and self._anchor >= 0:
            column, self._anchor = self._anchor, -1
        row = max(0, min(model.rowCount() - 1, row + rows))
        self._set_single(model.index(row, max(0, column)))

    def copy(self) -> None:
        """Put the selected block on the clipboard."""
        block = self.selected_block()
        if block:
            QGuiApplication.clipboard().setText(to_text(block))

    def selected_block(self) -> list[list[str]]:
        """Return the texts of the rectangle around the selection; cells not selected are empty."""
        rows, columns = self.selected_area()
        model, selection = self.model(), self.selectionModel()
        if not rows:
            return []
        whole = selection.selection().count() == 1
        return [
            [
                str(model.index(row, column).data(DISPLAY) or "")
                if whole or selection.isSelected(model.index(row, column))
                else ""
                for column in columns
            ]
            for row in rows
        ]

    def selected_area(self) -> tuple[range, list[int]]:
        """Return (rows, visible columns) of the rectangle around the selection."""
        ranges = self.selectionModel().selection()
        parts = [ranges.at(i) for i in range(ranges.count())]
        if not parts:
            return range(0), []
        rows = range(min(p.top() for p in parts), max(p.bottom() for p in parts) + 1)
        left, right = min(p.left() for p in parts), max(p.right() for p in parts)
        columns = [c for c in range(left, right + 1) if not self.isColumnHidden(c)]
        return rows, columns

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.itemDelegate()
        left = painter.paint_all(event.rect()) if isinstance(painter, CellPainter) else None
        if left is None:
            super().paintEvent(event)
        elif not left.isEmpty():
            super().paintEvent(QPaintEvent(left))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter(back=back)
        elif key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab} and self._is_read_only:
            event.ignore()  # the keyboard goes on to the next part of the page: arrows move in the grid
        elif key in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:
            self.move_by(0, -1 if back or key == Qt.Key.Key_Backtab else 1)
        else:
            if key in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right}:
                self._anchor = -1
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.place_changed.emit(current)  # the view hands over plain indexes

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_moved.emit()
        self._sum.count()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if self._is_read_only:
            self.opened.emit(self.indexAt(event.position().toPoint()))

    @property
    def _is_read_only(self) -> bool:
        return bool(self.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers)

    def _enter(self, *, back: bool) -> None:
        """Open what is here, and stay: who comes back finds it; where cells are typed, go on below."""
        if not self._is_read_only:
            self.move_by(-1 if back else 1, 0)
        elif not back:
            self.opened.emit(self.currentIndex())

    def _across(self, row: int, column: int, step: int) -> tuple[int, int]:
        model = self.model()
        last = model.columnCount() - 1
        while True:
            column += step
            if column > last:
                return (row + 1, 0) if row + 1 < model.rowCount() else (row, last)
            if column < 0:
                return (row - 1, last) if row > 0 else (0, 0)
            if not self.isColumnHidden(column):
                return row, column

    def _set_single(self, index: QModelIndex) -> None:
        # Not QTableView.setCurrentIndex: it extends the selection while Shift is down (Shift+F8).
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        if self.selectionBehavior() == QAbstractItemView.SelectionBehavior.SelectRows:
            flags |= QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)

    def _keep_place(self) -> None:
        current = self.currentIndex()
        self._kept = (current.row(), current.column())

    def _restore_place(self) -> None:
        row, column = getattr(self, "_kept", (-1, -1))
        model = self.model()
        if row >= 0 and model.rowCount():
            self._set_single(model.index(min(row, model.rowCount() - 1), column))


def _viewport() -> QWidget:
    """Return what the cells are painted on, as Qt makes it, but known to Python from the start.

    Where Qt hands out a widget of its own making, PySide asks every class of widgets there is whether it is
    one of these, and to ask makes Python's own of all of them: a tenth of a start.
    """
    found = QWidget()
    found.setObjectName("qt_scrollarea_viewport")  # how a style sheet knows it
    found.setBackgroundRole(QPalette.ColorRole.Base)
    found.setAutoFillBackground(True)
    return found
