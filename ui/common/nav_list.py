"""The list of pages at the left: name, and a badge with what is still to be done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QStyledItemDelegate, QWidget

from ui.common.plain import ListItem, set_tip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

    from ui.common.theme import Theme

BADGE = int(Qt.ItemDataRole.UserRole) + 1
COLOUR = int(Qt.ItemDataRole.UserRole) + 2
LETTER = int(Qt.ItemDataRole.UserRole) + 3


class NavigationList(QListWidget):
    """One line a page; the current one is marked by a bar and by bold text."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_NavDelegate(theme, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.raised)
        self.setPalette(palette)
        self.setFixedWidth(theme.char_width(self.font()) * 8 + 12)
        self.setUniformItemSizes(True)

    def add(self, title: str, letter: str = "") -> None:
        """Add a page; Alt and its letter lead there."""
        item = ListItem(title)
        item.setData(LETTER, letter)
        if letter:
            set_tip(item, f"{title} (Alt+{letter})")
        item.setSizeHint(QSize(10, self._theme.row_height(self.font()) + 4))
        self.addItem(item)

    def set_badge(self, row: int, text: str, colour: str) -> None:
        """Write what stands at the right of a page's name."""
        item = self.item(row)
        if (item.data(BADGE), item.data(COLOUR)) != (text, colour):
            item.setData(BADGE, text)
            item.setData(COLOUR, colour)


class _NavDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, pages: NavigationList) -> None:
        super().__init__(pages)
        self._theme, self._pages = theme, pages
        self._swatches: dict[str, QPixmap] = {}

    def _swatch(self, colour: str) -> QPixmap:
        found = self._swatches.get(colour)
        if found is None:
            found = self._swatches[colour] = QPixmap(1, 1)
            found.fill(QColor(colour))
        return found

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect  # type: ignore[attr-defined]
        chosen = index.row() == self._pages.currentRow()
        painter.save()
        font = painter.font()
        font.setBold(chosen)
        painter.setFont(font)
        if chosen:
            # Not fillRect: it might be given a brush, and Python's own of all that a brush can be is made.
            painter.drawPixmap(box, self._swatch(self._theme.selection))
            painter.drawPixmap(
                QRect(box.left(), box.top(), 3, box.height()), self._swatch(self._theme.accent)
            )
        painter.setPen(QColor(self._theme.text))
        inner = box.adjusted(12, 0, -8, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignLeft), str(index.data() or ""))
        letter = str(index.data(LETTER) or "")
        if letter:
            painter.setPen(QColor(self._theme.dim))
            after = inner.adjusted(painter.fontMetrics().horizontalAdvance(f"{index.data()} "), 0, 0, 0)
            painter.drawText(after, int(middle | Qt.AlignmentFlag.AlignLeft), letter)
        badge = str(index.data(BADGE) or "")
        if badge:
            painter.setPen(QColor(str(index.data(COLOUR) or self._theme.dim)))
            painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignRight), badge)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(10, QFontMetrics(option.font).height() + 16)  # type: ignore[attr-defined]
