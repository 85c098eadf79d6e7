"""Headings that do not ask whether whole columns and rows are selected, nor for roles that have no answer.

QHeaderView asks the first of every column it paints, cell by cell: with 40,000 rows selected that is two
hundred thousand questions to the model and seconds without an answer to the person. Of every row it asks
for a font, a brush, a picture: most of what its part of a page of scrolling costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from ui.common.record_table import DISPLAY
from ui.common.selection_sum import blocks_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from ui.common.theme import Theme


class PlainHeading(QHeaderView):
    """Column titles, painted from the theme; a click selects the column."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Look like the other headings."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(40)
        self.setFixedHeight(theme.row_height(self.font()))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        theme = self._theme
        painter.save()
        painter.fillRect(rect, QColor(theme.raised))
        painter.setPen(QColor(theme.line))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(QColor(theme.text))
        text = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal, DISPLAY) or "")
        inner = rect.adjusted(4, 0, -4, 0)
        shown = QFontMetrics(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter), shown)
        painter.restore()


class RowHeading(QHeaderView):
    """Row numbers, those of selected rows in bold; a click selects the row."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        """Look like a table's own."""
        super().__init__(Qt.Orientation.Vertical, view)
        self._view = view
        self._colours = QColor(theme.raised), QColor(theme.line), QColor(theme.text)
        self._fonts = self.font(), self.font()
        self._selected: list[tuple[int, int]] = []
        self.setSectionsClickable(True)
        self.setHighlightSections(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._selected = [each[:2] for each in blocks_of(self._view)] if self.count() else []
        bold = QFont(self.font())
        bold.setBold(True)
        self._fonts = self.font(), bold
        super().paintEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        ground, line, ink = self._colours
        painter.fillRect(rect, ground)
        # Between two pixels of a screen at 125 % the line is as a style sheet draws it.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), line)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._fonts[any(top <= logicalIndex <= bottom for top, bottom in self._selected)])
        painter.setPen(ink)
        text = str(self.model().headerData(logicalIndex, Qt.Orientation.Vertical, DISPLAY) or "")
        painter.drawText(rect.adjusted(4, 2, -5, -3), int(Qt.AlignmentFlag.AlignCenter), text)
