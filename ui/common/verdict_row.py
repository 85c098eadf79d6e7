"""One verdict as a row: mark, name, value, a bar with two ticks, threshold, and one sentence."""

from __future__ import annotations

import math
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
        before, self.verdict = self._rows, verdict
        resized = before != self._rows
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
        """The lines under the name; of a local item the last says how it stands to the national one."""
        said = self.verdict.remark if self._local else ""
        beside = self.tr("地方 · {0}").format(said) if said else ""
        return tuple(line for line in (self._words, self.sentence, beside) if line)

    @property
    def _words(self) -> str:
        """A value in words (音乐 0/2 间,美术 1/2 间): no room beside a name shows all of it."""
        return wording.value_text(self.verdict) if self.verdict.words else ""

    @property
    def _reading(self) -> str:
        """What of the threshold is a reading of ours (口径推定); empty where it is the document's word."""
        known = not self._tick and self.verdict.threshold is not None
        return self.verdict.citation.reading if known else ""

    @property
    def _rows(self) -> int:
        return 1 + max(len(self.lines), bool(self._reading))

    def sizeHint(self) -> QSize:
        return QSize(240, QFontMetrics(self.font()).height() * self._rows + 2 * PADDING)

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
        colour = QColor(self._theme.outcome_color(self.verdict.outcome))
        left, right = PADDING + wide * 1.3, self.width() - PADDING
        mark = self._theme.outcome_mark(self.verdict.outcome)
        self._text(painter, mark, QRectF(PADDING, PADDING, wide, height), colour)
        name = QRectF(left, PADDING, wide * (6.2 if self._stage else 5.2), height)
        self._text(painter, self._short, name)
        word = "" if self.sentence else self._word()
        if not self._tick:
            end = right - wide * (4 if len(word) > 2 else 2)
            self._numbers(painter, QRectF(name.right(), PADDING, end - name.right(), height), colour)
        self._text(painter, word, QRectF(right - wide * 4, PADDING, wide * 4, height), colour, right=True)
        self._below(painter, QRectF(left, PADDING + height, right - left, height), colour)
        painter.end()

    def _numbers(self, painter: QPainter, box: QRectF, colour: QColor) -> None:
        """Paint value, bar and threshold; words too long for their columns take the bar's place."""
        metrics, bold = QFontMetrics(self.font()), QFontMetrics(_bold(self.font()))
        wide = metrics.horizontalAdvance("国")
        value = "" if self._words else wording.value_text(self.verdict)
        limit = wording.bare_threshold(self.verdict)
        left = min(box.left(), PADDING + wide * 2 + metrics.horizontalAdvance(self._short))
        limit_left = box.right() - max(wide * 3.7, metrics.horizontalAdvance(limit) + 4)
        limit_left = max(limit_left, left + wide * 3)
        value_right = box.left() + wide * 3.7
        if value_right > limit_left or bold.horizontalAdvance(value) > value_right - left:
            value_right = limit_left - wide / 2
        shown = QRectF(left, box.top(), value_right - left, box.height())
        self._text(painter, value, shown, colour, right=True, bold=True)
        middle = box.top() + (box.height() - BAR_HEIGHT) / 2
        self._bar(painter, QRectF(value_right + 8, middle, limit_left - value_right - 14, BAR_HEIGHT))
        limits = QRectF(limit_left, box.top(), box.right() - limit_left, box.height())
        self._text(painter, limit, limits, QColor(self._theme.dim))

    def _below(self, painter: QPainter, box: QRectF, colour: QColor) -> None:
        """Paint the lines under the bar; what of the threshold is a reading stands under the threshold."""
        dim = QColor(self._theme.dim)
        if self._reading:
            self._text(painter, self._reading, box, dim, right=True)
        taken = QFontMetrics(self.font()).horizontalAdvance(f"{self._reading}国") if self._reading else 0
        for text in self.lines:
            plain = text not in {self._words, self.sentence} or self.verdict.outcome is Outcome.MET
            self._text(painter, text, box.adjusted(0, 0, -taken, 0), dim if plain else colour)
            box, taken = box.translated(0, box.height()), 0

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
        font = _bold(self.font()) if bold else self.font()
        painter.setFont(font)
        painter.setPen(colour or QColor(self._theme.text))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, math.ceil(box.width()))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), shown)

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


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


def short_title(verdict: Verdict) -> str:
    """Return the short name of an indicator (高学历教师)."""
    return standard_of(verdict).indicator(verdict.code).short
