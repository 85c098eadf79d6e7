"""Paints the cells of a grid in one Python call each: texts are laid out once, not asked for role by role.

Qt's own delegate asks the model for nine roles of each cell and lays its text out anew every time; with a
model in Python that is most of what a page of scrolling costs. What is painted here is what Qt's delegate
would paint, pixel for pixel: the places come from the style, the texts are elided as it elides them. Cells
that are rare (the current one, the empty row, a view that is switched off) are still left to it.

Texts are kept by what they say and how wide they may be: an edit leaves nothing here that is out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPalette, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.common.plain import StaticText

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QColor, QFont, QPixmap
    from PySide6.QtWidgets import QTableView

    Index = QModelIndex | QPersistentModelIndex
    Look = tuple[str, QColor | None, QColor | None, QPixmap | None]

KEPT = 8_192
"""Texts laid out that are kept; then all are let go."""
NARROW = 12
"""Pixels for a text below which Qt's own delegate cuts it."""
NOWHERE = (-1, -1)


class Painted(Protocol):
    """What a model says of its cells to be painted here."""

    def look_of(self, row: int, column: int) -> Look | None:
        """Return (text, its colour, the background, the mark) of a cell; None leaves it to Qt."""

    def is_right(self, column: int) -> bool:
        """Whether the texts of a column stand at its right."""


def blocks_of(view: QTableView) -> list[tuple[int, int, int, int]]:
    """Return (top, bottom, left, right) of each selected block of a view with a model."""
    chosen = view.selectionModel().selection()
    ranges = [chosen.at(place) for place in range(chosen.count())]
    return [(each.top(), each.bottom(), each.left(), each.right()) for each in ranges]


class _Place(NamedTuple):
    """Where things stand in a cell of one size, from its corner."""

    mark: QRect
    left: int
    middle: int
    width: int


class CellPainter(QStyledItemDelegate):
    """The delegate of a grid over a model that is Painted; the view calls `begin` before it paints."""

    def __init__(self, view: QTableView, model: Painted) -> None:
        """Paint for one view."""
        super().__init__(view)
        self._view = view
        self._model = model
        self._plain = False
        self._current = NOWHERE
        self._selected: list[tuple[int, int, int, int]] = []
        self._font = ""
        self._other_font: QFont | None = None
        self._places: dict[tuple[int, int, bool], _Place | None] = {}
        self._texts: dict[tuple[str, int, bool], tuple[StaticText, int]] = {}
        self._icons: dict[int, QIcon] = {}

    def begin(self, first: int, last: int) -> None:
        """Take in what is the same for all cells of the rows `first` to `last`, about to be painted."""
        view = self._view
        font = view.font().key()
        if font != self._font or len(self._texts) > KEPT:
            self._font = font
            self._places.clear()
            self._texts.clear()
        self._other_font = view.font() if view.viewport().font() != view.font() else None
        self._plain = view.isEnabled() and view.layoutDirection() == Qt.LayoutDirection.LeftToRight
        current = view.currentIndex()
        self._current = (current.row(), current.column())
        palette = view.palette()
        self._pen = palette.color(QPalette.ColorRole.Text)
        self._selected_pen = palette.color(QPalette.ColorRole.HighlightedText)
        self._highlight = palette.color(QPalette.ColorRole.Highlight)
        self._selected = [each for each in blocks_of(view) if each[0] <= last and each[1] >= first]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, column = index.row(), index.column()
        look = None if (row, column) == self._current or not self._plain else self._model.look_of(row, column)
        if look is None:
            super().paint(painter, option, index)
            return
        text, pen, tint, mark = look
        rect: QRect = option.rect  # type: ignore[attr-defined]
        size = (rect.width(), rect.height(), mark is not None)
        place = self._places.get(size) or self._measure(size, option, index)
        if place is None:
            super().paint(painter, option, index)
            return
        selected = any(a <= row <= b and c <= column <= d for a, b, c, d in self._selected)
        if selected:
            painter.fillRect(rect, self._highlight)
        elif tint is not None:
            painter.fillRect(rect, tint)
        x, y = rect.x(), rect.y()
        if mark is not None:
            mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
            self._icon(mark).paint(painter, place.mark.translated(x, y), Qt.AlignmentFlag.AlignCenter, mode)
        if text:
            right = self._model.is_right(column)
            laid, half = self._texts.get((text, place.width, right)) or self._lay(text, place.width, right)
            if self._other_font is not None:
                painter.setFont(self._other_font)
            painter.setPen(self._selected_pen if selected else pen or self._pen)
            painter.drawStaticText(x + place.left, y + place.middle - half, laid)

    def _measure(
        self, size: tuple[int, int, bool], option: QStyleOptionViewItem, index: Index
    ) -> _Place | None:
        """Ask the style, once for each size of cell, where mark and text stand; None: it is too small."""
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        whole.text = "国"  # type: ignore[attr-defined]
        whole.features |= QStyleOptionViewItem.ViewItemFeature.HasDisplay  # type: ignore[attr-defined]
        style, corner = self._view.style(), whole.rect.topLeft()  # type: ignore[attr-defined]
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, self._view) + 1
        mark = style.subElementRect(QStyle.SubElement.SE_ItemViewItemDecoration, whole, self._view)
        text = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, whole, self._view)
        text = text.translated(-corner).adjusted(margin, 0, -margin, 0)
        fits = text.width() >= NARROW and text.height() >= QFontMetrics(self._view.font()).height()
        middle = text.y() + text.height() // 2
        place = _Place(mark.translated(-corner), text.x(), middle, text.width()) if fits else None
        self._places[size] = place
        return place

    def _lay(self, text: str, width: int, right: bool) -> tuple[StaticText, int]:
        """Lay a text out in a width; returned with half its height."""
        font = self._view.font()
        laid = StaticText(QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width))
        option = QTextOption(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.ManualWrap)
        laid.setTextOption(option)
        laid.setTextWidth(width)
        laid.prepare(font=font)
        found = (laid, -int(-laid.size().height() // 1) // 2)
        self._texts[text, width, right] = found
        return found

    def _icon(self, mark: QPixmap) -> QIcon:
        key = mark.cacheKey()
        if key not in self._icons:
            self._icons[key] = QIcon(mark)
        return self._icons[key]
