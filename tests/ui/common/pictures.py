"""What a grid looks like: whole and in part, on screens of several scales."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

SCALES = (1.0, 1.25, 1.5, 2.0)


def pictures(view: QTableView) -> list[QImage]:
    """Return the pictures of the cells of a view at each scale: whole, and a part that cuts through cells."""
    view.grab()  # its scroll bars come and go with the first picture
    QApplication.processEvents()
    whole = QRect(QPoint(0, 0), view.viewport().size())
    return [_picture(view, scale, part) for scale in SCALES for part in (whole, QRect(37, 21, 131, 47))]


def _picture(view: QTableView, scale: float, part: QRect) -> QImage:
    size = view.viewport().size()
    image = QImage(
        QSize(round(size.width() * scale), round(size.height() * scale)), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(scale)
    image.fill(0)
    view.viewport().render(image, part.topLeft(), QRegion(part))
    return image
