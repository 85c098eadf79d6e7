"""One paper as it will come out of the printer, over the window that asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from db.problems import Problem
from ui.common.paper_view import PaperView
from ui.common.plain import PushButton, set_title
from ui.common.waiting import aside

if TYPE_CHECKING:
    from ui.common.theme import Theme

SHARE = 0.9
"""Of the window's size."""


class PaperDialog(QDialog):
    """Shows a PDF that this program made; it is printed or saved from here."""

    said = Signal(str)
    """A line for the window: what was done."""
    failed = Signal(object)
    printed = Signal()
    """After the paper was printed or saved."""

    def __init__(self, theme: Theme, title: str, pdf: bytes, folder: Path, parent: QWidget) -> None:
        """Show the paper; a file is suggested in `folder` under the title."""
        super().__init__(parent)
        set_title(self, title)
        self._suggested = folder / f"{title}.pdf"
        self.paper = PaperView(theme)
        self.paper.show_pdf(pdf)
        self.print_button = PushButton(self.tr("打印…"))
        self.print_button.clicked.connect(lambda _: self._ask_print())
        self.save_button = PushButton(self.tr("存为 PDF…"))
        self.save_button.clicked.connect(lambda _: self._ask_save())
        close = PushButton(self.tr("关闭"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.print_button, self.save_button, close):
            buttons.addWidget(button)
        box = QVBoxLayout(self)
        box.addWidget(self.paper, 1)
        box.addLayout(buttons)
        self.resize(min(int(parent.width() * SHARE), 900), int(parent.height() * SHARE))
        self.finished.connect(self._end)

    def save(self, path: Path) -> None:
        """Write the paper."""
        from eduapp.services.papers import (  # noqa: PLC0415 - loads the PDF library, which made the paper
            reporting,
        )

        try:
            aside(lambda: reporting.save(path, self.paper.pdf))
        except Problem as problem:
            self.failed.emit(problem)
            return
        self.said.emit(self.tr("已存为 {0}").format(path))
        self.printed.emit()

    def _end(self) -> None:
        self.paper.close_preview()
        self.deleteLater()

    def _ask_save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("存为 PDF"), str(self._suggested), "PDF (*.pdf)")
        if path:
            self.save(Path(path))

    def _ask_print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if not QPrintDialog(printer, self).exec():
            return
        if not self.paper.print_to(printer):
            self.failed.emit(Problem("print-failed", printer=printer.printerName()))
            return
        self.said.emit(self.tr("已送往打印机:{0}").format(self.windowTitle()))
        self.printed.emit()
