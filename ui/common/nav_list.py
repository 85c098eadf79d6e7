"""The list of pages at the left: name, and a badge with what is still to be done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QListWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.common.plain import ListItem

if TYPE_CHECKING:
    from ui.common.theme import Theme

BADGE = int(Qt.ItemDataRole.UserRole) + 1
COLOUR = int(Qt.ItemDataRole.UserRole) + 2


class NavigationList(QListWidget):
    """One line a page; the current one is marked by a bar and by bold text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_NavDelegate(theme, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(f"QListWidget {{ background: {theme.raised}; border: 0; }}")
        self.setFixedWidth(theme.char_width(self.font()) * 8 + 12)
        self.setUniformItemSizes(True)

    def add(self, title: str) -> None:
        """Add a page."""
        item = ListItem(title)
        item.setSizeHint(QSize(10, self._theme.row_height(self.font()) + 4))
        self.addItem(item)

    def set_badge(self, row: int, text: str, colour: str) -> None:
        """Write what stands at the right of a page's name."""
        item = self.item(row)
        if (item.data(BADGE), item.data(COLOUR)) != (text, colour):
            item.setData(BADGE, text)
            item.setData(COLOUR, colour)


class _NavDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        font = painter.font()
        font.setBold(chosen)
        painter.setFont(font)
        if chosen:
            painter.fillRect(box, QColor(self._theme.selection))
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(self._theme.accent))
        painter.setPen(QColor(self._theme.text))
        inner = box.adjusted(12, 0, -8, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignLeft), str(index.data() or ""))
        badge = str(index.data(BADGE) or "")
        if badge:
            painter.setPen(QColor(str(index.data(COLOUR) or self._theme.dim)))
            painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignRight), badge)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(10, QFontMetrics(option.font).height() + 16)  # type: ignore[attr-defined]
