"""Where a key moves the current cell of a grid, and what is selected then.

Current cell and selection are one thing: a move selects where it goes, extending keeps the current cell and
moves the other corner of what is selected, and within a selection of many cells Enter and Tab walk it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

from ui.common.selection_sum import blocks_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QModelIndex

FLAGS = QItemSelectionModel.SelectionFlag
Cell = tuple[int, int]
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
MANY = 2
"""Selected cells from which on Enter and Tab walk the selection."""
STEPS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}


class SelectedView(QTableView):
    """A grid that says what of it is selected and filled."""

    def is_filled(self, row: int, column: int) -> bool:
        """Whether something stands in a cell."""
        return bool(self.model().index(row, column).data(DISPLAY))

    def last_row_of_data(self) -> int:
        """Return the last row that holds data; -1 where there is none."""
        return self.model().rowCount() - 1

    def selected_blocks(self) -> list[tuple[range, list[int]]]:
        """Return (rows, visible columns) of each selected block; no block has no column."""
        blocks = (
            (range(top, bottom + 1), [c for c in range(left, right + 1) if not self.isColumnHidden(c)])
            for top, bottom, left, right in blocks_of(self)
        )
        return [each for each in blocks if each[1]]

    def selected_cells(self) -> int:
        """Count the selected cells that are shown."""
        return sum(len(rows) * len(columns) for rows, columns in self.selected_blocks())


class GridCursor:
    """The current cell of a grid and the corner opposite to it."""

    def __init__(self, view: SelectedView) -> None:
        """Follow nothing: what is selected is asked for when a key comes."""
        self._view = view

    # --- the current cell ---

    @property
    def place(self) -> Cell:
        """Return (row, column) of the current cell; the first cell where there is none."""
        index = self._view.currentIndex()
        return (index.row(), index.column()) if index.isValid() else (0, self._columns()[0])

    def go(self, row: int, column: int) -> None:
        """Make a cell current and the only one selected."""
        view = self._view
        index = view.model().index(row, column)
        # Not QTableView.setCurrentIndex: it extends the selection while Shift is down (Shift+F8).
        view.selectionModel().setCurrentIndex(index, self._alone())
        view.scrollTo(index)

    def move(self, step: str) -> None:
        """Go where a step leads from the current cell."""
        if self._is_empty():
            return
        self.go(*self._target(step, *self.place))

    def extend(self, step: str) -> None:
        """Move the corner of the selection that is opposite to the current cell."""
        if self._is_empty():
            return
        if not self.may_extend:
            self.move(step)
            return
        row, column = self._corner()
        self.stretch(*self._target(step, row, column))

    def stretch(self, row: int, column: int) -> None:
        """Select from the current cell to a corner; whole rows and columns stay whole."""
        view, model = self._view, self._view.model()
        top, left = self.place
        if not view.currentIndex().isValid():
            self.go(top, left)
        rows, columns = sorted((top, row)), sorted((left, column))
        block = self._block()
        if block is not None and model.rowCount() > 1 and block[0] == 0 and block[1] == model.rowCount() - 1:
            rows = [block[0], block[1]]
        if block is not None and self._is_row(block):
            columns = [block[2], block[3]]
        self._select([(rows[0], rows[1], columns[0], columns[1])])
        view.scrollTo(model.index(row, column))

    def walk(self, rows: int, columns: int) -> bool:
        """Go to the next cell of a selection of many; False where no more than one is selected."""
        blocks = self._view.selected_blocks()
        if self._view.selected_cells() < MANY:
            return False
        row, column = self.place
        at = next((n for n, (r, c) in enumerate(blocks) if row in r and column in c), 0)
        inside_rows, inside_columns = blocks[at]
        inside = row in inside_rows and column in inside_columns
        place = [inside_rows.index(row), inside_columns.index(column)] if inside else [0, 0]
        step = rows or columns
        main, other = (0, 1) if rows else (1, 0)
        sizes = (len(inside_rows), len(inside_columns))
        number = place[other] * sizes[main] + place[main] + step if inside else 0
        if not 0 <= number < sizes[0] * sizes[1]:
            at = (at + (1 if step > 0 else -1)) % len(blocks)
            inside_rows, inside_columns = blocks[at]
            sizes = (len(inside_rows), len(inside_columns))
            number = 0 if step > 0 else sizes[0] * sizes[1] - 1
        place[other], place[main] = divmod(number, sizes[main])
        self.stand(inside_rows[place[0]], inside_columns[place[1]])
        return True

    def keep_one(self) -> None:
        """Bring current cell and selection together where something else parted them."""
        view = self._view
        selection, current = view.selectionModel(), view.currentIndex()
        if not self.marks or (current.isValid() and selection.isSelected(current)):
            return
        blocks = blocks_of(view)
        if blocks:
            self.stand(blocks[-1][0], blocks[-1][2])
        elif current.isValid():
            selection.select(current, self._alone())

    def stay_at(self, row: int, column: int) -> None:
        """Make the cell current from which the mouse was drawn: what is typed goes there, nothing scrolls."""
        view = self._view
        index = view.model().index(row, column)
        if index.isValid() and view.currentIndex() != index and view.selectionModel().isSelected(index):
            view.setAutoScroll(False)
            view.selectionModel().setCurrentIndex(index, FLAGS.NoUpdate)
            view.setAutoScroll(True)

    # --- blocks ---

    def select_columns(self) -> None:
        """Select the whole columns of what is selected."""
        last = self._view.model().rowCount() - 1
        if last >= 0 and self.may_extend:
            self._select([(0, last, left, right) for _, _, left, right in self._blocks()])

    def select_rows(self) -> None:
        """Select the whole rows of what is selected."""
        last = self._view.model().columnCount() - 1
        if last >= 0 and self.may_extend:
            self._select([(top, bottom, 0, last) for top, bottom, _, _ in self._blocks()])

    def select_data(self) -> None:
        """Select every row with data; the current cell stays where it can."""
        columns = self._columns()
        bottom = self._last_row()
        if bottom < 0 or not columns or not self.may_extend:
            return
        if self.place[0] > bottom or not self._view.currentIndex().isValid():
            self.go(bottom, self.place[1])
        self._select([(0, bottom, columns[0], columns[-1])])

    @property
    def marks(self) -> bool:
        """Whether cells of this grid are selected at all."""
        return self._view.selectionMode() != QAbstractItemView.SelectionMode.NoSelection

    @property
    def may_extend(self) -> bool:
        """Whether more than one cell or line may be selected."""
        mode = self._view.selectionMode()
        return self.marks and mode != QAbstractItemView.SelectionMode.SingleSelection

    # --- where a step leads ---

    def _target(self, step: str, row: int, column: int) -> Cell:
        columns = self._columns()
        if step in STEPS:
            return self._beside(row, column, STEPS[step])
        if step.startswith("edge_"):
            return self._edge(row, column, STEPS[step.removeprefix("edge_")])
        if step in {"page_up", "page_down"}:
            return self._page(row, -1 if step == "page_up" else 1), column
        if step in {"home", "end"}:
            return row, columns[0 if step == "home" else -1]
        if step == "first":
            return 0, columns[0]
        return max(0, self._last_row()), columns[-1]

    def _beside(self, row: int, column: int, step: Cell) -> Cell:
        columns = self._columns()
        across = [each for each in columns if (each - column) * step[1] > 0]
        if step[1]:
            return row, (min if step[1] > 0 else max)(across, default=column)
        return max(0, min(self._view.model().rowCount() - 1, row + step[0])), column

    def _page(self, row: int, direction: int) -> int:
        view = self._view
        high = max(1, view.rowHeight(row) if row >= 0 else 1)
        rows = max(1, view.viewport().height() // high - 1)
        return max(0, min(view.model().rowCount() - 1, row + direction * rows))

    def _edge(self, row: int, column: int, step: Cell) -> Cell:
        """Go to the end of a stretch of filled cells, else to the next filled one, else to the edge."""
        if step[1]:
            line = [each for each in self._columns() if (each - column) * step[1] > 0][:: step[1]]
            at = _edge_of(lambda each: self._view.is_filled(row, each), column, line)
            return row, at
        last = self._last_row()
        end = last if row < last else self._view.model().rowCount() - 1
        rows = range(row + 1, end + 1) if step[0] > 0 else range(row - 1, -1, -1)
        return _edge_of(lambda each: self._view.is_filled(each, column), row, rows), column

    def _last_row(self) -> int:
        return self._view.last_row_of_data()

    def _columns(self) -> list[int]:
        view = self._view
        return [c for c in range(view.model().columnCount()) if not view.isColumnHidden(c)] or [0]

    # --- what is selected ---

    def _is_empty(self) -> bool:
        model = self._view.model()
        return not model.rowCount() or not model.columnCount()

    def _blocks(self) -> list[tuple[int, int, int, int]]:
        row, column = self.place
        return blocks_of(self._view) or [(row, row, column, column)]

    def _block(self) -> tuple[int, int, int, int] | None:
        """Return the one block that is selected, with the current cell in it; None where it is not so."""
        blocks = blocks_of(self._view)
        row, column = self.place
        if len(blocks) != 1:
            return None
        top, bottom, left, right = blocks[0]
        return blocks[0] if top <= row <= bottom and left <= column <= right else None

    def _is_row(self, block: tuple[int, int, int, int]) -> bool:
        columns = self._view.model().columnCount()
        return columns > 1 and block[2] == 0 and block[3] == columns - 1

    def _corner(self) -> Cell:
        """Return the corner opposite to the current cell; the cell itself where it is none of the corners."""
        row, column = self.place
        block = self._block()
        if block is None:
            return row, column
        top, bottom, left, right = block
        whole_column = top == 0 and bottom == self._view.model().rowCount() - 1
        if (row in {top, bottom} or whole_column) and (column in {left, right} or self._is_row(block)):
            return bottom if row == top else top, right if column == left else left
        return row, column

    def _select(self, blocks: list[tuple[int, int, int, int]]) -> None:
        model, wanted = self._view.model(), QItemSelection()
        for top, bottom, left, right in blocks:
            wanted.select(model.index(top, left), model.index(bottom, right))
        self._view.selectionModel().select(wanted, self._alone())

    def stand(self, row: int, column: int) -> None:
        """Make a cell current and leave the selection as it is."""
        index: QModelIndex = self._view.model().index(row, column)
        self._view.selectionModel().setCurrentIndex(index, FLAGS.NoUpdate)
        self._view.scrollTo(index)

    def _alone(self) -> QItemSelectionModel.SelectionFlag:
        """Return how a selection takes the place of all else; where cells are only looked at, none does."""
        if not self.marks:
            return FLAGS.NoUpdate
        rows = self._view.selectionBehavior() == QAbstractItemView.SelectionBehavior.SelectRows
        return FLAGS.ClearAndSelect | FLAGS.Rows if rows else FLAGS.ClearAndSelect


def _edge_of(filled: Callable[[int], bool], here: int, line: list[int] | range) -> int:
    """Return the place in a line of cells, from the nearest on, where Ctrl+arrow ends."""
    if not line:
        return here
    if filled(here) and filled(line[0]):
        before = here
        for each in line:
            if not filled(each):
                return before
            before = each
        return before
    return next((each for each in line if filled(each)), line[-1])
