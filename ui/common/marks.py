"""Marks as small pictures, drawn once from the theme's glyphs so that Qt paints them in cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from ui.common.theme import SEVERITY_MARKS

if TYPE_CHECKING:
    from eduapp.standards.results import Severity
    from ui.common.theme import Theme

SIZE = 16


def mark_pixmap(theme: Theme, severity: Severity) -> QPixmap:
    """Return the mark of a finding."""
    return glyph_pixmap(SEVERITY_MARKS[severity], theme.severity_color(severity))


def glyph_pixmap(glyph: str, colour: str, share: float = 1.0) -> QPixmap:
    """Return a glyph as a picture of 16 × 16 logical pixels; `share` of the usual size makes it small."""
    ratio = 2
    pixmap = QPixmap(SIZE * ratio, SIZE * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.setDevicePixelRatio(ratio)
    font = QFont(QApplication.font())
    font.setBold(share == 1)
    font.setPointSizeF(font.pointSizeF() * share)
    painter = QPainter(pixmap)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QRect(0, 0, SIZE, SIZE), int(Qt.AlignmentFlag.AlignCenter), glyph)
    painter.end()
    return pixmap
