"""Paints the cells of a grid in one go: texts are laid out once, not asked for cell by cell, role by role.

Qt's view asks a model four things of each cell (how many rows and columns there are, whether it is enabled,
to paint it), its delegate nine more, and lays the text out anew every time; with a model in Python that is
most of what a page of scrolling costs. What is painted here is what Qt would paint, pixel for pixel: the
places come from the style, the texts are elided as it elides them. Cells that are rare (the current one, the
empty row, one too small) are still left to it, and all of a view that is switched off or right to left.

Texts are kept by what they say and how wide they may be: an edit leaves nothing here that is out of date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPalette, QPixmap, QRegion, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.common.plain import StaticText
from ui.common.selection_sum import blocks_of

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QTableView

    Index = QModelIndex | QPersistentModelIndex
    Look = tuple[str, QColor | None, QColor | None, QPixmap | None]

KEPT = 8_192
"""Texts laid out that are kept; then all are let go."""
NARROW = 12
"""Pixels for a text below which Qt's own delegate cuts it."""
CORNER = 10
"""Pixels of a mark that has no room beside its text: it stands in the corner away from it."""
MARKED = QStyleOptionViewItem.ViewItemFeature.HasDecoration
DECORATION = int(Qt.ItemDataRole.DecorationRole)
NOWHERE = (-1, -1)


class Painted(Protocol):
    """What a model says of its cells to be painted here."""

    def look_of(self, row: int, column: int) -> Look | None:
        """Return (text, its colour, the background, the mark) of a cell; None leaves it to Qt."""

    def is_right(self, column: int) -> bool:
        """Whether the texts of a column stand at its right."""


class _Place(NamedTuple):
    """Where things stand in a cell of one size, from its corner."""

    mark: QRect
    left: int
    middle: int
    width: int


