"""Marks as small pictures, drawn once from the theme's glyphs so that Qt paints them in cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from eduapp.standards.outcomes import Severity
from ui.common.theme import SEVERITY_MARKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eduapp.standards.results import Finding
    from ui.common.theme import Theme

SIZE = 16
QUESTION = "问"
"""Stands beside a cell that the county asks about."""


def mark_pixmap(theme: Theme, severity: Severity) -> QPixmap:
    """Return the mark of a finding."""
    return glyph_pixmap(SEVERITY_MARKS[severity], theme.severity_color(severity))


def question_pixmap(theme: Theme) -> QPixmap:
    """Return the mark of a cell that the county asks about."""
    return glyph_pixmap(QUESTION, theme.accent, 0.9)


class CellQuestions:
    """What the county asks about the cells of a grid or form, by (record, key, field)."""

    def __init__(self) -> None:
        """Start without any."""
        self._texts: dict[tuple[str, str, str], str] = {}

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self._texts)

    def take(self, texts: Mapping[tuple[str, str, str], str]) -> set[tuple[str, str, str]]:
        """Take other questions; return the cells where that changes something."""
        before, self._texts = self._texts, dict(texts)
        return {place for place in before.keys() | texts.keys() if before.get(place) != texts.get(place)}

    def at(self, record: str, key: str, field: str) -> str:
        """Return the question on a cell; "" where there is none."""
        return self._texts.get((record, key, field), "")

    def tip(self, question: str, below: object) -> str:
        """Return a question over what else is said of its cell; without one, that alone."""
        asked = f"{QUESTION}:{question}" if question else ""
        return "\n".join(part for part in (asked, str(below or "")) if part)


class CellMarks:
    """The backgrounds and marks of the cells of a grid: drawn once, from the theme."""

    def __init__(self, theme: Theme) -> None:
        """Draw them."""
        self._asked = question_pixmap(theme)
        self._tints = {each: QColor(theme.severity_tint(each)) for each in Severity}
        self._marks = {each: mark_pixmap(theme, each) for each in Severity}

    def of(self, found: Sequence[Finding] | None, *, asked: bool) -> tuple[QColor | None, QPixmap | None]:
        """Return the background and the mark of a cell; a question's mark stands before a finding's."""
        if not found:
            return (self._tints[Severity.SOFT], self._asked) if asked else (None, None)
        worst = Severity.HARD if any(each.severity is Severity.HARD for each in found) else Severity.SOFT
        return self._tints[worst], self._asked if asked else self._marks[worst]


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
