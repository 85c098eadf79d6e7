"""A grid with the habits of a spreadsheet: moving, copying, the sum of what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QWidget

from ui.common.cell_painter import CellPainter
from ui.common.clipboard import put
from ui.common.grid_cursor import GridCursor, SelectedView
from ui.common.keys import act_of
from ui.common.plain_heading import RowHeading
from ui.common.record_table import DISPLAY
from ui.common.selection_sum import SelectionSum
from ui.common.theme import table_sheet

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel

    from ui.common.theme import Theme

    Index = QModelIndex | QPersistentModelIndex


class SheetView(SelectedView):
    """A read-only grid: any model will do. Its keys: docs/grid-keys.md; Tab leaves it."""

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
        self._pressed = QPersistentModelIndex()
        self.caret = GridCursor(self)
        self._sum = SelectionSum(self)
        self._sum.said.connect(self.selection_said)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            model.modelAboutToBeReset.connect(self._keep_place)
            model.modelReset.connect(self._restore_place)
            model.rowsRemoved.connect(self.caret.keep_one)
            self._sum.follow(model)

    def go_to(self, index: QModelIndex) -> None:
        """Make a cell current, in sight and focused."""
        if index.isValid():
            self.caret.go(index.row(), index.column())
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
        self.caret.go(row, max(0, column))

    # --- what a key does (ui/common/keys.py) ---

    def step(self, step: str) -> None:
        """Go a step."""
        self._anchor = -1
        self.caret.move(step)

    def extend(self, step: str) -> None:
        """Select as far as a step leads."""
        self._anchor = -1
        self.caret.extend(step)

    def enter(self) -> None:
        """Open what is here, and stay: who comes back finds it; where cells are typed, go on below."""
        if self._is_read_only:
            self.opened.emit(self.currentIndex())
        else:
            self.leave_cell(1, 0)

    def enter_back(self) -> None:
        """Go up, where cells are typed."""
        if not self._is_read_only:
            self.leave_cell(-1, 0)

    def leave_cell(self, rows: int, columns: int) -> None:
        """Go on as Enter and Tab do: within a selection of many cells, else to the cell beside."""
        if not self.caret.walk(rows, columns):
            self.move_by(rows, columns)

    def select_columns(self) -> None:
        """Select whole columns."""
        self.caret.select_columns()

    def select_rows(self) -> None:
        """Select whole rows."""
        self.caret.select_rows()

    def select_data(self) -> None:
        """Select all rows with data."""
        self.caret.select_data()

    def copy(self, *, headings: bool = False) -> None:
        """Put the selected block on the clipboard, with `headings` under those of its columns."""
        block, model = self.selected_block(), self.model()
        if not block:
            return
        rows, columns = self.selected_area()
        first = [model.index(rows[0], column) for column in columns]
        numbers = {at for at, index in enumerate(first) if _is_right(index)}
        if headings:
            titles = [model.headerData(column, Qt.Orientation.Horizontal, DISPLAY) for column in columns]
            block = [[str(each or "") for each in titles], *block]
        put(block, numbers)

    # --- what is selected ---

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
        act = act_of(event)
        done = getattr(self, act.name, None) if act is not None and self.caret.marks else None
        if act is not None and done is not None:
            done(*act.given)
        elif act is not None and act.name == "copy":
            event.ignore()  # of a view that is only looked at Qt would copy the current cell
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.place_changed.emit(current)  # the view hands over plain indexes

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_moved.emit()
        self._sum.count()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if shift and index.isValid() and self.caret.may_extend:
            self.caret.stretch(index.row(), index.column())  # from the current cell, however it came there
            return
        self._anchor = -1
        self._pressed = QPersistentModelIndex(index)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        start, self._pressed = self._pressed, QPersistentModelIndex()
        if start.isValid() and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.caret.stay_at(start.row(), start.column())
        self.caret.keep_one()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if self._is_read_only:
            self.opened.emit(self.indexAt(event.position().toPoint()))

    @property
    def _is_read_only(self) -> bool:
        return bool(self.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers)

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

    def _keep_place(self) -> None:
        current = self.currentIndex()
        self._kept = (current.row(), current.column())

    def _restore_place(self) -> None:
        row, column = getattr(self, "_kept", (-1, -1))
        model = self.model()
        if row >= 0 and model.rowCount():
            self.caret.go(min(row, model.rowCount() - 1), column)


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


def _is_right(index: Index) -> bool:
    """Whether a cell stands at the right, as numbers do."""
    aligned = index.data(Qt.ItemDataRole.TextAlignmentRole)
    return aligned is not None and bool(Qt.AlignmentFlag(aligned) & Qt.AlignmentFlag.AlignRight)
