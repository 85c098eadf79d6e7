"""One verdict as a row: mark, name, value, a bar with two ticks, threshold, and one sentence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from eduapp.services.checking import is_tick, standard_of
from eduapp.standards import wording
from eduapp.standards.results import Outcome, Verdict
from ui.common.plain import set_tip

if TYPE_CHECKING:
    from ui.common.theme import Theme

SCALE_TO = Fraction(5, 4)
"""The bar ends at 125 % of the threshold."""
PADDING = 4
BAR_HEIGHT = 7
LOCAL_EDGE = 2
"""Width of the coloured edge by which a local plan's rows are told from the national ones."""


class VerdictRow(QWidget):
    """Painted by hand: a school has twenty of them and each keystroke may change all."""

    asked = Signal(object)
    """The Verdict whose "why" is asked for."""

    def __init__(
        self, verdict: Verdict, theme: Theme, parent: QWidget | None = None, *, staged: bool = False
    ) -> None:
        """Show a verdict; staged: with its stage, where rows of several stand together."""
        super().__init__(parent)
        self.verdict = verdict
        self._theme = theme
        self._stage = wording.STAGE_NAMES[verdict.stage] if staged and verdict.stage else ""
        self._short = self._stage + short_title(verdict)
        standard = standard_of(verdict)
        self._local = bool(standard.beside)
        self._tick = is_tick(verdict)
        self._source = f"{standard.title} {verdict.citation.words}"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._describe()

    def show_verdict(self, verdict: Verdict) -> None:
        """Show a newer verdict of the same indicator."""
        if verdict == self.verdict:
            return
        before, self.verdict = self.lines, verdict
        resized = len(before) != len(self.lines)
        self._describe()
        if resized:
            self.updateGeometry()
        self.update()

    @property
    def sentence(self) -> str:
        """The word and sentence under the bar; empty when met with room to spare."""
        own = replace(self.verdict, remark="") if self._local else self.verdict
        sentence = wording.sentence(own)
        return f"{wording.OUTCOME_WORDS[own.outcome]} · {sentence}" if sentence else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines under the bar; of a local item the last says how it stands to the national one."""
        said = self.verdict.remark if self._local else ""
        beside = self.tr("地方 · {0}").format(said) if said else ""
        return tuple(line for line in (self.sentence, beside) if line)

    def sizeHint(self) -> QSize:
        return QSize(240, QFontMetrics(self.font()).height() * (1 + len(self.lines)) + 2 * PADDING)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.asked.emit(self.verdict)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_F4}:
            self.asked.emit(self.verdict)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.fillRect(self.rect(), QColor(self._theme.selection))
        if self._local:
            painter.fillRect(0, 1, LOCAL_EDGE, self.height() - 2, QColor(self._theme.accent))
        metrics = QFontMetrics(self.font())
        height, wide = metrics.height(), metrics.horizontalAdvance("国")
        top = PADDING
        colour = QColor(self._theme.outcome_color(self.verdict.outcome))
        limit = wording.threshold_text(self.verdict)
        right = self.width() - PADDING
        word = "" if self.sentence else self._word()
        limit_left = right - wide * (4 if len(word) > 2 else 2) - wide * 3.7
        self._text(
            painter,
            self._theme.outcome_mark(self.verdict.outcome),
            QRectF(PADDING, top, wide, height),
            colour,
        )
        name = QRectF(PADDING + wide * 1.3, top, wide * (6.2 if self._stage else 5.2), height)
        self._text(
            painter, metrics.elidedText(self._short, Qt.TextElideMode.ElideRight, int(name.width())), name
        )
        if not self._tick:
            value = QRectF(name.right(), top, wide * 3.7, height)
            self._text(painter, wording.value_text(self.verdict), value, colour, right=True, bold=True)
            middle = top + (height - BAR_HEIGHT) / 2
            self._bar(painter, QRectF(value.right() + 8, middle, limit_left - value.right() - 14, BAR_HEIGHT))
            self._text(painter, limit, QRectF(limit_left, top, wide * 4, height), QColor(self._theme.dim))
        self._text(painter, word, QRectF(right - wide * 4, top, wide * 4, height), colour, right=True)
        dim = QColor(self._theme.dim)
        for number, text in enumerate(self.lines, 1):
            line = QRectF(name.left(), top + number * height, right - name.left(), height)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            plain = text != self.sentence or self.verdict.outcome is Outcome.MET
            self._text(painter, shown, line, dim if plain else colour)
        painter.end()

    def _word(self) -> str:
        verdict = self.verdict
        if verdict.outcome is Outcome.NOT_APPLICABLE and verdict.value is not None:
            return self.tr("只列数值")
        return wording.OUTCOME_WORDS[verdict.outcome]

    def _describe(self) -> None:
        verdict = self.verdict
        number = self.tr("{0},标准 {1}").format(
            wording.value_with_unit(verdict), wording.threshold_with_unit(verdict)
        )
        parts = (
            f"{self._stage}{verdict.title}({verdict.code})",
            "" if self._tick else number,
            self.sentence or f"{wording.OUTCOME_WORDS[verdict.outcome]} {wording.head_room_text(verdict)}",
            verdict.remark if self._local else "",
            self._source if self._local else "",
        )
        set_tip(self, "\n".join(part for part in parts if part))
        self.setAccessibleName("，".join(part for part in parts if part))

    def _text(
        self,
        painter: QPainter,
        text: str,
        box: QRectF,
        colour: QColor | None = None,
        *,
        right: bool = False,
        bold: bool = False,
    ) -> None:
        font = QFont(self.font())
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(colour or QColor(self._theme.text))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), text)

    def _bar(self, painter: QPainter, box: QRectF) -> None:
        verdict = self.verdict
        if not verdict.threshold or box.width() < 16:
            return
        full = Fraction(verdict.threshold) * SCALE_TO
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.bar))
        painter.drawRoundedRect(box, 2, 2)
        if verdict.value is not None:
            share = float(max(Fraction(0), min(Fraction(1), verdict.value / full)))
            filled = QRectF(box.left(), box.top(), box.width() * share, box.height())
            painter.setBrush(QColor(self._theme.outcome_fill(verdict.outcome)))
            painter.drawRoundedRect(filled, 2, 2)
        painter.setPen(QColor(self._theme.dim))
        for tick in (verdict.floor, verdict.threshold):
            if tick is not None:
                x = box.left() + box.width() * float(Fraction(tick) / full)
                over = 3 if tick == verdict.threshold else 1
                painter.drawLine(int(x), int(box.top() - over), int(x), int(box.bottom() + over))


def short_title(verdict: Verdict) -> str:
    """Return the short name of an indicator (高学历教师)."""
    return standard_of(verdict).indicator(verdict.code).short
