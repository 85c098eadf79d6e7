"""How wide the columns of a list are, from its declaration alone: no row is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont

    from db.records.spec import Field

MAX_WIDTH = 12
"""Widest column in full-width characters."""
LEAST = 58
"""Pixels that a column has at least: a heading of three characters and a mark."""


def column_widths(fields: Sequence[Field], font: QFont) -> list[int]:
    """Return column widths in pixels."""
    metrics = QFontMetrics(font)
    wide = metrics.horizontalAdvance("国")
    needed = (
        max(metrics.horizontalAdvance(f.heading) + 14, min(f.item.chars, MAX_WIDTH) * wide + 26)
        for f in fields
    )
    return [max(LEAST, width) for width in needed]
