"""A one-line label that gives way: it shortens its text with "…" and never widens the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.common.plain import Label, set_tip

SMALLEST = 40


class ElidedLabel(Label):
    """`text()` is the whole text; the tool tip shows it where it does not fit."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Take all the width there is."""
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(SMALLEST, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.setFont(self.font())
        box = self.contentsRect()
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        set_tip(self, self.text() if shown != self.text() else "")
        painter.drawText(box, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


def dimmed(text: str, colour: str) -> ElidedLabel:
    """Return a label in another colour of the theme."""
    label = ElidedLabel(text)
    tint(label, colour)
    return label


def tint(label: Label, colour: str, *, bold: bool = False) -> None:
    """Colour a label through its palette, which its own painting follows."""
    palette = label.palette()
    palette.setColor(label.foregroundRole(), colour)
    label.setPalette(palette)
    font = label.font()
    if font.bold() is not bold:
        font.setBold(bold)
        label.setFont(font)
