"""The picture of an indicator over all sections, drawn from the same shapes as on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from eduapp.standards.county.section_bars import MISSING, BarLabel, Rect, Shape, Stroke, draw, state_word
from eduapp.standards.numbers import shown
from eduapp.standards.results import Outcome
from ui.common.plain import show_tip

if TYPE_CHECKING:
    from eduapp.standards.county.section_bars import SectionBar, SectionBars
    from ui.common.theme import Theme

OUTLINED = 3.0
"""Bars thinner than this have no outline."""
SMALL = 0.85
"""Texts of the picture in the window's own size."""


class IndicatorPicture(QWidget):
    """Draws one indicator; hovering over a bar names the section."""

    def __init__(self, theme: Theme) -> None:
        """Start without a picture."""
        super().__init__()
        self.theme = theme
        self.picture: SectionBars | None = None
        self._shapes: tuple[Shape, ...] = ()
        self._laid: tuple[int, int] | None = None
        self.setMinimumHeight(150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, picture: SectionBars | None) -> None:
        """Draw another indicator; None clears the picture."""
        self.picture, self._laid = picture, None
        self.setAccessibleName(picture.heading if picture else "")
        self.setAccessibleDescription(_in_words(picture) if picture else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(700, 260)

    def bar_at(self, x: float, y: float) -> SectionBar | None:
        """Return the section whose bar is under a point of the widget."""
        if self.picture is None:
            return None
        boxes = [shape for shape in self._laid_out() if isinstance(shape, Rect)]
        places = zip(boxes, self.picture.bars, strict=False)
        return next((bar for box, bar in places if box.x <= x <= box.x + box.width and y >= box.y - 3), None)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self.bar_at(event.pos().x(), event.pos().y())
            show_tip(event.globalPos(), self._words(bar) if bar else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.base))
        if self.picture is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for shape in self._laid_out():
            match shape:
                case Rect():
                    self._rect(painter, shape)
                case Stroke():
                    self._stroke(painter, shape)
                case BarLabel():
                    self._label(painter, shape)

    def _laid_out(self) -> tuple[Shape, ...]:
        size = self.width(), self.height()
        if self.picture is not None and self._laid != size:
            text = QFontMetricsF(self.font()).horizontalAdvance("国") * SMALL
            margin = text * 0.6
            shapes = draw(self.picture, size[0] - 2 * margin, size[1] - margin, text)
            self._shapes = tuple(_moved(shape, margin, margin / 2) for shape in shapes)
            self._laid = size
        return self._shapes

    def _rect(self, painter: QPainter, shape: Rect) -> None:
        theme, box = self.theme, QRectF(shape.x, shape.y, shape.width, shape.height)
        line = QPen(QColor(theme.dim), 0.8)
        if shape.fill == MISSING:
            line.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
            return
        thick = shape.width >= OUTLINED
        painter.setPen(line if thick else Qt.PenStyle.NoPen)
        fills = {
            Outcome.MET.value: theme.good_fill,
            Outcome.FLOOR.value: theme.warn_fill,
            Outcome.UNMET.value: theme.bad,
        }
        painter.fillRect(box, QColor(fills.get(shape.fill, theme.bar)))
        if shape.fill == Outcome.FLOOR:
            painter.fillRect(box, QBrush(QColor(theme.text), Qt.BrushStyle.BDiagPattern))
        if thick:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        if shape.cut:
            painter.fillRect(QRectF(shape.x - 1, shape.y + 4, shape.width + 2, 3), QColor(theme.base))

    def _stroke(self, painter: QPainter, shape: Stroke) -> None:
        theme = self.theme
        colour, weight, style = {
            "grid": (theme.line, 0.8, Qt.PenStyle.SolidLine),
            "axis": (theme.dim, 1.0, Qt.PenStyle.SolidLine),
            "threshold": (theme.accent, 2.2, Qt.PenStyle.SolidLine),
            "floor": (theme.warn, 1.8, Qt.PenStyle.DashLine),
            "mean": (theme.text, 1.4, Qt.PenStyle.DotLine),
        }[shape.role]
        painter.setPen(QPen(QColor(colour), weight, style))
        painter.drawLine(QPointF(shape.x1, shape.y1), QPointF(shape.x2, shape.y2))

    def _label(self, painter: QPainter, shape: BarLabel) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(8, round(shape.size)))
        painter.setFont(font)
        painter.setPen(QColor(self.theme.dim if shape.dim else self.theme.text))
        wide = QFontMetricsF(font).horizontalAdvance(shape.text) + 1
        shift = {"l": 0.0, "c": -wide / 2, "r": -wide}[shape.align]
        box = QRectF(shape.x + shift, shape.y, wide, shape.size * 1.5)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), shape.text)

    def _words(self, bar: SectionBar) -> str:
        if self.picture is None:
            return ""
        places, unit = self.picture.decimals, self.picture.unit
        if bar.value is None:
            low, high = shown(bar.low, places), shown(bar.high, places)
            return self.tr("{0}:没有本轮数据,按上一轮推算 {1} 至 {2} {3}").format(bar.name, low, high, unit)
        return ",".join(
            part for part in (f"{bar.name}:{shown(bar.value, places)} {unit}", state_word(bar)) if part
        )


def _in_words(picture: SectionBars) -> str:
    """Say for who cannot see it how many sections stand where."""
    states = [state_word(bar) or "已报" for bar in picture.bars]
    return ",".join(f"{word} {states.count(word)}" for word in dict.fromkeys(states))


def _moved(shape: Shape, x: float, y: float) -> Shape:
    match shape:
        case Rect():
            return Rect(shape.x + x, shape.y + y, shape.width, shape.height, shape.fill, shape.cut)
        case Stroke():
            return Stroke(shape.x1 + x, shape.y1 + y, shape.x2 + x, shape.y2 + y, shape.role)
        case BarLabel():
            return BarLabel(shape.x + x, shape.y + y, shape.text, shape.align, shape.size, shape.dim)
