"""Read-only tables from plain rows: boards, rehearsals, histories, heat maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView

from ui.common.cell_painter import CellPainter
from ui.common.plain import hint, visible
from ui.common.record_table import ALIGNMENT, BACKGROUND, DISPLAY, FOREGROUND, LEFT, NO_PARENT, RIGHT, TOOLTIP
from ui.common.sheet_view import SheetView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QObject

    from ui.common.cell_painter import Look as Drawn
    from ui.common.theme import Theme

    Index = QModelIndex | QPersistentModelIndex
    _Row: TypeAlias = "list[Look] | Callable[[], Sequence[Look | str]]"


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in full-width characters, and where its text stands."""

    title: str
    width: int = 8
    right: bool = False
    help: str = ""


@dataclass(frozen=True)
class Look:
    """A cell: text (with its mark in it), colours of the theme, a longer text on hovering.

    `order` sorts the column in place of the text; numbers sort before texts.
    """

    text: str
    colour: str = ""
    tint: str = ""
    tip: str = ""
    order: float | None = None


def _looks(row: Sequence[Look | str]) -> list[Look]:
    return [each if isinstance(each, Look) else Look(each) for each in row]


class StaticTable(QAbstractTableModel):
    """Rows of Looks (or plain strings). `keys` name the rows for whoever opens one.

    A row may be given as what makes it: it is made when it is looked at, for a list has a thousand and a
    page shows thirty.
    """

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        """Start without rows."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self.keys: list[object] = []
        self._rows: list[_Row] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self._colours: dict[str, QColor] = {}

    def set_rows(
        self,
        rows: Sequence[Sequence[Look | str] | Callable[[], Sequence[Look | str]]],
        keys: Sequence[object] | None = None,
        columns: Sequence[Column] | None = None,
    ) -> None:
        """Show other rows (and other columns); the chosen order is kept."""
        self.beginResetModel()
        if columns is not None:
            self.columns = tuple(columns)
        self._rows = [row if callable(row) else _looks(row) for row in rows]
        self.keys = list(keys) if keys is not None else list(range(len(rows)))
        if self._sorted is not None:
            self._order(*self._sorted)
        self.endResetModel()

    def key_at(self, index: Index) -> object:
        """Return the key of a row; None for no row."""
        return self.keys[index.row()] if 0 <= index.row() < len(self.keys) else None

    def row_of(self, key: object) -> int:
        """Return where a row is, -1 when it is not shown."""
        return self.keys.index(key) if key in self.keys else -1

    def look_at(self, row: int, column: int) -> Look:
        """Return a cell."""
        return self._row(row)[column]

    def _row(self, at: int) -> list[Look]:
        row = self._rows[at]
        if not isinstance(row, list):
            row = self._rows[at] = _looks(row())
        return row

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        look = self._row(index.row())[index.column()]
        if role == DISPLAY:
            return visible(look.text)
        if role == ALIGNMENT:
            return RIGHT if self.columns[index.column()].right else LEFT
        if role == BACKGROUND:
            return self._colour(look.tint)
        if role == FOREGROUND:
            return self._colour(look.colour)
        return hint(look.tip) or None if role == TOOLTIP else None

    def look_of(self, row: int, column: int) -> Drawn | None:
        """Return what is painted of a cell; None for a text of several lines, which Qt's delegate paints."""
        look = self._row(row)[column]
        text = visible(look.text)
        if "\n" in text or "\t" in text:
            return None
        return text, self._colour(look.colour), self._colour(look.tint), None

    def is_right(self, column: int) -> bool:
        """Whether a column's texts stand at its right."""
        return self.columns[column].right

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == DISPLAY else None
        if role == DISPLAY:
            return visible(self.columns[section].title)
        return hint(self.columns[section].help) or None if role == TOOLTIP else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; -1 keeps the order as it is."""
        if column < 0:
            self._sorted = None
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [(self.keys[index.row()], index.column()) for index in before]
        self._sorted = (column, order)
        self._order(column, order)
        places = {id(key): row for row, key in enumerate(self.keys)}
        after = [self.index(places[id(key)], old) for key, old in kept]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _order(self, column: int, order: Qt.SortOrder) -> None:
        def place(pair: tuple[list[Look], object]) -> tuple[bool, float, str]:
            look = pair[0][column]
            return look.order is None, look.order or 0.0, look.text

        rows = [self._row(at) for at in range(len(self._rows))]
        pairs = sorted(
            zip(rows, self.keys, strict=True),
            key=place,
            reverse=order == Qt.SortOrder.DescendingOrder,
        )
        self._rows = [row for row, _ in pairs]
        self.keys = [key for _, key in pairs]

    def _colour(self, name: str) -> QColor | None:
        if not name:
            return None
        if name not in self._colours:
            self._colours[name] = QColor(name)
        return self._colours[name]


def table_view(model: StaticTable, theme: Theme, *, sortable: bool = False, rows: bool = True) -> SheetView:
    """Return a grid over a static table: whole rows are selected where `rows` is true."""
    view = SheetView(theme)
    view.setModel(model)
    view.setItemDelegate(CellPainter(view, model))
    if rows:
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSortingEnabled(sortable)
    if sortable:
        view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    fit_columns(view, model)
    model.modelReset.connect(lambda: fit_columns(view, model))
    return view


def fit_columns(view: SheetView, model: StaticTable) -> None:
    """Set column widths from the columns' declared widths; the last one takes what is left."""
    metrics = QFontMetrics(view.font())
    wide = metrics.horizontalAdvance("国")
    for place, column in enumerate(model.columns):
        view.setColumnWidth(place, max(column.width * wide, metrics.horizontalAdvance(column.title)) + 18)
    view.horizontalHeader().setStretchLastSection(True)
