"""PDF bytes as pages on the screen; saving them to a file and sending them to a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPixmap
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ui.common.plain import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from eduapp.services.papers.previewing import Preview
    from ui.common.theme import Theme

GAP = 12
LARGEST_SCALE = 2.0
PRINT_DPI = 300
FAILED = frozenset({QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted})


class PaperView(QScrollArea):
    """Pages one under the other, as wide as the view; a page is drawn when it comes in sight."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Start empty with a hint of what to do."""
        super().__init__(parent)
        self._theme = theme
        self._preview: Preview | None = None
        self._labels: list[Label] = []
        self._drawn: set[int] = set()
        self._wanted = 0
        self.pdf = b""
        self.setWidgetResizable(True)
        self.setStyleSheet(f"PaperView {{ border: 1px solid {theme.line}; }}")
        self._redraw = QTimer(self, singleShot=True, interval=30)
        self._redraw.timeout.connect(self._draw_visible)
        self._relay = QTimer(self, singleShot=True, interval=0)
        self._relay.timeout.connect(self._lay_out)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._redraw.start())
        self.show_text(self.tr("选择左边的报表,这里显示打印的样子"))

    @property
    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self._labels)

    def show_text(self, text: str) -> None:
        """Show a sentence in place of pages."""
        self._close()
        self.pdf = b""
        label = Label(text, alignment=Qt.AlignmentFlag.AlignCenter)
        label.setStyleSheet(f"color: {self._theme.dim};")
        self.setWidget(label)

    def show_pdf(self, pdf: bytes) -> None:
        """Show a PDF that this program made."""
        from eduapp.services.papers.previewing import Preview  # noqa: PLC0415 - loads the PDF library when first needed

        self._close()
        self.pdf = pdf
        self._preview = Preview(pdf)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(GAP, GAP, GAP, GAP)
        box.setSpacing(GAP)
        for _ in range(self._preview.pages):
            label = Label(alignment=Qt.AlignmentFlag.AlignCenter)
            label.setStyleSheet("background: #ffffff;")
            self._labels.append(label)
            box.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        self.setWidget(body)
        self.widget().show()
        self._relay.start()

    def go_to(self, page: int) -> None:
        """Show a page, counted from 1, at the top once the pages are laid out."""
        self._wanted = page - 1

    def print_to(self, printer: QPrinter) -> bool:
        """Print every page at 300 dots an inch, each in its own orientation; False when it failed."""
        if self._preview is None:
            return False
        painter = QPainter()
        for page in range(self._preview.pages):
            wide, high = self._preview.size(page)
            landscape = QPageLayout.Orientation.Landscape if wide > high else QPageLayout.Orientation.Portrait
            printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
            printer.setPageOrientation(landscape)
            printer.setFullPage(True)
            if not (printer.newPage() if page else painter.begin(printer)):
                return False
            image = self._image(page, PRINT_DPI / 72)
            painter.drawImage(QRect(0, 0, printer.width(), printer.height()), image)
        return painter.end() and printer.printerState() not in FAILED

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relay.start()

    def close_preview(self) -> None:
        """Give back what the pages hold: before the window closes."""
        self._close()

    def _scale(self, page: int) -> float:
        if self._preview is None:
            return 1.0
        room = self.viewport().width() - 2 * GAP - 18
        return max(0.3, min(LARGEST_SCALE, room / self._preview.size(page)[0]))

    def _lay_out(self) -> None:
        self._drawn.clear()
        for page, label in enumerate(self._labels):
            wide, high = self._preview.size(page) if self._preview else (0.0, 0.0)
            scale = self._scale(page)
            label.setFixedSize(int(wide * scale), int(high * scale))
        if 0 < self._wanted < len(self._labels):
            self.widget().adjustSize()
            self.verticalScrollBar().setValue(self._labels[self._wanted].y() - GAP)
            self._wanted = 0
        self._redraw.start()

    def _draw_visible(self) -> None:
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        for page, label in enumerate(self._labels):
            seen = label.y() < bottom and label.y() + label.height() > top
            if seen and page not in self._drawn:
                ratio = self.devicePixelRatioF()
                picture = QPixmap.fromImage(self._image(page, self._scale(page) * ratio))
                picture.setDevicePixelRatio(ratio)
                label.setPixmap(picture)
                self._drawn.add(page)

    def _image(self, page: int, scale: float) -> QImage:
        if self._preview is None:
            return QImage()
        pixels = self._preview.pixels(page, scale)
        image = QImage(pixels.data, pixels.width, pixels.height, pixels.stride, QImage.Format.Format_RGB32)
        return image.copy()

    def _close(self) -> None:
        self._labels, self._drawn = [], set()
        if self._preview is not None:
            self._preview.close()
            self._preview = None