class CellPainter(QStyledItemDelegate):
    """The delegate of a grid over a model that is Painted.

    The view has it paint all there is, and Qt what it leaves.
    """

    def __init__(self, view: QTableView, model: Painted) -> None:
        """Paint for one view."""
        super().__init__(view)
        self._view = view
        self._model = model
        self._current = NOWHERE
        self._selected: list[tuple[int, int, int, int]] = []
        self._font = ""
        self._places: dict[tuple[int, int, bool], _Place | None] = {}
        self._texts: dict[tuple[str, int, bool], tuple[StaticText, int]] = {}
        self._icons: dict[int, QIcon] = {}
        self._advances: dict[str, int] = {}

    def paint_all(self, area: QRect) -> QRegion | None:
        """Paint the cells and lines of the view within an area; return the cells that are left to Qt.

        None: nothing was painted, all of it is Qt's.
        """
        view = self._view
        columns = self._columns(area)
        if not (columns and view.isEnabled() and view.layoutDirection() == Qt.LayoutDirection.LeftToRight):
            return None
        if view.verticalHeader().sectionsMoved() or view.alternatingRowColors() or not view.showGrid():
            return None
        first, last = view.rowAt(area.top()), view.rowAt(area.bottom())
        if first < 0:
            return None
        self._take_in(first, last if last >= 0 else view.model().rowCount() - 1)
        painter = QPainter(view.viewport())
        painter.setFont(view.font())
        left = QRegion()
        bottoms = []
        for row in range(self._first, self._last + 1):
            high = view.rowHeight(row) - 1
            if high < 0:  # hidden
                continue
            top = view.rowViewportPosition(row)
            bottoms.append(top + high)
            for x, wide in self._paint_row(painter, row, (top, high), columns):
                left += QRect(x, top, wide, high)
        self._rule(painter, area, columns, bottoms)
        painter.end()
        return left

    def _columns(self, area: QRect) -> list[tuple[int, int, int, bool]]:
        """Return (column, its place, its width, whether its texts stand at the right) of those in an area."""
        heading = self._view.horizontalHeader()
        if heading.sectionsMoved():
            return []
        first, last = heading.visualIndexAt(area.left()), heading.visualIndexAt(area.right())
        if first < 0:
            return []
        offset, right = heading.offset(), self._model.is_right
        return [
            (each, heading.sectionPosition(each) - offset, heading.sectionSize(each) - 1, right(each))
            for each in range(first, (last if last >= 0 else heading.count() - 1) + 1)
            if not heading.isSectionHidden(each)
        ]

    def _take_in(self, first: int, last: int) -> None:
        """Take in what is the same for all cells of the rows `first` to `last`, about to be painted."""
        view = self._view
        self._first, self._last = first, last
        font = view.font().key()
        if font != self._font or len(self._texts) > KEPT:
            self._font = font
            self._places.clear()
            self._texts.clear()
            self._advances.clear()
        current = view.currentIndex()
        self._current = (current.row(), current.column())
        palette = view.palette()
        self._pen = palette.color(QPalette.ColorRole.Text)
        self._selected_pen = palette.color(QPalette.ColorRole.HighlightedText)
        self._highlight = palette.color(QPalette.ColorRole.Highlight)
        self._selected = [block for block in blocks_of(view) if block[0] <= last and block[1] >= first]
        self._inked: QColor | None = None

    def _paint_row(
        self, painter: QPainter, row: int, band: tuple[int, int], columns: list[tuple[int, int, int, bool]]
    ) -> list[tuple[int, int]]:
        """Paint the cells of a row; return (place, width) of those that are Qt's."""
        top, high = band
        look_of, texts = self._model.look_of, self._texts
        blocks = [(left, right) for first, last, left, right in self._selected if first <= row <= last]
        left_to_qt = []
        for column, x, wide, right in columns:
            look = None if (row, column) == self._current else look_of(row, column)
            if look is None:
                left_to_qt.append((x, wide))
                continue
            text, pen, tint, mark = look
            place, beside = self._room(look, (wide, high), row, column)
            if place is None:
                left_to_qt.append((x, wide))
                continue
            selected = any(a <= column <= b for a, b in blocks) if blocks else False
            if selected:
                painter.fillRect(x, top, wide, high, self._highlight)
            elif tint is not None:
                painter.fillRect(x, top, wide, high, tint)
            if mark is not None and beside:
                mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
                where = place.mark.translated(x, top)
                self._icon(mark).paint(painter, where, Qt.AlignmentFlag.AlignCenter, mode)
            if text:
                laid, half = texts.get((text, place.width, right)) or self._lay(text, place.width, right)
                ink = self._selected_pen if selected else pen or self._pen
                if ink is not self._inked:
                    painter.setPen(ink)
                    self._inked = ink
                painter.drawStaticText(x + place.left, top + place.middle - half, laid)
            if mark is not None and not beside:
                painter.drawPixmap(_corner(QRect(x, top, wide, high), right=right), mark)
        return left_to_qt

    def _room(self, look: Look, size: tuple[int, int], row: int, column: int) -> tuple[_Place | None, bool]:
        """Return where a cell's text stands, and whether its mark stands beside it or in the corner."""
        text, _, _, mark = look
        place = self._place((*size, mark is not None), row, column)
        if mark is None or self._fits_beside(text, place):
            return place, True
        return self._place((*size, False), row, column), False

    def _place(self, size: tuple[int, int, bool], row: int, column: int) -> _Place | None:
        places = self._places
        return places[size] if size in places else self._measure(size, row, column)

    def _fits_beside(self, text: str, place: _Place | None) -> bool:
        """Whether all of a text is seen beside a mark."""
        if place is None:
            return not text
        if text not in self._advances:
            self._advances[text] = QFontMetrics(self._view.font()).horizontalAdvance(text)
        return self._advances[text] <= place.width

    # --- what is left to Qt: the same rule ---

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if self._is_crowded(option):
            option.features &= ~MARKED  # type: ignore[attr-defined]
            option.icon = QIcon()  # type: ignore[attr-defined]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        whole = QStyleOptionViewItem(option)
        super().initStyleOption(whole, index)
        mark = index.data(DECORATION)
        if isinstance(mark, QPixmap) and self._is_crowded(whole):
            cell: QRect = option.rect  # type: ignore[attr-defined]
            painter.drawPixmap(_corner(cell, right=self._model.is_right(index.column())), mark)

    def _is_crowded(self, option: QStyleOptionViewItem) -> bool:
        """Whether a mark leaves its text too little room."""
        if not option.features & MARKED or not option.text:  # type: ignore[attr-defined]
            return False
        style = self._view.style()
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, self._view) + 1
        room = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, self._view).width()
        text = QFontMetrics(self._view.font()).horizontalAdvance(option.text)  # type: ignore[attr-defined]
        return bool(text > room - 2 * margin or room - 2 * margin < NARROW)

    def _rule(
        self,
        painter: QPainter,
        area: QRect,
        columns: list[tuple[int, int, int, bool]],
        bottoms: list[int],
    ) -> None:
        """Draw the lines between the cells, as far as there are cells."""
        view = self._view
        option = QStyleOptionViewItem()
        view.initViewItemOption(option)
        hint = QStyle.StyleHint.SH_Table_GridLineColor
        colour = QColor.fromRgba(view.style().styleHint(hint, option, view) & 0xFFFFFFFF)
        last = columns[-1]
        across, down = last[1] + last[2] + 1 - area.left(), bottoms[-1] + 1 - area.top()
        for y in bottoms:  # filled, not drawn: at 125 % a line covers the pixels that Qt's does
            painter.fillRect(area.left(), y, across, 1, colour)
        for _, x, wide, _ in columns:
            painter.fillRect(x + wide, area.top(), 1, down, colour)

    def _measure(self, size: tuple[int, int, bool], row: int, column: int) -> _Place | None:
        """Ask the style, once for each size of cell, where mark and text stand; None: it is too small."""
        whole = QStyleOptionViewItem()
        self._view.initViewItemOption(whole)
        whole.rect = QRect(0, 0, *size[:2])  # type: ignore[attr-defined]
        super().initStyleOption(whole, self._view.model().index(row, column))
        if not size[2]:  # measured at a cell whose mark goes into the corner
            whole.features &= ~MARKED  # type: ignore[attr-defined]
            whole.icon = QIcon()  # type: ignore[attr-defined]
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


def _corner(cell: QRect, *, right: bool) -> QRect:
    """Return where a small mark stands in a cell whose text stands at the right or the left."""
    size = min(CORNER, cell.height())
    return QRect(cell.left() if right else cell.right() + 1 - size, cell.top(), size, size)
