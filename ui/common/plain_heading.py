"""A heading that does not ask whether whole columns are selected.

QHeaderView asks that of every column it paints, cell by cell: with 40,000 rows selected that is two
hundred thousand questions to the model and seconds without an answer to the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ui.common.record_table import DISPLAY

if TYPE_CHECKING:
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
